//! Adding to the supervision record and correcting it: one page, one post.

use super::body::Body;
use super::dossier::about;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use crate::components::fields::Asked;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::form::posted::{self, control};
use crate::domain::form::{AnswerKey, Fields};
use crate::domain::identifiers::{EntryId, PatientId};
use crate::domain::notice;
use crate::domain::patient::DatedNote;
use crate::domain::people::Action;
use crate::domain::protocol;
use crate::domain::timeline::Matter;
use crate::domain::timeline::noted::Effect;
use crate::domain::timeline::typed::{EntryKind, columns, read, typed_of};
use crate::pages::entry::{EntryPage, entry_page};
use crate::server::access::{self, Actor, Allowed, KeepRecord};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::entries::Added;
use crate::server::store::patients::Patient;
use crate::server::store::{entries, new_id, notices, patients, protocol as rows};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};

fn patient_id(text: &str) -> Result<PatientId, Failure> {
    PatientId::parse(text).map_err(|_| Failure::NotFound)
}

/// What an entry's fields are kept under in its form.
pub(super) fn key() -> AnswerKey {
    AnswerKey::of("entry")
}

/// The fields of an entry as posted.
pub(super) fn typed(body: &Body) -> Fields {
    posted::read(&body.0)
        .into_iter()
        .find(|p| p.key == key())
        .map(|p| p.fields)
        .unwrap_or_default()
}

/// What stands in the date of a new entry.
pub(super) fn begun(kind: EntryKind<'_>, today: NaiveDate) -> Vec<(String, String)> {
    let day = kind.first_day();
    let mut typed = vec![
        (format!("{day}.day"), today.day().to_string()),
        (format!("{day}.month"), today.month().to_string()),
        (format!("{day}.year"), today.year().to_string()),
    ];
    if kind == EntryKind::Contact {
        typed.push(("happened.choice".into(), "yes".into()));
    }
    typed
}

/// The page that asks for an entry.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, kind)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let kind = app.kinds.named(&kind).ok_or(Failure::NotFound)?;
    let id = patient_id(&patient)?;
    let proof = access::view(&app, &actor, &id, "view-record", id.as_str()).await?;
    if !proof.may(Action::KeepRecord) {
        return Err(Failure::Refused);
    }
    let patient = patients::load(&app.db, &proof).await?;
    let shown = Shown {
        typed: Fields::new(begun(kind, app.clock.today())),
        ..Shown::of(kind, new_id())
    };
    Ok(respond(&app, &actor, &patient, shown).await)
}

/// Adds an entry.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, kind)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let kind = app.kinds.named(&kind).ok_or(Failure::NotFound)?;
    let id = patient_id(&patient)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let typed = typed(&body);
    let entry = EntryId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    let patient = patients::load(&app.db, &proof).await?;
    let shown = Shown {
        typed,
        ..Shown::of(kind, entry.to_string())
    };
    let matter = match checked(&app, &patient, kind, &shown.typed) {
        Ok(matter) => matter,
        Err(errors) => return refuse(&app, &actor, &patient, shown, errors).await,
    };
    let added = add(&app, &proof, &patient, &entry, &matter, kind.effect(), None).await?;
    if added == Added::Stale {
        return Err(Failure::Changed);
    }
    let path = format!("/patients/{id}");
    // What needs a second look is shown at once; a plain contact goes straight back to the timeline.
    let same = match &matter {
        Matter::Contact(c) => {
            entries::same_contact(&app.db, &proof, c, &entry, &actor.person).await?
        }
        _ => vec![],
    };
    let look = !same.is_empty() || kind == EntryKind::Event || kind.effect().is_some();
    Ok(see_other(&if look {
        format!("{path}/entries/{entry}")
    } else {
        format!("{path}/record")
    }))
}

/// Reads an entry and checks it against the record.
fn checked(
    app: &App,
    patient: &Patient,
    kind: EntryKind<'_>,
    typed: &Fields,
) -> Result<Matter, Vec<FieldError>> {
    let error = |field: &str, message: String| FieldError {
        control: control(&key(), field),
        message,
    };
    let matter = read(kind, typed, &app.kinds.notifiable, app.clock.today()).map_err(|all| {
        all.into_iter()
            .map(|p| error(&p.field, p.message))
            .collect::<Vec<_>>()
    })?;
    let discharged = patient.record.discharge.on;
    let stops = matches!(kind.effect(), Some(Effect::Recall | Effect::End));
    if stops && matter.day() < discharged {
        let words = format!(
            "The day cannot be before the conditional discharge on {}",
            day_in_words(discharged)
        );
        return Err(vec![error("on.day", words)]);
    }
    if patient.record.date_of_birth > matter.day() {
        return Err(vec![error(
            &format!("{}.day", kind.first_day()),
            "The day cannot be before the person was born".into(),
        )]);
    }
    Ok(matter)
}

