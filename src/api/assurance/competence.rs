//! Training and practice supervision of staff: the list, one person, and recording.

use super::form::{Form, respond, row_id, typed};
use super::{back_to_assurance, offers, organisation_named};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::components::layout::Chrome;
use crate::domain::assurance::competence::{inducted, trained, weight};
use crate::domain::assurance::typed::{
    THEMES, read_supervision, read_training, supervision_columns, training_columns,
};
use crate::domain::calendar::{day_in_words, less_days};
use crate::domain::form::Fields;
use crate::domain::form::answer::Problem;
use crate::domain::identifiers::{EntryId, OrganisationId, PersonId};
use crate::domain::people::OrganisationAction;
use crate::pages::register_pages::{Button, Fact, Item, List, ListPage, Tag, list_page};
use crate::server::access::{Actor, KeepCompetence, ReadRegisters, prove_in};
use crate::server::app::App;
use crate::server::clock::in_britain;
use crate::server::store::assurance::competence::{self as store, Record, Staff};
use crate::server::store::new_id;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// Days without practice supervision after which the list says so. A proposal: local agreements differ.
const SUPERVISION_DAYS: u64 = 42;

fn path(organisation: &OrganisationId, rest: &str) -> String {
    format!("/organisations/{organisation}/competence{rest}")
}

fn person_id(text: &str) -> Result<PersonId, Failure> {
    PersonId::parse(text).map_err(|_| Failure::NotFound)
}

/// Everybody at work whose training and supervision the reader keeps.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let (organisation, id) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<KeepCompetence>(&app, &actor, &id).await?;
    let today = app.clock.today();
    let staff = store::staff(&app.db, &proof).await?;
    let list = |heading: &str, supervises: bool, none: &'static str| List {
        heading: Some(heading.to_owned()),
        introduction: vec![],
        items: staff
            .iter()
            .filter(|s| s.supervises == supervises)
            .map(|s| member(&id, s, today))
            .collect(),
        none,
    };
    let data = ListPage {
        organisation: organisation.name,
        heading: "Training and practice supervision".into(),
        introduction: vec![
            "Before a first case is allocated, what is missing here is named, and going on asks for a reason.".into(),
            "Caseload weight is proposed by this project: 1 for each patient, and 1 more for each of: within 6 months of discharge, MAPPA level 2 or 3, supervised discharge, seen weekly or more often. It begins a talk about workload and measures nobody.".into(),
        ],
        lists: vec![
            list("Social supervisors", true, "No social supervisor works in your teams."),
            list("Line managers", false, "No line manager works in your teams."),
        ],
        ..ListPage::default()
    };
    let chrome = Chrome {
        back: Some(back_to_assurance()),
        ..chrome(&actor, "Training and practice supervision")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || list_page(&data)).await)
}

fn member(organisation: &OrganisationId, staff: &Staff, today: NaiveDate) -> Item {
    let mut tags = Vec::new();
    if !inducted(&staff.trainings, today) {
        tags.push(Tag::bad("No induction on record"));
    }
    if !trained(&staff.trainings, today) {
        tags.push(Tag::bad("No training in date"));
    }
    let recent = less_days(today, SUPERVISION_DAYS);
    if staff.supervises && staff.supervised.is_none_or(|(held, _)| held < recent) {
        tags.push(Tag::soon("No practice supervision in the last 6 weeks"));
    }
    if tags.is_empty() {
        tags.push(Tag::good("Up to date"));
    }
    let supervised = match staff.supervised {
        Some((held, Some(next))) => {
            format!("{}; next {}", day_in_words(held), day_in_words(next))
        }
        Some((held, None)) => day_in_words(held),
        None => "Not on record".to_owned(),
    };
    let mut facts = vec![Fact::new("Last practice supervision", supervised)];
    if staff.supervises {
        let total: u32 = staff.patients.iter().map(|p| weight(p, today).0).sum();
        let count = staff.patients.len();
        let patients = if count == 1 { "patient" } else { "patients" };
        let load = format!("{count} {patients}, weight {total}");
        facts.push(Fact::new("Caseload", load));
    }
    Item {
        path: Some(path(organisation, &format!("/{}", staff.id))),
        title: staff.name.clone(),
        tags,
        facts,
        button: None,
    }
}

