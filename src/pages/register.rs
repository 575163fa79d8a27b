//! Registering a patient.

use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, error_summary};
use crate::pages::gate::{Warning, warning};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct RegisterPage {
    /// Identifies the patient to be: posting the page twice registers one.
    pub id: String,
    /// What is asked.
    pub controls: Vec<Asked>,
    /// What is missing before the chosen supervisor takes the patient on.
    pub warning: Option<Warning>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn register_page(page: &RegisterPage) -> impl IntoView + use<> {
    let controls = page.controls.iter().map(question).collect_view();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Register a patient"</h1>
        <p>"A person who has been conditionally discharged and is still restricted. The rest of the record is filled in afterwards: address, conditions, care team and more."</p>
        <form method="post" action="/register" novalidate>
            <input type="hidden" name="id" value=page.id.clone() />
            {controls}
            {page.warning.as_ref().map(warning)}
            <button class="nhsuk-button" type="submit">"Register"</button>
        </form>
    }
}
