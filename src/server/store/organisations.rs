//! Organisations, their teams and their settings.

use super::{Db, Tx, new_id, stored};
use crate::domain::identifiers::OrganisationId;
use crate::on;
use serde::{Deserialize, Serialize};

/// What an organisation sets for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Where reports are sent. Seen on sibling MHCS forms; not verified for this one.
    pub mailbox: String,
    /// When the mailbox was last checked against gov.uk.
    pub mailbox_checked_on: Option<chrono::NaiveDate>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mailbox: "MHCSMailbox@justice.gov.uk".into(),
            mailbox_checked_on: None,
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
