//! Who may be allocated to a patient, and who is or was.

use crate::domain::identifiers::{OrganisationId, PatientId, PersonId};
use crate::domain::patient::ContactDetails;
use crate::domain::people::Role;
use crate::on;
use crate::server::access::{Allocate, Allowed, AllowedIn, ManagePeople, RegisterPatient};
use crate::server::store::{Db, Tx, stored};
use chrono::NaiveDate;

/// A team that patients can be registered with.
#[derive(Debug, Clone)]
pub struct Team {
    /// Identifies it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
}

/// The teams in which the proof lets one register patients.
pub async fn teams(db: &Db, proof: &AllowedIn<RegisterPatient>) -> sqlx::Result<Vec<Team>> {
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select t.id, t.name, o.name from team t join organisation o on o.id = t.organisation_id
             where t.organisation_id = $1 order by t.name",
        )
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    let mine = |id: &String| proof.teams().is_none_or(|teams| teams.contains(id));
    Ok(rows
        .into_iter()
        .filter(|(id, _, _)| mine(id))
        .map(|(id, name, organisation)| Team {
            id,
            name,
            organisation,
        })
        .collect())
}

/// Somebody who may supervise in a team.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// In which role.
    pub role: Role,
    /// Name, job title and e-mail, for the record.
    pub contact: ContactDetails,
}

/// Those who may supervise patients of a team of the organisation: accounts that are open, with the
/// role in that team or in the whole organisation.
async fn candidates(
    db: &Db,
    organisation: &OrganisationId,
    team: &str,
) -> sqlx::Result<Vec<Candidate>> {
    candidates_anywhere(db, organisation, Some(&[team.to_owned()])).await
}

/// The same for several teams, or for every team.
pub(super) async fn candidates_anywhere(
    db: &Db,
    organisation: &OrganisationId,
    teams: Option<&[String]>,
) -> sqlx::Result<Vec<Candidate>> {
    type Row = (
        String,
        String,
        Option<String>,
        String,
        String,
        String,
        String,
    );
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.id, m.role, m.team_id, w.name, w.job_title, w.email, o.name
             from membership m join person w on w.id = m.person_id join organisation o on o.id = m.organisation_id
             where m.organisation_id = $1 and w.disabled_at is null
                 and m.role in ('social-supervisor', 'clinical-supervisor')
             order by w.name, w.id",
        )
        .bind(organisation.as_str())
        .fetch_all(pool)
        .await?
    });
    let there = |team: &Option<String>| match (team, teams) {
        (Some(team), Some(teams)) => teams.contains(team),
        _ => true,
    };
    rows.into_iter()
        .filter(|(_, _, team, ..)| there(team))
        .map(|(person, role, _, name, job_title, email, organisation)| {
            Ok(Candidate {
                person: stored("person id", PersonId::parse(&person))?,
                role: stored("role", Role::named(&role).ok_or("unknown"))?,
                contact: ContactDetails {
                    name,
                    job_title,
                    organisation,
                    // An account has none: it is told on the record's own page.
                    postal_address: String::new(),
                    telephone: String::new(),
                    email,
                },
            })
        })
        .collect()
}

/// Those who may supervise a patient who is registered with a team.
pub async fn candidates_of_team(
    db: &Db,
    proof: &AllowedIn<RegisterPatient>,
    team: &str,
) -> sqlx::Result<Vec<Candidate>> {
    candidates(db, proof.organisation(), team).await
}

/// Those who may take a leaver's patients of a team over.
pub async fn successors(
    db: &Db,
    proof: &AllowedIn<ManagePeople>,
    team: &str,
) -> sqlx::Result<Vec<Candidate>> {
    candidates(db, proof.organisation(), team).await
}

/// Those who may supervise the patient.
pub async fn candidates_for(db: &Db, proof: &Allowed<Allocate>) -> sqlx::Result<Vec<Candidate>> {
    let team: String = on!(&db.read, pool => {
        sqlx::query_scalar("select team_id from patient where id = $1 and organisation_id = $2")
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .fetch_one(pool)
            .await?
    });
    candidates(db, proof.organisation(), &team).await
}

/// An assignment, past, present or to come.
#[derive(Debug, Clone)]
pub struct Assigned {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// In which role.
    pub role: Role,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: Option<NaiveDate>,
}

/// Every assignment of the patient, newest first.
pub async fn assigned(db: &Db, proof: &Allowed<Allocate>) -> sqlx::Result<Vec<Assigned>> {
    let rows: Vec<(String, String, String, String, NaiveDate, Option<NaiveDate>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.id, w.name, w.email, a.role, a.from_day, a.to_day
             from assignment a join person w on w.id = a.person_id join patient p on p.id = a.patient_id
             where a.patient_id = $1 and p.organisation_id = $2 order by a.from_day desc, w.name",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(person, name, email, role, from, to)| {
            Ok(Assigned {
                person: stored("person id", PersonId::parse(&person))?,
                name,
                email,
                role: stored("role", Role::named(&role).ok_or("unknown"))?,
                from,
                to,
            })
        })
        .collect()
}

/// Ends what of a person's assignments in a role reaches beyond a day.
pub async fn end(
    tx: &mut Tx,
    patient: &PatientId,
    email: &str,
    role: Role,
    last: NaiveDate,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "update assignment set to_day = $4
             where patient_id = $1 and role = $2 and from_day <= $4 and (to_day is null or to_day > $4)
                 and person_id in (select id from person where email = $3)",
        )
        .bind(patient.as_str())
        .bind(role.name())
        .bind(email.to_lowercase())
        .bind(last)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}
