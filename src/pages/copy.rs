//! The finished report as plain text, heading by heading, for pasting into the official Word form.

use crate::components::furniture::boxed;
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct CopyPage {
    /// Heading and text.
    pub sections: Vec<(String, String)>,
}

/// Puts a button beside each box. It is small enough to stand in the page.
const SCRIPT: &str = include_str!("copy.js");

/// The page.
pub fn copy_page(page: &CopyPage) -> impl IntoView + use<> {
    let sections = page
        .sections
        .iter()
        .enumerate()
        .map(|(n, (heading, text))| {
            if text.is_empty() {
                return view! { <h2 class="nhsuk-heading-m">{heading.clone()}</h2> }.into_any();
            }
            let id = format!("text-{n}");
            let rows = (text.chars().count() / 90 + text.lines().count() + 1).clamp(2, 20);
            view! {
                <div class="nhsuk-form-group">
                    <label class="nhsuk-label nhsuk-label--s" for=id.clone()>{heading.clone()}</label>
                    <textarea class="nhsuk-textarea" id=id rows=rows.to_string() readonly>{boxed(text)}</textarea>
                </div>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Text for the official form"</h1>
        <p>"Click into a box, select all and copy. Check the current form on gov.uk: its headings could not be read when this was made, so they may differ from these."</p>
        {sections}
        <script nonce=leptos::nonce::use_nonce().map(|nonce| nonce.to_string()) inner_html=SCRIPT></script>
    }
}
