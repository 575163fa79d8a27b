//! The files of a paper, as they were made.

use super::{paper_id, patient_id};
use crate::api::failure::Failure;
use crate::api::papers::{Answer, hand_out};
use crate::server::access::{self, Actor, Allowed, ViewPatient};
use crate::server::app::App;
use crate::server::papers::{Format, Kind};
use crate::server::store::{other_papers, papers};
use axum::Extension;
use axum::extract::{Path, State};

/// Patient and paper, as the path names them.
type Named = Path<(String, String)>;

/// The PDF.
///
/// # Errors
/// [`Failure`].
pub async fn pdf(app: State<App>, actor: Extension<Actor>, named: Named) -> Answer {
    file(&app, &actor, &named, Format::Pdf, "download-pdf").await
}

/// The same content as a page.
///
/// # Errors
/// [`Failure`].
pub async fn html(app: State<App>, actor: Extension<Actor>, named: Named) -> Answer {
    file(&app, &actor, &named, Format::Html, "view-paper").await
}

/// The same content as a Word document.
///
/// # Errors
/// [`Failure`].
pub async fn docx(app: State<App>, actor: Extension<Actor>, named: Named) -> Answer {
    file(&app, &actor, &named, Format::Docx, "download-docx").await
}

/// The content that the paper was set from, as data.
///
/// # Errors
/// [`Failure`].
pub async fn json(app: State<App>, actor: Extension<Actor>, named: Named) -> Answer {
    file(&app, &actor, &named, Format::Json, "download-json").await
}

async fn file(
    app: &App,
    actor: &Actor,
    Path((patient, paper)): &Named,
    format: Format,
    action: &'static str,
) -> Answer {
    let (id, paper) = (patient_id(patient)?, paper_id(paper)?);
    let proof: Allowed<ViewPatient> = access::view(app, actor, &id, action, paper.as_str()).await?;
    // A report's papers have a page of their own: here only what was made on this page is found.
    let json = other_papers::content(&app.db, &proof, &paper)
        .await?
        .ok_or(Failure::NotFound)?;
    let bytes = match format {
        Format::Json => json.into_bytes(),
        _ => {
            papers::paper(&app.db, &proof, paper.as_str(), Kind::Full, format)
                .await?
                .ok_or(Failure::NotFound)?
                .bytes
        }
    };
    Ok(hand_out(format, &format!("paper-{paper}"), bytes))
}
