//! Everybody who tries.

use crate::assessments;
use crate::support::{AUTHOR, COLLEAGUE, DOCTOR, MANAGER, PASSWORD, STRANGER, Visitor, World};
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::store::{organisations, people};

pub async fn add(world: &World, email: &str, role: Role, organisation: &str, team: &str) {
    let hash = Hasher::default().hash(PASSWORD).await.unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    let (organisation, team) = organisations::ensure(&mut tx, organisation, "nhs-trust", team)
        .await
        .unwrap();
    let new = people::NewPerson {
        email,
        name: email,
        job_title: "x",
        password_hash: &hash,
    };
    let person = people::add(&mut tx, &new).await.unwrap();
    people::join(&mut tx, &person, &organisation, role, Some(&team))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Everybody who tries, in the order of the table's columns.
pub async fn everybody(world: &World) -> Vec<(&'static str, Visitor)> {
    for (email, role, organisation, team) in [
        ("other-team@x", Role::LineManager, "Northmere", "Elsewhere"),
        ("locum@x", Role::ClinicalSupervisor, "Northmere", "Tarnbeck"),
        ("auditor@x", Role::Auditor, "Northmere", "Tarnbeck"),
        (
            "administrator@x",
            Role::Administrator,
            "Northmere",
            "Tarnbeck",
        ),
        ("support@x", Role::Support, "Northmere", "Tarnbeck"),
        (
            "other-trust-manager@x",
            Role::LineManager,
            "Harrowdene",
            "Forensic",
        ),
        (
            "other-trust-administrator@x",
            Role::Administrator,
            "Harrowdene",
            "Forensic",
        ),
        ("leaver@x", Role::SocialSupervisor, "Northmere", "Tarnbeck"),
        ("expired@x", Role::SocialSupervisor, "Northmere", "Tarnbeck"),
    ] {
        add(world, email, role, organisation, team).await;
    }
    let expired = world.signed_in("expired@x").await;
    let leaver = world.signed_in("leaver@x").await;
    world.app.clock.advance(TimeDelta::minutes(31));
    world
        .tamper("update person set disabled_at = '2026-11-20T10:00:00Z' where email = 'leaver@x'")
        .await
        .unwrap();
    let mut all = vec![
        ("anonymous", world.visitor()),
        ("expired", expired),
        ("leaver", leaver),
    ];
    for (name, email) in [
        ("author", AUTHOR),
        ("colleague", COLLEAGUE),
        ("manager", MANAGER),
        ("manager of another team", "other-team@x"),
        ("clinical supervisor", DOCTOR),
        ("clinical supervisor of others", "locum@x"),
        ("auditor", "auditor@x"),
        ("administrator", "administrator@x"),
        ("support", "support@x"),
        ("other trust: supervisor", STRANGER),
        ("other trust: manager", "other-trust-manager@x"),
        ("other trust: administrator", "other-trust-administrator@x"),
        ("assessment lead", assessments::LEAD),
        ("executive", assessments::EXECUTIVE),
        ("other trust: assessment lead", assessments::OTHER_LEAD),
        ("other trust: executive", assessments::OTHER_EXECUTIVE),
    ] {
        all.push((name, world.signed_in(email).await));
    }
    all
}

/// An event that the author logged and the notification made of it.
pub async fn entry_and_paper(world: &World, author: &mut Visitor) -> (String, String) {
    let (path, entry) = (format!("/patients/{}", world.patient), "0192-event");
    let event = [
        ("id", entry),
        ("answer/entry//on.day", "18"),
        ("answer/entry//on.month", "11"),
        ("answer/entry//on.year", "2026"),
        ("answer/entry//kind.choice", "arrest"),
        ("answer/entry//what.text", "Arrested"),
    ];
    author.post(&format!("{path}/record/event"), &event).await;
    let made = [
        ("form", "event-notification"),
        ("about", entry),
        ("then", "make"),
    ];
    let paper = author.post(&format!("{path}/papers"), &made).await;
    let paper = paper.location().rsplit('/').next().unwrap().to_owned();
    (entry.to_owned(), paper)
}
