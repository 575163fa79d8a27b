//! The line manager reads, comments, returns or approves; looks again where Part C differs; and reviews
//! afterwards what had to go before the review.

use super::body::Body;
use super::considered::for_manager;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{page, see_other};
use super::reports::{open, part_views, record_view, report_chrome, signature_lines};
use super::signing::{
    Begun, begin_step, blocking, finish_step, password_error, prove_report, signature,
    signing_errors, statements,
};
use crate::components::furniture::FieldError;
use crate::domain::form::answer::LONGEST_ANSWER;
use crate::domain::form::{AnswerKey, Respondent};
use crate::domain::notice::Kind;
use crate::domain::report::Step;
use crate::domain::sign_off::checklist::Checked;
use crate::domain::sign_off::{Capacity, Signature};
use crate::pages::check::PartView;
use crate::pages::review::{CheckItem, Mode, ReviewPage, review_page};
use crate::server::access::{Actor, Allowed, ReviewReport};
use crate::server::app::App;
use crate::server::store::{notices, reports};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// What the manager is asked for, by where the report stands.
fn mode(dossier: &Dossier, actor: &Actor) -> Result<Mode, Failure> {
    let life = &dossier.report.life;
    let can = |step: Step| life.take(step, &actor.person).is_ok();
    if can(Step::NoteDifference) {
        return Ok(Mode::SecondLook);
    }
    if can(Step::ReviewAfterwards) {
        return Ok(Mode::Afterwards);
    }
    life.take(Step::Approve, &actor.person)?;
    Ok(Mode::Review)
}

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
    let dossier = dossier.with_background(&app, &proof).await?;
    respond(&app, &actor, &dossier, Typed::default()).await
}

/// Takes the manager's decision.
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
    let step = match (mode(&dossier, &actor)?, body.get("decision")) {
        (Mode::Review, "approve") => Step::Approve,
        (Mode::Review | Mode::SecondLook, "return") => Step::Return,
        (Mode::SecondLook, "note") => Step::NoteDifference,
        (Mode::Afterwards, "approve") => Step::ReviewAfterwards,
        _ => return Err(Failure::Unreadable),
    };
    let attests = matches!(step, Step::Approve | Step::ReviewAfterwards);
    let mut typed = Typed {
        name: body.get("name").to_owned(),
        comments: comments(&dossier, &body),
        checked: checked(&app, &body),
        errors: vec![],
    };
    if step == Step::Return {
        for (control, message) in app.checklist.too_long(&typed.checked) {
            typed.wrong(&control, &message);
        }
        let said = typed.said(&app);
        typed.errors.extend(comment_errors(step, &said));
    } else {
        typed.errors = comment_errors(step, &typed.comments);
    }
    if attests {
        if blocking(&dossier, Respondent::SocialSupervisor).is_some() {
            typed.wrong(
                "decision",
                "Something required is not answered: return the report to the author",
            );
        }
        for (control, message) in app.checklist.problems(&typed.checked) {
            typed.wrong(&control, &message);
        }
        typed
            .errors
            .extend(signing_errors(&app, &actor, &body).await?);
    } else if step == Step::NoteDifference {
        typed
            .errors
            .extend(password_error(&app, &actor, &body).await?);
    }
    if !typed.errors.is_empty() {
        record_view(&app, &actor, &dossier).await?;
        let dossier = dossier.with_background(&app, &proof).await?;
        return respond(&app, &actor, &dossier, typed).await;
    }
    let id = dossier.report.id.clone();
    let begun = match begin_step(&app, &proof, &id, step, body.get("seen")).await {
        Ok(begun) => begun,
        Err(Failure::Changed) => {
            typed.wrong(
                "decision",
                "The report has changed since this page was made. Nothing was decided; your comments are kept below. Read it again",
            );
            let now = Dossier::load(&app, &proof, &id).await?;
            let now = now.with_background(&app, &proof).await?;
            record_view(&app, &actor, &now).await?;
            return respond(&app, &actor, &now, typed).await;
        }
        Err(failure) => return Err(failure),
    };
    let attested = attests.then(|| Signature {
        statements: attested(&app, &dossier, &actor, &typed),
        ..signature(&actor, Capacity::LineManager, &body, &proof)
    });
    take(&app, &proof, begun, step, &typed, attested).await?;
    Ok(see_other(&dossier.path("")))
}

