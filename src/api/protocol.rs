//! An organisation's protocol for notifiable events: administrators confirm or reword each suggested
//! row, and keep the numbers to ring.

use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_parts;
use crate::domain::calendar::{day_in_words, read_day};
use crate::domain::identifiers::OrganisationId;
use crate::domain::people::Role;
use crate::domain::protocol::{self, Confirmed, PLACES, UrgentContact};
use crate::domain::timeline::notifiable::Urgency;
use crate::pages::protocol::{
    ContactEdit, EventEdit, ProtocolLine, ProtocolPage, contact_page, event_page, places_page,
    protocol_page,
};
use crate::server::access::{self, Actor, AllowedIn, ManageSettings};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::{organisations, protocol as store};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// Longest text of a row, in characters.
const LONGEST: usize = 2_000;

/// Leads an administrator to the protocol of their organisation.
///
/// # Errors
/// [`Failure::Refused`] for everybody else.
pub async fn find(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let mut mine: Vec<(String, String)> = Vec::new();
    for m in actor
        .memberships
        .iter()
        .filter(|m| m.role == Role::Administrator)
    {
        let organisation = organisations::find(&app.db, &m.organisation).await?;
        let path = format!("/organisations/{}/protocol", m.organisation);
        mine.extend(organisation.map(|o| (path, o.name)));
    }
    match mine.as_slice() {
        [] => Err(Failure::Refused),
        [(path, _)] => Ok(see_other(path)),
        _ => {
            let chrome = chrome(&actor, "Protocol for events");
            Ok(page(&app, StatusCode::OK, chrome, move || places_page(&mine)).await)
        }
    }
}

async fn proved(
    app: &App,
    actor: &Actor,
    organisation: &str,
) -> Result<AllowedIn<ManageSettings>, Failure> {
    let id = OrganisationId::parse(organisation).map_err(|_| Failure::NotFound)?;
    Ok(access::prove_in::<ManageSettings>(app, actor, &id).await?)
}

/// The protocol as it stands.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let proof = proved(&app, &actor, &organisation).await?;
    let confirmed = store::rows_in(&app.db, &proof).await?;
    let contacts = store::contacts_in(&app.db, &proof).await?;
    let path = format!("/organisations/{}/protocol", proof.organisation());
    let data = ProtocolPage {
        contacts: PLACES
            .iter()
            .map(|(place, words)| {
                let stands = contacts.get(*place).map_or_else(
                    || "Not given".to_owned(),
                    |c| {
                        let all = [c.telephone.clone(), c.hours.clone(), c.email.clone()];
                        let all: Vec<_> = all.into_iter().filter(|t| !t.is_empty()).collect();
                        format!(
                            "{} (checked on {})",
                            all.join(", "),
                            day_in_words(c.checked_on)
                        )
                    },
                );
                (
                    format!("{path}/contacts/{place}"),
                    (*words).to_owned(),
                    stands,
                )
            })
            .collect(),
        rows: app
            .kinds
            .notifiable
            .iter()
            .map(|event| {
                let row = protocol::row(event, confirmed.get(&event.id));
                ProtocolLine {
                    path: format!("{path}/events/{}", event.id),
                    event: row.event,
                    urgency: row.urgency.words().to_owned(),
                    standing: row.standing,
                    confirmed: row.confirmed,
                }
            })
            .collect(),
    };
    let chrome = chrome(&actor, "Protocol for events");
    Ok(page(&app, StatusCode::OK, chrome, move || protocol_page(&data)).await)
}

fn frame(actor: &Actor, proof: &AllowedIn<ManageSettings>, failed: bool, title: &str) -> Chrome {
    let error = if failed { "Error: " } else { "" };
    Chrome {
        back: Some((
            format!("/organisations/{}/protocol", proof.organisation()),
            "Back to the protocol".into(),
        )),
        ..chrome(actor, format!("{error}{title}"))
    }
}

fn status(failed: bool) -> StatusCode {
    if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

/// A row to confirm or reword.
///
/// # Errors
/// [`Failure`].
pub async fn show_event(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, event)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let proof = proved(&app, &actor, &organisation).await?;
    let suggested = app.kinds.event(&event).ok_or(Failure::NotFound)?;
    let confirmed = store::rows_in(&app.db, &proof).await?;
    let row = protocol::row(suggested, confirmed.get(&event));
    let data = EventEdit {
        action: format!(
            "/organisations/{}/protocol/events/{event}",
            proof.organisation()
        ),
        suggested: protocol::row(suggested, None),
        urgency: row.urgency.name().to_owned(),
        who: row.who,
        words: row.words,
        on: day_parts(app.clock.today()),
        errors: vec![],
    };
    let chrome = frame(&actor, &proof, false, "Confirm or reword");
    Ok(page(&app, StatusCode::OK, chrome, move || event_page(&data)).await)
}

struct Reading<'a> {
    body: &'a Body,
    errors: Vec<FieldError>,
}

