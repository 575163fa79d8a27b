//! Sessions, known by the digest of their token.

use super::people::membership;
use super::{Db, Tx, stored};
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::on;
use crate::server::access::Membership;
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
    /// When the person last showed who they are.
    pub authenticated_at: DateTime<Utc>,
    /// Minutes without use after which it ends.
    pub idle_minutes: i64,
    /// Minutes after which it ends in any case.
    pub most_minutes: i64,
    /// Whether a second factor must be set up before anything else.
    pub lacks_second_factor: bool,
    /// Whether the person has a second factor.
    pub has_second_factor: bool,
    /// The organisation whose identity provider opened it; none for a password.
    pub provider_of: Option<String>,
    /// What people call an account there.
    pub provider_name: Option<String>,
}

/// The session of that token digest, however old, with whose it is and what they are where; none when
/// it was ended, they have left, or the identity provider that opened it is none any more. What such a
/// session opens is what they are in that provider's organisation. One query: it is asked for every page.
pub async fn find(db: &Db, token_hash: &str) -> sqlx::Result<Option<(Session, Vec<Membership>)>> {
    #[derive(sqlx::FromRow)]
    struct Wide {
        #[sqlx(flatten)]
        session: Session,
        organisation_id: Option<String>,
        role: Option<String>,
        team_id: Option<String>,
    }
    let rows: Vec<Wide> = on!(&db.read, pool => {
        sqlx::query_as("select s.person_id, w.name, w.job_title, s.created_at, s.seen_at, s.authenticated_at,
                 s.idle_minutes, s.most_minutes, s.lacks_second_factor, f.confirmed_at is not null as has_second_factor,
                 s.provider_of, i.name as provider_name, m.organisation_id, m.role, m.team_id
             from session s join person w on w.id = s.person_id left join second_factor f on f.person_id = s.person_id
                 left join identity_provider i on i.organisation_id = s.provider_of
                 left join membership m on m.person_id = s.person_id
                     and (s.provider_of is null or m.organisation_id = s.provider_of)
             where s.token_hash = $1 and s.ended_at is null and w.disabled_at is null
                 and (s.provider_of is null or i.organisation_id is not null)
             order by m.organisation_id, m.role")
            .bind(token_hash)
            .fetch_all(pool)
            .await?
    });
    let mut session = None;
    let mut memberships = Vec::new();
    for row in rows {
        session = Some(row.session);
        if let (Some(organisation), Some(role)) = (row.organisation_id, row.role) {
            memberships.push(membership(&organisation, &role, row.team_id)?);
        }
    }
    Ok(session.map(|session| (session, memberships)))
}

/// Whose session that is or was.
pub async fn owner(db: &Db, token_hash: &str) -> sqlx::Result<Option<String>> {
    on!(&db.read, pool => {
        sqlx::query_scalar("select person_id from session where token_hash = $1").bind(token_hash).fetch_optional(pool).await
    })
}

/// A session to begin.
#[derive(Debug)]
pub struct Beginning<'a> {
    /// Digest of its token.
    pub token_hash: &'a str,
    /// Whose.
    pub person: &'a PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// What the browser calls itself.
    pub user_agent: &'a str,
    /// From which network address.
    pub address: &'a str,
    /// Whether a second factor must be set up before anything else.
    pub lacks_second_factor: bool,
    /// Minutes without use after which it ends.
    pub idle_minutes: i64,
    /// Minutes after which it ends in any case.
    pub most_minutes: i64,
    /// When the person last showed who they are: now, for a password.
    pub authenticated_at: DateTime<Utc>,
    /// The identity provider that opened it.
    pub provider: Option<ByProvider<'a>>,
}

/// What is kept of a session that an identity provider opened.
#[derive(Debug, Clone, Copy)]
pub struct ByProvider<'a> {
    /// Whose provider.
    pub organisation: &'a OrganisationId,
    /// What the provider calls its own session, if it says.
    pub sid: Option<&'a str>,
    /// The identity token, sealed: signing out at the provider takes it.
    pub id_token: &'a str,
}

/// Begins a session. Sessions that ended long ago are forgotten with it, and names that were looked for in
/// one that nobody has used for an hour: a session that its clock ends is not told.
pub async fn begin(tx: &mut Tx, new: &Beginning<'_>) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from session where created_at < $1")
            .bind(new.at - chrono::TimeDelta::days(2))
            .execute(&mut **tx)
            .await?;
        sqlx::query("update session set sought = null where sought is not null and seen_at < $1")
            .bind(new.at - chrono::TimeDelta::hours(1))
            .execute(&mut **tx)
            .await?;
        sqlx::query(
            "insert into session (token_hash, person_id, created_at, seen_at, authenticated_at, user_agent, address,
                 lacks_second_factor, idle_minutes, most_minutes, method, provider_of, provider_sid, id_token)
             values ($1, $2, $3, $3, $9, $4, $5, $6, $7, $8, $10, $11, $12, $13)",
        )
        .bind(new.token_hash)
        .bind(new.person.as_str())
        .bind(new.at)
        .bind(new.user_agent)
        .bind(new.address)
        .bind(new.lacks_second_factor)
        .bind(new.idle_minutes)
        .bind(new.most_minutes)
        .bind(new.authenticated_at)
        .bind(if new.provider.is_some() { "provider" } else { "password" })
        .bind(new.provider.map(|p| p.organisation.as_str()))
        .bind(new.provider.and_then(|p| p.sid))
        .bind(new.provider.map(|p| p.id_token))
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

