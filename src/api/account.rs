//! One's own account.

use super::body::Body;
use super::failure::Failure;
use super::invitation::chosen_wrongly;
use super::render::{chrome, page, see_other, status_and_title};
use super::sign_on::account::may_change_account;
use super::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::pages::account::{
    AccountPage, SessionLine, Setting, account_page, password_page, second_factor_page,
};
use crate::server::access::{Actor, TimeLeft};
use crate::server::app::App;
use crate::server::audit::search::password_link;
use crate::server::audit::{self, Event, INSTALL, Outcome};
use crate::server::auth::second_factor as codes;
use crate::server::auth::sessions as auth;
use crate::server::clock::moment_in_words;
use crate::server::store::{organisations, people, second_factors, sessions, sign_on};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;

fn event(app: &App, actor: &Actor, action: &'static str) -> Event {
    Event {
        chain: INSTALL.to_owned(),
        at: app.clock.now(),
        person: Some(actor.person.clone()),
        action,
        patient: None,
        subject: Some(actor.person.to_string()),
        outcome: Outcome::Done,
        reason: None,
        address: Some(actor.address.clone()),
    }
}

/// How long somebody reads on the page of their account that their password was set by a one-time link.
const LINK_TOLD_FOR: TimeDelta = TimeDelta::days(90);

async fn email(app: &App, actor: &Actor) -> Result<String, Failure> {
    Ok(people::email(&app.db, &actor.person)
        .await?
        .unwrap_or_default())
}

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let mut roles = Vec::new();
    for membership in &actor.memberships {
        let place = organisations::find(&app.db, &membership.organisation).await?;
        let place = place.map(|p| p.name).unwrap_or_default();
        roles.push(format!("{}, {place}", membership.role.words()));
    }
    let recovery_left = if actor.second_factor {
        Some(second_factors::recovery_left(&app.db, &actor.person).await?)
    } else {
        None
    };
    let sessions = sessions::own(&app.db, &actor.person).await?;
    let ways = sign_on::ways(&app.db, &actor.person).await?;
    let since = app.clock.now() - LINK_TOLD_FOR;
    let link = password_link(&app.db, &actor.person, since).await?;
    let data = AccountPage {
        link: link.map(|(at, how)| {
            format!(
                "Your password was set by {how}, on {}. If that was not you, change it now and tell an administrator of each of your organisations.",
                moment_in_words(at)
            )
        }),
        name: actor.name.clone(),
        email: email(&app, &actor).await?,
        roles,
        recovery_left,
        accounts: ways
            .into_iter()
            .map(|way| (way.name, way.linked_at.is_some()))
            .collect(),
        sessions: sessions
            .into_iter()
            .map(|s| SessionLine {
                this: s.token_hash == actor.session,
                words: format!(
                    "{}, from {}, since {}, last used {}",
                    browser(&s.user_agent),
                    if s.address.is_empty() {
                        "an unknown address"
                    } else {
                        &s.address
                    },
                    moment_in_words(s.created_at),
                    moment_in_words(s.seen_at)
                ),
                id: s.token_hash,
            })
            .collect(),
    };
    let chrome = chrome(&actor, "Your account");
    Ok(page(&app, StatusCode::OK, chrome, move || account_page(&data)).await)
}

/// The browser's name in a word, from what it calls itself.
fn browser(agent: &str) -> &'static str {
    [
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]
    .into_iter()
    .find(|(mark, _)| agent.contains(mark))
    .map_or("A browser", |(_, name)| name)
}

/// Ends one of one's own sessions, or all but this one.
///
/// # Errors
/// [`Failure`].
pub async fn end_session(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    body: Body,
) -> Result<Response, Failure> {
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    let which = body.get("session");
    if which == "others" {
        sessions::end_all(&mut tx, &actor.person, Some(&actor.session), now).await?;
    } else if !sessions::end_own(&mut tx, &actor.person, which, now).await? {
        return Err(Failure::NotFound);
    }
    audit::record(&mut tx, &event(&app, &actor, "end-own-session")).await?;
    tx.commit().await?;
    Ok(see_other("/account"))
}

