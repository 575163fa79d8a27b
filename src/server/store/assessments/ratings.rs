//! Ratings, saved against the version that their writer saw, and the remarks of the second view.

use super::{of_these, reached};
use crate::domain::form::{Fields, Version};
use crate::domain::identifiers::AssessmentId;
use crate::domain::self_assessment::challenge::{Remark, View};
use crate::domain::self_assessment::content::FrozenFigure;
use crate::domain::self_assessment::rating::{Rating, Ratings};
use crate::on;
use crate::server::access::{AllowedIn, OrganisationPermission};
use crate::server::store::{Db, Tx, new_id, stored};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// A rating as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// What was typed.
    pub fields: Fields,
    /// The live figures taken with it.
    pub figures: Vec<FrozenFigure>,
    /// How often it was saved.
    pub version: Version,
    /// Who saved it last: id.
    pub by: String,
    /// Who saved it last: name.
    pub by_name: String,
    /// When.
    pub at: DateTime<Utc>,
}

type Columns = (String, String, String, i64, String, String, DateTime<Utc>);

fn rated(
    (criterion, fields, figures, version, by, by_name, at): Columns,
) -> sqlx::Result<(String, Rated)> {
    let rated = Rated {
        fields: stored("rating", serde_json::from_str(&fields))?,
        figures: stored("figures", serde_json::from_str(&figures))?,
        version: Version(stored("version", u32::try_from(version))?),
        by,
        by_name,
        at,
    };
    Ok((criterion, rated))
}

/// Every rating of an assessment, by criterion.
pub async fn all<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<BTreeMap<String, Rated>> {
    let rows: Vec<Columns> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select r.criterion, r.fields, r.figures, r.version, r.person_id, p.name, r.at
             from assessment_rating r join person p on p.id = r.person_id join assessment a on a.id = r.assessment_id where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(rated).collect()
}

/// The ratings alone of these assessments, of those that the organisation of the proof takes part in:
/// assessment, criterion, rating.
pub async fn summary<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    wanted: &[&AssessmentId],
) -> sqlx::Result<BTreeMap<String, BTreeMap<String, Rating>>> {
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        let start = "select r.assessment_id, r.criterion, r.fields
            from assessment_rating r join assessment a on a.id = r.assessment_id";
        of_these(start, wanted, proof.organisation().as_str()).build_query_as().fetch_all(pool).await?
    });
    let mut all: BTreeMap<String, BTreeMap<String, Rating>> = BTreeMap::new();
    for (assessment, criterion, fields) in rows {
        let fields: Fields = stored("rating", serde_json::from_str(&fields))?;
        if let Ok(rating) = Rating::read(fields.get("rating")) {
            all.entry(assessment).or_default().insert(criterion, rating);
        }
    }
    Ok(all)
}

/// Last day and version of the standards of the year before.
pub async fn year_before<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Option<(NaiveDate, NaiveDate)>> {
    on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select b.period_to, b.framework_version from assessment b join assessment a on a.previous_id = b.id where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_optional(pool)
        .await
    })
}

/// The ratings of the year before, which stand beside this one's for all who take part in this one.
pub async fn before<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Ratings> {
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select r.criterion, r.fields from assessment_rating r join assessment a on a.previous_id = r.assessment_id where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    let mut ratings = Ratings::new();
    for (criterion, fields) in rows {
        let fields: Fields = stored("rating", serde_json::from_str(&fields))?;
        if let Ok(rating) = Rating::read(fields.get("rating")) {
            ratings.insert(criterion, rating);
        }
    }
    Ok(ratings)
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Stored under this version.
    As(Version),
    /// It was stored already.
    Already(Version),
    /// Somebody saved something else since. Theirs stands; the caller has the other text.
    Conflict(Box<Rated>),
}

