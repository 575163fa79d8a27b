//! The patient's record, part by part: see it, edit it, and what was recorded before.

pub mod allocation;
pub mod consequences;
pub mod find;
pub mod form;
pub(in crate::api) mod gate;
pub mod history;
pub mod register;

use super::body::Body;
use super::dossier::about;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::form::answer::in_words;
use crate::domain::form::definition::Column;
use crate::domain::form::posted::{self, control, version_control};
use crate::domain::form::{AnswerKey, Fields};
use crate::domain::identifiers::{PatientId, ReportId};
use crate::domain::patient::PatientRecord;
use crate::domain::patient::edit::{
    self, Change, Edit, Group, Merged, Target, columns, conditions, items, typed,
};
use crate::domain::people::Action;
use crate::pages::record::{Line, ListPage, Part, RecordPage, Theirs, list_page, record_page};
use crate::server::access::{self, Actor, Allowed, EditRecord, ViewPatient};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::new_id;
use crate::server::store::patients::versions::{self, Duplicate};
use crate::server::store::patients::{self, Patient};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use form::Form;

/// What the fields of a part are kept under in its form.
fn key() -> AnswerKey {
    AnswerKey::of("record")
}

/// Where a person came from who corrects the record out of a report, and returns to.
#[derive(Debug, Clone, Default)]
struct Return {
    report: Option<(ReportId, String)>,
}

impl Return {
    /// From the address: `report=ID&section=ID`. Anything else is nothing.
    fn of(query: Option<&str>) -> Self {
        let asked = |name: &str| {
            query?
                .split('&')
                .find_map(|p| p.strip_prefix(name)?.strip_prefix('='))
        };
        Self::from(asked("report"), asked("section"))
    }

    fn posted(body: &Body) -> Self {
        Self::from(Some(body.get("report")), Some(body.get("section")))
    }

    fn from(report: Option<&str>, section: Option<&str>) -> Self {
        // A section's id is checked like an identifier: nothing else can stand in the address made of it.
        let section = section.filter(|s| ReportId::parse(s).is_ok());
        let report = report.and_then(|r| ReportId::parse(r).ok());
        Self {
            report: report.zip(section.map(str::to_owned)),
        }
    }

    fn query(&self) -> String {
        self.report
            .as_ref()
            .map(|(report, section)| format!("?report={report}&section={section}"))
            .unwrap_or_default()
    }

    fn path(&self) -> Option<String> {
        self.report
            .as_ref()
            .map(|(report, section)| format!("/reports/{report}/sections/{section}"))
    }
}

fn patient_id(text: &str) -> Result<PatientId, Failure> {
    PatientId::parse(text).map_err(|_| Failure::NotFound)
}

/// The whole record, with the way to change each part.
///
/// # Errors
/// [`Failure`].
pub async fn overview(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::view(&app, &actor, &id, "view-record-details", id.as_str()).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let path = format!("/patients/{id}");
    let data = RecordPage {
        edits: proof.may(Action::EditRecord),
        allocates: proof.may(Action::Allocate),
        parts: Group::ALL
            .iter()
            .map(|group| Part {
                path: format!("{path}/details/{}", group.name()),
                heading: group.words(),
                lines: lines(*group, &patient.record),
            })
            .collect(),
        path: path.clone(),
    };
    let chrome = Chrome {
        back: Some((path, "Back to the patient".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, "Record")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || record_page(&data)).await)
}

/// A part in words: what is asked and what stands.
fn lines(group: Group, record: &PatientRecord) -> Vec<Line> {
    if group.is_list() {
        let item = |i: edit::Shown| Line {
            label: i.when.unwrap_or_default(),
            text: i.heading,
        };
        return items(group, record).into_iter().map(item).collect();
    }
    let stands = typed(group, Target::Whole, record).unwrap_or_default();
    in_lines(&columns(group, Target::Whole), &stands)
}

/// What was typed, in words, under the questions that asked for it. What is empty is left out.
fn in_lines(columns: &[Column], fields: &Fields) -> Vec<Line> {
    let line = |c: &Column| {
        let text = in_words(c, &fields.column(&c.id))?;
        Some(Line {
            label: c.label.clone(),
            text,
        })
    };
    columns.iter().filter_map(line).collect()
}

