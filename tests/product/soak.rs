//! What takes minutes: `cargo xtask soak`. Figures are printed; what must hold is asserted.

use crate::audits;
use crate::support::{AUTHOR, PASSWORD, Visitor, World};
use chrono::TimeDelta;
use conditional_discharge::domain::identifiers::PatientId;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::audit::{self, Event};
use conditional_discharge::server::store::{organisations, people};
use std::time::Instant;

/// A figure that can be made smaller for a quick look: the agreed one unless the environment says other.
fn how_many(name: &str, agreed: usize) -> usize {
    let asked = std::env::var(name).ok().and_then(|n| n.parse().ok());
    asked.unwrap_or(agreed)
}

/// Looks for something in the audit and says how long it took.
async fn look(auditor: &mut Visitor, what: &str, pairs: &[(&str, &str)]) -> String {
    let begun = Instant::now();
    let page = auditor.post("/audit", pairs).await;
    assert_eq!(page.status, 200, "{what}: {}", page.body);
    println!("audit, {what}: {:.1?}", begun.elapsed());
    page.body
}

#[tokio::test]
#[ignore = "minutes: cargo xtask soak"]
async fn millions_of_audit_rows_are_verified_and_searched() {
    let most = how_many("SOAK_ROWS", 5_000_000);
    let world = World::new("sqlite").await;
    audits::add(&world, "auditor@x", "Aud Itor", Role::Auditor, "Northmere").await;
    let northmere = organisations::named(&world.app.db, "Northmere")
        .await
        .unwrap()
        .unwrap();
    let author = people::by_email(&world.app.db, AUTHOR)
        .await
        .unwrap()
        .unwrap()
        .id;
    let patient = PatientId::parse(&world.patient).unwrap();
    let before = world
        .count("select count(*) from audit where chain <> 'install'")
        .await;
    let begun = Instant::now();
    let start = world.app.clock.now();
    let mut added = 0;
    while added < most {
        let mut tx = world.app.db.begin().await.unwrap();
        for _ in 0..10_000.min(most - added) {
            // One row in the middle is what is looked for.
            let rare = added == most / 2;
            let at = start + TimeDelta::milliseconds(i64::try_from(added).unwrap());
            let action = if rare { "break-glass" } else { "view-patient" };
            let event = Event {
                patient: (added % 3 == 0 || rare).then(|| patient.clone()),
                subject: Some(format!("subject-{added}")),
                address: Some("192.0.2.7".into()),
                ..Event::done(&northmere, at, &author, action)
            };
            audit::record(&mut tx, &event).await.unwrap();
            added += 1;
        }
        tx.commit().await.unwrap();
    }
    println!("audit, {most} rows added: {:.1?}", begun.elapsed());
    let begun = Instant::now();
    let rows = audit::verify(&world.app.db, northmere.as_str())
        .await
        .unwrap()
        .unwrap();
    println!("audit, {rows} rows verified: {:.1?}", begun.elapsed());
    assert_eq!(rows, before + i64::try_from(most).unwrap());
    let mut auditor = world.signed_in("auditor@x").await;
    look(&mut auditor, "the newest", &[]).await;
    look(&mut auditor, "one person", &[("person", "ada")]).await;
    look(&mut auditor, "one patient", &[("reference", "TEST/09001")]).await;
    let page = look(&mut auditor, "one row of all", &[("action", "break-glass")]).await;
    assert_eq!(page.matches("<tr class=\"nhsuk-table__row\">").count(), 1);
    let page = look(&mut auditor, "none of all", &[("action", "no-such-action")]).await;
    assert_eq!(page.matches("<tr class=\"nhsuk-table__row\">").count(), 0);
    let begun = Instant::now();
    assert_eq!(
        auditor
            .get(&format!("/patients/{}/audit", world.patient))
            .await
            .status,
        200
    );
    println!(
        "audit, who has looked at one record: {:.1?}",
        begun.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: cargo xtask soak"]
async fn thousands_of_guesses_open_nothing_and_lock_nobody_out() {
    const TOGETHER: usize = 100;
    let most = how_many("SOAK_GUESSES", 10_000);
    let world = World::new("sqlite").await;
    let begun = Instant::now();
    let (mut wrong, mut wait) = (0, 0);
    for round in 0..most / TOGETHER {
        let guesses = (0..TOGETHER).map(|n| {
            let mut visitor = world.visitor();
            tokio::spawn(async move {
                let guess = format!("guess number {round} {n}");
                let page = visitor
                    .post("/sign-in", &[("email", AUTHOR), ("password", &guess)])
                    .await;
                assert!(visitor.cookie.is_none(), "a guess opened the door");
                assert!(matches!(page.status.as_u16(), 422 | 429), "{}", page.body);
                page.status == 429
            })
        });
        for guess in guesses.collect::<Vec<_>>() {
            if guess.await.unwrap() {
                wait += 1;
            } else {
                wrong += 1;
            }
        }
    }
    println!(
        "guesses: {most} in {:.1?}, {wrong} checked, {wait} told to wait",
        begun.elapsed()
    );
    assert_eq!(
        wrong, 5,
        "of all that come in a quarter of an hour, five are looked at"
    );
    world.app.clock.advance(TimeDelta::minutes(16));
    let mut author = world.visitor();
    let page = author
        .post(
            "/sign-in",
            &[("email", AUTHOR), ("password", PASSWORD), ("next", "/")],
        )
        .await;
    assert_eq!(page.status, 303, "not for good: {}", page.body);
}

#[tokio::test]
#[ignore = "minutes: cargo xtask soak"]
async fn no_text_is_lost_in_a_hundred_thousand_interleavings() {
    const WALKS: usize = 20;
    let most = how_many("SOAK_SAVES", 100_000);
    let begun = Instant::now();
    crate::store::interleave("sqlite", most).await;
    println!(
        "saves: {most} steps of three editors of one answer in {:.1?}",
        begun.elapsed()
    );
    let begun = Instant::now();
    for seed in 0..WALKS {
        crate::interleavings::walk("sqlite", 100 + seed as u64, most / WALKS).await;
    }
    println!(
        "saves: {most} steps of four people, a whole report, in {:.1?}",
        begun.elapsed()
    );
}
