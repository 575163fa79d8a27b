//! Who supervises a patient and who covers: said by the line manager, from a day on, keeping history.

use super::form::asked;
use super::gate::AtTheGate;
use super::{commit, key, patient_id};
use crate::api::body::Body;
use crate::api::dossier::about;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::api::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::Column;
use crate::domain::form::posted::{self, control};
use crate::domain::form::{Fields, Kind};
use crate::domain::notice;
use crate::domain::patient::allocation::{Allocation, allocate, end, supervises};
use crate::domain::patient::edit::{Change, Why, question, read_days};
use crate::pages::allocation::{AllocationPage, allocation_page};
use crate::server::access::{self, Actor, Allocate, Allowed};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::assurance::competence::Override;
use crate::server::store::assurance::gate;
use crate::server::store::patients::access::name_if_restricted;
use crate::server::store::patients::allocation::{self as store, Assigned, Candidate};
use crate::server::store::patients::{self, Patient, versions};
use crate::server::store::{Tx, notices};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};

/// Before the names of the password's controls in the form that ends somebody's time.
const ENDS: &str = "end/";

/// Everybody who can be chosen, in a role each.
fn name_of(candidate: &Candidate) -> String {
    format!("{}:{}", candidate.role.name(), candidate.person)
}

fn columns(candidates: &[Candidate]) -> Vec<Column> {
    let people = candidates
        .iter()
        .map(|c| {
            let label = format!(
                "{}: {}, {}",
                c.role.words(),
                c.contact.name,
                c.contact.job_title
            );
            (name_of(c), label)
        })
        .collect();
    let how = vec![
        (
            "takes-over".to_owned(),
            "Takes over: the supervisor before ends the day before".to_owned(),
        ),
        (
            "covers".to_owned(),
            "Covers beside the supervisor, for example during leave".to_owned(),
        ),
    ];
    vec![
        question("person", "Who?", None, Kind::Choice, people),
        question("how", "How?", None, Kind::Choice, how),
        question("from", "First day", None, Kind::Date, vec![]),
        question(
            "to",
            "Last day",
            Some("Leave empty if it is open"),
            Kind::Date,
            vec![],
        ),
    ]
}

/// Those whose assignment has not ended, by a name for the form.
fn open_ones(assigned: &[Assigned], today: NaiveDate) -> Vec<(String, &Assigned)> {
    assigned
        .iter()
        .filter(|a| a.to.is_none_or(|to| to >= today) && supervises(a.role).is_some())
        .map(|a| (format!("{}:{}", a.role.name(), a.person), a))
        .collect()
}

fn end_columns(assigned: &[Assigned], today: NaiveDate) -> Vec<Column> {
    let people = open_ones(assigned, today)
        .into_iter()
        .map(|(name, a)| (name, format!("{}: {}", a.role.words(), a.name)))
        .collect();
    vec![
        question("whose", "Whose time ends?", None, Kind::Choice, people),
        question("last", "Last day", None, Kind::Date, vec![]),
    ]
}

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<Allocate>(&app, &actor, &id).await?;
    let today = app.clock.today();
    let day = [
        ("day", today.day().to_string()),
        ("month", today.month().to_string()),
        ("year", today.year().to_string()),
    ];
    let typed = Fields::new(day.map(|(part, text)| (format!("from.{part}"), text)));
    respond(&app, &actor, &proof, &typed, Stop::default()).await
}

