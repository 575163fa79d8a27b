//! When reports were due, when they were sent, and how long sign-off took.

use super::{case, report_case, reports};
use crate::domain::assurance::facts::{Facts, PatientFacts, ReportFacts, SAME_DUE_DAYS};
use crate::domain::assurance::figure::Case;
use crate::domain::assurance::period::Period;
use crate::domain::calendar::day_in_words;
use crate::domain::schedule::told_in_time;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A due date that has passed.
pub(super) struct DueCase<'a> {
    patient: &'a PatientFacts,
    due: NaiveDate,
    pub first: bool,
    /// Reports that answer it, the corrected one and what it corrected alike.
    report: Option<&'a ReportFacts>,
    sent_on: Option<NaiveDate>,
    told_on: Option<NaiveDate>,
}

impl DueCase<'_> {
    pub fn on_time(&self) -> bool {
        self.sent_on.is_some_and(|on| on <= self.due)
    }

    pub fn told(&self) -> bool {
        told_in_time(self.told_on, self.due)
    }

    fn words(&self) -> String {
        let due = day_in_words(self.due);
        let told = if self.told() {
            "MHCS told"
        } else {
            "MHCS not told"
        };
        match (self.report, self.sent_on) {
            (None, _) => format!("Due {due}, not begun, {told}"),
            (_, None) => format!("Due {due}, not sent, {told}"),
            (_, Some(on)) if on <= self.due => {
                format!("Due {due}, sent on time on {}", day_in_words(on))
            }
            (_, Some(on)) => format!("Due {due}, sent late on {}, {told}", day_in_words(on)),
        }
    }
}

/// Due dates in the period that have passed: those that reports answer, and those of the schedule that
/// nobody began a report for. Nothing falls due from a recall or the end of the discharge on.
pub(super) fn dues(facts: &Facts, period: Period) -> Vec<DueCase<'_>> {
    let mut all = Vec::new();
    for patient in &facts.patients {
        let passed = |due: NaiveDate| {
            period.holds(due) && due < facts.today && patient.stopped_from.is_none_or(|s| due < s)
        };
        let notice = |due: NaiveDate| {
            let of_it = patient.told.iter().filter(move |(told, _)| *told == due);
            of_it.map(|(_, on)| *on)
        };
        let mut answered: BTreeMap<NaiveDate, Vec<&ReportFacts>> = BTreeMap::new();
        for report in patient.reports.iter().filter(|r| passed(r.due)) {
            answered.entry(report.due).or_default().push(report);
        }
        let near = |due: NaiveDate| {
            let apart = |r: &ReportFacts| (r.due - due).num_days().abs();
            patient.reports.iter().any(|r| apart(r) <= SAME_DUE_DAYS)
        };
        let missing = patient
            .scheduled
            .iter()
            .filter(|due| passed(**due) && !near(**due));
        for due in missing {
            answered.insert(*due, Vec::new());
        }
        all.extend(answered.into_iter().map(|(due, reports)| {
            DueCase {
                patient,
                due,
                first: due <= patient.first_until,
                report: reports.last().copied(),
                sent_on: reports.iter().filter_map(|r| r.sent_on).min(),
                told_on: reports
                    .iter()
                    .filter_map(|r| r.told_on)
                    .chain(notice(due))
                    .min(),
            }
        }));
    }
    all
}

pub(super) fn due_cases(
    dues: &[DueCase<'_>],
    wanted: impl Fn(&DueCase<'_>) -> bool,
    counted: impl Fn(&DueCase<'_>) -> bool,
) -> Vec<Case> {
    dues.iter()
        .filter(|due| wanted(due))
        .map(|due| Case {
            report: due.report.map(|r| r.id.clone()),
            ..case(due.patient, due.due, counted(due), due.words())
        })
        .collect()
}

/// Decisions of the period, each with the days since the author last asked.
pub(super) fn decisions(facts: &Facts, period: Period) -> Vec<(u32, Case)> {
    let mut all = Vec::new();
    for (patient, report) in reports(facts) {
        for (days, what) in [
            (&report.approved, "approved"),
            (&report.returned, "returned"),
        ] {
            for decided in days.iter().filter(|d| period.holds(**d)) {
                let asked = report.asked.iter().filter(|a| *a <= decided).max();
                let Some(asked) = asked else { continue };
                let took = (*decided - *asked).num_days();
                let words = format!(
                    "Asked {}, {what} {}",
                    day_in_words(*asked),
                    day_in_words(*decided)
                );
                all.push((
                    u32::try_from(took).unwrap_or(0),
                    report_case(patient, report, *decided, true, words),
                ));
            }
        }
    }
    all
}

/// Reports first put to the manager in the period, and whether they came back.
pub(super) fn returned(facts: &Facts, period: Period) -> Vec<Case> {
    let of = |(patient, report): (&PatientFacts, &ReportFacts)| {
        let asked = *report
            .asked
            .iter()
            .min()
            .filter(|day| period.holds(**day))?;
        let back = report.stands_returned || !report.returned.is_empty();
        let how = if back { "returned" } else { "not returned" };
        let words = format!("First put to the manager {}, {how}", day_in_words(asked));
        Some(report_case(patient, report, asked, back, words))
    };
    reports(facts).filter_map(of).collect()
}
