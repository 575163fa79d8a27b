//! People and teams of an organisation: who is there, inviting, roles, a new password by link.

use super::administration::{organisation_id, status_and_title};
use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use super::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::identifiers::PersonId;
use crate::domain::people::{Role, is_email};
use crate::pages::staff::{
    InvitePage, LinkPage, MemberPage, PeoplePage, PersonLine, invite_page, link_page, member_page,
    people_page,
};
use crate::server::access::{self, Actor, AllowedIn, ManagePeople};
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::auth::sessions::{digest, new_token};
use crate::server::clock::moment_in_words;
use crate::server::store::invitations::{self, InTeam, Kind};
use crate::server::store::organisations::{self, Organisation};
use crate::server::store::{sessions, staff};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// How long an invitation opens.
const JOIN_FOR: TimeDelta = TimeDelta::days(7);
/// How long a link to a new password opens.
const PASSWORD_FOR: TimeDelta = TimeDelta::hours(24);

/// The organisation with its teams, for somebody who looks after its people.
pub(super) struct Place {
    pub(super) proof: AllowedIn<ManagePeople>,
    pub(super) organisation: Organisation,
    pub(super) teams: Vec<(String, String)>,
}

impl Place {
    pub(super) async fn of(app: &App, actor: &Actor, organisation: &str) -> Result<Self, Failure> {
        let id = organisation_id(organisation)?;
        let proof = access::prove_in::<ManagePeople>(app, actor, &id).await?;
        let organisation = organisations::find(&app.db, proof.organisation())
            .await?
            .ok_or(Failure::NotFound)?;
        let teams = organisations::teams(&app.db, &proof).await?;
        Ok(Self {
            proof,
            organisation,
            teams,
        })
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("/organisations/{}{rest}", self.organisation.id)
    }

    pub(super) fn back(&self) -> Option<(String, String)> {
        Some((self.path("/people"), "Back to people and teams".into()))
    }

    pub(super) async fn member(&self, app: &App, person: &str) -> Result<staff::Member, Failure> {
        let id = PersonId::parse(person).map_err(|_| Failure::NotFound)?;
        staff::member(&app.db, &self.proof, &id)
            .await?
            .ok_or(Failure::NotFound)
    }
}

/// Everybody of the organisation, its teams and its open links.
///
/// # Errors
/// [`Failure`].
pub async fn people(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    show_people(&app, &actor, &place, String::new(), vec![]).await
}

async fn show_people(
    app: &App,
    actor: &Actor,
    place: &Place,
    team: String,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let members = staff::members(&app.db, &place.proof).await?;
    let links = invitations::pending(&app.db, &place.proof).await?;
    let (status, title) = status_and_title(!errors.is_empty(), "People and teams");
    let data = PeoplePage {
        path: place.path(""),
        organisation: place.organisation.name.clone(),
        people: members
            .iter()
            .map(|m| PersonLine {
                path: place.path(&format!("/people/{}", m.id)),
                name: m.name.clone(),
                job_title: m.job_title.clone(),
                email: m.email.clone(),
                roles: m.roles.iter().map(in_words).collect(),
            })
            .collect(),
        teams: place.teams.iter().map(|(_, name)| name.clone()).collect(),
        links: links
            .into_iter()
            .map(|l| {
                let what = if l.kind == Kind::Join.name() {
                    "Invitation"
                } else {
                    "New password"
                };
                let until = moment_in_words(l.expires_at);
                (l.id, format!("{what} for {}, until {until}", l.email))
            })
            .collect(),
        team,
        errors,
    };
    let chrome = Chrome {
        back: Some(("/administration".into(), "Back to administration".into())),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || people_page(&data)).await)
}

/// "Line manager, Tarnbeck".
pub(super) fn in_words(held: &staff::Held) -> String {
    match &held.team {
        Some((_, team)) => format!("{}, {team}", held.role.words()),
        None => held.role.words().to_owned(),
    }
}

/// Adds a team.
///
/// # Errors
/// [`Failure`].
pub async fn add_team(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let name = body.get("team").trim().to_owned();
    let mut message = short("team", &name, "Give the team’s name");
    if message.is_none() {
        let mut tx = app.db.begin().await?;
        if organisations::add_team(&mut tx, &place.proof, &name).await? {
            let event = place
                .proof
                .event("add-team", place.proof.organisation().as_str());
            audit::record(&mut tx, &event).await?;
            tx.commit().await?;
            return Ok(see_other(&place.path("/people")));
        }
        message = Some(FieldError {
            control: "team".into(),
            message: "There is a team of that name already".into(),
        });
    }
    show_people(&app, &actor, &place, name, message.into_iter().collect()).await
}

