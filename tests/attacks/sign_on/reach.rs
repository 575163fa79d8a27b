//! What a session that a provider opened must not reach: another organisation's records, and the account
//! of somebody whom another organisation looks after.

use super::{back, fake, parameter};
use crate::support::fake::Fake;
use crate::support::provider::set;
use crate::support::{AUTHOR, FACTS, PASSWORD, STRANGER, Visitor, World, on_both};
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;

/// Northmere's supervisor, whose patient it is, belongs to Harrowdene too, and Harrowdene has a provider.
async fn of_both(world: &World) -> (Fake, String) {
    world
        .tamper("insert into membership (person_id, organisation_id, role, team_id)
             select p.id, t.organisation_id, 'social-supervisor', t.id from person p cross join team t join organisation o on o.id = t.organisation_id
             where p.email = 'author@northmere.example.org' and o.name = 'Harrowdene'")
        .await
        .unwrap();
    let fake = Fake::start(world).await;
    let id = set(world, "Harrowdene", &fake.issuer, "Harrowdene account").await;
    world
        .tamper("insert into identity (organisation_id, issuer, subject, person_id, linked_at)
             select o.id, i.issuer, 'ada', p.id, i.set_at from organisation o join identity_provider i on i.organisation_id = o.id
                 join person p on p.email = 'author@northmere.example.org' where o.name = 'Harrowdene'")
        .await
        .unwrap();
    (fake, format!("/sign-in/with/{id}"))
}

#[tokio::test]
async fn asvs_8_4_1_a_provider_of_one_organisation_opens_no_record_of_another() {
    on_both(async |world: World| {
        let (fake, way) = of_both(&world).await;
        let mut by_password = world.signed_in(AUTHOR).await;
        let report = by_password.begin(&world.patient).await;
        let patient = format!("/patients/{}", world.patient);
        let mut author = world.visitor();
        assert_eq!(
            back(&mut author, &fake, &way, "").await.status,
            StatusCode::OK
        );
        for (ours, missing) in [
            (patient.clone(), "/patients/0192-missing".to_owned()),
            (
                format!("{patient}/record"),
                "/patients/0192-missing/record".to_owned(),
            ),
            (report.clone(), "/reports/0192-missing".to_owned()),
            (
                format!("{report}/sign"),
                "/reports/0192-missing/sign".to_owned(),
            ),
            (
                format!("{report}/paper.pdf"),
                "/reports/0192-missing/paper.pdf".to_owned(),
            ),
        ] {
            let (ours, missing) = (author.get(&ours).await, author.get(&missing).await);
            assert_eq!(ours.status, StatusCode::NOT_FOUND, "{}", ours.body);
            assert_eq!(ours.without_nonces(), missing.without_nonces());
        }
        let page = author
            .post(
                &format!("{report}/sections/contact"),
                &[("answer/contact-summary//text", "x")],
            )
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        // Nor does a list or a search name the patient.
        for path in ["/", "/caseload", "/notices", "/find"] {
            assert!(
                !author.get(path).await.body.contains("Quillfeather"),
                "{path}"
            );
        }
        let page = author.search("Quillfeather").await;
        assert!(!page.body.contains("/patients/"), "{}", page.body);
        assert_eq!(
            by_password.get(&patient).await.status,
            StatusCode::OK,
            "the password opens both"
        );
    })
    .await;
}

#[tokio::test]
async fn joint_working_opens_by_the_provider_of_the_only_organisation_and_of_no_other() {
    on_both(async |world: World| {
        world
            .tamper("insert into joint_working (id, organisation_id, patient_id, person_id, role, from_day, to_day, reason, granted_by, at)
                 select 'grant', p.organisation_id, p.id, w.id, 'social-supervisor', '2026-11-01', '2026-12-01', 'x', w.id, '2026-11-01T10:00:00Z'
                 from patient p join person w on w.email = 'stranger@harrowdene.example.org'")
            .await
            .unwrap();
        let fake = Fake::start(&world).await;
        let id = set(&world, "Harrowdene", &fake.issuer, "Harrowdene account").await;
        world
            .tamper("insert into identity (organisation_id, issuer, subject, person_id, linked_at)
                 select i.organisation_id, i.issuer, 'ada', p.id, i.set_at from identity_provider i join person p on p.email = 'stranger@harrowdene.example.org'")
            .await
            .unwrap();
        let way = format!("/sign-in/with/{id}");
        let patient = format!("/patients/{}", world.patient);
        let mut stranger = world.visitor();
        assert_eq!(back(&mut stranger, &fake, &way, "").await.location(), "/");
        assert_eq!(stranger.get(&patient).await.status, StatusCode::OK, "let in as Harrowdene's");
        // Of a person of two organisations nobody knows as whose they were let in.
        world
            .tamper("insert into organisation (id, name, kind, settings) values ('third', 'Third', 'council', '{\"second-factor-required\":false}');
                 insert into membership (person_id, organisation_id, role) select id, 'third', 'social-supervisor' from person where email = 'stranger@harrowdene.example.org'")
            .await
            .unwrap();
        assert_eq!(stranger.get(&patient).await.status, StatusCode::NOT_FOUND);
        assert!(!stranger.get("/").await.body.contains("Quillfeather"));
        assert_eq!(world.signed_in(STRANGER).await.get(&patient).await.status, StatusCode::OK, "the password opens it");
    })
    .await;
}

#[tokio::test]
async fn a_provider_takes_no_account_over_that_another_organisation_looks_after() {
    on_both(async |world: World| {
        let (fake, way) = of_both(&world).await;
        let (_, northmere) = super::fake(&world).await;
        let northmere = northmere.rsplit('/').next().unwrap().to_owned();
        let mut author = world.visitor();
        back(&mut author, &fake, &way, "").await;
        confirmed(&world, &mut author, &fake).await;
        let chosen = [
            ("new-password", "mist kettle forty gulls"),
            ("new-password-again", "mist kettle forty gulls"),
            ("password", PASSWORD),
        ];
        for (path, form) in [
            ("/account/password", &chosen[..]),
            (
                "/account/second-factor",
                &[("do", "begin"), ("password", PASSWORD)],
            ),
        ] {
            assert_eq!(
                author.get(path).await.status,
                StatusCode::FORBIDDEN,
                "{path}"
            );
            let page = author.post(path, form).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {}", page.body);
            assert!(
                page.body.contains("Sign in with your password"),
                "{}",
                page.body
            );
        }
        for act in ["connect", "disconnect"] {
            let page = author
                .post(
                    "/account/sign-on",
                    &[("way", &format!("{act}:{northmere}"))],
                )
                .await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{act}: {}", page.body);
        }
        assert_eq!(world.count("select count(*) from identity").await, 2);
        world.signed_in(AUTHOR).await;
    })
    .await;
}

/// Shows the fake provider again who one is, just now.
async fn confirmed(world: &World, visitor: &mut Visitor, fake: &Fake) {
    let now = world.app.clock.now().timestamp();
    fake.says(|said| said.claims["auth_time"] = json!(now));
    let page = back(visitor, fake, "/sign-in/confirm", "").await;
    assert!(page.body.contains("You are confirmed"), "{}", page.body);
}

#[tokio::test]
async fn asvs_7_5_3_only_the_same_person_just_now_confirms_who_they_are() {
    on_both(async |world: World| {
        let (fake, way) = fake(&world).await;
        world
            .tamper("insert into identity (organisation_id, issuer, subject, person_id, linked_at)
                 select i.organisation_id, i.issuer, 'cole', p.id, i.set_at from identity_provider i join person p on p.email = 'colleague@northmere.example.org'")
            .await
            .unwrap();
        let mut author = world.visitor();
        assert_eq!(back(&mut author, &fake, &way, "").await.location(), "/");
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let path = format!("{report}/sign");
        let now = world.app.clock.now().timestamp();
        for (what, sub, auth_time) in [
            ("the provider does not say when", "ada", None),
            ("the password was given before", "ada", Some(now - 3600)),
            ("another person", "cole", Some(now)),
            ("nobody who is known", "stranger", Some(now)),
        ] {
            fake.says(|said| {
                said.claims["sub"] = json!(sub);
                said.claims["auth_time"] = json!(auth_time);
            });
            let page = back(&mut author, &fake, "/sign-in/confirm", "").await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}: {}", page.body);
            let page = author.sign(&path, "Ada Author", &FACTS).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        }
        fake.says(|said| said.claims["sub"] = json!("ada"));
        // A confirmation is for the session that asked for it: not for another of the same browser.
        let away = author.get("/sign-in/confirm").await;
        let state = parameter(away.location(), "state");
        let nonce = parameter(away.location(), "nonce");
        let mut other = author.clone();
        back(&mut other, &fake, &way, "").await;
        fake.says(|said| {
            said.claims["auth_time"] = json!(now);
            said.claims["nonce"] = json!(nonce);
        });
        let page = other.get(&format!("/sign-in/return?code=x&state={state}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
        fake.says(|said| {
            said.claims.as_object_mut().unwrap().remove("nonce");
        });
        confirmed(&world, &mut other, &fake).await;
        world.app.clock.advance(TimeDelta::seconds(-3600));
        let page = other.sign(&path, "Ada Author", &FACTS).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "a confirmation from the future");
        world.app.clock.advance(TimeDelta::seconds(3600));
        assert_eq!(other.sign(&path, "Ada Author", &FACTS).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}
