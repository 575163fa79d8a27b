//! Cover for an absence: who is away, who covers, from when to when, and for which patients.

use super::lists::on_the_list;
use crate::domain::identifiers::{PatientId, PersonId};
use crate::domain::people::Role;
use crate::on;
use crate::server::access::{Allocate, Allowed, AllowedIn, ArrangeCover};
use crate::server::store::patients::allocation::{Candidate, candidates_anywhere};
use crate::server::store::{Db, Tx, new_id, stored};
use chrono::{DateTime, NaiveDate, Utc};

/// Those who supervise in the organisation, in the teams of the proof or in all of it: who can be away
/// and who can cover.
pub async fn supervisors(db: &Db, proof: &AllowedIn<ArrangeCover>) -> sqlx::Result<Vec<Candidate>> {
    candidates_anywhere(db, proof.organisation(), proof.teams()).await
}

/// The patients of somebody who is away, on the list of who arranges cover, whom they supervise on some
/// day between two days.
pub async fn patients_of(
    db: &Db,
    proof: &AllowedIn<ArrangeCover>,
    away: (&PersonId, Role),
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> sqlx::Result<Vec<PatientId>> {
    let ids: Vec<String> = on!(&db.read, pool => {
        sqlx::query_scalar(concat!(
            "select distinct p.id from patient p join assignment x on x.patient_id = p.id
             where p.organisation_id = $3 and x.person_id = $4 and x.role = $5
                 and x.from_day <= $7 and (x.to_day is null or x.to_day >= $6) and ",
            on_the_list!("$3"),
            " order by p.id"
        ))
        .bind(proof.person().as_str())
        .bind(today)
        .bind(proof.organisation().as_str())
        .bind(away.0.as_str())
        .bind(away.1.name())
        .bind(from)
        .bind(to)
        .fetch_all(pool)
        .await?
    });
    ids.iter()
        .map(|id| stored("patient id", PatientId::parse(id)))
        .collect()
}

/// Cover that was arranged.
#[derive(Debug, Clone)]
pub struct Cover {
    /// Identifies it.
    pub id: String,
    /// Name of who is away.
    pub away: String,
    /// Name of who covers.
    pub covered_by: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// For how many patients.
    pub patients: i64,
    /// Who arranged it.
    pub arranged_by: String,
}

/// Arranges cover. Gives its id.
pub async fn arrange(
    tx: &mut Tx,
    proof: &AllowedIn<ArrangeCover>,
    away: &PersonId,
    covered_by: &PersonId,
    (from, to): (NaiveDate, NaiveDate),
) -> sqlx::Result<String> {
    let id = new_id();
    on!(tx, tx => {
        sqlx::query(
            "insert into cover (id, organisation_id, person_id, covered_by, from_day, to_day, arranged_by, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&id)
        .bind(proof.organisation().as_str())
        .bind(away.as_str())
        .bind(covered_by.as_str())
        .bind(from)
        .bind(to)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(id)
}

/// Assigns who covers to one patient, for the days of the cover.
pub async fn assign(
    tx: &mut Tx,
    proof: &Allowed<Allocate>,
    (person, role): (&PersonId, Role),
    (from, to): (NaiveDate, NaiveDate),
    cover: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into assignment (patient_id, person_id, role, from_day, to_day, cover_id) values ($1, $2, $3, $4, $5, $6)
             on conflict (patient_id, person_id, role, from_day) do nothing",
        )
        .bind(proof.patient().as_str())
        .bind(person.as_str())
        .bind(role.name())
        .bind(from)
        .bind(to)
        .bind(cover)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Cover that is not over, in the teams of the proof, the soonest first.
pub async fn standing(
    db: &Db,
    proof: &AllowedIn<ArrangeCover>,
    today: NaiveDate,
) -> sqlx::Result<Vec<Cover>> {
    type Row = (String, String, String, NaiveDate, NaiveDate, i64, String);
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(
            "select c.id, w.name, v.name, c.from_day, c.to_day,
                 (select count(distinct a.patient_id) from assignment a where a.cover_id = c.id), g.name
             from cover c join person w on w.id = c.person_id join person v on v.id = c.covered_by
                 join person g on g.id = c.arranged_by
             where c.organisation_id = $1 and c.to_day >= $2 and c.ended_at is null
             order by c.from_day, c.id",
        )
        .bind(proof.organisation().as_str())
        .bind(today)
        .fetch_all(pool)
        .await?
    });
    let cover = |(id, away, covered_by, from, to, patients, arranged_by)| Cover {
        id,
        away,
        covered_by,
        from,
        to,
        patients,
        arranged_by,
    };
    Ok(rows.into_iter().map(cover).collect())
}

/// What a cover is for, patient by patient.
#[derive(Debug, Clone)]
pub struct Covered {
    /// The patient.
    pub patient: PatientId,
    /// E-mail address of who covers.
    pub email: String,
    /// As what.
    pub role: Role,
    /// First day.
    pub from: NaiveDate,
}

/// The patients of a cover that stands in the organisation; none when there is no such cover.
pub async fn covered(
    db: &Db,
    proof: &AllowedIn<ArrangeCover>,
    cover: &str,
) -> sqlx::Result<Vec<Covered>> {
    let rows: Vec<(String, String, String, NaiveDate)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select a.patient_id, w.email, a.role, a.from_day from assignment a
             join cover c on c.id = a.cover_id join person w on w.id = a.person_id
             where c.id = $2 and c.organisation_id = $1 and c.ended_at is null order by a.patient_id",
        )
        .bind(proof.organisation().as_str())
        .bind(cover)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(patient, email, role, from)| {
            Ok(Covered {
                patient: stored("patient id", PatientId::parse(&patient))?,
                email,
                role: stored("role", Role::named(&role).ok_or("unknown"))?,
                from,
            })
        })
        .collect()
}

/// Ends a cover. False when there is none such that stands.
pub async fn end(tx: &mut Tx, proof: &AllowedIn<ArrangeCover>, cover: &str) -> sqlx::Result<bool> {
    let ended = on!(tx, tx => {
        sqlx::query("update cover set ended_at = $3 where id = $2 and organisation_id = $1 and ended_at is null")
            .bind(proof.organisation().as_str())
            .bind(cover)
            .bind(proof.at())
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(ended == 1)
}

/// Takes who covers from one patient at once: what began before today ends yesterday, the rest goes.
pub async fn unassign(
    tx: &mut Tx,
    proof: &Allowed<Allocate>,
    cover: &str,
    today: NaiveDate,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from assignment where patient_id = $1 and cover_id = $2 and from_day >= $3")
            .bind(proof.patient().as_str())
            .bind(cover)
            .bind(today)
            .execute(&mut **tx)
            .await?;
        sqlx::query("update assignment set to_day = $4 where patient_id = $1 and cover_id = $2 and to_day >= $3")
            .bind(proof.patient().as_str())
            .bind(cover)
            .bind(today)
            .bind(crate::domain::calendar::less_days(today, 1))
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Ends every cover by somebody who leaves.
pub async fn end_covers_by(tx: &mut Tx, person: &PersonId, at: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update cover set ended_at = $2 where covered_by = $1 and ended_at is null")
            .bind(person.as_str())
            .bind(at)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}
