//! Whether the chains hold from end to end, and which there must be.

use super::{GENESIS, Row};
use crate::on;
use crate::server::store::Db;

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The row of this number is missing, changed or out of place.
    At(i64),
    /// Rows after this number are missing: the recorded head names a later one, or there is nothing at all
    /// of an organisation that has records.
    CutAfter(i64),
    /// Every row up to this number holds, and the recorded head is not that of the last one: the head or
    /// the last row was changed.
    Head(i64),
}

/// Whose records make rows in a chain before they are there themselves: where such a record is, a chain
/// without rows was taken away.
const OWED: &str = "select organisation_id as chain from patient
     union select organisation_id from assessment
     union select organisation_id from destruction
     union select 'install' from session";

/// Every chain that there is or must be.
///
/// # Errors
/// When the database cannot be read.
pub async fn chains(db: &Db) -> sqlx::Result<Vec<String>> {
    let all = format!(
        "select chain from audit_head union select distinct chain from audit union {OWED} order by 1"
    );
    on!(&db.read, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(all)).fetch_all(pool).await)
}

/// Checks a chain from end to end. Gives the number of rows that hold.
///
/// # Errors
/// The outer error when the database cannot be read, the inner one when the chain is broken.
pub async fn verify(db: &Db, chain: &str) -> sqlx::Result<Result<i64, Broken>> {
    // From the very first: a row numbered below 1 is out of place too.
    let (mut number, mut after, mut previous) = (0i64, i64::MIN, GENESIS.to_owned());
    // The head that was read when the rows had ended once before.
    let mut seen = None;
    loop {
        let rows: Vec<Row> = on!(&db.read, pool => {
            sqlx::query_as(
                "select number, at, person_id, action, patient_id, subject, outcome, reason, address, previous, digest
                 from audit where chain = $1 and number > $2 order by number limit 1000",
            )
            .bind(chain)
            .bind(after)
            .fetch_all(pool)
            .await?
        });
        for row in &rows {
            if row.number != number + 1
                || row.previous != previous
                || row.digest != row.digest_in(chain)
            {
                return Ok(Err(Broken::At(number + 1)));
            }
            number = row.number;
            previous.clone_from(&row.digest);
        }
        if !rows.is_empty() {
            after = number;
            continue;
        }
        let head = head(db, chain).await?;
        return Ok(match head {
            Some((last, digest)) if last == number && digest == previous => Ok(number),
            // People work on meanwhile: a row may have come since the rows ended.
            Some((last, _)) if last > number && seen.is_none_or(|seen| seen < last) => {
                seen = Some(last);
                continue;
            }
            Some((last, _)) if last > number => Err(Broken::CutAfter(number)),
            None if number == 0 && is_owed(db, chain).await? => Err(Broken::CutAfter(0)),
            None if number == 0 => Ok(0),
            _ => Err(Broken::Head(number)),
        });
    }
}

/// The recorded end of a chain.
async fn head(db: &Db, chain: &str) -> sqlx::Result<Option<(i64, String)>> {
    on!(&db.read, pool => {
        sqlx::query_as("select number, digest from audit_head where chain = $1")
            .bind(chain)
            .fetch_optional(pool)
            .await
    })
}

async fn is_owed(db: &Db, chain: &str) -> sqlx::Result<bool> {
    let count = format!("select count(*) from ({OWED}) owed where owed.chain = $1");
    let owed: i64 = on!(&db.read, pool => {
        sqlx::query_scalar(sqlx::AssertSqlSafe(count)).bind(chain).fetch_one(pool).await?
    });
    Ok(owed > 0)
}
