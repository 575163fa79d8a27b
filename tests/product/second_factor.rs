//! Codes beside the password: setting up, signing in, signing with one's name; replays and races.

use crate::people::administrator;
use crate::signing_in::post_from;
use crate::support::{AUTHOR, COLLEAGUE, FACTS, MANAGER, PASSWORD, Page, Visitor, World, on_both};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::server::auth::second_factor::code;
use conditional_discharge::server::store::organisations;

pub const PAGE: &str = "/account/second-factor";

fn key(page: &Page) -> String {
    let at = page.body.split("class=\"one-time-link\">").nth(1);
    let at = at.unwrap_or_else(|| panic!("no key: {}", page.body));
    at.split('<').next().unwrap().replace(' ', "")
}

pub fn now(world: &World, secret: &str) -> String {
    code(secret, world.app.clock.now()).unwrap()
}

/// Sets a second factor up; gives its secret and its recovery codes.
pub async fn set_up(world: &World, visitor: &mut Visitor) -> (String, Vec<String>) {
    let begun = visitor
        .post(PAGE, &[("do", "begin"), ("password", PASSWORD)])
        .await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
    let secret = key(&begun);
    let done = visitor
        .post(PAGE, &[("do", "confirm"), ("code", &now(world, &secret))])
        .await;
    let codes = done.body.split("<li><code>").skip(1);
    let codes: Vec<String> = codes
        .map(|c| c.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 10, "{}", done.body);
    // The first code is used up.
    world.app.clock.advance(TimeDelta::seconds(30));
    (secret, codes)
}

/// Gives the right password; the page that asks for the code.
pub async fn asked(world: &World, email: &str) -> (Visitor, String) {
    let mut visitor = world.visitor();
    let pairs = [("email", email), ("password", PASSWORD), ("next", "/")];
    let page = visitor.post("/sign-in", &pairs).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(visitor.cookie.is_none(), "no session before the code");
    let step = page.value("step");
    (visitor, step)
}

