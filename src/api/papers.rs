//! Downloads: the kept bytes and no others.

use super::failure::Failure;
use super::reports::open;
use crate::document::{Attachment, Document};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event, Outcome};
use crate::server::papers::{Format, Kind, Paper, PaperFailure};
use crate::server::store::papers;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The PDF.
///
/// # Errors
/// [`Failure`].
pub async fn pdf(app: State<App>, actor: Extension<Actor>, report: Path<String>) -> Answer {
    full(&app, &actor, &report, Format::Pdf, "download-pdf").await
}

/// The same content as a page.
///
/// # Errors
/// [`Failure`].
pub async fn html(app: State<App>, actor: Extension<Actor>, report: Path<String>) -> Answer {
    full(&app, &actor, &report, Format::Html, "view-paper").await
}

/// The same content as a Word document.
///
/// # Errors
/// [`Failure`].
pub async fn docx(app: State<App>, actor: Extension<Actor>, report: Path<String>) -> Answer {
    full(&app, &actor, &report, Format::Docx, "download-docx").await
}

/// The frozen report as data.
///
/// # Errors
/// [`Failure`].
pub async fn json(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Answer {
    let (proof, dossier) = open(&app, &actor, &report, "download-json").await?;
    let json = papers::frozen(&app.db, &proof, &dossier.report.id)
        .await?
        .ok_or(Failure::NotFound)?;
    let name = format!("report-{}", dossier.report.id);
    Ok(hand_out(Format::Json, &name, json.into_bytes()))
}

/// Sets a paper in every format, outside any transaction. See [`or_record`].
///
/// # Errors
/// [`Failure::NoPaper`].
pub(super) async fn set(
    app: &App,
    attempt: Event,
    kind: Kind,
    document: Document,
    attachment: Option<Attachment>,
) -> Result<Vec<Paper>, Failure> {
    let made = app.press.set(kind, document, attachment).await;
    or_record(app, attempt, made).await
}

/// What was made; or, when it could not be, puts the attempt on record as failed and says so.
///
/// # Errors
/// [`Failure::NoPaper`].
pub(super) async fn or_record<T>(
    app: &App,
    attempt: Event,
    made: Result<T, PaperFailure>,
) -> Result<T, Failure> {
    match made {
        Ok(made) => Ok(made),
        Err(failure) => {
            let failed = Event {
                outcome: Outcome::Failed,
                ..attempt
            };
            let mut tx = app.db.begin().await?;
            audit::record(&mut tx, &failed).await?;
            tx.commit().await?;
            Err(failure.into())
        }
    }
}

/// What every download answers.
pub(super) type Answer = Result<Response, Failure>;

async fn full(
    app: &App,
    actor: &Actor,
    report: &str,
    format: Format,
    action: &'static str,
) -> Answer {
    let (proof, dossier) = open(app, actor, report, action).await?;
    let owner = dossier.report.id.as_str();
    let paper = papers::paper(&app.db, &proof, owner, Kind::Full, format)
        .await?
        .ok_or(Failure::NotFound)?;
    Ok(hand_out(format, &format!("report-{owner}"), paper.bytes))
}

/// Hands out a paper. `name` is the file's name without its end; it must say nothing of the patient,
/// for names end up in download lists and e-mails. HTML is shown, everything else is saved.
#[must_use]
pub fn hand_out(format: Format, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = match format {
        Format::Html => "inline".to_owned(),
        _ => format!("attachment; filename=\"{name}.{}\"", format.name()),
    };
    let style = match format {
        Format::Html => own_style(&bytes),
        _ => None,
    };
    let style = style.map_or_else(String::new, |hash| format!("style-src 'sha256-{hash}'; "));
    let policy = format!(
        "default-src 'none'; {style}base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, bytes).into_response()
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

/// The digest of the one style that a paper carries inside. What was typed is escaped, so the first
/// `<style>` is ours.
fn own_style(html: &[u8]) -> Option<String> {
    let html = std::str::from_utf8(html).ok()?;
    let (_, rest) = html.split_once("<style>")?;
    let (style, _) = rest.split_once("</style>")?;
    Some(STANDARD.encode(Sha256::digest(style)))
}
