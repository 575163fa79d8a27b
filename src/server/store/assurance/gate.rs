//! The gate before somebody takes a patient on, and allocations that went on in spite of it.

use super::competence::{Override, training};
use crate::domain::assurance::competence::{Gate, Shortfall, gate};
use crate::domain::identifiers::{OrganisationId, PatientId, PersonId};
use crate::on;
use crate::server::access::{Allocate, Allowed, AllowedIn, RegisterPatient};
use crate::server::audit::{self, Event};
use crate::server::clock::in_britain;
use crate::server::store::{Db, Tx, new_id, stored};
use chrono::{DateTime, Utc};

/// A proof under which a patient is given to somebody: of one patient, or of registering one.
pub trait Allocates {
    /// Whose patient.
    fn organisation(&self) -> &OrganisationId;
    /// When.
    fn at(&self) -> DateTime<Utc>;
    /// Who decides.
    fn by(&self) -> &PersonId;
    /// The audit row of what is done to that patient.
    fn event_of(&self, patient: &PatientId, action: &'static str, subject: &str) -> Event;
}

impl Allocates for Allowed<Allocate> {
    fn organisation(&self) -> &OrganisationId {
        self.organisation()
    }
    fn at(&self) -> DateTime<Utc> {
        self.at()
    }
    fn by(&self) -> &PersonId {
        self.person()
    }
    fn event_of(&self, _: &PatientId, action: &'static str, subject: &str) -> Event {
        self.event(action, subject)
    }
}

impl Allocates for AllowedIn<RegisterPatient> {
    fn organisation(&self) -> &OrganisationId {
        self.organisation()
    }
    fn at(&self) -> DateTime<Utc> {
        self.at()
    }
    fn by(&self) -> &PersonId {
        self.person()
    }
    fn event_of(&self, patient: &PatientId, action: &'static str, subject: &str) -> Event {
        Event {
            patient: Some(patient.clone()),
            ..self.event(action, subject)
        }
    }
}

/// What the gate says before `person` takes on a patient of the proof's organisation.
pub async fn gate_for(db: &Db, proof: &impl Allocates, person: &PersonId) -> sqlx::Result<Gate> {
    let organisation = proof.organisation().as_str();
    let today = in_britain(proof.at()).0;
    let rows: Vec<(String, chrono::NaiveDate, Option<chrono::NaiveDate>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select kind, done_on, expires_on from training
             where organisation_id = $1 and person_id = $2 and withdrawn_at is null",
        )
        .bind(organisation)
        .bind(person.as_str())
        .fetch_all(pool)
        .await?
    });
    let cases: i64 = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select count(distinct a.patient_id) from assignment a join patient p on p.id = a.patient_id
             where p.organisation_id = $1 and a.person_id = $2 and a.role = 'social-supervisor'
                 and a.from_day <= $3 and (a.to_day is null or a.to_day >= $3)",
        )
        .bind(organisation)
        .bind(person.as_str())
        .bind(today)
        .fetch_one(pool)
        .await?
    });
    let mut trainings = Vec::with_capacity(rows.len());
    for (kind, done_on, expires_on) in rows {
        trainings.push(training(&kind, done_on, expires_on)?);
    }
    Ok(gate(&trainings, usize::try_from(cases).unwrap_or(0), today))
}

/// An allocation that goes on although the gate warned.
#[derive(Debug, Clone)]
pub struct Overriding<'a> {
    /// Who takes the patient on.
    pub person: &'a PersonId,
    /// Which patient.
    pub patient: &'a PatientId,
    /// What the gate said was missing.
    pub missing: &'a [Shortfall],
    /// Why it goes on: checked by [`crate::domain::assurance::competence::pass`].
    pub reason: &'a str,
}

/// Records in the allocation's own transaction why it went on, with its audit row.
pub async fn record_override(
    tx: &mut Tx,
    proof: &impl Allocates,
    overriding: &Overriding<'_>,
) -> sqlx::Result<()> {
    let words: Vec<String> = overriding.missing.iter().map(|m| m.in_words()).collect();
    let missing = stored("what was missing", serde_json::to_string(&words))?;
    let id = new_id();
    on!(&mut *tx, tx => {
        sqlx::query(
            "insert into allocation_override (id, organisation_id, patient_id, person_id, missing, reason, by_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&id)
        .bind(proof.organisation().as_str())
        .bind(overriding.patient.as_str())
        .bind(overriding.person.as_str())
        .bind(missing)
        .bind(overriding.reason)
        .bind(proof.by().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    let event = proof.event_of(overriding.patient, "override-competence-gate", &id);
    audit::record(tx, &event).await
}

/// Allocations of one patient that went on in spite of the gate, newest first: who took the patient on,
/// and what was said.
pub async fn of_patient(
    db: &Db,
    proof: &Allowed<Allocate>,
) -> sqlx::Result<Vec<(String, Override)>> {
    let rows: Vec<(String, String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.name, o.missing, o.reason, b.name, o.at from allocation_override o
             join person w on w.id = o.person_id join person b on b.id = o.by_id
             where o.patient_id = $1 and o.organisation_id = $2 order by o.at desc, o.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(name, missing, reason, by, at)| {
            let missing = stored("what was missing", serde_json::from_str(&missing))?;
            Ok((
                name,
                Override {
                    missing,
                    reason,
                    by,
                    at,
                },
            ))
        })
        .collect()
}
