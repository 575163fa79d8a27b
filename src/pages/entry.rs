//! One page to add to the supervision record or to correct it: made for a phone, between two visits.

use super::happened::protocol_row;
use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, error_summary};
use crate::domain::protocol;
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
    /// Whether it corrects an entry.
    pub correcting: bool,
    /// What somebody else made of the entry meanwhile.
    pub conflict: Option<String>,
    /// Whom to tell, where the kind of event is known.
    pub protocol: Option<protocol::Row>,
    /// What is asked.
    pub controls: Vec<Asked>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn entry_page(page: &EntryPage) -> impl IntoView + use<> {
    let controls = page.controls.iter().map(question).collect_view();
    let conflict = page.conflict.clone().map(|theirs| {
        view! {
            <div class="nhsuk-error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="conflict">
                <h2 class="nhsuk-error-summary__title" id="conflict">"Somebody corrected this entry meanwhile"</h2>
                <div class="nhsuk-error-summary__body">
                    <p>"Nothing was saved. What you typed is below; saving it now corrects theirs, and every text is kept. Theirs is:"</p>
                    <p class="as-typed">{theirs}</p>
                </div>
            </div>
        }
    });
    view! {
        {conflict}
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {page.correcting.then(|| view! { <p>"What stood before stays readable beside the correction."</p> })}
        {(page.urgent && !page.correcting).then(|| view! {
            <div class="nhsuk-inset-text">
                <p>"Immediate danger: call 999. Telephone the clinical team and MHCS first, then write here. You need nobody’s approval."</p>
            </div>
        })}
        {page.protocol.clone().map(|row| protocol_row(&row))}
        <form method="post" action=page.action.clone() novalidate class="quick-entry">
            <input type="hidden" name="id" value=page.id.clone() />
            {controls}
            <button class="nhsuk-button" type="submit">"Save"</button>
        </form>
    }
}
