//! From one stage to the next: second view, sign-off, signature, giving back, six-month review.

use super::dossier::Dossier;
use super::{assessment_id, check, papers};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{page, see_other};
use crate::api::signing::signing_errors;
use crate::components::furniture::FieldError;
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::action_plan::LONGEST;
use crate::domain::self_assessment::assessment::{
    Obstacle, STATEMENTS, Stage, Step, before_challenge, before_sign_off, review_due,
};
use crate::domain::self_assessment::content::Signed;
use crate::domain::self_assessment::rating::must_act;
use crate::pages::assessments::sign::{SignPage, sign_page};
use crate::pages::assessments::step::{StepPage, review_page, step_page};
use crate::server::access::{
    Actor, AllowedIn, LeadAssessment, OrganisationPermission, SignAssessment, ViewAssessments,
};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::{in_britain, moment_in_words};
use crate::server::store::Tx;
use crate::server::store::assessments::{self as store, Assessment, freezing, ratings};
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
async fn locked<P: OrganisationPermission>(
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

fn reason_error(reason: &str) -> Option<FieldError> {
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
async fn back<P: OrganisationPermission>(
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

/// The executive's page.
///
/// # Errors
/// [`Failure`].
pub async fn show_sign(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (_, d) = Dossier::open::<SignAssessment>(&app, &actor, &assessment_id(&id)?).await?;
    d.take(Step::Sign)?;
    sign_response(&app, &actor, &d, SignPage::default()).await
}

async fn sign_response(
    app: &App,
    actor: &Actor,
    d: &Dossier,
    data: SignPage,
) -> Result<Response, Failure> {
    let failed = !data.errors.is_empty();
    let conflict = data.not_saved.is_some();
    let ratings_now = d.ratings();
    let overdue = d.actions.iter().filter(|a| a.is_overdue(d.today)).count();
    let waiting = d.unsigned();
    let data = SignPage {
        action: d.path("/sign"),
        caption: d.caption(),
        status: d.framework.status.clone(),
        facts: vec![
            (
                "Rated",
                format!(
                    "{} of {} criteria",
                    ratings_now.len(),
                    d.framework.criteria().count()
                ),
            ),
            (
                "Type 1 below 2",
                must_act(&d.framework, &ratings_now).len().to_string(),
            ),
            (
                "Actions in the plan",
                format!("{}, of which overdue {overdue}", d.actions.len()),
            ),
            ("Still to sign", waiting.join(" and ")),
        ],
        signed: d
            .signatures
            .iter()
            .map(|s| {
                format!(
                    "{} for {}, {}",
                    s.signed.name,
                    s.signed.organisation,
                    moment_in_words(s.signed.at)
                )
            })
            .collect(),
        statements: STATEMENTS.iter().map(|s| (*s).to_owned()).collect(),
        papers: vec![
            (
                "The whole self-assessment (PDF)".into(),
                d.path("/papers/assessment.pdf"),
            ),
            (
                "The board summary (PDF)".into(),
                d.path("/papers/board.pdf"),
            ),
            (
                "The action plan (PDF)".into(),
                d.path("/papers/actions.pdf"),
            ),
        ],
        seen: d.content().mark(),
        ..data
    };
    let status = match (failed, conflict) {
        (_, true) => StatusCode::CONFLICT,
        (true, _) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let chrome = d.chrome(actor, "Sign the self-assessment", failed);
    Ok(page(app, status, chrome, move || sign_page(&data)).await)
}

/// Signs, or gives it back. The last organisation's signature freezes it with its papers.
///
/// # Errors
/// [`Failure`].
pub async fn sign(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, d) = Dossier::open::<SignAssessment>(&app, &actor, &id).await?;
    d.take(Step::Sign)?;
    if body.get("decision") == "return" {
        let reason = body.get("reason").trim();
        if let Some(error) = reason_error(reason) {
            let data = SignPage {
                reason: reason.to_owned(),
                errors: vec![error],
                ..SignPage::default()
            };
            return sign_response(&app, &actor, &d, data).await;
        }
        back(&app, &proof, &d, reason).await?;
        return Ok(see_other(&d.path("")));
    }
    let errors = signing_errors(&app, &actor, &body).await?;
    let not_saved = if errors.is_empty() {
        fault(&app, &actor, &proof, &d, &body).await?
    } else {
        None
    };
    if !errors.is_empty() || not_saved.is_some() {
        let data = SignPage {
            name: body.get("name").to_owned(),
            errors,
            not_saved,
            ..SignPage::default()
        };
        return sign_response(&app, &actor, &d, data).await;
    }
    commit(&app, &actor, &proof, &d, &body).await?;
    Ok(see_other(&d.path("")))
}

/// Why this person cannot sign this text now, though names and passwords are right.
async fn fault(
    app: &App,
    actor: &Actor,
    proof: &AllowedIn<SignAssessment>,
    d: &Dossier,
    body: &Body,
) -> Result<Option<String>, Failure> {
    if d.content().mark() != body.get("seen") {
        return Ok(Some(
            "Something in it changed after this page was made, so nothing was signed. Read what stands now and sign again.".into(),
        ));
    }
    let raters = ratings::raters(&app.db, proof, &d.row.id).await?;
    let me = actor.person.as_str();
    let part = d.parts.iter().any(|p| p.person == me) || raters.iter().any(|r| r == me);
    if part {
        return Ok(Some(
            "You rated or challenged in this self-assessment, so another executive signs it."
                .into(),
        ));
    }
    let organisation = proof.organisation().as_str();
    if let Some(s) = d.signatures.iter().find(|s| s.organisation == organisation) {
        return Ok(Some(format!(
            "{} signed it for {} already, {}.",
            s.signed.name,
            s.signed.organisation,
            moment_in_words(s.signed.at)
        )));
    }
    let missing = before_sign_off(&d.framework, &d.standings(), &d.remarks, &d.actions);
    Ok(missing.first().map(|first| {
        format!(
            "Nothing was signed: {}. Give it back so that the lead can see to it.",
            first.message
        )
    }))
}

async fn commit(
    app: &App,
    actor: &Actor,
    proof: &AllowedIn<SignAssessment>,
    d: &Dossier,
    body: &Body,
) -> Result<(), Failure> {
    let id = &d.row.id;
    let organisation = proof.organisation().as_str();
    let known = d.organisations();
    let signed = Signed {
        organisation: known
            .iter()
            .find(|(o, _)| o == organisation)
            .map(|(_, name)| name.clone())
            .unwrap_or_default(),
        name: body.get("name").trim().to_owned(),
        job_title: actor.job_title.clone(),
        statements: STATEMENTS.iter().map(|s| (*s).to_owned()).collect(),
        at: proof.at(),
    };
    let mark = d.content().mark();
    let last = known
        .iter()
        .all(|(o, _)| o == organisation || d.signatures.iter().any(|s| s.organisation == *o));
    // The papers are set before the lock is taken: it is held for as short as can be.
    let frozen = if last {
        let mut content = d.content();
        content.signatures.push(signed.clone());
        let json = content.json().map_err(anyhow::Error::from)?;
        let attempt = proof.event("papers-made", id.as_str());
        Some((json, papers::all(app, attempt, content).await?))
    } else {
        None
    };
    let (mut tx, row) = locked(app, proof, d, Step::Sign).await?;
    let now = Dossier::load(app, proof, id, d.party.clone()).await?;
    let others = freezing::signatures_locked(&mut tx, proof, id).await?;
    if now.content().mark() != mark || others != d.signatures {
        return Err(Failure::Assessment(
            "Something in it changed, or somebody else signed, while you were signing, so nothing was signed. Go back, read what stands now and sign again".into(),
        ));
    }
    freezing::sign(&mut tx, proof, id, &mark, &signed).await?;
    if let Some((json, papers)) = frozen {
        let stage = check(&row, Step::Sign, &d.party)?;
        freezing::freeze(&mut tx, proof, id, &json, &papers).await?;
        let (today, _) = in_britain(proof.at());
        store::set_stage(&mut tx, proof, id, stage, Some(today)).await?;
    }
    audit::record(&mut tx, &proof.event(Step::Sign.name(), id.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

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
