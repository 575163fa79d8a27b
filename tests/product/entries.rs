//! The supervision record: quick entry, bad input, and its rows in the report.

use crate::support::{AUTHOR, COLLEAGUE, MANAGER, STRANGER, World, on_both};
use axum::http::StatusCode;

const CONTACT: [(&str, &str); 7] = [
    ("id", "0192-entry-1"),
    ("answer/entry//on.day", "18"),
    ("answer/entry//on.month", "11"),
    ("answer/entry//on.year", "2026"),
    ("answer/entry//kind.choice", "home-visit"),
    ("answer/entry//happened.choice", "yes"),
    ("answer/entry//observed.text", "Calm; the flat was tidy."),
];

#[tokio::test]
async fn a_contact_is_added_once_however_often_it_is_posted() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let path = format!("/patients/{}/record", world.patient);
        for _ in 0..3 {
            let page = author.post(&format!("{path}/contact"), &CONTACT).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        }
        assert_eq!(world.count("select count(*) from entry").await, 1);
        assert_eq!(
            world
                .count("select count(*) from audit where action = 'add-entry'")
                .await,
            1
        );
        let timeline = author.get(&path).await;
        assert!(
            timeline.body.contains("18 November 2026: Home visit")
                && timeline.body.contains("the flat was tidy")
        );
        assert!(
            author
                .get(&format!("{path}?show=event"))
                .await
                .body
                .contains("Nothing recorded.")
        );
    })
    .await;
}

#[tokio::test]
async fn a_contact_with_mistakes_keeps_what_was_typed() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let path = format!("/patients/{}/record/contact", world.patient);
        let mut ahead = CONTACT;
        ahead[1].1 = "21";
        let page = author.post(&path, &ahead).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("The day cannot be after today")
                && page.body.contains("the flat was tidy")
        );
        let mut missed = CONTACT;
        missed[5].1 = "no";
        assert!(
            author
                .post(&path, &missed)
                .await
                .body
                .contains("Say what was done about the missed contact")
        );
        let mut nameless = CONTACT;
        nameless[0].1 = "../x";
        assert_eq!(
            author.post(&path, &nameless).await.status,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(
            author
                .get(&format!("/patients/{}/record/nonsense", world.patient))
                .await
                .status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(world.count("select count(*) from entry").await, 0);
    })
    .await;
}

