//! The line manager's page: read everything, pin comments, return or approve.

use super::check::{FindingLine, PartView, findings, part, signatures};
use crate::components::furniture::{FieldError, error_summary, password_field, text_field};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct ReviewPage {
    /// Where the form goes.
    pub action: String,
    /// The form's title.
    pub title: String,
    /// Who wrote the report.
    pub author: String,
    /// What the rules noticed.
    pub findings: Vec<FindingLine>,
    /// Parts to be read.
    pub parts: Vec<PartView>,
    /// Signatures that stand.
    pub signatures: Vec<String>,
    /// What the manager attests to on approving.
    pub statements: Vec<String>,
    /// Name as typed.
    pub name: String,
    /// Digest of the report that this page was made of.
    pub seen: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn review_page(page: &ReviewPage) -> impl IntoView + use<> {
    let parts = page.parts.iter().map(|p| part(p, true)).collect_view();
    let statements = page
        .statements
        .iter()
        .map(|s| view! { <li>{s.clone()}</li> })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.title.clone()}</span>
        <h1 class="nhsuk-heading-l">{format!("Check the report by {}", page.author)}</h1>
        <p>"You comment and attest; the words stay the author’s. Your record is internal and is not part of what is sent to MHCS."</p>
        {findings(&page.findings)}
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.clone() />
            {parts}
            {signatures(&page.signatures)}
            <h2 class="nhsuk-heading-m">"Approve"</h2>
            <p>"By approving you say:"</p>
            <ul class="nhsuk-list nhsuk-list--bullet">{statements}</ul>
            {text_field("name", "Your full name", None, page.name.clone(), &page.errors)}
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button" type="submit" name="decision" value="approve">"Attest and approve"</button>
            <h2 class="nhsuk-heading-m">"Return with comments"</h2>
            <p>"Write each comment beside the answer it concerns, above."</p>
            <button class="nhsuk-button nhsuk-button--secondary" id="decision" type="submit" name="decision" value="return">"Return to the author"</button>
        </form>
    }
}
