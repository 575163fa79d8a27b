//! Organisations, their teams and their settings.

use super::{Db, Tx, new_id, stored};
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::domain::people::Role;
use crate::domain::schedule::{Counting, Targets};
use crate::on;
use crate::server::access::{AllowedIn, ManagePeople, ManageSettings};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What an organisation sets for itself. A field that an older row lacks has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Where reports are sent. Seen on sibling MHCS forms; not verified for this one.
    pub mailbox: String,
    /// When the mailbox was last checked against gov.uk.
    pub mailbox_checked_on: Option<NaiveDate>,
    /// Days before the due date by which the organisation wants each part done.
    pub targets: Targets,
    /// What due dates count from.
    pub counting: Counting,
    /// Minutes without use after which a session ends; none for the installation's own figure.
    pub idle_minutes: Option<u16>,
    /// Hours after which a session ends in any case; none for the installation's own figure.
    pub session_hours: Option<u16>,
    /// Whether people who sign in with a password also give a code.
    pub second_factor_required: bool,
    /// Whether the PDF of a report carries the frozen report as data inside it (PDF/A-3a). Off by
    /// default: ask the recipient first, for then what is sensitive travels twice.
    pub attach_data: bool,
    /// Roles that may open a record in an emergency, of those that the table lets.
    pub emergency_roles: Vec<Role>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mailbox: "MHCSMailbox@justice.gov.uk".into(),
            mailbox_checked_on: None,
            targets: Targets::default(),
            counting: Counting::default(),
            idle_minutes: None,
            session_hours: None,
            second_factor_required: true,
            attach_data: false,
            emergency_roles: vec![
                Role::SocialSupervisor,
                Role::ClinicalSupervisor,
                Role::LineManager,
            ],
        }
    }
}

/// An organisation.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Identifies it.
    pub id: OrganisationId,
    /// Name on pages and papers.
    pub name: String,
    /// Its settings.
    pub settings: Settings,
}

/// The organisation of that id.
pub async fn find(db: &Db, id: &OrganisationId) -> sqlx::Result<Option<Organisation>> {
    let row: Option<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as("select name, settings from organisation where id = $1").bind(id.as_str()).fetch_optional(pool).await?
    });
    row.map(|(name, settings)| {
        let settings = stored("settings", serde_json::from_str(&settings))?;
        Ok(Organisation {
            id: id.clone(),
            name,
            settings,
        })
    })
    .transpose()
}

/// The organisation and team of those names, made when missing.
pub async fn ensure(
    tx: &mut Tx,
    name: &str,
    kind: &str,
    team: &str,
) -> sqlx::Result<(OrganisationId, String)> {
    let settings = stored("settings", serde_json::to_string(&Settings::default()))?;
    let (organisation, team): (String, String) = on!(tx, tx => {
        sqlx::query("insert into organisation (id, name, kind, settings) values ($1, $2, $3, $4) on conflict (name) do nothing")
            .bind(new_id())
            .bind(name)
            .bind(kind)
            .bind(settings)
            .execute(&mut **tx)
            .await?;
        let organisation: String =
            sqlx::query_scalar("select id from organisation where name = $1").bind(name).fetch_one(&mut **tx).await?;
        sqlx::query("insert into team (id, organisation_id, name) values ($1, $2, $3) on conflict (organisation_id, name) do nothing")
            .bind(new_id())
            .bind(&organisation)
            .bind(team)
            .execute(&mut **tx)
            .await?;
        let team: String = sqlx::query_scalar("select id from team where organisation_id = $1 and name = $2")
            .bind(&organisation)
            .bind(team)
            .fetch_one(&mut **tx)
            .await?;
        (organisation, team)
    });
    Ok((
        stored("organisation id", OrganisationId::parse(&organisation))?,
        team,
    ))
}

