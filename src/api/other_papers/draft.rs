//! A draft: shown, saved, every version kept.

use super::made::{GiveTyped, made};
use super::making::Making;
use super::{Open, asked, open, paper_id, patient_id};
use crate::api::body::Body;
use crate::api::dossier::about;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::api::sections::first_field;
use crate::components::fields::Asked;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_parts;
use crate::domain::form::Kind;
use crate::domain::form::answer::{self, Fields};
use crate::domain::form::definition::Column;
use crate::domain::form::posted::{self, control};
use crate::domain::form::progress::{Item, items};
use crate::domain::paper::Draft;
use crate::domain::patient::PatientRecord;
use crate::domain::patient::snapshot::in_words;
use crate::domain::people::Action;
use crate::pages::other_papers::{Block, DraftPage, draft_page};
use crate::server::access::{self, Actor, KeepRecord};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::other_papers::{self, Saved};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// Most characters of one draft.
const LONGEST_DRAFT: usize = 400_000;

/// A draft to write, or the paper that was made.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, paper)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let subject = paper_id(&paper)?;
    let proof = access::view(&app, &actor, &id, "view-paper", subject.as_str()).await?;
    let open = open(&app, &proof, &paper).await?;
    if open.paper.made_at.is_some() {
        let today = day_parts(app.clock.today());
        let typed = GiveTyped::new(today, open.kind.recipient);
        return made(&app, &actor, &proof, &open, typed).await;
    }
    if !proof.may(Action::KeepRecord) {
        return Err(Failure::Refused);
    }
    let draft = open.paper.draft.clone();
    Ok(draft_response(&app, &actor, &open, &draft, None).await)
}

/// Saves a draft, and makes the paper of it when asked.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, paper)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let open = open(&app, &proof, &paper).await?;
    let path = format!("/patients/{id}/papers/{}", open.paper.id);
    let seen: i64 = body.get("seen").parse().unwrap_or(-1);
    let asked = asked(&open.patient.record, app.clock.today(), &open.form);
    let items = items(&open.form, &asked);
    let draft: Draft = posted::read(&body.0)
        .into_iter()
        .filter_map(|p| {
            let item = items.iter().find(|i| i.key() == p.key)?;
            Some((p.key, p.fields.only(|name| item.question.has_field(name))))
        })
        .filter(|(_, fields)| !fields.is_empty())
        .collect();
    let refuse = async |open: &Open, refused: Refused| {
        access::view(&app, &actor, &id, "view-paper", open.paper.id.as_str()).await?;
        Ok(draft_response(&app, &actor, open, &draft, Some(refused)).await)
    };
    let too_long = draft.values().map(Fields::characters).sum::<usize>() > LONGEST_DRAFT
        || draft.values().any(|f| {
            f.iter()
                .any(|(_, t)| t.chars().count() > answer::LONGEST_ANSWER)
        });
    if too_long {
        return refuse(&open, Refused {
            words: "Nothing was saved: an answer can have up to 50,000 characters and a paper up to 400,000. What you typed is kept on this page.".into(),
            status: StatusCode::UNPROCESSABLE_ENTITY,
            seen,
        }).await;
    }
    if open.paper.made_at.is_some() {
        return refuse(&open, Refused {
            words: "The paper was made meanwhile, so nothing was saved. What you typed is kept on this page: copy it into a new paper if it is still needed.".into(),
            status: StatusCode::CONFLICT,
            seen,
        }).await;
    }
    let mut tx = app.db.begin().await?;
    if other_papers::save(&mut tx, &proof, &open.paper.id, seen, &draft).await? == Saved::Stale {
        drop(tx);
        let now = self::open(&app, &proof, &paper).await?;
        let words = format!(
            "{} saved another text at {}. Nothing of it was overwritten, and yours is on this page but not saved. Look at the other one in a second window before you save this again: saving again puts yours after it; every version is kept.",
            now.paper.saved_by,
            moment_in_words(now.paper.saved_at)
        );
        return refuse(&now, Refused::conflict(words, &now)).await;
    }
    audit::record(&mut tx, &proof.event("save-paper", open.paper.id.as_str())).await?;
    tx.commit().await?;
    if body.get("then") == "make" {
        // What cannot be read as a date or choice is printed as typed: nothing waits for it.
        let making = Making {
            app: &app,
            actor: &actor,
            proof: &proof,
            patient: &open.patient,
            form: &open.form,
            paper: &open.paper.id,
        };
        if making.make(&draft, seen + 1).await? == Saved::Stale {
            let now = self::open(&app, &proof, &paper).await?;
            if now.paper.made_at.is_none() {
                let words = format!(
                    "{} saved another text while the paper was being made, so it was not made. Yours is saved too, as the version before, and is on this page. Look at the other one in a second window, then make the paper.",
                    now.paper.saved_by
                );
                return refuse(&now, Refused::conflict(words, &now)).await;
            }
        }
    }
    Ok(see_other(&path))
}

