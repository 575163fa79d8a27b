//! Somebody leaves: what they hold, in numbers, and who takes it over.

use crate::components::furniture::{FieldError, error_summary, password_field};
use crate::components::inputs::select;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Patients of one role in one team.
#[derive(Debug, Clone)]
pub struct Load {
    /// Control of who takes over.
    pub control: String,
    /// The role in words.
    pub role: &'static str,
    /// The team's name.
    pub team: String,
    /// How many.
    pub patients: usize,
    /// Who can take over: id and words.
    pub successors: Vec<(String, String)>,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct LeavingPage {
    /// Where the form goes.
    pub action: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Who leaves.
    pub name: String,
    /// Their roles in words.
    pub roles: Vec<String>,
    /// Whether it is the reader.
    pub oneself: bool,
    /// Their patients.
    pub loads: Vec<Load>,
    /// Patients whose reports they review as a deputy.
    pub reviews: usize,
    /// Reports that they have begun and not sent.
    pub unfinished: usize,
    /// Teams that would have no line manager.
    pub without_manager: Vec<String>,
    /// What stands in the form.
    pub typed: BTreeMap<String, String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}

/// The page.
pub fn leaving_page(page: &LeavingPage) -> impl IntoView + use<> {
    let mut holds: Vec<String> = page
        .loads
        .iter()
        .map(|l| {
            let patients = count(l.patients, "patient", "patients");
            format!("{patients} in {} as {}", l.team, l.role.to_lowercase())
        })
        .collect();
    if page.reviews > 0 {
        holds.push(format!(
            "{} as a deputy line manager: this ends",
            count(page.reviews, "patient", "patients")
        ));
    }
    if page.unfinished > 0 {
        holds.push(format!(
            "{} begun and not sent: whoever supervises next takes it over from their list",
            count(page.unfinished, "report", "reports")
        ));
    }
    let holds = if holds.is_empty() {
        view! { <p>"They hold no patients and no unfinished reports here."</p> }.into_any()
    } else {
        let lines = holds
            .into_iter()
            .map(|h| view! { <li>{h}</li> })
            .collect_view();
        view! { <ul class="nhsuk-list nhsuk-list--bullet">{lines}</ul> }.into_any()
    };
    let bare = page
        .without_manager
        .iter()
        .map(|team| {
            view! {
                <div class="nhsuk-inset-text"><p>{format!("{} is the only line manager of {team}. Nobody will check its reports until somebody else is made line manager.", page.name)}</p></div>
            }
        })
        .collect_view();
    let form = if page.oneself {
        view! { <p>"This is your own account. Another administrator ends it."</p> }.into_any()
    } else {
        form(page).into_any()
    };
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.organisation.clone()}</span>
        <h1 class="nhsuk-heading-l">{format!("{} leaves", page.name)}</h1>
        <p>{format!("Roles here: {}.", page.roles.join("; "))}</p>
        <h2 class="nhsuk-heading-m">"What they hold"</h2>
        {holds}
        {bare}
        {form}
    }
}

fn form(page: &LeavingPage) -> impl IntoView + use<> {
    let selects = page
        .loads
        .iter()
        .map(|l| {
            let mut options = vec![
                (String::new(), "Choose".to_owned()),
                (
                    "nobody".to_owned(),
                    "Nobody yet: tell the line manager to allocate".to_owned(),
                ),
            ];
            options.extend(l.successors.iter().cloned());
            let label = format!("Who takes over as {} in {}?", l.role.to_lowercase(), l.team);
            let chosen = page.typed.get(&l.control).map_or("", String::as_str);
            select(&l.control, &label, None, &options, chosen, &page.errors).into_any()
        })
        .collect_view();
    view! {
        <form method="post" action=page.action.clone() novalidate>
            {selects}
            <p>"Their sessions end at once and their roles here end. What they wrote and signed stays under their name. If they belong to no other organisation, nobody can sign in with the account any more."</p>
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button nhsuk-button--warning" type="submit">"End their account here"</button>
        </form>
    }
}
