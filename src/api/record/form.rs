//! A form of the record: drawn from what is asked, what was typed and what is wrong.

use super::{Return, key};
use crate::api::dossier::about;
use crate::api::render::{chrome, page};
use crate::components::fields::Asked;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::form::definition::Column;
use crate::domain::form::posted::{control, version_control};
use crate::domain::form::{AnswerKey, Fields};
use crate::domain::patient::edit::{Group, Target, columns, items, why_columns};
use crate::pages::record::{EditPage, Theirs, edit_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::store::patients::Patient;
use axum::http::StatusCode;
use axum::response::Response;

/// A form of the record as it is shown.
pub(super) struct Form {
    pub(super) group: Group,
    pub(super) target: Target,
    pub(super) back: Return,
    pub(super) version: i64,
    pub(super) typed: Fields,
    pub(super) errors: Vec<FieldError>,
    pub(super) theirs: Option<Theirs>,
}

/// One askable thing of a form with what was typed.
pub fn asked(key: &AnswerKey, column: Column, typed: &Fields, errors: &[FieldError]) -> Asked {
    let prefix = format!("{}.", column.id);
    let start = control(key, &prefix);
    Asked {
        key: key.clone(),
        fields: typed.column(&column.id),
        errors: errors
            .iter()
            .filter(|e| e.control.starts_with(&start))
            .cloned()
            .collect(),
        prefix,
        column,
        not_applicable: false,
        mark: None,
        record: None,
    }
}

impl Form {
    fn heading(&self) -> String {
        let item = self.group.item().unwrap_or_default();
        match self.target {
            Target::Whole => self.group.words().to_owned(),
            Target::New => format!("Add {item}"),
            Target::Item(_) if self.group == Group::Conditions => "Correct a condition".into(),
            Target::Item(_) => format!("Change {item}"),
            Target::Remove(_) => format!("Remove {item}"),
            Target::Vary(_) => "Vary a condition".into(),
            Target::End(_) => "End a condition".into(),
        }
    }

    pub(super) async fn respond(
        self,
        app: &App,
        actor: &Actor,
        patient: &Patient,
        status: StatusCode,
    ) -> Response {
        let path = format!("/patients/{}/details", patient.id);
        let of_group = format!("{path}/{}", self.group.name());
        let heading = self.heading();
        let subject = match self.target {
            Target::Remove(n) | Target::Vary(n) | Target::End(n) => {
                items(self.group, &patient.record)
                    .get(n)
                    .map(|i| (i.heading.clone(), i.when.clone()))
            }
            _ => None,
        };
        let draw = |c: Column| asked(&key(), c, &self.typed, &self.errors);
        let data = EditPage {
            action: match self.target {
                Target::Whole => of_group.clone(),
                Target::New => format!("{of_group}/new"),
                Target::Item(n) => format!("{of_group}/{}", n + 1),
                Target::Remove(n) => format!("{of_group}/remove-{}", n + 1),
                Target::Vary(n) => format!("{of_group}/vary-{}", n + 1),
                Target::End(n) => format!("{of_group}/end-{}", n + 1),
            },
            heading: heading.clone(),
            subject,
            version: (version_control(&key()), self.version.to_string()),
            report: self.back.report.clone().map(|(r, s)| (r.to_string(), s)),
            controls: columns(self.group, self.target)
                .into_iter()
                .map(draw)
                .collect(),
            why: why_columns(self.target).into_iter().map(draw).collect(),
            removing: matches!(self.target, Target::Remove(_)),
            errors: self.errors.clone(),
            theirs: self.theirs,
        };
        let failed = !data.errors.is_empty();
        let back = match self.target {
            Target::Whole => self.back.path().map_or_else(
                || (path, "Back to the record".into()),
                |report| (report, "Back to the report".into()),
            ),
            _ => (
                format!("{of_group}{}", self.back.query()),
                format!("Back to {}", self.group.words().to_lowercase()),
            ),
        };
        let chrome = Chrome {
            back: Some(back),
            about: Some(about(patient)),
            ..chrome(
                actor,
                format!("{}{heading}", if failed { "Error: " } else { "" }),
            )
        };
        page(app, status, chrome, move || edit_page(&data)).await
    }
}
