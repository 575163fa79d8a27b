//! Signatures, the frozen assessment, its papers and the six-month review.

use super::reached;
use crate::domain::identifiers::AssessmentId;
use crate::domain::self_assessment::content::{Signed, digest};
use crate::on;
use crate::server::access::{AllowedIn, LeadAssessment, OrganisationPermission, SignAssessment};
use crate::server::audit::kept;
use crate::server::store::{Db, Tx, new_id, stored};
use chrono::{DateTime, Utc};
use std::iter;

/// A paper of an assessment.
#[derive(Debug, Clone)]
pub struct Paper {
    /// The bytes as made.
    pub bytes: Vec<u8>,
    /// Their SHA-256, in hexadecimal.
    pub digest: String,
}

/// A signature that stands, with the organisation and the text that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Id of the organisation.
    pub organisation: String,
    /// Digest of the text that was read.
    pub mark: String,
    /// The signature as on papers.
    pub signed: Signed,
}

type Columns = (
    String,
    String,
    String,
    String,
    String,
    String,
    DateTime<Utc>,
);

const SIGNATURES: &str = concat!(
    "select g.organisation_id, o.name, g.mark, g.name, g.job_title, g.statements, g.at
     from assessment_signature g join organisation o on o.id = g.organisation_id
     join assessment a on a.id = g.assessment_id where g.voided_at is null and ",
    reached!(),
    " order by g.at, g.id"
);

fn signature(row: Columns) -> sqlx::Result<Signature> {
    let (organisation, organisation_name, mark, name, job_title, statements, at) = row;
    Ok(Signature {
        organisation,
        mark,
        signed: Signed {
            organisation: organisation_name,
            name,
            job_title,
            statements: stored("statements", serde_json::from_str(&statements))?,
            at,
        },
    })
}

/// The signatures that stand, oldest first.
pub async fn signatures<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Vec<Signature>> {
    let rows: Vec<Columns> = on!(&db.read, pool => {
        sqlx::query_as(SIGNATURES)
            .bind(id.as_str())
            .bind(proof.organisation().as_str())
            .fetch_all(pool)
            .await?
    });
    rows.into_iter().map(signature).collect()
}

/// The same under the assessment's lock.
pub async fn signatures_locked<P: OrganisationPermission>(
    tx: &mut Tx,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Vec<Signature>> {
    let rows: Vec<Columns> = on!(tx, tx => {
        sqlx::query_as(SIGNATURES)
            .bind(id.as_str())
            .bind(proof.organisation().as_str())
            .fetch_all(&mut **tx)
            .await?
    });
    rows.into_iter().map(signature).collect()
}

/// Adds an executive's signature for the organisation of the proof.
pub async fn sign(
    tx: &mut Tx,
    proof: &AllowedIn<SignAssessment>,
    id: &AssessmentId,
    mark: &str,
    signed: &Signed,
) -> sqlx::Result<()> {
    let statements = stored("statements", serde_json::to_string(&signed.statements))?;
    on!(tx, tx => {
        sqlx::query(concat!(
            "insert into assessment_signature (id, assessment_id, organisation_id, person_id, name, job_title, statements, mark, at, voided_at)
             select $3, a.id, $2, $4, $5, $6, $7, $8, $9, null from assessment a where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(new_id())
        .bind(proof.person().as_str())
        .bind(&signed.name)
        .bind(&signed.job_title)
        .bind(statements)
        .bind(mark)
        .bind(signed.at)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Marks the signatures as no longer standing: the assessment was given back. They stay on record.
pub async fn void<P: OrganisationPermission>(
    tx: &mut Tx,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(concat!(
            "update assessment_signature set voided_at = $3 where voided_at is null
             and assessment_id in (select a.id from assessment a where ",
            reached!(),
            ")"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Freezes an assessment with its papers.
pub async fn freeze(
    tx: &mut Tx,
    proof: &AllowedIn<SignAssessment>,
    id: &AssessmentId,
    json: &str,
    papers: &[(String, Vec<u8>)],
) -> sqlx::Result<()> {
    let event = proof.event("papers-made", id.as_str());
    let digests = papers.iter().map(|(_, bytes)| digest(bytes));
    let digests: Vec<String> = iter::once(digest(json.as_bytes())).chain(digests).collect();
    kept::note(tx, &event, digests.iter().map(String::as_str)).await?;
    on!(tx, tx => {
        sqlx::query("insert into frozen_assessment (assessment_id, json, digest, at) values ($1, $2, $3, $4)")
            .bind(id.as_str())
            .bind(json)
            .bind(digest(json.as_bytes()))
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
        for (name, bytes) in papers {
            sqlx::query("insert into assessment_paper (assessment_id, name, bytes, digest, at) values ($1, $2, $3, $4, $5)")
                .bind(id.as_str())
                .bind(name)
                .bind(bytes)
                .bind(digest(bytes))
                .bind(proof.at())
                .execute(&mut **tx)
                .await?;
        }
    });
    Ok(())
}

/// The frozen assessment, if it is as it was kept: JSON and its digest.
pub async fn frozen<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Option<(String, String)>> {
    let row: Option<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select f.json, f.digest from frozen_assessment f join assessment a on a.id = f.assessment_id where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_optional(pool)
        .await?
    });
    if let Some((json, digest)) = &row {
        kept::as_kept(db, json.as_bytes(), digest).await?;
    }
    Ok(row)
}

/// A stored paper, if it is as it was kept.
pub async fn paper<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
    name: &str,
) -> sqlx::Result<Option<Paper>> {
    let row: Option<(Vec<u8>, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select f.bytes, f.digest from assessment_paper f join assessment a on a.id = f.assessment_id where f.name = $3 and ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(name)
        .fetch_optional(pool)
        .await?
    });
    if let Some((bytes, digest)) = &row {
        kept::as_kept(db, bytes, digest).await?;
    }
    Ok(row.map(|(bytes, digest)| Paper { bytes, digest }))
}

/// Records why an assessment was given back.
pub async fn record_return<P: OrganisationPermission>(
    tx: &mut Tx,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
    reason: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(concat!(
            "insert into assessment_return (id, assessment_id, reason, person_id, at) select $3, a.id, $4, $5, $6 from assessment a where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(new_id())
        .bind(reason)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Why it was last given back, by whom and when.
pub async fn last_return<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Option<Review>> {
    let row: Option<(String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select r.reason, p.name, r.at from assessment_return r join person p on p.id = r.person_id
             join assessment a on a.id = r.assessment_id where ",
            reached!(),
            " order by r.at desc, r.id desc limit 1"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_optional(pool)
        .await?
    });
    Ok(row.map(|(note, by, at)| Review { note, by, at }))
}

/// The six-month review, or a note of giving back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What it found.
    pub note: String,
    /// Name of who recorded it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The six-month review, if it is done.
pub async fn review<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Option<Review>> {
    let row: Option<(String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select r.note, p.name, r.at from assessment_review r join person p on p.id = r.person_id
             join assessment a on a.id = r.assessment_id where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_optional(pool)
        .await?
    });
    Ok(row.map(|(note, by, at)| Review { note, by, at }))
}

/// Records the six-month review.
pub async fn record_review(
    tx: &mut Tx,
    proof: &AllowedIn<LeadAssessment>,
    id: &AssessmentId,
    note: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(concat!(
            "insert into assessment_review (assessment_id, note, person_id, at) select a.id, $3, $4, $5 from assessment a where ",
            reached!()
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(note)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}
