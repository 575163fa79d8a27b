//! Somebody at a browser, as fast as it goes.

use anyhow::{Context, Result, ensure};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::time::{Duration, Instant};

/// A client with a connection and a session of its own.
#[derive(Clone)]
pub struct Visitor {
    http: Client<HttpConnector, Body>,
    address: String,
    cookie: String,
}

/// An answer with the time it took.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub headers: axum::http::HeaderMap,
    pub time: Duration,
}

impl Visitor {
    pub fn new(address: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = Client::builder(TokioExecutor::new()).build(connector);
        Self {
            http,
            address: address.to_owned(),
            cookie: String::new(),
        }
    }

    pub async fn sign_in(address: &str, email: &str, password: &str) -> Result<Self> {
        let mut visitor = Self::new(address);
        let answer = visitor
            .post(
                "/sign-in",
                &format!("email={email}&password={}", password.replace(' ', "+")),
            )
            .await?;
        let cookie = answer
            .headers
            .get(header::SET_COOKIE)
            .context("could not sign in")?;
        visitor.cookie = cookie
            .to_str()?
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        Ok(visitor)
    }

    pub async fn get(&self, path: &str) -> Result<Answer> {
        let request = Request::get(format!("{}{path}", self.address))
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT_ENCODING, "br")
            .body(Body::empty())?;
        self.send(request).await
    }

    /// A page as text, uncompressed.
    pub async fn get_plain(&self, path: &str) -> Result<Answer> {
        let request = Request::get(format!("{}{path}", self.address))
            .header(header::COOKIE, &self.cookie)
            .body(Body::empty())?;
        self.send(request).await
    }

    pub async fn post(&self, path: &str, body: &str) -> Result<Answer> {
        let request = Request::post(format!("{}{path}", self.address))
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))?;
        self.send(request).await
    }

    async fn send(&self, request: Request<Body>) -> Result<Answer> {
        let start = Instant::now();
        let response = self.http.request(request).await?;
        let (parts, body) = response.into_parts();
        let body = to_bytes(Body::new(body), usize::MAX).await?.to_vec();
        let time = start.elapsed();
        ensure!(
            parts.status.as_u16() < 500,
            "the server answered {}",
            parts.status
        );
        Ok(Answer {
            status: parts.status.as_u16(),
            body,
            headers: parts.headers,
            time,
        })
    }
}
