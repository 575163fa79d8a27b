//! Papers: time, size and instructions of a frozen report of the demo as a tagged PDF.

use super::{Figure, figure, milliseconds, quantile};
use anyhow::{Context, Result};
use conditional_discharge::document::pdf;
use conditional_discharge::domain::case::template::{Setting, compile};
use conditional_discharge::domain::report::{Frozen, FrozenReport};
use conditional_discharge::server::demo;
use conditional_discharge::server::forms::{Forms, PROGRESS_REPORT};
use conditional_discharge::server::papers::report;
use std::time::Instant;

/// The frozen report of a settled patient in an ordinary quarter.
fn sample() -> Result<(FrozenReport, Frozen)> {
    let forms = Forms::embedded()?;
    let form = forms.newest(PROGRESS_REPORT).context("no form")?;
    let people = demo::names();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).context("no such day")?;
    let setting = Setting {
        today,
        form: &form,
        organisation: "Northmere",
        people: &people,
    };
    let text = include_str!("../../src/forms/cases/1-marcus-delaney-oyelaran.toml");
    let case = compile(text, &setting).map_err(anyhow::Error::msg)?.case;
    let frozen = case
        .reports
        .iter()
        .find_map(|r| r.frozen.as_ref())
        .context("nothing is frozen")?;
    Ok(FrozenReport::read(&frozen.json)?)
}

pub fn figures() -> Result<Vec<Figure>> {
    let (frozen, content) = sample()?;
    let first = Instant::now();
    let bytes = pdf(&report::full(&content, frozen.digest()))?;
    let first = first.elapsed();
    let pages = String::from_utf8_lossy(&bytes)
        .matches("/Type/Page/")
        .count();
    let mut times: Vec<_> = (0..50)
        .map(|_| {
            let begin = Instant::now();
            pdf(&report::full(&content, frozen.digest())).map(|_| begin.elapsed())
        })
        .collect::<Result<_, _>>()?;
    times.sort_unstable();
    let warm = milliseconds(quantile(&times, 0.5));
    let words = format!(
        "{warm} warm (wall, median of 50), {} first, {:.0} KB, {pages} pages",
        milliseconds(first),
        bytes.len() as f64 / 1000.0
    );
    Ok(vec![figure(
        "PDF of a full demo report, tagged",
        words,
        "≤ 75 KB for 7 pages",
    )])
}
