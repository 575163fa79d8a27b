//! Self-assessments: which there are, who takes part, where each stands.
//!
//! Every function about one assessment takes a proof and names its organisation: the one that opened
//! it, or one that agreed to share it.

pub mod actions;
pub mod freezing;
mod people;
pub mod ratings;
pub mod sharing;

pub use people::{Member, Part, give_part, members, parts, take_part};

use super::{Db, Tx, organisations_of, stored};
use crate::domain::identifiers::{AssessmentId, OrganisationId};
use crate::domain::self_assessment::assessment::{Scope, Stage};
use crate::on;
use crate::server::access::{AllowedIn, Asker, LeadAssessment, OrganisationPermission};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// What an assessment must be for a proof to touch it: `$1` is the assessment, `$2` the organisation.
macro_rules! reached {
    () => {
        "(a.id = $1 and (a.organisation_id = $2 or exists (select 1 from assessment_share s
          where s.assessment_id = a.id and s.organisation_id = $2 and s.state = 'agreed')))"
    };
}
pub(crate) use reached;

macro_rules! columns {
    () => {
        "a.id, a.organisation_id, o.name as organisation_name, a.framework_id, a.framework_version, a.scope,
         a.period_from, a.period_to, a.stage, a.previous_id, p.name as opened_by, a.opened_at, a.signed_on
         from assessment a join organisation o on o.id = a.organisation_id join person p on p.id = a.opened_by_id "
    };
}

/// A self-assessment.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Identifies it.
    pub id: AssessmentId,
    /// Who opened it.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Id of the standards.
    pub framework_id: String,
    /// Their version.
    pub framework_version: NaiveDate,
    /// What it covers.
    pub scope: Scope,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// Where it stands.
    pub stage: Stage,
    /// The year before.
    pub previous: Option<AssessmentId>,
    /// Name of who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// The day of the last signature.
    pub signed_on: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    organisation_id: String,
    organisation_name: String,
    framework_id: String,
    framework_version: NaiveDate,
    scope: String,
    period_from: NaiveDate,
    period_to: NaiveDate,
    stage: String,
    previous_id: Option<String>,
    opened_by: String,
    opened_at: DateTime<Utc>,
    signed_on: Option<NaiveDate>,
}

impl Row {
    fn assessment(self) -> sqlx::Result<Assessment> {
        let previous = self
            .previous_id
            .map(|id| stored("assessment id", AssessmentId::parse(&id)));
        Ok(Assessment {
            id: stored("assessment id", AssessmentId::parse(&self.id))?,
            organisation: stored(
                "organisation id",
                OrganisationId::parse(&self.organisation_id),
            )?,
            organisation_name: self.organisation_name,
            framework_id: self.framework_id,
            framework_version: self.framework_version,
            scope: stored("scope", serde_json::from_str(&self.scope))?,
            from: self.period_from,
            to: self.period_to,
            stage: stored("stage", Stage::named(&self.stage).ok_or("unknown"))?,
            previous: previous.transpose()?,
            opened_by: self.opened_by,
            opened_at: self.opened_at,
            signed_on: self.signed_on,
        })
    }
}

/// A query that goes on after `start` with those of the wanted assessments, as `a`, that the organisation
/// takes part in.
fn of_these<'a, DB: Database>(
    start: &'static str,
    wanted: &[&'a AssessmentId],
    organisation: &'a str,
) -> QueryBuilder<DB>
where
    String: Encode<'a, DB> + Type<DB>,
{
    let mut query = QueryBuilder::new(start);
    query.push(" where a.id in (");
    let mut ids = query.separated(", ");
    for id in wanted {
        ids.push_bind(id.as_str().to_owned());
    }
    // A list of none is still a list.
    ids.push("'') and (a.organisation_id = ");
    query.push_bind(organisation.to_owned());
    query.push(
        " or exists (select 1 from assessment_share s where s.assessment_id = a.id and s.state = 'agreed'
             and s.organisation_id = ",
    );
    query.push_bind(organisation.to_owned());
    query.push("))");
    query
}

/// How a person reaches an assessment.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Who opened it.
    pub owner: OrganisationId,
    /// Organisations of the person's that take part in it.
    pub organisations: Vec<OrganisationId>,
    /// What it covers.
    pub scope: Scope,
    /// Whether they are its challenger.
    pub challenger: bool,
    /// Domains given to them.
    pub domains: Vec<String>,
}

