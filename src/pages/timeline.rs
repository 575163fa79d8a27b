//! The supervision record as one dated timeline, and who has looked at a record.

use crate::components::furniture::prose;
use leptos::prelude::*;

/// What the timeline shows.
#[derive(Debug, Clone)]
pub struct TimelinePage {
    /// Path of the patient.
    pub path: String,
    /// The filter in force: a kind's name, or empty for all.
    pub filter: String,
    /// Kinds to filter by: name and words.
    pub kinds: Vec<(String, String)>,
    /// Whether this person adds to it.
    pub keeps: bool,
    /// Entries, newest first.
    pub entries: Vec<Line>,
    /// Address of the next page, when there are more.
    pub more: Option<String>,
}

/// An entry on the timeline.
#[derive(Debug, Clone)]
pub struct Line {
    /// Kind in words.
    pub kind: String,
    /// Day and what it was.
    pub heading: String,
    /// Whether it stands out: missed, not agreed, MHCS not told.
    pub flag: Option<String>,
    /// Label and text.
    pub details: Vec<(String, String)>,
}

/// The timeline.
pub fn timeline_page(page: &TimelinePage) -> impl IntoView + use<> {
    let address = |kind: &str| {
        if kind.is_empty() {
            format!("{}/record", page.path)
        } else {
            format!("{}/record?show={kind}", page.path)
        }
    };
    let filters = std::iter::once((String::new(), "Everything".to_owned()))
        .chain(page.kinds.iter().cloned())
        .map(|(name, words)| {
            let current = (name == page.filter).then_some("page");
            view! { <li><a href=address(&name) aria-current=current>{words}</a></li> }
        })
        .collect_view();
    let add = page.kinds.iter().map(|(name, words)| {
        let to = format!("{}/record/{name}", page.path);
        view! { <a class="nhsuk-button nhsuk-button--secondary" role="button" draggable="false" href=to>{format!("Add: {}", words.to_lowercase())}</a> }
    });
    let add = page.keeps.then(|| add.collect_view());
    let entries = page.entries.iter().map(line).collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Supervision record"</h1>
        <div class="nhsuk-button-group">{add}</div>
        <nav aria-label="Show"><ul class="nhsuk-list">{filters}</ul></nav>
        {if page.entries.is_empty() { view! { <p>"Nothing recorded."</p> }.into_any() } else { entries.into_any() }}
        {page.more.clone().map(|to| view! { <p><a href=to>"Earlier entries"</a></p> })}
    }
}

fn line(line: &Line) -> impl IntoView + use<> {
    let details = line
        .details
        .iter()
        .map(|(label, text)| view! { <dt>{label.clone()}</dt> <dd>{prose(text)}</dd> })
        .collect_view();
    view! {
        <article class="timeline-entry">
            <h2 class="nhsuk-heading-s">{line.heading.clone()}</h2>
            <p><strong class="nhsuk-tag nhsuk-tag--white">{line.kind.clone()}</strong>" "{line.flag.clone().map(|f| view! { <strong class="nhsuk-tag nhsuk-tag--yellow">{f}</strong> })}</p>
            <dl>{details}</dl>
        </article>
    }
}

/// What "Who has looked at this record" shows: when, who, what, from where, how it went.
#[derive(Debug, Clone)]
pub struct WhoLookedPage {
    /// Rows, newest first.
    pub rows: Vec<[String; 5]>,
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
    let heads = ["When", "Who", "What", "From", "Outcome"]
        .map(|h| view! { <th scope="col">{h}</th> })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Who has looked at this record"</h1>
        <p>"Every view and every change, newest first; the last 200. It cannot be altered."</p>
        <div class="table-scroll" role="region" aria-label="Views and changes" tabindex="0">
            <table class="nhsuk-table">
                <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"Views and changes of this record"</caption>
                <thead class="nhsuk-table__head"><tr>{heads}</tr></thead>
                <tbody class="nhsuk-table__body">{rows}</tbody>
            </table>
        </div>
    }
}
