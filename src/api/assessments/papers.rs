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
        let stored = freezing::paper(&app.db, &proof, &d.row.id, &name).await?;
        return Ok(file(&name, stored.ok_or(Failure::NotFound)?.bytes));
    }
    let (content, at) = (d.content(), app.clock.now());
    let made = tokio::task::spawn_blocking(move || assessment_papers::make(&content, kind, at))
        .await
        .map_err(anyhow::Error::from)?;
    Ok(file(&name, made.map_err(anyhow::Error::from)?))
}

/// Every paper of a signed assessment.
///
/// # Errors
/// [`Failure`] when one cannot be set; then nothing is signed.
pub async fn all(content: Content) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let at = content
        .signatures
        .iter()
        .map(|s| s.at)
        .max()
        .unwrap_or_default();
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
