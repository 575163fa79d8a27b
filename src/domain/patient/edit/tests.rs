mod before;
mod known_none;
mod spans;

use super::*;
use crate::domain::case::tests::record;
use proptest::prelude::*;

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

const TODAY: fn() -> NaiveDate = || day(2026, 11, 20);

const MISSING: [(&str, &str); 1] = [("why.choice", "missing")];

fn merge(
    group: Group,
    target: Target,
    typed: &[(&str, &str)],
    seen: &PatientRecord,
    current: &PatientRecord,
) -> Merged {
    let fields = Fields::new(typed.iter().copied());
    let edit = Edit {
        group,
        target,
        typed: &fields,
        today: TODAY(),
        new_id: "new-id",
    };
    edit.merge(seen, current)
}

fn saved(merged: Merged) -> PatientRecord {
    match merged {
        Merged::Save(record, _) => *record,
        other => panic!("not saved: {other:?}"),
    }
}

fn problem(merged: &Merged) -> (&str, &str) {
    match merged {
        Merged::Problems(found) => (&found[0].field, &found[0].message),
        other => panic!("no problem: {other:?}"),
    }
}

fn condition<'a>(from: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let (y, rest) = from.split_once('-').unwrap();
    let (m, d) = rest.split_once('-').unwrap();
    let mut typed = vec![
        ("number.text", "1"),
        ("wording.text", "To reside at 3 Tenter Lane."),
        ("theme.choice", "residence"),
        ("set-by.choice", "tribunal"),
        ("dol.choice", "no"),
        ("from.day", d),
        ("from.month", m),
        ("from.year", y),
        ("why.choice", "missing"),
    ];
    for (field, value) in more {
        typed.retain(|(f, _)| f != field);
        typed.push((field, value));
    }
    typed
}

fn with_condition() -> PatientRecord {
    let typed = condition("2025-11-30", &[]);
    let mut record = saved(merge(
        Group::Conditions,
        Target::New,
        &typed,
        &record(),
        &record(),
    ));
    record.conditions[0].id = crate::domain::identifiers::ConditionId::parse("c1").unwrap();
    record
}

#[test]
fn what_stands_posted_again_changes_nothing() {
    let full = with_condition();
    for group in Group::ALL {
        let target = if group.is_list() {
            Target::Item(0)
        } else {
            Target::Whole
        };
        let Some(stands) = typed(*group, target, &full) else {
            continue;
        };
        let mut fields: Vec<(&str, &str)> = stands.iter().collect();
        fields.extend(MISSING);
        assert_eq!(
            merge(*group, target, &fields, &full, &full),
            Merged::Already,
            "{group:?}"
        );
    }
}

#[test]
fn dates_that_cannot_be_are_refused_beside_their_part() {
    let discharge = |d: &str, m: &str, y: &str| {
        let typed = [
            ("on.day", d),
            ("on.month", m),
            ("on.year", y),
            ("by.choice", "tribunal"),
            ("hospital.text", "X"),
            ("why.choice", "missing"),
        ];
        merge(
            Group::Discharge,
            Target::Whole,
            &typed,
            &record(),
            &record(),
        )
    };
    assert_eq!(problem(&discharge("31", "2", "2026")).0, "on.day");
    assert_eq!(problem(&discharge("1", "13", "2026")).0, "on.month");
    assert_eq!(problem(&discharge("1", "1", "26")).0, "on.year");
    assert_eq!(
        problem(&discharge("21", "11", "2026")).1,
        "The discharge cannot be after today"
    );
    assert!(
        problem(&discharge("1", "1", "2014"))
            .1
            .contains("before the order")
    );
}

#[test]
fn an_edit_says_why() {
    let health = |more: &[(&str, &str)]| {
        let mut typed = vec![("mental-disorder.text", "Schizophrenia")];
        typed.extend(more);
        merge(Group::Health, Target::Whole, &typed, &record(), &record())
    };
    assert_eq!(problem(&health(&[])).0, "why.choice");
    assert_eq!(problem(&health(&[("why.choice", "wrong")])).0, "note.text");
    assert_eq!(
        problem(&health(&[("why.choice", "changed")])).0,
        "changed-on.day"
    );
    let ahead = [
        ("why.choice", "changed"),
        ("changed-on.day", "21"),
        ("changed-on.month", "11"),
        ("changed-on.year", "2026"),
    ];
    assert!(problem(&health(&ahead)).1.contains("cannot be after today"));
    let Merged::Save(record, change) =
        health(&[("why.choice", "wrong"), ("note.text", "Misread the letter")])
    else {
        panic!("not saved")
    };
    assert_eq!(record.mental_disorder, "Schizophrenia");
    assert_eq!(
        change.in_words(),
        "It was recorded wrongly: Misread the letter"
    );
}

