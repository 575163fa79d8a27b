//! Going on to the next stage, and what stands in the way; the six-month review.

use super::{not_saved, proposed};
use crate::components::controls::text_box;
use crate::components::furniture::{FieldError, error_summary};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct StepPage {
    /// Where the form goes.
    pub action: String,
    /// What the assessment covers.
    pub caption: String,
    /// Heading.
    pub heading: String,
    /// What the standards are and are not.
    pub status: String,
    /// What happens, in a sentence.
    pub explanation: String,
    /// What stands in the way: words and path.
    pub obstacles: Vec<(String, String)>,
    /// The step and its button.
    pub step: Option<(&'static str, &'static str)>,
    /// Whether it may be given back, with a reason.
    pub may_return: bool,
    /// Reason as typed.
    pub reason: String,
    /// Why nothing was done.
    pub not_saved: Option<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn step_page(page: &StepPage) -> impl IntoView + use<> {
    let obstacles = page
        .obstacles
        .iter()
        .map(|(words, path)| view! { <li><a href=path.clone()>{words.clone()}</a></li> })
        .collect_view();
    let count = page.obstacles.len();
    view! {
        {error_summary(&page.errors)}
        {not_saved(page.not_saved.clone())}
        <span class="nhsuk-caption-l">{page.caption.clone()}</span>
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {proposed(&page.status)}
        <p>{page.explanation.clone()}</p>
        {(count > 0).then(|| view! {
            <h2 class="nhsuk-heading-m">{if count == 1 { "1 thing stands in the way".to_owned() } else { format!("{count} things stand in the way") }}</h2>
            <ul class="nhsuk-list nhsuk-list--bullet obstacles">{obstacles}</ul>
        })}
        {page.step.map(|(step, words)| view! {
            <form method="post" action=page.action.clone() novalidate>
                <button class="nhsuk-button" type="submit" name="step" value=step>{words}</button>
            </form>
        })}
        {page.may_return.then(|| view! {
            <h2 class="nhsuk-heading-m">"Give it back for more work"</h2>
            <form method="post" action=page.action.clone() novalidate>
                {text_box("reason", "What is to be done", None, &page.reason, 3, &page.errors)}
                <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="step" value="return">"Give it back"</button>
            </form>
        })}
    }
}

/// The six-month review.
pub fn review_page(page: &StepPage) -> impl IntoView + use<> {
    let obstacles = page
        .obstacles
        .iter()
        .map(|(words, path)| view! { <li><a href=path.clone()>{words.clone()}</a></li> })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.caption.clone()}</span>
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {proposed(&page.status)}
        <p>{page.explanation.clone()}</p>
        <h2 class="nhsuk-heading-m">"The plan as it stands"</h2>
        {if page.obstacles.is_empty() {
            view! { <p>"The plan has no actions."</p> }.into_any()
        } else {
            view! { <ul class="nhsuk-list nhsuk-list--bullet">{obstacles}</ul> }.into_any()
        }}
        <form method="post" action=page.action.clone() novalidate>
            {text_box("note", "What the review found", Some("What moved, what did not, what is decided"), &page.reason, 6, &page.errors)}
            <button class="nhsuk-button" type="submit">"Record the review"</button>
        </form>
    }
}
