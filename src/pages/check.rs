//! The report as it stands, to be read through: by its author, its manager, its clinician.

use crate::components::difference::compared;
use crate::components::furniture::{FieldError, Pinned, boxed, error_summary, pinned, prose};
use crate::components::on_paper::{Lost, lost};
use crate::domain::report::carry_forward::Compared;
use crate::domain::report::findings::{Rule, Severity};
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
    /// Where answers to findings go.
    pub action: String,
    /// What is wrong with them.
    pub errors: Vec<FieldError>,
    /// Where the internal record stands, once somebody has signed.
    pub internal: Option<String>,
    /// Characters that do not reach the paper, of what is printed besides the answers.
    pub lost: Vec<Lost>,
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
    /// The rule: findings of one rule stand together.
    pub rule: Rule,
    /// How much it weighs.
    pub severity: Severity,
    /// What the record knows that makes the rule speak.
    pub because: Option<String>,
    /// In plain words.
    pub message: String,
    /// Why the rule exists.
    pub reason: &'static str,
    /// Where the answer can be changed.
    pub path: Option<String>,
    /// What the author said to it.
    pub considered: Option<ConsideredView>,
    /// The box for the author's answer, for those who may write it.
    pub answer: Option<AnswerBox>,
}

/// An author's answer to a finding.
#[derive(Debug, Clone)]
pub struct ConsideredView {
    /// The words.
    pub words: String,
    /// Who and when.
    pub by: String,
    /// What the finding said then, where it says something else now.
    pub then: Option<String>,
}

/// The box for an answer to a finding.
#[derive(Debug, Clone)]
pub struct AnswerBox {
    /// Name of the control.
    pub name: String,
    /// Name of the control with the version seen.
    pub version_name: String,
    /// The version that stands.
    pub version: u32,
    /// The words as stored or typed.
    pub text: String,
    /// What is wrong.
    pub error: Option<String>,
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
    /// Characters that do not reach the paper.
    pub lost: Vec<Lost>,
    /// Whether it is kept out of the patient's copy.
    pub withheld: bool,
    /// Comments.
    pub comments: Vec<Pinned>,
    /// A comment that was typed and not taken.
    pub typed: Option<String>,
    /// Its words beside those of the last report.
    pub compared: Vec<Compared>,
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
    let answers = page.findings.iter().any(|f| f.answer.is_some());
    let noticed = findings(&page.findings);
    let noticed = if answers {
        view! {
            <form method="post" action=page.action.clone() novalidate>
                {noticed}
                <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Keep my answers to the findings"</button>
            </form>
        }.into_any()
    } else {
        noticed.into_any()
    };
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.title.clone()}</span>
        <h1 class="nhsuk-heading-l">"Check answers"</h1>
        {noticed}
        {(!page.lost.is_empty()).then(|| view! { <div class="nhsuk-inset-text">{lost(&page.lost)}</div> })}
        {parts}
        {signatures(&page.signatures)}
        {page.internal.clone().map(|path| view! {
            <p><a href=path>"Internal record: what was noticed at each signature, and the answers"</a></p>
        })}
        <div class="nhsuk-button-group">{next}</div>
        <p class="nhsuk-body-s">{page.form_status.clone()}</p>
    }
}

