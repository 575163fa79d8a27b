//! The report against the record: entries that say otherwise, details past their date, people who are
//! new, what was corrected after signing; and Part C against Part B.

use super::{Finding, Reading, Rule, Said, Severity, about_record};
use crate::domain::calendar::{add_months, day_in_words};
use crate::domain::form::progress::is_required;
use crate::domain::form::{Kind, Respondent};
use crate::domain::patient::{SupervisorRole, VictimContact};
use crate::domain::report::difference::differences;
use crate::domain::timeline::notifiable::is_for_mhcs;
use crate::domain::timeline::{Entry, Matter, standing};
use chrono::NaiveDate;

/// Which answer a kind of notifiable event says "yes" to. Kinds that no structured answer speaks of are
/// not here: each has its own row in the report anyway.
const SAYS_YES_TO: [(&str, &str); 17] = [
    ("risk-to-others", "incidents"),
    ("serious-incident", "incidents"),
    ("self-harm", "incidents"),
    ("lost-contact", "incidents"),
    ("informal-admission", "incidents"),
    ("detained-admission", "incidents"),
    ("section-136", "incidents"),
    ("arrest", "incidents"),
    ("charge", "incidents"),
    ("police-contact", "incidents"),
    ("police-witness", "incidents"),
    ("safeguarding", "incidents"),
    ("positive-test", "substance-use"),
    ("substance-use", "substance-use"),
    ("victim-contact", "victim-contact"),
    ("night-away-not-agreed", "nights-away"),
    ("night-away-planned", "nights-away"),
];

/// Months after which victim liaison details count as unchecked where the record sets no date.
const VICTIM_LIAISON_MONTHS: u32 = 12;

pub(super) fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let period = reading.evidence.period;
    if !period.is_valid() {
        let message = format!(
            "The period begins on {} and would end on {}",
            day_in_words(period.from),
            day_in_words(period.to)
        );
        found.push(about_record(
            "period",
            Rule::PeriodNotValid,
            Severity::Blocks,
            message,
        ));
        return;
    }
    let entries: Vec<&Entry> = standing(reading.evidence.entries)
        .into_iter()
        .filter(|e| e.matter.falls_between(period.from, period.to))
        .collect();
    contradicted(reading, &entries, found);
    past_review(reading, found);
    new_supervisor(reading, found);
    corrected(reading, found);
    unconfirmed(reading, found);
}

/// One finding for all facts that were shown and not confirmed; those that must be confirmed are missing
/// answers already.
fn unconfirmed(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let open: Vec<&Said<'_>> = reading
        .said
        .iter()
        .filter(|s| s.item.question.kind == Kind::Record)
        .filter(|s| s.item.part.answered_by == Respondent::SocialSupervisor)
        .filter(|s| !is_required(s.item) && !s.item.is_answered(s.fields))
        .collect();
    if let Some(first) = open.first() {
        let facts: Vec<String> = open.iter().map(|s| s.about()).collect();
        let message = format!(
            "Shown from the record and not confirmed: {}",
            facts.join("; ")
        );
        found.push(first.finding(Rule::RecordUnconfirmed, Severity::Consider, message));
    }
}

fn contradicted(reading: &Reading<'_>, entries: &[&Entry], found: &mut Vec<Finding>) {
    let mut denied = |meaning: &str, choice: &str, against: Vec<String>, verb: &str| {
        let Some(said) = reading.meant(meaning) else {
            return;
        };
        if said.fields.get("choice") == choice && !against.is_empty() {
            let answer = if choice == "no" { "No" } else { "Yes" };
            let message = format!(
                "The answer is “{answer}”, and {verb}: {}",
                against.join("; ")
            );
            found.push(said.finding(Rule::EntryContradicted, Severity::Consider, message));
        }
    };
    for meaning in [
        "incidents",
        "substance-use",
        "victim-contact",
        "nights-away",
    ] {
        let against = entries
            .iter()
            .filter(|e| speaks_to(&e.matter, meaning))
            .map(|e| super::shortened(&e.matter.in_words()))
            .collect();
        denied(meaning, "no", against, "the record shows");
    }
    let untold = entries
        .iter()
        .filter(|e| {
            matches!(&e.matter, Matter::Event(event)
            if event.told_mhcs_on.is_none() && is_for_mhcs(&event.kind))
        })
        .map(|e| super::shortened(&e.matter.in_words()))
        .collect();
    denied(
        "mhcs-told",
        "yes",
        untold,
        "the record does not show that MHCS was told of",
    );
    denied(
        "seen-alone",
        "yes",
        never_alone(entries),
        "the record shows",
    );
}

