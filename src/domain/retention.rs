//! How long records are kept. Minimums: nothing is destroyed because a date has passed, only listed for
//! two people to decide.

use chrono::{Months, NaiveDate};

/// An organisation's periods, in years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    /// After supervision ended.
    pub after_end: u32,
    /// After the patient died.
    pub after_death: u32,
}

/// The longest period that can be set, in years.
pub const LONGEST: u32 = 100;

impl Default for Periods {
    /// Mental health records: 20 years after treatment ends, 10 after death (NHS Records Management
    /// Code, 2023, as summarised by a defence union; not verified against the code's own appendix).
    fn default() -> Self {
        Self {
            after_end: 20,
            after_death: 10,
        }
    }
}

/// Why a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Supervision ended: absolute discharge, end of the restrictions.
    Supervision,
    /// The patient died.
    Death,
}

impl Ended {
    /// As stored and as posted.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Supervision => "ended",
            Self::Death => "died",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Supervision, Self::Death]
            .into_iter()
            .find(|e| e.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Supervision => "Supervision ended",
            Self::Death => "Died",
        }
    }
}

impl Periods {
    /// The first day on which destruction may be considered.
    #[must_use]
    pub fn keep_until(&self, ended: Ended, on: NaiveDate) -> NaiveDate {
        let years = match ended {
            Ended::Supervision => self.after_end,
            Ended::Death => self.after_death,
        };
        on.checked_add_months(Months::new(12 * years.min(LONGEST)))
            .unwrap_or(NaiveDate::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_count_from_the_end() {
        let on = NaiveDate::from_ymd_opt(2004, 2, 29).unwrap();
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(
            Periods::default().keep_until(Ended::Supervision, on),
            day(2024, 2, 29)
        );
        assert_eq!(
            Periods::default().keep_until(Ended::Death, on),
            day(2014, 2, 28)
        );
        assert_eq!(Ended::named("died"), Some(Ended::Death));
        assert_eq!(Ended::named("other"), None);
    }
}
