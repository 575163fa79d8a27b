//! When reports are due. Derived from the discharge every time, never stored.
//!
//! First report within 4 weeks of conditional discharge, then every 3 months (MHCS's published
//! guidance). What "every 3 months" counts from is not published: we count from the first due date or, where
//! the organisation chose so, from the discharge, never from the last report, so that a late one never
//! shifts those after it. Shown as unverified.

use super::calendar::{BankHolidays, add_days, add_months, less_days};
use super::patient::PatientRecord;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days from discharge to the first report: 4 weeks.
pub const FIRST_REPORT_DAYS: u64 = 28;
/// Calendar months between later reports.
pub const MONTHS_BETWEEN: u32 = 3;

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
    fn dates(&self, discharged: NaiveDate) -> impl Iterator<Item = NaiveDate> + '_ {
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

/// Every due date from the first on, which no agreement moves. An interval agreed before this discharge was
/// agreed for another one.
pub fn due_dates<'a>(
    record: &'a PatientRecord,
    counting: &'a Counting,
) -> impl Iterator<Item = Due> + 'a {
    let discharged = record.discharge.on;
    let first = add_days(discharged, FIRST_REPORT_DAYS);
    let agreed = record.agreed_interval.as_ref();
    let agreed = agreed.filter(|interval| interval.from >= discharged);
    // Counted by the standard rule up to and including the agreed date.
    let until = agreed.map_or(NaiveDate::MAX, |interval| interval.from.max(first));
    let standard = counting
        .dates(discharged)
        .take_while(move |on| *on <= until);
    let later = agreed.into_iter().flat_map(|interval| {
        let months = u32::from(interval.months.max(1));
        (1..MOST_REPORTS).map(move |n| add_months(interval.from, months.saturating_mul(n)))
    });
    let all = standard.chain(later.filter(move |on| *on > first));
    (0..MOST_REPORTS)
        .zip(all)
        .map(|(number, on)| Due { number, on })
}

