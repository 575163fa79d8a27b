//! The patient's rights and the end of a record's life.

mod in_use;

use crate::audits::add;
use crate::support::{
    AUTHOR, FACTS, MANAGER, PASSWORD, PATIENT, Visitor, World, on_both, to_final_check,
};
use conditional_discharge::domain::people::Role;
use serde_json::Value;

const PATIENT_NAME: &str = "Quillfeather";

async fn export(
    visitor: &mut Visitor,
    patient: &str,
    which: &str,
    format: &str,
    names: &str,
) -> crate::support::Page {
    let pairs = [
        ("which", which),
        ("format", format),
        ("names", names),
        ("password", PASSWORD),
    ];
    visitor
        .post(&format!("/patients/{patient}/subject-access"), &pairs)
        .await
}

/// A paper that is no report, made and given.
async fn give_a_paper(world: &World, author: &mut Visitor) {
    let papers = format!("/patients/{}/papers", world.patient);
    let begin = [("form", "conditions-sheet"), ("then", "make")];
    let paper = author.post(&papers, &begin).await.location().to_owned();
    let given = [
        ("on/day", "20"),
        ("on/month", "11"),
        ("on/year", "2026"),
        ("recipient", "The patient"),
        ("how", "By hand"),
    ];
    let page = author.post(&format!("{paper}/given"), &given).await;
    assert_eq!(page.status, 303, "{}", page.body);
}

#[tokio::test]
async fn everything_about_one_patient_and_of_nobody_else() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        author.sign(&format!("{report}/freeze"), "", &FACTS).await;
        give_a_paper(&world, &mut author).await;
        let mut manager = world.signed_in(MANAGER).await;
        let page = export(&mut manager, &world.patient, "full", "json", "").await;
        assert_eq!(page.headers["content-disposition"], "attachment; filename=\"record.json\"");
        let whole: Value = serde_json::from_str(&page.body).unwrap();
        for table in ["patient", "patient_version", "assignment", "report", "answer", "signature", "frozen_report", "paper", "other_paper", "other_paper_draft", "other_paper_made", "other_paper_given", "who-looked"] {
            assert!(whole[table].as_array().is_some_and(|rows| !rows.is_empty()), "{table} is missing: {whole:.300}");
        }
        assert_eq!(whole["patient"][0]["record"]["family-name"], PATIENT_NAME);
        assert!(page.body.contains("Seen weekly at home"));
        // Every table that can hold something about a patient is looked at.
        let without = export(&mut manager, &world.patient, "withheld", "html", "Ada Author\nprovider").await;
        assert_eq!(without.headers["content-disposition"], "attachment; filename=\"record.html\"");
        assert!(without.body.contains("[withheld]") && !without.body.contains("Ada Author") && without.body.contains("Seen weekly"));
        let marks = world.count("select count(*) from audit where action = 'export-record' and outcome = 'done' and reason is not null").await;
        assert_eq!(marks, 2);
    })
    .await;
}

#[tokio::test]
async fn asvs_7_5_3_the_export_asks_for_the_password_and_the_right_person() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        assert_eq!(
            export(&mut author, &world.patient, "full", "json", "")
                .await
                .status,
            403
        );
        let mut manager = world.signed_in(MANAGER).await;
        let path = format!("/patients/{}/subject-access", world.patient);
        for pairs in [
            vec![
                ("which", "full"),
                ("format", "json"),
                ("password", "wrong"),
                ("names", "Kept <name>"),
            ],
            vec![
                ("which", "all"),
                ("format", "exe"),
                ("password", PASSWORD),
                ("names", "Kept <name>"),
            ],
            vec![("names", "Kept <name>")],
        ] {
            let page = manager.post(&path, &pairs).await;
            assert_eq!(page.status, 422);
            assert!(
                page.body.contains("There is a problem") && page.body.contains("Kept &lt;name>"),
                "{}",
                page.body
            );
            assert!(!page.headers.contains_key("content-disposition"));
        }
        assert_eq!(
            world
                .count(
                    "select count(*) from audit where action = 'export-record' and outcome = 'done'"
                )
                .await,
            0
        );
    })
    .await;
}

const REFERENCE: (&str, &str) = ("reference", "TEST/09001");

