//! Opening a one-time link: an account, a further organisation, or a new password.

use super::body::Body;
use super::failure::Failure;
use super::render::{page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::pages::invitation::{InvitationPage, Shows, invitation_page, opens_no_more_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::auth::sessions::{self, digest};
use crate::server::auth::{passwords, sign_in};
use crate::server::peer::Peer;
use crate::server::store::invitations::{self, Invitation, Kind};
use crate::server::store::{Tx, people, second_factors, sign_on};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;

/// A link that opens, and who opens it.
struct Opened {
    invitation: Invitation,
    actor: Option<Actor>,
    account: Option<people::Person>,
    address: String,
}

impl Opened {
    async fn of(
        app: &App,
        token: &str,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Option<Self>, Failure> {
        let now = app.clock.now();
        let Some(invitation) = invitations::open(&app.db, &digest(token), now).await? else {
            return Ok(None);
        };
        let account = people::by_email(&app.db, &invitation.email)
            .await?
            .filter(|p| !p.disabled);
        if invitation.kind == Kind::Password && account.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            actor: sessions::actor(app, headers, peer.0.clone()).await?,
            account,
            invitation,
            address: peer.0,
        }))
    }

    /// What the page asks of who opens it.
    fn shows(&self) -> Shows {
        match (self.invitation.kind, &self.account, &self.actor) {
            (Kind::Password, ..) => Shows::NewPassword,
            (Kind::Join, None, _) => Shows::NewAccount,
            (Kind::Join, Some(_), None) => Shows::SignInFirst,
            (Kind::Join, Some(account), Some(actor)) if account.id == actor.person => Shows::Join,
            (Kind::Join, Some(_), Some(_)) => Shows::SomebodyElse,
        }
    }
}

/// The page behind a link.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    match Opened::of(&app, &token, &headers, peer).await? {
        Some(opened) => Ok(respond(&app, &token, &opened, vec![]).await),
        None => Ok(opens_no_more(&app).await),
    }
}

pub(super) async fn opens_no_more(app: &App) -> Response {
    let chrome = Chrome {
        title: "This link does not open any more".into(),
        ..Chrome::default()
    };
    page(app, StatusCode::NOT_FOUND, chrome, opens_no_more_page).await
}

async fn respond(app: &App, token: &str, opened: &Opened, errors: Vec<FieldError>) -> Response {
    let shows = opened.shows();
    let title = match shows {
        Shows::NewPassword => "Choose a new password",
        _ => "You have been invited",
    };
    let (status, title) = super::render::status_and_title(!errors.is_empty(), title);
    let provider = match shows {
        Shows::NewAccount => {
            let found = sign_on::of(&app.db, &opened.invitation.organisation).await;
            match found {
                Ok(provider) => provider.map(|p| p.name),
                Err(error) => return Failure::from(error).into_response(),
            }
        }
        _ => None,
    };
    let data = InvitationPage {
        provider,
        path: format!("/invitation/{token}"),
        organisation: opened.invitation.organisation_name.clone(),
        email: opened.invitation.email.clone(),
        name: opened.invitation.name.clone(),
        roles: opened
            .invitation
            .roles
            .iter()
            .map(|(r, _)| r.words())
            .collect(),
        shows,
        errors,
    };
    let chrome = match &opened.actor {
        Some(actor) => super::render::chrome(actor, title),
        None => Chrome {
            title,
            ..Chrome::default()
        },
    };
    page(app, status, chrome, move || invitation_page(&data)).await
}