/// Allocates somebody, or ends somebody's time.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<Allocate>(&app, &actor, &id).await?;
    let body = body.of_form();
    let ends = body.get("then") == "end";
    // Who is assigned may open the record: like every change of a permission, with the password again.
    let password = password_error(&app, &actor, &body).await?;
    let password = password.map(|error| FieldError {
        control: format!("{}{}", if ends { ENDS } else { "" }, error.control),
        ..error
    });
    let typed = posted::read(&body.0)
        .into_iter()
        .find(|p| p.key == key())
        .map(|p| p.fields)
        .unwrap_or_default();
    let mut tx = app.db.begin().await?;
    let locked = versions::lock(&mut tx, &proof).await?;
    let sure = password.is_none();
    let done = if ends {
        end_time(&app, tx, &proof, &locked, &typed, sure).await?
    } else {
        add(&app, tx, &proof, &locked, &typed, sure).await?
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/patients/{id}/allocation"))),
        Err(stop) => {
            let stop = Stop { password, ..stop };
            respond(&app, &actor, &proof, &typed, stop).await
        }
    }
}

type Done = Result<(), Stop>;

/// Why nothing was done.
#[derive(Default)]
struct Stop {
    problems: Vec<Problem>,
    /// What the gate says of whom was chosen.
    gate: Option<AtTheGate>,
    /// What is wrong with the password.
    password: Option<FieldError>,
}

impl From<Vec<Problem>> for Stop {
    fn from(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            ..Self::default()
        }
    }
}

fn problem(field: &str, message: &str) -> Problem {
    Problem {
        field: field.into(),
        message: message.into(),
    }
}

async fn add(
    app: &App,
    mut tx: Tx,
    proof: &Allowed<Allocate>,
    locked: &Patient,
    typed: &Fields,
    sure: bool,
) -> Result<Done, Failure> {
    let candidates = store::candidates_for(&app.db, proof).await?;
    let chosen = candidates
        .iter()
        .find(|c| name_of(c) == typed.get("person.choice"));
    let (days, mut problems) =
        read_days(typed, &[("from", true), ("to", false)], app.clock.today());
    if chosen.is_none() {
        problems.insert(
            0,
            problem("person.choice", "Choose who supervises or covers"),
        );
    }
    let cover = match typed.get("how.choice") {
        "covers" => true,
        "takes-over" => false,
        _ => {
            problems.push(problem("how.choice", "Say whether they take over or cover"));
            false
        }
    };
    let (Some(chosen), Some(from), true) = (chosen, days[0], problems.is_empty()) else {
        return Ok(Err(problems.into()));
    };
    let Some(role) = supervises(chosen.role) else {
        let choose = problem("person.choice", "Choose who supervises or covers");
        return Ok(Err(vec![choose].into()));
    };
    let new = Allocation {
        role,
        contact: chosen.contact.clone(),
        cover,
        from,
        to: days[1],
    };
    let (record, ended) = match allocate(&locked.record, &new) {
        Ok(done) => done,
        Err(problems) => return Ok(Err(problems.into())),
    };
    let gate = AtTheGate::ask(app, proof, chosen).await?;
    if let Err(problem) = gate.pass(typed) {
        return Ok(Err(Stop {
            problems: vec![problem],
            gate: Some(gate),
            password: None,
        }));
    }
    if !sure {
        let gate = Some(gate);
        return Ok(Err(Stop {
            gate,
            ..Stop::default()
        }));
    }
    gate.record(&mut tx, proof, &locked.id, typed).await?;
    for email in &ended {
        let last = crate::domain::calendar::less_days(from, 1);
        store::end(&mut tx, &locked.id, email, chosen.role, last).await?;
    }
    patients::assign(
        &mut tx,
        &locked.id,
        &chosen.person,
        chosen.role,
        from,
        days[1],
    )
    .await?;
    name_if_restricted(&mut tx, proof, &chosen.person).await?;
    let told = [chosen.person.clone()];
    notices::tell(
        &mut tx,
        proof,
        notice::Kind::Allocated,
        locked.id.as_str(),
        &told,
    )
    .await?;
    commit(app, tx, proof, locked, &record, &changed(from)).await?;
    Ok(Ok(()))
}