/// Adds an entry with all that hangs on it, in one transaction: the audit row, the manager's notice of
/// an event, and what a recall or the end of the order does to the schedule.
pub(super) async fn add(
    app: &App,
    proof: &Allowed<KeepRecord>,
    patient: &Patient,
    id: &EntryId,
    matter: &Matter,
    effect: Option<Effect>,
    corrects: Option<&EntryId>,
) -> Result<Added, Failure> {
    let mut tx = app.db.begin().await?;
    let added = entries::add(&mut tx, proof, id, matter, corrects).await?;
    if added != Added::Now {
        return Ok(added);
    }
    let action = match (corrects, matter) {
        (_, Matter::Withdrawn(_)) => "withdraw-entry",
        (Some(_), _) => "correct-entry",
        (None, _) => "add-entry",
    };
    audit::record(&mut tx, &proof.event(action, id.as_str())).await?;
    if matches!(matter, Matter::Event(_)) && corrects.is_none() {
        let today = app.clock.today();
        notices::tell_managers(
            &mut tx,
            proof,
            notice::Kind::EventLogged,
            id.as_str(),
            today,
        )
        .await?;
    }
    let mut record = patient.record.as_ref().clone();
    match (effect, matter) {
        (Some(Effect::Recall), Matter::Noted(n)) => record.recalled_on = Some(n.on),
        (Some(Effect::Recall), _) => record.recalled_on = None,
        (Some(Effect::End), Matter::Noted(n)) => {
            record.ended = Some(DatedNote {
                on: n.on,
                note: n.text("evidence").to_owned(),
            });
        }
        (Some(Effect::End), _) => record.ended = None,
        _ => {}
    }
    if record != *patient.record {
        if !entries::revise(&mut tx, proof, patient.version, &record).await? {
            return Ok(Added::Stale);
        }
        audit::record(
            &mut tx,
            &proof.event("revise-record", proof.patient().as_str()),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(Added::Now)
}

/// The page that corrects an entry: it begins with what stands.
///
/// # Errors
/// [`Failure`].
pub async fn show_correction(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, entry)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let entry = EntryId::parse(&entry).map_err(|_| Failure::NotFound)?;
    let proof = access::view(&app, &actor, &id, "view-record", entry.as_str()).await?;
    if !proof.may(Action::KeepRecord) {
        return Err(Failure::Refused);
    }
    let chain = entries::chain(&app.db, &proof, &entry).await?;
    let standing = chain.last().ok_or(Failure::NotFound)?;
    let kind = app
        .kinds
        .of(&standing.entry.matter)
        .ok_or(Failure::NotFound)?;
    let patient = patients::load(&app.db, &proof).await?;
    let shown = Shown {
        typed: typed_of(&standing.entry.matter),
        corrects: Some(standing.entry.id.clone()),
        ..Shown::of(kind, new_id())
    };
    Ok(respond(&app, &actor, &patient, shown).await)
}

/// Corrects an entry. The old text stays readable.
///
/// # Errors
/// [`Failure`].
pub async fn correct(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, entry)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let entry = EntryId::parse(&entry).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let new = EntryId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    let chain = entries::chain(&app.db, &proof, &entry).await?;
    let old = chain
        .iter()
        .find(|e| e.entry.id == entry)
        .ok_or(Failure::NotFound)?;
    let kind = app.kinds.of(&old.entry.matter).ok_or(Failure::NotFound)?;
    let patient = patients::load(&app.db, &proof).await?;
    let mut shown = Shown {
        typed: typed(&body),
        corrects: Some(entry.clone()),
        ..Shown::of(kind, new.to_string())
    };
    let matter = match checked(&app, &patient, kind, &shown.typed) {
        Ok(matter) => matter,
        Err(errors) => return refuse(&app, &actor, &patient, shown, errors).await,
    };
    match add(
        &app,
        &proof,
        &patient,
        &new,
        &matter,
        kind.effect(),
        Some(&entry),
    )
    .await?
    {
        Added::Now | Added::Before => Ok(see_other(&format!("/patients/{id}/entries/{new}"))),
        Added::Stale => {
            // The page keeps what was typed and now corrects what stands: a choice made with both in view.
            let standing = chain.last().unwrap_or(old);
            shown.conflict = Some(format!(
                "{}: {}",
                standing.name,
                super::timeline::details(&standing.entry.matter)
                    .into_iter()
                    .map(|(label, text)| format!("{label}: {text}"))
                    .collect::<Vec<_>>()
                    .join(" · ")
            ));
            shown.corrects = Some(standing.entry.id.clone());
            shown.id = new_id();
            access::view(&app, &actor, &id, "view-record", entry.as_str()).await?;
            Ok(respond(&app, &actor, &patient, shown).await)
        }
    }
}

