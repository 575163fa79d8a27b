//! The registers, guidance and the pages of figures: kept by those who may, true to what was typed.

use crate::support::{AUTHOR, COLLEAGUE, MANAGER, PASSWORD, STRANGER, Visitor, World, on_both};
use axum::http::StatusCode;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::store::{organisations, people};

async fn lead(world: &World) -> (Visitor, String) {
    let hash = Hasher::default().hash(PASSWORD).await.unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    let (organisation, _) = organisations::ensure(&mut tx, "Northmere", "nhs-trust", "Tarnbeck")
        .await
        .unwrap();
    let new = people::NewPerson {
        email: "lead@northmere.example.org",
        name: "Lea Lead",
        job_title: "Principal social worker",
        password_hash: &hash,
    };
    let person = people::add(&mut tx, &new).await.unwrap();
    people::join(&mut tx, &person, &organisation, Role::AssessmentLead, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let visitor = world.signed_in("lead@northmere.example.org").await;
    (visitor, format!("/organisations/{organisation}"))
}

const POLICY: [(&str, &str); 13] = [
    ("id", "0192-policy-1"),
    ("answer/row//title.text", "Social <b>supervision</b> policy"),
    ("answer/row//edition.text", "3"),
    ("answer/row//owner.text", "Principal social worker"),
    ("answer/row//approved.day", "1"),
    ("answer/row//approved.month", "3"),
    ("answer/row//approved.year", "2026"),
    ("answer/row//review.day", "1"),
    ("answer/row//review.month", "3"),
    ("answer/row//review.year", "2028"),
    ("answer/row//kept.text", "https://example.org/policy"),
    ("answer/row//criteria.text", "1.1, 6.3"),
    ("answer/row//read.choice", "yes"),
];

fn with<'a>(base: &[(&'a str, &'a str)], change: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.iter()
        .map(|(name, value)| {
            let changed = change.iter().find(|(n, _)| n == name);
            changed.copied().unwrap_or((*name, *value))
        })
        .collect()
}

