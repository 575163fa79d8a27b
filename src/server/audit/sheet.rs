//! Rows of the audit as lines of CSV, for auditors in the product and for the operator.

use super::search::{Found, Wanted, of_chain};
use super::{Event, Outcome, chains, record};
use crate::domain::csv;
use crate::server::store::{Db, organisations};
use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use std::io::Write;

/// Rows that are read at a time.
const AT_A_TIME: i64 = 1_000;

/// The line of what stands in each column.
#[must_use]
pub fn heads() -> String {
    csv::line([
        "When (UTC)",
        "Number",
        "Who",
        "What",
        "MHCS reference",
        "About",
        "Outcome",
        "Why",
        "From",
    ])
}

/// The line of a row.
#[must_use]
pub fn line(row: &Found) -> String {
    csv::line([
        row.at.to_rfc3339().as_str(),
        &row.number.to_string(),
        &row.name,
        &row.action,
        row.reference.as_deref().unwrap_or_default(),
        row.subject.as_deref().unwrap_or_default(),
        &row.outcome,
        row.reason.as_deref().unwrap_or_default(),
        row.address.as_deref().unwrap_or_default(),
    ])
}

/// The chain that an operator names: `install`, an organisation by its name, or as `audit verify` prints it.
async fn named(db: &Db, name: &str) -> Result<String> {
    if let Some(organisation) = organisations::named(db, name).await? {
        return Ok(organisation.to_string());
    }
    if chains(db).await?.iter().any(|chain| chain == name) {
        return Ok(name.to_owned());
    }
    bail!("there is no chain “{name}”: give install, or the name of an organisation")
}

/// Writes what was asked for of one chain, newest first, however much it is: for the operator, who reads
/// the database in any case. That it was taken away is on record first.
///
/// # Errors
/// When there is no such chain, or it cannot be read or written.
pub async fn export(
    db: &Db,
    chain: &str,
    mut wanted: Wanted,
    at: DateTime<Utc>,
    to: &mut impl Write,
) -> Result<()> {
    let chain = named(db, chain).await?;
    let event = Event {
        chain: chain.clone(),
        at,
        person: None,
        action: "export-audit",
        patient: None,
        subject: None,
        outcome: Outcome::Done,
        reason: None,
        address: None,
    };
    let mut tx = db.begin().await?;
    record(&mut tx, &event).await?;
    tx.commit().await?;
    to.write_all(heads().as_bytes())?;
    loop {
        let found = of_chain(db, &chain, &wanted, AT_A_TIME).await?;
        let Some(last) = found.last() else {
            return Ok(to.flush()?);
        };
        wanted.after = Some(last.position());
        for row in &found {
            to.write_all(line(row).as_bytes())?;
        }
    }
}
