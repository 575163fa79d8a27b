//! The permission matrix: everybody tries every route on the patient's record and on a missing one.
//!
//! The table beside this file is the review: a change to a permission is a diff of `matrix.txt`.
//! Run with `MATRIX=write` to write it anew.

mod routes;

use crate::assessments;
use crate::support::{AUTHOR, COLLEAGUE, DOCTOR, MANAGER, PASSWORD, STRANGER, Visitor, World};
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::store::{organisations, people};
use sqlx::Connection;
use std::fmt::Write;

pub use routes::ROUTES;

const ROUTER: &str = concat!(
    include_str!("../../src/server/routes.rs"),
    include_str!("../../src/server/routes/sign_on.rs"),
    include_str!("../../src/server/router.rs")
);
const GOLDEN: &str = include_str!("matrix.txt");

/// What every post carries: a whole autosave of a report that is not there; no form reads it.
const AUTOSAVE: [(&str, &str); 2] = [
    ("action", "/reports/0192-missing/sections/contact"),
    ("typed", ""),
];

#[test]
fn every_route_is_in_the_matrix() {
    let routes = ROUTER
        .split("\"/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|r| format!("/{r}"));
    let is_route = |r: &String| r == "/" || r.len() > 1;
    for route in routes.filter(is_route).filter(|r| !r.contains("sign-in?")) {
        assert!(
            ROUTES.iter().any(|(known, _)| *known == route),
            "{route} is not in the matrix"
        );
    }
}

async fn add(world: &World, email: &str, role: Role, organisation: &str, team: &str) {
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
async fn everybody(world: &World) -> Vec<(&'static str, Visitor)> {
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
async fn entry_and_paper(world: &World, author: &mut Visitor) -> (String, String) {
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

/// Stands for the patient and the report of the world.
const REPORT: &str = "ours";

/// Counts the rows of every table that a refused request must leave alone: all but the audit, the
/// sessions and the count of attempts.
struct Rows {
    db: sqlx::SqliteConnection,
    tables: Vec<String>,
}

impl Rows {
    async fn of(world: &World) -> Self {
        let mut db = sqlx::SqliteConnection::connect(&world.url).await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '\\_%' escape '\\'
             and name not in ('audit', 'audit_head', 'session', 'throttle') order by name",
        )
        .fetch_all(&mut db)
        .await
        .unwrap();
        assert!(tables.len() > 20, "{tables:?}");
        Self { db, tables }
    }

    async fn count(&mut self) -> Vec<(String, i64)> {
        let each = self
            .tables
            .iter()
            .map(|t| format!("select '{t}', count(*) from {t}"));
        let all = each.collect::<Vec<_>>().join(" union all ");
        sqlx::query_as(sqlx::AssertSqlSafe(all))
            .fetch_all(&mut self.db)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn everybody_tries_every_route() {
    let world = World::new("sqlite").await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    let report = report.trim_start_matches("/reports/").to_owned();
    assessments::add_people(&world).await;
    let mut lead = world.signed_in(assessments::LEAD).await;
    let assessment = assessments::open(&world, &mut lead, "Northmere").await;
    let assessment = assessment.trim_start_matches("/assessments/").to_owned();
    let (entry, paper) = entry_and_paper(&world, &mut author).await;
    let [northmere, harrowdene] = ["Northmere", "Harrowdene"].map(async |name| {
        let id = organisations::named(&world.app.db, name).await.unwrap();
        id.unwrap().to_string()
    });
    let (northmere, harrowdene) = (northmere.await, harrowdene.await);
    let person = people::by_email(&world.app.db, AUTHOR).await.unwrap();
    let person = person.unwrap().id.to_string();
    let mut rows = Rows::of(&world).await;
    let mut table = String::from(
        "# Who gets which status: on the patient's record · on a missing one; in an organisation's own\n\
         # matters: Northmere's · Harrowdene's · a missing one's.\n\
         # The report is being written. 303 to /sign-in for nobody; 401 keeps what was posted.\n",
    );
    for (who, mut visitor) in everybody(&world).await {
        writeln!(table, "\n{who}").unwrap();
        for &(route, methods) in ROUTES {
            for method in methods.split(' ') {
                let paper = if route.starts_with("/patients") {
                    paper.as_str()
                } else if route.contains("checklist") {
                    "checklist.html"
                } else {
                    "board.html"
                };
                let mut on = async |visitor: &mut Visitor, id: &str, place: &str| {
                    let path = route
                        .replace("{assessment}", if id == REPORT { &assessment } else { id })
                        .replace("{action}", "0192-missing")
                        .replace("{domain}", "D1")
                        .replace("{paper}", paper)
                        .replace("{patient}", if id == REPORT { &world.patient } else { id })
                        .replace("{report}", if id == REPORT { &report } else { id })
                        .replace("{organisation}", place)
                        .replace("{person}", &person)
                        .replace("{section}", "contact")
                        .replace("{notice}", "0192-missing")
                        .replace("{kind}", "contact")
                        .replace("{figure}", "contact-gaps")
                        .replace("{policy}", "0192-missing")
                        .replace("{lesson}", "0192-missing")
                        .replace("{person}", "0192-missing")
                        .replace("{link}", "0192-missing")
                        .replace("{cover}", "0192-missing")
                        .replace("{step}", "restrict")
                        .replace("{topic}", "role")
                        .replace("{group}", "addresses")
                        .replace("{item}", "new")
                        .replace("{entry}", &entry)
                        .replace("{event}", "arrest")
                        .replace("{place}", "mhcs")
                        .replace("{destruction}", "0192-missing")
                        .replace("{*function}", "autosave")
                        .replace("{invitation}", "0192-missing")
                        .replace("{token}", "0192-missing")
                        .replace("{format}", "pdf")
                        .replace("{form}", "progress-report")
                        .replace("{version}", "2026-01-05")
                        .replace("{name}", "conditional-discharge.css");
                    let before = rows.count().await;
                    let page = if method == "GET" {
                        visitor.get(&path).await
                    } else {
                        visitor.post(&path, &AUTOSAVE).await
                    };
                    let status = page.status.as_u16();
                    if (400..500).contains(&status) {
                        assert_eq!(
                            rows.count().await,
                            before,
                            "{who} {method} {path} was refused with {status} and wrote"
                        );
                    }
                    if page.location().starts_with("/sign-in") {
                        format!("{status} sign in")
                    } else {
                        status.to_string()
                    }
                };
                let ours = on(&mut visitor, REPORT, &northmere).await;
                let about = ["{patient}", "{report}", "{assessment}"];
                let line = if about.iter().any(|what| route.contains(what)) {
                    let missing = on(&mut visitor, "0192-missing", &northmere).await;
                    format!("{ours} · {missing}")
                } else if route.contains("{organisation}") {
                    let other = on(&mut visitor, REPORT, &harrowdene).await;
                    let missing = on(&mut visitor, REPORT, "0192-missing").await;
                    format!("{ours} · {other} · {missing}")
                } else {
                    ours
                };
                writeln!(table, "  {method:<4} {route:<40} {line}").unwrap();
            }
        }
    }
    let stray = world.count("select count(*) from report").await
        + world.count("select count(*) from answer").await;
    assert_eq!(
        stray, 1,
        "one report was begun, by its author; nobody's refused post wrote anything"
    );
    if std::env::var("MATRIX").as_deref() == Ok("write") {
        std::fs::write(
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/product/matrix.txt"),
            &table,
        )
        .unwrap();
        return;
    }
    assert!(
        table == GOLDEN,
        "the matrix changed; look at it and run with MATRIX=write:\n{table}"
    );
}
