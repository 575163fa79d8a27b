//! What an organisation's due dates count from, and since when.

use super::{FIRST_REPORT_DAYS, MONTHS_BETWEEN, MOST_REPORTS};
use crate::domain::calendar::{add_days, add_months};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What "every 3 months" counts from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The first due date, 28 days after discharge.
    #[default]
    FirstReport,
    /// The day of discharge.
    Discharge,
}

impl Anchor {
    /// Each choice, the usual one first.
    pub const ALL: [Self; 2] = [Self::FirstReport, Self::Discharge];

    /// The name in forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstReport => "first-report",
            Self::Discharge => "discharge",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::FirstReport => "the date the first report was due, 28 days after discharge",
            Self::Discharge => "the day of discharge",
        }
    }
}

/// What an organisation's due dates count from, and since when: a change of mind moves no date that lies
/// before it, so that what was on time stays so. Empty: from the first report's due date, ever since.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counting(Vec<(NaiveDate, Anchor)>);

impl Counting {
    /// The anchor of due dates on `day`.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Anchor {
        let since = self.0.iter().rfind(|(since, _)| *since <= day);
        since.map_or_else(Anchor::default, |(_, anchor)| *anchor)
    }

    /// The same until `today`, then by `anchor`.
    #[must_use]
    pub fn changed(mut self, anchor: Anchor, today: NaiveDate) -> Self {
        let from = add_days(today, 1);
        // A choice of today that is changed again today was never in force.
        self.0.retain(|(since, _)| *since < from);
        if self.on(from) != anchor {
            self.0.push((from, anchor));
        }
        self
    }

    /// Due dates without any agreed interval, each by the anchor that was in force when the one before fell
    /// due: people were told of the next date, and no two are ever more than a quarter apart.
    pub(super) fn dates(&self, discharged: NaiveDate) -> impl Iterator<Item = NaiveDate> + '_ {
        let first = add_days(discharged, FIRST_REPORT_DAYS);
        let after = move |(last, quarters): &(NaiveDate, u32)| {
            let from = match self.on(*last) {
                Anchor::FirstReport => first,
                Anchor::Discharge => discharged,
            };
            (*quarters..MOST_REPORTS)
                .map(|n| (add_months(from, MONTHS_BETWEEN.saturating_mul(n)), n))
                .find(|(on, _)| on > last)
        };
        std::iter::successors(Some((first, 1)), after).map(|(on, _)| on)
    }
}
