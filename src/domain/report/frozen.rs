//! A frozen report: the questions as asked, the answers as given, who signed and when.
//!
//! It is made once, at the author's final check, and never changed. Papers are set from it alone, so
//! a later change of form or record changes no report that was sent.

use crate::domain::form::answer::{self, Fields};
use crate::domain::form::definition::{Form, Kind, RecordFact, Respondent};
use crate::domain::form::progress::{Answers, Circumstances, Item, items};
use crate::domain::report::kind::{Lateness, ReportKind};
use crate::domain::sign_off::Signature;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Names the shape of the JSON; a reader refuses one it does not know.
pub const SCHEMA: &str = "conditional-discharge/frozen-report/1";

/// The content of a frozen report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Frozen {
    /// [`SCHEMA`].
    pub schema: String,
    /// The report's identifier.
    pub report: String,
    /// Who answers for it: the trust or council.
    pub organisation: String,
    /// The form it was written on.
    pub form: FormUsed,
    /// The patient as identified on every page.
    pub patient: PatientIdentified,
    /// First day reported on.
    pub period_from: NaiveDate,
    /// Last day reported on: "facts as at".
    pub facts_as_at: NaiveDate,
    /// The due date that it answers.
    pub due: NaiveDate,
    /// Which report it is. Reports that were frozen before this was kept do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ReportKind>,
    /// That it was late, or that MHCS was told so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Lateness>,
    /// What the reader has to know first: sent before it was complete, corrects an earlier report,
    /// Part C on a paper of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// Parts as asked and answered.
    pub parts: Vec<FrozenPart>,
    /// Author's and clinical supervisor's. The line manager's record is internal and not here.
    pub signatures: Vec<Signature>,
    /// When it was frozen.
    pub frozen_at: DateTime<Utc>,
}

/// Which form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FormUsed {
    /// Id of the form.
    pub id: String,
    /// Its version.
    pub version: NaiveDate,
    /// Its title.
    pub title: String,
    /// What it is and is not.
    pub status: String,
}

/// Who the report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PatientIdentified {
    /// Full name.
    pub name: String,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// MHCS reference.
    pub mhcs_reference: String,
}

/// A part as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrozenPart {
    /// Title.
    pub title: String,
    /// Sections.
    pub sections: Vec<FrozenSection>,
}

/// A section as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrozenSection {
    /// Title.
    pub title: String,
    /// Questions with their answers.
    pub entries: Vec<FrozenEntry>,
}

/// A question as asked, with its answer as given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrozenEntry {
    /// The question.
    pub question: String,
    /// The row it was asked of, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What was answered; one statement for a plain question, one a column for a row.
    pub statements: Vec<Statement>,
    /// Marked to be left out of the patient's copy.
    #[serde(default)]
    pub withheld: bool,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Statement {
    /// The column's question; absent for a plain question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The answer in words; absent when none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// How it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_by: Option<String>,
}

/// Where an answer stands in a frozen report: part, section, answer, each counted from nought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    part: usize,
    section: usize,
    entry: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.part, self.section, self.entry)
    }
}

impl Place {
    /// Reads `part.section.entry`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|n| n.parse().ok());
        let place = Self {
            part: numbers.next()??,
            section: numbers.next()??,
            entry: numbers.next()??,
        };
        numbers.next().is_none().then_some(place)
    }
}

impl FrozenEntry {
    /// Whether anything was answered. A row of the record that needs no words speaks for itself.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        let said = |s: &Statement| s.answer.is_some() || s.known_by.is_some();
        let speaks = self.row.is_some() && self.statements.is_empty();
        speaks || self.statements.iter().any(said)
    }
}

impl Frozen {
    /// Every answer with its place, section by section.
    pub fn entries(&self) -> impl Iterator<Item = (Place, &FrozenSection, &FrozenEntry)> {
        self.parts.iter().enumerate().flat_map(|(part, p)| {
            p.sections.iter().enumerate().flat_map(move |(section, s)| {
                s.entries.iter().enumerate().map(move |(entry, e)| {
                    let place = Place {
                        part,
                        section,
                        entry,
                    };
                    (place, s, e)
                })
            })
        })
    }

    /// The report as the patient may have it: without what the author marked and without what stands at
    /// the places in `also`. What was not answered goes too, so that a question that is missing does
    /// not tell that something was withheld.
    #[must_use]
    pub fn patients_copy(&self, also: &[Place]) -> Self {
        let mut copy = self.clone();
        for (part, p) in copy.parts.iter_mut().enumerate() {
            for (section, s) in p.sections.iter_mut().enumerate() {
                let mut entry = 0..;
                s.entries.retain(|e| {
                    let entry = entry.next().unwrap_or_default();
                    let place = Place {
                        part,
                        section,
                        entry,
                    };
                    !e.withheld && e.is_answered() && !also.contains(&place)
                });
            }
            p.sections.retain(|s| !s.entries.is_empty());
        }
        copy.parts.retain(|p| !p.sections.is_empty());
        copy
    }
}

/// What is frozen besides the answers.
#[derive(Debug, Clone)]
pub struct Heading {
    /// See [`Frozen::report`].
    pub report: String,
    /// See [`Frozen::organisation`].
    pub organisation: String,
    /// See [`Frozen::patient`].
    pub patient: PatientIdentified,
    /// See [`Frozen::period_from`].
    pub period_from: NaiveDate,
    /// See [`Frozen::facts_as_at`].
    pub facts_as_at: NaiveDate,
    /// See [`Frozen::due`].
    pub due: NaiveDate,
    /// See [`Frozen::kind`].
    pub kind: ReportKind,
    /// See [`Frozen::lateness`].
    pub lateness: Option<Lateness>,
    /// See [`Frozen::marks`].
    pub marks: Vec<String>,
    /// Whether Part C is left out: it follows, or stands on a paper of its own.
    pub without_part_c: bool,
    /// See [`Frozen::signatures`].
    pub signatures: Vec<Signature>,
    /// See [`Frozen::frozen_at`].
    pub frozen_at: DateTime<Utc>,
}

