//! Sessions, known by the digest of their token.

use super::{Db, Tx};
use crate::domain::identifiers::PersonId;
use crate::on;
use chrono::{DateTime, Utc};

/// A session as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Session {
    /// Whose.
    pub person_id: String,
    /// Their full name.
    pub name: String,
    /// Their job title.
    pub job_title: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// When the password was last given.
    pub authenticated_at: DateTime<Utc>,
}

/// The session of that token digest, however old, with whose it is; none when they have left.
pub async fn find(db: &Db, token_hash: &str) -> sqlx::Result<Option<Session>> {
    on!(&db.read, pool => {
        sqlx::query_as("select s.person_id, w.name, w.job_title, s.created_at, s.seen_at, s.authenticated_at
             from session s join person w on w.id = s.person_id
             where s.token_hash = $1 and w.disabled_at is null")
            .bind(token_hash)
            .fetch_optional(pool)
            .await
    })
}

/// Begins a session.
pub async fn begin(
    tx: &mut Tx,
    token_hash: &str,
    person: &PersonId,
    at: DateTime<Utc>,
    user_agent: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into session (token_hash, person_id, created_at, seen_at, authenticated_at, user_agent)
             values ($1, $2, $3, $3, $3, $4)",
        )
        .bind(token_hash)
        .bind(person.as_str())
        .bind(at)
        .bind(user_agent)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Notes that a session is in use.
pub async fn seen(tx: &mut Tx, token_hash: &str, at: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update session set seen_at = $2 where token_hash = $1").bind(token_hash).bind(at).execute(&mut **tx).await?;
    });
    Ok(())
}

/// Notes that the password was given again.
pub async fn authenticated(tx: &mut Tx, token_hash: &str, at: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update session set authenticated_at = $2 where token_hash = $1").bind(token_hash).bind(at).execute(&mut **tx).await?;
    });
    Ok(())
}

/// Ends a session. Ending one that has ended changes nothing.
pub async fn end(tx: &mut Tx, token_hash: &str) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from session where token_hash = $1").bind(token_hash).execute(&mut **tx).await?;
    });
    Ok(())
}
