//! What a browser's console says went wrong. Fantoccini has no call for it.

use anyhow::{Context, Result};
use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use fantoccini::Client;
use hyper_util::{client::legacy, rt::TokioExecutor};
use serde_json::Value;

/// The errors since this was last asked: broken scripts, refusals by the content security policy.
/// Not what the network answered: tests provoke refusals and lost connections on purpose.
pub async fn errors(driver: u16, client: &Client) -> Result<Vec<String>> {
    let session = client
        .session_id()
        .await?
        .context("the browser is closed")?;
    let request = Request::post(format!(
        "http://127.0.0.1:{driver}/session/{session}/se/log"
    ))
    .header("content-type", "application/json")
    .body(Body::from(r#"{"type":"browser"}"#))?;
    let http = legacy::Client::builder(TokioExecutor::new()).build_http();
    let answer = http
        .request(request)
        .await
        .context("asking for the console")?;
    let answer = to_bytes(Body::new(answer.into_body()), usize::MAX).await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    let entries = answer["value"]
        .as_array()
        .with_context(|| format!("no console: {answer}"))?;
    let wrong = |entry: &&Value| entry["level"] == "SEVERE" && entry["source"] != "network";
    let message = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
    Ok(entries.iter().filter(wrong).map(message).collect())
}
