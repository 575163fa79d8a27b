//! Listening, by plain http or TLS, and stopping without cutting anybody off.

use super::app::App;
use super::config::Settings;
use super::forms::PROGRESS_REPORT;
use super::papers::blank;
use super::router::router;
use anyhow::{Context, Result};
use axum_server::accept::{Accept, NoDelayAcceptor};
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;

/// How long requests in flight may take to finish: a little more than one may take at all.
const DRAIN: Duration = Duration::from_secs(35);
/// How long the head of a request may take to arrive; also how long an idle connection is kept.
const HEAD: Duration = Duration::from_secs(10);
/// Most bytes of a request's head.
const HEAD_LIMIT: usize = 16 * 1024;
/// Most headers in a request.
const MOST_HEADERS: usize = 100;
/// Open files that are not connections: database, log, listener.
const OTHER_FILES: usize = 100;

/// Serves until SIGTERM or SIGINT, then finishes what is in flight. Calls `ready` once it listens.
///
/// # Errors
/// When the address cannot be listened on, or certificate or key cannot be used.
pub async fn until_stopped(app: App, ready: impl FnOnce()) -> Result<()> {
    let listen = app.settings.listen;
    let tls = tls(&app.settings)?;
    let listener = std::net::TcpListener::bind(listen)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
        .with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let signals = Signals::ask_for(tls.is_some())?;
    tracing::info!(tls = tls.is_some(), %address, "listening");
    // The first paper after a start is as fast as the others.
    if let Some(form) = app.forms.newest(PROGRESS_REPORT) {
        app.press.warm_up(&blank::document(&form));
    }
    ready();
    let db = app.db.clone();
    let handle = Handle::new();
    let places = Arc::new(Semaphore::new(places(&app.settings)));
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_LIMIT)
        .max_headers(MOST_HEADERS);
    tokio::spawn(async move {
        stop(signals.terminate, signals.interrupt).await;
        handle.graceful_shutdown(Some(DRAIN));
    });
    match tls {
        None => {
            let bounded = |inner| Bounded { inner, places };
            // Without "no delay", small answers wait for the peer's acknowledgement: 40 ms a page.
            let server: Server<SocketAddr, _> = server.map(|_| bounded(NoDelayAcceptor::new()));
            server.http1_only().serve(service).await?;
        }
        Some(config) => {
            let config = RustlsConfig::from_config(Arc::new(config));
            if let Some(hangup) = signals.hangup {
                tokio::spawn(renew(config.clone(), Arc::clone(&app.settings), hangup));
            }
            let inner = RustlsAcceptor::new(config)
                .handshake_timeout(HEAD)
                .acceptor(NoDelayAcceptor::new());
            let server: Server<SocketAddr, _> = server.map(|_| Bounded { inner, places });
            server.http1_only().serve(service).await?;
        }
    }
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// How many connections there may be: as many as asked for, but no more than files may be open.
fn places(settings: &Settings) -> usize {
    let wanted = usize::from(settings.connections);
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok());
    let most = files.map_or(wanted, |files| files.saturating_sub(OTHER_FILES).max(1));
    if most < wanted {
        tracing::warn!(
            connections = most,
            "fewer connections than asked for: raise the limit of open files"
        );
    }
    wanted.min(most)
}

/// What TLS needs, if the operator asked for it.
///
/// # Errors
/// When certificate or key cannot be read or do not fit each other.
pub fn tls(settings: &Settings) -> Result<Option<ServerConfig>> {
    let (Some(certificate), Some(key)) = (&settings.tls_cert, &settings.tls_key) else {
        return Ok(None);
    };
    let at = |path: &Path| format!("cannot use {}", path.display());
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .with_context(|| at(certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).with_context(|| at(key))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .with_context(|| at(certificate))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(config))
}

/// Takes up a renewed certificate on SIGHUP. One that cannot be used is said so; the old one stays.
async fn renew(config: RustlsConfig, settings: Arc<Settings>, mut hangup: Signal) {
    while hangup.recv().await.is_some() {
        match tls(&settings) {
            Ok(Some(new)) => {
                config.reload_from_config(Arc::new(new));
                tracing::info!("the certificate was read again");
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the old certificate stays")
            }
        }
    }
}

/// Refuses connections beyond a number at once, so that those there are keep their memory and files.
#[derive(Debug, Clone)]
struct Bounded<A> {
    inner: A,
    places: Arc<Semaphore>,
}

type Accepted<T, S> = Pin<Box<dyn Future<Output = std::io::Result<(T, Seated<S>)>> + Send>>;

impl<A, S> Accept<TcpStream, S> for Bounded<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
    S: Send + 'static,
{
    type Stream = A::Stream;
    type Service = Seated<A::Service>;
    type Future = Accepted<A::Stream, A::Service>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let accepting = place.map(|place| (Arc::new(place), self.inner.accept(stream, service)));
        Box::pin(async move {
            let (place, accepting) = accepting.map_err(std::io::Error::other)?;
            let (stream, inner) = accepting.await?;
            Ok((
                stream,
                Seated {
                    inner,
                    _place: place,
                },
            ))
        })
    }
}

/// A connection's service, with its place; the place is free again when the connection ends.
#[derive(Debug, Clone)]
struct Seated<S> {
    inner: S,
    _place: Arc<OwnedSemaphorePermit>,
}

impl<S: Service<R>, R> Service<R> for Seated<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, task: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.inner.call(request)
    }
}

/// The operating system's signals. Asked for before anybody is told that we listen: until then, one would
/// kill the process and cut off who is being served.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// Only where there is a certificate to renew: otherwise a closed terminal ends the product, as usual.
    hangup: Option<Signal>,
}

impl Signals {
    fn ask_for(certificate: bool) -> Result<Self> {
        let ask = |kind| signal(kind).context("cannot wait for the operating system's signals");
        Ok(Self {
            terminate: ask(SignalKind::terminate())?,
            interrupt: ask(SignalKind::interrupt())?,
            hangup: certificate.then(|| ask(SignalKind::hangup())).transpose()?,
        })
    }
}

/// Waits until the product is to stop.
async fn stop(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
