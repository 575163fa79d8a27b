//! The action plan, one action, and the list of actions that concern somebody.

use super::{link, not_saved, table, words};
use crate::components::controls::{Choice, radios, select, text_box};
use crate::components::furniture::{FieldError, date_field, error_summary, prose};
use leptos::prelude::*;

/// An action's line.
#[derive(Debug, Clone)]
pub struct ActionLine {
    /// Its page.
    pub path: String,
    /// What is to be done.
    pub what: String,
    /// The criterion, or what it is part of.
    pub of: String,
    /// Who sees to it.
    pub owner: String,
    /// By when.
    pub due: String,
    /// How it stands.
    pub stands: String,
    /// Whether it is overdue.
    pub overdue: bool,
}

fn rows(lines: &[ActionLine]) -> Vec<Vec<AnyView>> {
    lines
        .iter()
        .map(|l| {
            let class = if l.overdue {
                "nhsuk-tag nhsuk-tag--red"
            } else {
                "nhsuk-tag nhsuk-tag--grey"
            };
            vec![
                link(&l.path, &l.what),
                words(&l.of),
                words(&l.owner),
                words(&l.due),
                view! { <strong class=class>{l.stands.clone()}</strong> }.into_any(),
            ]
        })
        .collect()
}

/// Actions that concern somebody.
pub fn list_page(mine: &[ActionLine], others: &[ActionLine]) -> impl IntoView + use<> {
    let none = mine.is_empty() && others.is_empty();
    let (my_rows, other_rows) = (rows(mine), rows(others));
    view! {
        <h1 class="nhsuk-heading-l">"Actions"</h1>
        {none.then(|| view! { <p>"No action plan that you can see has actions."</p> })}
        {(!my_rows.is_empty()).then(|| table("Your actions", &["Action", "Part of", "Owner", "Due", "How it stands"], my_rows))}
        {(!other_rows.is_empty()).then(|| table("Actions of others", &["Action", "Part of", "Owner", "Due", "How it stands"], other_rows))}
    }
}

/// The plan of one assessment.
#[derive(Debug, Clone, Default)]
pub struct PlanPage {
    /// Where the form goes; none where nothing can be added by this person.
    pub action: Option<String>,
    /// What the assessment covers.
    pub caption: String,
    /// Identifier of the action to be.
    pub id: String,
    /// Actions.
    pub lines: Vec<ActionLine>,
    /// Type 1 below 2 without an action.
    pub missing: Vec<String>,
    /// Criteria to choose from.
    pub criteria: Vec<Choice>,
    /// People to choose from.
    pub people: Vec<Choice>,
    /// What was typed: criterion, what, owner.
    pub typed: [String; 3],
    /// Due date as typed.
    pub due: [String; 3],
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page of a plan.
pub fn plan_page(page: &PlanPage) -> impl IntoView + use<> {
    let missing = page
        .missing
        .iter()
        .map(|m| view! { <li>{m.clone()}</li> })
        .collect_view();
    let lines = rows(&page.lines);
    let [criterion, what, owner] = &page.typed;
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.caption.clone()}</span>
        <h1 class="nhsuk-heading-l">"Action plan"</h1>
        {(!page.missing.is_empty()).then(|| view! {
            <div class="nhsuk-inset-text"><p>"These demand an action:"</p><ul class="nhsuk-list nhsuk-list--bullet">{missing}</ul></div>
        })}
        {if lines.is_empty() {
            view! { <p>"The plan has no actions yet."</p> }.into_any()
        } else {
            table("Actions", &["Action", "Criterion", "Owner", "Due", "How it stands"], lines).into_any()
        }}
        {page.action.clone().map(|action| view! {
            <h2 class="nhsuk-heading-m">"Add an action"</h2>
            <form method="post" action=action novalidate>
                <input type="hidden" name="id" value=page.id.clone() />
                {select("criterion", "Criterion that it serves", &page.criteria, criterion, &page.errors)}
                {text_box("what", "What is to be done", None, what, 3, &page.errors)}
                {select("owner", "Who sees to it", &page.people, owner, &page.errors)}
                {date_field("due/", "By when".into(), Some("For example, 31 3 2027".into()), page.due.clone(), &page.errors)}
                <button class="nhsuk-button" type="submit">"Add the action"</button>
            </form>
        })}
    }
}

/// One action.
#[derive(Debug, Clone, Default)]
pub struct ActionPage {
    /// Where the form goes; none for somebody who only sees it.
    pub action: Option<String>,
    /// What is to be done.
    pub what: String,
    /// Facts: label and value.
    pub facts: Vec<(&'static str, String)>,
    /// What happened: who and when, what.
    pub updates: Vec<(String, Vec<String>)>,
    /// How many updates the page shows.
    pub seen: usize,
    /// States to choose from.
    pub states: Vec<Choice>,
    /// State as typed.
    pub state: String,
    /// Due date as typed.
    pub due: [String; 3],
    /// Note and evidence as typed.
    pub typed: [String; 2],
    /// Why nothing was saved.
    pub not_saved: Option<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page of one action.
pub fn action_page(page: &ActionPage) -> impl IntoView + use<> {
    let updates = page
        .updates
        .iter()
        .map(|(who, texts)| {
            let texts = texts.iter().map(|t| view! { {prose(t)} }).collect_view();
            view! { <div class="comment-pinned"><p><strong>{who.clone()}</strong></p>{texts}</div> }
        })
        .collect_view();
    let [note, evidence] = &page.typed;
    view! {
        {error_summary(&page.errors)}
        {not_saved(page.not_saved.clone())}
        <span class="nhsuk-caption-l">"Action"</span>
        <h1 class="nhsuk-heading-l">{page.what.clone()}</h1>
        {super::summary(&page.facts)}
        {(!page.updates.is_empty()).then(|| view! { <h2 class="nhsuk-heading-m">"What happened"</h2> })}
        {updates}
        {page.action.clone().map(|action| view! {
            <h2 class="nhsuk-heading-m">"Update it"</h2>
            <form method="post" action=action novalidate>
                <input type="hidden" name="seen" value=page.seen.to_string() />
                {radios("state", "How it stands", &page.states, &page.state, &page.errors)}
                {text_box("note", "What was done, or why something changes", None, note, 3, &page.errors)}
                {text_box("evidence", "What shows that it is done", Some("Needed when it is done: words or a link"), evidence, 2, &page.errors)}
                {date_field("due/", "Due date".into(), None, page.due.clone(), &page.errors)}
                <button class="nhsuk-button" type="submit">"Save the update"</button>
            </form>
        })}
    }
}
