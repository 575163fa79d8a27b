//! The pages on which authors sign: Parts A and B, and Part C.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{page, see_other};
use super::reports::{open, record_view, report_chrome};
use super::signing::{
    Begun, begin_step, blocking, finish_step, prove_report, signature, signing_errors, statements,
};
use crate::components::furniture::FieldError;
use crate::domain::calendar::{day_in_words, day_parts, read_day};
use crate::domain::form::answer::LONGEST_ANSWER;
use crate::domain::form::posted::element_id;
use crate::domain::form::{AnswerKey, Respondent};
use crate::domain::notice::Kind;
use crate::domain::report::Step;
use crate::domain::report::circumstances::Period;
use crate::domain::report::difference::part_b_not_read;
use crate::domain::report::findings::blocks;
use crate::domain::sign_off::{Capacity, Comment, Signature, open_comments};
use crate::pages::sign::{OpenComment, SignPage, sign_page};
use crate::server::access::{Actor, WritePartC, WriteReport};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::{notices, reports};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// The author's page.
///
/// # Errors
/// [`Failure`].
pub async fn show_author(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (_, dossier) = open(&app, &actor, &report, "view-report").await?;
    dossier
        .report
        .life
        .take(Step::AskForSignOff, &actor.person)?;
    if blocks(&dossier.findings(Respondent::SocialSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    let today = app.clock.today();
    let typed = Typed {
        facts: day_parts(dossier.report.facts_as_at.unwrap_or(today)),
        ..Typed::default()
    };
    author_page(&app, &actor, &dossier, typed).await
}

/// What the author typed on the page, shown again when it was not taken.
#[derive(Debug, Default)]
struct Typed {
    /// "Facts as at": day, month, year.
    facts: [String; 3],
    /// Name.
    name: String,
    /// Answers to comments.
    replies: Vec<(AnswerKey, String)>,
    errors: Vec<FieldError>,
}

impl Typed {
    fn of(body: &Body, open: &[&Comment]) -> Self {
        let reply = |c: &&Comment| {
            let text = body.get(&reply_control(&c.on)).replace("\r\n", "\n");
            (c.on.clone(), text.trim().to_owned())
        };
        Self {
            facts: ["day", "month", "year"]
                .map(|p| body.get(&format!("facts-as-at/{p}")).to_owned()),
            name: body.get("name").to_owned(),
            replies: open.iter().map(reply).collect(),
            errors: Vec::new(),
        }
    }

    /// What is wrong with the answers to comments.
    fn reply_errors(&self) -> Vec<FieldError> {
        let wrong = |(on, text): &(AnswerKey, String)| {
            let message = if text.is_empty() {
                "Answer the comment, or change the answer that it is about"
            } else if text.chars().count() > LONGEST_ANSWER {
                "Your answer can have up to 50,000 characters"
            } else {
                return None;
            };
            Some(FieldError {
                control: reply_control(on),
                message: message.into(),
            })
        };
        self.replies.iter().filter_map(wrong).collect()
    }
}

fn reply_control(on: &AnswerKey) -> String {
    format!("reply/{on}")
}

/// Comments that the author has not dealt with yet.
fn comments_open(dossier: &Dossier) -> Vec<&Comment> {
    open_comments(
        &dossier.comments,
        &dossier.answers,
        &dossier.report.life.author,
    )
}

/// Signs Parts A and B and asks for sign-off.
///
/// # Errors
/// [`Failure`].
pub async fn author(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<WriteReport>(&app, &actor, &report).await?;
    dossier
        .report
        .life
        .take(Step::AskForSignOff, &actor.person)?;
    if blocks(&dossier.findings(Respondent::SocialSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    let mut typed = Typed::of(&body, &comments_open(&dossier));
    let facts = read_facts_as_at(&typed.facts, &dossier, app.clock.today());
    typed.errors = typed.reply_errors();
    typed.errors.extend(facts.as_ref().err().cloned());
    typed
        .errors
        .extend(signing_errors(&app, &actor, &body).await?);
    let facts_as_at = match facts {
        Ok(day) if typed.errors.is_empty() => day,
        _ => return author_page(&app, &actor, &dossier, typed).await,
    };
    let begun = begin_step(
        &app,
        &proof,
        &dossier.report.id,
        Step::AskForSignOff,
        body.get("seen"),
    )
    .await?;
    let Begun {
        mut tx,
        life,
        dossier,
    } = begun;
    // A comment may have come since the page was made: it waits for its answer too.
    let answered = |c: &&Comment| typed.replies.iter().any(|(on, _)| *on == c.on);
    if !comments_open(&dossier).iter().all(answered) {
        return Err(Failure::Changed);
    }
    let dossier = dossier.with_facts_as_at(facts_as_at);
    if let Some(missing) = blocking(&dossier, Respondent::SocialSupervisor) {
        drop(tx);
        let message = format!("With facts as at that day something is still missing. {missing}");
        typed.errors.push(FieldError {
            control: "facts-as-at/day".into(),
            message,
        });
        return author_page(&app, &actor, &dossier, typed).await;
    }
    for (on, text) in &typed.replies {
        reports::add_comment(&mut tx, &proof, &dossier.report.id, on, text).await?;
    }
    let signature = signature(&actor, Capacity::SocialSupervisor, &body, &proof);
    reports::set_facts_as_at(&mut tx, &proof, &dossier.report.id, facts_as_at).await?;
    reports::sign(&mut tx, &dossier.report.id, &signature).await?;
    let today = app.clock.today();
    let id = dossier.report.id.as_str();
    notices::tell_managers(&mut tx, &proof, Kind::SignOffAsked, id, today).await?;
    finish_step(tx, &proof, &dossier, Step::AskForSignOff, &life).await?;
    Ok(see_other(&dossier.path("")))
}

async fn author_page(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    typed: Typed,
) -> Result<Response, Failure> {
    let data = SignPage {
        heading: "Sign Parts A and B".into(),
        explanation: "The line manager then checks them, and returns them with comments or approves. You can still change them afterwards; that voids the approval.".into(),
        action: dossier.path("/sign"),
        comments: comment_boxes(app, dossier, &typed),
        statements: statements(Capacity::SocialSupervisor),
        button: "Sign and ask for sign-off".into(),
        facts_as_at: Some(typed.facts),
        name: typed.name,
        errors: typed.errors,
        seen: String::new(),
    };
    respond(app, actor, dossier, data).await
}

/// Comments that wait, each with what was typed in answer.
fn comment_boxes(app: &App, dossier: &Dossier, typed: &Typed) -> Vec<OpenComment> {
    let items = dossier.items();
    let about = |on: &AnswerKey| {
        if let Some(item) = app.checklist.item(on) {
            let words = format!("The line manager’s checklist: {}", item.label);
            return (words, None);
        }
        let Some(item) = items.iter().find(|i| i.key() == *on) else {
            return ("What is no longer asked".into(), None);
        };
        let words = match item.row {
            Some(row) => format!("{} – {}", item.question.label, row.label),
            None => item.question.label.clone(),
        };
        let section = format!(
            "/sections/{}#{}",
            item.section.id,
            element_id(&on.to_string())
        );
        (words, Some(dossier.path(&section)))
    };
    comments_open(dossier)
        .into_iter()
        .map(|c| {
            let (words, path) = about(&c.on);
            let reply = typed.replies.iter().find(|(on, _)| *on == c.on);
            OpenComment {
                control: reply_control(&c.on),
                about: words,
                path,
                by: format!("{}, {}", c.name, moment_in_words(c.at)),
                text: c.text.clone(),
                reply: reply.map(|(_, text)| text.clone()).unwrap_or_default(),
            }
        })
        .collect()
}

/// The clinical supervisor's page.
///
/// # Errors
/// [`Failure`].
pub async fn show_clinician(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (_, dossier) = open(&app, &actor, &report, "view-report").await?;
    dossier.report.life.take(Step::SignPartC, &actor.person)?;
    if blocks(&dossier.findings(Respondent::ClinicalSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    clinician_page(&app, &actor, &dossier, String::new(), vec![]).await
}

/// Signs Part C.
///
/// # Errors
/// [`Failure`].
pub async fn clinician(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<WritePartC>(&app, &actor, &report).await?;
    dossier.report.life.take(Step::SignPartC, &actor.person)?;
    if blocks(&dossier.findings(Respondent::ClinicalSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    let errors = signing_errors(&app, &actor, &body).await?;
    if !errors.is_empty() {
        return clinician_page(&app, &actor, &dossier, body.get("name").to_owned(), errors).await;
    }
    let begun = begin_step(
        &app,
        &proof,
        &dossier.report.id,
        Step::SignPartC,
        body.get("seen"),
    )
    .await?;
    let Begun {
        mut tx, dossier, ..
    } = begun;
    if blocks(&dossier.findings(Respondent::ClinicalSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    // A Part C that differs goes past the line manager again.
    let (step, notice) = if dossier.differences().is_empty() {
        (Step::SignPartC, Kind::PartCSigned)
    } else {
        (Step::SignDifferingPartC, Kind::PartCDiffers)
    };
    let life = dossier.report.life.take(step, &actor.person)?;
    let id = dossier.report.id.as_str();
    let signature = Signature {
        statements: clinical_statements(&dossier),
        ..signature(&actor, Capacity::ClinicalSupervisor, &body, &proof)
    };
    reports::sign(&mut tx, &dossier.report.id, &signature).await?;
    let author = [life.author.clone()];
    notices::tell(&mut tx, &proof, notice, id, &author).await?;
    if step == Step::SignDifferingPartC {
        notices::tell_managers(&mut tx, &proof, notice, id, app.clock.today()).await?;
    }
    finish_step(tx, &proof, &dossier, step, &life).await?;
    Ok(see_other(&dossier.path("")))
}

/// What the clinical supervisor attests: nobody attests to have read what they say they could not.
fn clinical_statements(dossier: &Dossier) -> Vec<String> {
    let mut statements = statements(Capacity::ClinicalSupervisor);
    if part_b_not_read(&dossier.form, &dossier.answers)
        && let Some(first) = statements.first_mut()
    {
        *first = "I could not read Part B, and have said why.".to_owned();
    }
    statements
}

async fn clinician_page(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    name: String,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let data = SignPage {
        heading: "Sign Part C".into(),
        explanation: if dossier.differences().is_empty() {
            "The author then looks at the whole report once more and freezes it.".into()
        } else {
            "Part C differs from Part B. Both views are sent; the line manager looks at the report once more before it goes.".into()
        },
        action: dossier.path("/part-c/sign"),
        comments: vec![],
        statements: clinical_statements(dossier),
        button: "Sign Part C".into(),
        facts_as_at: None,
        name,
        errors,
        seen: String::new(),
    };
    respond(app, actor, dossier, data).await
}

/// Shows a page to sign, on record as a view when it answers a post.
///
/// # Errors
/// [`Failure`] when the view cannot be recorded.
pub async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    data: SignPage,
) -> Result<Response, Failure> {
    let data = SignPage {
        seen: dossier.mark(),
        ..data
    };
    let failed = !data.errors.is_empty();
    if failed {
        record_view(app, actor, dossier).await?;
    }
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = format!("{}{}", if failed { "Error: " } else { "" }, data.heading);
    Ok(page(
        app,
        status,
        report_chrome(actor, dossier, title),
        move || sign_page(&data),
    )
    .await)
}

fn read_facts_as_at(
    typed: &[String; 3],
    dossier: &Dossier,
    today: NaiveDate,
) -> Result<NaiveDate, FieldError> {
    let error = |part: &str, message: String| FieldError {
        control: format!("facts-as-at/{part}"),
        message,
    };
    let day =
        read_day(&typed[0], &typed[1], &typed[2]).map_err(|e| error(e.field(), e.to_string()))?;
    if day > today {
        return Err(error("day", "“Facts as at” cannot be after today".into()));
    }
    let period = Period {
        from: dossier.report.period_from,
        to: day,
    };
    if !period.is_valid() {
        let from = day_in_words(period.from);
        return Err(error(
            "day",
            format!("The period begins on {from}, so “facts as at” must be that day or later"),
        ));
    }
    Ok(day)
}
