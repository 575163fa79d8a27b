//! A report's own pages: begin it, and its task list.

mod check;
mod on_paper;
mod steps;

pub use check::{
    Answering, check, check_page_of, finding_lines, part_views, signature_lines, turn,
};
pub(in crate::api) use steps::other_steps;
use steps::{may_write, next_steps, waiting};

use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::form::Respondent;
use crate::domain::form::progress::{SectionStatus, section_status};
use crate::domain::identifiers::{PatientId, ReportId};
use crate::domain::report::{Refusal, State as Stage};
use crate::domain::schedule::{next_due, period_from, send_by};
use crate::domain::sign_off::Capacity;
use crate::pages::task_list::{Task, TaskListPage, task_list_page};
use crate::server::access::{self, Actor, Allowed, ViewPatient, WriteReport};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::time_of_day;
use crate::server::forms::PROGRESS_REPORT;
use crate::server::store::patients;
use crate::server::store::reports::{self, NewReport};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Begins the next report of a patient.
///
/// # Errors
/// [`Failure`].
pub async fn begin(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let patient = PatientId::parse(&patient).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<WriteReport>(&app, &actor, &patient).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let earlier = reports::all(&app.db, &proof).await?;
    let standing = || {
        earlier
            .iter()
            .filter(|r| !matches!(r.life.state, Stage::Withdrawn | Stage::Superseded))
    };
    // A correction that is being written does not hold the next report up.
    let is_next = |r: &&reports::Report| !r.life.state.is_sent() && r.corrects.is_none();
    if let Some(open) = standing().find(is_next) {
        return Ok(see_other(&format!("/reports/{}", open.id)));
    }
    let answered: Vec<_> = standing().map(|r| r.due).collect();
    let form = app
        .forms
        .newest(PROGRESS_REPORT)
        .ok_or_else(|| anyhow::anyhow!("no form {PROGRESS_REPORT}"))?;
    let new = NewReport {
        form_id: form.id.clone(),
        form_version: form.version,
        due: next_due(&patient.record, &patient.counting, &answered)
            .ok_or(Refusal::NothingDue)?
            .on,
        period_from: period_from(
            &patient.record,
            standing().filter_map(|r| r.facts_as_at).max(),
        ),
    };
    let id = reports::begin(&app.db, &proof, &new).await?;
    if let Some(notice) = super::deadlines::carry_late_notice(&app, &proof, new.due).await? {
        let mut tx = app.db.begin().await?;
        reports::set_late_notice(&mut tx, &proof, &id, &notice).await?;
        tx.commit().await?;
    }
    Ok(see_other(&format!("/reports/{id}")))
}

/// A report that the actor may view, on record as viewed.
///
/// # Errors
/// [`Failure`].
pub async fn open(
    app: &App,
    actor: &Actor,
    report: &str,
    action: &'static str,
) -> Result<(Allowed<ViewPatient>, Dossier), Failure> {
    let id = ReportId::parse(report).map_err(|_| Failure::NotFound)?;
    let proof = access::view(app, actor, &id, action, id.as_str()).await?;
    let dossier = Dossier::load(app, &proof, &id).await?;
    Ok((proof, dossier))
}

/// Records that somebody is shown a report in answer to a post.
///
/// # Errors
/// [`Failure`] when it cannot be recorded; then the page must not be shown.
pub async fn record_view(app: &App, actor: &Actor, dossier: &Dossier) -> Result<(), Failure> {
    access::view(
        app,
        actor,
        &dossier.patient.id,
        "view-report",
        dossier.report.id.as_str(),
    )
    .await?;
    Ok(())
}

/// The frame of a report's page.
#[must_use]
pub fn report_chrome(actor: &Actor, dossier: &Dossier, title: impl Into<String>) -> Chrome {
    Chrome {
        back: Some((dossier.path(""), "Back to the task list".into())),
        about: Some(dossier.about()),
        ..chrome(actor, title)
    }
}

