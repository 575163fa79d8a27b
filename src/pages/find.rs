//! Finding a patient by name.

use crate::components::furniture::{FieldError, error_summary, text_field};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct FindPage {
    /// What was looked for.
    pub name: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Who was found; none before a search.
    pub found: Option<Vec<Found>>,
    /// Whether more were found than are shown.
    pub more: bool,
}

/// Somebody found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Path of the patient.
    pub path: String,
    /// Full name.
    pub name: String,
    /// Previous names and aliases.
    pub aliases: String,
    /// Date of birth in words.
    pub born: String,
    /// MHCS reference.
    pub reference: String,
}

/// The page.
pub fn find_page(page: &FindPage) -> impl IntoView + use<> {
    let errors: Vec<FieldError> = page
        .error
        .iter()
        .map(|message| FieldError {
            control: "name".into(),
            message: message.clone(),
        })
        .collect();
    let results = page.found.clone().map(|found| {
        if found.is_empty() {
            return view! { <p>"Nobody of that name is among your own or your team’s patients. Check the spelling, or ask the line manager who has the record."</p> }.into_any();
        }
        let rows = found
            .into_iter()
            .map(|f| {
                view! {
                    <li class="record-item">
                        <p><a href=f.path>{f.name}</a></p>
                        {(!f.aliases.is_empty()).then(|| view! { <p>{format!("Also known as {}", f.aliases)}</p> })}
                        <p class="nhsuk-body-s">{format!("Born {}. MHCS reference {}", f.born, f.reference)}</p>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="record-list">{rows}</ul> }.into_any()
    });
    view! {
        {error_summary(&errors)}
        <h1 class="nhsuk-heading-l">"Find a patient"</h1>
        <form method="post" action="/find" novalidate>
            {text_field("name", "Name, alias or MHCS reference", Some("Among your own and your team’s patients. Accents and apostrophes do not matter"), page.name.clone(), &errors)}
            <button class="nhsuk-button" type="submit">"Find"</button>
        </form>
        {page.found.is_some().then(|| view! { <h2 class="nhsuk-heading-m">"Results"</h2> })}
        {results}
        <p><a href="/emergency">"Open a record in an emergency"</a>", when the patient is not on your list."</p>
        {page.more.then(|| view! { <p>"More were found than are shown: type more of the name."</p> })}
    }
}
