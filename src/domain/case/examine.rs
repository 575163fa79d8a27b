//! Findings of a case file, outside any database: what `findings CASE.json` prints.

use super::{Case, ReportInCase};
use crate::domain::form::progress::{Answers, texts};
use crate::domain::form::{Answer, AnswerKey, Form, Respondent};
use crate::domain::identifiers::{EntryId, PersonId};
use crate::domain::report::State;
use crate::domain::report::circumstances::{Period, circumstances};
use crate::domain::report::findings::{Earlier, Evidence, Finding, OtherPatient, find};
use crate::domain::schedule::is_first;
use crate::domain::sign_off::Capacity;
use crate::domain::timeline::Entry;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use std::sync::Arc;

/// What a case file cannot say of itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Context {
    /// Stands for "facts as at" while the author has not set it.
    #[serde(default)]
    pub today: Option<NaiveDate>,
    /// Full names of the author's other patients: family name last.
    #[serde(default)]
    pub caseload: Vec<String>,
    /// When the record was last changed.
    #[serde(default)]
    pub record_saved_at: Option<DateTime<Utc>>,
}

/// The report of a case that findings are asked about: the one named, or else the last.
#[must_use]
pub fn report<'a>(case: &'a Case, id: Option<&str>) -> Option<&'a ReportInCase> {
    match id {
        Some(id) => case.reports.iter().find(|r| r.id == id),
        None => case.reports.last(),
    }
}

/// Findings on a report of a case: on Parts A and B, and on Part C once it has an answer.
///
/// # Errors
/// In words, when the period has no end or the case is malformed.
pub fn examine(
    case: &Case,
    report: &ReportInCase,
    form: &Form,
    context: &Context,
) -> Result<Vec<Finding>, String> {
    let entries = entries(case)?;
    let to = report
        .facts_as_at
        .or(context.today)
        .ok_or("“facts as at” is not set: give the day as `today` in a context file")?;
    let period = Period {
        from: report.period_from,
        to,
    };
    let answers = answers(report);
    let first = is_first(&case.record, report.due);
    let asked =
        circumstances(&case.record, &entries, first, period).with_author_rows(form, &answers);
    let mut earlier: Vec<&ReportInCase> = case
        .reports
        .iter()
        .filter(|r| r.due < report.due && r.state != State::Withdrawn)
        .collect();
    earlier.sort_by_key(|r| std::cmp::Reverse(r.due));
    let earlier: Vec<Earlier> = earlier
        .into_iter()
        .map(|r| Earlier {
            facts_as_at: r.facts_as_at,
            answers: Arc::new(texts(&self::answers(r))),
        })
        .collect();
    let caseload: Vec<OtherPatient> = context.caseload.iter().map(|name| other(name)).collect();
    let signed = report
        .signatures
        .iter()
        .find(|s| s.capacity == Capacity::SocialSupervisor);
    let evidence = Evidence {
        form,
        asked: &asked,
        answers: &answers,
        record: &case.record,
        entries: &entries,
        period,
        earlier: &earlier,
        caseload: &caseload,
        signed_at: signed.map(|s| s.at),
        record_saved_at: context.record_saved_at,
    };
    let mut found = find(&evidence, Respondent::SocialSupervisor);
    let part_c = answers.iter().any(|(key, a)| {
        let clinical = |(part, _, _): (&crate::domain::form::Part, _, _)| {
            part.answered_by == Respondent::ClinicalSupervisor
        };
        !a.fields.is_empty() && form.question(&key.question).is_some_and(clinical)
    });
    if part_c {
        found.extend(find(&evidence, Respondent::ClinicalSupervisor));
        found.sort_by_key(|f| f.severity);
    }
    Ok(found)
}

fn other(name: &str) -> OtherPatient {
    let (given, family) = name.trim().rsplit_once(' ').unwrap_or(("", name.trim()));
    OtherPatient {
        given_name: given.to_owned(),
        family_name: family.to_owned(),
    }
}

fn answers(report: &ReportInCase) -> Answers {
    report
        .answers
        .iter()
        .map(|a| {
            let (question, row) = a.on.split_once('/').unwrap_or((&a.on, ""));
            let answer = Answer {
                fields: a.fields.clone(),
                version: a.version,
                by: a.by.clone(),
                at: a.at,
            };
            (AnswerKey::row(question, row), answer)
        })
        .collect()
}

fn entries(case: &Case) -> Result<Vec<Entry>, String> {
    // Accounts are of no interest to findings; a case names them by e-mail.
    let by = PersonId::parse("case").map_err(|_| "malformed")?;
    case.entries
        .iter()
        .map(|e| {
            let id =
                |id: &str| EntryId::parse(id).map_err(|_| format!("entries.{id}: malformed id"));
            Ok(Entry {
                id: id(&e.id)?,
                matter: e.matter.clone(),
                by: by.clone(),
                at: e.at,
                corrects: e.corrects.as_deref().map(id).transpose()?,
            })
        })
        .collect()
}