async fn keepers(world: &World) -> (Visitor, Visitor) {
    add(
        world,
        "one@x",
        "One Keeper",
        Role::Administrator,
        "Northmere",
    )
    .await;
    add(world, "two@x", "Two Keeper", Role::Executive, "Northmere").await;
    (
        world.signed_in("one@x").await,
        world.signed_in("two@x").await,
    )
}

async fn act(visitor: &mut Visitor, act: &str, more: &[(&str, &str)]) -> (u16, String) {
    let mut pairs = vec![("act", act)];
    pairs.extend(more);
    let page = visitor.post("/retention", &pairs).await;
    (page.status.as_u16(), page.body)
}

/// The first id that a form of this act names on the page.
async fn id_of(visitor: &mut Visitor, act: &str) -> String {
    let page = visitor.get("/retention").await.body;
    let form = page
        .split(&format!("value=\"{act}\""))
        .nth(1)
        .unwrap_or_else(|| panic!("no {act}: {page}"));
    form.split("name=\"id\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

/// The day on which the record was last used: the one of the tests.
const ENDED: [(&str, &str); 6] = [
    REFERENCE,
    ("closed/day", "20"),
    ("closed/month", "11"),
    ("closed/year", "2026"),
    ("why", "ended"),
    ("password", PASSWORD),
];

/// The same in another year.
fn ended_in(year: &str) -> [(&str, &str); 6] {
    ENDED.map(|(name, value)| (name, if name == "closed/year" { year } else { value }))
}

/// Lets the organisation's twenty years pass.
fn twenty_years_later(world: &World) {
    world.app.clock.set("2046-11-21T10:00:00Z".parse().unwrap());
}

#[tokio::test]
async fn two_people_destroy_a_record_and_the_certificate_outlives_it() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        author.sign(&format!("{report}/freeze"), "", &FACTS).await;
        give_a_paper(&world, &mut author).await;
        keepers(&world).await;
        twenty_years_later(&world);
        let mut one = world.signed_in("one@x").await;
        let mut two = world.signed_in("two@x").await;
        let ground = [REFERENCE, ("reason", "Time is over")];
        assert_eq!(
            act(&mut one, "propose", &ground).await.0,
            422,
            "it has not ended"
        );
        assert_eq!(act(&mut one, "close", &ENDED).await.0, 303);
        // A hold keeps it, whoever asks.
        assert_eq!(
            act(&mut two, "hold", &[REFERENCE, ("reason", "Inquest")])
                .await
                .0,
            303
        );
        let (status, page) = act(&mut one, "propose", &ground).await;
        assert!(status == 422 && page.contains("A hold stands"), "{page}");
        let hold = id_of(&mut two, "lift").await;
        assert_eq!(act(&mut two, "lift", &[("id", &hold)]).await.0, 303);
        assert_eq!(act(&mut one, "propose", &ground).await.0, 303);
        assert_eq!(act(&mut one, "propose", &ground).await.0, 422, "once");
        let id = id_of(&mut two, "confirm").await;
        let yes = [("id", id.as_str()), ("password", PASSWORD)];
        let (status, page) = act(&mut one, "confirm", &yes).await;
        assert!(
            status == 422 && page.contains("A second person confirms"),
            "{page}"
        );
        assert_eq!(
            act(&mut two, "confirm", &[("id", &id), ("password", "wrong")])
                .await
                .0,
            422
        );
        assert_eq!(
            world.count("select count(*) from patient").await,
            1,
            "nothing is gone yet"
        );
        let audited = world.count("select count(*) from audit").await;
        assert_eq!(act(&mut two, "confirm", &yes).await.0, 303);
        assert_eq!(act(&mut two, "confirm", &yes).await.0, 404, "once");
        for table in [
            "select count(*) from patient",
            "select count(*) from patient_version",
            "select count(*) from assignment",
            "select count(*) from report",
            "select count(*) from answer",
            "select count(*) from signature",
            "select count(*) from frozen_report",
            "select count(*) from paper",
            "select count(*) from other_paper",
            "select count(*) from other_paper_draft",
            "select count(*) from other_paper_made",
            "select count(*) from other_paper_given",
            "select count(*) from entry",
            "select count(*) from comment",
            "select count(*) from legal_hold",
            "select count(*) from closure",
        ] {
            assert_eq!(world.count(table).await, 0, "{table}");
        }
        assert!(
            world.count("select count(*) from audit").await > audited,
            "the audit stays"
        );
        let certificate = two.get(&format!("/retention/{id}")).await;
        let told: Value = serde_json::from_str(&certificate.body).unwrap();
        assert_eq!(told["mhcs-reference"], "TEST/09001");
        assert!(
            told["rows-destroyed"]["answer"].as_u64() > Some(5),
            "{told}"
        );
        assert!(!certificate.body.contains(PATIENT_NAME) && PATIENT.contains(PATIENT_NAME));
        for sql in [
            "delete from destruction",
            "update destruction set certificate = 'x'",
            "delete from audit",
            "update audit set action = 'x'",
        ] {
            assert!(world.tamper(sql).await.is_err(), "{sql}");
        }
        // Nor is what went with the record missed.
        let (sound, words) = crate::anchors::audit(&world, &["verify"]);
        assert!(sound, "{words}");
    })
    .await;
}

