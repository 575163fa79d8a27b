//! That there is none is a fact of its own; that nothing is known is another.

use super::*;
use crate::domain::patient::{NotUnderMappa, VictimContact};

fn whole(group: Group, typed: &[(&str, &str)], record: &PatientRecord) -> Merged {
    let mut typed = typed.to_vec();
    typed.extend(MISSING);
    merge(group, Target::Whole, &typed, record, record)
}

/// What stands, posted again.
fn again(group: Group, target: Target, record: &PatientRecord) -> Merged {
    let stands = typed(group, target, record).unwrap();
    let mut fields: Vec<(&str, &str)> = stands.iter().collect();
    fields.extend(MISSING);
    merge(group, target, &fields, record, record)
}

const DECIDED: [(&str, &str); 5] = [
    ("category.choice", "not-managed"),
    ("decided-by.text", "Northmere MAPPA Unit"),
    ("decided-on.day", "3"),
    ("decided-on.month", "2"),
    ("decided-on.year", "2026"),
];

#[test]
fn not_under_mappa_is_recorded_and_not_known_stores_nothing() {
    let blank = record();
    let not_known = [("category.choice", "not-known")];
    assert_eq!(whole(Group::Mappa, &not_known, &blank), Merged::Already);
    let decided = saved(whole(Group::Mappa, &DECIDED, &blank));
    assert_eq!(
        decided.not_under_mappa,
        Some(NotUnderMappa {
            decided_by: "Northmere MAPPA Unit".into(),
            decided_on: Some(day(2026, 2, 3)),
        })
    );
    assert_eq!(
        again(Group::Mappa, Target::Whole, &decided),
        Merged::Already
    );
    // Who decided it need not be known.
    let bare = saved(whole(Group::Mappa, &DECIDED[..1], &blank));
    assert!(bare.not_under_mappa.is_some() && bare.mappa.is_none());
    let managed = [("category.choice", "2"), ("level.choice", "1")];
    let managed = saved(whole(Group::Mappa, &managed, &decided));
    assert!(managed.not_under_mappa.is_none() && managed.mappa.is_some());
    let back = saved(whole(Group::Mappa, &not_known, &managed));
    assert!(back.not_under_mappa.is_none() && back.mappa.is_none());
}

#[test]
fn nothing_told_of_mappa_is_lost_by_another_choice() {
    let blank = record();
    let with = |choice: &'static str, more: &[(&'static str, &'static str)]| {
        let mut typed = DECIDED.to_vec();
        typed[0].1 = choice;
        typed.extend(more);
        whole(Group::Mappa, &typed, &blank)
    };
    for choice in ["not-known", "2"] {
        let merged = with(choice, &[("level.choice", "1")]);
        assert_eq!(problem(&merged).0, "category.choice", "{choice}");
    }
    let area = with("not-managed", &[("area.text", "Northmere")]);
    assert!(problem(&area).1.contains("“Area”"), "{area:?}");
    let ahead = [("decided-on.year", "2027")];
    let typed: Vec<_> = DECIDED[..4].iter().copied().chain(ahead).collect();
    assert_eq!(
        problem(&whole(Group::Mappa, &typed, &blank)),
        ("decided-on.day", "The decision cannot be after today")
    );
    // The old page’s one choice for both says neither.
    let old = whole(Group::Mappa, &[("category.choice", "none")], &blank);
    assert_eq!(problem(&old).0, "category.choice");
}

#[test]
fn an_officer_is_named_only_where_somebody_takes_part() {
    let add = |status: &str, name: &str| {
        let typed = [
            ("status.choice", status),
            ("contact.name", name),
            ("why.choice", "missing"),
        ];
        merge(
            Group::VictimLiaison,
            Target::New,
            &typed,
            &record(),
            &record(),
        )
    };
    for status in ["active", "dormant"] {
        assert_eq!(problem(&add(status, "")).0, "contact.name");
        saved(add(status, "Jo Lathbury"));
    }
    assert_eq!(problem(&add("", "")).0, "status.choice");
    let none = saved(add("none", ""));
    assert_eq!(none.victim_liaison[0].status, VictimContact::None);
    assert_eq!(
        items(Group::VictimLiaison, &none)[0].heading,
        "Victim contact: none"
    );
    assert_eq!(
        again(Group::VictimLiaison, Target::Item(0), &none),
        Merged::Already
    );
}

#[test]
fn that_no_advocate_is_wanted_is_recorded_but_not_beside_one() {
    let ticked = ("no-advocate.choices", "yes");
    let none = saved(whole(Group::Communication, &[ticked], &record()));
    assert!(none.no_advocate_wanted && none.advocate.is_none());
    assert_eq!(
        again(Group::Communication, Target::Whole, &none),
        Merged::Already
    );
    let both = [ticked, ("advocate.name", "Musa Tindall")];
    assert_eq!(
        problem(&whole(Group::Communication, &both, &none)).0,
        "no-advocate.choices"
    );
    let one = saved(whole(Group::Communication, &both[1..], &none));
    assert!(!one.no_advocate_wanted && one.advocate.is_some());
}

#[test]
fn an_office_has_a_postal_address() {
    let typed = [
        ("role.text", "GP"),
        ("contact.name", "Dr Owen Prudhoe"),
        ("contact.postal-address", "Staithe Road, Northmere"),
        ("why.choice", "missing"),
    ];
    let with = saved(merge(
        Group::CareTeam,
        Target::New,
        &typed,
        &record(),
        &record(),
    ));
    assert_eq!(
        with.care_team[0].details.postal_address,
        "Staithe Road, Northmere"
    );
    assert_eq!(
        again(Group::CareTeam, Target::Item(0), &with),
        Merged::Already
    );
}
