//! Patients, who stands how to them, and the lists people work from.

pub mod access;
pub mod allocation;
pub mod cover;
pub mod lists;
pub mod versions;

use super::organisations::Settings;
use super::{Db, Tx, belongs_nowhere_else, organisations_of, stored, works_jointly};
use crate::domain::identifiers::{OrganisationId, PatientId, PersonId, ReportId};
use crate::domain::patient::PatientRecord;
use crate::domain::people::Role;
use crate::domain::report::findings::OtherPatient;
use crate::domain::schedule::Counting;
use crate::on;
use crate::server::access::{Allowed, Asker};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// How a person stands to a patient.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The patient.
    pub patient: PatientId,
    /// Whose patient.
    pub organisation: OrganisationId,
    /// The team that the patient is with.
    pub team: String,
    /// In which roles the person is assigned to the patient today.
    pub assigned_as: Vec<Role>,
    /// In which roles they were let in from another organisation, today.
    pub joint_as: Vec<Role>,
    /// Whether the record is restricted to people of whom they are none.
    pub limited: bool,
    /// Whether they opened the record in an emergency that is not over.
    pub emergency: bool,
}

/// Whose record is meant: a patient is named, or a report of theirs.
#[derive(Debug, Clone, Copy)]
pub enum RecordOf<'a> {
    /// This patient's.
    Patient(&'a PatientId),
    /// That of the patient whom this report is about.
    Report(&'a ReportId),
}

impl<'a> From<&'a PatientId> for RecordOf<'a> {
    fn from(patient: &'a PatientId) -> Self {
        Self::Patient(patient)
    }
}

impl<'a> From<&'a ReportId> for RecordOf<'a> {
    fn from(report: &'a ReportId) -> Self {
        Self::Report(report)
    }
}

/// How a person stands to the patient that `$which` finds by $2, on day $3, at moment $4; $5: the one
/// organisation that the session reaches, or nothing.
macro_rules! standing_where {
    ($which:literal) => {
        concat!(
            "select p.id, p.organisation_id, p.team_id,
                 p.restricted_at is not null
                     and not exists (select 1 from restricted_to r where r.patient_id = p.id and r.person_id = $1) as limited,
                 exists (select 1 from break_glass b where b.patient_id = p.id and b.person_id = $1 and b.until_at > $4) as emergency,
                 a.role as assigned_as, j.role as joint_as
             from patient p
             left join assignment a on a.patient_id = p.id and a.person_id = $1
                 and a.from_day <= $3 and (a.to_day is null or a.to_day >= $3)
             left join joint_working j on j.patient_id = p.id and j.person_id = $1 and j.ended_at is null
                 and j.from_day <= $3 and j.to_day >= $3 and ",
            belongs_nowhere_else!("$1", "$5"),
            " where ",
            $which,
            " and (p.organisation_id in ",
            organisations_of!("$1", "$5"),
            " or ",
            works_jointly!("p.id", "$1", "$3", "$5"),
            ")"
        )
    };
}

/// How a person stands to a patient of one of their organisations, or to one whom they were let in to
/// work with. `None` when there is no such patient there: the query cannot tell "missing" from "another
/// organisation's", and so nobody can.
pub(in crate::server) async fn standing(
    db: &Db,
    asker: Asker<'_>,
    record: RecordOf<'_>,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Standing>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: String,
        organisation_id: String,
        team_id: String,
        limited: bool,
        emergency: bool,
        assigned_as: Option<String>,
        joint_as: Option<String>,
    }
    let (query, id) = match record {
        RecordOf::Patient(id) => (standing_where!("p.id = $2"), id.as_str()),
        RecordOf::Report(id) => (
            standing_where!("p.id = (select patient_id from report where id = $2)"),
            id.as_str(),
        ),
    };
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(query)
            .bind(asker.person())
            .bind(id)
            .bind(today)
            .bind(now)
            .bind(asker.only())
            .fetch_all(pool)
            .await?
    });
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let roles = |of: fn(&Row) -> Option<&str>| {
        let named = |row| Role::named(of(row)?);
        rows.iter().filter_map(named).collect()
    };
    Ok(Some(Standing {
        patient: stored("patient id", PatientId::parse(&first.id))?,
        organisation: stored(
            "organisation id",
            OrganisationId::parse(&first.organisation_id),
        )?,
        team: first.team_id.clone(),
        assigned_as: roles(|r| r.assigned_as.as_deref()),
        joint_as: roles(|r| r.joint_as.as_deref()),
        limited: first.limited,
        emergency: first.emergency,
    }))
}

