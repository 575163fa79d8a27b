//! "I have considered this: …": an author's answer to a finding. It is kept like any answer of the report,
//! with versions, under a key that no question can have; it never holds anything up.

use super::{Finding, Severity};
use crate::domain::form::AnswerKey;
use crate::domain::form::answer::{Answer, Fields, LONGEST_ANSWER};
use crate::domain::form::progress::Answers;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

const START: &str = "finding:";

/// The key of the answer to a finding.
#[must_use]
pub fn key(finding: &Finding) -> AnswerKey {
    AnswerKey {
        question: format!("{START}{}", finding.rule.id()),
        row: finding.on.clone(),
    }
}

/// Whether a key is of an answer to a finding, and not of a question.
#[must_use]
pub fn is_considered(key: &AnswerKey) -> bool {
    key.question.starts_with(START)
}

/// What is kept: the words, and what the finding said when they were written.
#[must_use]
pub fn fields(finding: &Finding, words: &str) -> Fields {
    if words.trim().is_empty() {
        return Fields::default();
    }
    Fields::new([("text", words), ("about", finding.message.as_str())])
}

/// Whether a finding is one that its author may answer: those that block are answered by filling the gap.
#[must_use]
pub fn may_answer(finding: &Finding) -> bool {
    finding.severity != Severity::Blocks
}

/// Whether the words can be kept.
#[must_use]
pub fn fits(words: &str) -> bool {
    words.chars().count() <= LONGEST_ANSWER
}

/// An answer to a finding that a report has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered<'a> {
    /// The rule's name, as stored.
    pub rule: &'a str,
    /// What it concerned.
    pub on: &'a str,
    /// What the finding said when it was answered.
    pub about: &'a str,
    /// The author's words.
    pub words: &'a str,
    /// The answer as stored.
    pub answer: &'a Answer,
}

/// Every answer to a finding that a report has, in the order of the rules' names.
pub fn all(answers: &Answers) -> impl Iterator<Item = Considered<'_>> {
    answers.iter().filter_map(|(key, answer)| {
        let rule = key.question.strip_prefix(START)?;
        (!answer.fields.is_empty()).then(|| Considered {
            rule,
            on: &key.row,
            about: answer.fields.get("about"),
            words: answer.fields.get("text"),
            answer,
        })
    })
}

/// A finding as it stood at a step, with what the author said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FindingKept {
    /// What the rules said.
    pub finding: Finding,
    /// The author's answer, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerKept>,
}

/// An author's answer to a finding, as it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AnswerKept {
    /// What the finding said when it was answered.
    pub about: String,
    /// The words.
    pub words: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What the rules said when a step was taken: kept with the signature, never sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InternalRecord {
    /// Names the shape of the JSON.
    pub schema: String,
    /// The step, as the audit names it.
    pub step: String,
    /// What the rules said, with the author's answers.
    pub findings: Vec<FindingKept>,
    /// Answers to findings that the rules no longer made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_longer_found: Vec<AnswerKept>,
}

/// The schema of [`InternalRecord`].
pub const SCHEMA: &str = "conditional-discharge/internal-record/1";

/// The record of a step.
#[must_use]
pub fn record(step: &str, findings: Vec<Finding>, answers: &Answers) -> InternalRecord {
    let kept = |c: &Considered<'_>| AnswerKept {
        about: c.about.to_owned(),
        words: c.words.to_owned(),
        by: c.answer.by.clone(),
        at: c.answer.at,
    };
    let all: Vec<Considered<'_>> = all(answers).collect();
    let is_of = |f: &Finding, c: &Considered<'_>| c.rule == f.rule.id() && c.on == f.on;
    let no_longer_found = all
        .iter()
        .filter(|c| !findings.iter().any(|f| is_of(f, c)))
        .map(kept)
        .collect();
    let findings = findings
        .into_iter()
        .map(|finding| FindingKept {
            answer: all.iter().find(|c| is_of(&finding, c)).map(kept),
            finding,
        })
        .collect();
    InternalRecord {
        schema: SCHEMA.to_owned(),
        step: step.to_owned(),
        findings,
        no_longer_found,
    }
}
