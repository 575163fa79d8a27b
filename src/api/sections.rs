//! One page a section: show it, save it, show both texts when somebody else was faster.

mod view;

pub(super) use view::first_field;
use view::{Typed, errors, respond};

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::see_other;
use super::reports::{present, record_view};
use super::save::{SaveRequest, Saving, save_section};
use crate::domain::form::posted::{self, control, element_id};
use crate::domain::form::{AnswerKey, Respondent};
use crate::domain::identifiers::ReportId;
use crate::domain::people::Action;
use crate::domain::report::carry_forward;
use crate::pages::section::COPY;
use crate::server::access::{self, Actor};
use crate::server::app::App;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// The page of a section.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((report, section)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = ReportId::parse(&report).map_err(|_| Failure::NotFound)?;
    let proof = access::view(&app, &actor, &id, "view-section", id.as_str()).await?;
    let dossier = Dossier::load(&app, &proof, &id).await?;
    let dossier = dossier.with_last_time(&app, &proof).await?;
    let (part, _) = dossier.form.section(&section).ok_or(Failure::NotFound)?;
    let life = &dossier.report.life;
    let open = match part.answered_by {
        Respondent::SocialSupervisor => {
            proof.may(Action::WriteReport)
                && life.author == actor.person
                && life.state.report_is_open()
        }
        Respondent::ClinicalSupervisor => {
            proof.may(Action::WritePartC) && life.state.part_c_is_open()
        }
    };
    if !open {
        return Ok(see_other(&dossier.path("/check")));
    }
    let typed = Typed {
        present: present(&app, &proof, &dossier).await?,
        ..Typed::default()
    };
    Ok(respond(&app, &actor, &dossier, &section, &typed, StatusCode::OK).await)
}

/// Saves a section posted by its form.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((report, section)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let then = body.get("then").to_owned();
    let leaving = then == "leave";
    let copying = then.strip_prefix(COPY).map(str::to_owned);
    let body = match &copying {
        Some(on) => with_last_words(&app, &actor, &report, on, body).await?,
        None => body,
    };
    let request = SaveRequest {
        report: &report,
        section: &section,
        body: &body,
        completed: !leaving,
    };
    let saving = save_section(&app, &actor, &request).await?;
    if leaving {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let id = ReportId::parse(&report).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<access::ViewPatient>(&app, &actor, &id).await?;
    let dossier = Dossier::load(&app, &proof, &id).await?;
    let dossier = dossier.with_last_time(&app, &proof).await?;
    let posted = posted::read(&body.0)
        .into_iter()
        .map(|p| (p.key, p.fields))
        .collect();
    let typed = Typed {
        posted,
        ..Typed::default()
    };
    let (typed, status) = match saving {
        Saving::Saved { voided, .. } if copying.is_some() => {
            let rest = match copying {
                Some(on) if !voided => format!("/sections/{section}#{}", element_id(&on)),
                _ => "?voided".to_owned(),
            };
            return Ok(see_other(&dossier.path(&rest)));
        }
        Saving::Saved { voided, .. } => {
            let typed = Typed {
                check: true,
                ..Typed::default()
            };
            if errors(&dossier, &section, &typed).is_empty() {
                return Ok(see_other(&next_path(&dossier, &section, &then, voided)));
            }
            (typed, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Saving::Conflict(conflicts) => (
            Typed {
                conflicts,
                ..Typed::default()
            },
            StatusCode::CONFLICT,
        ),
        Saving::TooLong(_) => (
            Typed {
                check: true,
                not_saved: Some(too_long()),
                ..typed
            },
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Saving::NotAsked(texts) => (
            Typed {
                not_saved: Some(format!(
                    "Part of what you typed answers something that is no longer asked, because the record changed. It is not saved. Copy what you still need: {}",
                    texts.join(" · ")
                )),
                ..typed
            },
            StatusCode::CONFLICT,
        ),
        Saving::Closed(refusal) => (
            Typed {
                not_saved: Some(format!(
                    "{refusal}. What you typed is kept on this page: copy it if you still need it."
                )),
                ..typed
            },
            StatusCode::CONFLICT,
        ),
    };
    record_view(&app, &actor, &dossier).await?;
    Ok(respond(&app, &actor, &dossier, &section, &typed, status).await)
}

/// The posted form with the last report's words in the boxes of one answer. Whatever else was typed on the
/// page is saved with it: a press of a button loses nothing.
async fn with_last_words(
    app: &App,
    actor: &Actor,
    report: &str,
    on: &str,
    body: Body,
) -> Result<Body, Failure> {
    let id = ReportId::parse(report).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<access::ViewPatient>(app, actor, &id).await?;
    let dossier = Dossier::load(app, &proof, &id).await?;
    let dossier = dossier.with_last_time(app, &proof).await?;
    let (question, row) = on.split_once('/').unwrap_or((on, ""));
    let key = AnswerKey::row(question, row);
    let found = dossier.form.question(question);
    let (Some((_, _, question)), Some(last)) = (found, dossier.last_time.get(&key)) else {
        return Ok(body);
    };
    if !carry_forward::offers(question, last) {
        return Ok(body);
    }
    let typed = posted::read(&body.0)
        .into_iter()
        .find(|p| p.key == key)
        .map(|p| p.fields)
        .unwrap_or_default();
    let copied = carry_forward::copied(question, &typed, last);
    let mut pairs = body.0;
    for (field, _) in carry_forward::word_fields(question) {
        let name = control(&key, &field);
        pairs.retain(|(n, _)| *n != name);
        pairs.push((name, copied.get(&field).to_owned()));
    }
    Ok(Body(pairs))
}

fn too_long() -> String {
    "Nothing was saved: an answer can have up to 50,000 characters and a report up to 400,000. What you typed is kept on this page. Shorten it and save again.".into()
}

fn next_path(dossier: &Dossier, section: &str, then: &str, voided: bool) -> String {
    if voided {
        return dossier.path("?voided");
    }
    if then == "list" {
        return dossier.path("");
    }
    let items = dossier.items();
    let mut sections: Vec<(&str, Respondent)> = Vec::new();
    for item in &items {
        if sections.last().is_none_or(|(id, _)| *id != item.section.id) {
            sections.push((&item.section.id, item.part.answered_by));
        }
    }
    let here = sections.iter().position(|(id, _)| *id == section);
    match here.and_then(|at| Some((sections[at], sections.get(at + 1)?))) {
        Some(((_, who), (next, same))) if who == *same => {
            dossier.path(&format!("/sections/{next}"))
        }
        _ => dossier.path("/check"),
    }
}
