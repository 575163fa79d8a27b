//! Every layer: the whole security posture at a glance. The routes stand in [`routes`].

use super::access::Actor;
use super::app::App;
use super::audit::views::Viewing;
use super::bodies::{Bodies, read_first};
use super::peer::{self, Peer};
use super::turns::{Turns, in_turn};
use super::{auth, routes};
use crate::api::body::Body as FormBody;
use crate::api::failure::Failure;
use crate::api::sign_in;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use leptos::prelude::provide_context;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::set_header::SetResponseHeaderLayer;

/// Most bytes of a form with answers.
pub(super) const ANSWERS_LIMIT: usize = 4 * 1024 * 1024;
/// Most bytes of any other form.
pub(super) const FORM_LIMIT: usize = 256 * 1024;
/// Longest time to work on a request.
const WORK: Duration = Duration::from_secs(30);
/// Longest time for a request to arrive, to wait for its turn and to be worked on.
const WHOLE: Duration = Duration::from_secs(75);

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
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(
            Turns::of_this_machine(),
            in_turn,
        ))
        .layer(middleware::from_fn(async |request, next| {
            within(WORK, request, next).await
        }))
        .layer(GlobalConcurrencyLimitLayer::new(
            app.settings.concurrent_requests.into(),
        ))
        // A turn is taken only for a request that is all here: nobody holds one by sending slowly.
        .layer(middleware::from_fn_with_state(
            Bodies::of(app.clone()),
            read_first,
        ))
        .layer(middleware::from_fn(only_from_a_page))
        .layer(
            CsrfLayer::new()
                .with_rejection_response(|_: ProtectionError| Failure::Elsewhere.into_response()),
        )
        .layer(middleware::from_fn(only_readable_addresses))
        .layer(middleware::from_fn_with_state(app.clone(), only_by_tls))
        .layer(middleware::from_fn(async |request, next| {
            within(WHOLE, request, next).await
        }))
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
        .layer(middleware::from_fn_with_state(app.clone(), note_peer));
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

/// The other end of a request's connection.
fn connection(request: &Request) -> Option<IpAddr> {
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    connected.map(|c| c.0.ip())
}

/// Notes where a request comes from. A header is believed only from a proxy that the operator named.
async fn note_peer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let trusted = &app.settings.trusted_proxy;
    let peer = connection(&request).map_or_else(
        || Peer("unknown".into()),
        |at| Peer(peer::of(at, request.headers(), trusted).to_string()),
    );
    request.extensions_mut().insert(peer);
    next.run(request).await
}

/// Sends whoever came to the proxy by plain http to https. A post is refused: it was sent in the clear.
async fn only_by_tls(State(app): State<App>, request: Request, next: Next) -> Response {
    let trusted = &app.settings.trusted_proxy;
    let plain = app.settings.is_secure()
        && connection(&request)
            .is_some_and(|at| peer::came_by_plain_http(at, request.headers(), trusted));
    match (plain, request.method()) {
        (false, _) => next.run(request).await,
        (true, &Method::GET | &Method::HEAD) => {
            let path = request.uri().path();
            crate::api::render::see_other(&format!("{}{path}", app.settings.origin))
        }
        (true, _) => Failure::Elsewhere.into_response(),
    }
}

/// Answers an address that is no text as one that is not there.
async fn only_readable_addresses(request: Request, next: Next) -> Response {
    let path = percent_encoding::percent_decode_str(request.uri().path()).decode_utf8();
    if path.is_ok_and(|path| !path.chars().any(char::is_control)) {
        next.run(request).await
    } else {
        Failure::NotFound.into_response()
    }
}

/// Gives up on what takes too long.
async fn within(limit: Duration, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        tracing::error!(seconds = limit.as_secs(), "a request took too long");
        Failure::TookTooLong.into_response()
    })
}

/// Refuses a post that does not say where it comes from. Browsers always say; the layer above
/// refuses those that say another site.
async fn only_from_a_page(request: Request, next: Next) -> Response {
    // An identity provider has no page: what it says is signed instead.
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("sign-in/signed-out/") {
        return next.run(request).await;
    }
    let says = request.headers().contains_key("sec-fetch-site")
        || request.headers().contains_key(header::ORIGIN);
    if request.method() == Method::POST && !says {
        return Failure::Elsewhere.into_response();
    }
    next.run(request).await
}

/// Lets those through who are signed in. Others are asked to sign in; what they posted is kept.
async fn only_signed_in(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let asking = Asking::of(&request);
    match asking.actor(&app).await {
        // Only the way to setting a second factor up is open to who must have one.
        Ok(Some(actor))
            if actor.lacks_second_factor
                && !matches!(request.uri().path(), "/account/second-factor" | "/sign-out") =>
        {
            crate::api::render::see_other("/account/second-factor")
        }
        Ok(Some(actor)) => {
            let viewing = Viewing::default();
            request.extensions_mut().insert(Actor {
                viewing: Some(viewing.clone()),
                ..actor
            });
            let page = next.run(request).await;
            seen(page, &viewing).await
        }
        Ok(None) if request.method() == Method::POST => {
            let path = request.uri().path().to_owned();
            let headers = request.headers().clone();
            match FormBody::from_request(request, &app).await {
                Ok(body) => sign_in::hold(&app, &headers, &path, body).await,
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

/// Shows a page once what it was made from is on record as seen.
async fn seen(page: Response, viewing: &Viewing) -> Response {
    match viewing.recorded().await {
        Ok(()) => page,
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
        Ok(actor) => actor.filter(|actor| !actor.lacks_second_factor),
        Err(error) => return Failure::from(error).into_response(),
    };
    // The body is read here, so that the limit and the check of its encoding hold for scripts too.
    let (mut parts, body) = request.into_parts();
    let known =
        leptos::server_fn::axum::server_fn_paths().any(|(path, _)| path == parts.uri.path());
    if !known {
        return Failure::NotFound.into_response();
    }
    let form = parts.headers.get(header::CONTENT_TYPE);
    if !form.is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    }) {
        return Failure::Unreadable.into_response();
    }
    // Asked for a page, the library would send the browser to where Referer says. A script is told
    // in its own shape, whatever it says it takes.
    parts.headers.remove(header::ACCEPT);
    parts.headers.remove(header::REFERER);
    let Ok(bytes) = axum::body::to_bytes(body, ANSWERS_LIMIT).await else {
        return Failure::TooLarge.into_response();
    };
    let whole = |body: &FormBody| body.is_just(&["action", "typed"]);
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
