//! One assessment: where it stands, how each domain is rated now and before, what must be done.

use super::{link, not_saved, proposed, summary, table, words};
use crate::components::bars::{Bars, bars};
use crate::components::furniture::prose;
use leptos::prelude::*;

/// A domain's line.
#[derive(Debug, Clone)]
pub struct DomainLine {
    /// Its page.
    pub path: String,
    /// Id and title.
    pub name: String,
    /// How much of it is rated.
    pub judged: String,
    /// Second views given, where that matters.
    pub second: String,
    /// Who rates it.
    pub people: String,
    /// The page of the second view, where that is going on.
    pub challenge: Option<String>,
}

/// A Type 1 criterion below 2.
#[derive(Debug, Clone)]
pub struct MustAct {
    /// Id and title.
    pub criterion: String,
    /// What it is rated.
    pub rating: String,
    /// Its actions, or that there is none.
    pub actions: Vec<String>,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct OverviewPage {
    /// What it covers.
    pub heading: String,
    /// Organisations that take part.
    pub organisations: String,
    /// What the standards are and are not.
    pub status: String,
    /// Facts: label and value.
    pub facts: Vec<(&'static str, String)>,
    /// What waits for this person: words and path.
    pub next: Vec<(String, String)>,
    /// Why it was given back: who, when, why.
    pub returned: Option<(String, String)>,
    /// Domains.
    pub domains: Vec<DomainLine>,
    /// Ratings by domain now and before.
    pub chart: Bars,
    /// Type 1 below 2.
    pub must_act: Vec<MustAct>,
    /// Overdue actions.
    pub overdue: usize,
    /// The six-month review: who and when, and what it found.
    pub review: Option<(String, String)>,
    /// Papers: name and paths by format.
    pub papers: Vec<(&'static str, Vec<(&'static str, String)>)>,
    /// Whether papers are drafts.
    pub draft: bool,
    /// Other pages: words and path.
    pub more: Vec<(&'static str, String)>,
    /// Whether second views are shown.
    pub with_second: bool,
    /// Told after a post.
    pub told: Option<String>,
}

/// The page.
pub fn overview_page(page: &OverviewPage) -> impl IntoView + use<> {
    let next = page
        .next
        .iter()
        .map(|(words, path)| view! { <li><a href=path.clone()>{words.clone()}</a></li> })
        .collect_view();
    let with_second = page.with_second;
    let rows = page
        .domains
        .iter()
        .map(|d| {
            let mut row = vec![link(&d.path, &d.name), words(&d.judged)];
            if with_second {
                row.push(match &d.challenge {
                    Some(path) => link(path, &d.second),
                    None => words(&d.second),
                });
            }
            row.push(words(&d.people));
            row
        })
        .collect();
    let heads: &[&str] = if with_second {
        &["Domain", "Rated", "Second view", "Who rates"]
    } else {
        &["Domain", "Rated", "Who rates"]
    };
    let must = page
        .must_act
        .iter()
        .map(|m| {
            let actions = m
                .actions
                .iter()
                .map(|a| view! { <li>{a.clone()}</li> })
                .collect_view();
            view! {
                <li>
                    <strong>{m.criterion.clone()}</strong>{format!(" Rated {}.", m.rating)}
                    <ul>{actions}</ul>
                </li>
            }
        })
        .collect_view();
    let papers = page
        .papers
        .iter()
        .map(|(name, formats)| {
            let links = formats
                .iter()
                .map(|(format, path)| view! { " "<a href=path.clone()>{format!("{name} ({format})")}</a> })
                .collect_view();
            view! { <li>{links}</li> }
        })
        .collect_view();
    let more = page
        .more
        .iter()
        .map(|(words, path)| view! { <li><a href=path.clone()>{*words}</a></li> })
        .collect_view();
    let overdue = super::list::overdue(page.overdue);
    view! {
        {not_saved(page.told.clone())}
        <span class="nhsuk-caption-l">{page.organisations.clone()}</span>
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {proposed(&page.status)}
        {(!page.next.is_empty()).then(|| view! {
            <section aria-labelledby="next"><h2 class="nhsuk-heading-m" id="next">"Next for you"</h2><ul class="nhsuk-list nhsuk-list--bullet">{next}</ul></section>
        })}
        {page.returned.clone().map(|(who, why)| view! {
            <div class="nhsuk-inset-text"><p><strong>{who}</strong></p>{prose(&why)}</div>
        })}
        {(page.overdue > 0).then(|| view! { <div class="nhsuk-inset-text"><p><strong class="nhsuk-tag nhsuk-tag--red">"Overdue"</strong>" "{overdue}"."</p></div> })}
        {summary(&page.facts)}
        <h2 class="nhsuk-heading-m">"Ratings by domain"</h2>
        {bars(&page.chart)}
        <h2 class="nhsuk-heading-m">"Must act: Type 1 below 2"</h2>
        {if page.must_act.is_empty() {
            view! { <p>"No Type 1 criterion is rated below 2 so far."</p> }.into_any()
        } else {
            view! { <ul class="nhsuk-list nhsuk-list--bullet">{must}</ul> }.into_any()
        }}
        {table("Progress by domain", heads, rows)}
        {page.review.clone().map(|(who, note)| view! {
            <h2 class="nhsuk-heading-m">"Six-month review"</h2>
            <p>{who}</p>{prose(&note)}
        })}
        <h2 class="nhsuk-heading-m">"Papers"</h2>
        {page.draft.then(|| view! { <p>"Not signed: papers say “Draft” on every page and are made afresh each time."</p> })}
        <ul class="nhsuk-list nhsuk-list--bullet papers">{papers}</ul>
        <h2 class="nhsuk-heading-m">"More"</h2>
        <ul class="nhsuk-list nhsuk-list--bullet">{more}</ul>
    }
}
