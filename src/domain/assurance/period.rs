//! The days that figures are about.

use crate::domain::calendar::{add_days, add_months, day_in_words};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most days of a period: five years and a little. Longer ones would keep a page waiting and say less.
pub const MOST_DAYS: i64 = 1_830;

/// From a day to a day, both included. Has at least one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

/// Why two days are no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodProblem {
    /// The last day is before the first.
    NoDays,
    /// More than [`MOST_DAYS`].
    TooLong,
}

impl fmt::Display for PeriodProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDays => "The period has no days: its last day is before its first",
            Self::TooLong => "The period can be up to 5 years long",
        })
    }
}

impl std::error::Error for PeriodProblem {}

impl Period {
    /// The days from `from` to `to`, both included.
    ///
    /// # Errors
    /// [`PeriodProblem`].
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, PeriodProblem> {
        match (to - from).num_days() {
            ..0 => Err(PeriodProblem::NoDays),
            MOST_DAYS.. => Err(PeriodProblem::TooLong),
            _ => Ok(Self { from, to }),
        }
    }

    /// The twelve months that end with `today`.
    #[must_use]
    pub fn year_to(today: NaiveDate) -> Self {
        let before = today.checked_sub_months(chrono::Months::new(12));
        Self {
            from: add_days(before.unwrap_or(today), 1).min(today),
            to: today,
        }
    }

    /// First day.
    #[must_use]
    pub fn from(self) -> NaiveDate {
        self.from
    }

    /// Last day.
    #[must_use]
    pub fn to(self) -> NaiveDate {
        self.to
    }

    /// Whether the day is one of them.
    #[must_use]
    pub fn holds(self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Calendar months, the first and last cut to the period.
    #[must_use]
    pub fn months(self) -> Vec<Self> {
        let mut months = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let next = add_months(from.with_day(1).unwrap_or(from), 1);
            let to = next.pred_opt().unwrap_or(next).min(self.to);
            months.push(Self { from, to });
            if next <= from {
                break;
            }
            from = next;
        }
        months
    }
}

impl fmt::Display for Period {
    /// "1 January 2026 to 31 March 2026".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} to {}",
            day_in_words(self.from),
            day_in_words(self.to)
        )
    }
}

/// A period as stored, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    from: NaiveDate,
    to: NaiveDate,
}

impl TryFrom<Ends> for Period {
    type Error = PeriodProblem;
    fn try_from(ends: Ends) -> Result<Self, PeriodProblem> {
        Self::new(ends.from, ends.to)
    }
}

impl From<Period> for Ends {
    fn from(period: Period) -> Self {
        Self {
            from: period.from,
            to: period.to,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn a_period_has_days_and_an_end() {
        let one = day(2026, 5, 1);
        assert!(Period::new(one, one).is_ok());
        assert_eq!(
            Period::new(one, day(2026, 4, 30)),
            Err(PeriodProblem::NoDays)
        );
        assert_eq!(
            Period::new(one, day(2036, 4, 30)),
            Err(PeriodProblem::TooLong)
        );
        assert_eq!(
            Period::year_to(day(2028, 2, 29)).to_string(),
            "1 March 2027 to 29 February 2028"
        );
        assert!(
            serde_json::from_str::<Period>(r#"{"from":"2026-05-02","to":"2026-05-01"}"#).is_err()
        );
    }

    proptest! {
        /// Months cover the period day by day, each day once.
        #[test]
        fn months_cover_the_period(start in 0u64..3000, length in 0u64..1800) {
            let from = add_days(day(2020, 1, 1), start);
            let period = Period::new(from, add_days(from, length)).unwrap();
            let mut next = from;
            for month in period.months() {
                prop_assert_eq!(month.from(), next);
                prop_assert_eq!(month.from().month(), month.to().month());
                next = add_days(month.to(), 1);
            }
            prop_assert_eq!(next, add_days(period.to(), 1));
        }
    }
}
