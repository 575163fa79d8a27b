//! The six-month review.

use super::dossier::Dossier;
use super::steps::{locked, reason_error};
use super::{assessment_id, check};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{page, see_other};
use crate::components::furniture::FieldError;
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::assessment::{Step, review_due};
use crate::pages::assessments::step::{StepPage, review_page};
use crate::server::access::{Actor, LeadAssessment, ViewAssessments};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::assessments::{self as store, freezing};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The page of the six-month review.
///
/// # Errors
/// [`Failure`].
pub async fn show_review(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (_, d) = Dossier::open::<ViewAssessments>(&app, &actor, &assessment_id(&id)?).await?;
    d.take(Step::Review)?;
    review_response(&app, &actor, &d, StepPage::default()).await
}

async fn review_response(
    app: &App,
    actor: &Actor,
    d: &Dossier,
    data: StepPage,
) -> Result<Response, Failure> {
    let failed = !data.errors.is_empty();
    let due = d.row.signed_on.map(review_due);
    let data = StepPage {
        action: d.path("/review"),
        caption: d.caption(),
        heading: "Six-month review".into(),
        status: d.framework.status.clone(),
        explanation: due.map_or_else(String::new, |due| {
            format!("It is due on {}. Signed ratings stay as they are; the review says what became of the plan.", day_in_words(due))
        }),
        obstacles: d
            .actions
            .iter()
            .map(|a| {
                let words = format!("{} – {}, due {}: {}", a.what, a.owner_name, day_in_words(a.due), a.words(d.today));
                (words, format!("/actions/{}", a.id))
            })
            .collect(),
        ..data
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let chrome = d.chrome(actor, "Six-month review", failed);
    Ok(page(app, status, chrome, move || review_page(&data)).await)
}

/// Records the six-month review.
///
/// # Errors
/// [`Failure`].
pub async fn review(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, d) = Dossier::open::<LeadAssessment>(&app, &actor, &id).await?;
    d.take(Step::Review)?;
    let note = body.get("note").trim();
    if let Some(error) = reason_error(note) {
        let message = if note.is_empty() {
            "Say what the review found".into()
        } else {
            error.message
        };
        let data = StepPage {
            reason: note.to_owned(),
            errors: vec![FieldError {
                control: "note".into(),
                message,
            }],
            ..StepPage::default()
        };
        return review_response(&app, &actor, &d, data).await;
    }
    let (mut tx, row) = locked(&app, &proof, &d, Step::Review).await?;
    let stage = check(&row, Step::Review, &d.party)?;
    freezing::record_review(&mut tx, &proof, &id, note).await?;
    store::set_stage(&mut tx, &proof, &id, stage, None).await?;
    audit::record(&mut tx, &proof.event(Step::Review.name(), id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&d.path("")))
}
