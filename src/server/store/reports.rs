//! Reports: where they stand, what was said about them, who signed.

pub mod aftermath;
mod signing;

pub use signing::{Sending, Signatures, add_sending, sendings, sign, signatures, void_signatures};

use super::{Db, Tx, new_id, stored};
use crate::domain::case::LateNotice;
use crate::domain::form::AnswerKey;
use crate::domain::identifiers::{CommentId, PersonId, ReportId};
use crate::domain::report::lifecycle::Owed;
use crate::domain::report::{Lifecycle, State};
use crate::domain::sign_off::Comment;
use crate::on;
use crate::server::access::{Allowed, WriteReport};
use crate::server::audit;
use chrono::{DateTime, NaiveDate, Utc};

/// A report's head: all but its answers.
#[derive(Debug, Clone)]
pub struct Report {
    /// Identifies it.
    pub id: ReportId,
    /// The form it is written on.
    pub form_id: String,
    /// Version of that form; a report keeps the one it began on.
    pub form_version: NaiveDate,
    /// The due date that it answers.
    pub due: NaiveDate,
    /// First day reported on.
    pub period_from: NaiveDate,
    /// Last day reported on, once the author has set it.
    pub facts_as_at: Option<NaiveDate>,
    /// Where it stands.
    pub life: Lifecycle,
    /// Name of the author.
    pub author_name: String,
    /// When and how MHCS was told that it would be late, if it was.
    pub late_notice: Option<LateNotice>,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// Whether it came from a case file.
    pub imported: bool,
    /// The sent report that this one corrects, and why.
    pub corrects: Option<(ReportId, String)>,
    /// Why it went out before it was complete, if it did.
    pub exceptional_reason: Option<String>,
    /// Why it was withdrawn, if it was.
    pub withdrawn_reason: Option<String>,
    /// Whether anybody ever signed it.
    pub signed: bool,
    /// Whether anybody commented on it.
    pub commented: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    form_id: String,
    form_version: NaiveDate,
    due: NaiveDate,
    period_from: NaiveDate,
    facts_as_at: Option<NaiveDate>,
    state: String,
    author_id: String,
    approved_by_id: Option<String>,
    reconfirm_part_c: bool,
    author_name: String,
    begun_at: DateTime<Utc>,
    late_told_on: Option<NaiveDate>,
    late_told_how: Option<String>,
    imported: bool,
    corrects_id: Option<String>,
    corrects_because: Option<String>,
    exceptional_reason: Option<String>,
    withdrawn_reason: Option<String>,
    owes_review: bool,
    owes_part_c: bool,
    signed: bool,
    commented: bool,
}

impl Row {
    fn report(self) -> sqlx::Result<Report> {
        Ok(Report {
            id: stored("report id", ReportId::parse(&self.id))?,
            form_id: self.form_id,
            form_version: self.form_version,
            due: self.due,
            period_from: self.period_from,
            facts_as_at: self.facts_as_at,
            life: Lifecycle {
                state: stored("state", State::named(&self.state).ok_or("unknown"))?,
                author: stored("author id", PersonId::parse(&self.author_id))?,
                approved_by: self
                    .approved_by_id
                    .map(|id| stored("approver id", PersonId::parse(&id)))
                    .transpose()?,
                reconfirm_part_c: self.reconfirm_part_c,
                owed: Owed {
                    review: self.owes_review,
                    part_c: self.owes_part_c,
                },
            },
            author_name: self.author_name,
            late_notice: self.late_told_on.map(|on| LateNotice {
                on,
                how: self.late_told_how.unwrap_or_default(),
            }),
            begun_at: self.begun_at,
            imported: self.imported,
            corrects: self
                .corrects_id
                .map(|id| stored("report id", ReportId::parse(&id)))
                .transpose()?
                .map(|id| (id, self.corrects_because.unwrap_or_default())),
            exceptional_reason: self.exceptional_reason,
            withdrawn_reason: self.withdrawn_reason,
            signed: self.signed,
            commented: self.commented,
        })
    }
}

macro_rules! columns {
    () => {
        "r.id, r.form_id, r.form_version, r.due, r.period_from, r.facts_as_at, r.state, r.author_id,
         r.approved_by_id, r.reconfirm_part_c, a.name as author_name, r.begun_at, r.late_told_on,
         r.late_told_how, r.imported, r.corrects_id, r.corrects_because, r.exceptional_reason,
         r.withdrawn_reason, r.owes_review, r.owes_part_c,
         exists (select 1 from signature s where s.report_id = r.id) as signed,
         exists (select 1 from comment c where c.report_id = r.id) as commented
         from report r join person a on a.id = r.author_id "
    };
}

/// Every report of the patient, oldest due date first.
pub async fn all<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Vec<Report>> {
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select ",
            columns!(),
            "where r.patient_id = $1 and r.organisation_id = $2 order by r.due, r.id"
        ))
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(Row::report).collect()
}

