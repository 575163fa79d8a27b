//! A patient's page.

use super::dossier::about;
use super::failure::Failure;
use super::home::timeliness_tag;
use super::render::{chrome, page};
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::identifiers::PatientId;
use crate::domain::patient::PatientRecord;
use crate::domain::patient::allocation::covers;
use crate::domain::patient::edit::Group;
use crate::domain::patient::facts::FACTS;
use crate::domain::patient::snapshot::in_words;
use crate::domain::people::Action;
use crate::domain::report::{ReportKind, State as Stage};
use crate::domain::schedule::{
    Due, Stopped, Timeliness, agreed_months, next_due, send_by, stopped, told_in_time,
};
use crate::pages::patient::{Fact, NextReport, PatientPage, patient_page};
use crate::server::access::{self, Actor, Allowed, ViewPatient};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::patients::Patient;
use crate::server::store::patients::access as store;
use crate::server::store::{entries, organisations, patients, reports};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// What holds of the record just now and everybody who reads it should know: who covers and until when,
/// that only named people can open it, when it closes for who opened it in an emergency.
async fn standing_now(
    app: &App,
    proof: &Allowed<ViewPatient>,
    record: &PatientRecord,
    today: NaiveDate,
) -> Result<Vec<String>, Failure> {
    let mut lines: Vec<String> = covers(record, today).collect();
    if store::restricted_since(&app.db, proof).await?.is_some() {
        lines.push("This record is restricted: only the people whom it names can open it.".into());
    }
    if let Some(until) = store::open_until(&app.db, proof).await? {
        lines.push(format!(
            "You opened this record in an emergency. It closes for you at {}. The line managers and the auditors have been told.",
            moment_in_words(until)
        ));
    }
    Ok(lines)
}

/// What the due date is counted from, and how sure that is.
fn counted(patient: &Patient, due: NaiveDate) -> String {
    let agreed = patient.record.agreed_interval.as_ref();
    match (agreed_months(&patient.record, due), agreed) {
        (Some(months), Some(agreed)) => {
            let every = if months == 1 {
                "Every month".to_owned()
            } else {
                format!("Every {months} months")
            };
            format!(
                "{every}, as MHCS agreed, counted from {}.",
                day_in_words(agreed.from)
            )
        }
        _ => format!(
            "Every 3 months, counted from: {}. MHCS does not publish what it counts from: unverified.",
            patient.counting.on(due).words()
        ),
    }
}

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = PatientId::parse(&patient).map_err(|_| Failure::NotFound)?;
    let proof = access::view(&app, &actor, &id, "view-patient", id.as_str()).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let settings = organisations::find(&app.db, proof.organisation())
        .await?
        .ok_or(Failure::NotFound)?
        .settings;
    let all = reports::all(&app.db, &proof).await?;
    let today = app.clock.today();
    let standing = || {
        all.iter()
            .filter(|r| !matches!(r.life.state, Stage::Withdrawn | Stage::Superseded))
    };
    let open = standing().any(|r| !r.life.state.is_sent());
    let due = next_due(
        &patient.record,
        &patient.counting,
        &standing().map(|r| r.due).collect::<Vec<_>>(),
    );
    let notices = entries::late_notices(&app.db, &proof).await?;
    let next = |due: Due| {
        let told = notices
            .iter()
            .filter(|n| n.due == due.on)
            .map(|n| n.on)
            .min();
        let timeliness = Timeliness::on(due.on, today, told_in_time(told, due.on));
        NextReport {
            kind: ReportKind::of(&patient.record, due.on, false).words(),
            due: day_in_words(due.on),
            send_by: day_in_words(send_by(due.on, &app.holidays)),
            counted: counted(&patient, due.on),
            reported_before: patient.record.reported_elsewhere().map(|last| {
                format!(
                    "Reports up to the one that was due on {} were sent before this service was used.",
                    day_in_words(last.due)
                )
            }),
            targets: settings.targets.days(due.on).map(day_in_words),
            timeliness: timeliness.words(),
            tag: timeliness_tag(timeliness),
            can_start: proof.may(Action::WriteReport),
        }
    };
    let data = PatientPage {
        path: format!("/patients/{id}"),
        name: patient.record.full_name(),
        keeps: proof.may(Action::KeepRecord),
        reads_audit: proof.may(Action::ReadAudit),
        exports: proof.may(Action::ExportRecord),
        controls_access: proof.may(Action::ControlAccess),
        standing: standing_now(&app, &proof, &patient.record, today).await?,
        facts: FACTS
            .iter()
            .map(|(name, fact)| Fact {
                name,
                lines: in_words(*fact, &patient.record, today),
                change: Group::of(*fact)
                    .filter(|_| proof.may(Action::EditRecord))
                    .map(|group| format!("/patients/{id}/details/{}", group.name())),
            })
            .collect(),
        next: due.filter(|_| !open).map(next),
        stopped: stopped(&patient.record).map(Stopped::words),
        reports: all
            .iter()
            .rev()
            .map(|r| {
                (
                    format!("/reports/{}", r.id),
                    day_in_words(r.due),
                    r.life.state.words().to_owned(),
                )
            })
            .collect(),
    };
    let chrome = Chrome {
        back: Some(("/".into(), "Back to your patients".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, "Patient")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || patient_page(&data)).await)
}
