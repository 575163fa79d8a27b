//! Entries and reports of a case, with all that belongs to each.

use crate::domain::case::{EntryInCase, ReportInCase, SignatureInCase};
use crate::domain::identifiers::{OrganisationId, PatientId, PersonId, ReportId};
use crate::domain::report::{Frozen, FrozenReport};
use crate::on;
use crate::server::papers::Paper;
use crate::server::store::papers::Shelf;
use crate::server::store::{Tx, new_id, papers};
use anyhow::{Context, Result};
use std::collections::BTreeMap;

/// Where the rows of a case go, and who the people are whom they name.
pub(super) struct Importing<'a> {
    /// Reports whose papers the case carries.
    pub(super) papers: Vec<&'a str>,
    pub(super) organisation: &'a OrganisationId,
    pub(super) patient: &'a PatientId,
    pub(super) people: &'a BTreeMap<String, PersonId>,
}

impl Importing<'_> {
    fn person(&self, email: &str) -> Result<&PersonId> {
        self.people
            .get(email)
            .with_context(|| format!("nobody here has the e-mail address {email}"))
    }

    pub(super) async fn entry(&self, tx: &mut Tx, e: &EntryInCase) -> Result<()> {
        let matter = serde_json::to_string(&e.matter)?;
        on!(tx, tx => {
            sqlx::query(
                "insert into entry (id, organisation_id, patient_id, day, matter, person_id, at, corrects_id)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(&e.id)
            .bind(self.organisation.as_str())
            .bind(self.patient.as_str())
            .bind(e.matter.day())
            .bind(matter)
            .bind(self.person(&e.by)?.as_str())
            .bind(e.at)
            .bind(&e.corrects)
            .execute(&mut **tx)
            .await?;
        });
        Ok(())
    }

    pub(super) async fn report(
        &self,
        tx: &mut Tx,
        r: &ReportInCase,
        set: Option<&(FrozenReport, Frozen, Vec<Paper>)>,
    ) -> Result<()> {
        let id = ReportId::parse(&r.id)?;
        let approved_by = r
            .approved_by
            .as_deref()
            .map(|e| self.person(e))
            .transpose()?;
        on!(&mut *tx, tx => {
            sqlx::query(
                "insert into report (id, organisation_id, patient_id, form_id, form_version, due, period_from, facts_as_at,
                     state, author_id, approved_by_id, reconfirm_part_c, begun_at, late_told_on, late_told_how, imported)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            )
            .bind(id.as_str())
            .bind(self.organisation.as_str())
            .bind(self.patient.as_str())
            .bind(&r.form)
            .bind(r.form_version)
            .bind(r.due)
            .bind(r.period_from)
            .bind(r.facts_as_at)
            .bind(r.state.name())
            .bind(self.person(&r.author)?.as_str())
            .bind(approved_by.map(PersonId::as_str))
            .bind(r.reconfirm_part_c)
            .bind(r.begun_at)
            .bind(r.late_notice.as_ref().map(|n| n.on))
            .bind(r.late_notice.as_ref().map(|n| n.how.clone()))
            .bind(true)
            .execute(&mut **tx)
            .await?;
        });
        self.answers(tx, r).await?;
        self.comments(tx, r).await?;
        for s in &r.signatures {
            self.signature(tx, &id, s).await?;
        }
        self.sendings(tx, r).await?;
        if let Some(frozen) = &r.frozen
            && self.papers.contains(&r.id.as_str())
        {
            let (frozen, content) = FrozenReport::read(&frozen.json)?;
            papers::put_frozen(tx, &id, &frozen, content.frozen_at).await?;
        } else if let Some((frozen, content, made)) = set {
            let shelf = Shelf {
                organisation: self.organisation,
                patient: self.patient,
                owner: id.as_str(),
                source: frozen.digest(),
                at: content.frozen_at,
            };
            papers::put_frozen(tx, &id, frozen, content.frozen_at).await?;
            papers::put(tx, &shelf, made).await?;
        }
        Ok(())
    }

    async fn signature(&self, tx: &mut Tx, report: &ReportId, s: &SignatureInCase) -> Result<()> {
        on!(tx, tx => {
            sqlx::query(
                "insert into signature (id, report_id, capacity, person_id, name, job_title, statements, at, voided_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(new_id())
            .bind(report.as_str())
            .bind(s.capacity.name())
            .bind(self.person(&s.by)?.as_str())
            .bind(&s.name)
            .bind(&s.job_title)
            .bind(serde_json::to_string(&s.statements)?)
            .bind(s.at)
            .bind(s.voided_at)
            .execute(&mut **tx)
            .await?;
        });
        Ok(())
    }

    async fn answers(&self, tx: &mut Tx, r: &ReportInCase) -> Result<()> {
        for a in &r.answers {
            let (question, row) = a.on.split_once('/').unwrap_or((&a.on, ""));
            on!(&mut *tx, tx => {
                sqlx::query("insert into answer (report_id, question, row_id, fields, version, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)")
                    .bind(&r.id)
                    .bind(question)
                    .bind(row)
                    .bind(serde_json::to_string(&a.fields)?)
                    .bind(i64::from(a.version.0))
                    .bind(self.person(&a.by)?.as_str())
                    .bind(a.at)
                    .execute(&mut **tx)
                    .await?;
            });
        }
        Ok(())
    }

    async fn comments(&self, tx: &mut Tx, r: &ReportInCase) -> Result<()> {
        for c in &r.comments {
            let (question, row) = c.on.split_once('/').unwrap_or((&c.on, ""));
            on!(&mut *tx, tx => {
                sqlx::query("insert into comment (id, report_id, question, row_id, body, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)")
                    .bind(new_id())
                    .bind(&r.id)
                    .bind(question)
                    .bind(row)
                    .bind(&c.text)
                    .bind(self.person(&c.by)?.as_str())
                    .bind(c.at)
                    .execute(&mut **tx)
                    .await?;
            });
        }
        Ok(())
    }

    async fn sendings(&self, tx: &mut Tx, r: &ReportInCase) -> Result<()> {
        for s in &r.sendings {
            on!(&mut *tx, tx => {
                sqlx::query(
                    "insert into sending (id, report_id, sent_on, recipient, form_of_sending, person_id, at) values ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(new_id())
                .bind(&r.id)
                .bind(s.on)
                .bind(&s.to)
                .bind(s.form_of_sending.name())
                .bind(self.person(&s.by)?.as_str())
                .bind(s.at)
                .execute(&mut **tx)
                .await?;
            });
        }
        Ok(())
    }
}
