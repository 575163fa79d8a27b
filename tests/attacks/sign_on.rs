//! Ways in through an identity provider that must not open: wrong, stolen and forged answers; and what a
//! session that a provider opened must not reach.

mod reach;
mod tokens;

use crate::sign_on::{connect, northmere};
use crate::support::fake::Fake;
use crate::support::provider::{ACCOUNT, At, SECRET, set};
use crate::support::{AUTHOR, COLLEAGUE, Page, Visitor, World, on_both};
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;

/// The value of a parameter of an address, as it stands there.
pub fn parameter(url: &str, name: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {url}"))
        .1
        .into_owned()
}

/// A fake provider of Northmere's to which the author is connected as "ada".
pub async fn fake(world: &World) -> (Fake, String) {
    let fake = Fake::start(world).await;
    let id = set(world, "Northmere", &fake.issuer, ACCOUNT).await;
    world
        .tamper("insert into identity (organisation_id, issuer, subject, person_id, linked_at)
             select o.id, i.issuer, 'ada', p.id, i.set_at from organisation o join identity_provider i on i.organisation_id = o.id
                 join person p on p.email = 'author@northmere.example.org' where o.name = 'Northmere'")
        .await
        .unwrap();
    (fake, format!("/sign-in/with/{id}"))
}

/// Sets out and comes back at once with what the provider says now; the nonce is the right one unless the
/// provider says another.
pub async fn back(visitor: &mut Visitor, fake: &Fake, way: &str, more: &str) -> Page {
    let away = visitor.get(way).await;
    assert_eq!(away.status, StatusCode::SEE_OTHER, "{}", away.body);
    let (state, nonce) = (
        parameter(away.location(), "state"),
        parameter(away.location(), "nonce"),
    );
    fake.says(|said| {
        if said.claims.get("nonce").is_none() {
            said.claims["nonce"] = json!(nonce);
        }
    });
    let page = visitor
        .get(&format!("/sign-in/return?code=x&state={state}{more}"))
        .await;
    fake.says(|said| {
        if said.claims["nonce"] == json!(nonce) {
            said.claims.as_object_mut().unwrap().remove("nonce");
        }
    });
    page
}

fn over(page: &Page) -> bool {
    page.status == StatusCode::BAD_REQUEST && page.body.contains("That sign-in is over")
}

#[tokio::test]
async fn asvs_10_1_2_a_state_opens_once_in_its_own_browser_for_ten_minutes() {
    on_both(async |world: World| {
        let (_provider, way) = northmere(&world).await;
        let (mut at, mut cole) = (At::default(), At::default());
        connect(&mut world.signed_in(AUTHOR).await, &mut at, "ada").await;
        connect(&mut world.signed_in(COLLEAGUE).await, &mut cole, "cole").await;
        let set_out = async |at: &mut At, login: &str| {
            let mut visitor = world.visitor();
            let away = visitor.get(&way).await;
            let back = at.sign_in(away.location(), login).await;
            (visitor, back)
        };
        // A state that nobody gave.
        let (mut visitor, path) = set_out(&mut at, "ada").await;
        let state = parameter(&format!("http://x{path}"), "state");
        assert!(over(&visitor.get(&path.replace(&state, "guessed")).await), "a wrong state");
        // Without the cookie, and with another browser's.
        assert!(over(&world.visitor().get(&path).await), "no cookie");
        let (mut other, _) = set_out(&mut cole, "cole").await;
        assert!(over(&other.get(&path).await), "another browser's cookie");
        // In its own it opens, once.
        assert_eq!(visitor.get(&path).await.location(), "/");
        assert!(over(&visitor.get(&path).await), "replayed");
        // Too late.
        let (mut visitor, path) = set_out(&mut at, "ada").await;
        world.app.clock.advance(TimeDelta::seconds(601));
        assert!(over(&visitor.get(&path).await), "expired");
        world.app.clock.advance(TimeDelta::seconds(-601));
        // The code of somebody else's way: what shows that the code is ours is another.
        let (mut visitor, mine) = set_out(&mut at, "ada").await;
        let (_, theirs) = set_out(&mut cole, "cole").await;
        let code = |path: &str| parameter(&format!("http://x{path}"), "code");
        let page = visitor.get(&mine.replace(&code(&mine), &code(&theirs))).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
        assert!(page.body.contains("could not be accepted"));
        assert_eq!(visitor.get("/").await.location(), "/sign-in");
        assert_eq!(world.count("select count(*) from sign_on_attempt a join organisation o on o.id = a.organisation_id where a.state_hash like '%' and length(a.state_hash) <> 64").await, 0, "digests only");
    })
    .await;
}

#[tokio::test]
async fn of_two_that_come_back_at_once_one_comes_in() {
    on_both(async |world: World| {
        // A provider that gives a token for a code as often as it is asked.
        let (fake, way) = fake(&world).await;
        for _ in 0..5 {
            let mut visitor = world.visitor();
            let away = visitor.get(&way).await;
            let state = parameter(away.location(), "state");
            let nonce = parameter(away.location(), "nonce");
            fake.says(|said| said.claims["nonce"] = json!(nonce));
            let back = format!("/sign-in/return?code=x&state={state}");
            let (mut one, mut two) = (visitor.clone(), visitor.clone());
            let (one, two) = tokio::join!(one.get(&back), two.get(&back));
            let mut statuses = [one.status.as_u16(), two.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [303, 400], "{}{}", one.body, two.body);
        }
        let begun = "select count(*) from session where method = 'provider'";
        assert_eq!(world.count(begun).await, 5);
    })
    .await;
}

#[tokio::test]
async fn asvs_7_6_2_another_site_cannot_begin_a_session() {
    let world = World::new("sqlite").await;
    let (_fake, way) = fake(&world).await;
    let mut visitor = world.visitor();
    for site in ["cross-site", "same-site"] {
        let request = visitor.request("GET", &way).header("sec-fetch-site", site);
        let page = visitor
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await;
        assert_eq!(page.location(), "/sign-in", "{site}");
    }
    assert_eq!(world.count("select count(*) from sign_on_attempt").await, 0);
}

#[tokio::test]
async fn ways_that_nobody_finishes_are_bounded() {
    let world = World::new("sqlite").await;
    let (fake, way) = fake(&world).await;
    for _ in 0..299 {
        assert_eq!(
            world.visitor().get(&way).await.status,
            StatusCode::SEE_OTHER
        );
    }
    // One that is finished counts no more.
    assert_eq!(
        back(&mut world.visitor(), &fake, &way, "").await.location(),
        "/"
    );
    assert_eq!(
        world.visitor().get(&way).await.status,
        StatusCode::SEE_OTHER
    );
    let page = world.visitor().get(&way).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.body.contains("sign in with your password"));
    world.signed_in(AUTHOR).await;
    world.app.clock.advance(TimeDelta::minutes(16));
    assert_eq!(
        world.visitor().get(&way).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        world.count("select count(*) from sign_on_attempt").await,
        1,
        "who never came is forgotten"
    );
}

