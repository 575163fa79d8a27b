//! Listening, and stopping without cutting anybody off.

use super::app::App;
use super::router::router;
use anyhow::{Context, Result};
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How long requests in flight may take to finish: a little more than one may take at all.
const DRAIN: std::time::Duration = std::time::Duration::from_secs(35);

/// Serves until SIGTERM or SIGINT, then finishes what is in flight. Calls `ready` once it listens.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn until_stopped(app: App, ready: impl FnOnce()) -> Result<()> {
    let listen = app.settings.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    ready();
    // Without this, small answers wait for the peer's acknowledgement: 40 ms a page.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let db = app.db.clone();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop().await;
        let _ = stopping.send(());
    });
    let out_of_time = async move {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = server.into_future() => served?,
        () = out_of_time => tracing::warn!("some connections were still open"),
    }
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn stop() {
    let wait = |kind| async move {
        match signal(kind) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            // Without the signal there is nothing to wait for; the other one still works.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::interrupt()) => {}
    }
}
