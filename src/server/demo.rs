//! The demo: fictional people and cases in a database of its own, on this machine only.

mod assessments;
mod assurance;

use super::auth::passwords::Hasher;
use super::clock::Clock;
use super::forms::{Forms, PROGRESS_REPORT};
use super::store::{Db, cases, organisations, people};
use crate::domain::case::template::{Setting, compile};
use crate::domain::people::Role;
use anyhow::{Context, Result, bail};
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeMap;
use std::path::Path;

/// The password of every demo account. It is printed at the start and guards nothing.
pub const PASSWORD: &str = "tarnbeck demo only";

const NORTHMERE: (&str, &str, &str) = (
    "Northmere & Vale NHS Foundation Trust",
    "nhs-trust",
    "Tarnbeck Forensic Community Team",
);
const HARROWDENE: (&str, &str, &str) = ("Harrowdene Council", "council", "Forensic social work");

/// Somebody of the demo.
#[derive(Debug, Clone)]
pub struct Account {
    /// Where and what they are.
    pub roles: &'static [(&'static str, Role)],
    /// Full name.
    pub name: &'static str,
    /// Job title.
    pub job_title: &'static str,
    /// E-mail address.
    pub email: &'static str,
}

const ACCOUNTS: [Account; 11] = [
    Account {
        roles: &[("northmere", Role::SocialSupervisor)],
        name: "Priya Nandakumar",
        job_title: "Senior social worker and AMHP",
        email: "priya.nandakumar@northmere.example.org",
    },
    Account {
        roles: &[("northmere", Role::SocialSupervisor)],
        name: "Tom Eastbrook",
        job_title: "Social worker",
        email: "tom.eastbrook@northmere.example.org",
    },
    Account {
        roles: &[("northmere", Role::LineManager)],
        name: "Ruth Okonedo-Lyle",
        job_title: "Team manager",
        email: "ruth.okonedo-lyle@northmere.example.org",
    },
    Account {
        roles: &[
            ("northmere", Role::LineManager),
            ("northmere", Role::AssessmentLead),
        ],
        name: "Alan Fewtrell",
        job_title: "Principal social worker",
        email: "alan.fewtrell@northmere.example.org",
    },
    Account {
        roles: &[
            ("northmere", Role::ClinicalSupervisor),
            ("harrowdene", Role::ClinicalSupervisor),
        ],
        name: "Dr Ines Carvalho",
        job_title: "Consultant forensic psychiatrist",
        email: "ines.carvalho@northmere.example.org",
    },
    Account {
        roles: &[("northmere", Role::ClinicalSupervisor)],
        name: "Dr Hew Mostyn",
        job_title: "Locum consultant psychiatrist",
        email: "hew.mostyn@northmere.example.org",
    },
    Account {
        roles: &[("harrowdene", Role::SocialSupervisor)],
        name: "Sam Adeyemi",
        job_title: "Social worker",
        email: "sam.adeyemi@harrowdene.example.org",
    },
    Account {
        roles: &[("harrowdene", Role::LineManager)],
        name: "Nell Brook",
        job_title: "Service manager",
        email: "nell.brook@harrowdene.example.org",
    },
    Account {
        roles: &[("northmere", Role::Auditor)],
        name: "Una Farrow",
        job_title: "Information governance officer",
        email: "una.farrow@northmere.example.org",
    },
    Account {
        roles: &[
            ("northmere", Role::Administrator),
            ("harrowdene", Role::Administrator),
        ],
        name: "Joan Ashby",
        job_title: "Systems administrator",
        email: "joan.ashby@northmere.example.org",
    },
    Account {
        roles: &[("northmere", Role::Support)],
        name: "Idris Vaughan",
        job_title: "Service desk",
        email: "idris.vaughan@northmere.example.org",
    },
];

/// Everybody of the demo.
fn accounts() -> impl Iterator<Item = &'static Account> {
    ACCOUNTS.iter().chain(&assessments::ACCOUNTS)
}

/// The cases, as templates.
#[derive(rust_embed::Embed)]
#[folder = "src/forms/cases/"]
struct Templates;

/// The demo's clock: the system's, or one that starts at noon of the pretended day.
#[must_use]
pub fn clock(today: Option<NaiveDate>) -> Clock {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    today.map_or_else(Clock::default, |day| {
        Clock::starting_at(day.and_time(noon).and_utc())
    })
}

