//! Days: reading them, writing them, counting months and working days.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use std::fmt;

/// `day` plus calendar months, clamped to the month's end: 31 August + 3 is 30 November.
#[must_use]
pub fn add_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

/// `day` plus days.
#[must_use]
pub fn add_days(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days))
        .unwrap_or(NaiveDate::MAX)
}

/// `day` less days.
#[must_use]
pub fn less_days(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days))
        .unwrap_or(NaiveDate::MIN)
}

/// "22 November 2026".
#[must_use]
pub fn day_in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A day as the three parts that are typed: day, month, year.
#[must_use]
pub fn day_parts(day: NaiveDate) -> [String; 3] {
    [
        day.day().to_string(),
        day.month().to_string(),
        day.year().to_string(),
    ]
}

/// Days on which offices are closed, from a dated data file (see `src/forms/bank-holidays.toml`).
#[derive(Debug, Clone, Default)]
pub struct BankHolidays(Vec<NaiveDate>);

impl BankHolidays {
    /// From the days themselves, in any order.
    #[must_use]
    pub fn new(mut days: Vec<NaiveDate>) -> Self {
        days.sort_unstable();
        Self(days)
    }

    /// The last day that the file knows; later ones are counted as if there were no bank holidays.
    #[must_use]
    pub fn known_until(&self) -> Option<NaiveDate> {
        self.0.last().copied()
    }

    /// Whether offices are open.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && self.0.binary_search(&day).is_err()
    }

    /// The last working day on or before `day`.
    #[must_use]
    pub fn last_working_day_by(&self, day: NaiveDate) -> NaiveDate {
        let mut candidate = day;
        while !self.is_working_day(candidate) && candidate > NaiveDate::MIN {
            candidate = less_days(candidate, 1);
        }
        candidate
    }
}

/// What is wrong with a date that was typed in three fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateProblem {
    /// No day.
    NoDay,
    /// No month.
    NoMonth,
    /// No year.
    NoYear,
    /// Not a day of that month.
    Day,
    /// Not 1 to 12 nor a month's name.
    Month,
    /// Not a year of four digits from 1900 to 2199.
    Year,
}

impl DateProblem {
    /// The field that the message belongs to.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::NoDay | Self::Day => "day",
            Self::NoMonth | Self::Month => "month",
            Self::NoYear | Self::Year => "year",
        }
    }
}

impl fmt::Display for DateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDay => "The date must include a day",
            Self::NoMonth => "The date must include a month",
            Self::NoYear => "The date must include a year",
            Self::Day => "The day must be one that the month has",
            Self::Month => "The month must be 1 to 12 or a month's name",
            Self::Year => "The year must have 4 digits, for example 2026",
        })
    }
}

impl std::error::Error for DateProblem {}

/// Reads a day from three fields as people type them. Months may be named.
///
/// # Errors
/// [`DateProblem`], naming the part that is wrong.
pub fn read_day(day: &str, month: &str, year: &str) -> Result<NaiveDate, DateProblem> {
    let (day, month, year) = (day.trim(), month.trim(), year.trim());
    for (part, problem) in [
        (day, DateProblem::NoDay),
        (month, DateProblem::NoMonth),
        (year, DateProblem::NoYear),
    ] {
        if part.is_empty() {
            return Err(problem);
        }
    }
    let year = (year.len() == 4)
        .then(|| year.parse::<i32>().ok())
        .flatten();
    let year = year
        .filter(|y| (1900..2200).contains(y))
        .ok_or(DateProblem::Year)?;
    let month = month.parse::<u32>().ok().or_else(|| month_named(month));
    let month = month
        .filter(|m| (1..=12).contains(m))
        .ok_or(DateProblem::Month)?;
    let day = day.parse::<u32>().map_err(|_| DateProblem::Day)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateProblem::Day)
}

fn month_named(name: &str) -> Option<u32> {
    name.parse::<chrono::Month>()
        .ok()
        .map(|m| m.number_from_month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn months_clamp_to_the_months_end() {
        assert_eq!(add_months(day(2025, 8, 31), 3), day(2025, 11, 30));
        assert_eq!(add_months(day(2025, 11, 30), 3), day(2026, 2, 28));
        assert_eq!(add_months(day(2027, 11, 30), 3), day(2028, 2, 29));
    }

    #[test]
    fn reads_what_people_type_and_names_the_wrong_part() {
        assert_eq!(read_day(" 3", "March", "2026"), Ok(day(2026, 3, 3)));
        assert_eq!(read_day("3", "mar", "2026"), Ok(day(2026, 3, 3)));
        assert_eq!(read_day("29", "2", "2026"), Err(DateProblem::Day));
        assert_eq!(read_day("29", "13", "2026"), Err(DateProblem::Month));
        assert_eq!(read_day("29", "1", "26"), Err(DateProblem::Year));
        assert_eq!(read_day("", "1", "2026"), Err(DateProblem::NoDay));
        assert_eq!(read_day("-1", "1", "2026"), Err(DateProblem::Day));
    }

    #[test]
    fn the_last_working_day_steps_over_weekends_and_bank_holidays() {
        let holidays = BankHolidays::new(vec![day(2026, 12, 25), day(2026, 12, 28)]);
        assert_eq!(
            holidays.last_working_day_by(day(2026, 12, 28)),
            day(2026, 12, 24)
        );
        assert_eq!(
            holidays.last_working_day_by(day(2026, 12, 23)),
            day(2026, 12, 23)
        );
    }
}