#[tokio::test]
async fn only_those_who_keep_the_record_add_to_it() {
    on_both(async |world: World| {
        let path = format!("/patients/{}/record/contact", world.patient);
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_eq!(
            colleague.post(&path, &CONTACT).await.status,
            StatusCode::FORBIDDEN
        );
        let mut stranger = world.signed_in(STRANGER).await;
        assert_eq!(
            stranger.post(&path, &CONTACT).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(world.count("select count(*) from entry").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_manager_sees_who_has_looked_and_that_is_on_record_too() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        author.get(&format!("/patients/{}", world.patient)).await;
        assert_eq!(
            author
                .get(&format!("/patients/{}/audit", world.patient))
                .await
                .status,
            StatusCode::FORBIDDEN
        );
        let mut manager = world.signed_in(MANAGER).await;
        let page = manager
            .get(&format!("/patients/{}/audit", world.patient))
            .await;
        assert!(
            page.body.contains("Ada Author")
                && page.body.contains("view-patient")
                && page.body.contains("refused")
        );
        assert_eq!(
            world
                .count(
                    "select count(*) from audit where action = 'read-audit' and outcome = 'done'"
                )
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_kind_described_in_data_is_asked_read_and_shown() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let path = format!("/patients/{}/record", world.patient);
        let test = [
            ("id", "0192-test-1"),
            ("answer/entry//on.day", "18"),
            ("answer/entry//on.month", "11"),
            ("answer/entry//on.year", "2026"),
            ("answer/entry//what.choice", "drugs"),
            ("answer/entry//result.choice", "positive"),
            (
                "answer/entry//found.text",
                "Cannabis; discussed the same day",
            ),
            ("answer/entry//forged.text", "no such column"),
        ];
        let added = author.post(&format!("{path}/test-result"), &test).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let timeline = author.get(&path).await.body;
        assert!(timeline.contains("18 November 2026: Alcohol or drug test: Drugs, Positive"));
        assert!(timeline.contains("Cannabis; discussed") && !timeline.contains("no such column"));
        let mut wrong = test;
        wrong[0].1 = "0192-test-2";
        wrong[5].1 = "sort-of";
        let refused = author.post(&format!("{path}/test-result"), &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Choose one of the answers"));
        assert_eq!(world.count("select count(*) from entry").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_manager_of_the_whole_organisation_sees_every_team_and_no_other_organisation() {
    use conditional_discharge::domain::people::Role;
    use conditional_discharge::server::store::{organisations, people};
    on_both(async |world: World| {
        let hash = conditional_discharge::server::auth::passwords::Hasher::default()
            .hash(crate::support::PASSWORD)
            .await
            .unwrap();
        let mut tx = world.app.db.begin().await.unwrap();
        for (email, place) in [("head@x", "Northmere"), ("other-head@x", "Harrowdene")] {
            let (organisation, _) = organisations::ensure(&mut tx, place, "nhs-trust", "Any")
                .await
                .unwrap();
            let new = people::NewPerson {
                email,
                name: email,
                job_title: "x",
                password_hash: &hash,
            };
            let person = people::add(&mut tx, &new).await.unwrap();
            people::join(&mut tx, &person, &organisation, Role::LineManager, None)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let mut head = world.signed_in("head@x").await;
        assert!(head.get("/").await.body.contains(crate::support::PATIENT));
        let path = format!("/patients/{}", world.patient);
        assert_eq!(head.get(&path).await.status, StatusCode::OK);
        let mut other = world.signed_in("other-head@x").await;
        assert!(!other.get("/").await.body.contains(crate::support::PATIENT));
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// Two people who met the patient together may each enter it: both texts are kept, and the page says so.
#[tokio::test]
async fn the_same_contact_entered_by_two_is_kept_twice_and_said_to_be_one() {
    on_both(async |world: World| {
        let path = format!("/patients/{}/record", world.patient);
        let mut author = world.signed_in(AUTHOR).await;
        let first = author.post(&format!("{path}/contact"), &CONTACT).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
        let mut manager = world.signed_in(MANAGER).await;
        let mut theirs = CONTACT;
        theirs[0].1 = "0192-entry-2";
        theirs[6].1 = "He asked about work.";
        let second = manager.post(&format!("{path}/contact"), &theirs).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.body);
        assert_eq!(world.count("select count(*) from entry").await, 2);
        for id in ["0192-entry-1", "0192-entry-2"] {
            let page = author
                .get(&format!("/patients/{}/entries/{id}", world.patient))
                .await;
            assert!(
                page.body.contains("This may be a duplicate."),
                "{id}: {}",
                page.body
            );
        }
        let timeline = author.get(&path).await.body;
        assert!(
            timeline.contains("the flat was tidy") && timeline.contains("He asked about work.")
        );
    })
    .await;
}

/// Years of contacts: the record is paged without a gap, and each page that counts them is answered.
#[tokio::test]
async fn five_thousand_contacts_are_paged_and_counted() {
    let mut case = serde_json::to_value(crate::support::case()).unwrap();
    let first = chrono::NaiveDate::from_ymd_opt(2012, 3, 5).unwrap();
    let contact = |n: u64| {
        let on = first + chrono::Days::new(n);
        serde_json::json!({
            "id": format!("many-{n}"), "entry": "contact", "on": on, "kind": "home-visit",
            "observed": format!("Visit number {n}."), "by": AUTHOR, "at": format!("{on}T12:00:00Z"),
        })
    };
    case["entries"] = (0..5_000).map(contact).collect();
    let case = conditional_discharge::domain::case::read(&case.to_string()).unwrap();
    for kind in ["sqlite", "postgres"] {
        let world = World::with(kind, crate::support::short_form(), &case).await;
        let mut author = world.signed_in(AUTHOR).await;
        let path = format!("/patients/{}/record", world.patient);
        assert_eq!(world.count("select count(*) from entry").await, 5_000);
        let newest = author.get(&path).await.body;
        assert!(newest.contains("Visit number 4999.") && !newest.contains("Visit number 4949."));
        let second = author.get(&format!("{path}?from=50")).await.body;
        assert!(second.contains("Visit number 4949.") && second.contains("Visit number 4900."));
        let oldest = author.get(&format!("{path}?from=4950")).await.body;
        assert!(oldest.contains("Visit number 0.") && oldest.contains("Visit number 49."));
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        for page in ["/check", "/sections/contact"] {
            let page = author.get(&format!("{report}{page}")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        }
        assert_eq!(author.get("/caseload").await.status, StatusCode::OK);
    }
}