/// Whether a due date is that of the first report after discharge.
#[must_use]
pub fn is_first(record: &PatientRecord, due: NaiveDate) -> bool {
    due <= add_days(record.discharge.on, FIRST_REPORT_DAYS)
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
mod tests {
    use super::*;
    use crate::domain::patient::AgreedInterval;
    use proptest::prelude::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn discharged(on: NaiveDate) -> PatientRecord {
        let mut record = crate::domain::case::tests::record();
        record.discharge.on = on;
        record
    }

    fn dues(record: &PatientRecord, n: usize) -> Vec<NaiveDate> {
        due_dates(record, &Counting::default())
            .map(|d| d.on)
            .take(n)
            .collect()
    }

    #[test]
    fn the_first_is_due_in_28_days_and_the_rest_never_drift() {
        assert_eq!(dues(&discharged(day(2025, 11, 30)), 1), [day(2025, 12, 28)]);
        assert_eq!(
            dues(&discharged(day(2025, 8, 31)), 3),
            [day(2025, 9, 28), day(2025, 12, 28), day(2026, 3, 28)]
        );
        // First due on a 31st: clamped months do not pull later ones down.
        assert_eq!(
            dues(&discharged(day(2027, 8, 3)), 4),
            [
                day(2027, 8, 31),
                day(2027, 11, 30),
                day(2028, 2, 29),
                day(2028, 5, 31)
            ]
        );
    }

    #[test]
    fn an_agreed_interval_counts_from_the_agreed_date() {
        let mut record = discharged(day(2025, 8, 31));
        record.agreed_interval = Some(AgreedInterval {
            months: 6,
            from: day(2026, 3, 28),
            evidence: "letter".into(),
        });
        assert_eq!(
            dues(&record, 5),
            [
                day(2025, 9, 28),
                day(2025, 12, 28),
                day(2026, 3, 28),
                day(2026, 9, 28),
                day(2027, 3, 28)
            ]
        );
    }

    #[test]
    fn a_new_discharge_ends_what_was_agreed_and_an_early_agreement_moves_no_first_report() {
        let mut record = discharged(day(2026, 6, 1));
        let agreed = |from| {
            Some(AgreedInterval {
                months: 6,
                from,
                evidence: "letter".into(),
            })
        };
        record.agreed_interval = agreed(day(2026, 3, 28));
        let usual = [day(2026, 6, 29), day(2026, 9, 29)];
        assert_eq!(dues(&record, 2), usual);
        record.agreed_interval = agreed(day(2026, 6, 10));
        assert_eq!(dues(&record, 2), [day(2026, 6, 29), day(2026, 12, 10)]);
    }

    #[test]
    fn a_change_of_what_is_counted_from_moves_no_date_before_it() {
        let record = discharged(day(2026, 1, 31));
        let from_discharge = Counting::default().changed(Anchor::Discharge, day(2025, 12, 1));
        let dates = |counting: &Counting| -> Vec<_> {
            due_dates(&record, counting).map(|d| d.on).take(4).collect()
        };
        let [first, may, august] = [day(2026, 2, 28), day(2026, 5, 28), day(2026, 8, 28)];
        let [april, july, october] = [day(2026, 4, 30), day(2026, 7, 31), day(2026, 10, 31)];
        assert_eq!(dates(&from_discharge), [first, april, july, october]);
        // The date that people were told of stays; the new count begins after it.
        let later = Counting::default().changed(Anchor::Discharge, day(2026, 6, 1));
        assert_eq!(dates(&later), [first, may, august, october]);
        let back = later.changed(Anchor::FirstReport, day(2026, 8, 1));
        assert_eq!(dates(&back), [first, may, august, day(2026, 11, 28)]);
        // Changed and changed back on one day is no change; nor is the same choice again.
        let same = Counting::default().changed(Anchor::Discharge, day(2026, 6, 1));
        assert_eq!(
            same.clone().changed(Anchor::Discharge, day(2026, 6, 2)),
            same
        );
        assert_eq!(
            same.changed(Anchor::FirstReport, day(2026, 6, 1)),
            Counting::default()
        );
    }

    #[test]
    fn late_is_late_and_says_whether_mhcs_knows() {
        let due = day(2026, 12, 28);
        assert_eq!(
            Timeliness::on(due, day(2026, 12, 28), false),
            Timeliness::DueVerySoon
        );
        assert_eq!(
            Timeliness::on(due, day(2026, 12, 29), true),
            Timeliness::LateTold
        );
        assert_eq!(
            Timeliness::on(due, day(2026, 12, 29), false),
            Timeliness::LateNotTold
        );
        assert_eq!(
            Timeliness::on(due, day(2026, 12, 7), false),
            Timeliness::DueSoon
        );
        assert_eq!(
            Timeliness::on(due, day(2026, 12, 6), false),
            Timeliness::NotYetDue
        );
    }

    #[test]
    fn a_recall_suspends_and_an_absolute_discharge_ends_but_what_was_owed_stays_owed() {
        let mut record = discharged(day(2025, 8, 31));
        record.recalled_on = Some(day(2026, 1, 10));
        assert_eq!(
            next_due(&record, &Counting::default(), &[]).unwrap().on,
            day(2025, 9, 28)
        );
        assert_eq!(
            next_due(&record, &Counting::default(), &[day(2025, 12, 28)]),
            None
        );
        // A new discharge: 28 days again.
        record.discharge.on = day(2026, 6, 1);
        assert_eq!(stopped(&record), None);
        assert_eq!(
            next_due(&record, &Counting::default(), &[day(2025, 12, 28)])
                .unwrap()
                .on,
            day(2026, 6, 29)
        );
        record.ended = Some(crate::domain::patient::DatedNote {
            on: day(2026, 7, 1),
            note: "tribunal".into(),
        });
        assert_eq!(
            next_due(&record, &Counting::default(), &[]).unwrap().on,
            day(2026, 6, 29)
        );
        assert_eq!(
            next_due(&record, &Counting::default(), &[day(2026, 6, 29)]),
            None
        );
    }

    proptest! {
        /// Whatever day the schedule stops, nothing falls due on or after it, and everything before
        /// it falls due as if it had not stopped.
        #[test]
        fn a_stop_changes_nothing_before_it(offset in 0u64..1500, stop in 0u64..2000, done in 0u64..2000) {
            let discharge = add_days(day(2020, 1, 1), offset);
            let mut record = discharged(discharge);
            let (stop, last) = (add_days(discharge, stop), add_days(discharge, done));
            let running = next_due(&record, &Counting::default(), &[last]).unwrap();
            record.recalled_on = Some(stop);
            let next = next_due(&record, &Counting::default(), &[last]);
            prop_assert_eq!(next, (running.on < stop).then_some(running));
        }

        /// However often the anchor changes, due dates rise and are never more than a quarter apart.
        #[test]
        fn changes_of_anchor_leave_no_gap(offset in 0u64..3653, changes in proptest::collection::vec((0u64..1500, any::<bool>()), 0..6)) {
            let discharge = add_days(day(2020, 1, 1), offset);
            let record = discharged(discharge);
            let mut changes = changes;
            changes.sort();
            let counting = changes.iter().fold(Counting::default(), |counting, (at, from_discharge)| {
                let anchor = if *from_discharge { Anchor::Discharge } else { Anchor::FirstReport };
                counting.changed(anchor, add_days(discharge, *at))
            });
            let dues: Vec<_> = due_dates(&record, &counting).map(|d| d.on).take(30).collect();
            for pair in dues.windows(2) {
                let apart = (pair[1] - pair[0]).num_days();
                prop_assert!((25..=92).contains(&apart), "{} to {}: {apart}", pair[0], pair[1]);
            }
        }

        /// Ten years of discharge dates: due dates rise, stay three months apart within a month's
        /// end, and the next one is always the first after the last report.
        #[test]
        fn ten_years_of_dates(offset in 0u64..3653, reported in 0u64..3653) {
            let discharge = add_days(day(2020, 1, 1), offset);
            let record = discharged(discharge);
            let dues = dues(&record, 40);
            prop_assert_eq!(dues[0], add_days(discharge, 28));
            for (n, pair) in dues.windows(2).enumerate() {
                let apart = (pair[1] - pair[0]).num_days();
                prop_assert!((89..=92).contains(&apart), "{} to {}: {apart}", pair[0], pair[1]);
                let months = 3 * u32::try_from(n + 1).unwrap();
                prop_assert_eq!(pair[1], add_months(dues[0], months));
            }
            let from_discharge = Counting::default().changed(Anchor::Discharge, day(2019, 1, 1));
            for (n, due) in due_dates(&record, &from_discharge).take(40).enumerate().skip(1) {
                let months = 3 * u32::try_from(n).unwrap();
                prop_assert_eq!(due.on, add_months(discharge, months));
            }
            let last = add_days(discharge, reported);
            let usual = Counting::default();
            let next = next_due(&record, &usual, &[last]).unwrap();
            prop_assert!(next.on > last);
            prop_assert!(due_dates(&record, &usual).take_while(|d| d.number < next.number).all(|d| d.on <= last));
        }
    }
}
