//! Administration: an organisation's own settings, and the way to its people.

use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, page, see_other, status_and_title};
use super::settings::{read, typed};
use super::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::identifiers::OrganisationId;
use crate::domain::people::Role;
use crate::pages::administration::{AdministrationPage, administration_page};
use crate::pages::settings::{SettingsPage, settings_page};
use crate::server::access::{self, Actor, ManageSettings};
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::store::organisations::{self, Organisation, Settings};
use crate::server::store::sign_on;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;

/// Reads an organisation's id from an address.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn organisation_id(text: &str) -> Result<OrganisationId, Failure> {
    OrganisationId::parse(text).map_err(|_| Failure::NotFound)
}

/// The organisations that the person administers.
///
/// # Errors
/// [`Failure`].
pub async fn administration(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let mut places = Vec::new();
    for membership in &actor.memberships {
        if membership.role == Role::Administrator
            && let Some(place) = organisations::find(&app.db, &membership.organisation).await?
        {
            places.push((place.id.to_string(), place.name));
        }
    }
    if places.is_empty() {
        return Err(Failure::NotFound);
    }
    let data = AdministrationPage { places };
    let chrome = chrome(&actor, "Administration");
    Ok(page(&app, StatusCode::OK, chrome, move || {
        administration_page(&data)
    })
    .await)
}

async fn load(
    app: &App,
    actor: &Actor,
    organisation: &str,
) -> Result<(access::AllowedIn<ManageSettings>, Organisation), Failure> {
    let id = organisation_id(organisation)?;
    let proof = access::prove_in::<ManageSettings>(app, actor, &id).await?;
    let place = organisations::find(&app.db, proof.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    Ok((proof, place))
}

/// What the page was made from, as one short text.
fn mark(settings: &Settings) -> String {
    let text = serde_json::to_string(settings).unwrap_or_default();
    crate::server::auth::sessions::digest(&text)
}

/// The page of an organisation's settings.
///
/// # Errors
/// [`Failure`].
pub async fn show_settings(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (_, place) = load(&app, &actor, &organisation).await?;
    let typed = typed(&place.settings, app.clock.today());
    let saved = query.as_deref() == Some("saved");
    Ok(respond(&app, &actor, &place, typed, saved, vec![]).await)
}

/// Changes an organisation's settings.
///
/// # Errors
/// [`Failure`].
pub async fn save_settings(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, place) = load(&app, &actor, &organisation).await?;
    let mut errors = Vec::new();
    if body.get("seen") != mark(&place.settings) {
        errors.push(FieldError {
            control: "mailbox".into(),
            message: "Somebody else changed the settings after this page was made. Below is what you typed: check it against the settings in another window, and save again".into(),
        });
    }
    let new = read(&body, &place.settings, app.clock.today());
    if let Err(problems) = &new {
        errors.extend(problems.iter().cloned());
    }
    errors.extend(password_error(&app, &actor, &body).await?);
    if let (Ok(new), true) = (new, errors.is_empty()) {
        let mut tx = app.db.begin().await?;
        if organisations::set_settings(&mut tx, &proof, &place.settings, &new).await? {
            let event = Event {
                reason: Some(changed(&place.settings, &new)),
                ..proof.event("change-settings", proof.organisation().as_str())
            };
            audit::record(&mut tx, &event).await?;
            tx.commit().await?;
            return Ok(see_other(&format!(
                "/organisations/{}/settings?saved",
                place.id
            )));
        }
        errors.push(FieldError {
            control: "mailbox".into(),
            message: "Somebody else changed the settings at the same moment. Save again".into(),
        });
    }
    let typed = body
        .0
        .into_iter()
        .filter(|(n, _)| n != "password")
        .collect();
    Ok(respond(&app, &actor, &place, typed, false, errors).await)
}

/// Names of the settings that differ, for the audit: never their values.
fn changed(old: &Settings, new: &Settings) -> String {
    let fields = |s: &Settings| serde_json::to_value(s).unwrap_or_default();
    let (old, new) = (fields(old), fields(new));
    let names: Vec<&str> = new
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| old.get(name.as_str()) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect();
    if names.is_empty() {
        "nothing changed".into()
    } else {
        names.join(", ")
    }
}

async fn respond(
    app: &App,
    actor: &Actor,
    place: &Organisation,
    typed: BTreeMap<String, String>,
    saved: bool,
    errors: Vec<FieldError>,
) -> Response {
    let (status, title) = status_and_title(!errors.is_empty(), "Settings");
    let provider = match sign_on::of(&app.db, &place.id).await {
        Ok(provider) => provider.map(|p| (p.issuer, p.name)),
        Err(error) => return Failure::from(error).into_response(),
    };
    let data = SettingsPage {
        provider,
        organisation: place.name.clone(),
        action: format!("/organisations/{}/settings", place.id),
        seen: mark(&place.settings),
        installation: [
            app.settings.idle().num_minutes(),
            app.settings.absolute().num_hours(),
        ],
        typed,
        saved,
        errors,
    };
    let chrome = Chrome {
        back: Some(("/administration".into(), "Back to administration".into())),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || settings_page(&data)).await
}
