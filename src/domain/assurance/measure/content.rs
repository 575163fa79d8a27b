//! What reports and events say, and who is trained.

use super::{case, end, report_case, sent};
use crate::domain::assurance::competence::Training;
use crate::domain::assurance::facts::{Basis, Facts, ReportFacts};
use crate::domain::assurance::figure::Case;
use crate::domain::assurance::period::Period;
use crate::domain::calendar::day_in_words;
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub(super) fn condition_evidence(facts: &Facts, period: Period) -> Vec<Case> {
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
pub(super) fn self_report_streaks(facts: &Facts, period: Period) -> Vec<Case> {
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

pub(super) fn patient_view(facts: &Facts, period: Period) -> Vec<Case> {
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
pub(super) fn events(facts: &Facts, period: Period) -> Vec<(Option<u32>, Case)> {
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

pub(super) fn staff(
    facts: &Facts,
    period: Period,
    ready: impl Fn(&[Training], NaiveDate) -> bool,
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