/// How a person reaches one assessment; nothing when it is missing or other organisations'.
pub async fn reach(db: &Db, asker: Asker<'_>, id: &AssessmentId) -> sqlx::Result<Option<Reach>> {
    let found = reachable(db, asker, id.as_str()).await?;
    Ok(found.into_iter().next().map(|(_, reach)| reach))
}

/// Every assessment of the person's organisations, or the one of that id, newest first.
pub async fn reachable(
    db: &Db,
    asker: Asker<'_>,
    id: &str,
) -> sqlx::Result<Vec<(Assessment, Reach)>> {
    type Pairs = Vec<(String, String)>;
    type Parts = Vec<(String, String, String)>;
    let (rows, shares, mine, parts): (Vec<Row>, Pairs, Vec<String>, Parts) = on!(&db.read, pool => {
        let rows = sqlx::query_as(concat!(
            "select ",
            columns!(),
            "where ($2 = '' or a.id = $2)
             and (a.organisation_id in ",
            organisations_of!("$1", "$3"),
            " or exists (select 1 from assessment_share s
                          where s.assessment_id = a.id and s.state = 'agreed' and s.organisation_id in ",
            organisations_of!("$1", "$3"),
            "))
             order by a.period_to desc, a.id desc"
        ))
        .bind(asker.person())
        .bind(id)
        .bind(asker.only())
        .fetch_all(pool)
        .await?;
        let shares = sqlx::query_as(
            "select assessment_id, organisation_id from assessment_share
             where state = 'agreed' and ($1 = '' or assessment_id = $1) order by organisation_id",
        )
        .bind(id)
        .fetch_all(pool)
        .await?;
        let mine = sqlx::query_scalar("select distinct organisation_id from membership where person_id = $1 and ($2 = '' or organisation_id = $2)")
            .bind(asker.person())
            .bind(asker.only())
            .fetch_all(pool)
            .await?;
        let parts = sqlx::query_as(
            "select assessment_id, part, domain from assessment_part
             where person_id = $1 and ($2 = '' or assessment_id = $2) order by domain",
        )
        .bind(asker.person())
        .bind(id)
        .fetch_all(pool)
        .await?;
        (rows, shares, mine, parts)
    });
    rows.into_iter()
        .map(|row| {
            let assessment = row.assessment()?;
            let id = assessment.id.as_str();
            let owner = assessment.organisation.as_str();
            let guests = shares
                .iter()
                .filter(|(a, _)| a == id)
                .map(|(_, o)| o.as_str());
            let organisations = std::iter::once(owner)
                .chain(guests)
                .filter(|o| mine.iter().any(|m| m == o))
                .map(|o| stored("organisation id", OrganisationId::parse(o)))
                .collect::<sqlx::Result<Vec<_>>>()?;
            let own = |part: &str| {
                let of = parts.iter().filter(move |(a, p, _)| a == id && p == part);
                of.map(|(_, _, domain)| domain.clone()).collect::<Vec<_>>()
            };
            let reach = Reach {
                owner: assessment.organisation.clone(),
                organisations,
                scope: assessment.scope.clone(),
                challenger: !own("challenger").is_empty(),
                domains: own("contributor"),
            };
            Ok((assessment, reach))
        })
        .collect()
}

/// One assessment.
pub async fn load<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Option<Assessment>> {
    let row: Option<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!("select ", columns!(), "where ", reached!()))
            .bind(id.as_str())
            .bind(proof.organisation().as_str())
            .fetch_optional(pool)
            .await?
    });
    row.map(Row::assessment).transpose()
}

