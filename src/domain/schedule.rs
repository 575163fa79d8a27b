//! When reports are due. Derived from the discharge every time, never stored.
//!
//! First report within 4 weeks of conditional discharge, then every 3 months (MHCS's published
//! guidance). What "every 3 months" counts from is not published: we count from the first due date or, where
//! the organisation chose so, from the discharge, never from the last report, so that a late one never
//! shifts those after it. Shown as unverified.

mod anchor;

pub use anchor::{Anchor, Counting};

use super::calendar::{BankHolidays, add_days, add_months, less_days};
use super::patient::{AgreedInterval, PatientRecord, ReportedBefore};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days from discharge to the first report: 4 weeks.
pub const FIRST_REPORT_DAYS: u64 = 28;
/// Calendar months between later reports.
pub const MONTHS_BETWEEN: u32 = 3;

/// The report that is due: which one and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// 0 for the first report after discharge.
    pub number: u32,
    /// The due date.
    pub on: NaiveDate,
}

/// Most due dates that are ever counted: more than two lifetimes of monthly reports. A due date beyond
/// is a mistake in the record, and must not keep a page waiting.
const MOST_REPORTS: u32 = 2_400;

/// The due date of the first report after discharge.
fn first(record: &PatientRecord) -> NaiveDate {
    add_days(record.discharge.on, FIRST_REPORT_DAYS)
}

/// The interval that MHCS agreed, with the last due date that follows from the rule and not from it. One
/// that was agreed before this discharge was agreed for another, and none moves the first report.
fn agreed(record: &PatientRecord) -> Option<(&AgreedInterval, NaiveDate)> {
    let agreed = record.agreed_interval.as_ref();
    let agreed = agreed.filter(|interval| interval.from >= record.discharge.on);
    agreed.map(|interval| (interval, interval.from.max(first(record))))
}

/// Every due date from the first on. What was reported before this service was used falls due no more.
pub fn due_dates<'a>(
    record: &'a PatientRecord,
    counting: &'a Counting,
) -> impl Iterator<Item = Due> + 'a {
    let agreed = agreed(record);
    let until = agreed.map_or(NaiveDate::MAX, |(_, until)| until);
    let standard = counting
        .dates(record.discharge.on)
        .take_while(move |on| *on <= until);
    let later = agreed.into_iter().flat_map(|(interval, _)| {
        let months = u32::from(interval.months.max(1));
        (1..MOST_REPORTS).map(move |n| add_months(interval.from, months.saturating_mul(n)))
    });
    let all = standard.chain(later.filter(move |on| *on > until));
    let before = record.reported_elsewhere().map(|last| last.due);
    (0..MOST_REPORTS)
        .zip(all)
        .map(|(number, on)| Due { number, on })
        .filter(move |due| before.is_none_or(|last| due.on > last))
}

/// The last day on which a report that falls due is the first after discharge. Whatever falls due after a
/// report that was sent before this service was used is not the first.
#[must_use]
pub fn first_until(record: &PatientRecord) -> NaiveDate {
    let before = record.reported_elsewhere();
    before.map_or(first(record), |last| first(record).min(last.due))
}

/// Whether a due date is that of the first report after discharge.
#[must_use]
pub fn is_first(record: &PatientRecord, due: NaiveDate) -> bool {
    due <= first_until(record)
}

/// The months that MHCS agreed between reports, where a due date follows from its agreement and not from
/// the rule.
#[must_use]
pub fn agreed_months(record: &PatientRecord, due: NaiveDate) -> Option<u8> {
    let agreed = agreed(record).filter(|(_, until)| due > *until);
    agreed.map(|(interval, _)| interval.months.max(1))
}

/// The first day that a new report is about: the day after what was reported last, here or before this
/// service was used, or the day of discharge. `reported`: the last day that any report here is about.
#[must_use]
pub fn period_from(record: &PatientRecord, reported: Option<NaiveDate>) -> NaiveDate {
    let before = record.reported_elsewhere().map(ReportedBefore::up_to);
    let last = reported.max(before);
    last.map_or(record.discharge.on, |day| add_days(day, 1))
}