/// Why a draft was not taken.
struct Refused {
    words: String,
    status: StatusCode,
    /// The version that a further save puts its text after.
    seen: i64,
}

impl Refused {
    fn conflict(words: String, now: &Open) -> Self {
        Self {
            words,
            status: StatusCode::CONFLICT,
            seen: now.paper.version,
        }
    }
}

fn errors_of(items: &[Item<'_>], draft: &Draft) -> Vec<FieldError> {
    let empty = Fields::default();
    items
        .iter()
        .flat_map(|item| {
            let key = item.key();
            item.problems(draft.get(&key).unwrap_or(&empty))
                .into_iter()
                .map(move |p| FieldError {
                    control: control(&key, &p.field),
                    message: p.message,
                })
        })
        .collect()
}

async fn draft_response(
    app: &App,
    actor: &Actor,
    open: &Open,
    draft: &Draft,
    refused: Option<Refused>,
) -> Response {
    let today = app.clock.today();
    let asked = asked(&open.patient.record, today, &open.form);
    let items = items(&open.form, &asked);
    let errors = match &refused {
        Some(_) => errors_of(&items, draft),
        None => vec![],
    };
    let status = refused.as_ref().map_or(StatusCode::OK, |r| r.status);
    let blocks = items
        .iter()
        .map(|item| block(item, draft, &errors, &open.patient.record, today))
        .collect();
    let patient = &open.patient;
    let data = DraftPage {
        action: format!("/patients/{}/papers/{}", patient.id, open.paper.id),
        title: open.form.title.clone(),
        status: open.form.status.clone(),
        notice: open.kind.notice.map(|(t, w)| (t.to_owned(), w.to_owned())),
        urgent: open.kind.urgent,
        seen: refused.as_ref().map_or(open.paper.version, |r| r.seen),
        saved: format!(
            "Version {} saved by {} {}",
            open.paper.version,
            open.paper.saved_by,
            moment_in_words(open.paper.saved_at)
        ),
        blocks,
        not_saved: refused.map(|r| r.words),
        errors,
    };
    let title = format!(
        "{}{}",
        if data.not_saved.is_some() {
            "Error: "
        } else {
            ""
        },
        open.form.title
    );
    let chrome = Chrome {
        back: Some((
            format!("/patients/{}/papers", patient.id),
            "Back to the papers".into(),
        )),
        about: Some(about(patient)),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || draft_page(&data)).await
}

fn block(
    item: &Item<'_>,
    draft: &Draft,
    errors: &[FieldError],
    record: &PatientRecord,
    today: NaiveDate,
) -> Block {
    let key = item.key();
    let empty = Fields::default();
    let fields = draft.get(&key).unwrap_or(&empty);
    let shown = item
        .question
        .shows
        .map(|fact| in_words(fact, record, today));
    let ask = |column: Column, prefix: String, fields: Fields| {
        let start = control(&key, &prefix);
        Asked {
            errors: errors
                .iter()
                .filter(|e| e.control.starts_with(&start))
                .cloned()
                .collect(),
            key: key.clone(),
            prefix,
            column,
            fields,
            not_applicable: item.row.is_none() && item.question.not_applicable,
            mark: None,
            record: None,
        }
    };
    let controls = if item.row.is_some() {
        let columns = item.question.columns.iter();
        columns
            .map(|c| ask(c.clone(), format!("{}.", c.id), fields.column(&c.id)))
            .collect()
    } else if item.question.kind == Kind::Record {
        vec![]
    } else {
        vec![ask(
            item.question.as_column(),
            String::new(),
            fields.clone(),
        )]
    };
    Block {
        section: item.section.title.clone(),
        introduction: item.section.introduction.clone(),
        anchor: posted::element_id(&control(&key, first_field(item))),
        question: item.question.label.clone(),
        row: item.row.map(|r| r.label.clone()),
        shown,
        controls,
    }
}
