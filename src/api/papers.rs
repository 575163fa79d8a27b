//! Downloads: the stored bytes and no others.

use super::failure::Failure;
use super::reports::open;
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::store::papers::{self, Format};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The PDF.
///
/// # Errors
/// [`Failure`].
pub async fn pdf(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "download-pdf").await?;
    let paper = papers::paper(&app.db, &proof, &dossier.report.id, Format::Pdf)
        .await?
        .ok_or(Failure::NotFound)?;
    Ok(download(
        "application/pdf",
        &attachment(&dossier.report.id, "pdf"),
        paper.bytes,
    ))
}

/// The same content as a page.
///
/// # Errors
/// [`Failure`].
pub async fn html(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-paper").await?;
    let paper = papers::paper(&app.db, &proof, &dossier.report.id, Format::Html)
        .await?
        .ok_or(Failure::NotFound)?;
    Ok(download("text/html; charset=utf-8", "inline", paper.bytes))
}

/// The frozen report as data.
///
/// # Errors
/// [`Failure`].
pub async fn json(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "download-json").await?;
    let json = papers::frozen(&app.db, &proof, &dossier.report.id)
        .await?
        .ok_or(Failure::NotFound)?;
    Ok(download(
        "application/json",
        &attachment(&dossier.report.id, "json"),
        json.into_bytes(),
    ))
}

/// A file name that says nothing of the patient: names end up in download lists and e-mails.
fn attachment(report: &crate::domain::identifiers::ReportId, extension: &str) -> String {
    format!("attachment; filename=\"report-{report}.{extension}\"")
}

/// A file to keep, under a name that says nothing of the patient.
pub(super) fn download(kind: &'static str, disposition: &str, bytes: Vec<u8>) -> Response {
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition.to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
    ];
    (headers, bytes).into_response()
}
