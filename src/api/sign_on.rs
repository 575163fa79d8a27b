//! Signing in with an organisation's own account, by its identity provider: there, back, and out again.

pub mod account;
mod back;
pub mod signed_out;

pub use back::come_back;

use super::body::Body;
use super::failure::Failure;
use super::render::{page, see_other};
use super::sign_in::safe_path;
use crate::components::layout::Chrome;
use crate::domain::identifiers::OrganisationId;
use crate::pages::sign_on::{Plain, plain_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event, INSTALL, Outcome};
use crate::server::auth::sessions::digest;
use crate::server::auth::sign_on::provider::Trouble;
use crate::server::auth::sign_on::{SetOut, set_out};
use crate::server::peer::Peer;
use crate::server::store::invitations::{self, Kind};
use crate::server::store::people;
use crate::server::store::sign_on::{self, Provider, Purpose};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

/// Where the way in through an organisation's provider begins. `next`: where it leads.
#[must_use]
pub fn way_in(organisation: &OrganisationId, next: &str) -> String {
    match next {
        "" | "/" => format!("/sign-in/with/{organisation}"),
        next => format!("/sign-in/with/{organisation}?next={next}"),
    }
}

async fn plain(app: &App, status: StatusCode, data: Plain) -> Response {
    let chrome = Chrome {
        title: data.heading.clone(),
        ..Chrome::default()
    };
    page(app, status, chrome, move || plain_page(&data)).await
}

/// Whether a request was begun by another site: then nobody here asked for it.
fn begun_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    matches!(site, Some("cross-site" | "same-site"))
}

async fn provider_of(app: &App, organisation: &str) -> Result<Provider, Failure> {
    let id = OrganisationId::parse(organisation).map_err(|_| Failure::NotFound)?;
    sign_on::of(&app.db, &id).await?.ok_or(Failure::NotFound)
}

/// Sends somebody to their organisation's provider to sign in.
///
/// # Errors
/// [`Failure`].
pub async fn with(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Path(organisation): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let provider = provider_of(&app, &organisation).await?;
    // A session begins because somebody here wants it, not because another site says so.
    if begun_elsewhere(&headers) {
        return Ok(see_other("/sign-in"));
    }
    let next = query.as_deref().and_then(|q| q.strip_prefix("next="));
    let next = safe_path(next.unwrap_or("/"));
    go(&app, &provider, Purpose::SignIn, &next, (&peer.0, &headers)).await
}

/// Sends somebody to a provider with an invitation, whose account there then opens the one that is made.
///
/// # Errors
/// [`Failure`].
pub async fn with_invitation(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let invitation = invitations::open(&app.db, &digest(&token), now).await?;
    let back = format!("/invitation/{token}");
    let Some(invitation) = invitation.filter(|i| i.kind == Kind::Join) else {
        return Ok(see_other(&back));
    };
    let account = people::by_email(&app.db, &invitation.email).await?;
    if begun_elsewhere(&headers) || account.is_some_and(|p| !p.disabled) {
        return Ok(see_other(&back));
    }
    let provider = sign_on::of(&app.db, &invitation.organisation).await?;
    let provider = provider.ok_or(Failure::NotFound)?;
    let from = (peer.0.as_str(), &headers);
    go(&app, &provider, Purpose::Invitation, &digest(&token), from).await
}

/// Sends somebody whose session a provider opened there again, to show who they are.
///
/// # Errors
/// [`Failure`].
pub async fn confirm(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Some(provider) = &actor.provider else {
        return Ok(see_other("/account"));
    };
    if begun_elsewhere(&headers) {
        return Ok(see_other("/"));
    }
    let provider = sign_on::of(&app.db, &provider.organisation).await?;
    let provider = provider.ok_or(Failure::NotFound)?;
    let from = (peer.0.as_str(), &headers);
    go(&app, &provider, Purpose::Confirm, &actor.session, from).await
}