/// One person's record: for themselves, and for those who keep it.
///
/// # Errors
/// [`Failure`].
pub async fn one(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (organisation, id) = organisation_named(&app, &actor, &organisation).await?;
    let person = person_id(&person)?;
    let own = person == actor.person;
    let record = if own && !offers(&actor, &id, OrganisationAction::KeepCompetence) {
        let proof = prove_in::<ReadRegisters>(&app, &actor, &id).await?;
        store::of(&app.db, &proof, &person).await?
    } else {
        let proof = prove_in::<KeepCompetence>(&app, &actor, &id).await?;
        store::of(&app.db, &proof, &person).await?
    };
    let record = record.ok_or(Failure::NotFound)?;
    // Nobody records their own training: somebody else has seen the certificate.
    let keeps = !own && offers(&actor, &id, OrganisationAction::KeepCompetence);
    let at = |rest: &str| path(&id, &format!("/{person}{rest}"));
    let data = ListPage {
        organisation: organisation.name,
        heading: record.name.clone(),
        introduction: if own {
            vec!["What is on record of your own training and practice supervision. Your line manager keeps it.".into()]
        } else {
            vec![]
        },
        actions: if keeps {
            vec![
                (at("/training"), "Record training".into()),
                (at("/supervision"), "Record practice supervision".into()),
            ]
        } else {
            vec![]
        },
        lists: lists(&record, keeps.then(|| at("/withdraw"))),
        ..ListPage::default()
    };
    let back = if keeps {
        (path(&id, ""), "Back to the staff".into())
    } else {
        back_to_assurance()
    };
    let chrome = Chrome {
        back: Some(back),
        ..chrome(&actor, "Training and practice supervision")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || list_page(&data)).await)
}

fn lists(record: &Record, withdraw: Option<String>) -> Vec<List> {
    let button = |id: &str| {
        withdraw.clone().map(|action| Button {
            action,
            hidden: vec![("id", id.to_owned())],
            words: "Withdraw: recorded by mistake".into(),
        })
    };
    let trainings = record.trainings.iter().map(|kept| {
        let training = kept.completed.training;
        let until = training.expires_on.map(day_in_words).unwrap_or_default();
        Item {
            path: None,
            title: training.kind.words().to_owned(),
            tags: vec![],
            facts: vec![
                Fact::new("Completed", day_in_words(training.done_on)),
                Fact::new("Counts until", until),
                Fact::new("Note", kept.completed.note.as_str()),
                Fact::new("Recorded by", kept.by.as_str()),
            ],
            button: button(&kept.id),
        }
    });
    let theme = |id: &String| {
        let known = THEMES.iter().find(|(known, _)| known == id);
        known.map_or(id.clone(), |(_, words)| (*words).to_owned())
    };
    let supervisions = record.supervisions.iter().map(|kept| {
        let themes: Vec<String> = kept.supervision.themes.iter().map(theme).collect();
        Item {
            path: None,
            title: day_in_words(kept.supervision.held_on),
            tags: vec![],
            facts: vec![
                Fact::new("About", themes.join("; ")),
                Fact::new(
                    "Next",
                    kept.supervision
                        .next_on
                        .map(day_in_words)
                        .unwrap_or_default(),
                ),
                Fact::new("Recorded by", kept.by.as_str()),
            ],
            button: button(&kept.id),
        }
    });
    let overrides = record.overrides.iter().map(|o| Item {
        path: None,
        title: day_in_words(in_britain(o.at).0),
        tags: vec![],
        facts: vec![
            Fact::new("What was missing", o.missing.join(" ")),
            Fact::new("Why it went on", o.reason.as_str()),
            Fact::new("Decided by", o.by.as_str()),
        ],
        button: None,
    });
    vec![
        List {
            heading: Some("Induction and training".into()),
            introduction: vec![],
            items: trainings.collect(),
            none: "Nothing is on record.",
        },
        List {
            heading: Some("Practice supervision".into()),
            introduction: vec![
                "Dates and themes only. What was said about a case belongs in its record.".into(),
            ],
            items: supervisions.collect(),
            none: "Nothing is on record.",
        },
        List {
            heading: Some("Patients allocated although something was missing".into()),
            introduction: vec![],
            items: overrides.collect(),
            none: "None.",
        },
    ]
}

/// What can be recorded of a person.
#[derive(Clone, Copy)]
enum What {
    Training,
    Supervision,
}

