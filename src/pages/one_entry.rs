//! One entry: what it says, what it said before, what to do about it.

use super::happened::protocol_row;
use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, error_summary, prose, text_field};
use crate::domain::form::definition::Column;
use crate::domain::form::{AnswerKey, Fields, Kind};
use crate::domain::prompts::Prompt;
use crate::domain::protocol;
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct OneEntryPage {
    /// Path of the entry.
    pub path: String,
    /// Path of the patient's papers.
    pub papers_path: String,
    /// The first of its chain of corrections: what papers are about.
    pub first: String,
    /// Kind in words.
    pub kind: String,
    /// Day and what it was.
    pub heading: String,
    /// What stands out.
    pub flag: Option<String>,
    /// Label and text.
    pub details: Vec<(String, String)>,
    /// Who entered it and when.
    pub entered: String,
    /// Earlier texts, newest first.
    pub earlier: Vec<Earlier>,
    /// Entries that may be the same contact: path and who entered them.
    pub same: Vec<(String, String)>,
    /// Whom to tell of the event.
    pub protocol: Option<protocol::Row>,
    /// What to think of at once.
    pub prompts: Vec<Prompt>,
    /// Path of "Something has happened".
    pub happened: String,
    /// What the entry did to the schedule.
    pub effect: Option<&'static str>,
    /// Papers about it: path, words, how they stand.
    pub papers: Vec<(String, String, String)>,
    /// Managers' words on it.
    pub reviews: Vec<ReviewLine>,
    /// Whether this person may correct it.
    pub corrects: bool,
    /// Whether this person may withdraw it.
    pub withdraws: bool,
    /// Whether it is an event that has been reported.
    pub reported: bool,
    /// Whether this person reviews events.
    pub reviews_events: bool,
    /// Recording that MHCS was told.
    pub told: Option<Told>,
    /// A reason as typed.
    pub reason: String,
    /// A review as typed.
    pub review: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// An earlier text.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Who entered it and when.
    pub entered: String,
    /// Day and what it was.
    pub heading: String,
    /// Label and text.
    pub details: Vec<(String, String)>,
}

/// A manager's word.
#[derive(Debug, Clone)]
pub struct ReviewLine {
    /// What was said.
    pub words: String,
    /// Who and when.
    pub by: String,
}

/// The form that records that MHCS was told.
#[derive(Debug, Clone)]
pub struct Told {
    /// Identifier of the correction to be.
    pub id: String,
    /// What its fields are kept under.
    pub key: AnswerKey,
    /// What was typed.
    pub fields: Fields,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn one_entry_page(page: &OneEntryPage) -> impl IntoView + use<> {
    let is_event = page.protocol.is_some() || page.told.is_some();
    let same = page
        .same
        .iter()
        .map(|(path, entered)| view! { <li><a href=path.clone()>{entered.clone()}</a></li> })
        .collect_view();
    let prompts = page
        .prompts
        .iter()
        .map(|p| {
            let log = p.event.map(|event| view! {
                <form method="post" action=page.happened.clone()>
                    <input type="hidden" name="kind" value=event />
                    <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Log it as an event"</button>
                </form>
            });
            view! { <div class="nhsuk-inset-text prompt"><p>{p.words.clone()}</p>{log}</div> }
        })
        .collect_view();
    let papers = page
        .papers
        .iter()
        .map(|(path, words, stands)| view! { <li><a href=path.clone()>{words.clone()}</a>{format!(" – {stands}")}</li> })
        .collect_view();
    let reviews = page
        .reviews
        .iter()
        .map(|r| view! { <li>{r.words.clone()}<br /><span class="nhsuk-body-s">{r.by.clone()}</span></li> })
        .collect_view();
    let notify = |form: &'static str, then: &'static str, words: &'static str, main: bool| {
        let class = if main {
            "nhsuk-button"
        } else {
            "nhsuk-button nhsuk-button--secondary"
        };
        view! {
            <form method="post" action=page.papers_path.clone()>
                <input type="hidden" name="form" value=form />
                <input type="hidden" name="about" value=page.first.clone() />
                <input type="hidden" name="then" value=then />
                <button class=class type="submit">{words}</button>
            </form>
        }
    };
    let earlier = page.earlier.iter().map(earlier).collect_view();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        <p>
            <strong class="nhsuk-tag nhsuk-tag--white">{page.kind.clone()}</strong>" "
            {page.flag.clone().map(|f| view! { <strong class="nhsuk-tag nhsuk-tag--yellow">{f}</strong> })}
        </p>
        {page.effect.map(|words| view! { <div class="nhsuk-inset-text"><p>{words}</p></div> })}
        {(!page.same.is_empty()).then(|| view! {
            <div class="nhsuk-inset-text">
                <p><strong>"This may be a duplicate."</strong>" Somebody else entered a contact of the same day and kind. Both are kept. If it is the same contact, withdraw one below."</p>
                <ul>{same}</ul>
            </div>
        })}
        {prompts}
        {page.protocol.clone().map(|row| protocol_row(&row))}
        {details_list(&page.details)}
        <p class="nhsuk-body-s">{page.entered.clone()}</p>
        {(is_event && page.told.is_some()).then(|| view! {
            <h2 class="nhsuk-heading-m">"Notification to MHCS"</h2>
            {(!page.papers.is_empty()).then(|| view! { <ul class="nhsuk-list">{papers}</ul> })}
            <p>"Telephone first. The paper says what is known; nobody has to approve it."</p>
            <div class="nhsuk-button-group">
                {notify("event-notification", "write", "Write the notification", true)}
                {notify("event-notification", "make", "Make it now with what is here", false)}
                {notify("recall-information", "write", "Write information on recall", false)}
            </div>
        })}
        {page.told.clone().map(|told| told_form(&told, &page.path))}
        {(!page.reviews.is_empty() || page.reviews_events).then(|| view! { <h2 class="nhsuk-heading-m">"Line manager’s review"</h2> })}
        {(!page.reviews.is_empty()).then(|| view! { <ul class="nhsuk-list nhsuk-list--bullet">{reviews}</ul> })}
        {page.reviews_events.then(|| view! {
            <form method="post" action=format!("{}/review", page.path) novalidate>
                {text_field("review", "What did you find?", Some("Nothing waited for this: it is your check afterwards"), page.review.clone(), &page.errors)}
                <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Record the review"</button>
            </form>
        })}
        {page.corrects.then(|| view! { <p><a href=format!("{}/correct", page.path)>"Correct this entry"</a></p> })}
        {page.reported.then(|| view! { <p class="nhsuk-body-s">"This event has been reported: it can be corrected, and it cannot be withdrawn."</p> })}
        {page.withdraws.then(|| view! {
            <h2 class="nhsuk-heading-m">"Entered in error?"</h2>
            <form method="post" action=format!("{}/withdraw", page.path) novalidate>
                {text_field("reason", "Why is the entry wrong?", Some("It stays readable and no longer counts"), page.reason.clone(), &page.errors)}
                <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Withdraw the entry"</button>
            </form>
        })}
        {(!page.earlier.is_empty()).then(|| view! { <h2 class="nhsuk-heading-m">"What it said before"</h2> {earlier} })}
    }
}

