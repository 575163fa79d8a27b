//! The audit: its head as an anchor elsewhere, whether it holds, and its rows.

use super::read_text;
use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use conditional_discharge::server::audit;
use conditional_discharge::server::audit::anchor::{self, Anchor, Standing};
use conditional_discharge::server::audit::search::Wanted;
use conditional_discharge::server::audit::sheet;
use conditional_discharge::server::clock::{Clock, britain_midnight};
use conditional_discharge::server::store::Db;
use std::io::BufWriter;
use std::path::Path;

pub async fn audit_head(database: &str, export: Option<&Path>) -> Result<()> {
    let db = Db::open_existing(database).await?;
    let anchor = anchor::take(&db, None, Clock::default().now()).await?;
    let json = serde_json::to_string_pretty(&anchor)?;
    match export {
        Some(file) => std::fs::write(file, json)
            .with_context(|| format!("cannot write {}", file.display()))?,
        None => println!("{json}"),
    }
    Ok(())
}

pub async fn export(
    database: &str,
    chain: &str,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<()> {
    let db = Db::open_existing(database).await?;
    let wanted = Wanted {
        from: from.map(britain_midnight),
        // "To" names the last day that counts.
        to: to.and_then(|day| day.succ_opt()).map(britain_midnight),
        ..Wanted::default()
    };
    let mut out = BufWriter::new(std::io::stdout());
    sheet::export(&db, chain, wanted, Clock::default().now(), &mut out).await
}

pub async fn verify_audit(database: &str, anchored: Option<&Path>) -> Result<()> {
    let anchor = anchored
        .map(|file| Anchor::read(&read_text(file)?).with_context(|| file.display().to_string()))
        .transpose()?;
    let db = Db::open_existing(database).await?;
    let mut broken = false;
    for chain in audit::chains(&db).await? {
        match audit::verify(&db, &chain).await? {
            Ok(rows) => println!("{chain}: {rows} rows hold"),
            Err(audit::Broken::At(number)) => {
                broken = true;
                println!("{chain}: row {number} is missing, changed or out of place");
            }
            Err(audit::Broken::CutAfter(0)) => {
                broken = true;
                println!("{chain}: every row is missing");
            }
            Err(audit::Broken::CutAfter(number)) => {
                broken = true;
                println!("{chain}: rows after {number} are missing");
            }
            Err(audit::Broken::Head(number)) => {
                broken = true;
                println!("{chain}: row {number} is not the end that is recorded");
            }
        }
    }
    let standings = match &anchor {
        Some(anchor) => anchor::compare(&db, anchor).await?,
        None => Vec::new(),
    };
    for (chain, standing) in standings {
        broken |= standing != Standing::Holds;
        match standing {
            Standing::Holds => println!("{chain}: agrees with the anchor"),
            Standing::CutAfter(number) => {
                println!("{chain}: rows after {number} that the anchor names are missing");
            }
            Standing::Rewritten(number) => {
                println!("{chain}: row {number} is not the one that the anchor names");
            }
        }
    }
    let kept = kept_is_as_it_was(&db).await?;
    match (broken, kept) {
        (true, _) => bail!("the audit does not hold"),
        (false, false) => bail!("what is kept is not as it was kept"),
        (false, true) => Ok(()),
    }
}

/// Reads again what is kept for good, and says of each kind whether it is as it was.
async fn kept_is_as_it_was(db: &Db) -> Result<bool> {
    let mut sound = true;
    for read in audit::kept::read_again(db).await? {
        match read.outcome {
            Ok(count) => println!("{}: {count} as kept", read.what),
            Err(not_as_kept) => {
                sound = false;
                println!("{not_as_kept}");
            }
        }
    }
    if let Some((chain, number)) = audit::kept::first_gone(db).await? {
        sound = false;
        println!("{chain}: what row {number} says was kept is gone");
    }
    Ok(sound)
}
