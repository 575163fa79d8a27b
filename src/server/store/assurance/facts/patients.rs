//! Patients: what is due, what is planned, who supervised and who covered.

use super::{Loading, Patients};
use crate::domain::assurance::Period;
use crate::domain::assurance::facts::{PatientFacts, Plan, Span};
use crate::domain::identifiers::PatientId;
use crate::domain::patient::{PatientRecord, SupervisorRole};
use crate::domain::schedule::{self, Stopped};
use crate::on;
use crate::server::access::{AllowedIn, ViewFigures};
use crate::server::clock::in_britain;
use crate::server::store::{Db, organisations, stored};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

/// Patients with who supervised them and what was planned.
pub(super) async fn load(
    db: &Db,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
) -> sqlx::Result<Patients> {
    let rows: Vec<(String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as("select id, team_id, record, created_at from patient where organisation_id = $1")
            .bind(proof.organisation().as_str())
            .fetch_all(pool)
            .await?
    });
    let organisation = organisations::find(db, proof.organisation()).await?;
    let counting = organisation
        .map(|o| o.settings.counting)
        .unwrap_or_default();
    let assigned: Vec<AssignedRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select a.patient_id, w.email, a.from_day, a.to_day, w.disabled_at
             from assignment a join patient p on p.id = a.patient_id join person w on w.id = a.person_id
             where p.organisation_id = $1 and a.role = 'social-supervisor'",
        )
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    let mut told = late_notices(db, proof).await?;
    let mut by_patient: HashMap<&str, Vec<&AssignedRow>> = HashMap::new();
    for row in &assigned {
        by_patient.entry(&row.0).or_default().push(row);
    }
    let mut patients = Patients::with_capacity(rows.len());
    for (id, team, record, created_at) in &rows {
        let record: PatientRecord = stored("patient record", serde_json::from_str(record))?;
        let added_on = in_britain(*created_at).0;
        let assigned = by_patient.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        let (own, cover) = spans(&record, assigned);
        let dated = record.contact_plans.iter().map(|plan| Plan {
            span: Span {
                from: plan.from,
                to: plan.to,
            },
            every: plan.in_person_every_days,
        });
        let facts = PatientFacts {
            id: stored("patient id", PatientId::parse(id))?,
            team: team.clone(),
            discharged_on: record.discharge.on,
            first_until: schedule::first_until(&record),
            known_from: added_on,
            scheduled: PatientFacts::scheduled(&record, &counting, period.to()),
            reports: Vec::new(),
            stopped_from: schedule::stopped(&record).map(Stopped::from),
            told: told.remove(id).unwrap_or_default(),
            contact_every: record.contact_every_days,
            plans: dated.collect(),
            contacts: Vec::new(),
            events: Vec::new(),
            own,
            cover,
        };
        patients.insert(id.clone(), Loading { facts, added_on });
    }
    Ok(patients)
}

/// Notices that a report would be late, by patient: the due date and the day on which MHCS was told.
async fn late_notices(
    db: &Db,
    proof: &AllowedIn<ViewFigures>,
) -> sqlx::Result<HashMap<String, Vec<(NaiveDate, NaiveDate)>>> {
    let rows: Vec<(String, NaiveDate, NaiveDate)> = on!(&db.read, pool => {
        sqlx::query_as("select patient_id, due, told_on from late_notice where organisation_id = $1")
            .bind(proof.organisation().as_str())
            .fetch_all(pool)
            .await?
    });
    let mut told: HashMap<String, Vec<(NaiveDate, NaiveDate)>> = HashMap::new();
    for (patient, due, on) in rows {
        told.entry(patient).or_default().push((due, on));
    }
    Ok(told)
}

type AssignedRow = (
    String,
    String,
    NaiveDate,
    Option<NaiveDate>,
    Option<DateTime<Utc>>,
);

/// When the patient had a supervisor of their own and when cover: as the record names them, and those
/// assigned besides. Whoever has left supervises nobody from the next day on.
fn spans(record: &PatientRecord, assigned: &[&AssignedRow]) -> (Vec<Span>, Vec<Span>) {
    let left = |email: &str| {
        let theirs = assigned.iter().find(|a| a.1.eq_ignore_ascii_case(email))?;
        Some(in_britain(theirs.4?).0)
    };
    let ends = |to: Option<NaiveDate>, left: Option<NaiveDate>| match (to, left) {
        (Some(to), Some(left)) => Some(to.min(left)),
        (to, left) => to.or(left),
    };
    let (mut own, mut cover) = (Vec::new(), Vec::new());
    let social = record
        .supervisors
        .iter()
        .filter(|s| s.role == SupervisorRole::Social);
    for s in social.clone() {
        let span = Span {
            from: s.from,
            to: ends(s.to, left(&s.contact.email)),
        };
        if s.cover { &mut cover } else { &mut own }.push(span);
    }
    for (_, email, from, to, disabled_at) in assigned.iter().copied() {
        let named = social
            .clone()
            .any(|s| s.from == *from && s.contact.email.eq_ignore_ascii_case(email));
        if !named {
            own.push(Span {
                from: *from,
                to: ends(*to, disabled_at.map(|at| in_britain(at).0)),
            });
        }
    }
    (own, cover)
}
