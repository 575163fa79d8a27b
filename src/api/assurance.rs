//! The way to an organisation's assurance: what asks for attention, and its rooms. The registers'
//! pages stand below.

pub mod competence;
pub(super) mod form;
pub mod lessons;
pub mod policies;

use super::failure::Failure;
use super::render::{chrome, page};
use crate::domain::assurance::registers::Review;
use crate::domain::identifiers::OrganisationId;
use crate::domain::people::{OrganisationAction, may_in};
use crate::pages::register_pages::{Item, List, ListPage, Tag, list_page};
use crate::server::access::{Actor, ReadRegisters, prove_in};
use crate::server::app::App;
use crate::server::frameworks::QUALITY;
use crate::server::store::assurance as store;
use crate::server::store::organisations::{self, Organisation};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// An organisation of the actor's; somebody else's is answered like a missing one.
pub(super) async fn organisation_named(
    app: &App,
    actor: &Actor,
    text: &str,
) -> Result<(Organisation, OrganisationId), Failure> {
    let id = OrganisationId::parse(text).map_err(|_| Failure::NotFound)?;
    if !actor.memberships.iter().any(|m| m.organisation == id) {
        return Err(Failure::NotFound);
    }
    let organisation = organisations::find(&app.db, &id).await?;
    Ok((organisation.ok_or(Failure::NotFound)?, id))
}

/// The way back to the rooms of assurance.
pub(super) fn back_to_assurance() -> (String, String) {
    ("/assurance".into(), "Back to assurance".into())
}

/// Whether the table says that the actor may, in that organisation: for pages that offer it.
pub(super) fn offers(actor: &Actor, id: &OrganisationId, action: OrganisationAction) -> bool {
    actor
        .memberships
        .iter()
        .any(|m| m.organisation == *id && may_in(m.role, action))
}

/// The organisations in which the actor may do something, each once.
pub(super) fn organisations_where(
    actor: &Actor,
    action: OrganisationAction,
) -> Vec<OrganisationId> {
    let mut all: Vec<OrganisationId> = Vec::new();
    for membership in actor.memberships.iter().filter(|m| may_in(m.role, action)) {
        if !all.contains(&membership.organisation) {
            all.push(membership.organisation.clone());
        }
    }
    all
}

/// Id and title of each criterion of the newest quality standards.
pub(super) fn criteria(app: &App) -> Vec<(String, String)> {
    let standards = app.forms.frameworks().newest(QUALITY);
    standards.map_or_else(Vec::new, |standards| {
        let criteria = standards.criteria();
        criteria
            .map(|(_, c)| (c.id.clone(), c.title.clone()))
            .collect()
    })
}

/// The rooms of assurance, with what asks for attention, for each organisation of the actor's.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let mut data = ListPage {
        heading: "Assurance".into(),
        introduction: vec![
            "How an organisation can be sure of its own social supervision, and show it.".into(),
        ],
        ..ListPage::default()
    };
    let mine = organisations_where(&actor, OrganisationAction::ReadRegisters);
    for id in &mine {
        let Some(organisation) = organisations::find(&app.db, id).await? else {
            continue;
        };
        data.lists.push(List {
            heading: Some(organisation.name),
            items: rooms(&app, &actor, id).await?,
            ..List::default()
        });
    }
    if mine.is_empty() {
        data.introduction
            .push("Your roles open no register. Ask an administrator if they should.".into());
    }
    Ok(page(
        &app,
        StatusCode::OK,
        chrome(&actor, "Assurance"),
        move || list_page(&data),
    )
    .await)
}

async fn rooms(app: &App, actor: &Actor, id: &OrganisationId) -> Result<Vec<Item>, Failure> {
    let proof = prove_in::<ReadRegisters>(app, actor, id).await?;
    let policies = store::policies::standing(&app.db, &proof).await?;
    let today = app.clock.today();
    let unread = policies
        .iter()
        .filter(|p| p.policy.to_be_read && p.read_at.is_none())
        .count();
    let overdue = policies
        .iter()
        .filter(|p| Review::on(p.policy.review_on, today) == Review::Overdue)
        .count();
    let soon = policies
        .iter()
        .filter(|p| Review::on(p.policy.review_on, today) == Review::Soon)
        .count();
    let keeps = offers(actor, id, OrganisationAction::KeepRegisters);
    let mut tags = Vec::new();
    if unread > 0
        && actor
            .memberships
            .iter()
            .any(|m| m.organisation == *id && policies::reads(m.role))
    {
        tags.push(Tag::soon(format!("{unread} for you to read")));
    }
    if keeps && overdue > 0 {
        tags.push(Tag::bad(format!("{overdue} past review")));
    }
    if keeps && soon > 0 {
        tags.push(Tag::soon(format!("{soon} due for review")));
    }
    let room = |path: String, title: &str, tags: Vec<Tag>| Item {
        path: Some(path),
        title: title.to_owned(),
        tags,
        facts: Vec::new(),
        button: None,
    };
    let at = |rest: &str| format!("/organisations/{id}/{rest}");
    let mut rooms = Vec::new();
    if offers(actor, id, OrganisationAction::ViewFigures) {
        rooms.push(room(
            at("figures"),
            "Figures, counted from what is recorded here",
            vec![],
        ));
    }
    rooms.push(room(at("policies"), "Policies and procedures", tags));
    rooms.push(room(at("lessons"), "Lessons learnt", vec![]));
    if offers(actor, id, OrganisationAction::KeepCompetence) {
        rooms.push(room(
            at("competence"),
            "Training and practice supervision of staff",
            vec![],
        ));
    }
    let own = at(&format!("competence/{}", actor.person));
    rooms.push(room(
        own,
        "Your own training and practice supervision",
        vec![],
    ));
    Ok(rooms)
}
