//! Answers: read them, and save one against the version that its writer saw.

use super::reports::Report;
use super::{Db, Tx, stored};
use crate::domain::form::progress::{Answers, Texts};
use crate::domain::form::{Answer, AnswerKey, Fields, Version};
use crate::domain::identifiers::ReportId;
use crate::on;
use crate::server::access::Allowed;
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use std::collections::HashMap;
use std::sync::Arc;

type Columns = (String, String, String, i64, String, DateTime<Utc>);

fn answer((question, row, fields, version, by, at): Columns) -> sqlx::Result<(AnswerKey, Answer)> {
    let answer = Answer {
        fields: stored("answer", serde_json::from_str(&fields))?,
        version: Version(stored("version", u32::try_from(version))?),
        by,
        at,
    };
    Ok((AnswerKey { question, row }, answer))
}

/// Every answer of a report.
pub async fn all<P>(db: &Db, proof: &Allowed<P>, report: &ReportId) -> sqlx::Result<Answers> {
    let rows: Vec<Columns> = on!(&db.read, pool => {
        sqlx::query_as(
            "select a.question, a.row_id, a.fields, a.version, w.name, a.at
             from answer a join person w on w.id = a.person_id join report r on r.id = a.report_id
             where a.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(answer).collect()
}

/// What reports of the patient say, in their order. Who wrote it and when is left where it is: years of
/// answers are read for a page, and nobody is shown that of them. Settled reports are read once.
pub async fn texts<P>(
    db: &Db,
    proof: &Allowed<P>,
    reports: &[&Report],
) -> sqlx::Result<Vec<Arc<Texts>>> {
    let known: Vec<_> = reports.iter().map(|r| db.settled.of(&r.id)).collect();
    let missing = reports.iter().zip(&known).filter(|(_, k)| k.is_none());
    let missing: Vec<&str> = missing.map(|(r, _)| r.id.as_str()).collect();
    let mut read = if missing.is_empty() {
        HashMap::new()
    } else {
        read_texts(db, proof, &missing).await?
    };
    let texts = |(report, known): (&&Report, Option<Arc<Texts>>)| {
        known.unwrap_or_else(|| {
            let texts = Arc::new(read.remove(report.id.as_str()).unwrap_or_default());
            if report.life.is_settled() {
                db.settled.keep(report.id.clone(), &texts, length(&texts));
            }
            texts
        })
    };
    Ok(reports.iter().zip(known).map(texts).collect())
}

async fn read_texts<P>(
    db: &Db,
    proof: &Allowed<P>,
    reports: &[&str],
) -> sqlx::Result<HashMap<String, Texts>> {
    let rows: Vec<(String, String, String, String)> = on!(&db.read, pool => {
        let mut query = QueryBuilder::new(
            "select a.report_id, a.question, a.row_id, a.fields from report r join answer a on a.report_id = r.id
             where r.patient_id = ",
        );
        query.push_bind(proof.patient().as_str().to_owned());
        query.push(" and r.organisation_id = ");
        query.push_bind(proof.organisation().as_str().to_owned());
        query.push(" and r.id in (");
        let mut ids = query.separated(", ");
        for id in reports {
            ids.push_bind((*id).to_owned());
        }
        query.push(")");
        query.build_query_as().fetch_all(pool).await?
    });
    let mut all: HashMap<String, Texts> = HashMap::new();
    for (report, question, row, fields) in rows {
        let fields = stored("answer", serde_json::from_str(&fields))?;
        let texts = all.entry(report).or_default();
        texts.insert(AnswerKey { question, row }, fields);
    }
    Ok(all)
}

/// How long texts are, in bytes.
fn length(texts: &Texts) -> usize {
    let fields = texts.values().flat_map(|fields| fields.iter());
    fields.map(|(name, text)| name.len() + text.len()).sum()
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Stored under this version.
    As(Version),
    /// It was stored already: a repeated post, or two people who typed the same.
    Already(Version),
    /// Somebody saved something else since. Theirs stands; the caller has the other text.
    Conflict(Box<Answer>),
}

/// Saves an answer within a transaction that holds the report's lock, if `seen` is the version that
/// stands. Nothing is ever overwritten unseen.
pub async fn save<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    key: &AnswerKey,
    seen: Version,
    fields: &Fields,
) -> sqlx::Result<Saved> {
    let row: Option<Columns> = on!(tx, tx => {
        sqlx::query_as(
            "select a.question, a.row_id, a.fields, a.version, w.name, a.at from answer a join person w on w.id = a.person_id
             where a.report_id = $1 and a.question = $2 and a.row_id = $3",
        )
        .bind(report.as_str())
        .bind(&key.question)
        .bind(&key.row)
        .fetch_optional(&mut **tx)
        .await?
    });
    let stands = row.map(answer).transpose()?.map(|(_, a)| a);
    match &stands {
        Some(a) if a.fields == *fields => return Ok(Saved::Already(a.version)),
        None if fields.is_empty() => return Ok(Saved::Already(Version(0))),
        Some(a) if a.version != seen => return Ok(Saved::Conflict(Box::new(a.clone()))),
        _ => {}
    }
    let version = stands.map_or(Version(0), |a| a.version).next();
    let text = stored("answer", serde_json::to_string(fields))?;
    on!(tx, tx => {
        sqlx::query(
            "insert into answer (report_id, question, row_id, fields, version, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (report_id, question, row_id) do update
             set fields = excluded.fields, version = excluded.version, person_id = excluded.person_id, at = excluded.at",
        )
        .bind(report.as_str())
        .bind(&key.question)
        .bind(&key.row)
        .bind(text)
        .bind(i64::from(version.0))
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(Saved::As(version))
}

/// Characters typed over all answers of a report.
///
/// What is stored is JSON, which is never shorter than what was typed: only where that is beyond
/// `limit` are the texts themselves counted.
pub async fn characters(tx: &mut Tx, report: &ReportId, limit: usize) -> sqlx::Result<usize> {
    let stored_length: i64 = on!(&mut *tx, tx => {
        sqlx::query_scalar("select cast(coalesce(sum(length(fields)), 0) as bigint) from answer where report_id = $1")
            .bind(report.as_str())
            .fetch_one(&mut **tx)
            .await?
    });
    let most = usize::try_from(stored_length).unwrap_or(usize::MAX);
    if most <= limit {
        return Ok(most);
    }
    let all: Vec<String> = on!(tx, tx => {
        sqlx::query_scalar("select fields from answer where report_id = $1")
            .bind(report.as_str())
            .fetch_all(&mut **tx)
            .await?
    });
    let mut typed = 0;
    for fields in all {
        let fields: Fields = stored("answer", serde_json::from_str(&fields))?;
        typed += fields
            .iter()
            .map(|(_, text)| text.chars().count())
            .sum::<usize>();
    }
    Ok(typed)
}
