//! Out: reads everything about a patient, for operators.

use crate::domain::case::{
    AnswerInCase, AssignmentInCase, Case, CommentInCase, EntryInCase, FormOfSending, FrozenInCase,
    LateNotice, ReportInCase, SCHEMA, SendingInCase, SignatureInCase, VersionInCase,
};
use crate::domain::form::{Fields, Version};
use crate::domain::identifiers::{OrganisationId, PatientId};
use crate::domain::patient::edit::{Change, Why};
use crate::domain::people::Role;
use crate::domain::report::State;
use crate::domain::sign_off::Capacity;
use crate::on;
use crate::server::audit::{self, Event};
use crate::server::store::Db;
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};

/// Writes a patient's record as a case. For operators, who name the organisation themselves.
///
/// # Errors
/// When the database cannot be read.
pub async fn export(
    db: &Db,
    organisation: &OrganisationId,
    patient: &PatientId,
    at: DateTime<Utc>,
) -> Result<Case> {
    let record: String = on!(&db.read, pool => {
        sqlx::query_scalar("select record from patient where id = $1 and organisation_id = $2")
            .bind(patient.as_str())
            .bind(organisation.as_str())
            .fetch_one(pool)
            .await?
    });
    let case = Case {
        schema: SCHEMA.to_owned(),
        record: serde_json::from_str(&record)?,
        versions: versions(db, patient).await?,
        assignments: Some(assignments(db, patient).await?),
        entries: entries(db, patient).await?,
        reports: export_reports(db, patient).await?,
        carried: super::carried::export(db, patient).await?,
    };
    let mut tx = db.begin().await?;
    let event = Event {
        chain: organisation.as_str().to_owned(),
        at,
        person: None,
        action: "export-case",
        patient: Some(patient.clone()),
        subject: None,
        outcome: audit::Outcome::Done,
        reason: None,
        address: None,
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(case)
}

type VersionRow = (
    String,
    String,
    DateTime<Utc>,
    Option<String>,
    Option<String>,
    Option<NaiveDate>,
    Option<String>,
);

async fn versions(db: &Db, patient: &PatientId) -> Result<Vec<VersionInCase>> {
    let rows: Vec<VersionRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select v.record, w.email, v.at, v.part, v.why, v.changed_on, v.note
             from patient_version v join person w on w.id = v.person_id where v.patient_id = $1 order by v.version",
        )
        .bind(patient.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(record, by, at, part, why, changed_on, note)| {
            let change = match (part, why) {
                (Some(part), Some(why)) => Some(Change {
                    part,
                    why: Why::named(&why).context("a stored reason is unknown")?,
                    changed_on,
                    note: note.unwrap_or_default(),
                }),
                _ => None,
            };
            Ok(VersionInCase {
                record: serde_json::from_str(&record)?,
                by,
                at,
                change,
            })
        })
        .collect()
}

async fn assignments(db: &Db, patient: &PatientId) -> Result<Vec<AssignmentInCase>> {
    let rows: Vec<(String, String, NaiveDate, Option<NaiveDate>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.email, a.role, a.from_day, a.to_day from assignment a join person w on w.id = a.person_id
             where a.patient_id = $1 order by a.from_day, w.email, a.role",
        )
        .bind(patient.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(person, role, from, to)| {
            Ok(AssignmentInCase {
                person,
                role: Role::named(&role).context("a stored role is unknown")?,
                from,
                to,
            })
        })
        .collect()
}

type EntryRow = (String, String, String, DateTime<Utc>, Option<String>);

