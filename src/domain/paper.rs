//! Papers about a patient that are no progress report: notification, late notice, handover and others.
//!
//! Each is a form like the report's. A paper is a draft with versions, then made once from what stands:
//! its content and its bytes never change after. None of them waits for anybody's approval.

use crate::domain::form::answer::{Answer, AnswerKey, Fields, Version};
use crate::domain::form::definition::{Form, RecordFact};
use crate::domain::form::progress::{Answers, Circumstances};
use crate::domain::report::frozen::{FormUsed, FrozenPart, PatientIdentified, hex, parts};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What a paper is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperKind {
    /// Id of its form.
    pub form: &'static str,
    /// In words.
    pub words: &'static str,
    /// To whom it goes, as the page offers it.
    pub recipient: &'static str,
    /// Whether it bears the protective marking. What is given to the patient does not.
    pub marked: bool,
    /// Whether it is set in large print.
    pub large_print: bool,
    /// Whether it is one of the urgent ones, offered first.
    pub urgent: bool,
    /// A boxed announcement at its head.
    pub notice: Option<(&'static str, &'static str)>,
}

/// Id of the notification's form.
pub const NOTIFICATION: &str = "event-notification";
/// Id of the late notice's form.
pub const LATE_NOTICE: &str = "late-notice";
/// Id of the form for a change of conditions.
pub const CHANGE: &str = "change-of-conditions";
/// Id of the form for recall information.
pub const RECALL: &str = "recall-information";
/// Id of the patient's sheet of conditions.
pub const SHEET: &str = "conditions-sheet";

/// Every kind, urgent ones first.
pub const KINDS: [PaperKind; 7] = [
    PaperKind {
        form: NOTIFICATION,
        words: "Notification to MHCS of an event",
        recipient: "MHCS",
        marked: true,
        large_print: false,
        urgent: true,
        notice: None,
    },
    PaperKind {
        form: RECALL,
        words: "Information for MHCS on recall",
        recipient: "MHCS",
        marked: true,
        large_print: false,
        urgent: true,
        notice: Some((
            "Only the Secretary of State recalls",
            "This paper is evidence for that decision. A breach of a condition alone is not the test, and recall needs no breach.",
        )),
    },
    PaperKind {
        form: LATE_NOTICE,
        words: "Notice that a report will be late",
        recipient: "MHCS",
        marked: true,
        large_print: false,
        urgent: true,
        notice: None,
    },
    PaperKind {
        form: CHANGE,
        words: "Application to change conditions",
        recipient: "MHCS",
        marked: true,
        large_print: false,
        urgent: false,
        notice: None,
    },
    PaperKind {
        form: "absolute-discharge",
        words: "Evidence for absolute discharge",
        recipient: "MHCS",
        marked: true,
        large_print: false,
        urgent: false,
        notice: None,
    },
    PaperKind {
        form: SHEET,
        words: "Conditions in plain words, for the patient",
        recipient: "The patient",
        marked: false,
        large_print: true,
        urgent: false,
        notice: None,
    },
    PaperKind {
        form: "handover",
        words: "Handover to a new supervisor",
        recipient: "The new supervisor",
        marked: true,
        large_print: false,
        urgent: false,
        notice: None,
    },
];

/// The kind of that form.
#[must_use]
pub fn kind(form: &str) -> Option<&'static PaperKind> {
    KINDS.iter().find(|k| k.form == form)
}

/// What a draft says: fields by question and row.
pub type Draft = BTreeMap<AnswerKey, Fields>;

/// A draft's first text: what the record already knows, by the meaning of the question.
#[must_use]
pub fn prefilled(form: &Form, known: &BTreeMap<&str, Fields>) -> Draft {
    let of = |question: &crate::domain::form::definition::Question| {
        let fields = known.get(question.meaning.as_deref()?)?;
        Some((AnswerKey::of(&question.id), fields.clone()))
    };
    form.questions().filter_map(|(_, _, q)| of(q)).collect()
}

/// Names the shape of the JSON.
pub const SCHEMA: &str = "conditional-discharge/paper/1";

/// A paper as it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrozenPaper {
    /// [`SCHEMA`].
    pub schema: String,
    /// The paper's identifier.
    pub paper: String,
    /// Who answers for it.
    pub organisation: String,
    /// The form it was written on.
    pub form: FormUsed,
    /// The patient as identified on every page.
    pub patient: PatientIdentified,
    /// Questions as asked and answers as given.
    pub parts: Vec<FrozenPart>,
    /// Who made it.
    pub made_by: String,
    /// Their job title.
    pub job_title: String,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// What a paper says besides its answers.
#[derive(Debug, Clone)]
pub struct Heading {
    /// See [`FrozenPaper::paper`].
    pub paper: String,
    /// See [`FrozenPaper::organisation`].
    pub organisation: String,
    /// See [`FrozenPaper::patient`].
    pub patient: PatientIdentified,
    /// See [`FrozenPaper::made_by`].
    pub made_by: String,
    /// See [`FrozenPaper::job_title`].
    pub job_title: String,
    /// See [`FrozenPaper::made_at`].
    pub made_at: DateTime<Utc>,
}

/// Makes a paper of a draft. `facts` gives each fact of the record in words.
#[must_use]
pub fn freeze(
    heading: Heading,
    form: &Form,
    asked: &Circumstances,
    draft: &Draft,
    facts: impl Fn(RecordFact) -> Vec<String>,
) -> FrozenPaper {
    let answer = |fields: &Fields| Answer {
        fields: fields.clone(),
        version: Version(1),
        by: String::new(),
        at: heading.made_at,
    };
    let answers: Answers = draft.iter().map(|(k, f)| (k.clone(), answer(f))).collect();
    FrozenPaper {
        schema: SCHEMA.to_owned(),
        paper: heading.paper,
        organisation: heading.organisation,
        form: FormUsed {
            id: form.id.clone(),
            version: form.version,
            title: form.title.clone(),
            status: form.status.clone(),
        },
        patient: heading.patient,
        parts: parts(form, asked, &answers, false, &facts),
        made_by: heading.made_by,
        job_title: heading.job_title,
        made_at: heading.made_at,
    }
}

impl FrozenPaper {
    /// The bytes as stored, as text, and their SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// Only if the content cannot be written as JSON, which its types rule out.
    pub fn write(&self) -> Result<(String, String), serde_json::Error> {
        let json = serde_json::to_string_pretty(self)?;
        let digest = hex(&Sha256::digest(json.as_bytes()));
        Ok((json, digest))
    }
}
