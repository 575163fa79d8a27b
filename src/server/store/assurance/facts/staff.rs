//! Who supervises and who manages.

use crate::domain::assurance::competence::Training;
use crate::domain::assurance::facts::StaffFacts;
use crate::domain::identifiers::PersonId;
use crate::domain::people::Role;
use crate::on;
use crate::server::access::{AllowedIn, ViewFigures};
use crate::server::store::assurance::competence::training;
use crate::server::store::{Db, stored};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Supervisors and line managers at work, with what they completed.
pub(super) async fn load(db: &Db, proof: &AllowedIn<ViewFigures>) -> sqlx::Result<Vec<StaffFacts>> {
    let organisation = proof.organisation().as_str();
    let rows: Vec<(String, String, Option<String>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select m.person_id, m.role, m.team_id from membership m join person w on w.id = m.person_id
             where m.organisation_id = $1 and m.role in ('social-supervisor', 'line-manager')
                 and w.disabled_at is null
             order by m.person_id, m.role desc",
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
    let mut done: HashMap<String, Vec<Training>> = HashMap::new();
    for (person, kind, done_on, expires_on) in trainings {
        let training = training(&kind, done_on, expires_on)?;
        done.entry(person).or_default().push(training);
    }
    // Somebody who supervises and manages counts once, as a supervisor.
    let mut staff: BTreeMap<String, StaffFacts> = BTreeMap::new();
    for (person, role, team) in rows {
        if staff.contains_key(&person) {
            continue;
        }
        let facts = StaffFacts {
            id: stored("person id", PersonId::parse(&person))?,
            team,
            supervises: role == Role::SocialSupervisor.name(),
            trainings: done.remove(&person).unwrap_or_default(),
        };
        staff.insert(person, facts);
    }
    Ok(staff.into_values().collect())
}
