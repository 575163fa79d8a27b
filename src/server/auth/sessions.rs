//! From cookie to [`Actor`]: sessions end after 30 minutes without use or 12 hours, whichever is first,
//! or by the stricter figures of the person's organisations.
//!
//! Ours and not a library's because a session here knows when its password was last given, is kept
//! only as a digest, and ends by two clocks.

use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::domain::report::frozen::hex;
use crate::server::access::{Actor, Provider, TimeLeft};
use crate::server::app::App;
use crate::server::config::Settings;
use crate::server::store::sessions::Session;
use crate::server::store::{sessions, stored};
use axum::http::{HeaderMap, HeaderValue, header};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// A fresh session token: 256 random bits in hexadecimal.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn new_token() -> anyhow::Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no random bytes: {e}"))?;
    Ok(hex(&bytes))
}

/// What is stored of a token.
#[must_use]
pub fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// What the cookie of a session is called: with the prefix that browsers hold to https where it is served so.
#[must_use]
pub fn cookie_name(settings: &Settings) -> &'static str {
    if settings.is_secure() {
        "__Host-session"
    } else {
        "session"
    }
}

/// The cookie that begins a session.
#[must_use]
pub fn cookie(settings: &Settings, token: &str) -> HeaderValue {
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    let text = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}",
        cookie_name(settings)
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The cookie that ends a session.
#[must_use]
pub fn no_cookie(settings: &Settings) -> HeaderValue {
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    let text = format!(
        "{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}",
        cookie_name(settings)
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The session token of a request, if it has one.
#[must_use]
pub fn token(settings: &Settings, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(settings);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// How stale "last seen" may be before it is written again.
pub const SEEN_EVERY: TimeDelta = TimeDelta::seconds(60);

/// Who is asking, or nobody: no cookie, an unknown or ended session, or a person who has left.
///
/// # Errors
/// When the database cannot be asked.
pub async fn actor(app: &App, headers: &HeaderMap, address: String) -> sqlx::Result<Option<Actor>> {
    let Some(token) = token(&app.settings, headers) else {
        return Ok(None);
    };
    let session_id = digest(&token);
    let Some((session, memberships)) = sessions::find(&app.db, &session_id).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    if time_left(&session, session.seen_at, now).is_none() {
        let mut tx = app.db.begin().await?;
        sessions::end(&mut tx, &session_id, now).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let id = stored("person id", PersonId::parse(&session.person_id))?;
    let mut seen_at = session.seen_at;
    if now - seen_at > SEEN_EVERY {
        seen_at = now;
        let mut tx = app.db.begin().await?;
        sessions::seen(&mut tx, &session_id, now).await?;
        tx.commit().await?;
    }
    let time_left = time_left(&session, seen_at, now).unwrap_or_default();
    let provider = match (session.provider_of, session.provider_name) {
        (Some(organisation), Some(name)) => Some(Provider {
            organisation: stored("organisation id", OrganisationId::parse(&organisation))?,
            name,
        }),
        _ => None,
    };
    Ok(Some(Actor {
        memberships,
        person: id,
        name: session.name,
        job_title: session.job_title,
        session: session_id,
        authenticated_at: session.authenticated_at,
        second_factor: session.has_second_factor,
        lacks_second_factor: session.lacks_second_factor,
        address,
        time_left,
        provider,
        viewing: None,
    }))
}

/// How long a session lasts yet that was last used at a moment; none when it is over.
fn time_left(session: &Session, seen_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<TimeLeft> {
    let idle = TimeDelta::minutes(session.idle_minutes) - (now - seen_at);
    let most = TimeDelta::minutes(session.most_minutes) - (now - session.created_at);
    let left = idle.min(most);
    (left >= TimeDelta::zero()).then(|| TimeLeft {
        seconds: left.num_seconds(),
        in_any_case: most <= idle,
        idle_minutes: session.idle_minutes,
    })
}

/// How long the session of a request lasts yet. Asking is no use of it.
///
/// # Errors
/// When the database cannot be asked.
pub async fn left(app: &App, headers: &HeaderMap) -> sqlx::Result<Option<TimeLeft>> {
    let Some(token) = token(&app.settings, headers) else {
        return Ok(None);
    };
    let found = sessions::find(&app.db, &digest(&token)).await?;
    Ok(found.and_then(|(s, _)| time_left(&s, s.seen_at, app.clock.now())))
}
