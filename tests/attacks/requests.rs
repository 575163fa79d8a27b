//! Requests of odd shapes, to the router and to the real binary's socket.

use super::served::Served;
use crate::support::{AUTHOR, World};
use axum::body::Body;
use axum::http::header;
use std::time::Duration;

#[tokio::test]
async fn asvs_4_1_odd_script_requests_are_answered_plainly() {
    let world = World::new("sqlite").await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    let report = report.trim_start_matches("/reports/");
    let whole = format!("action=%2Freports%2F{report}%2Fsections%2Fcontact&typed=");
    for (path, body, status) in [
        ("/api/autosave", whole.clone(), 200),
        ("/api/autosave", format!("{whole}&typed=x"), 400),
        ("/api/autosave", format!("{whole}&action=x"), 400),
        ("/api/autosave", format!("{whole}&more=x"), 400),
        ("/api/autosave", "report[]=x".to_owned(), 400),
        ("/api/autosave", String::new(), 400),
        ("/api/autosave/", whole.clone(), 404),
        ("/api/none", whole.clone(), 404),
        ("/api/", whole.clone(), 404),
    ] {
        let request = author.request("POST", path);
        let request = request
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, "https://evil.example/");
        let page = author
            .send(request.body(Body::from(body.clone())).unwrap())
            .await;
        assert_eq!(page.status, status, "{path} {body}");
        assert_eq!(page.location(), "", "nobody is sent elsewhere");
    }
    let mut request = author
        .request("POST", "/api/autosave")
        .body(Body::from(whole))
        .unwrap();
    request
        .headers_mut()
        .insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    assert!(author.send(request).await.status.is_client_error());
}

/// One request that carries another in its body: as answers, one at the most.
const HIDDEN: &str = "GET /help HTTP/1.1\r\nhost: x\r\n\r\n";

#[test]
fn asvs_4_2_1_a_request_hidden_in_another_is_not_answered() {
    let served = Served::start(&[]);
    let length = HIDDEN.len();
    let post = |headers: &str, body: &str| {
        format!("POST /sign-in HTTP/1.1\r\nhost: x\r\norigin: http://x\r\n{headers}\r\n{body}")
    };
    let shapes = [
        (
            "two lengths",
            post(
                &format!("content-length: 0\r\ncontent-length: {length}\r\n"),
                HIDDEN,
            ),
        ),
        (
            "a list of lengths",
            post(&format!("content-length: 0, {length}\r\n"), HIDDEN),
        ),
        ("a signed length", post("content-length: +0\r\n", HIDDEN)),
        (
            "a length with letters",
            post("content-length: 0x10\r\n", HIDDEN),
        ),
        (
            "length and chunks",
            post(
                "content-length: 5\r\ntransfer-encoding: chunked\r\n",
                &format!("0\r\n\r\n{HIDDEN}"),
            ),
        ),
        (
            "chunks and length",
            post(
                "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
                &format!("0\r\n\r\n{HIDDEN}"),
            ),
        ),
        (
            "an unknown encoding",
            post(
                "transfer-encoding: xchunked\r\n",
                &format!("0\r\n\r\n{HIDDEN}"),
            ),
        ),
        (
            "chunked, then not",
            post(
                "transfer-encoding: chunked, identity\r\n",
                &format!("0\r\n\r\n{HIDDEN}"),
            ),
        ),
        (
            "a space before the colon",
            post("content-length : 0\r\n", HIDDEN),
        ),
        (
            "a folded header",
            post(&format!("x: y\r\n content-length: {length}\r\n"), HIDDEN),
        ),
        (
            "a bare CR",
            post(&format!("x: y\rcontent-length: {length}\r\n"), HIDDEN),
        ),
        ("a NUL", post("x: a\0b\r\n", HIDDEN)),
        (
            "a broken chunk size",
            post(
                "transfer-encoding: chunked\r\n",
                &format!("-1\r\n\r\n{HIDDEN}"),
            ),
        ),
        (
            "a huge chunk size",
            post(
                "transfer-encoding: chunked\r\n",
                &format!("fffffffffffffffff\r\n{HIDDEN}"),
            ),
        ),
    ];
    std::thread::scope(|threads| {
        for (what, request) in &shapes {
            let served = &served;
            threads.spawn(move || {
                let answer = served.raw_for(request.as_bytes(), Duration::from_secs(2));
                let answers = answer.matches("HTTP/1.1 ").count();
                assert!(answers <= 1, "{what}: {answers} answers\n{answer}");
                assert!(
                    !answer.contains("<title>Help"),
                    "{what}: the hidden request was answered"
                );
            });
        }
    });
    assert!(served.get("/help").contains("<title>Help"));
}

#[test]
fn asvs_4_2_heads_beyond_the_limits_are_refused() {
    let served = Served::start(&[]);
    let get =
        |more: &str| format!("GET /help HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}\r\n");
    for (what, request) in [
        (
            "20 KiB of one header",
            get(&format!("x: {}\r\n", "y".repeat(20_000))),
        ),
        ("101 headers", get(&"x: y\r\n".repeat(101))),
        (
            "an address of 20 KiB",
            format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(20_000)),
        ),
        ("a method that is none", get("").replacen("GET", "G T", 1)),
        (
            "HTTP/2 in the clear",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        ),
        (
            "TLS to the plain port",
            "\u{16}\u{3}\u{1}\u{2}\u{0}".to_owned(),
        ),
    ] {
        let answer = served.raw(request.as_bytes());
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{what}: {}",
            &answer[..answer.len().min(200)]
        );
    }
    assert!(served.get("/help").starts_with("HTTP/1.1 200"));
}

#[test]
fn asvs_16_4_1_nothing_typed_makes_a_line_in_the_log() {
    for format in ["text", "json"] {
        let served = Served::start(&["--log-format", format]);
        let forged = "%0d%0aERROR%20forged=%22yes%22%1b[31m";
        served.get(&format!("/help/{forged}"));
        served.get(&format!("/reports/{forged}?{forged}"));
        let body = format!("email={forged}&password={forged}&next={forged}");
        served.raw(
            format!(
                "POST /sign-in HTTP/1.1\r\nhost: x\r\norigin: http://x\r\nuser-agent: forged\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 connection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .as_bytes(),
        );
        let answer = served.get(&format!("/sign-in?next={forged}"));
        let (head, _) = answer.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("forged"), "a header was made: {head}");
        assert!(!served.log.lock().unwrap().contains("forged"));
    }
}
