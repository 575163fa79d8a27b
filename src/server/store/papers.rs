//! Frozen reports and the papers made from them. Written once, read ever after.

use super::organisations_of;
use super::{Db, Tx, stored};
use crate::domain::identifiers::{OrganisationId, PatientId, ReportId};
use crate::domain::report::FrozenReport;
use crate::on;
use crate::server::access::{Allowed, Asker};
use crate::server::audit::{self, Event, kept};
pub use crate::server::papers::{Format, Kind, Paper};
use chrono::{DateTime, Utc};

/// Where papers are kept: whose they are and what they were made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shelf<'a> {
    pub(super) organisation: &'a OrganisationId,
    pub(super) patient: &'a PatientId,
    pub(super) owner: &'a str,
    pub(super) source: &'a str,
    pub(super) at: DateTime<Utc>,
}

/// Keeps papers of `owner`, the id of a report or of another record of the proof's patient, and puts on
/// record that they were made: the digest that they bear, which is that of the content they were made from
/// (`source`), and each file's own. What is there already is not replaced: the database refuses.
pub async fn keep<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    owner: &str,
    source: &str,
    papers: &[Paper],
) -> sqlx::Result<()> {
    if papers.is_empty() {
        return Ok(());
    }
    let event = proof.event("papers-made", &format!("sha256:{source}"));
    audit::record(tx, &event).await?;
    kept::note(tx, &event, papers.iter().map(|p| p.digest.as_str())).await?;
    let shelf = Shelf {
        organisation: proof.organisation(),
        patient: proof.patient(),
        owner,
        source,
        at: proof.at(),
    };
    put(tx, &shelf, papers).await
}

/// Keeps papers without a word in the audit: for whoever puts that on record in another way.
pub(super) async fn put(tx: &mut Tx, shelf: &Shelf<'_>, papers: &[Paper]) -> sqlx::Result<()> {
    on!(tx, tx => {
        for paper in papers {
            sqlx::query(
                "insert into paper (owner_id, organisation_id, patient_id, kind, format, bytes, digest, source_digest, at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(shelf.owner)
            .bind(shelf.organisation.as_str())
            .bind(shelf.patient.as_str())
            .bind(paper.kind.name())
            .bind(paper.format.name())
            .bind(&paper.bytes)
            .bind(&paper.digest)
            .bind(shelf.source)
            .bind(shelf.at)
            .execute(&mut **tx)
            .await?;
        }
    });
    Ok(())
}

/// Stores a frozen report with its papers.
pub async fn freeze<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &ReportId,
    frozen: &FrozenReport,
    papers: &[Paper],
) -> sqlx::Result<()> {
    put_frozen(tx, report, frozen, proof.at()).await?;
    let event = proof.event("papers-made", report.as_str());
    kept::note(tx, &event, [frozen.digest()].into_iter()).await?;
    keep(tx, proof, report.as_str(), frozen.digest(), papers).await
}

/// Stores a frozen report without a word in the audit.
pub(super) async fn put_frozen(
    tx: &mut Tx,
    report: &ReportId,
    frozen: &FrozenReport,
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
    });
    Ok(())
}

/// Puts on record the digests of everything that is kept of a patient, who came with a case file.
pub(super) async fn note_all(tx: &mut Tx, event: &Event, patient: &PatientId) -> sqlx::Result<()> {
    let digests: Vec<String> = on!(&mut *tx, tx => {
        sqlx::query_scalar(
            "select f.digest from frozen_report f join report r on r.id = f.report_id where r.patient_id = $1
             union select p.digest from paper p where p.patient_id = $1
             union select m.digest from other_paper_made m join other_paper o on o.id = m.paper_id where o.patient_id = $1
             order by 1",
        )
        .bind(patient.as_str())
        .fetch_all(&mut **tx)
        .await?
    });
    kept::note(tx, event, digests.iter().map(String::as_str)).await
}