fn back() -> Option<(String, String)> {
    Some(("/account".into(), "Back to your account".into()))
}

/// The page that changes one's password.
///
/// # Errors
/// [`Failure`].
pub async fn show_password(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    may_change_account(&app, &actor).await?;
    Ok(respond_password(&app, &actor, vec![]).await)
}

async fn respond_password(app: &App, actor: &Actor, errors: Vec<FieldError>) -> Response {
    let (status, title) = status_and_title(!errors.is_empty(), "Change your password");
    let chrome = Chrome {
        back: back(),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || password_page(&errors)).await
}

/// How long the session lasts yet, for the script that warns before its end. Asking is no use of it;
/// without a session there is nothing left.
///
/// # Errors
/// [`Failure`].
pub async fn session(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    Ok(left(auth::left(&app, &headers).await?.unwrap_or_default()))
}

/// Stays signed in: the request itself is the use. Says how long the session lasts now.
///
/// # Errors
/// [`Failure`].
pub async fn stay(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let mut tx = app.db.begin().await?;
    sessions::seen(&mut tx, &actor.session, app.clock.now()).await?;
    tx.commit().await?;
    session(State(app), headers).await
}

fn left(time: TimeLeft) -> Response {
    let body = serde_json::json!({ "left": time.seconds, "absolute": time.in_any_case });
    let head = [(header::CONTENT_TYPE, "application/json")];
    (head, body.to_string()).into_response()
}

/// Changes one's password and ends one's other sessions.
///
/// # Errors
/// [`Failure`].
pub async fn change_password(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    body: Body,
) -> Result<Response, Failure> {
    may_change_account(&app, &actor).await?;
    let own = email(&app, &actor).await?;
    let mut errors = chosen_wrongly(&body, &[&actor.name, &own]);
    if errors.is_empty() {
        errors.extend(password_error(&app, &actor, &body).await?);
    }
    if !errors.is_empty() {
        return Ok(respond_password(&app, &actor, errors).await);
    }
    let hash = app.hasher.hash(body.get("new-password")).await?;
    let mut tx = app.db.begin().await?;
    people::set_password(&mut tx, &actor.person, &hash).await?;
    sessions::end_all(
        &mut tx,
        &actor.person,
        Some(&actor.session),
        app.clock.now(),
    )
    .await?;
    audit::record(&mut tx, &event(&app, &actor, "change-password")).await?;
    tx.commit().await?;
    Ok(see_other("/account"))
}

/// The page of one's second factor.
///
/// # Errors
/// [`Failure`].
pub async fn show_second_factor(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    may_change_account(&app, &actor).await?;
    let setting = if actor.second_factor {
        Setting::On { codes: vec![] }
    } else {
        Setting::None {
            required: actor.lacks_second_factor,
        }
    };
    Ok(respond_factor(&app, &actor, setting, vec![]).await)
}

async fn respond_factor(
    app: &App,
    actor: &Actor,
    setting: Setting,
    errors: Vec<FieldError>,
) -> Response {
    let (status, title) = status_and_title(!errors.is_empty(), "Authenticator app");
    let chrome = Chrome {
        back: (!actor.lacks_second_factor).then(back).flatten(),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || {
        second_factor_page(&setting, &errors)
    })
    .await
}

/// Sets one's second factor up, in two steps, or removes it.
///
/// # Errors
/// [`Failure`].
pub async fn second_factor(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    body: Body,
) -> Result<Response, Failure> {
    may_change_account(&app, &actor).await?;
    match (body.get("do"), actor.second_factor) {
        ("begin", false) => begin(&app, &actor, &body).await,
        ("confirm", false) => confirm(&app, &actor, &body).await,
        ("codes", true) => new_codes(&app, &actor, &body).await,
        ("remove", true) => remove(&app, &actor, &body).await,
        _ => Ok(see_other("/account/second-factor")),
    }
}

