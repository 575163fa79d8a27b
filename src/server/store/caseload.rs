//! What a caseload or a team's list shows of each patient, in a few queries however long the list.
//!
//! Who is on it is found once; the rest is looked up for those. `cross join` says in which order to look:
//! the patients first, then their entries by index.

use super::patients::{Latest, counting, on_the_list};
use super::{Db, stored};
use crate::domain::identifiers::PatientId;
use crate::domain::patient::{PatientRecord, SupervisorRole};
use crate::domain::report::State;
use crate::domain::schedule::Counting;
use crate::domain::timeline::Matter;
use crate::on;
use crate::server::access::Asker;
use chrono::{Days, NaiveDate};
use sqlx::{Database, Encode, QueryBuilder, Type};
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
pub async fn of_person(db: &Db, asker: Asker<'_>, today: NaiveDate) -> sqlx::Result<Vec<Case>> {
    let patients: Vec<(String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select p.id, p.record, o.settings from patient p join organisation o on o.id = p.organisation_id where ",
            on_the_list!("$4"),
            " order by p.family_name, p.given_name, p.id limit $3"
        ))
        .bind(asker.person())
        .bind(today)
        .bind(MOST)
        .bind(asker.only())
        .fetch_all(pool)
        .await?
    });
    let on_it: Vec<&str> = patients.iter().map(|(id, ..)| id.as_str()).collect();
    let mut latest = newest_reports(db, &on_it).await?;
    let mut told = late_notices(db, &on_it).await?;
    let mut seen = last_seen(db, &on_it, today).await?;
    let (mut not_told, mut not_reviewed) = open_events(db, &on_it, today).await?;
    let mut supervisors = supervisors(db, &on_it, today).await?;
    let leave = leave(db, &on_it, today).await?;
    patients
        .into_iter()
        .map(|(id, record, settings)| {
            let record: PatientRecord = stored("patient record", serde_json::from_str(&record))?;
            let away = leave.get(&id).map(Vec::as_slice).unwrap_or_default();
            let covered =
                |role: &SupervisorRole| record.supervisors_on(*role, today).any(|s| s.cover);
            Ok(Case {
                counting: counting(&settings)?,
                latest: latest.remove(&id),
                late_told: told.remove(&id).unwrap_or_default(),
                last_seen: seen.remove(&id),
                not_told: not_told.remove(&id),
                not_reviewed: not_reviewed.remove(&id),
                supervisors: supervisors.remove(&id).unwrap_or_default(),
                uncovered: !away.iter().all(covered),
                id: stored("patient id", PatientId::parse(&id))?,
                record,
            })
        })
        .collect()
}

/// Goes on where a condition is due, with that `p` is one of these patients: ids that a query of the
/// caller has found on a person's list.
fn these<DB: Database>(query: &mut QueryBuilder<DB>, patients: &[&str])
where
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    query.push(" p.id in (");
    let mut ids = query.separated(", ");
    for id in patients {
        ids.push_bind((*id).to_owned());
    }
    // A list of none is still a list.
    ids.push("'') ");
}