/// The frozen report's JSON, if it is as it was kept.
pub async fn frozen<P>(
    db: &Db,
    proof: &Allowed<P>,
    report: &ReportId,
) -> sqlx::Result<Option<String>> {
    let row: Option<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select f.json, f.digest from frozen_report f join report r on r.id = f.report_id
             where f.report_id = $3 and r.patient_id = $1 and r.organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(report.as_str())
        .fetch_optional(pool)
        .await?
    });
    unaltered(db, row).await
}

/// The text of a row with a digest, if it is as it was kept.
pub(super) async fn unaltered(
    db: &Db,
    row: Option<(String, String)>,
) -> sqlx::Result<Option<String>> {
    let Some((text, digest)) = row else {
        return Ok(None);
    };
    kept::as_kept(db, text.as_bytes(), &digest).await?;
    Ok(Some(text))
}

/// The kept bytes of one paper, if they are as they were kept.
pub async fn paper<P>(
    db: &Db,
    proof: &Allowed<P>,
    owner: &str,
    kind: Kind,
    format: Format,
) -> sqlx::Result<Option<Paper>> {
    let row: Option<(Vec<u8>, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select bytes, digest from paper
             where patient_id = $1 and organisation_id = $2 and owner_id = $3 and kind = $4 and format = $5",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(owner)
        .bind(kind.name())
        .bind(format.name())
        .fetch_optional(pool)
        .await?
    });
    let Some((bytes, digest)) = row else {
        return Ok(None);
    };
    kept::as_kept(db, &bytes, &digest).await?;
    Ok(Some(Paper {
        kind,
        format,
        bytes,
        digest,
    }))
}

/// Which papers an owner has.
pub async fn kept<P>(
    db: &Db,
    proof: &Allowed<P>,
    owner: &str,
) -> sqlx::Result<Vec<(Kind, Format)>> {
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select kind, format from paper where patient_id = $1 and organisation_id = $2 and owner_id = $3
             order by kind, format",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(owner)
        .fetch_all(pool)
        .await?
    });
    rows.iter()
        .map(|(kind, format)| {
            let kind = stored("kind of paper", Kind::named(kind).ok_or(kind))?;
            let format = stored("format of a paper", Format::named(format).ok_or(format))?;
            Ok((kind, format))
        })
        .collect()
}

/// What is kept, for telling our papers from others. It reads no content but to compare it.
#[derive(Debug, Clone, Copy)]
pub struct Register<'a> {
    db: &'a Db,
    /// Whose organisations; everybody's for whoever has the database itself.
    person: &'a str,
    /// The one of them that the session reaches; empty for all.
    only: &'a str,
}

/// A paper or frozen report that is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Known {
    /// Whose it is.
    pub owner: String,
    /// `json`, `pdf`, `html` or `docx`.
    pub format: String,
    /// Where the report stands, if the owner is one.
    pub standing: Option<String>,
}

/// Binds an organisation to those of the person in `$2`; to none when it is empty.
macro_rules! of_person {
    ($organisation:literal) => {
        concat!(
            "($2 = '' or ",
            $organisation,
            " in ",
            organisations_of!("$2", "$3"),
            ")"
        )
    };
}

/// The same for a self-assessment `a`, also when it is shared with one of their organisations.
macro_rules! shared_with_person {
    () => {
        concat!(
            "(",
            of_person!("a.organisation_id"),
            " or exists (select 1 from assessment_share s where s.assessment_id = a.id and s.state = 'agreed' and ",
            of_person!("s.organisation_id"),
            "))"
        )
    };
}

impl<'a> Register<'a> {
    /// The organisations that a person belongs to.
    #[must_use]
    pub fn of_person(db: &'a Db, asker: Asker<'a>) -> Self {
        Self {
            db,
            person: asker.person(),
            only: asker.only(),
        }
    }

    /// All of a database, for the command line.
    #[must_use]
    pub fn whole(db: &'a Db) -> Self {
        Self {
            db,
            person: "",
            only: "",
        }
    }

