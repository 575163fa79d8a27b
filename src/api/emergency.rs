//! Opening a record in an emergency: a reason, a few hours, and those who answer for it are told at once.
//!
//! It asks for a reference and no password: whoever is in the emergency is signed in already, and what
//! guards the record here is that the opening is told and on record.

use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, see_other};
use super::step::{Reading, respond_alone};
use crate::components::layout::Chrome;
use crate::domain::people::{EMERGENCY_HOURS, may_in};
use crate::pages::step::{Field, StepPage};
use crate::server::access::{
    self, Actor, AllowedIn, Denied, OpenInEmergency, OrganisationPermission,
};
use crate::server::app::App;
use crate::server::audit::{self, Event, Outcome};
use crate::server::store::organisations;
use crate::server::store::patients::access::of_reference;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

/// Proofs for the organisations whose settings let one of the actor's roles do this. Nowhere: refused,
/// on record.
async fn proofs(app: &App, actor: &Actor) -> Result<Vec<AllowedIn<OpenInEmergency>>, Failure> {
    let mut able = Vec::new();
    for m in &actor.memberships {
        if !may_in(m.role, OpenInEmergency::ACTION) {
            continue;
        }
        let place = organisations::find(&app.db, &m.organisation).await?;
        let lets = place.is_some_and(|p| p.settings.emergency_roles.contains(&m.role));
        let known = |p: &AllowedIn<OpenInEmergency>| *p.organisation() == m.organisation;
        if lets && !able.iter().any(known) {
            able.push(access::prove_in::<OpenInEmergency>(app, actor, &m.organisation).await?);
        }
    }
    if able.is_empty() {
        // The table may say yes where the organisation does not: refused either way.
        let proof = access::prove_somewhere::<OpenInEmergency>(app, actor).await?;
        refused(app, &proof, "the organisation lets other roles do this").await?;
        return Err(Denied::Refused.into());
    }
    Ok(able)
}

async fn refused(app: &App, proof: &AllowedIn<OpenInEmergency>, why: &str) -> Result<(), Failure> {
    let mut tx = app.db.begin().await?;
    let event = Event {
        outcome: Outcome::Refused,
        reason: Some(why.to_owned()),
        ..proof.event("break-glass", proof.organisation().as_str())
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    proofs(&app, &actor).await?;
    let body = Body::default();
    Ok(respond(&app, &actor, &body, Reading::of(&body)).await)
}

async fn respond(app: &App, actor: &Actor, body: &Body, reading: Reading<'_>) -> Response {
    let data = StepPage {
        heading: "Open a record in an emergency".into(),
        lead: vec![
            "Immediate danger: call 999 first.".into(),
            format!("For a patient of your organisation who is not yours, when somebody could come to harm before those who supervise can be reached. You can read the record, log an event and make the urgent papers for {EMERGENCY_HOURS} hours."),
            "The line managers and the auditors are told at once, with your name. The reason stays on record.".into(),
        ],
        action: "/emergency".into(),
        fields: vec![
            Field::Line {
                name: "reference",
                label: "MHCS reference",
                hint: Some("As on any letter or paper about the patient."),
                value: body.get("reference").to_owned(),
            },
            Field::Line {
                name: "reason",
                label: "Why can it not wait?",
                hint: Some("For example: police ask whom to ring tonight. Nothing clinical."),
                value: body.get("reason").to_owned(),
            },
        ],
        button: "Open the record",
        grave: true,
        errors: reading.errors,
        ..StepPage::default()
    };
    let chrome = Chrome {
        back: Some(("/find".into(), "Back to find a patient".into())),
        ..chrome(actor, "")
    };
    respond_alone(app, chrome, data).await
}

/// Opens the record.
///
/// # Errors
/// [`Failure`].
pub async fn open(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    body: Body,
) -> Result<Response, Failure> {
    let proofs = proofs(&app, &actor).await?;
    let mut reading = Reading::of(&body);
    let reference = reading.line("reference", "Give the MHCS reference");
    let reason = reading.line("reason", "Say why it cannot wait");
    if reading.errors.is_empty() {
        for proof in &proofs {
            let Some(patient) = of_reference(&app.db, proof, &reference).await? else {
                continue;
            };
            let mut tx = app.db.begin().await?;
            access::emergency::open(&mut tx, proof, &patient, &reason, app.clock.today()).await?;
            tx.commit().await?;
            return Ok(see_other(&format!("/patients/{patient}")));
        }
        for proof in &proofs {
            refused(&app, proof, "no such reference").await?;
        }
        reading.wrong(
            "reference",
            "Your organisation has no record with this reference. Check it letter by letter",
        );
    }
    Ok(respond(&app, &actor, &body, reading).await)
}
