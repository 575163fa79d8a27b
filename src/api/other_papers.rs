//! Papers about a patient that are no progress report: begin, write, make, download, record as given.
//! None waits for anybody: whoever keeps the record may do all of it.

mod begin;
mod draft;
mod files;
mod known;
mod made;
mod making;

pub use begin::begin;
pub use draft::{save, show};
pub use files::{docx, html, json, pdf};
pub use made::give;

use super::dossier::about;
use super::failure::Failure;
use super::render::{chrome, page};
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::form::Form;
use crate::domain::form::progress::Circumstances;
use crate::domain::identifiers::{PaperId, PatientId};
use crate::domain::paper::{KINDS, PaperKind, kind};
use crate::domain::patient::PatientRecord;
use crate::domain::people::Action;
use crate::domain::report::circumstances::{Period, circumstances};
use crate::pages::other_papers::{PaperLine, PapersPage, papers_page};
use crate::server::access::{self, Actor, Allowed};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::other_papers::{self, OtherPaper};
use crate::server::store::patients::{self, Patient};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

fn patient_id(text: &str) -> Result<PatientId, Failure> {
    PatientId::parse(text).map_err(|_| Failure::NotFound)
}

fn paper_id(text: &str) -> Result<PaperId, Failure> {
    PaperId::parse(text).map_err(|_| Failure::NotFound)
}

/// The patient's papers, and the way to begin one.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::view(&app, &actor, &id, "view-papers", id.as_str()).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let path = format!("/patients/{id}/papers");
    let lines = other_papers::all(&app.db, &proof)
        .await?
        .into_iter()
        .map(|p| {
            let stands = match (p.made_at, p.given_on) {
                (_, Some(on)) => format!("sent or given on {}", day_in_words(on)),
                (Some(at), None) => format!(
                    "made {}; not recorded as sent or given",
                    moment_in_words(at)
                ),
                (None, None) => format!("draft, begun {}", moment_in_words(p.at)),
            };
            PaperLine {
                path: format!("{path}/{}", p.id),
                words: kind(&p.form_id).map_or(p.form_id.clone(), |k| k.words.to_owned()),
                stands,
                open: p.given_on.is_none(),
            }
        });
    let data = PapersPage {
        papers: lines.collect(),
        keeps: proof.may(Action::KeepRecord),
        kinds: KINDS.iter().map(|k| (k.form, k.words, k.urgent)).collect(),
        path,
    };
    let chrome = Chrome {
        back: Some((format!("/patients/{id}"), "Back to the patient".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, "Other papers")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || papers_page(&data)).await)
}

/// What is asked of a paper: questions with rows take those in force today.
fn asked(record: &PatientRecord, today: NaiveDate, form: &Form) -> Circumstances {
    let day = Period {
        from: today,
        to: today,
    };
    circumstances(record, &[], false, day).with_author_rows(form, &BTreeMap::new())
}

/// A paper with what it takes to show it.
struct Open {
    patient: Patient,
    paper: OtherPaper,
    form: Arc<Form>,
    kind: &'static PaperKind,
}

async fn open<P>(app: &App, proof: &Allowed<P>, paper: &str) -> Result<Open, Failure> {
    let id = paper_id(paper)?;
    let paper = other_papers::load(&app.db, proof, &id)
        .await?
        .ok_or(Failure::NotFound)?;
    let form = app
        .forms
        .version(&paper.form_id, paper.form_version)
        .ok_or_else(|| anyhow::anyhow!("form {} is not loaded", paper.form_id))?;
    let kind = kind(&paper.form_id)
        .ok_or_else(|| anyhow::anyhow!("no paper of form {}", paper.form_id))?;
    Ok(Open {
        patient: patients::load(&app.db, proof).await?,
        paper,
        form,
        kind,
    })
}
