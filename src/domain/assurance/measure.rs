//! Counting: from facts to figures. One pass a figure, by intervals; the tests count the same again
//! day by day.

use super::competence::{inducted, trained};
use super::facts::{Basis, Facts, PatientFacts, ReportFacts, SAME_DUE_DAYS, Span};
use super::figure::{Case, Figure, FigureId as Id, Value};
use super::period::Period;
use crate::domain::calendar::{add_days, day_in_words};
use crate::domain::schedule::{FIRST_REPORT_DAYS, told_in_time};
use chrono::NaiveDate;
use std::collections::BTreeMap;

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

/// A due date that has passed.
struct DueCase<'a> {
    patient: &'a PatientFacts,
    due: NaiveDate,
    first: bool,
    /// Reports that answer it, the corrected one and what it corrected alike.
    report: Option<&'a ReportFacts>,
    sent_on: Option<NaiveDate>,
    told_on: Option<NaiveDate>,
}

impl DueCase<'_> {
    fn on_time(&self) -> bool {
        self.sent_on.is_some_and(|on| on <= self.due)
    }

    fn told(&self) -> bool {
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
/// nobody began a report for.
fn dues(facts: &Facts, period: Period) -> Vec<DueCase<'_>> {
    let passed = |due: NaiveDate| period.holds(due) && due < facts.today;
    let mut all = Vec::new();
    for patient in &facts.patients {
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
        all.extend(answered.into_iter().map(|(due, reports)| DueCase {
            patient,
            due,
            first: due <= add_days(patient.discharged_on, FIRST_REPORT_DAYS),
            report: reports.last().copied(),
            sent_on: reports.iter().filter_map(|r| r.sent_on).min(),
            told_on: reports.iter().filter_map(|r| r.told_on).min(),
        }));
    }
    all
}

