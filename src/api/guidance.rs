//! Guidance and learning: topics, and an organisation's own links beside them.

use super::assurance::{offers, organisation_named, organisations_where};
use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use crate::api::assurance::form::{controls, row_id, typed};
use crate::components::layout::Chrome;
use crate::domain::assurance::typed::{link_columns, read_link};
use crate::domain::form::Fields;
use crate::domain::form::answer::Problem;
use crate::domain::guidance::Topic;
use crate::domain::identifiers::{EntryId, OrganisationId};
use crate::domain::people::OrganisationAction;
use crate::pages::guidance::{AddLink, OwnLink, OwnLinks, TopicPage, topic_page, topics_page};
use crate::server::access::{Actor, KeepRegisters, ReadRegisters, prove_in};
use crate::server::app::App;
use crate::server::forms::guidance;
use crate::server::store::assurance::links as store;
use crate::server::store::{new_id, organisations};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The list of topics.
pub async fn topics(State(app): State<App>, Extension(actor): Extension<Actor>) -> Response {
    page(
        &app,
        StatusCode::OK,
        chrome(&actor, "Guidance and learning"),
        move || topics_page(guidance()),
    )
    .await
}

fn topic_named(id: &str) -> Result<&'static Topic, Failure> {
    guidance()
        .iter()
        .find(|topic| topic.id == id)
        .ok_or(Failure::NotFound)
}

/// One topic.
///
/// # Errors
/// [`Failure`].
pub async fn topic(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(topic): Path<String>,
) -> Result<Response, Failure> {
    respond(&app, &actor, topic_named(&topic)?, None).await
}

/// What was typed that could not be added, and where.
struct Typed {
    organisation: OrganisationId,
    id: String,
    fields: Fields,
    problems: Vec<Problem>,
}

async fn respond(
    app: &App,
    actor: &Actor,
    topic: &'static Topic,
    typed: Option<Typed>,
) -> Result<Response, Failure> {
    let mut own = Vec::new();
    for id in organisations_where(actor, OrganisationAction::ReadRegisters) {
        let Some(organisation) = organisations::find(&app.db, &id).await? else {
            continue;
        };
        let proof = prove_in::<ReadRegisters>(app, actor, &id).await?;
        let keeps = offers(actor, &id, OrganisationAction::KeepRegisters);
        let at = format!("/organisations/{id}/guidance/{}", topic.id);
        let links = store::beside(&app.db, &proof, &topic.id).await?;
        let here = typed.as_ref().filter(|t| t.organisation == id);
        own.push(OwnLinks {
            organisation: organisation.name,
            links: links
                .into_iter()
                .map(|kept| OwnLink {
                    words: kept.own.words,
                    link: kept.own.link,
                    remove: keeps.then(|| format!("{at}/{}/remove", kept.id)),
                })
                .collect(),
            add: keeps.then(|| {
                let nothing = Fields::default();
                let fields = here.map_or(&nothing, |t| &t.fields);
                let problems = here.map_or(&[][..], |t| &t.problems);
                let (controls, errors) = controls(link_columns(), fields, problems);
                AddLink {
                    action: at.clone(),
                    id: here.map_or_else(new_id, |t| t.id.clone()),
                    controls,
                    errors,
                }
            }),
        });
        // One form of these names on a page: who keeps the links of two organisations adds on the first's.
    }
    let mut seen = false;
    for links in &mut own {
        let mine = typed.is_none() || links.add.as_ref().is_some_and(|a| !a.errors.is_empty());
        if seen || !mine {
            links.add = None;
        }
        seen |= links.add.is_some();
    }
    let status = if typed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = match &typed {
        Some(_) => format!("Error: {}", topic.title),
        None => topic.title.clone(),
    };
    let data = TopicPage {
        topic: topic.clone(),
        own,
    };
    let chrome = Chrome {
        back: Some(("/guidance".into(), "Back to the topics".into())),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || topic_page(&data)).await)
}

/// Adds a link or contact of the organisation's own.
///
/// # Errors
/// [`Failure`].
pub async fn add_link(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, topic)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let (_, organisation) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<KeepRegisters>(&app, &actor, &organisation).await?;
    let topic = topic_named(&topic)?;
    let (id, fields) = (row_id(&body)?, typed(&body));
    match read_link(&fields, app.clock.today()) {
        Ok(own) => {
            store::add(&app.db, &proof, &id, &topic.id, &own).await?;
            Ok(see_other(&format!("/guidance/{}", topic.id)))
        }
        Err(problems) => {
            let typed = Typed {
                organisation,
                id,
                fields,
                problems,
            };
            respond(&app, &actor, topic, Some(typed)).await
        }
    }
}

/// Takes a link away.
///
/// # Errors
/// [`Failure`].
pub async fn remove_link(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, topic, link)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let (_, organisation) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<KeepRegisters>(&app, &actor, &organisation).await?;
    let topic = topic_named(&topic)?;
    let link = EntryId::parse(&link).map_err(|_| Failure::NotFound)?;
    store::remove(&app.db, &proof, link.as_str()).await?;
    Ok(see_other(&format!("/guidance/{}", topic.id)))
}
