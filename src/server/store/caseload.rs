//! What a caseload or a team's list shows of each patient, in a few queries however long the list.
//!
//! `cross join` says in which order to look: the patients of the list first, then their entries by index.

use super::patients::{Latest, counting, on_the_list};
use super::{Db, stored};
use crate::domain::identifiers::{PatientId, PersonId};
use crate::domain::patient::{PatientRecord, SupervisorRole};
use crate::domain::report::State;
use crate::domain::schedule::Counting;
use crate::domain::timeline::Matter;
use crate::on;
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

/// A patient on a caseload.
#[derive(Debug, Clone)]
pub struct Case {
    /// The patient.
    pub id: PatientId,
    /// The record.
    pub record: PatientRecord,
    /// What the organisation's due dates count from.
    pub counting: Counting,
    /// The newest report that was not withdrawn.
    pub latest: Option<Latest>,
    /// Due dates for which MHCS was told beforehand, with the day.
    pub late_told: Vec<(NaiveDate, NaiveDate)>,
    /// The last contact in person that happened, within [`LOOK_BACK`] days.
    pub last_seen: Option<NaiveDate>,
    /// Events that MHCS is not recorded as told of: the newest one's id, and how many.
    pub not_told: Option<(String, u32)>,
    /// Events that no line manager has looked at: the newest one's id, and how many.
    pub not_reviewed: Option<(String, u32)>,
    /// Social supervisors allocated today, by name.
    pub supervisors: Vec<String>,
    /// Whether a supervisor is away today and nobody covers.
    pub uncovered: bool,
}

/// How far back entries are looked at, in days: a longer gap is a gap of at least this.
pub const LOOK_BACK: u64 = 400;

/// Most patients of one person's list (decisions: a trust has 400).
const MOST: i64 = 1_000;

type ByPatient<T> = BTreeMap<String, T>;

/// Everything of everybody on a person's list, by family name. A list names patients; opening one of
/// them is what is recorded as a view.
pub async fn of_person(db: &Db, person: &PersonId, today: NaiveDate) -> sqlx::Result<Vec<Case>> {
    let patients: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select p.id, p.record, o.settings from patient p join organisation o on o.id = p.organisation_id where ",
            on_the_list!(),
            " order by p.family_name, p.given_name, p.id limit $3"
        ))
        .bind(person.as_str())
        .bind(today)
        .bind(MOST)
        .fetch_all(pool)
        .await?
    });
    let mut latest = newest_reports(db, person, today).await?;
    let mut told = late_notices(db, person, today).await?;
    let mut seen = last_seen(db, person, today).await?;
    let (mut not_told, mut not_reviewed) = open_events(db, person, today).await?;
    let mut supervisors = supervisors(db, person, today).await?;
    let uncovered = uncovered(db, person, today).await?;
    patients
        .into_iter()
        .map(|(id, record, settings)| {
            Ok(Case {
                counting: counting(&settings)?,
                record: stored("patient record", serde_json::from_str(&record))?,
                latest: latest.remove(&id),
                late_told: told.remove(&id).unwrap_or_default(),
                last_seen: seen.remove(&id),
                not_told: not_told.remove(&id),
                not_reviewed: not_reviewed.remove(&id),
                supervisors: supervisors.remove(&id).unwrap_or_default(),
                uncovered: uncovered.contains(&id),
                id: stored("patient id", PatientId::parse(&id))?,
            })
        })
        .collect()
}

/// The newest report of everybody on a person's list that was neither withdrawn nor superseded: one look
/// into an index for each, however many reports there are.
pub(super) async fn newest_reports(
    db: &Db,
    person: &PersonId,
    today: NaiveDate,
) -> sqlx::Result<ByPatient<Latest>> {
    type Row = (String, String, NaiveDate, String, String, Option<NaiveDate>);
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select r.patient_id, r.id, r.due, r.state, r.author_id, r.late_told_on
             from patient p join report r on r.id =
                 (select n.id from report n where n.patient_id = p.id and n.organisation_id = p.organisation_id
                      and n.state not in ('withdrawn', 'superseded')
                  order by n.due desc, n.id desc limit 1)
             where ",
            on_the_list!()
        ))
        .bind(person.as_str())
        .bind(today)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(patient, id, due, state, author, late_told_on)| {
            let state = stored("state", State::named(&state).ok_or("unknown"))?;
            let latest = Latest {
                id,
                due,
                state,
                author,
                late_told_on,
            };
            Ok((patient, latest))
        })
        .collect()
}

async fn late_notices(
    db: &Db,
    person: &PersonId,
    today: NaiveDate,
) -> sqlx::Result<ByPatient<Vec<(NaiveDate, NaiveDate)>>> {
    let rows: Vec<(String, NaiveDate, NaiveDate)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select n.patient_id, n.due, n.told_on from late_notice n join patient p on p.id = n.patient_id where ",
            on_the_list!(),
            " order by n.told_on desc"
        ))
        .bind(person.as_str())
        .bind(today)
        .fetch_all(pool)
        .await?
    });
    let mut all: ByPatient<Vec<_>> = BTreeMap::new();
    for (patient, due, on) in rows {
        all.entry(patient).or_default().push((due, on));
    }
    Ok(all)
}