/// The newest report of each of these patients that was neither withdrawn nor superseded: one look into
/// an index for each, however many reports there are.
pub(super) async fn newest_reports(db: &Db, patients: &[&str]) -> sqlx::Result<ByPatient<Latest>> {
    type Row = (String, String, NaiveDate, String, String, Option<NaiveDate>);
    let rows: Vec<Row> = on!(&db.read, pool => {
        let mut query = QueryBuilder::new(
            "select r.patient_id, r.id, r.due, r.state, r.author_id, r.late_told_on
             from patient p join report r on r.id =
                 (select n.id from report n where n.patient_id = p.id and n.organisation_id = p.organisation_id
                      and n.state not in ('withdrawn', 'superseded')
                  order by n.due desc, n.id desc limit 1)
             where",
        );
        these(&mut query, patients);
        query.build_query_as().fetch_all(pool).await?
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
    patients: &[&str],
) -> sqlx::Result<ByPatient<Vec<(NaiveDate, NaiveDate)>>> {
    let rows: Vec<(String, NaiveDate, NaiveDate)> = on!(&db.read, pool => {
        let mut query = QueryBuilder::new(
            "select n.patient_id, n.due, n.told_on from patient p cross join late_notice n
             where n.patient_id = p.id and",
        );
        these(&mut query, patients);
        query.push("order by n.told_on desc");
        query.build_query_as().fetch_all(pool).await?
    });
    let mut all: ByPatient<Vec<_>> = BTreeMap::new();
    for (patient, due, on) in rows {
        all.entry(patient).or_default().push((due, on));
    }
    Ok(all)
}

async fn last_seen(
    db: &Db,
    patients: &[&str],
    today: NaiveDate,
) -> sqlx::Result<ByPatient<NaiveDate>> {
    let since = today - Days::new(LOOK_BACK);
    // The stored text begins with tag, day and kind in this order; a day has ten characters.
    let rows: Vec<(String, NaiveDate)> = on!(&db.read, pool => {
        let mut query = QueryBuilder::new(
            "select e.patient_id, e.day from patient p join entry e on e.id =
                 (select f.id from entry f where f.patient_id = p.id and f.organisation_id = p.organisation_id
                      and substr(f.matter, 11, 6) = 'contac'
                      and f.matter like '%\"happened\":true%'
                      and (f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"home-visit\"%'
                          or f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"office\"%'
                          or f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"other\"%')
                      and not exists (select 1 from entry c where c.corrects_id = f.id) and f.day >= ",
        );
        query.push_bind(since);
        query.push(" order by f.day desc limit 1) where");
        these(&mut query, patients);
        query.build_query_as().fetch_all(pool).await?
    });
    Ok(rows.into_iter().collect())
}

type Events = ByPatient<(String, u32)>;

/// Events not told to MHCS, and events not reviewed.
async fn open_events(
    db: &Db,
    patients: &[&str],
    today: NaiveDate,
) -> sqlx::Result<(Events, Events)> {
    let since = today - Days::new(2 * LOOK_BACK);
    // A chain of corrections is one event: the text that stands says whether MHCS was told, the first
    // one is what a review is of.
    let rows: Vec<(String, String, bool, bool)> = on!(&db.read, pool => {
        let mut query = QueryBuilder::new(
            "with recursive chain (first, id) as (
                 select e.id, e.id from patient p cross join entry e
                 where e.patient_id = p.id and e.organisation_id = p.organisation_id
                     and substr(e.matter, 11, 6) = 'event\"' and e.corrects_id is null and",
        );
        these(&mut query, patients);
        query.push("and e.day >= ");
        query.push_bind(since);
        query.push(
            "    union all
                 select c.first, e.id from chain c cross join entry e where e.corrects_id = c.id
             )
             select e.patient_id, e.id, e.matter like '%\"told-mhcs-on\":%',
                 exists (select 1 from event_review r where r.patient_id = e.patient_id and r.entry_id = c.first)
             from chain c cross join entry e
             where e.id = c.id and substr(e.matter, 11, 6) = 'event\"'
                 and not exists (select 1 from entry x where x.corrects_id = e.id)
             order by e.day, e.id",
        );
        query.build_query_as().fetch_all(pool).await?
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
    patients: &[&str],
    today: NaiveDate,
) -> sqlx::Result<ByPatient<Vec<String>>> {
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        let mut query = QueryBuilder::new(
            "select a.patient_id, w.name from patient p cross join assignment a
                 join person w on w.id = a.person_id and w.disabled_at is null
             where a.patient_id = p.id and a.role = 'social-supervisor' and",
        );
        these(&mut query, patients);
        query.push("and a.from_day <= ");
        query.push_bind(today);
        query.push(" and (a.to_day is null or a.to_day >= ");
        query.push_bind(today);
        query.push(") order by w.name");
        query.build_query_as().fetch_all(pool).await?
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

/// As what each patient's supervisors are on leave today. Leave is what an entry says; who covers is what
/// the record says, by which they can open it: a name in an entry opens nothing.
async fn leave(
    db: &Db,
    patients: &[&str],
    today: NaiveDate,
) -> sqlx::Result<ByPatient<Vec<SupervisorRole>>> {
    let since = today - Days::new(LOOK_BACK);
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        let mut query = QueryBuilder::new(
            "select e.patient_id, e.matter from patient p cross join entry e
             where e.patient_id = p.id and e.organisation_id = p.organisation_id
                 and substr(e.matter, 11, 6) = 'noted\"'
                 and e.matter like '{\"entry\":\"noted\",\"kind\":\"leave-cover\"%'
                 and not exists (select 1 from entry c where c.corrects_id = e.id) and",
        );
        these(&mut query, patients);
        query.push("and e.day >= ");
        query.push_bind(since);
        query.push(" and e.day <= ");
        query.push_bind(today);
        query.build_query_as().fetch_all(pool).await?
    });
    let mut all: ByPatient<Vec<SupervisorRole>> = BTreeMap::new();
    for (patient, matter) in rows {
        let matter: Matter = stored("entry", serde_json::from_str(&matter))?;
        let Matter::Noted(n) = matter else { continue };
        let role = match n.choice("which") {
            "clinical" => SupervisorRole::Clinical,
            _ => SupervisorRole::Social,
        };
        if n.to.is_none_or(|to| to >= today) {
            all.entry(patient).or_default().push(role);
        }
    }
    Ok(all)
}
