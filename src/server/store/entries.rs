//! The supervision record of a patient.

use super::{Db, Tx, new_id, stored};
use crate::domain::identifiers::{EntryId, PersonId};
use crate::domain::timeline::notifiable::NOT_FOR_MHCS;
use crate::domain::timeline::{Contact, Entry, Matter};
use crate::on;
use crate::server::access::{Allowed, KeepRecord, ReviewReport};
use chrono::{DateTime, NaiveDate, Utc};

type Columns = (String, String, String, DateTime<Utc>, Option<String>);
type Named = (
    String,
    String,
    String,
    DateTime<Utc>,
    Option<String>,
    String,
);

fn entry((id, matter, by, at, corrects): Columns) -> sqlx::Result<Entry> {
    Ok(Entry {
        id: stored("entry id", EntryId::parse(&id))?,
        matter: stored("entry", serde_json::from_str(&matter))?,
        by: stored("person id", PersonId::parse(&by))?,
        at,
        corrects: corrects
            .map(|c| stored("entry id", EntryId::parse(&c)))
            .transpose()?,
    })
}

/// Every entry of the patient, oldest day first.
pub async fn all<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Vec<Entry>> {
    let rows: Vec<Columns> = on!(&db.read, pool => {
        sqlx::query_as(
            "select id, matter, person_id, at, corrects_id from entry
             where patient_id = $1 and organisation_id = $2 order by day, id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(entry).collect()
}

/// An entry with the name of who entered it.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The entry.
    pub entry: Entry,
    /// Who entered it.
    pub name: String,
}

fn signed((id, matter, by, at, corrects, name): Named) -> sqlx::Result<Signed> {
    Ok(Signed {
        entry: entry((id, matter, by, at, corrects))?,
        name,
    })
}

/// Which entries a timeline shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Show {
    /// All that stand.
    #[default]
    Everything,
    /// Those of a kind, by the kind's name.
    Kind(String),
    /// Contacts that were missed.
    Missed,
    /// Events for MHCS that it is not recorded as told of.
    NotTold,
    /// What was withdrawn.
    Withdrawn,
}

impl Show {
    /// What the stored text of such an entry looks like: its tag stands first, and a quotation mark
    /// that somebody typed is stored behind a backslash, so typed text cannot look like a field.
    fn patterns(&self) -> (String, &'static str) {
        const NONE: &str = "-";
        let noted = |kind: &str| format!("{{\"entry\":\"noted\",\"kind\":\"{kind}\"%");
        match self {
            Self::Everything => ("%".into(), "{\"entry\":\"withdrawn\"%"),
            Self::Kind(kind) => match kind.as_str() {
                "contact" | "event" | "night-away" => (format!("{{\"entry\":\"{kind}\"%"), NONE),
                kind => (noted(kind), NONE),
            },
            Self::Missed => ("{\"entry\":\"contact\"%\"happened\":false%".into(), NONE),
            Self::NotTold => ("{\"entry\":\"event\"%".into(), "%\"told-mhcs-on\":%"),
            Self::Withdrawn => ("{\"entry\":\"withdrawn\"%".into(), NONE),
        }
    }

    /// What events look like that are left out because MHCS need not hear of them.
    fn left_out(&self) -> [String; NOT_FOR_MHCS.len()] {
        NOT_FOR_MHCS.map(|kind| match self {
            Self::NotTold => {
                format!("{{\"entry\":\"event\",\"on\":\"__________\",\"kind\":\"{kind}\"%")
            }
            _ => String::new(),
        })
    }
}

/// One page of the timeline, newest day first: corrected entries are left out.
pub async fn page<P>(
    db: &Db,
    proof: &Allowed<P>,
    show: &Show,
    from: i64,
    most: i64,
) -> sqlx::Result<Vec<Signed>> {
    let (like, unlike) = show.patterns();
    let [first, second, third] = show.left_out();
    let rows: Vec<Named> = on!(&db.read, pool => {
        sqlx::query_as(
            "select e.id, e.matter, e.person_id, e.at, e.corrects_id, w.name
             from entry e join person w on w.id = e.person_id
             where e.patient_id = $1 and e.organisation_id = $2 and e.matter like $3 and e.matter not like $4
                 and e.matter not like $7 and e.matter not like $8 and e.matter not like $9
                 and not exists (select 1 from entry c where c.corrects_id = e.id)
             order by e.day desc, e.id desc limit $5 offset $6",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(like)
        .bind(unlike)
        .bind(most)
        .bind(from)
        .bind(first)
        .bind(second)
        .bind(third)
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(signed).collect()
}

/// An entry with what it corrects and what corrects it, first to newest; empty when the patient has
/// no such entry.
pub async fn chain<P>(db: &Db, proof: &Allowed<P>, id: &EntryId) -> sqlx::Result<Vec<Signed>> {
    let rows: Vec<Named> = on!(&db.read, pool => {
        sqlx::query_as(
            "with recursive chain (id, corrects_id) as (
                 select id, corrects_id from entry where id = $3 and patient_id = $1 and organisation_id = $2
                 union
                 select e.id, e.corrects_id from entry e join chain c on e.corrects_id = c.id or e.id = c.corrects_id
             )
             select e.id, e.matter, e.person_id, e.at, e.corrects_id, w.name
             from chain c join entry e on e.id = c.id join person w on w.id = e.person_id
             where e.patient_id = $1 and e.organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .fetch_all(pool)
        .await?
    });
    let mut rest: Vec<Signed> = rows.into_iter().map(signed).collect::<sqlx::Result<_>>()?;
    // Each is corrected at most once, so the chain has one order: not that of the clock, which may jump.
    let mut ordered: Vec<Signed> = Vec::with_capacity(rest.len());
    while let Some(next) = rest
        .iter()
        .position(|e| e.entry.corrects.as_ref() == ordered.last().map(|last| &last.entry.id))
    {
        ordered.push(rest.remove(next));
    }
    Ok(ordered)
}

/// Contacts of the same day and kind that somebody else entered and that stand: the same one, perhaps.
pub async fn same_contact<P>(
    db: &Db,
    proof: &Allowed<P>,
    contact: &Contact,
    not: &EntryId,
    by: &PersonId,
) -> sqlx::Result<Vec<Signed>> {
    let rows: Vec<Named> = on!(&db.read, pool => {
        sqlx::query_as(
            "select e.id, e.matter, e.person_id, e.at, e.corrects_id, w.name
             from entry e join person w on w.id = e.person_id
             where e.patient_id = $1 and e.organisation_id = $2 and e.day = $3 and e.person_id <> $4 and e.id <> $5
                 and e.matter like '{\"entry\":\"contact\"%'
                 and not exists (select 1 from entry c where c.corrects_id = e.id)
             order by e.id limit 20",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(contact.on)
        .bind(by.as_str())
        .bind(not.as_str())
        .fetch_all(pool)
        .await?
    });
    let all: Vec<Signed> = rows.into_iter().map(signed).collect::<sqlx::Result<_>>()?;
    let same = |s: &Signed| matches!(&s.entry.matter, Matter::Contact(c) if c.kind == contact.kind && c.happened == contact.happened);
    Ok(all.into_iter().filter(same).collect())
}

/// What became of an entry to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is on record now.
    Now,
    /// The same page had added it before.
    Before,
    /// Somebody corrected what it corrects meanwhile: nothing was added.
    Stale,
}

/// Adds an entry under an identifier that the page carried: posting the same page twice adds one.
/// `corrects` must be an entry of the patient: see [`chain`].
pub async fn add(
    tx: &mut Tx,
    proof: &Allowed<KeepRecord>,
    id: &EntryId,
    matter: &Matter,
    corrects: Option<&EntryId>,
) -> sqlx::Result<Added> {
    let text = stored("entry", serde_json::to_string(matter))?;
    on!(tx, tx => {
        let added = sqlx::query(
            "insert into entry (id, organisation_id, patient_id, day, matter, person_id, at, corrects_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        )
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(matter.day())
        .bind(&text)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .bind(corrects.map(EntryId::as_str))
        .execute(&mut **tx)
        .await?
        .rows_affected();
        if added == 1 {
            return Ok(Added::Now);
        }
        let there: i64 = sqlx::query_scalar("select count(*) from entry where id = $1 and patient_id = $2")
            .bind(id.as_str())
            .bind(proof.patient().as_str())
            .fetch_one(&mut **tx)
            .await?;
        Ok(if there == 1 { Added::Before } else { Added::Stale })
    })
}

/// A manager's word on an event, after the fact.
#[derive(Debug, Clone)]
pub struct Review {
    /// What was said.
    pub words: String,
    /// Who.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Reviews of an event, by its first entry.
pub async fn reviews<P>(db: &Db, proof: &Allowed<P>, first: &EntryId) -> sqlx::Result<Vec<Review>> {
    let rows: Vec<(String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select r.words, w.name, r.at from event_review r join person w on w.id = r.person_id
             where r.patient_id = $1 and r.organisation_id = $2 and r.entry_id = $3 order by r.at, r.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(first.as_str())
        .fetch_all(pool)
        .await?
    });
    Ok(rows
        .into_iter()
        .map(|(words, name, at)| Review { words, name, at })
        .collect())
}

/// Records a review.
pub async fn review(
    tx: &mut Tx,
    proof: &Allowed<ReviewReport>,
    first: &EntryId,
    words: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into event_review (id, organisation_id, patient_id, entry_id, words, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new_id())
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(first.as_str())
        .bind(words)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Whether an entry, known by its first, is already part of a paper that was made or of a report that
/// was frozen: then it can be corrected, and never withdrawn.
pub async fn is_reported<P>(db: &Db, proof: &Allowed<P>, first: &EntryId) -> sqlx::Result<bool> {
    let reported: i64 = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select (select count(*) from other_paper p join other_paper_made m on m.paper_id = p.id
                     where p.patient_id = $1 and p.organisation_id = $2 and p.about = $3)
                  + (select count(*) from report r join frozen_report f on f.report_id = r.id
                     join answer a on a.report_id = r.id
                     where r.patient_id = $1 and r.organisation_id = $2 and a.row_id = $3)",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(first.as_str())
        .fetch_one(pool)
        .await?
    });
    Ok(reported > 0)
}

/// Changes what the schedule rests on, in the transaction of the entry that says so. The record gets a
/// new version; false when somebody else changed it meanwhile.
pub async fn revise(
    tx: &mut Tx,
    proof: &Allowed<KeepRecord>,
    seen: i64,
    record: &crate::domain::patient::PatientRecord,
) -> sqlx::Result<bool> {
    let text = stored("patient record", serde_json::to_string(record))?;
    on!(tx, tx => {
        let changed = sqlx::query(
            "update patient set record = $1, version = $2 where id = $3 and organisation_id = $4 and version = $5",
        )
        .bind(&text)
        .bind(seen + 1)
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(seen)
        .execute(&mut **tx)
        .await?
        .rows_affected();
        if changed == 1 {
            sqlx::query("insert into patient_version (patient_id, version, record, person_id, at) values ($1, $2, $3, $4, $5)")
                .bind(proof.patient().as_str())
                .bind(seen + 1)
                .bind(&text)
                .bind(proof.person().as_str())
                .bind(proof.at())
                .execute(&mut **tx)
                .await?;
        }
        Ok(changed == 1)
    })
}

/// MHCS was told beforehand that the report due that day will be late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateTold {
    /// The due date.
    pub due: NaiveDate,
    /// The day MHCS was told.
    pub on: NaiveDate,
    /// How.
    pub how: String,
}

/// Late notices of the patient, oldest first.
pub async fn late_notices<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Vec<LateTold>> {
    let rows: Vec<(NaiveDate, NaiveDate, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select due, told_on, how from late_notice where patient_id = $1 and organisation_id = $2 order by at, id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    Ok(rows
        .into_iter()
        .map(|(due, on, how)| LateTold { due, on, how })
        .collect())
}

/// Records a late notice.
pub async fn add_late_notice(
    tx: &mut Tx,
    proof: &Allowed<KeepRecord>,
    told: &LateTold,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into late_notice (id, organisation_id, patient_id, due, told_on, how, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(new_id())
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(told.due)
        .bind(told.on)
        .bind(&told.how)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}
