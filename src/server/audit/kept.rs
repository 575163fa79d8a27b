//! What is kept for good, read again and held against its digest and against the audit, which knows each
//! digest since the moment of keeping (of what was kept before the audit knew digests, a closed list does). Somebody who can rewrite bytes and digest together cannot rewrite
//! the row that names it without breaking the chain.

use super::{Event, record};
use crate::domain::report::frozen::hex;
use crate::on;
use crate::server::store::{Db, Tx};
use sha2::{Digest, Sha256};
use std::fmt;

/// The act by which something is kept; its subject is the digest.
const KEEP: &str = "keep-file";

/// Puts the digests of what is kept on record, in the transaction that keeps it.
///
/// # Errors
/// When the database refuses; then the transaction must not be committed.
pub async fn note(
    tx: &mut Tx,
    event: &Event,
    digests: impl Iterator<Item = &str>,
) -> sqlx::Result<()> {
    for digest in digests {
        let event = Event {
            action: KEEP,
            subject: Some(format!("sha256:{digest}")),
            ..event.clone()
        };
        record(tx, &event).await?;
    }
    Ok(())
}

/// What is stored is not what was kept: nobody gets it as if it were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Altered(Why);

impl fmt::Display for Altered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.words())
    }
}

impl std::error::Error for Altered {}

/// Holds what was read against the digest that was kept with it and against the audit, before it is handed
/// out.
///
/// # Errors
/// [`Altered`] as what could not be decoded; or when the database cannot be read.
pub(crate) async fn as_kept(db: &Db, bytes: &[u8], digest: &str) -> sqlx::Result<()> {
    match held(db, bytes, digest, true).await? {
        Ok(()) => Ok(()),
        Err(why) => Err(sqlx::Error::Decode(Altered(why).into())),
    }
}

async fn held(db: &Db, bytes: &[u8], digest: &str, noted: bool) -> sqlx::Result<Result<(), Why>> {
    if hex(&Sha256::digest(bytes)) != digest {
        return Ok(Err(Why::Bytes));
    }
    if noted && !is_noted(db, digest).await? {
        return Ok(Err(Why::Unknown));
    }
    Ok(Ok(()))
}

/// A table of what is kept. Read owner by owner, so that memory holds what one of them has.
#[derive(Debug)]
struct Shelf {
    /// What stands there, in words.
    what: &'static str,
    /// Whose: ids after one, in their order.
    owners: &'static str,
    /// Name, bytes and digest of what an owner has.
    files: Files,
    /// Whether the audit knows the digests.
    noted: bool,
}

#[derive(Debug)]
enum Files {
    Text(&'static str),
    Bytes(&'static str),
}

const SHELVES: [Shelf; 7] = [
    Shelf {
        what: "frozen report",
        owners: "select report_id from frozen_report where report_id > $1 order by 1 limit 500",
        files: Files::Text("select 'json', json, digest from frozen_report where report_id = $1"),
        noted: true,
    },
    Shelf {
        what: "paper",
        owners: "select distinct owner_id from paper where owner_id > $1 order by 1 limit 500",
        files: Files::Bytes(
            "select kind || '.' || format, bytes, digest from paper where owner_id = $1 order by kind, format",
        ),
        noted: true,
    },
    Shelf {
        what: "content of another paper",
        owners: "select paper_id from other_paper_made where paper_id > $1 order by 1 limit 500",
        files: Files::Text("select 'json', json, digest from other_paper_made where paper_id = $1"),
        noted: true,
    },
    Shelf {
        what: "signed self-assessment",
        owners: "select assessment_id from frozen_assessment where assessment_id > $1 order by 1 limit 500",
        files: Files::Text(
            "select 'json', json, digest from frozen_assessment where assessment_id = $1",
        ),
        noted: true,
    },
    Shelf {
        what: "paper of a self-assessment",
        owners: "select distinct assessment_id from assessment_paper where assessment_id > $1 order by 1 limit 500",
        files: Files::Bytes(
            "select name, bytes, digest from assessment_paper where assessment_id = $1 order by name",
        ),
        noted: true,
    },
    Shelf {
        what: "internal record of a report",
        owners: "select distinct report_id from sign_off_findings where report_id > $1 order by 1 limit 500",
        files: Files::Text(
            "select id, json, digest from sign_off_findings where report_id = $1 order by id",
        ),
        noted: false,
    },
    Shelf {
        what: "certificate of destruction",
        owners: "select id from destruction where certificate is not null and id > $1 order by 1 limit 500",
        files: Files::Text("select 'json', certificate, digest from destruction where id = $1"),
        noted: false,
    },
];

/// Something that is not as it was kept. Names no patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAsKept {
    /// What it is, in words.
    pub what: &'static str,
    /// Whose: the id of a report, another paper, a self-assessment or a destruction.
    pub owner: String,
    /// Which of its files.
    pub name: String,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with something that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its bytes do not give its digest.
    Bytes,
    /// The audit does not know its digest: bytes and digest were changed together, or it was put there past
    /// the product.
    Unknown,
}

impl Why {
    fn words(self) -> &'static str {
        match self {
            Self::Bytes => "its bytes are not those that were kept",
            Self::Unknown => "the audit does not know its digest",
        }
    }
}