/// What an entry's page shows.
pub(super) struct Shown<'a> {
    pub(super) kind: EntryKind<'a>,
    pub(super) id: String,
    pub(super) typed: Fields,
    pub(super) errors: Vec<FieldError>,
    pub(super) corrects: Option<EntryId>,
    pub(super) conflict: Option<String>,
    pub(super) protocol: Option<protocol::Row>,
}

impl<'a> Shown<'a> {
    /// An empty page.
    pub(super) fn of(kind: EntryKind<'a>, id: String) -> Self {
        Self {
            kind,
            id,
            typed: Fields::default(),
            errors: vec![],
            corrects: None,
            conflict: None,
            protocol: None,
        }
    }
}

async fn refuse(
    app: &App,
    actor: &Actor,
    patient: &Patient,
    shown: Shown<'_>,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let proof = access::view(app, actor, &patient.id, "view-record", patient.id.as_str()).await?;
    let chosen = app.kinds.event(shown.typed.get("kind.choice"));
    let protocol = match chosen.filter(|_| shown.kind == EntryKind::Event) {
        Some(event) => {
            let confirmed = rows::rows(&app.db, &proof).await?;
            Some(protocol::row(event, confirmed.get(&event.id)))
        }
        None => None,
    };
    let shown = Shown {
        errors,
        protocol,
        ..shown
    };
    Ok(respond(app, actor, patient, shown).await)
}

/// The page, with what was typed.
pub(super) async fn respond(
    app: &App,
    actor: &Actor,
    patient: &Patient,
    shown: Shown<'_>,
) -> Response {
    let correcting = shown.corrects.is_some();
    let heading = if correcting {
        format!("Correct: {}", shown.kind.words().to_lowercase())
    } else {
        shown.kind.heading().to_owned()
    };
    let asked = |column: crate::domain::form::definition::Column| {
        let prefix = format!("{}.", column.id);
        let start = control(&key(), &prefix);
        Asked {
            key: key(),
            fields: shown.typed.column(&column.id),
            errors: shown
                .errors
                .iter()
                .filter(|e| e.control.starts_with(&start))
                .cloned()
                .collect(),
            prefix,
            column,
            not_applicable: false,
            mark: None,
            record: None,
        }
    };
    // A reply comes later: a new event does not ask for it.
    let wanted = |c: &crate::domain::form::definition::Column| {
        correcting || shown.kind != EntryKind::Event || !c.id.starts_with("reply")
    };
    let controls = columns(shown.kind, &app.kinds.notifiable)
        .into_iter()
        .filter(wanted)
        .map(asked)
        .collect();
    let path = format!("/patients/{}", patient.id);
    let failed = !shown.errors.is_empty();
    let data = EntryPage {
        action: match &shown.corrects {
            Some(entry) => format!("{path}/entries/{entry}/correct"),
            None => format!("{path}/record/{}", shown.kind.name()),
        },
        heading: heading.clone(),
        id: shown.id.clone(),
        urgent: shown.kind == EntryKind::Event,
        correcting,
        conflict: shown.conflict.clone(),
        protocol: shown.protocol.clone(),
        controls,
        errors: shown.errors.clone(),
    };
    let status = match (failed, &data.conflict) {
        (true, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, Some(_)) => StatusCode::CONFLICT,
        _ => StatusCode::OK,
    };
    let title = format!("{}{heading}", if failed { "Error: " } else { "" });
    let chrome = Chrome {
        back: Some((
            format!("{path}/record"),
            "Back to the supervision record".into(),
        )),
        about: Some(about(patient)),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || entry_page(&data)).await
}
