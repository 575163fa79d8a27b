//! The organisation's protocol for notifiable events, for who confirms it.

use super::happened::protocol_row;
use crate::components::controls::text_box;
use crate::components::furniture::{
    FieldError, date_field, error_message, error_of, error_summary, text_field,
};
use crate::domain::protocol;
use crate::domain::timeline::notifiable::Urgency;
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct ProtocolPage {
    /// Whom to ring: path, place, how it stands.
    pub contacts: Vec<(String, String, String)>,
    /// Rows.
    pub rows: Vec<ProtocolLine>,
}

/// A row on the list.
#[derive(Debug, Clone)]
pub struct ProtocolLine {
    /// Its page.
    pub path: String,
    /// The event.
    pub event: String,
    /// How fast.
    pub urgency: String,
    /// Whether it is confirmed, in words.
    pub standing: String,
    /// Whether it is.
    pub confirmed: bool,
}

/// Which organisation, for somebody who administers several.
pub fn places_page(places: &[(String, String)]) -> impl IntoView + use<> {
    let places = places
        .iter()
        .map(|(path, name)| view! { <li><a href=path.clone()>{name.clone()}</a></li> })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Protocol for events"</h1>
        <ul class="nhsuk-list">{places}</ul>
    }
}

/// The list.
pub fn protocol_page(page: &ProtocolPage) -> impl IntoView + use<> {
    let contacts = page
        .contacts
        .iter()
        .map(|(path, place, stands)| view! { <li><a href=path.clone()>{place.clone()}</a>{format!(": {stands}")}</li> })
        .collect_view();
    let done = page.rows.iter().filter(|r| r.confirmed).count();
    let rows = page
        .rows
        .iter()
        .map(|r| {
            let tag = if r.confirmed {
                "nhsuk-tag nhsuk-tag--green"
            } else {
                "nhsuk-tag nhsuk-tag--yellow"
            };
            view! {
                <li>
                    <a href=r.path.clone()>{r.event.clone()}</a>
                    {format!(": {}. ", r.urgency)}
                    <strong class=tag>{r.standing.clone()}</strong>
                </li>
            }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Protocol for events"</h1>
        <p>"Whom to tell, how fast and whom to ring. Suggested rows are labelled so until you confirm or reword each one with a date. Earlier wording is kept."</p>
        <h2 class="nhsuk-heading-m">"Whom to ring"</h2>
        <ul class="nhsuk-list">{contacts}</ul>
        <h2 class="nhsuk-heading-m">"Events"</h2>
        <p>{format!("{done} of {} confirmed.", page.rows.len())}</p>
        <ul class="nhsuk-list">{rows}</ul>
    }
}

/// A row to confirm.
#[derive(Debug, Clone)]
pub struct EventEdit {
    /// Where the form goes.
    pub action: String,
    /// The row as suggested.
    pub suggested: protocol::Row,
    /// How fast, as typed.
    pub urgency: String,
    /// Who tells, as typed.
    pub who: String,
    /// What to do, as typed.
    pub words: String,
    /// Day, month, year.
    pub on: [String; 3],
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page of a row.
pub fn event_page(page: &EventEdit) -> impl IntoView + use<> {
    let options = Urgency::ALL
        .map(|u| view! { <option value=u.name() selected=u.name() == page.urgency>{u.words()}</option> })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Confirm or reword"</h1>
        {protocol_row(&page.suggested)}
        <form method="post" action=page.action.clone() novalidate>
            <div class="nhsuk-form-group">
                <label class="nhsuk-label" for="urgency">"How fast is MHCS told?"</label>
                {error_message("urgency", error_of(&page.errors, "urgency"))}
                <select class="nhsuk-select" id="urgency" name="urgency">{options}</select>
            </div>
            {text_field("who", "Who tells MHCS?", None, page.who.clone(), &page.errors)}
            {text_box("words", "What people are to do, in your organisation’s words", None, &page.words, 6, &page.errors)}
            {date_field("on/", "Confirmed on".into(), None, page.on.clone(), &page.errors)}
            <button class="nhsuk-button" type="submit">"Confirm"</button>
        </form>
    }
}

/// A number to ring.
#[derive(Debug, Clone)]
pub struct ContactEdit {
    /// Where the form goes.
    pub action: String,
    /// Who is rung.
    pub place: String,
    /// Telephone.
    pub telephone: String,
    /// Mailbox.
    pub email: String,
    /// Hours.
    pub hours: String,
    /// Day, month, year.
    pub on: [String; 3],
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page of a number.
pub fn contact_page(page: &ContactEdit) -> impl IntoView + use<> {
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{page.place.clone()}</h1>
        <p>"Shown on every page “Something has happened”. Take it from the current source, not from memory."</p>
        <form method="post" action=page.action.clone() novalidate>
            {text_field("telephone", "Telephone", None, page.telephone.clone(), &page.errors)}
            {text_field("email", "Mailbox", None, page.email.clone(), &page.errors)}
            {text_field("hours", "When it is answered", None, page.hours.clone(), &page.errors)}
            {date_field("on/", "Checked on".into(), None, page.on.clone(), &page.errors)}
            <button class="nhsuk-button" type="submit">"Save"</button>
        </form>
    }
}