#[tokio::test]
async fn a_policy_is_kept_read_replaced_and_taken_out_of_use() {
    on_both(async |world: World| {
        let (mut lead, at) = lead(&world).await;
        for _ in 0..2 {
            let page = lead.post(&format!("{at}/policies/new"), &POLICY).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        }
        assert_eq!(world.count("select count(*) from policy").await, 1);
        let list = lead.get(&format!("{at}/policies")).await;
        assert!(
            list.body.contains("Social &lt;b&gt;supervision"),
            "{}",
            list.body
        );
        assert!(list.body.contains("In date") && list.body.contains("0 of 4"));
        let one = format!("{at}/policies/0192-policy-1");
        let mut author = world.signed_in(AUTHOR).await;
        assert!(
            author
                .get("/assurance")
                .await
                .body
                .contains("1 for you to read")
        );
        for _ in 0..2 {
            let page = author.post(&format!("{one}/read"), &[]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(world.count("select count(*) from policy_reading").await, 1);
        assert_eq!(
            world
                .count("select count(*) from audit where action = 'read-policy'")
                .await,
            1
        );
        let who = lead.get(&one).await.body;
        assert!(who.contains("Ada Author, on 20 November 2026") && who.contains("Mo Manager"));
        assert!(
            !author.get(&one).await.body.contains("Mo Manager"),
            "who has not is for those who keep it"
        );
        let next = with(
            &POLICY,
            &[("id", "0192-policy-2"), ("answer/row//edition.text", "4")],
        );
        let page = lead.post(&format!("{one}/replace"), &next).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        // A colleague had the same page open.
        let other = with(
            &POLICY,
            &[
                ("id", "0192-policy-3"),
                ("answer/row//owner.text", "Kept text"),
            ],
        );
        let page = lead.post(&format!("{one}/replace"), &other).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Kept text") && page.body.contains("Nothing was saved"));
        assert!(
            author
                .get("/assurance")
                .await
                .body
                .contains("1 for you to read")
        );
        lead.post(&format!("{at}/policies/0192-policy-2/retire"), &[])
            .await;
        assert!(
            lead.get(&format!("{at}/policies"))
                .await
                .body
                .contains("No policy is in the register.")
        );
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_kept_and_named() {
    on_both(async |world: World| {
        let (mut lead, at) = lead(&world).await;
        let long = "x".repeat(300);
        for (field, value, message) in [
            (
                "answer/row//review.year",
                "2025",
                "cannot be before the day of approval",
            ),
            (
                "answer/row//kept.text",
                "javascript://alert(1)",
                "must begin with https://",
            ),
            (
                "answer/row//title.text",
                long.as_str(),
                "up to 200 characters",
            ),
            ("answer/row//criteria.text", "all", "by their numbers"),
        ] {
            let page = lead
                .post(
                    &format!("{at}/policies/new"),
                    &with(&POLICY, &[(field, value)]),
                )
                .await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            assert!(
                page.body.contains(message) && page.body.contains(value),
                "{field}: {}",
                page.body
            );
        }
        let nameless = with(&POLICY, &[("id", "../x")]);
        assert_eq!(
            lead.post(&format!("{at}/policies/new"), &nameless)
                .await
                .status,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(world.count("select count(*) from policy").await, 0);
        let link = [
            ("id", "0192-link"),
            ("answer/row//words.text", "Our protocol"),
            ("answer/row//link.text", "ftp://example.org"),
        ];
        let page = lead.post(&format!("{at}/guidance/events"), &link).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("ftp://example.org"));
        let good = with(&link, &[("answer/row//link.text", "https://example.org/p")]);
        assert_eq!(
            lead.post(&format!("{at}/guidance/events"), &good)
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let mut author = world.signed_in(AUTHOR).await;
        assert!(
            author
                .get("/guidance/events")
                .await
                .body
                .contains("https://example.org/p")
        );
        let mut stranger = world.signed_in(STRANGER).await;
        assert!(
            !stranger
                .get("/guidance/events")
                .await
                .body
                .contains("https://example.org/p")
        );
        lead.post(&format!("{at}/guidance/events/0192-link/remove"), &[])
            .await;
        assert!(
            !author
                .get("/guidance/events")
                .await
                .body
                .contains("https://example.org/p")
        );
    })
    .await;
}

#[tokio::test]
async fn registers_are_closed_to_the_wrong_person_and_the_wrong_trust() {
    on_both(async |world: World| {
        let (mut lead, at) = lead(&world).await;
        lead.post(&format!("{at}/policies/new"), &POLICY).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        let mut stranger = world.signed_in(STRANGER).await;
        for path in [
            "policies/new",
            "policies/0192-policy-1/retire",
            "lessons/new",
        ] {
            let path = format!("{at}/{path}");
            assert_eq!(
                colleague.post(&path, &POLICY).await.status,
                StatusCode::FORBIDDEN,
                "{path}"
            );
            assert_eq!(
                stranger.post(&path, &POLICY).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        assert_eq!(
            colleague.get(&format!("{at}/figures")).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            colleague.get(&format!("{at}/competence")).await.status,
            StatusCode::FORBIDDEN
        );
        for path in [
            "figures",
            "policies",
            "policies/0192-policy-1",
            "lessons",
            "competence",
        ] {
            assert_eq!(
                stranger.get(&format!("{at}/{path}")).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        assert_eq!(
            world
                .count("select count(*) from policy where retired_at is not null")
                .await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn training_is_recorded_by_somebody_else_and_moves_the_figure() {
    on_both(async |world: World| {
        let (mut lead, at) = lead(&world).await;
        let author = people::by_email(&world.app.db, AUTHOR)
            .await
            .unwrap()
            .unwrap()
            .id;
        let path = format!("{at}/competence/{author}");
        let done = [
            ("id", "0192-training"),
            ("answer/row//kind.choice", "national-e-learning"),
            ("answer/row//done.day", "1"),
            ("answer/row//done.month", "6"),
            ("answer/row//done.year", "2026"),
        ];
        let mut own = world.signed_in(AUTHOR).await;
        assert_eq!(
            own.post(&format!("{path}/training"), &done).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(own.get(&path).await.status, StatusCode::OK);
        let ahead = with(&done, &[("answer/row//done.year", "2027")]);
        assert_eq!(
            lead.post(&format!("{path}/training"), &ahead).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let page = lead.post(&format!("{path}/training"), &done).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let figures = lead.get(&format!("{at}/figures")).await;
        assert!(
            figures.body.contains("33%: 1 of 3 staff"),
            "{}",
            figures.body
        );
        assert!(own.get(&path).await.body.contains("National e-learning"));
        let held = [
            ("id", "0192-supervision"),
            ("answer/row//held.day", "2"),
            ("answer/row//held.month", "11"),
            ("answer/row//held.year", "2026"),
            ("answer/row//themes.choices", "risk"),
        ];
        assert_eq!(
            lead.post(&format!("{path}/supervision"), &held)
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        assert!(
            lead.get(&format!("{at}/competence"))
                .await
                .body
                .contains("2 November 2026")
        );
        lead.post(&format!("{path}/withdraw"), &[("id", "0192-training")])
            .await;
        assert!(
            lead.get(&format!("{at}/figures"))
                .await
                .body
                .contains("0%: 0 of 3 staff")
        );
    })
    .await;
}

#[tokio::test]
async fn figures_take_a_period_with_days_and_name_cases_to_those_who_may_open_them() {
    on_both(async |world: World| {
        let (mut lead, at) = lead(&world).await;
        let figures = lead.get(&format!("{at}/figures")).await;
        let shown = figures.without_nonces();
        assert!(shown.contains("No cases") && !shown.contains("NaN"));
        let reversed = "from/day=2&from/month=5&from/year=2026&to/day=1&to/month=5&to/year=2026";
        let page = lead.get(&format!("{at}/figures?{reversed}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("The period has no days"));
        let nonsense = reversed
            .replace("to/day=1", "to/day=31%2F")
            .replace("from/day=2", "from/day=x");
        assert_eq!(
            lead.get(&format!("{at}/figures?{nonsense}")).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let long = reversed.replace("to/year=2026", "to/year=2036");
        assert!(
            lead.get(&format!("{at}/figures?{long}"))
                .await
                .body
                .contains("up to 5 years")
        );
        // The lead sees the number; the manager of the team sees whose case it is.
        let one = format!("{at}/figures/unallocated");
        let page = lead.get(&one).await;
        assert!(
            page.body.contains("0 of 1 patients") && !page.body.contains("Quillfeather"),
            "{}",
            page.body
        );
        assert!(page.body.contains("1 case is not listed"));
        let mut manager = world.signed_in(MANAGER).await;
        assert!(
            manager
                .get(&one)
                .await
                .body
                .contains("Zebedee Quillfeather")
        );
        assert_eq!(
            lead.get(&format!("{at}/figures/nonsense")).await.status,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

#[tokio::test]
async fn a_lesson_is_kept_in_editions() {
    on_both(async |world: World| {
        let (mut lead, at) = lead(&world).await;
        let lesson = [
            ("id", "0192-lesson-1"),
            ("answer/row//kind.choice", "audit"),
            ("answer/row//title.text", "Sources missing"),
            ("answer/row//source.text", "File audit"),
            ("answer/row//dated.day", "1"),
            ("answer/row//dated.month", "9"),
            ("answer/row//dated.year", "2026"),
            ("answer/row//learnt.text", "Four in ten name no source."),
            ("answer/row//changes.text", "Managers return them."),
            ("answer/row//owner.text", "Principal social worker"),
        ];
        assert_eq!(
            lead.post(&format!("{at}/lessons/new"), &lesson)
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let next = with(
            &lesson,
            &[
                ("id", "0192-lesson-2"),
                ("answer/row//changes.text", "And audit again."),
            ],
        );
        let change = format!("{at}/lessons/0192-lesson-1/change");
        assert!(
            lead.get(&change)
                .await
                .body
                .contains("Managers return them.")
        );
        assert_eq!(
            lead.post(&change, &next).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            lead.post(&change, &with(&next, &[("id", "0192-lesson-3")]))
                .await
                .status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let mut author = world.signed_in(AUTHOR).await;
        assert!(
            author
                .get(&format!("{at}/lessons/0192-lesson-2"))
                .await
                .body
                .contains("And audit again.")
        );
        assert!(
            author
                .get(&format!("{at}/lessons/0192-lesson-1"))
                .await
                .body
                .contains("A later edition stands")
        );
    })
    .await;
}
