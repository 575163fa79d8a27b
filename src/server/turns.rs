//! Pages are made a few at a time. Sixteen made together on two processors are each ready only when
//! nearly all are; in turn, most are ready sooner and none much later.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Pages at work for each processor: one computes while others wait for the database.
const EACH: usize = 3;
/// Longest wait for a turn; then the page is made beside the others. Pages that wait themselves, for a
/// lock of the database, so hold up nobody for long.
const PATIENCE: Duration = Duration::from_millis(100);

/// The places of pages at work.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Semaphore>);

impl Turns {
    /// As many as this machine works on well.
    pub(super) fn of_this_machine() -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Semaphore::new(processors * EACH)))
    }
}

/// Reads in turn. What writes goes ahead: the database has one writer and its own queue.
pub(super) async fn in_turn(State(turns): State<Turns>, request: Request, next: Next) -> Response {
    if !request.method().is_safe() {
        return next.run(request).await;
    }
    let turn = timeout(PATIENCE, turns.0.acquire()).await;
    let response = next.run(request).await;
    drop(turn);
    response
}