fn details_list(details: &[(String, String)]) -> impl IntoView + use<> {
    let rows = details
        .iter()
        .map(|(label, text)| {
            view! {
                <div class="nhsuk-summary-list__row">
                    <dt class="nhsuk-summary-list__key">{label.clone()}</dt>
                    <dd class="nhsuk-summary-list__value">{prose(text)}</dd>
                </div>
            }
        })
        .collect_view();
    (!details.is_empty()).then(|| view! { <dl class="nhsuk-summary-list">{rows}</dl> })
}

fn earlier(e: &Earlier) -> impl IntoView + use<> {
    view! {
        <article class="timeline-entry">
            <h3 class="nhsuk-heading-s">{e.heading.clone()}</h3>
            {details_list(&e.details)}
            <p class="nhsuk-body-s">{e.entered.clone()}</p>
        </article>
    }
}

fn told_form(told: &Told, path: &str) -> impl IntoView + use<> {
    let ask = |id: &str, label: &str, hint: Option<&str>, kind: Kind| Asked {
        key: told.key.clone(),
        prefix: format!("{id}."),
        fields: told.fields.column(id),
        errors: told.errors.clone(),
        column: Column {
            id: id.into(),
            label: label.into(),
            hint: hint.map(str::to_owned),
            kind,
            options: vec![],
            required: false,
            how_known: false,
            only_if: None,
            may_stay_blank: false,
        },
        not_applicable: false,
        mark: None,
        record: None,
    };
    let controls = [
        ask("told-on", "When was MHCS told?", None, Kind::Date),
        ask(
            "told-how",
            "How, at what time, and whom did you speak to?",
            Some("For example: telephone 14:20, duty caseworker; paper by secure e-mail 15:05"),
            Kind::ShortText,
        ),
        ask(
            "reply-on",
            "When did MHCS reply? Leave empty if there is no reply yet",
            None,
            Kind::Date,
        ),
        ask("reply", "What did MHCS say?", None, Kind::Narrative),
    ];
    let controls = controls.iter().map(question).collect_view();
    view! {
        <h2 class="nhsuk-heading-m">"Record that MHCS was told, and the reply"</h2>
        <form method="post" action=format!("{path}/told") novalidate>
            <input type="hidden" name="id" value=told.id.clone() />
            {controls}
            <button class="nhsuk-button" type="submit">"Record"</button>
        </form>
    }
}
