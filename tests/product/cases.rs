//! Cases out and in: nothing is lost, all or nothing.

use crate::support::{World, case, database, on_both, short_form, to_final_check};
use conditional_discharge::domain::identifiers::PatientId;
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::forms::Forms;
use conditional_discharge::server::store::{Db, cases, organisations};
use conditional_discharge::server::{audit, demo};

#[tokio::test]
async fn a_case_survives_the_round_trip_between_installations() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        author.sign(&format!("{report}/freeze"), "", &[]).await;
        let northmere = organisations::named(&world.app.db, "Northmere")
            .await
            .unwrap()
            .unwrap();
        let patient = PatientId::parse(&world.patient).unwrap();
        let out = cases::export(&world.app.db, &northmere, &patient, world.app.clock.now())
            .await
            .unwrap();
        assert_eq!(out.reports.len(), 1);
        assert!(out.reports[0].frozen.is_some() && out.reports[0].signatures.len() == 3);

        let mut elsewhere = World::new("sqlite").await;
        elsewhere
            .tamper("update patient set record = replace(record, 'TEST/09001', 'TEST/09999')")
            .await
            .unwrap();
        let there = organisations::named(&elsewhere.app.db, "Northmere")
            .await
            .unwrap()
            .unwrap();
        let imported = cases::import(
            &elsewhere.app.db,
            &short_form(),
            &there,
            "Tarnbeck",
            &out,
            elsewhere.app.clock.now(),
        )
        .await
        .unwrap();
        let back = cases::export(
            &elsewhere.app.db,
            &there,
            &imported,
            elsewhere.app.clock.now(),
        )
        .await
        .unwrap();
        assert_eq!(back, out);
        elsewhere.patient = imported.to_string();
        let mut author = elsewhere.signed_in(crate::support::AUTHOR).await;
        let pdf = author.get(&format!("{report}/paper.pdf")).await;
        assert!(
            pdf.bytes.starts_with(b"%PDF"),
            "papers are set from the frozen report"
        );
    })
    .await;
}

#[tokio::test]
async fn a_bad_case_imports_nothing() {
    on_both(async |world: World| {
        let northmere = organisations::named(&world.app.db, "Northmere").await.unwrap().unwrap();
        let patients = world.count("select count(*) from patient").await;
        let import = async |case| cases::import(&world.app.db, &short_form(), &northmere, "Tarnbeck", &case, world.app.clock.now()).await;
        let again = import(case()).await.unwrap_err();
        assert!(again.to_string().contains("mhcs-reference"), "{again}");
        let mut unknown = case();
        unknown.record.mhcs_reference = "TEST/09002".into();
        let report = serde_json::from_value(serde_json::json!({
            "id": "r-1", "form": "progress-report", "form-version": "2026-01-05", "due": "2026-02-21",
            "period-from": "2026-01-24", "state": "drafting", "author": "nobody@example.org", "begun-at": "2026-02-01T09:00:00Z"
        }));
        unknown.reports.push(report.unwrap());
        assert!(import(unknown.clone()).await.unwrap_err().to_string().contains("nobody@example.org"));
        unknown.reports[0].author = crate::support::AUTHOR.into();
        unknown.reports[0].form_version = chrono::NaiveDate::from_ymd_opt(1999, 1, 1).unwrap();
        assert!(import(unknown).await.unwrap_err().to_string().contains("is not loaded"));
        assert_eq!(world.count("select count(*) from patient").await, patients);
        assert_eq!(world.count("select count(*) from report").await, 0);
    })
    .await;
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
    }
}

/// What the product could not have made is refused with its field, and nothing of it is kept.
#[tokio::test]
async fn a_forged_case_is_refused() {
    let world = World::new("sqlite").await;
    let (report, mut author) = to_final_check(&world).await;
    author.sign(&format!("{report}/freeze"), "", &[]).await;
    let northmere = organisations::named(&world.app.db, "Northmere")
        .await
        .unwrap()
        .unwrap();
    let patient = PatientId::parse(&world.patient).unwrap();
    let out = cases::export(&world.app.db, &northmere, &patient, world.app.clock.now())
        .await
        .unwrap();
    let json = serde_json::to_value(&out).unwrap();
    let refused = |path: &str, value: serde_json::Value| {
        let mut forged = json.clone();
        *forged.pointer_mut(path).unwrap() = value;
        conditional_discharge::domain::case::read(&forged.to_string())
            .unwrap_err()
            .to_string()
    };
    let author_email = json["reports"][0]["author"].clone();
    assert!(refused("/reports/0/approved-by", author_email).contains("their own report"));
    assert!(refused("/reports/0/state", "sent".into()).contains("record of sending"));
    assert!(refused("/reports/0/signatures", serde_json::json!([])).contains("signature"));
    assert!(refused("/reports/0/due", "9999-12-31".into()).contains("1900 to 2199"));
    assert!(
        refused("/reports/0/answers/0/version", 4_294_967_295_u32.into()).contains("1,000,000")
    );
    assert!(refused("/record/mhcs-reference", "TEST/00007".into()).contains("another patient"));
    assert!(refused("/reports/0/id", "another".into()).contains("another report"));
}