/// Freezes. `facts` gives each fact of the record in words, one line each.
#[must_use]
pub fn freeze(
    heading: Heading,
    form: &Form,
    asked: &Circumstances,
    answers: &Answers,
    facts: impl Fn(RecordFact) -> Vec<String>,
) -> Frozen {
    Frozen {
        schema: SCHEMA.to_owned(),
        report: heading.report,
        organisation: heading.organisation,
        form: FormUsed {
            id: form.id.clone(),
            version: form.version,
            title: form.title.clone(),
            status: form.status.clone(),
        },
        patient: heading.patient,
        period_from: heading.period_from,
        facts_as_at: heading.facts_as_at,
        due: heading.due,
        kind: Some(heading.kind),
        lateness: heading.lateness,
        marks: heading.marks,
        parts: parts(form, asked, answers, heading.without_part_c, &facts),
        signatures: heading.signatures,
        frozen_at: heading.frozen_at,
    }
}

/// Questions as asked and answers as given; rows that an author left blank are left out.
pub(crate) fn parts(
    form: &Form,
    asked: &Circumstances,
    answers: &Answers,
    without_part_c: bool,
    facts: &impl Fn(RecordFact) -> Vec<String>,
) -> Vec<FrozenPart> {
    let mut parts: Vec<FrozenPart> = Vec::new();
    let left_out =
        |item: &Item<'_>| without_part_c && item.part.answered_by == Respondent::ClinicalSupervisor;
    for item in items(form, asked)
        .into_iter()
        .filter(|item| !left_out(item) && item.is_told(answers))
    {
        if parts.last().is_none_or(|p| p.title != item.part.title) {
            parts.push(FrozenPart {
                title: item.part.title.clone(),
                sections: vec![],
            });
        }
        let Some(part) = parts.last_mut() else {
            continue;
        };
        if part
            .sections
            .last()
            .is_none_or(|s| s.title != item.section.title)
        {
            part.sections.push(FrozenSection {
                title: item.section.title.clone(),
                entries: vec![],
            });
        }
        if let Some(section) = part.sections.last_mut() {
            section.entries.push(entry(&item, answers, facts));
        }
    }
    parts
}

fn entry(
    item: &Item<'_>,
    answers: &Answers,
    facts: &impl Fn(RecordFact) -> Vec<String>,
) -> FrozenEntry {
    let empty = Fields::default();
    let fields = answers.get(&item.key()).map_or(&empty, |a| &a.fields);
    let statements = match (item.row, item.question.shows) {
        (Some(_), _) => item
            .told_columns(fields)
            .map(|column| {
                let said = fields.column(&column.id);
                Statement {
                    label: Some(column.label.clone()),
                    answer: answer::in_words(column, &said),
                    known_by: answer::basis_in_words(&said),
                }
            })
            .collect(),
        (None, Some(fact)) if item.question.kind == Kind::Record => {
            let lines = facts(fact);
            let answer = (!lines.is_empty()).then(|| lines.join("\n"));
            vec![Statement {
                label: None,
                answer,
                known_by: None,
            }]
        }
        _ => vec![Statement {
            label: None,
            answer: answer::in_words(&item.question.as_column(), fields),
            known_by: answer::basis_in_words(fields),
        }],
    };
    FrozenEntry {
        question: item.question.label.clone(),
        row: item.row.map(|row| row.label.clone()),
        statements,
        withheld: item.question.is_left_out(fields),
    }
}

/// A frozen report as stored: its bytes and their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenReport {
    json: String,
    digest: String,
}

/// The text is not a frozen report that we can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAFrozenReport(pub String);

impl std::fmt::Display for NotAFrozenReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a frozen report of ours: {}", self.0)
    }
}

impl std::error::Error for NotAFrozenReport {}

impl FrozenReport {
    /// Writes the content once and for all.
    ///
    /// # Errors
    /// Only if the content cannot be written as JSON, which its types rule out.
    pub fn write(content: &Frozen) -> Result<Self, NotAFrozenReport> {
        serde_json::to_string_pretty(content)
            .map(Self::of_json)
            .map_err(|e| NotAFrozenReport(e.to_string()))
    }

    fn of_json(json: String) -> Self {
        let digest = hex(&Sha256::digest(json.as_bytes()));
        Self { json, digest }
    }

    /// Reads what was written before, byte for byte.
    ///
    /// # Errors
    /// [`NotAFrozenReport`] when the JSON is malformed or of another schema.
    pub fn read(json: &str) -> Result<(Self, Frozen), NotAFrozenReport> {
        let content: Frozen =
            serde_json::from_str(json).map_err(|e| NotAFrozenReport(e.to_string()))?;
        if content.schema != SCHEMA {
            return Err(NotAFrozenReport(format!("its schema is not {SCHEMA}")));
        }
        Ok((Self::of_json(json.to_owned()), content))
    }

    /// The bytes, as text.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// SHA-256 of the bytes, in hexadecimal. A digest, not a signature: it shows that bytes are the
    /// same, not who wrote them.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
