//! One page a section: show it, save it, show both texts when somebody else was faster.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use super::reports::record_view;
use super::save::{Conflict, SaveRequest, Saving, save_section};
use crate::components::fields::Asked;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::form::answer::in_words;
use crate::domain::form::definition::{CarryForward, Column, RowSource, Section};
use crate::domain::form::posted::{self, control, element_id};
use crate::domain::form::progress::{Item, completed_key, is_required};
use crate::domain::form::{AnswerKey, Fields, Respondent, Version};
use crate::domain::identifiers::ReportId;
use crate::domain::patient::edit::Group;
use crate::domain::patient::snapshot;
use crate::domain::people::Action;
use crate::domain::report::carry_forward;
use crate::pages::section::{Block, COPY, SectionPage, section_page};
use crate::server::access::{self, Actor};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;

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
    let patient = access::patient_of(&app, &actor, &id).await?;
    let proof = access::view(&app, &actor, &patient, "view-section", id.as_str()).await?;
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
    Ok(respond(
        &app,
        &actor,
        &dossier,
        &section,
        &Typed::default(),
        StatusCode::OK,
    )
    .await)
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
    let patient = access::patient_of(&app, &actor, &id).await?;
    let proof = access::prove::<access::ViewPatient>(&app, &actor, &patient).await?;
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
    let patient = access::patient_of(app, actor, &id).await?;
    let proof = access::prove::<access::ViewPatient>(app, actor, &patient).await?;
    let dossier = Dossier::load(app, &proof, &id).await?;
    let dossier = dossier.with_last_time(app, &proof).await?;
    let (question, row) = on.split_once('/').unwrap_or((on, ""));
    let key = AnswerKey::row(question, row);
    let found = dossier.form.question(question);
    let (Some((_, _, question)), Some(last)) = (found, dossier.last_time.get(&key)) else {
        return Ok(body);
    };
    if !carry_forward::offers(question, &last.fields) {
        return Ok(body);
    }
    let typed = posted::read(&body.0)
        .into_iter()
        .find(|p| p.key == key)
        .map(|p| p.fields)
        .unwrap_or_default();
    let copied = carry_forward::copied(question, &typed, &last.fields);
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

/// What a page shows besides what is stored.
#[derive(Debug, Default)]
struct Typed {
    /// What was typed and not saved, in place of what is stored.
    posted: BTreeMap<AnswerKey, Fields>,
    /// Two texts for one answer.
    conflicts: Vec<Conflict>,
    /// Whether to say what is wrong with the answers.
    check: bool,
    /// Why nothing was saved.
    not_saved: Option<String>,
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

fn errors(dossier: &Dossier, section: &str, typed: &Typed) -> Vec<FieldError> {
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
pub(super) fn first_field(item: &Item<'_>) -> &'static str {
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

async fn respond(
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
    let last = dossier.last_time.get(&key).map(|a| &a.fields);
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
        comments: dossier
            .comments
            .iter()
            .filter(|c| c.on == key)
            .map(|c| (c.name.clone(), moment_in_words(c.at), c.text.clone()))
            .collect(),
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

/// What the last report answered, in words, where the form lets text be kept. What must be written
/// afresh is not offered.
fn last_time(dossier: &Dossier, item: &Item<'_>) -> Option<String> {
    if item.question.carry_forward != CarryForward::Suggest {
        return None;
    }
    let fields = &dossier.last_time.get(&item.key())?.fields;
    if item.row.is_none() {
        return in_words(&item.question.as_column(), fields);
    }
    let said = |c: &crate::domain::form::definition::Column| {
        in_words(c, &fields.column(&c.id)).map(|words| format!("{}: {words}", c.label))
    };
    let lines: Vec<String> = item.question.columns.iter().filter_map(said).collect();
    (!lines.is_empty()).then(|| lines.join("\n\n"))
}

impl Dossier {
    /// A fact of the record in words, as it stood on a day.
    #[must_use]
    pub fn fact(
        &self,
        fact: crate::domain::form::definition::RecordFact,
        day: chrono::NaiveDate,
    ) -> Vec<String> {
        let previous = self.earlier.last().map(|r| (r.due, r.facts_as_at));
        snapshot::with_previous(fact, &self.patient.record, day, previous)
    }
}
