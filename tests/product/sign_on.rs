//! Single sign-on with a real provider: in by an invitation, by connecting, out again; and what people are
//! told where it does not work.

mod failing;
mod operator;
pub mod telling;

use crate::people::{administrator, invited};
use crate::support::provider::{ACCOUNT, At, End, ORIGIN, Provider};
use crate::support::{AUTHOR, FACTS, MANAGER, PASSWORD, STRANGER, Visitor, World, on_both};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::store::{organisations, people};

/// Nobody is told of anything.
pub const NOBODY: &str = "http://127.0.0.1:9/nobody";
pub const ADMIN: &str = "admin@northmere.example.org";

/// A provider of Northmere's, and the path where the way in begins.
pub async fn northmere(world: &World) -> (Provider, String) {
    let provider = Provider::start(world, NOBODY).await;
    let id = provider.serves(world, "Northmere", ACCOUNT).await;
    (provider, format!("/sign-in/with/{id}"))
}

/// Connects the account of somebody who has a password.
pub async fn connect(visitor: &mut Visitor, at: &mut At, login: &str) -> crate::support::Page {
    let page = visitor.get("/account/sign-on").await;
    let at_value = page
        .body
        .find("value=\"connect:")
        .unwrap_or_else(|| panic!("{}", page.body));
    let way = page.body[at_value + 7..]
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let form = [("way", way.as_str()), ("password", PASSWORD)];
    let page = visitor.post("/account/sign-on", &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let back = at
        .sign_in(&Visitor::link(&page, "Go on to your"), login)
        .await;
    visitor.get(&back).await
}

#[tokio::test]
async fn from_an_invitation_to_signing_out_without_a_password() {
    on_both(async |world: World| {
        let (_provider, way) = northmere(&world).await;
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        // The way in stands on the sign-in page, as a link.
        let page = world.visitor().get("/sign-in").await;
        assert_eq!(Visitor::link(&page, "Sign in with your Northmere staff account"), way);
        // The invitation is accepted with the account, and no password is chosen.
        let link = invited(&mut admin, &place, "nia@northmere.example.org", "social-supervisor").await;
        let (mut nia, mut at) = (world.visitor(), At::default());
        let page = nia.get(&link).await;
        assert!(page.body.contains("Use my Northmere staff account"), "{}", page.body);
        let page = nia.through(&mut at, &format!("{link}/with"), "nia-at-northmere").await;
        assert_eq!((page.status.as_u16(), page.location()), (303, "/"), "{}", page.body);
        assert_eq!(nia.get("/").await.status, StatusCode::OK);
        assert_eq!(world.count("select count(*) from person where name = 'Nia Newcomer' and password_hash is null").await, 1);
        assert_eq!(nia.get(&link).await.status, StatusCode::NOT_FOUND, "the link is used up");
        // The provider asked for the second factor: we ask for none, whatever the organisation requires.
        let id = organisations::named(&world.app.db, "Northmere").await.unwrap().unwrap();
        let mut tx = world.app.db.begin().await.unwrap();
        organisations::adjust(&mut tx, &id, |s| s.second_factor_required = true).await.unwrap();
        tx.commit().await.unwrap();
        // Signing out of ours, and of the provider's.
        let page = nia.post("/sign-out", &[]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.headers["clear-site-data"].to_str().unwrap().contains("cookies"));
        let out = Visitor::link(&page, "Sign out of your Northmere staff account as well");
        assert_eq!(nia.get("/").await.location(), "/sign-in");
        // The provider still knows her: she comes back without being asked anything.
        let page = nia.through(&mut at.clone(), &way, "nobody").await;
        assert_eq!(page.location(), "/", "{}", page.body);
        assert_eq!(nia.get("/").await.status, StatusCode::OK);
        nia.post("/sign-out", &[]).await;
        // Signed out there too, it asks again.
        let End::Away(after) = at.sign_out(&out).await else {
            panic!("still at the provider");
        };
        assert_eq!(after, format!("{ORIGIN}/sign-in"));
        let away = nia.get(&way).await;
        assert!(matches!(at.get(away.location()).await, End::There(..)), "it knows her still");
        // What happened is on record, and never what the provider calls her.
        for (action, rows) in [("accept-invitation", 1), ("connect-sign-on", 1), ("sign-out", 2)] {
            let found = world.text("select coalesce(string_agg(action, ' '), '') from audit where outcome = 'done'").await;
            assert_eq!(found.split(' ').filter(|a| *a == action).count(), rows, "{action}: {found}");
        }
        assert_eq!(world.count("select count(*) from audit where action = 'sign-in' and reason = 'single sign-on' and outcome = 'done'").await, 2);
        assert!(!world.dump("audit").await.contains("nia-at-northmere"));
    })
    .await;
}

#[tokio::test]
async fn a_report_is_signed_after_showing_the_provider_again_who_one_is() {
    on_both(async |world: World| {
        let (_provider, way) = northmere(&world).await;
        let mut at = At::default();
        connect(&mut world.signed_in(AUTHOR).await, &mut at, "ada").await;
        let mut author = world.visitor();
        author.through(&mut at, &way, "ada").await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let path = format!("{report}/sign");
        let sign = async |author: &mut Visitor| author.sign(&path, "Ada Author", &FACTS).await;
        // Coming in does not count, and neither does the password of the account here.
        let page = author.get(&path).await;
        assert!(
            !page.body.contains("type=\"password\""),
            "no password is asked for"
        );
        let link = Visitor::link(
            &page,
            "Confirm with your Northmere staff account (opens in a new tab)",
        );
        assert_eq!(link, "/sign-in/confirm");
        let page = sign(&mut author).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("href=\"#password\"") && page.body.contains("id=\"password\""),
            "the error leads to the link"
        );
        assert!(
            page.body.contains("value=\"Ada Author\""),
            "what was typed is kept"
        );
        // The provider asks for the password again, though it knows who this is.
        let away = author.get("/sign-in/confirm").await;
        assert!(
            away.location().contains("prompt=login") && away.location().contains("max_age=0"),
            "{}",
            away.location()
        );
        let back = at.sign_in(away.location(), "ada").await;
        let page = author.get(&back).await;
        assert!(page.body.contains("You are confirmed"), "{}", page.body);
        // After five minutes it is too old.
        world.app.clock.advance(TimeDelta::seconds(301));
        let page = sign(&mut author).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("value=\"Ada Author\"")
                && page.body.contains("Show who you are first")
        );
        world.app.clock.advance(TimeDelta::seconds(-301));
        assert_eq!(sign(&mut author).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            world
                .count("select count(*) from signature where voided_at is null")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn an_account_is_connected_and_disconnected_by_its_owners_hand() {
    on_both(async |world: World| {
        let (_provider, way) = northmere(&world).await;
        let (mut author, mut at) = (world.signed_in(AUTHOR).await, At::default());
        assert!(author.get("/account").await.body.contains("Northmere staff account: not connected"));
        let id = way.rsplit('/').next().unwrap();
        let wrong = [("way", &*format!("connect:{id}")), ("password", "wrong")];
        let page = author.post("/account/sign-on", &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
        let page = connect(&mut author, &mut at, "ada").await;
        assert_eq!(page.location(), "/account/sign-on", "{}", page.body);
        assert!(author.get("/account").await.body.contains("Northmere staff account: connected"));
        // In by it, and by the password still.
        let mut by_provider = world.visitor();
        assert_eq!(by_provider.through(&mut at, &way, "ada").await.location(), "/");
        assert!(by_provider.get("/account").await.body.contains("Ada Author"));
        world.signed_in(AUTHOR).await;
        // Nobody else can have the same account.
        let mut manager = world.signed_in(MANAGER).await;
        let page = connect(&mut manager, &mut At::default(), "ada").await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.body);
        // Disconnected, it opens nothing, and what it had opened is closed.
        let form = [("way", &*format!("disconnect:{id}")), ("password", PASSWORD)];
        assert_eq!(author.post("/account/sign-on", &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(by_provider.get("/").await.location(), "/sign-in");
        let page = by_provider.through(&mut at, &way, "ada").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.body.contains("not known here yet"));
        assert_eq!(world.count("select count(*) from audit where action in ('connect-sign-on', 'disconnect-sign-on') and outcome = 'done'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_only_way_in_stays_connected() {
    let world = World::new("sqlite").await;
    let (_provider, way) = northmere(&world).await;
    let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
    let link = invited(
        &mut admin,
        &place,
        "nia@northmere.example.org",
        "social-supervisor",
    )
    .await;
    let (mut nia, mut at) = (world.visitor(), At::default());
    nia.through(&mut at, &format!("{link}/with"), "nia").await;
    nia.through(&mut at, "/sign-in/confirm", "nia").await;
    let way_out = format!("disconnect:{}", way.rsplit('/').next().unwrap());
    let page = nia.post("/account/sign-on", &[("way", &way_out)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body.contains("your only way to sign in"),
        "{}",
        page.body
    );
    // Her organisation looks after her account: she chooses a password, and then it is not the only way.
    let chosen = [
        ("new-password", "mist kettle forty gulls"),
        ("new-password-again", "mist kettle forty gulls"),
    ];
    assert_eq!(
        nia.post("/account/password", &chosen).await.location(),
        "/account"
    );
    assert_eq!(
        nia.post("/account/sign-on", &[("way", &way_out)])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let both = [
        ("email", "nia@northmere.example.org"),
        ("password", "mist kettle forty gulls"),
    ];
    assert_eq!(
        world.visitor().post("/sign-in", &both).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn who_belongs_elsewhere_too_is_told_what_is_not_open() {
    let world = World::new("sqlite").await;
    let (_provider, way) = northmere(&world).await;
    let mut at = At::default();
    connect(&mut world.signed_in(AUTHOR).await, &mut at, "ada").await;
    let person = people::by_email(&world.app.db, AUTHOR)
        .await
        .unwrap()
        .unwrap();
    let harrowdene = organisations::named(&world.app.db, "Harrowdene")
        .await
        .unwrap()
        .unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    people::join(&mut tx, &person.id, &harrowdene, Role::Auditor, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut author = world.visitor();
    let page = author
        .through(&mut at, &format!("{way}?next=/caseload"), "ada")
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("You are signed in for Northmere")
            && page.body.contains("For Harrowdene"),
        "{}",
        page.body
    );
    assert_eq!(Visitor::link(&page, "Go on"), "/caseload");
    let page = author.get("/account").await;
    assert!(
        page.body.contains("Social supervisor, Northmere")
            && !page.body.contains("Auditor, Harrowdene"),
        "{}",
        page.body
    );
    assert_eq!(
        world
            .signed_in(STRANGER)
            .await
            .get("/account/sign-on")
            .await
            .status,
        StatusCode::OK
    );
}
