//! What the schedule rests on besides the discharge: a late notice also when no report was begun, the
//! planned frequency of contact, and an interval that MHCS agreed.

use super::body::Body;
use super::dossier::about;
use super::failure::Failure;
use super::late::Told;
use super::render::{chrome, page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::{add_days, day_in_words, day_parts, read_day};
use crate::domain::case::LateNotice;
use crate::domain::identifiers::PatientId;
use crate::domain::patient::{AgreedInterval, PatientRecord};
use crate::domain::people::Action;
use crate::domain::report::State as Stage;
use crate::domain::schedule::{FIRST_REPORT_DAYS, due_dates, next_due, told_in_time};
use crate::pages::deadlines::{LatePage, PlanPage, late_page, plan_page};
use crate::server::access::{self, Actor, Allowed, KeepRecord};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::entries::LateTold;
use crate::server::store::patients::Patient;
use crate::server::store::reports::Report;
use crate::server::store::{entries, patients, reports};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// Longest text, in characters.
const LONGEST: usize = 2_000;

struct Due {
    on: NaiveDate,
    /// The report that was begun for it.
    open: Option<Report>,
}

/// The due date at hand: of the report that is being written, or of the next one.
async fn at_hand<P>(
    app: &App,
    proof: &Allowed<P>,
    patient: &Patient,
) -> Result<Option<Due>, Failure> {
    let all = reports::all(&app.db, proof).await?;
    let standing: Vec<Report> = all
        .into_iter()
        .filter(|r| !matches!(r.life.state, Stage::Withdrawn | Stage::Superseded))
        .collect();
    let answered: Vec<NaiveDate> = standing.iter().map(|r| r.due).collect();
    if let Some(open) = standing.into_iter().find(|r| !r.life.state.is_sent()) {
        return Ok(Some(Due {
            on: open.due,
            open: Some(open),
        }));
    }
    Ok(
        next_due(&patient.record, &patient.counting, &answered).map(|due| Due {
            on: due.on,
            open: None,
        }),
    )
}

fn patient_id(text: &str) -> Result<PatientId, Failure> {
    PatientId::parse(text).map_err(|_| Failure::NotFound)
}

/// The page that records that MHCS was told.
///
/// # Errors
/// [`Failure`].
pub async fn show_late(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::view(&app, &actor, &id, "view-patient", id.as_str()).await?;
    if !proof.may(Action::KeepRecord) {
        return Err(Failure::Refused);
    }
    let patient = patients::load(&app.db, &proof).await?;
    let typed = Told {
        typed: day_parts(app.clock.today()),
        ..Told::default()
    };
    late(&app, &actor, &proof, &patient, typed).await
}

async fn late<P>(
    app: &App,
    actor: &Actor,
    proof: &Allowed<P>,
    patient: &Patient,
    typed: Told,
) -> Result<Response, Failure> {
    let due = at_hand(app, proof, patient).await?;
    let notices = entries::late_notices(&app.db, proof).await?;
    let mut told: Vec<(NaiveDate, String)> = Vec::new();
    if let Some(due) = &due {
        let mark = due.open.as_ref().and_then(|r| r.late_notice.clone());
        told.extend(mark.map(|n| (n.on, n.how)));
        let of = notices.into_iter().filter(|n| n.due == due.on);
        told.extend(of.map(|n| (n.on, n.how)));
        told.sort();
        told.dedup();
    }
    let failed = !typed.errors.is_empty();
    let data = LatePage {
        path: format!("/patients/{}", patient.id),
        due: due.as_ref().map(|d| (day_in_words(d.on), d.on.to_string())),
        told: told
            .iter()
            .map(|(on, how)| {
                let late = due.as_ref().is_some_and(|d| !told_in_time(Some(*on), d.on));
                let late = if late { " (after the due date)" } else { "" };
                format!("{}{late}: {how}", day_in_words(*on))
            })
            .collect(),
        on: typed.typed,
        how: typed.how,
        errors: typed.errors,
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = if failed {
        "Error: Late notice"
    } else {
        "Late notice"
    };
    let chrome = framed(actor, patient, title);
    Ok(page(app, status, chrome, move || late_page(&data)).await)
}

fn framed(actor: &Actor, patient: &Patient, title: &str) -> Chrome {
    Chrome {
        back: Some((
            format!("/patients/{}", patient.id),
            "Back to the patient".into(),
        )),
        about: Some(about(patient)),
        ..chrome(actor, title)
    }
}

/// Records that MHCS was told. Waits for nobody.
///
/// # Errors
/// [`Failure`].
pub async fn save_late(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let told = Told::read(&body, app.clock.today());
    let due = at_hand(&app, &proof, &patient).await?;
    let (Some(told_on), Some(due), true) = (told.day, due, told.errors.is_empty()) else {
        access::view(&app, &actor, &id, "view-patient", id.as_str()).await?;
        return late(&app, &actor, &proof, &patient, told).await;
    };
    let how = told.how;
    let mut tx = app.db.begin().await?;
    let told = LateTold {
        due: due.on,
        on: told_on,
        how: how.clone(),
    };
    entries::add_late_notice(&mut tx, &proof, &told).await?;
    let told_before = |r: &Report| r.late_notice.as_ref().is_some_and(|n| n.on <= told_on);
    if let Some(open) = due.open.filter(|r| !told_before(r)) {
        let notice = LateNotice { on: told_on, how };
        reports::set_late_notice(&mut tx, &proof, &open.id, &notice).await?;
    }
    audit::record(&mut tx, &proof.event("record-late-notice", id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/patients/{id}/late")))
}

/// What is typed on the page of the plan.
#[derive(Debug, Clone, Default)]
struct Plan {
    seen: i64,
    contact: String,
    review: String,
    months: String,
    from: [String; 3],
    evidence: String,
}

impl Plan {
    fn of(patient: &Patient) -> Self {
        let record = &patient.record;
        let days = |days: Option<u16>| days.map(|d| d.to_string()).unwrap_or_default();
        let agreed = record.agreed_interval.as_ref();
        Self {
            seen: patient.version,
            contact: days(record.contact_every_days),
            review: days(record.clinical_review_every_days),
            months: agreed.map(|a| a.months.to_string()).unwrap_or_default(),
            from: agreed.map(|a| day_parts(a.from)).unwrap_or_default(),
            evidence: agreed.map(|a| a.evidence.clone()).unwrap_or_default(),
        }
    }
}

/// The planned frequency of contact, and the interval between reports.
///
/// # Errors
/// [`Failure`].
pub async fn show_plan(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::view(&app, &actor, &id, "view-patient", id.as_str()).await?;
    if !proof.may(Action::KeepRecord) {
        return Err(Failure::Refused);
    }
    let patient = patients::load(&app.db, &proof).await?;
    Ok(plan(
        &app,
        &actor,
        &patient,
        &Plan::of(&patient),
        vec![],
        StatusCode::OK,
    )
    .await)
}

async fn plan(
    app: &App,
    actor: &Actor,
    patient: &Patient,
    typed: &Plan,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> Response {
    let today = app.clock.today();
    let data = PlanPage {
        action: format!("/patients/{}/plan", patient.id),
        seen: typed.seen,
        contact: typed.contact.clone(),
        review: typed.review.clone(),
        months: typed.months.clone(),
        from: typed.from.clone(),
        evidence: typed.evidence.clone(),
        dates: due_dates(&patient.record, &patient.counting)
            .map(|d| d.on)
            .filter(|d| *d >= today)
            .take(4)
            .map(day_in_words)
            .collect(),
        errors,
    };
    let failed = if status == StatusCode::OK {
        ""
    } else {
        "Error: "
    };
    let chrome = framed(
        actor,
        patient,
        &format!("{failed}Contact plan and interval"),
    );
    page(app, status, chrome, move || plan_page(&data)).await
}

/// Saves the plan as a new version of the record.
///
/// # Errors
/// [`Failure`].
pub async fn save_plan(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let text = |name: &str| body.get(name).trim().to_owned();
    let typed = Plan {
        seen: body.get("seen").parse().unwrap_or(-1),
        contact: text("contact"),
        review: text("review"),
        months: text("months"),
        from: ["day", "month", "year"].map(|p| text(&format!("from/{p}"))),
        evidence: text("evidence"),
    };
    let mut errors = Vec::new();
    let record = read_plan(&patient.record, &typed, &mut errors);
    if !errors.is_empty() {
        access::view(&app, &actor, &id, "view-patient", id.as_str()).await?;
        return Ok(plan(
            &app,
            &actor,
            &patient,
            &typed,
            errors,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await);
    }
    let mut tx = app.db.begin().await?;
    if !entries::revise(&mut tx, &proof, typed.seen, &record).await? {
        drop(tx);
        let errors = vec![FieldError {
            control: "contact".into(),
            message: "Somebody changed the record after this page was made, so nothing was saved. What you typed is kept here: look at it again and save".into(),
        }];
        let typed = Plan {
            seen: patient.version,
            ..typed
        };
        access::view(&app, &actor, &id, "view-patient", id.as_str()).await?;
        return Ok(plan(&app, &actor, &patient, &typed, errors, StatusCode::CONFLICT).await);
    }
    audit::record(&mut tx, &proof.event("revise-record", id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/patients/{id}")))
}

/// The record with the plan in it.
fn read_plan(record: &PatientRecord, typed: &Plan, errors: &mut Vec<FieldError>) -> PatientRecord {
    let mut wrong = |control: &str, message: String| {
        errors.push(FieldError {
            control: control.to_owned(),
            message,
        });
    };
    let mut days = |control: &str, text: &str| match text.parse::<u16>() {
        _ if text.is_empty() => None,
        Ok(n) if (1..=366).contains(&n) => Some(n),
        _ => {
            wrong(
                control,
                "Give a number of days from 1 to 366, or leave it empty".into(),
            );
            None
        }
    };
    let mut new = record.clone();
    new.contact_every_days = days("contact", &typed.contact);
    new.clinical_review_every_days = days("review", &typed.review);
    let empty = typed.months.is_empty()
        && typed.evidence.is_empty()
        && typed.from.iter().all(String::is_empty);
    if empty {
        new.agreed_interval = None;
        return new;
    }
    let months = typed
        .months
        .parse::<u8>()
        .ok()
        .filter(|m| (1..=24).contains(m));
    if months.is_none() {
        wrong("months", "Give a number of months from 1 to 24".into());
    }
    let first = add_days(record.discharge.on, FIRST_REPORT_DAYS);
    let from = match read_day(&typed.from[0], &typed.from[1], &typed.from[2]) {
        Ok(day) if day < first => {
            let words = format!(
                "An interval counts from a due date: the first report is due on {}",
                day_in_words(first)
            );
            wrong("from/day", words);
            None
        }
        Ok(day) => Some(day),
        Err(e) => {
            wrong(&format!("from/{}", e.field()), e.to_string());
            None
        }
    };
    if typed.evidence.is_empty() || typed.evidence.chars().count() > LONGEST {
        wrong(
            "evidence",
            "Say which letter or e-mail of MHCS agrees it, with its date".into(),
        );
    }
    if let (Some(months), Some(from)) = (months, from) {
        new.agreed_interval = Some(AgreedInterval {
            months,
            from,
            evidence: typed.evidence.clone(),
        });
    }
    new
}

/// Marks a report that has just begun when MHCS was told before it began.
///
/// # Errors
/// [`Failure`].
pub(super) async fn carry_late_notice<P>(
    app: &App,
    proof: &Allowed<P>,
    due: NaiveDate,
) -> Result<Option<LateNotice>, Failure> {
    let notices = entries::late_notices(&app.db, proof).await?;
    Ok(notices
        .into_iter()
        .filter(|n| n.due == due)
        .min_by_key(|n| n.on)
        .map(|n| LateNotice {
            on: n.on,
            how: n.how,
        }))
}