#[tokio::test]
async fn the_triggers_are_back_after_a_destruction() {
    on_both(async |world: World| {
        keepers(&world).await;
        let (report, mut author) = {
            let mut case = crate::support::case();
            case.record.mhcs_reference = "TEST/09002".into();
            case.reports.clear();
            case.entries.clear();
            let northmere = conditional_discharge::server::store::organisations::named(
                &world.app.db,
                "Northmere",
            )
            .await
            .unwrap()
            .unwrap();
            conditional_discharge::server::store::cases::import(
                &world.app.db,
                &world.app.forms,
                &northmere,
                "Tarnbeck",
                &case,
                world.app.clock.now(),
            )
            .await
            .unwrap();
            to_final_check(&world).await
        };
        author.sign(&format!("{report}/freeze"), "", &FACTS).await;
        twenty_years_later(&world);
        let mut one = world.signed_in("one@x").await;
        let mut two = world.signed_in("two@x").await;
        let mut ended = ENDED;
        ended[0] = ("reference", "TEST/09002");
        act(&mut one, "close", &ended).await;
        assert_eq!(
            act(
                &mut one,
                "propose",
                &[("reference", "TEST/09002"), ("reason", "x")]
            )
            .await
            .0,
            303
        );
        let id = id_of(&mut two, "confirm").await;
        assert_eq!(
            act(&mut two, "confirm", &[("id", &id), ("password", PASSWORD)])
                .await
                .0,
            303
        );
        assert_eq!(
            world.count("select count(*) from patient").await,
            1,
            "the other patient is untouched"
        );
        for sql in [
            "delete from frozen_report",
            "delete from paper",
            "delete from patient_version",
            "delete from signature",
            "update frozen_report set json = 'x'",
        ] {
            assert!(world.tamper(sql).await.is_err(), "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn asvs_2_3_5_one_person_cannot_be_two_even_in_sql() {
    on_both(async |world: World| {
        keepers(&world).await;
        twenty_years_later(&world);
        let mut one = world.signed_in("one@x").await;
        act(&mut one, "close", &ENDED).await;
        act(&mut one, "propose", &[REFERENCE, ("reason", "x")]).await;
        let same =
            "update destruction set confirmed_by_id = proposed_by_id, confirmed_at = proposed_at";
        assert!(world.tamper(same).await.is_err());
        let other =
            "update destruction set proposed_by_id = (select id from person where email = 'two@x')";
        assert!(world.tamper(other).await.is_err());
        let more = "update destruction set could_confirm = '[\"somebody\"]'";
        assert!(world.tamper(more).await.is_err());
        let late = [
            ("after-end", "30"),
            ("after-death", "10"),
            ("password", PASSWORD),
        ];
        assert_eq!(act(&mut one, "periods", &late).await.0, 303);
        let id = id_of(&mut world.signed_in("two@x").await, "confirm").await;
        let (status, page) = act(
            &mut world.signed_in("two@x").await,
            "confirm",
            &[("id", &id), ("password", PASSWORD)],
        )
        .await;
        assert!(
            status == 422 && page.contains("period has not passed"),
            "the rules hold at the moment of destruction: {page}"
        );
        for bad in ["0", "101", "-1", "x", ""] {
            assert_eq!(
                act(
                    &mut one,
                    "periods",
                    &[
                        ("after-end", bad),
                        ("after-death", "10"),
                        ("password", PASSWORD)
                    ]
                )
                .await
                .0,
                422,
                "{bad}"
            );
        }
    })
    .await;
}