async fn end_time(
    app: &App,
    mut tx: Tx,
    proof: &Allowed<Allocate>,
    locked: &Patient,
    typed: &Fields,
    sure: bool,
) -> Result<Done, Failure> {
    let today = app.clock.today();
    let assigned = store::assigned(&app.db, proof).await?;
    let open = open_ones(&assigned, today);
    let chosen = open
        .iter()
        .find(|(name, _)| name == typed.get("whose.choice"));
    let (days, mut problems) = read_days(typed, &[("last", true)], today);
    let Some((_, whose)) = chosen else {
        problems.insert(0, problem("whose.choice", "Choose whose time ends"));
        return Ok(Err(problems.into()));
    };
    let (Some(last), Some(role), true) = (days[0], supervises(whose.role), problems.is_empty())
    else {
        return Ok(Err(problems.into()));
    };
    if last < whose.from {
        let message = format!(
            "{} begins on {}: the last day cannot be before it",
            whose.name,
            day_in_words(whose.from)
        );
        return Ok(Err(vec![problem("last.day", &message)].into()));
    }
    if !sure {
        return Ok(Err(Stop::default()));
    }
    store::end(&mut tx, &locked.id, &whose.email, whose.role, last).await?;
    let record = end(&locked.record, role, &whose.email, last);
    commit(
        app,
        tx,
        proof,
        locked,
        &record,
        &changed(crate::domain::calendar::add_days(last, 1)),
    )
    .await?;
    Ok(Ok(()))
}

fn changed(on: NaiveDate) -> Change {
    Change {
        part: "supervisors".into(),
        why: Why::Changed,
        changed_on: Some(on),
        note: String::new(),
    }
}

/// An allocation that went on in spite of the gate, for those who look at it later.
fn override_words((name, kept): &(String, Override)) -> (String, String) {
    let told = format!(
        "{name}, decided by {}, {}. {}",
        kept.by,
        moment_in_words(kept.at),
        kept.missing.join(" ")
    );
    (told, kept.reason.clone())
}

async fn respond(
    app: &App,
    actor: &Actor,
    proof: &Allowed<Allocate>,
    typed: &Fields,
    stop: Stop,
) -> Result<Response, Failure> {
    let id = proof.patient().clone();
    access::view(app, actor, &id, "view-allocation", id.as_str()).await?;
    let patient = patients::load(&app.db, proof).await?;
    let candidates = store::candidates_for(&app.db, proof).await?;
    let assigned = store::assigned(&app.db, proof).await?;
    let today = app.clock.today();
    let overrides = gate::of_patient(&app.db, proof).await?;
    let errors: Vec<FieldError> = stop
        .problems
        .into_iter()
        .map(|p| FieldError {
            control: control(&key(), &p.field),
            message: p.message,
        })
        .chain(stop.password)
        .collect();
    let failed = !errors.is_empty();
    let draw = |c: Column| asked(&key(), c, typed, &errors);
    let ends = end_columns(&assigned, today);
    let data = AllocationPage {
        action: format!("/patients/{id}/allocation"),
        assigned: assigned
            .iter()
            .map(|a| {
                let to = a.to.map_or_else(|| "open".to_owned(), day_in_words);
                [
                    a.role.words().to_owned(),
                    a.name.clone(),
                    day_in_words(a.from),
                    to,
                ]
            })
            .collect(),
        overrides: overrides.iter().map(override_words).collect(),
        add: columns(&candidates).into_iter().map(draw).collect(),
        warning: stop.gate.and_then(|gate| gate.warning(typed, &errors)),
        end: if ends[0].options.is_empty() {
            vec![]
        } else {
            ends.into_iter().map(draw).collect()
        },
        errors: errors.clone(),
    };
    let (status, mark) = if failed {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: ")
    } else {
        (StatusCode::OK, "")
    };
    let chrome = Chrome {
        back: Some((
            format!("/patients/{id}/details"),
            "Back to the record".into(),
        )),
        about: Some(about(&patient)),
        ..chrome(actor, format!("{mark}Who supervises and who covers"))
    };
    Ok(page(app, status, chrome, move || allocation_page(&data)).await)
}