/// Uses a link up.
///
/// # Errors
/// [`Failure`].
pub async fn accept(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let Some(opened) = Opened::of(&app, &token, &headers, peer).await? else {
        return Ok(opens_no_more(&app).await);
    };
    let now = app.clock.now();
    let invitation = &opened.invitation;
    let shows = opened.shows();
    match (shows, &opened.actor) {
        (Shows::SignInFirst | Shows::SomebodyElse, _) => {
            Ok(respond(&app, &token, &opened, vec![]).await)
        }
        (Shows::Join, Some(actor)) => {
            let mut tx = app.db.begin().await?;
            if !invitations::take(&mut tx, &invitation.id, now).await? {
                return Ok(opens_no_more(&app).await);
            }
            invitations::give_roles(&mut tx, invitation, &actor.person).await?;
            accepted(&mut tx, &app, &opened, &actor.person).await?;
            tx.commit().await?;
            Ok(see_other("/"))
        }
        _ => {
            let about = [
                invitation.name.as_str(),
                &invitation.email,
                &invitation.organisation_name,
            ];
            let errors = chosen_wrongly(&body, &about);
            if !errors.is_empty() {
                return Ok(respond(&app, &token, &opened, errors).await);
            }
            let hash = app.hasher.hash(body.get("new-password")).await?;
            let mut tx = app.db.begin().await?;
            if !invitations::take(&mut tx, &invitation.id, now).await? {
                return Ok(opens_no_more(&app).await);
            }
            if shows == Shows::NewPassword {
                set_new_password(&mut tx, &app, &opened, &hash).await?;
            } else {
                let new = people::NewPerson {
                    email: &invitation.email,
                    name: &invitation.name,
                    job_title: &invitation.job_title,
                    password_hash: &hash,
                };
                let made = people::make(&mut tx, &new, &invitation.organisation).await?;
                // Somebody made the account in between: the link waits for them to sign in.
                let Some(person) = made else {
                    drop(tx);
                    return Ok(see_other(&format!("/invitation/{token}")));
                };
                invitations::give_roles(&mut tx, invitation, &person).await?;
                accepted(&mut tx, &app, &opened, &person).await?;
                make_way(&mut tx, &app, &opened, &person).await?;
            }
            tx.commit().await?;
            Ok(see_other("/sign-in"))
        }
    }
}

/// What is wrong with a password that was chosen, typed twice.
pub(super) fn chosen_wrongly(body: &Body, about: &[&str]) -> Vec<FieldError> {
    let (new, again) = (body.get("new-password"), body.get("new-password-again"));
    let error = |control: &str, message: &str| FieldError {
        control: control.to_owned(),
        message: message.to_owned(),
    };
    match passwords::problem(new, about) {
        Some(problem) => vec![error("new-password", problem)],
        None if new != again => vec![error(
            "new-password-again",
            "The two passwords are not the same. Type or paste the same one in both",
        )],
        None => vec![],
    }
}

async fn set_new_password(
    tx: &mut Tx,
    app: &App,
    opened: &Opened,
    hash: &str,
) -> Result<(), Failure> {
    let Some(account) = &opened.account else {
        return Err(Failure::NotFound);
    };
    people::set_password(tx, &account.id, hash).await?;
    if opened.invitation.removes_second_factor {
        second_factors::remove(tx, &account.id).await?;
    }
    crate::server::store::sessions::end_all(tx, &account.id, None, app.clock.now()).await?;
    // Whoever opened it now opens what the account opens anywhere, so every organisation has it on record.
    // In the order in which the rows of views lock the chains.
    let mut organisations = BTreeSet::from([opened.invitation.organisation.clone()]);
    for membership in people::memberships(&app.db, &account.id).await? {
        organisations.insert(membership.organisation);
    }
    for organisation in &organisations {
        let event = Event {
            reason: Some(how_set(&opened.invitation)),
            ..event(
                app,
                opened,
                organisation,
                &account.id,
                "set-password-by-link",
            )
        };
        audit::record(tx, &event).await?;
    }
    make_way(tx, app, opened, &account.id).await?;
    Ok(())
}

/// By whose link a password was set, for organisations that did not make it.
fn how_set(invitation: &Invitation) -> String {
    let removed = if invitation.removes_second_factor {
        ", with removal of the second factor"
    } else {
        ""
    };
    format!("a link of {}{removed}", invitation.organisation_name)
}

/// Lets who opened the link in, whatever others tried with their account.
async fn make_way(tx: &mut Tx, app: &App, opened: &Opened, person: &PersonId) -> sqlx::Result<()> {
    let account = (person, opened.invitation.email.as_str());
    sign_in::make_way(tx, account, &opened.address, app.clock.now()).await
}

fn event(
    app: &App,
    opened: &Opened,
    organisation: &OrganisationId,
    person: &PersonId,
    action: &'static str,
) -> Event {
    Event {
        subject: Some(opened.invitation.id.clone()),
        address: Some(opened.address.clone()),
        ..Event::done(organisation, app.clock.now(), person, action)
    }
}

async fn accepted(
    tx: &mut Tx,
    app: &App,
    opened: &Opened,
    person: &PersonId,
) -> Result<(), Failure> {
    let organisation = &opened.invitation.organisation;
    let event = event(app, opened, organisation, person, "accept-invitation");
    audit::record(tx, &event).await?;
    Ok(())
}
