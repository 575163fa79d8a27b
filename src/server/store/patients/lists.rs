//! The lists people work from: who is on somebody's list, found by one query and read from memory.

use super::counting;
use crate::domain::caseload::Newest;
use crate::domain::identifiers::{OrganisationId, PatientId};
use crate::domain::patient::PatientRecord;
use crate::domain::report::State;
use crate::domain::schedule::Counting;
use crate::on;
use crate::server::access::Asker;
use crate::server::store::caseload::{late_notices, newest_reports, owing_reports};
use crate::server::store::{Db, stored};
use chrono::NaiveDate;
use sqlx::{Database, Encode, QueryBuilder, Type};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The patients `p` on the list of person $1 on day $2: those they are assigned to in a role they
/// still have, those of a team they manage (every team's, where they manage the organisation), and those
/// of another organisation whom they were let in to work with; less those who are restricted to others.
/// The session reaches the organisation of the parameter that is named, or all when that is empty.
macro_rules! on_the_list {
    ($only:literal) => {
        concat!(
            // Who can be on it at all, by index: without, every patient of the install is looked at.
            "p.id in (select c.patient_id from assignment c where c.person_id = $1
                 union select c.patient_id from joint_working c where c.person_id = $1
                 union select c.id from patient c join membership m on m.organisation_id = c.organisation_id
                     where m.person_id = $1 and m.role = 'line-manager' and (m.team_id is null or m.team_id = c.team_id))
             and ((p.organisation_id in ",
            $crate::server::store::organisations_of!("$1", $only),
            " and (exists (select 1 from assignment a join membership m
                        on m.person_id = a.person_id and m.role = a.role and m.organisation_id = p.organisation_id
                    where a.patient_id = p.id and a.person_id = $1
                        and a.from_day <= $2 and (a.to_day is null or a.to_day >= $2))
                or exists (select 1 from membership m
                    where m.person_id = $1 and m.role = 'line-manager' and m.organisation_id = p.organisation_id
                        and (m.team_id is null or m.team_id = p.team_id))))
              or ",
            $crate::server::store::works_jointly!("p.id", "$1", "$2", $only),
            ")
             and (p.restricted_at is null
                  or exists (select 1 from restricted_to r where r.patient_id = p.id and r.person_id = $1))"
        )
    };
}
pub(in crate::server::store) use on_the_list;

/// A patient on somebody's list.
#[derive(Debug, Clone)]
pub struct OnList {
    /// The patient.
    pub id: PatientId,
    /// Whose patient.
    pub organisation: OrganisationId,
    /// The record.
    pub record: Arc<PatientRecord>,
    /// What the organisation's due dates count from.
    pub counting: Counting,
}

/// The newest report of a patient on a list.
#[derive(Debug, Clone)]
pub struct Latest {
    /// Identifies it.
    pub id: String,
    /// The due date that it answers.
    pub due: NaiveDate,
    /// Where it stands.
    pub state: State,
    /// Who writes it.
    pub author: String,
    /// When MHCS was told that it would be late, if it was.
    pub late_told_on: Option<NaiveDate>,
}

/// A report that went out exceptionally and still waits for something.
#[derive(Debug, Clone)]
pub struct Owing {
    /// Identifies it.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// A line manager's review is owed.
    pub review: bool,
    /// Part C is owed.
    pub part_c: bool,
}

impl Latest {
    /// What the rules of lists need of it.
    #[must_use]
    pub fn newest(&self) -> Newest {
        Newest {
            due: self.due,
            state: self.state,
            late_told_on: self.late_told_on,
        }
    }
}

