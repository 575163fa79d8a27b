//! What catches the eye before sign-off. Findings help judgement; few block, and every other one can be
//! answered ("I have considered this: …").
//!
//! Rules bind to what a question means or what kind it is, never to its id or its wording. They rest on
//! the record and on structured answers; prose is only compared with itself and searched for whole names.

mod answers;
pub mod considered;
mod contacts;
mod names;
mod record;
mod repeated;
pub mod rule;
pub mod similarity;
mod sources;
mod unanswered;

pub use rule::Rule;

use super::circumstances::Period;
use crate::domain::form::answer::Fields;
use crate::domain::form::definition::Column;
use crate::domain::form::progress::{Answers, Circumstances, Item, Texts, items};
use crate::domain::form::{Form, Respondent};
use crate::domain::patient::PatientRecord;
use crate::domain::timeline::{Entry, Matter, Origins, standing};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Sign-off waits for it.
    Blocks,
    /// Worth a thought; may be answered.
    Consider,
    /// Good to know; nobody is asked for an answer, and any may be given.
    Note,
}

impl Severity {
    /// As stored and as tests name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Consider => "consider",
            Self::Note => "note",
        }
    }
}

/// One thing that a rule noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How much it weighs.
    pub severity: Severity,
    /// The section it stands in; empty when it is about the record.
    pub section: String,
    /// The answer it concerns, `question` or `question/row`; `record:…` when it is about the record.
    pub on: String,
    /// In plain words.
    pub message: String,
    /// What the record knows that makes the rule speak: the same for all its findings, so a page says it
    /// once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// A report of the patient before this one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Earlier {
    /// Its "facts as at".
    pub facts_as_at: Option<NaiveDate>,
    /// What its answers say.
    pub answers: Arc<Texts>,
}

/// A patient whom the author supervises besides this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherPatient {
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The form.
    pub form: &'a Form,
    /// What it asks of this report.
    pub asked: &'a Circumstances,
    /// The report's answers.
    pub answers: &'a Answers,
    /// The patient's record.
    pub record: &'a PatientRecord,
    /// The supervision record, with what was corrected.
    pub entries: &'a [Entry],
    /// The report's period. Its last day stands for today: rules read no clock.
    pub period: Period,
    /// Earlier reports, newest first.
    pub earlier: &'a [Earlier],
    /// The author's other patients.
    pub caseload: &'a [OtherPatient],
    /// When the author signed, while that stands.
    pub signed_at: Option<DateTime<Utc>>,
    /// When the patient's record was last saved.
    pub record_saved_at: Option<DateTime<Utc>>,
}

/// An item with its answer, as the rules see it.
struct Said<'a> {
    item: &'a Item<'a>,
    fields: &'a Fields,
    on: String,
}

impl Said<'_> {
    fn meaning(&self) -> &str {
        self.item.question.meaning.as_deref().unwrap_or_default()
    }

    /// What it is about, in words.
    fn about(&self) -> String {
        match self.item.row {
            Some(row) => format!("{} – {}", self.item.question.label, shortened(&row.label)),
            None => self.item.question.label.clone(),
        }
    }

    fn finding(&self, rule: Rule, severity: Severity, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            severity,
            section: self.item.section.id.clone(),
            on: self.on.clone(),
            message: message.into(),
            because: None,
        }
    }

    /// The answer as one or, for a row, several statements: column, its id in the row, its fields.
    fn statements(&self) -> Vec<(Column, Fields)> {
        if self.item.row.is_some() {
            let column = |c: &Column| (c.clone(), self.fields.column(&c.id));
            self.item.question.columns.iter().map(column).collect()
        } else {
            vec![(self.item.question.as_column(), self.fields.clone())]
        }
    }
}

/// A row's words cut to what a list can take; the page shows them in full.
fn shortened(label: &str) -> String {
    const MOST: usize = 70;
    let line = label.lines().next().unwrap_or_default();
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    let cut: String = line.chars().take(MOST).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}

/// The report as the rules read it.
struct Reading<'a> {
    evidence: &'a Evidence<'a>,
    said: Vec<Said<'a>>,
    /// Entries that are missed contacts.
    missed: HashSet<String>,
}

impl<'a> Reading<'a> {
    /// The first item of a meaning.
    fn meant(&self, meaning: &str) -> Option<&Said<'a>> {
        self.said.iter().find(|s| s.meaning() == meaning)
    }

    /// A finding about the record, placed at the question of that meaning where the form has one.
    fn at(
        &self,
        meaning: &str,
        record: &str,
        rule: Rule,
        severity: Severity,
        message: String,
    ) -> Finding {
        match self.meant(meaning) {
            Some(said) => said.finding(rule, severity, message),
            None => about_record(record, rule, severity, message),
        }
    }
}

/// A finding about a part of the record.
fn about_record(part: &str, rule: Rule, severity: Severity, message: String) -> Finding {
    Finding {
        rule,
        severity,
        section: String::new(),
        on: format!("record:{part}"),
        message,
        because: None,
    }
}

/// Findings on the parts that `respondent` answers, those that block first. One rule speaks once about
/// one answer.
#[must_use]
pub fn find(evidence: &Evidence<'_>, respondent: Respondent) -> Vec<Finding> {
    let empty = Fields::default();
    let items = items(evidence.form, evidence.asked);
    let said = items
        .iter()
        .map(|item| Said {
            fields: evidence
                .answers
                .get(&item.key())
                .map_or(&empty, |a| &a.fields),
            on: item.key().to_string(),
            item,
        })
        .collect();
    // A correction answers to the row of what it corrects: rows are named after the first entry.
    let origins = Origins::of(evidence.entries);
    let missed = standing(evidence.entries)
        .into_iter()
        .filter(|e| matches!(&e.matter, Matter::Contact(c) if !c.happened))
        .map(|e| origins.first(&e.id).as_str().to_owned())
        .collect();
    let reading = Reading {
        evidence,
        said,
        missed,
    };
    let mut found = Vec::new();
    for said in &reading.said {
        if said.item.part.answered_by != respondent {
            continue;
        }
        unanswered::find(&reading, said, &mut found);
        answers::find(&reading, said, &mut found);
        sources::find(&reading, said, &mut found);
        repeated::find(&reading, said, &mut found);
    }
    names::find(&reading, respondent, &mut found);
    if respondent == Respondent::SocialSupervisor {
        contacts::find(&reading, &mut found);
        record::find(&reading, &mut found);
    } else {
        contacts::find_clinical(&reading, &mut found);
    }
    record::at_odds(&reading, respondent, &mut found);
    found.sort_by(|a, b| (a.severity, a.rule, &a.on).cmp(&(b.severity, b.rule, &b.on)));
    found.dedup_by(|next, first| next.rule == first.rule && next.on == first.on);
    // Blocks first, then in the order of the report: the sort above only brought doubles together.
    let places: HashMap<&str, usize> = reading
        .said
        .iter()
        .map(|s| s.on.as_str())
        .zip(0..)
        .collect();
    found.sort_by_key(|f| {
        (
            f.severity,
            places.get(f.on.as_str()).copied().unwrap_or(usize::MAX),
        )
    });
    found
}

/// Whether any finding holds up sign-off.
#[must_use]
pub fn blocks(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.severity == Severity::Blocks)
}
