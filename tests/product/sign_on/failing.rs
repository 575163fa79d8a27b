//! Where single sign-on does not work: what people are told, and what is not lost.

use super::{ADMIN, connect, northmere};
use crate::people::administrator;
use crate::support::fake::{Fake, Mood};
use crate::support::provider::{ACCOUNT, At, set};
use crate::support::{AUTHOR, COLLEAGUE, Visitor, World, on_both};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::server::store::people;
use std::time::{Duration, Instant};

#[tokio::test]
async fn rotated_keys_are_looked_up_once_a_minute_at_the_most() {
    on_both(async |world: World| {
        let (provider, way) = northmere(&world).await;
        let mut at = At::default();
        connect(&mut world.signed_in(AUTHOR).await, &mut at, "ada").await;
        let again = async |at: &mut At| {
            world
                .visitor()
                .through(at, &way, "ada")
                .await
                .status
                .as_u16()
        };
        provider.rotate_keys().await;
        assert_eq!(again(&mut at).await, 303, "the new key is looked up");
        provider.rotate_keys().await;
        assert_eq!(again(&mut at).await, 400, "not twice in a minute");
        world.app.clock.advance(TimeDelta::seconds(61));
        assert_eq!(again(&mut at).await, 303);
    })
    .await;
}

#[tokio::test]
async fn who_cancels_and_who_is_not_known_is_told_what_to_do() {
    on_both(async |world: World| {
        let (_provider, way) = northmere(&world).await;
        let (mut visitor, mut at) = (world.visitor(), At::default());
        let away = visitor.get(&format!("{way}?next=/caseload")).await;
        let back = at.cancel(away.location()).await;
        assert!(back.contains("error=access_denied"), "{back}");
        let page = visitor.get(&back).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("You did not sign in"), "{}", page.body);
        assert_eq!(Visitor::link(&page, "Try again with your"), format!("{way}?next=/caseload"));
        assert_eq!(Visitor::link(&page, "Sign in with your password"), "/sign-in");
        let page = visitor.through(&mut at, &way, "stranger").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.body.contains("ask an administrator of your organisation for an invitation"), "{}", page.body);
        assert_eq!(visitor.get("/").await.location(), "/sign-in");
        assert_eq!(world.count("select count(*) from audit where action = 'sign-in' and outcome = 'refused' and reason = 'single sign-on'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_leaver_does_not_come_in_though_the_provider_says_yes() {
    on_both(async |world: World| {
        let (_provider, way) = northmere(&world).await;
        let (mut ada, mut cole) = (At::default(), At::default());
        connect(&mut world.signed_in(AUTHOR).await, &mut ada, "ada").await;
        connect(&mut world.signed_in(COLLEAGUE).await, &mut cole, "cole").await;
        let mut author = world.visitor();
        assert_eq!(author.through(&mut ada, &way, "ada").await.location(), "/");
        // An account that is disabled, and one whose owner left the organisation.
        world.tamper("update person set disabled_at = '2026-11-20T10:00:00Z' where email = 'author@northmere.example.org'").await.unwrap();
        assert_eq!(author.get("/").await.location(), "/sign-in", "the session ends at once");
        let page = author.through(&mut ada, &way, "ada").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.body.contains("not known here yet"), "no more is said than to a stranger");
        let mut colleague = world.visitor();
        assert_eq!(colleague.through(&mut cole, &way, "cole").await.location(), "/");
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let id = people::by_email(&world.app.db, COLLEAGUE).await.unwrap().unwrap().id;
        let sessions = format!("{place}/people/{id}/end-sessions");
        assert_eq!(admin.post(&sessions, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(colleague.get("/").await.location(), "/sign-in", "an administrator ends those too");
        assert_eq!(colleague.through(&mut cole, &way, "cole").await.location(), "/");
        world.tamper("delete from membership where person_id = (select id from person where email = 'colleague@northmere.example.org')").await.unwrap();
        assert_eq!(colleague.through(&mut cole, &way, "cole").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_does_not_answer_as_it_should_keeps_nobody_waiting() {
    let world = World::new("sqlite").await;
    let fake = Fake::start(&world).await;
    for (mood, longest) in [
        (Mood::Garbage, 3),
        (Mood::Endless, 3),
        (Mood::Elsewhere, 3),
        (Mood::Silent, 10),
    ] {
        let id = set(&world, "Northmere", &fake.issuer, ACCOUNT).await;
        let way = format!("/sign-in/with/{id}?next=/caseload");
        fake.says(|said| said.mood = mood);
        world.app.clock.advance(TimeDelta::seconds(1));
        let begun = Instant::now();
        let page = world.visitor().get(&way).await;
        assert_eq!(
            page.status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{mood:?}: {}",
            page.body
        );
        assert!(
            begun.elapsed() < Duration::from_secs(longest),
            "{mood:?}: {:?}",
            begun.elapsed()
        );
        assert!(
            page.body.contains("cannot be used just now"),
            "{mood:?}: {}",
            page.body
        );
        assert_eq!(
            Visitor::link(&page, "Sign in with your password"),
            "/sign-in"
        );
        assert_eq!(Visitor::link(&page, "Try again with your"), way);
        // It was well when they set out, and not when they came back.
        fake.says(|said| said.mood = Mood::Well);
        set(&world, "Northmere", &fake.issuer, ACCOUNT).await;
        let mut visitor = world.visitor();
        let away = visitor.get(&way).await;
        let state = away
            .location()
            .split("state=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap()
            .to_owned();
        fake.says(|said| said.mood = mood);
        let page = visitor
            .get(&format!("/sign-in/return?code=x&state={state}"))
            .await;
        assert_eq!(
            page.status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{mood:?}: {}",
            page.body
        );
        assert_eq!(Visitor::link(&page, "Try again with your"), way);
    }
    // Nobody is there at all.
    set(&world, "Northmere", "http://127.0.0.1:9", ACCOUNT).await;
    let id = set(&world, "Northmere", "http://127.0.0.1:9", ACCOUNT).await;
    let page = world.visitor().get(&format!("/sign-in/with/{id}")).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    world.signed_in(AUTHOR).await;
}

#[tokio::test]
async fn text_posted_after_the_session_ended_is_given_back_when_one_has_come_in_beside_it() {
    on_both(async |world: World| {
        let (_provider, way) = northmere(&world).await;
        let (mut at, mut cole) = (At::default(), At::default());
        connect(&mut world.signed_in(AUTHOR).await, &mut at, "ada").await;
        connect(&mut world.signed_in(COLLEAGUE).await, &mut cole, "cole").await;
        let mut author = world.visitor();
        author.through(&mut at, &way, "ada").await;
        let report = author.begin(&world.patient).await;
        let section = format!("{report}/sections/contact");
        let typed = [(
            "answer/contact-summary//text",
            "Seen on Tuesday; the words of an hour.",
        )];
        world
            .tamper("update session set ended_at = '2026-11-20T10:00:00Z'")
            .await
            .unwrap();
        let held = author.post(&section, &typed).await;
        assert_eq!(held.status, StatusCode::UNAUTHORIZED);
        assert!(
            held.body.contains("(opens in a new tab)")
                && held.body.contains("the words of an hour")
        );
        let pairs = crate::support::controls(&held.body);
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        // Too early: nothing is lost.
        let page = author.post("/sign-in/resume", &pairs).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(
            page.body.contains("not signed in in the other tab yet")
                && page.body.contains("the words of an hour")
        );
        // Somebody else came in: the text is not theirs.
        let mut other = author.clone();
        other.through(&mut cole, &way, "cole").await;
        let page = other.post("/sign-in/resume", &pairs).await;
        assert!(!page.body.contains("the words of an hour"), "{}", page.body);
        author.through(&mut at, &way, "ada").await;
        let page = author.post("/sign-in/resume", &pairs).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.body.contains("Save what I typed") && page.body.contains("the words of an hour")
        );
    })
    .await;
}