impl Reading<'_> {
    fn wrong(&mut self, control: &str, message: &str) {
        self.errors.push(FieldError {
            control: control.to_owned(),
            message: message.to_owned(),
        });
    }

    fn text(&mut self, control: &str, missing: Option<&str>) -> String {
        let text = self.body.get(control).trim().to_owned();
        if text.chars().count() > LONGEST {
            self.wrong(control, "This can have up to 2,000 characters");
        } else if let (true, Some(message)) = (text.is_empty(), missing) {
            self.wrong(control, message);
        }
        text
    }

    fn past_day(&mut self, today: NaiveDate) -> ([String; 3], Option<NaiveDate>) {
        let parts = ["day", "month", "year"].map(|p| self.body.get(&format!("on/{p}")).to_owned());
        match read_day(&parts[0], &parts[1], &parts[2]) {
            Err(e) => self.wrong(&format!("on/{}", e.field()), &e.to_string()),
            Ok(day) if day > today => self.wrong("on/day", "The day cannot be after today"),
            Ok(day) => return (parts, Some(day)),
        }
        (parts, None)
    }
}

/// Confirms or rewords a row.
///
/// # Errors
/// [`Failure`].
pub async fn confirm(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, event)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let proof = proved(&app, &actor, &organisation).await?;
    let suggested = app.kinds.event(&event).ok_or(Failure::NotFound)?;
    let mut r = Reading {
        body: &body,
        errors: vec![],
    };
    let urgency = Urgency::named(body.get("urgency"));
    if urgency.is_none() {
        r.wrong("urgency", "Say how fast MHCS is told");
    }
    let who = r.text("who", Some("Say who tells MHCS"));
    let words = r.text("words", Some("Say what people are to do"));
    let (on, day) = r.past_day(app.clock.today());
    if let (Some(urgency), Some(on), true) = (urgency, day, r.errors.is_empty()) {
        let row = Confirmed {
            urgency,
            who,
            words,
            on,
            by: String::new(),
        };
        let mut tx = app.db.begin().await?;
        store::confirm(&mut tx, &proof, &event, &row).await?;
        audit::record(&mut tx, &proof.event("confirm-protocol", &event)).await?;
        tx.commit().await?;
        return Ok(see_other(&format!(
            "/organisations/{}/protocol",
            proof.organisation()
        )));
    }
    let data = EventEdit {
        action: format!(
            "/organisations/{}/protocol/events/{event}",
            proof.organisation()
        ),
        suggested: protocol::row(suggested, None),
        urgency: body.get("urgency").to_owned(),
        who,
        words,
        on,
        errors: r.errors,
    };
    let chrome = frame(&actor, &proof, true, "Confirm or reword");
    Ok(page(&app, status(true), chrome, move || event_page(&data)).await)
}

fn place_words(place: &str) -> Result<&'static str, Failure> {
    PLACES
        .iter()
        .find(|(id, _)| *id == place)
        .map(|(_, words)| *words)
        .ok_or(Failure::NotFound)
}

/// A number to ring.
///
/// # Errors
/// [`Failure`].
pub async fn show_contact(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, place)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let proof = proved(&app, &actor, &organisation).await?;
    let words = place_words(&place)?;
    let stands = store::contacts_in(&app.db, &proof).await?.remove(&place);
    let of =
        |get: fn(&UrgentContact) -> &String| stands.as_ref().map(get).cloned().unwrap_or_default();
    let data = ContactEdit {
        action: format!(
            "/organisations/{}/protocol/contacts/{place}",
            proof.organisation()
        ),
        place: words.to_owned(),
        telephone: of(|c| &c.telephone),
        email: of(|c| &c.email),
        hours: of(|c| &c.hours),
        on: day_parts(app.clock.today()),
        errors: vec![],
    };
    let chrome = frame(&actor, &proof, false, "Whom to ring");
    Ok(page(&app, StatusCode::OK, chrome, move || contact_page(&data)).await)
}

/// Sets a number to ring.
///
/// # Errors
/// [`Failure`].
pub async fn set_contact(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, place)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let proof = proved(&app, &actor, &organisation).await?;
    let words = place_words(&place)?;
    let mut r = Reading {
        body: &body,
        errors: vec![],
    };
    let telephone = r.text("telephone", None);
    let email = r.text("email", None);
    let hours = r.text("hours", None);
    if telephone.is_empty() && email.is_empty() {
        r.wrong("telephone", "Give a number or a mailbox");
    }
    let (on, day) = r.past_day(app.clock.today());
    if let (Some(checked_on), true) = (day, r.errors.is_empty()) {
        let contact = UrgentContact {
            telephone,
            email,
            hours,
            checked_on,
        };
        let mut tx = app.db.begin().await?;
        store::set_contact(&mut tx, &proof, &place, &contact).await?;
        audit::record(&mut tx, &proof.event("set-urgent-contact", &place)).await?;
        tx.commit().await?;
        return Ok(see_other(&format!(
            "/organisations/{}/protocol",
            proof.organisation()
        )));
    }
    let data = ContactEdit {
        action: format!(
            "/organisations/{}/protocol/contacts/{place}",
            proof.organisation()
        ),
        place: words.to_owned(),
        telephone,
        email,
        hours,
        on,
        errors: r.errors,
    };
    let chrome = frame(&actor, &proof, true, "Whom to ring");
    Ok(page(&app, status(true), chrome, move || contact_page(&data)).await)
}
