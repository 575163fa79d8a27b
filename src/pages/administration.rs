//! The way to what an administrator looks after.

use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct AdministrationPage {
    /// Organisations: id and name.
    pub places: Vec<(String, String)>,
}

/// The page.
pub fn administration_page(page: &AdministrationPage) -> impl IntoView + use<> {
    let places = page
        .places
        .iter()
        .map(|(id, name)| {
            view! {
                <h2 class="nhsuk-heading-m">{name.clone()}</h2>
                <ul class="nhsuk-list">
                    <li><a href=format!("/organisations/{id}/people")>"People and teams"<span class="nhsuk-u-visually-hidden">{format!(" of {name}")}</span></a>" – invite, change roles, new passwords"</li>
                    <li><a href=format!("/organisations/{id}/settings")>"Settings"<span class="nhsuk-u-visually-hidden">{format!(" of {name}")}</span></a>" – mailbox, targets, signing in"</li>
                    <li><a href=format!("/organisations/{id}/protocol")>"Protocol"<span class="nhsuk-u-visually-hidden">{format!(" of {name}")}</span></a>" – whom to tell when something has happened, and how to reach them"</li>
                </ul>
            }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Administration"</h1>
        {places}
    }
}
