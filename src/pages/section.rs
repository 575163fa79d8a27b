//! The page of one section: its questions, the status of saving, and both texts after a conflict.

use crate::components::difference::compared;
use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, Pinned, error_summary, pinned, prose};
use crate::components::islands::autosave::AutosaveStatus;
use crate::domain::form::answer::AnswerKey;
use crate::domain::form::posted::{control, version_control};
use crate::domain::form::progress::completed_key;
use crate::domain::report::carry_forward::Compared;
use crate::pages::task_list::present;
use leptos::prelude::*;

/// What `then` begins with when the button to copy an answer was pressed.
pub const COPY: &str = "copy/";

/// What the page shows.
#[derive(Debug, Clone)]
pub struct SectionPage {
    /// The report.
    pub report: String,
    /// The section.
    pub section: String,
    /// Title of its part.
    pub part: String,
    /// Its title.
    pub title: String,
    /// A sentence or two above the questions.
    pub introduction: Option<String>,
    /// Path and title of the guidance that serves it.
    pub guidance: Option<(String, String)>,
    /// What the form is and is not.
    pub form_status: String,
    /// Its questions.
    pub blocks: Vec<Block>,
    /// What the record has none of, though the section asks about it.
    pub notes: Vec<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Why nothing was saved.
    pub not_saved: Option<String>,
    /// Whether somebody else changed an answer.
    pub conflict: bool,
    /// The answer to "Have you completed this section?"
    pub completed: String,
    /// The version of that answer.
    pub completed_version: u32,
    /// Whether a change here voids an approval.
    pub voids: bool,
    /// Who else has the report before them: name and time of day.
    pub present: Vec<(String, String)>,
}

/// One question, or one row of it.
#[derive(Debug, Clone)]
pub struct Block {
    /// Element id.
    pub anchor: String,
    /// Control that names the version seen.
    pub version_control: String,
    /// The version seen.
    pub version: u32,
    /// The question.
    pub question: String,
    /// The row's words.
    pub row: Option<String>,
    /// Guidance.
    pub guidance: Option<String>,
    /// Where the question comes from.
    pub source: String,
    /// What is asked.
    pub controls: Vec<Asked>,
    /// Who changed it since, when, and their text.
    pub theirs: Option<(String, String, String)>,
    /// The page of the record that corrects what is shown for confirmation.
    pub correct: Option<String>,
    /// What the last report said.
    pub last_time: Option<String>,
    /// The answer that "Copy last report's words" is about, where there are words to copy.
    pub copy: Option<String>,
    /// The words that are saved beside those of the last report.
    pub compared: Vec<Compared>,
    /// Comments pinned to it.
    pub comments: Vec<Pinned>,
}

/// The page.
pub fn section_page(page: &SectionPage) -> impl IntoView + use<> {
    let action = format!("/reports/{}/sections/{}", page.report, page.section);
    let blocks = page.blocks.iter().map(block).collect_view();
    view! {
        {error_summary(&page.errors)}
        {page.not_saved.clone().map(|why| view! {
            <div class="nhsuk-error-summary" role="alert" tabindex="-1" autofocus>
                <h2 class="nhsuk-error-summary__title">"Not saved"</h2>
                <p>{why}</p>
            </div>
        })}
        {page.conflict.then(|| view! {
            <div class="nhsuk-error-summary" role="alert" tabindex="-1" autofocus>
                <h2 class="nhsuk-error-summary__title">"An answer was changed elsewhere while you were writing"</h2>
                <p>"Nothing was overwritten. Both texts are below. Put what you want to keep into your box and save: that replaces the other text. To keep the other text, copy it into your box."</p>
            </div>
        })}
        <span class="nhsuk-caption-l">{page.part.clone()}</span>
        <h1 class="nhsuk-heading-l">{page.title.clone()}</h1>
        {present(&page.present)}
        {page.introduction.clone().map(|text| prose(&text))}
        {page.guidance.clone().map(|(path, title)| view! { <p><a href=path>{format!("Guidance: {title}")}</a></p> })}
        {page.voids.then(|| view! {
            <div class="nhsuk-inset-text">
                <p>"Parts A and B are approved. A change here voids the approval: you will sign again and the line manager will check again."</p>
            </div>
        })}
        {page.notes.iter().map(|n| view! { <div class="nhsuk-inset-text"><p>{n.clone()}</p></div> }).collect_view()}
        <form method="post" action=action.clone() id="section-form" novalidate>
            {blocks}
            {completed(page)}
            <AutosaveStatus form="section-form".into() action=action.clone() />
            <div class="nhsuk-button-group">
                <button class="nhsuk-button" type="submit" name="then" value="next">"Save and continue"</button>
                <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="then" value="list">"Save and return to the task list"</button>
            </div>
        </form>
        <p class="nhsuk-body-s">{page.form_status.clone()}</p>
    }
}

