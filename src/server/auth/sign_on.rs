//! Single sign-on: sending somebody to their organisation's identity provider, and believing what comes
//! back. A way in is awaited once, from the same browser, for ten minutes.
//!
//! Who somebody is at a provider is connected to a person by that person's own hand, never by an e-mail
//! address: addresses are passed on and mistyped.

pub mod http;
pub mod provider;
mod tokens;

use super::sealing::Sealer;
use super::sessions::{digest, new_token};
use super::sign_in::{Came, Through, begin, begin_session};
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::server::app::App;
use crate::server::config::Settings;
use crate::server::peer;
use crate::server::store::sign_on::{self, Attempt, Identity, Provider, Purpose};
use crate::server::store::{Db, Tx, people};
use anyhow::{Result, bail};
use axum::http::{HeaderMap, HeaderValue, header};
use chrono::TimeDelta;
use provider::{Back, Trouble};
pub use tokens::{Ended, Vouched};

/// How long somebody who was sent to a provider is awaited.
const AWAITED: TimeDelta = TimeDelta::minutes(10);
/// Ways in from one network address that nobody finished, in 15 minutes. Higher than for passwords: a
/// trust's people share addresses, and a way that was not finished is no guess.
const MOST_UNFINISHED: i64 = 300;
/// How far the two clocks may differ where a provider says when somebody showed who they are.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// What the cookie of a browser that is awaited is called.
#[must_use]
pub fn cookie_name(settings: &Settings) -> &'static str {
    if settings.is_secure() {
        "__Host-sign-on"
    } else {
        "sign-on"
    }
}

