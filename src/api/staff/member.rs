//! One of the organisation's people: roles, a new password, their sessions.

use super::{PASSWORD_FOR, Place, in_words, read_roles, short, show_link, typed, typed_roles};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other, status_and_title};
use crate::api::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::people::Role;
use crate::pages::staff::{MemberPage, member_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::auth::sessions::{digest, new_token};
use crate::server::store::invitations::{self, Kind};
use crate::server::store::{sessions, staff};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use std::collections::BTreeMap;
/// One of the organisation's people.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let member = place.member(&app, &person).await?;
    let typed = standing(&member);
    Ok(respond(&app, &actor, &place, &member, typed, vec![]).await)
}

fn standing(member: &staff::Member) -> BTreeMap<String, String> {
    let mut typed = typed_roles(&member.roles);
    typed.insert("name".into(), member.name.clone());
    typed.insert("job-title".into(), member.job_title.clone());
    typed
}

async fn respond(
    app: &App,
    actor: &Actor,
    place: &Place,
    member: &staff::Member,
    typed: BTreeMap<String, String>,
    errors: Vec<FieldError>,
) -> Response {
    let (status, title) = status_and_title(!errors.is_empty(), &member.name);
    let data = MemberPage {
        path: place.path(&format!("/people/{}", member.id)),
        organisation: place.organisation.name.clone(),
        name: member.name.clone(),
        email: member.email.clone(),
        home: member.home,
        oneself: member.id == actor.person,
        roles: member.roles.iter().map(in_words).collect(),
        teams: place.teams.clone(),
        typed,
        errors,
    };
    let chrome = Chrome {
        back: place.back(),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || member_page(&data)).await
}

/// Changes name, job title and roles of one of the organisation's people, never one's own.
///
/// # Errors
/// [`Failure`].
pub async fn change(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let member = place.member(&app, &person).await?;
    if body.get("do") == "link" {
        return new_password(&app, &actor, &place, &member, &body).await;
    }
    let [name, job_title] = ["name", "job-title"].map(|c| body.get(c).trim().to_owned());
    let mut errors = Vec::new();
    if member.home {
        errors.extend(short("name", &name, "Give their full name"));
        errors.extend(short(
            "job-title",
            &job_title,
            "Give their job title, as papers show it",
        ));
    }
    let first = format!("role/{}", Role::ALL[0].name());
    let wrong = |message: &str| FieldError {
        control: first.clone(),
        message: message.to_owned(),
    };
    let roles = read_roles(&body, &place.teams);
    match &roles {
        Err(error) => errors.push(error.clone()),
        Ok(_) if member.id == actor.person => errors.push(wrong(
            "Another administrator changes your roles: nobody gives themselves permission",
        )),
        Ok(roles) if roles.is_empty() => {
            errors.push(wrong("Choose at least one role"));
        }
        Ok(_) => {}
    }
    errors.extend(password_error(&app, &actor, &body).await?);
    let (Ok(roles), true) = (roles, errors.is_empty()) else {
        return Ok(respond(&app, &actor, &place, &member, typed(&body), errors).await);
    };
    let mut tx = app.db.begin().await?;
    let administrator = roles.iter().any(|(role, _)| *role == Role::Administrator);
    // Two administrators who take the role from one another at the same moment wait here.
    if !administrator
        && member.is(Role::Administrator)
        && staff::other_administrators(&mut tx, &place.proof, &member.id).await? == 0
    {
        drop(tx);
        let errors = vec![wrong(staff::LAST_ADMINISTRATOR)];
        return Ok(respond(&app, &actor, &place, &member, typed(&body), errors).await);
    }
    if member.home {
        staff::rename(&mut tx, &place.proof, &member.id, &name, &job_title).await?;
    }
    staff::set_roles(&mut tx, &place.proof, &member.id, &roles).await?;
    if !administrator {
        // Their links stay closed, whether or not they become administrator again.
        invitations::close_made_by(&mut tx, &place.proof, &member.id).await?;
    }
    let names: Vec<&str> = roles.iter().map(|(r, _)| r.name()).collect();
    let event = Event {
        reason: Some(names.join(", ")),
        ..place.proof.event("change-roles", member.id.as_str())
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(see_other(&place.path("/people")))
}

/// Makes a link to a new password for an account that is looked after here.
async fn new_password(
    app: &App,
    actor: &Actor,
    place: &Place,
    member: &staff::Member,
    body: &Body,
) -> Result<Response, Failure> {
    let mut errors = Vec::new();
    if !member.home {
        errors.push(FieldError {
            control: "password".into(),
            message: "The organisation that made this account gives it new passwords".into(),
        });
    }
    errors.extend(password_error(app, actor, body).await?);
    if !errors.is_empty() {
        return Ok(respond(app, actor, place, member, typed(body), errors).await);
    }
    let token = new_token()?;
    let new = invitations::New {
        token_hash: &digest(&token),
        kind: Kind::Password,
        email: &member.email,
        name: &member.name,
        job_title: &member.job_title,
        roles: &[],
        removes_second_factor: body.get("second-factor") == "yes",
        expires_at: place.proof.at() + PASSWORD_FOR,
    };
    let mut tx = app.db.begin().await?;
    let id = invitations::add(&mut tx, &place.proof, &new).await?;
    let event = Event {
        reason: new
            .removes_second_factor
            .then(|| "with removal of the second factor".to_owned()),
        ..place.proof.event("offer-new-password", &id)
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(show_link(app, actor, place, &token, &member.name, new.expires_at).await)
}

/// Ends every session of one of the organisation's people, for example when a device is lost.
///
/// # Errors
/// [`Failure`].
pub async fn end_sessions(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let member = place.member(&app, &person).await?;
    let mut tx = app.db.begin().await?;
    let but = (member.id == actor.person).then_some(actor.session.as_str());
    sessions::end_all(&mut tx, &member.id, but, place.proof.at()).await?;
    audit::record(
        &mut tx,
        &place.proof.event("end-sessions", member.id.as_str()),
    )
    .await?;
    tx.commit().await?;
    Ok(see_other(&place.path(&format!("/people/{}", member.id))))
}
