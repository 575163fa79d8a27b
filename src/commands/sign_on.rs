//! Which identity provider an organisation's people sign in with.

use super::read_text;
use anyhow::{Result, bail};
use conditional_discharge::domain::identifiers::OrganisationId;
use conditional_discharge::server::audit::{self, Event, Outcome};
use conditional_discharge::server::auth::sealing::Sealer;
use conditional_discharge::server::auth::sign_on::provider::{
    after_sign_out_address, check_issuer, return_address, signed_out_address,
};
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::config::{SetSignOn, SignOnCommand};
use conditional_discharge::server::store::sign_on::{self, Provider};
use conditional_discharge::server::store::{Db, Tx, organisations, sessions};

/// Longest name of an account, in characters: it stands in links.
const LONGEST_NAME: usize = 60;

pub async fn run(command: SignOnCommand) -> Result<()> {
    match command {
        SignOnCommand::Set(new) => set(new).await,
        SignOnCommand::Show { database, origin } => show(&database, origin.as_deref()).await,
        SignOnCommand::Remove {
            organisation,
            database,
        } => remove(&organisation, &database).await,
    }
}

async fn find(db: &Db, name: &str) -> Result<OrganisationId> {
    let Some(id) = organisations::named(db, name).await? else {
        bail!("there is no organisation called {name}");
    };
    Ok(id)
}

async fn record(
    tx: &mut Tx,
    organisation: &OrganisationId,
    action: &'static str,
    issuer: &str,
) -> Result<()> {
    let event = Event {
        chain: organisation.to_string(),
        at: Clock::default().now(),
        person: None,
        action,
        patient: None,
        subject: Some(organisation.to_string()),
        outcome: Outcome::Done,
        reason: Some(issuer.to_owned()),
        address: None,
    };
    Ok(audit::record(tx, &event).await?)
}

async fn set(new: SetSignOn) -> Result<()> {
    if let Err(wrong) = check_issuer(&new.issuer) {
        bail!("--issuer {wrong}");
    }
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control)
    {
        bail!(
            "--name is what people call the account, in up to {LONGEST_NAME} characters, for example \"Northmere staff account\""
        );
    }
    if new.client_id.trim().is_empty() {
        bail!("--client-id is missing");
    }
    let secret = read_text(&new.client_secret_file)?;
    let secret = secret.trim();
    if secret.is_empty() || secret.contains(char::is_whitespace) {
        bail!(
            "--client-secret-file {} must hold the secret and nothing else",
            new.client_secret_file.display()
        );
    }
    let sealer = match &new.secrets_key {
        Some(path) => Sealer::from_file(path)?,
        None => Sealer::default(),
    };
    let db = Db::open_existing(&new.database).await?;
    let organisation = find(&db, &new.organisation).await?;
    let earlier = sign_on::of(&db, &organisation).await?;
    let now = Clock::default().now();
    let provider = Provider {
        organisation_name: new.organisation,
        issuer: new.issuer,
        client_id: new.client_id.trim().to_owned(),
        client_secret: sealer.seal(secret, organisation.as_str())?,
        name: name.to_owned(),
        set_at: now,
        organisation,
    };
    let mut tx = db.begin().await?;
    sign_on::set(&mut tx, &provider).await?;
    // What another provider opened, this one does not answer for.
    if earlier.is_some_and(|e| e.issuer != provider.issuer) {
        sessions::end_by_provider(&mut tx, &provider.organisation, None, None, now).await?;
    }
    record(
        &mut tx,
        &provider.organisation,
        "set-sign-on",
        &provider.issuer,
    )
    .await?;
    tx.commit().await?;
    if new.secrets_key.is_none() {
        eprintln!(
            "conditional-discharge: the secret is stored as it is until the product is started with --secrets-key"
        );
    }
    print(&provider, new.origin.as_deref());
    db.close().await;
    Ok(())
}

async fn show(database: &str, origin: Option<&str>) -> Result<()> {
    let db = Db::open_existing(database).await?;
    let all = sign_on::all(&db).await?;
    if all.is_empty() {
        println!("no identity provider is set");
    }
    for provider in &all {
        print(provider, origin);
    }
    db.close().await;
    Ok(())
}

fn print(provider: &Provider, origin: Option<&str>) {
    let origin = origin.unwrap_or("(--origin of serve)");
    println!("{}: {}", provider.organisation_name, provider.name);
    println!("  issuer                    {}", provider.issuer);
    println!("  client id                 {}", provider.client_id);
    println!("  to be registered there:");
    println!("  redirect URI              {}", return_address(origin));
    println!(
        "  back-channel logout URI   {}",
        signed_out_address(origin, provider.organisation.as_str())
    );
    println!(
        "  post-logout redirect URI  {}",
        after_sign_out_address(origin)
    );
}

async fn remove(organisation: &str, database: &str) -> Result<()> {
    let db = Db::open_existing(database).await?;
    let organisation_id = find(&db, organisation).await?;
    let Some(provider) = sign_on::of(&db, &organisation_id).await? else {
        bail!("{organisation} has no identity provider");
    };
    let mut tx = db.begin().await?;
    sessions::end_by_provider(
        &mut tx,
        &organisation_id,
        None,
        None,
        Clock::default().now(),
    )
    .await?;
    sign_on::remove(&mut tx, &organisation_id).await?;
    record(
        &mut tx,
        &organisation_id,
        "remove-sign-on",
        &provider.issuer,
    )
    .await?;
    tx.commit().await?;
    println!(
        "{organisation}: people sign in with their passwords only. Who has none asks an administrator for a link to one"
    );
    db.close().await;
    Ok(())
}
