//! One page to enter a contact, an event or a night away: made for a phone, between two visits.

use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, error_summary};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// Where the form goes.
    pub action: String,
    /// Heading.
    pub heading: String,
    /// Identifier of the entry to be: posting the page twice adds one entry.
    pub id: String,
    /// Whether the urgent steps stand above the questions.
    pub urgent: bool,
    /// What is asked.
    pub controls: Vec<Asked>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn entry_page(page: &EntryPage) -> impl IntoView + use<> {
    let controls = page.controls.iter().map(question).collect_view();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {page.urgent.then(|| view! {
            <div class="nhsuk-inset-text">
                <p>"Immediate danger: call 999. Telephone the clinical team and MHCS first, then write here. You need nobody’s approval."</p>
            </div>
        })}
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="id" value=page.id.clone() />
            {controls}
            <button class="nhsuk-button" type="submit">"Save"</button>
        </form>
    }
}
