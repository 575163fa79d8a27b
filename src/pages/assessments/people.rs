//! Opening an assessment, giving parts to people, sharing with another organisation.

use super::{not_saved, proposed, table, words};
use crate::components::controls::{Choice, line, radios, select, ticks};
use crate::components::furniture::{FieldError, date_field, error_summary, password_field};
use leptos::prelude::*;

/// What opening one asks.
#[derive(Debug, Clone, Default)]
pub struct OpenPage {
    /// Where the form goes.
    pub action: String,
    /// The organisation's name.
    pub organisation: String,
    /// What the standards are and are not.
    pub status: String,
    /// Identifier of the assessment to be.
    pub id: String,
    /// Teams to choose from.
    pub teams: Vec<Choice>,
    /// Whether the person leads for the whole organisation.
    pub whole: bool,
    /// What was typed.
    pub kind: String,
    /// Name of the directorate.
    pub name: String,
    /// Teams ticked.
    pub ticked: Vec<String>,
    /// First day.
    pub from: [String; 3],
    /// Last day.
    pub to: [String; 3],
    /// An assessment that is open already: words and path.
    pub another: Option<(String, String)>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page that opens one.
pub fn open_page(page: &OpenPage) -> impl IntoView + use<> {
    let mut kinds = vec![];
    if page.whole {
        kinds.push(Choice::new("organisation", "The whole organisation"));
        kinds.push(Choice::new(
            "directorate",
            "A directorate: several teams under one name",
        ));
    }
    kinds.push(Choice::new("team", "One team"));
    view! {
        {error_summary(&page.errors)}
        {page.another.clone().map(|(words, path)| view! {
            <div class="nhsuk-error-summary" role="alert" tabindex="-1" autofocus>
                <h2 class="nhsuk-error-summary__title">"Not opened"</h2>
                <p>{words}" "<a href=path>"Go to that one"</a></p>
            </div>
        })}
        <span class="nhsuk-caption-l">{page.organisation.clone()}</span>
        <h1 class="nhsuk-heading-l">"Open a self-assessment"</h1>
        {proposed(&page.status)}
        <p>"If the same part of the organisation signed one before, its ratings will stand beside the new ones and its open actions are carried over."</p>
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="id" value=page.id.clone() />
            {radios("kind", "What it covers", &kinds, &page.kind, &page.errors)}
            {page.whole.then(|| line("name", "Name of the directorate, if it is one", None, &page.name, &page.errors))}
            {ticks("team", "Teams, if it is a directorate or a team", &page.teams, &page.ticked, &page.errors)}
            {date_field("from/", "First day of the period".into(), Some("For example, 1 4 2026".into()), page.from.clone(), &page.errors)}
            {date_field("to/", "Last day of the period".into(), Some("For example, 31 3 2027".into()), page.to.clone(), &page.errors)}
            <button class="nhsuk-button" type="submit">"Open the self-assessment"</button>
        </form>
    }
}

/// Somebody's parts.
#[derive(Debug, Clone)]
pub struct PartLine {
    /// Who: id.
    pub person: String,
    /// Who: name.
    pub name: String,
    /// `contributor` or `challenger`.
    pub part: String,
    /// In words.
    pub words: String,
}

/// What the page of people shows.
#[derive(Debug, Clone, Default)]
pub struct PeoplePage {
    /// Where the forms go.
    pub action: String,
    /// What the assessment covers.
    pub caption: String,
    /// What the standards are and are not.
    pub status: String,
    /// Parts given.
    pub parts: Vec<PartLine>,
    /// People to choose from.
    pub people: Vec<Choice>,
    /// Domains to choose from.
    pub domains: Vec<Choice>,
    /// Whether parts can be changed.
    pub open: bool,
    /// Where an offer to share goes, if it can be made, and the offers made.
    pub share: Option<String>,
    /// Other organisations and how they stand.
    pub shares: Vec<String>,
    /// What was typed: person, part, organisation.
    pub typed: [String; 3],
    /// Domains ticked.
    pub ticked: Vec<String>,
    /// Why nothing was saved.
    pub not_saved: Option<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page of people.
pub fn people_page(page: &PeoplePage) -> impl IntoView + use<> {
    let rows = page
        .parts
        .iter()
        .map(|p| {
            let remove = if page.open {
                view! {
                    <form method="post" action=page.action.clone()>
                        <input type="hidden" name="person" value=p.person.clone() />
                        <input type="hidden" name="part" value=p.part.clone() />
                        <button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit" name="do" value="remove">"Remove"<span class="nhsuk-u-visually-hidden">{format!(" {} as {}", p.name, p.part)}</span></button>
                    </form>
                }.into_any()
            } else {
                ().into_any()
            };
            vec![words(&p.name), words(&p.words), remove]
        })
        .collect::<Vec<_>>();
    let parts = [
        Choice::new("contributor", "Contributor: rates the domains ticked below"),
        Choice::new(
            "challenger",
            "Challenger: gives the second view on every rating",
        ),
    ];
    let shares = page
        .shares
        .iter()
        .map(|s| view! { <li>{s.clone()}</li> })
        .collect_view();
    let [person, part, organisation] = &page.typed;
    view! {
        {error_summary(&page.errors)}
        {not_saved(page.not_saved.clone())}
        <span class="nhsuk-caption-l">{page.caption.clone()}</span>
        <h1 class="nhsuk-heading-l">"People who take part"</h1>
        {proposed(&page.status)}
        <p>"Leads rate everywhere and executives sign: those are roles. Contributors and the challenger are parts in this self-assessment only. The challenger does not rate."</p>
        {if rows.is_empty() {
            view! { <p>"No parts are given yet."</p> }.into_any()
        } else {
            table("Parts given", &["Person", "Part", "Change"], rows).into_any()
        }}
        {page.open.then(|| view! {
            <h2 class="nhsuk-heading-m">"Give a part"</h2>
            <form method="post" action=page.action.clone() novalidate>
                {select("person", "Person", &page.people, person, &page.errors)}
                {radios("part", "Part", &parts, part, &page.errors)}
                {ticks("domain", "Domains, for a contributor", &page.domains, &page.ticked, &page.errors)}
                {password_field("password", "Your password, again", &page.errors)}
                <button class="nhsuk-button" type="submit" name="do" value="add">"Give the part"</button>
            </form>
        })}
        <h2 class="nhsuk-heading-m">"Organisations that take part"</h2>
        <ul class="nhsuk-list nhsuk-list--bullet">{shares}</ul>
        {page.share.clone().map(|action| view! {
            <form method="post" action=action novalidate>
                {line("organisation", "Share with another organisation", Some("Its full name. A lead there must agree; then both work on it and an executive of each signs."), organisation, &page.errors)}
                <input type="hidden" name="form" value="share" />
                {password_field("share/password", "Your password, again", &page.errors)}
                <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Offer to share"</button>
            </form>
        })}
    }
}
