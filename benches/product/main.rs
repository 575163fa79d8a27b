//! `cargo xtask bench`: what the product costs, against the agreed figures.
//!
//! Runs the real release binary on a database of its own, on this machine only, and prints one line
//! a figure. Nothing here fails a build: times are read by people.

#![allow(missing_docs, reason = "a program, not a library")]

mod client;
mod elsewhere;
mod findings;
mod guesses;
mod papers;
mod scale;
mod server;
mod slow;

use anyhow::Result;
use std::time::Duration;

/// One line of the result.
struct Figure {
    what: String,
    measured: String,
    target: &'static str,
}

fn figure(what: &str, measured: String, target: &'static str) -> Figure {
    Figure {
        what: what.to_owned(),
        measured,
        target,
    }
}

/// The value below which that part of the sorted times lies.
fn quantile(sorted: &[Duration], part: f64) -> Duration {
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let at = ((last as f64) * part).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// p50, p95 and p99 in words.
fn quantiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let q = |part| milliseconds(quantile(&times, part));
    format!(
        "p50 {}, p95 {}, p99 {} ({} requests)",
        q(0.5),
        q(0.95),
        q(0.99),
        times.len()
    )
}

fn main() -> Result<()> {
    // `cargo test --benches` and the like ask for nothing that is here.
    if std::env::args().any(|a| a == "--test") {
        return Ok(());
    }
    let arguments: Vec<String> = std::env::args().collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let [_, papers::ARGUMENT, name, number, ..] = arguments.as_slice() {
        return papers::set(name, number.parse()?);
    }
    if arguments.contains(&"papers") {
        show(&papers::figures()?);
        return Ok(());
    }
    if arguments.contains(&"elsewhere") {
        let runtime = tokio::runtime::Runtime::new()?;
        show(&runtime.block_on(server::elsewhere())?);
        return Ok(());
    }
    let scale = arguments.contains(&"scale");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if scale {
        show(&runtime.block_on(scale::figures())?);
        return Ok(());
    }
    let mut figures = runtime.block_on(server::figures())?;
    if arguments.contains(&"server") {
        show(&figures);
        return Ok(());
    }
    figures.extend(findings::figures()?);
    show(&figures);
    show(&papers::figures()?);
    // Last, for it takes minutes.
    show(&runtime.block_on(scale::figures())?);
    Ok(())
}

fn show(figures: &[Figure]) {
    let width = figures.iter().map(|f| f.what.chars().count()).max();
    let width = width.unwrap_or_default();
    for f in figures {
        let target = match f.target {
            "" => String::new(),
            agreed => format!("  [target: {agreed}]"),
        };
        println!("{:<width$}  {}{target}", f.what, f.measured);
    }
}
