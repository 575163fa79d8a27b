//! What changed since the report before this one, from the dates in the record.

use super::role;
use crate::domain::calendar::{day_in_words, less_days};
use crate::domain::condition::Condition;
use crate::domain::patient::{PatientRecord, Supervisor, SupervisorRole};
use crate::domain::report::circumstances::Period;
use chrono::NaiveDate;

/// The previous report, then the changes since.
pub(super) fn previous_report(
    record: &PatientRecord,
    period: Period,
    previous: Option<(NaiveDate, Option<NaiveDate>)>,
) -> Vec<String> {
    // Asked of later reports only: where none is kept, it was written elsewhere.
    let Some((due, facts_as_at)) = previous else {
        return vec!["No earlier report is kept here.".into()];
    };
    let mut lines = vec![format!("Last report was due on {}", day_in_words(due))];
    lines.extend(facts_as_at.map(|d| format!("Facts as at {}", day_in_words(d))));
    let changes = changes(record, period);
    if changes.is_empty() {
        lines.push("No change of supervisor or condition since".into());
    }
    lines.extend(changes);
    lines
}

/// Supervisors and conditions that began or ended in a period, a line each.
pub(in crate::domain::patient) fn changes(record: &PatientRecord, period: Period) -> Vec<String> {
    let mut conditions: Vec<&Condition> = record.conditions.iter().collect();
    conditions.sort_by_key(|c| (c.number, c.from));
    let supervisors = [SupervisorRole::Social, SupervisorRole::Clinical]
        .into_iter()
        .flat_map(|role| record.supervisors.iter().filter(move |s| s.role == role))
        .filter_map(|s| supervisor(s, period));
    let conditions = conditions
        .iter()
        .filter_map(|c| condition(c, &record.conditions, period));
    supervisors.chain(conditions).collect()
}

fn supervisor(s: &Supervisor, period: Period) -> Option<String> {
    let from = began(s.from, period).then(|| format!(" from {}", day_in_words(s.from)));
    let known_end = s.to.filter(|_| from.is_some() || ended(s.to, period));
    let until = known_end.map(|to| format!(" until {}", day_in_words(to)));
    if from.is_none() && until.is_none() {
        return None;
    }
    let (from, until) = (from.unwrap_or_default(), until.unwrap_or_default());
    Some(format!("{}{from}{until}: {}", role(s), s.contact.name))
}

fn condition(c: &Condition, all: &[Condition], period: Period) -> Option<String> {
    let number = c.number;
    let begins = |day: Option<NaiveDate>| {
        all.iter()
            .any(|o| o.number == number && Some(o.from) == day)
    };
    let ends = |day: Option<NaiveDate>| {
        all.iter()
            .any(|o| o.number == number && o.to.is_some() && o.to == day)
    };
    let is_over = ended(c.to, period) && !begins(c.to.and_then(|to| to.succ_opt()));
    let last_day =
        c.to.filter(|_| is_over)
            .map(|to| format!("ended: its last day was {}", day_in_words(to)));
    let set_by = c.set_by.words();
    let from = day_in_words(c.from);
    let first_day = began(c.from, period).then(|| {
        if ends(c.from.pred_opt()) {
            format!("in a new wording from {from}, set by {set_by}")
        } else {
            format!("began on {from}, set by {set_by}")
        }
    });
    let said: Vec<String> = first_day.into_iter().chain(last_day).collect();
    (!said.is_empty()).then(|| format!("Condition {number} {}", said.join("; ")))
}

fn began(from: NaiveDate, period: Period) -> bool {
    (period.from..=period.to).contains(&from)
}

/// Whether the first day without it lies in the period: its last day is that of the report before, or
/// later. On its own last day a thing still holds, and Part A shows it as such.
pub(super) fn ended(to: Option<NaiveDate>, period: Period) -> bool {
    to.is_some_and(|to| less_days(period.from, 1) <= to && to < period.to)
}
