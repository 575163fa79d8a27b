//! People and teams of an organisation: who is there, inviting, roles, a new password by link, leaving.

pub mod invite;
pub mod leaving;
pub mod member;

use super::administration::organisation_id;
use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, page, see_other, status_and_title};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::identifiers::PersonId;
use crate::domain::people::Role;
use crate::pages::staff::{LinkPage, PeoplePage, PersonLine, link_page, people_page};
use crate::server::access::{self, Actor, AllowedIn, ManagePeople};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::invitations::{self, InTeam, Kind};
use crate::server::store::organisations::{self, Organisation};
use crate::server::store::staff;
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