fn cookie(settings: &Settings, token: &str) -> HeaderValue {
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    let text = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        cookie_name(settings),
        AWAITED.num_seconds()
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The browser's token, if it is awaited already: then another tab of it is.
fn browser(settings: &Settings, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(settings);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .filter(|value| value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// What came of setting out.
#[derive(Debug)]
pub enum SetOut {
    /// To the provider's page, with the cookie that binds the way to the browser.
    Go(String, HeaderValue),
    /// Too many ways were begun from there and not finished.
    Wait,
    /// The provider cannot be asked.
    Trouble(Trouble),
}

/// Sends a browser to a provider. `about`: where to go, which invitation or which session, by purpose.
///
/// # Errors
/// When the database fails.
pub async fn set_out(
    app: &App,
    provider: &Provider,
    purpose: Purpose,
    about: &str,
    (address, headers): (&str, &HeaderMap),
) -> Result<SetOut> {
    let way = app
        .providers
        .way(provider, &app.settings.origin, purpose, app.clock.now());
    let way = match way.await {
        Ok(way) => way,
        Err(trouble) => return Ok(SetOut::Trouble(trouble)),
    };
    let state_hash = digest(&way.state);
    let subject = format!("sign-on {}", peer::place(address));
    let Some(attempt) = begin(app, &[(&subject, MOST_UNFINISHED)]).await? else {
        return Ok(SetOut::Wait);
    };
    let token = match browser(&app.settings, headers) {
        Some(token) => token,
        None => new_token()?,
    };
    let now = app.clock.now();
    let new = Attempt {
        browser_hash: digest(&token),
        organisation: provider.organisation.clone(),
        issuer: provider.issuer.clone(),
        purpose,
        about: about.to_owned(),
        nonce: way.nonce,
        verifier: app.sealer.seal(&way.verifier, &state_hash)?,
        throttle: attempt,
        begun_at: now,
        expires_at: now + AWAITED,
        state_hash,
    };
    let mut tx = app.db.begin().await?;
    sign_on::await_return(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(SetOut::Go(way.url, cookie(&app.settings, &token)))
}

/// What a browser brings back.
#[derive(Debug, Default)]
pub struct Brought {
    /// The state.
    pub state: String,
    /// The code, unless the provider says why there is none.
    pub code: String,
    /// Why there is no code.
    pub error: String,
    /// Who says that they sent it.
    pub issuer: Option<String>,
}

/// What came of coming back.
#[derive(Debug)]
pub enum Returned {
    /// The provider vouches for somebody.
    Vouched(Box<(Attempt, Provider, Vouched)>),
    /// The person or the provider said no.
    Declined(Box<(Attempt, Provider)>),
    /// Too many came back from there whom nobody awaited.
    Wait,
    /// Nobody is awaited with that state in this browser, or not any more.
    Nobody,
    /// The provider cannot be asked or is not believed.
    Trouble(Box<(Attempt, Provider)>, Trouble),
}

/// Takes who comes back. Whatever comes of it, the state opens nothing a second time.
///
/// # Errors
/// When the database fails.
pub async fn come_back(
    app: &App,
    headers: &HeaderMap,
    address: &str,
    brought: &Brought,
) -> Result<Returned> {
    // Counted until somebody comes in: whoever tries states waits.
    let subject = format!("sign-on-return {}", peer::place(address));
    let Some(counted) = begin(app, &[(&subject, MOST_UNFINISHED)]).await? else {
        return Ok(Returned::Wait);
    };
    let Some(token) = browser(&app.settings, headers) else {
        return Ok(Returned::Nobody);
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let state_hash = digest(&brought.state);
    let Some(attempt) = sign_on::take(&mut tx, &state_hash, &digest(&token), now).await? else {
        return Ok(Returned::Nobody);
    };
    tx.commit().await?;
    let provider = sign_on::of(&app.db, &attempt.organisation).await?;
    // Another provider has been set since: it has nothing to do with this way.
    let Some(provider) = provider.filter(|p| p.issuer == attempt.issuer) else {
        return Ok(Returned::Nobody);
    };
    if brought.code.is_empty() || !brought.error.is_empty() {
        return Ok(Returned::Declined(Box::new((attempt, provider))));
    }
    let Ok(verifier) = app.sealer.open(&attempt.verifier, &attempt.state_hash) else {
        let why = Trouble::Ours("a way in was sealed with another key");
        return Ok(Returned::Trouble(Box::new((attempt, provider)), why));
    };
    let back = Back {
        origin: &app.settings.origin,
        code: &brought.code,
        issuer: brought.issuer.as_deref(),
        nonce: &attempt.nonce,
        verifier: &verifier,
    };
    match app
        .providers
        .vouched(&provider, &app.sealer, back, now)
        .await
    {
        Ok(vouched) => {
            let mut tx = app.db.begin().await?;
            people::forget_attempt(&mut tx, &attempt.throttle).await?;
            people::forget_attempt(&mut tx, &counted).await?;
            tx.commit().await?;
            Ok(Returned::Vouched(Box::new((attempt, provider, vouched))))
        }
        Err(trouble) => Ok(Returned::Trouble(Box::new((attempt, provider)), trouble)),
    }
}

impl Vouched {
    /// Who this is at the provider.
    #[must_use]
    pub fn identity<'a>(&'a self, provider: &'a Provider) -> Identity<'a> {
        Identity {
            organisation: &provider.organisation,
            issuer: &provider.issuer,
            subject: &self.subject,
        }
    }

    /// When the person showed the provider who they are, if that was for this way and not before it.
    #[must_use]
    pub fn shown_for(&self, attempt: &Attempt) -> Option<chrono::DateTime<chrono::Utc>> {
        self.auth_time.filter(|at| *at >= attempt.begun_at - SKEW)
    }
}

/// Whom a provider's account is connected to, when they may come in by it: they have not left, and belong
/// to the provider's organisation.
///
/// # Errors
/// When the database fails.
pub async fn known(
    db: &Db,
    identity: Identity<'_>,
) -> sqlx::Result<Option<Result<PersonId, PersonId>>> {
    let Some(id) = sign_on::person(db, identity).await? else {
        return Ok(None);
    };
    let person = people::by_id(db, &id).await?;
    let here = belongs(db, &id, identity.organisation).await?;
    let may = person.is_some_and(|p| !p.disabled) && here;
    Ok(Some(if may { Ok(id) } else { Err(id) }))
}

async fn belongs(db: &Db, person: &PersonId, organisation: &OrganisationId) -> sqlx::Result<bool> {
    let memberships = people::memberships(db, person).await?;
    Ok(memberships.iter().any(|m| m.organisation == *organisation))
}

/// Begins the session of somebody whom a provider vouches for. Gives the token for the cookie.
///
/// # Errors
/// When the database fails.
pub async fn enter(
    app: &App,
    tx: &mut Tx,
    person: &PersonId,
    (provider, vouched): (&Provider, &Vouched),
    came: &Came<'_>,
) -> Result<String> {
    let through = Through {
        organisation: &provider.organisation,
        sid: vouched.sid.as_deref(),
        id_token: &vouched.id_token,
    };
    begin_session(app, tx, person, came, Some(through)).await
}

/// Seals providers' secrets that a database holds unsealed, and checks that those that are sealed can be
/// opened.
///
/// # Errors
/// When one cannot be opened.
pub async fn bring_up_to_date(db: &Db, sealer: &Sealer) -> Result<()> {
    for provider in sign_on::all(db).await? {
        let whose = provider.organisation.as_str();
        let Ok(secret) = sealer.open(&provider.client_secret, whose) else {
            bail!(
                "the secret of {}’s identity provider is sealed with another key: give the --secrets-key that it was sealed with",
                provider.organisation_name
            );
        };
        if secret == provider.client_secret {
            let sealed = sealer.seal(&secret, whose)?;
            let mut tx = db.begin().await?;
            sign_on::reseal(&mut tx, &provider.organisation, &secret, &sealed).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
