//! Text that stands as it stood last time.

use super::rule::RISK;
use super::similarity::Words;
use super::sources::in_a_row;
use super::{Finding, Reading, Rule, Said, Severity};
use crate::domain::form::definition::{CarryForward, Kind};

pub(super) fn find(reading: &Reading<'_>, said: &Said<'_>, found: &mut Vec<Finding>) {
    if said.fields.is_empty() || reading.evidence.earlier.is_empty() {
        return;
    }
    if RISK.contains(&said.meaning()) {
        found.extend(risk(reading, said));
        return;
    }
    let in_row = said.item.row.is_some();
    let mut longest = 0;
    for (asked, _) in said.statements() {
        if asked.kind == Kind::Narrative {
            let field = if in_row {
                format!("{}.text", asked.id)
            } else {
                "text".to_owned()
            };
            longest = longest.max(streak(reading, said, &field, Words::nearly));
        }
    }
    if longest < 2 {
        return;
    }
    let kept = said.item.question.carry_forward == CarryForward::Suggest;
    // What the form lets the author keep is only worth knowing, until it has stood for three reports.
    let severity = if kept && longest < 3 {
        Severity::Note
    } else {
        Severity::Consider
    };
    let message = format!(
        "{}: nearly the last report's words{}",
        said.about(),
        in_a_row(longest)
    );
    found.push(said.finding(Rule::NarrativeUnchanged, severity, message));
}

/// In how many reports running, this one included, the field has said nearly the same.
fn streak(
    reading: &Reading<'_>,
    said: &Said<'_>,
    field: &str,
    same: impl Fn(&Words, &Words) -> bool,
) -> usize {
    let now = Words::of(said.fields.get(field));
    let key = said.item.key();
    let before = reading.evidence.earlier.iter().take_while(|report| {
        report
            .answers
            .get(&key)
            .is_some_and(|then| same(&now, &Words::of(then.get(field))))
    });
    1 + before.count()
}

/// Words on risk are compared however few they are: a change in risk is always worth its own words.
fn risk(reading: &Reading<'_>, said: &Said<'_>) -> Option<Finding> {
    let same = |now: &Words, then: &Words| now.nearly(then) || (now.count() > 0 && now == then);
    let streak = streak(reading, said, "text", same);
    if streak < 2 {
        return None;
    }
    let evidence = reading.evidence;
    let events = evidence.asked.rows.get("events").map_or(0, Vec::len);
    let moved = reading
        .meant("risk-direction")
        .is_some_and(|d| matches!(d.fields.get("choice"), "lower" | "higher"));
    let (severity, why) = match (events, moved) {
        (0, false) => (Severity::Note, String::new()),
        (0, true) => (
            Severity::Consider,
            ", and risk is said to have changed".to_owned(),
        ),
        (1, _) => (
            Severity::Consider,
            ", and the period has an event".to_owned(),
        ),
        (n, _) => (
            Severity::Consider,
            format!(", and the period has {n} events"),
        ),
    };
    let message = format!(
        "{}: the last report's words{}{why}",
        said.about(),
        in_a_row(streak)
    );
    Some(said.finding(Rule::RiskUnchanged, severity, message))
}
