//! Reads what is posted before any turn is taken: whoever sends slowly waits for themselves, and holds
//! neither a place among the requests at work nor more memory than they have sent. Whoever has no
//! session may send little, and fills no room but that of those who have none.

mod room;

use super::app::App;
use super::auth::sessions::{digest, token};
use super::peer::{self, Peer};
use super::router::{ANSWERS_LIMIT, FORM_LIMIT};
use super::store::sessions::owner;
use crate::api::failure::Failure;
use crate::api::verify::FILE_LIMIT;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use room::{Part, Room};
use std::sync::Arc;
use std::time::Duration;

/// Longest time for a body to arrive.
const ARRIVAL: Duration = Duration::from_secs(30);
/// Most bytes of bodies that are held at once for people who have, or had, a session.
const KNOWN: usize = 192 * 1024 * 1024;
/// Most bytes of bodies that are held at once for everybody else.
const ANYBODY: usize = 64 * 1024 * 1024;
/// Most bytes of a body without a session: signing in, with text that waits in the page.
const SMALL: usize = FORM_LIMIT;
/// Paths that take files.
const FILES: [&str; 1] = ["/verify"];

/// The memory that bodies may take together.
#[derive(Clone)]
pub(super) struct Bodies {
    app: App,
    known: Arc<Room>,
    anybody: Arc<Room>,
}

/// Who sends, and the most that may be sent to where they send it.
struct Sender {
    headers: HeaderMap,
    place: String,
    largest: usize,
    takes_files: bool,
}

impl Sender {
    fn of(request: &Request) -> Self {
        let takes_files = FILES.contains(&request.uri().path());
        let peer = request.extensions().get::<Peer>();
        Self {
            headers: request.headers().clone(),
            place: peer.map_or_else(String::new, |p| peer::place(&p.0)),
            largest: if takes_files {
                FILE_LIMIT
            } else {
                ANSWERS_LIMIT
            },
            takes_files,
        }
    }

    /// How many bytes they say will come.
    fn announced(&self) -> usize {
        let length = self.headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|v| v.to_str().ok()?.parse().ok());
        length.unwrap_or_default()
    }

    fn too_large(&self) -> Failure {
        if self.takes_files {
            Failure::FileTooLarge
        } else {
            Failure::TooLarge
        }
    }
}

fn no_room() -> Failure {
    Failure::Unavailable(anyhow::anyhow!("no room for another form"))
}

impl Bodies {
    /// Room for the bodies of a product.
    pub(super) fn of(app: App) -> Self {
        Self {
            app,
            known: Room::of(KNOWN),
            anybody: Room::of(ANYBODY),
        }
    }

    /// Whether the sender has or lately had a session here. A cookie alone says nothing: it is looked up.
    async fn knows(&self, sender: &Sender) -> Result<bool, Failure> {
        match token(&self.app.settings, &sender.headers) {
            Some(token) => Ok(owner(&self.app.db, &digest(&token)).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Only what is large, or finds no room among everybody's, asks whether the sender is known: most
    /// posts do neither.
    async fn read(&self, body: Body, sender: &Sender) -> Result<(Bytes, Part), Failure> {
        let announced = sender.announced();
        if announced > sender.largest {
            return Err(sender.too_large());
        }
        let mut known = announced > SMALL && self.knows(sender).await?;
        if announced > SMALL && !known {
            return Err(sender.too_large());
        }
        let room = if known { &self.known } else { &self.anybody };
        let mut part = Part::of(room, &sender.place);
        let (mut bytes, mut body) = (Vec::new(), body);
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Failure::Unreadable)?.into_data() else {
                continue;
            };
            let size = bytes.len() + data.len();
            let most = if known { sender.largest } else { SMALL };
            if size > most || !part.grow(data.len()) {
                if known || !self.knows(sender).await? {
                    let large = size > most;
                    return Err(if large { sender.too_large() } else { no_room() });
                }
                known = true;
                part = Part::of(&self.known, &sender.place);
                if size > sender.largest {
                    return Err(sender.too_large());
                }
                if !part.grow(size) {
                    return Err(no_room());
                }
            }
            bytes.extend_from_slice(&data);
        }
        Ok((bytes.into(), part))
    }
}

/// Reads the whole body, then lets the request on.
pub(super) async fn read_first(
    State(bodies): State<Bodies>,
    request: Request,
    next: Next,
) -> Response {
    let sender = Sender::of(&request);
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(ARRIVAL, bodies.read(body, &sender)).await {
        Err(_) => Failure::TooSlow.into_response(),
        Ok(Err(failure)) => failure.into_response(),
        Ok(Ok((bytes, _part))) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
    }
}
