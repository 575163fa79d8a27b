//! Forms of the registers: questions in columns, what was typed, what is wrong.

use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::record::form::asked;
use crate::api::render::{chrome, page};
use crate::components::fields::Asked;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::Column;
use crate::domain::form::posted::{self, control};
use crate::domain::form::{AnswerKey, Fields};
use crate::domain::identifiers::EntryId;
use crate::pages::register_pages::{FormPage, form_page};
use crate::server::access::Actor;
use crate::server::app::App;
use axum::http::StatusCode;
use axum::response::Response;

/// A form to be shown.
pub(in crate::api) struct Form {
    /// Heading.
    pub heading: String,
    /// What to know before answering.
    pub introduction: Vec<String>,
    /// Where it is posted.
    pub action: String,
    /// Where "Back" leads.
    pub back: (String, String),
    /// Identifier of the row to be.
    pub id: String,
    /// Questions.
    pub columns: Vec<Column>,
    /// What was typed.
    pub typed: Fields,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

fn key() -> AnswerKey {
    AnswerKey::of("row")
}

/// What was typed into a form of the registers.
pub(in crate::api) fn typed(body: &Body) -> Fields {
    posted::read(&body.0)
        .into_iter()
        .find(|p| p.key == key())
        .map(|p| p.fields)
        .unwrap_or_default()
}

/// The identifier that came with the page.
pub(in crate::api) fn row_id(body: &Body) -> Result<String, Failure> {
    let id = EntryId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    Ok(id.as_str().to_owned())
}

/// The questions with what was typed and what is wrong beside each.
pub(in crate::api) fn controls(
    columns: Vec<Column>,
    typed: &Fields,
    problems: &[Problem],
) -> (Vec<Asked>, Vec<FieldError>) {
    let errors: Vec<FieldError> = problems
        .iter()
        .map(|p| FieldError {
            control: control(&key(), &p.field),
            message: p.message.clone(),
        })
        .collect();
    let draw = |column: Column| asked(&key(), column, typed, &errors);
    let drawn = columns.into_iter().map(draw).collect();
    (drawn, errors)
}

/// The page of a form: 422 when something is wrong with what was typed.
pub(in crate::api) async fn respond(app: &App, actor: &Actor, form: Form) -> Response {
    let (controls, errors) = controls(form.columns, &form.typed, &form.problems);
    let failed = !errors.is_empty();
    let title = format!("{}{}", if failed { "Error: " } else { "" }, form.heading);
    let data = FormPage {
        heading: form.heading,
        introduction: form.introduction,
        action: form.action,
        id: form.id,
        controls,
        errors,
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let chrome = Chrome {
        back: Some(form.back),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || form_page(&data)).await
}
