//! Papers of a self-assessment: made afresh and marked as drafts until it is signed; the stored bytes
//! ever after. The blank checklist is for everybody who is signed in.

use super::dossier::Dossier;
use super::{assessment_id, newest};
use crate::api::failure::Failure;
use crate::api::papers::{download, hand_out, or_record};
use crate::domain::self_assessment::content::Content;
use crate::server::access::{Actor, ViewAssessments};
use crate::server::app::App;
use crate::server::assessment_papers::{self, Kind};
use crate::server::audit::Event;
use crate::server::papers::Format;
use crate::server::store::assessments::freezing;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
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
        let attempt = proof.event("papers-made", d.row.id.as_str());
        return Ok(file(&name, set(&app, attempt, content, kind, None).await?));
    }
    let attempt = proof.event("papers-made", d.row.id.as_str());
    let at = Some(app.clock.now());
    Ok(file(
        &name,
        set(&app, attempt, d.content(), kind, at).await?,
    ))
}

/// Sets a paper on the press; as at its last signature unless told.
async fn set(
    app: &App,
    attempt: Event,
    content: Content,
    kind: Kind,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<u8>, Failure> {
    let make = move || {
        let at = at.unwrap_or_else(|| content.signed_at());
        Ok(assessment_papers::make(&content, kind, at)?)
    };
    let made = app.press.run(make).await;
    or_record(app, attempt, made).await
}

/// Every paper of a signed assessment.
///
/// # Errors
/// [`Failure`] when one cannot be set; then nothing is signed, and the attempt is on record.
pub async fn all(
    app: &App,
    attempt: Event,
    content: Content,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let make = move || Ok(assessment_papers::all(&content)?);
    let made = app.press.run(make).await;
    or_record(app, attempt, made).await
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
    let make = move || Ok(assessment_papers::checklist(&framework, &format)?);
    let bytes = app.press.run(make).await?.ok_or(Failure::NotFound)?;
    Ok(file(&name, bytes))
}

/// Hands out a file; CSV, which is no paper, is only ever saved.
fn file(name: &str, bytes: Vec<u8>) -> Response {
    let named = name.rsplit_once('.');
    match named.and_then(|(stem, end)| Some((stem, Format::named(end)?))) {
        Some((stem, format)) => hand_out(format, stem, bytes),
        None => {
            let disposition = format!("attachment; filename=\"{name}\"");
            download("text/csv; charset=utf-8", &disposition, bytes)
        }
    }
}
