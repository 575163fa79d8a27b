//! Where a request comes from, and who may say so.

use crate::support::{AUTHOR, PASSWORD, Page, World, encode};
use axum::body::Body;
use axum::extract::ConnectInfo;
use std::net::SocketAddr;

const PROXY: &[&str] = &[
    "--trusted-proxy",
    "10.0.0.0/8",
    "--origin",
    "https://reports.example.org",
];

async fn sign_in(
    world: &World,
    from: &str,
    forwarded: &[&str],
    email: &str,
    password: &str,
) -> Page {
    let mut visitor = world.visitor();
    let from: SocketAddr = format!("{from}:4711").parse().unwrap();
    let mut request = visitor
        .request("POST", "/sign-in")
        .extension(ConnectInfo(from));
    for line in forwarded {
        request = request.header("x-forwarded-for", *line);
    }
    let body = encode(&[("email", email), ("password", password)]);
    visitor.send(request.body(Body::from(body)).unwrap()).await
}

/// The network address that the last audit row names.
async fn last_address(world: &World) -> String {
    let rows = conditional_discharge::server::audit::chains(&world.app.db)
        .await
        .unwrap();
    assert!(rows.contains(&"install".to_owned()));
    world
        .text("select address from audit where chain = 'install' order by number desc limit 1")
        .await
}

#[tokio::test]
async fn asvs_4_1_3_only_the_declared_proxy_says_who_asks() {
    let world = World::started("sqlite", PROXY).await;
    for (from, forwarded, expected) in [
        ("198.51.100.7", vec!["203.0.113.9"], "198.51.100.7"),
        ("10.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", vec!["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        (
            "10.0.0.1",
            vec!["10.0.0.5", "203.0.113.9, 10.0.0.2"],
            "203.0.113.9",
        ),
        ("10.0.0.1", vec![], "10.0.0.1"),
    ] {
        sign_in(&world, from, &forwarded, "nobody@example.org", "x").await;
        assert_eq!(last_address(&world).await, expected, "{from} {forwarded:?}");
    }
    let world = World::new("sqlite").await;
    sign_in(
        &world,
        "10.0.0.1",
        &["203.0.113.9"],
        "nobody@example.org",
        "x",
    )
    .await;
    assert_eq!(
        last_address(&world).await,
        "10.0.0.1",
        "no proxy was declared"
    );
}

#[tokio::test]
async fn asvs_6_3_1_inventing_addresses_does_not_escape_the_throttle() {
    let world = World::started("sqlite", PROXY).await;
    let mut refused = 0;
    for n in 0..60 {
        let (email, line) = (
            format!("guess-{n}@example.org"),
            format!("192.0.2.{n}, 203.0.113.9"),
        );
        let page = sign_in(&world, "10.0.0.1", &[&line], &email, "x").await;
        refused += i32::from(page.status == 429);
    }
    assert_eq!(refused, 10, "50 from one address in 15 minutes");
    let other = sign_in(&world, "10.0.0.1", &["203.0.113.10"], AUTHOR, PASSWORD).await;
    assert_eq!(
        other.status, 303,
        "others behind the same proxy are not held up"
    );
}

#[tokio::test]
async fn what_came_to_the_proxy_by_plain_http_is_sent_to_https() {
    let world = World::started("sqlite", PROXY).await;
    let mut visitor = world.visitor();
    let from = |at: &str| ConnectInfo::<SocketAddr>(format!("{at}:1").parse().unwrap());
    for (method, at, proto, status) in [
        ("GET", "10.0.0.1", "http", 303),
        ("POST", "10.0.0.1", "http", 403),
        ("GET", "10.0.0.1", "https", 200),
        ("GET", "198.51.100.7", "http", 200),
    ] {
        let request = visitor.request(method, "/sign-in").extension(from(at));
        let request = request.header("x-forwarded-proto", proto);
        let page = visitor.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, status, "{method} {at} {proto}");
        if status == 303 {
            assert_eq!(page.location(), "https://reports.example.org/sign-in");
        }
    }
}
