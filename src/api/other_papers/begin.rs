//! Begins a paper, filled in with what the record knows.

use super::known::known;
use super::making::Making;
use super::patient_id;
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::see_other;
use crate::domain::identifiers::EntryId;
use crate::domain::paper::{self, kind};
use crate::server::access::{self, Actor, KeepRecord};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::{entries, other_papers, patients};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;

/// Begins a paper, filled in with what the record knows. With `then=make` it is made at once.
///
/// # Errors
/// [`Failure`].
pub async fn begin(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let kind = kind(body.get("form")).ok_or(Failure::Unreadable)?;
    let form = app
        .forms
        .newest(kind.form)
        .ok_or_else(|| anyhow::anyhow!("no form {}", kind.form))?;
    let patient = patients::load(&app.db, &proof).await?;
    let event = match EntryId::parse(body.get("about")) {
        Ok(about) if body.get("about").contains('-') => {
            entries::chain(&app.db, &proof, &about).await?
        }
        _ => vec![],
    };
    let due = body.get("about").parse::<NaiveDate>().ok();
    // The newest of the event's chain is what stands; its first is what papers are about.
    let subject = match (event.first(), due) {
        (Some(first), _) => first.entry.id.to_string(),
        (None, Some(due)) => due.to_string(),
        (None, None) => String::new(),
    };
    let matter = event.last().map(|e| &e.entry.matter);
    let known = known(&app, &actor, &proof, &patient, matter, due).await?;
    let draft = paper::prefilled(&form, &known);
    let mut tx = app.db.begin().await?;
    let paper =
        other_papers::begin(&mut tx, &proof, (&form.id, form.version), &subject, &draft).await?;
    audit::record(&mut tx, &proof.event("begin-paper", paper.as_str())).await?;
    tx.commit().await?;
    if body.get("then") == "make" {
        // Nobody else can have it open yet, so nobody can have saved over it.
        let making = Making {
            app: &app,
            actor: &actor,
            proof: &proof,
            patient: &patient,
            form: &form,
            paper: &paper,
        };
        making.make(&draft, 1).await?;
    }
    Ok(see_other(&format!("/patients/{id}/papers/{paper}")))
}
