//! The register of lessons: editions, as for policies.

use super::commit_once;
use super::policies::Added;
use crate::domain::assurance::registers::{Lesson, LessonKind};
use crate::on;
use crate::server::access::{AllowedIn, KeepRegisters};
use crate::server::store::{Db, stored};
use chrono::{DateTime, NaiveDate, Utc};

/// A lesson of the register.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Identifies this edition.
    pub id: String,
    /// What it says.
    pub lesson: Lesson,
    /// Title of the local document that it names.
    pub policy_title: Option<String>,
    /// Whether no later edition replaced it.
    pub stands: bool,
    /// Who wrote this edition.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    title: String,
    source: String,
    dated: NaiveDate,
    learnt: String,
    changes: String,
    owner: String,
    link: String,
    criteria: String,
    actions: String,
    policy_id: Option<String>,
    policy_title: Option<String>,
    replaced: bool,
    by: String,
    at: DateTime<Utc>,
}

impl Row {
    fn kept(self) -> sqlx::Result<Kept> {
        Ok(Kept {
            id: self.id,
            lesson: Lesson {
                kind: stored("lesson", LessonKind::named(&self.kind).ok_or("unknown"))?,
                title: self.title,
                source: self.source,
                dated: self.dated,
                learnt: self.learnt,
                changes: self.changes,
                owner: self.owner,
                link: self.link,
                criteria: stored("criteria", serde_json::from_str(&self.criteria))?,
                actions: stored("actions", serde_json::from_str(&self.actions))?,
                policy: self.policy_id,
            },
            policy_title: self.policy_title,
            stands: !self.replaced,
            by: self.by,
            at: self.at,
        })
    }
}

macro_rules! columns {
    () => {
        "select l.id, l.kind, l.title, l.source, l.dated, l.learnt, l.changes, l.owner, l.link, l.criteria,
             l.actions, l.policy_id, p.title as policy_title,
             exists (select 1 from lesson n where n.replaces_id = l.id) as replaced, w.name as by, l.at
         from lesson l join person w on w.id = l.by_id left join policy p on p.id = l.policy_id
         where l.organisation_id = $1 "
    };
}

/// Most lessons on one page.
const MOST_LISTED: i64 = 500;

/// Every lesson that stands, newest source first.
pub async fn standing<P>(db: &Db, proof: &AllowedIn<P>) -> sqlx::Result<Vec<Kept>> {
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            columns!(),
            "and l.retired_at is null and not exists (select 1 from lesson n where n.replaces_id = l.id)
             order by l.dated desc, l.id limit $2"
        ))
        .bind(proof.organisation().as_str())
        .bind(MOST_LISTED)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(Row::kept).collect()
}

/// One edition.
pub async fn find<P>(db: &Db, proof: &AllowedIn<P>, id: &str) -> sqlx::Result<Option<Kept>> {
    let row: Option<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(columns!(), "and l.id = $2"))
            .bind(proof.organisation().as_str())
            .bind(id)
            .fetch_optional(pool)
            .await?
    });
    row.map(Row::kept).transpose()
}

/// Adds a lesson, or an edition that replaces another. `id` came with the page: posting it twice adds
/// one.
pub async fn add(
    db: &Db,
    proof: &AllowedIn<KeepRegisters>,
    id: &str,
    lesson: &Lesson,
    replaces: Option<&str>,
) -> sqlx::Result<Added> {
    let mut tx = db.begin().await?;
    if let Some(replaces) = replaces {
        let touched = on!(&mut tx, tx => {
            // Touching the row locks it, so that two editions cannot both find it standing.
            sqlx::query("update lesson set title = title where id = $1 and organisation_id = $2")
                .bind(replaces)
                .bind(proof.organisation().as_str())
                .execute(&mut **tx)
                .await?
                .rows_affected()
        });
        if touched == 0 {
            return Ok(Added::Missing);
        }
        let next: Option<String> = on!(&mut tx, tx => {
            sqlx::query_scalar("select id from lesson where replaces_id = $1")
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
    let criteria = stored("criteria", serde_json::to_string(&lesson.criteria))?;
    let actions = stored("actions", serde_json::to_string(&lesson.actions))?;
    let added = on!(&mut tx, tx => {
        sqlx::query(
            "insert into lesson (id, organisation_id, kind, title, source, dated, learnt, changes, owner, link,
                 criteria, actions, policy_id, replaces_id, by_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             on conflict (id) do nothing",
        )
        .bind(id)
        .bind(proof.organisation().as_str())
        .bind(lesson.kind.name())
        .bind(&lesson.title)
        .bind(&lesson.source)
        .bind(lesson.dated)
        .bind(&lesson.learnt)
        .bind(&lesson.changes)
        .bind(&lesson.owner)
        .bind(&lesson.link)
        .bind(criteria)
        .bind(actions)
        .bind(lesson.policy.as_deref())
        .bind(replaces)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    commit_once(tx, added, &proof.event("add-lesson", id)).await?;
    Ok(Added::Stands(id.to_owned()))
}
