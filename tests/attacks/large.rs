//! Bodies that would take all the memory there is for them, and those who must not notice. The product
//! listens here by itself, behind a proxy that says who asks.

use crate::support::{AUTHOR, COLLEAGUE, PASSWORD, Visitor, World, encode};
use axum::Router;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const HERE: &str = "203.0.113.9";
const ELSEWHERE: &str = "198.51.100.7";

async fn listening(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// Begins a post of so many bytes from a place, as somebody or nobody, and sends but some of them.
async fn half(
    at: SocketAddr,
    (path, place): (&str, &str),
    cookie: Option<&str>,
    (announced, sent): (usize, usize),
) -> TcpStream {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let cookie = cookie.map_or_else(String::new, |c| format!("cookie: {c}\r\n"));
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\norigin: http://x\r\nx-forwarded-for: {place}\r\n{cookie}\
         content-type: application/x-www-form-urlencoded\r\nconnection: close\r\ncontent-length: {announced}\r\n\r\n"
    );
    // Whoever is refused is answered before all is sent.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&vec![b'a'; sent]).await;
    stream
}

/// The status that is answered within so many milliseconds; none while the rest is waited for.
async fn status(stream: &mut TcpStream, wait: u64) -> Option<String> {
    let mut begun = [0u8; 12];
    let read = stream.read_exact(&mut begun);
    let read = tokio::time::timeout(Duration::from_millis(wait), read).await;
    match read {
        Err(_) => None,
        Ok(Err(_)) => Some("closed".into()),
        Ok(Ok(_)) => Some(String::from_utf8_lossy(&begun[9..]).into_owned()),
    }
}

/// What a whole post is answered with.
async fn posted(
    at: SocketAddr,
    (path, place): (&str, &str),
    cookie: Option<&str>,
    body: &str,
) -> String {
    let mut stream = half(at, (path, place), cookie, (body.len(), 0)).await;
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(10), read).await;
    read.expect("it is answered").unwrap();
    answer
}

/// The autosave of some text on a report.
fn autosave(report: &str, text: &str) -> String {
    let typed = encode(&[("answer/contact-summary//text", text)]);
    let action = format!("{report}/sections/contact");
    encode(&[("action", &action), ("typed", &typed)])
}

/// The product behind a proxy, a report, its author and a colleague.
async fn behind_a_proxy() -> (SocketAddr, String, Visitor, Visitor, World) {
    let world = World::started("sqlite", &["--trusted-proxy", "127.0.0.1"]).await;
    let at = listening(world.router.clone()).await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    let colleague = world.signed_in(COLLEAGUE).await;
    (at, report, author, colleague, world)
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_nobody_fill_no_room_but_their_own() {
    let (at, report, author, _, _world) = behind_a_proxy().await;
    let cookie = author.cookie.as_deref();
    // What is large is refused before it is sent, whatever is said in a cookie.
    for stranger in [None, Some("session=0000")] {
        let large = ("/sign-in", HERE);
        let mut refused = half(at, large, stranger, (4_000_000, 0)).await;
        assert_eq!(status(&mut refused, 5000).await.as_deref(), Some("413"));
    }
    // 24 MB of small ones, of which a quarter of their room is taken in.
    let mut held = Vec::new();
    for _ in 0..100 {
        held.push(half(at, ("/sign-in", HERE), None, (262_144, 240_000)).await);
    }
    let mut waiting = 0;
    for stream in &mut held {
        match status(stream, 20).await.as_deref() {
            None => waiting += 1,
            Some(told) => assert!(["503", "closed"].contains(&told), "{told}"),
        }
    }
    assert!((50..=70).contains(&waiting), "{waiting} are waited for");
    let wrong = encode(&[("email", AUTHOR), ("password", "wrong")]);
    let sign_in = posted(at, ("/sign-in", ELSEWHERE), None, &wrong).await;
    assert!(sign_in.starts_with("HTTP/1.1 422"), "{sign_in}");
    // Whoever has a session has room of their own, here too.
    for (place, text) in [(ELSEWHERE, "one"), (HERE, "two")] {
        let body = autosave(&report, text);
        let saved = posted(at, ("/api/autosave", place), cookie, &body).await;
        assert!(saved.starts_with("HTTP/1.1 200"), "{place}: {saved}");
    }
    let mut last = held.pop().unwrap();
    drop(held);
    let _ = last.shutdown().await;
    let again = (0..50).map(async |_| {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let answer = posted(at, ("/sign-in", HERE), None, &wrong).await;
        answer.starts_with("HTTP/1.1 4")
    });
    for tried in again {
        if tried.await {
            return;
        }
    }
    panic!("the room is not given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_place_with_a_session_takes_a_quarter() {
    let (at, report, author, colleague, _world) = behind_a_proxy().await;
    // 60 MB from one place, of which 48 MiB are taken in.
    let path = format!("{report}/sections/contact");
    let whose = colleague.cookie.as_deref();
    let mut held = Vec::new();
    for _ in 0..15 {
        held.push(half(at, (&path, HERE), whose, (4_100_000, 4_000_000)).await);
    }
    let mut waiting = 0;
    for stream in &mut held {
        match status(stream, 200).await.as_deref() {
            None => waiting += 1,
            Some(told) => assert!(["503", "closed"].contains(&told), "{told}"),
        }
    }
    assert!((10..=12).contains(&waiting), "{waiting} are waited for");
    let cookie = author.cookie.as_deref();
    let body = autosave(&report, &"word ".repeat(9_000));
    let saved = posted(at, ("/api/autosave", ELSEWHERE), cookie, &body).await;
    assert!(
        saved.starts_with("HTTP/1.1 200") && saved.contains("Saved"),
        "{saved}"
    );
    // Larger than what anybody may send.
    let long = encode(&[("x", &"y".repeat(300_000)), ("password", PASSWORD)]);
    let answer = posted(at, (&path, ELSEWHERE), cookie, &long).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
}
