//! Contact in person against the plan of each day, and days with nobody to supervise.

use super::{case, end};
use crate::domain::assurance::facts::{Facts, PatientFacts, Span};
use crate::domain::assurance::figure::Case;
use crate::domain::assurance::period::Period;
use crate::domain::calendar::{add_days, day_in_words};
use chrono::NaiveDate;

/// The last day of the period on which the patient was supervised: a recall and the end of the discharge
/// stop that. None where it stopped before the calendar begins.
fn supervised_until(facts: &Facts, period: Period, patient: &PatientFacts) -> Option<NaiveDate> {
    let end = end(facts, period);
    match patient.stopped_from {
        Some(stop) => Some(end.min(stop.pred_opt()?)),
        None => Some(end),
    }
}

/// Stretches of days with one plan each, from `from` to `to`: the longest gap that the plan allows, in
/// days. Days without a plan are in none.
fn planned(
    patient: &PatientFacts,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<(NaiveDate, NaiveDate, u64)> {
    let begins = patient.plans.iter().map(|p| p.span.from);
    let after = patient
        .plans
        .iter()
        .filter_map(|p| Some(add_days(p.span.to?, 1)));
    let mut turns: Vec<NaiveDate> = begins
        .chain(after)
        .filter(|day| *day > from && *day <= to)
        .chain([from])
        .collect();
    turns.sort_unstable();
    turns.dedup();
    let stop = add_days(to, 1);
    let ends = turns.iter().skip(1).copied().chain([stop]);
    turns
        .iter()
        .zip(ends)
        .filter_map(|(from, next)| {
            let every = patient.planned_on(*from)?;
            Some((*from, next.pred_opt()?, u64::from(every)))
        })
        .collect()
}

/// Patients with a planned interval, and whether they were unseen on a day of the period for longer than
/// the plan of that day allows.
pub(super) fn contact_gaps(facts: &Facts, period: Period) -> Vec<Case> {
    let of = |patient: &PatientFacts| {
        let end = supervised_until(facts, period, patient)?;
        let start = patient.discharged_on.max(patient.known_from);
        let from = start.max(period.from());
        if from > end {
            return None;
        }
        let plans = planned(patient, from, end);
        if plans.is_empty() {
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
            .flat_map(|(last, next)| plans.iter().map(move |plan| (*last, next, *plan)))
            .filter(|(last, next, (from, to, most))| {
                // Unseen for too long from the day after the plan allows; the plan of that day counts.
                let over = add_days(*last, most.saturating_add(1)).max(*from);
                over < *next && over <= *to
            })
            .map(|(last, next, plan)| ((next - last).num_days() - 1, last, plan.2))
            .max_by_key(|(days, last, _)| (*days, *last));
        Some(match longest {
            Some((days, since, most)) => {
                let since_in_words = day_in_words(since);
                let words =
                    format!("{days} days unseen from {since_in_words}, planned every {most} days");
                case(patient, since, true, words)
            }
            None => case(patient, end, false, "No gap against the plan".into()),
        })
    };
    facts.patients.iter().filter_map(of).collect()
}

/// Patients under supervision in the period, and whether a day of it lies in none of the spans.
pub(super) fn bare_days(
    facts: &Facts,
    period: Period,
    spans: impl Fn(&PatientFacts) -> Vec<Span>,
) -> Vec<Case> {
    let of = |patient: &PatientFacts| {
        let end = supervised_until(facts, period, patient)?;
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