async fn entries(db: &Db, patient: &PatientId) -> Result<Vec<EntryInCase>> {
    let rows: Vec<EntryRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select e.id, e.matter, w.email, e.at, e.corrects_id from entry e join person w on w.id = e.person_id
             where e.patient_id = $1 order by e.day, e.id",
        )
        .bind(patient.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(id, matter, by, at, corrects)| {
            Ok(EntryInCase {
                id,
                matter: serde_json::from_str(&matter)?,
                by,
                at,
                corrects,
            })
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct ReportRow {
    id: String,
    form_id: String,
    form_version: NaiveDate,
    due: NaiveDate,
    period_from: NaiveDate,
    facts_as_at: Option<NaiveDate>,
    state: String,
    author: String,
    approved_by: Option<String>,
    reconfirm_part_c: bool,
    begun_at: DateTime<Utc>,
    late_told_on: Option<NaiveDate>,
    late_told_how: Option<String>,
}

async fn export_reports(db: &Db, patient: &PatientId) -> Result<Vec<ReportInCase>> {
    let rows: Vec<ReportRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select r.id, r.form_id, r.form_version, r.due, r.period_from, r.facts_as_at, r.state, a.email as author,
                 m.email as approved_by, r.reconfirm_part_c, r.begun_at, r.late_told_on, r.late_told_how
             from report r join person a on a.id = r.author_id left join person m on m.id = r.approved_by_id
             where r.patient_id = $1 order by r.due, r.id",
        )
        .bind(patient.as_str())
        .fetch_all(pool)
        .await?
    });
    let mut reports = Vec::with_capacity(rows.len());
    for row in rows {
        reports.push(ReportInCase {
            answers: export_answers(db, &row.id).await?,
            comments: export_comments(db, &row.id).await?,
            signatures: export_signatures(db, &row.id).await?,
            frozen: export_frozen(db, &row.id).await?,
            sendings: export_sendings(db, &row.id).await?,
            form: row.form_id,
            form_version: row.form_version,
            due: row.due,
            period_from: row.period_from,
            facts_as_at: row.facts_as_at,
            state: State::named(&row.state).context("a stored state is unknown")?,
            author: row.author,
            approved_by: row.approved_by,
            reconfirm_part_c: row.reconfirm_part_c,
            begun_at: row.begun_at,
            late_notice: row.late_told_on.map(|on| LateNotice {
                on,
                how: row.late_told_how.unwrap_or_default(),
            }),
            id: row.id,
        });
    }
    Ok(reports)
}

fn on_key(question: String, row: &str) -> String {
    if row.is_empty() {
        question
    } else {
        format!("{question}/{row}")
    }
}

async fn export_answers(db: &Db, report: &str) -> Result<Vec<AnswerInCase>> {
    let rows: Vec<(String, String, String, i64, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select a.question, a.row_id, a.fields, a.version, w.email, a.at from answer a join person w on w.id = a.person_id
             where a.report_id = $1 order by a.question, a.row_id",
        )
        .bind(report)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(question, row, fields, version, by, at)| {
            let fields: Fields = serde_json::from_str(&fields)?;
            Ok(AnswerInCase {
                on: on_key(question, &row),
                fields,
                version: Version(u32::try_from(version)?),
                by,
                at,
            })
        })
        .collect()
}

async fn export_comments(db: &Db, report: &str) -> Result<Vec<CommentInCase>> {
    let rows: Vec<(String, String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select c.question, c.row_id, c.body, w.email, c.at from comment c join person w on w.id = c.person_id
             where c.report_id = $1 order by c.at, c.id",
        )
        .bind(report)
        .fetch_all(pool)
        .await?
    });
    Ok(rows
        .into_iter()
        .map(|(question, row, text, by, at)| CommentInCase {
            on: on_key(question, &row),
            text,
            by,
            at,
        })
        .collect())
}

type SignatureRow = (
    String,
    String,
    String,
    String,
    String,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

async fn export_signatures(db: &Db, report: &str) -> Result<Vec<SignatureInCase>> {
    let rows: Vec<SignatureRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select s.capacity, w.email, s.name, s.job_title, s.statements, s.at, s.voided_at
             from signature s join person w on w.id = s.person_id
             where s.report_id = $1 order by s.at, s.id",
        )
        .bind(report)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(
            |(capacity, by, name, job_title, statements, at, voided_at)| {
                let capacity =
                    Capacity::named(&capacity).context("a stored capacity is unknown")?;
                Ok(SignatureInCase {
                    capacity,
                    by,
                    name,
                    job_title,
                    statements: serde_json::from_str(&statements)?,
                    at,
                    voided_at,
                })
            },
        )
        .collect()
}

async fn export_frozen(db: &Db, report: &str) -> Result<Option<FrozenInCase>> {
    let row: Option<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as("select json, digest from frozen_report where report_id = $1").bind(report).fetch_optional(pool).await?
    });
    Ok(row.map(|(json, digest)| FrozenInCase { json, digest }))
}

async fn export_sendings(db: &Db, report: &str) -> Result<Vec<SendingInCase>> {
    let rows: Vec<(NaiveDate, String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select s.sent_on, s.recipient, s.form_of_sending, w.email, s.at from sending s join person w on w.id = s.person_id
             where s.report_id = $1 order by s.at, s.id",
        )
        .bind(report)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(on, to, form, by, at)| {
            let form_of_sending =
                FormOfSending::named(&form).context("a stored form of sending is unknown")?;
            Ok(SendingInCase {
                on,
                to,
                form_of_sending,
                by,
                at,
            })
        })
        .collect()
}