fn form(
    organisation: &OrganisationId,
    person: &PersonId,
    name: &str,
    what: What,
    (id, typed, problems): (String, Fields, Vec<Problem>),
) -> Form {
    let (heading, rest, columns) = match what {
        What::Training => ("Record training", "training", training_columns()),
        What::Supervision => (
            "Record practice supervision",
            "supervision",
            supervision_columns(),
        ),
    };
    let introduction = match what {
        What::Training => vec![],
        What::Supervision => vec!["Record that it took place and what it was about, never a case: there is no box for one.".into()],
    };
    Form {
        heading: format!("{heading}: {name}"),
        introduction,
        action: path(organisation, &format!("/{person}/{rest}")),
        back: (path(organisation, &format!("/{person}")), "Back".into()),
        id,
        columns,
        typed,
        problems,
    }
}

async fn show(
    app: &App,
    actor: &Actor,
    organisation: &str,
    person: &str,
    what: What,
) -> Result<Response, Failure> {
    let (_, id) = organisation_named(app, actor, organisation).await?;
    let person = person_id(person)?;
    let proof = prove_in::<KeepCompetence>(app, actor, &id).await?;
    let record = store::of(&app.db, &proof, &person)
        .await?
        .ok_or(Failure::NotFound)?;
    if person == actor.person {
        return Err(Failure::Refused);
    }
    let form = form(
        &id,
        &person,
        &record.name,
        what,
        (new_id(), Fields::default(), vec![]),
    );
    Ok(respond(app, actor, form).await)
}

async fn save(
    app: &App,
    actor: &Actor,
    (organisation, person): (String, String),
    body: &Body,
    what: What,
) -> Result<Response, Failure> {
    let (_, id) = organisation_named(app, actor, &organisation).await?;
    let person = person_id(&person)?;
    let proof = prove_in::<KeepCompetence>(app, actor, &id).await?;
    let record = store::of(&app.db, &proof, &person)
        .await?
        .ok_or(Failure::NotFound)?;
    if person == actor.person {
        return Err(Failure::Refused);
    }
    let row = row_id(body)?;
    let typed = typed(body);
    let today = app.clock.today();
    let done = match what {
        What::Training => match read_training(&typed, today) {
            Ok(completed) => {
                store::add_training(&app.db, &proof, &row, &person, &completed).await?;
                Ok(())
            }
            Err(problems) => Err(problems),
        },
        What::Supervision => match read_supervision(&typed, today) {
            Ok(supervision) => {
                store::add_supervision(&app.db, &proof, &row, &person, &supervision).await?;
                Ok(())
            }
            Err(problems) => Err(problems),
        },
    };
    match done {
        Ok(()) => Ok(see_other(&path(&id, &format!("/{person}")))),
        Err(problems) => {
            let form = form(&id, &person, &record.name, what, (row, typed, problems));
            Ok(respond(app, actor, form).await)
        }
    }
}

/// The page that asks for training.
///
/// # Errors
/// [`Failure`].
pub async fn show_training(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    show(&app, &actor, &organisation, &person, What::Training).await
}

/// Records training.
///
/// # Errors
/// [`Failure`].
pub async fn add_training(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(named): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    save(&app, &actor, named, &body, What::Training).await
}

/// The page that asks for practice supervision.
///
/// # Errors
/// [`Failure`].
pub async fn show_supervision(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    show(&app, &actor, &organisation, &person, What::Supervision).await
}

/// Records practice supervision.
///
/// # Errors
/// [`Failure`].
pub async fn add_supervision(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(named): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    save(&app, &actor, named, &body, What::Supervision).await
}

/// Withdraws what was recorded by mistake.
///
/// # Errors
/// [`Failure`].
pub async fn withdraw(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let (_, id) = organisation_named(&app, &actor, &organisation).await?;
    let person = person_id(&person)?;
    let proof = prove_in::<KeepCompetence>(&app, &actor, &id).await?;
    store::of(&app.db, &proof, &person)
        .await?
        .ok_or(Failure::NotFound)?;
    if person == actor.person {
        return Err(Failure::Refused);
    }
    let row = EntryId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    store::withdraw(&app.db, &proof, &person, row.as_str()).await?;
    Ok(see_other(&path(&id, &format!("/{person}"))))
}
