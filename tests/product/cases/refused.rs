//! What is not taken in: nothing of it is kept, and the fault is named.

use super::{elsewhere, into, out};
use crate::support::{World, case as written_case, on_both, short_form, to_final_check};
use conditional_discharge::domain::case;
use conditional_discharge::domain::identifiers::PatientId;
use conditional_discharge::server::store::{cases, organisations};

/// Carried rows are held to the list of tables: no other table, column, report or account.
#[tokio::test]
async fn forged_rows_are_refused() {
    let world = World::new("sqlite").await;
    let (report, mut author) = to_final_check(&world).await;
    author.sign(&format!("{report}/freeze"), "", &[]).await;
    let sound = out(&world, &world.patient).await;
    let there = elsewhere("sqlite").await;
    let refused = async |table: &str, column: &str, value: serde_json::Value| {
        let mut forged = sound.clone();
        let mut row = forged.carried["paper"][0].clone();
        row.insert(column.to_owned(), value);
        forged
            .carried
            .entry(table.to_owned())
            .or_default()
            .push(row);
        format!("{:#}", into(&there, &forged).await.unwrap_err())
    };
    assert!(
        refused("membership", "role", "line-manager".into())
            .await
            .contains("membership")
    );
    assert!(
        refused("paper", "owner_id; drop table paper", "x".into())
            .await
            .contains("no such column")
    );
    assert!(
        refused("paper", "owner_id", "another".into())
            .await
            .contains("no such report or paper")
    );
    assert!(
        refused("paper", "bytes", "zz".into())
            .await
            .contains("hexadecimal")
    );
    assert_eq!(there.count("select count(*) from patient").await, 1);
}

#[tokio::test]
async fn a_bad_case_imports_nothing() {
    on_both(async |world: World| {
        let northmere = organisations::named(&world.app.db, "Northmere").await.unwrap().unwrap();
        let patients = world.count("select count(*) from patient").await;
        let import = async |case| cases::import(&world.app.db, &short_form(), &northmere, "Tarnbeck", &case, world.app.clock.now()).await;
        let again = import(written_case()).await.unwrap_err();
        assert!(again.to_string().contains("mhcs-reference"), "{again}");
        let mut unknown = written_case();
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

#[test]
fn a_mistake_is_told_with_its_line_and_field() {
    let text = include_str!("../case.json").replace("2026-01-24", "2026-02-31");
    let fault = case::read(&text).unwrap_err();
    assert!(
        fault.line > 10 && fault.reason.starts_with("record.discharge.on"),
        "{fault}"
    );
    let fault = case::read(
        &include_str!("../case.json")
            .replace("\"wales\"", "1")
            .replace("england", "narnia"),
    )
    .unwrap_err();
    assert!(fault.reason.starts_with("record.nation"), "{fault}");
    let fault = case::read(&format!("{} x", include_str!("../case.json"))).unwrap_err();
    assert!(fault.reason.starts_with("after the case"), "{fault}");
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
    let renamed = refused("/record/mhcs-reference", "TEST/00007".into());
    assert!(
        renamed.contains("last version is not the record"),
        "{renamed}"
    );
    let mut both = json.clone();
    for path in [
        "/record/mhcs-reference",
        "/versions/0/record/mhcs-reference",
    ] {
        *both.pointer_mut(path).unwrap() = "TEST/00007".into();
    }
    let both = case::read(&both.to_string()).unwrap_err().to_string();
    assert!(both.contains("another patient"), "{both}");
    assert!(refused("/reports/0/id", "another".into()).contains("another report"));
}
