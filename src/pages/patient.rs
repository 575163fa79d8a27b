//! A patient's page: the record in words, the next report, the reports so far.

use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct PatientPage {
    /// Path of the patient.
    pub path: String,
    /// Full name.
    pub name: String,
    /// Whether this person adds to the supervision record.
    pub keeps: bool,
    /// Whether this person may see who looked.
    pub reads_audit: bool,
    /// Whether they may take out everything about the patient.
    pub exports: bool,
    /// Whether they say who may open the record.
    pub controls_access: bool,
    /// What stands above all else: who covers, that the record is restricted, until when it is open.
    pub standing: Vec<String>,
    /// The record in words.
    pub facts: Vec<Fact>,
    /// The next report: its due date, its timeliness and its send-by day, in words.
    pub next: Option<NextReport>,
    /// Why no report falls due, in words.
    pub stopped: Option<String>,
    /// Reports so far, newest first: path, due date, state.
    pub reports: Vec<(String, String, String)>,
}

/// A fact of the record.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Heading.
    pub name: &'static str,
    /// In words; empty: not recorded.
    pub lines: Vec<String>,
    /// The page that changes it, for those who may.
    pub change: Option<String>,
}

/// The report that is due next.
#[derive(Debug, Clone)]
pub struct NextReport {
    /// Which report it is.
    pub kind: &'static str,
    /// Due date in words.
    pub due: String,
    /// Send-by day in words.
    pub send_by: String,
    /// The organisation's own days: draft written, checked by the manager, Part C complete.
    pub targets: [String; 3],
    /// What the due date is counted from.
    pub counted: String,
    /// What was reported before this service was used.
    pub reported_before: Option<String>,
    /// How it stands.
    pub timeliness: &'static str,
    /// Class of its tag.
    pub tag: &'static str,
    /// Whether this person may start it now.
    pub can_start: bool,
}

/// The page.
pub fn patient_page(page: &PatientPage) -> impl IntoView + use<> {
    let facts = page
        .facts
        .iter()
        .map(|fact| {
            let value = if fact.lines.is_empty() {
                view! { <p class="not-provided">"Not recorded"</p> }.into_any()
            } else {
                fact.lines
                    .iter()
                    .map(|l| view! { <p>{l.clone()}</p> })
                    .collect_view()
                    .into_any()
            };
            view! {
                <div class="nhsuk-summary-list__row">
                    <dt class="nhsuk-summary-list__key">{fact.name}</dt>
                    <dd class="nhsuk-summary-list__value">{value}</dd>
                    {fact.change.clone().map(|to| view! {
                        <dd class="nhsuk-summary-list__actions">
                            <a href=to>"Change"<span class="nhsuk-u-visually-hidden">{format!(" {}", fact.name.to_lowercase())}</span></a>
                        </dd>
                    })}
                </div>
            }
        })
        .collect_view();
    let reports = page
        .reports
        .iter()
        .map(|(path, due, state)| view! { <li><a href=path.clone()>{format!("Report due {due}")}</a>{format!(" – {state}")}</li> })
        .collect_view();
    let standing = page
        .standing
        .iter()
        .map(|words| view! { <p>{words.clone()}</p> })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">{page.name.clone()}</h1>
        {(!page.standing.is_empty()).then(|| view! { <div class="nhsuk-inset-text">{standing}</div> })}
        {page.stopped.clone().map(|words| view! { <div class="nhsuk-inset-text"><p>{words}</p></div> })}
        {page.next.clone().map(|n| next(n, &page.path))}
        {(!page.reports.is_empty()).then(|| view! {
            <h2 class="nhsuk-heading-m">"Reports"</h2>
            <ul class="nhsuk-list">{reports}</ul>
        })}
        <h2 class="nhsuk-heading-m">"Supervision record"</h2>
        <ul class="nhsuk-list">
            {page.keeps.then(|| {
                let add = |kind: &str, words: &'static str| view! { <li><a href=format!("{}/record/{kind}", page.path)>{words}</a></li> };
                view! {
                    {add("contact", "Add a contact")}
                    <li><a href=format!("{}/happened", page.path)>"Something has happened: log an event"</a></li>
                    {add("night-away", "Add a night away")}
                }
            })}
            <li><a href=format!("{}/record", page.path)>"Timeline: everything, and more to add"</a></li>
            <li><a href=format!("{}/papers", page.path)>"Other papers: notification, late notice, recall, conditions, handover"</a></li>
            {page.keeps.then(|| view! {
                <li><a href=format!("{}/late", page.path)>"Tell MHCS that a report will be late"</a></li>
                <li><a href=format!("{}/plan", page.path)>"Contact plan and reporting interval"</a></li>
            })}
            {page.reads_audit.then(|| view! { <li><a href=format!("{}/audit", page.path)>"Who has looked at this record"</a></li> })}
            {page.controls_access.then(|| view! { <li><a href=format!("{}/access", page.path)>"Who may open this record"</a></li> })}
            {page.exports.then(|| view! { <li><a href=format!("{}/subject-access", page.path)>"Everything about this patient (subject access)"</a></li> })}
        </ul>
        <h2 class="nhsuk-heading-m">"The record"</h2>
        <ul class="nhsuk-list">
            <li><a href=format!("{}/details", page.path)>"Whole record, with earlier addresses, supervisors and wordings"</a></li>
            <li><a href=format!("{}/history", page.path)>"History of the record"</a></li>
        </ul>
        <dl class="nhsuk-summary-list">{facts}</dl>
    }
}

fn next(next: NextReport, path: &str) -> impl IntoView + use<> {
    let action = format!("{path}/reports");
    view! {
        <section class="next-report" aria-labelledby="next-report">
            <h2 class="nhsuk-heading-m" id="next-report">"Next report"</h2>
            <p>
                {format!("{}, due {}. Send by {} (the last working day on or before). ", next.kind, next.due, next.send_by)}
                <strong class=format!("nhsuk-tag {}", next.tag)>{next.timeliness}</strong>
            </p>
            <p class="nhsuk-body-s">{next.counted}</p>
            {next.reported_before.map(|words| view! { <p class="nhsuk-body-s">{words}</p> })}
            <p class="nhsuk-body-s">{format!("Your organisation’s own targets: Parts A and B written by {}, checked by {}, Part C complete by {}.", next.targets[0], next.targets[1], next.targets[2])}</p>
            {next.can_start.then(|| view! {
                <form method="post" action=action><button class="nhsuk-button" type="submit">"Start this report"</button></form>
            })}
        </section>
    }
}
