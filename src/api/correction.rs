//! A sent report that was wrong, a report made for the wrong patient, an author who is away.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::see_other;
use super::reports::open;
use super::signing::{begin_step, finish_step, password_error, prove_report};
use super::step::{self, Reading};
use crate::components::furniture::FieldError;
use crate::domain::notice::Kind;
use crate::domain::people::Action;
use crate::domain::report::{Refusal, Step};
use crate::pages::step::{Field, StepPage};
use crate::server::access::{Actor, Allowed, Permission, ReviewReport, WriteReport};
use crate::server::app::App;
use crate::server::store::notices;
use crate::server::store::reports::{self, aftermath};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

/// Only what was sent and still stands is corrected.
fn can_be_corrected(dossier: &Dossier) -> Result<(), Failure> {
    use crate::domain::report::State;
    let state = dossier.report.life.state;
    if state.is_sent() && state != State::Superseded {
        Ok(())
    } else {
        Err(Refusal::NotNow { state }.into())
    }
}

/// The page that begins a correction.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (_, dossier) = open(&app, &actor, &report, "view-report").await?;
    respond(&app, &actor, &dossier, String::new(), vec![]).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    because: String,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    can_be_corrected(dossier)?;
    let hint = if dossier.report.life.owed.part_c {
        "For example: Part C is added, which was to follow. It is printed on the corrected report."
    } else {
        "It is printed on the corrected report: say what was wrong, without repeating it."
    };
    let data = StepPage {
        heading: "Correct a sent report".into(),
        lead: vec![
            "What was sent stays as it is. A new report begins with the same answers; you change what was wrong, and it goes the same way: your signature, the line manager’s check, Part C. When it is recorded as sent, it supersedes this one.".into(),
        ],
        action: dossier.path("/correct"),
        fields: vec![Field::Text {
            name: "because",
            label: "What does it correct, and why?",
            hint: Some(hint),
            value: because,
        }],
        button: "Begin the corrected report",
        errors,
        ..StepPage::default()
    };
    step::respond(app, actor, dossier, None, data).await
}

/// Begins a correction.
///
/// # Errors
/// [`Failure`].
pub async fn begin(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<WriteReport>(&app, &actor, &report).await?;
    can_be_corrected(&dossier)?;
    let mut reading = Reading::of(&body);
    let because = reading.text("because", "Say what it corrects, and why");
    if !reading.errors.is_empty() {
        return respond(&app, &actor, &dossier, because, reading.errors).await;
    }
    let id = aftermath::begin_correction(&app.db, &proof, &dossier.report, &because).await?;
    Ok(see_other(&format!("/reports/{id}")))
}

/// The page that withdraws a report made for the wrong patient.
///
/// # Errors
/// [`Failure`].
pub async fn show_withdraw(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    if !proof.may(Action::WriteReport) && !proof.may(Action::ReviewReport) {
        return Err(Failure::Refused);
    }
    respond_withdraw(&app, &actor, &dossier, String::new(), vec![]).await
}

async fn respond_withdraw(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    reason: String,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    dossier.report.life.take(Step::Withdraw, &actor.person)?;
    let mut lead = vec![
        "For a report that was made for the wrong patient, or should never have been made. It is not removed: it stays on record, closed to all but the line manager, with your reason.".to_owned(),
    ];
    if dossier.report.life.state.is_sent() {
        lead.push(
            "It was sent. Telephone MHCS first and say so; then write here when and how.".into(),
        );
    }
    let data = StepPage {
        heading: "Withdraw this report".into(),
        lead,
        action: dossier.path("/withdraw"),
        fields: vec![
            Field::Text {
                name: "reason",
                label: "Why is it withdrawn?",
                hint: Some(
                    "For example: it was begun on the wrong person’s record. Do not repeat what it says.",
                ),
                value: reason,
            },
            Field::Password,
        ],
        button: "Withdraw this report",
        grave: true,
        errors,
        ..StepPage::default()
    };
    step::respond(app, actor, dossier, None, data).await
}

