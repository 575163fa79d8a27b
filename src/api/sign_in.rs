//! Signing in and out, and keeping what was typed when a session ended in between.

use super::body::Body;
use super::failure::Failure;
use super::render::{page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::identifiers::PersonId;
use crate::pages::sign_in::{
    CodePage, Held, SignInPage, code_page, held_page, not_yours_page, sign_in_page,
};
use crate::pages::sign_on::WayIn;
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event, INSTALL, Outcome};
use crate::server::auth::sign_in::{Came, Coded};
use crate::server::auth::{sessions, sign_in};
use crate::server::peer::Peer;
use crate::server::store;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The sign-in page.
pub async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let next = query
        .as_deref()
        .and_then(|q| q.strip_prefix("next="))
        .unwrap_or("/");
    let data = SignInPage {
        next: safe_path(next),
        ..SignInPage::default()
    };
    respond(&app, data, StatusCode::OK).await
}

async fn respond(app: &App, data: SignInPage, status: StatusCode) -> Response {
    let providers = match store::sign_on::all(&app.db).await {
        Ok(providers) => providers,
        Err(error) => return Failure::from(error).into_response(),
    };
    let ways = providers.into_iter().map(|provider| WayIn {
        path: super::sign_on::way_in(&provider.organisation, &data.next),
        account: provider.name,
    });
    let data = SignInPage {
        ways: ways.collect(),
        ..data
    };
    let failed = !data.errors.is_empty();
    let title = if failed { "Error: Sign in" } else { "Sign in" };
    let chrome = Chrome {
        title: title.into(),
        ..Chrome::default()
    };
    page(app, status, chrome, move || sign_in_page(&data)).await
}

/// A path of ours, or the start page: nobody is sent elsewhere after signing in.
pub(super) fn safe_path(path: &str) -> String {
    let ours = path.starts_with('/') && !path.starts_with("//") && path.len() <= 300;
    let plain = path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"/-_.?=#".contains(&b));
    if ours && plain {
        path.to_owned()
    } else {
        "/".to_owned()
    }
}

/// What the browser calls itself, cut to what is worth showing.
pub(super) fn agent(headers: &HeaderMap) -> String {
    headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("")
        .chars()
        .take(200)
        .collect()
}

/// Signs in.
///
/// # Errors
/// [`Failure`].
pub async fn sign_in(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let email = body.get("email").to_owned();
    let earlier = sessions::token(&app.settings, &headers);
    let attempt = sign_in::sign_in(
        &app,
        &email,
        body.get("password"),
        &peer.0,
        &agent(&headers),
        earlier.as_deref(),
    )
    .await?;
    let next = safe_path(body.get("next"));
    let held = held(&body);
    let (message, status) = match attempt {
        sign_in::Attempt::SignedIn(token, person) => {
            return Ok(enter(&app, &token, &person, &next, held).await);
        }
        sign_in::Attempt::NeedsCode(step) => {
            let data = CodePage {
                step,
                next,
                held,
                errors: vec![],
            };
            return Ok(respond_code(&app, data, StatusCode::OK).await);
        }
        sign_in::Attempt::Wrong => (
            "The e-mail address or the password is not right",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        sign_in::Attempt::Wait => (
            "Too many attempts. Wait 15 minutes and try again",
            StatusCode::TOO_MANY_REQUESTS,
        ),
    };
    let errors = vec![FieldError {
        control: "email".into(),
        message: message.into(),
    }];
    Ok(respond(
        &app,
        SignInPage {
            email,
            next,
            held,
            errors,
            ..SignInPage::default()
        },
        status,
    )
    .await)
}

/// Takes the code of somebody whose password was right.
///
/// # Errors
/// [`Failure`].
pub async fn code(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let earlier = sessions::token(&app.settings, &headers);
    let came = Came {
        address: &peer.0,
        user_agent: &agent(&headers),
        earlier: earlier.as_deref(),
    };
    let next = safe_path(body.get("next"));
    let held = held(&body);
    let coded = sign_in::give_code(&app, body.get("step"), body.get("code"), &came).await?;
    let error = |control: &str, message: &str| {
        vec![FieldError {
            control: control.to_owned(),
            message: message.to_owned(),
        }]
    };
    let (errors, status) = match coded {
        Coded::SignedIn(token, person) => {
            return Ok(enter(&app, &token, &person, &next, held).await);
        }
        Coded::Over => {
            let data = SignInPage {
                next,
                held,
                errors: error(
                    "email",
                    "That took too long, or the code was used already. Sign in again",
                ),
                ..SignInPage::default()
            };
            return Ok(respond(&app, data, StatusCode::UNPROCESSABLE_ENTITY).await);
        }
        Coded::Wrong => (
            error(
                "code",
                "That code is not right, or was used before. Wait for your app to show the next one",
            ),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Coded::Wait => (
            error(
                "code",
                "Too many wrong codes. Wait 15 minutes and try again",
            ),
            StatusCode::TOO_MANY_REQUESTS,
        ),
    };
    let data = CodePage {
        step: body.get("step").to_owned(),
        next,
        held,
        errors,
    };
    Ok(respond_code(&app, data, status).await)
}

async fn respond_code(app: &App, data: CodePage, status: StatusCode) -> Response {
    let failed = !data.errors.is_empty();
    let title = if failed {
        "Error: Give the code"
    } else {
        "Give the code"
    };
    let chrome = Chrome {
        title: title.into(),
        ..Chrome::default()
    };
    page(app, status, chrome, move || code_page(&data)).await
}

/// Lets somebody in, and gives them back what they typed. What somebody else typed is not shown.
async fn enter(
    app: &App,
    token: &str,
    person: &PersonId,
    next: &str,
    held: Option<Held>,
) -> Response {
    let mut response = match held {
        Some(held) => give_back(app, person, held).await,
        None => see_other(next),
    };
    response
        .headers_mut()
        .insert(header::SET_COOKIE, sessions::cookie(&app.settings, token));
    response
}

/// Gives typed text back to its writer, and to nobody else.
async fn give_back(app: &App, person: &PersonId, held: Held) -> Response {
    let ours = held.by == writer(person.as_str());
    let title = if ours {
        "You are signed in again"
    } else {
        "You are signed in"
    };
    let chrome = Chrome {
        title: title.into(),
        ..Chrome::default()
    };
    if ours {
        page(app, StatusCode::OK, chrome, move || held_page(&held)).await
    } else {
        page(app, StatusCode::OK, chrome, not_yours_page).await
    }
}

/// Whose text a page holds, without saying who that is.
fn writer(person: &str) -> String {
    sessions::digest(&format!("writer {person}"))
}

/// Text that waits in the sign-in page.
fn held(body: &Body) -> Option<Held> {
    let action = body.get("held-action");
    if action.is_empty() {
        return None;
    }
    let pairs = body
        .0
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("held:")?.to_owned(), value.clone())))
        .collect();
    Some(Held {
        action: safe_path(action),
        by: body.get("held-by").to_owned(),
        pairs,
    })
}

