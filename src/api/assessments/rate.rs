//! Saving the ratings of a domain: one way for the plain form and for autosave.

use super::dossier::Dossier;
use super::{assessment_id, figures};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::domain::form::answer::LONGEST_ANSWER;
use crate::domain::form::posted::{self, Posted, version_control};
use crate::domain::form::{Fields, Version};
use crate::domain::self_assessment::assessment::{Refusal, Step, take};
use crate::domain::self_assessment::framework::Domain;
use crate::domain::self_assessment::rating::has_field;
use crate::server::access::{Actor, AllowedIn, ContributeToAssessment};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::assessments::ratings::{self, Rated, Saved};
use crate::server::store::assessments::{self as store};

/// Two texts for one rating: somebody saved another since.
#[derive(Debug)]
pub struct Conflict {
    /// The criterion.
    pub criterion: String,
    /// What this person typed; not saved, shown beside the other.
    pub mine: Fields,
    /// What stands.
    pub theirs: Rated,
}

/// What became of a save.
#[derive(Debug)]
pub enum Rating {
    /// Durable: version controls with the versions that stand.
    Saved(Vec<(String, u32)>),
    /// Some ratings were changed by somebody else; the others were saved.
    Conflict(Vec<Conflict>),
    /// Nothing was saved: a text is too long.
    TooLong,
    /// Nothing was saved: the assessment is not open to this person now.
    Closed(Refusal),
}

/// Saves a domain's page.
///
/// # Errors
/// [`Failure`] when the assessment does not exist for this person, the domain is not theirs, or the
/// save failed.
pub async fn save(
    app: &App,
    actor: &Actor,
    assessment: &str,
    domain: &str,
    body: &Body,
) -> Result<Rating, Failure> {
    let id = assessment_id(assessment)?;
    let (proof, dossier) = Dossier::open::<ContributeToAssessment>(app, actor, &id).await?;
    save_under(app, &proof, &dossier, domain, body).await
}

/// Saves a domain's page under a proof. Criteria of other domains and fields that are not asked are not
/// touched, whatever the form says.
///
/// # Errors
/// [`Failure`].
pub async fn save_under(
    app: &App,
    proof: &AllowedIn<ContributeToAssessment>,
    dossier: &Dossier,
    domain: &str,
    body: &Body,
) -> Result<Rating, Failure> {
    let rated = dossier.framework.domain(domain).ok_or(Failure::NotFound)?;
    if !dossier.party.rates(domain) {
        return Err(Refusal::NotYou(Step::Rate).into());
    }
    let posted = wanted(rated, body);
    let long = |p: &Posted| {
        p.fields
            .iter()
            .any(|(_, t)| t.chars().count() > LONGEST_ANSWER)
    };
    if posted.iter().any(long) {
        return Ok(Rating::TooLong);
    }
    let now = if takes_figures(dossier, rated, &posted) {
        figures::take(app, proof, &dossier.row).await?
    } else {
        figures::Figures::new()
    };
    let id = &dossier.row.id;
    let mut tx = app.db.begin().await?;
    let row = store::lock(&mut tx, proof, id)
        .await?
        .ok_or(Failure::NotFound)?;
    if let Err(refusal) = take(row.stage, Step::Rate, &dossier.party) {
        return Ok(Rating::Closed(refusal));
    }
    let (mut versions, mut conflicts, mut changed) = (Vec::new(), Vec::new(), false);
    for Posted { key, seen, fields } in posted {
        let criterion = rated.criteria.iter().find(|c| c.id == key.question);
        let bearing = criterion
            .map(|c| figures::bearing(&now, &c.figures))
            .unwrap_or_default();
        // A form that does not say which version it was made from has seen none that stands.
        let seen = seen.unwrap_or(Version(u32::MAX));
        let control = version_control(&key);
        match ratings::save(&mut tx, proof, id, &key.question, seen, &fields, &bearing).await? {
            Saved::As(Version(version)) => {
                changed = true;
                versions.push((control, version));
            }
            Saved::Already(Version(version)) => versions.push((control, version)),
            Saved::Conflict(theirs) => conflicts.push(Conflict {
                criterion: key.question,
                mine: fields,
                theirs: *theirs,
            }),
        }
    }
    if changed {
        audit::record(&mut tx, &proof.event(Step::Rate.name(), id.as_str())).await?;
        tx.commit().await?;
    }
    if conflicts.is_empty() {
        Ok(Rating::Saved(versions))
    } else {
        Ok(Rating::Conflict(conflicts))
    }
}

/// Live figures are taken with a rating that they bear on, and only when it changes: they cost more than
/// the save itself.
fn takes_figures(dossier: &Dossier, domain: &Domain, posted: &[Posted]) -> bool {
    posted.iter().any(|p| {
        let stands = dossier.rated.get(&p.key.question).map(|r| &r.fields);
        let bears = domain
            .criteria
            .iter()
            .any(|c| c.id == p.key.question && !c.figures.is_empty());
        bears && stands != Some(&p.fields)
    })
}

/// What the form posted of what the domain asks.
pub(super) fn wanted(domain: &Domain, body: &Body) -> Vec<Posted> {
    posted::read(&body.0)
        .into_iter()
        .filter(|p| p.key.row.is_empty() && domain.criteria.iter().any(|c| c.id == p.key.question))
        .map(|p| Posted {
            fields: p.fields.only(has_field),
            ..p
        })
        .collect()
}
