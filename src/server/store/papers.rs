//! Frozen reports and the papers made from them. Written once, read ever after.

use super::{Db, Tx};
use crate::domain::identifiers::ReportId;
use crate::domain::report::FrozenReport;
use crate::on;
use crate::server::access::Allowed;
use chrono::{DateTime, Utc};

/// What a paper is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PDF.
    Pdf,
    /// HTML.
    Html,
}

impl Format {
    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
        }
    }
}

/// A paper's bytes.
#[derive(Debug, Clone)]
pub struct Paper {
    /// The bytes as made.
    pub bytes: Vec<u8>,
    /// Their SHA-256, in hexadecimal.
    pub digest: String,
}

/// Stores a frozen report with its papers.
pub async fn store(
    tx: &mut Tx,
    report: &ReportId,
    frozen: &FrozenReport,
    papers: &[(Format, Paper)],
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("insert into frozen_report (report_id, json, digest, at) values ($1, $2, $3, $4)")
            .bind(report.as_str())
            .bind(frozen.json())
            .bind(frozen.digest())
            .bind(at)
            .execute(&mut **tx)
            .await?;
        for (format, paper) in papers {
            sqlx::query("insert into paper (report_id, format, bytes, digest, at) values ($1, $2, $3, $4, $5)")
                .bind(report.as_str())
                .bind(format.name())
                .bind(&paper.bytes)
                .bind(&paper.digest)
                .bind(at)
                .execute(&mut **tx)
                .await?;
        }
    });
    Ok(())
}

/// The frozen report's JSON.
pub async fn frozen<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Option<String>> {
    on!(&db.read, pool => {
        sqlx::query_scalar(
            "select f.json from frozen_report f join report r on r.id = f.report_id
             where f.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_optional(pool)
        .await
    })
}

/// A stored paper.
pub async fn paper<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
    format: Format,
) -> sqlx::Result<Option<Paper>> {
    let row: Option<(Vec<u8>, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select p.bytes, p.digest from paper p join report r on r.id = p.report_id
             where p.report_id = $3 and p.format = $4 and r.patient_id = $1 and r.organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .bind(format.name())
        .fetch_optional(pool)
        .await?
    });
    Ok(row.map(|(bytes, digest)| Paper { bytes, digest }))
}

/// What a digest is known as: the report, and `json`, `pdf` or `html`. For verification, which
/// reads no content and tells nothing but the match.
pub async fn known_digest(db: &Db, digest: &str) -> sqlx::Result<Option<(String, String)>> {
    on!(&db.read, pool => {
        sqlx::query_as(
            "select report_id, format from paper where digest = $1
             union all select report_id, 'json' from frozen_report where digest = $1",
        )
        .bind(digest)
        .fetch_optional(pool)
        .await
    })
}
