//! Registering a patient: with a team, a social supervisor and, where there is one, a clinical one.

use super::form::asked;
use super::gate::AtTheGate;
use super::{duplicate_problem, key};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::Column;
use crate::domain::form::posted::{self, control};
use crate::domain::form::{Fields, Kind};
use crate::domain::identifiers::PatientId;
use crate::domain::patient::SupervisorRole;
use crate::domain::patient::allocation::{Allocation, allocate};
use crate::domain::patient::edit::{begin, beginning, question};
use crate::domain::people::{OrganisationAction, Role, may_in};
use crate::pages::register::{RegisterPage, register_page};
use crate::server::access::{self, Actor, AllowedIn, RegisterPatient, ViewPatient};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::new_id;
use crate::server::store::patients::allocation::{Candidate, Team, candidates_of_team, teams};
use crate::server::store::patients::{self, NewPatient, versions};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// A team that this person may register patients with, and who may supervise there.
struct Place {
    proof: AllowedIn<RegisterPatient>,
    team: Team,
    candidates: Vec<Candidate>,
}

/// Where this person may register patients.
async fn places(app: &App, actor: &Actor) -> Result<Vec<Place>, Failure> {
    let mut organisations: Vec<_> = actor
        .memberships
        .iter()
        .filter(|m| may_in(m.role, OrganisationAction::RegisterPatient))
        .map(|m| m.organisation.clone())
        .collect();
    organisations.dedup();
    let mut places = Vec::new();
    for organisation in organisations {
        let proof = access::prove_in::<RegisterPatient>(app, actor, &organisation).await?;
        for team in teams(&app.db, &proof).await? {
            places.push(Place {
                candidates: candidates_of_team(&app.db, &proof, &team.id).await?,
                proof: proof.clone(),
                team,
            });
        }
    }
    if places.is_empty() {
        return Err(Failure::Refused);
    }
    Ok(places)
}

/// Who may supervise, as options; the team is named where there are several.
fn supervisors(places: &[Place], role: Role) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> = Vec::new();
    for place in places {
        for c in place.candidates.iter().filter(|c| c.role == role) {
            let label = format!(
                "{}, {} ({})",
                c.contact.name, c.contact.job_title, place.team.name
            );
            let id = format!("{}:{}", place.team.id, c.person);
            options.push((id, label));
        }
    }
    options
}

fn columns(places: &[Place]) -> Vec<Column> {
    let mut all = beginning();
    let teams = places
        .iter()
        .map(|p| {
            (
                p.team.id.clone(),
                format!("{}, {}", p.team.name, p.team.organisation),
            )
        })
        .collect();
    all.push(question(
        "team",
        "With which team?",
        None,
        Kind::Choice,
        teams,
    ));
    all.push(question(
        "social",
        "Social supervisor",
        Some("May open the record from today on"),
        Kind::Choice,
        supervisors(places, Role::SocialSupervisor),
    ));
    let mut clinical = vec![(
        "none".to_owned(),
        "Not known yet, or without an account".to_owned(),
    )];
    clinical.extend(supervisors(places, Role::ClinicalSupervisor));
    all.push(question(
        "clinical",
        "Clinical supervisor",
        None,
        Kind::Choice,
        clinical,
    ));
    all
}

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let places = places(&app, &actor).await?;
    // Where there is only one answer, it is given.
    let mut typed = Vec::new();
    if let [only] = places.as_slice() {
        typed.push(("team.choice".to_owned(), only.team.id.clone()));
        if only
            .candidates
            .iter()
            .any(|c| c.person == actor.person && c.role == Role::SocialSupervisor)
        {
            typed.push((
                "social.choice".to_owned(),
                format!("{}:{}", only.team.id, actor.person),
            ));
        }
    }
    Ok(respond(
        &app,
        &actor,
        &places,
        &new_id(),
        &Fields::new(typed),
        vec![],
        None,
    )
    .await)
}

