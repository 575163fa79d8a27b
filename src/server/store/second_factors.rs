//! Second factors, their recovery codes, and passwords that wait for a code.

use super::{Db, Tx, stored};
use crate::domain::identifiers::PersonId;
use crate::on;
use chrono::{DateTime, Utc};

/// A second factor.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Factor {
    /// The secret that the authenticator has too: in base 32, or sealed.
    pub secret: String,
    /// Whether a first code has shown that the person has it.
    pub confirmed: bool,
}

/// A person's second factor, confirmed or still being set up.
pub async fn find(db: &Db, person: &PersonId) -> sqlx::Result<Option<Factor>> {
    on!(&db.read, pool => {
        sqlx::query_as("select secret, confirmed_at is not null as confirmed from second_factor where person_id = $1")
            .bind(person.as_str())
            .fetch_optional(pool)
            .await
    })
}

/// Begins to set one up, in the place of one that was never confirmed. False when one is confirmed.
pub async fn begin(tx: &mut Tx, person: &PersonId, secret: &str) -> sqlx::Result<bool> {
    let begun = on!(tx, tx => {
        sqlx::query(
            "insert into second_factor (person_id, secret, last_step) values ($1, $2, 0)
             on conflict (person_id) do update set secret = $2, last_step = 0 where second_factor.confirmed_at is null",
        )
        .bind(person.as_str())
        .bind(secret)
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(begun == 1)
}

/// Confirms the one being set up, with the recovery codes that come with it. False when it is
/// another one by now.
pub async fn confirm(
    tx: &mut Tx,
    person: &PersonId,
    secret: &str,
    step: i64,
    codes: &[String],
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let confirmed = on!(&mut *tx, tx => {
        sqlx::query(
            "update second_factor set confirmed_at = $3, last_step = $4 where person_id = $1 and secret = $2 and confirmed_at is null",
        )
        .bind(person.as_str())
        .bind(secret)
        .bind(at)
        .bind(step)
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    replace_codes(tx, person, codes).await?;
    Ok(confirmed == 1)
}

/// Puts recovery codes in the place of all that a person has.
pub async fn replace_codes(tx: &mut Tx, person: &PersonId, codes: &[String]) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from recovery_code where person_id = $1").bind(person.as_str()).execute(&mut **tx).await?;
        for code in codes {
            sqlx::query("insert into recovery_code (person_id, code_hash) values ($1, $2)")
                .bind(person.as_str())
                .bind(code)
                .execute(&mut **tx)
                .await?;
        }
    });
    Ok(())
}

/// Every secret as stored, with whose it is.
pub async fn secrets(db: &Db) -> sqlx::Result<Vec<(String, String)>> {
    on!(&db.read, pool => {
        sqlx::query_as("select person_id, secret from second_factor order by person_id").fetch_all(pool).await
    })
}

/// Stores a secret in another form of itself, unless it changed meanwhile.
pub async fn reseal(tx: &mut Tx, person: &str, before: &str, after: &str) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update second_factor set secret = $3 where person_id = $1 and secret = $2")
            .bind(person)
            .bind(before)
            .bind(after)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Uses the code of a time step up. False when it, or a later one, was used before.
pub async fn use_step(tx: &mut Tx, person: &PersonId, step: i64) -> sqlx::Result<bool> {
    let used = on!(tx, tx => {
        sqlx::query("update second_factor set last_step = $2 where person_id = $1 and last_step < $2 and confirmed_at is not null")
            .bind(person.as_str())
            .bind(step)
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(used == 1)
}

/// Uses a recovery code up. False when there is none such, or it was used before.
pub async fn use_recovery(
    tx: &mut Tx,
    person: &PersonId,
    code_hash: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let used = on!(tx, tx => {
        sqlx::query("update recovery_code set used_at = $3 where person_id = $1 and code_hash = $2 and used_at is null")
            .bind(person.as_str())
            .bind(code_hash)
            .bind(at)
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(used == 1)
}

/// How many recovery codes a person has left.
pub async fn recovery_left(db: &Db, person: &PersonId) -> sqlx::Result<i64> {
    on!(&db.read, pool => {
        sqlx::query_scalar("select count(*) from recovery_code where person_id = $1 and used_at is null")
            .bind(person.as_str())
            .fetch_one(pool)
            .await
    })
}

/// Removes a person's second factor with its recovery codes.
pub async fn remove(tx: &mut Tx, person: &PersonId) -> sqlx::Result<()> {
    on!(tx, tx => {
        for table in ["delete from recovery_code where person_id = $1", "delete from second_factor where person_id = $1"] {
            sqlx::query(table).bind(person.as_str()).execute(&mut **tx).await?;
        }
    });
    Ok(())
}

/// Notes that a password was right and a code is awaited.
pub async fn await_code(
    tx: &mut Tx,
    token_hash: &str,
    person: &PersonId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from sign_in_step where expires_at < $1").bind(now).execute(&mut **tx).await?;
        sqlx::query("insert into sign_in_step (token_hash, person_id, expires_at) values ($1, $2, $3)")
            .bind(token_hash)
            .bind(person.as_str())
            .bind(until)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Whose password was right, if a code is still awaited.
pub async fn awaited(
    db: &Db,
    token_hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<PersonId>> {
    let person: Option<String> = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select s.person_id from sign_in_step s join person w on w.id = s.person_id
             where s.token_hash = $1 and s.expires_at > $2 and w.disabled_at is null",
        )
        .bind(token_hash)
        .bind(now)
        .fetch_optional(pool)
        .await?
    });
    person
        .map(|p| stored("person id", PersonId::parse(&p)))
        .transpose()
}

/// Takes the awaited step away: it leads to one session. False when somebody was first.
pub async fn came(tx: &mut Tx, token_hash: &str) -> sqlx::Result<bool> {
    let taken = on!(tx, tx => {
        sqlx::query("delete from sign_in_step where token_hash = $1").bind(token_hash).execute(&mut **tx).await?.rows_affected()
    });
    Ok(taken == 1)
}