/// The patients that a person supervises, reviews or writes Part C for, by family name.
///
/// A list names patients; opening one of them is what is recorded as a view.
pub async fn of_person(db: &Db, asker: Asker<'_>, today: NaiveDate) -> sqlx::Result<Vec<OnList>> {
    type Row = (String, String, i64, String);
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select p.id, p.organisation_id, p.version, o.settings
             from patient p join organisation o on o.id = p.organisation_id where ",
            on_the_list!("$3"),
            " order by p.family_name, p.given_name, p.id"
        ))
        .bind(asker.person())
        .bind(today)
        .bind(asker.only())
        .fetch_all(pool)
        .await?
    });
    let mut ids = Vec::with_capacity(rows.len());
    for (id, _, version, _) in &rows {
        ids.push((stored("patient id", PatientId::parse(id))?, *version));
    }
    let known: Vec<_> = ids.iter().map(|key| db.records.of(key)).collect();
    let missing = ids.iter().zip(&known).filter(|(_, k)| k.is_none());
    let missing: Vec<&str> = missing.map(|((id, _), _)| id.as_str()).collect();
    let mut read = read_records(db, &missing).await?;
    // A list is of one organisation, or of few: each one's settings are parsed once.
    let mut countings: HashMap<String, Counting> = HashMap::new();
    let mut patients = Vec::with_capacity(rows.len());
    for (((id, _), known), (_, organisation, _, settings)) in ids.into_iter().zip(known).zip(rows) {
        // Found a moment ago and gone now: destroyed in between.
        let Some(record) = known.or_else(|| read.remove(&id)) else {
            continue;
        };
        let counting = match countings.get(&settings) {
            Some(counting) => counting.clone(),
            None => {
                let read = counting(&settings)?;
                countings.entry(settings).or_insert(read).clone()
            }
        };
        let organisation = OrganisationId::parse(&organisation);
        patients.push(OnList {
            id,
            organisation: stored("organisation id", organisation)?,
            record,
            counting,
        });
    }
    Ok(patients)
}

/// Reads records, and keeps each under the version that it is.
async fn read_records(
    db: &Db,
    patients: &[&str],
) -> sqlx::Result<BTreeMap<PatientId, Arc<PatientRecord>>> {
    if patients.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, i64, String)> = on!(&db.read, pool => {
        let mut query = about(patients);
        query.push("select q.id, q.version, q.record from p cross join patient q where q.id = p.id");
        query.build_query_as().fetch_all(pool).await?
    });
    let mut records = BTreeMap::new();
    for (id, version, text) in rows {
        let id = stored("patient id", PatientId::parse(&id))?;
        let record = Arc::new(stored("patient record", serde_json::from_str(&text))?);
        db.records.keep((id.clone(), version), &record, text.len());
        records.insert(id, record);
    }
    Ok(records)
}

/// Patients of one organisation on a list, never none. Indexes begin with patient and organisation.
pub(in crate::server::store) struct Group<'a> {
    /// Whose patients.
    pub(in crate::server::store) organisation: &'a str,
    /// Their ids.
    pub(in crate::server::store) patients: Vec<&'a str>,
}

/// A list's patients by organisation.
pub(in crate::server::store) fn groups(patients: &[OnList]) -> Vec<Group<'_>> {
    let mut by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for patient in patients {
        let group = by.entry(patient.organisation.as_str()).or_default();
        group.push(patient.id.as_str());
    }
    let group = |(organisation, patients)| Group {
        organisation,
        patients,
    };
    by.into_iter().map(group).collect()
}

/// Begins a query about these patients, at least one: `p (id)` names them. Their ids were found on a
/// person's list by a query of the caller.
pub(in crate::server::store) fn about<DB: Database>(patients: &[&str]) -> QueryBuilder<DB>
where
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut query = QueryBuilder::new("with recursive p (id) as (");
    query.push_values(patients, |mut row, id| {
        row.push_bind((*id).to_owned());
    });
    query.push(") ");
    query
}

/// A patient on a list, with the newest report.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The patient.
    pub patient: OnList,
    /// The newest report that was neither withdrawn nor superseded.
    pub latest: Option<Latest>,
    /// Due dates for which MHCS was told beforehand, with the day.
    pub late_told: Vec<(NaiveDate, NaiveDate)>,
    /// Reports that went out exceptionally and still wait for something.
    pub owing: Vec<Owing>,
}

/// The patients on a person's list with their newest reports, by family name.
pub async fn with_reports(
    db: &Db,
    asker: Asker<'_>,
    today: NaiveDate,
) -> sqlx::Result<Vec<Listed>> {
    let patients = of_person(db, asker, today).await?;
    let (mut latest, mut told, mut owing) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for group in groups(&patients) {
        latest.extend(newest_reports(db, &group).await?);
        told.extend(late_notices(db, &group).await?);
        owing.extend(owing_reports(db, &group).await?);
    }
    let listed = |patient: OnList| Listed {
        latest: latest.remove(patient.id.as_str()),
        late_told: told.remove(patient.id.as_str()).unwrap_or_default(),
        owing: owing.remove(patient.id.as_str()).unwrap_or_default(),
        patient,
    };
    Ok(patients.into_iter().map(listed).collect())
}
