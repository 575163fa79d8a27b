//! Cases out and in: nothing is lost, all or nothing.

mod any;
mod refused;

use crate::schema;
use crate::support::{World, case as written_case, database, on_both, short_form, to_final_check};
use conditional_discharge::domain::case::{self, Case};
use conditional_discharge::domain::identifiers::PatientId;
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::forms::Forms;
use conditional_discharge::server::store::cases::tables;
use conditional_discharge::server::store::{Db, cases, organisations, patients};
use conditional_discharge::server::{audit, demo};
use sqlx::Connection;

/// An empty world but for its people: where a case goes in.
async fn elsewhere(kind: &str) -> World {
    let world = World::new(kind).await;
    world
        .tamper("update patient set record = replace(record, 'TEST/09001', 'TEST/09999'), mhcs_reference = 'TEST/09999'")
        .await
        .unwrap();
    world
}

async fn out(world: &World, patient: &str) -> Case {
    let northmere = organisations::named(&world.app.db, "Northmere")
        .await
        .unwrap()
        .unwrap();
    let patient = PatientId::parse(patient).unwrap();
    cases::export(&world.app.db, &northmere, &patient, world.app.clock.now())
        .await
        .unwrap()
}

async fn into(world: &World, case: &Case) -> anyhow::Result<PatientId> {
    let northmere = organisations::named(&world.app.db, "Northmere")
        .await
        .unwrap()
        .unwrap();
    cases::import(
        &world.app.db,
        &short_form(),
        &northmere,
        "Tarnbeck",
        case,
        world.app.clock.now(),
    )
    .await
}

/// A world in which much happened to the patient: a voided approval, versions of the record, an
/// assignment that ended, entries, comments, a frozen and sent report.
async fn eventful(world: &World) -> String {
    let (report, mut author) = to_final_check(world).await;
    let patient = &world.patient;
    world.app.clock.advance(chrono::TimeDelta::minutes(5));
    for (part, field, text) in [
        (
            "health",
            "mental-disorder.text",
            "Schizophrenia <b> \u{202e}x\u{1} 👩‍⚕️",
        ),
        ("communication", "language.text", "Cymraeg – ŵ ŷ"),
    ] {
        let path = format!("/patients/{patient}/details/{part}");
        let version = author.get(&path).await.value("version/record/");
        let field = format!("answer/record//{field}");
        let pairs = [
            ("version/record/", version.as_str()),
            (field.as_str(), text),
            ("answer/record//why.choice", "missing"),
        ];
        assert_eq!(author.post(&path, &pairs).await.status.as_u16(), 303);
    }
    let contact = [
        ("id", "0192-entry-1"),
        ("answer/entry//on.day", "18"),
        ("answer/entry//on.month", "11"),
        ("answer/entry//on.year", "2026"),
        ("answer/entry//kind.choice", "home-visit"),
        ("answer/entry//happened.choice", "yes"),
        ("answer/entry//observed.text", "Calm; the flat was tidy."),
    ];
    author
        .post(&format!("/patients/{patient}/record/contact"), &contact)
        .await;
    world
        .tamper("insert into assignment (patient_id, person_id, role, from_day, to_day) select p.id, w.id, 'social-supervisor', '2026-01-01', '2026-01-20' from patient p, person w where w.email = 'colleague@northmere.example.org'")
        .await
        .unwrap();
    report
}

/// Export, import elsewhere, export again: the same to the letter, whatever happened to the patient.
#[tokio::test]
async fn a_case_survives_the_round_trip_between_installations() {
    on_both(async |world: World| {
        let report = eventful(&world).await;
        let first = out(&world, &world.patient).await;
        assert_eq!(first.versions.len(), 3);
        assert_eq!(first.versions[0].by, crate::support::AUTHOR);
        assert_eq!(first.assignments.as_ref().unwrap().len(), 3);
        assert!(first.reports[0].signatures.iter().any(|s| s.voided_at.is_some()), "voided signatures are part of the record");
        let there = elsewhere("sqlite").await;
        let imported = into(&there, &first).await.unwrap();
        let back = out(&there, imported.as_str()).await;
        assert_eq!(back, first);
        let text = serde_json::to_string_pretty(&first).unwrap();
        assert_eq!(case::read(&text).unwrap(), first, "nothing is lost in the file");
        schema::assert_valid(&serde_json::from_str(&text).unwrap());
        // Nobody is blamed for what they did not do.
        assert_eq!(there.count("select count(*) from patient_version v join person w on w.id = v.person_id where w.email <> 'author@northmere.example.org'").await, 0);
        assert!(there.signed_in(crate::support::AUTHOR).await.get(&report).await.status.is_success());
    })
    .await;
}

