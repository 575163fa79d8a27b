//! The forms of this installation, blank, and the published shape of a frozen report.

use super::failure::Failure;
use super::papers::{Answer, hand_out};
use super::render::page;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::pages::forms::{FormLine, forms_page};
use crate::server::app::App;
use crate::server::papers::Format;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;

/// The published JSON Schema of a frozen report.
pub const FROZEN_REPORT_SCHEMA: &str = include_str!("../forms/frozen-report.1.schema.json");

/// The list of forms and versions.
pub async fn list(State(app): State<App>) -> Response {
    let lines: Vec<FormLine> = app
        .forms
        .all()
        .into_iter()
        .rev()
        .map(|form| FormLine {
            title: form.title.clone(),
            version: day_in_words(form.version),
            status: form.status.clone(),
            path: format!("/forms/{}/{}", form.id, form.version),
        })
        .collect();
    let chrome = Chrome {
        title: "Blank forms".into(),
        back: Some(("/help".into(), "Back to help".into())),
        ..Chrome::default()
    };
    page(&app, StatusCode::OK, chrome, move || forms_page(&lines)).await
}

/// A blank form.
///
/// # Errors
/// [`Failure`].
pub async fn blank(
    State(app): State<App>,
    Path((id, version, format)): Path<(String, String, String)>,
) -> Answer {
    let version: NaiveDate = version.parse().map_err(|_| Failure::NotFound)?;
    let form = app.forms.version(&id, version).ok_or(Failure::NotFound)?;
    let format = Format::named(&format).ok_or(Failure::NotFound)?;
    let papers = app.blanks.of(&app.press, &form).await?;
    let paper = papers
        .iter()
        .find(|paper| paper.format == format)
        .ok_or(Failure::NotFound)?;
    let name = format!("{id}-{version}-blank");
    Ok(hand_out(format, &name, paper.bytes.clone()))
}

/// The JSON Schema that every frozen report keeps.
pub async fn schema() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/schema+json")];
    (kind, FROZEN_REPORT_SCHEMA).into_response()
}
