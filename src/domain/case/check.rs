//! What a case must be before it may be imported: nothing that the product itself could not have made.

use super::{Case, CaseFault, ReportInCase};
use crate::domain::identifiers::{EntryId, ReportId};
use crate::domain::patient::PatientRecord;
use crate::domain::people::Role;
use crate::domain::report::{FrozenReport, State};
use crate::domain::sign_off::Capacity;
use chrono::{Datelike, NaiveDate};
use serde_json::Value;
use std::collections::HashSet;

/// Most saves of one answer that anybody could have made.
const MOST_VERSIONS: u32 = 1_000_000;

fn fault<T>(place: &str, reason: &str) -> Result<T, CaseFault> {
    Err(CaseFault {
        line: 0,
        reason: format!("{place}: {reason}"),
    })
}

fn day(place: &str, day: NaiveDate) -> Result<(), CaseFault> {
    if (1900..2200).contains(&day.year()) {
        Ok(())
    } else {
        fault(place, "the year must be 1900 to 2199")
    }
}

/// Categories and levels that there are, ended ones in order.
fn mappa(record: &PatientRecord) -> Result<(), CaseFault> {
    let known = |category: u8, level: u8| (1..=4).contains(&category) && (1..=3).contains(&level);
    let wrong = "MAPPA has categories 1 to 4 and levels 1 to 3";
    if let Some(m) = &record.mappa
        && !known(m.category, m.level)
    {
        return fault("record.mappa", wrong);
    }
    for m in &record.earlier_mappa {
        if !known(m.category, m.level) {
            return fault("record.earlier-mappa", wrong);
        }
        if m.from.is_some_and(|from| m.to < from) {
            return fault("record.earlier-mappa", "the last day is before the first");
        }
    }
    Ok(())
}

/// Checks that the parts of a case agree.
///
/// # Errors
/// The first disagreement, with the field.
pub fn check(case: &Case) -> Result<(), CaseFault> {
    day("record.date-of-birth", case.record.date_of_birth)?;
    day("record.discharge.on", case.record.discharge.on)?;
    if case.record.mappa.is_some() && case.record.not_under_mappa.is_some() {
        return fault(
            "record.not-under-mappa",
            "the record says how the person is managed under MAPPA, too",
        );
    }
    mappa(&case.record)?;
    if case.record.advocate.is_some() && case.record.no_advocate_wanted {
        return fault(
            "record.no-advocate-wanted",
            "the record names an advocate, too",
        );
    }
    if let Some(last) = case.record.reported_before {
        day("record.reported-before.due", last.due)?;
        day("record.reported-before.facts-as-at", last.up_to())?;
    }
    if let Some(last) = case.versions.last()
        && last.record != case.record
    {
        return fault(
            "versions",
            "the last version is not the record as it stands",
        );
    }
    for pair in case.versions.windows(2) {
        if pair[1].at < pair[0].at {
            return fault("versions", "a version is older than the one before it");
        }
    }
    for (n, a) in case.assignments.iter().flatten().enumerate() {
        let supervises = matches!(
            a.role,
            Role::SocialSupervisor | Role::ClinicalSupervisor | Role::LineManager
        );
        if !supervises {
            return fault(
                &format!("assignments.{n}.role"),
                "nobody is assigned in this role",
            );
        }
        if a.to.is_some_and(|to| to < a.from) {
            return fault(
                &format!("assignments.{n}.to"),
                "it would end before it begins",
            );
        }
    }
    let mut ids = HashSet::new();
    for entry in &case.entries {
        let place = format!("entries.{}", entry.id);
        if EntryId::parse(&entry.id).is_err() || !ids.insert(entry.id.as_str()) {
            return fault(&place, "the id is malformed or used twice");
        }
        day(&place, entry.matter.day())?;
    }
    let known = |id: &String| ids.contains(id.as_str());
    if let Some(entry) = case
        .entries
        .iter()
        .find(|e| e.corrects.as_ref().is_some_and(|c| !known(c)))
    {
        return fault(
            &format!("entries.{}.corrects", entry.id),
            "the case has no such entry",
        );
    }
    let mut reports = HashSet::new();
    for report in &case.reports {
        let place = format!("reports.{}", report.id);
        if ReportId::parse(&report.id).is_err() || !reports.insert(report.id.as_str()) {
            return fault(&place, "the id is malformed or used twice");
        }
        dates(&place, report)?;
        answers(&place, report)?;
        signed(&place, case, report)?;
        frozen(&place, case, report)?;
    }
    Ok(())
}

