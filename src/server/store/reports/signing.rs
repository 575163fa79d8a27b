//! Who signed, and that a report was sent.

use crate::domain::case::FormOfSending;
use crate::domain::identifiers::{PersonId, ReportId};
use crate::domain::sign_off::{Capacity, Signature};
use crate::on;
use crate::server::access::Allowed;
use crate::server::store::{Db, Tx, new_id, stored};
use chrono::{DateTime, NaiveDate, Utc};

/// Adds a signature; an earlier one in the same capacity no longer stands.
pub async fn sign(tx: &mut Tx, report: &ReportId, signature: &Signature) -> sqlx::Result<()> {
    let statements = stored("statements", serde_json::to_string(&signature.statements))?;
    void_signatures(tx, report, &[signature.capacity], signature.at).await?;
    on!(tx, tx => {
        sqlx::query(
            "insert into signature (id, report_id, capacity, person_id, name, job_title, statements, at, voided_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, null)",
        )
        .bind(new_id())
        .bind(report.as_str())
        .bind(signature.capacity.name())
        .bind(signature.person.as_str())
        .bind(&signature.name)
        .bind(&signature.job_title)
        .bind(statements)
        .bind(signature.at)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Marks signatures as no longer standing. They stay on record.
pub async fn void_signatures(
    tx: &mut Tx,
    report: &ReportId,
    capacities: &[Capacity],
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        for capacity in capacities {
            sqlx::query("update signature set voided_at = $3 where report_id = $1 and capacity = $2 and voided_at is null")
                .bind(report.as_str())
                .bind(capacity.name())
                .bind(at)
                .execute(&mut **tx)
                .await?;
        }
    });
    Ok(())
}

type SignatureRow = (String, String, String, String, String, DateTime<Utc>, bool);

/// The signatures of a report.
#[derive(Debug, Clone, Default)]
pub struct Signatures {
    /// Those that stand, oldest first.
    pub standing: Vec<Signature>,
    /// When the author last signed, whether or not that signature still stands.
    pub author_signed_at: Option<DateTime<Utc>>,
}

/// The signatures of a report.
pub async fn signatures<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Signatures> {
    let rows: Vec<SignatureRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select s.capacity, s.person_id, s.name, s.job_title, s.statements, s.at, s.voided_at is null
             from signature s join report r on r.id = s.report_id
             where s.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2 order by s.at, s.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_all(pool)
        .await?
    });
    let mut all = Signatures::default();
    for (capacity, person, name, job_title, statements, at, stands) in rows {
        let capacity = stored("capacity", Capacity::named(&capacity).ok_or("unknown"))?;
        if capacity == Capacity::SocialSupervisor {
            all.author_signed_at = Some(at);
        }
        if stands {
            all.standing.push(Signature {
                capacity,
                person: stored("person id", PersonId::parse(&person))?,
                name,
                job_title,
                statements: stored("statements", serde_json::from_str(&statements))?,
                at,
            });
        }
    }
    Ok(all)
}

/// A record of sending.
#[derive(Debug, Clone)]
pub struct Sending {
    /// The day.
    pub on: NaiveDate,
    /// To which mailbox.
    pub recipient: String,
    /// As what.
    pub form: FormOfSending,
    /// Who recorded it.
    pub name: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

/// Records that a report was sent.
pub async fn add_sending<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    on: NaiveDate,
    recipient: &str,
    form: FormOfSending,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into sending (id, report_id, sent_on, recipient, form_of_sending, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new_id())
        .bind(report.as_str())
        .bind(on)
        .bind(recipient)
        .bind(form.name())
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Records of sending, oldest first.
pub async fn sendings<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Vec<Sending>> {
    let rows: Vec<(NaiveDate, String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select s.sent_on, s.recipient, s.form_of_sending, w.name, s.at
             from sending s join person w on w.id = s.person_id join report r on r.id = s.report_id
             where s.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2 order by s.at, s.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(on, recipient, form, name, at)| {
            let form = stored(
                "form of sending",
                FormOfSending::named(&form).ok_or("unknown"),
            )?;
            Ok(Sending {
                on,
                recipient,
                form,
                name,
                at,
            })
        })
        .collect()
}