fn due_cases(
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

/// Decisions of the period, each with the days since the author last asked.
fn decisions(facts: &Facts, period: Period) -> Vec<(u32, Case)> {
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
fn returned(facts: &Facts, period: Period) -> Vec<Case> {
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

/// Patients with a planned interval, and whether they were unseen for longer on a day of the period.
fn contact_gaps(facts: &Facts, period: Period) -> Vec<Case> {
    let end = end(facts, period);
    let of = |patient: &PatientFacts| {
        let most = u64::from(patient.contact_every?);
        let start = patient.discharged_on.max(patient.known_from);
        if start > end {
            return None;
        }
        let mut seen: Vec<NaiveDate> = patient
            .contacts
            .iter()
            .copied()
            .filter(|day| (start..=end).contains(day))
            .collect();
        seen.push(start);
        seen.sort_unstable();
        // The day after the end closes the last stretch without being a contact.
        let next = seen.iter().skip(1).copied().chain([add_days(end, 1)]);
        let longest = seen
            .iter()
            .zip(next)
            .filter(|(last, next)| {
                // Unseen for too long from the day after the plan allows until the day before the next.
                let over = add_days(**last, most.saturating_add(1));
                over < *next && *next > period.from()
            })
            .map(|(last, next)| ((next - *last).num_days() - 1, *last))
            .max();
        let plan = format!("planned every {most} days");
        Some(match longest {
            Some((days, since)) => {
                let words = format!("{days} days unseen from {}, {plan}", day_in_words(since));
                case(patient, since, true, words)
            }
            None => case(patient, end, false, format!("No gap, {plan}")),
        })
    };
    facts.patients.iter().filter_map(of).collect()
}

/// Patients under supervision in the period, and whether a day of it lies in none of the spans.
fn bare_days(
    facts: &Facts,
    period: Period,
    spans: impl Fn(&PatientFacts) -> Vec<Span>,
) -> Vec<Case> {
    let end = end(facts, period);
    let of = |patient: &PatientFacts| {
        let start = patient.discharged_on.max(period.from());
        if start > end {
            return None;
        }
        let mut spans = spans(patient);
        spans.sort_by_key(|s| s.from);
        let (mut bare, mut since, mut next) = (0, None, start);
        let stop = Span {
            from: add_days(end, 1),
            to: None,
        };
        for span in spans.into_iter().chain([stop]) {
            let from = span.from.min(stop.from);
            if from > next {
                bare += (from - next).num_days();
                since = since.or(Some(next));
            }
            let after = span.to.map_or(stop.from, |to| add_days(to, 1));
            next = next.max(after.min(stop.from));
        }
        Some(match since {
            Some(since) => {
                let words = format!("{bare} days, first on {}", day_in_words(since));
                case(patient, since, true, words)
            }
            None => case(patient, start, false, "Every day".into()),
        })
    };
    facts.patients.iter().filter_map(of).collect()
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

fn condition_evidence(facts: &Facts, period: Period) -> Vec<Case> {
    let mut all = Vec::new();
    for (patient, report, on) in sent(facts, period) {
        for condition in &report.conditions {
            let how = match condition.basis {
                Basis::Nothing => "no source named",
                Basis::SelfReport => "the person’s own account only",
                Basis::Evidence => "evidence named",
            };
            let words = format!(
                "{}, report sent {}: {how}",
                condition.words,
                day_in_words(on)
            );
            let counted = condition.basis == Basis::Evidence;
            all.push(report_case(patient, report, on, counted, words));
        }
    }
    all
}

/// Conditions reported on in the period and before, and whether the last reports rest on self-report.
fn self_report_streaks(facts: &Facts, period: Period) -> Vec<Case> {
    let mut all = Vec::new();
    for patient in &facts.patients {
        let mut sent: Vec<(&ReportFacts, NaiveDate)> = patient
            .reports
            .iter()
            .filter_map(|r| Some((r, r.sent_on.filter(|on| *on <= period.to())?)))
            .collect();
        sent.sort_by_key(|(r, on)| (*on, r.due));
        let mut answers: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for (report, on) in &sent {
            for condition in &report.conditions {
                answers
                    .entry(&condition.id)
                    .or_default()
                    .push((report, *on, condition));
            }
        }
        for told in answers.into_values().filter(|told| told.len() >= 2) {
            let Some((report, on, condition)) = told.last() else {
                continue;
            };
            if !period.holds(*on) {
                continue;
            }
            let alone = told
                .iter()
                .rev()
                .take_while(|t| t.2.basis == Basis::SelfReport);
            let streak = alone.count();
            let words = format!(
                "{}: {streak} reports running on the person’s own account",
                condition.words
            );
            all.push(report_case(patient, report, *on, streak >= 2, words));
        }
    }
    all
}

fn patient_view(facts: &Facts, period: Period) -> Vec<Case> {
    sent(facts, period)
        .filter_map(|(patient, report, on)| {
            let given = report.patient_view?;
            let how = if given { "view given" } else { "no view given" };
            let words = format!("Report sent {}: {how}", day_in_words(on));
            Some(report_case(patient, report, on, given, words))
        })
        .collect()
}

/// Events of the period, each with the days until MHCS was told, where it was.
fn events(facts: &Facts, period: Period) -> Vec<(Option<u32>, Case)> {
    let end = end(facts, period);
    let mut all = Vec::new();
    for patient in &facts.patients {
        for event in patient
            .events
            .iter()
            .filter(|e| period.holds(e.on) && e.on <= end)
        {
            // A telling before the event is the telling of it: warned beforehand.
            let delay = event
                .told_on
                .map(|told| u32::try_from((told - event.on).num_days()).unwrap_or(0));
            let words = match delay {
                None => format!(
                    "Event of {}, MHCS not recorded as told",
                    day_in_words(event.on)
                ),
                Some(0) => format!(
                    "Event of {}, MHCS told the same day",
                    day_in_words(event.on)
                ),
                Some(1) => format!("Event of {}, MHCS told 1 day later", day_in_words(event.on)),
                Some(days) => {
                    format!(
                        "Event of {}, MHCS told {days} days later",
                        day_in_words(event.on)
                    )
                }
            };
            all.push((delay, case(patient, event.on, delay.is_some(), words)));
        }
    }
    all
}

fn staff(
    facts: &Facts,
    period: Period,
    ready: impl Fn(&[super::competence::Training], NaiveDate) -> bool,
) -> Vec<Case> {
    let end = end(facts, period);
    facts
        .staff
        .iter()
        .map(|person| {
            let counted = ready(&person.trainings, end);
            Case {
                patient: None,
                report: None,
                person: Some(person.id.clone()),
                day: None,
                counted,
                words: match (person.supervises, counted) {
                    (true, true) => "Social supervisor, on record",
                    (true, false) => "Social supervisor, not on record",
                    (false, true) => "Line manager, on record",
                    (false, false) => "Line manager, not on record",
                }
                .into(),
            }
        })
        .collect()
}
