//! Signing in, staying in, signing with one's own name: and what is refused.

use crate::people::{administrator, link, password_link};
use crate::support::{AUTHOR, FACTS, MANAGER, PASSWORD, Page, Visitor, World, encode, on_both};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use chrono::TimeDelta;
use std::net::{IpAddr, SocketAddr};

const TEXT: &str = "answer/contact-summary//text";

#[tokio::test]
async fn signing_asks_for_ones_own_name_and_password() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let path = format!("{report}/sign");
        let page = author.sign(&path, "Mo Manager", &FACTS).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("Type your full name, Ada Author") && !page.body.contains(PASSWORD)
        );
        let mut pairs = vec![("name", "Ada Author"), ("password", "wrong password here")];
        pairs.extend(FACTS);
        let page = author.post(&path, &pairs).await;
        assert!(
            page.body.contains("That is not your password") && page.body.contains("Ada Author")
        );
        let tomorrow = [
            ("facts-as-at/day", "21"),
            ("facts-as-at/month", "11"),
            ("facts-as-at/year", "2026"),
        ];
        assert!(
            author
                .sign(&path, "Ada Author", &tomorrow)
                .await
                .body
                .contains("cannot be after today")
        );
        let impossible = [
            ("facts-as-at/day", "31"),
            ("facts-as-at/month", "11"),
            ("facts-as-at/year", "2026"),
        ];
        assert!(
            author
                .sign(&path, "Ada Author", &impossible)
                .await
                .body
                .contains("The day must be one that the month has")
        );
        let before = [
            ("facts-as-at/day", "1"),
            ("facts-as-at/month", "1"),
            ("facts-as-at/year", "2026"),
        ];
        assert!(
            author
                .sign(&path, "Ada Author", &before)
                .await
                .body
                .contains("The period begins on 24 January 2026")
        );
        assert_eq!(world.count("select count(*) from signature").await, 0);
    })
    .await;
}

#[tokio::test]
async fn text_posted_after_the_session_ended_is_kept_across_sign_in() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let path = format!("{report}/sections/contact");
        world.app.clock.advance(TimeDelta::minutes(31));
        let held = author
            .post(
                &path,
                &[
                    (TEXT, "Half a sentence about"),
                    ("version/contact-summary/", "0"),
                ],
            )
            .await;
        assert_eq!(held.status, StatusCode::UNAUTHORIZED);
        assert!(
            held.body.contains("Half a sentence about")
                && held.body.contains("What you typed is kept")
        );
        let again = author
            .post(
                "/sign-in",
                &[
                    ("email", AUTHOR),
                    ("password", PASSWORD),
                    ("held-action", &path),
                    ("held-by", &held.value("held-by")),
                    (&format!("held:{TEXT}"), "Half a sentence about"),
                    ("held:version/contact-summary/", "0"),
                ],
            )
            .await;
        assert!(
            again.body.contains("Half a sentence about")
                && again.body.contains(&format!("action=\"{path}\"")),
            "{}",
            again.body
        );
        author
            .post(
                &path,
                &[
                    (TEXT, "Half a sentence about"),
                    ("version/contact-summary/", "0"),
                ],
            )
            .await;
        assert!(
            author
                .get(&path)
                .await
                .body
                .contains("Half a sentence about")
        );
    })
    .await;
}

#[tokio::test]
async fn sessions_end_by_two_clocks_and_at_sign_out() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        for _ in 0..25 {
            world.app.clock.advance(TimeDelta::minutes(29));
            if author.get("/").await.status != StatusCode::OK {
                break;
            }
        }
        assert_eq!(
            author.get("/").await.location(),
            "/sign-in",
            "12 hours are the most, however busy"
        );
        let mut again = world.signed_in(AUTHOR).await;
        let stolen = again.clone();
        let out = again.post("/sign-out", &[]).await;
        assert_eq!(
            out.headers["clear-site-data"],
            "\"cache\", \"cookies\", \"storage\""
        );
        assert_eq!(
            stolen.clone().get("/").await.status,
            StatusCode::SEE_OTHER,
            "the token is dead, not only the cookie"
        );
    })
    .await;
}

#[tokio::test]
async fn wrong_passwords_are_throttled_but_never_for_good() {
    on_both(async |world: World| {
        let mut visitor = world.visitor();
        let wrong = [("email", AUTHOR), ("password", "not the password")];
        let known = visitor.post("/sign-in", &wrong).await;
        let unknown = visitor
            .post(
                "/sign-in",
                &[
                    ("email", "nobody@northmere.example.org"),
                    ("password", "not the password"),
                ],
            )
            .await;
        assert_eq!(
            (known.status, unknown.status),
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                StatusCode::UNPROCESSABLE_ENTITY
            )
        );
        let same = |page: &Page| {
            page.without_nonces()
                .replace(AUTHOR, "")
                .replace("nobody@northmere.example.org", "")
        };
        assert_eq!(same(&known), same(&unknown), "no enumeration");
        for _ in 0..4 {
            visitor.post("/sign-in", &wrong).await;
        }
        let right = [("email", AUTHOR), ("password", PASSWORD)];
        assert_eq!(
            visitor.post("/sign-in", &right).await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        world.app.clock.advance(TimeDelta::minutes(16));
        assert_eq!(
            visitor.post("/sign-in", &right).await.status,
            StatusCode::SEE_OTHER
        );
    })
    .await;
}