/// That there is none of something travels as a fact; older files, which cannot say so, say nothing.
#[tokio::test]
async fn what_is_known_to_be_none_travels_with_the_case() {
    let old = written_case();
    assert!(old.record.not_under_mappa.is_none() && !old.record.no_advocate_wanted);
    let mut json = serde_json::to_value(&old).unwrap();
    for field in ["not-under-mappa", "no-advocate-wanted", "postal-address"] {
        assert!(!json.to_string().contains(field), "{field}");
    }
    json["record"]["not-under-mappa"] =
        serde_json::json!({ "decided-by": "Northmere MAPPA Unit", "decided-on": "2026-02-03" });
    json["record"]["no-advocate-wanted"] = true.into();
    json["record"]["victim-liaison"] = serde_json::json!([{ "name": "", "status": "none" }]);
    json["record"]["supervisors"][0]["postal-address"] = "2 Weir Lane, Northmere".into();
    schema::assert_valid(&json);
    let new = case::read(&json.to_string()).unwrap();
    let there = elsewhere("sqlite").await;
    let imported = into(&there, &new).await.unwrap();
    let back = out(&there, imported.as_str()).await;
    assert_eq!(back.record, new.record);
    schema::assert_valid(&serde_json::to_value(&back).unwrap());
    // A fact and its contrary are refused.
    let mut both = json.clone();
    both["record"]["mappa"] = serde_json::json!({ "category": 2, "level": 1 });
    let refused = case::read(&both.to_string()).unwrap_err().to_string();
    assert!(refused.contains("record.not-under-mappa"), "{refused}");
    json["record"]["advocate"] = serde_json::json!({ "role": "Advocate", "name": "Musa Tindall" });
    let refused = case::read(&json.to_string()).unwrap_err().to_string();
    assert!(refused.contains("record.no-advocate-wanted"), "{refused}");
}

/// What was reported before this service was used goes with the case, so that nothing is owed twice.
#[tokio::test]
async fn what_was_reported_before_goes_with_the_case() {
    on_both(async |world: World| {
        let mut author = world.signed_in(crate::support::AUTHOR).await;
        let page = author
            .page_with(
                &format!("/patients/{}/details/discharge", world.patient),
                &[
                    ("answer/record//reported-before.day", "21"),
                    ("answer/record//reported-before.month", "8"),
                    ("answer/record//reported-before.year", "2026"),
                    ("answer/record//reported-up-to.day", "9"),
                    ("answer/record//reported-up-to.month", "8"),
                    ("answer/record//reported-up-to.year", "2026"),
                    ("answer/record//why.choice", "missing"),
                ],
            )
            .await;
        assert_eq!(page.status.as_u16(), 303, "{}", page.body);
        let first = out(&world, &world.patient).await;
        let last = first.record.reported_before.unwrap();
        assert_eq!(last.due.to_string(), "2026-08-21");
        assert_eq!(last.up_to().to_string(), "2026-08-09");
        let text = serde_json::to_string_pretty(&first).unwrap();
        schema::assert_valid(&serde_json::from_str(&text).unwrap());
        assert_eq!(case::read(&text).unwrap(), first);
        let there = elsewhere("sqlite").await;
        let imported = into(&there, &first).await.unwrap();
        assert_eq!(out(&there, imported.as_str()).await, first);
        let shown = there
            .signed_in(crate::support::AUTHOR)
            .await
            .get(&format!("/patients/{imported}"))
            .await;
        assert!(
            shown.body.contains("due 21 November 2026"),
            "{}",
            shown.body
        );
        let wrong = text.replace("\"due\": \"2026-08-21\"", "\"due\": \"1026-08-21\"");
        let told = case::read(&wrong).unwrap_err().to_string();
        assert!(told.contains("reported-before.due"), "{told}");
    })
    .await;
}

/// The papers that were made are the papers that arrive, byte for byte.
#[tokio::test]
async fn papers_travel_with_the_case() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        author.sign(&format!("{report}/freeze"), "", &[]).await;
        let pdf = author.get(&format!("{report}/paper.pdf")).await.bytes;
        let papers = format!("/patients/{}/papers", world.patient);
        let other = author
            .post(&papers, &[("form", "handover"), ("then", "make")])
            .await;
        let other = author
            .get(&format!("{}/paper.docx", other.location()))
            .await
            .bytes;
        let first = out(&world, &world.patient).await;
        assert!(first.reports[0].frozen.is_some() && first.reports[0].signatures.len() == 3);
        assert!(first.carried["paper"].len() >= 2);
        let mut there = elsewhere("sqlite").await;
        there.patient = into(&there, &first).await.unwrap().to_string();
        assert_eq!(out(&there, &there.patient).await, first);
        let mut author = there.signed_in(crate::support::AUTHOR).await;
        assert_eq!(author.get(&format!("{report}/paper.pdf")).await.bytes, pdf);
        let papers = format!("/patients/{}/papers", there.patient);
        let list = author.get(&papers).await.body;
        let paper = list
            .split(&format!("href=\"{papers}/"))
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        assert_eq!(
            author
                .get(&format!("{papers}/{paper}/paper.docx"))
                .await
                .bytes,
            other
        );
    })
    .await;
}

