//! People who send slowly, and those who must not notice.

use super::served::Served;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Begins a post whose body never comes.
fn slow_post(served: &Served) -> TcpStream {
    let mut stream = served.connect();
    let head = "POST /sign-in HTTP/1.1\r\nhost: x\r\norigin: http://x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                expect: 100-continue\r\ncontent-length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[test]
fn a_slow_body_holds_no_turn() {
    let served = Served::start(&["--concurrent-requests", "1"]);
    let mut slow: Vec<TcpStream> = (0..3).map(|_| slow_post(&served)).collect();
    // "100 Continue" says that the server has begun to wait for each of these bodies.
    for stream in &mut slow {
        let mut begun = [0u8; 12];
        stream.read_exact(&mut begun).unwrap();
        assert_eq!(&begun, b"HTTP/1.1 100");
        stream.write_all(b"e").unwrap();
    }
    let asked = Instant::now();
    assert!(served.get("/sign-in").starts_with("HTTP/1.1 200"));
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "served while three others dawdle over the only turn"
    );
}

#[test]
fn a_thousand_slow_connections_keep_nobody_waiting() {
    let served = Served::start(&["--concurrent-requests", "16"]);
    let mut slow = Vec::with_capacity(1000);
    for n in 0..1000 {
        slow.push(match n % 3 {
            0 => slow_post(&served),
            1 => {
                let mut stream = served.connect();
                stream
                    .write_all(b"GET /help HTTP/1.1\r\nhost: x\r\nx-slow: ")
                    .unwrap();
                stream
            }
            _ => served.connect(),
        });
    }
    let mut longest = Duration::ZERO;
    for _ in 0..50 {
        let asked = Instant::now();
        assert!(served.get("/help").starts_with("HTTP/1.1 200"));
        longest = longest.max(asked.elapsed());
    }
    eprintln!("longest of 50 pages with 1,000 slow connections: {longest:?}");
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    // A head that does not come within 10 seconds is not waited for.
    let mut rest = Vec::new();
    let mut head = slow.swap_remove(1);
    let _ = head.read_to_end(&mut rest);
    assert!(
        rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"),
        "{}",
        String::from_utf8_lossy(&rest)
    );
}

#[test]
fn connections_beyond_the_number_are_refused_at_once() {
    let served = Served::start(&["--connections", "3"]);
    let kept: Vec<TcpStream> = (0..3)
        .map(|_| {
            let mut stream = served.connect();
            stream
                .write_all(b"GET /favicon.svg HTTP/1.1\r\nhost: x\r\n\r\n")
                .unwrap();
            let mut begun = [0u8; 12];
            stream.read_exact(&mut begun).unwrap();
            stream
        })
        .collect();
    assert_eq!(served.get("/help"), "", "the fourth is closed");
    drop(kept);
    let again = (0..100).any(|_| served.get("/help").starts_with("HTTP/1.1 200"));
    assert!(again, "places are given back");
}
