//! What shows when a record was last used.

use super::super::{Tx, stored};
use super::Proof;
use crate::domain::patient::PatientRecord;
use crate::domain::retention::{Shown, Trace, of_record, of_report};
use crate::on;
use crate::server::clock::in_britain;
use chrono::{DateTime, NaiveDate, Utc};

#[derive(sqlx::FromRow)]
struct Report {
    facts_as_at: Option<NaiveDate>,
    due: NaiveDate,
    begun_at: DateTime<Utc>,
    imported: bool,
    sent_on: Option<NaiveDate>,
}

/// The days on which a patient's record shows that it was in use. Entries that were corrected or
/// withdrawn and reports that were withdrawn show nothing.
pub async fn of(tx: &mut Tx, proof: &Proof, patient: &str) -> sqlx::Result<Vec<Trace>> {
    let organisation = proof.organisation().as_str();
    let (record, entry, paper, reports): (
        Option<String>,
        Option<NaiveDate>,
        Option<NaiveDate>,
        Vec<Report>,
    ) = on!(tx, tx => {
        let record = sqlx::query_scalar("select record from patient where id = $1 and organisation_id = $2")
            .bind(patient)
            .bind(organisation)
            .fetch_optional(&mut **tx)
            .await?;
        let entry = sqlx::query_scalar(
            "select e.day from entry e
             where e.patient_id = $1 and e.organisation_id = $2 and e.matter not like '{\"entry\":\"withdrawn\"%'
                 and not exists (select 1 from entry c where c.corrects_id = e.id)
             order by e.day desc limit 1",
        )
        .bind(patient)
        .bind(organisation)
        .fetch_optional(&mut **tx)
        .await?;
        let paper = sqlx::query_scalar(
            "select g.given_on from other_paper_given g join other_paper p on p.id = g.paper_id
             where p.patient_id = $1 and p.organisation_id = $2 order by g.given_on desc limit 1",
        )
        .bind(patient)
        .bind(organisation)
        .fetch_optional(&mut **tx)
        .await?;
        let reports = sqlx::query_as(
            "select r.facts_as_at, r.due, r.begun_at, r.imported,
                 (select s.sent_on from sending s where s.report_id = r.id order by s.sent_on desc limit 1) as sent_on
             from report r where r.patient_id = $1 and r.organisation_id = $2 and r.state <> 'withdrawn'",
        )
        .bind(patient)
        .bind(organisation)
        .fetch_all(&mut **tx)
        .await?;
        (record, entry, paper, reports)
    });
    let record: Option<PatientRecord> = record
        .map(|json| stored("record", serde_json::from_str(&json)))
        .transpose()?;
    let mut traces = record.as_ref().map(of_record).unwrap_or_default();
    let single = [(Shown::Entry, entry), (Shown::Paper, paper)];
    traces.extend(
        single
            .into_iter()
            .filter_map(|(shown, on)| Some(Trace { on: on?, shown })),
    );
    traces.extend(reports.into_iter().map(|r| {
        let due_or_begun = if r.imported {
            r.due
        } else {
            in_britain(r.begun_at).0
        };
        of_report(r.facts_as_at, r.sent_on, due_or_begun)
    }));
    Ok(traces)
}
