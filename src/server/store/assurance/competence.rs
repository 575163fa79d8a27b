//! Induction, training and practice supervision of staff.

use super::commit_once;
use crate::domain::assurance::competence::{Training, TrainingKind};
use crate::domain::assurance::typed::{Completed, Supervision};
use crate::domain::identifiers::PersonId;
use crate::domain::patient::PatientRecord;
use crate::domain::people::Role;
use crate::on;
use crate::server::access::{AllowedIn, KeepCompetence};
use crate::server::audit;
use crate::server::clock::in_britain;
use crate::server::store::{Db, stored};
use chrono::{DateTime, NaiveDate, Utc};

/// A supervisor or line manager at work.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Who.
    pub id: PersonId,
    /// Full name.
    pub name: String,
    /// Whether they supervise; otherwise they manage.
    pub supervises: bool,
    /// What they completed.
    pub trainings: Vec<Training>,
    /// The last practice supervision on record, and when the next is arranged.
    pub supervised: Option<(NaiveDate, Option<NaiveDate>)>,
    /// Records of the patients they supervise today.
    pub patients: Vec<PatientRecord>,
}

/// Supervisors and line managers at work, by name. With a proof that is limited to teams, those of
/// these teams and those of the whole organisation.
pub async fn staff(db: &Db, proof: &AllowedIn<KeepCompetence>) -> sqlx::Result<Vec<Staff>> {
    let organisation = proof.organisation().as_str();
    let rows: Vec<(String, String, String, Option<String>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.id, w.name, m.role, m.team_id from membership m join person w on w.id = m.person_id
             where m.organisation_id = $1 and m.role in ('social-supervisor', 'line-manager')
                 and w.disabled_at is null
             order by w.name, w.id, m.role desc",
        )
        .bind(organisation)
        .fetch_all(pool)
        .await?
    });
    let trainings: Vec<(String, String, NaiveDate, Option<NaiveDate>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select person_id, kind, done_on, expires_on from training
             where organisation_id = $1 and withdrawn_at is null order by done_on, id",
        )
        .bind(organisation)
        .fetch_all(pool)
        .await?
    });
    let sessions: Vec<(String, NaiveDate, Option<NaiveDate>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select person_id, held_on, next_on from practice_supervision
             where organisation_id = $1 and withdrawn_at is null order by held_on, id",
        )
        .bind(organisation)
        .fetch_all(pool)
        .await?
    });
    let today = in_britain(proof.at()).0;
    let carried: Vec<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select distinct a.person_id, p.record from assignment a join patient p on p.id = a.patient_id
             where p.organisation_id = $1 and a.role = 'social-supervisor'
                 and a.from_day <= $2 and (a.to_day is null or a.to_day >= $2)",
        )
        .bind(organisation)
        .bind(today)
        .fetch_all(pool)
        .await?
    });
    let ours = |team: &Option<String>| match (proof.teams(), team) {
        (None, _) | (_, None) => true,
        (Some(teams), Some(team)) => teams.contains(team),
    };
    let mut staff: Vec<Staff> = Vec::new();
    for (id, name, role, _) in rows.into_iter().filter(|r| ours(&r.3)) {
        // Somebody who supervises and manages stands once, as a supervisor.
        if staff.last().is_some_and(|s| s.id.as_str() == id) {
            continue;
        }
        let mut done = Vec::new();
        for (_, kind, done_on, expires_on) in trainings.iter().filter(|t| t.0 == id) {
            done.push(training(kind, *done_on, *expires_on)?);
        }
        let mut patients = Vec::new();
        for (_, record) in carried.iter().filter(|c| c.0 == id) {
            patients.push(stored("patient record", serde_json::from_str(record))?);
        }
        staff.push(Staff {
            id: stored("person id", PersonId::parse(&id))?,
            name,
            supervises: role == Role::SocialSupervisor.name(),
            trainings: done,
            supervised: sessions
                .iter()
                .rfind(|s| s.0 == id)
                .map(|(_, held, next)| (*held, *next)),
            patients,
        });
    }
    Ok(staff)
}

pub(super) fn training(
    kind: &str,
    done_on: NaiveDate,
    expires_on: Option<NaiveDate>,
) -> sqlx::Result<Training> {
    Ok(Training {
        kind: stored("training", TrainingKind::named(kind).ok_or("unknown"))?,
        done_on,
        expires_on,
    })
}

/// Something that a person completed.
#[derive(Debug, Clone)]
pub struct KeptTraining {
    /// Identifies the row.
    pub id: String,
    /// What and when.
    pub completed: Completed,
    /// Who recorded it.
    pub by: String,
}

/// A practice supervision that took place.
#[derive(Debug, Clone)]
pub struct KeptSupervision {
    /// Identifies the row.
    pub id: String,
    /// When and about what.
    pub supervision: Supervision,
    /// Who recorded it.
    pub by: String,
}

