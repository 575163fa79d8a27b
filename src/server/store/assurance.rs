//! Assurance: the facts that figures are counted from, and the registers an organisation keeps.
//!
//! Figures take a fixed number of queries, however many patients there are.

pub mod competence;
mod facts;
pub mod gate;
pub mod lessons;
pub mod links;
pub mod policies;

use super::{Db, Tx};
use crate::domain::assurance::{Facts, Figure, Period, comparable, measure};
use crate::on;
use crate::server::access::{AllowedIn, ViewFigures};
use crate::server::audit::{self, Event};
use crate::server::forms::Forms;

/// Commits what changed one row, with its row of the audit. The same change made again leaves nothing.
async fn commit_once(mut tx: Tx, changed: u64, event: &Event) -> sqlx::Result<()> {
    if changed == 1 {
        audit::record(&mut tx, event).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A team of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Identifies it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Social supervisors at work in it.
    pub supervisors: usize,
    /// Patients with it.
    pub patients: usize,
    /// Whether its figures may be shown apart.
    pub shown: bool,
}

/// The organisation's teams by name, with whether each may be shown apart.
pub async fn teams(db: &Db, proof: &AllowedIn<ViewFigures>) -> sqlx::Result<Vec<Team>> {
    let rows: Vec<(String, String, i64, i64)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select t.id, t.name,
                 (select count(distinct m.person_id) from membership m join person w on w.id = m.person_id
                  where m.team_id = t.id and m.role = 'social-supervisor' and w.disabled_at is null),
                 (select count(*) from patient p where p.team_id = t.id)
             from team t where t.organisation_id = $1 order by t.name, t.id",
        )
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    let sizes: Vec<(usize, usize)> = rows.iter().map(|r| (count(r.2), count(r.3))).collect();
    let shown = comparable(&sizes);
    Ok(rows
        .into_iter()
        .zip(shown)
        .map(|((id, name, supervisors, patients), shown)| Team {
            id,
            name,
            supervisors: count(supervisors),
            patients: count(patients),
            shown,
        })
        .collect())
}

/// The facts of the whole organisation that the figures of a period are counted from.
pub async fn facts(
    db: &Db,
    forms: &Forms,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
) -> sqlx::Result<Facts> {
    facts::load(db, forms, proof, period).await
}

/// Every figure of a period, for the organisation or, where any are named, for these of its teams
/// together. None where one of them may not be shown apart, or is not the organisation's: what is summed
/// of teams that are shown gives nobody away.
pub async fn figures(
    db: &Db,
    forms: &Forms,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
    of: &[String],
) -> sqlx::Result<Vec<Figure>> {
    if of.is_empty() {
        let facts = facts::load(db, forms, proof, period).await?;
        return Ok(measure::figures(&facts, period));
    }
    let teams = teams(db, proof).await?;
    let shown = |id: &String| teams.iter().any(|t| t.id == *id && t.shown);
    if !of.iter().all(shown) {
        return Ok(Vec::new());
    }
    let facts = facts::load(db, forms, proof, period).await?;
    Ok(measure::figures(&facts.of_teams(of), period))
}
