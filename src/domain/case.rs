//! One patient's whole record as a document: what `case export` writes and `case import` reads.
//!
//! People are named by e-mail, so that a case can be read on another installation.

pub mod check;
pub mod examine;
pub mod template;

use super::form::answer::{Fields, Version};
use super::patient::PatientRecord;
use super::patient::edit::Change;
use super::people::Role;
use super::report::State;
use super::sign_off::Capacity;
use super::timeline::Matter;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The published schema of the JSON (JSON Schema 2020-12).
pub const JSON_SCHEMA: &str = include_str!("../forms/case.schema.json");

/// Names the shape of the JSON.
pub const SCHEMA: &str = "conditional-discharge/case/1";

/// A case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// [`SCHEMA`].
    pub schema: String,
    /// The record as it stands.
    pub record: PatientRecord,
    /// Every version that the record ever had, oldest first; the last one is the record. Absent in a
    /// case that was written by hand: the record is then its own first version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<VersionInCase>,
    /// Who is or was assigned to the patient. Absent in a case that was written by hand: those whom the
    /// record names as supervisors and who have accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignments: Option<Vec<AssignmentInCase>>,
    /// The supervision record, oldest first.
    #[serde(default)]
    pub entries: Vec<EntryInCase>,
    /// Reports, oldest first.
    #[serde(default)]
    pub reports: Vec<ReportInCase>,
    /// Everything else that is kept about the patient, table by table, row by row: what happened to
    /// reports beside the plain way, papers, other papers.
    #[serde(default, skip_serializing_if = "Carried::is_empty")]
    pub carried: Carried,
}

/// Rows by table.
pub type Carried = BTreeMap<String, Vec<CarriedRow>>;
/// A row: values by column. People are e-mail addresses, bytes hexadecimal digits.
pub type CarriedRow = BTreeMap<String, serde_json::Value>;

/// A version of the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VersionInCase {
    /// The record as it stood.
    pub record: PatientRecord,
    /// E-mail of who saved it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why; absent for the first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// An assignment of a person to the patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AssignmentInCase {
    /// E-mail of the person.
    pub person: String,
    /// In which role.
    pub role: Role,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// An entry of the supervision record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EntryInCase {
    /// Identifies it within the case.
    pub id: String,
    /// What happened.
    #[serde(flatten)]
    pub matter: Matter,
    /// E-mail of who entered it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The entry it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
}

/// A report with all that happened to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReportInCase {
    /// Identifies it within the case; papers print it.
    pub id: String,
    /// Form id.
    pub form: String,
    /// Form version.
    pub form_version: NaiveDate,
    /// The due date that it answers.
    pub due: NaiveDate,
    /// First day reported on.
    pub period_from: NaiveDate,
    /// Last day reported on, once the author has set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts_as_at: Option<NaiveDate>,
    /// Where it stands.
    pub state: State,
    /// E-mail of the author.
    pub author: String,
    /// E-mail of who approved it, while that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Whether Part C has to be confirmed again.
    #[serde(default)]
    pub reconfirm_part_c: bool,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// When and how MHCS was told that it would be late, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_notice: Option<LateNotice>,
    /// Answers.
    #[serde(default)]
    pub answers: Vec<AnswerInCase>,
    /// Comments.
    #[serde(default)]
    pub comments: Vec<CommentInCase>,
    /// Signatures.
    #[serde(default)]
    pub signatures: Vec<SignatureInCase>,
    /// The frozen report's JSON, byte for byte, with its digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<FrozenInCase>,
    /// Records of sending.
    #[serde(default)]
    pub sendings: Vec<SendingInCase>,
}

/// MHCS was told before the due date that a report would be late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LateNotice {
    /// The day.
    pub on: NaiveDate,
    /// How.
    pub how: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AnswerInCase {
    /// `question` or `question/row`.
    pub on: String,
    /// What was typed.
    pub fields: Fields,
    /// How often it was saved.
    pub version: Version,
    /// E-mail of who saved it last.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommentInCase {
    /// `question` or `question/row`.
    pub on: String,
    /// The comment.
    pub text: String,
    /// E-mail of who made it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignatureInCase {
    /// In what capacity.
    pub capacity: Capacity,
    /// E-mail of the signer.
    pub by: String,
    /// Name as typed.
    pub name: String,
    /// Job title as shown.
    pub job_title: String,
    /// What was attested.
    pub statements: Vec<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// When it stopped to stand, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided_at: Option<DateTime<Utc>>,
}

/// A frozen report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrozenInCase {
    /// Its bytes.
    pub json: String,
    /// Their SHA-256.
    pub digest: String,
}

/// A record of sending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SendingInCase {
    /// The day it was sent.
    pub on: NaiveDate,
    /// To which mailbox.
    pub to: String,
    /// As what.
    pub form_of_sending: FormOfSending,
    /// E-mail of who recorded it.
    pub by: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

/// What was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormOfSending {
    /// Our PDF.
    Pdf,
    /// The official Word form, filled from our text.
    OfficialForm,
}

impl FormOfSending {
    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::OfficialForm => "official-form",
        }
    }

    /// The form of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Pdf, Self::OfficialForm]
            .into_iter()
            .find(|f| f.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Pdf => "The PDF made here",
            Self::OfficialForm => "The official Word form, filled with the text from here",
        }
    }
}

