//! The supervision record of a patient.

use super::{Db, stored};
use crate::domain::identifiers::{EntryId, PersonId};
use crate::domain::timeline::{Entry, Matter};
use crate::on;
use crate::server::access::{Allowed, KeepRecord};
use crate::server::audit;
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

/// Adds an entry under an identifier that the page carried: posting the same page twice adds one.
pub async fn add(
    db: &Db,
    proof: &Allowed<KeepRecord>,
    id: &EntryId,
    matter: &Matter,
) -> sqlx::Result<()> {
    let text = stored("entry", serde_json::to_string(matter))?;
    let mut tx = db.begin().await?;
    let added = on!(&mut tx, tx => {
        sqlx::query(
            "insert into entry (id, organisation_id, patient_id, day, matter, person_id, at, corrects_id)
             values ($1, $2, $3, $4, $5, $6, $7, null) on conflict (id) do nothing",
        )
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(matter.day())
        .bind(&text)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    if added == 1 {
        audit::record(&mut tx, &proof.event("add-entry", id.as_str())).await?;
        tx.commit().await?;
    }
    Ok(())
}