/// A part's page: its form, or the list of its items.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, group)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let group = Group::named(&group).ok_or(Failure::NotFound)?;
    let (proof, patient) = open(&app, &actor, &patient).await?;
    let back = Return::of(query.as_deref());
    if !group.is_list() {
        return show_form(&app, &actor, &patient, group, Target::Whole, back).await;
    }
    let path = format!("/patients/{}/details", patient.id);
    let today = app.clock.today();
    let data = ListPage {
        heading: group.words(),
        item: group.item().unwrap_or_default(),
        path: format!("{path}/{}", group.name()),
        query: back.query(),
        items: items(group, &patient.record)
            .into_iter()
            .map(|i| (i.heading, i.when))
            .collect(),
        conditions: group == Group::Conditions,
        notes: if group == Group::Conditions {
            conditions::notes(&patient.record, today)
        } else {
            Vec::new()
        },
        to_report: back.path(),
        allocation: (group == Group::Supervisors && proof.may(Action::Allocate))
            .then(|| format!("/patients/{}/allocation", patient.id)),
    };
    let chrome = Chrome {
        back: Some((path, "Back to the record".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, group.words())
    };
    Ok(page(&app, StatusCode::OK, chrome, move || list_page(&data)).await)
}

/// The page of one item of a list.
///
/// # Errors
/// [`Failure`].
pub async fn show_item(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, group, item)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let group = Group::named(&group).ok_or(Failure::NotFound)?;
    let target = Target::named(group, &item).ok_or(Failure::NotFound)?;
    let (_, patient) = open(&app, &actor, &patient).await?;
    let back = Return::of(query.as_deref());
    show_form(&app, &actor, &patient, group, target, back).await
}

/// The patient, for somebody who may edit the record. On record as viewed.
async fn open(
    app: &App,
    actor: &Actor,
    patient: &str,
) -> Result<(Allowed<ViewPatient>, Patient), Failure> {
    let id = patient_id(patient)?;
    let proof = access::view(app, actor, &id, "view-record-details", id.as_str()).await?;
    if !proof.may(Action::EditRecord) {
        return Err(Failure::Refused);
    }
    let patient = patients::load(&app.db, &proof).await?;
    Ok((proof, patient))
}

async fn show_form(
    app: &App,
    actor: &Actor,
    patient: &Patient,
    group: Group,
    target: Target,
    back: Return,
) -> Result<Response, Failure> {
    let stands = typed(group, target, &patient.record).ok_or(Failure::NotFound)?;
    let form = Form {
        group,
        target,
        back,
        version: patient.version,
        typed: stands,
        errors: Vec::new(),
        theirs: None,
    };
    Ok(form.respond(app, actor, patient, StatusCode::OK).await)
}

/// Saves a part that is no list; on a list's own address, adds an item.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, group)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let group = Group::named(&group).ok_or(Failure::NotFound)?;
    let target = if group.is_list() {
        Target::New
    } else {
        Target::Whole
    };
    save_target(&app, &actor, &patient, group, target, &body).await
}

/// Saves one item of a list.
///
/// # Errors
/// [`Failure`].
pub async fn save_item(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, group, item)): Path<(String, String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let group = Group::named(&group).ok_or(Failure::NotFound)?;
    let target = Target::named(group, &item).ok_or(Failure::NotFound)?;
    save_target(&app, &actor, &patient, group, target, &body).await
}

