//! Notices to the person who is signed in.

use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use crate::domain::identifiers::NoticeId;
use crate::domain::notice::Notice;
use crate::pages::notices::{NoticeLine, notices_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::notices;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Every notice, those put aside included.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let all = notices::of_person(&app.db, actor.asks(), app.clock.today(), true).await?;
    let lines: Vec<NoticeLine> = all.iter().map(notice_line).collect();
    let chrome = chrome(&actor, "Notices");
    Ok(page(&app, StatusCode::OK, chrome, move || notices_page(&lines)).await)
}

/// Puts a notice aside.
///
/// # Errors
/// [`Failure`].
pub async fn put_aside(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(notice): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let notice = NoticeId::parse(&notice).map_err(|_| Failure::NotFound)?;
    notices::put_aside(&app.db, &actor.person, &notice, app.clock.now()).await?;
    Ok(see_other(if body.get("back") == "/notices" {
        "/notices"
    } else {
        "/"
    }))
}

/// A notice in words.
#[must_use]
pub fn notice_line(notice: &Notice) -> NoticeLine {
    NoticeLine {
        id: notice.id.to_string(),
        path: notice.path.clone(),
        words: format!("{}: {}", notice.patient, notice.kind.words()),
        at: moment_in_words(notice.at),
        seen: notice.seen,
    }
}
