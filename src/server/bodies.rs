//! Reads what is posted before any turn is taken: whoever sends slowly waits for themselves, and holds
//! neither a place among the requests at work nor more memory than they have sent.

use crate::api::failure::Failure;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Longest time for a body to arrive.
const ARRIVAL: Duration = Duration::from_secs(30);
/// Most bytes of bodies that are held at once, over all requests.
const HELD: usize = 256 * 1024 * 1024;

/// The memory that bodies may take together.
#[derive(Debug, Clone)]
pub(super) struct Bodies {
    room: Arc<Semaphore>,
    largest: usize,
    arrival: Duration,
}

impl Bodies {
    /// Room for bodies of at most `largest` bytes each.
    pub(super) fn of(largest: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(HELD)),
            largest,
            arrival: ARRIVAL,
        }
    }

    async fn read(&self, body: Body) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Failure> {
        let mut bytes = Vec::new();
        let mut held: Option<OwnedSemaphorePermit> = None;
        let mut body = body;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Failure::Unreadable)?.into_data() else {
                continue;
            };
            if bytes.len() + data.len() > self.largest {
                return Err(Failure::TooLarge);
            }
            let size = u32::try_from(data.len()).map_err(|_| Failure::TooLarge)?;
            let more = Arc::clone(&self.room)
                .try_acquire_many_owned(size)
                .map_err(|_| Failure::Unavailable(anyhow::anyhow!("no room for another form")))?;
            match &mut held {
                Some(held) => held.merge(more),
                None => held = Some(more),
            }
            bytes.extend_from_slice(&data);
        }
        Ok((bytes.into(), held))
    }
}

/// Reads the whole body, then lets the request on.
pub(super) async fn read_first(
    State(bodies): State<Bodies>,
    request: Request,
    next: Next,
) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > bodies.largest as u64) {
        return Failure::TooLarge.into_response();
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(bodies.arrival, bodies.read(body)).await {
        Err(_) => Failure::TooSlow.into_response(),
        Ok(Err(failure)) => failure.into_response(),
        Ok(Ok((bytes, _held))) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_room_is_shared_and_given_back() {
        let bodies = Bodies {
            room: Arc::new(Semaphore::new(100)),
            largest: 80,
            arrival: ARRIVAL,
        };
        let (first, held) = bodies.read(Body::from("x".repeat(80))).await.unwrap();
        assert_eq!(first.len(), 80);
        assert!(matches!(
            bodies.read(Body::from("x".repeat(30))).await,
            Err(Failure::Unavailable(_))
        ));
        assert!(matches!(
            bodies.read(Body::from("x".repeat(81))).await,
            Err(Failure::TooLarge)
        ));
        drop(held);
        assert!(bodies.read(Body::from("x".repeat(30))).await.is_ok());
        assert_eq!(bodies.room.available_permits(), 100);
    }
}
