//! The record that MHCS was told that a report would be late.

use crate::components::furniture::{FieldError, date_field, error_summary, text_field};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct LatePage {
    /// Where the form goes.
    pub action: String,
    /// The due date in words.
    pub due: String,
    /// The notice that counts so far: the first one.
    pub first: Option<String>,
    /// Day, month, year.
    pub on: [String; 3],
    /// How MHCS was told.
    pub how: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn late_page(page: &LatePage) -> impl IntoView + use<> {
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Tell MHCS that this report will be late"</h1>
        <p>{format!("The report is due on {}. MHCS asks to be told before a report is late. Telephone or e-mail first, then record it here: nobody has to approve it.", page.due)}</p>
        {page.first.clone().map(|first| view! {
            <p>{format!("MHCS was told on {first}. This stays recorded, and the earliest notice is the one that counts.")}</p>
        })}
        <form method="post" action=page.action.clone() novalidate>
            {date_field("told-on/", "When was MHCS told?".into(), None, page.on.clone(), &page.errors)}
            {text_field("how", "How, and what was said?", Some("For example: e-mail to the casework team; report by 4 January, because of leave"), page.how.clone(), &page.errors)}
            <button class="nhsuk-button" type="submit">"Record"</button>
        </form>
    }
}
