//! Somebody at a browser, and what they read off a page.

use super::{PASSWORD, REPORT};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt;

/// Somebody at a browser: keeps the cookie, says where a post comes from.
#[derive(Clone)]
pub struct Visitor {
    pub(super) router: Router,
    pub cookie: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Page {
    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |v| v.to_str().unwrap())
    }

    /// The body without its nonces: random letters that differ from answer to answer, and may spell anything.
    pub fn without_nonces(&self) -> String {
        let mut parts = self.body.split("nonce=\"");
        let mut body = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            body += part.split_once('"').map_or("", |(_, rest)| rest);
        }
        body
    }

    /// The value of the control of that name.
    pub fn value(&self, name: &str) -> String {
        let at = self
            .body
            .find(&format!("name=\"{name}\""))
            .unwrap_or_else(|| panic!("no control {name}"));
        let tag = &self.body[self.body[..at].rfind('<').unwrap()..];
        let tag = &tag[..tag.find('>').unwrap()];
        let value = tag.split("value=\"").nth(1).unwrap_or_default();
        value.split('"').next().unwrap().to_owned()
    }
}

pub fn encode(pairs: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    pairs
        .iter()
        .map(|(k, v)| format!("{}={}", escape(k), escape(v)))
        .collect::<Vec<_>>()
        .join("&")
}

impl Visitor {
    /// Keeps a cookie in the place of one of its name; an empty one ends it.
    fn keep(&mut self, pair: &str) {
        let (name, _) = pair.split_once('=').unwrap();
        let others = self.cookie.iter().flat_map(|all| all.split("; "));
        let others = others.filter(|one| one.split_once('=').unwrap().0 != name);
        let new = (!pair.ends_with('=')).then_some(pair);
        let all: Vec<&str> = others.chain(new).collect();
        self.cookie = (!all.is_empty()).then(|| all.join("; "));
    }

    pub async fn send(&mut self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap().split(';').next().unwrap());
        }
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Page {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:3000");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if method == "POST" {
            request = request
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        request
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    pub async fn post(&mut self, path: &str, pairs: &[(&str, &str)]) -> Page {
        let request = self
            .request("POST", path)
            .body(Body::from(encode(pairs)))
            .unwrap();
        self.send(request).await
    }

    /// The page that a search leads to.
    pub async fn search(&mut self, name: &str) -> Page {
        let led = self.post("/find", &[("name", name)]).await;
        assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.body);
        assert_eq!(
            led.location(),
            "/find/results",
            "a name stands in no address"
        );
        self.get("/find/results").await
    }

    /// Starts the next report and gives its path.
    pub async fn begin(&mut self, patient: &str) -> String {
        let page = self
            .post(&format!("/patients/{patient}/reports"), &[])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        page.location().to_owned()
    }

    /// Answers all that Parts A and B of the short form ask.
    pub async fn write_report(&mut self, report: &str) {
        for (section, answers) in REPORT {
            self.save(&format!("{report}/sections/{section}"), answers)
                .await;
        }
    }

    /// Saves a section as its page stands, with some answers changed.
    pub async fn save(&mut self, path: &str, answers: &[(&str, &str)]) -> Page {
        let shown = self.get(path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.body);
        let mut pairs: Vec<(String, String)> = versions(&shown.body);
        pairs.extend(
            answers
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        );
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let page = self.post(path, &pairs).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.body);
        page
    }

    /// Posts a section's page just as its controls stand, with some of them changed: what a browser
    /// would post after somebody typed into one box.
    pub async fn page_with(&mut self, path: &str, changed: &[(&str, &str)]) -> Page {
        let shown = self.get(path).await;
        let mut pairs = controls(&shown.body);
        for (name, value) in changed {
            pairs.retain(|(n, _)| n != name);
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        self.post(path, &pairs).await
    }

    /// Signs with one's own name and password, from the page as it stands.
    pub async fn sign(&mut self, path: &str, name: &str, more: &[(&str, &str)]) -> Page {
        let shown = self.get(path).await;
        let seen = if shown.status == StatusCode::OK {
            shown.value("seen")
        } else {
            String::new()
        };
        let mut pairs = vec![
            ("seen", seen.as_str()),
            ("name", name),
            ("password", PASSWORD),
        ];
        let ticked: Vec<String> = checklist(&shown.body);
        if more.contains(&("decision", "approve")) {
            pairs.extend(ticked.iter().map(|name| (name.as_str(), "yes")));
        }
        pairs.extend(more);
        self.post(path, &pairs).await
    }
}

/// The items of the line manager's checklist on a page, each once.
pub fn checklist(body: &str) -> Vec<String> {
    let mut names: Vec<String> = controls_named(body, "checklist/");
    names.dedup();
    names
}

fn controls_named(body: &str, begins: &str) -> Vec<String> {
    body.split(&format!("name=\"{begins}"))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|rest| format!("{begins}{rest}"))
        .collect()
}

/// What a browser would post of a page's forms: every control with a value, in order.
pub fn controls(body: &str) -> Vec<(String, String)> {
    let of = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(unescaped(value.split('"').next()?))
    };
    let mut all = Vec::new();
    for (at, _) in body.match_indices('<') {
        let rest = &body[at..];
        let tag = &rest[..=rest.find('>').unwrap()];
        let Some(name) = of(tag, "name") else {
            continue;
        };
        if tag.starts_with("<textarea") {
            let text = &rest[tag.len()..rest.find("</textarea>").unwrap()];
            all.push((name, unescaped(text)));
        } else if tag.starts_with("<input") {
            let ticked = !(tag.contains("\"radio\"") || tag.contains("\"checkbox\""))
                || tag.contains(" checked");
            if ticked {
                all.push((name, of(tag, "value").unwrap_or_default()));
            }
        }
    }
    all
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

/// The version controls of a page, as they stand.
pub fn versions(body: &str) -> Vec<(String, String)> {
    body.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .filter_map(|rest| {
            let name = rest.split('"').next()?.to_owned();
            let value = rest.split("value=\"").nth(1)?.split('"').next()?.to_owned();
            name.starts_with("version/").then_some((name, value))
        })
        .collect()
}
