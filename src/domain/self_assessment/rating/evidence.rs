//! Evidence for a rating: several pieces, each a text, a link or both, and a day where it has one.

use super::Problem;
use crate::domain::calendar::{day_in_words, read_day};
use crate::domain::form::Fields;
use crate::domain::form::answer::LONGEST_ANSWER;
use crate::domain::link;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Most pieces of evidence for one criterion: more belongs into a folder that one link leads to.
pub const MOST_EVIDENCE: usize = 20;

const PARTS: [&str; 5] = ["text", "link", "day", "month", "year"];

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Evidence {
    /// What it is, in words; empty where the link says it.
    pub text: String,
    /// Where it is: http or https; empty where there is no link.
    pub link: String,
    /// Its day.
    pub on: Option<NaiveDate>,
}

impl Evidence {
    /// In words: the text, then the link and the day, each on a line of its own.
    #[must_use]
    pub fn in_words(&self) -> String {
        let on = self.on.map(|on| format!("Dated {}", day_in_words(on)));
        let lines = [self.text.clone(), self.link.clone(), on.unwrap_or_default()];
        let told: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        told.join("\n")
    }
}

/// The field of a part of the `n`th piece, from 1: `evidence.1.link`.
#[must_use]
pub fn field_of_evidence(n: usize, part: &str) -> String {
    format!("evidence.{n}.{part}")
}

pub(super) fn is_field(name: &str) -> bool {
    let mut parts = name.split('.');
    let (Some("evidence"), Some(n), Some(part), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let number = n
        .parse()
        .ok()
        .filter(|number: &usize| number.to_string() == n);
    number.is_some_and(|n| (1..=MOST_EVIDENCE).contains(&n)) && PARTS.contains(&part)
}

fn is_filled(fields: &Fields, n: usize) -> bool {
    PARTS
        .iter()
        .any(|part| !fields.get(&field_of_evidence(n, part)).is_empty())
}

fn filled(fields: &Fields) -> impl Iterator<Item = usize> {
    (1..=MOST_EVIDENCE).filter(|n| is_filled(fields, *n))
}

pub(super) fn is_empty(fields: &Fields) -> bool {
    filled(fields).next().is_none()
}

/// How many pieces a form shows: those that are filled, and an empty one after the last.
#[must_use]
pub fn slots(fields: &Fields) -> usize {
    (filled(fields).max().unwrap_or(0) + 1).min(MOST_EVIDENCE)
}

/// The pieces as typed, for showing: what is not sound in one is left out of it.
#[must_use]
pub fn pieces(fields: &Fields) -> Vec<Evidence> {
    filled(fields)
        .map(|n| {
            let typed = |part| fields.get(&field_of_evidence(n, part)).to_owned();
            let link = typed("link");
            Evidence {
                text: typed("text"),
                on: read_day(&typed("day"), &typed("month"), &typed("year")).ok(),
                link: if link::check(&link).is_ok() {
                    link
                } else {
                    String::new()
                },
            }
        })
        .collect()
}

/// Reads the pieces and adds what is wrong with them.
pub(super) fn read(
    fields: &Fields,
    today: NaiveDate,
    problems: &mut Vec<Problem>,
) -> Vec<Evidence> {
    let mut all = Vec::new();
    for n in filled(fields) {
        let name = |part: &str| field_of_evidence(n, part);
        let typed = |part: &str| fields.get(&name(part)).to_owned();
        let mut wrong = |part: &str, message: &str| {
            problems.push(Problem {
                field: name(part),
                message: message.to_owned(),
            });
        };
        let (text, link) = (typed("text"), typed("link"));
        if text.chars().count() > LONGEST_ANSWER {
            wrong("text", "This can have up to 50,000 characters");
        }
        if text.is_empty() && link.is_empty() {
            wrong(
                "text",
                "Say what the evidence of that day is, or give its link",
            );
        }
        if !link.is_empty()
            && let Err(message) = link::check(&link)
        {
            wrong("link", message);
        }
        let on = match ["day", "month", "year"].map(&typed) {
            parts if parts.iter().all(String::is_empty) => None,
            [day, month, year] => match read_day(&day, &month, &year) {
                Ok(day) if day > today => {
                    wrong("day", "The day of the evidence cannot be after today");
                    None
                }
                Ok(day) => Some(day),
                Err(e) => {
                    wrong(e.field(), &e.to_string());
                    None
                }
            },
        };
        all.push(Evidence { text, link, on });
    }
    all
}
