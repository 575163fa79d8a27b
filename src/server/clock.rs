//! The one clock. Tests and the demo set it; nothing else asks the system for the time.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
use std::sync::{Arc, Mutex, PoisonError};

/// Says what time it is.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<Mutex<Setting>>);

#[derive(Debug, Clone, Copy, Default)]
enum Setting {
    #[default]
    System,
    /// The system's clock moved by so much.
    Shifted(TimeDelta),
}

impl Clock {
    /// A clock that stands at `at` now and runs on from there.
    #[must_use]
    pub fn starting_at(at: DateTime<Utc>) -> Self {
        let clock = Self::default();
        clock.set(at);
        clock
    }

    /// Moves the clock so that it is `at` now.
    pub fn set(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Setting::Shifted(at - Utc::now());
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }

    /// Now, in UTC, to the microsecond: the finest that both databases keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Setting::System => Utc::now(),
            Setting::Shifted(by) => Utc::now() + by,
        };
        now.with_nanosecond(now.nanosecond() / 1_000 * 1_000)
            .unwrap_or(now)
    }

    /// Today in England and Wales.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        in_britain(self.now()).0
    }
}

/// Day and time of day in England and Wales, where British Summer Time runs from 01:00 UTC on the
/// last Sunday of March to 01:00 UTC on the last Sunday of October (Summer Time Order 2002).
#[must_use]
pub fn in_britain(at: DateTime<Utc>) -> (NaiveDate, chrono::NaiveTime) {
    let change = |month| {
        let last = NaiveDate::from_ymd_opt(at.year(), month, 31)?;
        let back = last.weekday().days_since(Weekday::Sun);
        last.checked_sub_days(chrono::Days::new(u64::from(back)))?
            .and_hms_opt(1, 0, 0)
    };
    let summer = match (change(3), change(10)) {
        (Some(start), Some(end)) => (start..end).contains(&at.naive_utc()),
        _ => false,
    };
    let local = at.naive_utc() + TimeDelta::hours(i64::from(summer));
    (local.date(), local.time())
}

/// When a day begins in England and Wales.
#[must_use]
pub fn britain_midnight(day: NaiveDate) -> DateTime<Utc> {
    let utc = day.and_time(chrono::NaiveTime::MIN).and_utc();
    // Midnight UTC is 01:00 in summer: the day began an hour before.
    let (_, local) = in_britain(utc);
    utc - TimeDelta::hours(i64::from(local.hour()))
}

/// "22 November 2026 at 14:02".
#[must_use]
pub fn moment_in_words(at: DateTime<Utc>) -> String {
    let (day, time) = in_britain(at);
    format!(
        "{} at {}",
        crate::domain::calendar::day_in_words(day),
        time.format("%H:%M")
    )
}

/// "14:02", in England and Wales.
#[must_use]
pub fn time_of_day(at: DateTime<Utc>) -> String {
    in_britain(at).1.format("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_its_own_midnight() {
        for day in [
            "2026-03-29",
            "2026-03-30",
            "2026-07-01",
            "2026-10-25",
            "2026-10-26",
            "2026-12-31",
        ] {
            let day: NaiveDate = day.parse().unwrap();
            assert_eq!(
                in_britain(britain_midnight(day)),
                (day, chrono::NaiveTime::MIN)
            );
        }
    }

    #[test]
    fn summer_time_begins_and_ends_on_the_last_sundays() {
        let at = |text: &str| {
            in_britain(text.parse().unwrap())
                .1
                .format("%H:%M")
                .to_string()
        };
        assert_eq!(at("2026-03-29T00:59:59Z"), "00:59");
        assert_eq!(at("2026-03-29T01:00:00Z"), "02:00");
        assert_eq!(at("2026-10-25T00:59:59Z"), "01:59");
        assert_eq!(at("2026-10-25T01:00:00Z"), "01:00");
        let (day, _) = in_britain("2026-06-30T23:30:00Z".parse().unwrap());
        assert_eq!(day.to_string(), "2026-07-01");
    }
}
