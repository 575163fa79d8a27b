//! What of a patient waits for somebody: the rules of caseload and team lists.

use super::patient::PatientRecord;
use super::report::State;
use super::schedule::{Counting, Stopped, Timeliness, next_due, stopped, told_in_time};
use chrono::NaiveDate;

/// How a patient stands on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The due date at hand, if one falls due.
    pub due: Option<NaiveDate>,
    /// How that stands.
    pub timeliness: Option<Timeliness>,
    /// Why nothing falls due.
    pub stopped: Option<Stopped>,
    /// Days since the person was last seen, where that is more than planned.
    pub gap: Option<Gap>,
}

/// A gap in contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// That many days, against a plan of so many.
    Days(i64, u16),
    /// No contact in person is recorded that far back.
    NoneRecorded,
}

/// How a patient stands on `today`.
#[must_use]
pub fn standing(
    record: &PatientRecord,
    counting: &Counting,
    latest: Option<(NaiveDate, State, Option<NaiveDate>)>,
    late_told: &[(NaiveDate, NaiveDate)],
    last_seen: Option<NaiveDate>,
    today: NaiveDate,
) -> Standing {
    let answered: Vec<NaiveDate> = latest.iter().map(|l| l.0).collect();
    let open = latest.filter(|(_, state, _)| !state.is_sent());
    let due = open.map_or_else(
        || next_due(record, counting, &answered).map(|d| d.on),
        |(due, _, _)| Some(due),
    );
    let told_on = |due: NaiveDate| {
        let marks = open.and_then(|(_, _, told)| told).into_iter();
        let notices = late_told
            .iter()
            .filter(|(d, _)| *d == due)
            .map(|(_, on)| *on);
        marks.chain(notices).min()
    };
    Standing {
        timeliness: due.map(|d| Timeliness::on(d, today, told_in_time(told_on(d), d))),
        due,
        stopped: stopped(record),
        gap: gap(record, last_seen, today),
    }
}

/// A gap beyond the planned frequency; nobody supervises a recalled patient's contacts here.
fn gap(record: &PatientRecord, last_seen: Option<NaiveDate>, today: NaiveDate) -> Option<Gap> {
    if stopped(record).is_some_and(|s| s.from() <= today) {
        return None;
    }
    let planned = record.contact_plan_on(today)?.in_person_every_days;
    match last_seen {
        // Discharge itself counts as the last time the person was seen.
        None if (today - record.discharge.on).num_days() > i64::from(planned) => {
            Some(Gap::NoneRecorded)
        }
        None => None,
        Some(day) => {
            let days = (today - day).num_days();
            (days > i64::from(planned)).then_some(Gap::Days(days, planned))
        }
    }
}

impl Gap {
    /// In words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Days(days, planned) => {
                format!("Not seen for {days} days (planned: {planned})")
            }
            Self::NoneRecorded => "No contact in person recorded".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, m, d).unwrap()
    }

    fn record() -> PatientRecord {
        let mut record = crate::domain::case::tests::record();
        record.discharge.on = day(1, 1);
        record.contact_every_days = Some(14);
        record
    }

    #[test]
    fn overdue_with_and_without_notice_are_told_apart_also_when_no_report_was_begun() {
        let record = record();
        let of = |told: &[(NaiveDate, NaiveDate)]| {
            standing(&record, &Counting::default(), None, told, None, day(2, 10))
                .timeliness
                .unwrap()
        };
        let due = day(1, 29);
        assert_eq!(of(&[]), Timeliness::LateNotTold);
        assert_eq!(of(&[(due, day(1, 28))]), Timeliness::LateTold);
        assert_eq!(
            of(&[(due, day(1, 30))]),
            Timeliness::LateNotTold,
            "told too late"
        );
        assert_eq!(
            of(&[(day(4, 29), day(1, 28))]),
            Timeliness::LateNotTold,
            "of another report"
        );
    }

    #[test]
    fn a_gap_counts_from_the_last_time_in_person_and_stops_with_a_recall() {
        let mut record = record();
        let gap = |r: &PatientRecord, seen| {
            standing(r, &Counting::default(), None, &[], seen, day(3, 1)).gap
        };
        assert_eq!(gap(&record, Some(day(2, 15))), None);
        assert_eq!(gap(&record, Some(day(2, 14))), Some(Gap::Days(15, 14)));
        assert_eq!(gap(&record, None), Some(Gap::NoneRecorded));
        record.recalled_on = Some(day(2, 20));
        assert_eq!(gap(&record, None), None);
        record.recalled_on = None;
        record.contact_every_days = None;
        assert_eq!(
            gap(&record, None),
            None,
            "no plan, no gap: nothing is invented"
        );
    }
}