/// The settings of every organisation that a person belongs to.
pub async fn settings_for(db: &Db, person: &PersonId) -> sqlx::Result<Vec<Settings>> {
    let rows: Vec<String> = on!(&db.read, pool => {
        sqlx::query_scalar("select settings from organisation where id in (select organisation_id from membership where person_id = $1)")
            .bind(person.as_str())
            .fetch_all(pool)
            .await?
    });
    rows.iter()
        .map(|text| stored("settings", serde_json::from_str(text)))
        .collect()
}

/// The organisation of that name.
pub async fn named(db: &Db, name: &str) -> sqlx::Result<Option<OrganisationId>> {
    let id: Option<String> = on!(&db.read, pool => {
        sqlx::query_scalar("select id from organisation where name = $1").bind(name).fetch_optional(pool).await?
    });
    id.map(|id| stored("organisation id", OrganisationId::parse(&id)))
        .transpose()
}

/// The team of that name.
pub async fn team(
    tx: &mut Tx,
    organisation: &OrganisationId,
    name: &str,
) -> sqlx::Result<Option<String>> {
    on!(tx, tx => {
        sqlx::query_scalar("select id from team where organisation_id = $1 and name = $2")
            .bind(organisation.as_str())
            .bind(name)
            .fetch_optional(&mut **tx)
            .await
    })
}

/// Puts new settings in the place of those that the page was made from. False when somebody else
/// changed them in between; then nothing is changed.
pub async fn set_settings(
    tx: &mut Tx,
    proof: &AllowedIn<ManageSettings>,
    seen: &Settings,
    new: &Settings,
) -> sqlx::Result<bool> {
    let (seen, new) = (
        stored("settings", serde_json::to_string(seen))?,
        stored("settings", serde_json::to_string(new))?,
    );
    // Compared as values: an older row lacks fields that have since been added.
    let standing: String = on!(tx, tx => {
        // Taking the row's lock first lets two changes not start from the same settings.
        sqlx::query_scalar("update organisation set settings = settings where id = $1 returning settings")
            .bind(proof.organisation().as_str())
            .fetch_one(&mut **tx)
            .await?
    });
    let standing: Settings = stored("settings", serde_json::from_str(&standing))?;
    if stored("settings", serde_json::to_string(&standing))? != seen {
        return Ok(false);
    }
    on!(tx, tx => {
        sqlx::query("update organisation set settings = $2 where id = $1")
            .bind(proof.organisation().as_str())
            .bind(new)
            .execute(&mut **tx)
            .await?;
    });
    Ok(true)
}

/// Changes settings where an operator or a test says so, outside the product's pages.
pub async fn adjust(
    tx: &mut Tx,
    organisation: &OrganisationId,
    change: impl FnOnce(&mut Settings),
) -> sqlx::Result<()> {
    let standing: String = on!(&mut *tx, tx => {
        sqlx::query_scalar("select settings from organisation where id = $1")
            .bind(organisation.as_str())
            .fetch_one(&mut **tx)
            .await?
    });
    let mut settings: Settings = stored("settings", serde_json::from_str(&standing))?;
    change(&mut settings);
    let settings = stored("settings", serde_json::to_string(&settings))?;
    on!(tx, tx => {
        sqlx::query("update organisation set settings = $2 where id = $1")
            .bind(organisation.as_str())
            .bind(settings)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// The organisation's teams by name: id and name.
pub async fn teams<P>(db: &Db, proof: &AllowedIn<P>) -> sqlx::Result<Vec<(String, String)>> {
    on!(&db.read, pool => {
        sqlx::query_as("select id, name from team where organisation_id = $1 order by name")
            .bind(proof.organisation().as_str())
            .fetch_all(pool)
            .await
    })
}

/// Adds a team. False when there is one of that name.
pub async fn add_team(
    tx: &mut Tx,
    proof: &AllowedIn<ManagePeople>,
    name: &str,
) -> sqlx::Result<bool> {
    let added = on!(tx, tx => {
        sqlx::query("insert into team (id, organisation_id, name) values ($1, $2, $3) on conflict (organisation_id, name) do nothing")
            .bind(new_id())
            .bind(proof.organisation().as_str())
            .bind(name)
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(added == 1)
}
