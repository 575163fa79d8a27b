//! Who else has a report before them now, from the views that the audit holds: nothing is written for it.

use super::super::access::Allowed;
use crate::domain::identifiers::ReportId;
use crate::on;
use crate::server::store::Db;
use chrono::{DateTime, TimeDelta, Utc};

/// Minutes after which somebody who did nothing more is no longer said to be here.
const MINUTES: i64 = 5;
/// Rows that are looked through: many more than people open one report within minutes.
const MOST: i64 = 200;

/// Others who opened or saved a report of the patient in the last minutes, with when they last did; the
/// latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn others<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Vec<(String, DateTime<Utc>)>> {
    let since = proof.at() - TimeDelta::minutes(MINUTES);
    let rows: Vec<(String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.name, a.at from audit a join person w on w.id = a.person_id
             where a.patient_id = $1 and a.at >= $2 and a.subject = $3 and a.person_id <> $4 and a.outcome = 'done'
             order by a.at desc limit $5",
        )
        .bind(proof.patient().as_str())
        .bind(since)
        .bind(report.as_str())
        .bind(proof.person().as_str())
        .bind(MOST)
        .fetch_all(pool)
        .await?
    });
    let mut latest: Vec<(String, DateTime<Utc>)> = Vec::new();
    for (name, at) in rows {
        if !latest.iter().any(|(known, _)| *known == name) {
            latest.push((name, at));
        }
    }
    Ok(latest)
}