/// What the rules noticed, by weight: in words first, colour only helps. Findings of one rule stand
/// together, under what they have in common.
pub fn findings(findings: &[FindingLine]) -> impl IntoView + use<> {
    let group = |severity: Severity,
                 id: &'static str,
                 class: &'static str,
                 heading: &'static str,
                 words: &'static str| {
        let here: Vec<&FindingLine> = findings.iter().filter(|f| f.severity == severity).collect();
        let mut rules: Vec<Rule> = Vec::new();
        for f in &here {
            if !rules.contains(&f.rule) {
                rules.push(f.rule);
            }
        }
        let of_rule = |rule: Rule| {
            let lines: Vec<&FindingLine> =
                here.iter().filter(|f| f.rule == rule).copied().collect();
            let because = lines.iter().find_map(|f| f.because.clone());
            let reason = lines.first().map(|f| f.reason);
            let lines = lines.into_iter().map(finding).collect::<Vec<_>>();
            view! {
                <div class="findings__rule">
                    {because.map(|b| view! { <p><strong>{b}</strong></p> })}
                    <ul class="nhsuk-list nhsuk-list--bullet">{lines}</ul>
                    <p class="nhsuk-body-s reason">{reason}</p>
                </div>
            }
        };
        let rules = rules.into_iter().map(of_rule).collect::<Vec<_>>();
        (!here.is_empty()).then(|| {
            view! {
                <section class=class aria-labelledby=id>
                    <h2 class="nhsuk-heading-m" id=id>{format!("{heading} ({})", here.len())}</h2>
                    <p>{words}</p>
                    {rules}
                </section>
            }
        })
    };
    view! {
        {group(Severity::Blocks, "missing", "findings findings--block", "Before this can be signed", "Sign-off waits for these.")}
        {group(Severity::Consider, "consider", "findings", "Worth a thought", "These do not hold the report up. They are there to help your judgement.")}
        {group(Severity::Note, "noted", "findings findings--note", "Good to know", "Nothing is asked of you. You may say that you have considered it.")}
    }
}

fn finding(f: &FindingLine) -> impl IntoView + use<> {
    let message = match f.path.clone() {
        Some(path) => view! { <a href=path>{f.message.clone()}</a> }.into_any(),
        None => f.message.clone().into_any(),
    };
    let considered = f.considered.clone().map(|c| view! {
        <div class="considered">
            <p><strong>{format!("The author has considered this ({}):", c.by)}</strong></p>
            {prose(&c.words)}
            {c.then.map(|then| view! { <p class="nhsuk-hint">{format!("The finding then said: {then}")}</p> })}
        </div>
    });
    let answer = f.answer.clone().map(|a| answer_box(&f.message, a));
    view! { <li>{message}{considered}{answer}</li> }
}

fn answer_box(about: &str, a: AnswerBox) -> impl IntoView + use<> {
    let id = crate::domain::form::posted::element_id(&a.name);
    let open = a.error.is_some();
    let summary = if a.text.is_empty() {
        "Answer this"
    } else {
        "Change your answer"
    };
    let error_id = format!("{id}-error");
    view! {
        <details class="nhsuk-details" open=open>
            <summary class="nhsuk-details__summary">
                <span class="nhsuk-details__summary-text">{summary}<span class="nhsuk-u-visually-hidden">{format!(": {about}")}</span></span>
            </summary>
            <div class="nhsuk-details__text">
                <input type="hidden" name=a.version_name value=a.version.to_string() />
                <div class=if open { "nhsuk-form-group nhsuk-form-group--error" } else { "nhsuk-form-group" }>
                    <label class="nhsuk-label" for=id.clone()>"I have considered this:"</label>
                    {a.error.map(|message| view! {
                        <span class="nhsuk-error-message" id=error_id.clone()><span class="nhsuk-u-visually-hidden">"Error: "</span>{message}</span>
                    })}
                    <textarea class="nhsuk-textarea" id=id name=a.name rows="3" aria-describedby=open.then_some(error_id)>{boxed(&a.text)}</textarea>
                </div>
            </div>
        </details>
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

/// The element in which an answer is read.
#[must_use]
pub fn read_id(on: &str) -> String {
    format!("read-{}", crate::domain::form::posted::element_id(on))
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
    let notes = pinned(&entry.comments);
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
        <div class="nhsuk-summary-list__row" id=read_id(&entry.on)>
            <dt class="nhsuk-summary-list__key">
                {entry.question.clone()}
                {entry.row.clone().map(|row| view! { <span class="row-label">{row}</span> })}
            </dt>
            <dd class="nhsuk-summary-list__value">
                {statements}
                {compared(&entry.compared, &entry.question)}
                {lost(&entry.lost)}
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
