//! People, their roles, their passwords and the count of their failed sign-ins.

use super::{Db, Tx, new_id, stored};
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::domain::people::Role;
use crate::on;
use crate::server::access::{Allowed, Membership};
use chrono::{DateTime, Utc};

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// Identifies them.
    pub id: PersonId,
    /// Full name.
    pub name: String,
    /// Job title.
    pub job_title: String,
    /// argon2id hash, in PHC form.
    pub password_hash: Option<String>,
    /// Whether they have left.
    pub disabled: bool,
}

type Columns = (
    String,
    String,
    String,
    Option<String>,
    Option<DateTime<Utc>>,
);

fn person(row: Columns) -> sqlx::Result<Person> {
    let (id, name, job_title, password_hash, disabled_at) = row;
    Ok(Person {
        id: stored("person id", PersonId::parse(&id))?,
        name,
        job_title,
        password_hash,
        disabled: disabled_at.is_some(),
    })
}

/// The person who signs in with that e-mail address.
pub async fn by_email(db: &Db, email: &str) -> sqlx::Result<Option<Person>> {
    let row: Option<Columns> = on!(&db.read, pool => {
        sqlx::query_as("select id, name, job_title, password_hash, disabled_at from person where email = $1")
            .bind(email.trim().to_lowercase())
            .fetch_optional(pool)
            .await?
    });
    row.map(person).transpose()
}

/// The person of that id.
pub async fn by_id(db: &Db, id: &PersonId) -> sqlx::Result<Option<Person>> {
    let row: Option<Columns> = on!(&db.read, pool => {
        sqlx::query_as("select id, name, job_title, password_hash, disabled_at from person where id = $1")
            .bind(id.as_str())
            .fetch_optional(pool)
            .await?
    });
    row.map(person).transpose()
}

/// What a person signs in with.
pub async fn email(db: &Db, id: &PersonId) -> sqlx::Result<Option<String>> {
    on!(&db.read, pool => {
        sqlx::query_scalar("select email from person where id = $1").bind(id.as_str()).fetch_optional(pool).await
    })
}

/// The organisation that looks after a person's account.
pub async fn home(db: &Db, id: &PersonId) -> sqlx::Result<Option<OrganisationId>> {
    let home: Option<Option<String>> = on!(&db.read, pool => {
        sqlx::query_scalar("select home_organisation_id from person where id = $1").bind(id.as_str()).fetch_optional(pool).await?
    });
    home.flatten()
        .map(|id| stored("organisation id", OrganisationId::parse(&id)))
        .transpose()
}

/// What a person is, where.
pub async fn memberships(db: &Db, id: &PersonId) -> sqlx::Result<Vec<Membership>> {
    let rows: Vec<(String, String, Option<String>)> = on!(&db.read, pool => {
        sqlx::query_as("select organisation_id, role, team_id from membership where person_id = $1 order by organisation_id, role")
            .bind(id.as_str())
            .fetch_all(pool)
            .await?
    });
    rows.into_iter()
        .map(|(organisation, role, team)| membership(&organisation, &role, team))
        .collect()
}

pub(super) fn membership(
    organisation: &str,
    role: &str,
    team: Option<String>,
) -> sqlx::Result<Membership> {
    Ok(Membership {
        organisation: stored("organisation id", OrganisationId::parse(organisation))?,
        role: stored("role", Role::named(role).ok_or("unknown"))?,
        team,
    })
}

/// Everybody who has a role in the organisation of the proof: id, name, job title; by name. Leavers
/// are left out.
pub async fn with_role<P>(
    db: &Db,
    proof: &Allowed<P>,
    role: Role,
) -> sqlx::Result<Vec<(PersonId, String, String)>> {
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select distinct w.id, w.name, w.job_title from membership m join person w on w.id = m.person_id
             where m.organisation_id = $1 and m.role = $2 and w.disabled_at is null order by w.name, w.id",
        )
        .bind(proof.organisation().as_str())
        .bind(role.name())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(id, name, job)| Ok((stored("person id", PersonId::parse(&id))?, name, job)))
        .collect()
}

/// A new account.
#[derive(Debug, Clone)]
pub struct NewPerson<'a> {
    /// E-mail address.
    pub email: &'a str,
    /// Full name.
    pub name: &'a str,
    /// Job title.
    pub job_title: &'a str,
    /// argon2id hash, in PHC form; empty for who comes through an identity provider and has none.
    pub password_hash: &'a str,
}

