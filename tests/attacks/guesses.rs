//! Two hundred guesses: at one account from everywhere and from one place, at nobody's account, and at
//! many accounts from one place.

use crate::signing_in::post_from;
use crate::support::{AUTHOR, MANAGER, PASSWORD, Page, World, on_both, short_form};
use chrono::TimeDelta;
use conditional_discharge::server::app::App;
use conditional_discharge::server::config::Settings;
use conditional_discharge::server::router::router;
use conditional_discharge::server::store::Db;

const GUESSES: usize = 200;
/// What is looked at of all guesses at one account within a quarter of an hour, wherever they come from.
const OF_AN_ACCOUNT: usize = 5;
/// And of all from one address.
const OF_AN_ADDRESS: usize = 50;
const NOBODY: &str = "nobody@northmere.example.org";

/// Where the n-th guess of a round comes from, if each comes from somewhere else.
fn address(round: usize, n: usize) -> String {
    format!("198.{}.{}.7", 18 + round, n)
}

async fn guess(world: &World, address: &str, email: &str, password: &str) -> Page {
    let mut visitor = world.visitor();
    let pairs = [("email", email), ("password", password)];
    let page = post_from(&mut visitor, address, "/sign-in", &pairs).await;
    if password != PASSWORD {
        assert!(visitor.cookie.is_none(), "a guess opened the door");
    }
    page
}

/// All that an answer tells, without what differs between any two and the address that was typed.
fn told(page: &Page, email: &str) -> String {
    let mut headers: Vec<String> = page
        .headers
        .iter()
        .filter(|(name, _)| *name != "content-security-policy" && *name != "content-length")
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    let body = page.without_nonces().replace(email, "");
    format!("{} {headers:?} {body}", page.status)
}

/// Guesses one after another; gives what each was told, and how many were looked at.
async fn guesses(
    world: &World,
    email: impl Fn(usize) -> String,
    from: impl Fn(usize) -> String,
) -> (Vec<String>, usize) {
    let (mut all, mut checked) = (Vec::new(), 0);
    for n in 0..GUESSES {
        let email = email(n);
        let page = guess(world, &from(n), &email, &format!("guess number {n}")).await;
        let status = page.status.as_u16();
        assert!(matches!(status, 422 | 429), "{n}: {status}");
        checked += usize::from(status == 422);
        all.push(told(&page, &email));
    }
    (all, checked)
}

/// How many attempts were counted: no password is looked at that was not counted before.
async fn counted(world: &World) -> i64 {
    world
        .count("select count(distinct attempt) from throttle")
        .await
}

/// The same product on the same database, as after a restart.
async fn restarted(world: &mut World) {
    let db = Db::connect(&world.url).await.unwrap();
    let settings = Settings::clone(&world.app.settings);
    let again = App::new(db, world.app.clock.clone(), short_form(), settings);
    let again = again.with_secrets_key().await.unwrap();
    world.router = router(again);
}

#[tokio::test]
async fn two_hundred_guesses_open_nothing_and_tell_nothing() {
    on_both(async |world: World| {
        let is = |email: &'static str| move |_| email.to_owned();
        let (known, checked) = guesses(&world, is(AUTHOR), |n| address(0, n)).await;
        assert_eq!(checked, OF_AN_ACCOUNT, "from everywhere together");
        let (unknown, checked) = guesses(&world, is(NOBODY), |n| address(1, n)).await;
        assert_eq!(checked, OF_AN_ACCOUNT);
        let differs = (0..GUESSES).find(|&n| known[n] != unknown[n]);
        assert_eq!(differs, None, "an account that is there is told apart");
        let (known, checked) = guesses(&world, is(MANAGER), |_| address(2, 0)).await;
        assert_eq!(checked, OF_AN_ACCOUNT, "from one place");
        let other = "nobody2@northmere.example.org";
        let (unknown, checked) = guesses(&world, is(other), |_| address(3, 0)).await;
        assert_eq!((checked, known), (OF_AN_ACCOUNT, unknown));
        // One guess at each of many accounts, a known one among them.
        let each = |n| {
            let nobody = format!("nobody.{n:03}@northmere.example.org");
            if n == 20 {
                "doctor@northmere.example.org".into()
            } else {
                nobody
            }
        };
        let (many, checked) = guesses(&world, each, |_| address(4, 0)).await;
        assert_eq!(checked, OF_AN_ADDRESS);
        assert_eq!(many[20], many[21]);
        let all = 4 * OF_AN_ACCOUNT + OF_AN_ADDRESS;
        assert_eq!(counted(&world).await, i64::try_from(all).unwrap());
        let refused = world
            .count("select count(*) from audit where action = 'sign-in' and outcome = 'refused'")
            .await;
        let throttled = world
            .count("select count(*) from audit where action = 'sign-in-throttled'")
            .await;
        assert_eq!(
            (refused, throttled),
            (70, 5 * 200 - 70),
            "each is on record"
        );
    })
    .await;
}

#[tokio::test]
async fn guesses_are_counted_beyond_a_restart_and_keep_nobody_out_for_good() {
    on_both(async |mut world: World| {
        let desk = "2001:db8:0:1::aaaa";
        assert_eq!(guess(&world, desk, AUTHOR, PASSWORD).await.status, 303);
        for n in 0..3 {
            assert_eq!(
                guess(&world, &address(0, n), AUTHOR, "a guess")
                    .await
                    .status,
                422
            );
        }
        restarted(&mut world).await;
        for n in 3..GUESSES {
            let expected = if n < OF_AN_ACCOUNT { 422 } else { 429 };
            assert_eq!(
                guess(&world, &address(0, n), AUTHOR, "a guess")
                    .await
                    .status,
                expected,
                "{n}"
            );
        }
        restarted(&mut world).await;
        let elsewhere = address(1, 0);
        assert_eq!(
            guess(&world, &elsewhere, AUTHOR, PASSWORD).await.status,
            429,
            "from nowhere known"
        );
        assert_eq!(
            guess(&world, desk, AUTHOR, PASSWORD).await.status,
            303,
            "from their desk"
        );
        // Whoever knocks on makes nobody wait longer.
        world.app.clock.advance(TimeDelta::minutes(14));
        for n in 0..20 {
            assert_eq!(
                guess(&world, &address(2, n), AUTHOR, "a guess")
                    .await
                    .status,
                429
            );
        }
        world.app.clock.advance(TimeDelta::minutes(2));
        assert_eq!(
            guess(&world, &elsewhere, AUTHOR, PASSWORD).await.status,
            303,
            "after the wait"
        );
    })
    .await;
}