/// Registers the patient.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    body: Body,
) -> Result<Response, Failure> {
    let places = places(&app, &actor).await?;
    let typed = posted::read(&body.0)
        .into_iter()
        .find(|p| p.key == key())
        .map(|p| p.fields)
        .unwrap_or_default();
    let id = PatientId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    let today = app.clock.today();
    let (record, mut problems) = match begin(&typed, today) {
        Ok(record) => (Some(record), Vec::new()),
        Err(problems) => (None, problems),
    };
    let mut wrong = |field: &str, message: &str| {
        problems.push(Problem {
            field: field.into(),
            message: message.into(),
        });
    };
    let place = places
        .iter()
        .find(|p| p.team.id == typed.get("team.choice"));
    if place.is_none() {
        wrong("team.choice", "Say with which team");
    }
    let mut chosen = |field: &str, role: Role, message: &str| -> Option<Candidate> {
        let place = place?;
        let choice = typed.get(field);
        let is =
            |c: &&Candidate| c.role == role && format!("{}:{}", place.team.id, c.person) == choice;
        let found = place.candidates.iter().find(is).cloned();
        if found.is_none() && !message.is_empty() && choice != "none" {
            wrong(field, message);
        }
        found
    };
    let social = chosen(
        "social.choice",
        Role::SocialSupervisor,
        "Choose a social supervisor of that team",
    );
    let clinical = chosen(
        "clinical.choice",
        Role::ClinicalSupervisor,
        "Choose a clinical supervisor of that team, or “Not known yet”",
    );
    let (Some(mut record), Some(place), Some(social), true) =
        (record, place, social, problems.is_empty())
    else {
        return Ok(respond(&app, &actor, &places, id.as_str(), &typed, problems, None).await);
    };
    for (role, who) in [
        (SupervisorRole::Social, Some(&social)),
        (SupervisorRole::Clinical, clinical.as_ref()),
    ] {
        let Some(who) = who else { continue };
        let new = Allocation {
            role,
            contact: who.contact.clone(),
            cover: false,
            from: today,
            to: None,
        };
        if let Ok((next, _)) = allocate(&record, &new) {
            record = next;
        }
    }
    let proof = &place.proof;
    let mut tx = app.db.begin().await?;
    if let Some(duplicate) =
        versions::duplicate(&mut tx, proof.organisation(), None, &record).await?
    {
        drop(tx);
        // The same page posted twice: the patient is there.
        if access::prove::<ViewPatient>(&app, &actor, &id)
            .await
            .is_ok()
        {
            return Ok(see_other(&format!("/patients/{id}/details")));
        }
        let problem = duplicate_problem(duplicate);
        return Ok(respond(
            &app,
            &actor,
            &places,
            id.as_str(),
            &typed,
            vec![problem],
            None,
        )
        .await);
    }
    let gate = AtTheGate::ask(&app, proof, &social).await?;
    if let Err(problem) = gate.pass(&typed) {
        drop(tx);
        let problems = vec![problem];
        return Ok(respond(
            &app,
            &actor,
            &places,
            id.as_str(),
            &typed,
            problems,
            Some(gate),
        )
        .await);
    }
    let new = NewPatient {
        id: &id,
        organisation: proof.organisation(),
        team: &place.team.id,
        record: &record,
        by: proof.person(),
        at: proof.at(),
    };
    patients::add(&mut tx, &new).await?;
    patients::assign(
        &mut tx,
        &id,
        &social.person,
        Role::SocialSupervisor,
        today,
        None,
    )
    .await?;
    if let Some(clinical) = &clinical {
        patients::assign(
            &mut tx,
            &id,
            &clinical.person,
            Role::ClinicalSupervisor,
            today,
            None,
        )
        .await?;
    }
    let event = audit::Event {
        patient: Some(id.clone()),
        ..proof.event("register-patient", id.as_str())
    };
    audit::record(&mut tx, &event).await?;
    gate.record(&mut tx, proof, &id, &typed).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/patients/{id}/details")))
}

async fn respond(
    app: &App,
    actor: &Actor,
    places: &[Place],
    id: &str,
    typed: &Fields,
    problems: Vec<Problem>,
    gate: Option<AtTheGate>,
) -> Response {
    let errors: Vec<FieldError> = problems
        .into_iter()
        .map(|p| FieldError {
            control: control(&key(), &p.field),
            message: p.message,
        })
        .collect();
    let failed = !errors.is_empty();
    let data = RegisterPage {
        id: id.to_owned(),
        controls: columns(places)
            .into_iter()
            .map(|c| asked(&key(), c, typed, &errors))
            .collect(),
        warning: gate.and_then(|gate| gate.warning(typed, &errors)),
        errors,
    };
    let (status, mark) = if failed {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: ")
    } else {
        (StatusCode::OK, "")
    };
    let chrome = Chrome {
        back: Some(("/".into(), "Back to your patients".into())),
        ..chrome(actor, format!("{mark}Register a patient"))
    };
    page(app, status, chrome, move || register_page(&data)).await
}
