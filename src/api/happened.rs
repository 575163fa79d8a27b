//! "Something has happened": danger, telephone, the organisation's protocol, the event.

use super::body::Body;
use super::dossier::about;
use super::entries::{Shown, begun, respond};
use super::failure::Failure;
use super::render::{chrome, page};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::{add_months, day_in_words};
use crate::domain::form::Fields;
use crate::domain::identifiers::PatientId;
use crate::domain::people::Action;
use crate::domain::protocol::{self, CHECK_EVERY_MONTHS, PLACES};
use crate::domain::timeline::notifiable::Urgency;
use crate::domain::timeline::typed::EntryKind;
use crate::pages::happened::{HappenedPage, Ring, happened_page};
use crate::server::access::{self, Actor, Allowed, ViewPatient};
use crate::server::app::App;
use crate::server::store::patients::Patient;
use crate::server::store::{new_id, patients, protocol as rows};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Places that are rung first, whatever happened.
const FIRST: usize = 4;

async fn opened(
    app: &App,
    actor: &Actor,
    patient: &str,
) -> Result<(Allowed<ViewPatient>, Patient), Failure> {
    let id = PatientId::parse(patient).map_err(|_| Failure::NotFound)?;
    let proof = access::view(app, actor, &id, "view-record", id.as_str()).await?;
    if !proof.may(Action::KeepRecord) {
        return Err(Failure::Refused);
    }
    let patient = patients::load(&app.db, &proof).await?;
    Ok((proof, patient))
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
    let (proof, patient) = opened(&app, &actor, &patient).await?;
    choose(&app, &actor, &proof, &patient, vec![]).await
}

async fn choose(
    app: &App,
    actor: &Actor,
    proof: &Allowed<ViewPatient>,
    patient: &Patient,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let confirmed = rows::rows(&app.db, proof).await?;
    let contacts = rows::contacts(&app.db, proof).await?;
    let today = app.clock.today();
    let urgency = |id: &str, suggested| confirmed.get(id).map_or(suggested, |c| c.urgency);
    let group = |u: Urgency| {
        let events = app.kinds.notifiable.iter();
        let events = events
            .filter(|e| urgency(&e.id, e.urgency) == u)
            .map(|e| (e.id.clone(), e.label.clone()));
        (u.words().to_owned(), events.collect())
    };
    let ring = |(place, words): &(&str, &str)| {
        let contact = contacts.get(*place);
        Ring {
            place: (*words).to_owned(),
            number: contact.map(|c| {
                let all = [&c.telephone, &c.hours, &c.email];
                let all: Vec<&str> = all
                    .iter()
                    .map(|t| t.as_str())
                    .filter(|t| !t.is_empty())
                    .collect();
                all.join(", ")
            }),
            checked: contact.map_or(String::new(), |c| {
                let old = add_months(c.checked_on, CHECK_EVERY_MONTHS) < today;
                let old = if old {
                    ": long ago, make sure it is right"
                } else {
                    ""
                };
                format!("(checked on {}{old})", day_in_words(c.checked_on))
            }),
        }
    };
    let failed = !errors.is_empty();
    let data = HappenedPage {
        action: format!("/patients/{}/happened", patient.id),
        contacts: PLACES.iter().take(FIRST).map(ring).collect(),
        groups: Urgency::ALL.map(group).to_vec(),
        errors,
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = if failed {
        "Error: Something has happened"
    } else {
        "Something has happened"
    };
    let chrome = Chrome {
        back: Some((
            format!("/patients/{}", patient.id),
            "Back to the patient".into(),
        )),
        about: Some(about(patient)),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || happened_page(&data)).await)
}

/// The event's row of the protocol, and the form that logs it. Writes nothing: the kind of event is
/// posted so that it stands in no address.
///
/// # Errors
/// [`Failure`].
pub async fn continue_(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, patient) = opened(&app, &actor, &patient).await?;
    let Some(event) = app.kinds.event(body.get("kind")) else {
        let error = FieldError {
            control: "kind".into(),
            message: "Choose what has happened; “Something else that may matter” is there too"
                .into(),
        };
        return choose(&app, &actor, &proof, &patient, vec![error]).await;
    };
    let confirmed = rows::rows(&app.db, &proof).await?;
    let mut typed = begun(EntryKind::Event, app.clock.today());
    typed.push(("kind.choice".into(), event.id.clone()));
    let shown = Shown {
        typed: Fields::new(typed),
        protocol: Some(protocol::row(event, confirmed.get(&event.id))),
        ..Shown::of(EntryKind::Event, new_id())
    };
    Ok(respond(&app, &actor, &patient, shown).await)
}
