//! Gaps: between contacts in person, between times alone, between clinical reviews.

use super::answers::day_of;
use super::{Finding, Reading, Rule, Severity, about_record};
use crate::domain::calendar::{add_days, day_in_words, less_days};
use crate::domain::condition::Clause;
use crate::domain::patient::PatientRecord;
use crate::domain::schedule::stopped;
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
    let reviews = reviews(reading);
    if !reviews.is_empty() {
        found.extend(clinical(reading, &reviews, None));
    }
}

/// Clinical reviews that were held: of the record and of its timeline.
fn reviews(reading: &Reading<'_>) -> Vec<NaiveDate> {
    let evidence = reading.evidence;
    let noted = standing(evidence.entries);
    let noted = noted.iter().filter_map(|e| match &e.matter {
        Matter::Noted(n) if n.kind == "clinical-review" && n.choice("happened") != "no" => {
            Some(n.on)
        }
        _ => None,
    });
    let known = evidence.record.clinical_reviews.iter().map(|r| r.on);
    known.chain(noted).collect()
}

/// Part C's own dates are held against the interval.
pub(super) fn find_clinical(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let mut reviews = reviews(reading);
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

/// A stretch without contact in person that was longer than the plan of its days allows.
struct Unseen {
    since: NaiveDate,
    until: NaiveDate,
    /// Days that the plan allows.
    planned: i64,
    /// Days over the plan.
    over: i64,
}

/// The stretch that went furthest over its plan, of those that touch the days from `from` to `to`. A plan
/// that changed within a stretch is held against the days on which it was in force.
fn unseen(
    record: &PatientRecord,
    days: &[NaiveDate],
    from: NaiveDate,
    to: NaiveDate,
) -> Option<Unseen> {
    let opens = record.discharge.on;
    let mut seen: Vec<NaiveDate> = days
        .iter()
        .copied()
        .filter(|day| opens <= *day && *day <= to)
        .chain([opens.min(to), to])
        .collect();
    seen.sort_unstable();
    let turns = record.contact_plans.iter();
    let turns: Vec<NaiveDate> = turns
        .flat_map(|plan| [Some(plan.from), plan.to.map(|to| add_days(to, 1))])
        .flatten()
        .collect();
    let mut worst: Option<Unseen> = None;
    for (&since, &until) in seen.iter().zip(seen.iter().skip(1)) {
        if until < from {
            continue;
        }
        let within = turns
            .iter()
            .filter(|turn| since < **turn && **turn <= until);
        for &begin in std::iter::once(&since).chain(within) {
            let Some(plan) = record.contact_plan_on(begin) else {
                continue;
            };
            let planned = plan.in_person_every_days;
            let next = turns.iter().filter(|turn| begin < **turn).min();
            let last = next.map_or(until, |next| less_days(*next, 1).min(until));
            // The last day that the plan allows, or the day before the plan began.
            let allowed = add_days(since, u64::from(planned)).max(less_days(begin, 1));
            let over = (last - allowed).num_days();
            if over > worst.as_ref().map_or(0, |w| w.over) {
                worst = Some(Unseen {
                    since,
                    until,
                    planned: i64::from(planned),
                    over,
                });
            }
        }
    }
    worst
}

fn in_person(reading: &Reading<'_>, held: &[&Contact]) -> Option<Finding> {
    let evidence = reading.evidence;
    let (from, end) = (evidence.period.from, evidence.period.to);
    // Nobody supervises from a recall on.
    let to = stopped(evidence.record)
        .and_then(|stop| stop.from().pred_opt())
        .map_or(end, |last| last.min(end));
    let days: Vec<NaiveDate> = held.iter().map(|c| c.on).collect();
    let unseen = unseen(evidence.record, &days, from, to)?;
    let severity = if unseen.over <= SLIP {
        Severity::Note
    } else {
        Severity::Consider
    };
    let message = format!(
        "{} days without a contact in person, from {} to {}; planned at least every {} days",
        (unseen.until - unseen.since).num_days(),
        day_in_words(unseen.since),
        until(unseen.until, end),
        unseen.planned,
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
    let alone = held.iter().filter(|c| c.alone == Some(true));
    let days: Vec<NaiveDate> = alone.map(|c| c.on).collect();
    let met = held.iter().filter(|c| (from..=to).contains(&c.on));
    let (unsaid, met) = met.fold((0, 0), |(unsaid, met), c| {
        (unsaid + usize::from(c.alone.is_none()), met + 1)
    });
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
        None if met > 0 && !days.iter().any(|d| (from..=to).contains(d)) => {
            let unsaid = match unsaid {
                0 => String::new(),
                n if n == met => " No contact says whether somebody else was there.".to_owned(),
                n => format!(" {n} of {met} contacts do not say whether somebody else was there."),
            };
            format!(
                "The record shows no contact alone with the person in this period.{unsaid} There can be good reasons; say which"
            )
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
    use crate::domain::patient::ContactPlan;
    use proptest::prelude::*;

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::TimeDelta::days(n)
    }

    /// Seen on these days under these plans: since, until, planned and days over of the worst stretch.
    fn worst(seen: &[i64], plans: &[(i64, Option<i64>, u16)]) -> Option<(i64, i64, i64, i64)> {
        let mut record = crate::domain::case::tests::record();
        record.discharge.on = day(0);
        record.contact_every_days = None;
        record.contact_plans = plans
            .iter()
            .map(|(from, to, every)| ContactPlan {
                from: day(*from),
                to: to.map(day),
                in_person_every_days: *every,
                alone_every_days: None,
                not_alone_because: String::new(),
                agreed_by: String::new(),
            })
            .collect();
        let seen: Vec<_> = seen.iter().map(|n| day(*n)).collect();
        let number = |d: NaiveDate| (d - day(0)).num_days();
        unseen(&record, &seen, day(0), day(90))
            .map(|u| (number(u.since), number(u.until), u.planned, u.over))
    }

    #[test]
    fn a_gap_is_held_against_the_plan_of_its_days() {
        let weekly_then_monthly = [(0, Some(45), 7), (46, None, 28)];
        let seen = [7, 14, 34, 41, 46, 73, 90];
        assert_eq!(
            worst(&seen, &weekly_then_monthly),
            Some((14, 34, 7, 13)),
            "not hidden behind the longer gap of a later plan"
        );
        let tightened = [(0, Some(40), 28), (41, None, 7)];
        assert_eq!(
            worst(&[28, 55, 62, 69, 76, 83, 90], &tightened),
            Some((28, 55, 7, 15)),
            "from the new plan's first day on"
        );
        assert_eq!(
            worst(&[28, 41, 48, 55, 62, 69, 76, 83, 90], &tightened),
            Some((28, 41, 7, 1))
        );
        assert_eq!(
            worst(&[], &[(30, None, 28)]),
            Some((0, 90, 28, 61)),
            "a plan that was dated after the discharge counts from its own first day"
        );
        assert_eq!(worst(&[], &[]), None, "no plan, no gap");
        assert_eq!(worst(&[28, 56, 84], &[(0, None, 28)]), None);
    }

    proptest! {
        /// Under one plan the worst stretch is the longest.
        #[test]
        fn under_one_plan_the_worst_is_the_longest(seen in prop::collection::vec(0_i64..90, 0..30), every in 1_u16..40) {
            let days: Vec<_> = seen.iter().map(|n| day(*n)).collect();
            let (_, _, gap) = longest(&days, day(0), day(0), day(90));
            let over = worst(&seen, &[(0, None, every)]).map_or(0, |(.., over)| over);
            prop_assert_eq!(over, (gap - i64::from(every)).max(0));
        }

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