async fn begin(app: &App, actor: &Actor, body: &Body) -> Result<Response, Failure> {
    // Who must have one has just given their password and can do nothing else.
    if !actor.lacks_second_factor
        && let Some(error) = password_error(app, actor, body).await?
    {
        let setting = Setting::None { required: false };
        return Ok(respond_factor(app, actor, setting, vec![error]).await);
    }
    let secret = codes::new_secret()?;
    let mut tx = app.db.begin().await?;
    let sealed = app.sealer.seal(&secret, actor.person.as_str())?;
    if !second_factors::begin(&mut tx, &actor.person, &sealed).await? {
        return Ok(see_other("/account/second-factor"));
    }
    audit::record(&mut tx, &event(app, actor, "begin-second-factor")).await?;
    tx.commit().await?;
    show_secret(app, actor, &secret, vec![]).await
}

async fn show_secret(
    app: &App,
    actor: &Actor,
    secret: &str,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let setting = Setting::Begun {
        picture: codes::picture(secret, &email(app, actor).await?)?,
        key: codes::in_groups(secret),
    };
    Ok(respond_factor(app, actor, setting, errors).await)
}

async fn confirm(app: &App, actor: &Actor, body: &Body) -> Result<Response, Failure> {
    let now = app.clock.now();
    let begun = second_factors::find(&app.db, &actor.person).await?;
    let Some(factor) = begun.filter(|f| !f.confirmed) else {
        return Ok(see_other("/account/second-factor"));
    };
    let secret = app.sealer.open(&factor.secret, actor.person.as_str())?;
    let Some(step) = codes::step(&secret, body.get("code"), now)? else {
        let error = FieldError {
            control: "code".into(),
            message: "That is not the code that the app should show. Check that the device’s clock is right, and give the newest code".into(),
        };
        return show_secret(app, actor, &secret, vec![error]).await;
    };
    let recovery = codes::new_recovery_codes()?;
    let digests: Vec<String> = recovery.iter().map(|c| codes::recovery_digest(c)).collect();
    let mut tx = app.db.begin().await?;
    if !second_factors::confirm(&mut tx, &actor.person, &factor.secret, step, &digests, now).await?
    {
        return Ok(see_other("/account/second-factor"));
    }
    sessions::completed(&mut tx, &actor.session).await?;
    sessions::end_all(&mut tx, &actor.person, Some(&actor.session), now).await?;
    audit::record(&mut tx, &event(app, actor, "set-up-second-factor")).await?;
    tx.commit().await?;
    let actor = Actor {
        second_factor: true,
        lacks_second_factor: false,
        ..actor.clone()
    };
    Ok(respond_factor(app, &actor, Setting::On { codes: recovery }, vec![]).await)
}

/// Makes new recovery codes in the place of the old ones, used or not, and shows them once.
async fn new_codes(app: &App, actor: &Actor, body: &Body) -> Result<Response, Failure> {
    if let Some(error) = password_error(app, actor, body).await? {
        return Ok(respond_factor(app, actor, Setting::On { codes: vec![] }, vec![error]).await);
    }
    let recovery = codes::new_recovery_codes()?;
    let digests: Vec<String> = recovery.iter().map(|c| codes::recovery_digest(c)).collect();
    let mut tx = app.db.begin().await?;
    second_factors::replace_codes(&mut tx, &actor.person, &digests).await?;
    audit::record(&mut tx, &event(app, actor, "new-recovery-codes")).await?;
    tx.commit().await?;
    Ok(respond_factor(app, actor, Setting::On { codes: recovery }, vec![]).await)
}

async fn remove(app: &App, actor: &Actor, body: &Body) -> Result<Response, Failure> {
    if let Some(error) = password_error(app, actor, body).await? {
        let setting = Setting::On { codes: vec![] };
        return Ok(respond_factor(app, actor, setting, vec![error]).await);
    }
    let mut tx = app.db.begin().await?;
    second_factors::remove(&mut tx, &actor.person).await?;
    sessions::end_all(&mut tx, &actor.person, None, app.clock.now()).await?;
    audit::record(&mut tx, &event(app, actor, "remove-second-factor")).await?;
    tx.commit().await?;
    // The next sign-in asks for another one, where the organisation wants one.
    Ok(see_other("/sign-in"))
}