fn block(block: &Block) -> impl IntoView + use<> {
    let controls = block.controls.iter().map(question).collect_view();
    let guidance = block.guidance.clone().map(|text| {
        view! {
            <details class="nhsuk-details">
                <summary class="nhsuk-details__summary">
                    <span class="nhsuk-details__summary-text">{format!("Help with: {}", block.question)}</span>
                </summary>
                <div class="nhsuk-details__text">{prose(&text)}<p>"Where this question comes from: " {block.source.clone()}</p></div>
            </details>
        }
    });
    let comments = pinned(&block.comments);
    let (copy, question) = (block.copy.clone(), block.question.clone());
    let advice = if copy.is_some() {
        "If it is still right, copy what you have checked again. Text carried forward unread has hidden change before."
    } else {
        "Nothing is copied from here: say how it is now."
    };
    let last_time = block.last_time.clone().map(|text| {
        view! {
            <details class="nhsuk-details">
                <summary class="nhsuk-details__summary">
                    <span class="nhsuk-details__summary-text">{format!("What the last report said: {}", block.question)}</span>
                </summary>
                <div class="nhsuk-details__text">
                    {prose(&text)}
                    <p class="nhsuk-hint">{advice}</p>
                    {copy.map(|on| view! {
                        <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="then" value=format!("{COPY}{on}")>"Copy last report’s words into the box"<span class="nhsuk-u-visually-hidden">{format!(": {question}")}</span></button>
                    })}
                </div>
            </details>
        }
    });
    view! {
        <div class="question" id=block.anchor.clone()>
            <input type="hidden" name=block.version_control.clone() value=block.version.to_string() />
            {block.row.clone().map(|row| view! { <h2 class="nhsuk-heading-s">{row}</h2> })}
            {comments}
            {match block.theirs.clone() {
                Some((who, when, text)) => view! {
                    <div class="two-texts">
                        <div><h3 class="nhsuk-heading-xs">"Your text, not saved yet"</h3>{controls}</div>
                        <div class="theirs two-texts__text"><h3 class="nhsuk-heading-xs">{format!("Saved by {who}, {when}")}</h3>{prose(&text)}</div>
                    </div>
                }.into_any(),
                None => controls.into_any(),
            }}
            {compared(&block.compared, &block.question)}
            {block.correct.clone().map(|to| view! {
                <p><a href=to>"Correct this in the record"<span class="nhsuk-u-visually-hidden">{format!(": {}", block.question)}</span></a></p>
            })}
            {last_time}
            {guidance}
        </div>
    }
}

fn completed(page: &SectionPage) -> impl IntoView + use<> {
    let key: AnswerKey = completed_key(&page.section);
    let name = control(&key, "choice");
    let options = [
        ("yes", "Yes, I have completed this section"),
        ("no", "No, I’ll come back to it later"),
    ];
    let items = options
        .iter()
        .map(|(id, words)| {
            let element = format!("completed-{id}");
            view! {
                <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id=element.clone() name=name.clone() type="radio" value=*id checked=page.completed == *id />
                    <label class="nhsuk-label nhsuk-radios__label" for=element>{*words}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <input type="hidden" name=version_control(&key) value=page.completed_version.to_string() />
        <div class="nhsuk-form-group">
            <fieldset class="nhsuk-fieldset">
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">"Have you completed this section?"</legend>
                <div class="nhsuk-radios">{items}</div>
            </fieldset>
        </div>
    }
}