/// One report of the patient.
pub async fn load<P>(db: &Db, proof: &Allowed<P>, id: &ReportId) -> sqlx::Result<Option<Report>> {
    let row: Option<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select ",
            columns!(),
            "where r.id = $3 and r.patient_id = $1 and r.organisation_id = $2"
        ))
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .fetch_optional(pool)
        .await?
    });
    row.map(Row::report).transpose()
}

/// The report within a transaction, locked until its end so that two steps cannot start from the
/// same state.
pub async fn lock<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    id: &ReportId,
) -> sqlx::Result<Option<Report>> {
    let row: Option<Row> = on!(tx, tx => {
        // Touching the row is a lock that both databases know.
        sqlx::query("update report set state = state where id = $1").bind(id.as_str()).execute(&mut **tx).await?;
        sqlx::query_as(concat!(
            "select ",
            columns!(),
            "where r.id = $3 and r.patient_id = $1 and r.organisation_id = $2"
        ))
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .fetch_optional(&mut **tx)
        .await?
    });
    row.map(Row::report).transpose()
}

/// A report to be begun.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// Form id.
    pub form_id: String,
    /// Form version.
    pub form_version: NaiveDate,
    /// The due date that it answers.
    pub due: NaiveDate,
    /// First day reported on.
    pub period_from: NaiveDate,
}

/// Begins a report, or gives the one already begun for that due date: asking twice begins one.
pub async fn begin(
    db: &Db,
    proof: &Allowed<WriteReport>,
    new: &NewReport,
) -> sqlx::Result<ReportId> {
    let mut tx = db.begin().await?;
    let existing: Option<String> = on!(&mut tx, tx => {
        // Locks the patient, so that two requests cannot both find nothing.
        sqlx::query("update patient set version = version where id = $1 and organisation_id = $2")
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .execute(&mut **tx)
            .await?;
        sqlx::query_scalar("select id from report where patient_id = $1 and due = $2 and state not in ('withdrawn', 'superseded')")
            .bind(proof.patient().as_str())
            .bind(new.due)
            .fetch_optional(&mut **tx)
            .await?
    });
    if let Some(id) = existing {
        return stored("report id", ReportId::parse(&id));
    }
    let id = stored("report id", ReportId::parse(&new_id()))?;
    on!(&mut tx, tx => {
        sqlx::query(
            "insert into report (id, organisation_id, patient_id, form_id, form_version, due, period_from, facts_as_at,
                 state, author_id, approved_by_id, reconfirm_part_c, begun_at, imported)
             values ($1, $2, $3, $4, $5, $6, $7, null, 'drafting', $8, null, $9, $10, $9)",
        )
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(&new.form_id)
        .bind(new.form_version)
        .bind(new.due)
        .bind(new.period_from)
        .bind(proof.person().as_str())
        .bind(false)
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    audit::record(&mut tx, &proof.event("begin-report", id.as_str())).await?;
    tx.commit().await?;
    Ok(id)
}

/// Writes where a report stands after a step, within the step's transaction.
pub async fn set_life<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    id: &ReportId,
    life: &Lifecycle,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "update report set state = $4, approved_by_id = $5, reconfirm_part_c = $6, author_id = $7,
                 owes_review = $8, owes_part_c = $9
             where id = $3 and patient_id = $1 and organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .bind(life.state.name())
        .bind(life.approved_by.as_ref().map(PersonId::as_str))
        .bind(life.reconfirm_part_c)
        .bind(life.author.as_str())
        .bind(life.owed.review)
        .bind(life.owed.part_c)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Sets "facts as at", the last day reported on.
pub async fn set_facts_as_at<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    id: &ReportId,
    day: NaiveDate,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update report set facts_as_at = $4 where id = $3 and patient_id = $1 and organisation_id = $2")
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .bind(id.as_str())
            .bind(day)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Records that MHCS was told that the report would be late.
pub async fn set_late_notice<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    id: &ReportId,
    notice: &LateNotice,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "update report set late_told_on = $4, late_told_how = $5
             where id = $3 and patient_id = $1 and organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .bind(notice.on)
        .bind(&notice.how)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Adds a comment pinned to a question.
pub async fn add_comment<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    on: &AnswerKey,
    text: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("insert into comment (id, report_id, question, row_id, body, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(new_id())
            .bind(report.as_str())
            .bind(&on.question)
            .bind(&on.row)
            .bind(text)
            .bind(proof.person().as_str())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

type CommentRow = (
    String,
    String,
    String,
    String,
    String,
    String,
    DateTime<Utc>,
);

/// Comments on a report, oldest first.
pub async fn comments<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Vec<Comment>> {
    let rows: Vec<CommentRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select c.id, c.question, c.row_id, c.body, c.person_id, w.name, c.at
             from comment c join person w on w.id = c.person_id join report r on r.id = c.report_id
             where c.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2 order by c.at, c.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(id, question, row, text, person, name, at)| {
            Ok(Comment {
                id: stored("comment id", CommentId::parse(&id))?,
                on: AnswerKey { question, row },
                text,
                person: stored("person id", PersonId::parse(&person))?,
                name,
                at,
            })
        })
        .collect()
}
