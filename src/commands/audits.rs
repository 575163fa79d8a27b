//! The audit: its head as an anchor elsewhere, and whether it holds.

use super::read_text;
use anyhow::{Context, Result, bail};
use conditional_discharge::server::audit;
use conditional_discharge::server::audit::anchor::{self, Anchor, Standing};
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::store::Db;
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
