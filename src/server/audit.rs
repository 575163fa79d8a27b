//! The audit: who did or looked at what, when, from where. Append-only, one hash chain for each
//! organisation, written in the same transaction as what it records. Holds no clinical text.

pub mod anchor;
mod chains;
pub mod kept;
pub mod position;
pub mod presence;
pub mod search;
pub mod sheet;
pub mod views;

pub use chains::{Broken, chains, verify};

use super::access::{Allowed, ReadAudit};
use super::store::{Db, Tx};
use crate::domain::identifiers::{OrganisationId, PatientId, PersonId};
use crate::domain::report::frozen::hex;
use crate::on;
use chrono::{DateTime, Utc};
use position::Position;
use sha2::{Digest, Sha256};
use sqlx::QueryBuilder;

/// The digest that the first row of a chain names as its previous one.
const GENESIS: &str = "";
/// Chain of what belongs to no organisation, such as a failed sign-in.
pub const INSTALL: &str = "install";

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
    /// It was allowed and could not be done.
    Failed,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What is recorded.
#[derive(Debug, Clone)]
pub struct Event {
    /// The organisation's id, or [`INSTALL`].
    pub chain: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub person: Option<PersonId>,
    /// What: a permission's or a step's name, or a page's.
    pub action: &'static str,
    /// About whom.
    pub patient: Option<PatientId>,
    /// About what: an identifier, never text.
    pub subject: Option<String>,
    /// How it went.
    pub outcome: Outcome,
    /// Why, where the product asks for a reason. Never clinical text.
    pub reason: Option<String>,
    /// From which network address.
    pub address: Option<String>,
}

impl Event {
    /// Something done in an organisation.
    #[must_use]
    pub fn done(
        organisation: &OrganisationId,
        at: DateTime<Utc>,
        person: &PersonId,
        action: &'static str,
    ) -> Self {
        Self {
            chain: organisation.as_str().to_owned(),
            at,
            person: Some(person.clone()),
            action,
            patient: None,
            subject: None,
            outcome: Outcome::Done,
            reason: None,
            address: None,
        }
    }

    /// The row that this becomes.
    fn row(&self, number: i64, previous: String) -> Row {
        let mut row = Row {
            number,
            at: self.at,
            person_id: self.person.as_ref().map(|p| p.as_str().to_owned()),
            action: self.action.to_owned(),
            patient_id: self.patient.as_ref().map(|p| p.as_str().to_owned()),
            subject: self.subject.clone(),
            outcome: self.outcome.name().to_owned(),
            reason: self.reason.clone(),
            address: self.address.clone(),
            previous,
            digest: String::new(),
        };
        row.digest = row.digest_in(&self.chain);
        row
    }
}

/// Adds a row within a transaction.
///
/// # Errors
/// When the database refuses; then the transaction must not be committed.
pub async fn record(tx: &mut Tx, event: &Event) -> sqlx::Result<()> {
    record_in(tx, &event.chain, &[event]).await
}

/// Adds rows to one chain within a transaction.
async fn record_in(tx: &mut Tx, chain: &str, events: &[&Event]) -> sqlx::Result<()> {
    let (mut number, mut digest) = take(tx, chain, events.len()).await?;
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        let row = event.row(number, digest);
        number += 1;
        digest = row.digest.clone();
        rows.push(row);
    }
    on!(tx, tx => {
        let mut query = QueryBuilder::new(
            "insert into audit (chain, number, at, person_id, action, patient_id, subject, outcome, reason, address, previous, digest) ",
        );
        query.push_values(rows, |mut values, row| {
            values
                .push_bind(chain.to_owned())
                .push_bind(row.number)
                .push_bind(row.at)
                .push_bind(row.person_id)
                .push_bind(row.action)
                .push_bind(row.patient_id)
                .push_bind(row.subject)
                .push_bind(row.outcome)
                .push_bind(row.reason)
                .push_bind(row.address)
                .push_bind(row.previous)
                .push_bind(row.digest);
        });
        query.build().execute(&mut **tx).await?;
        sqlx::query("update audit_head set digest = $2 where chain = $1")
            .bind(chain)
            .bind(&digest)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Takes the next numbers of a chain: the first of them, and the digest of the row before it. The update
/// locks the chain's end until the commit, so that two writers cannot follow the same row.
async fn take(tx: &mut Tx, chain: &str, count: usize) -> sqlx::Result<(i64, String)> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let (last, digest): (i64, String) = on!(tx, tx => {
        sqlx::query_as(
            "insert into audit_head (chain, number, digest) values ($1, $2, $3)
             on conflict (chain) do update set number = audit_head.number + $2 returning number, digest",
        )
        .bind(chain)
        .bind(count)
        .bind(GENESIS)
        .fetch_one(&mut **tx)
        .await?
    });
    Ok((last - count + 1, digest))
}

/// One row as stored, for reading and checking.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Number in its chain, from 1.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub person_id: Option<String>,
    /// What.
    pub action: String,
    /// About whom.
    pub patient_id: Option<String>,
    /// About what.
    pub subject: Option<String>,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// Digest of the row before.
    pub previous: String,
    /// Digest of this row.
    pub digest: String,
}

impl Row {
    /// The digest of every other field, each with its length first, so that no two rows of
    /// different content give the same text.
    fn digest_in(&self, chain: &str) -> String {
        let number = self.number.to_string();
        let at = self.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let fields = [
            Some(self.previous.as_str()),
            Some(chain),
            Some(&number),
            Some(&at),
            self.person_id.as_deref(),
            Some(&self.action),
            self.patient_id.as_deref(),
            self.subject.as_deref(),
            Some(&self.outcome),
            self.reason.as_deref(),
            self.address.as_deref(),
        ];
        let covered = |field: &Option<&str>| match field {
            Some(text) => format!("{}:{text}\n", text.len()),
            None => "absent\n".to_owned(),
        };
        hex(&Sha256::digest(
            fields.iter().map(covered).collect::<String>(),
        ))
    }
}

/// An act's name in words: `view-patient` reads "View patient".
#[must_use]
pub fn in_words(action: &str) -> String {
    let spaced = action.replace('-', " ");
    let mut letters = spaced.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A row in words, for "Who has looked at this record".
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Looked {
    /// When.
    pub at: DateTime<Utc>,
    /// Its number in the chain.
    pub number: i64,
    /// Who; "command line" for an operator.
    pub name: String,
    /// What.
    pub action: String,
    /// From where.
    pub address: Option<String>,
    /// How it went.
    pub outcome: String,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
}

impl Looked {
    /// Where it stands in the list.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            at: self.at,
            number: self.number,
        }
    }
}

/// Views and changes of a patient's record, newest first, at most so many; only those that stand after
/// a position, where one is given.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_patient(
    db: &Db,
    proof: &Allowed<ReadAudit>,
    after: Option<Position>,
    most: i64,
) -> sqlx::Result<Vec<Looked>> {
    on!(&db.read, pool => {
        sqlx::query_as(
            "select a.at, a.number, coalesce(w.name, 'command line') as name, a.action, a.address, a.outcome, a.reason
             from audit a left join person w on w.id = a.person_id
             where a.patient_id = $1 and a.chain = $2 and ($3 is null or (a.at, a.number) < ($3, $4))
             order by a.at desc, a.number desc limit $5",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(after.map(|after| after.at))
        .bind(after.map(|after| after.number))
        .bind(most)
        .fetch_all(pool)
        .await
    })
}
