use super::*;
use crate::domain::patient::{AgreedInterval, ReportedBefore};
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

fn reported(record: &mut PatientRecord, due: NaiveDate, facts_as_at: Option<NaiveDate>) {
    record.reported_before = Some(ReportedBefore { due, facts_as_at });
}

#[test]
fn what_was_reported_before_this_service_was_used_is_not_owed() {
    let mut record = discharged(day(2011, 3, 15));
    let next = |record: &PatientRecord| next_due(record, &Counting::default(), &[]).unwrap().on;
    assert_eq!(next(&record), day(2011, 4, 12));
    assert_eq!(period_from(&record, None), day(2011, 3, 15));
    reported(&mut record, day(2026, 10, 12), None);
    assert_eq!(next(&record), day(2027, 1, 12));
    assert_eq!(dues(&record, 2), [day(2027, 1, 12), day(2027, 4, 12)]);
    assert!(!is_first(&record, day(2027, 1, 12)));
    assert_eq!(period_from(&record, None), day(2026, 10, 13));
    reported(&mut record, day(2026, 10, 12), Some(day(2026, 10, 2)));
    assert_eq!(period_from(&record, None), day(2026, 10, 3));
    // A report that was begun here goes on from itself.
    let here = Some(day(2027, 1, 5));
    assert_eq!(period_from(&record, here), day(2027, 1, 6));
    assert_eq!(
        next_due(&record, &Counting::default(), &[day(2027, 1, 12)])
            .unwrap()
            .on,
        day(2027, 4, 12)
    );
    // An agreed interval counts on as before.
    record.agreed_interval = Some(AgreedInterval {
        months: 6,
        from: day(2026, 7, 12),
        evidence: "letter".into(),
    });
    assert_eq!(dues(&record, 1), [day(2027, 1, 12)]);
    assert_eq!(agreed_months(&record, day(2027, 1, 12)), Some(6));
    assert_eq!(agreed_months(&record, day(2026, 7, 12)), None);
    // A new discharge begins anew.
    record.discharge.on = day(2026, 11, 1);
    assert_eq!(next(&record), day(2026, 11, 29));
    assert!(is_first(&record, day(2026, 11, 29)));
    assert_eq!(period_from(&record, None), day(2026, 11, 1));
}

proptest! {
    /// Whatever day was reported up to before, nothing up to it falls due, the next is the first date of the
    /// schedule after it, none that follows is a first report, and the rest of the schedule is as it was.
    #[test]
    fn what_was_reported_before_moves_no_later_date(
        offset in 0u64..3653, last in 0u64..3653, agreed in proptest::option::of((0u64..2000, 1u8..12)), from_discharge: bool,
    ) {
        let discharge = add_days(day(2011, 1, 1), offset);
        let mut record = discharged(discharge);
        record.agreed_interval = agreed.map(|(from, months)| AgreedInterval {
            months,
            from: add_days(discharge, from),
            evidence: "letter".into(),
        });
        let counting = if from_discharge {
            Counting::default().changed(Anchor::Discharge, day(2010, 1, 1))
        } else {
            Counting::default()
        };
        let all: Vec<Due> = due_dates(&record, &counting).take(200).collect();
        let last = add_days(discharge, last);
        reported(&mut record, last, None);
        let left: Vec<Due> = due_dates(&record, &counting).take(10).collect();
        let wanted: Vec<Due> = all.into_iter().filter(|due| due.on > last).take(10).collect();
        prop_assert_eq!(&left, &wanted);
        prop_assert_eq!(next_due(&record, &counting, &[]), Some(left[0]));
        prop_assert!(left.iter().all(|due| !is_first(&record, due.on)));
        prop_assert_eq!(period_from(&record, None), add_days(last, 1));
    }

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
