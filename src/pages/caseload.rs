//! A caseload or a team: one list that fits a phone, a desk and a sheet of paper.

use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct CaseloadPage {
    /// "Caseload" or "Team".
    pub heading: &'static str,
    /// The filter in force.
    pub filter: String,
    /// Filters: name, words, how many it shows.
    pub filters: Vec<(String, String, usize)>,
    /// The order in force.
    pub sort: String,
    /// Orders: name and words.
    pub sorts: Vec<(String, String)>,
    /// Today, in words: it stands on the printed list.
    pub on: String,
    /// How many patients the filter shows.
    pub total: usize,
    /// Patients of this page.
    pub lines: Vec<CaseLine>,
    /// Address of the page before.
    pub earlier: Option<String>,
    /// Address of the page after.
    pub later: Option<String>,
    /// "Page 1 of 3".
    pub place: String,
    /// Work by supervisor, for a manager.
    pub work: Vec<WorkLine>,
}

/// A patient.
#[derive(Debug, Clone)]
pub struct CaseLine {
    /// The patient's page.
    pub path: String,
    /// Full name.
    pub name: String,
    /// Due date, or why nothing falls due.
    pub due: String,
    /// How that stands, and the tag's class.
    pub timeliness: Option<(&'static str, &'static str)>,
    /// Last seen in person.
    pub seen: String,
    /// Who supervises.
    pub supervisor: String,
    /// Who covers and until when.
    pub covers: Vec<String>,
    /// What to do.
    pub todo: Vec<Todo>,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub struct Todo {
    /// In words.
    pub words: String,
    /// Where.
    pub path: String,
}

/// Work of one supervisor.
#[derive(Debug, Clone, Default)]
pub struct WorkLine {
    /// Who.
    pub name: String,
    /// Patients.
    pub patients: usize,
    /// Reports due within 21 days.
    pub due: usize,
    /// Reports late.
    pub late: usize,
    /// Patients not seen as planned.
    pub gaps: usize,
    /// Patients with an event of which MHCS is not recorded as told.
    pub events: usize,
}

/// The page.
pub fn caseload_page(page: &CaseloadPage) -> impl IntoView + use<> {
    let filters = page
        .filters
        .iter()
        .map(|(id, words, n)| view! { <option value=id.clone() selected=*id == page.filter>{format!("{words} ({n})")}</option> })
        .collect_view();
    let sorts = page
        .sorts
        .iter()
        .map(|(id, words)| view! { <option value=id.clone() selected=*id == page.sort>{words.clone()}</option> })
        .collect_view();
    let lines = page.lines.iter().map(line).collect_view();
    view! {
        <h1 class="nhsuk-heading-l">{page.heading}</h1>
        <form method="get" action="/caseload" class="filter">
            <div>
                <label class="nhsuk-label" for="show">"Show"</label>
                <select class="nhsuk-select" id="show" name="show">{filters}</select>
            </div>
            <div>
                <label class="nhsuk-label" for="sort">"Sort by"</label>
                <select class="nhsuk-select" id="sort" name="sort">{sorts}</select>
            </div>
            <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Show"</button>
        </form>
        <p>{format!("{} on {}. {}.", people(page.total), page.on, page.place)}</p>
        {(!page.lines.is_empty()).then(|| view! {
            <table class="nhsuk-table stacked">
                <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"People, what is due and what to do"</caption>
                <thead class="nhsuk-table__head">
                    <tr>
                        <th scope="col">"Person"</th>
                        <th scope="col">"Report due"</th>
                        <th scope="col">"Last seen"</th>
                        <th scope="col">"Supervisor"</th>
                        <th scope="col">"To do"</th>
                    </tr>
                </thead>
                <tbody class="nhsuk-table__body">{lines}</tbody>
            </table>
        })}
        {page.earlier.clone().map(|to| view! { <p><a href=to>"Previous page"</a></p> })}
        {page.later.clone().map(|to| view! { <p><a href=to>"Next page"</a></p> })}
        {(!page.work.is_empty()).then(|| workload(&page.work))}
    }
}

fn people(n: usize) -> String {
    if n == 1 {
        "1 person".into()
    } else {
        format!("{n} people")
    }
}

/// A cell that says its own heading where the table is stacked.
fn cell(head: &'static str, content: AnyView) -> impl IntoView {
    view! { <td class="nhsuk-table__cell"><span class="stacked__head" aria-hidden="true">{head}</span>{content}</td> }
}

fn line(line: &CaseLine) -> impl IntoView + use<> {
    let todo = line
        .todo
        .iter()
        .map(|t| view! { <li><a href=t.path.clone()>{t.words.clone()}</a></li> })
        .collect_view();
    let due = view! {
        {line.due.clone()}
        {line.timeliness.map(|(words, tag)| view! { " "<strong class=format!("nhsuk-tag {tag}")>{words}</strong> })}
    };
    let covers = line
        .covers
        .iter()
        .map(|words| view! { <br />{words.clone()} })
        .collect_view();
    let name = if line.supervisor.is_empty() {
        "Nobody".to_owned()
    } else {
        line.supervisor.clone()
    };
    let supervisor = view! { {name}{covers} };
    let todo = if line.todo.is_empty() {
        "Nothing now".into_any()
    } else {
        view! { <ul class="nhsuk-list">{todo}</ul> }.into_any()
    };
    view! {
        <tr class="nhsuk-table__row">
            <th scope="row" class="nhsuk-table__header"><a href=line.path.clone()>{line.name.clone()}</a></th>
            {cell("Report due", due.into_any())}
            {cell("Last seen", line.seen.clone().into_any())}
            {cell("Supervisor", supervisor.into_any())}
            {cell("To do", todo)}
        </tr>
    }
}

fn workload(work: &[WorkLine]) -> impl IntoView + use<> {
    let rows = work
        .iter()
        .map(|w| {
            view! {
                <tr class="nhsuk-table__row">
                    <th scope="row" class="nhsuk-table__header">{w.name.clone()}</th>
                    {cell("People", w.patients.into_any())}
                    {cell("Due within 21 days", w.due.into_any())}
                    {cell("Late", w.late.into_any())}
                    {cell("Not seen as planned", w.gaps.into_any())}
                    {cell("Events not told", w.events.into_any())}
                </tr>
            }
        })
        .collect_view();
    let heads = [
        "Supervisor",
        "People",
        "Due within 21 days",
        "Late",
        "Not seen as planned",
        "Events not told",
    ]
    .map(|h| view! { <th scope="col">{h}</th> })
    .collect_view();
    view! {
        <h2 class="nhsuk-heading-m">"Workload"</h2>
        <p>"By name, to share work out. It says nothing of how well anybody works."</p>
        <table class="nhsuk-table stacked">
            <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"Work by supervisor"</caption>
            <thead class="nhsuk-table__head"><tr>{heads}</tr></thead>
            <tbody class="nhsuk-table__body">{rows}</tbody>
        </table>
    }
}