impl fmt::Display for NotAsKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            owner,
            name,
            why,
        } = self;
        write!(f, "{what} {owner}, {name}: {}", why.words())
    }
}

/// What became of reading one kind again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The kind, in words.
    pub what: &'static str,
    /// How many are as they were kept, or the first that is not.
    pub outcome: Result<u64, NotAsKept>,
}

/// Reads everything again that is kept, kind by kind.
///
/// # Errors
/// When the database cannot be read.
pub async fn read_again(db: &Db) -> sqlx::Result<Vec<Read>> {
    let mut all = Vec::with_capacity(SHELVES.len());
    for shelf in &SHELVES {
        all.push(Read {
            what: shelf.what,
            outcome: shelf.read(db).await?,
        });
    }
    Ok(all)
}

impl Shelf {
    async fn read(&self, db: &Db) -> sqlx::Result<Result<u64, NotAsKept>> {
        let (mut hold, mut after) = (0, String::new());
        loop {
            let owners: Vec<String> = on!(&db.read, pool => {
                sqlx::query_scalar(self.owners).bind(&after).fetch_all(pool).await?
            });
            for owner in &owners {
                for (name, bytes, digest) in self.files(db, owner).await? {
                    let Err(why) = held(db, &bytes, &digest, self.noted).await? else {
                        hold += 1;
                        continue;
                    };
                    let owner = owner.clone();
                    return Ok(Err(NotAsKept {
                        what: self.what,
                        owner,
                        name,
                        why,
                    }));
                }
            }
            match owners.into_iter().next_back() {
                Some(last) => after = last,
                None => return Ok(Ok(hold)),
            }
        }
    }

    async fn files(&self, db: &Db, owner: &str) -> sqlx::Result<Vec<(String, Vec<u8>, String)>> {
        match self.files {
            Files::Bytes(sql) => {
                on!(&db.read, pool => sqlx::query_as(sql).bind(owner).fetch_all(pool).await)
            }
            Files::Text(sql) => {
                let rows: Vec<(String, String, String)> =
                    on!(&db.read, pool => sqlx::query_as(sql).bind(owner).fetch_all(pool).await?);
                let bytes = |(name, text, digest): (String, String, String)| {
                    (name, text.into_bytes(), digest)
                };
                Ok(rows.into_iter().map(bytes).collect())
            }
        }
    }
}

async fn is_noted(db: &Db, digest: &str) -> sqlx::Result<bool> {
    let noted: i64 = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select (select count(*) from audit where action = 'keep-file' and subject = $1)
                  + (select count(*) from kept_before where digest = $2)",
        )
            .bind(format!("sha256:{digest}"))
            .bind(digest)
            .fetch_one(pool)
            .await?
    });
    Ok(noted > 0)
}

/// A row of the audit that says that something was kept which is there no more, although nobody destroyed
/// the record that it belonged to: its chain and number.
///
/// # Errors
/// When the database cannot be read.
pub async fn first_gone(db: &Db) -> sqlx::Result<Option<(String, i64)>> {
    on!(&db.read, pool => {
        sqlx::query_as(
            "select a.chain, a.number from audit a where a.action = 'keep-file'
             and not exists (select 1 from paper p where p.digest = substr(a.subject, 8))
             and not exists (select 1 from frozen_report f where f.digest = substr(a.subject, 8))
             and not exists (select 1 from other_paper_made m where m.digest = substr(a.subject, 8))
             and not exists (select 1 from frozen_assessment g where g.digest = substr(a.subject, 8))
             and not exists (select 1 from assessment_paper k where k.digest = substr(a.subject, 8))
             and (a.patient_id is null or exists (select 1 from patient t where t.id = a.patient_id))
             order by a.chain, a.number limit 1",
        )
        .fetch_optional(pool)
        .await
    })
}
