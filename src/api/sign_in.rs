//! Signing in and out, and keeping what was typed when a session ended in between.

use super::body::Body;
use super::failure::Failure;
use super::render::{page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::pages::sign_in::{Held, SignInPage, held_page, sign_in_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event, INSTALL, Outcome};
use crate::server::auth::{sessions, sign_in};
use crate::server::peer::Peer;
use crate::server::store;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

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
    let failed = !data.errors.is_empty();
    let title = if failed { "Error: Sign in" } else { "Sign in" };
    let chrome = Chrome {
        title: title.into(),
        ..Chrome::default()
    };
    page(app, status, chrome, move || sign_in_page(&data)).await
}

/// A path of ours, or the start page: nobody is sent elsewhere after signing in.
fn safe_path(path: &str) -> String {
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
    let agent: String = headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("")
        .chars()
        .take(200)
        .collect();
    let earlier = sessions::token(&app.settings, &headers);
    let attempt = sign_in::sign_in(
        &app,
        &email,
        body.get("password"),
        &peer.0,
        &agent,
        earlier.as_deref(),
    )
    .await?;
    let next = safe_path(body.get("next"));
    let held = held(&body);
    let (message, status) = match attempt {
        sign_in::Attempt::SignedIn(token) => {
            let mut response = match held {
                Some(held) => {
                    let chrome = Chrome {
                        title: "You are signed in again".into(),
                        ..Chrome::default()
                    };
                    page(&app, StatusCode::OK, chrome, move || held_page(&held)).await
                }
                None => see_other(&next),
            };
            response
                .headers_mut()
                .insert(header::SET_COOKIE, sessions::cookie(&app.settings, &token));
            return Ok(response);
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
        },
        status,
    )
    .await)
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
        pairs,
    })
}

/// The answer to a form that was posted after its session had ended: the sign-in page, with the text
/// kept in it. Passwords are not kept.
pub async fn hold(app: &App, action: &str, body: Body) -> Response {
    let pairs = body
        .0
        .into_iter()
        .filter(|(name, _)| name != "password")
        .collect();
    let held = Some(Held {
        action: safe_path(action),
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

/// Signs out.
///
/// # Errors
/// [`Failure`].
pub async fn sign_out(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let mut tx = app.db.begin().await?;
    store::sessions::end(&mut tx, &actor.session).await?;
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
    let mut response = see_other("/sign-in");
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
