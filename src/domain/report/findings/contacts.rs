//! Gaps: between contacts in person, between times alone, between clinical reviews.

use super::answers::day_of;
use super::{Finding, Reading, Rule, Severity, about_record};
use crate::domain::calendar::day_in_words;
use crate::domain::condition::Clause;
use crate::domain::timeline::{Contact, Matter, standing};
use chrono::NaiveDate;

/// Days over a plan that are only worth knowing: a visit put off past a long weekend.
const SLIP: i64 = 3;

pub(super) fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let evidence = reading.evidence;
    if !evidence.period.is_valid() {
        return;
    }
    let entries = standing(evidence.entries);
    let held: Vec<&Contact> = entries
        .iter()
        .filter_map(|e| match &e.matter {
            Matter::Contact(c) if c.happened && c.kind.in_person() => Some(c),
            _ => None,
        })
        .collect();
    found.extend(in_person(reading, &held));
    found.extend(alone(reading, &held));
    let reviews: Vec<NaiveDate> = evidence
        .record
        .clinical_reviews
        .iter()
        .map(|r| r.on)
        .collect();
    if !reviews.is_empty() {
        found.extend(clinical(reading, &reviews, None));
    }
}

/// Part C's own dates are held against the interval.
pub(super) fn find_clinical(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let mut reviews: Vec<NaiveDate> = reading
        .evidence
        .record
        .clinical_reviews
        .iter()
        .map(|r| r.on)
        .collect();
    for said in &reading.said {
        if matches!(said.meaning(), "clinical-last-seen" | "clinical-reviews") {
            let missed = said
                .statements()
                .iter()
                .any(|(_, here)| here.get("choice") == "missed");
            if !missed {
                reviews.extend(
                    said.statements()
                        .iter()
                        .filter_map(|(_, here)| day_of(here)),
                );
            }
        }
    }
    if !reviews.is_empty() {
        found.extend(clinical(reading, &reviews, Some("clinical-last-seen")));
    }
}

/// The longest stretch between days that touches the period: from when, to when, in days. The last day
/// before the period opens the first stretch, the period's end closes the last.
#[must_use]
fn longest(
    days: &[NaiveDate],
    opens: NaiveDate,
    from: NaiveDate,
    to: NaiveDate,
) -> (NaiveDate, NaiveDate, i64) {
    let before = days.iter().filter(|d| **d < from).max();
    let mut at = before.copied().unwrap_or(opens).max(opens).min(to);
    let mut within: Vec<NaiveDate> = days
        .iter()
        .copied()
        .filter(|d| (from..=to).contains(d))
        .collect();
    within.push(to);
    within.sort_unstable();
    let mut longest = (at, at, 0);
    for day in within {
        let gap = (day - at).num_days();
        if gap > longest.2 {
            longest = (at, day, gap);
        }
        at = day;
    }
    longest
}

fn in_person(reading: &Reading<'_>, held: &[&Contact]) -> Option<Finding> {
    let evidence = reading.evidence;
    let (from, to) = (evidence.period.from, evidence.period.to);
    let days: Vec<NaiveDate> = held.iter().map(|c| c.on).collect();
    let (start, end, gap) = longest(&days, evidence.record.discharge.on, from, to);
    let planned = i64::from(evidence.record.contact_plan_on(start)?.in_person_every_days);
    if gap <= planned {
        return None;
    }
    let severity = if gap <= planned + SLIP {
        Severity::Note
    } else {
        Severity::Consider
    };
    let until = until(end, to);
    let message = format!(
        "{gap} days without a contact in person, from {} to {until}; planned at least every {planned} days",
        day_in_words(start),
    );
    Some(reading.at(
        "contact-summary",
        "contacts",
        Rule::ContactGap,
        severity,
        message,
    ))
}

fn until(end: NaiveDate, to: NaiveDate) -> String {
    if end == to {
        format!("{}, the end of the period", day_in_words(end))
    } else {
        day_in_words(end)
    }
}

fn alone(reading: &Reading<'_>, held: &[&Contact]) -> Option<Finding> {
    let evidence = reading.evidence;
    let (from, to) = (evidence.period.from, evidence.period.to);
    let plan = evidence.record.contact_plan_on(to);
    let escorted = evidence
        .record
        .conditions_between(from, to)
        .iter()
        .any(|c| c.clauses.contains(&Clause::Accompanied));
    let reasoned = reading
        .meant("seen-alone")
        .is_some_and(|s| s.fields.get("choice") == "no" && !s.fields.get("detail").is_empty());
    let planned_so = plan
        .as_ref()
        .is_some_and(|p| !p.not_alone_because.is_empty());
    if escorted || reasoned || planned_so {
        return None;
    }
    let days: Vec<NaiveDate> = held.iter().filter(|c| c.alone).map(|c| c.on).collect();
    let met = held.iter().any(|c| (from..=to).contains(&c.on));
    let message = match plan.and_then(|p| p.alone_every_days) {
        Some(planned) => {
            let (start, end, gap) = longest(&days, evidence.record.discharge.on, from, to);
            if gap <= i64::from(planned) {
                return None;
            }
            format!(
                "{gap} days without being seen alone, from {} to {}; planned at least every {planned} days. There can be good reasons; say which",
                day_in_words(start),
                until(end, to)
            )
        }
        None if met && !days.iter().any(|d| (from..=to).contains(d)) => {
            "The record shows no contact alone with the person in this period. There can be good reasons; say which".to_owned()
        }
        None => return None,
    };
    Some(reading.at(
        "contact-summary",
        "contacts",
        Rule::SeenAloneGap,
        Severity::Consider,
        message,
    ))
}

fn clinical(reading: &Reading<'_>, reviews: &[NaiveDate], at: Option<&str>) -> Option<Finding> {
    let evidence = reading.evidence;
    let planned = i64::from(evidence.record.clinical_review_every_days?);
    let (from, to) = (evidence.period.from, evidence.period.to);
    // What was before the first review on record is not known: the count begins with the period.
    let opens = reviews
        .iter()
        .filter(|d| **d < from)
        .max()
        .copied()
        .unwrap_or(from);
    let (start, end, gap) = longest(reviews, opens, from, to);
    if gap <= planned {
        return None;
    }
    let message = format!(
        "{gap} days without a clinical review, from {} to {}; planned at least every {planned} days",
        day_in_words(start),
        until(end, to)
    );
    let rule = Rule::ClinicalReviewGap;
    Some(match at {
        Some(meaning) => reading.at(
            meaning,
            "clinical-reviews",
            rule,
            Severity::Consider,
            message,
        ),
        None => about_record("clinical-reviews", rule, Severity::Consider, message),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::TimeDelta::days(n)
    }

    proptest! {
        /// A day without contact for longer than the gap found does not exist, and the gap is one.
        #[test]
        fn the_longest_gap_is_the_longest(seen in prop::collection::vec(-60_i64..120, 0..30), from in 0_i64..30, length in 0_i64..100) {
            let (from, to) = (day(from), day(from + length));
            let days: Vec<_> = seen.iter().map(|n| day(*n)).collect();
            let opens = day(-60);
            let (start, end, gap) = longest(&days, opens, from, to);
            prop_assert_eq!((end - start).num_days(), gap);
            prop_assert!(end <= to);
            prop_assert!(days.iter().all(|d| !(start < *d && *d < end)));
            let last = days.iter().filter(|d| **d <= to).max().copied().unwrap_or(opens).max(opens);
            prop_assert!(gap >= (to - last.min(to)).num_days());
        }
    }
}
