//! What a report has to answer, taken from the case: which rows fall in its period, whether it is
//! the first, which nation's law applies.

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
            label: format!("{}. {}", c.number, c.wording),
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
        wales: record.nation == Nation::Wales,
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
