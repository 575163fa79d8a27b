//! A record that is in use is not destroyed, whatever is said of its end, nor by one person who made
//! themselves a second account.

use super::*;

/// An entry of the supervision record.
async fn enter(author: &mut Visitor, patient: &str, id: &str, day: &str) -> String {
    let event = [
        ("id", id),
        ("answer/entry//on.day", day),
        ("answer/entry//on.month", "11"),
        ("answer/entry//on.year", "2026"),
        ("answer/entry//kind.choice", "arrest"),
        ("answer/entry//what.text", "Arrested"),
    ];
    let page = author
        .post(&format!("/patients/{patient}/record/event"), &event)
        .await;
    assert_eq!(page.status, 303, "{}", page.body);
    format!("/patients/{patient}/entries/{id}")
}

#[tokio::test]
async fn a_record_in_use_has_not_ended_whatever_is_said() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let (mut one, _) = keepers(&world).await;
        let refused = async |one: &mut Visitor, typed: &[(&str, &str)], why: &str| {
            let (status, page) = act(one, "close", typed).await;
            assert!(status == 422 && page.contains(why), "{status} {page}");
            assert!(
                page.contains("value=\"ended\" checked"),
                "what was chosen is kept"
            );
            assert_eq!(world.count("select count(*) from closure").await, 0);
        };
        // Nothing but the record itself: its discharge and its supervisors.
        refused(&mut one, &ended_in("2004"), "24 January 2026").await;
        let entry = enter(&mut author, &world.patient, "0192-one", "18").await;
        refused(
            &mut one,
            &ended_in("2004"),
            "an entry is of 18 November 2026",
        )
        .await;
        refused(
            &mut one,
            &ended_in("2025"),
            "cannot have ended before 18 November 2026",
        )
        .await;
        refused(&mut one, &ended_in("2027"), "cannot be after today").await;
        let no_password = &ENDED[..5];
        refused(&mut one, no_password, "not your password").await;
        // A report that is being written is use, also when the entry was a mistake.
        let because = [
            ("because", "Wrong patient"),
            ("why", "Wrong patient"),
            ("reason", "Wrong patient"),
        ];
        author.post(&format!("{entry}/withdraw"), &because).await;
        author.begin(&world.patient).await;
        refused(
            &mut one,
            &ended_in("2004"),
            "a report is of 20 November 2026",
        )
        .await;
        assert_eq!(act(&mut one, "close", &ENDED).await.0, 303);
    })
    .await;
}

#[tokio::test]
async fn a_record_that_is_used_again_is_not_destroyed() {
    on_both(async |world: World| {
        keepers(&world).await;
        twenty_years_later(&world);
        let mut one = world.signed_in("one@x").await;
        let mut two = world.signed_in("two@x").await;
        assert_eq!(act(&mut one, "close", &ENDED).await.0, 303);
        let ground = [REFERENCE, ("reason", "Time is over")];
        assert_eq!(act(&mut one, "propose", &ground).await.0, 303);
        let id = id_of(&mut two, "confirm").await;
        // Between the two, somebody begins a report.
        let mut author = world.signed_in(AUTHOR).await;
        author.begin(&world.patient).await;
        let yes = [("id", id.as_str()), ("password", PASSWORD)];
        let (status, page) = act(&mut two, "confirm", &yes).await;
        assert!(
            status == 422
                && page.contains("a report is of 21 November 2046")
                && page.contains("Nothing was destroyed"),
            "{page}"
        );
        assert_eq!(world.count("select count(*) from patient").await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_account_made_for_it_is_no_second_person() {
    on_both(async |world: World| {
        keepers(&world).await;
        // Somebody who is there, and has no part in it yet.
        add(&world, "aud@x", "Aud Itor", Role::Auditor, "Northmere").await;
        twenty_years_later(&world);
        let mut one = world.signed_in("one@x").await;
        assert_eq!(act(&mut one, "close", &ENDED).await.0, 303);
        let ground = [REFERENCE, ("reason", "Time is over")];
        assert_eq!(act(&mut one, "propose", &ground).await.0, 303);
        add(&world, "new@x", "New Keeper", Role::Executive, "Northmere").await;
        add(
            &world,
            "aud@x",
            "Aud Itor",
            Role::Administrator,
            "Northmere",
        )
        .await;
        let mut two = world.signed_in("two@x").await;
        let id = id_of(&mut two, "confirm").await;
        let yes = [("id", id.as_str()), ("password", PASSWORD)];
        for late in ["new@x", "aud@x"] {
            let (status, page) = act(&mut world.signed_in(late).await, "confirm", &yes).await;
            assert!(
                status == 422 && page.contains("came after this was proposed"),
                "{late}: {page}"
            );
        }
        assert_eq!(world.count("select count(*) from patient").await, 1);
        assert_eq!(act(&mut two, "confirm", &yes).await.0, 303);
        assert_eq!(world.count("select count(*) from patient").await, 0);
    })
    .await;
}
