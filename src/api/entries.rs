//! The supervision record: the timeline, adding to it, and who has looked.

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
use crate::domain::people::Action;
use crate::domain::timeline::typed::{EntryKind, columns, read};
use crate::domain::timeline::{Matter, standing};
use crate::pages::entry::{EntryPage, entry_page};
use crate::pages::timeline::{Line, TimelinePage, WhoLookedPage, timeline_page, who_looked_page};
use crate::server::access::{self, Actor, KeepRecord};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::{entries, new_id, patients};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Datelike;

/// Entries on one page.
const A_PAGE: usize = 50;

fn patient_id(text: &str) -> Result<PatientId, Failure> {
    PatientId::parse(text).map_err(|_| Failure::NotFound)
}

/// The timeline.
///
/// # Errors
/// [`Failure`].
pub async fn timeline(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::view(&app, &actor, &id, "view-record", id.as_str()).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let all = entries::all(&app.db, &proof).await?;
    let asked = |name: &str| {
        query
            .as_deref()?
            .split('&')
            .find_map(|p| p.strip_prefix(name)?.strip_prefix('='))
    };
    let filter = asked("show").and_then(|name| app.kinds.named(name));
    let from: usize = asked("from").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut shown: Vec<_> = standing(&all)
        .into_iter()
        .filter(|e| filter.is_none_or(|k| app.kinds.of(&e.matter) == Some(k)))
        .collect();
    shown.reverse();
    let path = format!("/patients/{id}");
    let show = filter.map_or("", |k| k.name());
    let data = TimelinePage {
        filter: show.to_owned(),
        kinds: app
            .kinds
            .all()
            .map(|k| (k.name().to_owned(), k.words().to_owned()))
            .collect(),
        keeps: proof.may(Action::KeepRecord),
        more: (shown.len() > from + A_PAGE)
            .then(|| format!("{path}/record?show={show}&from={}", from + A_PAGE)),
        entries: shown
            .iter()
            .skip(from)
            .take(A_PAGE)
            .map(|e| line(&e.matter))
            .collect(),
        path: path.clone(),
    };
    let chrome = Chrome {
        back: Some((path, "Back to the patient".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, "Supervision record")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || timeline_page(&data)).await)
}

fn line(matter: &Matter) -> Line {
    let words = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let row = |label: &str, text: String| (label.to_owned(), text);
    let (flag, details) = match matter {
        Matter::Contact(c) => (
            (!c.happened).then(|| "Missed".to_owned()),
            vec![
                row("Seen and heard", c.observed.clone()),
                row("What was done", c.response.clone()),
                row("Seen alone", words(c.alone)),
                row("With another professional", words(c.joint)),
                row("Who else", c.with.clone()),
            ],
        ),
        Matter::Event(e) => (
            e.told_mhcs_on
                .is_none()
                .then(|| "MHCS not recorded as told".to_owned()),
            vec![
                row("Where the person is", e.where_now.clone()),
                row("What has been done", e.actions.clone()),
                row(
                    "MHCS told",
                    e.told_mhcs_on.map(day_in_words).unwrap_or_default(),
                ),
                row("How", e.told_how.clone()),
                row(
                    "MHCS replied",
                    e.reply_on.map(day_in_words).unwrap_or_default(),
                ),
                row("Reply", e.reply.clone()),
            ],
        ),
        Matter::NightAway(n) => (
            (!(n.agreed_social && n.agreed_clinical))
                .then(|| "Not agreed by both supervisors".to_owned()),
            vec![row("Note", n.note.clone())],
        ),
        Matter::Noted(n) => (
            n.flag.clone(),
            n.said
                .iter()
                .map(|s| (s.label.clone(), s.text.clone()))
                .collect(),
        ),
        Matter::Withdrawn(w) => (
            Some("Withdrawn".to_owned()),
            vec![("Why".to_owned(), w.reason.clone())],
        ),
    };
    Line {
        kind: matter.kind_in_words().to_owned(),
        heading: matter.in_words(),
        flag,
        details: details
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect(),
    }
}

/// What an entry's fields are kept under in its form.
fn key() -> AnswerKey {
    AnswerKey::of("entry")
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
    let today = app.clock.today();
    let now = [
        ("day", today.day().to_string()),
        ("month", today.month().to_string()),
        ("year", today.year().to_string()),
    ];
    let day = kind.first_day();
    let typed = Fields::new(now.map(|(part, value)| (format!("{day}.{part}"), value)));
    Ok(respond(&app, &actor, &patient, kind, &new_id(), &typed, vec![]).await)
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
    let typed = posted::read(&body.0)
        .into_iter()
        .find(|p| p.key == key())
        .map(|p| p.fields)
        .unwrap_or_default();
    let entry = EntryId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    match read(kind, &typed, &app.kinds.notifiable, app.clock.today()) {
        Ok(matter) => {
            entries::add(&app.db, &proof, &entry, &matter).await?;
            Ok(see_other(&format!("/patients/{id}/record")))
        }
        Err(problems) => {
            let patient = patients::load(&app.db, &proof).await?;
            let errors = problems
                .into_iter()
                .map(|p| FieldError {
                    control: control(&key(), &p.field),
                    message: p.message,
                })
                .collect();
            Ok(respond(&app, &actor, &patient, kind, entry.as_str(), &typed, errors).await)
        }
    }
}

async fn respond(
    app: &App,
    actor: &Actor,
    patient: &patients::Patient,
    kind: EntryKind<'_>,
    id: &str,
    typed: &Fields,
    errors: Vec<FieldError>,
) -> Response {
    let heading = kind.heading();
    let asked = |column: crate::domain::form::definition::Column| {
        let prefix = format!("{}.", column.id);
        let start = control(&key(), &prefix);
        Asked {
            key: key(),
            fields: typed.column(&column.id),
            errors: errors
                .iter()
                .filter(|e| e.control.starts_with(&start))
                .cloned()
                .collect(),
            prefix,
            column,
            not_applicable: false,
            withholdable: false,
            record: None,
        }
    };
    let data = EntryPage {
        action: format!("/patients/{}/record/{}", patient.id, kind.name()),
        heading: heading.to_owned(),
        id: id.to_owned(),
        urgent: kind == EntryKind::Event,
        controls: columns(kind, &app.kinds.notifiable)
            .into_iter()
            .map(asked)
            .collect(),
        errors,
    };
    let failed = !data.errors.is_empty();
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = format!("{}{heading}", if failed { "Error: " } else { "" });
    let chrome = Chrome {
        back: Some((
            format!("/patients/{}/record", patient.id),
            "Back to the supervision record".into(),
        )),
        about: Some(about(patient)),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || entry_page(&data)).await
}

/// Who has looked at or changed a patient's record.
///
/// # Errors
/// [`Failure`].
pub async fn who_looked(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::read_audit(&app, &actor, &id).await?;
    let rows = audit::of_patient(&app.db, &proof).await?;
    let data = WhoLookedPage {
        rows: rows
            .into_iter()
            .map(|r| {
                [
                    moment_in_words(r.at),
                    r.name,
                    r.action,
                    r.address.unwrap_or_default(),
                    r.outcome,
                ]
            })
            .collect(),
    };
    let chrome = Chrome {
        back: Some(("/".into(), "Back to the start".into())),
        ..chrome(&actor, "Who has looked at this record")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || who_looked_page(&data)).await)
}
