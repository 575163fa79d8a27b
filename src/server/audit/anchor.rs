//! Anchors: the ends of the chains, written down elsewhere. Somebody who can rewrite the whole database
//! can make a shorter chain that holds; not one that also agrees with what was written down before.

use super::{GENESIS, Row};
use crate::domain::report::frozen::hex;
use crate::on;
use crate::server::store::Db;
use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const KIND: &str = "heads of audit chains";

/// The ends of chains at one moment. Signed outside the product, by whatever the organisation signs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Says what the file is.
    pub kind: String,
    /// When they stood so.
    pub at: DateTime<Utc>,
    /// The ends.
    pub heads: Vec<Head>,
    /// SHA-256 of the fields above: short enough to be read out or written in a book.
    pub digest: String,
}

/// The end of one chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The organisation's id, or `install`.
    pub chain: String,
    /// Number of the last row.
    pub number: i64,
    /// Digest of the last row.
    pub digest: String,
}

impl Anchor {
    fn new(at: DateTime<Utc>, heads: Vec<Head>) -> Self {
        let kind = KIND.to_owned();
        let digest = digest(at, &heads);
        Self {
            kind,
            at,
            heads,
            digest,
        }
    }

    /// Reads an anchor's file.
    ///
    /// # Errors
    /// When it is not one, or its own digest does not fit its content.
    pub fn read(text: &str) -> Result<Self> {
        let anchor: Self = serde_json::from_str(text)?;
        ensure!(anchor.kind == KIND, "this is not an anchor of the audit");
        ensure!(
            anchor.digest == digest(anchor.at, &anchor.heads),
            "the anchor itself was altered: its digest does not fit"
        );
        Ok(anchor)
    }
}

fn digest(at: DateTime<Utc>, heads: &[Head]) -> String {
    let mut text = format!("{KIND}\n{}\n", at.to_rfc3339());
    for head in heads {
        text.push_str(&format!("{} {} {}\n", head.chain, head.number, head.digest));
    }
    hex(&Sha256::digest(text))
}

/// The ends of all chains, or of one.
///
/// # Errors
/// When the database cannot be read.
pub async fn take(db: &Db, chain: Option<&str>, at: DateTime<Utc>) -> sqlx::Result<Anchor> {
    let mut heads: Vec<Head> = on!(&db.read, pool => {
        sqlx::query_as("select chain, number, digest from audit_head order by chain").fetch_all(pool).await?
    });
    heads.retain(|head| chain.is_none_or(|chain| head.chain == chain));
    Ok(Anchor::new(at, heads))
}

/// How a chain stands to its anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The anchored row is where it was.
    Holds,
    /// The chain ends before the anchored row: its tail was cut.
    CutAfter(i64),
    /// The anchored row is another one now: the chain was rewritten at or before it.
    Rewritten(i64),
}

/// Compares every chain of an anchor with the database.
///
/// # Errors
/// When the database cannot be read.
pub async fn compare(db: &Db, anchor: &Anchor) -> sqlx::Result<Vec<(String, Standing)>> {
    let mut standings = Vec::with_capacity(anchor.heads.len());
    for head in &anchor.heads {
        let row: Option<Row> = on!(&db.read, pool => {
            sqlx::query_as(
                "select number, at, person_id, action, patient_id, subject, outcome, reason, address, previous, digest
                 from audit where chain = $1 and number <= $2 order by number desc limit 1",
            )
            .bind(&head.chain)
            .bind(head.number)
            .fetch_optional(pool)
            .await?
        });
        let (number, digest) = row.map_or((0, GENESIS.to_owned()), |row| (row.number, row.digest));
        let standing = if number < head.number {
            Standing::CutAfter(number)
        } else if digest != head.digest {
            Standing::Rewritten(number)
        } else {
            Standing::Holds
        };
        standings.push((head.chain.clone(), standing));
    }
    Ok(standings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_altered_anchor_is_not_taken() {
        let head = Head {
            chain: "install".into(),
            number: 7,
            digest: "ab".into(),
        };
        let anchor = Anchor::new("2026-11-20T10:00:00Z".parse().unwrap(), vec![head]);
        let text = serde_json::to_string(&anchor).unwrap();
        assert_eq!(Anchor::read(&text).unwrap(), anchor);
        assert!(Anchor::read(&text.replace(":7,", ":6,")).is_err());
        assert!(Anchor::read(&text.replace("heads of", "heads off")).is_err());
        assert!(Anchor::read("{}").is_err());
    }
}
