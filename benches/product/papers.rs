//! `cargo xtask bench papers`: what it costs to set a paper as a tagged PDF, beside two other ways of
//! making one from the same content.
//!
//! Each sample is set in a process of its own on one thread. Times swing with whatever else the machine
//! does, so the figure to compare is the number of instructions, counted by valgrind: the difference
//! between a process that sets many papers and one that sets few, divided by how many more.

mod child;
mod markup;
mod peers;
#[path = "../../tests/papers/rated.rs"]
mod rated;
#[path = "../../tests/papers/varied.rs"]
mod varied;

pub use child::{ARGUMENT, set};

use super::{Figure, figure};
use anyhow::{Context, Result};
use child::Cost;
use conditional_discharge::document::Document;
use conditional_discharge::domain::case::template::{Setting, compile};
use conditional_discharge::domain::report::{Frozen, FrozenReport};
use conditional_discharge::domain::self_assessment::load::load;
use conditional_discharge::domain::self_assessment::rating::Rating;
use conditional_discharge::server::forms::{Forms, PROGRESS_REPORT};
use conditional_discharge::server::papers::{blank, report};
use conditional_discharge::server::{assessment_papers, demo};

/// The papers that are measured: how each is called, what it is, what was agreed.
const SAMPLES: [(&str, &str, &str); 6] = [
    (
        "seven",
        "PDF of the 7-page report",
        "≤ 45 M instructions, ≤ 75 KB",
    ),
    ("fifteen", "PDF of the 15-page report", ""),
    ("demo", "PDF of a frozen report of the demo", ""),
    ("blank", "PDF of the blank progress report", ""),
    (
        "assessment",
        "PDF of a self-assessment",
        "instructions a page ≤ twice the report’s",
    ),
    ("sheet", "PDF of the blank checklist", ""),
];

/// The frozen report of a settled patient in an ordinary quarter.
fn frozen() -> Result<(FrozenReport, Frozen)> {
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

/// The document tree of a sample.
fn sample(name: &str) -> Result<Document> {
    Ok(match name {
        "seven" => varied::report(8),
        "fifteen" => varied::report(24),
        "demo" => {
            let (frozen, content) = frozen()?;
            report::full(&content, frozen.digest())
        }
        "blank" => {
            let forms = Forms::embedded()?;
            blank::document(&*forms.newest(PROGRESS_REPORT).context("no form")?)
        }
        "assessment" => {
            let evidence = "Seen in the sample of May, and asked of each team in turn.";
            let rate = |n: usize| Rating::Rated(u8::try_from(n % 4).unwrap_or_default());
            assessment_papers::document(&rated::content(evidence, rate))
        }
        _ => {
            let standards = load("standards", rated::STANDARDS);
            let standards = standards.map_err(|_| anyhow::anyhow!("the standards do not load"))?;
            assessment_papers::blank(&standards)
        }
    })
}

pub fn figures() -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let mut report_page = None;
    for (name, what, target) in SAMPLES {
        let cost = Cost::of(name)?;
        let mut words = cost.in_words();
        if name == "seven" {
            report_page = cost.instructions_a_page();
        }
        if let (Some(own), Some(report)) = (cost.instructions_a_page(), report_page) {
            words += &format!("; a page {:.2} × that of the 7-page report", own / report);
        }
        figures.push(figure(what, words, target));
        if name == "seven" || name == "fifteen" {
            figures.extend(peers::figures(what, &sample(name)?, &cost));
        }
    }
    Ok(figures)
}
