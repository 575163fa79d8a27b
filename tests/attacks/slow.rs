//! People who send slowly, and those who must not notice.

use super::served::Served;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

/// Begins a post whose body never comes.
fn slow_post(served: &Served) -> TcpStream {
    let mut stream = served.connect();
    let head = "POST /sign-in HTTP/1.1\r\nhost: x\r\norigin: http://x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                expect: 100-continue\r\ncontent-length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// Waits until the server says that it has begun to wait for the body of a [`slow_post`].
fn waited_for(stream: &mut TcpStream) {
    let mut said = [0u8; 25];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
}

/// Whether the server still waits for it: it has neither answered nor hung up.
fn still_waited_for(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let read = stream.read(&mut [0u8; 1]);
    matches!(read, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn a_slow_body_holds_no_turn() {
    let served = Served::start(&["--concurrent-requests", "1"]);
    let mut slow: Vec<TcpStream> = (0..3).map(|_| slow_post(&served)).collect();
    for stream in &mut slow {
        waited_for(stream);
        stream.write_all(b"e").unwrap();
    }
    assert!(served.get("/sign-in").starts_with("HTTP/1.1 200"));
    for stream in &mut slow {
        assert!(
            still_waited_for(stream),
            "served while the others dawdle over the only turn, not after them"
        );
    }
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
    let mut last = slow_post(&served);
    waited_for(&mut last);
    for _ in 0..50 {
        assert!(served.get("/help").starts_with("HTTP/1.1 200"));
    }
    assert!(
        still_waited_for(&mut last),
        "all were served while it dawdles"
    );
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
