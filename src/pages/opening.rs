//! Who may open one patient's record besides its team.

use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct OpeningPage {
    /// Path of the page.
    pub path: String,
    /// Since when the record is restricted, in words; none when it is not.
    pub restricted: Option<String>,
    /// The people whom the restricted record names.
    pub named: Vec<String>,
    /// Who works on it from another organisation, in words.
    pub joint: Vec<String>,
}

fn list(lines: &[String], none: &'static str) -> impl IntoView + use<> {
    if lines.is_empty() {
        return view! { <p>{none}</p> }.into_any();
    }
    let lines = lines
        .iter()
        .map(|l| view! { <li>{l.clone()}</li> })
        .collect_view();
    view! { <ul class="nhsuk-list nhsuk-list--bullet">{lines}</ul> }.into_any()
}

/// The page.
pub fn opening_page(page: &OpeningPage) -> impl IntoView + use<> {
    let step = |name: &str, words: &'static str| {
        view! { <li><a href=format!("{}/{name}", page.path)>{words}</a></li> }
    };
    let restriction = match &page.restricted {
        None => view! {
            <p>"Not restricted: those who supervise the patient, cover, or manage the team can open it."</p>
            <ul class="nhsuk-list">{step("restrict", "Restrict this record to named people")}</ul>
        }
        .into_any(),
        Some(since) => view! {
            <p>{format!("Restricted since {since}. Only these people can open it, each as far as their role goes:")}</p>
            {list(&page.named, "Nobody.")}
            <ul class="nhsuk-list">
                {step("name", "Name somebody")}
                {step("unname", "Take a name off")}
                {step("lift", "Lift the restriction")}
            </ul>
        }
        .into_any(),
    };
    view! {
        <h1 class="nhsuk-heading-l">"Who may open this record"</h1>
        <h2 class="nhsuk-heading-m">"Restriction"</h2>
        {restriction}
        <h2 class="nhsuk-heading-m">"People of other organisations"</h2>
        {list(&page.joint, "None.")}
        <ul class="nhsuk-list">
            {step("grant", "Let somebody of another organisation work on this record")}
            {(!page.joint.is_empty()).then(|| step("end-grant", "End somebody’s joint working"))}
        </ul>
    }
}
