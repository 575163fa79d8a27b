//! Proofs about one self-assessment. A person reaches it through an organisation that opened it or
//! agreed to share it, and only with a part in it: by role or by assignment.

use super::{
    Actor, AllowedIn, Denied, KeepAction, Membership, OrganisationPermission, ViewFigures,
};
use crate::domain::identifiers::{AssessmentId, OrganisationId};
use crate::domain::people::{OrganisationAction, may_in};
use crate::domain::self_assessment::assessment::Party;
use crate::server::app::App;
use crate::server::audit::{self, Event, Outcome};
use crate::server::store::Db;
use crate::server::store::assessments::actions::{self, Found};
use crate::server::store::assessments::{self, Assessment, Reach};
use chrono::{DateTime, Utc};
use std::marker::PhantomData;

/// Proof that the actor may do `P` to a self-assessment, and what they are to it.
///
/// # Errors
/// [`Denied`].
pub async fn in_assessment<P: OrganisationPermission>(
    app: &App,
    actor: &Actor,
    id: &AssessmentId,
) -> Result<(AllowedIn<P>, Party), Denied> {
    in_assessment_at(&app.db, app.clock.now(), actor, id).await
}

/// The same at a moment that is given.
///
/// # Errors
/// [`Denied`].
pub async fn in_assessment_at<P: OrganisationPermission>(
    db: &Db,
    at: DateTime<Utc>,
    actor: &Actor,
    id: &AssessmentId,
) -> Result<(AllowedIn<P>, Party), Denied> {
    let reach = assessments::reach(db, actor.asks(), id)
        .await?
        .ok_or(Denied::NotFound)?;
    let party = party(actor, &reach);
    let able = match P::ACTION {
        OrganisationAction::ViewAssessments => party.has_part(),
        OrganisationAction::ContributeToAssessment => {
            party.lead || party.challenger || !party.domains.is_empty()
        }
        OrganisationAction::LeadAssessment => party.lead,
        OrganisationAction::SignAssessment => party.executive,
        _ => false,
    };
    let through = through::<P>(actor, &reach, &party);
    let organisation = through
        .clone()
        .or_else(|| reach.organisations.first().cloned());
    let proof = AllowedIn {
        organisation: organisation.ok_or(Denied::NotFound)?,
        person: actor.person.clone(),
        address: actor.address.clone(),
        at,
        teams: None,
        permission: PhantomData,
    };
    if able && through.is_some() {
        return Ok((proof, party));
    }
    refuse(db, &proof, P::ACTION, id.as_str()).await
}

/// Proof that the figures of the organisation that opened an assessment may be taken as its
/// evidence, for whoever was proven to have a part in it. Figures carry no case with them.
#[must_use]
pub fn to_take_figures<P: OrganisationPermission>(
    proof: &AllowedIn<P>,
    assessment: &Assessment,
) -> AllowedIn<ViewFigures> {
    AllowedIn {
        organisation: assessment.organisation.clone(),
        person: proof.person.clone(),
        address: proof.address.clone(),
        at: proof.at,
        teams: None,
        permission: PhantomData,
    }
}

/// Proof that the actor may update an action of a plan: whoever owns it, and the leads.
///
/// # Errors
/// [`Denied`].
pub async fn of_action(
    app: &App,
    actor: &Actor,
    id: &str,
) -> Result<(AllowedIn<KeepAction>, Found, bool), Denied> {
    let found = actions::found(&app.db, actor.asks(), id)
        .await?
        .into_iter()
        .next();
    let found = found.filter(|_| !id.is_empty()).ok_or(Denied::NotFound)?;
    let reach = assessments::reach(&app.db, actor.asks(), &found.assessment)
        .await?
        .ok_or(Denied::NotFound)?;
    let party = party(actor, &reach);
    let proof = AllowedIn {
        organisation: reach
            .organisations
            .first()
            .cloned()
            .ok_or(Denied::NotFound)?,
        person: actor.person.clone(),
        address: actor.address.clone(),
        at: app.clock.now(),
        teams: None,
        permission: PhantomData,
    };
    let keeps = party.lead || found.action.owner == actor.person.as_str();
    if keeps || party.has_part() {
        return Ok((proof, found, keeps));
    }
    refuse(&app.db, &proof, KeepAction::ACTION, id).await
}

/// Every assessment that the actor has a part in, newest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn parts_of(app: &App, actor: &Actor) -> Result<Vec<(Assessment, Party)>, Denied> {
    let parts = parts_by_organisation(app, actor).await?.into_iter();
    Ok(parts.map(|(a, party, _)| (a, party)).collect())
}

/// The same, with the actor's organisations that take part in each.
///
/// # Errors
/// [`Denied`].
pub async fn parts_by_organisation(
    app: &App,
    actor: &Actor,
) -> Result<Vec<(Assessment, Party, Vec<OrganisationId>)>, Denied> {
    let reachable = assessments::reachable(&app.db, actor.asks(), "").await?;
    let parts = reachable.into_iter().map(|(a, reach)| {
        let party = party(actor, &reach);
        (a, party, reach.organisations)
    });
    Ok(parts.filter(|(_, party, _)| party.has_part()).collect())
}

async fn refuse<P, T>(
    db: &Db,
    proof: &AllowedIn<P>,
    action: OrganisationAction,
    subject: &str,
) -> Result<T, Denied> {
    let mut tx = db.begin().await?;
    let event = Event {
        outcome: Outcome::Refused,
        ..proof.event(action.name(), subject)
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Err(Denied::Refused)
}

/// What somebody is to it. Whoever is limited to some teams has a part by role only where it
/// covers no others; of a shared one, only whole organisations share.
fn party(actor: &Actor, reach: &Reach) -> Party {
    let by_role = |action| {
        actor.memberships.iter().any(|m| {
            let teams = m.team.as_ref().map(std::slice::from_ref);
            reach.organisations.contains(&m.organisation)
                && may_in(m.role, action)
                && (teams.is_none()
                    || (m.organisation == reach.owner && reach.scope.is_within(teams)))
        })
    };
    Party {
        lead: by_role(OrganisationAction::LeadAssessment),
        executive: by_role(OrganisationAction::SignAssessment),
        challenger: reach.challenger,
        domains: reach.domains.clone(),
    }
}

/// The organisation that the proof stands on.
fn through<P: OrganisationPermission>(
    actor: &Actor,
    reach: &Reach,
    party: &Party,
) -> Option<OrganisationId> {
    let assigned = party.challenger || !party.domains.is_empty();
    let by_part = |m: &Membership| {
        assigned
            && matches!(
                P::ACTION,
                OrganisationAction::ViewAssessments | OrganisationAction::ContributeToAssessment
            )
            && may_in(m.role, OrganisationAction::ContributeToAssessment)
    };
    let here = |m: &&Membership| reach.organisations.contains(&m.organisation);
    actor
        .memberships
        .iter()
        .filter(here)
        .find(|m| may_in(m.role, P::ACTION) || by_part(m))
        .map(|m| m.organisation.clone())
}