/// A patient's record with its version.
#[derive(Debug, Clone)]
pub struct Patient {
    /// Identifies the patient.
    pub id: PatientId,
    /// The record as it stands.
    pub record: Arc<PatientRecord>,
    /// Version of the record.
    pub version: i64,
    /// The team that the patient is with.
    pub team: String,
    /// What the organisation's due dates count from.
    pub counting: Counting,
    /// When the record was last changed since it was first made; `None` when it never was.
    pub changed_at: Option<DateTime<Utc>>,
}

/// Of the patient that a proof is about, $1 of organisation $2, all but the record.
macro_rules! head {
    () => {
        "p.version, p.team_id, o.settings,
            (select v.at from patient_version v where v.patient_id = p.id and v.version > 1
             order by v.version desc limit 1) as changed_at
         from patient p join organisation o on o.id = p.organisation_id
         where p.id = $1 and p.organisation_id = $2"
    };
}
const HEAD: &str = concat!("select ", head!());
const CURRENT: &str = concat!("select p.record, ", head!());

#[derive(sqlx::FromRow)]
struct Head {
    version: i64,
    team_id: String,
    settings: String,
    changed_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Current {
    record: String,
    #[sqlx(flatten)]
    head: Head,
}

impl Head {
    fn with<P>(self, proof: &Allowed<P>, record: Arc<PatientRecord>) -> sqlx::Result<Patient> {
        Ok(Patient {
            id: proof.patient().clone(),
            record,
            version: self.version,
            team: self.team_id,
            counting: counting(&self.settings)?,
            changed_at: self.changed_at,
        })
    }
}

impl Current {
    fn patient<P>(self, proof: &Allowed<P>) -> sqlx::Result<Patient> {
        let record = stored("patient record", serde_json::from_str(&self.record))?;
        self.head.with(proof, Arc::new(record))
    }
}

/// The patient that a proof is about. A version of the record is read once.
pub async fn load<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Patient> {
    let head: Head = on!(&db.read, pool => {
        sqlx::query_as(HEAD)
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .fetch_one(pool)
            .await?
    });
    if let Some(record) = db.records.of(&(proof.patient().clone(), head.version)) {
        return head.with(proof, record);
    }
    let current: Current = on!(&db.read, pool => {
        sqlx::query_as(CURRENT)
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .fetch_one(pool)
            .await?
    });
    let bytes = current.record.len();
    let patient = current.patient(proof)?;
    let key = (patient.id.clone(), patient.version);
    db.records.keep(key, &patient.record, bytes);
    Ok(patient)
}

/// What due dates count from, in an organisation's settings.
pub(super) fn counting(settings: &str) -> sqlx::Result<Counting> {
    let settings: Settings = stored("settings", serde_json::from_str(settings))?;
    Ok(settings.counting)
}

/// Names of the other patients whom a person supervises on a day, in the organisation of the proof:
/// what a report about this patient must not name.
pub async fn others_of<P>(
    db: &Db,
    proof: &Allowed<P>,
    person: &PersonId,
    day: NaiveDate,
) -> sqlx::Result<Vec<OtherPatient>> {
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select distinct p.given_name, p.family_name from patient p join assignment a on a.patient_id = p.id
             where p.organisation_id = $2 and p.id <> $1 and a.person_id = $3 and a.role = 'social-supervisor'
                 and (p.restricted_at is null
                     or exists (select 1 from restricted_to r where r.patient_id = p.id and r.person_id = $3))
                 and a.from_day <= $4 and (a.to_day is null or a.to_day >= $4)",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(person.as_str())
        .bind(day)
        .fetch_all(pool)
        .await?
    });
    let other = |(given_name, family_name)| OtherPatient {
        given_name,
        family_name,
    };
    Ok(rows.into_iter().map(other).collect())
}

