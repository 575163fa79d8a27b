//! The permission matrix: everybody tries every route on the patient's record and on a missing one.
//!
//! The table beside this file is the review: a change to a permission is a diff of `matrix.txt`.
//! Run with `MATRIX=write` to write it anew.

mod filling;
mod routes;

use crate::assessments;
use crate::support::{AUTHOR, COLLEAGUE, DOCTOR, MANAGER, PASSWORD, STRANGER, Visitor, World};
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::store::{organisations, people};
use sqlx::Connection;
use std::fmt::Write;

pub use filling::Filling;
pub use routes::ROUTES;

const ROUTER: &str = concat!(
    include_str!("../../src/server/routes.rs"),
    include_str!("../../src/server/routes/sign_on.rs"),
    include_str!("../../src/server/router.rs")
);
const GOLDEN: &str = include_str!("matrix.txt");

/// What every post carries; no form reads it.
const UNREAD: [(&str, &str); 2] = [
    ("action", "/reports/0192-missing/sections/contact"),
    ("typed", ""),
];

/// Every path of the router with every method that it answers, read off the source.
fn routed() -> Vec<(&'static str, &'static str)> {
    let mut all = Vec::new();
    for rest in ROUTER.split(".route(").skip(1) {
        let mut open = 1;
        let end = rest.find(|c| {
            open += i32::from(c == '(') - i32::from(c == ')');
            open == 0
        });
        let route = &rest[..end.expect("a route ends")];
        let mut quoted = route.split('"');
        let path = quoted.nth(1).expect("a route has a path");
        let answers: String = quoted.collect();
        let said = |method: &str| {
            let mut calls = answers.match_indices(method);
            calls.any(|(at, _)| !answers[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        for (method, call) in [("GET", "get("), ("POST", "post(")] {
            if said(call) {
                all.push((path, method));
            }
        }
    }
    all
}

#[test]
fn every_route_is_in_the_matrix_with_every_method() {
    let routed = routed();
    assert!(routed.len() > 200, "{} are not all", routed.len());
    let listed = |path: &str, method: &str| {
        let mut methods = ROUTES.iter().filter(|(known, _)| *known == path);
        methods.any(|(_, methods)| methods.split(' ').any(|m| m == method))
    };
    for (path, method) in &routed {
        assert!(listed(path, method), "{method} {path} is not in the matrix");
    }
    for (path, methods) in ROUTES.iter().filter(|(p, _)| *p != "/no-such-page") {
        for method in methods.split(' ') {
            let known = routed.contains(&(*path, method));
            assert!(known, "{method} {path} is no route any more");
        }
    }
}

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

/// What is on record about the patient: views and refusals.
async fn on_record(world: &World) -> i64 {
    let sql = "select count(*) from audit where patient_id is not null";
    world.count(sql).await
}

/// The server function: what it saves is told by the address in its body.
const AUTOSAVING: &str = "/api/{*function}";

/// What autosave tells somebody who saves text on the patient's report, on a missing one and on the
/// self-assessment. What was not saved wrote nothing.
async fn autosaves(visitor: &mut Visitor, rows: &mut Rows, ours: &Filling) -> String {
    let text = "answer%2Fcontact-summary%2F%2Ftext=Typed";
    let mut line = Vec::new();
    for (action, typed) in [
        (format!("/reports/{}/sections/contact", ours.report), text),
        ("/reports/0192-missing/sections/contact".into(), text),
        (format!("/assessments/{}/domains/D1", ours.assessment), ""),
    ] {
        let before = rows.count().await;
        let pairs = [("action", action.as_str()), ("typed", typed)];
        let page = visitor.post("/api/autosave", &pairs).await;
        let told = page.body.split('"').nth(1).unwrap_or_default().to_owned();
        if told != "Saved" {
            assert_eq!(rows.count().await, before, "{action}: {told} and wrote");
        }
        line.push(format!("{} {told}", page.status.as_u16()));
    }
    line.join(" · ")
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
    let ours = Filling {
        patient: world.patient.clone(),
        report,
        assessment,
        entry,
        paper,
        organisation: northmere.clone(),
        person,
    };
    let mut rows = Rows::of(&world).await;
    let mut unseen = Vec::new();
    let mut table = String::from(
        "# Who gets which status: on the patient's record · on a missing one; in an organisation's own\n\
         # matters: Northmere's · Harrowdene's · a missing one's; by autosave: text on the patient's\n\
         # report · on a missing one · on Northmere's self-assessment.\n\
         # The report is being written. 303 to /sign-in for nobody; 401 keeps what was posted.\n",
    );
    for (who, mut visitor) in everybody(&world).await {
        writeln!(table, "\n{who}").unwrap();
        for &(route, methods) in ROUTES {
            for method in methods.split(' ') {
                let mut on = async |visitor: &mut Visitor, id: &str, place: &str| {
                    let of = |ours: &String| {
                        if id == REPORT {
                            ours.clone()
                        } else {
                            id.to_owned()
                        }
                    };
                    let filling = Filling {
                        patient: of(&ours.patient),
                        report: of(&ours.report),
                        assessment: of(&ours.assessment),
                        organisation: place.to_owned(),
                        ..ours.clone()
                    };
                    let path = filling.path(route);
                    let about_one = route.contains("{patient}") || route.contains("{report}");
                    let recorded = on_record(&world).await;
                    if route == "/sign-in" {
                        // Everybody guesses for the first time here.
                        world.tamper("delete from throttle").await.unwrap();
                    }
                    let before = rows.count().await;
                    let page = if method == "GET" {
                        visitor.get(&path).await
                    } else {
                        visitor.post(&path, &UNREAD).await
                    };
                    let status = page.status.as_u16();
                    if (400..500).contains(&status) {
                        assert_eq!(
                            rows.count().await,
                            before,
                            "{who} {method} {path} was refused with {status} and wrote"
                        );
                    }
                    let refused = status == 403 && about_one && id == REPORT;
                    if refused && on_record(&world).await == recorded {
                        unseen.push(format!("{who} {method} {route}"));
                    }
                    if page.location().starts_with("/sign-in") {
                        format!("{status} sign in")
                    } else {
                        status.to_string()
                    }
                };
                if route == AUTOSAVING {
                    let line = autosaves(&mut visitor, &mut rows, &ours).await;
                    writeln!(table, "  {method:<4} {route:<40} {line}").unwrap();
                    continue;
                }
                let own = on(&mut visitor, REPORT, &northmere).await;
                let about = ["{patient}", "{report}", "{assessment}"];
                let line = if about.iter().any(|what| route.contains(what)) {
                    let missing = on(&mut visitor, "0192-missing", &northmere).await;
                    format!("{own} · {missing}")
                } else if route.contains("{organisation}") {
                    let other = on(&mut visitor, REPORT, &harrowdene).await;
                    let missing = on(&mut visitor, REPORT, "0192-missing").await;
                    format!("{own} · {other} · {missing}")
                } else {
                    own
                };
                writeln!(table, "  {method:<4} {route:<40} {line}").unwrap();
            }
        }
    }
    let stray = world.count("select count(*) from report").await
        + world.count("select count(*) from answer").await;
    assert_eq!(
        stray, 2,
        "one report was begun and one answer saved, by its author; nobody's refused post wrote anything"
    );
    assert!(
        unseen.is_empty(),
        "these were refused, and nobody will know: {unseen:#?}"
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