/// Withdraws a report.
///
/// # Errors
/// [`Failure`].
pub async fn withdraw(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    // The author's permission or the manager's, whichever this person has.
    match prove_report::<WriteReport>(&app, &actor, &report).await {
        Err(Failure::Refused) => {
            let (proof, dossier) = prove_report::<ReviewReport>(&app, &actor, &report).await?;
            withdraw_with(&app, &actor, &proof, &dossier, &body).await
        }
        Err(failure) => Err(failure),
        Ok((proof, dossier)) => withdraw_with(&app, &actor, &proof, &dossier, &body).await,
    }
}

async fn withdraw_with<P: Permission>(
    app: &App,
    actor: &Actor,
    proof: &Allowed<P>,
    dossier: &Dossier,
    body: &Body,
) -> Result<Response, Failure> {
    dossier.report.life.take(Step::Withdraw, &actor.person)?;
    let mut reading = Reading::of(body);
    let reason = reading.text("reason", "Say why it is withdrawn");
    reading
        .errors
        .extend(password_error(app, actor, body).await?);
    if !reading.errors.is_empty() {
        return respond_withdraw(app, actor, dossier, reason, reading.errors).await;
    }
    let id = dossier.report.id.clone();
    let mut begun = begin_step(app, proof, &id, Step::Withdraw, body.get("seen")).await?;
    aftermath::set_withdrawn_reason(&mut begun.tx, proof, &id, &reason).await?;
    let author = [dossier.report.life.author.clone()];
    notices::tell(&mut begun.tx, proof, Kind::Withdrawn, id.as_str(), &author).await?;
    notices::tell_managers(
        &mut begun.tx,
        proof,
        Kind::Withdrawn,
        id.as_str(),
        app.clock.today(),
    )
    .await?;
    finish_step(begun.tx, proof, &begun.dossier, Step::Withdraw, &begun.life).await?;
    Ok(see_other(&format!("/patients/{}", dossier.patient.id)))
}

/// The page on which a supervisor takes a report over.
///
/// # Errors
/// [`Failure`].
pub async fn show_take_over(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    if !proof.may(Action::WriteReport) {
        return Err(Failure::Refused);
    }
    respond_take_over(&app, &actor, &dossier, vec![]).await
}

async fn respond_take_over(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    dossier.report.life.take(Step::TakeOver, &actor.person)?;
    let data = StepPage {
        heading: "Take this report over".into(),
        lead: vec![format!(
            "The author is {}. When you take it over, you become the author: every answer stays, signatures no longer stand, and you sign for yourself. {} is told.",
            dossier.report.author_name, dossier.report.author_name
        )],
        action: dossier.path("/take-over"),
        fields: vec![Field::Password],
        button: "Become the author",
        errors,
        ..StepPage::default()
    };
    step::respond(app, actor, dossier, None, data).await
}

/// Makes the person who asks the author.
///
/// # Errors
/// [`Failure`].
pub async fn take_over(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<WriteReport>(&app, &actor, &report).await?;
    dossier.report.life.take(Step::TakeOver, &actor.person)?;
    if let Some(error) = password_error(&app, &actor, &body).await? {
        return respond_take_over(&app, &actor, &dossier, vec![error]).await;
    }
    let id = dossier.report.id.clone();
    let seen = dossier.mark();
    let mut begun = begin_step(&app, &proof, &id, Step::TakeOver, &seen).await?;
    if !begun.life.state.is_sent() && begun.life.state < crate::domain::report::State::ReadyToSend {
        use crate::domain::sign_off::Capacity;
        let all = [
            Capacity::SocialSupervisor,
            Capacity::LineManager,
            Capacity::ClinicalSupervisor,
        ];
        reports::void_signatures(&mut begun.tx, &id, &all, proof.at()).await?;
    }
    let former = [dossier.report.life.author.clone()];
    notices::tell(&mut begun.tx, &proof, Kind::TakenOver, id.as_str(), &former).await?;
    finish_step(
        begun.tx,
        &proof,
        &begun.dossier,
        Step::TakeOver,
        &begun.life,
    )
    .await?;
    Ok(see_other(&dossier.path("")))
}
