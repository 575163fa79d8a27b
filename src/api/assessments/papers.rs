//! Papers of a self-assessment: made afresh and marked as drafts until it is signed; the stored bytes
//! ever after. The blank checklist is for everybody who is signed in.

use super::dossier::Dossier;
use super::{assessment_id, newest};
use crate::api::failure::Failure;
use crate::domain::self_assessment::content::Content;
use crate::server::access::{Actor, ViewAssessments};
use crate::server::app::App;
use crate::server::assessment_papers::{self, Kind};
use crate::server::store::assessments::freezing;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

/// A paper.
///
/// # Errors
/// [`Failure`].
pub async fn paper(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (proof, d) = Dossier::open::<ViewAssessments>(&app, &actor, &assessment_id(&id)?).await?;
    if name == "frozen.json" {
        let (json, _) = freezing::frozen(&app.db, &proof, &d.row.id)
            .await?
            .ok_or(Failure::NotFound)?;
        return Ok(file(&name, json.into_bytes()));
    }
    // The plan goes on after the freeze: as it stands today it is made afresh.
    let today = name
        .strip_prefix("today-")
        .filter(|n| n.starts_with("actions."));
    let kind = Kind::named(today.unwrap_or(&name)).ok_or(Failure::NotFound)?;
    if d.row.stage.is_frozen() && today.is_none() {
        if let Some(stored) = freezing::paper(&app.db, &proof, &d.row.id, &name).await? {
            return Ok(file(&name, stored.bytes));
        }
        // Signed without papers (the demo): set from what was frozen, as they would have been.
        let frozen = freezing::frozen(&app.db, &proof, &d.row.id).await?;
        let (json, _) = frozen.ok_or(Failure::NotFound)?;
        let content: Content = serde_json::from_str(&json).map_err(anyhow::Error::from)?;
        return Ok(file(&name, set(content, kind, None).await?));
    }
    Ok(file(
        &name,
        set(d.content(), kind, Some(app.clock.now())).await?,
    ))
}

/// Sets a paper away from the threads that answer pages; as at its last signature unless told.
async fn set(content: Content, kind: Kind, at: Option<DateTime<Utc>>) -> Result<Vec<u8>, Failure> {
    let made = tokio::task::spawn_blocking(move || {
        let at = at.unwrap_or_else(|| signed_at(&content));
        assessment_papers::make(&content, kind, at)
    });
    let made = made.await.map_err(anyhow::Error::from)?;
    Ok(made.map_err(anyhow::Error::from)?)
}

/// When the last signature was given.
fn signed_at(content: &Content) -> DateTime<Utc> {
    content
        .signatures
        .iter()
        .map(|s| s.at)
        .max()
        .unwrap_or_default()
}

/// Every paper of a signed assessment.
///
/// # Errors
/// [`Failure`] when one cannot be set; then nothing is signed.
pub async fn all(content: Content) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let at = signed_at(&content);
    let made = tokio::task::spawn_blocking(move || {
        Kind::all()
            .map(|kind| Ok((kind.file(), assessment_papers::make(&content, kind, at)?)))
            .collect::<Result<Vec<_>, crate::document::PaperError>>()
    });
    let made = made.await.map_err(anyhow::Error::from)?;
    Ok(made.map_err(anyhow::Error::from)?)
}

/// The blank checklist.
///
/// # Errors
/// [`Failure`].
pub async fn blank(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Failure> {
    let framework = newest(&app)?;
    let format = name
        .strip_prefix("checklist.")
        .ok_or(Failure::NotFound)?
        .to_owned();
    let at = app.clock.now();
    let made =
        tokio::task::spawn_blocking(move || assessment_papers::checklist(&framework, &format, at))
            .await
            .map_err(anyhow::Error::from)?;
    let bytes = made
        .map_err(anyhow::Error::from)?
        .ok_or(Failure::NotFound)?;
    Ok(file(&name, bytes))
}

fn file(name: &str, bytes: Vec<u8>) -> Response {
    let format = name.rsplit('.').next().unwrap_or_default();
    let kind = match format {
        "pdf" => "application/pdf",
        "html" => "text/html; charset=utf-8",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "csv" => "text/csv; charset=utf-8",
        _ => "application/json",
    };
    let how = if format == "html" {
        "inline"
    } else {
        "attachment"
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{how}; filename=\"{name}\"")),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'".to_owned(),
        ),
    ];
    (headers, bytes).into_response()
}
