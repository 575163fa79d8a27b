//! Files inside the binary: style sheet, scripts, icon.

use crate::api::failure::Failure;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::OnceLock;

/// What `cargo xtask build` made. A debug build reads it from disk.
#[derive(rust_embed::Embed)]
#[folder = "target/site/pkg/"]
#[allow_missing = true]
struct Site;

const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><rect width=\"16\" height=\"16\" rx=\"3\" fill=\"#005eb8\"/><path d=\"M4 4h8v2H4zm0 3h8v2H4zm0 3h5v2H4z\" fill=\"#fff\"/></svg>";

/// Names the style sheet's content, so that a browser may keep it until it changes.
#[must_use]
pub fn style_version() -> String {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION
        .get_or_init(|| {
            Site::get("conditional-discharge.css").map_or_else(String::new, |f| tag(&f))
        })
        .clone()
}

fn tag(file: &rust_embed::EmbeddedFile) -> String {
    crate::domain::report::frozen::hex(&file.metadata.sha256_hash()[..8])
}

/// A file of the site, in brotli where the browser takes it.
pub async fn file(Path(name): Path<String>, headers: HeaderMap, uri: axum::http::Uri) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("wasm") => "application/wasm",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => return Failure::NotFound.into_response(),
    };
    let accepts = |value: &HeaderValue| {
        value
            .to_str()
            .is_ok_and(|v| v.split(',').any(|e| e.trim().starts_with("br")))
    };
    let brotli = headers.get(header::ACCEPT_ENCODING).is_some_and(accepts);
    let compressed = brotli.then(|| Site::get(&format!("{name}.br"))).flatten();
    let encoded = compressed.is_some();
    let Some(file) = compressed.or_else(|| Site::get(&name)) else {
        return Failure::NotFound.into_response();
    };
    let etag = format!("\"{}\"", tag(&file));
    // A versioned address never changes its content; others are asked for anew, by tag.
    let keep = if uri.query().is_some() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let same = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v.as_bytes() == etag.as_bytes());
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CACHE_CONTROL, keep.to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
        (header::ETAG, etag),
    ];
    if same {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    let bytes = match file.data {
        std::borrow::Cow::Borrowed(bytes) => axum::body::Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => bytes.into(),
    };
    let mut response = (head, bytes).into_response();
    if encoded {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// Warns before a session ends. Served as it stands: it is too small to be built.
const SESSION: &str = include_str!("../components/session.js");

/// Names the script's content, so that a browser may keep it until it changes.
#[must_use]
pub fn session_script() -> String {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    let made = || {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(SESSION.as_bytes());
        format!(
            "/session.js?v={}",
            crate::domain::report::frozen::hex(&digest[..8])
        )
    };
    ADDRESS.get_or_init(made).clone()
}

/// The script that warns before a session ends.
pub async fn session(uri: axum::http::Uri) -> Response {
    let keep = if uri.query().is_some() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let head = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, keep),
    ];
    (head, SESSION).into_response()
}

/// The icon.
pub async fn icon() -> Response {
    let head = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (head, ICON).into_response()
}
