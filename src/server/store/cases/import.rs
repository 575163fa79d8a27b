//! In: one transaction for the whole case.

mod rows;

use super::carried;
use crate::domain::case::Case;
use crate::domain::case::check::check;
use crate::domain::identifiers::{OrganisationId, PatientId, PersonId};
use crate::domain::patient::edit::Change;
use crate::domain::patient::{PatientRecord, SupervisorRole};
use crate::domain::people::Role;
use crate::domain::report::{Frozen, FrozenReport};
use crate::on;
use crate::server::audit::{self, Event};
use crate::server::forms::Forms;
use crate::server::papers::{Kind, Paper, report as setting, set_now};
use crate::server::store::patients::{self, NewPatient};
use crate::server::store::{Db, Tx, new_id, organisations, papers};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use rows::Importing;
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
    // A case written by hand carries frozen reports without papers: they are set, before anything is locked.
    let carried: Vec<&str> = papers_carried(case).collect();
    let set = set_papers(case, &carried).await?;
    let mut tx = db.begin().await?;
    let team_id = organisations::team(&mut tx, organisation, team)
        .await?
        .with_context(|| format!("the organisation has no team named “{team}”"))?;
    let people = people(&mut tx, case).await?;
    let patient = PatientId::parse(&new_id())?;
    let made_by = versions(case, &people)?;
    let first = made_by
        .first()
        .context("the case has no version of the record")?;
    let new = NewPatient {
        id: &patient,
        organisation,
        team: &team_id,
        record: first.record,
        by: first.by,
        at: first.at.unwrap_or(at),
    };
    if let Err(error) = patients::add(&mut tx, &new).await {
        // Another import of the same patient may have come between the question above and now.
        if patients::is_taken(&error) {
            bail!("{}", TAKEN);
        }
        return Err(error.into());
    }
    for (number, version) in made_by.iter().enumerate().skip(1) {
        add_version(&mut tx, &patient, i64::try_from(number)? + 1, version, at)
            .await
            .with_context(|| format!("versions.{number}"))?;
    }
    assign(&mut tx, &patient, case, &people).await?;
    let importing = Importing {
        papers: carried,
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
            .report(&mut tx, report, set.get(&report.id))
            .await
            .with_context(|| format!("reports.{}", report.id))?;
    }
    let ids: Vec<&str> = case.reports.iter().map(|r| r.id.as_str()).collect();
    let into = carried::Into {
        organisation,
        patient: &patient,
        people: &people,
    };
    carried::import(&mut tx, &case.carried, &into, &ids).await?;
    let event = Event {
        person: None,
        patient: Some(patient.clone()),
        ..Event::done(organisation, at, new.by, "import-case")
    };
    audit::record(&mut tx, &event).await?;
    papers::note_all(&mut tx, &event, &patient).await?;
    tx.commit().await?;
    Ok(patient)
}

/// A version of the record as it goes in.
struct VersionIn<'a> {
    record: &'a PatientRecord,
    by: &'a PersonId,
    at: Option<DateTime<Utc>>,
    change: Option<&'a Change>,
}

/// Who made which version. A case written by hand has none: its record is the work of the first social
/// supervisor it names who has an account.
fn versions<'a>(
    case: &'a Case,
    people: &'a BTreeMap<String, PersonId>,
) -> Result<Vec<VersionIn<'a>>> {
    if case.versions.is_empty() {
        let social = case
            .record
            .supervisors
            .iter()
            .filter(|s| s.role == SupervisorRole::Social);
        let by = social
            .filter_map(|s| people.get(&s.contact.email))
            .next()
            .context("record.supervisors: no social supervisor with an account here, so nobody made the record; add the account, or give versions with who made them")?;
        return Ok(vec![VersionIn {
            record: &case.record,
            by,
            at: None,
            change: None,
        }]);
    }
    case.versions
        .iter()
        .map(|v| {
            let by = people
                .get(&v.by)
                .with_context(|| format!("nobody here has the e-mail address {}", v.by))?;
            Ok(VersionIn {
                record: &v.record,
                by,
                at: Some(v.at),
                change: v.change.as_ref(),
            })
        })
        .collect()
}

async fn add_version(
    tx: &mut Tx,
    patient: &PatientId,
    number: i64,
    version: &VersionIn<'_>,
    at: DateTime<Utc>,
) -> Result<()> {
    let record = serde_json::to_string(version.record)?;
    on!(tx, tx => {
        sqlx::query("update patient set record = $2, version = $3, family_name = $4, given_name = $5, mhcs_reference = $6 where id = $1")
            .bind(patient.as_str())
            .bind(&record)
            .bind(number)
            .bind(&version.record.family_name)
            .bind(&version.record.given_name)
            .bind(&version.record.mhcs_reference)
            .execute(&mut **tx)
            .await?;
        sqlx::query(
            "insert into patient_version (patient_id, version, record, person_id, at, part, why, changed_on, note)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(patient.as_str())
        .bind(number)
        .bind(&record)
        .bind(version.by.as_str())
        .bind(version.at.unwrap_or(at))
        .bind(version.change.map(|c| c.part.clone()))
        .bind(version.change.map(|c| c.why.name()))
        .bind(version.change.and_then(|c| c.changed_on))
        .bind(version.change.map(|c| c.note.clone()))
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// A frozen report with its papers, by the report's id.
type Set = BTreeMap<String, (FrozenReport, Frozen, Vec<Paper>)>;

/// The reports whose papers the case carries.
fn papers_carried(case: &Case) -> impl Iterator<Item = &str> {
    let papers = case.carried.get("paper").into_iter().flatten();
    papers.filter_map(|p| p.get("owner_id")?.as_str())
}

async fn set_papers(case: &Case, carried: &[&str]) -> Result<Set> {
    let frozen: Vec<(String, String)> = case
        .reports
        .iter()
        .filter(|r| !carried.contains(&r.id.as_str()))
        .filter_map(|r| Some((r.id.clone(), r.frozen.as_ref()?.json.clone())))
        .collect();
    let set = |(id, json): (String, String)| {
        let (frozen, content) = FrozenReport::read(&json)?;
        let document = setting::full(&content, frozen.digest());
        let papers = set_now(Kind::Full, &document, None)?;
        Ok((id, (frozen, content, papers)))
    };
    tokio::task::spawn_blocking(move || frozen.into_iter().map(set).collect()).await?
}

/// Accounts by e-mail of everybody whom the case names as having done something.
async fn people(tx: &mut Tx, case: &Case) -> Result<BTreeMap<String, PersonId>> {
    let mut emails: Vec<&str> = case.entries.iter().map(|e| e.by.as_str()).collect();
    emails.extend(case.versions.iter().map(|v| v.by.as_str()));
    emails.extend(case.assignments.iter().flatten().map(|a| a.person.as_str()));
    emails.extend(carried::people(&case.carried));
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
    if let Some(assignments) = &case.assignments {
        for a in assignments {
            let person = people
                .get(&a.person)
                .with_context(|| format!("nobody here has the e-mail address {}", a.person))?;
            patients::assign(tx, patient, person, a.role, a.from, a.to).await?;
        }
        return Ok(());
    }
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