/// What the record says against having seen the person alone. A contact of which nobody said it says
/// nothing.
fn never_alone(entries: &[&Entry]) -> Vec<String> {
    let mut met = entries.iter().filter_map(|e| match &e.matter {
        Matter::Contact(c) if c.happened && c.kind.in_person() => Some(c.alone),
        _ => None,
    });
    match met.next() {
        None => vec!["no contact in person in the period".to_owned()],
        Some(Some(false)) if met.all(|alone| alone == Some(false)) => {
            vec!["somebody else at every contact in person".to_owned()]
        }
        Some(_) => vec![],
    }
}

/// Whether an entry says "yes" to what a question of that meaning asks.
fn speaks_to(matter: &Matter, meaning: &str) -> bool {
    match matter {
        Matter::Event(event) => SAYS_YES_TO.contains(&(event.kind.as_str(), meaning)),
        Matter::NightAway(_) => meaning == "nights-away",
        Matter::Noted(n) if n.is_nights_away() => meaning == "nights-away",
        // Kinds of entry that are described in data (src/forms/entries.*.toml).
        Matter::Noted(n) if n.is_positive_test() => meaning == "substance-use",
        _ => false,
    }
}

fn past_review(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let (record, to) = (reading.evidence.record, reading.evidence.period.to);
    let past: Vec<String> = record
        .victim_liaison
        .iter()
        .filter(|v| v.status != VictimContact::None && v.span.holds_on(to))
        .filter_map(|v| {
            let by = v
                .review_by
                .or_else(|| Some(add_months(v.checked_on?, VICTIM_LIAISON_MONTHS)));
            match by {
                None => Some(format!("{} (never checked)", v.details.name)),
                Some(by) if by < to => {
                    Some(format!("{} (by {})", v.details.name, day_in_words(by)))
                }
                Some(_) => None,
            }
        })
        .collect();
    if !past.is_empty() {
        let message = format!(
            "Victim liaison details are due to be checked again: {}",
            past.join("; ")
        );
        found.push(about_record(
            "victim-liaison",
            Rule::VictimLiaisonPastReview,
            Severity::Consider,
            message,
        ));
    }
    if let Some(by) = record
        .mappa
        .as_ref()
        .and_then(|m| m.next_review)
        .filter(|by| *by < to && !held_since(reading, "mappa-meeting", *by))
    {
        let message = format!(
            "The MAPPA review was due on {}; the record shows none since",
            day_in_words(by)
        );
        found.push(about_record(
            "mappa",
            Rule::MappaPastReview,
            Severity::Consider,
            message,
        ));
    }
}

/// Whether an entry of this kind stands in the record between a day and the end of the period.
fn held_since(reading: &Reading<'_>, kind: &str, since: NaiveDate) -> bool {
    let to = reading.evidence.period.to;
    standing(reading.evidence.entries).iter().any(
        |e| matches!(&e.matter, Matter::Noted(n) if n.kind == kind && since <= n.on && n.on <= to),
    )
}

fn new_supervisor(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let evidence = reading.evidence;
    let (from, to) = (evidence.period.from, evidence.period.to);
    let new = evidence.record.supervisors.iter().filter(|s| {
        s.role == SupervisorRole::Social
            && !s.cover
            && (from..=to).contains(&s.from)
            && s.from > evidence.record.discharge.on
            && s.inducted_on.is_none_or(|day| day > to)
    });
    let names: Vec<String> = new
        .map(|s| format!("{} (since {})", s.contact.name, day_in_words(s.from)))
        .collect();
    if !names.is_empty() {
        let message = format!(
            "A new social supervisor has no induction on record: {}",
            names.join("; ")
        );
        found.push(about_record(
            "supervisors",
            Rule::NewSupervisor,
            Severity::Consider,
            message,
        ));
    }
}