/// Locks an assessment and reads it as it stands.
pub async fn lock<P: OrganisationPermission>(
    tx: &mut Tx,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Option<Assessment>> {
    let row: Option<Row> = on!(tx, tx => {
        // Touching the row is a lock that both databases know.
        sqlx::query("update assessment set stage = stage where id = $1").bind(id.as_str()).execute(&mut **tx).await?;
        sqlx::query_as(concat!("select ", columns!(), "where ", reached!()))
            .bind(id.as_str())
            .bind(proof.organisation().as_str())
            .fetch_optional(&mut **tx)
            .await?
    });
    row.map(Row::assessment).transpose()
}

/// An assessment to be opened.
#[derive(Debug, Clone)]
pub struct NewAssessment {
    /// From the page that asked: posting it twice opens one.
    pub id: AssessmentId,
    /// Id of the standards.
    pub framework_id: String,
    /// Their version.
    pub framework_version: NaiveDate,
    /// What it covers.
    pub scope: Scope,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// The year before.
    pub previous: Option<AssessmentId>,
    /// Actions that go over, each with its criterion in these standards.
    pub carried: Vec<(String, String)>,
}

/// What became of opening one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It is open.
    Yes,
    /// This one is open for the same part of the organisation, or follows the same year.
    Another(AssessmentId),
}

/// Opens an assessment, within a transaction that its caller commits.
pub async fn open(
    tx: &mut Tx,
    proof: &AllowedIn<LeadAssessment>,
    new: &NewAssessment,
) -> sqlx::Result<Opened> {
    let scope = stored("scope", serde_json::to_string(&new.scope))?;
    let previous = new.previous.as_ref().map(AssessmentId::as_str);
    let another: Option<String> = on!(tx, tx => {
        // One lead after the other: two who open at once open one.
        sqlx::query("update organisation set name = name where id = $1")
            .bind(proof.organisation().as_str())
            .execute(&mut **tx)
            .await?;
        sqlx::query_scalar(
            "select id from assessment where id <> $2 and organisation_id = $1
             and ((scope = $3 and stage in ('gathering', 'challenge', 'sign-off')) or previous_id = $4)",
        )
        .bind(proof.organisation().as_str())
        .bind(new.id.as_str())
        .bind(&scope)
        .bind(previous)
        .fetch_optional(&mut **tx)
        .await?
    });
    if let Some(id) = another {
        return Ok(Opened::Another(stored(
            "assessment id",
            AssessmentId::parse(&id),
        )?));
    }
    on!(tx, tx => {
        let added = sqlx::query(
            "insert into assessment (id, organisation_id, framework_id, framework_version, scope, period_from, period_to,
             stage, previous_id, opened_by_id, opened_at, signed_on)
             values ($1, $2, $3, $4, $5, $6, $7, 'gathering', $8, $9, $10, null) on conflict (id) do nothing",
        )
        .bind(new.id.as_str())
        .bind(proof.organisation().as_str())
        .bind(&new.framework_id)
        .bind(new.framework_version)
        .bind(&scope)
        .bind(new.from)
        .bind(new.to)
        .bind(previous)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected();
        if added == 1 {
            for (action, criterion) in &new.carried {
                sqlx::query("insert into assessment_action_carried (assessment_id, action_id, criterion) values ($1, $2, $3)")
                    .bind(new.id.as_str())
                    .bind(action)
                    .bind(criterion)
                    .execute(&mut **tx)
                    .await?;
            }
        }
    });
    Ok(Opened::Yes)
}

/// Where an assessment stands from now on.
pub async fn set_stage<P: OrganisationPermission>(
    tx: &mut Tx,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
    stage: Stage,
    signed_on: Option<NaiveDate>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(concat!(
            "update assessment as a set stage = $3, signed_on = coalesce($4, a.signed_on) where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(stage.name())
        .bind(signed_on)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Teams of an organisation: id and name.
pub async fn teams(
    db: &Db,
    proof: &AllowedIn<LeadAssessment>,
) -> sqlx::Result<Vec<(String, String)>> {
    on!(&db.read, pool => {
        sqlx::query_as("select id, name from team where organisation_id = $1 order by name, id")
            .bind(proof.organisation().as_str())
            .fetch_all(pool)
            .await
    })
}

/// The signed assessment of the same part of the organisation that ended last.
pub async fn latest_signed(
    db: &Db,
    proof: &AllowedIn<LeadAssessment>,
    scope: &Scope,
) -> sqlx::Result<Option<Assessment>> {
    let scope = stored("scope", serde_json::to_string(scope))?;
    let row: Option<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select ",
            columns!(),
            "where a.organisation_id = $1 and a.scope = $2 and a.stage in ('signed', 'reviewed')
             order by a.period_to desc, a.id desc limit 1"
        ))
        .bind(proof.organisation().as_str())
        .bind(&scope)
        .fetch_optional(pool)
        .await?
    });
    row.map(Row::assessment).transpose()
}
