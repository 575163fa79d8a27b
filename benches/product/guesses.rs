//! Whether the time of a refused sign-in tells an account that exists from one that does not.

use super::client::Visitor;
use super::server::Server;
use super::{Figure, figure};
use anyhow::{Result, ensure};
use conditional_discharge::server::demo;
use std::time::Duration;

/// Accounts that exist, and as many that do not.
const ACCOUNTS: usize = 6;
/// Wrong passwords for each: fewer than the throttle counts.
const EACH: usize = 4;

async fn refused(address: &str, email: &str) -> Result<Duration> {
    let body = format!("email={email}&password=not+the+password");
    let answer = Visitor::new(address).post("/sign-in", &body).await?;
    ensure!(answer.status == 422, "a guess answered {}", answer.status);
    Ok(answer.time)
}

fn mean_and_variance(times: &[Duration]) -> (f64, f64) {
    let ms = |t: &Duration| t.as_secs_f64() * 1000.0;
    let n = times.len() as f64;
    let mean = times.iter().map(ms).sum::<f64>() / n;
    let squares: f64 = times.iter().map(|t| (ms(t) - mean).powi(2)).sum();
    (mean, squares / (n - 1.0) / n)
}

/// Known and unknown in turn, one after another. Leaves this address throttled.
pub async fn figures(server: &Server) -> Result<Figure> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..EACH {
        for (n, email) in demo::names().keys().take(ACCOUNTS).enumerate() {
            known.push(refused(&server.address, email).await?);
            let nobody = format!("nobody-{n}@northmere.example.org");
            unknown.push(refused(&server.address, &nobody).await?);
        }
    }
    let ((a, va), (b, vb)) = (mean_and_variance(&known), mean_and_variance(&unknown));
    Ok(figure(
        "refused sign-in, account known less unknown",
        format!(
            "{:+.1} ms ± {:.1} ms (95 %) of {a:.1} ms",
            a - b,
            1.96 * (va + vb).sqrt()
        ),
        "within 5 ms",
    ))
}
