//! The patient's record part by part: overview, lists, forms, history.

use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, error_summary, prose};
use leptos::prelude::*;

/// A line of the record: what it is and what stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Label; a list's items have their dates here.
    pub label: String,
    /// Text.
    pub text: String,
}

/// The whole record.
#[derive(Debug, Clone)]
pub struct RecordPage {
    /// Path of the patient.
    pub path: String,
    /// Whether this person edits it.
    pub edits: bool,
    /// Whether this person says who supervises.
    pub allocates: bool,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of it.
#[derive(Debug, Clone)]
pub struct Part {
    /// Path of the page that changes it.
    pub path: String,
    /// Heading.
    pub heading: &'static str,
    /// What stands.
    pub lines: Vec<Line>,
}

/// The overview.
pub fn record_page(page: &RecordPage) -> impl IntoView + use<> {
    let edits = page.edits;
    let parts = page
        .parts
        .iter()
        .map(|part| {
            view! {
                <section class="record-part">
                    <div class="record-part__head">
                        <h2 class="nhsuk-heading-m">{part.heading}</h2>
                        {edits.then(|| view! {
                            <a href=part.path.clone()>"Change"<span class="nhsuk-u-visually-hidden">{format!(" {}", part.heading.to_lowercase())}</span></a>
                        })}
                    </div>
                    {summary(&part.lines)}
                </section>
            }
        })
        .collect_view();
    let history = format!("{}/history", page.path);
    let allocation = format!("{}/allocation", page.path);
    view! {
        <h1 class="nhsuk-heading-l">"Record"</h1>
        <p>"Part A of a report is taken from this record. A report that is signed or approved says so when a fact of it changes here, and an approval is void."</p>
        <ul class="nhsuk-list">
            <li><a href=history>"History of the record"</a></li>
            {page.allocates.then(|| view! { <li><a href=allocation>"Who supervises and who covers"</a></li> })}
        </ul>
        {parts}
    }
}

fn summary(lines: &[Line]) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="not-provided">"Not recorded"</p> }.into_any();
    }
    let rows = lines
        .iter()
        .map(|line| {
            view! {
                <div class="nhsuk-summary-list__row">
                    <dt class="nhsuk-summary-list__key">{line.label.clone()}</dt>
                    <dd class="nhsuk-summary-list__value">{prose(&line.text)}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="nhsuk-summary-list">{rows}</dl> }.into_any()
}

/// A list of the record.
#[derive(Debug, Clone)]
pub struct ListPage {
    /// Heading.
    pub heading: &'static str,
    /// One item in words, with its article.
    pub item: &'static str,
    /// Path of the list.
    pub path: String,
    /// What goes behind each address, so that one returns to the report.
    pub query: String,
    /// Items: what stands, and when it holds.
    pub items: Vec<(String, Option<String>)>,
    /// Whether they are conditions, which are varied and ended.
    pub conditions: bool,
    /// What to look at again.
    pub notes: Vec<String>,
    /// The report that one came from.
    pub to_report: Option<String>,
    /// The page that says who supervises, for those who may.
    pub allocation: Option<String>,
}

/// The page of a list.
pub fn list_page(page: &ListPage) -> impl IntoView + use<> {
    let items = page
        .items
        .iter()
        .enumerate()
        .map(|(n, (heading, when))| {
            let link = |target: &str, words: &'static str| {
                let to = format!("{}/{target}{}{}", page.path, n + 1, page.query);
                view! { <li><a href=to>{words}<span class="nhsuk-u-visually-hidden">{format!(": {heading}")}</span></a></li> }
            };
            let actions = if page.conditions {
                view! { {link("vary-", "Vary")} {link("end-", "End")} {link("", "Correct")} {link("remove-", "Remove")} }.into_any()
            } else {
                view! { {link("", "Change")} {link("remove-", "Remove")} }.into_any()
            };
            view! {
                <li class="record-item">
                    {prose(heading)}
                    {when.clone().map(|w| view! { <p class="nhsuk-body-s">{w}</p> })}
                    <ul class="record-item__actions">{actions}</ul>
                </li>
            }
        })
        .collect_view();
    let notes = page
        .notes
        .iter()
        .map(|note| view! { <div class="nhsuk-inset-text"><p>{note.clone()}</p></div> })
        .collect_view();
    let add = format!("{}/new{}", page.path, page.query);
    view! {
        <h1 class="nhsuk-heading-l">{page.heading}</h1>
        {page.conditions.then(|| view! {
            <p>"Vary a condition when the tribunal or the Secretary of State reworded it: the old wording keeps its dates. Correct it only where it was recorded wrongly. A report shows the wording in force in its period."</p>
        })}
        {page.allocation.clone().map(|to| view! {
            <p>"These are the names that Part A prints. Who may open the record is set on another page: "<a href=to>"who supervises and who covers"</a>"."</p>
        })}
        {notes}
        {if page.items.is_empty() {
            view! { <p class="not-provided">"Nothing recorded."</p> }.into_any()
        } else {
            view! { <ul class="record-list">{items}</ul> }.into_any()
        }}
        <div class="nhsuk-button-group">
            <a class="nhsuk-button nhsuk-button--secondary" role="button" draggable="false" href=add>{format!("Add {}", page.item)}</a>
            {page.to_report.clone().map(|to| view! { <a class="nhsuk-button" role="button" draggable="false" href=to>"Return to the report"</a> })}
        </div>
    }
}