/// Every table and column of the database that names a patient or a report is in the file, or is left
/// out for a reason. Whoever adds one decides in `server/store/cases/tables.rs`.
#[tokio::test]
async fn every_table_about_a_patient_is_considered() {
    let world = World::new("sqlite").await;
    let mut db = sqlx::SqliteConnection::connect(&world.url).await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' order by 1, c.cid",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let references: Vec<(String, String)> = sqlx::query_as(
        "select m.name, f.\"table\" from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table'",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let mut about: std::collections::BTreeSet<String> = columns
        .iter()
        .filter(|(_, c)| matches!(c.as_str(), "patient_id" | "report_id"))
        .map(|(t, _)| t.clone())
        .collect();
    about.extend(["patient".to_owned(), "report".to_owned()]);
    // What refers to such a table is about the patient too. People's notes on their own do not count.
    loop {
        let before = about.len();
        for (table, to) in &references {
            if about.contains(to) {
                about.insert(table.clone());
            }
        }
        if about.len() == before {
            break;
        }
    }
    fn carried(table: &str) -> impl Iterator<Item = &'static tables::Table> {
        tables::CARRIED.iter().filter(move |c| c.name == table)
    }
    for table in &about {
        let named = tables::BY_NAME.contains(&table.as_str());
        let left_out = tables::LEFT_OUT.iter().any(|(name, _)| name == table);
        assert!(
            named || left_out || carried(table).next().is_some(),
            "{table} is about a patient: carry it in a case file or leave it out for a reason, in server/store/cases/tables.rs"
        );
        if left_out {
            continue;
        }
        for (_, column) in columns.iter().filter(|(t, _)| t == table) {
            let listed = carried(table).any(|t| t.columns.iter().any(|(c, _)| c == column));
            let by_name = tables::COLUMNS_BY_NAME
                .iter()
                .any(|(t, all)| t == table && all.split(' ').any(|c| c == column));
            assert!(
                listed || by_name,
                "{table}.{column} is not considered in server/store/cases/tables.rs"
            );
        }
    }
    for table in tables::CARRIED {
        for (column, _) in table.columns {
            let there = columns.iter().any(|(t, c)| t == table.name && c == column);
            assert!(
                there,
                "{}.{column} is listed but not in the database",
                table.name
            );
        }
    }
}

/// The demo's nine cases are ordinary case files that any database takes, on any day.
#[tokio::test]
async fn the_demo_fills_either_database() {
    for (kind, today) in [
        ("sqlite", "2026-11-22T12:00:00Z"),
        ("postgres", "2028-02-29T12:00:00Z"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&database(kind, &folder).await).await.unwrap();
        let forms = Forms::embedded().unwrap();
        demo::fill(&db, &forms, &Clock::starting_at(today.parse().unwrap()))
            .await
            .unwrap();
        for chain in audit::chains(&db).await.unwrap() {
            assert!(audit::verify(&db, &chain).await.unwrap().is_ok());
        }
        every_case_matches_the_schema(&db, &forms).await;
    }
}

/// Every case of the demo, exported, matches the published schema and reads back as it was.
async fn every_case_matches_the_schema(db: &Db, forms: &Forms) {
    let _ = forms;
    let mut found = 0;
    for organisation in [
        "Northmere & Vale NHS Foundation Trust",
        "Harrowdene Council",
    ] {
        let organisation = organisations::named(db, organisation)
            .await
            .unwrap()
            .unwrap();
        for n in 1..=9 {
            let reference = format!("TEST/{n:05}");
            let patient = patients::by_reference(db, &organisation, &reference)
                .await
                .unwrap();
            let Some(patient) = patient else { continue };
            let case = cases::export(db, &organisation, &patient, chrono::Utc::now())
                .await
                .unwrap();
            let text = serde_json::to_string(&case).unwrap();
            schema::assert_valid(&serde_json::from_str(&text).unwrap());
            assert_eq!(case::read(&text).unwrap(), case, "{reference}");
            found += 1;
        }
    }
    assert_eq!(found, 9);
}
