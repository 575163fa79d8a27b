//! Inviting somebody by a one-time link.

use super::{JOIN_FOR, Place, read_roles, short, show_link, typed};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, status_and_title};
use crate::api::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::people::{Role, is_email};
use crate::pages::staff::{InvitePage, invite_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::auth::sessions::{digest, new_token};
use crate::server::store::invitations::{self, Kind};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use std::collections::BTreeMap;
/// The page that invites.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    Ok(respond(&app, &actor, &place, BTreeMap::new(), vec![]).await)
}

async fn respond(
    app: &App,
    actor: &Actor,
    place: &Place,
    typed: BTreeMap<String, String>,
    errors: Vec<FieldError>,
) -> Response {
    let (status, title) = status_and_title(!errors.is_empty(), "Invite somebody");
    let data = InvitePage {
        action: place.path("/people/invite"),
        organisation: place.organisation.name.clone(),
        teams: place.teams.clone(),
        typed,
        errors,
    };
    let chrome = Chrome {
        back: place.back(),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || invite_page(&data)).await
}

/// Makes an invitation and shows its link, once. Whether the address has an account already is not
/// told: the link leads either way.
///
/// # Errors
/// [`Failure`].
pub async fn make(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let [email, name, job_title] =
        ["email", "name", "job-title"].map(|c| body.get(c).trim().to_owned());
    let mut errors = Vec::new();
    if !is_email(&email) {
        errors.push(FieldError {
            control: "email".into(),
            message: "Give their e-mail address".into(),
        });
    }
    errors.extend(short("name", &name, "Give their full name"));
    errors.extend(short(
        "job-title",
        &job_title,
        "Give their job title, as papers show it",
    ));
    let roles = read_roles(&body, &place.teams);
    match &roles {
        Err(error) => errors.push(error.clone()),
        Ok(roles) if roles.is_empty() => errors.push(FieldError {
            control: format!("role/{}", Role::ALL[0].name()),
            message: "Choose at least one role".into(),
        }),
        Ok(_) => {}
    }
    if email.to_lowercase() == own_email(&app, &actor).await? {
        errors.push(FieldError {
            control: "email".into(),
            message: "You cannot invite yourself: another administrator changes your roles".into(),
        });
    }
    errors.extend(password_error(&app, &actor, &body).await?);
    let (Ok(roles), true) = (roles, errors.is_empty()) else {
        return Ok(respond(&app, &actor, &place, typed(&body), errors).await);
    };
    let token = new_token()?;
    let new = invitations::New {
        token_hash: &digest(&token),
        kind: Kind::Join,
        email: &email,
        name: &name,
        job_title: &job_title,
        roles: &roles,
        removes_second_factor: false,
        expires_at: place.proof.at() + JOIN_FOR,
    };
    let mut tx = app.db.begin().await?;
    let id = invitations::add(&mut tx, &place.proof, &new).await?;
    let names: Vec<&str> = roles.iter().map(|(r, _)| r.name()).collect();
    let event = Event {
        reason: Some(names.join(", ")),
        ..place.proof.event("invite", &id)
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(show_link(&app, &actor, &place, &token, &name, new.expires_at).await)
}

async fn own_email(app: &App, actor: &Actor) -> Result<String, Failure> {
    let own = crate::server::store::people::email(&app.db, &actor.person).await?;
    Ok(own.unwrap_or_default())
}