/// To the provider, or a page that says why not.
async fn go(
    app: &App,
    provider: &Provider,
    purpose: Purpose,
    about: &str,
    from: (&str, &HeaderMap),
) -> Result<Response, Failure> {
    match set_out(app, provider, purpose, about, from).await? {
        SetOut::Go(url, cookie) => {
            let mut response = see_other(&url);
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        SetOut::Wait => Ok(too_many(app).await),
        SetOut::Trouble(trouble) => {
            let about = if purpose == Purpose::SignIn {
                about
            } else {
                "/"
            };
            trouble_page(app, provider, purpose, about, trouble).await
        }
    }
}

async fn too_many(app: &App) -> Response {
    let data = Plain {
        heading: "Too many attempts".into(),
        text: vec!["More people than usual began to sign in from your network and did not finish. Wait 15 minutes, or sign in with your password.".into()],
        links: vec![("/sign-in".into(), "Sign in with your password".into())],
    };
    plain(app, StatusCode::TOO_MANY_REQUESTS, data).await
}

/// Where somebody goes on whose way through a provider failed, by what it was for.
fn ways_on(provider: &Provider, purpose: Purpose, next: &str) -> Vec<(String, String)> {
    let link = |path: &str, words: &str| (path.to_owned(), words.to_owned());
    match purpose {
        Purpose::SignIn => vec![
            (
                way_in(&provider.organisation, next),
                format!("Try again with your {}", provider.name),
            ),
            link("/sign-in", "Sign in with your password"),
        ],
        Purpose::Invitation => vec![],
        Purpose::Connect => vec![link(
            "/account/sign-on",
            "Back to your organisation’s account",
        )],
        Purpose::Confirm => vec![link("/sign-in/confirm", "Try again")],
    }
}

/// The page about a provider that cannot be asked or is not believed. The log names neither person nor token.
async fn trouble_page(
    app: &App,
    provider: &Provider,
    purpose: Purpose,
    next: &str,
    trouble: Trouble,
) -> Result<Response, Failure> {
    let name = &provider.organisation_name;
    let (status, heading, why, said) = match trouble {
        Trouble::Down(why) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{name}’s sign-in service cannot be used just now"),
            why,
            "It did not answer as it should. That is not your mistake. Nothing was changed, and what you typed in other tabs is still there.",
        ),
        Trouble::NotBelieved(why) => (
            StatusCode::BAD_REQUEST,
            "That sign-in could not be accepted".to_owned(),
            why,
            "The answer that came back was not one that this service can be sure of. Nothing was changed. Begin again; if it happens twice, tell whoever looks after computers in your organisation.",
        ),
        Trouble::Ours(why) => return Err(Failure::Unavailable(anyhow::anyhow!(why))),
    };
    tracing::warn!(organisation = %provider.organisation, why, "single sign-on failed");
    let mut text = vec![said.to_owned()];
    if purpose == Purpose::Invitation {
        text.push("Your invitation still opens: follow its link again, or choose a password there instead.".into());
    }
    let data = Plain {
        heading,
        text,
        links: ways_on(provider, purpose, next),
    };
    Ok(plain(app, status, data).await)
}

/// Something about signing in that belongs to no organisation.
fn event(app: &App, peer: &str, action: &'static str, outcome: Outcome) -> Event {
    Event {
        chain: INSTALL.to_owned(),
        at: app.clock.now(),
        person: None,
        action,
        patient: None,
        subject: None,
        outcome,
        reason: Some("single sign-on".into()),
        address: Some(peer.to_owned()),
    }
}

async fn record(app: &App, event: Event) -> Result<(), Failure> {
    let mut tx = app.db.begin().await?;
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Where somebody signs out at the provider that opened their session, if it offers that.
///
/// # Errors
/// [`Failure`].
pub(super) async fn way_out(
    app: &App,
    actor: &Actor,
    sealed: Option<String>,
) -> Result<Option<String>, Failure> {
    let Some(by) = &actor.provider else {
        return Ok(None);
    };
    let provider = sign_on::of(&app.db, &by.organisation).await?;
    let (Some(provider), Some(sealed)) = (provider, sealed) else {
        return Ok(None);
    };
    let token = app.sealer.open(&sealed, &actor.session)?;
    let (origin, now) = (&app.settings.origin, app.clock.now());
    Ok(app.providers.way_out(&provider, origin, &token, now).await)
}

/// The page after signing out of a session that a provider opened. The way on is a link: a form of ours
/// leads to pages of ours only.
pub(super) async fn signed_out_page(app: &App, account: &str, way_out: Option<String>) -> Response {
    let rest = match &way_out {
        Some(_) => format!(
            "Your {account} is still signed in on this computer. If others use it too, sign out there as well."
        ),
        None => format!(
            "Your {account} may still be signed in on this computer. If others use it too, sign out there as well, or close the browser."
        ),
    };
    let mut links = vec![("/sign-in".to_owned(), "Sign in again".to_owned())];
    if let Some(url) = way_out {
        links.insert(0, (url, format!("Sign out of your {account} as well")));
    }
    let data = Plain {
        heading: "You are signed out".into(),
        text: vec![rest],
        links,
    };
    plain(app, StatusCode::OK, data).await
}

/// What a provider's answer holds, strictly read.
fn brought(query: Option<&str>) -> Result<Body, Failure> {
    Body::read(query.unwrap_or_default().as_bytes())
}
