//! The supervision record as one dated timeline, and who has looked at a record.

use crate::components::furniture::prose;
use chrono::NaiveDate;
use leptos::prelude::*;

/// What the timeline shows.
#[derive(Debug, Clone)]
pub struct TimelinePage {
    /// Path of the patient.
    pub path: String,
    /// The filter in force: a name, or empty for all.
    pub filter: String,
    /// What to filter by: name and words.
    pub filters: Vec<(String, String)>,
    /// What can be added: name and words.
    pub adds: Vec<(String, String)>,
    /// Whether this person adds to it.
    pub keeps: bool,
    /// What lies ahead.
    pub ahead: Vec<Dated>,
    /// Entries, newest first.
    pub entries: Vec<Line>,
    /// Address of the page before this one.
    pub newer: Option<String>,
    /// Address of the next page, when there are more.
    pub more: Option<String>,
}

/// A day ahead.
#[derive(Debug, Clone)]
pub struct Dated {
    /// The day or span.
    pub when: String,
    /// What it is.
    pub words: String,
    /// How sure we are of the rule.
    pub rule: Option<String>,
}

/// An entry on the timeline.
#[derive(Debug, Clone)]
pub struct Line {
    /// The day it stands under.
    pub day: NaiveDate,
    /// Its own page; none for what the record dates.
    pub path: Option<String>,
    /// Kind in words.
    pub kind: String,
    /// Day and what it was.
    pub heading: String,
    /// What stands out: missed, not agreed, MHCS not told.
    pub flags: Vec<String>,
    /// Label and text.
    pub details: Vec<(String, String)>,
    /// Who entered it and when.
    pub entered: String,
}

/// The timeline.
pub fn timeline_page(page: &TimelinePage) -> impl IntoView + use<> {
    let options = page
        .filters
        .iter()
        .map(|(name, words)| {
            let selected = *name == page.filter;
            view! { <option value=name.clone() selected=selected>{words.clone()}</option> }
        })
        .collect_view();
    let link = |name: &String, words: &String| {
        let to = format!("{}/record/{name}", page.path);
        view! { <li><a href=to>{words.clone()}</a></li> }
    };
    let rest = page
        .adds
        .iter()
        .skip(1)
        .map(|(n, w)| link(n, w))
        .collect_view();
    let add = page.keeps.then(|| {
        view! {
            <a class="nhsuk-button" role="button" draggable="false" href=format!("{}/record/contact", page.path)>"Add a contact"</a>
            <details class="nhsuk-details">
                <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">"Add something else"</span></summary>
                <div class="nhsuk-details__text"><ul class="nhsuk-list">{rest}</ul></div>
            </details>
        }
    });
    let ahead = page
        .ahead
        .iter()
        .map(|d| {
            view! { <li><strong>{d.when.clone()}</strong>": "{d.words.clone()}{d.rule.clone().map(|r| view! { " "<span class="nhsuk-body-s">{r}"."</span> })}</li> }
        })
        .collect_view();
    let entries = page.entries.iter().map(line).collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Supervision record"</h1>
        {add}
        <form method="get" action=format!("{}/record", page.path) class="filter">
            <label class="nhsuk-label" for="show">"Show"</label>
            <select class="nhsuk-select" id="show" name="show">{options}</select>
            <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Filter"</button>
        </form>
        {(!page.ahead.is_empty()).then(|| view! {
            <section aria-labelledby="ahead">
                <h2 class="nhsuk-heading-m" id="ahead">"Dates ahead"</h2>
                <ul class="nhsuk-list nhsuk-list--bullet">{ahead}</ul>
            </section>
        })}
        {if page.entries.is_empty() { view! { <p>"Nothing recorded."</p> }.into_any() } else { entries.into_any() }}
        {page.newer.clone().map(|to| view! { <p><a href=to>"Later entries"</a></p> })}
        {page.more.clone().map(|to| view! { <p><a href=to>"Earlier entries"</a></p> })}
    }
}

fn line(line: &Line) -> impl IntoView + use<> {
    let details = line
        .details
        .iter()
        .map(|(label, text)| view! { <dt>{label.clone()}</dt> <dd>{prose(text)}</dd> })
        .collect_view();
    let flags = line
        .flags
        .iter()
        .map(|f| view! { " "<strong class="nhsuk-tag nhsuk-tag--yellow">{f.clone()}</strong> })
        .collect_view();
    let heading = match line.path.clone() {
        Some(path) => view! { <a href=path>{line.heading.clone()}</a> }.into_any(),
        None => line.heading.clone().into_any(),
    };
    view! {
        <article class="timeline-entry">
            <h2 class="nhsuk-heading-s">{heading}</h2>
            <p><strong class="nhsuk-tag nhsuk-tag--white">{line.kind.clone()}</strong>{flags}</p>
            {(!line.details.is_empty()).then(|| view! { <dl>{details}</dl> })}
            {(!line.entered.is_empty()).then(|| view! { <p class="nhsuk-body-s">{line.entered.clone()}</p> })}
        </article>
    }
}

/// What "Who has looked at this record" shows: when, who, what, from where, how it went, why.
#[derive(Debug, Clone)]
pub struct WhoLookedPage {
    /// Rows, newest first.
    pub rows: Vec<[String; 6]>,
    /// Where the newest stand, when these are not they.
    pub newest: Option<String>,
    /// Where the next page begins, when there is one.
    pub earlier: Option<String>,
}

/// The page.
pub fn who_looked_page(page: &WhoLookedPage) -> impl IntoView + use<> {
    let rows = page
        .rows
        .iter()
        .map(|cells| {
            let cells = cells
                .iter()
                .map(|c| view! { <td class="nhsuk-table__cell">{c.clone()}</td> })
                .collect_view();
            view! { <tr class="nhsuk-table__row">{cells}</tr> }
        })
        .collect_view();
    let heads = ["When", "Who", "What", "From", "Outcome", "Reason"]
        .map(|h| view! { <th scope="col">{h}</th> })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Who has looked at this record"</h1>
        <p>"Every view and every change, newest first, up to 200 on a page. It cannot be altered."</p>
        <div class="table-scroll" role="region" aria-label="Views and changes" tabindex="0">
            <table class="nhsuk-table">
                <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"Views and changes of this record"</caption>
                <thead class="nhsuk-table__head"><tr>{heads}</tr></thead>
                <tbody class="nhsuk-table__body">{rows}</tbody>
            </table>
        </div>
        {page.newest.clone().map(|path| view! { <p><a href=path>"The newest"</a></p> })}
        {page.earlier.clone().map(|path| view! { <p><a href=path>"Earlier"</a></p> })}
    }
}