/// Writes the decision with its comments and signature, and tells whom it concerns.
async fn take(
    app: &App,
    proof: &Allowed<ReviewReport>,
    begun: Begun,
    step: Step,
    typed: &Typed,
    attested: Option<Signature>,
) -> Result<(), Failure> {
    let Begun {
        mut tx,
        life,
        dossier,
    } = begun;
    let id = &dossier.report.id;
    // Who approves keeps the checklist with the signature; to the author of what is returned it speaks.
    let said = match step {
        Step::Return => typed.said(app),
        _ => typed.comments.clone(),
    };
    for (on, text) in &said {
        reports::add_comment(&mut tx, proof, id, on, text).await?;
    }
    if let Some(signature) = attested {
        reports::sign(&mut tx, id, &signature).await?;
    }
    if step == Step::Return {
        // The author signs anew what they change; signatures on the returned text do not stand.
        let all = [
            Capacity::SocialSupervisor,
            Capacity::LineManager,
            Capacity::ClinicalSupervisor,
        ];
        reports::void_signatures(&mut tx, id, &all, proof.at()).await?;
    }
    let told = match step {
        Step::Return => Some(Kind::Returned),
        Step::Approve => Some(Kind::Approved),
        Step::NoteDifference => Some(Kind::PartCSigned),
        _ => None,
    };
    if let Some(kind) = told {
        let author = [life.author.clone()];
        notices::tell(&mut tx, proof, kind, id.as_str(), &author).await?;
    }
    if step == Step::Approve {
        let today = app.clock.today();
        notices::tell_clinicians(&mut tx, proof, Kind::Approved, id.as_str(), today).await?;
    }
    finish_step(tx, proof, &dossier, step, &life).await
}

fn comment_errors(step: Step, comments: &[(AnswerKey, String)]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut error = |message: &str| {
        errors.push(FieldError {
            control: "decision".into(),
            message: message.into(),
        });
    };
    if step == Step::Return && comments.is_empty() {
        error(
            "Write at least one comment, or answer “no” on the checklist, so that the author knows what to change",
        );
    }
    if comments
        .iter()
        .any(|(_, text)| text.chars().count() > LONGEST_ANSWER)
    {
        error("A comment can have up to 50,000 characters");
    }
    errors
}

/// What the manager attests: the statements, the capacity of a deputy, the checklist as answered.
fn attested(app: &App, dossier: &Dossier, actor: &Actor, typed: &Typed) -> Vec<String> {
    let mut said = statements(Capacity::LineManager);
    if !manages(actor, dossier) {
        said.push("I act as deputy for the line manager of the team.".into());
    }
    said.extend(app.checklist.in_words(&typed.checked));
    said
}

/// Whether the actor manages the patient's own team, or every team there.
fn manages(actor: &Actor, dossier: &Dossier) -> bool {
    use crate::domain::people::Role;
    actor.memberships.iter().any(|m| {
        m.role == Role::LineManager
            && m.team
                .as_ref()
                .is_none_or(|team| *team == dossier.patient.team)
    })
}

/// What the manager typed, shown again when it was not taken.
#[derive(Debug, Default)]
struct Typed {
    name: String,
    comments: Vec<(AnswerKey, String)>,
    checked: Vec<Checked>,
    errors: Vec<FieldError>,
}

impl Typed {
    /// What the author of a returned report is told: comments, and the checklist where it says something.
    fn said(&self, app: &App) -> Vec<(AnswerKey, String)> {
        let checklist = app.checklist.comments(&self.checked);
        self.comments.iter().cloned().chain(checklist).collect()
    }

    fn wrong(&mut self, control: &str, message: &str) {
        self.errors.push(FieldError {
            control: control.into(),
            message: message.into(),
        });
    }
}

/// The checklist as answered.
fn checked(app: &App, body: &Body) -> Vec<Checked> {
    app.checklist
        .items
        .iter()
        .map(|item| Checked {
            id: item.id.clone(),
            answer: body.get(&format!("checklist/{}", item.id)).to_owned(),
            reason: body.get(&format!("reason/{}", item.id)).to_owned(),
        })
        .collect()
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

async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    typed: Typed,
) -> Result<Response, Failure> {
    let mode = mode(dossier, actor)?;
    let failed = !typed.errors.is_empty();
    let answer_of = |id: &str| typed.checked.iter().find(|c| c.id == id).cloned();
    let data = ReviewPage {
        mode,
        action: dossier.path("/review"),
        title: dossier.form.title.clone(),
        author: dossier.report.author_name.clone(),
        marks: dossier.marks(),
        differences: dossier
            .differences()
            .into_iter()
            .map(|d| (d.about.to_owned(), d.part_b, d.part_c))
            .collect(),
        findings: for_manager(dossier),
        checklist: app
            .checklist
            .items
            .iter()
            .map(|item| CheckItem {
                label: item.label.clone(),
                source: item.source.clone(),
                comments: dossier.comments_on(&item.key()),
                checked: answer_of(&item.id).unwrap_or_else(|| Checked {
                    id: item.id.clone(),
                    ..Checked::default()
                }),
            })
            .collect(),
        parts: with_comments(part_views(dossier, |_| false), &typed.comments),
        seen: dossier.mark(),
        signatures: signature_lines(dossier),
        statements: statements(Capacity::LineManager),
        deputy: !manages(actor, dossier),
        name: typed.name,
        errors: typed.errors,
    };
    let (status, error) = if failed {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: ")
    } else {
        (StatusCode::OK, "")
    };
    let chrome = report_chrome(actor, dossier, format!("{error}{}", mode.heading()));
    Ok(page(app, status, chrome, move || review_page(&data)).await)
}