/// The answer to a form that was posted after its session had ended: the sign-in page, with the text
/// kept in it. Passwords and codes are not kept. The text is given back to whoever's session it was.
pub async fn hold(app: &App, headers: &HeaderMap, action: &str, body: Body) -> Response {
    let secret = |name: &str| name.contains("password") || name == "code";
    let pairs = body
        .0
        .into_iter()
        .filter(|(name, _)| !secret(name))
        .collect();
    let by = match sessions::token(&app.settings, headers) {
        Some(token) => store::sessions::owner(&app.db, &sessions::digest(&token)).await,
        None => Ok(None),
    };
    let by = match by {
        Ok(by) => by.map(|person| writer(&person)).unwrap_or_default(),
        Err(error) => return Failure::from(error).into_response(),
    };
    let held = Some(Held {
        action: safe_path(action),
        by,
        pairs,
    });
    respond(
        app,
        SignInPage {
            held,
            next: "/".into(),
            ..SignInPage::default()
        },
        StatusCode::UNAUTHORIZED,
    )
    .await
}

/// Gives typed text back to who has signed in in another tab since.
///
/// # Errors
/// [`Failure`].
pub async fn resume(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let Some(held) = held(&body) else {
        return Ok(see_other("/"));
    };
    let actor = sessions::actor(&app, &headers, peer.0).await?;
    let Some(actor) = actor.filter(|actor| !actor.lacks_second_factor) else {
        let data = SignInPage {
            next: "/".into(),
            held: Some(held),
            errors: vec![FieldError {
                control: "email".into(),
                message: "You have not signed in in the other tab yet. What you typed is kept on this page".into(),
            }],
            ..SignInPage::default()
        };
        return Ok(respond(&app, data, StatusCode::UNAUTHORIZED).await);
    };
    Ok(give_back(&app, &actor.person, held).await)
}

/// Signs out; of the identity provider too, by a link, where one opened the session.
///
/// # Errors
/// [`Failure`].
pub async fn sign_out(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let id_token = store::sessions::id_token(&app.db, &actor.session).await?;
    let mut tx = app.db.begin().await?;
    store::sessions::end(&mut tx, &actor.session, app.clock.now()).await?;
    let event = Event {
        chain: INSTALL.to_owned(),
        at: app.clock.now(),
        person: Some(actor.person.clone()),
        action: "sign-out",
        patient: None,
        subject: None,
        outcome: Outcome::Done,
        reason: None,
        address: Some(actor.address.clone()),
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    // Only when it is over here: a provider that does not answer keeps nobody signed in.
    let mut response = match &actor.provider {
        Some(provider) => {
            let way_out = super::sign_on::way_out(&app, &actor, id_token).await?;
            super::sign_on::signed_out_page(&app, &provider.name, way_out).await
        }
        None => see_other("/sign-in"),
    };
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, sessions::no_cookie(&app.settings));
    headers.insert(
        "clear-site-data",
        HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""),
    );
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(
            safe_path("/reports/0192-ab/check"),
            "/reports/0192-ab/check"
        );
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil",
            "/a\r\nb",
            "",
            "/%0d%0a",
        ] {
            assert_eq!(safe_path(bad), "/", "{bad}");
        }
    }
}
