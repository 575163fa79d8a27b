//! Everything about one patient, to be read by somebody and then given to the patient.

use super::body::Body;
use super::dossier::about;
use super::failure::Failure;
use super::papers::download;
use super::render::{chrome, page};
use super::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::identifiers::PatientId;
use crate::domain::subject_access::withhold;
use crate::pages::subject_access::{SubjectAccessPage, as_html, subject_access_page};
use crate::server::access::{self, Actor, Allowed, ExportRecord};
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::store::{patients, whole_record};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Most characters of names to withhold.
const LONGEST_NAMES: usize = 20_000;

/// The page that asks which.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = PatientId::parse(&patient).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<ExportRecord>(&app, &actor, &id).await?;
    respond(&app, &actor, &proof, SubjectAccessPage::default()).await
}

/// The export.
///
/// # Errors
/// [`Failure`].
pub async fn export(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = PatientId::parse(&patient).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<ExportRecord>(&app, &actor, &id).await?;
    let mut data = SubjectAccessPage {
        names: body.get("names").to_owned(),
        withheld: body.get("which") != "full",
        ..SubjectAccessPage::default()
    };
    let which = ["full", "withheld"].contains(&body.get("which"));
    let format = ["json", "html"].contains(&body.get("format"));
    let wrong = |control: &str, message: &str| FieldError {
        control: control.into(),
        message: message.into(),
    };
    if !which {
        data.errors
            .push(wrong("which", "Choose which export you need"));
    }
    if !format {
        data.errors.push(wrong("format", "Choose a format"));
    }
    if data.names.chars().count() > LONGEST_NAMES {
        data.errors.push(wrong(
            "names",
            "The names are longer than 20,000 characters",
        ));
    }
    data.errors
        .extend(password_error(&app, &actor, &body).await?);
    if !data.errors.is_empty() {
        return respond(&app, &actor, &proof, data).await;
    }
    let mut whole = whole_record::everything(&app.db, &proof).await?;
    if data.withheld {
        let names: Vec<String> = data
            .names
            .lines()
            .map(|n| n.trim().to_owned())
            .filter(|n| !n.is_empty())
            .collect();
        withhold(&mut whole, &names);
    }
    let mut tx = app.db.begin().await?;
    let event = Event {
        reason: Some(
            if data.withheld {
                "third parties withheld"
            } else {
                "in full"
            }
            .into(),
        ),
        ..proof.event("export-record", id.as_str())
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(if body.get("format") == "json" {
        let json = serde_json::to_vec_pretty(&whole).map_err(anyhow::Error::from)?;
        download(
            "application/json",
            "attachment; filename=\"record.json\"",
            json,
        )
    } else {
        let html = as_html(&whole, data.withheld);
        download(
            "text/html; charset=utf-8",
            "attachment; filename=\"record.html\"",
            html.into_bytes(),
        )
    })
}

async fn respond(
    app: &App,
    actor: &Actor,
    proof: &Allowed<ExportRecord>,
    data: SubjectAccessPage,
) -> Result<Response, Failure> {
    app.views
        .record(proof.event("subject-access", proof.patient().as_str()))
        .await?;
    let patient = patients::load(&app.db, proof).await?;
    let failed = !data.errors.is_empty();
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let path = format!("/patients/{}", patient.id);
    let chrome = Chrome {
        back: Some((path.clone(), "Back to the patient".into())),
        about: Some(about(&patient)),
        ..chrome(
            actor,
            format!(
                "{}Everything about this patient",
                if failed { "Error: " } else { "" }
            ),
        )
    };
    let action = format!("{path}/subject-access");
    Ok(page(app, status, chrome, move || {
        subject_access_page(&action, &data)
    })
    .await)
}
