//! The supervision record of a patient.

use super::{Db, stored};
use crate::domain::identifiers::{EntryId, PersonId};
use crate::domain::timeline::Entry;
use crate::on;
use crate::server::access::Allowed;
use chrono::{DateTime, Utc};

type Columns = (String, String, String, DateTime<Utc>, Option<String>);

/// Every entry of the patient, oldest day first.
pub async fn all<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Vec<Entry>> {
    let rows: Vec<Columns> = on!(&db.read, pool => {
        sqlx::query_as(
            "select id, matter, person_id, at, corrects_id from entry
             where patient_id = $1 and organisation_id = $2 order by day, id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(id, matter, by, at, corrects)| {
            Ok(Entry {
                id: stored("entry id", EntryId::parse(&id))?,
                matter: stored("entry", serde_json::from_str(&matter))?,
                by: stored("person id", PersonId::parse(&by))?,
                at,
                corrects: corrects
                    .map(|c| stored("entry id", EntryId::parse(&c)))
                    .transpose()?,
            })
        })
        .collect()
}
