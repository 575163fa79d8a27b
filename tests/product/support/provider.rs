//! A real identity provider, started by a test and ended with it, and somebody at its pages.

#[path = "../../provider/process.rs"]
mod process;

use super::{Page, Visitor, World, encode};
use axum::http::{Request, Uri, header};
use chrono::Utc;
use conditional_discharge::domain::identifiers::OrganisationId;
use conditional_discharge::server::store::{organisations, sign_on};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use process::Process;
use serde_json::json;
use std::collections::BTreeMap;

/// Where the product says that people type its address.
pub const ORIGIN: &str = "http://127.0.0.1:3000";
/// What the product is called at every provider of the tests.
pub const CLIENT: &str = "conditional-discharge";
/// Its secret there.
pub const SECRET: &str = "a-secret-of-the-tests-and-of-nothing-else";
/// What people call an account of Northmere's.
pub const ACCOUNT: &str = "Northmere staff account";

/// A provider that runs as long as the test.
pub struct Provider {
    pub issuer: String,
    _process: Process,
}

impl Provider {
    /// Starts one that keeps the time of the world, and says who signed out to an address.
    pub async fn start(world: &World, tell: &str) -> Self {
        Self::ahead(world.app.clock.now() - Utc::now(), tell).await
    }

    /// Starts one whose clock is ahead by so much.
    pub async fn ahead(by: chrono::TimeDelta, tell: &str) -> Self {
        let settings = json!({
            "ahead": by.num_milliseconds(),
            "clients": [{
                "client_id": CLIENT,
                "client_secret": SECRET,
                "redirect_uris": [format!("{ORIGIN}/sign-in/return")],
                "post_logout_redirect_uris": [format!("{ORIGIN}/sign-in")],
                "backchannel_logout_uri": tell,
                "backchannel_logout_session_required": true,
            }],
        });
        Self::with(&settings).await
    }

    /// Starts one with these settings.
    pub async fn with(settings: &serde_json::Value) -> Self {
        let settings = settings.clone();
        let process = tokio::task::spawn_blocking(move || Process::start(&settings)).await;
        let process = process.unwrap();
        Self {
            issuer: process.issuer.clone(),
            _process: process,
        }
    }

    /// Makes it sign with another key.
    pub async fn rotate_keys(&self) {
        At::default()
            .get(&format!("{}/rotate-keys", self.issuer))
            .await;
    }

    /// Makes it the provider of an organisation.
    pub async fn serves(&self, world: &World, organisation: &str, name: &str) -> OrganisationId {
        set(world, organisation, &self.issuer, name).await
    }
}

