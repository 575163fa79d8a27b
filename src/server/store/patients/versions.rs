//! Versions of a patient's record: each save makes one, every one is kept with its reason.

use super::{CURRENT, Current, Patient};
use crate::domain::form::Version;
use crate::domain::identifiers::{OrganisationId, PatientId};
use crate::domain::patient::PatientRecord;
use crate::domain::patient::edit::{Change, Why};
use crate::domain::patient::nhs_number::NhsNumber;
use crate::on;
use crate::server::access::Allowed;
use crate::server::store::{Db, Tx, stored};
use chrono::{DateTime, NaiveDate, Utc};

/// The patient within a transaction, locked until its end: edits of one record wait for each other.
pub async fn lock<P>(tx: &mut Tx, proof: &Allowed<P>) -> sqlx::Result<Patient> {
    let current: Current = on!(tx, tx => {
        // Touching the row is a lock that both databases know.
        sqlx::query("update patient set version = version where id = $1 and organisation_id = $2")
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .execute(&mut **tx)
            .await?;
        sqlx::query_as(CURRENT)
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .fetch_one(&mut **tx)
            .await?
    });
    current.patient(proof)
}

/// Saves the next version of a locked record, with its reason. Gives its number.
pub async fn save<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    locked: &Patient,
    record: &PatientRecord,
    change: &Change,
) -> sqlx::Result<i64> {
    let text = stored("patient record", serde_json::to_string(record))?;
    let next = locked.version + 1;
    on!(tx, tx => {
        sqlx::query(
            "update patient set record = $3, version = $4, family_name = $5, given_name = $6, mhcs_reference = $7
             where id = $1 and organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(&text)
        .bind(next)
        .bind(&record.family_name)
        .bind(&record.given_name)
        .bind(&record.mhcs_reference)
        .execute(&mut **tx)
        .await?;
        sqlx::query(
            "insert into patient_version (patient_id, version, record, person_id, at, part, why, changed_on, note)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(proof.patient().as_str())
        .bind(next)
        .bind(&text)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .bind(&change.part)
        .bind(change.why.name())
        .bind(change.changed_on)
        .bind(&change.note)
        .execute(&mut **tx)
        .await?;
    });
    Ok(next)
}

/// One version with who made it, when and why.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its number, from 1.
    pub version: i64,
    /// The record as it stood.
    pub record: PatientRecord,
    /// Name of who made it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why; none for the first version and for what an import made.
    pub change: Option<Change>,
}

type Columns = (
    i64,
    String,
    String,
    DateTime<Utc>,
    Option<String>,
    Option<String>,
    Option<NaiveDate>,
    Option<String>,
);

fn made(row: Columns) -> sqlx::Result<Made> {
    let (version, record, by, at, part, why, changed_on, note) = row;
    let change = match (part, why.as_deref().and_then(Why::named)) {
        (Some(part), Some(why)) => Some(Change {
            part,
            why,
            changed_on,
            note: note.unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(Made {
        version,
        record: stored("patient record", serde_json::from_str(&record))?,
        by,
        at,
        change,
    })
}

/// Versions of the record, newest first: at most `most` from `before` down.
pub async fn some<P>(
    db: &Db,
    proof: &Allowed<P>,
    before: Version,
    most: i64,
) -> sqlx::Result<Vec<Made>> {
    let rows: Vec<Columns> = on!(&db.read, pool => {
        sqlx::query_as(
            "select v.version, v.record, w.name, v.at, v.part, v.why, v.changed_on, v.note
             from patient_version v join person w on w.id = v.person_id join patient p on p.id = v.patient_id
             where v.patient_id = $1 and p.organisation_id = $2 and v.version < $3
             order by v.version desc limit $4",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(i64::from(before.0))
        .bind(most)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(made).collect()
}

/// The record in one of its versions.
pub async fn one<P>(
    db: &Db,
    proof: &Allowed<P>,
    version: i64,
) -> sqlx::Result<Option<PatientRecord>> {
    let record: Option<String> = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select v.record from patient_version v join patient p on p.id = v.patient_id
             where v.patient_id = $1 and p.organisation_id = $2 and v.version = $3",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(version)
        .fetch_optional(pool)
        .await?
    });
    record
        .map(|r| stored("patient record", serde_json::from_str(&r)))
        .transpose()
}

/// The record as it stood at a moment. `None` when it is younger.
pub async fn at_moment<P>(
    db: &Db,
    proof: &Allowed<P>,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<PatientRecord>> {
    let record: Option<String> = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select v.record from patient_version v join patient p on p.id = v.patient_id
             where v.patient_id = $1 and p.organisation_id = $2 and v.at <= $3
             order by v.version desc limit 1",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(at)
        .fetch_optional(pool)
        .await?
    });
    record
        .map(|r| stored("patient record", serde_json::from_str(&r)))
        .transpose()
}

/// Another patient of the organisation with the same reference or number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicate {
    /// The same MHCS reference.
    MhcsReference,
    /// The same NHS number.
    NhsNumber,
}

/// Whether another patient of the organisation has the record's MHCS reference or NHS number. Asked
/// within the transaction that saves it.
pub async fn duplicate(
    tx: &mut Tx,
    organisation: &OrganisationId,
    except: Option<&PatientId>,
    record: &PatientRecord,
) -> sqlx::Result<Option<Duplicate>> {
    // Spaces and case do not make another reference of it: "test/1 " is "TEST/1".
    let tidy = |text: &str| -> String {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let rows: Vec<(String, String)> = on!(tx, tx => {
        sqlx::query_as("select id, record from patient where organisation_id = $1")
            .bind(organisation.as_str())
            .fetch_all(&mut **tx)
            .await?
    });
    let except = except.map(PatientId::as_str);
    for (_, other) in rows.iter().filter(|(id, _)| Some(id.as_str()) != except) {
        let other: Identified = stored("patient record", serde_json::from_str(other))?;
        if tidy(&other.mhcs_reference) == tidy(&record.mhcs_reference) {
            return Ok(Some(Duplicate::MhcsReference));
        }
        if other.nhs_number.is_some() && other.nhs_number == record.nhs_number {
            return Ok(Some(Duplicate::NhsNumber));
        }
    }
    Ok(None)
}

/// What of a record tells it from another's; the rest is not read.
#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Identified {
    mhcs_reference: String,
    #[serde(default)]
    nhs_number: Option<NhsNumber>,
}