/// An error unless text is there, on one line and at most 120 characters long.
fn short(control: &str, text: &str, missing: &str) -> Option<FieldError> {
    let message = if text.is_empty() {
        missing.to_owned()
    } else if text.chars().count() > 120 || text.chars().any(char::is_control) {
        "Use at most 120 characters, on one line".to_owned()
    } else {
        return None;
    };
    Some(FieldError {
        control: control.to_owned(),
        message,
    })
}

/// Reads the roles that a form gives: `role/NAME` is empty, `*` or a team's id.
fn read_roles(body: &Body, teams: &[(String, String)]) -> Result<Vec<InTeam>, FieldError> {
    let error = |role: Role, message: &str| FieldError {
        control: format!("role/{}", role.name()),
        message: message.to_owned(),
    };
    let mut roles = Vec::new();
    for role in Role::ALL {
        match body.get(&format!("role/{}", role.name())) {
            "" => {}
            "*" if role.needs_team() => {
                return Err(error(role, "Choose the team that they manage"));
            }
            "*" => roles.push((role, None)),
            team if teams.iter().any(|(id, _)| id == team) => {
                roles.push((role, Some(team.to_owned())));
            }
            _ => return Err(error(role, "Choose from the list")),
        }
    }
    Ok(roles)
}

/// What stands in the selects for these roles.
fn typed_roles(roles: &[staff::Held]) -> BTreeMap<String, String> {
    roles
        .iter()
        .map(|held| {
            let value = held
                .team
                .as_ref()
                .map_or("*".to_owned(), |(id, _)| id.clone());
            (format!("role/{}", held.role.name()), value)
        })
        .collect()
}

fn typed(body: &Body) -> BTreeMap<String, String> {
    let kept = |(name, _): &&(String, String)| !matches!(name.as_str(), "password" | "code");
    body.0.iter().filter(kept).cloned().collect()
}

/// The page that invites.
///
/// # Errors
/// [`Failure`].
pub async fn show_invite(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    Ok(respond_invite(&app, &actor, &place, BTreeMap::new(), vec![]).await)
}

async fn respond_invite(
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
pub async fn invite(
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
        return Ok(respond_invite(&app, &actor, &place, typed(&body), errors).await);
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

async fn show_link(
    app: &App,
    actor: &Actor,
    place: &Place,
    token: &str,
    name: &str,
    until: chrono::DateTime<chrono::Utc>,
) -> Response {
    let data = LinkPage {
        name: name.to_owned(),
        link: format!("{}/invitation/{token}", app.settings.origin),
        until: moment_in_words(until),
    };
    let chrome = Chrome {
        back: place.back(),
        ..chrome(actor, "A link, shown once")
    };
    page(app, StatusCode::OK, chrome, move || link_page(&data)).await
}

/// Cancels a link that has not been used.
///
/// # Errors
/// [`Failure`].
pub async fn cancel(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, invitation)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let mut tx = app.db.begin().await?;
    if !invitations::cancel(&mut tx, &place.proof, &invitation).await? {
        return Err(Failure::NotFound);
    }
    audit::record(
        &mut tx,
        &place.proof.event("cancel-invitation", &invitation),
    )
    .await?;
    tx.commit().await?;
    Ok(see_other(&place.path("/people")))
}

/// One of the organisation's people.
///
/// # Errors
/// [`Failure`].
pub async fn member(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let member = place.member(&app, &person).await?;
    let typed = standing(&member);
    Ok(respond_member(&app, &actor, &place, &member, typed, vec![]).await)
}

fn standing(member: &staff::Member) -> BTreeMap<String, String> {
    let mut typed = typed_roles(&member.roles);
    typed.insert("name".into(), member.name.clone());
    typed.insert("job-title".into(), member.job_title.clone());
    typed
}

async fn respond_member(
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
pub async fn change_member(
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
        return Ok(respond_member(&app, &actor, &place, &member, typed(&body), errors).await);
    };
    let mut tx = app.db.begin().await?;
    if member.home {
        staff::rename(&mut tx, &place.proof, &member.id, &name, &job_title).await?;
    }
    staff::set_roles(&mut tx, &place.proof, &member.id, &roles).await?;
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
        return Ok(respond_member(app, actor, place, member, typed(body), errors).await);
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