#[test]
fn a_condition_is_varied_and_its_old_wording_keeps_its_dates() {
    let before = with_condition();
    let vary = |from: (&str, &str, &str), wording: &str| {
        let typed = [
            ("from.day", from.0),
            ("from.month", from.1),
            ("from.year", from.2),
            ("wording.text", wording),
            ("theme.choice", "residence"),
            ("set-by.choice", "secretary-of-state"),
            ("dol.choice", "no"),
            (
                "clauses.choices",
                "fourteen-days-notice-of-move\nnights-away-agreed",
            ),
        ];
        merge(Group::Conditions, Target::Vary(0), &typed, &before, &before)
    };
    let after = saved(vary(("1", "6", "2026"), "To reside as directed."));
    assert_eq!(after.conditions.len(), 2);
    assert_eq!(after.conditions[0].to, Some(day(2026, 5, 31)));
    assert_eq!(
        (after.conditions[1].from, after.conditions[1].to),
        (day(2026, 6, 1), None)
    );
    assert_eq!(after.conditions[1].clauses.len(), 2);
    assert_eq!(after.conditions[0].id, before.conditions[0].id);
    assert_ne!(after.conditions[1].id, before.conditions[0].id);
    assert_eq!(
        after
            .conditions_between(day(2026, 5, 1), day(2026, 7, 1))
            .len(),
        2
    );
    assert!(
        problem(&vary(("30", "11", "2025"), "Other"))
            .1
            .contains("must begin after")
    );
}

#[test]
fn conditions_that_overlap_end_early_or_deprive_of_liberty_too_soon_are_refused() {
    let one = with_condition();
    let add = |typed: &[(&str, &str)]| merge(Group::Conditions, Target::New, typed, &one, &one);
    let overlap = add(&condition("2026-03-01", &[]));
    assert!(
        problem(&overlap)
            .1
            .contains("already has a wording in force"),
        "{overlap:?}"
    );
    let backwards = condition(
        "2026-03-01",
        &[
            ("number.text", "2"),
            ("to.day", "1"),
            ("to.month", "1"),
            ("to.year", "2026"),
        ],
    );
    assert_eq!(
        problem(&add(&backwards)),
        ("to.day", "The last day cannot be before the first day")
    );
    let liberty = |from| {
        condition(
            from,
            &[
                ("number.text", "2"),
                ("dol.choice", "yes"),
                ("dol-basis.text", "s42(2A)"),
            ],
        )
    };
    assert!(
        problem(&add(&liberty("2026-02-17")))
            .1
            .contains("18 February 2026")
    );
    assert_eq!(
        saved(add(&liberty("2026-02-18"))).conditions[1]
            .deprivation_of_liberty
            .as_deref(),
        Some("s42(2A)")
    );
    let no_basis = condition("2026-03-01", &[("number.text", "2"), ("dol.choice", "yes")]);
    assert_eq!(problem(&add(&no_basis)).0, "dol-basis.text");
}

#[test]
fn a_gap_between_wordings_is_told_not_refused() {
    let mut record = with_condition();
    record.conditions[0].to = Some(day(2026, 3, 1));
    let typed = condition("2026-03-11", &[]);
    let record = saved(merge(
        Group::Conditions,
        Target::New,
        &typed,
        &record,
        &record,
    ));
    let notes = conditions::notes(&record, TODAY());
    assert_eq!(
        notes,
        [
            "Condition 1 was not in force from 2 March 2026 to 10 March 2026. If that is a mistake, correct the dates."
        ]
    );
    assert!(
        conditions::notes(
            &super::super::PatientRecord {
                conditions: vec![],
                ..record
            },
            TODAY()
        )[0]
        .contains("No condition is in force")
    );
}

#[test]
fn a_new_address_ends_the_one_before() {
    let add = |record: &PatientRecord, line: &str, d: &str| {
        let typed = [
            ("lines.lines", line),
            ("from.day", d),
            ("from.month", "12"),
            ("from.year", "2025"),
            ("why.choice", "missing"),
        ];
        merge(Group::Addresses, Target::New, &typed, record, record)
    };
    let one = saved(add(&record(), "1 Weir Lane\nNM1 1AA", "1"));
    let two = saved(add(&one, "2 Weir Lane", "10"));
    assert_eq!(two.addresses[0].to, Some(day(2025, 12, 9)));
    assert_eq!(two.addresses[0].lines, ["1 Weir Lane", "NM1 1AA"]);
    assert!(
        problem(&add(&two, "3 Weir Lane", "5"))
            .1
            .contains("another address")
    );
}

#[test]
fn two_people_at_different_parts_or_items_do_not_stand_in_each_others_way() {
    let base = with_condition();
    let mut elsewhere = base.clone();
    elsewhere.ethnicity = "Welsh".into();
    let health = [
        ("mental-disorder.text", "Bipolar"),
        ("why.choice", "missing"),
    ];
    let both = saved(merge(
        Group::Health,
        Target::Whole,
        &health,
        &base,
        &elsewhere,
    ));
    assert_eq!(
        (both.ethnicity.as_str(), both.mental_disorder.as_str()),
        ("Welsh", "Bipolar")
    );

    // Somebody else added a condition that sorts before ours: ours is still found.
    let two = saved(merge(
        Group::Conditions,
        Target::New,
        &condition("2026-01-01", &[("number.text", "2")]),
        &base,
        &base,
    ));
    let mut current = two.clone();
    let first = Condition {
        id: crate::domain::identifiers::ConditionId::parse("other").unwrap(),
        number: 1,
        from: day(2020, 1, 1),
        to: Some(day(2020, 2, 1)),
        ..two.conditions[0].clone()
    };
    current.conditions.insert(0, first);
    let changed = condition(
        "2026-01-01",
        &[("number.text", "2"), ("wording.text", "Reworded")],
    );
    let after = saved(merge(
        Group::Conditions,
        Target::Item(1),
        &changed,
        &two,
        &current,
    ));
    assert_eq!(after.conditions[2].wording, "Reworded");
    assert_eq!(after.conditions.len(), 3);
}

