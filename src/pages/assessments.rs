//! Pages of self-assessments. They get values and set HTML; every page says that the standards are
//! proposed and not the official framework.

pub mod actions;
pub mod challenge;
pub mod compare;
pub mod domain;
pub mod evidence;
pub mod list;
pub mod overview;
pub mod people;
pub mod sign;
pub mod step;

use leptos::prelude::*;

/// The label that stands on every page about the standards.
pub fn proposed(status: &str) -> impl IntoView + use<> {
    view! { <p class="nhsuk-body-s proposed"><strong class="nhsuk-tag nhsuk-tag--grey">"Proposed standards"</strong>" "{status.to_owned()}</p> }
}

/// What was typed and what to know when something was not saved.
pub fn not_saved(why: Option<String>) -> Option<impl IntoView> {
    why.map(|why| {
        view! {
            <div class="nhsuk-error-summary" role="alert" tabindex="-1" autofocus>
                <h2 class="nhsuk-error-summary__title">"Not saved"</h2>
                <p>{why}</p>
            </div>
        }
    })
}

/// Rows of labels and values.
pub fn summary(rows: &[(&str, String)]) -> impl IntoView + use<> {
    let rows = rows
        .iter()
        .map(|(key, value)| {
            view! {
                <div class="nhsuk-summary-list__row">
                    <dt class="nhsuk-summary-list__key">{(*key).to_owned()}</dt>
                    <dd class="nhsuk-summary-list__value">{value.clone()}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="nhsuk-summary-list">{rows}</dl> }
}

/// A table that scrolls by itself on a narrow screen.
pub fn table(caption: &str, head: &[&str], rows: Vec<Vec<AnyView>>) -> impl IntoView + use<> {
    let head = head
        .iter()
        .map(|h| view! { <th scope="col">{(*h).to_owned()}</th> })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|cells| {
            let cells = cells
                .into_iter()
                .enumerate()
                .map(|(n, cell)| {
                    if n == 0 {
                        view! { <th scope="row" class="nhsuk-table__header">{cell}</th> }.into_any()
                    } else {
                        view! { <td class="nhsuk-table__cell">{cell}</td> }.into_any()
                    }
                })
                .collect_view();
            view! { <tr class="nhsuk-table__row">{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-scroll" role="region" aria-label=caption.to_owned() tabindex="0">
            <table class="nhsuk-table">
                <caption class="nhsuk-table__caption nhsuk-table__caption--m">{caption.to_owned()}</caption>
                <thead class="nhsuk-table__head"><tr>{head}</tr></thead>
                <tbody class="nhsuk-table__body">{rows}</tbody>
            </table>
        </div>
    }
}

/// A link as a cell of a table.
#[must_use]
pub fn link(path: &str, words: &str) -> AnyView {
    view! { <a href=path.to_owned()>{words.to_owned()}</a> }.into_any()
}

/// Words as a cell of a table.
#[must_use]
pub fn words(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    view! { <span class="as-typed">{text}</span> }.into_any()
}
