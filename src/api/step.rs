//! What the steps that take a few words share: reading them, and showing the page again with them.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::page;
use super::reports::{record_view, report_chrome};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::read_day;
use crate::domain::report::aftermath::LONGEST_REASON;
use crate::pages::step::{StepPage, step_page};
use crate::server::access::Actor;
use crate::server::app::App;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// What was typed, and what is wrong with it.
#[derive(Debug)]
pub struct Reading<'a> {
    body: &'a Body,
    /// What is wrong so far.
    pub errors: Vec<FieldError>,
}

impl<'a> Reading<'a> {
    /// Begins to read.
    #[must_use]
    pub fn of(body: &'a Body) -> Self {
        Self {
            body,
            errors: vec![],
        }
    }

    /// Notes that something is wrong.
    pub fn wrong(&mut self, control: &str, message: impl Into<String>) {
        self.errors.push(FieldError {
            control: control.into(),
            message: message.into(),
        });
    }

    /// Several lines that must be there; `ask` says what to write.
    pub fn text(&mut self, name: &str, ask: &str) -> String {
        let text = self.body.get(name).replace("\r\n", "\n").trim().to_owned();
        if text.is_empty() {
            self.wrong(name, ask);
        } else if text.chars().count() > LONGEST_REASON {
            let over = text.chars().count();
            self.wrong(
                name,
                format!("{ask}, in up to 5,000 characters. You typed {over}; it is kept here"),
            );
        }
        text
    }

    /// A line that must be there.
    pub fn line(&mut self, name: &str, ask: &str) -> String {
        let text = self.body.get(name).trim().to_owned();
        if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
            self.wrong(name, format!("{ask}, in up to 200 characters"));
        }
        text
    }

    /// A day that is not before `first`; `why` says what is wrong otherwise.
    pub fn day_from(&mut self, name: &str, first: NaiveDate, why: &str) -> Option<NaiveDate> {
        let [day, month, year] = typed_day(self.body, name);
        match read_day(&day, &month, &year) {
            Err(e) => self.wrong(&format!("{name}{}", e.field()), e.to_string()),
            Ok(day) if day < first => self.wrong(&format!("{name}day"), why),
            Ok(day) => return Some(day),
        }
        None
    }

    /// A day that is not after `today` and not before `first`.
    pub fn day(
        &mut self,
        name: &str,
        today: NaiveDate,
        first: Option<(NaiveDate, &str)>,
    ) -> Option<NaiveDate> {
        let [day, month, year] = typed_day(self.body, name);
        match read_day(&day, &month, &year) {
            Err(e) => self.wrong(&format!("{name}{}", e.field()), e.to_string()),
            Ok(day) if day > today => {
                self.wrong(&format!("{name}day"), "The day cannot be after today");
            }
            Ok(day) => {
                if let Some((first, why)) = first
                    && day < first
                {
                    self.wrong(&format!("{name}day"), why);
                } else {
                    return Some(day);
                }
            }
        }
        None
    }
}

/// A day as typed: day, month, year.
#[must_use]
pub fn typed_day(body: &Body, name: &str) -> [String; 3] {
    ["day", "month", "year"].map(|part| body.get(&format!("{name}{part}")).to_owned())
}

/// Shows the page of a step that is about no report.
pub async fn respond_alone(app: &App, chrome: Chrome, data: StepPage) -> Response {
    let (status, error) = if data.errors.is_empty() {
        (StatusCode::OK, "")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: ")
    };
    let chrome = Chrome {
        title: format!("{error}{}", data.heading),
        ..chrome
    };
    page(app, status, chrome, move || step_page(&data)).await
}

/// Shows the page of a step; on record as a view when it answers a post that was not taken.
///
/// # Errors
/// [`Failure`] when the view cannot be recorded.
pub async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    back: Option<(String, String)>,
    data: StepPage,
) -> Result<Response, Failure> {
    let data = StepPage {
        seen: dossier.mark(),
        ..data
    };
    let failed = !data.errors.is_empty();
    if failed {
        record_view(app, actor, dossier).await?;
    }
    let (status, error) = if failed {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: ")
    } else {
        (StatusCode::OK, "")
    };
    let frame = report_chrome(actor, dossier, format!("{error}{}", data.heading));
    let chrome = Chrome {
        back: back.or(frame.back.clone()),
        ..frame
    };
    Ok(page(app, status, chrome, move || step_page(&data)).await)
}
