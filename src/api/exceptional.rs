//! A statutory report is not made late by our own workflow: near its due date the author can freeze it
//! without the line manager's review or Part C, with a reason, marked, and with the review still owed.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::freeze::{freeze_now, make_ready};
use super::render::see_other;
use super::reports::open;
use super::signing::{begin_step, blocking, password_error, prove_report};
use super::step::{self, Reading};
use crate::components::furniture::FieldError;
use crate::domain::calendar::day_in_words;
use crate::domain::form::Respondent;
use crate::domain::notice::Kind;
use crate::domain::report::Step;
use crate::domain::report::aftermath::{EXCEPTIONAL_DAYS, exceptional_from};
use crate::pages::step::{Field, StepPage};
use crate::server::access::{Actor, SendReport};
use crate::server::app::App;
use crate::server::store::notices;
use crate::server::store::reports::aftermath;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

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
    respond(&app, &actor, &dossier, String::new(), vec![]).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    reason: String,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let after = dossier
        .report
        .life
        .take(Step::FreezeExceptionally, &actor.person)?;
    let due = dossier.report.due;
    let early = app.clock.today() < exceptional_from(due);
    let fields = if early {
        vec![]
    } else {
        vec![
            Field::Text {
                name: "reason",
                label: "Why does it have to go now?",
                hint: Some(
                    "For example: the line manager is away and no deputy could be reached by the due date. Write nothing clinical here.",
                ),
                value: reason,
            },
            Field::Password,
        ]
    };
    let mut lead = vec![format!(
        "MHCS asks for this report by {}. The line manager’s sign-off is your organisation’s own check: it must not make the report late.",
        day_in_words(due)
    )];
    lead.push(if early {
        format!(
            "This way opens {EXCEPTIONAL_DAYS} days before the due date, on {}. Until then ask a deputy to act.",
            day_in_words(exceptional_from(due))
        )
    } else {
        format!(
            "The report will be frozen as it stands and marked: {}. The line manager is told, and what is missing is still owed afterwards. It is not sent by this.",
            after.owed.marks().join("; ")
        )
    });
    let data = StepPage {
        heading: "Send without waiting".into(),
        lead,
        action: dossier.path("/exceptional"),
        fields,
        button: "Freeze it now and make the papers",
        grave: true,
        errors,
        ..StepPage::default()
    };
    step::respond(app, actor, dossier, None, data).await
}

/// Freezes the report as it stands.
///
/// # Errors
/// [`Failure`].
pub async fn freeze(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<SendReport>(&app, &actor, &report).await?;
    dossier
        .report
        .life
        .take(Step::FreezeExceptionally, &actor.person)?;
    let today = app.clock.today();
    let mut reading = Reading::of(&body);
    let reason = reading.text("reason", "Say why it cannot wait");
    if today < exceptional_from(dossier.report.due) {
        reading.wrong("reason", "It is not near its due date yet: ask a deputy");
    }
    if blocking(&dossier, Respondent::SocialSupervisor).is_some() {
        reading.wrong(
            "reason",
            "Something required in Parts A and B is not answered",
        );
    }
    reading
        .errors
        .extend(password_error(&app, &actor, &body).await?);
    if !reading.errors.is_empty() {
        return respond(&app, &actor, &dossier, reason, reading.errors).await;
    }
    let id = dossier.report.id.clone();
    let ready = make_ready(&app, &proof, &dossier, Step::FreezeExceptionally).await?;
    let mut begun = begin_step(
        &app,
        &proof,
        &id,
        Step::FreezeExceptionally,
        body.get("seen"),
    )
    .await?;
    if blocking(&begun.dossier, Respondent::SocialSupervisor).is_some() {
        return Ok(see_other(&dossier.path("/check")));
    }
    aftermath::set_exceptional_reason(&mut begun.tx, &proof, &id, &reason).await?;
    notices::tell_managers(
        &mut begun.tx,
        &proof,
        Kind::SentExceptionally,
        id.as_str(),
        today,
    )
    .await?;
    notices::tell_clinicians(
        &mut begun.tx,
        &proof,
        Kind::SentExceptionally,
        id.as_str(),
        today,
    )
    .await?;
    freeze_now(&app, &proof, begun, Step::FreezeExceptionally, ready).await
}
