//! A provider says that somebody signed out there; and what administrators are shown of a provider.

use super::{ADMIN, connect};
use crate::people::administrator;
use crate::support::provider::{ACCOUNT, At, Provider, SECRET};
use crate::support::{AUTHOR, Visitor, World, on_both};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Hears what a provider says, and gives its words to the test.
pub async fn hear() -> (String, mpsc::Receiver<String>) {
    let (say, heard) = mpsc::channel(8);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/told", listener.local_addr().unwrap());
    let router = Router::new().route(
        "/told",
        post(async move |body: String| {
            say.send(body).await.unwrap();
        }),
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, heard)
}

/// Says it to the product as a server does: without Origin, cookies or Sec-Fetch-Site.
pub async fn told(world: &World, id: &str, body: &str) -> StatusCode {
    let request = Request::builder()
        .method("POST")
        .uri(format!("/sign-in/signed-out/{id}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap();
    world.visitor().send(request).await.status
}

#[tokio::test]
async fn signing_out_at_the_provider_ends_that_session_here_and_no_other() {
    on_both(async |world: World| {
        let (address, mut heard) = hear().await;
        let provider = Provider::start(&world, &address).await;
        let id = provider.serves(&world, "Northmere", ACCOUNT).await;
        let way = format!("/sign-in/with/{id}");
        let mut at = At::default();
        let mut by_password = world.signed_in(AUTHOR).await;
        connect(&mut by_password, &mut at, "ada").await;
        // Two computers: two sessions of the provider's.
        let (mut desk, mut phone, mut at_phone) = (world.visitor(), world.visitor(), At::default());
        desk.through(&mut at, &way, "ada").await;
        phone.through(&mut at_phone, &way, "ada").await;
        // Another tab of the desk signs out, there and here.
        let mut tab = world.visitor();
        tab.through(&mut at, &way, "ada").await;
        let out = tab.post("/sign-out", &[]).await;
        at.sign_out(&Visitor::link(&out, "Sign out of your")).await;
        let body = heard.recv().await.unwrap();
        assert_eq!(desk.get("/").await.status, StatusCode::OK, "not told yet");
        assert_eq!(told(&world, id.as_str(), &body).await, StatusCode::OK);
        assert_eq!(desk.get("/").await.location(), "/sign-in");
        assert_eq!(phone.get("/").await.status, StatusCode::OK, "another session of the provider's");
        assert_eq!(by_password.get("/").await.status, StatusCode::OK, "none of the provider's");
        // Said twice, it is not heeded twice.
        assert_eq!(told(&world, id.as_str(), &body).await, StatusCode::BAD_REQUEST);
        assert_eq!(world.count("select count(*) from audit where action = 'signed-out-by-provider' and outcome = 'done'").await, 1);
        assert_eq!(world.count("select count(*) from audit where action = 'signed-out-by-provider' and outcome = 'refused'").await, 1);
        // From a page it is not heeded at all.
        let page = phone.post(&format!("/sign-in/signed-out/{id}"), &[]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_sees_the_provider_and_cannot_change_it() {
    let world = World::new("sqlite").await;
    let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
    let settings = format!("{place}/settings");
    let page = admin.get(&settings).await;
    assert!(
        page.body
            .contains("People do not sign in with an account of your organisation"),
        "{}",
        page.body
    );
    crate::support::provider::set(&world, "Northmere", "https://login.example.org", ACCOUNT).await;
    let page = admin.get(&settings).await;
    assert!(page.body.contains("https://login.example.org") && page.body.contains("sign-on set"));
    assert!(!page.body.contains(SECRET));
    let tried = [
        ("issuer", "https://evil.example"),
        ("password", crate::support::PASSWORD),
    ];
    admin.page_with(&settings, &tried).await;
    assert_eq!(
        world.text("select issuer from identity_provider").await,
        "https://login.example.org"
    );
}