    /// What a file's digest is known as.
    pub async fn known(&self, digest: &str) -> sqlx::Result<Option<Known>> {
        on!(&self.db.read, pool => {
            sqlx::query_as(concat!(
                "select p.owner_id as owner, p.format, r.state as standing
                 from paper p left join report r on r.id = p.owner_id
                 where p.digest = $1 and ",
                of_person!("p.organisation_id"),
                " union all select f.report_id, 'json', r.state
                 from frozen_report f join report r on r.id = f.report_id
                 where f.digest = $1 and ",
                of_person!("r.organisation_id"),
                " union all select m.paper_id, 'json', cast(null as text)
                 from other_paper_made m join other_paper o on o.id = m.paper_id
                 where m.digest = $1 and ",
                of_person!("o.organisation_id"),
                " union all select f.assessment_id, f.name, cast(null as text)
                 from assessment_paper f join assessment a on a.id = f.assessment_id
                 where f.digest = $1 and ",
                shared_with_person!(),
                " union all select f.assessment_id, 'json', cast(null as text)
                 from frozen_assessment f join assessment a on a.id = f.assessment_id
                 where f.digest = $1 and ",
                shared_with_person!()
            ))
            .bind(digest)
            .bind(self.person)
            .bind(self.only)
            .fetch_optional(pool)
            .await
        })
    }

    /// Whose papers were made from the content of that digest.
    pub async fn made_from(&self, source: &str) -> sqlx::Result<Option<String>> {
        on!(&self.db.read, pool => {
            sqlx::query_scalar(concat!(
                "select p.owner_id from paper p where p.source_digest = $1 and ",
                of_person!("p.organisation_id"),
                " union select f.assessment_id from frozen_assessment f join assessment a on a.id = f.assessment_id
                 where f.digest = $1 and ",
                shared_with_person!(),
                " limit 1"
            ))
            .bind(source)
            .bind(self.person)
            .bind(self.only)
            .fetch_optional(pool)
            .await
        })
    }

    /// The JSON that a record's papers were made from.
    pub async fn data(&self, owner: &str) -> sqlx::Result<Option<String>> {
        let row: Option<(String, String)> = on!(&self.db.read, pool => {
            sqlx::query_as(concat!(
                "select f.json, f.digest from frozen_report f join report r on r.id = f.report_id where f.report_id = $1 and ",
                of_person!("r.organisation_id"),
                " union all select m.json, m.digest from other_paper_made m join other_paper o on o.id = m.paper_id
                 where m.paper_id = $1 and ",
                of_person!("o.organisation_id"),
                " union all select f.json, f.digest from frozen_assessment f join assessment a on a.id = f.assessment_id
                 where f.assessment_id = $1 and ",
                shared_with_person!()
            ))
            .bind(owner)
            .bind(self.person)
            .bind(self.only)
            .fetch_optional(pool)
            .await?
        });
        unaltered(self.db, row).await
    }

    /// The organisation of a record that has papers, and its patient if it is about one.
    pub async fn belongs(
        &self,
        owner: &str,
    ) -> sqlx::Result<Option<(OrganisationId, Option<PatientId>)>> {
        let row: Option<(String, Option<String>)> = on!(&self.db.read, pool => {
            sqlx::query_as(concat!(
                "select p.organisation_id, p.patient_id from paper p where p.owner_id = $1 and ",
                of_person!("p.organisation_id"),
                " union select a.organisation_id, cast(null as text) from assessment a where a.id = $1 and ",
                shared_with_person!(),
                " limit 1"
            ))
            .bind(owner)
            .bind(self.person)
            .bind(self.only)
            .fetch_optional(pool)
            .await?
        });
        row.map(|(organisation, patient)| {
            let patient = patient.map(|p| stored("patient id", PatientId::parse(&p)));
            Ok((
                stored("organisation id", OrganisationId::parse(&organisation))?,
                patient.transpose()?,
            ))
        })
        .transpose()
    }
}
