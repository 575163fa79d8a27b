//! Cover for an absence: a line manager says who covers for whom, from when to when. Whoever covers may
//! act as the supervisor between those days and not outside them, because the same assignment and the
//! same line of the record that say so also open the record.

use super::body::Body;
use super::failure::Failure;
use super::place::Place;
use super::record::gate::{self, AtTheGate};
use super::record::keep;
use super::render::{chrome, page, see_other};
use super::signing::password_error;
use super::step::{Reading, typed_day};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::notice::Kind;
use crate::domain::patient::allocation::{Allocation, allocate, end_cover, supervises};
use crate::domain::patient::edit::{Change, Why};
use crate::pages::cover::{CoverPage, cover_page};
use crate::server::access::{self, Actor, Allocate, Allowed, AllowedIn, ArrangeCover};
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::store::patients::access::name_if_restricted;
use crate::server::store::patients::allocation::Candidate;
use crate::server::store::patients::{cover as store, versions};
use crate::server::store::{Tx, notices};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// A supervisor in a role, as the form names them.
fn name_of(candidate: &Candidate) -> String {
    format!("{}:{}", candidate.role.name(), candidate.person)
}

/// Cover that stands, and the form.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    place: Place,
) -> Result<Response, Failure> {
    let proof = place.prove::<ArrangeCover>(&app, &actor).await?;
    let body = Body::default();
    let here = (&place, &proof);
    respond(&app, &actor, here, &body, Reading::of(&body), None).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    (place, proof): (&Place, &AllowedIn<ArrangeCover>),
    body: &Body,
    reading: Reading<'_>,
    gate: Option<AtTheGate>,
) -> Result<Response, Failure> {
    let today = app.clock.today();
    let people = store::supervisors(&app.db, proof).await?;
    let options = people
        .iter()
        .map(|c| {
            let words = format!("{}, {}", c.contact.name, c.role.words().to_lowercase());
            (name_of(c), words)
        })
        .collect();
    let standing = store::standing(&app.db, proof, today).await?;
    let data = CoverPage {
        places: place.places(app, actor, proof).await?,
        people: options,
        standing: standing
            .into_iter()
            .map(|c| {
                let patients = match c.patients {
                    1 => "1 patient".to_owned(),
                    n => format!("{n} patients"),
                };
                let words = format!(
                    "{} covers for {}, {} to {}, {patients}; arranged by {}",
                    c.covered_by,
                    c.away,
                    day_in_words(c.from),
                    day_in_words(c.to),
                    c.arranged_by
                );
                (c.id, words)
            })
            .collect(),
        away: body.get("away").to_owned(),
        covers: body.get("covers").to_owned(),
        from: typed_day(body, "from/"),
        to: typed_day(body, "to/"),
        warning: gate.and_then(|gate| gate.warning(&gate::typed(body), &reading.errors)),
        errors: reading.errors,
    };
    let (status, mark) = if data.errors.is_empty() {
        (StatusCode::OK, "")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: ")
    };
    let chrome = Chrome {
        back: Some(("/caseload".into(), "Back to the team".into())),
        ..chrome(actor, format!("{mark}Cover for an absence"))
    };
    Ok(page(app, status, chrome, move || cover_page(&data)).await)
}

