//! Records that MHCS was told that a report would be late. Waits for nobody's approval.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{page, see_other, status_and_title};
use super::reports::{open, report_chrome};
use super::signing::prove_report;
use crate::components::furniture::FieldError;
use crate::domain::calendar::{day_in_words, day_parts, read_day};
use crate::domain::case::LateNotice;
use crate::domain::people::Action;
use crate::domain::report::Refusal;
use crate::pages::late::{LatePage, late_page};
use crate::server::access::{Actor, KeepRecord};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::entries::{self, LateTold};
use crate::server::store::reports;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;

/// Longest account of how MHCS was told, in characters.
const LONGEST: usize = 2_000;

/// A notice as typed: on a report's page, or where no report was begun.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The day in its three parts.
    pub typed: [String; 3],
    /// The day, where the parts are one.
    pub day: Option<NaiveDate>,
    /// How MHCS was told.
    pub how: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

impl Told {
    /// Reads both, with what is wrong beside its field.
    pub fn read(body: &Body, today: NaiveDate) -> Self {
        let typed = ["day", "month", "year"].map(|p| body.get(&format!("told-on/{p}")).to_owned());
        let how = body.get("how").trim().to_owned();
        let mut errors = Vec::new();
        let mut wrong = |control: String, message: &str| {
            errors.push(FieldError {
                control,
                message: message.to_owned(),
            });
        };
        let day = read_day(&typed[0], &typed[1], &typed[2]);
        match &day {
            Err(e) => wrong(format!("told-on/{}", e.field()), &e.to_string()),
            Ok(day) if *day > today => {
                wrong(
                    "told-on/day".into(),
                    "The day MHCS was told cannot be after today",
                );
            }
            Ok(_) => {}
        }
        if how.is_empty() || how.chars().count() > LONGEST {
            wrong(
                "how".into(),
                "Say how MHCS was told, in up to 2,000 characters",
            );
        }
        Self {
            typed,
            day: day.ok(),
            how,
            errors,
        }
    }
}

fn still_open(dossier: &Dossier) -> Result<(), Failure> {
    let state = dossier.report.life.state;
    if state.is_sent() {
        Err(Refusal::NotNow { state }.into())
    } else {
        Ok(())
    }
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
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    if !proof.may(Action::KeepRecord) {
        return Err(Failure::Refused);
    }
    still_open(&dossier)?;
    let told = Told {
        typed: day_parts(app.clock.today()),
        ..Told::default()
    };
    Ok(respond(&app, &actor, &dossier, told).await)
}

/// Records the notice.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<KeepRecord>(&app, &actor, &report).await?;
    still_open(&dossier)?;
    let told = Told::read(&body, app.clock.today());
    let (Some(on), true) = (told.day, told.errors.is_empty()) else {
        return Ok(respond(&app, &actor, &dossier, told).await);
    };
    let how = told.how;
    let mut tx = app.db.begin().await?;
    let id = &dossier.report.id;
    reports::lock(&mut tx, &proof, id)
        .await?
        .ok_or(Failure::NotFound)?;
    // Every notice is kept; the report carries the earliest, whatever is told to MHCS after it.
    let told = LateTold {
        due: dossier.report.due,
        on,
        how: how.clone(),
    };
    entries::add_late_notice(&mut tx, &proof, &told).await?;
    let earlier = dossier.report.late_notice.as_ref();
    if earlier.is_none_or(|n| on < n.on) {
        reports::set_late_notice(&mut tx, &proof, id, &LateNotice { on, how }).await?;
    }
    audit::record(&mut tx, &proof.event("record-late-notice", id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&dossier.path("")))
}

async fn respond(app: &App, actor: &Actor, dossier: &Dossier, told: Told) -> Response {
    let failed = !told.errors.is_empty();
    let due = day_in_words(dossier.report.due);
    let data = LatePage {
        action: dossier.path("/late"),
        due,
        first: dossier
            .report
            .late_notice
            .as_ref()
            .map(|n| format!("{}: {}", day_in_words(n.on), n.how)),
        on: told.typed,
        how: told.how,
        errors: told.errors,
    };
    let (status, title) = status_and_title(failed, "Late notice");
    page(
        app,
        status,
        report_chrome(actor, dossier, &title),
        move || late_page(&data),
    )
    .await
}
