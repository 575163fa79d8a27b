//! Cover for an absence.

use crate::components::furniture::{FieldError, date_field, error_summary, password_field};
use crate::components::inputs::select;
use crate::components::places::{Places, places};
use crate::pages::gate::{Warning, warning};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct CoverPage {
    /// Which organisation it is about.
    pub places: Places,
    /// Those who can be away or cover: value and words.
    pub people: Vec<(String, String)>,
    /// Cover that is not over: id and words.
    pub standing: Vec<(String, String)>,
    /// Who is away, as chosen.
    pub away: String,
    /// Who covers, as chosen.
    pub covers: String,
    /// First day as typed.
    pub from: [String; 3],
    /// Last day as typed.
    pub to: [String; 3],
    /// What is missing of who would cover, where anything is.
    pub warning: Option<Warning>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn cover_page(page: &CoverPage) -> impl IntoView + use<> {
    let mut people = vec![(String::new(), "Choose".to_owned())];
    people.extend(page.people.iter().cloned());
    let failed = |id: &str| page.errors.iter().any(|e| e.control.starts_with(id));
    let standing = page
        .standing
        .iter()
        .map(|(id, words)| {
            view! {
                <li>
                    {words.clone()}
                    <details class="nhsuk-details" open=failed(id)>
                        <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">"End now"<span class="nhsuk-u-visually-hidden">{format!(": {words}")}</span></span></summary>
                        <form class="nhsuk-details__text" method="post" action=format!("/cover/{id}/end{}", page.places.query)>
                            <input type="hidden" name="form" value=id.clone() />
                            {password_field(&format!("{id}/password"), "Your password, again", &page.errors)}
                            <button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">"End now"<span class="nhsuk-u-visually-hidden">{format!(": {words}")}</span></button>
                        </form>
                    </details>
                </li>
            }
        })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Cover for an absence"</h1>
        {places(&page.places)}
        <p>"Whoever covers can open the records of everybody whom the absent person supervises in your teams, and act as their supervisor, from the first day to the last and not outside them. The absent person keeps their own access. Each record and its timeline say who covers."</p>
        <h2 class="nhsuk-heading-m">"Arranged"</h2>
        {if page.standing.is_empty() { view! { <p>"None."</p> }.into_any() } else { view! { <ul class="nhsuk-list">{standing}</ul> }.into_any() }}
        <h2 class="nhsuk-heading-m">"Arrange cover"</h2>
        <form method="post" action=format!("/cover{}", page.places.query) novalidate>
            {select("away", "Who is away?", None, &people, &page.away, &page.errors)}
            {select("covers", "Who covers?", Some("Somebody with the same role."), &people, &page.covers, &page.errors)}
            {date_field("from/", "First day".to_owned(), None, page.from.clone(), &page.errors)}
            {date_field("to/", "Last day".to_owned(), None, page.to.clone(), &page.errors)}
            {page.warning.as_ref().map(warning)}
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button" type="submit">"Arrange cover"</button>
        </form>
    }
}
