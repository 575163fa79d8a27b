//! Tokens that are forged, somebody else's or out of date; and answers in another's name.

use super::{back, fake};
use crate::sign_on::telling::told;
use crate::support::provider::{CLIENT, set};
use crate::support::{AUTHOR, World};
use axum::http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn asvs_10_5_4_and_10_5_1_a_token_that_is_not_whole_and_ours_opens_nothing() {
    let world = World::new("sqlite").await;
    let (fake, way) = fake(&world).await;
    let (claims, head) = {
        let said = fake.said.lock().unwrap();
        (said.claims.clone(), said.head.clone())
    };
    let now = world.app.clock.now().timestamp();
    let cases: [(&str, &str, Value); 18] = [
        ("another question's nonce", "nonce", json!("another")),
        ("no nonce", "nonce", Value::Null),
        ("another's audience", "aud", json!("another-client")),
        (
            "ours and another's audience",
            "aud",
            json!([CLIENT, "another-client"]),
        ),
        ("no audience", "aud", json!([])),
        ("another party", "azp", json!("another-client")),
        ("another issuer", "iss", json!("https://login.example.org")),
        (
            "an issuer that begins like ours",
            "iss",
            json!(format!("{}/", fake.issuer)),
        ),
        ("out of date", "exp", json!(now - 1)),
        ("from the future", "iat", json!(now + 3600)),
        ("made an hour ago", "iat", json!(now - 3600)),
        ("nobody's", "sub", json!("")),
        ("a name too long", "sub", json!("x".repeat(256))),
        ("unsigned", "alg", json!("none")),
        ("signed with the shared secret", "alg", json!("HS256")),
        ("of another kind", "typ", json!("logout+jwt")),
        ("with a demand that nobody knows", "crit", json!(["exp"])),
        ("with a key of nobody's", "kid", json!("two")),
    ];
    for (what, name, value) in cases {
        fake.says(|said| {
            (said.claims, said.head) = (claims.clone(), head.clone());
            let in_head = matches!(name, "alg" | "typ" | "crit" | "kid");
            let part = if in_head {
                &mut said.head
            } else {
                &mut said.claims
            };
            part[name] = value.clone();
        });
        let mut visitor = world.visitor();
        let page = back(&mut visitor, &fake, &way, "").await;
        assert!(
            [400, 503].contains(&page.status.as_u16()),
            "{what}: {} {}",
            page.status,
            page.body
        );
        assert_eq!(visitor.get("/").await.location(), "/sign-in", "{what}");
    }
    fake.says(|said| {
        (said.claims, said.head, said.forged) = (claims.clone(), head.clone(), true);
    });
    let page = back(&mut world.visitor(), &fake, &way, "").await;
    assert_eq!(
        page.status,
        StatusCode::BAD_REQUEST,
        "signed with a key that is not published"
    );
    assert_eq!(world.count("select count(*) from session").await, 0);
    fake.says(|said| said.forged = false);
    assert_eq!(
        back(&mut world.visitor(), &fake, &way, "").await.location(),
        "/",
        "the good one"
    );
    // Tokens with a key that is not known made us ask for keys once, not once each.
    let asked = fake.said.lock().unwrap().asked;
    assert!(asked.0 == 1 && asked.1 <= 2, "{asked:?}");
}

#[tokio::test]
async fn asvs_10_2_2_a_code_that_another_issuer_sent_is_not_taken() {
    let world = World::new("sqlite").await;
    let (fake, way) = fake(&world).await;
    let page = back(
        &mut world.visitor(),
        &fake,
        &way,
        "&iss=https://login.example.org",
    )
    .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let own = format!("&iss={}", fake.issuer);
    assert_eq!(
        back(&mut world.visitor(), &fake, &way, &own)
            .await
            .location(),
        "/"
    );
    // Who says that they name themselves must.
    fake.says(|said| said.names_itself = true);
    set(&world, "Northmere", &fake.issuer, "Northmere staff account").await;
    world.app.clock.advance(chrono::TimeDelta::seconds(1));
    set(&world, "Northmere", &fake.issuer, "Northmere staff account").await;
    let page = back(&mut world.visitor(), &fake, &way, "").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
    assert_eq!(
        back(&mut world.visitor(), &fake, &way, &own)
            .await
            .location(),
        "/"
    );
}