/// What is wrong with a case file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFault {
    /// Line, from 1; 0 when the fault is not at one place.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

impl std::fmt::Display for CaseFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 {
            f.write_str(&self.reason)
        } else {
            write!(f, "line {}: {}", self.line, self.reason)
        }
    }
}

impl std::error::Error for CaseFault {}

/// Reads a case file.
///
/// # Errors
/// [`CaseFault`] with the line for malformed JSON, and with the field for what does not agree.
pub fn read(json: &str) -> Result<Case, CaseFault> {
    let mut text = serde_json::Deserializer::from_str(json);
    let case: Case = serde_path_to_error::deserialize(&mut text).map_err(|e| CaseFault {
        line: e.inner().line(),
        reason: format!("{}: {}", e.path(), e.inner()),
    })?;
    text.end().map_err(|e| CaseFault {
        line: e.line(),
        reason: format!("after the case: {e}"),
    })?;
    if case.schema != SCHEMA {
        let reason = format!("schema: expected {SCHEMA}");
        return Err(CaseFault { line: 0, reason });
    }
    check::check(&case)?;
    Ok(case)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::patient::{Authority, Discharge, Discharger, Nation};

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    pub(crate) fn record() -> PatientRecord {
        PatientRecord {
            given_name: "Marcus".into(),
            family_name: "Delaney-Oyelaran".into(),
            aliases: vec![],
            date_of_birth: day(1985, 4, 2),
            nhs_number: None,
            mhcs_reference: "TEST/00001".into(),
            nation: Nation::England,
            nation_from: None,
            authority: Authority {
                section: "Sections 37 and 41, Mental Health Act 1983".into(),
                ordered_on: day(2015, 6, 1),
                court: String::new(),
            },
            index_offences: vec![],
            discharge: Discharge {
                on: day(2025, 11, 30),
                by: Discharger::Tribunal,
                hospital: "Aldersmoor Hospital".into(),
            },
            addresses: vec![],
            supervisors: vec![],
            care_team: vec![],
            conditions: vec![],
            mappa: None,
            earlier_mappa: vec![],
            not_under_mappa: None,
            victim_liaison: vec![],
            other_orders: vec![],
            mental_disorder: String::new(),
            communication: crate::domain::patient::Communication::default(),
            ethnicity: String::new(),
            advocate: None,
            no_advocate_wanted: false,
            capacity: String::new(),
            agreed_interval: None,
            reported_before: None,
            recalled_on: None,
            ended: None,
            contact_every_days: None,
            contact_plans: vec![],
            clinical_review_every_days: None,
            clinical_reviews: vec![],
            self_report_unreliable: None,
            named_people: vec![],
        }
    }

    proptest::proptest! {
        /// Whatever people type, a case file gives it back to the letter.
        #[test]
        fn a_case_file_loses_nothing(texts in proptest::collection::vec(".{0,40}", 6), n in 1u16..900, number in 0i64..9_000) {
            let mut record = record();
            record.mental_disorder.clone_from(&texts[0]);
            record.aliases = vec![texts[1].clone(), texts[2].clone()];
            record.contact_every_days = Some(n);
            let version = VersionInCase {
                record: record.clone(),
                by: texts[3].clone(),
                at: DateTime::from_timestamp(number, 0).unwrap(),
                change: Some(Change {
                    part: "health".into(),
                    why: crate::domain::patient::edit::Why::Wrong,
                    changed_on: Some(day(2026, 1, 2)),
                    note: texts[4].clone(),
                }),
            };
            let row = CarriedRow::from([
                ("id".to_owned(), texts[5].clone().into()),
                ("number".to_owned(), number.into()),
                ("nothing".to_owned(), serde_json::Value::Null),
            ]);
            let case = Case {
                schema: SCHEMA.into(),
                versions: vec![version],
                assignments: Some(vec![AssignmentInCase {
                    person: texts[3].clone(),
                    role: Role::SocialSupervisor,
                    from: day(2026, 1, 2),
                    to: None,
                }]),
                record,
                entries: vec![],
                reports: vec![],
                carried: Carried::from([("paper".to_owned(), vec![row])]),
            };
            proptest::prop_assert_eq!(read(&serde_json::to_string(&case).unwrap()).unwrap(), case);
        }
    }

    #[test]
    fn a_wrong_field_is_named_with_its_line() {
        let case = Case {
            schema: SCHEMA.into(),
            record: record(),
            versions: vec![],
            assignments: None,
            entries: vec![],
            reports: vec![],
            carried: Carried::new(),
        };
        let json = serde_json::to_string_pretty(&case).unwrap();
        assert_eq!(read(&json).unwrap(), case);
        let wrong = read(&json.replace("2025-11-30", "2025-11-31")).unwrap_err();
        assert!(wrong.line > 1, "{wrong}");
        assert!(
            read(&json.replace("\"nation\"", "\"natoin\""))
                .unwrap_err()
                .reason
                .contains("natoin")
        );
        assert!(
            read(&json.replace("case/1", "case/9"))
                .unwrap_err()
                .reason
                .starts_with("schema")
        );
    }
}
