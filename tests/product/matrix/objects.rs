//! Something real for each parameter that names a thing of somebody's: one of Northmere's and one of
//! Harrowdene's, made afresh for each try, because some tries use it up.

use super::writes::Peek;
use crate::assessments;
use crate::support::{AUTHOR, COLLEAGUE, MANAGER, STRANGER, Visitor, World, case};
use chrono::{Days, NaiveDate};
use conditional_discharge::server::auth::sessions::digest;
use conditional_discharge::server::store::{cases, organisations, people};

/// What a parameter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Northmere's.
    Ours,
    /// Harrowdene's.
    Theirs,
    /// Nobody's.
    Missing,
}

pub const MISSING: &str = "0192-missing";

/// An organisation with what is needed to make things in it.
#[derive(Clone)]
pub struct Place {
    pub organisation: String,
    /// Who made whatever is made; notices are theirs.
    pub person: String,
    /// Who is managed there.
    pub supervisor: String,
    /// Who covers.
    pub covers: String,
    pub patient: String,
    pub assessment: String,
}

async fn id(world: &World, email: &str) -> String {
    let person = people::by_email(&world.app.db, email).await.unwrap();
    person.unwrap().id.to_string()
}

impl Place {
    pub async fn northmere(world: &World) -> Self {
        let mut lead = world.signed_in(assessments::LEAD).await;
        Self {
            organisation: organisation(world, "Northmere").await,
            person: id(world, MANAGER).await,
            supervisor: id(world, AUTHOR).await,
            covers: id(world, COLLEAGUE).await,
            patient: world.patient.clone(),
            assessment: opened(world, &mut lead, "Northmere").await,
        }
    }

    /// With a patient of its own, whom the stranger supervises.
    pub async fn harrowdene(world: &World) -> Self {
        let place = organisations::named(&world.app.db, "Harrowdene").await;
        let place = place.unwrap().unwrap();
        let mut theirs = case();
        theirs.record.mhcs_reference = "TEST/09002".into();
        theirs.record.supervisors.truncate(1);
        theirs.record.supervisors[0].contact.email = STRANGER.into();
        let patient = cases::import(
            &world.app.db,
            &world.app.forms,
            &place,
            "Forensic",
            &theirs,
            world.app.clock.now(),
        );
        let patient = patient.await.unwrap().to_string();
        let mut lead = world.signed_in(assessments::OTHER_LEAD).await;
        Self {
            organisation: organisation(world, "Harrowdene").await,
            person: id(world, STRANGER).await,
            supervisor: id(world, STRANGER).await,
            covers: id(world, assessments::OTHER_LEAD).await,
            patient,
            assessment: opened(world, &mut lead, "Harrowdene").await,
        }
    }
}

async fn opened(world: &World, lead: &mut Visitor, organisation: &str) -> String {
    let path = assessments::open(world, lead, organisation).await;
    path.trim_start_matches("/assessments/").to_owned()
}

async fn organisation(world: &World, name: &str) -> String {
    let id = organisations::named(&world.app.db, name).await.unwrap();
    id.unwrap().to_string()
}

/// The parameter of a route that names a thing of somebody's.
pub fn named_by(route: &str) -> Option<&'static str> {
    [
        "{notice}",
        "{cover}",
        "{destruction}",
        "{policy}",
        "{lesson}",
        "{link}",
        "{invitation}",
        "{token}",
        "{action}",
        "{person}",
    ]
    .into_iter()
    .find(|what| route.contains(what))
}

/// Makes what a parameter names, in an organisation, and gives its id. A person is there already.
pub async fn make(peek: &mut Peek, what: &str, place: &Place, number: u64) -> String {
    let Place {
        organisation: o,
        person: p,
        supervisor: s,
        covers: c,
        patient: a,
        assessment: m,
    } = place;
    if what == "{person}" {
        return s.clone();
    }
    let kind = what.trim_matches(['{', '}']);
    let id = if what == "{token}" {
        // As long as tokens are, in hexadecimal digits.
        digest(&format!("token {number}"))
    } else {
        format!("{kind}-{number}")
    };
    let at = "2026-11-20T10:00:00Z";
    let hash = digest(&id);
    // No two covers of one patient by one person begin on one day.
    let day = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap() + Days::new(number);
    // A link opens for as long as who made it is an administrator.
    let inviter = format!(
        "(select min(person_id) from membership where organisation_id = '{o}' and role = 'administrator')"
    );
    let sql = match what {
        "{notice}" => format!(
            "insert into notice (id, person_id, organisation_id, patient_id, kind, subject, at)
             values ('{id}', '{p}', '{o}', '{a}', 'approved', '{MISSING}', '{at}')"
        ),
        "{cover}" => format!(
            "insert into cover (id, organisation_id, person_id, covered_by, from_day, to_day, arranged_by, at)
             values ('{id}', '{o}', '{s}', '{c}', '{day}', '{day}', '{p}', '{at}');
             insert into assignment (patient_id, person_id, role, from_day, to_day, cover_id)
             values ('{a}', '{c}', 'social-supervisor', '{day}', '{day}', '{id}')"
        ),
        "{destruction}" => format!(
            "insert into destruction (id, organisation_id, patient_id, reference, reason, proposed_by_id, proposed_at,
                 confirmed_by_id, confirmed_at, finished_at, certificate, digest)
             values ('{id}', '{o}', '{MISSING}', 'TEST/09003', 'x', '{s}', '{at}', '{c}', '{at}', '{at}', '{{}}', 'x')"
        ),
        "{policy}" => format!(
            "insert into policy (id, organisation_id, title, edition, owner, approved_on, review_on, kept_at, criteria, to_be_read, by_id, at)
             values ('{id}', '{o}', 'T', '1', 'O', '2026-01-05', '2027-01-05', 'K', '[]', true, '{p}', '{at}')"
        ),
        "{lesson}" => format!(
            "insert into lesson (id, organisation_id, kind, title, source, dated, learnt, changes, owner, link, criteria, actions, by_id, at)
             values ('{id}', '{o}', 'audit', 'T', 'S', '2026-01-05', 'L', 'C', 'O', '', '[]', '[]', '{p}', '{at}')"
        ),
        "{link}" => format!(
            "insert into guidance_link (id, organisation_id, topic, words, link, by_id, at)
             values ('{id}', '{o}', 'role', 'W', '', '{p}', '{at}')"
        ),
        "{invitation}" | "{token}" => format!(
            "insert into invitation (id, token_hash, organisation_id, kind, email, name, job_title, roles, removes_second_factor,
                 invited_by, at, expires_at)
             values ('{id}', '{hash}', '{o}', 'join', '{id}@example.org', 'N', 'J', '[[\"auditor\", null]]', false, {inviter}, '{at}', '2030-01-01T00:00:00Z')"
        ),
        "{action}" => format!(
            "insert into assessment_action (id, assessment_id, criterion, what, owner_id, due, state, added_by_id, at)
             values ('{id}', '{m}', '1.1', 'W', '{p}', '2027-01-05', 'open', '{p}', '{at}')"
        ),
        _ => panic!("{what} is made by nobody"),
    };
    peek.run(sql).await;
    id
}
