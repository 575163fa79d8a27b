//! Something has happened to this person: danger first, telephone next, then the event.

use crate::components::furniture::{FieldError, error_message, error_of, error_summary, group};
use crate::domain::protocol;
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct HappenedPage {
    /// Where the form goes.
    pub action: String,
    /// Whom to ring: place, telephone and hours, when checked.
    pub contacts: Vec<Ring>,
    /// Events to choose from, by urgency: heading, then id and words.
    pub groups: Vec<(String, Vec<(String, String)>)>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Somebody to ring.
#[derive(Debug, Clone)]
pub struct Ring {
    /// Who.
    pub place: String,
    /// Number, mailbox and hours; none when the organisation has not given one.
    pub number: Option<String>,
    /// When it was checked, and whether that is long ago.
    pub checked: String,
}

/// The page.
pub fn happened_page(page: &HappenedPage) -> impl IntoView + use<> {
    let contacts = page
        .contacts
        .iter()
        .map(|c| {
            let number = c.number.clone().unwrap_or_else(|| "not given by your organisation yet: the current number is on gov.uk or with your switchboard".into());
            view! { <li><strong>{c.place.clone()}</strong>": "{number}{(!c.checked.is_empty()).then(|| view! { " "<span class="nhsuk-body-s">{c.checked.clone()}</span> })}</li> }
        })
        .collect_view();
    let groups = page
        .groups
        .iter()
        .map(|(heading, events)| {
            let options = events
                .iter()
                .map(|(id, words)| view! { <option value=id.clone()>{words.clone()}</option> })
                .collect_view();
            view! { <optgroup label=heading.clone()>{options}</optgroup> }
        })
        .collect_view();
    let error = error_of(&page.errors, "kind");
    let group = group(error.is_some());
    let described = error.is_some().then_some("kind-error");
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Something has happened"</h1>
        <ol class="nhsuk-list nhsuk-list--number">
            <li><strong>"If anybody is in immediate danger, call 999."</strong></li>
            <li>"Telephone first, in this order. Leave no details of a patient on an answering machine."
                <ul class="nhsuk-list nhsuk-list--bullet">{contacts}</ul>
            </li>
            <li>"Then write it here. You need nobody’s approval to tell MHCS, and you do not wait for the report. Your line manager is told and looks afterwards."</li>
        </ol>
        <form method="post" action=page.action.clone() novalidate>
            <div class=group>
                <label class="nhsuk-label nhsuk-label--s" for="kind">"What has happened?"</label>
                {error_message("kind", error)}
                <select class="nhsuk-select" id="kind" name="kind" aria-describedby=described>
                    <option value="">"Choose the nearest"</option>
                    {groups}
                </select>
            </div>
            <button class="nhsuk-button" type="submit">"Continue"</button>
        </form>
        <p class="nhsuk-body-s">"Only the Secretary of State recalls a patient; a breach of a condition alone is not the test."</p>
    }
}

/// Whom to tell of an event and how fast, and whether the organisation has confirmed it.
pub fn protocol_row(row: &protocol::Row) -> impl IntoView + use<> {
    let tag = if row.confirmed {
        "nhsuk-tag nhsuk-tag--green"
    } else {
        "nhsuk-tag nhsuk-tag--yellow"
    };
    let also = (!row.also.is_empty()).then(|| format!("Also tell: {}.", row.also.join(", ")));
    view! {
        <section class="protocol" aria-labelledby="protocol">
            <h2 class="nhsuk-heading-s" id="protocol">{row.event.clone()}</h2>
            <p><strong>{row.urgency.words()}"."</strong></p>
            <p>"Who: "{row.who.clone()}"."</p>
            <p class="as-typed">{row.words.clone()}</p>
            {also.map(|a| view! { <p>{a}</p> })}
            <p><strong class=tag>{row.standing.clone()}</strong></p>
        </section>
    }
}
