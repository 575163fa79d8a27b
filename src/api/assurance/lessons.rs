//! The register of lessons: what incidents, reports, audits, MHCS, patients and carers taught.

use super::form::{Form, respond, row_id, typed};
use super::{back_to_assurance, offers, organisation_named};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::components::layout::Chrome;
use crate::domain::assurance::registers::{Lesson, LessonKind};
use crate::domain::assurance::typed::{lesson_columns, lesson_fields, read_lesson};
use crate::domain::calendar::day_in_words;
use crate::domain::form::Fields;
use crate::domain::form::answer::Problem;
use crate::domain::identifiers::OrganisationId;
use crate::domain::people::OrganisationAction;
use crate::pages::register_pages::{Fact, Item, List, ListPage, Tag, list_page};
use crate::server::access::{
    Actor, AllowedIn, KeepRegisters, OrganisationPermission, ReadRegisters, prove_in,
};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::assurance::lessons::{self as store, Kept};
use crate::server::store::assurance::policies::{self, Added};
use crate::server::store::new_id;
use crate::server::store::organisations::Organisation;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

fn path(organisation: &OrganisationId, rest: &str) -> String {
    format!("/organisations/{organisation}/lessons{rest}")
}

/// The register, by kind.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let (organisation, id) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<ReadRegisters>(&app, &actor, &id).await?;
    let kept = store::standing(&app.db, &proof).await?;
    let item = |kept: &Kept| Item {
        path: Some(path(&id, &format!("/{}", kept.id))),
        title: kept.lesson.title.clone(),
        tags: vec![],
        facts: vec![
            Fact::new(
                "Source",
                format!(
                    "{}, {}",
                    kept.lesson.source,
                    day_in_words(kept.lesson.dated)
                ),
            ),
            Fact::new("Who sees to it", kept.lesson.owner.as_str()),
            Fact::new("Criteria", kept.lesson.criteria.join(", ")),
        ],
        button: None,
    };
    let of_kind = |kind: LessonKind| List {
        heading: Some(kind.words().to_owned()),
        introduction: vec![],
        items: kept
            .iter()
            .filter(|k| k.lesson.kind == kind)
            .map(item)
            .collect(),
        none: "",
    };
    let lists: Vec<List> = LessonKind::ALL
        .into_iter()
        .map(of_kind)
        .filter(|l| !l.items.is_empty())
        .collect();
    let keeps = offers(&actor, &id, OrganisationAction::KeepRegisters);
    let data = ListPage {
        organisation: organisation.name,
        heading: "Lessons learnt".into(),
        introduction: vec![if lists.is_empty() {
            "Nothing is in the register yet.".into()
        } else {
            "What was learnt, what changes because of it, and who sees to it. No patient, victim or relative is named here.".into()
        }],
        actions: if keeps {
            vec![(path(&id, "/new"), "Add a lesson".into())]
        } else {
            vec![]
        },
        lists,
        ..ListPage::default()
    };
    let chrome = Chrome {
        back: Some(back_to_assurance()),
        ..chrome(&actor, "Lessons learnt")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || list_page(&data)).await)
}

fn facts(organisation: &OrganisationId, kept: &Kept) -> Vec<Fact> {
    let lesson: &Lesson = &kept.lesson;
    let mut facts = vec![
        Fact::new("Source", lesson.source.as_str()),
        Fact::new("Dated", day_in_words(lesson.dated)),
        Fact::new("What was learnt", lesson.learnt.as_str()),
        Fact::new("What changes here", lesson.changes.as_str()),
        Fact::new("Who sees to it", lesson.owner.as_str()),
        Fact::new("Criteria", lesson.criteria.join(", ")),
        Fact::new("Actions", lesson.actions.join(", ")),
        Fact {
            label: "Link",
            words: lesson.link.clone(),
            link: (!lesson.link.is_empty()).then(|| lesson.link.clone()),
        },
    ];
    if let (Some(id), Some(title)) = (&lesson.policy, &kept.policy_title) {
        facts.push(Fact {
            label: "Local document",
            words: title.clone(),
            link: Some(format!("/organisations/{organisation}/policies/{id}")),
        });
    }
    facts.push(Fact::new(
        "Recorded",
        format!("by {}, {}", kept.by, moment_in_words(kept.at)),
    ));
    facts
}

/// A row of the register for somebody who may handle it so: its organisation, the proof, what is kept.
async fn found<P: OrganisationPermission>(
    app: &App,
    actor: &Actor,
    organisation: &str,
    lesson: &str,
) -> Result<(Organisation, OrganisationId, AllowedIn<P>, Kept), Failure> {
    let (organisation, id) = organisation_named(app, actor, organisation).await?;
    let proof = prove_in::<P>(app, actor, &id).await?;
    let kept = store::find(&app.db, &proof, lesson)
        .await?
        .ok_or(Failure::NotFound)?;
    Ok((organisation, id, proof, kept))
}