/// The first due date after those that reports already answer, or the first of all when there is no
/// report. `answered`: the due date that each report was started for; an early report answers its
/// own due date, so it does not bring the next one forward. `None` when nothing falls due: the patient
/// is recalled, or no longer conditionally discharged. What fell due before that day is still owed.
#[must_use]
pub fn next_due(
    record: &PatientRecord,
    counting: &Counting,
    answered: &[NaiveDate],
) -> Option<Due> {
    let done = answered.iter().max();
    due_dates(record, counting)
        .find(|due| done.is_none_or(|last| due.on > *last))
        .filter(|due| stopped(record).is_none_or(|stop| due.on < stop.from()))
}

/// Why no report falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Recalled to hospital on that day: suspended until a new discharge.
    Recalled(NaiveDate),
    /// No longer conditionally discharged from that day.
    Ended(NaiveDate),
}

impl Stopped {
    /// The day from which nothing falls due.
    #[must_use]
    pub fn from(self) -> NaiveDate {
        match self {
            Self::Recalled(day) | Self::Ended(day) => day,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> String {
        let day = super::calendar::day_in_words(self.from());
        match self {
            Self::Recalled(_) => format!(
                "Recalled to hospital on {day}: no report falls due until a new discharge is recorded"
            ),
            Self::Ended(_) => {
                format!("Conditional discharge ended on {day}: no report falls due any more")
            }
        }
    }
}

/// What stops the schedule, if anything does: a recall suspends it, an absolute discharge ends it.
/// Informal admission and sections 2 and 3 do neither.
#[must_use]
pub fn stopped(record: &PatientRecord) -> Option<Stopped> {
    let ended = record.ended.as_ref().map(|e| Stopped::Ended(e.on));
    ended.or(record
        .recalled_on
        .filter(|on| *on >= record.discharge.on)
        .map(Stopped::Recalled))
}

/// The last working day on or before the due date: the day to send by.
#[must_use]
pub fn send_by(due: NaiveDate, holidays: &BankHolidays) -> NaiveDate {
    holidays.last_working_day_by(due)
}

/// Internal targets, in days before the due date. Settings of the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Targets {
    /// Draft finished.
    pub draft: u64,
    /// Manager has signed off.
    pub manager: u64,
    /// Part C complete.
    pub part_c: u64,
}

impl Default for Targets {
    fn default() -> Self {
        Self {
            draft: 14,
            manager: 10,
            part_c: 5,
        }
    }
}

impl Targets {
    /// The three target days before a due date: draft, manager, Part C.
    #[must_use]
    pub fn days(self, due: NaiveDate) -> [NaiveDate; 3] {
        [self.draft, self.manager, self.part_c].map(|days| less_days(due, days))
    }
}

/// Whether MHCS was told in time that a report would be late: on or before the due date.
#[must_use]
pub fn told_in_time(told_on: Option<NaiveDate>, due: NaiveDate) -> bool {
    told_on.is_some_and(|on| on <= due)
}

/// How a due date stands today. "Late, MHCS told" and "late, MHCS not told" are two states, neither green.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeliness {
    /// More than 21 days ahead.
    NotYetDue,
    /// Due within 21 days.
    DueSoon,
    /// Due within 7 days.
    DueVerySoon,
    /// Past due, and MHCS was told before the due date.
    LateTold,
    /// Past due, and MHCS was not told.
    LateNotTold,
}

impl Timeliness {
    /// How `due` stands on `today`.
    #[must_use]
    pub fn on(due: NaiveDate, today: NaiveDate, told: bool) -> Self {
        if today > due {
            return if told {
                Self::LateTold
            } else {
                Self::LateNotTold
            };
        }
        match (due - today).num_days() {
            ..=7 => Self::DueVerySoon,
            8..=21 => Self::DueSoon,
            _ => Self::NotYetDue,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotYetDue => "Not yet due",
            Self::DueSoon => "Due soon",
            Self::DueVerySoon => "Due within 7 days",
            Self::LateTold => "Late, MHCS told",
            Self::LateNotTold => "Late, MHCS not told",
        }
    }
}

#[cfg(test)]
mod tests;