/// What somebody else saved meanwhile.
#[derive(Debug, Clone)]
pub struct Theirs {
    /// Who.
    pub by: String,
    /// When, in words.
    pub at: String,
    /// What stands.
    pub lines: Vec<Line>,
}

/// A form of the record.
#[derive(Debug, Clone)]
pub struct EditPage {
    /// Where it is posted.
    pub action: String,
    /// Heading.
    pub heading: String,
    /// The item that is varied, ended or removed: what it says and when it holds.
    pub subject: Option<(String, Option<String>)>,
    /// Control and version that the page was made from.
    pub version: (String, String),
    /// Report and section to return to.
    pub report: Option<(String, String)>,
    /// What is asked.
    pub controls: Vec<Asked>,
    /// Why it is edited.
    pub why: Vec<Asked>,
    /// Whether it takes an item out.
    pub removing: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What somebody else saved meanwhile.
    pub theirs: Option<Theirs>,
}

/// The page of a form.
pub fn edit_page(page: &EditPage) -> impl IntoView + use<> {
    let controls = page.controls.iter().map(question).collect_view();
    let why = page.why.iter().map(question).collect_view();
    let (control, version) = page.version.clone();
    view! {
        {error_summary(&page.errors)}
        {page.theirs.clone().map(theirs)}
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {page.subject.clone().map(|(text, when)| view! {
            <div class="nhsuk-inset-text">
                {prose(&text)}
                {when.map(|w| view! { <p class="nhsuk-body-s">{w}</p> })}
            </div>
        })}
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name=control value=version />
            {page.report.clone().map(|(report, section)| view! {
                <input type="hidden" name="report" value=report />
                <input type="hidden" name="section" value=section />
            })}
            {controls}
            {(!page.controls.is_empty()).then(|| view! { <h2 class="nhsuk-heading-m">"About this change"</h2> })}
            {why}
            {if page.removing {
                view! { <button class="nhsuk-button nhsuk-button--warning" type="submit">"Remove from the record"</button> }.into_any()
            } else {
                view! { <button class="nhsuk-button" type="submit">"Save"</button> }.into_any()
            }}
        </form>
    }
}

fn theirs(theirs: Theirs) -> impl IntoView {
    view! {
        <div class="nhsuk-error-summary" role="alert" tabindex="-1" autofocus>
            <h2 class="nhsuk-error-summary__title">"Not saved: the record was changed while you were writing"</h2>
            <p>{format!("{} saved a version on {}. Nothing was overwritten. What stands now is here; what you typed is in the boxes below.", theirs.by, theirs.at)}</p>
            {summary(&theirs.lines)}
            <p>"Put what should stand into the boxes and save: that replaces what stands now. To keep what stands, leave this page."</p>
        </div>
    }
}

/// The history of the record.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// Versions, newest first.
    pub versions: Vec<VersionView>,
    /// Address of the page with older ones.
    pub older: Option<String>,
}

/// One version.
#[derive(Debug, Clone)]
pub struct VersionView {
    /// When it was saved.
    pub at: String,
    /// Who saved it.
    pub by: String,
    /// Which part was edited, and why.
    pub why: Option<(String, String)>,
    /// Whether it is the first one.
    pub first: bool,
    /// What differs from the version before.
    pub changed: Vec<Changed>,
}

/// What differs in one part.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The part.
    pub part: &'static str,
    /// What stood only before.
    pub before: Vec<Line>,
    /// What stands only after.
    pub after: Vec<Line>,
}

/// The page of the history.
pub fn history_page(page: &HistoryPage) -> impl IntoView + use<> {
    let versions = page.versions.iter().map(version).collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"History of the record"</h1>
        <p>"Every version, newest first. None can be altered."</p>
        {versions}
        {page.older.clone().map(|to| view! { <p><a href=to>"Older versions"</a></p> })}
    }
}

fn version(version: &VersionView) -> impl IntoView + use<> {
    let changed = version
        .changed
        .iter()
        .map(|c| {
            view! {
                <h3 class="nhsuk-heading-xs">{c.part}</h3>
                <div class="two-texts">
                    <div><h4 class="nhsuk-heading-xs">"Before"</h4>{side(&c.before)}</div>
                    <div><h4 class="nhsuk-heading-xs">"After"</h4>{side(&c.after)}</div>
                </div>
            }
        })
        .collect_view();
    view! {
        <article class="timeline-entry">
            <h2 class="nhsuk-heading-s">{format!("{}, {}", version.at, version.by)}</h2>
            {version.why.clone().map(|(part, why)| view! { <p><strong>{part}</strong>". "{why}</p> })}
            {version.first.then(|| view! { <p>"The record was begun."</p> })}
            {changed}
        </article>
    }
}

fn side(lines: &[Line]) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="not-provided">"Not recorded"</p> }.into_any();
    }
    lines
        .iter()
        .map(|l| {
            let text = if l.label.is_empty() {
                l.text.clone()
            } else {
                format!("{}: {}", l.label, l.text)
            };
            view! { <div class="two-texts__text">{text}</div> }
        })
        .collect_view()
        .into_any()
}