fn corrected(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let evidence = reading.evidence;
    let Some(signed) = evidence.signed_at else {
        return;
    };
    let corrections = evidence
        .entries
        .iter()
        .filter(|e| e.corrects.is_some() && e.at > signed)
        .count();
    let rule = Rule::CorrectedAfterSigning;
    if corrections > 0 {
        let entries = if corrections == 1 {
            "entry was"
        } else {
            "entries were"
        };
        let message = format!(
            "{corrections} {entries} corrected in the supervision record after the author signed"
        );
        found.push(about_record("entries", rule, Severity::Consider, message));
    }
    if evidence.record_saved_at.is_some_and(|at| at > signed) {
        let message = "The patient's record was changed after the author signed".to_owned();
        found.push(about_record("patient", rule, Severity::Consider, message));
    }
}

/// Part C recommends otherwise, or says that it differs. Said to both supervisors, each beside their own
/// recommendation.
pub(super) fn at_odds(reading: &Reading<'_>, respondent: Respondent, found: &mut Vec<Finding>) {
    let differences = differences(reading.evidence.form, reading.evidence.answers);
    if differences.is_empty() {
        return;
    }
    let other = differences.iter().any(|d| d.part_b.is_some());
    let own = match respondent {
        Respondent::SocialSupervisor => "recommendation",
        Respondent::ClinicalSupervisor if other => "clinical-recommendation",
        Respondent::ClinicalSupervisor => "part-b-agreement",
    };
    let message = if other {
        "The two supervisors recommend different things. Both may stand; say why they differ"
    } else {
        "Part C says that it differs from Part B. Both may stand; say why they differ"
    };
    if let Some(said) = reading.meant(own) {
        found.push(said.finding(Rule::RecommendationAtOdds, Severity::Consider, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::Fields;
    use crate::domain::timeline::noted::Noted;

    fn noted(kind: &str, nights: i64, field: &str, chosen: &str) -> Matter {
        let on = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        Matter::Noted(Noted {
            kind: kind.into(),
            title: kind.into(),
            on,
            to: Some(on + chrono::TimeDelta::days(nights)),
            headline: String::new(),
            flag: None,
            fields: Fields::new([(format!("{field}.choice"), chosen.to_owned())]),
            said: vec![],
        })
    }

    #[test]
    fn travel_with_a_night_elsewhere_is_a_night_away_and_a_day_out_is_none() {
        let travel = |nights| noted("travel", nights, "abroad", "no");
        assert!(speaks_to(&travel(2), "nights-away"));
        assert!(!speaks_to(&travel(0), "nights-away"));
        assert!(!speaks_to(&travel(2), "incidents"));
    }

    #[test]
    fn a_positive_test_speaks_of_use_and_a_negative_one_does_not() {
        let test = |result| noted("test-result", 0, "result", result);
        assert!(speaks_to(&test("positive"), "substance-use"));
        assert!(!speaks_to(&test("negative"), "substance-use"));
    }

    #[test]
    fn test_results_are_a_kind_of_entry_with_a_positive_result() {
        let kinds = include_str!("../../../forms/entries.2026-11-22.toml");
        let tests = kinds
            .split("[[kind]]")
            .find(|k| k.contains("id = \"test-result\""));
        let tests = tests.unwrap();
        assert!(tests.contains("id = \"result\"") && tests.contains("id = \"positive\""));
    }

    #[test]
    fn kinds_of_event_are_kinds_of_the_list() {
        let list = include_str!("../../../forms/events.2026-11-22.toml");
        for (kind, _) in SAYS_YES_TO {
            assert!(list.contains(&format!("id = \"{kind}\"")), "{kind}");
        }
    }
}
