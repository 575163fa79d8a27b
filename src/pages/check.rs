//! The report as it stands, to be read through: by its author, its manager, its clinician.

use crate::components::furniture::{boxed, prose};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct CheckPage {
    /// The form's title.
    pub title: String,
    /// What the form is and is not.
    pub form_status: String,
    /// What the rules noticed.
    pub findings: Vec<FindingLine>,
    /// Parts, sections, answers.
    pub parts: Vec<PartView>,
    /// Signatures that stand.
    pub signatures: Vec<String>,
    /// What this person can do next.
    pub next: Vec<super::task_list::NextStep>,
}

/// A finding.
#[derive(Debug, Clone)]
pub struct FindingLine {
    /// Whether sign-off waits for it.
    pub blocks: bool,
    /// In plain words.
    pub message: String,
    /// Why the rule exists.
    pub reason: &'static str,
    /// Where the answer can be changed.
    pub path: Option<String>,
}

/// A part to be read.
#[derive(Debug, Clone)]
pub struct PartView {
    /// Its title.
    pub title: String,
    /// Its sections.
    pub sections: Vec<SectionView>,
}

/// A section to be read.
#[derive(Debug, Clone)]
pub struct SectionView {
    /// Its title.
    pub title: String,
    /// Its page, when this person can open it for writing.
    pub path: Option<String>,
    /// Its answers.
    pub entries: Vec<EntryView>,
}

/// A question with its answer, to be read.
#[derive(Debug, Clone)]
pub struct EntryView {
    /// `question` or `question/row`.
    pub on: String,
    /// Element id on the section's page.
    pub anchor: String,
    /// The question.
    pub question: String,
    /// The row's words.
    pub row: Option<String>,
    /// Label (in a row), answer, how it is known.
    pub statements: Vec<(Option<String>, Option<String>, Option<String>)>,
    /// Whether it is kept out of the patient's copy.
    pub withheld: bool,
    /// Comments: who, when, what.
    pub comments: Vec<(String, String, String)>,
    /// A comment that was typed and not taken.
    pub typed: Option<String>,
}

/// The page.
pub fn check_page(page: &CheckPage) -> impl IntoView + use<> {
    let parts = page.parts.iter().map(|p| part(p, false)).collect_view();
    let next = page
        .next
        .iter()
        .map(|s| {
            let class = if s.main { "nhsuk-button" } else { "nhsuk-button nhsuk-button--secondary" };
            view! { <a class=class href=s.path.clone() role="button" draggable="false">{s.words.clone()}</a> }
        })
        .collect_view();
    view! {
        <span class="nhsuk-caption-l">{page.title.clone()}</span>
        <h1 class="nhsuk-heading-l">"Check answers"</h1>
        {findings(&page.findings)}
        {parts}
        {signatures(&page.signatures)}
        <div class="nhsuk-button-group">{next}</div>
        <p class="nhsuk-body-s">{page.form_status.clone()}</p>
    }
}

/// What the rules noticed: first what sign-off waits for.
pub fn findings(findings: &[FindingLine]) -> impl IntoView + use<> {
    let list = |blocks: bool| {
        findings
            .iter()
            .filter(|f| f.blocks == blocks)
            .map(|f| {
                let message = match f.path.clone() {
                    Some(path) => view! { <a href=path>{f.message.clone()}</a> }.into_any(),
                    None => f.message.clone().into_any(),
                };
                view! { <li>{message}<span class="nhsuk-body-s reason">{f.reason}</span></li> }
            })
            .collect_view()
    };
    let any = |blocks: bool| findings.iter().any(|f| f.blocks == blocks);
    view! {
        {any(true).then(|| view! {
            <section class="findings findings--block" aria-labelledby="missing">
                <h2 class="nhsuk-heading-m" id="missing">"Before this can be signed"</h2>
                <ul class="nhsuk-list nhsuk-list--bullet">{list(true)}</ul>
            </section>
        })}
        {any(false).then(|| view! {
            <section class="findings" aria-labelledby="consider">
                <h2 class="nhsuk-heading-m" id="consider">"Worth a thought"</h2>
                <p>"These do not hold the report up. They are there to help your judgement."</p>
                <ul class="nhsuk-list nhsuk-list--bullet">{list(false)}</ul>
            </section>
        })}
    }
}

