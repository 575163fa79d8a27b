//! Counting: from facts to figures. One pass a figure, by intervals; the tests count the same again
//! day by day.

mod contact;
mod content;
mod timeliness;

use super::competence::{inducted, trained};
use super::facts::{Facts, PatientFacts, ReportFacts};
use super::figure::{Case, Figure, FigureId as Id, Value};
use super::period::Period;
use chrono::NaiveDate;
use contact::{bare_days, contact_gaps};
use content::{condition_evidence, events, patient_view, self_report_streaks, staff};
use timeliness::{DueCase, decisions, due_cases, dues, returned};

#[cfg(test)]
mod tests;

/// Every figure of a period.
#[must_use]
pub fn figures(facts: &Facts, period: Period) -> Vec<Figure> {
    let dues = dues(facts, period);
    Id::ALL
        .iter()
        .map(|id| figure(*id, facts, period, &dues))
        .collect()
}

fn figure(id: Id, facts: &Facts, period: Period, dues: &[DueCase<'_>]) -> Figure {
    let share = |cases| Figure::share(id, period, cases);
    match id {
        Id::OnTimeFirst => share(due_cases(dues, |d| d.first, |d| d.on_time())),
        Id::OnTimeQuarterly => share(due_cases(dues, |d| !d.first, |d| d.on_time())),
        Id::LateTold => share(due_cases(dues, |_| true, |d| !d.on_time() && d.told())),
        Id::LateNotTold => share(due_cases(dues, |_| true, |d| !d.on_time() && !d.told())),
        Id::SignOffTurnaround => Figure::median(id, period, decisions(facts, period)),
        Id::ReturnedReports => share(returned(facts, period)),
        Id::ContactGaps => share(contact_gaps(facts, period)),
        Id::Unallocated => share(bare_days(facts, period, |p| p.own.clone())),
        Id::Uncovered => share(bare_days(facts, period, |p| {
            p.own.iter().chain(&p.cover).copied().collect()
        })),
        Id::ConditionEvidence => share(condition_evidence(facts, period)),
        Id::SelfReportStreaks => share(self_report_streaks(facts, period)),
        Id::PatientView => share(patient_view(facts, period)),
        Id::EventsTold => share(events(facts, period).into_iter().map(|(_, c)| c).collect()),
        Id::EventsToldDelay => Figure::median(
            id,
            period,
            events(facts, period)
                .into_iter()
                .filter_map(|(delay, case)| Some((delay?, case)))
                .collect(),
        ),
        Id::TrainingCurrent => share(staff(facts, period, trained)),
        Id::InductionComplete => share(staff(facts, period, inducted)),
    }
}

/// One month of the pictures: reports on time, and how long sign-off took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// The month, cut to the period.
    pub period: Period,
    /// Reports due in it that were sent on time, first and later ones together.
    pub on_time: Value,
    /// Sign-off turnaround for decisions made in it.
    pub turnaround: Value,
}

/// Timeliness and turnaround by month.
#[must_use]
pub fn by_month(facts: &Facts, period: Period) -> Vec<Month> {
    let month = |period: Period| {
        let dues = dues(facts, period);
        let on_time = due_cases(&dues, |_| true, |d| d.on_time());
        let turnaround = decisions(facts, period);
        Month {
            period,
            on_time: Figure::share(Id::OnTimeQuarterly, period, on_time).value,
            turnaround: Figure::median(Id::SignOffTurnaround, period, turnaround).value,
        }
    };
    period.months().into_iter().map(month).collect()
}

/// The last day of the period that has come.
fn end(facts: &Facts, period: Period) -> NaiveDate {
    period.to().min(facts.today)
}

fn case(patient: &PatientFacts, day: NaiveDate, counted: bool, words: String) -> Case {
    Case {
        patient: Some(patient.id.clone()),
        report: None,
        person: None,
        day: Some(day),
        counted,
        words,
    }
}

fn report_case(
    patient: &PatientFacts,
    report: &ReportFacts,
    day: NaiveDate,
    counted: bool,
    words: String,
) -> Case {
    Case {
        report: Some(report.id.clone()),
        ..case(patient, day, counted, words)
    }
}

/// Every report with its patient.
fn reports(facts: &Facts) -> impl Iterator<Item = (&PatientFacts, &ReportFacts)> {
    facts
        .patients
        .iter()
        .flat_map(|p| p.reports.iter().map(move |r| (p, r)))
}

/// Reports sent in the period.
fn sent(
    facts: &Facts,
    period: Period,
) -> impl Iterator<Item = (&PatientFacts, &ReportFacts, NaiveDate)> {
    reports(facts).filter_map(move |(patient, report)| {
        let on = report.sent_on.filter(|on| period.holds(*on))?;
        Some((patient, report, on))
    })
}
