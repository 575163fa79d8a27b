//! What somebody who leaves an organisation holds there, and taking it from them.

use super::{Db, Tx, stored};
use crate::domain::identifiers::{PatientId, PersonId, ReportId};
use crate::domain::people::Role;
use crate::domain::report::State;
use crate::on;
use crate::server::access::{Allowed, AllowedIn, HandOver, ManagePeople};
use chrono::NaiveDate;

/// A patient whom somebody supervises, covers or reviews, today or from a day to come.
#[derive(Debug, Clone)]
pub struct Held {
    /// The patient.
    pub patient: PatientId,
    /// As what.
    pub role: Role,
    /// The patient's team: id and name.
    pub team: (String, String),
    /// First day.
    pub from: NaiveDate,
}

/// Every patient whom a person holds in the organisation.
pub async fn held(
    db: &Db,
    proof: &AllowedIn<ManagePeople>,
    person: &PersonId,
    today: NaiveDate,
) -> sqlx::Result<Vec<Held>> {
    let rows: Vec<(String, String, String, String, NaiveDate)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select a.patient_id, a.role, t.id, t.name, a.from_day
             from assignment a join patient p on p.id = a.patient_id join team t on t.id = p.team_id
             where a.person_id = $1 and p.organisation_id = $2 and (a.to_day is null or a.to_day >= $3)
             order by a.patient_id, a.role, a.from_day",
        )
        .bind(person.as_str())
        .bind(proof.organisation().as_str())
        .bind(today)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(patient, role, team, name, from)| {
            Ok(Held {
                patient: stored("patient id", PatientId::parse(&patient))?,
                role: stored("role", Role::named(&role).ok_or("unknown"))?,
                team: (team, name),
                from,
            })
        })
        .collect()
}

/// The reports that a person has begun in the organisation and not sent.
pub async fn unfinished(
    db: &Db,
    proof: &AllowedIn<ManagePeople>,
    person: &PersonId,
) -> sqlx::Result<Vec<(PatientId, ReportId)>> {
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as("select patient_id, id, state from report where author_id = $1 and organisation_id = $2 order by id")
            .bind(person.as_str())
            .bind(proof.organisation().as_str())
            .fetch_all(pool)
            .await?
    });
    let mut open = Vec::new();
    for (patient, id, state) in rows {
        let state = stored("state", State::named(&state).ok_or("unknown"))?;
        if !state.is_sent() && !matches!(state, State::Withdrawn | State::Superseded) {
            open.push((
                stored("patient id", PatientId::parse(&patient))?,
                stored("report id", ReportId::parse(&id))?,
            ));
        }
    }
    Ok(open)
}

/// Ends whatever the leaver holds of the patient: what began ends the day before, or the same day
/// where it began today; what was to come does not come.
pub async fn end(
    tx: &mut Tx,
    proof: &Allowed<HandOver>,
    leaver: &PersonId,
    today: NaiveDate,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from assignment where patient_id = $1 and person_id = $2 and from_day > $3")
            .bind(proof.patient().as_str())
            .bind(leaver.as_str())
            .bind(today)
            .execute(&mut **tx)
            .await?;
        sqlx::query(
            "update assignment set to_day = case when from_day = $3 then $3 else $4 end
             where patient_id = $1 and person_id = $2 and (to_day is null or to_day >= $3)",
        )
        .bind(proof.patient().as_str())
        .bind(leaver.as_str())
        .bind(today)
        .bind(crate::domain::calendar::less_days(today, 1))
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Teams of which the person is the only line manager.
pub async fn sole_manager_of(
    db: &Db,
    proof: &AllowedIn<ManagePeople>,
    person: &PersonId,
) -> sqlx::Result<Vec<String>> {
    on!(&db.read, pool => {
        sqlx::query_scalar(
            "select t.name from membership m join team t on t.id = m.team_id
             where m.person_id = $2 and m.organisation_id = $1 and m.role = 'line-manager'
                 and not exists (select 1 from membership o join person w on w.id = o.person_id and w.disabled_at is null
                     where o.organisation_id = $1 and o.role = 'line-manager' and o.person_id <> $2
                         and (o.team_id is null or o.team_id = m.team_id))
             order by t.name",
        )
        .bind(proof.organisation().as_str())
        .bind(person.as_str())
        .fetch_all(pool)
        .await
    })
}

/// Takes a leaver's name off every restricted record of the organisation. Where no line manager is named
/// any more, the managers of the team are: somebody must be able to let others in.
pub async fn take_names_off(
    tx: &mut Tx,
    proof: &AllowedIn<ManagePeople>,
    leaver: &PersonId,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "delete from restricted_to where person_id = $2
             and patient_id in (select id from patient where organisation_id = $1)",
        )
        .bind(proof.organisation().as_str())
        .bind(leaver.as_str())
        .execute(&mut **tx)
        .await?;
        sqlx::query(
            "insert into restricted_to (patient_id, person_id, named_by, at)
             select distinct p.id, m.person_id, $2, $3 from patient p
             join membership m on m.organisation_id = p.organisation_id and m.role = 'line-manager'
                 and (m.team_id is null or m.team_id = p.team_id)
             join person w on w.id = m.person_id and w.disabled_at is null
             where p.organisation_id = $1 and p.restricted_at is not null
                 and not exists (select 1 from restricted_to r join membership n on n.person_id = r.person_id
                     where r.patient_id = p.id and n.organisation_id = p.organisation_id and n.role = 'line-manager')
             on conflict (patient_id, person_id) do nothing",
        )
        .bind(proof.organisation().as_str())
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}
