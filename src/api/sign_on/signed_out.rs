//! An identity provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0).
//!
//! Each organisation's provider has an address of its own: whose keys a token must be signed with is known
//! before anything in it is read.

use super::{event, provider_of, record};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::server::app::App;
use crate::server::audit::{self, Event, Outcome};
use crate::server::auth::sessions::digest;
use crate::server::auth::sign_in;
use crate::server::auth::sign_on::provider::Trouble;
use crate::server::peer::{self, Peer};
use crate::server::store::sign_on::{self, Identity};
use crate::server::store::{people, sessions};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;

/// Most bytes of a logout token with its name.
pub const TOKEN_LIMIT: usize = 16 * 1024;
/// Tokens from one network address that were not heeded, in 15 minutes, after which it waits.
const MOST_REFUSED: i64 = 50;
/// How long a token that was heeded is remembered: longer than one may be old.
const REMEMBERED: TimeDelta = TimeDelta::minutes(30);

fn answer(status: StatusCode, words: &'static str) -> Response {
    let head = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, head, words).into_response()
}

/// Ends the sessions that the token names.
///
/// # Errors
/// [`Failure`].
pub async fn signed_out(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Path(organisation): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let provider = provider_of(&app, &organisation).await?;
    let now = app.clock.now();
    let subject = format!("signed-out {}", peer::place(&peer.0));
    let Some(attempt) = sign_in::begin(&app, &[(&subject, MOST_REFUSED)]).await? else {
        return Ok(answer(StatusCode::TOO_MANY_REQUESTS, "wait 15 minutes"));
    };
    let said = |outcome| Event {
        subject: Some(provider.organisation.to_string()),
        ..event(&app, &peer.0, "signed-out-by-provider", outcome)
    };
    let ended = match app
        .providers
        .ended(&provider, body.get("logout_token"), now)
        .await
    {
        Ok(ended) => ended,
        Err(trouble) => {
            let (status, why) = match trouble {
                Trouble::Down(why) | Trouble::Ours(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
                Trouble::NotBelieved(why) => (StatusCode::BAD_REQUEST, why),
            };
            tracing::warn!(organisation = %provider.organisation, why, "a logout token was not heeded");
            record(&app, said(Outcome::Refused)).await?;
            return Ok(answer(status, why));
        }
    };
    let mut tx = app.db.begin().await?;
    let token = digest(&ended.jti);
    if !sign_on::heed(
        &mut tx,
        &provider.organisation,
        &token,
        now,
        now + REMEMBERED,
    )
    .await?
    {
        drop(tx);
        record(&app, said(Outcome::Refused)).await?;
        return Ok(answer(StatusCode::BAD_REQUEST, "the token was used before"));
    }
    let identity = Identity {
        organisation: &provider.organisation,
        issuer: &provider.issuer,
        subject: &ended.subject,
    };
    let person = sign_on::person(&app.db, identity).await?;
    if let Some(person) = &person {
        let sid = ended.sid.as_deref();
        let of = (&provider.organisation, Some(person), sid);
        sessions::end_by_provider(&mut tx, of.0, of.1, of.2, now).await?;
    }
    let event = Event {
        person,
        ..said(Outcome::Done)
    };
    audit::record(&mut tx, &event).await?;
    people::forget_attempt(&mut tx, &attempt).await?;
    tx.commit().await?;
    Ok(answer(StatusCode::OK, "done"))
}
