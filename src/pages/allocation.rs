//! Who supervises a patient and who covers.

use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, error_summary, password_field, prose};
use crate::pages::gate::{Warning, warning};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct AllocationPage {
    /// Where its forms are posted.
    pub action: String,
    /// Assignments, newest first: role, name, first day, last day.
    pub assigned: Vec<[String; 4]>,
    /// Allocations that went on although something was missing: who, when and what; and why.
    pub overrides: Vec<(String, String)>,
    /// What is asked to allocate somebody.
    pub add: Vec<Asked>,
    /// What is missing before the chosen person takes the patient on.
    pub warning: Option<Warning>,
    /// What is asked to end somebody's time; nothing when nobody is assigned.
    pub end: Vec<Asked>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn allocation_page(page: &AllocationPage) -> impl IntoView + use<> {
    let rows = page
        .assigned
        .iter()
        .map(|cells| {
            let cells = cells
                .iter()
                .map(|c| view! { <td class="nhsuk-table__cell">{c.clone()}</td> })
                .collect_view();
            view! { <tr class="nhsuk-table__row">{cells}</tr> }
        })
        .collect_view();
    let heads = ["Role", "Who", "First day", "Last day"]
        .map(|h| view! { <th scope="col">{h}</th> })
        .collect_view();
    let add = page.add.iter().map(question).collect_view();
    let overrides = page
        .overrides
        .iter()
        .map(|(told, why)| view! { <li><strong>{told.clone()}</strong>{prose(why)}</li> })
        .collect_view();
    let end = page.end.iter().map(question).collect_view();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Who supervises and who covers"</h1>
        <p>"Whoever stands here may open the record on those days. Part A of the next report names them."</p>
        {if page.assigned.is_empty() {
            view! { <p class="not-provided">"Nobody is or was assigned."</p> }.into_any()
        } else {
            view! {
                <div class="table-scroll" role="region" aria-label="Assignments" tabindex="0">
                <table class="nhsuk-table">
                    <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"Assignments, newest first"</caption>
                    <thead class="nhsuk-table__head"><tr>{heads}</tr></thead>
                    <tbody class="nhsuk-table__body">{rows}</tbody>
                </table>
                </div>
            }.into_any()
        }}
        {(!page.overrides.is_empty()).then(|| view! {
            <h2 class="nhsuk-heading-m">"Allocated although something was missing"</h2>
            <ul class="nhsuk-list">{overrides}</ul>
        })}
        <h2 class="nhsuk-heading-m">"Allocate somebody"</h2>
        <form method="post" action=page.action.clone() novalidate>
            {add}
            {page.warning.as_ref().map(warning)}
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button" type="submit" name="then" value="allocate">"Allocate"</button>
        </form>
        {(!page.end.is_empty()).then(|| view! {
            <h2 class="nhsuk-heading-m">"End somebody’s time"</h2>
            <form method="post" action=page.action.clone() novalidate>
                {end}
                <input type="hidden" name="form" value="end" />
                {password_field("end/password", "Your password, again", &page.errors)}
                <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="then" value="end">"End"</button>
            </form>
        })}
    }
}
