//! How long records are kept. Minimums: nothing is destroyed because a date has passed, only listed for
//! two people to decide. The time counts from when a record was last used, never from an earlier day.

mod trace;

pub use trace::{Shown, Trace, of_record, of_report};

use super::calendar::day_in_words;
use chrono::{Months, NaiveDate};
use std::fmt;

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

/// Why a record did not end on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotEnded {
    /// The day has not come.
    AfterToday,
    /// The record was in use later.
    UsedSince(Trace),
}

impl fmt::Display for NotEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AfterToday => f.write_str("The day cannot be after today"),
            Self::UsedSince(Trace { on, shown }) => {
                let (day, what) = (day_in_words(*on), shown.words());
                write!(
                    f,
                    "The record was in use after that day: {what} {day}. It cannot have ended before {day}"
                )
            }
        }
    }
}

/// Whether a record may have ended on a day: not before the newest day on which it shows supervision.
///
/// # Errors
/// [`NotEnded`].
pub fn may_have_ended(on: NaiveDate, traces: &[Trace], today: NaiveDate) -> Result<(), NotEnded> {
    if on > today {
        return Err(NotEnded::AfterToday);
    }
    // What lies ahead is planned, and shows nothing yet.
    let past = traces.iter().filter(|t| t.on <= today);
    match past.max_by_key(|t| t.on) {
        Some(newest) if newest.on > on => Err(NotEnded::UsedSince(*newest)),
        _ => Ok(()),
    }
}

/// Why somebody is no second person for a destruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSecond {
    /// They proposed it.
    Proposed,
    /// They could not have confirmed it when it was proposed: the account or its role came later.
    CameLater,
}

/// Whether somebody is a second person: another than who proposed, and one who could have confirmed when
/// it was proposed. An account that was made for it is no second person.
///
/// # Errors
/// [`NotSecond`].
pub fn is_second(who: &str, proposed_by: &str, could_confirm: &[String]) -> Result<(), NotSecond> {
    if who == proposed_by {
        return Err(NotSecond::Proposed);
    }
    if !could_confirm.iter().any(|one| one == who) {
        return Err(NotSecond::CameLater);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_ends_when_it_was_last_used_or_later() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let today = day(2026, 11, 20);
        let traces = [
            (Shown::Discharge, day(2004, 3, 1)),
            (Shown::Entry, day(2026, 11, 18)),
            (Shown::Report, day(2026, 10, 24)),
            (Shown::Supervisor, day(2027, 1, 1)),
        ]
        .map(|(shown, on)| Trace { on, shown });
        let ended = |on| may_have_ended(on, &traces, today);
        assert_eq!(ended(day(2026, 11, 18)), Ok(()));
        assert_eq!(ended(today), Ok(()));
        assert_eq!(ended(day(2026, 11, 21)), Err(NotEnded::AfterToday));
        for early in [day(2004, 3, 1), day(2026, 10, 24), day(2026, 11, 17)] {
            let refused = ended(early).unwrap_err();
            assert_eq!(refused, NotEnded::UsedSince(traces[1]));
            assert_eq!(
                refused.to_string(),
                "The record was in use after that day: an entry is of 18 November 2026. It cannot have ended before 18 November 2026"
            );
        }
        assert_eq!(may_have_ended(day(1990, 1, 1), &[], today), Ok(()));
    }

    #[test]
    fn a_second_person_was_there_before() {
        let could = ["one".to_owned(), "two".to_owned()];
        assert_eq!(is_second("two", "one", &could), Ok(()));
        assert_eq!(is_second("one", "one", &could), Err(NotSecond::Proposed));
        assert_eq!(is_second("three", "one", &could), Err(NotSecond::CameLater));
    }

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
