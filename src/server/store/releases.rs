//! Decisions whether a patient's copy leaves. Each is kept; the last one holds.

use super::{Db, Tx, new_id, stored};
use crate::domain::identifiers::ReportId;
use crate::on;
use crate::server::access::{Allowed, ReleaseCopy};
use chrono::{DateTime, Utc};

/// A decision by a named person.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Whether the copy leaves.
    pub release: bool,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub name: String,
    /// Their job title then.
    pub job_title: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is decided now.
#[derive(Debug, Clone, Copy)]
pub struct NewDecision<'a> {
    /// See [`Decision::release`].
    pub release: bool,
    /// See [`Decision::reason`].
    pub reason: &'a str,
    /// Places left out besides what the author marked.
    pub also_left_out: &'a [String],
    /// See [`Decision::name`].
    pub name: &'a str,
    /// See [`Decision::job_title`].
    pub job_title: &'a str,
}

/// Records a decision.
pub async fn add(
    tx: &mut Tx,
    proof: &Allowed<ReleaseCopy>,
    report: &ReportId,
    new: &NewDecision<'_>,
) -> sqlx::Result<()> {
    let also = stored("places", serde_json::to_string(new.also_left_out))?;
    on!(tx, tx => {
        sqlx::query(
            "insert into copy_decision (id, report_id, release, reason, also_left_out, person_id, name, job_title, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new_id())
        .bind(report.as_str())
        .bind(new.release)
        .bind(new.reason)
        .bind(also)
        .bind(proof.person().as_str())
        .bind(new.name)
        .bind(new.job_title)
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Every decision on a report's patient's copy, oldest first.
pub async fn all<P>(db: &Db, proof: &Allowed<P>, report: &ReportId) -> sqlx::Result<Vec<Decision>> {
    let rows: Vec<(bool, String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select d.release, d.reason, d.name, d.job_title, d.at
             from copy_decision d join report r on r.id = d.report_id
             where d.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2 order by d.at, d.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_all(pool)
        .await?
    });
    let decision = |(release, reason, name, job_title, at)| Decision {
        release,
        reason,
        name,
        job_title,
        at,
    };
    Ok(rows.into_iter().map(decision).collect())
}
