//! What is recorded with its first and last day.

use super::*;
use crate::domain::patient::{EarlierMappa, Nation};

fn days<'a>(id: &str, d: &'a str, m: &'a str) -> Vec<(String, &'a str)> {
    let part = |part: &str| format!("{id}.{part}");
    vec![(part("day"), d), (part("month"), m), (part("year"), "2026")]
}

fn posted(
    group: Group,
    target: Target,
    typed: &[(&str, &str)],
    dates: &[Vec<(String, &str)>],
    record: &PatientRecord,
) -> Merged {
    let mut all = typed.to_vec();
    all.extend(dates.iter().flatten().map(|(id, v)| (id.as_str(), *v)));
    merge(group, target, &all, record, record)
}

fn managed(level: &'static str) -> [(&'static str, &'static str); 2] {
    [("category.choice", "2"), ("level.choice", level)]
}

#[test]
fn a_level_that_changed_is_kept_with_its_last_day() {
    let mut typed = managed("1").to_vec();
    typed.extend(MISSING);
    let from = [days("from", "3", "2")];
    let one = saved(posted(
        Group::Mappa,
        Target::Whole,
        &typed,
        &from,
        &record(),
    ));
    assert_eq!(one.mappa.as_ref().unwrap().from, Some(day(2026, 2, 3)));
    assert!(one.earlier_mappa.is_empty());

    let mut typed = managed("2").to_vec();
    typed.push(("why.choice", "changed"));
    // The page still has the day of level 1 in it.
    let stands = [days("from", "3", "2"), days("changed-on", "9", "11")];
    let two = saved(posted(Group::Mappa, Target::Whole, &typed, &stands, &one));
    let earlier = EarlierMappa {
        category: 2,
        level: 1,
        from: Some(day(2026, 2, 3)),
        to: day(2026, 11, 8),
    };
    assert_eq!(two.earlier_mappa, [earlier]);
    assert_eq!(two.mappa.as_ref().unwrap().from, Some(day(2026, 11, 9)));
    assert_eq!(two.mappa_on(day(2026, 11, 8)), Some((2, 1)));
    assert_eq!(two.mappa_on(day(2026, 11, 9)), Some((2, 2)));

    // Recorded wrongly is no change: nothing is kept as an earlier level.
    let wrong = [("why.choice", "wrong"), ("note.text", "The minutes say 1")];
    let mut typed = managed("1").to_vec();
    typed.extend(wrong);
    let day_of_one = [days("from", "3", "2")];
    let put_right = posted(Group::Mappa, Target::Whole, &typed, &day_of_one, &two);
    assert_eq!(saved(put_right).earlier_mappa, [earlier]);

    // No longer managed: the last level is kept.
    let ended = [
        ("category.choice", "not-managed"),
        ("why.choice", "changed"),
    ];
    let on = [days("changed-on", "18", "11")];
    let none = saved(posted(Group::Mappa, Target::Whole, &ended, &on, &two));
    assert_eq!(none.mappa, None);
    assert_eq!(none.earlier_mappa.len(), 2);
    assert_eq!(none.mappa_on(day(2026, 11, 17)), Some((2, 2)));
    assert_eq!(none.mappa_on(day(2026, 11, 18)), None);
}

#[test]
fn a_change_of_something_else_keeps_no_earlier_level() {
    let mut typed = managed("1").to_vec();
    typed.extend(MISSING);
    let one = saved(posted(Group::Mappa, Target::Whole, &typed, &[], &record()));
    let mut typed = managed("1").to_vec();
    typed.extend([("area.text", "Harrowdene"), ("why.choice", "changed")]);
    let on = [days("changed-on", "9", "11")];
    let moved = saved(posted(Group::Mappa, Target::Whole, &typed, &on, &one));
    assert!(moved.earlier_mappa.is_empty());
    assert_eq!(moved.mappa.unwrap().from, None);
}

#[test]
fn an_earlier_level_is_put_right_on_a_page_of_its_own() {
    let typed = [managed("3").as_slice(), &MISSING].concat();
    let backwards = [days("from", "9", "3"), days("to", "3", "3")];
    let wrong = posted(
        Group::EarlierMappa,
        Target::New,
        &typed,
        &backwards,
        &record(),
    );
    assert_eq!(problem(&wrong).0, "to.day");
    let ahead = [days("to", "21", "11")];
    let wrong = posted(Group::EarlierMappa, Target::New, &typed, &ahead, &record());
    assert_eq!(problem(&wrong).0, "to.day");
    let right = [days("to", "3", "3")];
    let added = posted(Group::EarlierMappa, Target::New, &typed, &right, &record());
    let added = saved(added);
    assert_eq!(
        items(Group::EarlierMappa, &added),
        [Shown {
            heading: "Category 2, level 3".into(),
            when: Some("Until 3 March 2026".into())
        }]
    );
}

#[test]
fn who_cares_and_who_liaises_have_their_days() {
    let gp = [
        ("role.text", "GP"),
        ("contact.name", "Dr Farida Haldane"),
        ("why.choice", "missing"),
    ];
    let both = [days("from", "3", "2"), days("to", "9", "11")];
    let team = saved(posted(Group::CareTeam, Target::New, &gp, &both, &record()));
    let shown = items(Group::CareTeam, &team);
    let when = shown[0].when.as_deref();
    assert_eq!(when, Some("From 3 February 2026 to 9 November 2026"));
    let backwards = [days("from", "9", "11"), days("to", "3", "2")];
    let wrong = posted(Group::CareTeam, Target::New, &gp, &backwards, &record());
    assert_eq!(problem(&wrong).0, "to.day");
    let officer = [
        ("contact.name", "Jo Lathbury"),
        ("status.choice", "active"),
        ("why.choice", "missing"),
    ];
    let since = [days("from", "3", "2")];
    let vlo = posted(
        Group::VictimLiaison,
        Target::New,
        &officer,
        &since,
        &record(),
    );
    let vlo = saved(vlo);
    let when = items(Group::VictimLiaison, &vlo)[0].when.clone();
    assert_eq!(when.as_deref(), Some("Since 3 February 2026"));
}

#[test]
fn a_move_across_the_border_has_its_day() {
    let mut typed: Vec<(&str, &str)> = vec![("why.choice", "changed")];
    let stands = super::super::typed(Group::Names, Target::Whole, &record()).unwrap();
    typed.extend(stands.iter().filter(|(id, _)| *id != "nation.choice"));
    typed.push(("nation.choice", "wales"));
    let on = [days("nation-from", "4", "5"), days("changed-on", "4", "5")];
    let moved = saved(posted(Group::Names, Target::Whole, &typed, &on, &record()));
    assert_eq!(moved.nation_on(day(2026, 5, 3)), Nation::England);
    assert_eq!(moved.nation_on(day(2026, 5, 4)), Nation::Wales);
}