/// Notes that the person showed again who they are.
pub async fn authenticated(tx: &mut Tx, token_hash: &str, at: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update session set authenticated_at = $2 where token_hash = $1").bind(token_hash).bind(at).execute(&mut **tx).await?;
    });
    Ok(())
}

/// Keeps which name was looked for last, until the session ends or is not used any more (see [`begin`]).
pub async fn seek(tx: &mut Tx, token_hash: &str, name: &str) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update session set sought = $2 where token_hash = $1 and ended_at is null")
            .bind(token_hash)
            .bind(name)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Which name was looked for last in a session; none when nothing was.
pub async fn sought(db: &Db, token_hash: &str) -> sqlx::Result<Option<String>> {
    on!(&db.read, pool => {
        let sought: Option<Option<String>> = sqlx::query_scalar("select sought from session where token_hash = $1 and ended_at is null")
            .bind(token_hash)
            .fetch_optional(pool)
            .await?;
        Ok(sought.flatten())
    })
}

/// Ends a session. It stays for two days, opening nothing, so that a form that comes late is known to
/// be its owner's.
pub async fn end(tx: &mut Tx, token_hash: &str, at: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update session set ended_at = $2, id_token = null, sought = null where token_hash = $1 and ended_at is null")
            .bind(token_hash)
            .bind(at)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Ends every session of a person, or every one but one. Gives how many.
pub async fn end_all(
    tx: &mut Tx,
    person: &PersonId,
    but: Option<&str>,
    at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    on!(tx, tx => {
        let ended = sqlx::query("update session set ended_at = $3, id_token = null, sought = null where person_id = $1 and token_hash <> $2 and ended_at is null")
            .bind(person.as_str())
            .bind(but.unwrap_or(""))
            .bind(at)
            .execute(&mut **tx)
            .await?;
        Ok(ended.rows_affected())
    })
}

/// A session as its owner sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Own {
    /// Digest of its token: it names the session and opens nothing.
    pub token_hash: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub seen_at: DateTime<Utc>,
    /// What the browser calls itself.
    pub user_agent: String,
    /// From which network address it was begun.
    pub address: String,
}

/// A person's sessions that were not ended, the last used first.
pub async fn own(db: &Db, person: &PersonId) -> sqlx::Result<Vec<Own>> {
    on!(&db.read, pool => {
        sqlx::query_as(
            "select token_hash, created_at, seen_at, user_agent, address from session
             where person_id = $1 and ended_at is null order by seen_at desc limit 50",
        )
        .bind(person.as_str())
        .fetch_all(pool)
        .await
    })
}

/// Ends one of a person's own sessions. False when it is not theirs, or over.
pub async fn end_own(
    tx: &mut Tx,
    person: &PersonId,
    token_hash: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let ended = on!(tx, tx => {
        sqlx::query("update session set ended_at = $3, id_token = null, sought = null where person_id = $1 and token_hash = $2 and ended_at is null")
            .bind(person.as_str())
            .bind(token_hash)
            .bind(at)
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(ended == 1)
}

/// The second factor of a session's owner is set up: nothing stands in its way any more.
pub async fn completed(tx: &mut Tx, token_hash: &str) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update session set lacks_second_factor = false where token_hash = $1")
            .bind(token_hash)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// The identity token, sealed, of a session that an identity provider opened.
pub async fn id_token(db: &Db, token_hash: &str) -> sqlx::Result<Option<String>> {
    let token: Option<Option<String>> = on!(&db.read, pool => {
        sqlx::query_scalar("select id_token from session where token_hash = $1").bind(token_hash).fetch_optional(pool).await?
    });
    Ok(token.flatten())
}

/// Ends the sessions that an organisation's identity provider opened: of one person, of one session of
/// the provider's, of one person in one such session, or of everybody. Gives whose they were.
pub async fn end_by_provider(
    tx: &mut Tx,
    organisation: &OrganisationId,
    person: Option<&PersonId>,
    sid: Option<&str>,
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<PersonId>> {
    let ended: Vec<String> = on!(tx, tx => {
        // The token signs out at the provider only, and is no use once that has ended the session.
        sqlx::query_scalar(
            "update session set ended_at = $4, id_token = null, sought = null
             where provider_of = $1 and ended_at is null and ($2 = '' or person_id = $2) and ($3 = '' or provider_sid = $3)
             returning person_id",
        )
        .bind(organisation.as_str())
        .bind(person.map_or("", PersonId::as_str))
        .bind(sid.unwrap_or(""))
        .bind(at)
        .fetch_all(&mut **tx)
        .await?
    });
    ended
        .iter()
        .map(|id| stored("person id", PersonId::parse(id)))
        .collect()
}

/// Notes the provider's newest session and token, sealed, of a session that it opened.
pub async fn renewed(
    tx: &mut Tx,
    token_hash: &str,
    sid: Option<&str>,
    id_token: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update session set provider_sid = $2, id_token = $3 where token_hash = $1 and ended_at is null")
            .bind(token_hash)
            .bind(sid)
            .bind(id_token)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}