#[tokio::test]
async fn guesses_made_at_the_same_time_are_counted_one_by_one() {
    on_both(async |world: World| {
        let guesses = (0..20).map(|n| {
            let mut visitor = world.visitor();
            tokio::spawn(async move {
                let password = format!("wrong password {n}");
                visitor
                    .post("/sign-in", &[("email", AUTHOR), ("password", &password)])
                    .await
                    .status
            })
        });
        let mut tried = 0;
        for guess in guesses.collect::<Vec<_>>() {
            tried += usize::from(guess.await.unwrap() == StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(tried, 5, "the sixth waits, however fast it comes");
    })
    .await;
}

/// Posts from a network address.
pub async fn post_from(
    visitor: &mut Visitor,
    address: &str,
    path: &str,
    pairs: &[(&str, &str)],
) -> Page {
    let address: IpAddr = address.parse().unwrap();
    let request = visitor
        .request("POST", path)
        .extension(ConnectInfo(SocketAddr::from((address, 4711))));
    visitor
        .send(request.body(Body::from(encode(pairs))).unwrap())
        .await
}

/// The status of an attempt to sign in from a network address.
async fn tries(world: &World, address: &str, email: &str, password: &str) -> u16 {
    let pairs = [("email", email), ("password", password)];
    let page = post_from(&mut world.visitor(), address, "/sign-in", &pairs).await;
    page.status.as_u16()
}

#[tokio::test]
async fn guesses_made_elsewhere_do_not_keep_a_person_out_from_where_they_sign_in() {
    on_both(async |world: World| {
        let (desk, desk_too) = ("2001:db8:0:1::aaaa", "2001:db8:0:1::bbbb");
        assert_eq!(tries(&world, desk, AUTHOR, PASSWORD).await, 303);
        for _ in 0..3 {
            for email in [AUTHOR, "nobody@northmere.example.org"] {
                // From wherever they come, strangers have the same five guesses together.
                for n in 0..8 {
                    let address = format!("198.51.100.{n}");
                    let expected = if n < 5 { 422 } else { 429 };
                    assert_eq!(
                        tries(&world, &address, email, "a guess").await,
                        expected,
                        "{email} {n}"
                    );
                }
            }
            assert_eq!(
                tries(&world, desk_too, AUTHOR, PASSWORD).await,
                303,
                "the network of their desk"
            );
            assert_eq!(
                tries(&world, "198.51.100.9", AUTHOR, PASSWORD).await,
                429,
                "not from elsewhere"
            );
            world.app.clock.advance(TimeDelta::minutes(16));
        }
        // What is known of a place lets nobody guess more there than anywhere.
        for n in 0..8 {
            let expected = if n < 5 { 422 } else { 429 };
            assert_eq!(
                tries(&world, desk, AUTHOR, "a guess").await,
                expected,
                "{n}"
            );
        }
        assert_eq!(
            tries(&world, desk, MANAGER, PASSWORD).await,
            303,
            "nobody else waits for that"
        );
        world.app.clock.advance(TimeDelta::days(31));
        for _ in 0..5 {
            assert_eq!(tries(&world, "198.51.100.7", AUTHOR, "a guess").await, 422);
        }
        assert_eq!(
            tries(&world, desk, AUTHOR, PASSWORD).await,
            429,
            "they have not been there for a month"
        );
    })
    .await;
}

#[tokio::test]
async fn an_administrators_link_lets_in_whom_somebody_elses_guesses_keep_out() {
    on_both(async |world: World| {
        const CHOSEN: &str = "mist kettle forty gulls";
        let (mut admin, place) =
            administrator(&world, "admin@northmere.example.org", "Northmere").await;
        let home = "203.0.113.20";
        let guess = async || {
            let mut looked_at = 0;
            for _ in 0..6 {
                let status = tries(&world, "198.51.100.7", MANAGER, "a guess").await;
                looked_at += i32::from(status == 422);
            }
            looked_at
        };
        assert_eq!(guess().await, 5);
        assert_eq!(
            tries(&world, home, MANAGER, PASSWORD).await,
            429,
            "kept out"
        );
        let shown = password_link(&world, &mut admin, &place, MANAGER, &[]).await;
        let chosen = [("new-password", CHOSEN), ("new-password-again", CHOSEN)];
        let opened = post_from(&mut world.visitor(), home, &link(&shown), &chosen).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        assert_eq!(
            guess().await,
            5,
            "what was counted is forgotten, and counted anew"
        );
        assert_eq!(
            tries(&world, home, MANAGER, CHOSEN).await,
            303,
            "whoever goes on guessing"
        );
    })
    .await;
}