/// A patient to be added.
#[derive(Debug)]
pub struct NewPatient<'a> {
    /// Identifies the patient.
    pub id: &'a PatientId,
    /// Whose patient.
    pub organisation: &'a OrganisationId,
    /// With which team.
    pub team: &'a str,
    /// The record.
    pub record: &'a PatientRecord,
    /// Who adds it.
    pub by: &'a PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Adds a patient with the first version of the record.
pub async fn add(tx: &mut Tx, new: &NewPatient<'_>) -> sqlx::Result<()> {
    let record = stored("patient record", serde_json::to_string(new.record))?;
    on!(tx, tx => {
        sqlx::query(
            "insert into patient (id, organisation_id, team_id, record, version, family_name, given_name, created_at, mhcs_reference)
             values ($1, $2, $3, $4, 1, $5, $6, $7, $8)",
        )
        .bind(new.id.as_str())
        .bind(new.organisation.as_str())
        .bind(new.team)
        .bind(&record)
        .bind(&new.record.family_name)
        .bind(&new.record.given_name)
        .bind(new.at)
        .bind(&new.record.mhcs_reference)
        .execute(&mut **tx)
        .await?;
        sqlx::query("insert into patient_version (patient_id, version, record, person_id, at) values ($1, 1, $2, $3, $4)")
            .bind(new.id.as_str())
            .bind(&record)
            .bind(new.by.as_str())
            .bind(new.at)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Assigns a person to a patient from a day to a day.
pub async fn assign(
    tx: &mut Tx,
    patient: &PatientId,
    person: &PersonId,
    role: Role,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into assignment (patient_id, person_id, role, from_day, to_day) values ($1, $2, $3, $4, $5)
             on conflict (patient_id, person_id, role, from_day) do nothing",
        )
        .bind(patient.as_str())
        .bind(person.as_str())
        .bind(role.name())
        .bind(from)
        .bind(to)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// A patient's organisation by MHCS reference: for operators on the command line, who name an
/// organisation themselves.
pub async fn by_reference(
    db: &Db,
    organisation: &OrganisationId,
    mhcs_reference: &str,
) -> sqlx::Result<Option<PatientId>> {
    let id: Option<String> = on!(&db.read, pool => {
        sqlx::query_scalar("select id from patient where organisation_id = $1 and mhcs_reference = $2")
            .bind(organisation.as_str())
            .bind(mhcs_reference)
            .fetch_optional(pool)
            .await?
    });
    id.map(|id| stored("patient id", PatientId::parse(&id)))
        .transpose()
}

/// Fills MHCS's reference in from the records of a database made before it had a column of its own.
/// Where two records of an organisation bear the same one, the later is left without and said so.
pub(super) async fn fill_references(db: &Db) -> anyhow::Result<()> {
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as("select id, record from patient where mhcs_reference is null order by created_at").fetch_all(pool).await?
    });
    for (id, record) in rows {
        let record: PatientRecord = stored("patient record", serde_json::from_str(&record))?;
        let mut tx = db.begin().await?;
        let filled = on!(&mut tx, tx => {
            sqlx::query("update patient set mhcs_reference = $2 where id = $1")
                .bind(&id)
                .bind(&record.mhcs_reference)
                .execute(&mut **tx)
                .await
                .map(drop)
        });
        match filled {
            Ok(()) => tx.commit().await?,
            Err(error) if is_taken(&error) => {
                tracing::warn!(
                    patient = id,
                    "another patient of the organisation has the same MHCS reference"
                );
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether the database refused because there is one already.
#[must_use]
pub fn is_taken(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
