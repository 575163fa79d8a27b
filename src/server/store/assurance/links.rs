//! An organisation's own links and contacts beside the guidance.

use super::commit_once;
use crate::domain::assurance::typed::OwnLink;
use crate::on;
use crate::server::access::{AllowedIn, KeepRegisters};
use crate::server::store::Db;

/// A link or contact of the organisation's own.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Identifies it.
    pub id: String,
    /// What it is and where it leads.
    pub own: OwnLink,
}

/// Most links beside one topic.
const MOST_LISTED: i64 = 100;

/// The organisation's own links beside a topic, oldest first.
pub async fn beside<P>(db: &Db, proof: &AllowedIn<P>, topic: &str) -> sqlx::Result<Vec<Kept>> {
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select id, words, link from guidance_link
             where organisation_id = $1 and topic = $2 and removed_at is null order by at, id limit $3",
        )
        .bind(proof.organisation().as_str())
        .bind(topic)
        .bind(MOST_LISTED)
        .fetch_all(pool)
        .await?
    });
    let kept = |(id, words, link)| Kept {
        id,
        own: OwnLink { words, link },
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Adds a link or contact. `id` came with the page: posting it twice adds one.
pub async fn add(
    db: &Db,
    proof: &AllowedIn<KeepRegisters>,
    id: &str,
    topic: &str,
    own: &OwnLink,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    let added = on!(&mut tx, tx => {
        sqlx::query(
            "insert into guidance_link (id, organisation_id, topic, words, link, by_id, at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing",
        )
        .bind(id)
        .bind(proof.organisation().as_str())
        .bind(topic)
        .bind(&own.words)
        .bind(&own.link)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    commit_once(tx, added, &proof.event("add-guidance-link", id)).await
}

/// Takes a link away. Doing it twice changes nothing.
pub async fn remove(db: &Db, proof: &AllowedIn<KeepRegisters>, id: &str) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    let changed = on!(&mut tx, tx => {
        sqlx::query("update guidance_link set removed_at = $3 where id = $1 and organisation_id = $2 and removed_at is null")
            .bind(id)
            .bind(proof.organisation().as_str())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    commit_once(tx, changed, &proof.event("remove-guidance-link", id)).await
}
