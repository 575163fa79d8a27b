//! What a section's page shows: what is stored or typed, what is wrong with it, what stands beside it.

use crate::api::dossier::Dossier;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page};
use crate::api::save::Conflict;
use crate::components::fields::Asked;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::form::answer::in_words;
use crate::domain::form::definition::{Column, RecordFact, RowSource, Section};
use crate::domain::form::posted::{self, control, element_id};
use crate::domain::form::progress::{Item, completed_key, is_required};
use crate::domain::form::{AnswerKey, Fields, Respondent, Version};
use crate::domain::patient::edit::Group;
use crate::domain::patient::snapshot;
use crate::domain::report::carry_forward;
use crate::domain::report::circumstances::Period;
use crate::pages::section::{Block, SectionPage, section_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::forms::guidance_path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What a page shows besides what is stored.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// What was typed and not saved, in place of what is stored.
    pub(super) posted: BTreeMap<AnswerKey, Fields>,
    /// Two texts for one answer.
    pub(super) conflicts: Vec<Conflict>,
    /// Whether to say what is wrong with the answers.
    pub(super) check: bool,
    /// Why nothing was saved.
    pub(super) not_saved: Option<String>,
    /// Who else has the report before them.
    pub(super) present: Vec<(String, String)>,
}

impl Typed {
    /// The fields that the page shows for an answer, and the version it was made from.
    fn shown(&self, dossier: &Dossier, key: &AnswerKey) -> (Fields, Version) {
        let stored = dossier.answers.get(key);
        let version = stored.map(|a| a.version).unwrap_or_default();
        if let Some(conflict) = self.conflicts.iter().find(|c| c.key == *key) {
            // Saving this page again is a choice made with both texts in view.
            return (conflict.mine.clone(), conflict.theirs.version);
        }
        let fields = self
            .posted
            .get(key)
            .or_else(|| stored.map(|a| &a.fields))
            .cloned()
            .unwrap_or_default();
        (fields, version)
    }
}

pub(super) fn errors(dossier: &Dossier, section: &str, typed: &Typed) -> Vec<FieldError> {
    if !typed.check {
        return vec![];
    }
    let said_done = dossier
        .answers
        .get(&completed_key(section))
        .is_some_and(|a| a.fields.get("choice") == "yes");
    let items = dossier.items();
    let here = items.iter().filter(|i| i.section.id == section);
    here.flat_map(|item| {
        let key = item.key();
        let (fields, _) = typed.shown(dossier, &key);
        let mut found: Vec<FieldError> = item
            .problems(&fields)
            .into_iter()
            .map(|p| FieldError {
                control: control(&key, &p.field),
                message: p.message,
            })
            .collect();
        if said_done && is_required(item) && !item.is_answered(&fields) {
            found.push(FieldError {
                control: control(&key, first_field(item)),
                message: format!(
                    "Answer this, or say that the section is not complete: {}",
                    item.question.label
                ),
            });
        }
        found
    })
    .collect()
}

/// The field that a message about a missing answer leads to.
pub(in crate::api) fn first_field(item: &Item<'_>) -> &'static str {
    use crate::domain::form::Kind;
    match item.question.kind {
        Kind::Choice | Kind::YesNo => "choice",
        Kind::Choices => "choices",
        Kind::Date => "day",
        Kind::Address => "lines",
        Kind::Contact => "name",
        Kind::Record => "confirmed",
        Kind::Rows => "",
        Kind::ShortText | Kind::Narrative => "text",
    }
}

pub(super) async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    section: &str,
    typed: &Typed,
    status: StatusCode,
) -> Response {
    let errors = errors(dossier, section, typed);
    let Some((part, definition)) = dossier.form.section(section) else {
        return Failure::NotFound.into_response();
    };
    let blocks = dossier
        .items()
        .iter()
        .filter(|i| i.section.id == section)
        .map(|item| block(dossier, item, typed, &errors))
        .collect();
    let completed = completed_key(section);
    let (said, completed_version) = typed.shown(dossier, &completed);
    let data = SectionPage {
        report: dossier.report.id.to_string(),
        section: section.to_owned(),
        part: part.title.clone(),
        title: definition.title.clone(),
        introduction: definition.introduction.clone(),
        guidance: definition.topic.as_deref().and_then(guidance_path),
        form_status: dossier.form.status.clone(),
        blocks,
        notes: without_conditions(dossier, definition)
            .into_iter()
            .collect(),
        errors,
        not_saved: typed.not_saved.clone(),
        conflict: !typed.conflicts.is_empty(),
        completed: said.get("choice").to_owned(),
        completed_version: completed_version.0,
        voids: dossier.report.life.approved_by.is_some()
            && part.answered_by == Respondent::SocialSupervisor,
        present: typed.present.clone(),
    };
    let title = format!(
        "{}{}",
        if data.errors.is_empty() {
            ""
        } else {
            "Error: "
        },
        definition.title
    );
    let chrome = Chrome {
        back: Some((dossier.path(""), "Back to the task list".into())),
        about: Some(dossier.about()),
        islands: true,
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || section_page(&data)).await
}

