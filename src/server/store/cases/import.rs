//! In: one transaction for the whole case.

use crate::domain::case::check::check;
use crate::domain::case::{Case, EntryInCase, ReportInCase};
use crate::domain::identifiers::{OrganisationId, PatientId, PersonId, ReportId};
use crate::domain::patient::SupervisorRole;
use crate::domain::people::Role;
use crate::domain::report::FrozenReport;
use crate::domain::sign_off::Signature;
use crate::on;
use crate::server::audit::{self, Event};
use crate::server::forms::Forms;
use crate::server::store::patients::{self, NewPatient};
use crate::server::store::{Db, Tx, new_id, organisations, papers, reports};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

const TAKEN: &str =
    "record.mhcs-reference: the organisation already has a patient with this reference";

/// Reads a case into an organisation. Everybody it names must have an account here.
///
/// # Errors
/// What is missing or already here; then nothing was imported.
pub async fn import(
    db: &Db,
    forms: &Forms,
    organisation: &OrganisationId,
    team: &str,
    case: &Case,
    at: DateTime<Utc>,
) -> Result<PatientId> {
    check(case)?;
    if patients::by_reference(db, organisation, &case.record.mhcs_reference)
        .await?
        .is_some()
    {
        bail!("{}", TAKEN);
    }
    let mut tx = db.begin().await?;
    let team_id = organisations::team(&mut tx, organisation, team)
        .await?
        .with_context(|| format!("the organisation has no team named “{team}”"))?;
    let people = people(&mut tx, case).await?;
    let importer = people
        .values()
        .next()
        .context("the case names nobody who supervises")?
        .clone();
    let patient = PatientId::parse(&new_id())?;
    let new = NewPatient {
        id: &patient,
        organisation,
        team: &team_id,
        record: &case.record,
        by: &importer,
        at,
    };
    if let Err(error) = patients::add(&mut tx, &new).await {
        // Another import of the same patient may have come between the question above and now.
        if patients::is_taken(&error) {
            bail!("{}", TAKEN);
        }
        return Err(error.into());
    }
    assign(&mut tx, &patient, case, &people).await?;
    let importing = Importing {
        organisation,
        patient: &patient,
        people: &people,
    };
    for entry in &case.entries {
        importing
            .entry(&mut tx, entry)
            .await
            .with_context(|| format!("entries.{}", entry.id))?;
    }
    for report in &case.reports {
        let form = forms.version(&report.form, report.form_version);
        let form = form.with_context(|| {
            format!(
                "reports.{}.form-version: form {} of {} is not loaded",
                report.id, report.form, report.form_version
            )
        })?;
        if let Some(stray) = report.answers.iter().find(|a| !form.has_answer(&a.on)) {
            bail!(
                "reports.{}.answers.{}: the form asks no such thing",
                report.id,
                stray.on
            );
        }
        importing
            .report(&mut tx, report)
            .await
            .with_context(|| format!("reports.{}", report.id))?;
    }
    let event = Event {
        person: None,
        patient: Some(patient.clone()),
        ..Event::done(organisation, at, &importer, "import-case")
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(patient)
}

/// Accounts by e-mail of everybody whom the case names as having done something.
async fn people(tx: &mut Tx, case: &Case) -> Result<BTreeMap<String, PersonId>> {
    let mut emails: Vec<&str> = case.entries.iter().map(|e| e.by.as_str()).collect();
    for r in &case.reports {
        emails.push(&r.author);
        emails.extend(r.approved_by.as_deref());
        emails.extend(r.answers.iter().map(|a| a.by.as_str()));
        emails.extend(r.comments.iter().map(|c| c.by.as_str()));
        emails.extend(r.signatures.iter().map(|s| s.by.as_str()));
        emails.extend(r.sendings.iter().map(|s| s.by.as_str()));
    }
    let supervisors: Vec<&str> = case
        .record
        .supervisors
        .iter()
        .map(|s| s.contact.email.as_str())
        .collect();
    let mut known = BTreeMap::new();
    for email in emails.iter().chain(&supervisors) {
        if known.contains_key(*email) {
            continue;
        }
        let id: Option<String> = on!(&mut *tx, tx => {
            sqlx::query_scalar("select id from person where email = $1").bind(email.to_lowercase()).fetch_optional(&mut **tx).await?
        });
        match id {
            Some(id) => {
                known.insert((*email).to_owned(), PersonId::parse(&id)?);
            }
            // Somebody may be named as supervisor without having an account.
            None if !emails.contains(email) => {}
            None => bail!("nobody here has the e-mail address {email}; add the account first"),
        }
    }
    Ok(known)
}

async fn assign(
    tx: &mut Tx,
    patient: &PatientId,
    case: &Case,
    people: &BTreeMap<String, PersonId>,
) -> Result<()> {
    for s in &case.record.supervisors {
        let Some(person) = people.get(&s.contact.email) else {
            continue;
        };
        let role = match s.role {
            SupervisorRole::Social => Role::SocialSupervisor,
            SupervisorRole::Clinical => Role::ClinicalSupervisor,
        };
        patients::assign(tx, patient, person, role, s.from, s.to).await?;
    }
    Ok(())
}

struct Importing<'a> {
    organisation: &'a OrganisationId,
    patient: &'a PatientId,
    people: &'a BTreeMap<String, PersonId>,
}

impl Importing<'_> {
    fn person(&self, email: &str) -> Result<&PersonId> {
        self.people
            .get(email)
            .with_context(|| format!("nobody here has the e-mail address {email}"))
    }

    async fn entry(&self, tx: &mut Tx, e: &EntryInCase) -> Result<()> {
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

    async fn report(&self, tx: &mut Tx, r: &ReportInCase) -> Result<()> {
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
            let signature = Signature {
                capacity: s.capacity,
                person: self.person(&s.by)?.clone(),
                name: s.name.clone(),
                job_title: s.job_title.clone(),
                statements: s.statements.clone(),
                at: s.at,
            };
            reports::sign(tx, &id, &signature).await?;
        }
        self.sendings(tx, r).await?;
        if let Some(frozen) = &r.frozen {
            let (frozen, content) = FrozenReport::read(&frozen.json)?;
            // A case file carries the frozen report, not its papers: they are set anew from it.
            let made = crate::server::papers::make(&frozen).await?;
            papers::store(tx, &id, &frozen, &made, content.frozen_at).await?;
        }
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
