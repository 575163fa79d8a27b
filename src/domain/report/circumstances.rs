//! What a report has to answer, taken from the case: which rows fall in its period, whether it is
//! the first, which nation's law applies.

use crate::domain::calendar::day_in_words;
use crate::domain::condition::Condition;
use crate::domain::form::definition::RowSource;
use crate::domain::form::progress::{Circumstances, Row, row_source_name};
use crate::domain::patient::{Nation, PatientRecord};
use crate::domain::timeline::{Entry, Matter, Origins, standing};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The days that a report is about, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The day after the previous report's "facts as at".
    pub from: NaiveDate,
    /// "Facts as at", or today while the author has not set it.
    pub to: NaiveDate,
}

impl Period {
    /// Whether it has at least one day.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.from <= self.to
    }
}

/// What a report answers among its events: an event, and a test that found something.
fn is_event(matter: &Matter) -> bool {
    match matter {
        Matter::Event(_) => true,
        Matter::Noted(n) => n.is_positive_test(),
        _ => false,
    }
}

/// What a report answers among its nights away: a night away, and travel with a night elsewhere.
fn is_night_away(matter: &Matter) -> bool {
    match matter {
        Matter::NightAway(_) => true,
        Matter::Noted(n) => n.is_nights_away(),
        _ => false,
    }
}

/// When a wording began or ended, where that lies within the period: a condition that was varied would
/// otherwise stand there twice under one number.
fn within(condition: &Condition, period: Period) -> String {
    let from =
        (period.from < condition.from).then(|| format!("from {}", day_in_words(condition.from)));
    let to = condition.to.filter(|to| *to < period.to);
    let until = to.map(|to| format!("until {}", day_in_words(to)));
    let both: Vec<String> = from.into_iter().chain(until).collect();
    if both.is_empty() {
        return String::new();
    }
    format!(" ({})", both.join(" "))
}

/// The circumstances of one report.
#[must_use]
pub fn circumstances(
    record: &PatientRecord,
    entries: &[Entry],
    first: bool,
    period: Period,
) -> Circumstances {
    let in_force = record.conditions_between(period.from, period.to);
    let conditions = in_force
        .iter()
        .map(|c| Row {
            id: c.id.to_string(),
            label: format!("{}. {}{}", c.number, c.wording, within(c, period)),
        })
        .collect();
    let in_period: Vec<&Entry> = standing(entries)
        .into_iter()
        .filter(|e| e.matter.falls_between(period.from, period.to))
        .collect();
    // A correction keeps the row of what it corrects, and with it the answer.
    let origins = Origins::of(entries);
    let rows = |of: fn(&Matter) -> bool| -> Vec<Row> {
        in_period
            .iter()
            .filter(|e| of(&e.matter))
            .map(|e| Row {
                id: origins.first(&e.id).to_string(),
                label: e.matter.in_words(),
            })
            .collect()
    };
    Circumstances {
        first,
        wales: record.nation_on(period.to) == Nation::Wales,
        supervised_discharge: in_force.iter().any(|c| c.deprivation_of_liberty.is_some()),
        rows: BTreeMap::from([
            (
                row_source_name(RowSource::ConditionsInForce).to_owned(),
                conditions,
            ),
            (
                row_source_name(RowSource::Contacts).to_owned(),
                rows(|m| matches!(m, Matter::Contact(_))),
            ),
            (
                row_source_name(RowSource::Events).to_owned(),
                rows(is_event),
            ),
            (
                row_source_name(RowSource::NightsAway).to_owned(),
                rows(is_night_away),
            ),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::tests::record;
    use crate::domain::condition::Theme;
    use crate::domain::identifiers::ConditionId;
    use crate::domain::patient::Discharger;

    #[test]
    fn a_wording_that_began_or_ended_within_the_period_says_so() {
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        let wording = |id: &str, from, to| Condition {
            id: ConditionId::parse(id).unwrap(),
            number: 1,
            wording: "To reside as directed.".into(),
            theme: Theme::Residence,
            set_by: Discharger::Tribunal,
            from,
            to,
            deprivation_of_liberty: None,
            clauses: vec![],
        };
        let mut record = record();
        record.conditions = vec![
            wording("a", day(1, 1), Some(day(5, 14))),
            wording("b", day(5, 15), Some(day(5, 20))),
            wording("c", day(5, 21), Some(day(12, 1))),
        ];
        let rows = |from, to| -> Vec<(String, String)> {
            let asked = circumstances(&record, &[], false, Period { from, to });
            asked.rows[row_source_name(RowSource::ConditionsInForce)]
                .iter()
                .map(|r| (r.id.clone(), r.label.clone()))
                .collect()
        };
        let row =
            |id: &str, when: &str| (id.to_owned(), format!("1. To reside as directed.{when}"));
        assert_eq!(
            rows(day(3, 1), day(5, 31)),
            [
                row("a", " (until 14 May 2026)"),
                row("b", " (from 15 May 2026 until 20 May 2026)"),
                row("c", " (from 21 May 2026)"),
            ]
        );
        // A wording in force on every day of the period needs no dates.
        assert_eq!(rows(day(1, 1), day(5, 14)), [row("a", "")]);
        assert_eq!(rows(day(5, 21), day(8, 31)), [row("c", "")]);
    }
}