/// Adds an account, or gives the one that has the e-mail address already.
pub async fn add(tx: &mut Tx, new: &NewPerson<'_>) -> sqlx::Result<PersonId> {
    let email = new.email.trim().to_lowercase();
    let id: String = on!(tx, tx => {
        sqlx::query(
            "insert into person (id, email, name, job_title, password_hash) values ($1, $2, $3, $4, nullif($5, ''))
             on conflict (email) do nothing",
        )
        .bind(new_id())
        .bind(&email)
        .bind(new.name)
        .bind(new.job_title)
        .bind(new.password_hash)
        .execute(&mut **tx)
        .await?;
        sqlx::query_scalar("select id from person where email = $1").bind(&email).fetch_one(&mut **tx).await?
    });
    stored("person id", PersonId::parse(&id))
}

/// Gives a person a role in an organisation. Giving it twice changes nothing.
pub async fn join(
    tx: &mut Tx,
    person: &PersonId,
    organisation: &OrganisationId,
    role: Role,
    team: Option<&str>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into membership (person_id, organisation_id, role, team_id) values ($1, $2, $3, $4)
             on conflict (person_id, organisation_id, role) do nothing",
        )
        .bind(person.as_str())
        .bind(organisation.as_str())
        .bind(role.name())
        .bind(team)
        .execute(&mut **tx)
        .await?;
        // Where somebody is first, their account is looked after from.
        sqlx::query("update person set home_organisation_id = $2 where id = $1 and home_organisation_id is null")
            .bind(person.as_str())
            .bind(organisation.as_str())
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Makes an account, or makes a leaver's anew: their password and second factor do not come back with
/// them. None when somebody who has not left has the e-mail address.
pub async fn make(
    tx: &mut Tx,
    new: &NewPerson<'_>,
    home: &OrganisationId,
) -> sqlx::Result<Option<PersonId>> {
    let email = new.email.trim().to_lowercase();
    let id: Option<String> = on!(tx, tx => {
        let id: Option<String> = sqlx::query_scalar(
            "insert into person (id, email, name, job_title, password_hash, home_organisation_id) values ($1, $2, $3, $4, nullif($5, ''), $6)
             on conflict (email) do update set name = $3, job_title = $4, password_hash = nullif($5, ''), home_organisation_id = $6, disabled_at = null
                 where person.disabled_at is not null
             returning id",
        )
        .bind(new_id())
        .bind(&email)
        .bind(new.name)
        .bind(new.job_title)
        .bind(new.password_hash)
        .bind(home.as_str())
        .fetch_optional(&mut **tx)
        .await?;
        if let Some(id) = &id {
            for old in ["delete from second_factor where person_id = $1", "delete from recovery_code where person_id = $1", "delete from identity where person_id = $1"] {
                sqlx::query(old).bind(id).execute(&mut **tx).await?;
            }
        }
        id
    });
    id.map(|id| stored("person id", PersonId::parse(&id)))
        .transpose()
}

/// Sets a new password.
pub async fn set_password(tx: &mut Tx, person: &PersonId, hash: &str) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update person set password_hash = $2 where id = $1")
            .bind(person.as_str())
            .bind(hash)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Counts an attempt against each subject before its password is checked, unless one of them has had
/// its most since a moment: then nothing is counted and the answer is no. Attempts that come together
/// are counted one after the other.
pub async fn begin_attempt(
    tx: &mut Tx,
    attempt: &str,
    subjects: &[(&str, i64)],
    at: DateTime<Utc>,
    since: DateTime<Utc>,
) -> sqlx::Result<bool> {
    // Two attempts must not count the same past. SQLite has one writer; PostgreSQL is told to wait.
    if let Tx::Postgres(tx) = &mut *tx {
        for (subject, _) in subjects {
            sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind(*subject)
                .execute(&mut **tx)
                .await?;
        }
    }
    on!(tx, tx => {
        sqlx::query("delete from throttle where failed_at < $1").bind(since).execute(&mut **tx).await?;
        for (subject, _) in subjects {
            sqlx::query("insert into throttle (attempt, subject, failed_at) values ($1, $2, $3)")
                .bind(attempt)
                .bind(*subject)
                .bind(at)
                .execute(&mut **tx)
                .await?;
        }
        for (subject, most) in subjects {
            let count: i64 = sqlx::query_scalar("select count(*) from throttle where subject = $1")
                .bind(*subject)
                .fetch_one(&mut **tx)
                .await?;
            if count > *most {
                return Ok(false);
            }
        }
    });
    Ok(true)
}

/// Forgets every failure that was counted against a subject, and against it from one place.
pub async fn forget_failures(tx: &mut Tx, subject: &str) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from throttle where subject = $1 or subject like $2")
            .bind(subject)
            .bind(format!("{subject} from %"))
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Forgets an attempt whose password was right.
pub async fn forget_attempt(tx: &mut Tx, attempt: &str) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from throttle where attempt = $1").bind(attempt).execute(&mut **tx).await?;
    });
    Ok(())
}
