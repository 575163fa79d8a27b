//! The ways in through organisations' identity providers.

use crate::api::{sign_in, sign_on};
use crate::server::app::App;
use crate::server::router::ANSWERS_LIMIT;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// What takes a session.
pub(super) fn signed_in() -> Router<App> {
    Router::new()
        .route("/sign-in/confirm", get(sign_on::confirm))
        .route(
            "/account/sign-on",
            get(sign_on::account::show).post(sign_on::account::change),
        )
}

/// What takes no session.
pub(super) fn anybody() -> Router<App> {
    Router::new()
        .route("/sign-in/with/{organisation}", get(sign_on::with))
        .route("/sign-in/return", get(sign_on::come_back))
        .route(
            "/sign-in/resume",
            post(sign_in::resume).layer(DefaultBodyLimit::max(ANSWERS_LIMIT)),
        )
        .route(
            "/sign-in/signed-out/{organisation}",
            post(sign_on::signed_out::signed_out)
                .layer(DefaultBodyLimit::max(sign_on::signed_out::TOKEN_LIMIT)),
        )
        .route("/invitation/{token}/with", get(sign_on::with_invitation))
}