/// Arranges cover.
///
/// # Errors
/// [`Failure`].
pub async fn arrange(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    place: Place,
    body: Body,
) -> Result<Response, Failure> {
    let proof = place.prove::<ArrangeCover>(&app, &actor).await?;
    let here = (&place, &proof);
    let today = app.clock.today();
    let people = store::supervisors(&app.db, &proof).await?;
    let named = |control| people.iter().find(|c| name_of(c) == body.get(control));
    let (away, covers) = (named("away"), named("covers"));
    let mut reading = Reading::of(&body);
    if away.is_none() {
        reading.wrong("away", "Choose who is away");
    }
    match (away, covers) {
        (_, None) => reading.wrong("covers", "Choose who covers"),
        (Some(a), Some(c)) if a.person == c.person => {
            reading.wrong("covers", "Choose somebody else: nobody covers for themselves");
        }
        (Some(a), Some(c)) if a.role != c.role => reading.wrong(
            "covers",
            "Choose somebody with the same role: a social supervisor covers for a social supervisor, a clinical supervisor for a clinical supervisor",
        ),
        _ => {}
    }
    let past = "Cover begins today or later: what was done before is not changed afterwards";
    let from = reading.day_from("from/", today, past);
    let to = reading.day_from(
        "to/",
        from.unwrap_or(today),
        "The last day cannot be before the first",
    );
    // Who covers may open the records: like every change of a permission, with the password again.
    let password = password_error(&app, &actor, &body).await?;
    let (Some(away), Some(covers), Some(from), Some(to), true) =
        (away, covers, from, to, reading.errors.is_empty())
    else {
        reading.errors.extend(password);
        return respond(&app, &actor, here, &body, reading, None).await;
    };
    let days = (from, to);
    let whose = (&away.person, away.role);
    let patients = store::patients_of(&app.db, &proof, whose, days, today).await?;
    let mut allowed = Vec::new();
    for patient in &patients {
        allowed.push(access::prove::<Allocate>(&app, &actor, patient).await?);
    }
    let Some(first) = allowed.first() else {
        reading.wrong(
            "away",
            "They supervise none of your team’s patients on those days",
        );
        return respond(&app, &actor, here, &body, reading, None).await;
    };
    let typed = gate::typed(&body);
    let gate = AtTheGate::ask(&app, first, covers).await?;
    if let Err(problem) = gate.pass(&typed) {
        reading.wrong(&gate::reason_control(), problem.message);
        reading.errors.extend(password);
        return respond(&app, &actor, here, &body, reading, Some(gate)).await;
    }
    if password.is_some() {
        reading.errors.extend(password);
        return respond(&app, &actor, here, &body, reading, Some(gate)).await;
    }
    let mut tx = app.db.begin().await?;
    let cover = store::arrange(&mut tx, &proof, &away.person, &covers.person, days).await?;
    for patient in &allowed {
        if cover_one(&app, &mut tx, patient, covers, days, &cover).await? {
            gate.record(&mut tx, patient, patient.patient(), &typed)
                .await?;
        }
    }
    let event = Event {
        reason: Some(format!("{} patients, {from} to {to}", allowed.len())),
        ..proof.event("arrange-cover", &cover)
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(see_other(&place.path("/cover")))
}

/// Whether somebody was assigned who was not there yet.
async fn cover_one(
    app: &App,
    tx: &mut Tx,
    proof: &Allowed<Allocate>,
    covers: &Candidate,
    (from, to): (NaiveDate, NaiveDate),
    cover: &str,
) -> Result<bool, Failure> {
    let Some(role) = supervises(covers.role) else {
        return Ok(false);
    };
    let locked = versions::lock(tx, proof).await?;
    let new = Allocation {
        role,
        contact: covers.contact.clone(),
        cover: true,
        from,
        to: Some(to),
    };
    // Whoever covers this patient on those days already goes on doing so.
    let Ok((record, _)) = allocate(&locked.record, &new) else {
        return Ok(false);
    };
    let whom = (&covers.person, covers.role);
    store::assign(tx, proof, whom, (from, to), cover).await?;
    name_if_restricted(tx, proof, &covers.person).await?;
    let told = [covers.person.clone()];
    notices::tell(tx, proof, Kind::Allocated, locked.id.as_str(), &told).await?;
    keep(app, tx, proof, &locked, &record, &changed(from)).await?;
    Ok(true)
}

fn changed(on: NaiveDate) -> Change {
    Change {
        part: "supervisors".into(),
        why: Why::Changed,
        changed_on: Some(on),
        note: "Cover for an absence".into(),
    }
}

/// Ends a cover before its time.
///
/// # Errors
/// [`Failure`].
pub async fn end(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(cover): Path<String>,
    place: Place,
    body: Body,
) -> Result<Response, Failure> {
    let proof = place.prove::<ArrangeCover>(&app, &actor).await?;
    let today = app.clock.today();
    let standing = store::standing(&app.db, &proof, today).await?;
    if !standing.iter().any(|c| c.id == cover) {
        return Err(Failure::NotFound);
    }
    let covered = store::covered(&app.db, &proof, &cover).await?;
    let mut allowed = Vec::new();
    for c in &covered {
        allowed.push(access::prove::<Allocate>(&app, &actor, &c.patient).await?);
    }
    let body = body.of_form();
    if let Some(error) = password_error(&app, &actor, &body).await? {
        let none = Body::default();
        let mut reading = Reading::of(&none);
        reading.errors.push(FieldError {
            control: format!("{cover}/{}", error.control),
            ..error
        });
        return respond(&app, &actor, (&place, &proof), &none, reading, None).await;
    }
    let mut tx = app.db.begin().await?;
    if !store::end(&mut tx, &proof, &cover).await? {
        return Err(Failure::NotFound);
    }
    for (c, proof) in covered.iter().zip(&allowed) {
        store::unassign(&mut tx, proof, &cover, today).await?;
        let locked = versions::lock(&mut tx, proof).await?;
        let Some(role) = supervises(c.role) else {
            continue;
        };
        let record = end_cover(&locked.record, role, &c.email, c.from, today);
        if record != *locked.record {
            keep(&app, &mut tx, proof, &locked, &record, &changed(today)).await?;
        }
    }
    audit::record(&mut tx, &proof.event("end-cover", &cover)).await?;
    tx.commit().await?;
    Ok(see_other(&place.path("/cover")))
}
