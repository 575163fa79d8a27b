//! The register of policies: editions, who has read them.

use super::commit_once;
use crate::domain::assurance::registers::Policy;
use crate::domain::identifiers::PersonId;
use crate::on;
use crate::server::access::{AllowedIn, KeepRegisters, ReadRegisters};
use crate::server::audit;
use crate::server::store::{Db, Tx, stored};
use chrono::{DateTime, NaiveDate, Utc};

/// A policy of the register.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Identifies this edition.
    pub id: String,
    /// What it is.
    pub policy: Policy,
    /// Whether it is the edition that stands: not retired and not replaced.
    pub stands: bool,
    /// When the reader of the register said that they have read it.
    pub read_at: Option<DateTime<Utc>>,
    /// How many of those who work here have said so.
    pub read_by: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    title: String,
    edition: String,
    owner: String,
    approved_on: NaiveDate,
    review_on: NaiveDate,
    kept_at: String,
    criteria: String,
    to_be_read: bool,
    retired: bool,
    replaced: bool,
    read_at: Option<DateTime<Utc>>,
    read_by: i64,
}

impl Row {
    fn kept(self) -> sqlx::Result<Kept> {
        Ok(Kept {
            stands: !self.retired && !self.replaced,
            policy: Policy {
                title: self.title,
                edition: self.edition,
                owner: self.owner,
                approved_on: self.approved_on,
                review_on: self.review_on,
                kept_at: self.kept_at,
                criteria: stored("criteria", serde_json::from_str(&self.criteria))?,
                to_be_read: self.to_be_read,
            },
            id: self.id,
            read_at: self.read_at,
            read_by: self.read_by,
        })
    }
}

/// Those who work in organisation $1 today: whoever has left need not read any more.
macro_rules! at_work {
    () => {
        "(select m.person_id from membership m join person w on w.id = m.person_id
          where m.organisation_id = $1 and w.disabled_at is null
              and m.role in ('social-supervisor', 'clinical-supervisor', 'line-manager'))"
    };
}

macro_rules! columns {
    () => {
        concat!(
            "select p.id, p.title, p.edition, p.owner, p.approved_on, p.review_on, p.kept_at, p.criteria,
                 p.to_be_read, p.retired_at is not null as retired,
                 exists (select 1 from policy n where n.replaces_id = p.id) as replaced,
                 (select r.at from policy_reading r where r.policy_id = p.id and r.person_id = $2) as read_at,
                 (select count(*) from policy_reading r where r.policy_id = p.id and r.person_id in ",
            at_work!(),
            ") as read_by
             from policy p where p.organisation_id = $1 "
        )
    };
}

/// Every policy that stands, by title.
pub async fn standing<P>(db: &Db, proof: &AllowedIn<P>) -> sqlx::Result<Vec<Kept>> {
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            columns!(),
            "and p.retired_at is null and not exists (select 1 from policy n where n.replaces_id = p.id)
             order by p.title, p.id"
        ))
        .bind(proof.organisation().as_str())
        .bind(proof.person().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(Row::kept).collect()
}

/// One edition, standing or not.
pub async fn find<P>(db: &Db, proof: &AllowedIn<P>, id: &str) -> sqlx::Result<Option<Kept>> {
    let row: Option<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(columns!(), "and p.id = $3"))
            .bind(proof.organisation().as_str())
            .bind(proof.person().as_str())
            .bind(id)
            .fetch_optional(pool)
            .await?
    });
    row.map(Row::kept).transpose()
}

/// Supervisors and managers at work here with whether each has read an edition, by name.
pub async fn readers<P>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &str,
) -> sqlx::Result<Vec<(String, Option<DateTime<Utc>>)>> {
    on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select w.name, r.at from person w
             left join policy_reading r on r.person_id = w.id and r.policy_id = $2
             where w.id in ",
            at_work!(),
            " order by w.name, w.id"
        ))
        .bind(proof.organisation().as_str())
        .bind(id)
        .fetch_all(pool)
        .await
    })
}