/// Makes a fresh demo database. An SQLite file that an earlier demo made is replaced; any other
/// database is refused.
///
/// # Errors
/// When the database is not the demo's own, or a case is not sound.
pub async fn make(database: &str, forms: &Forms, clock: &Clock) -> Result<(Db, Vec<Account>)> {
    clear(database)?;
    if let Some(mark) = mark(database) {
        std::fs::write(
            &mark,
            "This database was made by the demo and is replaced at its next start.\n",
        )
        .with_context(|| format!("cannot write {mark}"))?;
    }
    let db = Db::connect(database).await?;
    fill(&db, forms, clock).await?;
    Ok((db, accounts().cloned().collect()))
}

/// A file beside the database says that the demo made it.
fn mark(database: &str) -> Option<String> {
    Some(format!("{}.is-demo", sqlite_path(database)?))
}

fn sqlite_path(database: &str) -> Option<&str> {
    database
        .strip_prefix("sqlite:")?
        .trim_start_matches("//")
        .split('?')
        .next()
}

fn clear(database: &str) -> Result<()> {
    let (Some(path), Some(mark)) = (sqlite_path(database), mark(database)) else {
        bail!("the demo uses an SQLite file of its own: --database sqlite:PATH");
    };
    if Path::new(path).exists() && !Path::new(&mark).exists() {
        bail!(
            "{path} was not made by the demo, so the demo will not replace it; name another file"
        );
    }
    for file in [
        path.to_owned(),
        format!("{path}-wal"),
        format!("{path}-shm"),
    ] {
        match std::fs::remove_file(&file) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(e).with_context(|| format!("cannot remove the last demo's {file}"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Fills a database with the demo's people and cases.
///
/// # Errors
/// When a case is not sound.
pub async fn fill(db: &Db, forms: &Forms, clock: &Clock) -> Result<()> {
    let password_hash = Hasher::default().hash(PASSWORD).await?;
    let mut tx = db.begin().await?;
    let mut places = BTreeMap::new();
    for (short, (name, kind, team)) in [("northmere", NORTHMERE), ("harrowdene", HARROWDENE)] {
        let place = organisations::ensure(&mut tx, name, kind, team).await?;
        // Nobody who tries the demo has an authenticator for it.
        organisations::adjust(&mut tx, &place.0, |s| s.second_factor_required = false).await?;
        places.insert(short, place);
    }
    for account in accounts() {
        let new = people::NewPerson {
            email: account.email,
            name: account.name,
            job_title: account.job_title,
            password_hash: &password_hash,
        };
        let person = people::add(&mut tx, &new).await?;
        for (short, role) in account.roles {
            let (organisation, team) = places
                .get(short)
                .context("a demo account names no demo organisation")?;
            // Leads and executives answer for the whole organisation, the others for their team.
            let whole = matches!(role, Role::AssessmentLead | Role::Executive);
            let team = (!whole).then_some(team.as_str());
            people::join(&mut tx, &person, organisation, *role, team).await?;
        }
    }
    tx.commit().await?;
    let form = forms
        .newest(PROGRESS_REPORT)
        .context("there is no progress report form")?;
    let names = names();
    for file in Templates::iter() {
        let template = Templates::get(&file).with_context(|| format!("{file} cannot be read"))?;
        let text =
            std::str::from_utf8(&template.data).with_context(|| format!("{file} is not UTF-8"))?;
        let harrowdene = text.contains("organisation = \"harrowdene\"");
        let (name, _, team) = if harrowdene { HARROWDENE } else { NORTHMERE };
        let setting = Setting {
            today: clock.today(),
            form: &form,
            organisation: name,
            people: &names,
        };
        let compiled = compile(text, &setting).map_err(|e| anyhow::anyhow!("{file}: {e}"))?;
        let (organisation, _) = places
            .get(compiled.organisation.as_str())
            .with_context(|| format!("{file}: unknown organisation"))?;
        cases::import(db, forms, organisation, team, &compiled.case, clock.now())
            .await
            .with_context(|| file.to_string())?;
    }
    assessments::fill(db, forms, clock)
        .await
        .context("the self-assessments")?;
    assurance::fill(db, clock).await.context("the registers")?;
    Ok(())
}

/// Name and job title of the demo's people, by e-mail.
#[must_use]
pub fn names() -> BTreeMap<String, (String, String)> {
    ACCOUNTS
        .iter()
        .map(|a| {
            (
                a.email.to_owned(),
                (a.name.to_owned(), a.job_title.to_owned()),
            )
        })
        .collect()
}

/// Prints one line for each account.
pub fn announce(accounts: &[Account]) {
    println!("The demo is ready. Its people and patients are fictional.");
    for account in accounts {
        let roles: Vec<&str> = account.roles.iter().map(|(_, role)| role.words()).collect();
        println!(
            "{:<42} {:<20} {:<44} {PASSWORD}",
            roles.join(", "),
            account.name,
            account.email
        );
    }
}