async fn save_target(
    app: &App,
    actor: &Actor,
    patient: &str,
    group: Group,
    target: Target,
    body: &Body,
) -> Result<Response, Failure> {
    let id = patient_id(patient)?;
    let proof = access::prove::<EditRecord>(app, actor, &id).await?;
    let typed = posted::read(&body.0)
        .into_iter()
        .find(|p| p.key == key())
        .map(|p| p.fields)
        .unwrap_or_default();
    let seen: Option<i64> = body.get(&version_control(&key())).parse().ok();
    let today = app.clock.today();
    let edit = Edit {
        group,
        target,
        typed: &typed,
        today,
        new_id: &new_id(),
    };
    let mut tx = app.db.begin().await?;
    let locked = versions::lock(&mut tx, &proof).await?;
    // A form that does not say what it was made from has seen nothing: its mistakes are shown, and it
    // is shown again with the version that stands before anything is saved.
    let base = match seen {
        Some(n) if n == locked.version => Some(locked.record.as_ref().clone()),
        Some(n) => versions::one(&app.db, &proof, n).await?,
        None => None,
    };
    let merged = match &base {
        Some(base) => edit.merge(base, &locked.record),
        None => match edit.merge(&locked.record, &locked.record) {
            Merged::Save(..) => Merged::Conflict,
            other => other,
        },
    };
    let back = Return::posted(body);
    let merged = refuse_duplicates(&mut tx, &proof, &locked, merged).await?;
    let (errors, theirs, status) = match merged {
        Merged::Save(record, change) => {
            commit(app, tx, &proof, &locked, &record, &change).await?;
            return Ok(see_other(&after(&id, group, target, &back)));
        }
        Merged::Already => return Ok(see_other(&after(&id, group, target, &back))),
        Merged::Problems(problems) => {
            let error = |p: crate::domain::form::answer::Problem| FieldError {
                control: control(&key(), &p.field),
                message: p.message,
            };
            let errors: Vec<FieldError> = problems.into_iter().map(error).collect();
            (errors, None, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Merged::Conflict => (Vec::new(), Some(()), StatusCode::CONFLICT),
    };
    drop(tx);
    access::view(app, actor, &id, "view-record-details", id.as_str()).await?;
    let theirs = match theirs {
        None => None,
        Some(()) => Some(what_stands(app, &proof, &locked, group, target).await?),
    };
    let form = Form {
        group,
        target: match &base {
            Some(seen) if theirs.is_some() => {
                edit::after_conflict(group, target, seen, &locked.record)
            }
            _ => target,
        },
        back,
        version: if theirs.is_some() {
            locked.version
        } else {
            seen.unwrap_or(locked.version)
        },
        typed,
        errors,
        theirs,
    };
    Ok(form.respond(app, actor, &locked, status).await)
}

/// Saves a version, with its audit row and what follows from it for reports, in one transaction.
///
/// # Errors
/// [`Failure`] when it could not be made durable; then nothing was saved.
pub(super) async fn commit<P>(
    app: &App,
    mut tx: crate::server::store::Tx,
    proof: &Allowed<P>,
    locked: &Patient,
    record: &PatientRecord,
    change: &Change,
) -> Result<(), Failure> {
    keep(app, &mut tx, proof, locked, record, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Saves a locked record within a transaction that goes on: the version, its audit row and what it
/// means for open reports.
pub(super) async fn keep<P>(
    app: &App,
    tx: &mut crate::server::store::Tx,
    proof: &Allowed<P>,
    locked: &Patient,
    record: &PatientRecord,
    change: &Change,
) -> Result<(), Failure> {
    let version = versions::save(tx, proof, locked, record, change).await?;
    let event = proof.event("edit-record", &version.to_string());
    audit::record(tx, &event).await?;
    consequences::for_reports(app, tx, proof, &locked.record, record).await
}

/// Where one goes next: back to the report one came from, to the list, or to the record.
fn after(id: &PatientId, group: Group, target: Target, back: &Return) -> String {
    match (target, back.path()) {
        (Target::Whole, Some(path)) => path,
        (Target::Whole, None) => format!("/patients/{id}/details"),
        _ => format!("/patients/{id}/details/{}{}", group.name(), back.query()),
    }
}

async fn refuse_duplicates<P>(
    tx: &mut crate::server::store::Tx,
    proof: &Allowed<P>,
    locked: &Patient,
    merged: Merged,
) -> Result<Merged, Failure> {
    let Merged::Save(record, change) = merged else {
        return Ok(merged);
    };
    let same = record.mhcs_reference == locked.record.mhcs_reference
        && record.nhs_number == locked.record.nhs_number;
    if same {
        return Ok(Merged::Save(record, change));
    }
    let found = versions::duplicate(tx, proof.organisation(), Some(&locked.id), &record).await?;
    Ok(match found {
        None => Merged::Save(record, change),
        Some(duplicate) => Merged::Problems(vec![duplicate_problem(duplicate)]),
    })
}

/// What to say of a reference that another patient has. Who that is, is not told: it may not be theirs.
pub(super) fn duplicate_problem(duplicate: Duplicate) -> crate::domain::form::answer::Problem {
    let (field, message) = match duplicate {
        Duplicate::MhcsReference => (
            "mhcs-reference.text",
            "Another patient of your organisation has this MHCS reference. Check it; ask the line manager who has the record",
        ),
        Duplicate::NhsNumber => (
            "nhs-number.text",
            "Another patient of your organisation has this NHS number. Check it; ask the line manager who has the record",
        ),
    };
    crate::domain::form::answer::Problem {
        field: field.into(),
        message: message.into(),
    }
}

/// The text that stands in place of the one that was seen, with who saved it and when.
async fn what_stands<P>(
    app: &App,
    proof: &Allowed<P>,
    locked: &Patient,
    group: Group,
    target: Target,
) -> Result<Theirs, Failure> {
    let newest = versions::some(&app.db, proof, crate::domain::form::Version(u32::MAX), 1).await?;
    let lines = match (target, typed(group, target, &locked.record)) {
        (Target::Whole | Target::Item(_), Some(stands)) => {
            in_lines(&columns(group, target), &stands)
        }
        _ => lines(group, &locked.record),
    };
    Ok(Theirs {
        by: newest.first().map(|m| m.by.clone()).unwrap_or_default(),
        at: newest
            .first()
            .map(|m| moment_in_words(m.at))
            .unwrap_or_default(),
        lines,
    })
}
