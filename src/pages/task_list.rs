//! The report's own page: what is to be done, section by section, and the step that comes next.

use crate::components::furniture::{Pinned, pinned};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct TaskListPage {
    /// The form's title.
    pub title: String,
    /// What the form is and is not.
    pub form_status: String,
    /// Due date, send-by and period in words.
    pub dates: Vec<(String, String)>,
    /// Whether an approval was just voided by an edit.
    pub voided: bool,
    /// Parts with their sections.
    pub parts: Vec<(String, Vec<Task>)>,
    /// What this person can do next.
    pub next: Vec<NextStep>,
    /// What the report waits for, when it is not this person's turn.
    pub waiting: Option<String>,
    /// How many comments there are on answers.
    pub comments: usize,
    /// What the line manager's checklist says of a report that was returned, each beside its item.
    pub checklist: Vec<(String, Vec<Pinned>)>,
    /// What else can be done with it: path and words.
    pub others: Vec<(String, &'static str)>,
    /// What a reader has to know first, for example that a review is still owed.
    pub marks: Vec<Mark>,
    /// Who else has the report before them: name and time of day.
    pub present: Vec<(String, String)>,
}

/// Something that a reader has to know first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// In words.
    pub words: String,
    /// What it speaks of: path and words.
    pub link: Option<(String, &'static str)>,
}

impl Mark {
    /// A mark that leads nowhere.
    #[must_use]
    pub fn plain(words: String) -> Self {
        Self { words, link: None }
    }
}

/// A section on the list.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its title.
    pub title: String,
    /// Its page, when this person can open it for writing.
    pub path: Option<String>,
    /// Its status in words.
    pub status: String,
    /// Class of the status's tag; none for plain text.
    pub tag: Option<&'static str>,
}

/// A step that can be taken.
#[derive(Debug, Clone)]
pub struct NextStep {
    /// Where it is taken.
    pub path: String,
    /// What the button says.
    pub words: String,
    /// Whether it is the main one.
    pub main: bool,
}

/// The page.
pub fn task_list_page(page: &TaskListPage) -> impl IntoView + use<> {
    let dates = page
        .dates
        .iter()
        .map(|(name, value)| {
            view! {
                <div class="nhsuk-summary-list__row">
                    <dt class="nhsuk-summary-list__key">{name.clone()}</dt>
                    <dd class="nhsuk-summary-list__value">{value.clone()}</dd>
                </div>
            }
        })
        .collect_view();
    let parts = page
        .parts
        .iter()
        .map(|(title, tasks)| part(title, tasks))
        .collect_view();
    let next = page.next.iter().map(step).collect_view();
    view! {
        {page.voided.then(|| view! {
            <div class="nhsuk-notification-banner" role="region" aria-labelledby="voided">
                <div class="nhsuk-notification-banner__header">
                    <h2 class="nhsuk-notification-banner__title" id="voided">"Important"</h2>
                </div>
                <div class="nhsuk-notification-banner__content">
                    <p>"Your change was saved and voided the approval. Sign again when you are ready; the line manager will check again."</p>
                </div>
            </div>
        })}
        <h1 class="nhsuk-heading-l">{page.title.clone()}</h1>
        <dl class="nhsuk-summary-list">{dates}</dl>
        {marks(&page.marks)}
        {present(&page.present)}
        {page.waiting.clone().map(|words| view! { <div class="nhsuk-inset-text"><p>{words}</p></div> })}
        {(page.comments > 0).then(|| view! {
            <p>{format!("{} from the line manager stand beside the questions they concern.", if page.comments == 1 { "1 comment".into() } else { format!("{} comments", page.comments) })}</p>
        })}
        {checklist(&page.checklist)}
        {parts}
        <div class="nhsuk-button-group">{next}</div>
        {others(&page.others)}
        <p class="nhsuk-body-s">{page.form_status.clone()}</p>
    }
}

/// What was not in order, item by item.
fn checklist(items: &[(String, Vec<Pinned>)]) -> Option<impl IntoView + use<>> {
    (!items.is_empty()).then(|| {
        let items = items
            .iter()
            .map(|(item, said)| view! { <h3 class="nhsuk-heading-xs">{item.clone()}</h3> {pinned(said)} })
            .collect_view();
        view! {
            <h2 class="nhsuk-heading-s">"What the line manager’s checklist said"</h2>
            {items}
        }
    })
}

/// What a reader has to know first.
pub fn marks(marks: &[Mark]) -> Option<impl IntoView + use<>> {
    (!marks.is_empty()).then(|| {
        let lines = marks
            .iter()
            .map(|mark| {
                let link = mark
                    .link
                    .clone()
                    .map(|(path, words)| view! { " " <a href=path>{words}</a> });
                view! { <li>{mark.words.clone()}{link}</li> }
            })
            .collect_view();
        view! { <div class="nhsuk-inset-text"><ul class="nhsuk-list">{lines}</ul></div> }
    })
}

/// Who else has the report before them.
pub fn present(others: &[(String, String)]) -> Option<impl IntoView + use<>> {
    (!others.is_empty()).then(|| {
        let lines = others
            .iter()
            .map(|(name, at)| view! { <li>{format!("{name} was last in this report at {at}")}</li> })
            .collect_view();
        view! {
            <div class="nhsuk-inset-text" id="present">
                <p>"Somebody else is here too. If you both change the same answer, neither text is lost: the later one is shown both."</p>
                <ul class="nhsuk-list">{lines}</ul>
            </div>
        }
    })
}

/// The ways beside the plain one.
pub fn others(others: &[(String, &'static str)]) -> Option<impl IntoView + use<>> {
    (!others.is_empty()).then(|| {
        let links = others
            .iter()
            .map(|(path, words)| view! { <li><a href=path.clone()>{*words}</a></li> })
            .collect_view();
        view! {
            <h2 class="nhsuk-heading-s">"If something is different"</h2>
            <ul class="nhsuk-list nhsuk-list--bullet">{links}</ul>
        }
    })
}

fn step(step: &NextStep) -> impl IntoView + use<> {
    let class = if step.main {
        "nhsuk-button"
    } else {
        "nhsuk-button nhsuk-button--secondary"
    };
    view! { <a class=class href=step.path.clone() role="button" draggable="false">{step.words.clone()}</a> }
}

fn part(title: &str, tasks: &[Task]) -> impl IntoView + use<> {
    let rows = tasks
        .iter()
        .enumerate()
        .map(|(n, task)| {
            let id = format!("status-{}-{n}", title.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
            let linked = if task.path.is_some() { " nhsuk-task-list__item--with-link" } else { "" };
            let name = match task.path.clone() {
                Some(path) => view! { <a class="nhsuk-link nhsuk-task-list__link" href=path aria-describedby=id.clone()>{task.title.clone()}</a> }.into_any(),
                None => view! { <span>{task.title.clone()}</span> }.into_any(),
            };
            let status = match task.tag {
                Some(tag) => view! { <strong class=format!("nhsuk-tag {tag}")>{task.status.clone()}</strong> }.into_any(),
                None => task.status.clone().into_any(),
            };
            view! {
                <li class=format!("nhsuk-task-list__item{linked}")>
                    <div class="nhsuk-task-list__name-and-hint">{name}</div>
                    <div class="nhsuk-task-list__status" id=id>{status}</div>
                </li>
            }
        })
        .collect_view();
    view! {
        <h2 class="nhsuk-heading-m">{title.to_owned()}</h2>
        <ul class="nhsuk-task-list">{rows}</ul>
    }
}
