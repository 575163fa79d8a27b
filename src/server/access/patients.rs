//! Proofs about one patient: from how somebody stands to the record, by the table, to what they may.

use super::{Actor, Allowed, Denied, Membership, Permission, ReadAudit, ViewPatient, refuse};
use crate::domain::identifiers::PatientId;
use crate::domain::people::{Action, Relation, may, sees_past_restriction};
use crate::server::app::App;
use crate::server::audit::{self, Event, Outcome};
use crate::server::store;
use crate::server::store::patients::{RecordOf, Standing};
use std::marker::PhantomData;

/// Proof that the actor may view the record of a patient, or of the patient of a report. The view is on
/// record before anything that is made with the proof is answered.
///
/// # Errors
/// [`Denied`].
pub async fn view(
    app: &App,
    actor: &Actor,
    record: impl Into<RecordOf<'_>>,
    page: &'static str,
    subject: &str,
) -> Result<Allowed<ViewPatient>, Denied> {
    let proof = prove::<ViewPatient>(app, actor, record).await?;
    looked(app, actor, proof.event(page, subject)).await?;
    Ok(proof)
}

/// Proof that the actor may read who looked at a patient's record. Reading that is on record too.
///
/// # Errors
/// [`Denied`].
pub async fn read_audit(
    app: &App,
    actor: &Actor,
    patient: &PatientId,
) -> Result<Allowed<ReadAudit>, Denied> {
    let proof = prove::<ReadAudit>(app, actor, patient).await?;
    let event = proof.event(Action::ReadAudit.name(), patient.as_str());
    looked(app, actor, event).await?;
    Ok(proof)
}

/// Sends a view to the audit. Whoever answers the request waits for it; where nobody said that they do, it
/// is waited for here.
async fn looked(app: &App, actor: &Actor, event: Event) -> Result<(), Denied> {
    let view = app.views.begin(event).await;
    match &actor.viewing {
        Some(viewing) => viewing.wait_for(view),
        None => view.recorded().await?,
    }
    Ok(())
}

/// Proof that the actor may do `P` to a patient, or to the patient of a report.
///
/// # Errors
/// [`Denied`].
pub async fn prove<P: Permission>(
    app: &App,
    actor: &Actor,
    record: impl Into<RecordOf<'_>>,
) -> Result<Allowed<P>, Denied> {
    let (now, today) = (app.clock.now(), app.clock.today());
    let record = record.into();
    let standing = store::patients::standing(&app.db, actor.asks(), record, today, now).await?;
    let Some(standing) = standing else {
        return Err(missing(app, actor, P::ACTION).await);
    };
    let proof = Allowed {
        actions: able(actor, &standing),
        organisation: standing.organisation.clone(),
        patient: standing.patient.clone(),
        person: actor.person.clone(),
        address: actor.address.clone(),
        at: now,
        permission: PhantomData,
    };
    if proof.may(P::ACTION) {
        return Ok(proof);
    }
    // Whom a restricted record does not name learns nothing of it, not even that it is there.
    let hidden = standing.limited && !standing.emergency;
    let event = Event {
        outcome: Outcome::Refused,
        reason: hidden.then(|| "the record is restricted to named people".to_owned()),
        ..proof.event(P::ACTION.name(), standing.patient.as_str())
    };
    refuse(&app.db, &event).await?;
    Err(if hidden {
        Denied::NotFound
    } else {
        Denied::Refused
    })
}

/// What the table lets somebody do who stands so to a patient.
fn able(actor: &Actor, standing: &Standing) -> Vec<Action> {
    let relation = |membership: &Membership| {
        let team = membership.team.as_deref();
        if standing.assigned_as.contains(&membership.role) {
            Relation::Own
        } else if team.is_none_or(|team| team == standing.team) {
            // Without a team: with every team of the organisation.
            Relation::Team
        } else {
            Relation::Organisation
        }
    };
    let here: Vec<&Membership> = actor
        .memberships
        .iter()
        .filter(|m| m.organisation == standing.organisation)
        .collect();
    let yes = |action: &Action| {
        let usual = here
            .iter()
            .filter(|m| !standing.limited || sees_past_restriction(m.role, *action))
            .any(|m| may(m.role, *action, relation(m)));
        let mut joint = standing.joint_as.iter().filter(|_| !standing.limited);
        usual
            || joint.any(|role| may(*role, *action, Relation::Joint))
            || standing.emergency
                && here
                    .iter()
                    .any(|m| may(m.role, *action, Relation::Emergency))
    };
    Action::ALL.into_iter().filter(yes).collect()
}

/// The answer for a record that is not there, or another organisation's. It is on record like a refusal:
/// whoever tries identifiers leaves a trace, and the answer takes as long as that of a restricted record.
async fn missing(app: &App, actor: &Actor, action: Action) -> Denied {
    let event = Event {
        chain: audit::INSTALL.to_owned(),
        at: app.clock.now(),
        person: Some(actor.person.clone()),
        action: action.name(),
        patient: None,
        subject: None,
        outcome: Outcome::Refused,
        reason: Some("no such record".to_owned()),
        address: Some(actor.address.clone()),
    };
    match refuse(&app.db, &event).await {
        Ok(()) => Denied::NotFound,
        Err(error) => error.into(),
    }
}
