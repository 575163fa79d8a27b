//! From a page's values to a response: sets the frame around it and its content policy.

use crate::components::furniture::{AsksCode, ConfirmsWith};
use crate::components::layout::{Chrome, SessionEnd, document};
use crate::domain::people::Role;
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::assets;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

/// Answers with a page.
pub async fn page<V: IntoView + 'static>(
    app: &App,
    status: StatusCode,
    chrome: Chrome,
    content: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> Response {
    let options = app.leptos.clone();
    let chrome = Chrome {
        style_version: assets::style_version(),
        ..chrome
    };
    let shell = move || {
        provide_context(AsksCode(chrome.asks_code));
        if let Some(account) = chrome.confirms_with.clone() {
            provide_context(ConfirmsWith(account));
        }
        document(options.clone(), chrome.clone(), content().into_any())
    };
    let render = leptos_axum::render_app_async_with_context(leptos::nonce::provide_nonce, shell);
    // Pages get all they need as values; Leptos is told nothing of the request.
    let mut response = render(Request::new(Body::empty())).await;
    *response.status_mut() = status;
    response
}

/// The rooms of the product, in the order of the menu, and who is shown the way to each. What a person
/// may do inside is asked again at every door.
fn rooms(actor: &Actor) -> Vec<(&'static str, &'static str)> {
    let any = |roles: &[Role]| roles.iter().any(|role| actor.is(*role));
    let supervising = [
        Role::SocialSupervisor,
        Role::ClinicalSupervisor,
        Role::LineManager,
    ];
    let assessing = [
        Role::AssessmentLead,
        Role::Executive,
        Role::LineManager,
        Role::SocialSupervisor,
    ];
    [
        (any(&supervising), "/", "Patients"),
        (any(&supervising), "/find", "Find a patient"),
        (
            any(&[Role::SocialSupervisor, Role::LineManager]),
            "/register",
            "Register a patient",
        ),
        (any(&supervising), "/caseload", "Caseload"),
        (any(&[Role::LineManager]), "/cover", "Cover"),
        (
            any(&supervising) || actor.is(Role::Auditor),
            "/notices",
            "Notices",
        ),
        (any(&assessing), "/assessments", "Self-assessment"),
        (any(&[Role::Administrator]), "/protocol", "Protocol"),
        (
            any(&[Role::Auditor, Role::Administrator]),
            "/audit",
            "Audit",
        ),
        (
            any(&[Role::Executive, Role::Administrator]),
            "/retention",
            "Keeping records",
        ),
        (
            any(&[Role::Administrator]),
            "/administration",
            "Administration",
        ),
        (true, "/assurance", "Assurance"),
        (true, "/guidance", "Guidance"),
    ]
    .into_iter()
    .filter_map(|(shown, path, words)| shown.then_some((path, words)))
    .collect()
}

/// A frame for somebody who is signed in.
#[must_use]
pub fn chrome(actor: &Actor, title: impl Into<String>) -> Chrome {
    Chrome {
        title: title.into(),
        person: Some(actor.name.clone()),
        asks_code: actor.second_factor,
        confirms_with: actor.provider.as_ref().map(|p| p.name.clone()),
        rooms: rooms(actor),
        session: Some(SessionEnd {
            seconds: actor.time_left.seconds,
            in_any_case: actor.time_left.in_any_case,
            idle_minutes: actor.time_left.idle_minutes,
            script: assets::session_script(),
        }),
        ..Chrome::default()
    }
}

/// "Go there next", after a post.
#[must_use]
pub fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}

/// The status of a page, by whether it says that something is wrong; and its title.
#[must_use]
pub fn status_and_title(failed: bool, title: &str) -> (StatusCode, String) {
    if failed {
        (StatusCode::UNPROCESSABLE_ENTITY, format!("Error: {title}"))
    } else {
        (StatusCode::OK, title.to_owned())
    }
}