fn dates(place: &str, report: &ReportInCase) -> Result<(), CaseFault> {
    day(&format!("{place}.due"), report.due)?;
    day(&format!("{place}.period-from"), report.period_from)?;
    match report.facts_as_at {
        Some(to) if to < report.period_from => fault(
            &format!("{place}.facts-as-at"),
            "the period would end before it begins",
        ),
        Some(to) => day(&format!("{place}.facts-as-at"), to),
        None => Ok(()),
    }
}

fn answers(place: &str, report: &ReportInCase) -> Result<(), CaseFault> {
    let mut seen = HashSet::new();
    for answer in &report.answers {
        let at = format!("{place}.answers.{}", answer.on);
        if !seen.insert(answer.on.as_str()) {
            return fault(&at, "answered twice");
        }
        if !(1..=MOST_VERSIONS).contains(&answer.version.0) {
            return fault(&at, "the version must be 1 to 1,000,000");
        }
    }
    Ok(())
}

/// Whether everybody has signed whom the state needs, and nobody twice over.
fn signed(place: &str, case: &Case, report: &ReportInCase) -> Result<(), CaseFault> {
    let by = |capacity| {
        report
            .signatures
            .iter()
            .find(|s| s.capacity == capacity && s.voided_at.is_none())
            .map(|s| s.by.as_str())
    };
    // Made ready without the review or without Part C, with a reason; or Part C came back on paper.
    let said = |name: &str| {
        let rows = case.carried.get("report").into_iter().flatten();
        rows.filter(|r| r.get("id").and_then(Value::as_str) == Some(report.id.as_str()))
            .any(|r| {
                r.get(name)
                    .is_some_and(|v| *v == Value::Bool(true) || v.is_string())
            })
    };
    let exceptional = said("exceptional_reason");
    let outside = case.carried.get("part_c_outside").into_iter().flatten();
    let outside = outside
        .filter_map(|r| r.get("report_id")?.as_str())
        .any(|id| id == report.id);
    let withdrawn = said("withdrawn_reason");
    let approved = !exceptional
        && !withdrawn
        && !matches!(
            report.state,
            State::Drafting | State::WithManager | State::Returned | State::Withdrawn
        );
    if approved && report.approved_by.is_none() {
        return fault(
            &format!("{place}.approved-by"),
            "this state needs an approval",
        );
    }
    let same = |a: Option<&str>, b: &str| a.is_some_and(|a| a.eq_ignore_ascii_case(b));
    if same(report.approved_by.as_deref(), &report.author)
        || same(by(Capacity::LineManager), &report.author)
    {
        return fault(
            &format!("{place}.approved-by"),
            "nobody approves their own report",
        );
    }
    let clinician = by(Capacity::ClinicalSupervisor);
    if same(clinician, &report.author)
        || report
            .approved_by
            .as_deref()
            .is_some_and(|m| same(clinician, m))
    {
        return fault(
            &format!("{place}.signatures"),
            "Part C is signed by somebody who signed in another capacity",
        );
    }
    let finished = report.state.is_sent() || report.state == State::ReadyToSend;
    let needs = [
        (
            approved || (exceptional && finished),
            Capacity::SocialSupervisor,
        ),
        (approved, Capacity::LineManager),
        (
            !exceptional && !outside && (finished || report.state == State::FinalCheck),
            Capacity::ClinicalSupervisor,
        ),
    ];
    for (needed, capacity) in needs {
        if needed && by(capacity).is_none() {
            let reason = format!(
                "this state needs the signature of the {}",
                capacity.words().to_lowercase()
            );
            return fault(&format!("{place}.signatures"), &reason);
        }
    }
    if finished && report.frozen.is_none() {
        return fault(
            &format!("{place}.frozen"),
            "this state needs the frozen report",
        );
    }
    if report.state.is_sent() && report.sendings.is_empty() {
        return fault(
            &format!("{place}.sendings"),
            "this state needs a record of sending",
        );
    }
    Ok(())
}

/// Whether the frozen report is of this report and this patient, byte for byte.
fn frozen(place: &str, case: &Case, report: &ReportInCase) -> Result<(), CaseFault> {
    let Some(frozen) = &report.frozen else {
        return Ok(());
    };
    let place = format!("{place}.frozen");
    let (read, content) = match FrozenReport::read(&frozen.json) {
        Ok(read) => read,
        Err(e) => return fault(&place, &e.to_string()),
    };
    if read.digest() != frozen.digest {
        return fault(&place, "the bytes do not match their digest");
    }
    if content.report != report.id || content.due != report.due {
        return fault(&place, "it is of another report");
    }
    if content.patient.mhcs_reference != case.record.mhcs_reference {
        return fault(&place, "it is of another patient");
    }
    Ok(())
}
