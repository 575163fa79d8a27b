//! Findings on a long report with three years behind it: the worst case, in which every text stands as it
//! stood in each of the twelve reports before, so that every one of them is compared.

use super::{Figure, figure, milliseconds, quantile};
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate};
use conditional_discharge::domain::case::template::{Setting, compile};
use conditional_discharge::domain::form::definition::Kind;
use conditional_discharge::domain::form::progress::{Answers, items, texts};
use conditional_discharge::domain::form::{Answer, Fields, Respondent, Version};
use conditional_discharge::domain::report::circumstances::{Period, circumstances};
use conditional_discharge::domain::report::findings::{Earlier, Evidence, OtherPatient, find};
use conditional_discharge::server::demo;
use conditional_discharge::server::forms::{Forms, PROGRESS_REPORT};
use std::sync::Arc;
use std::time::Instant;

const WORDS: usize = 20_000;
const EARLIER: usize = 12;

/// Prose of so many words, no two sentences alike.
fn prose(words: usize, from: usize) -> String {
    const SOME: [&str; 16] = [
        "the", "flat", "was", "warm", "and", "he", "spoke", "of", "work", "with", "his", "sister",
        "calmly", "before", "supper", "again",
    ];
    (0..words)
        .map(|n| {
            let word = SOME[(n * 7 + n / 5 + from) % SOME.len()];
            if n % 12 == 11 {
                format!("{word}{}.", (n + from) % 97)
            } else {
                word.to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

pub fn figures() -> Result<Vec<Figure>> {
    let forms = Forms::embedded()?;
    let form = forms.newest(PROGRESS_REPORT).context("no form")?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).context("no such day")?;
    let people = demo::names();
    let setting = Setting {
        today,
        form: &form,
        organisation: "Northmere",
        people: &people,
    };
    let text = include_str!("../../src/forms/cases/1-marcus-delaney-oyelaran.toml");
    let case = compile(text, &setting).map_err(anyhow::Error::msg)?.case;
    let period = Period {
        from: case.reports.last().context("no report")?.period_from,
        to: today,
    };
    let asked = circumstances(&case.record, &[], false, period);
    let narratives: Vec<_> = items(&form, &asked)
        .into_iter()
        .filter(|i| {
            i.part.answered_by == Respondent::SocialSupervisor && i.question.kind == Kind::Narrative
        })
        .map(|i| i.key())
        .collect();
    let answers: Answers = narratives
        .iter()
        .enumerate()
        .map(|(n, key)| {
            let answer = Answer {
                fields: Fields::new([
                    ("text", prose(WORDS / narratives.len() + 1, n)),
                    ("basis", "self-report".into()),
                ]),
                version: Version(1),
                by: "author".into(),
                at: DateTime::UNIX_EPOCH,
            };
            (key.clone(), answer)
        })
        .collect();
    let earlier = vec![
        Earlier {
            facts_as_at: None,
            answers: Arc::new(texts(&answers)),
        };
        EARLIER
    ];
    let caseload: Vec<OtherPatient> = (0..25)
        .map(|n| OtherPatient {
            given_name: format!("Given{n}"),
            family_name: format!("Family{n}"),
        })
        .collect();
    let evidence = Evidence {
        form: &form,
        asked: &asked,
        answers: &answers,
        record: &case.record,
        entries: &[],
        period,
        earlier: &earlier,
        caseload: &caseload,
        signed_at: None,
        record_saved_at: None,
    };
    let mut found = 0;
    let mut times: Vec<_> = (0..20)
        .map(|_| {
            let begin = Instant::now();
            found = find(&evidence, Respondent::SocialSupervisor).len();
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    let words = format!(
        "{} median, {} worst of 20; {found} findings, every text compared with {EARLIER} reports",
        milliseconds(quantile(&times, 0.5)),
        milliseconds(quantile(&times, 1.0)),
    );
    Ok(vec![figure(
        "findings on a report of 20,000 words",
        words,
        "≤ 30 ms",
    )])
}
