//! Every layer: the whole security posture at a glance. The routes stand in [`routes`].

use super::access::Actor;
use super::app::App;
use super::{auth, routes};
use crate::api::body::Body as FormBody;
use crate::api::failure::Failure;
use crate::api::sign_in;
use crate::api::sign_in::Peer;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use leptos::prelude::provide_context;
use std::net::SocketAddr;
use std::time::Duration;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// Most bytes of a form with answers.
pub(super) const ANSWERS_LIMIT: usize = 4 * 1024 * 1024;
/// Most bytes of any other form.
const FORM_LIMIT: usize = 256 * 1024;
/// Longest time for one request.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The product as a service.
pub fn router(app: App) -> Router {
    let signed_in =
        routes::signed_in().layer(middleware::from_fn_with_state(app.clone(), only_signed_in));
    // Answers for itself who is signed in: a script is told "signed out", not shown a page.
    let scripts = Router::new()
        .route("/api/{*function}", post(server_function))
        .layer(DefaultBodyLimit::max(ANSWERS_LIMIT));
    let service = signed_in
        .merge(scripts)
        .merge(routes::anybody())
        .fallback(not_found)
        .method_not_allowed_fallback(not_found);
    layers(service, &app).with_state(app)
}

/// What holds for every request, outermost last.
fn layers(service: Router<App>, app: &App) -> Router<App> {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    let mut service = service
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(middleware::from_fn(only_from_a_page))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIME_LIMIT,
        ))
        .layer(GlobalConcurrencyLimitLayer::new(
            app.settings.concurrent_requests.into(),
        ))
        // A page is made for one reader once: quick compression beats thorough.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(header("cache-control", "no-store"))
        .layer(header(
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ))
        .layer(header("cross-origin-opener-policy", "same-origin"))
        .layer(header("cross-origin-resource-policy", "same-origin"))
        .layer(header(
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ))
        .layer(header("referrer-policy", "same-origin"))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("x-frame-options", "DENY"))
        .layer(middleware::from_fn(note_peer));
    if app.settings.is_secure() {
        service = service.layer(header(
            "strict-transport-security",
            "max-age=31536000; includeSubDomains",
        ));
    }
    service
}

async fn not_found() -> Response {
    Failure::NotFound.into_response()
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::http::Response<Body> {
    Failure::Unavailable(anyhow::anyhow!("a request panicked")).into_response()
}

/// Notes where a request comes from. Never from a header, which anybody can write.
async fn note_peer(mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| Peer("unknown".into()), |c| Peer::from(c.0));
    request.extensions_mut().insert(peer);
    next.run(request).await
}

/// Refuses a post that does not say where it comes from. Browsers always say; the layer above
/// refuses those that say another site.
async fn only_from_a_page(request: Request, next: Next) -> Response {
    let says = request.headers().contains_key("sec-fetch-site")
        || request.headers().contains_key(header::ORIGIN);
    if request.method() == Method::POST && !says {
        return (StatusCode::FORBIDDEN, "Cross-origin request").into_response();
    }
    next.run(request).await
}

/// Lets those through who are signed in. Others are asked to sign in; what they posted is kept.
async fn only_signed_in(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let asking = Asking::of(&request);
    match asking.actor(&app).await {
        Ok(Some(actor)) => {
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Ok(None) if request.method() == Method::POST => {
            let path = request.uri().path().to_owned();
            match FormBody::from_request(request, &app).await {
                Ok(body) => sign_in::hold(&app, &path, body).await,
                Err(failure) => failure.into_response(),
            }
        }
        Ok(None) => {
            let path = request.uri().path();
            let to = if path == "/" {
                "/sign-in".to_owned()
            } else {
                format!("/sign-in?next={path}")
            };
            crate::api::render::see_other(&to)
        }
        Err(error) => Failure::from(error).into_response(),
    }
}

/// What of a request tells who asks.
struct Asking {
    headers: HeaderMap,
    address: String,
}

impl Asking {
    fn of(request: &Request) -> Self {
        let address = request
            .extensions()
            .get::<Peer>()
            .map_or_else(String::new, |p| p.0.clone());
        Self {
            headers: request.headers().clone(),
            address,
        }
    }

    async fn actor(self, app: &App) -> sqlx::Result<Option<Actor>> {
        auth::sessions::actor(app, &self.headers, self.address).await
    }
}

/// Runs a server function with the product and, when somebody is signed in, who asks.
async fn server_function(State(app): State<App>, request: Request) -> Response {
    let actor = match Asking::of(&request).actor(&app).await {
        Ok(actor) => actor,
        Err(error) => return Failure::from(error).into_response(),
    };
    // The body is read here, so that the limit and the check of its encoding hold for scripts too.
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, ANSWERS_LIMIT).await else {
        return Failure::TooLarge.into_response();
    };
    let whole = |body: &FormBody| body.has(&["report", "section", "typed"]);
    if !FormBody::read(&bytes).is_ok_and(|body| whole(&body)) {
        return Failure::Unreadable.into_response();
    }
    let context = move || {
        provide_context(app.clone());
        if let Some(actor) = actor.clone() {
            provide_context(actor);
        }
    };
    let request = Request::from_parts(parts, Body::from(bytes));
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
}