#[tokio::test]
async fn a_description_that_leads_into_the_clear_is_not_followed() {
    let world = World::new("sqlite").await;
    let (fake, way) = fake(&world).await;
    // Another provider is set while somebody is away: theirs does not answer for it.
    let mut visitor = world.visitor();
    let away = visitor.get(&way).await;
    let state = super::parameter(away.location(), "state");
    set(&world, "Northmere", "https://login.example.org", "Other").await;
    let page = visitor
        .get(&format!("/sign-in/return?code=x&state={state}"))
        .await;
    assert!(super::over(&page), "{}", page.body);
    // Plain http to another machine is not even tried.
    set(&world, "Northmere", "http://login.example.org", "Other").await;
    let page = world.visitor().get(&way).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(fake.said.lock().unwrap().asked.0, 1);
}

#[tokio::test]
async fn asvs_10_5_5_a_logout_token_is_believed_only_whole_fresh_and_once() {
    let world = World::new("sqlite").await;
    let (fake, way) = fake(&world).await;
    let id = way.rsplit('/').next().unwrap();
    let mut author = world.visitor();
    fake.says(|said| said.claims["sid"] = json!("session-1"));
    assert_eq!(back(&mut author, &fake, &way, "").await.location(), "/");
    let now = world.app.clock.now().timestamp();
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    let good = json!({ "iss": fake.issuer, "aud": CLIENT, "sub": "ada", "sid": "session-1", "iat": now, "exp": now + 120, "jti": "token-1", "events": event });
    let head = json!({ "alg": "ES256", "kid": "one", "typ": "logout+jwt" });
    let cases: [(&str, &str, Value); 11] = [
        ("with a nonce", "nonce", json!("x")),
        ("that ends nothing", "events", json!({})),
        ("without events", "events", Value::Null),
        (
            "whose event is no object",
            "events",
            json!({ "http://schemas.openid.net/event/backchannel-logout": true }),
        ),
        ("for another", "aud", json!("another-client")),
        (
            "of another issuer",
            "iss",
            json!("https://login.example.org"),
        ),
        ("of an hour ago", "iat", json!(now - 3600)),
        ("out of date", "exp", json!(now - 1)),
        ("without a name", "jti", Value::Null),
        ("about nobody", "sub", json!("")),
        ("from the future", "iat", json!(now + 3600)),
    ];
    for (what, name, value) in cases {
        let mut claims = good.clone();
        claims[name] = value;
        let body = format!("logout_token={}", fake.token(&head, &claims, false));
        assert_eq!(
            told(&world, id, &body).await,
            StatusCode::BAD_REQUEST,
            "{what}"
        );
    }
    for (what, head, forged) in [
        ("forged", head.clone(), true),
        ("unsigned", json!({ "alg": "none" }), false),
        (
            "with the shared secret",
            json!({ "alg": "HS256", "typ": "logout+jwt" }),
            false,
        ),
        (
            "of another kind",
            json!({ "alg": "ES256", "kid": "one", "typ": "at+jwt" }),
            false,
        ),
    ] {
        let body = format!("logout_token={}", fake.token(&head, &good, forged));
        assert_eq!(
            told(&world, id, &body).await,
            StatusCode::BAD_REQUEST,
            "{what}"
        );
    }
    for body in ["", "logout_token=", "logout_token=x.y.z", "x=1"] {
        assert_eq!(
            told(&world, id, body).await,
            StatusCode::BAD_REQUEST,
            "{body}"
        );
    }
    assert_eq!(
        told(&world, "0192-nowhere", "logout_token=x").await,
        StatusCode::NOT_FOUND
    );
    let long = format!("logout_token={}", "x".repeat(20_000));
    assert_eq!(told(&world, id, &long).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        author.get("/").await.status,
        StatusCode::OK,
        "none of them ended the session"
    );
    let body = format!("logout_token={}", fake.token(&head, &good, false));
    assert_eq!(told(&world, id, &body).await, StatusCode::OK);
    assert_eq!(author.get("/").await.location(), "/sign-in");
    assert_eq!(
        told(&world, id, &body).await,
        StatusCode::BAD_REQUEST,
        "once"
    );
    // Whoever tries on waits; a session that comes after the token is not ended by it.
    for _ in 0..50 {
        told(&world, id, "logout_token=x").await;
    }
    assert_eq!(
        told(&world, id, "logout_token=x").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    world.signed_in(AUTHOR).await;
}
