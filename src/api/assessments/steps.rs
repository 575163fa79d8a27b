//! From one stage to the next, by the lead: second view, sign-off, giving back.

use super::dossier::Dossier;
use super::{assessment_id, check};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{page, see_other};
use crate::components::furniture::FieldError;
use crate::domain::self_assessment::action_plan::LONGEST;
use crate::domain::self_assessment::assessment::{
    Obstacle, Stage, Step, before_challenge, before_sign_off,
};
use crate::pages::assessments::step::{StepPage, step_page};
use crate::server::access::{Actor, AllowedIn, LeadAssessment, OrganisationPermission};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::Tx;
use crate::server::store::assessments::{self as store, Assessment, freezing};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The page of the next stage.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (_, d) = Dossier::open::<LeadAssessment>(&app, &actor, &assessment_id(&id)?).await?;
    respond(&app, &actor, &d, StepPage::default(), StatusCode::OK).await
}

/// What stands in the way of the next stage.
fn obstacles(d: &Dossier) -> Vec<Obstacle> {
    let challenger = d.parts.iter().any(|p| p.part == "challenger");
    match d.row.stage {
        Stage::Gathering => before_challenge(&d.framework, &d.standings(), challenger),
        Stage::Challenge => before_sign_off(&d.framework, &d.standings(), &d.remarks, &d.actions),
        _ => vec![],
    }
}

fn lines(d: &Dossier, obstacles: Vec<Obstacle>) -> Vec<(String, String)> {
    let page = if d.row.stage == Stage::Challenge {
        "challenge"
    } else {
        "domains"
    };
    obstacles
        .into_iter()
        .map(|o| {
            let domain = o
                .criterion
                .as_deref()
                .and_then(|c| d.framework.criterion(c));
            let path = match domain {
                Some(_) if o.message.contains("demands an action") => d.path("/actions"),
                Some((domain, _)) => d.path(&format!("/{page}/{}", domain.id)),
                None => d.path("/people"),
            };
            (o.message, path)
        })
        .collect()
}

async fn respond(
    app: &App,
    actor: &Actor,
    d: &Dossier,
    data: StepPage,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (heading, explanation, step) = match d.row.stage {
        Stage::Gathering => (
            "Ask for the second view",
            "The challenger then agrees with each rating or disputes it. Ratings can no longer be changed by contributors; it can be given back to them.",
            Some(("ask-for-challenge", "Ask for the second view")),
        ),
        Stage::Challenge => (
            "Ask the executive to sign",
            "The executive reads it, signs and freezes it, or gives it back.",
            Some(("ask-for-sign-off", "Ask the executive to sign")),
        ),
        Stage::SignOff => (
            "With the executive",
            "It waits for the executive’s signature.",
            None,
        ),
        Stage::Signed | Stage::Reviewed => {
            return Err(crate::domain::self_assessment::assessment::Refusal::Frozen.into());
        }
    };
    let data = StepPage {
        action: d.path("/step"),
        caption: d.caption(),
        heading: heading.into(),
        status: d.framework.status.clone(),
        explanation: explanation.into(),
        obstacles: lines(d, obstacles(d)),
        step,
        may_return: d.may(Step::Return),
        ..data
    };
    let failed = status != StatusCode::OK;
    let chrome = d.chrome(actor, heading, failed);
    Ok(page(app, status, chrome, move || step_page(&data)).await)
}

/// Takes a step of the lead's.
///
/// # Errors
/// [`Failure`].
pub async fn take(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, d) = Dossier::open::<LeadAssessment>(&app, &actor, &id).await?;
    let step = match body.get("step") {
        "ask-for-challenge" => Step::AskForChallenge,
        "ask-for-sign-off" => Step::AskForSignOff,
        "return" => return give_back(&app, &actor, &proof, &d, &body).await,
        _ => return Err(Failure::Unreadable),
    };
    d.take(step)?;
    let (mut tx, row) = locked(&app, &proof, &d, step).await?;
    // Under the lock: what is checked is what will stand.
    let now = Dossier::load(&app, &proof, &id, d.party.clone()).await?;
    if !obstacles(&now).is_empty() {
        drop(tx);
        let data = StepPage {
            not_saved: Some("The things below stand in the way. Nothing was changed.".into()),
            ..StepPage::default()
        };
        return respond(&app, &actor, &now, data, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let stage = check(&row, step, &d.party)?;
    store::set_stage(&mut tx, &proof, &id, stage, None).await?;
    audit::record(&mut tx, &proof.event(step.name(), id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&d.path("")))
}

/// Opens a transaction, locks the assessment and checks that a step can be taken from where it
/// stands now, which may no longer be where the page was made.
pub(super) async fn locked<P: OrganisationPermission>(
    app: &App,
    proof: &AllowedIn<P>,
    d: &Dossier,
    step: Step,
) -> Result<(Tx, Assessment), Failure> {
    let mut tx = app.db.begin().await?;
    let row = store::lock(&mut tx, proof, &d.row.id)
        .await?
        .ok_or(Failure::NotFound)?;
    check(&row, step, &d.party)?;
    Ok((tx, row))
}

pub(super) fn reason_error(reason: &str) -> Option<FieldError> {
    let message = if reason.trim().is_empty() {
        "Say what is to be done"
    } else if reason.chars().count() > LONGEST {
        "This can have up to 5,000 characters"
    } else {
        return None;
    };
    Some(FieldError {
        control: "reason".into(),
        message: message.into(),
    })
}

/// Gives it back under any proof that lets one: signatures no longer stand.
pub(super) async fn back<P: OrganisationPermission>(
    app: &App,
    proof: &AllowedIn<P>,
    d: &Dossier,
    reason: &str,
) -> Result<(), Failure> {
    let (mut tx, row) = locked(app, proof, d, Step::Return).await?;
    let stage = check(&row, Step::Return, &d.party)?;
    store::set_stage(&mut tx, proof, &d.row.id, stage, None).await?;
    freezing::void(&mut tx, proof, &d.row.id).await?;
    freezing::record_return(&mut tx, proof, &d.row.id, reason).await?;
    audit::record(
        &mut tx,
        &proof.event(Step::Return.name(), d.row.id.as_str()),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn give_back(
    app: &App,
    actor: &Actor,
    proof: &AllowedIn<LeadAssessment>,
    d: &Dossier,
    body: &Body,
) -> Result<Response, Failure> {
    d.take(Step::Return)?;
    let reason = body.get("reason").trim();
    if let Some(error) = reason_error(reason) {
        let data = StepPage {
            reason: reason.to_owned(),
            errors: vec![error],
            ..StepPage::default()
        };
        return respond(app, actor, d, data, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    back(app, proof, d, reason).await?;
    Ok(see_other(&d.path("")))
}
