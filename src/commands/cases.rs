//! Cases as files: one out of a database, one into it.

use super::{all_forms, read_text};
use anyhow::{Context, Result};
use conditional_discharge::domain::case;
use conditional_discharge::domain::identifiers::OrganisationId;
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::store::{Db, cases, organisations, patients};
use std::path::Path;

async fn organisation(db: &Db, name: &str) -> Result<OrganisationId> {
    organisations::named(db, name)
        .await?
        .with_context(|| format!("there is no organisation named “{name}”"))
}

pub async fn export(
    database: &str,
    organisation_name: &str,
    reference: &str,
    output: &Path,
) -> Result<()> {
    let db = Db::open_existing(database).await?;
    let organisation = organisation(&db, organisation_name).await?;
    let patient = patients::by_reference(&db, &organisation, reference)
        .await?
        .with_context(|| format!("{organisation_name} has no patient with that MHCS reference"))?;
    let case = cases::export(&db, &organisation, &patient, Clock::default().now()).await?;
    let json = serde_json::to_string_pretty(&case)?;
    std::fs::write(output, json).with_context(|| format!("cannot write {}", output.display()))
}

pub async fn import(
    file: &Path,
    database: &str,
    organisation_name: &str,
    team: &str,
    forms: Option<&Path>,
) -> Result<()> {
    let case = case::read(&read_text(file)?).with_context(|| file.display().to_string())?;
    let forms = all_forms(forms)?;
    let db = Db::open_existing(database).await?;
    let organisation = organisation(&db, organisation_name).await?;
    let patient = cases::import(
        &db,
        &forms,
        &organisation,
        team,
        &case,
        Clock::default().now(),
    )
    .await?;
    println!("imported as patient {patient}");
    Ok(())
}
