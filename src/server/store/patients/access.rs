//! Who may open one patient's record besides its team: the people that a restricted record names, people
//! of other organisations who work on it, and who opened it in an emergency.

use crate::domain::identifiers::{PatientId, PersonId};
use crate::domain::people::Role;
use crate::on;
use crate::server::access::{Allowed, AllowedIn, ControlAccess, OpenInEmergency, ViewPatient};
use crate::server::store::{Db, Tx, new_id, stored};
use chrono::{DateTime, NaiveDate, Utc};

/// Since when a record is restricted; none when it is not.
pub async fn restricted_since<P>(
    db: &Db,
    proof: &Allowed<P>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    on!(&db.read, pool => {
        sqlx::query_scalar("select restricted_at from patient where id = $1 and organisation_id = $2")
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .fetch_one(pool)
            .await
    })
}

/// Restricts the record, or opens it again to those who may by their role.
pub async fn restrict(
    tx: &mut Tx,
    proof: &Allowed<ControlAccess>,
    restricted: bool,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update patient set restricted_at = $3 where id = $1 and organisation_id = $2")
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .bind(restricted.then(|| proof.at()))
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Somebody of the organisation: id, and name with job title.
pub type Someone = (PersonId, String);

fn someone((id, name, job): (String, String, String)) -> sqlx::Result<Someone> {
    Ok((
        stored("person id", PersonId::parse(&id))?,
        format!("{name}, {job}"),
    ))
}

/// The people whom the restricted record names, by name.
pub async fn named<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Vec<Someone>> {
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.id, w.name, w.job_title from restricted_to r join person w on w.id = r.person_id
             join patient p on p.id = r.patient_id
             where r.patient_id = $1 and p.organisation_id = $2 order by w.name, w.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(someone).collect()
}

/// People of the organisation who work with patients, by name, and people let in from others: those whom
/// a restricted record can name.
pub async fn nameable(db: &Db, proof: &Allowed<ControlAccess>) -> sqlx::Result<Vec<Someone>> {
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.id, w.name, w.job_title from person w
             where w.disabled_at is null
                 and (exists (select 1 from membership m where m.person_id = w.id and m.organisation_id = $2
                          and m.role in ('social-supervisor', 'clinical-supervisor', 'line-manager'))
                      or exists (select 1 from joint_working j where j.person_id = w.id and j.patient_id = $1
                          and j.ended_at is null))
             order by w.name, w.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(someone).collect()
}

/// Names a person on a record, where it is restricted: whoever is allocated to it, covers it or reviews
/// it was chosen by name.
pub async fn name_if_restricted<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    person: &PersonId,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into restricted_to (patient_id, person_id, named_by, at)
             select p.id, $3, $4, $5 from patient p
             where p.id = $1 and p.organisation_id = $2 and p.restricted_at is not null
             on conflict (patient_id, person_id) do nothing",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(person.as_str())
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Takes a name off. False when it was not there.
pub async fn unname<P>(tx: &mut Tx, proof: &Allowed<P>, person: &PersonId) -> sqlx::Result<bool> {
    let taken = on!(tx, tx => {
        sqlx::query(
            "delete from restricted_to where patient_id = $1 and person_id = $3
             and exists (select 1 from patient p where p.id = $1 and p.organisation_id = $2)",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(person.as_str())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(taken == 1)
}

/// Somebody of another organisation who works with the patient.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Identifies the grant.
    pub id: String,
    /// Who.
    pub person: PersonId,
    /// Name and job title.
    pub words: String,
    /// As what.
    pub role: Role,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    pub reason: String,
    /// Who let them in.
    pub granted_by: String,
}

/// Grants that are not over on a day.
pub async fn grants<P>(db: &Db, proof: &Allowed<P>, today: NaiveDate) -> sqlx::Result<Vec<Grant>> {
    type Row = (
        String,
        String,
        String,
        String,
        String,
        NaiveDate,
        NaiveDate,
        String,
        String,
    );
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(
            "select j.id, w.id, w.name, w.job_title, j.role, j.from_day, j.to_day, j.reason, g.name
             from joint_working j join person w on w.id = j.person_id join person g on g.id = j.granted_by
             where j.patient_id = $1 and j.organisation_id = $2 and j.ended_at is null and j.to_day >= $3
             order by j.from_day, j.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(today)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(
            |(id, person, name, job, role, from, to, reason, granted_by)| {
                Ok(Grant {
                    id,
                    person: stored("person id", PersonId::parse(&person))?,
                    words: format!("{name}, {job}"),
                    role: stored("role", Role::named(&role).ok_or("unknown"))?,
                    from,
                    to,
                    reason,
                    granted_by,
                })
            },
        )
        .collect()
}

/// Whether an account is one of another organisation only, so that it can be let in.
pub async fn of_another(
    db: &Db,
    proof: &Allowed<ControlAccess>,
    email: &str,
) -> sqlx::Result<Option<PersonId>> {
    let id: Option<String> = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select w.id from person w where w.email = $2 and w.disabled_at is null
                 and exists (select 1 from membership m where m.person_id = w.id)
                 and not exists (select 1 from membership m where m.person_id = w.id and m.organisation_id = $1)",
        )
        .bind(proof.organisation().as_str())
        .bind(email.trim().to_lowercase())
        .fetch_optional(pool)
        .await?
    });
    id.map(|id| stored("person id", PersonId::parse(&id)))
        .transpose()
}

/// Somebody who is to be let in.
#[derive(Debug)]
pub struct NewGrant<'a> {
    /// Who.
    pub person: &'a PersonId,
    /// As what.
    pub role: Role,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    pub reason: &'a str,
}