/// Saves a rating within a transaction that holds the assessment's lock, if `seen` is the version
/// that stands. Nothing is ever overwritten unseen.
pub async fn save<P: OrganisationPermission>(
    tx: &mut Tx,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
    criterion: &str,
    seen: Version,
    fields: &Fields,
    figures: &[FrozenFigure],
) -> sqlx::Result<Saved> {
    let row: Option<Columns> = on!(tx, tx => {
        sqlx::query_as(concat!(
            "select r.criterion, r.fields, r.figures, r.version, r.person_id, p.name, r.at
             from assessment_rating r join person p on p.id = r.person_id join assessment a on a.id = r.assessment_id
             where r.criterion = $3 and ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(criterion)
        .fetch_optional(&mut **tx)
        .await?
    });
    let stands = row.map(rated).transpose()?.map(|(_, r)| r);
    match &stands {
        Some(r) if r.fields == *fields => return Ok(Saved::Already(r.version)),
        None if fields.is_empty() => return Ok(Saved::Already(Version(0))),
        Some(r) if r.version != seen => return Ok(Saved::Conflict(Box::new(r.clone()))),
        _ => {}
    }
    let version = stands.map_or(Version(0), |r| r.version).next();
    let text = stored("rating", serde_json::to_string(fields))?;
    let figures = stored("figures", serde_json::to_string(figures))?;
    on!(tx, tx => {
        for sql in [
            "insert into assessment_rating (assessment_id, criterion, fields, figures, version, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (assessment_id, criterion) do update set fields = excluded.fields, figures = excluded.figures,
             version = excluded.version, person_id = excluded.person_id, at = excluded.at",
            "insert into assessment_rating_version (assessment_id, criterion, fields, figures, version, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)",
        ] {
            sqlx::query(sql)
                .bind(id.as_str())
                .bind(criterion)
                .bind(&text)
                .bind(&figures)
                .bind(i64::from(version.0))
                .bind(proof.person().as_str())
                .bind(proof.at())
                .execute(&mut **tx)
                .await?;
        }
    });
    Ok(Saved::As(version))
}

/// Names of those who ever saved a rating of an assessment, by person id.
pub async fn raters<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Vec<String>> {
    on!(&db.read, pool => {
        sqlx::query_scalar(concat!(
            "select distinct v.person_id from assessment_rating_version v join assessment a on a.id = v.assessment_id where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await
    })
}

type RemarkColumns = (
    String,
    i64,
    String,
    Option<String>,
    String,
    String,
    DateTime<Utc>,
);

/// The remarks of the second view, in the order in which they were made.
pub async fn remarks<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Vec<Remark>> {
    let rows: Vec<RemarkColumns> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select r.criterion, r.version, r.view, r.proposed, r.reason, p.name, r.at
             from assessment_remark r join person p on p.id = r.person_id join assessment a on a.id = r.assessment_id where ",
            reached!(),
            " order by r.at, r.id"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(criterion, version, view, proposed, reason, by, at)| {
            Ok(Remark {
                criterion,
                version: stored("version", u32::try_from(version))?,
                view: stored("view", View::named(&view).ok_or("unknown"))?,
                proposed: proposed
                    .map(|p| stored("rating", Rating::read(&p)))
                    .transpose()?,
                reason,
                by,
                at,
            })
        })
        .collect()
}

/// A remark to be added.
#[derive(Debug, Clone)]
pub struct NewRemark<'a> {
    /// About which criterion.
    pub criterion: &'a str,
    /// About which version of its rating.
    pub version: Version,
    /// What it says.
    pub view: View,
    /// The rating that is proposed or given instead.
    pub proposed: Option<Rating>,
    /// Why.
    pub reason: &'a str,
}

/// Adds a remark.
pub async fn remark<P: OrganisationPermission>(
    tx: &mut Tx,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
    new: &NewRemark<'_>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(concat!(
            "insert into assessment_remark (id, assessment_id, criterion, version, view, proposed, reason, person_id, at)
             select $3, a.id, $4, $5, $6, $7, $8, $9, $10 from assessment a where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(new_id())
        .bind(new.criterion)
        .bind(i64::from(new.version.0))
        .bind(new.view.name())
        .bind(new.proposed.map(Rating::name))
        .bind(new.reason)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}