/// What to say where a section asks of each condition in force, and there was none.
fn without_conditions(dossier: &Dossier, section: &Section) -> Option<String> {
    let asks = section
        .questions
        .iter()
        .find(|q| q.rows == Some(RowSource::ConditionsInForce))?;
    dossier.asked.rows_of(asks).is_empty().then(|| {
        format!(
            "No condition of discharge was in force from {} to {}. If that is wrong, correct the record: the questions then appear here.",
            day_in_words(dossier.period.from),
            day_in_words(dossier.period.to)
        )
    })
}

fn block(dossier: &Dossier, item: &Item<'_>, typed: &Typed, errors: &[FieldError]) -> Block {
    let key = item.key();
    let (fields, version) = typed.shown(dossier, &key);
    let day = dossier.period.to;
    let record = item.question.shows.map(|fact| dossier.fact(fact, day));
    let last = dossier.last_time.get(&key);
    let own_errors = |prefix: &str| -> Vec<FieldError> {
        let start = control(&key, prefix);
        errors
            .iter()
            .filter(|e| e.control.starts_with(&start))
            .cloned()
            .collect()
    };
    let asked = |column: Column, prefix: String, fields: Fields| Asked {
        errors: own_errors(&prefix),
        key: key.clone(),
        prefix,
        column,
        fields,
        not_applicable: item.row.is_none() && item.question.not_applicable,
        mark: None,
        record: record.clone(),
    };
    let mut controls: Vec<Asked> = if item.row.is_some() {
        item.question
            .columns
            .iter()
            .map(|c| {
                let column = with_condition(c.clone(), item.question.condition_of(c));
                asked(column, format!("{}.", c.id), fields.column(&c.id))
            })
            .collect()
    } else {
        let condition = dossier.form.condition_of(item.question);
        let column = with_condition(item.question.as_column(), condition);
        vec![asked(column, String::new(), fields.clone())]
    };
    if let Some(last) = controls.last_mut() {
        last.mark = item
            .question
            .mark()
            .map(|mark| (mark, fields.get(mark) == "yes"));
    }
    let theirs = typed.conflicts.iter().find(|c| c.key == key).map(|c| {
        let text: Vec<String> = c.theirs.fields.iter().map(|(_, t)| t.to_owned()).collect();
        (
            c.theirs.by.clone(),
            moment_in_words(c.theirs.at),
            text.join("\n\n"),
        )
    });
    Block {
        anchor: element_id(&key.to_string()),
        version_control: posted::version_control(&key),
        version: version.0,
        question: item.question.label.clone(),
        row: item.row.map(|r| r.label.clone()),
        guidance: item.question.guidance.clone(),
        source: format!(
            "{} ({})",
            item.question.source,
            item.question.confidence.words()
        ),
        controls,
        theirs,
        correct: item.question.shows.and_then(Group::of).map(|group| {
            format!(
                "/patients/{}/details/{}?report={}&section={}",
                dossier.patient.id,
                group.name(),
                dossier.report.id,
                item.section.id
            )
        }),
        last_time: last_time(dossier, item),
        copy: last
            .filter(|last| carry_forward::offers(item.question, last))
            .map(|_| key.to_string()),
        // What is typed and not saved is compared once it is saved.
        compared: last
            .filter(|_| typed.posted.is_empty() && typed.conflicts.is_empty())
            .map(|last| carry_forward::compare(item.question, &fields, last))
            .unwrap_or_default(),
        comments: dossier.comments_on(&key),
    }
}

/// A follow-up says beside itself when it is asked.
fn with_condition(column: Column, condition: Option<String>) -> Column {
    let hint = [condition, column.hint.clone()].into_iter().flatten();
    let hint: Vec<String> = hint.collect();
    Column {
        hint: (!hint.is_empty()).then(|| hint.join(" ")),
        ..column
    }
}

/// What the last report answered, in words: seen beside every answer, whether or not the form lets it be
/// kept, so that a change is noticed while the answer is written. A fact of the record needs none: what is
/// shown is the record itself, not a text of last time.
fn last_time(dossier: &Dossier, item: &Item<'_>) -> Option<String> {
    if item.question.shows.is_some() {
        return None;
    }
    let fields = dossier.last_time.get(&item.key())?;
    if item.row.is_none() {
        return in_words(&item.question.as_column(), fields);
    }
    let said = |c: &Column| {
        in_words(c, &fields.column(&c.id)).map(|words| format!("{}: {words}", c.label))
    };
    let lines: Vec<String> = item.question.columns.iter().filter_map(said).collect();
    (!lines.is_empty()).then(|| lines.join("\n\n"))
}

impl Dossier {
    /// A fact of the record in words, as it stood on a day, for a period that ends then.
    #[must_use]
    pub fn fact(&self, fact: RecordFact, day: NaiveDate) -> Vec<String> {
        let here = self.earlier.last().map(|r| (r.due, r.facts_as_at));
        let before = self.patient.record.reported_elsewhere();
        let previous = here.or(before.map(|last| (last.due, last.facts_as_at)));
        let period = Period {
            from: self.period.from,
            to: day,
        };
        snapshot::in_report(fact, &self.patient.record, period, previous)
    }
}