/// The task list.
///
/// # Errors
/// [`Failure`].
pub async fn task_list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    let steps = next_steps(&proof, &dossier, &actor, false);
    let items = dossier.items();
    let parts = dossier
        .form
        .parts
        .iter()
        .map(|part| {
            let write = may_write(&proof, &dossier, &actor, part.answered_by);
            let task = |section: &crate::domain::form::Section| {
                let status = section_status(&items, &section.id, &dossier.answers);
                let open = write && status != SectionStatus::NothingAsked;
                let signed = is_signed(&dossier, part.answered_by);
                Task {
                    title: section.title.clone(),
                    path: open.then(|| dossier.path(&format!("/sections/{}", section.id))),
                    status: if signed {
                        "Signed".into()
                    } else {
                        status.words().to_owned()
                    },
                    tag: status_tag(status).filter(|_| !signed),
                }
            };
            (part.title.clone(), part.sections.iter().map(task).collect())
        })
        .collect();
    let data = TaskListPage {
        title: dossier.form.title.clone(),
        form_status: dossier.form.status.clone(),
        dates: dates(&app, &dossier),
        voided: query.as_deref() == Some("voided"),
        parts,
        waiting: waiting(&dossier, &steps),
        next: steps,
        comments: dossier
            .comments
            .iter()
            .filter(|c| app.checklist.item(&c.on).is_none())
            .count(),
        checklist: app
            .checklist
            .items
            .iter()
            .map(|item| (item.label.clone(), dossier.comments_on(&item.key())))
            .filter(|(_, said)| !said.is_empty())
            .collect(),
        others: other_steps(&proof, &dossier, &actor),
        marks: dossier.marks(),
        present: present(&app, &proof, &dossier).await?,
    };
    let about = dossier.about();
    let chrome = Chrome {
        back: Some((about.path.clone(), "Back to the patient".into())),
        about: Some(about),
        ..chrome(&actor, "Task list")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || task_list_page(&data)).await)
}

/// Who else has the report before them, with the time of day; nobody once it is sent, when nothing in it
/// changes.
///
/// # Errors
/// When the database cannot be read.
pub async fn present<P>(
    app: &App,
    proof: &Allowed<P>,
    dossier: &Dossier,
) -> Result<Vec<(String, String)>, Failure> {
    if dossier.report.life.state.is_sent() {
        return Ok(Vec::new());
    }
    let others = audit::presence::others(&app.db, proof, &dossier.report.id).await?;
    let told = |(name, at)| (name, time_of_day(at));
    Ok(others.into_iter().map(told).collect())
}

/// Whether a part has been signed and that stands: its sections' own progress is past then.
fn is_signed(dossier: &Dossier, who: Respondent) -> bool {
    let capacity = match who {
        Respondent::SocialSupervisor => Capacity::SocialSupervisor,
        Respondent::ClinicalSupervisor => Capacity::ClinicalSupervisor,
    };
    dossier.signatures.iter().any(|s| s.capacity == capacity)
}

fn status_tag(status: SectionStatus) -> Option<&'static str> {
    match status {
        SectionStatus::NotStarted => Some("nhsuk-tag--blue"),
        SectionStatus::InProgress => Some("nhsuk-tag--white"),
        SectionStatus::Problem => Some("nhsuk-tag--red"),
        SectionStatus::Completed | SectionStatus::NothingAsked => None,
    }
}

fn dates(app: &App, dossier: &Dossier) -> Vec<(String, String)> {
    let r = &dossier.report;
    let to = r
        .facts_as_at
        .map_or_else(|| "today (set when you sign)".to_owned(), day_in_words);
    let mut dates = vec![
        ("Type of report".into(), dossier.kind().words().to_owned()),
        ("Due".into(), day_in_words(r.due)),
        (
            "Send by".into(),
            format!(
                "{} (last working day on or before)",
                day_in_words(send_by(r.due, &app.holidays))
            ),
        ),
        (
            "Period".into(),
            format!("{} to {to}", day_in_words(r.period_from)),
        ),
        ("Author".into(), r.author_name.clone()),
    ];
    if let Some(notice) = &r.late_notice {
        let told = format!("{}: {}", day_in_words(notice.on), notice.how);
        dates.push(("MHCS told it will be late".into(), told));
    }
    dates
}
