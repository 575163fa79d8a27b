//! A deputy for the line manager: another line manager of the organisation, for one patient, for days.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::see_other;
use super::reports::open;
use super::signing::{password_error, prove_report};
use super::step::{self, Reading};
use crate::components::furniture::FieldError;
use crate::domain::calendar::day_in_words;
use crate::domain::identifiers::PersonId;
use crate::domain::notice::Kind;
use crate::domain::people::Role;
use crate::domain::report::aftermath::deputy_until;
use crate::domain::report::{Refusal, State as Stage};
use crate::pages::step::{Field, StepPage};
use crate::server::access::{Actor, WriteReport};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::{notices, patients, people};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

/// A deputy is asked while a review is still to come.
fn waits_for_review(dossier: &Dossier) -> Result<(), Failure> {
    let life = &dossier.report.life;
    let state = life.state;
    if life.owed.review || (state < Stage::ReadyToSend && state != Stage::FinalCheck) {
        return Ok(());
    }
    Err(Refusal::NotNow { state }.into())
}

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (_, dossier) = open(&app, &actor, &report, "view-report").await?;
    let proof = crate::server::access::prove::<WriteReport>(&app, &actor, &dossier.patient.id);
    let deputies = people::with_role(&app.db, &proof.await?, Role::LineManager).await?;
    respond(&app, &actor, &dossier, &deputies, &Body::default(), vec![]).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    deputies: &[(PersonId, String, String)],
    typed: &Body,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    waits_for_review(dossier)?;
    let until = day_in_words(deputy_until(dossier.report.due, app.clock.today()));
    let options: Vec<(String, String)> = deputies
        .iter()
        .filter(|(id, ..)| *id != dossier.report.life.author)
        .map(|(id, name, job)| (id.to_string(), format!("{name}, {job}")))
        .collect();
    let mut lead = vec![format!(
        "Another line manager of your organisation can check and sign off in place of the team’s own. They can open this person’s record until {until}; the team’s manager is told."
    )];
    let mut fields = Vec::new();
    if options.is_empty() {
        lead.push("There is no other line manager in your organisation here. Ask your administrator; near the due date the report can be sent without waiting.".into());
    } else {
        fields = vec![
            Field::Pick {
                name: "deputy",
                legend: "Who acts as deputy?",
                hint: None,
                options,
                value: typed.get("deputy").to_owned(),
            },
            Field::Line {
                name: "reason",
                label: "Why is a deputy needed?",
                hint: Some("For example: annual leave until 3 April. Nothing about the patient."),
                value: typed.get("reason").to_owned(),
            },
            Field::Password,
        ];
    }
    let data = StepPage {
        heading: "Ask a deputy".into(),
        lead,
        action: dossier.path("/deputy"),
        fields,
        button: "Ask this deputy",
        errors,
        ..StepPage::default()
    };
    step::respond(app, actor, dossier, None, data).await
}

/// Asks.
///
/// # Errors
/// [`Failure`].
pub async fn ask(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<WriteReport>(&app, &actor, &report).await?;
    waits_for_review(&dossier)?;
    let deputies = people::with_role(&app.db, &proof, Role::LineManager).await?;
    let mut reading = Reading::of(&body);
    let deputy = deputies
        .iter()
        .map(|(id, ..)| id)
        .find(|id| id.as_str() == body.get("deputy") && **id != dossier.report.life.author)
        .cloned();
    if deputy.is_none() {
        reading.wrong("deputy", "Choose who acts as deputy");
    }
    let reason = reading.line("reason", "Say why a deputy is needed");
    reading
        .errors
        .extend(password_error(&app, &actor, &body).await?);
    let (Some(deputy), true) = (deputy, reading.errors.is_empty()) else {
        return respond(&app, &actor, &dossier, &deputies, &body, reading.errors).await;
    };
    let today = app.clock.today();
    let until = deputy_until(dossier.report.due, today);
    let id = dossier.report.id.as_str();
    let mut tx = app.db.begin().await?;
    patients::assign(
        &mut tx,
        &dossier.patient.id,
        &deputy,
        Role::LineManager,
        today,
        Some(until),
    )
    .await?;
    patients::access::name_if_restricted(&mut tx, &proof, &deputy).await?;
    notices::tell_managers(&mut tx, &proof, Kind::DeputyAsked, id, today).await?;
    let event = audit::Event {
        reason: Some(reason),
        ..proof.event("ask-deputy", deputy.as_str())
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(see_other(&dossier.path("")))
}
