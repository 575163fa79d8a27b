//! One-time links: to an account, to another organisation, to a new password. Only the digest of a
//! link's token is stored, and the token is all the proof that its bearer has.

use super::{Db, Tx, new_id, people, stored};
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::domain::people::Role;
use crate::on;
use crate::server::access::{AllowedIn, ManagePeople};
use chrono::{DateTime, Utc};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To have roles in an organisation, with an account that is made or one that is there.
    Join,
    /// To set a new password for an account that is there.
    Password,
}

impl Kind {
    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Password => "password",
        }
    }
}

/// A role with the team that it is in.
pub type InTeam = (Role, Option<String>);

/// A link to be made.
#[derive(Debug)]
pub struct New<'a> {
    /// Digest of its token.
    pub token_hash: &'a str,
    /// What it is for.
    pub kind: Kind,
    /// For whom.
    pub email: &'a str,
    /// Full name.
    pub name: &'a str,
    /// Job title.
    pub job_title: &'a str,
    /// Roles that it gives.
    pub roles: &'a [InTeam],
    /// Whether the second factor goes with the old password.
    pub removes_second_factor: bool,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
}

/// Makes a link, in the place of an earlier one of the same kind for the same person.
pub async fn add(
    tx: &mut Tx,
    proof: &AllowedIn<ManagePeople>,
    new: &New<'_>,
) -> sqlx::Result<String> {
    let id = new_id();
    let email = new.email.trim().to_lowercase();
    let roles: Vec<(&str, Option<&str>)> = new
        .roles
        .iter()
        .map(|(r, t)| (r.name(), t.as_deref()))
        .collect();
    let roles = stored("roles", serde_json::to_string(&roles))?;
    on!(tx, tx => {
        sqlx::query("update invitation set closed_at = $4 where organisation_id = $1 and email = $2 and kind = $3 and closed_at is null")
            .bind(proof.organisation().as_str())
            .bind(&email)
            .bind(new.kind.name())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
        sqlx::query(
            "insert into invitation (id, token_hash, organisation_id, kind, email, name, job_title, roles, removes_second_factor, invited_by, at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(&id)
        .bind(new.token_hash)
        .bind(proof.organisation().as_str())
        .bind(new.kind.name())
        .bind(&email)
        .bind(new.name)
        .bind(new.job_title)
        .bind(roles)
        .bind(new.removes_second_factor)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .bind(new.expires_at)
        .execute(&mut **tx)
        .await?;
    });
    Ok(id)
}

/// A link that opens.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Identifies it.
    pub id: String,
    /// Into which organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// What it is for.
    pub kind: Kind,
    /// For whom.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Job title.
    pub job_title: String,
    /// Roles that it gives.
    pub roles: Vec<InTeam>,
    /// Whether the second factor goes with the old password.
    pub removes_second_factor: bool,
}

type Columns = (
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    bool,
);

fn read(row: Columns) -> sqlx::Result<Invitation> {
    let (
        id,
        organisation,
        organisation_name,
        kind,
        email,
        name,
        job_title,
        roles,
        removes_second_factor,
    ) = row;
    let roles: Vec<(String, Option<String>)> = stored("roles", serde_json::from_str(&roles))?;
    let roles = roles
        .into_iter()
        .map(|(role, team)| Ok((stored("role", Role::named(&role).ok_or("unknown"))?, team)))
        .collect::<sqlx::Result<_>>()?;
    Ok(Invitation {
        id,
        organisation: stored("organisation id", OrganisationId::parse(&organisation))?,
        organisation_name,
        kind: if kind == Kind::Join.name() {
            Kind::Join
        } else {
            Kind::Password
        },
        email,
        name,
        job_title,
        roles,
        removes_second_factor,
    })
}

/// Whether a link `i` opens at moment `$now`: it was not closed, has not run out, and who made it still
/// looks after the organisation's people. What they may not do any more, their links do not do for them.
macro_rules! opens {
    ($now:literal) => {
        concat!(
            "i.closed_at is null and i.expires_at > ",
            $now,
            " and exists (select 1 from membership m join person w on w.id = m.person_id and w.disabled_at is null
                 where m.person_id = i.invited_by and m.organisation_id = i.organisation_id and m.role = 'administrator')"
        )
    };
}

