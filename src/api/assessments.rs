//! Self-assessments: what their pages share.

pub mod actions;
pub mod challenge;
pub mod compare;
pub mod domain;
pub mod dossier;
pub mod figures;
pub mod list;
pub mod opening;
pub mod overview;
pub mod papers;
pub mod people;
pub mod rate;
pub mod review;
pub mod signing;
pub mod standards;
pub mod steps;
pub mod trust;

pub use list::list;
pub use opening::{open, show_open};
pub use standards::standards;
pub use trust::overview;

use super::failure::Failure;
use crate::components::controls::Choice;
use crate::domain::identifiers::{AssessmentId, OrganisationId};
use crate::domain::people::{OrganisationAction, may_in};
use crate::domain::self_assessment::assessment::{Party, ScopeKind, Step};
use crate::domain::self_assessment::framework::{self, Framework};
use crate::pages::assessments::domain::CriterionBlock;
use crate::server::access::assessments::in_assessment;
use crate::server::access::{Actor, AllowedIn, Denied, OrganisationPermission};
use crate::server::app::App;
use crate::server::forms::guidance_path;
use crate::server::frameworks::QUALITY;
use crate::server::store::assessments::Assessment;
use std::sync::Arc;

/// Reads an identifier from an address.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn assessment_id(text: &str) -> Result<AssessmentId, Failure> {
    AssessmentId::parse(text).map_err(|_| Failure::NotFound)
}

/// Proof that the actor may do `P` to an assessment, and their part in it.
///
/// # Errors
/// [`Failure`].
pub async fn prove<P: OrganisationPermission>(
    app: &App,
    actor: &Actor,
    id: &AssessmentId,
) -> Result<(AllowedIn<P>, Party), Failure> {
    in_assessment(app, actor, id).await.map_err(no_part)
}

/// A refusal in an assessment, in the words of assessments.
pub fn no_part(denied: Denied) -> Failure {
    match denied {
        Denied::Refused => Failure::NoPart(
            "You have no part in this self-assessment that lets you do this. An assessment lead gives parts to people".into(),
        ),
        other => other.into(),
    }
}

/// The newest standards.
///
/// # Errors
/// [`Failure::NotFound`] when the installation has none.
pub fn newest(app: &App) -> Result<Arc<Framework>, Failure> {
    app.forms
        .frameworks()
        .newest(QUALITY)
        .ok_or(Failure::NotFound)
}

/// What somebody is to an assessment, in words.
#[must_use]
pub fn part_words(party: &Party) -> String {
    let mut parts = Vec::new();
    if party.lead {
        parts.push("Lead".to_owned());
    }
    if party.executive {
        parts.push("Executive".into());
    }
    if party.challenger {
        parts.push("Challenger".into());
    }
    if !party.domains.is_empty() {
        parts.push(format!("Contributor: {}", party.domains.join(", ")));
    }
    parts.join("; ")
}

/// What an assessment covers, in words.
#[must_use]
pub fn name_of(assessment: &Assessment) -> String {
    match assessment.scope.kind {
        ScopeKind::Organisation => assessment.organisation_name.clone(),
        _ => format!(
            "{}: {}",
            assessment.organisation_name, assessment.scope.name
        ),
    }
}

/// The organisations in which the actor may do something.
fn organisations_of(actor: &Actor, action: OrganisationAction) -> Vec<OrganisationId> {
    let able = actor.memberships.iter().filter(|m| may_in(m.role, action));
    let mut found: Vec<OrganisationId> = able.map(|m| m.organisation.clone()).collect();
    found.sort();
    found.dedup();
    found
}

/// A criterion as pages show it, without any rating.
#[must_use]
pub fn block_of(framework: &Framework, c: &framework::Criterion) -> CriterionBlock {
    let mut choices: Vec<Choice> = (0_u8..4)
        .zip(&c.levels)
        .map(|(n, level)| Choice {
            value: n.to_string(),
            label: framework.scale_words(n),
            hint: level.clone(),
        })
        .collect();
    choices.push(Choice::new("na", "Not applicable, because …"));
    CriterionBlock {
        id: c.id.clone(),
        title: c.title.clone(),
        weight: c.weight.words(),
        explanation: c.explanation.clone(),
        choices,
        evidence: c.evidence.clone(),
        source: format!("{} ({})", c.source, c.confidence.words()),
        guidance: guidance_path(&c.guidance)
            .map(|(path, title)| (path, format!("Guidance for {}: {title}", c.id))),
        figures: vec![],
        before: None,
        fields: Default::default(),
        version: 0,
        saved: None,
        theirs: None,
        remarks: vec![],
        evidence_given: vec![],
    }
}

/// A step as the audit and refusals know it.
pub(crate) fn check(
    assessment: &Assessment,
    step: Step,
    party: &Party,
) -> Result<crate::domain::self_assessment::assessment::Stage, Failure> {
    Ok(crate::domain::self_assessment::assessment::take(
        assessment.stage,
        step,
        party,
    )?)
}