/// How many supervisors and managers are at work here.
pub async fn readers_wanted<P>(db: &Db, proof: &AllowedIn<P>) -> sqlx::Result<i64> {
    on!(&db.read, pool => {
        sqlx::query_scalar(concat!("select count(*) from person w where w.id in ", at_work!()))
            .bind(proof.organisation().as_str())
            .fetch_one(pool)
            .await
    })
}

/// How it went to add an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It stands under this id.
    Stands(String),
    /// The edition that it would replace was replaced or retired meanwhile.
    Conflict,
    /// There is no edition here that it could replace.
    Missing,
}

/// Adds a policy, or an edition that replaces another. `id` came with the page: posting it twice adds
/// one.
pub async fn add(
    db: &Db,
    proof: &AllowedIn<KeepRegisters>,
    id: &str,
    policy: &Policy,
    replaces: Option<&str>,
) -> sqlx::Result<Added> {
    let mut tx = db.begin().await?;
    if let Some(replaces) = replaces {
        let stands: Option<Option<DateTime<Utc>>> = on!(&mut tx, tx => {
            // Touching the row locks it, so that two editions cannot both find it standing.
            sqlx::query("update policy set title = title where id = $1 and organisation_id = $2")
                .bind(replaces)
                .bind(proof.organisation().as_str())
                .execute(&mut **tx)
                .await?;
            sqlx::query_scalar("select retired_at from policy where id = $1 and organisation_id = $2")
                .bind(replaces)
                .bind(proof.organisation().as_str())
                .fetch_optional(&mut **tx)
                .await?
        });
        match stands {
            None => return Ok(Added::Missing),
            Some(Some(_)) => return Ok(Added::Conflict),
            Some(None) => {}
        }
        let next: Option<String> = on!(&mut tx, tx => {
            sqlx::query_scalar("select id from policy where replaces_id = $1")
                .bind(replaces)
                .fetch_optional(&mut **tx)
                .await?
        });
        match next {
            Some(next) if next == id => return Ok(Added::Stands(next)),
            Some(_) => return Ok(Added::Conflict),
            None => {}
        }
    }
    let criteria = stored("criteria", serde_json::to_string(&policy.criteria))?;
    let added = on!(&mut tx, tx => {
        sqlx::query(
            "insert into policy (id, organisation_id, title, edition, owner, approved_on, review_on, kept_at,
                 criteria, to_be_read, replaces_id, by_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (id) do nothing",
        )
        .bind(id)
        .bind(proof.organisation().as_str())
        .bind(&policy.title)
        .bind(&policy.edition)
        .bind(&policy.owner)
        .bind(policy.approved_on)
        .bind(policy.review_on)
        .bind(&policy.kept_at)
        .bind(criteria)
        .bind(policy.to_be_read)
        .bind(replaces)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    commit_once(tx, added, &proof.event("add-policy", id)).await?;
    Ok(Added::Stands(id.to_owned()))
}

/// Takes an edition out of use. Doing it twice changes nothing. Gives whether it is the organisation's.
pub async fn retire(db: &Db, proof: &AllowedIn<KeepRegisters>, id: &str) -> sqlx::Result<bool> {
    if find(db, proof, id).await?.is_none() {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    let changed = on!(&mut tx, tx => {
        sqlx::query("update policy set retired_at = $3 where id = $1 and organisation_id = $2 and retired_at is null")
            .bind(id)
            .bind(proof.organisation().as_str())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    commit_once(tx, changed, &proof.event("retire-policy", id)).await?;
    Ok(true)
}

/// Records that the person of the proof has read an edition: nobody can say so for somebody else.
pub async fn read(db: &Db, proof: &AllowedIn<ReadRegisters>, id: &str) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    if mark_read(&mut tx, id, proof.person(), proof.at()).await? {
        audit::record(&mut tx, &proof.event("read-policy", id)).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn mark_read(
    tx: &mut Tx,
    id: &str,
    person: &PersonId,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let changed = on!(tx, tx => {
        sqlx::query(
            "insert into policy_reading (policy_id, person_id, at) values ($1, $2, $3)
             on conflict (policy_id, person_id) do nothing",
        )
        .bind(id)
        .bind(person.as_str())
        .bind(at)
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(changed == 1)
}
