//! What happens to a report beside the plain way. Lines are added, never changed.

use crate::domain::identifiers::ReportId;
use crate::domain::report::State;
use crate::domain::report::aftermath::{Message, MessageKind, PartCOutside, View, ViewKind};
use crate::on;
use crate::server::access::{Allowed, WriteReport};
use crate::server::audit;
use crate::server::store::reports::Report;
use crate::server::store::{Db, Tx, new_id, stored};
use chrono::{DateTime, NaiveDate, Utc};

/// Adds a line to a difference of view.
pub async fn add_view<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    kind: ViewKind,
    text: &str,
    third_person: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("insert into disagreement (id, report_id, kind, body, third_person, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(new_id())
            .bind(report.as_str())
            .bind(kind.name())
            .bind(text)
            .bind(third_person)
            .bind(proof.person().as_str())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// The lines of a report's differences of view, oldest first.
pub async fn views<P>(db: &Db, proof: &Allowed<P>, report: &ReportId) -> sqlx::Result<Vec<View>> {
    let rows: Vec<(String, String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select d.kind, d.body, d.third_person, w.name, d.at
             from disagreement d join person w on w.id = d.person_id join report r on r.id = d.report_id
             where d.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2 order by d.at, d.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(kind, text, third_person, name, at)| {
            Ok(View {
                kind: stored("view", ViewKind::named(&kind).ok_or("unknown"))?,
                text,
                third_person,
                name,
                at,
            })
        })
        .collect()
}

/// Adds a message to the thread with MHCS.
pub async fn add_message<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    kind: MessageKind,
    day: NaiveDate,
    text: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("insert into correspondence (id, report_id, kind, day, body, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(new_id())
            .bind(report.as_str())
            .bind(kind.name())
            .bind(day)
            .bind(text)
            .bind(proof.person().as_str())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// The thread with MHCS about a report, oldest first.
pub async fn messages<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Vec<Message>> {
    let rows: Vec<(String, NaiveDate, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select c.kind, c.day, c.body, w.name, c.at
             from correspondence c join person w on w.id = c.person_id join report r on r.id = c.report_id
             where c.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2 order by c.at, c.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(kind, day, text, name, at)| {
            Ok(Message {
                kind: stored("message", MessageKind::named(&kind).ok_or("unknown"))?,
                day,
                text,
                name,
                at,
            })
        })
        .collect()
}

/// Records a Part C that came back on a paper.
pub async fn set_part_c_outside<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    outside: &PartCOutside,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into part_c_outside (id, report_id, name, job_title, completed_on, differs, kept_at, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new_id())
        .bind(report.as_str())
        .bind(&outside.name)
        .bind(&outside.job_title)
        .bind(outside.completed_on)
        .bind(outside.differs)
        .bind(&outside.kept_at)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// The Part C that came back on a paper, if it did.
pub async fn part_c_outside<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Option<PartCOutside>> {
    let row: Option<(String, String, NaiveDate, bool, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select o.name, o.job_title, o.completed_on, o.differs, o.kept_at
             from part_c_outside o join report r on r.id = o.report_id
             where o.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2
             order by o.at desc, o.id desc limit 1",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_optional(pool)
        .await?
    });
    Ok(row.map(
        |(name, job_title, completed_on, differs, kept_at)| PartCOutside {
            name,
            job_title,
            completed_on,
            differs,
            kept_at,
        },
    ))
}

/// Writes why a report goes out before it is complete.
pub async fn set_exceptional_reason<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    reason: &str,
) -> sqlx::Result<()> {
    set_reason(tx, proof, report, "exceptional_reason", reason).await
}

/// Writes why a report is withdrawn.
pub async fn set_withdrawn_reason<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    reason: &str,
) -> sqlx::Result<()> {
    set_reason(tx, proof, report, "withdrawn_reason", reason).await
}

async fn set_reason<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    column: &'static str,
    reason: &str,
) -> sqlx::Result<()> {
    let sql = if column == "withdrawn_reason" {
        "update report set withdrawn_reason = $4 where id = $3 and patient_id = $1 and organisation_id = $2"
    } else {
        "update report set exceptional_reason = $4 where id = $3 and patient_id = $1 and organisation_id = $2"
    };
    on!(tx, tx => {
        sqlx::query(sql)
            .bind(proof.patient().as_str())
            .bind(proof.organisation().as_str())
            .bind(report.as_str())
            .bind(reason)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Begins the report that corrects a sent one, with the same period, form and answers; or gives the
/// one already begun. The author who begins it writes it.
pub async fn begin_correction(
    db: &Db,
    proof: &Allowed<WriteReport>,
    old: &Report,
    because: &str,
) -> sqlx::Result<ReportId> {
    let mut tx = db.begin().await?;
    let existing: Option<String> = on!(&mut tx, tx => {
        sqlx::query("update report set state = state where id = $1").bind(old.id.as_str()).execute(&mut **tx).await?;
        sqlx::query_scalar(
            "select id from report where corrects_id = $3 and patient_id = $1 and organisation_id = $2 and state <> 'withdrawn'",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(old.id.as_str())
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
                 state, author_id, approved_by_id, reconfirm_part_c, begun_at, imported, corrects_id, corrects_because)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 'drafting', $9, null, $10, $11, $10, $12, $13)",
        )
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(&old.form_id)
        .bind(old.form_version)
        .bind(old.due)
        .bind(old.period_from)
        .bind(old.facts_as_at)
        .bind(proof.person().as_str())
        .bind(false)
        .bind(proof.at())
        .bind(old.id.as_str())
        .bind(because)
        .execute(&mut **tx)
        .await?;
        sqlx::query(
            "insert into answer (report_id, question, row_id, fields, version, person_id, at)
             select $1, question, row_id, fields, 1, person_id, at from answer where report_id = $2",
        )
        .bind(id.as_str())
        .bind(old.id.as_str())
        .execute(&mut **tx)
        .await?;
    });
    audit::record(&mut tx, &proof.event("begin-correction", id.as_str())).await?;
    tx.commit().await?;
    Ok(id)
}

/// Marks the report that a sent correction replaces. One that was withdrawn meanwhile stays withdrawn:
/// it is about somebody else.
pub async fn supersede<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    corrected: &ReportId,
) -> sqlx::Result<()> {
    let replaced = on!(&mut *tx, tx => {
        sqlx::query(
            "update report set state = $4
             where id = $3 and patient_id = $1 and organisation_id = $2 and state <> $5",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(corrected.as_str())
        .bind(State::Superseded.name())
        .bind(State::Withdrawn.name())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    if replaced == 0 {
        return Ok(());
    }
    audit::record(tx, &proof.event("supersede", corrected.as_str())).await
}