#[tokio::test]
async fn asvs_13_3_1_secrets_of_single_sign_on_are_sealed() {
    use base64::Engine;
    let key = tempfile::NamedTempFile::new().unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode([5; 32]);
    std::fs::write(key.path(), text).unwrap();
    let path = key.path().display().to_string();
    let world = World::started("sqlite", &["--secrets-key", &path]).await;
    let (fake, way) = fake(&world).await;
    let mut visitor = world.visitor();
    assert_eq!(back(&mut visitor, &fake, &way, "").await.location(), "/");
    world.visitor().get(&way).await;
    for (table, sealed) in [
        ("identity_provider", 1),
        ("session", 1),
        ("sign_on_attempt", 1),
    ] {
        let stored = world.dump(table).await;
        assert_eq!(
            stored.matches("sealed:1:").count(),
            sealed,
            "{table}: {stored}"
        );
        assert!(
            !stored.contains(SECRET) && !stored.contains("eyJ"),
            "{table}: {stored}"
        );
    }
    // A token is kept as long as the session, and no longer.
    visitor.post("/sign-out", &[]).await;
    assert_eq!(
        world
            .count("select count(*) from session where id_token is not null")
            .await,
        0
    );
}

#[tokio::test]
async fn asvs_3_3_1_cookies_of_the_way_are_of_this_host_only() {
    let world = World::started("sqlite", &["--origin", "https://reports.example.org"]).await;
    let (_fake, way) = fake(&world).await;
    let away = world.visitor().get(&way).await;
    let cookie = away.headers["set-cookie"].to_str().unwrap();
    for part in [
        "__Host-sign-on=",
        "; Path=/;",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Secure",
        "; Max-Age=600",
    ] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert_eq!(
        parameter(away.location(), "redirect_uri"),
        "https://reports.example.org/sign-in/return"
    );
    assert_eq!(parameter(away.location(), "code_challenge_method"), "S256");
    for secret in ["verifier", SECRET] {
        assert!(!away.location().contains(secret));
    }
}