#[test]
fn the_same_part_changed_by_two_is_a_conflict_and_the_same_text_is_not() {
    let base = record();
    let mut theirs = base.clone();
    theirs.mental_disorder = "Bipolar".into();
    let mine = [
        ("mental-disorder.text", "Schizophrenia"),
        ("why.choice", "missing"),
    ];
    assert_eq!(
        merge(Group::Health, Target::Whole, &mine, &base, &theirs),
        Merged::Conflict
    );
    let same = [
        ("mental-disorder.text", "Bipolar"),
        ("why.choice", "missing"),
    ];
    assert_eq!(
        merge(Group::Health, Target::Whole, &same, &base, &theirs),
        Merged::Already
    );
    let one = with_condition();
    let mut gone = one.clone();
    gone.conditions.clear();
    let change = condition("2025-11-30", &[("wording.text", "Reworded")]);
    assert_eq!(
        merge(Group::Conditions, Target::Item(0), &change, &one, &gone),
        Merged::Conflict
    );
    let typed = condition("2025-11-30", &[]);
    assert_eq!(
        merge(Group::Conditions, Target::New, &typed, &record(), &one),
        Merged::Already,
        "posted twice"
    );
}

#[test]
fn too_long_keeps_everything_and_says_by_how_much() {
    let long = "x".repeat(503);
    let typed = [
        ("section.text", long.as_str()),
        ("ordered-on.day", "1"),
        ("ordered-on.month", "6"),
        ("ordered-on.year", "2015"),
        ("why.choice", "missing"),
    ];
    let merged = merge(Group::Order, Target::Whole, &typed, &record(), &record());
    assert!(problem(&merged).1.contains("3 too many"));
}

#[test]
fn targets_are_named_both_ways_and_nonsense_is_none() {
    assert_eq!(
        Target::named(Group::Conditions, "vary-2"),
        Some(Target::Vary(1))
    );
    assert_eq!(Target::named(Group::Addresses, "3"), Some(Target::Item(2)));
    for bad in [
        "0",
        "",
        "-1",
        "new-1",
        "remove-0",
        "x",
        "99999999999999999999",
    ] {
        assert_eq!(Target::named(Group::Addresses, bad), None, "{bad}");
    }
    assert_eq!(Target::named(Group::Addresses, "vary-1"), None);
    assert_eq!(Target::named(Group::Names, "new"), None);
    for group in Group::ALL {
        assert_eq!(Group::named(group.name()), Some(*group));
    }
}

/// One step of somebody at the conditions: which of four things, at which place, on which day, numbered.
fn step() -> impl Strategy<Value = (u8, usize, u32, u16)> {
    (0u8..4, 0usize..6, 0u32..400, 1u16..4)
}

proptest! {
    /// Whatever is posted, a number never has two wordings in force on one day, none ends before it
    /// begins, and nothing that was recorded is lost except by its removal.
    #[test]
    fn condition_periods_stay_sound(steps in prop::collection::vec(step(), 0..25)) {
        let mut record = record();
        let start = record.discharge.on;
        for (what, place, offset, number) in steps {
            let on = crate::domain::calendar::add_days(start, offset.into()).format("%Y-%m-%d").to_string();
            let number = number.to_string();
            let wording = format!("Wording {offset} {number}");
            let mut typed = condition(&on, &[("number.text", &number), ("wording.text", &wording), ("note.text", "x")]);
            let target = match what { 0 => Target::New, 1 => Target::Vary(place), 2 => Target::End(place), _ => Target::Item(place) };
            if what == 2 {
                for (part, n) in ["to.year", "to.month", "to.day"].into_iter().zip(on.split('-')) { typed.push((part, n)); }
            }
            let before = record.conditions.len();
            if let Merged::Save(next, _) = merge(Group::Conditions, target, &typed, &record, &record) {
                prop_assert!(next.conditions.len() >= before);
                record = *next;
            }
            for (n, a) in record.conditions.iter().enumerate() {
                prop_assert!(a.to.is_none_or(|to| a.from <= to));
                for b in &record.conditions[n + 1..] {
                    let together = a.in_force_between(b.from, b.to.unwrap_or(NaiveDate::MAX));
                    prop_assert!(a.number != b.number || !together, "{:?} {:?}", a, b);
                }
            }
        }
    }
}
