//! What of a patient waits for somebody: the rules of caseload and team lists.

use super::patient::PatientRecord;
use super::report::State;
use super::schedule::{Counting, Stopped, Timeliness, next_due, stopped, told_in_time};
use chrono::NaiveDate;

/// How a patient stands on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The due date at hand, if one falls due.
    pub deadline: Option<Deadline>,
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

/// A patient's newest report that was neither withdrawn nor superseded, as far as lists need it.
#[derive(Debug, Clone, Copy)]
pub struct Newest {
    /// The due date that it answers.
    pub due: NaiveDate,
    /// Where it stands.
    pub state: State,
    /// When MHCS was told that it would be late, if that stands with the report.
    pub late_told_on: Option<NaiveDate>,
}

/// A due date and how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The due date.
    pub on: NaiveDate,
    /// How it stands.
    pub timeliness: Timeliness,
}

/// The due date at hand on `today`: of the report that is being written, or of the next one. `None` when
/// nothing falls due. A recall suspends what a report that was already begun would have fallen due for.
/// `late_told`: due dates for which MHCS was told, with the day, whether or not a report had begun.
#[must_use]
pub fn deadline(
    record: &PatientRecord,
    counting: &Counting,
    newest: Option<Newest>,
    late_told: &[(NaiveDate, NaiveDate)],
    today: NaiveDate,
) -> Option<Deadline> {
    let answered: Vec<NaiveDate> = newest.iter().map(|n| n.due).collect();
    let open = newest.filter(|n| !n.state.is_sent());
    let on = match open {
        Some(open) => stopped(record)
            .is_none_or(|stop| open.due < stop.from())
            .then_some(open.due)?,
        None => next_due(record, counting, &answered)?.on,
    };
    let mark = open.and_then(|n| n.late_told_on);
    let notices = late_told.iter().filter(|(due, _)| *due == on);
    let told_on = notices.map(|(_, told)| *told).chain(mark).min();
    Some(Deadline {
        on,
        timeliness: Timeliness::on(on, today, told_in_time(told_on, on)),
    })
}

/// How a patient stands on `today`.
#[must_use]
pub fn standing(
    record: &PatientRecord,
    counting: &Counting,
    newest: Option<Newest>,
    late_told: &[(NaiveDate, NaiveDate)],
    last_seen: Option<NaiveDate>,
    today: NaiveDate,
) -> Standing {
    Standing {
        deadline: deadline(record, counting, newest, late_told, today),
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
    // Whoever was seen before a recall has not been seen since the new discharge.
    match last_seen.filter(|day| *day >= record.discharge.on) {
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
            deadline(&record, &Counting::default(), None, told, day(2, 10))
                .unwrap()
                .timeliness
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
    fn a_recall_suspends_a_report_that_was_begun_and_leaves_what_was_owed() {
        let mut record = record();
        let begun = Newest {
            due: day(1, 29),
            state: State::Drafting,
            late_told_on: None,
        };
        let at = |record: &PatientRecord, today| {
            deadline(record, &Counting::default(), Some(begun), &[], today)
        };
        assert_eq!(at(&record, day(1, 10)).unwrap().on, day(1, 29));
        record.recalled_on = Some(day(1, 20));
        assert_eq!(at(&record, day(2, 10)), None, "suspended");
        record.recalled_on = Some(day(1, 30));
        let owed = at(&record, day(2, 10)).unwrap();
        assert_eq!(
            (owed.on, owed.timeliness),
            (day(1, 29), Timeliness::LateNotTold)
        );
    }

    #[test]
    fn a_notice_counts_whether_it_stands_with_the_report_or_not_and_the_first_one_counts() {
        let record = record();
        let newest = |late_told_on| {
            Some(Newest {
                due: day(1, 29),
                state: State::Drafting,
                late_told_on,
            })
        };
        let of = |mark, told: &[(NaiveDate, NaiveDate)]| {
            let all = deadline(
                &record,
                &Counting::default(),
                newest(mark),
                told,
                day(2, 10),
            );
            all.unwrap().timeliness
        };
        let due = day(1, 29);
        assert_eq!(of(Some(day(1, 28)), &[]), Timeliness::LateTold);
        assert_eq!(of(None, &[(due, day(1, 28))]), Timeliness::LateTold);
        assert_eq!(
            of(Some(day(2, 3)), &[(due, day(1, 28))]),
            Timeliness::LateTold
        );
        assert_eq!(of(Some(day(2, 3)), &[]), Timeliness::LateNotTold);
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
        record.discharge.on = day(2, 25);
        assert_eq!(
            gap(&record, Some(day(1, 10))),
            None,
            "seen before the new discharge"
        );
        record.contact_every_days = None;
        assert_eq!(
            gap(&record, None),
            None,
            "no plan, no gap: nothing is invented"
        );
    }
}
