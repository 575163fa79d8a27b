//! The warning before somebody takes a patient on whose induction or training is not on record.

use crate::components::fields::{Asked, question};
use leptos::prelude::*;

/// What is missing, and the question that goes with it.
#[derive(Debug, Clone)]
pub struct Warning {
    /// Who takes the patient on.
    pub name: String,
    /// What is not on record.
    pub missing: Vec<String>,
    /// Name and value of the control that says what was shown.
    pub seen: (String, String),
    /// Why it goes on.
    pub reason: Asked,
}

/// The warning with its question, within the form that allocates.
pub fn warning(warning: &Warning) -> impl IntoView + use<> {
    let missing = warning
        .missing
        .iter()
        .map(|m| view! { <li>{m.clone()}</li> })
        .collect_view();
    let (name, value) = warning.seen.clone();
    view! {
        <div class="nhsuk-inset-text">
            <h3 class="nhsuk-heading-s">{format!("Before {} takes this patient on", warning.name)}</h3>
            <ul class="nhsuk-list nhsuk-list--bullet">{missing}</ul>
            <p>"This is a warning and stops nobody: a patient without any supervisor is worse. If it goes on, your reason is kept with the allocation and in the person’s record of training."</p>
        </div>
        <input type="hidden" name=name value=value />
        {question(&warning.reason)}
    }
}
