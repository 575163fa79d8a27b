//! The end of a record's life: periods, holds, and destruction by two people.

use super::body::Body;
use super::failure::Failure;
use super::papers::download;
use super::place::Place;
use super::render::{chrome, page, see_other};
use super::signing::password_error;
use crate::components::furniture::FieldError;
use crate::domain::calendar::{day_in_words, read_day};
use crate::domain::identifiers::PatientId;
use crate::domain::retention::{Ended, LONGEST, NotEnded, NotSecond, Periods};
use crate::pages::retention::{
    ClosedLine, DestructionLine, HoldLine, RetentionPage, processing_page, retention_page,
};
use crate::server::access::{Actor, AllowedIn, ManageRetention};
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::clock::moment_in_words;
use crate::server::store::retention::{self as store, NotNow};
use crate::server::store::{Tx, organisations};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

type Proof = AllowedIn<ManageRetention>;

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    place: Place,
) -> Result<Response, Failure> {
    let proof = place.prove::<ManageRetention>(&app, &actor).await?;
    let here = (&place, &proof);
    respond(&app, &actor, here, Body::default(), Vec::new()).await
}

/// Facts for the organisation's record of processing and its impact assessment.
///
/// # Errors
/// [`Failure`].
pub async fn processing(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    place: Place,
) -> Result<Response, Failure> {
    let proof = place.prove::<ManageRetention>(&app, &actor).await?;
    let organisation = organisations::find(&app.db, proof.organisation()).await?;
    let name = organisation.map_or_else(String::new, |o| o.name);
    let periods = store::periods(&app.db, &proof).await?;
    let chrome = chrome(&actor, "Record of processing");
    Ok(page(&app, StatusCode::OK, chrome, move || {
        processing_page(&name, periods)
    })
    .await)
}

/// A certificate of destruction.
///
/// # Errors
/// [`Failure`].
pub async fn certificate(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    place: Place,
) -> Result<Response, Failure> {
    let proof = place.prove::<ManageRetention>(&app, &actor).await?;
    let (_, _, destructions) = store::overview(&app.db, &proof).await?;
    let found = destructions.into_iter().find(|d| d.id == id);
    let certificate = found.and_then(|d| d.certificate).ok_or(Failure::NotFound)?;
    let name = "attachment; filename=\"certificate-of-destruction.json\"";
    Ok(download("application/json", name, certificate.into_bytes()))
}

/// One of the page's forms.
///
/// # Errors
/// [`Failure`].
pub async fn act(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    place: Place,
    body: Body,
) -> Result<Response, Failure> {
    let proof = place.prove::<ManageRetention>(&app, &actor).await?;
    let body = body.of_form();
    let mut errors = Vec::new();
    // What leads to destruction asks for the password again; a hold is never made to wait.
    if matches!(body.get("act"), "close" | "confirm" | "periods") {
        errors.extend(password_error(&app, &actor, &body).await?);
    }
    if errors.is_empty() {
        match change(&app, &proof, &body).await? {
            Ok(()) => return Ok(see_other(&place.path("/retention"))),
            Err(error) => errors.push(error),
        }
    }
    respond(&app, &actor, (&place, &proof), body, errors).await
}

fn error(control: &str, message: &str) -> FieldError {
    FieldError {
        control: control.into(),
        message: message.into(),
    }
}

/// Makes the change that was asked for, with its audit row, or says what is wrong.
async fn change(app: &App, proof: &Proof, body: &Body) -> Result<Result<(), FieldError>, Failure> {
    let (today, reason) = (app.clock.today(), body.get("reason").trim());
    let periods = store::periods(&app.db, proof).await?;
    if matches!(body.get("act"), "hold" | "propose") {
        let length = reason.chars().count();
        if length == 0 || length > LONGEST_REASON {
            return Ok(Err(error(
                "reason",
                "Say why, in up to 500 characters. Name nobody",
            )));
        }
    }
    let mut tx = app.db.begin().await?;
    let about = match body.get("act") {
        "close" | "hold" | "propose" => {
            let reference = body.get("reference").trim();
            match store::patient(&mut tx, proof, reference).await? {
                Some(patient) => Some(patient),
                None => {
                    return Ok(Err(error(
                        "reference",
                        "Your organisation has no patient with this reference",
                    )));
                }
            }
        }
        _ => None,
    };
    let patient = about.as_deref().unwrap_or_default();
    let (action, about) = match body.get("act") {
        "periods" => {
            let years = |name: &str| {
                body.get(name)
                    .trim()
                    .parse()
                    .ok()
                    .filter(|y| (1..=LONGEST).contains(y))
            };
            let (Some(after_end), Some(after_death)) = (years("after-end"), years("after-death"))
            else {
                return Ok(Err(error(
                    "after-end",
                    "Give both periods as whole years from 1 to 100",
                )));
            };
            store::set_periods(
                &mut tx,
                proof,
                Periods {
                    after_end,
                    after_death,
                },
            )
            .await?;
            ("set-retention", None)
        }
        "close" => {
            let typed =
                ["day", "month", "year"].map(|p| body.get(&format!("closed/{p}")).to_owned());
            let on = match read_day(&typed[0], &typed[1], &typed[2]) {
                Ok(on) => on,
                Err(problem) => {
                    return Ok(Err(error(
                        &format!("closed/{}", problem.field()),
                        &problem.to_string(),
                    )));
                }
            };
            let Some(why) = Ended::named(body.get("why")) else {
                return Ok(Err(error("why", "Say why the record ended")));
            };
            match store::close(&mut tx, proof, patient, on, why, today).await? {
                Ok(()) => ("close-record", about),
                Err(not_ended) => return Ok(Err(error("closed/day", &not_ended.to_string()))),
            }
        }
        "hold" => {
            store::hold(&mut tx, proof, patient, reason).await?;
            ("hold-record", about)
        }
        "lift" => match store::lift(&mut tx, proof, body.get("id")).await? {
            Some(patient) => ("lift-hold", Some(patient)),
            None => return Err(Failure::NotFound),
        },
        "propose" => {
            let whose = (patient, body.get("reference").trim());
            match store::propose(&mut tx, proof, periods, whose, reason, today).await? {
                Ok(()) => ("propose-destruction", about),
                Err(not_now) => return Ok(Err(error("reference", &words(not_now)))),
            }
        }
        "withdraw" => match store::withdraw(&mut tx, proof, body.get("id")).await? {
            Some(patient) => ("withdraw-destruction", Some(patient)),
            None => return Err(Failure::NotFound),
        },
        "confirm" => {
            match store::destroy(&app.db, &mut tx, proof, periods, body.get("id"), today).await? {
                Ok(patient) => ("destroy-record", Some(patient)),
                Err(NotNow::NotThere) => return Err(Failure::NotFound),
                Err(not_now) => return Ok(Err(error("password", &words(not_now)))),
            }
        }
        _ => return Err(Failure::Unreadable),
    };
    let event = Event {
        patient: about.as_deref().and_then(|id| PatientId::parse(id).ok()),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        ..proof.event(action, body.get("id"))
    };
    audit::record(&mut tx, &event).await?;
    commit(tx).await?;
    if action == "destroy-record" {
        app.db.forget();
    }
    Ok(Ok(()))
}