/// Lets somebody of another organisation in. Gives the grant's id.
pub async fn grant(
    tx: &mut Tx,
    proof: &Allowed<ControlAccess>,
    new: &NewGrant<'_>,
) -> sqlx::Result<String> {
    let id = new_id();
    on!(tx, tx => {
        sqlx::query(
            "insert into joint_working (id, organisation_id, patient_id, person_id, role, from_day, to_day, reason, granted_by, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&id)
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(new.person.as_str())
        .bind(new.role.name())
        .bind(new.from)
        .bind(new.to)
        .bind(new.reason)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(id)
}

/// Ends a grant at once. False when there is none such that stands.
pub async fn end_grant(
    tx: &mut Tx,
    proof: &Allowed<ControlAccess>,
    id: &str,
) -> sqlx::Result<bool> {
    let ended = on!(tx, tx => {
        sqlx::query(
            "update joint_working set ended_at = $4 where id = $1 and organisation_id = $2 and patient_id = $3 and ended_at is null",
        )
        .bind(id)
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(ended == 1)
}

/// Ends every grant of somebody who leaves an organisation: they were let in as one of its people.
pub async fn end_grants_of(tx: &mut Tx, person: &PersonId, at: DateTime<Utc>) -> sqlx::Result<u64> {
    let ended = on!(tx, tx => {
        sqlx::query("update joint_working set ended_at = $2 where person_id = $1 and ended_at is null")
            .bind(person.as_str())
            .bind(at)
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(ended)
}

/// The organisation's patient of that MHCS reference, to be opened in an emergency.
pub async fn of_reference(
    db: &Db,
    proof: &AllowedIn<OpenInEmergency>,
    reference: &str,
) -> sqlx::Result<Option<PatientId>> {
    let id: Option<String> = on!(&db.read, pool => {
        sqlx::query_scalar("select id from patient where organisation_id = $1 and lower(mhcs_reference) = $2")
            .bind(proof.organisation().as_str())
            .bind(reference.trim().to_lowercase())
            .fetch_optional(pool)
            .await?
    });
    id.map(|id| stored("patient id", PatientId::parse(&id)))
        .transpose()
}

/// Opens a record to somebody until a moment.
pub(in crate::server) async fn break_glass(
    tx: &mut Tx,
    proof: &Allowed<ViewPatient>,
    reason: &str,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into break_glass (id, organisation_id, patient_id, person_id, reason, at, until_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new_id())
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(proof.person().as_str())
        .bind(reason)
        .bind(proof.at())
        .bind(until)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Until when the record is open to who reads it in an emergency; none when it is not.
pub async fn open_until<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Option<DateTime<Utc>>> {
    on!(&db.read, pool => {
        sqlx::query_scalar(
            "select max(until_at) from break_glass where patient_id = $1 and person_id = $2 and until_at > $3",
        )
        .bind(proof.patient().as_str())
        .bind(proof.person().as_str())
        .bind(proof.at())
        .fetch_one(pool)
        .await
    })
}
