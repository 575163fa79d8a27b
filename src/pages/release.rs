//! The patient's copy: what is left out of it, and the decision that it leaves or does not.

use crate::components::controls::text_box;
use crate::components::furniture::{
    FieldError, error_message, error_of, error_summary, group, prose,
};
use crate::domain::form::posted::element_id;
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct ReleasePage {
    /// Where the form goes, and what the downloads begin with.
    pub path: String,
    /// Decisions so far, in words: what, why.
    pub decisions: Vec<(String, String)>,
    /// Whether the copy was released, so that it can be downloaded.
    pub released: bool,
    /// Whether this person decides.
    pub may_decide: bool,
    /// Left out already: section, question, text.
    pub left_out: Vec<(String, String, String)>,
    /// What the copy has.
    pub stays: Vec<Entry>,
    /// `yes`, `no` or nothing.
    pub release: String,
    /// What was typed.
    pub reason: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// An answer that the copy has.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it stands.
    pub place: String,
    /// Its section.
    pub section: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub text: String,
    /// Whether it was ticked to be left out as well.
    pub ticked: bool,
}

/// The page.
pub fn release_page(page: &ReleasePage) -> impl IntoView + use<> {
    let decisions = page
        .decisions
        .iter()
        .map(|(what, why)| view! { <li><strong>{what.clone()}</strong>{prose(why)}</li> })
        .collect_view();
    let left_out = page
        .left_out
        .iter()
        .map(|(section, question, text)| {
            view! {
                <details class="nhsuk-details">
                    <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">{format!("{section}: {question}")}</span></summary>
                    <div class="nhsuk-details__text">{prose(text)}</div>
                </details>
            }
        })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"The patient’s copy"</h1>
        <p>"Every patient’s copy says on every page “Some information may have been withheld”, whether or not anything was. It leaves only after a named person has decided so."</p>
        {(!page.decisions.is_empty()).then(|| view! { <h2 class="nhsuk-heading-m">"Decisions"</h2><ul class="nhsuk-list">{decisions}</ul> })}
        {page.released.then(|| downloads(&page.path))}
        {(!page.released).then(|| view! {
            <h2 class="nhsuk-heading-m">"Left out of it"</h2>
            <p>"What the author marked, and what concerns victims and MAPPA unless the author said otherwise. Questions without an answer are left out too, so that a gap tells nothing."</p>
            {if page.left_out.is_empty() { view! { <p>"Nothing was marked."</p> }.into_any() } else { left_out.into_any() }}
        })}
        {(!page.released && page.may_decide).then(|| form(page))}
        {(!page.released && !page.may_decide).then(|| view! { <p>"The author or the line manager decides whether it leaves."</p> })}
    }
}

fn downloads(path: &str) -> impl IntoView + use<> {
    view! {
        <h2 class="nhsuk-heading-m">"Download it"</h2>
        <ul class="nhsuk-list">
            <li><a href=format!("{path}/pdf")>"Download the patient’s copy as PDF"</a></li>
            <li><a href=format!("{path}/html")>"Read the patient’s copy as a web page"</a></li>
            <li><a href=format!("{path}/docx")>"Download the patient’s copy as a Word document"</a></li>
        </ul>
    }
}

fn form(page: &ReleasePage) -> impl IntoView + use<> {
    let mut last = String::new();
    let entries = page
        .stays
        .iter()
        .map(|e| {
            let heading = (e.section != last).then(|| e.section.clone());
            last.clone_from(&e.section);
            let name = format!("leave-out/{}", e.place);
            let id = element_id(&name);
            view! {
                {heading.map(|h| view! { <h3 class="nhsuk-heading-s">{h}</h3> })}
                <div class="release-entry">
                    <p><strong>{e.question.clone()}</strong></p>
                    {prose(&e.text)}
                    <div class="nhsuk-checkboxes nhsuk-checkboxes--small">
                        <div class="nhsuk-checkboxes__item">
                            <input class="nhsuk-checkboxes__input" id=id.clone() name=name type="checkbox" value="yes" checked=e.ticked />
                            <label class="nhsuk-label nhsuk-checkboxes__label" for=id>"Leave this out too"<span class="nhsuk-u-visually-hidden">{format!(": {}", e.question)}</span></label>
                        </div>
                    </div>
                </div>
            }
        })
        .collect_view();
    let choice = error_of(&page.errors, "release");
    let options = [("yes", "release", "Release the copy"), ("no", "release-no", "Do not release it")]
        .map(|(value, id, words)| {
            view! {
                <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id=id name="release" type="radio" value=value checked=page.release == value />
                    <label class="nhsuk-label nhsuk-radios__label" for=id>{words}</label>
                </div>
            }
        })
        .collect_view();
    let choice_group = group(choice.is_some());
    view! {
        <form method="post" action=page.path.clone() novalidate>
            <h2 class="nhsuk-heading-m">"What it says"</h2>
            <p>"Read it as the patient will. Look for other people: what they said, where they live, that they are a victim or a witness."</p>
            {entries}
            <div class=choice_group>
                <fieldset class="nhsuk-fieldset">
                    <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--m">"Your decision"</legend>
                    {error_message("release", choice)}
                    <div class="nhsuk-radios">{options}</div>
                </fieldset>
            </div>
            {text_box("reason", "Your reason", Some("Whom you asked, and why it is right to release it or not. It is kept with your name and is not in the copy."), &page.reason, 4, &page.errors)}
            <button class="nhsuk-button" type="submit">"Record the decision"</button>
        </form>
    }
}
