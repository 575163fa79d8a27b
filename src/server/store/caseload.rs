//! What a caseload or a team's list shows of each patient, in a few queries however long the list.
//!
//! Who is on it is found once; the rest is looked up for those, `p` in each query. `cross join` says in
//! which order to look: the patients first, then their entries by index.

use super::patients::lists::{self, Group, Latest, OnList, Owing, about, groups};
use super::{Db, stored};
use crate::domain::patient::SupervisorRole;
use crate::domain::report::State;
use crate::domain::timeline::Matter;
use crate::domain::timeline::notifiable::is_for_mhcs;
use crate::on;
use crate::server::access::Asker;
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, HashSet};

/// A patient on a caseload.
#[derive(Debug, Clone)]
pub struct Case {
    /// The patient.
    pub patient: OnList,
    /// The newest report that was not withdrawn.
    pub latest: Option<Latest>,
    /// Due dates for which MHCS was told beforehand, with the day.
    pub late_told: Vec<(NaiveDate, NaiveDate)>,
    /// Reports that went out exceptionally and still wait for something.
    pub owing: Vec<Owing>,
    /// The last contact in person that happened, within [`LOOK_BACK`] days.
    pub last_seen: Option<NaiveDate>,
    /// Events for MHCS that it is not recorded as told of: the newest one's id, and how many.
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

type ByPatient<T> = BTreeMap<String, T>;

/// Everything of everybody on a person's list, by family name. A list names patients; opening one of
/// them is what is recorded as a view.
pub async fn of_person(db: &Db, asker: Asker<'_>, today: NaiveDate) -> sqlx::Result<Vec<Case>> {
    let patients = lists::of_person(db, asker, today).await?;
    let mut found = Found::default();
    for group in groups(&patients) {
        found.look_up(db, &group, today).await?;
    }
    let case = |patient: OnList| {
        let id = patient.id.as_str();
        let away = found.leave.get(id).map(Vec::as_slice).unwrap_or_default();
        let covers = |role: &SupervisorRole| {
            let mut there = patient.record.supervisors_on(*role, today);
            there.any(|s| s.cover)
        };
        Case {
            latest: found.latest.remove(id),
            late_told: found.late_told.remove(id).unwrap_or_default(),
            owing: found.owing.remove(id).unwrap_or_default(),
            last_seen: found.last_seen.remove(id),
            not_told: found.not_told.remove(id),
            not_reviewed: found.not_reviewed.remove(id),
            supervisors: found.supervisors.remove(id).unwrap_or_default(),
            uncovered: !away.iter().all(covers),
            patient,
        }
    };
    Ok(patients.into_iter().map(case).collect())
}

/// What was looked up, by patient.
#[derive(Default)]
struct Found {
    latest: ByPatient<Latest>,
    late_told: ByPatient<Vec<(NaiveDate, NaiveDate)>>,
    owing: ByPatient<Vec<Owing>>,
    last_seen: ByPatient<NaiveDate>,
    not_told: Events,
    not_reviewed: Events,
    supervisors: ByPatient<Vec<String>>,
    leave: ByPatient<Vec<SupervisorRole>>,
}

impl Found {
    async fn look_up(&mut self, db: &Db, group: &Group<'_>, today: NaiveDate) -> sqlx::Result<()> {
        self.latest.extend(newest_reports(db, group).await?);
        self.late_told.extend(late_notices(db, group).await?);
        self.owing.extend(owing_reports(db, group).await?);
        self.last_seen.extend(last_seen(db, group, today).await?);
        let (not_told, not_reviewed) = open_events(db, group, today).await?;
        self.not_told.extend(not_told);
        self.not_reviewed.extend(not_reviewed);
        self.supervisors
            .extend(supervisors(db, group, today).await?);
        self.leave.extend(leave(db, group, today).await?);
        Ok(())
    }
}

/// The newest report of each of these patients that was neither withdrawn nor superseded: one look into
/// an index for each, however many reports there are.
pub(super) async fn newest_reports(db: &Db, group: &Group<'_>) -> sqlx::Result<ByPatient<Latest>> {
    type Row = (String, String, NaiveDate, String, String, Option<NaiveDate>);
    let rows: Vec<Row> = on!(&db.read, pool => {
        let mut query = about(&group.patients);
        query.push(
            "select r.patient_id, r.id, r.due, r.state, r.author_id, r.late_told_on
             from p cross join report r where r.id =
                 (select n.id from report n where n.state not in ('withdrawn', 'superseded')
                      and n.patient_id = p.id and n.organisation_id = ",
        );
        query.push_bind(group.organisation.to_owned());
        query.push(" order by n.due desc, n.id desc limit 1)");
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

/// Reports of these patients that went out exceptionally and still wait for something, oldest first. The
/// few of the organisation are read by an index of their own, and those of other patients left out.
pub(super) async fn owing_reports(
    db: &Db,
    group: &Group<'_>,
) -> sqlx::Result<ByPatient<Vec<Owing>>> {
    let rows: Vec<(String, String, String, bool, bool)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select patient_id, id, author_id, owes_review, owes_part_c from report
             where organisation_id = $1 and (owes_review or owes_part_c)
                 and state not in ('withdrawn', 'superseded')
             order by due, id",
        )
        .bind(group.organisation)
        .fetch_all(pool)
        .await?
    });
    let listed: HashSet<&str> = group.patients.iter().copied().collect();
    let mut all: ByPatient<Vec<Owing>> = BTreeMap::new();
    for (patient, id, author, review, part_c) in rows {
        if listed.contains(patient.as_str()) {
            let owing = Owing {
                id,
                author,
                review,
                part_c,
            };
            all.entry(patient).or_default().push(owing);
        }
    }
    Ok(all)
}

pub(super) async fn late_notices(
    db: &Db,
    group: &Group<'_>,
) -> sqlx::Result<ByPatient<Vec<(NaiveDate, NaiveDate)>>> {
    let rows: Vec<(String, NaiveDate, NaiveDate)> = on!(&db.read, pool => {
        let mut query = about(&group.patients);
        query.push(
            "select n.patient_id, n.due, n.told_on from p cross join late_notice n
             where n.patient_id = p.id order by n.told_on desc",
        );
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
    group: &Group<'_>,
    today: NaiveDate,
) -> sqlx::Result<ByPatient<NaiveDate>> {
    let since = today - Days::new(LOOK_BACK);
    // The stored text begins with tag, day and kind in this order; a day has ten characters.
    let rows: Vec<(String, Option<NaiveDate>)> = on!(&db.read, pool => {
        let mut query = about(&group.patients);
        query.push(
            "select p.id, (select f.day from entry f where f.patient_id = p.id
                      and substr(f.matter, 11, 6) = 'contac'
                      and f.matter like '%\"happened\":true%'
                      and (f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"home-visit\"%'
                          or f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"office\"%'
                          or f.matter like '{\"entry\":\"contact\",\"on\":\"__________\",\"kind\":\"other\"%')
                      and not exists (select 1 from entry c where c.corrects_id = f.id)
                      and f.organisation_id = ",
        );
        query.push_bind(group.organisation.to_owned());
        query.push(" and f.day >= ");
        query.push_bind(since);
        query.push(" order by f.day desc limit 1) from p");
        query.build_query_as().fetch_all(pool).await?
    });
    let seen = rows.into_iter().filter_map(|(id, day)| Some((id, day?)));
    Ok(seen.collect())
}

type Events = ByPatient<(String, u32)>;

/// Events not told to MHCS, and events not reviewed.
async fn open_events(
    db: &Db,
    group: &Group<'_>,
    today: NaiveDate,
) -> sqlx::Result<(Events, Events)> {
    let since = today - Days::new(2 * LOOK_BACK);
    // A chain of corrections is one event: the text that stands says whether MHCS was told, the first
    // one is what a review is of.
    let rows: Vec<(String, String, String, bool, bool)> = on!(&db.read, pool => {
        let mut query = about(&group.patients);
        query.push(
            ", chain (first, id) as (
                 select e.id, e.id from p cross join entry e
                 where e.patient_id = p.id and substr(e.matter, 11, 6) = 'event\"' and e.corrects_id is null
                     and e.organisation_id = ",
        );
        query.push_bind(group.organisation.to_owned());
        query.push(" and e.day >= ");
        query.push_bind(since);
        query.push(
            "    union all
                 select c.first, e.id from chain c cross join entry e where e.corrects_id = c.id
             )
             select e.patient_id, e.id, substr(e.matter, 44, 40), e.matter like '%\"told-mhcs-on\":%',
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
    for (patient, id, kind, told, reviewed) in rows {
        // The stored text begins {"entry":"event","on":"2026-01-01","kind":" and goes on with the kind.
        let kind = kind.split('"').next().unwrap_or_default();
        if !told && is_for_mhcs(kind) {
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
    group: &Group<'_>,
    today: NaiveDate,
) -> sqlx::Result<ByPatient<Vec<String>>> {
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        let mut query = about(&group.patients);
        query.push(
            "select a.patient_id, w.name from p cross join assignment a
                 join person w on w.id = a.person_id and w.disabled_at is null
             where a.patient_id = p.id and a.role = 'social-supervisor' and a.from_day <= ",
        );
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
    group: &Group<'_>,
    today: NaiveDate,
) -> sqlx::Result<ByPatient<Vec<SupervisorRole>>> {
    let since = today - Days::new(LOOK_BACK);
    let rows: Vec<(String, String)> = on!(&db.read, pool => {
        let mut query = about(&group.patients);
        query.push(
            "select e.patient_id, e.matter from p cross join entry e
             where e.patient_id = p.id and substr(e.matter, 11, 6) = 'noted\"'
                 and e.matter like '{\"entry\":\"noted\",\"kind\":\"leave-cover\"%'
                 and not exists (select 1 from entry c where c.corrects_id = e.id)
                 and e.organisation_id = ",
        );
        query.push_bind(group.organisation.to_owned());
        query.push(" and e.day >= ");
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
