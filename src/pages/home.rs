//! The start page: the people somebody works for, and what waits for them.

use super::notices::{NoticeLine, notice_list};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct HomePage {
    /// Reports that wait for this person.
    pub waiting: Vec<Waiting>,
    /// Notices not yet put aside.
    pub notices: Vec<NoticeLine>,
    /// The person's patients: those due first, where there are many.
    pub patients: Vec<PatientLine>,
    /// How many there are.
    pub total: usize,
    /// Shown to somebody who sees no patients.
    pub roles: Vec<String>,
}

/// A report that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Where to go.
    pub path: String,
    /// Whose report.
    pub patient: String,
    /// What to do.
    pub words: String,
}

/// A patient on the list.
#[derive(Debug, Clone)]
pub struct PatientLine {
    /// The patient's page.
    pub path: String,
    /// Full name.
    pub name: String,
    /// MHCS reference.
    pub reference: String,
    /// The due date of the report at hand or next.
    pub due: String,
    /// How that stands, in words.
    pub timeliness: &'static str,
    /// Class of its tag.
    pub tag: &'static str,
    /// The report at hand: path and state.
    pub report: Option<(String, String)>,
}

/// The page.
pub fn home_page(page: &HomePage) -> impl IntoView + use<> {
    let waiting = page
        .waiting
        .iter()
        .map(|w| view! { <li><a href=w.path.clone()>{format!("{}: {}", w.patient, w.words)}</a></li> })
        .collect_view();
    let rows = page.patients.iter().map(row).collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Your patients"</h1>
        {(!page.waiting.is_empty()).then(|| view! {
            <section aria-labelledby="waiting">
                <h2 class="nhsuk-heading-m" id="waiting">"Waiting for you"</h2>
                <ul class="nhsuk-list nhsuk-list--bullet">{waiting}</ul>
            </section>
        })}
        {(!page.notices.is_empty()).then(|| view! {
            <section aria-labelledby="notices">
                <h2 class="nhsuk-heading-m" id="notices">"Notices"</h2>
                {notice_list(&page.notices, "/")}
            </section>
        })}
        {if page.patients.is_empty() {
            let roles = page.roles.join(", ");
            view! { <p>{format!("You have no patients here. Your roles: {roles}. If you should see patients, ask your line manager to assign them to you.")}</p> }.into_any()
        } else {
            view! {
                <table class="nhsuk-table stacked">
                    <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"Patients with their next report"</caption>
                    <thead class="nhsuk-table__head">
                        <tr>
                            <th scope="col">"Patient"</th>
                            <th scope="col">"MHCS reference"</th>
                            <th scope="col">"Report due"</th>
                            <th scope="col">"How it stands"</th>
                        </tr>
                    </thead>
                    <tbody class="nhsuk-table__body">{rows}</tbody>
                </table>
                {(page.total > page.patients.len()).then(|| {
                    let shown = format!("These are the {} whose reports are due first. ", page.patients.len());
                    view! { <p>{shown}<a href="/caseload">{format!("See all {} people", page.total)}</a></p> }
                })}
            }.into_any()
        }}
    }
}

fn row(line: &PatientLine) -> impl IntoView + use<> {
    view! {
        <tr class="nhsuk-table__row">
            <th scope="row" class="nhsuk-table__header"><a href=line.path.clone()>{line.name.clone()}</a></th>
            <td class="nhsuk-table__cell"><span class="stacked__head" aria-hidden="true">"MHCS reference"</span>{line.reference.clone()}</td>
            <td class="nhsuk-table__cell">
                <span class="stacked__head" aria-hidden="true">"Report due"</span>
                {line.due.clone()} " "
                <strong class=format!("nhsuk-tag {}", line.tag)>{line.timeliness}</strong>
            </td>
            <td class="nhsuk-table__cell">
                <span class="stacked__head" aria-hidden="true">"How it stands"</span>
                {match line.report.clone() {
                    Some((path, state)) => view! { <a href=path>{state}</a> }.into_any(),
                    None => "Not started".into_any(),
                }}
            </td>
        </tr>
    }
}