/// The link of that token digest, if it still opens.
pub async fn open(
    db: &Db,
    token_hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Invitation>> {
    let row: Option<Columns> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select i.id, i.organisation_id, o.name, i.kind, i.email, i.name, i.job_title, i.roles, i.removes_second_factor
             from invitation i join organisation o on o.id = i.organisation_id
             where i.token_hash = $1 and ",
            opens!("$2")
        ))
        .bind(token_hash)
        .bind(now)
        .fetch_optional(pool)
        .await?
    });
    row.map(read).transpose()
}

/// Uses a link up. False when somebody else was first, or it opens no more: then nothing may follow.
pub async fn take(tx: &mut Tx, id: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let taken = on!(tx, tx => {
        sqlx::query(concat!("update invitation as i set closed_at = $2 where i.id = $1 and ", opens!("$2")))
            .bind(id)
            .bind(now)
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(taken == 1)
}

/// Gives the roles of a used link. A person who has one of them already gets the team of the link.
pub async fn give_roles(
    tx: &mut Tx,
    invitation: &Invitation,
    person: &PersonId,
) -> sqlx::Result<()> {
    for (role, team) in &invitation.roles {
        on!(&mut *tx, tx => {
            sqlx::query("delete from membership where person_id = $1 and organisation_id = $2 and role = $3")
                .bind(person.as_str())
                .bind(invitation.organisation.as_str())
                .bind(role.name())
                .execute(&mut **tx)
                .await?;
        });
        people::join(tx, person, &invitation.organisation, *role, team.as_deref()).await?;
    }
    Ok(())
}

/// A link that has not been used.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Pending {
    /// Identifies it.
    pub id: String,
    /// For whom.
    pub email: String,
    /// `join` or `password`.
    pub kind: String,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
}

/// The organisation's links that still open, newest first.
pub async fn pending(db: &Db, proof: &AllowedIn<ManagePeople>) -> sqlx::Result<Vec<Pending>> {
    on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select i.id, i.email, i.kind, i.expires_at from invitation i where i.organisation_id = $1 and ",
            opens!("$2"),
            " order by i.at desc"
        ))
        .bind(proof.organisation().as_str())
        .bind(proof.at())
        .fetch_all(pool)
        .await
    })
}

/// Cancels one of the organisation's links. False when there is none that opens.
pub async fn cancel(tx: &mut Tx, proof: &AllowedIn<ManagePeople>, id: &str) -> sqlx::Result<bool> {
    let cancelled = on!(tx, tx => {
        sqlx::query("update invitation set closed_at = $3 where id = $1 and organisation_id = $2 and closed_at is null")
            .bind(id)
            .bind(proof.organisation().as_str())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(cancelled == 1)
}

/// Closes the organisation's unused links that a person made: they look after its people no more. Gives
/// how many there were.
pub async fn close_made_by(
    tx: &mut Tx,
    proof: &AllowedIn<ManagePeople>,
    person: &PersonId,
) -> sqlx::Result<u64> {
    on!(tx, tx => {
        let closed = sqlx::query("update invitation set closed_at = $3 where organisation_id = $1 and invited_by = $2 and closed_at is null")
            .bind(proof.organisation().as_str())
            .bind(person.as_str())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
        Ok(closed.rows_affected())
    })
}

/// Closes the organisation's unused links to whoever has that e-mail address. Gives how many there were.
pub async fn close_for(
    tx: &mut Tx,
    proof: &AllowedIn<ManagePeople>,
    email: &str,
) -> sqlx::Result<u64> {
    on!(tx, tx => {
        let closed = sqlx::query("update invitation set closed_at = $3 where organisation_id = $1 and email = $2 and closed_at is null")
            .bind(proof.organisation().as_str())
            .bind(email.trim().to_lowercase())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
        Ok(closed.rows_affected())
    })
}
