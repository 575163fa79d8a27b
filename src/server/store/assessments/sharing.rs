//! Sharing an assessment: one organisation offers, a lead of the other agrees or declines.

use super::reached;
use crate::domain::identifiers::{AssessmentId, OrganisationId};
use crate::on;
use crate::server::access::{AllowedIn, LeadAssessment, OrganisationPermission};
use crate::server::store::{Db, Tx, stored};
use chrono::NaiveDate;

/// Another organisation's part in an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// `offered`, `agreed` or `declined`.
    pub state: String,
}

/// The other organisations of an assessment.
pub async fn all<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Vec<Share>> {
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select h.organisation_id, o.name, h.state from assessment_share h join organisation o on o.id = h.organisation_id
             join assessment a on a.id = h.assessment_id where ",
            reached!(),
            " order by o.name"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(organisation, name, state)| {
            let organisation = stored("organisation id", OrganisationId::parse(&organisation))?;
            Ok(Share {
                organisation,
                name,
                state,
            })
        })
        .collect()
}

/// The organisation of that name, if there is one: for an offer that names it in full.
pub async fn organisation_named(db: &Db, name: &str) -> sqlx::Result<Option<OrganisationId>> {
    crate::server::store::organisations::named(db, name).await
}

/// Offers an assessment of the proof's own organisation to another. An offer that was declined may
/// be made again.
pub async fn offer(
    tx: &mut Tx,
    proof: &AllowedIn<LeadAssessment>,
    id: &AssessmentId,
    to: &OrganisationId,
) -> sqlx::Result<u64> {
    Ok(on!(tx, tx => {
        sqlx::query(
            "insert into assessment_share (assessment_id, organisation_id, state, offered_by_id, offered_at)
             select a.id, $3, 'offered', $4, $5 from assessment a where a.id = $1 and a.organisation_id = $2
             on conflict (assessment_id, organisation_id) do update set state = 'offered', offered_by_id = excluded.offered_by_id,
             offered_at = excluded.offered_at, answered_by_id = null, answered_at = null
             where assessment_share.state = 'declined'",
        )
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(to.as_str())
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    }))
}

/// An offer that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The assessment.
    pub id: AssessmentId,
    /// Who offers.
    pub from: String,
    /// Last day of its period.
    pub to: NaiveDate,
}

/// The offers that wait for an answer of the proof's organisation.
pub async fn offers(db: &Db, proof: &AllowedIn<LeadAssessment>) -> sqlx::Result<Vec<Offer>> {
    let rows: Vec<(String, String, NaiveDate)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select a.id, o.name, a.period_to from assessment_share h join assessment a on a.id = h.assessment_id
             join organisation o on o.id = a.organisation_id where h.organisation_id = $1 and h.state = 'offered' order by a.id",
        )
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(id, from, to)| {
            Ok(Offer {
                id: stored("assessment id", AssessmentId::parse(&id))?,
                from,
                to,
            })
        })
        .collect()
}

/// Answers an offer, while its assessment is still being gathered. Nothing changes when there is none.
pub async fn answer(
    tx: &mut Tx,
    proof: &AllowedIn<LeadAssessment>,
    id: &AssessmentId,
    agreed: bool,
) -> sqlx::Result<u64> {
    Ok(on!(tx, tx => {
        sqlx::query(
            "update assessment_share set state = $3, answered_by_id = $4, answered_at = $5
             where assessment_id = $1 and organisation_id = $2 and state = 'offered'
             and exists (select 1 from assessment a where a.id = $1 and a.stage = 'gathering')",
        )
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(if agreed { "agreed" } else { "declined" })
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    }))
}
