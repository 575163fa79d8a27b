//! The executive signs: what is attested, then typed name and password.

use super::{not_saved, proposed, summary};
use crate::components::controls::text_box;
use crate::components::furniture::{FieldError, error_summary, password_field, text_field};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct SignPage {
    /// Where the form goes.
    pub action: String,
    /// What the assessment covers.
    pub caption: String,
    /// What the standards are and are not.
    pub status: String,
    /// What is signed, in figures.
    pub facts: Vec<(&'static str, String)>,
    /// Who signed already.
    pub signed: Vec<String>,
    /// What is attested.
    pub statements: Vec<String>,
    /// Papers to read first: words and path.
    pub papers: Vec<(String, String)>,
    /// Digest of the text that this page shows.
    pub seen: String,
    /// Name as typed.
    pub name: String,
    /// Reason as typed.
    pub reason: String,
    /// Why nothing was signed.
    pub not_saved: Option<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn sign_page(page: &SignPage) -> impl IntoView + use<> {
    let statements = page
        .statements
        .iter()
        .map(|s| view! { <li>{s.clone()}</li> })
        .collect_view();
    let papers = page
        .papers
        .iter()
        .map(|(words, path)| view! { <li><a href=path.clone()>{words.clone()}</a></li> })
        .collect_view();
    let signed = page
        .signed
        .iter()
        .map(|s| view! { <li>{s.clone()}</li> })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        {not_saved(page.not_saved.clone())}
        <span class="nhsuk-caption-l">{page.caption.clone()}</span>
        <h1 class="nhsuk-heading-l">"Sign the self-assessment"</h1>
        {proposed(&page.status)}
        <p>"Signing freezes it: ratings, evidence, second views and figures stand as they are. The action plan goes on."</p>
        {summary(&page.facts)}
        <p>"Read before you sign:"</p>
        <ul class="nhsuk-list nhsuk-list--bullet">{papers}</ul>
        {(!page.signed.is_empty()).then(|| view! { <p>"Signed already:"</p><ul class="nhsuk-list nhsuk-list--bullet">{signed}</ul> })}
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.clone() />
            <p>"By signing you say:"</p>
            <ul class="nhsuk-list nhsuk-list--bullet">{statements}</ul>
            {text_field("name", "Your full name", Some("Type it as your signature"), page.name.clone(), &page.errors)}
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button" type="submit" name="decision" value="sign">"Sign and freeze"</button>
        </form>
        <h2 class="nhsuk-heading-m">"Or give it back"</h2>
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.clone() />
            {text_box("reason", "What is to be done", None, &page.reason, 3, &page.errors)}
            <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="decision" value="return">"Give it back"</button>
        </form>
    }
}