/// One lesson.
///
/// # Errors
/// [`Failure`].
pub async fn one(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, lesson)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (organisation, id, _, kept) =
        found::<ReadRegisters>(&app, &actor, &organisation, &lesson).await?;
    let keeps = offers(&actor, &id, OrganisationAction::KeepRegisters);
    let tags = if kept.stands {
        vec![]
    } else {
        vec![Tag::bad("A later edition stands in the register")]
    };
    let data = ListPage {
        organisation: organisation.name,
        heading: kept.lesson.title.clone(),
        actions: if keeps && kept.stands {
            vec![(
                path(&id, &format!("/{}/change", kept.id)),
                "Change or add to it".into(),
            )]
        } else {
            vec![]
        },
        lists: vec![List {
            items: vec![Item {
                path: None,
                title: kept.lesson.kind.words().to_owned(),
                tags,
                facts: facts(&id, &kept),
                button: None,
            }],
            ..List::default()
        }],
        ..ListPage::default()
    };
    let chrome = Chrome {
        back: Some((path(&id, ""), "Back to the lessons".into())),
        ..chrome(&actor, "Lesson")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || list_page(&data)).await)
}

/// Policies that a lesson may name: those that stand, and the one it names already.
async fn choices<P>(
    app: &App,
    proof: &AllowedIn<P>,
    kept: Option<&Kept>,
) -> Result<Vec<(String, String)>, Failure> {
    let standing = policies::standing(&app.db, proof).await?;
    let mut choices: Vec<(String, String)> = standing
        .into_iter()
        .map(|k| (k.id, k.policy.title))
        .collect();
    if let Some((id, title)) =
        kept.and_then(|k| Some((k.lesson.policy.clone()?, k.policy_title.clone()?)))
        && !choices.iter().any(|(known, _)| *known == id)
    {
        choices.push((id, title));
    }
    Ok(choices)
}

fn form(
    organisation: &OrganisationId,
    replaces: Option<&Kept>,
    policies: &[(String, String)],
    id: String,
    typed: Fields,
    problems: Vec<Problem>,
) -> Form {
    let (heading, action, back) = match replaces {
        Some(kept) => (
            "Change a lesson",
            format!("/{}/change", kept.id),
            path(organisation, &format!("/{}", kept.id)),
        ),
        None => ("Add a lesson", "/new".to_owned(), path(organisation, "")),
    };
    Form {
        heading: heading.to_owned(),
        introduction: vec![
            "Write about the service, not about a person. The kind of failing, the report and its year are enough.".into(),
        ],
        action: path(organisation, &action),
        back: (back, "Back".into()),
        id,
        columns: lesson_columns(policies),
        typed,
        problems,
    }
}

/// The page that asks for a lesson.
///
/// # Errors
/// [`Failure`].
pub async fn show_new(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let (_, id) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<KeepRegisters>(&app, &actor, &id).await?;
    let policies = choices(&app, &proof, None).await?;
    let form = form(&id, None, &policies, new_id(), Fields::default(), vec![]);
    Ok(respond(&app, &actor, form).await)
}

/// Adds a lesson.
///
/// # Errors
/// [`Failure`].
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (_, id) = organisation_named(&app, &actor, &organisation).await?;
    save(&app, &actor, &id, None, &body).await
}

/// The page that asks for a later edition of a lesson.
///
/// # Errors
/// [`Failure`].
pub async fn show_change(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, lesson)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (_, id, proof, kept) = found::<KeepRegisters>(&app, &actor, &organisation, &lesson).await?;
    let policies = choices(&app, &proof, Some(&kept)).await?;
    let typed = lesson_fields(&kept.lesson);
    let form = form(&id, Some(&kept), &policies, new_id(), typed, vec![]);
    Ok(respond(&app, &actor, form).await)
}

/// Adds a later edition of a lesson.
///
/// # Errors
/// [`Failure`].
pub async fn change(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, lesson)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let (_, id, _, kept) = found::<KeepRegisters>(&app, &actor, &organisation, &lesson).await?;
    save(&app, &actor, &id, Some(&kept), &body).await
}

async fn save(
    app: &App,
    actor: &Actor,
    organisation: &OrganisationId,
    replaces: Option<&Kept>,
    body: &Body,
) -> Result<Response, Failure> {
    let proof = prove_in::<KeepRegisters>(app, actor, organisation).await?;
    let row = row_id(body)?;
    let typed = typed(body);
    let policies = choices(app, &proof, replaces).await?;
    let problems = match read_lesson(&typed, &policies, app.clock.today()) {
        Ok(lesson) => {
            let replaced = replaces.map(|k| k.id.as_str());
            match store::add(&app.db, &proof, &row, &lesson, replaced).await? {
                Added::Stands(id) => return Ok(see_other(&path(organisation, &format!("/{id}")))),
                Added::Missing => return Err(Failure::NotFound),
                Added::Conflict => vec![Problem {
                    field: "title.text".into(),
                    message: "Somebody else has changed this lesson meanwhile. Nothing was saved; what you typed is kept below. Look at the register before you go on".into(),
                }],
            }
        }
        Err(problems) => problems,
    };
    let form = form(organisation, replaces, &policies, row, typed, problems);
    Ok(respond(app, actor, form).await)
}
