//! One's own accounts at identity providers: connecting and disconnecting them.
//!
//! A session that a provider opened changes only what is of that provider, and the account itself only
//! where the provider is the account's home organisation's: otherwise whoever runs a second
//! organisation's provider could take the account over, and with it what it opens in the first.

use super::{too_many, trouble_page};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other, status_and_title};
use crate::api::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::identifiers::OrganisationId;
use crate::pages::sign_on::{WayLine, WaysPage, go_on_page, ways_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::auth::sign_on::{SetOut, set_out};
use crate::server::clock::in_britain;
use crate::server::peer::Peer;
use crate::server::store::sign_on::{self, Purpose, Way};
use crate::server::store::{people, sessions};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

/// Whether a session may change the account itself: its password and its authenticator.
///
/// # Errors
/// [`Failure::NoPart`] when it may not.
pub async fn may_change_account(app: &App, actor: &Actor) -> Result<(), Failure> {
    let Some(provider) = &actor.provider else {
        return Ok(());
    };
    if people::home(&app.db, &actor.person).await?.as_ref() == Some(&provider.organisation) {
        return Ok(());
    }
    Err(Failure::NoPart(format!(
        "You signed in with your {}, and another organisation looks after your account here. Sign in with your password, or with that organisation’s own account, to change it",
        provider.name
    )))
}

fn can(actor: &Actor, way: &Way) -> bool {
    let by = actor.provider.as_ref();
    by.is_none_or(|p| p.organisation.as_str() == way.organisation)
}

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    respond(&app, &actor, vec![]).await
}

async fn respond(app: &App, actor: &Actor, errors: Vec<FieldError>) -> Result<Response, Failure> {
    let (status, title) = status_and_title(!errors.is_empty(), "Your organisation’s account");
    let ways = sign_on::ways(&app.db, &actor.person).await?;
    let data = WaysPage {
        ways: ways
            .into_iter()
            .map(|way| WayLine {
                can: can(actor, &way),
                since: way.linked_at.map(|at| day_in_words(in_britain(at).0)),
                organisation: way.organisation,
                organisation_name: way.organisation_name,
                account: way.name,
            })
            .collect(),
        errors,
    };
    let chrome = Chrome {
        back: Some(("/account".into(), "Back to your account".into())),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || ways_page(&data)).await)
}

/// Connects or disconnects an account.
///
/// # Errors
/// [`Failure`].
pub async fn change(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (act, organisation) = body.get("way").split_once(':').unwrap_or_default();
    let ways = sign_on::ways(&app.db, &actor.person).await?;
    let way = ways.iter().find(|way| way.organisation == organisation);
    if !way.is_some_and(|way| can(&actor, way)) {
        return Err(Failure::NotFound);
    }
    if let Some(error) = password_error(&app, &actor, &body).await? {
        return respond(&app, &actor, vec![error]).await;
    }
    let id = OrganisationId::parse(organisation).map_err(|_| Failure::NotFound)?;
    if act == "disconnect" {
        return disconnect(&app, &actor, &id, &ways).await;
    }
    let provider = sign_on::of(&app.db, &id).await?.ok_or(Failure::NotFound)?;
    let from = (peer.0.as_str(), &headers);
    match set_out(&app, &provider, Purpose::Connect, &actor.session, from).await? {
        SetOut::Go(url, cookie) => {
            let account = provider.name;
            let chrome = chrome(&actor, format!("Connect your {account}"));
            let mut response = page(&app, StatusCode::OK, chrome, move || {
                go_on_page(&account, &url)
            })
            .await;
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        SetOut::Wait => Ok(too_many(&app).await),
        SetOut::Trouble(trouble) => {
            trouble_page(&app, &provider, Purpose::Connect, "/", trouble).await
        }
    }
}

async fn disconnect(
    app: &App,
    actor: &Actor,
    organisation: &OrganisationId,
    ways: &[Way],
) -> Result<Response, Failure> {
    let password = people::by_id(&app.db, &actor.person).await?;
    let password = password.is_some_and(|p| p.password_hash.is_some());
    let another = ways
        .iter()
        .any(|w| w.linked_at.is_some() && w.organisation != organisation.as_str());
    if !password && !another {
        let error = FieldError {
            control: "way".into(),
            message: "This is your only way to sign in, so it stays connected. Choose a password first, under “Change your password”".into(),
        };
        return respond(app, actor, vec![error]).await;
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if sign_on::unlink(&mut tx, organisation, &actor.person).await? {
        // What it opened ends with it.
        sessions::end_by_provider(&mut tx, organisation, Some(&actor.person), None, now).await?;
        let event = Event {
            subject: Some(actor.person.to_string()),
            address: Some(actor.address.clone()),
            ..Event::done(organisation, now, &actor.person, "disconnect-sign-on")
        };
        audit::record(&mut tx, &event).await?;
    }
    tx.commit().await?;
    Ok(see_other("/account/sign-on"))
}