/// Makes an issuer the provider of an organisation.
pub async fn set(world: &World, organisation: &str, issuer: &str, name: &str) -> OrganisationId {
    let app = &world.app;
    let id = organisations::named(&app.db, organisation)
        .await
        .unwrap()
        .unwrap();
    let provider = sign_on::Provider {
        organisation: id.clone(),
        organisation_name: organisation.to_owned(),
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: app.sealer.seal(SECRET, id.as_str()).unwrap(),
        name: name.to_owned(),
        set_at: app.clock.now(),
    };
    let mut tx = app.db.begin().await.unwrap();
    sign_on::set(&mut tx, &provider).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Somebody's browser at the provider's pages: keeps its cookies.
#[derive(Clone, Default)]
pub struct At {
    cookies: BTreeMap<String, String>,
}

/// Where a walk through the provider's pages ended.
#[derive(Debug)]
pub enum End {
    /// On a page of the provider's: its address and text.
    There(String, String),
    /// Sent to another place: the address.
    Away(String),
}

impl End {
    /// The path with its query of the product's address where the walk ended.
    pub fn ours(self) -> String {
        match self {
            Self::Away(url) => url
                .strip_prefix(ORIGIN)
                .unwrap_or_else(|| panic!("{url} is not ours"))
                .to_owned(),
            Self::There(url, text) => panic!("still at {url}: {text}"),
        }
    }
}

fn origin(url: &str) -> String {
    let uri: Uri = url.parse().unwrap();
    format!(
        "{}://{}",
        uri.scheme_str().unwrap(),
        uri.authority().unwrap()
    )
}

impl At {
    pub async fn get(&mut self, url: &str) -> End {
        self.walk(url.to_owned(), None).await
    }

    pub async fn post(&mut self, url: &str, pairs: &[(&str, &str)]) -> End {
        self.walk(url.to_owned(), Some(encode(pairs))).await
    }

    /// Asks, and follows redirects as long as they stay at the same place.
    async fn walk(&mut self, mut url: String, mut body: Option<String>) -> End {
        let client: Client<HttpConnector, Full<axum::body::Bytes>> =
            Client::builder(TokioExecutor::new()).build_http();
        for _ in 0..10 {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(k, v)| format!("{k}={v}"))
                .collect();
            let request = Request::builder()
                .method(if body.is_some() { "POST" } else { "GET" })
                .uri(&url)
                .header(header::COOKIE, cookies.join("; "))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Full::from(body.take().unwrap_or_default()))
                .unwrap();
            let answer = client.request(request).await.unwrap();
            for cookie in answer.headers().get_all(header::SET_COOKIE) {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
                self.cookies.retain(|_, value| !value.is_empty());
            }
            let Some(to) = answer.headers().get(header::LOCATION) else {
                let bytes = answer.into_body().collect().await.unwrap().to_bytes();
                return End::There(url, String::from_utf8_lossy(&bytes).into_owned());
            };
            let to = to.to_str().unwrap();
            let here = origin(&url);
            let to = if to.starts_with('/') {
                format!("{here}{to}")
            } else {
                to.to_owned()
            };
            if origin(&to) != here {
                return End::Away(to);
            }
            url = to;
        }
        panic!("too many redirects at {url}")
    }

    /// Goes to the provider's page and does what it asks: signs in as somebody, unless the provider still
    /// knows who they are. Gives the product's path that they are sent back to.
    pub async fn sign_in(&mut self, url: &str, login: &str) -> String {
        match self.get(url).await {
            away @ End::Away(_) => away.ours(),
            End::There(page, _) => {
                let form = [
                    ("login", login),
                    ("password", "password"),
                    ("do", "sign-in"),
                ];
                self.post(&page, &form).await.ours()
            }
        }
    }

    /// Goes to the provider's page and cancels.
    pub async fn cancel(&mut self, url: &str) -> String {
        let End::There(page, _) = self.get(url).await else {
            panic!("the provider asked nothing");
        };
        self.post(&page, &[("do", "cancel")]).await.ours()
    }

    /// Signs out at the provider by the product's link, and gives where that leads.
    pub async fn sign_out(&mut self, url: &str) -> End {
        let End::There(page, text) = self.get(url).await else {
            panic!("the provider asked nothing");
        };
        let xsrf = text
            .split("name=\"xsrf\" value=\"")
            .nth(1)
            .unwrap_or_else(|| panic!("{text}"));
        let xsrf = xsrf.split('"').next().unwrap();
        let confirm = format!("{}/session/end/confirm", origin(&page));
        self.post(&confirm, &[("xsrf", xsrf), ("logout", "yes")])
            .await
    }
}

impl Visitor {
    /// Goes through the provider from a page of ours and comes back.
    pub async fn through(&mut self, at: &mut At, path: &str, login: &str) -> Page {
        let away = self.get(path).await;
        assert_eq!(away.status, 303, "{path}: {}", away.body);
        let back = at.sign_in(away.location(), login).await;
        self.get(&back).await
    }

    /// The address of the link with these words.
    pub fn link(page: &Page, words: &str) -> String {
        let end = page
            .body
            .find(words)
            .unwrap_or_else(|| panic!("no {words}: {}", page.body));
        let start = page.body[..end].rfind("href=\"").unwrap();
        let href = page.body[start + 6..].split('"').next().unwrap();
        href.replace("&amp;", "&")
    }
}