#[tokio::test]
async fn an_organisation_that_requires_it_lets_nobody_past_without_setting_it_up() {
    on_both(async |world: World| {
        let id = organisations::named(&world.app.db, "Northmere")
            .await
            .unwrap()
            .unwrap();
        let mut tx = world.app.db.begin().await.unwrap();
        organisations::adjust(&mut tx, &id, |s| s.second_factor_required = true)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut author = world.signed_in(AUTHOR).await;
        for path in [
            "/",
            &format!("/patients/{}", world.patient),
            "/account",
            "/account/password",
        ] {
            assert_eq!(author.get(path).await.location(), PAGE, "{path}");
        }
        assert_eq!(
            author
                .post(&format!("/patients/{}/reports", world.patient), &[])
                .await
                .location(),
            PAGE
        );
        assert_eq!(world.count("select count(*) from report").await, 0);
        let begun = author.post(PAGE, &[("do", "begin")]).await;
        assert!(begun.body.contains("<svg") && !begun.body.contains("<?xml"));
        let wrong = author
            .post(PAGE, &[("do", "confirm"), ("code", "000000")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(author.get("/").await.location(), PAGE);
        let done = author
            .post(
                PAGE,
                &[("do", "confirm"), ("code", &now(&world, &key(&begun)))],
            )
            .await;
        assert!(
            done.body.contains("recovery codes") && author.get("/").await.status == StatusCode::OK
        );
        assert!(
            !author.get(PAGE).await.body.contains("<svg"),
            "the secret is not shown again"
        );
        let stored = world.dump("recovery_code").await;
        let shown = done
            .body
            .split("<li><code>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap();
        assert!(
            !stored.contains(shown),
            "recovery codes are kept as digests"
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_opens_once_however_many_come_with_it() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let (secret, recovery) = set_up(&world, &mut author).await;
        let (mut visitor, step) = asked(&world, AUTHOR).await;
        let wrong = visitor
            .post("/sign-in/code", &[("step", &step), ("code", "123456")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = now(&world, &secret);
        let mut others = Vec::new();
        for _ in 0..6 {
            let (mut other, step) = asked(&world, AUTHOR).await;
            let right = right.clone();
            others.push(tokio::spawn(async move {
                other
                    .post("/sign-in/code", &[("step", &step), ("code", &right)])
                    .await
                    .status
            }));
        }
        let mut opened = 0;
        for other in others {
            opened += usize::from(other.await.unwrap() == StatusCode::SEE_OTHER);
        }
        assert_eq!(opened, 1, "one of six who gave the same code at once");
        world.app.clock.advance(TimeDelta::minutes(16));
        let (mut visitor, step) = asked(&world, AUTHOR).await;
        let old = visitor
            .post("/sign-in/code", &[("step", &step), ("code", &right)])
            .await;
        assert_eq!(
            old.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "16 minutes old"
        );
        let typed = recovery[0].to_uppercase();
        let done = visitor
            .post(
                "/sign-in/code",
                &[("step", &step), ("code", &typed), ("next", "/account")],
            )
            .await;
        assert_eq!(done.location(), "/account");
        let again = visitor
            .post(
                "/sign-in/code",
                &[("step", &step), ("code", &now(&world, &secret))],
            )
            .await;
        assert_eq!(
            again.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "the step leads to one session"
        );
        let (mut visitor, step) = asked(&world, AUTHOR).await;
        let used = visitor
            .post("/sign-in/code", &[("step", &step), ("code", &recovery[0])])
            .await;
        assert_eq!(
            used.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "a recovery code works once"
        );
        world.app.clock.advance(TimeDelta::minutes(11));
        let late = visitor
            .post("/sign-in/code", &[("step", &step), ("code", &recovery[1])])
            .await;
        assert!(late.body.contains("That took too long"), "{}", late.body);
    })
    .await;
}

#[tokio::test]
async fn wrong_codes_are_throttled_but_never_for_good() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let (secret, _) = set_up(&world, &mut author).await;
        let (mut visitor, step) = asked(&world, AUTHOR).await;
        for _ in 0..5 {
            visitor
                .post("/sign-in/code", &[("step", &step), ("code", "000001")])
                .await;
        }
        let right = now(&world, &secret);
        let waits = visitor
            .post("/sign-in/code", &[("step", &step), ("code", &right)])
            .await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
        world.app.clock.advance(TimeDelta::minutes(16));
        let (mut visitor, step) = asked(&world, AUTHOR).await;
        let right = now(&world, &secret);
        let done = visitor
            .post("/sign-in/code", &[("step", &step), ("code", &right)])
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn signing_asks_for_the_code_too() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let (secret, _) = set_up(&world, &mut author).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let path = format!("{report}/sign");
        assert!(
            author
                .get(&path)
                .await
                .body
                .contains("Code from your authenticator app")
        );
        let without = author.sign(&path, "Ada Author", &FACTS).await;
        assert!(
            without.status == StatusCode::UNPROCESSABLE_ENTITY
                && without.body.contains("That code is not right")
        );
        let right = now(&world, &secret);
        let mut more = FACTS.to_vec();
        more.push(("code", &right));
        assert_eq!(
            author.sign(&path, "Ada Author", &more).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(world.count("select count(*) from signature").await, 1);
        let mut manager = world.signed_in(MANAGER).await;
        assert!(
            !manager
                .get(&format!("{report}/review"))
                .await
                .body
                .contains("Code from your")
        );
    })
    .await;
}

#[tokio::test]
async fn a_lost_app_is_removed_by_link_from_the_administrator() {
    on_both(async |world: World| {
        let (mut admin, place) =
            administrator(&world, "admin@northmere.example.org", "Northmere").await;
        let mut author = world.signed_in(AUTHOR).await;
        set_up(&world, &mut author).await;
        let list = admin.get(&format!("{place}/people")).await.body;
        let row = list.split("Ada Author").next().unwrap();
        let path = row
            .rsplit("href=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let page = admin
            .post(
                path,
                &[
                    ("do", "link"),
                    ("second-factor", "yes"),
                    ("password", PASSWORD),
                ],
            )
            .await;
        let link = &page.body[page.body.find("/invitation/").unwrap()..];
        let link = link.split('<').next().unwrap();
        let new = "mist kettle forty gulls";
        let mut anybody = world.visitor();
        assert_eq!(
            anybody
                .post(link, &[("new-password", new), ("new-password-again", new)])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let pairs = [("email", AUTHOR), ("password", new), ("next", "/")];
        assert_eq!(
            anybody.post("/sign-in", &pairs).await.status,
            StatusCode::SEE_OTHER,
            "no code any more"
        );
    })
    .await;
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_ended_and_nobody_elses() {
    on_both(async |world: World| {
        let mut here = world.signed_in(AUTHOR).await;
        let mut there = world.signed_in(AUTHOR).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        let page = here.get("/account").await;
        assert!(page.body.contains("This one") && page.body.contains("End all but this one"));
        let id = page.value("session");
        assert_eq!(
            colleague
                .post("/account/sessions", &[("session", &id)])
                .await
                .status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(there.get("/").await.status, StatusCode::OK);
        assert_eq!(
            here.post("/account/sessions", &[("session", &id)])
                .await
                .location(),
            "/account"
        );
        assert_eq!(there.get("/").await.location(), "/sign-in");
        let mut third = world.signed_in(AUTHOR).await;
        let new = "mist kettle forty gulls";
        let pairs = [
            ("password", "wrong"),
            ("new-password", new),
            ("new-password-again", new),
        ];
        assert_eq!(
            here.post("/account/password", &pairs).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let pairs = [
            ("password", PASSWORD),
            ("new-password", new),
            ("new-password-again", new),
        ];
        assert_eq!(
            here.post("/account/password", &pairs).await.location(),
            "/account"
        );
        assert_eq!(
            third.get("/").await.location(),
            "/sign-in",
            "a stolen cookie dies with the old password"
        );
        assert_eq!(here.get("/").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn sessions_end_by_the_strictest_figures_of_the_persons_organisations() {
    on_both(async |world: World| {
        let id = organisations::named(&world.app.db, "Northmere")
            .await
            .unwrap()
            .unwrap();
        let mut tx = world.app.db.begin().await.unwrap();
        organisations::adjust(&mut tx, &id, |s| {
            s.idle_minutes = Some(10);
            s.session_hours = Some(1);
        })
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let mut idle = world.signed_in(AUTHOR).await;
        world.app.clock.advance(TimeDelta::minutes(11));
        assert_eq!(idle.get("/").await.location(), "/sign-in");
        let mut busy = world.signed_in(AUTHOR).await;
        for _ in 0..7 {
            world.app.clock.advance(TimeDelta::minutes(9));
            busy.get("/").await;
        }
        assert_eq!(
            busy.get("/").await.location(),
            "/sign-in",
            "an hour is the most"
        );
    })
    .await;
}

#[tokio::test]
async fn what_somebody_typed_is_not_offered_to_somebody_else() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let path = format!("{report}/sections/contact");
        let text = [
            (
                "answer/contact-summary//text",
                "Only Ada should see this sentence",
            ),
            ("version/contact-summary/", "0"),
        ];
        world.app.clock.advance(TimeDelta::minutes(31));
        let held = author.post(&path, &text).await;
        let by = held.value("held-by");
        let sign_in = async |email: &str, by: &str| {
            let pairs = [
                ("email", email),
                ("password", PASSWORD),
                ("held-action", path.as_str()),
                ("held-by", by),
                (
                    "held:answer/contact-summary//text",
                    "Only Ada should see this sentence",
                ),
            ];
            world.visitor().post("/sign-in", &pairs).await.body
        };
        let own = sign_in(AUTHOR, &by).await;
        assert!(own.contains("Only Ada should see this sentence"));
        let other = sign_in(COLLEAGUE, &by).await;
        assert!(!other.contains("Only Ada") && other.contains("somebody else’s"));
        let nobodys = sign_in(COLLEAGUE, "").await;
        assert!(!nobodys.contains("Only Ada"));
        let mut stray = world.visitor();
        let shown = stray.post(&path, &text).await;
        assert!(
            shown.status == StatusCode::UNAUTHORIZED && shown.body.contains("copy it from here")
        );
    })
    .await;
}

#[tokio::test]
async fn wrong_codes_count_for_the_whole_network_that_one_customer_has() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        set_up(&world, &mut author).await;
        let (mut visitor, step) = asked(&world, AUTHOR).await;
        for address in ["2001:db8:0:1::a", "2001:db8:0:1::b"] {
            let wrong = [("step", step.as_str()), ("code", "123456")];
            let page = post_from(&mut visitor, address, "/sign-in/code", &wrong).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let counted = "select count(*) from throttle where subject = 'address 2001:db8:0:1::/64'";
        assert_eq!(world.count(counted).await, 2);
    })
    .await;
}
