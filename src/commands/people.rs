//! The first people of an installation.

use super::make_folder_of;
use anyhow::{Context, Result, bail};
use conditional_discharge::domain::people::{Role, is_email};
use conditional_discharge::server::audit;
use conditional_discharge::server::auth::passwords::{self, Hasher};
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::config::{Choice, UserCommand};
use conditional_discharge::server::store::{Db, organisations, people};
use std::io::Read;

pub async fn add_user(add: UserCommand) -> Result<()> {
    let UserCommand::Add {
        database,
        email,
        name,
        job_title,
        organisation,
        kind,
        team,
        role,
        second_factor,
    } = add;
    let role = Role::named(&role).with_context(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|r| r.name()).collect();
        format!("--role must be one of {}", names.join(", "))
    })?;
    if !is_email(&email) {
        bail!("--email must be an e-mail address");
    }
    let mut password = String::new();
    std::io::stdin()
        .read_to_string(&mut password)
        .context("cannot read the password from standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    make_folder_of(&database)?;
    let db = Db::connect(&database).await?;
    let standing = people::by_email(&db, &email).await?;
    let hash = match &standing {
        // What is asked for is done or refused: a different name or password is never just ignored.
        Some(person) => {
            if person.name != name || person.job_title != job_title {
                bail!(
                    "{email} has an account already, of {}, {}: give that --name and --job-title to add a role to it; an administrator changes them in the product",
                    person.name,
                    person.job_title
                );
            }
            if person.disabled {
                bail!("{email} has left: an administrator invites them again in the product");
            }
            let same = Hasher::default()
                .matches(password, person.password_hash.as_deref())
                .await?;
            if !same {
                bail!(
                    "{email} has an account already, and this is not its password: an administrator gives a new one in the product"
                );
            }
            String::new()
        }
        None => {
            if let Some(problem) = passwords::problem(password, &[&name, &email, &organisation]) {
                bail!("{problem}");
            }
            Hasher::default().hash(password).await?
        }
    };
    let mut tx = db.begin().await?;
    let fresh = organisations::named(&db, &organisation).await?.is_none();
    let (organisation, team_id) =
        organisations::ensure(&mut tx, &organisation, &kind, &team).await?;
    if fresh && second_factor == Choice::No {
        organisations::adjust(&mut tx, &organisation, |s| s.second_factor_required = false).await?;
    }
    if let Some(person) = &standing {
        let elsewhere = people::memberships(&db, &person.id)
            .await?
            .into_iter()
            .any(|m| {
                m.organisation == organisation
                    && m.role == role
                    && m.team.as_deref() != Some(team_id.as_str())
            });
        if elsewhere {
            bail!(
                "{email} is {} there in another team already: an administrator changes that in the product",
                role.name()
            );
        }
    }
    let new = people::NewPerson {
        email: &email,
        name: &name,
        job_title: &job_title,
        password_hash: &hash,
    };
    let person = people::add(&mut tx, &new).await?;
    people::join(&mut tx, &person, &organisation, role, Some(&team_id)).await?;
    let event = audit::Event {
        person: None,
        subject: Some(person.to_string()),
        reason: Some(role.name().to_owned()),
        ..audit::Event::done(&organisation, Clock::default().now(), &person, "add-user")
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}