async fn last_seen(
    db: &Db,
    person: &PersonId,
    today: NaiveDate,
) -> sqlx::Result<ByPatient<NaiveDate>> {
    let since = today - Days::new(LOOK_BACK);
    // The stored text begins with tag, day and kind in this order; a day has ten characters.
    let rows: Vec<(String, NaiveDate)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select e.patient_id, e.day from patient p join entry e on e.id =
                 (select f.id from entry f where f.patient_id = p.id and f.organisation_id = p.organisation_id
                      and substr(f.matter, 11, 6) = 'contac' and f.day >= $3
                      and f.matter like '%\"happened\":true%'
                      and (f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"home-visit\"%'
                          or f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"office\"%'
                          or f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"other\"%')
                      and not exists (select 1 from entry c where c.corrects_id = f.id)
                  order by f.day desc limit 1)
             where ",
            on_the_list!()
        ))
        .bind(person.as_str())
        .bind(today)
        .bind(since)
        .fetch_all(pool)
        .await?
    });
    Ok(rows.into_iter().collect())
}

type Events = ByPatient<(String, u32)>;

/// Events not told to MHCS, and events not reviewed.
async fn open_events(
    db: &Db,
    person: &PersonId,
    today: NaiveDate,
) -> sqlx::Result<(Events, Events)> {
    let since = today - Days::new(2 * LOOK_BACK);
    // A chain of corrections is one event: the text that stands says whether MHCS was told, the first
    // one is what a review is of.
    let rows: Vec<(String, String, bool, bool)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "with recursive chain (first, id) as (
                 select e.id, e.id from patient p cross join entry e
                 where e.patient_id = p.id and e.organisation_id = p.organisation_id
                     and substr(e.matter, 11, 6) = 'event\"' and e.corrects_id is null and e.day >= $3 and ",
            on_the_list!(),
            "    union all
                 select c.first, e.id from chain c cross join entry e where e.corrects_id = c.id
             )
             select e.patient_id, e.id, e.matter like '%\"told-mhcs-on\":%',
                 exists (select 1 from event_review r where r.patient_id = e.patient_id and r.entry_id = c.first)
             from chain c cross join entry e
             where e.id = c.id and substr(e.matter, 11, 6) = 'event\"'
                 and not exists (select 1 from entry x where x.corrects_id = e.id)
             order by e.day, e.id"
        ))
        .bind(person.as_str())
        .bind(today)
        .bind(since)
        .fetch_all(pool)
        .await?
    });
    let (mut not_told, mut not_reviewed): (Events, Events) = (BTreeMap::new(), BTreeMap::new());
    let count = |events: &mut Events, patient: &str, id: &str| {
        let known = events.entry(patient.to_owned()).or_default();
        *known = (id.to_owned(), known.1 + 1);
    };
    for (patient, id, told, reviewed) in rows {
        if !told {
            count(&mut not_told, &patient, &id);
        }
        if !reviewed {
            count(&mut not_reviewed, &patient, &id);
        }
    }
    Ok((not_told, not_reviewed))
}

async fn supervisors(
    db: &Db,
    person: &PersonId,
    today: NaiveDate,
) -> sqlx::Result<ByPatient<Vec<String>>> {
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select a2.patient_id, w.name from assignment a2 join person w on w.id = a2.person_id and w.disabled_at is null
             join patient p on p.id = a2.patient_id
             where a2.role = 'social-supervisor' and a2.from_day <= $2 and (a2.to_day is null or a2.to_day >= $2) and ",
            on_the_list!(),
            " order by w.name"
        ))
        .bind(person.as_str())
        .bind(today)
        .fetch_all(pool)
        .await?
    });
    let mut all: ByPatient<Vec<String>> = BTreeMap::new();
    for (patient, name) in rows {
        let names = all.entry(patient).or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(all)
}

/// Patients with a supervisor on leave today for whom nobody covers. Leave is what an entry says; who
/// covers is what the record says, by which they can open it: a name in an entry opens nothing.
async fn uncovered(db: &Db, person: &PersonId, today: NaiveDate) -> sqlx::Result<Vec<String>> {
    let since = today - Days::new(LOOK_BACK);
    let rows: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select e.patient_id, e.matter, p.record from patient p cross join entry e
             where e.patient_id = p.id and e.organisation_id = p.organisation_id
                 and substr(e.matter, 11, 6) = 'noted\"' and e.day >= $3 and e.day <= $2
                 and e.matter like '{\"entry\":\"noted\",\"kind\":\"leave-cover\"%'
                 and not exists (select 1 from entry c where c.corrects_id = e.id)
                 and ",
            on_the_list!()
        ))
        .bind(person.as_str())
        .bind(today)
        .bind(since)
        .fetch_all(pool)
        .await?
    });
    let mut all = Vec::new();
    for (patient, matter, record) in rows {
        let matter: Matter = stored("entry", serde_json::from_str(&matter))?;
        let record: PatientRecord = stored("patient record", serde_json::from_str(&record))?;
        let Matter::Noted(n) = matter else { continue };
        let role = match n.choice("which") {
            "clinical" => SupervisorRole::Clinical,
            _ => SupervisorRole::Social,
        };
        let covered = record.supervisors_on(role, today).any(|s| s.cover);
        if n.to.is_none_or(|to| to >= today) && !covered {
            all.push(patient);
        }
    }
    Ok(all)
}
