//! A thousand connections that dawdle, and somebody who reads pages beside them.

use super::client::Visitor;
use super::server::Server;
use super::{Figure, figure, quantiles};
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

const SLOW: usize = 1_000;
const PAGES: usize = 200;

/// A connection that says nothing, half of a head, or a head whose body never comes.
fn slow(host: &str, n: usize) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(host)?;
    let begun = match n % 3 {
        0 => "",
        1 => "GET /help HTTP/1.1\r\nhost: x\r\nx-slow: ",
        _ => {
            "POST /sign-in HTTP/1.1\r\nhost: x\r\norigin: http://x\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\ne"
        }
    };
    stream.write_all(begun.as_bytes())?;
    Ok(stream)
}

async fn read_pages(visitor: &Visitor) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(PAGES);
    for _ in 0..PAGES {
        let answer = visitor.get("/").await?;
        ensure!(answer.status == 200, "a page answered {}", answer.status);
        times.push(answer.time);
    }
    Ok(times)
}

/// Pages one after another, without them and with them.
pub async fn figures(server: &Server, visitor: &Visitor) -> Result<Figure> {
    let without = read_pages(visitor).await?;
    let host = server
        .address
        .strip_prefix("http://")
        .context("no address")?;
    let slow: Vec<TcpStream> = (0..SLOW).map(|n| slow(host, n)).collect::<Result<_>>()?;
    let with = read_pages(visitor).await?;
    drop(slow);
    Ok(figure(
        "a start page beside 1,000 slow connections",
        format!("{}; without them {}", quantiles(with), quantiles(without)),
        "served as without",
    ))
}