/// An allocation in spite of the gate.
#[derive(Debug, Clone)]
pub struct Override {
    /// What was missing, in words.
    pub missing: Vec<String>,
    /// Why it went on.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is on record of one person.
#[derive(Debug, Clone)]
pub struct Record {
    /// Their name.
    pub name: String,
    /// Newest first.
    pub trainings: Vec<KeptTraining>,
    /// Newest first.
    pub supervisions: Vec<KeptSupervision>,
    /// Newest first.
    pub overrides: Vec<Override>,
}

/// What is on record of a member of the organisation; none for anybody else. A proof that is limited to
/// teams reaches their members, those of the whole organisation, and oneself.
pub async fn of<P>(
    db: &Db,
    proof: &AllowedIn<P>,
    person: &PersonId,
) -> sqlx::Result<Option<Record>> {
    let (organisation, id) = (proof.organisation().as_str(), person.as_str());
    let members: Vec<(String, Option<String>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select w.name, m.team_id from membership m join person w on w.id = m.person_id
             where m.organisation_id = $1 and m.person_id = $2",
        )
        .bind(organisation)
        .bind(id)
        .fetch_all(pool)
        .await?
    });
    let Some(name) = members.first().map(|m| m.0.clone()) else {
        return Ok(None);
    };
    let within = |team: &Option<String>| match (proof.teams(), team) {
        (None, _) | (_, None) => true,
        (Some(teams), Some(team)) => teams.contains(team),
    };
    if proof.person() != person && !members.iter().any(|m| within(&m.1)) {
        return Ok(None);
    }
    type TrainingRow = (String, String, NaiveDate, Option<NaiveDate>, String, String);
    let trainings: Vec<TrainingRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select t.id, t.kind, t.done_on, t.expires_on, t.note, w.name from training t join person w on w.id = t.by_id
             where t.organisation_id = $1 and t.person_id = $2 and t.withdrawn_at is null order by t.done_on desc, t.id",
        )
        .bind(organisation)
        .bind(id)
        .fetch_all(pool)
        .await?
    });
    let sessions: Vec<(String, NaiveDate, String, Option<NaiveDate>, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select s.id, s.held_on, s.themes, s.next_on, w.name from practice_supervision s join person w on w.id = s.by_id
             where s.organisation_id = $1 and s.person_id = $2 and s.withdrawn_at is null order by s.held_on desc, s.id",
        )
        .bind(organisation)
        .bind(id)
        .fetch_all(pool)
        .await?
    });
    let overrides: Vec<(String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select o.missing, o.reason, w.name, o.at from allocation_override o join person w on w.id = o.by_id
             where o.organisation_id = $1 and o.person_id = $2 order by o.at desc, o.id",
        )
        .bind(organisation)
        .bind(id)
        .fetch_all(pool)
        .await?
    });
    let mut record = Record {
        name,
        trainings: Vec::new(),
        supervisions: Vec::new(),
        overrides: Vec::new(),
    };
    for (id, kind, done_on, expires_on, note, by) in trainings {
        let completed = Completed {
            training: training(&kind, done_on, expires_on)?,
            note,
        };
        record.trainings.push(KeptTraining { id, completed, by });
    }
    for (id, held_on, themes, next_on, by) in sessions {
        let supervision = Supervision {
            held_on,
            themes: stored("themes", serde_json::from_str(&themes))?,
            next_on,
        };
        record.supervisions.push(KeptSupervision {
            id,
            supervision,
            by,
        });
    }
    for (missing, reason, by, at) in overrides {
        record.overrides.push(Override {
            missing: stored("what was missing", serde_json::from_str(&missing))?,
            reason,
            by,
            at,
        });
    }
    Ok(Some(record))
}

/// Records something completed. `id` came with the page: posting it twice adds one.
pub async fn add_training(
    db: &Db,
    proof: &AllowedIn<KeepCompetence>,
    id: &str,
    person: &PersonId,
    completed: &Completed,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    let added = on!(&mut tx, tx => {
        sqlx::query(
            "insert into training (id, organisation_id, person_id, kind, done_on, expires_on, note, by_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing",
        )
        .bind(id)
        .bind(proof.organisation().as_str())
        .bind(person.as_str())
        .bind(completed.training.kind.name())
        .bind(completed.training.done_on)
        .bind(completed.training.expires_on)
        .bind(&completed.note)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    commit_once(tx, added, &proof.event("add-training", id)).await
}

/// Records practice supervision. `id` came with the page: posting it twice adds one.
pub async fn add_supervision(
    db: &Db,
    proof: &AllowedIn<KeepCompetence>,
    id: &str,
    person: &PersonId,
    supervision: &Supervision,
) -> sqlx::Result<()> {
    let themes = stored("themes", serde_json::to_string(&supervision.themes))?;
    let mut tx = db.begin().await?;
    let added = on!(&mut tx, tx => {
        sqlx::query(
            "insert into practice_supervision (id, organisation_id, person_id, held_on, themes, next_on, by_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing",
        )
        .bind(id)
        .bind(proof.organisation().as_str())
        .bind(person.as_str())
        .bind(supervision.held_on)
        .bind(themes)
        .bind(supervision.next_on)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    commit_once(tx, added, &proof.event("add-practice-supervision", id)).await
}

/// Withdraws a row that was recorded by mistake, of training or of practice supervision. It stays on
/// record as withdrawn.
pub async fn withdraw(
    db: &Db,
    proof: &AllowedIn<KeepCompetence>,
    person: &PersonId,
    id: &str,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    let mut changed = 0;
    for sql in [
        "update training set withdrawn_at = $4 where id = $1 and organisation_id = $2 and person_id = $3 and withdrawn_at is null",
        "update practice_supervision set withdrawn_at = $4 where id = $1 and organisation_id = $2 and person_id = $3 and withdrawn_at is null",
    ] {
        changed += on!(&mut tx, tx => {
            sqlx::query(sql)
                .bind(id)
                .bind(proof.organisation().as_str())
                .bind(person.as_str())
                .bind(proof.at())
                .execute(&mut **tx)
                .await?
                .rows_affected()
        });
    }
    if changed > 0 {
        audit::record(&mut tx, &proof.event("withdraw-competence", id)).await?;
        tx.commit().await?;
    }
    Ok(())
}
