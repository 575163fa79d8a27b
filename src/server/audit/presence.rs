//! Who else has a report before them now, from the views that the audit holds: nothing is written for it.

use super::super::access::Allowed;
use crate::domain::identifiers::ReportId;
use crate::on;
use crate::server::auth::sessions::SEEN_EVERY;
use crate::server::store::Db;
use chrono::{DateTime, TimeDelta, Utc};

/// Minutes after which somebody who did nothing more is no longer said to be here.
const MINUTES: i64 = 5;
/// Others who opened or saved a report of the patient in the last minutes and are still signed in, with
/// when they last did; the latest first.
///
/// Who is signed in is few people, and what each of them did last is found by index: the rows of those
/// minutes are not looked through, for in them are also one's own, many where one writes.
///
/// # Errors
/// When the database cannot be read.
pub async fn others<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Vec<(String, DateTime<Utc>)>> {
    let since = proof.at() - TimeDelta::minutes(MINUTES);
    // When somebody was last seen is written once a minute.
    let seen = since - SEEN_EVERY;
    on!(&db.read, pool => {
        sqlx::query_as(
            "select h.name, h.at from (
                 select w.name as name,
                     (select a.at from audit a
                      where a.chain = $1 and a.person_id = w.id and a.at >= $2
                          and a.patient_id = $3 and a.subject = $4 and a.outcome = 'done'
                      order by a.at desc limit 1) as at
                 from person w
                 where w.id <> $5 and w.id in
                     (select s.person_id from session s where s.seen_at >= $6 and s.ended_at is null)) h
             where h.at is not null order by h.at desc",
        )
        .bind(proof.organisation().as_str())
        .bind(since)
        .bind(proof.patient().as_str())
        .bind(report.as_str())
        .bind(proof.person().as_str())
        .bind(seen)
        .fetch_all(pool)
        .await
    })
}
