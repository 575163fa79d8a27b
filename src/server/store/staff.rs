//! The people of one organisation, as its administrators see them.

pub mod leaving;

use super::{Db, Tx, stored};
use crate::domain::identifiers::PersonId;
use crate::domain::people::Role;
use crate::on;
use crate::server::access::{AllowedIn, ManagePeople};
use chrono::{DateTime, Utc};

/// Somebody of the organisation.
#[derive(Debug, Clone)]
pub struct Member {
    /// Identifies them.
    pub id: PersonId,
    /// What they sign in with.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Job title.
    pub job_title: String,
    /// Whether their account is looked after here.
    pub home: bool,
    /// What they are here.
    pub roles: Vec<Held>,
}

impl Member {
    /// Whether they have the role here.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.iter().any(|held| held.role == role)
    }
}

/// What is said to who would take the last administrator from an organisation.
pub const LAST_ADMINISTRATOR: &str = "They are the only administrator: make somebody else administrator first, or nobody could look after accounts here";

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The role.
    pub role: Role,
    /// Id and name of the team; none for the whole organisation.
    pub team: Option<(String, String)>,
}

/// Everybody of the organisation, by name.
pub async fn members(db: &Db, proof: &AllowedIn<ManagePeople>) -> sqlx::Result<Vec<Member>> {
    type Columns = (
        String,
        String,
        String,
        String,
        bool,
        String,
        Option<String>,
        Option<String>,
    );
    let rows: Vec<Columns> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.id, w.email, w.name, w.job_title, coalesce(w.home_organisation_id = $1, false), m.role, m.team_id, t.name
             from membership m join person w on w.id = m.person_id left join team t on t.id = m.team_id
             where m.organisation_id = $1 order by w.name, w.id, m.role",
        )
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    let mut members: Vec<Member> = Vec::new();
    for (id, email, name, job_title, home, role, team, team_name) in rows {
        let held = Held {
            role: stored("role", Role::named(&role).ok_or("unknown"))?,
            team: team.zip(team_name),
        };
        match members.last_mut().filter(|m| m.id.as_str() == id) {
            Some(member) => member.roles.push(held),
            None => members.push(Member {
                id: stored("person id", PersonId::parse(&id))?,
                email,
                name,
                job_title,
                home,
                roles: vec![held],
            }),
        }
    }
    Ok(members)
}

/// One of the organisation's people.
pub async fn member(
    db: &Db,
    proof: &AllowedIn<ManagePeople>,
    id: &PersonId,
) -> sqlx::Result<Option<Member>> {
    Ok(members(db, proof).await?.into_iter().find(|m| m.id == *id))
}

/// Gives a person these roles in the organisation and no others. Giving none ends the membership.
pub async fn set_roles(
    tx: &mut Tx,
    proof: &AllowedIn<ManagePeople>,
    person: &PersonId,
    roles: &[(Role, Option<String>)],
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from membership where person_id = $1 and organisation_id = $2")
            .bind(person.as_str())
            .bind(proof.organisation().as_str())
            .execute(&mut **tx)
            .await?;
        // The organisation's provider vouches for its people, and this is none of them any more.
        if roles.is_empty() {
            sqlx::query("delete from identity where person_id = $1 and organisation_id = $2")
                .bind(person.as_str())
                .bind(proof.organisation().as_str())
                .execute(&mut **tx)
                .await?;
        }
        for (role, team) in roles {
            sqlx::query("insert into membership (person_id, organisation_id, role, team_id) values ($1, $2, $3, $4)")
                .bind(person.as_str())
                .bind(proof.organisation().as_str())
                .bind(role.name())
                .bind(team)
                .execute(&mut **tx)
                .await?;
        }
    });
    Ok(())
}

/// Changes the name and job title of an account that is looked after here. False when it is not.
pub async fn rename(
    tx: &mut Tx,
    proof: &AllowedIn<ManagePeople>,
    person: &PersonId,
    name: &str,
    job_title: &str,
) -> sqlx::Result<bool> {
    let changed = on!(tx, tx => {
        sqlx::query("update person set name = $3, job_title = $4 where id = $1 and home_organisation_id = $2")
            .bind(person.as_str())
            .bind(proof.organisation().as_str())
            .bind(name)
            .bind(job_title)
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(changed == 1)
}

/// How many administrators the organisation has besides that person. The row's lock makes two
/// administrators who leave at the same moment wait for one another.
pub async fn other_administrators(
    tx: &mut Tx,
    proof: &AllowedIn<ManagePeople>,
    person: &PersonId,
) -> sqlx::Result<i64> {
    on!(tx, tx => {
        sqlx::query("update organisation set name = name where id = $1")
            .bind(proof.organisation().as_str())
            .execute(&mut **tx)
            .await?;
        sqlx::query_scalar(
            "select count(*) from membership m join person w on w.id = m.person_id
             where m.organisation_id = $1 and m.role = 'administrator' and m.person_id <> $2 and w.disabled_at is null",
        )
        .bind(proof.organisation().as_str())
        .bind(person.as_str())
        .fetch_one(&mut **tx)
        .await
    })
}

/// Disables the account of a person who belongs to no organisation any more. False when they do.
pub async fn disable_if_nowhere(
    tx: &mut Tx,
    person: &PersonId,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let disabled = on!(tx, tx => {
        sqlx::query(
            "update person set disabled_at = $2 where id = $1 and disabled_at is null
             and not exists (select 1 from membership where person_id = $1)",
        )
        .bind(person.as_str())
        .bind(at)
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(disabled == 1)
}
