//! What the rules said when somebody signed, with the author's answers: the internal record.

use super::{Db, Tx, new_id, stored};
use crate::domain::identifiers::ReportId;
use crate::domain::report::findings::considered::InternalRecord;
use crate::domain::report::frozen::hex;
use crate::on;
use crate::server::access::Allowed;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// Keeps a record, in the transaction of the step that it belongs to.
pub async fn keep<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    record: &InternalRecord,
) -> sqlx::Result<()> {
    let json = stored("internal record", serde_json::to_string(record))?;
    let digest = hex(&Sha256::digest(&json));
    on!(tx, tx => {
        sqlx::query(
            "insert into sign_off_findings (id, report_id, step, json, digest, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new_id())
        .bind(report.as_str())
        .bind(&record.step)
        .bind(json)
        .bind(digest)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// A record with who took the step and when.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Who took the step.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was kept.
    pub record: InternalRecord,
}

/// Every record of a report, oldest first.
pub async fn all<P>(db: &Db, proof: &Allowed<P>, report: &ReportId) -> sqlx::Result<Vec<Kept>> {
    let rows: Vec<(String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select s.json, s.digest, w.name, s.at from sign_off_findings s
             join report r on r.id = s.report_id join person w on w.id = s.person_id
             where s.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2 order by s.at, s.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(json, digest, by, at)| {
            if hex(&Sha256::digest(&json)) != digest {
                return stored(
                    "internal record",
                    Err("the bytes do not match their digest"),
                );
            }
            let record = stored("internal record", serde_json::from_str(&json))?;
            Ok(Kept { by, at, record })
        })
        .collect()
}