/// Signatures that stand.
pub fn signatures(lines: &[String]) -> Option<impl IntoView + use<>> {
    (!lines.is_empty()).then(|| {
        let lines = lines
            .iter()
            .map(|l| view! { <li>{l.clone()}</li> })
            .collect_view();
        view! {
            <h2 class="nhsuk-heading-m">"Signed so far"</h2>
            <ul class="nhsuk-list">{lines}</ul>
        }
    })
}

/// A part to be read; with a box for a comment beside every answer where `comments` is set.
pub fn part(part: &PartView, comments: bool) -> impl IntoView + use<> {
    let sections = part
        .sections
        .iter()
        .map(|section| {
            let rows = section
                .entries
                .iter()
                .map(|e| entry(e, section.path.as_deref(), comments))
                .collect_view();
            view! {
                <h3 class="nhsuk-heading-m">{section.title.clone()}</h3>
                <dl class="nhsuk-summary-list answers">{rows}</dl>
            }
        })
        .collect_view();
    view! { <h2 class="nhsuk-heading-l">{part.title.clone()}</h2> {sections} }
}

fn entry(entry: &EntryView, path: Option<&str>, comment: bool) -> impl IntoView + use<> {
    let statements = entry
        .statements
        .iter()
        .map(|(label, answer, known)| {
            let answer = match answer.clone() {
                Some(text) => prose(&text).into_any(),
                None => view! { <p class="not-provided">"Not answered"</p> }.into_any(),
            };
            view! {
                {label.clone().map(|l| view! { <p class="statement-label"><strong>{l}</strong></p> })}
                {answer}
                {known.clone().map(|k| view! { <p class="known-by">{format!("How this is known: {k}")}</p> })}
            }
        })
        .collect_view();
    let notes = entry
        .comments
        .iter()
        .map(|(who, when, text)| view! {
            <div class="comment-pinned"><p><strong>{format!("Comment by {who}, {when}")}</strong></p>{prose(text)}</div>
        })
        .collect_view();
    let change = path.map(|path| {
        let to = format!("{path}#{}", entry.anchor);
        let what = format!(" {}", entry.question);
        view! { <dd class="nhsuk-summary-list__actions"><a href=to>"Change"<span class="nhsuk-u-visually-hidden">{what}</span></a></dd> }
    });
    let typed = entry.typed.clone().unwrap_or_default();
    let name = format!("comment/{}", entry.on);
    let id = crate::domain::form::posted::element_id(&name);
    let box_label = format!(
        "Comment on: {}{}",
        entry.question,
        entry
            .row
            .as_ref()
            .map(|r| format!(" – {r}"))
            .unwrap_or_default()
    );
    view! {
        <div class="nhsuk-summary-list__row">
            <dt class="nhsuk-summary-list__key">
                {entry.question.clone()}
                {entry.row.clone().map(|row| view! { <span class="row-label">{row}</span> })}
            </dt>
            <dd class="nhsuk-summary-list__value">
                {statements}
                {entry.withheld.then(|| view! { <p><strong class="nhsuk-tag nhsuk-tag--grey">"Not in the patient’s copy"</strong></p> })}
                {notes}
                {comment.then(|| view! {
                    <details class="nhsuk-details" open=!typed.is_empty()>
                        <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">{box_label.clone()}</span></summary>
                        <div class="nhsuk-details__text">
                            <label class="nhsuk-label" for=id.clone()>"Your comment"</label>
                            <textarea class="nhsuk-textarea" id=id name=name rows="3">{boxed(&typed)}</textarea>
                        </div>
                    </details>
                })}
            </dd>
            {change}
        </div>
    }
}
