//! Part C that came back on a paper, signed outside the service.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::see_other;
use super::reports::open;
use super::signing::{begin_step, finish_step, password_error, prove_report};
use super::step::{self, Reading, typed_day};
use crate::components::furniture::FieldError;
use crate::domain::calendar::day_parts;
use crate::domain::notice::Kind;
use crate::domain::report::Step;
use crate::domain::report::aftermath::PartCOutside;
use crate::pages::step::{Field, StepPage};
use crate::server::access::{Actor, WriteReport};
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
    let mut blank = Body::default();
    for (part, value) in ["day", "month", "year"]
        .iter()
        .zip(day_parts(app.clock.today()))
    {
        blank.0.push((format!("completed-on/{part}"), value));
    }
    respond(&app, &actor, &dossier, &blank, vec![]).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    typed: &Body,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    dossier
        .report
        .life
        .take(Step::RecordPartCOutside, &actor.person)?;
    let get = |name: &str| typed.get(name).to_owned();
    let option = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let data = StepPage {
        heading: "Part C was completed outside".into(),
        lead: vec![
            "Use this where the clinical supervisor has filled Part C of the official form on paper or in Word and has no account here. The report then says who completed it and when; that paper goes to MHCS together with this one.".into(),
        ],
        action: dossier.path("/part-c/outside"),
        fields: vec![
            Field::Line { name: "clinician", label: "Who completed Part C?", hint: Some("The clinical supervisor’s full name"), value: get("clinician") },
            Field::Line { name: "job-title", label: "Their job title", hint: None, value: get("job-title") },
            Field::Day { name: "completed-on/", label: "When did they sign it?", hint: None, value: typed_day(typed, "completed-on/") },
            Field::Line { name: "kept-at", label: "Where is the signed paper kept?", hint: Some("For example: RiO, correspondence, 14 March. No web addresses with names in them."), value: get("kept-at") },
            Field::Pick {
                name: "differs",
                legend: "Does it differ from Part B, or recommend otherwise?",
                hint: Some("If it does, the line manager looks at the report once more before it goes."),
                options: vec![option("no", "No"), option("yes", "Yes")],
                value: get("differs"),
            },
            Field::Password,
        ],
        button: "Record Part C",
        errors,
        ..StepPage::default()
    };
    step::respond(app, actor, dossier, None, data).await
}

/// Records it.
///
/// # Errors
/// [`Failure`].
pub async fn record(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<WriteReport>(&app, &actor, &report).await?;
    dossier
        .report
        .life
        .take(Step::RecordPartCOutside, &actor.person)?;
    let mut reading = Reading::of(&body);
    let name = reading.line("clinician", "Say who completed Part C");
    let job_title = reading.line("job-title", "Give their job title");
    let first = (
        dossier.period.from,
        "It cannot have been signed before the period that the report is about",
    );
    let day = reading.day("completed-on/", app.clock.today(), Some(first));
    let kept_at = reading.line("kept-at", "Say where the signed paper is kept");
    let differs = body.get("differs") == "yes";
    if !matches!(body.get("differs"), "yes" | "no") {
        reading.wrong("differs", "Say whether it differs from Part B");
    }
    reading
        .errors
        .extend(password_error(&app, &actor, &body).await?);
    let (Some(completed_on), true) = (day, reading.errors.is_empty()) else {
        return respond(&app, &actor, &dossier, &body, reading.errors).await;
    };
    let outside = PartCOutside {
        name,
        job_title,
        completed_on,
        differs,
        kept_at,
    };
    let step = if differs {
        Step::RecordDifferingPartCOutside
    } else {
        Step::RecordPartCOutside
    };
    let id = dossier.report.id.clone();
    let mut begun = begin_step(&app, &proof, &id, step, body.get("seen")).await?;
    aftermath::set_part_c_outside(&mut begun.tx, &proof, &id, &outside).await?;
    if differs {
        notices::tell_managers(
            &mut begun.tx,
            &proof,
            Kind::PartCDiffers,
            id.as_str(),
            app.clock.today(),
        )
        .await?;
    }
    finish_step(begun.tx, &proof, &begun.dossier, step, &begun.life).await?;
    Ok(see_other(&dossier.path("")))
}