async fn commit(tx: Tx) -> Result<(), Failure> {
    Ok(tx.commit().await?)
}

fn words(not_now: NotNow) -> String {
    match not_now {
        NotNow::TooEarly => {
            "The record has not ended, or your organisation’s period has not passed".into()
        }
        NotNow::Held => "A hold stands on this record. Lift it first, if that is right".into(),
        NotNow::NotThere => "Its destruction is proposed already".into(),
        NotNow::Ended(not_ended @ NotEnded::UsedSince(_)) => {
            format!("{not_ended}. Nothing was destroyed. Record again when it ended")
        }
        NotNow::Ended(not_ended) => not_ended.to_string(),
        NotNow::NotSecond(NotSecond::Proposed) => {
            "You proposed this. A second person confirms it".into()
        }
        NotNow::NotSecond(NotSecond::CameLater) => {
            "Your account, or your role, came after this was proposed. Nothing was destroyed. Somebody who could confirm it then does so, or it is withdrawn and proposed again".into()
        }
    }
}

async fn respond(
    app: &App,
    actor: &Actor,
    (place, proof): (&Place, &Proof),
    body: Body,
    mut errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let form = body.get("form");
    for error in errors.iter_mut().filter(|_| !form.is_empty()) {
        error.control = format!("{form}/{}", error.control);
    }
    let today = app.clock.today();
    let periods = store::periods(&app.db, proof).await?;
    let (closed, holds, destructions) = store::overview(&app.db, proof).await?;
    let closed = closed.into_iter().filter_map(|c| {
        let why = Ended::named(&c.why)?;
        let until = periods.keep_until(why, c.closed_on);
        Some(ClosedLine {
            reference: c.reference,
            ended: format!(
                "{}, counted from {}",
                why.words(),
                day_in_words(c.closed_on)
            ),
            until: day_in_words(until),
            due: until <= today && !c.held && !c.proposed,
            held: c.held,
        })
    });
    let data = RetentionPage {
        places: place.places(app, actor, proof).await?,
        act: body.get("act").to_owned(),
        form: body.get("form").to_owned(),
        reference: body.get("reference").to_owned(),
        reason: body.get("reason").to_owned(),
        closed_on: ["day", "month", "year"].map(|p| body.get(&format!("closed/{p}")).to_owned()),
        why: body.get("why").to_owned(),
        periods,
        closed: closed.collect(),
        holds: holds
            .into_iter()
            .map(|h| HoldLine {
                words: format!(
                    "{}: {} ({}, {})",
                    h.reference,
                    h.reason,
                    h.name,
                    moment_in_words(h.at)
                ),
                id: h.id,
            })
            .collect(),
        destructions: destructions
            .into_iter()
            .map(|d| DestructionLine {
                mine: d.proposed_by_id == actor.person.as_str(),
                words: format!("{}: {}", d.reference, d.reason),
                proposed: format!(
                    "Proposed by {} on {}",
                    d.proposed_by,
                    moment_in_words(d.proposed_at)
                ),
                done: d.finished_at.map(|at| {
                    format!(
                        "Confirmed by {} and destroyed on {}",
                        d.confirmed_by.unwrap_or_default(),
                        moment_in_words(at)
                    )
                }),
                id: d.id,
            })
            .collect(),
        errors,
    };
    let failed = !data.errors.is_empty();
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = format!(
        "{}Keeping and destroying records",
        if failed { "Error: " } else { "" }
    );
    Ok(page(app, status, chrome(actor, title), move || {
        retention_page(&data)
    })
    .await)
}
