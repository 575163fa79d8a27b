//! Whether the time of an answer tells another organisation's record from one that is not there.

use super::client::Visitor;
use super::server::{PASSWORD, Server};
use super::{Figure, figure};
use anyhow::{Context, Result, ensure};
use conditional_discharge::server::demo;

/// Pairs of each kind of request.
const PAIRS: usize = 500;
/// Whose reports those of the demo's first case are not.
const ELSEWHERE: &str = "@harrowdene.example.org";
/// A report that is there, at Northmere; one of the same length that is nowhere.
const THERE: &str = "/reports/test-00001-report-3";
const NOWHERE: &str = "/reports/test-77777-report-3";

/// A kind of request: what it is called, what stands behind the report's address, and what is posted.
const KINDS: [(&str, &str, Option<&str>); 3] = [
    ("a page", "/finished", None),
    (
        "a post",
        "/sections/occupation",
        Some("answer/occupation//text=Typed&version/occupation/=1"),
    ),
    ("a paper", "/paper.pdf", None),
];

/// How long a refusal takes, in milliseconds.
async fn refused(visitor: &Visitor, path: &str, posted: Option<&str>) -> Result<f64> {
    let answer = match posted {
        Some(body) => visitor.post(path, body).await?,
        None => visitor.get(path).await?,
    };
    ensure!(answer.status == 404, "{path} answered {}", answer.status);
    Ok(answer.time.as_secs_f64() * 1000.0)
}

/// In pairs, one after another, now the one first and now the other: whatever else the machine does
/// meanwhile falls on both.
async fn pairs(visitor: &Visitor, rest: &str, posted: Option<&str>) -> Result<(Vec<f64>, f64)> {
    let (there, nowhere) = (format!("{THERE}{rest}"), format!("{NOWHERE}{rest}"));
    let (mut differences, mut all) = (Vec::with_capacity(PAIRS), 0.0);
    for n in 0..PAIRS {
        let (a, b) = if n % 2 == 0 {
            let a = refused(visitor, &there, posted).await?;
            (a, refused(visitor, &nowhere, posted).await?)
        } else {
            let b = refused(visitor, &nowhere, posted).await?;
            (refused(visitor, &there, posted).await?, b)
        };
        differences.push(a - b);
        all += b;
    }
    Ok((differences, all / PAIRS as f64))
}

pub async fn figures(server: &Server) -> Result<Vec<Figure>> {
    let names = demo::names();
    let email = names.keys().find(|email| email.ends_with(ELSEWHERE));
    let email = email.context("the demo has nobody elsewhere")?;
    let visitor = Visitor::sign_in(&server.address, email, PASSWORD).await?;
    // Where the report is, it is there: otherwise both would be missing.
    let at_home = Visitor::sign_in(&server.address, super::server::PRIYA, PASSWORD).await?;
    for (_, rest, _) in KINDS.iter().filter(|(.., posted)| posted.is_none()) {
        let path = format!("{THERE}{rest}");
        let answer = at_home.get(&path).await?;
        ensure!(answer.status == 200, "{path} answered {}", answer.status);
    }
    let mut figures = Vec::with_capacity(KINDS.len());
    for (what, rest, posted) in KINDS {
        let (differences, each) = pairs(&visitor, rest, posted).await?;
        let n = PAIRS as f64;
        let mean = differences.iter().sum::<f64>() / n;
        let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
        let error = (squares / (n - 1.0) / n).sqrt();
        figures.push(figure(
            &format!("another organisation’s record less a missing one, {what}"),
            format!(
                "{mean:+.3} ms ± {error:.3} ms (standard error, {PAIRS} pairs) of {each:.2} ms"
            ),
            "no difference",
        ));
    }
    Ok(figures)
}
