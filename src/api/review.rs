//! The line manager reads, comments, returns or approves.

use super::body::Body;
use super::considered::for_manager;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{page, see_other};
use super::reports::{open, part_views, record_view, report_chrome, signature_lines};
use super::sign::{
    Begun, begin_step, blocking, finish_step, prove_report, signature, signing_errors, statements,
};
use crate::components::furniture::FieldError;
use crate::domain::form::answer::LONGEST_ANSWER;
use crate::domain::form::{AnswerKey, Respondent};
use crate::domain::report::Step;
use crate::domain::sign_off::Capacity;
use crate::pages::check::PartView;
use crate::pages::review::{ReviewPage, review_page};
use crate::server::access::{Actor, ReviewReport};
use crate::server::app::App;
use crate::server::store::reports;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The manager's page.
///
/// # Errors
/// [`Failure`]; [`Failure::Step`] for the author and for a report that is elsewhere.
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    if !proof.may(crate::domain::people::Action::ReviewReport) {
        return Err(Failure::Refused);
    }
    dossier.report.life.take(Step::Approve, &actor.person)?;
    let dossier = dossier.with_background(&app, &proof).await?;
    Ok(respond(&app, &actor, &dossier, Typed::default()).await)
}

/// Returns the report with comments, or approves it.
///
/// # Errors
/// [`Failure`].
pub async fn decide(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<ReviewReport>(&app, &actor, &report).await?;
    let (step, capacity) = match body.get("decision") {
        "approve" => (Step::Approve, Capacity::LineManager),
        "return" => (Step::Return, Capacity::SocialSupervisor),
        _ => return Err(Failure::Unreadable),
    };
    dossier.report.life.take(step, &actor.person)?;
    let comments = comments(&dossier, &body);
    let mut errors = Vec::new();
    let mut error = |control: &str, message: &str| {
        errors.push(FieldError {
            control: control.into(),
            message: message.into(),
        });
    };
    if step == Step::Return && comments.is_empty() {
        error(
            "decision",
            "Write at least one comment, so that the author knows what to change",
        );
    }
    if comments
        .iter()
        .any(|(_, text)| text.chars().count() > LONGEST_ANSWER)
    {
        error("decision", "A comment can have up to 50,000 characters");
    }
    if step == Step::Approve && blocking(&dossier, Respondent::SocialSupervisor).is_some() {
        error(
            "decision",
            "Something required is not answered: return the report to the author",
        );
    }
    if step == Step::Approve {
        errors.extend(signing_errors(&app, &actor, &body).await?);
    }
    let typed = Typed {
        name: body.get("name").to_owned(),
        comments,
        errors,
    };
    if !typed.errors.is_empty() {
        record_view(&app, &actor, &dossier).await?;
        let dossier = dossier.with_background(&app, &proof).await?;
        return Ok(respond(&app, &actor, &dossier, typed).await);
    }
    let id = dossier.report.id.clone();
    let Begun {
        mut tx,
        life,
        dossier: now,
    } = match begin_step(&app, &proof, &id, step, body.get("seen")).await {
        Ok(begun) => begun,
        Err(Failure::Changed) => {
            let message = "The report has changed since this page was made. Nothing was decided; your comments are kept below. Read it again";
            let errors = vec![FieldError {
                control: "decision".into(),
                message: message.into(),
            }];
            let now = Dossier::load(&app, &proof, &id).await?;
            let now = now.with_background(&app, &proof).await?;
            record_view(&app, &actor, &now).await?;
            return Ok(respond(&app, &actor, &now, Typed { errors, ..typed }).await);
        }
        Err(failure) => return Err(failure),
    };
    for (on, text) in &typed.comments {
        reports::add_comment(&mut tx, &proof, &id, on, text).await?;
    }
    if step == Step::Approve {
        let signature = signature(&actor, capacity, &body, &proof);
        reports::sign(&mut tx, &id, &signature).await?;
    } else {
        // The author signs anew what they change; the signature on the returned text does not stand.
        reports::void_signatures(&mut tx, &id, &[capacity], proof.at()).await?;
    }
    finish_step(tx, &proof, &now, step, &life).await?;
    Ok(see_other(&dossier.path("")))
}

/// What the manager typed, shown again when it was not taken.
#[derive(Debug, Default)]
struct Typed {
    name: String,
    comments: Vec<(AnswerKey, String)>,
    errors: Vec<FieldError>,
}

/// Comments on answers that the report has.
fn comments(dossier: &Dossier, body: &Body) -> Vec<(AnswerKey, String)> {
    let keys: Vec<AnswerKey> = dossier.items().iter().map(|i| i.key()).collect();
    body.0
        .iter()
        .filter_map(|(name, text)| {
            let on = name.strip_prefix("comment/")?;
            let key = keys.iter().find(|k| k.to_string() == on)?;
            let text = text.replace("\r\n", "\n").trim().to_owned();
            (!text.is_empty()).then(|| (key.clone(), text))
        })
        .collect()
}

/// Parts to be read, with what was typed into their comment boxes.
fn with_comments(mut parts: Vec<PartView>, comments: &[(AnswerKey, String)]) -> Vec<PartView> {
    let entries = parts
        .iter_mut()
        .flat_map(|p| &mut p.sections)
        .flat_map(|s| &mut s.entries);
    for entry in entries {
        entry.typed = comments
            .iter()
            .find(|(on, _)| on.to_string() == entry.on)
            .map(|(_, text)| text.clone());
    }
    parts
}

async fn respond(app: &App, actor: &Actor, dossier: &Dossier, typed: Typed) -> Response {
    let Typed {
        name,
        comments,
        errors,
    } = typed;
    let failed = !errors.is_empty();
    let data = ReviewPage {
        action: dossier.path("/review"),
        title: dossier.form.title.clone(),
        author: dossier.report.author_name.clone(),
        findings: for_manager(dossier),
        parts: with_comments(part_views(dossier, |_| false), &comments),
        seen: dossier.mark(),
        signatures: signature_lines(dossier),
        statements: statements(Capacity::LineManager),
        name,
        errors,
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = if failed {
        "Error: Check the report"
    } else {
        "Check the report"
    };
    page(
        app,
        status,
        report_chrome(actor, dossier, title),
        move || review_page(&data),
    )
    .await
}
