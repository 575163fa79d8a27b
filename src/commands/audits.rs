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
            Err(audit::Broken::CutAfter(number)) => {
                broken = true;
                println!("{chain}: rows after {number} are missing");
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
    if broken {
        bail!("the audit does not hold")
    } else {
        Ok(())
    }
}
