//! After Part C: the final check, the papers, and the record that the report was sent.

use crate::components::furniture::{FieldError, date_field, error_summary, text_field};
use crate::pages::task_list::{Mark, marks, others};
use leptos::prelude::*;

/// The page of a frozen report.
#[derive(Debug, Clone)]
pub struct FrozenPage {
    /// Path of the report.
    pub path: String,
    /// SHA-256 of the frozen report.
    pub digest: String,
    /// Records of sending, in words.
    pub sendings: Vec<String>,
    /// Whether it can be recorded as sent now, by this person.
    pub can_record: bool,
    /// Whether a PDF was made here; an imported report has none.
    pub has_papers: bool,
    /// What a reader has to know first.
    pub marks: Vec<Mark>,
    /// What else can be done: path and words.
    pub others: Vec<(String, &'static str)>,
}

/// The page.
pub fn frozen_page(page: &FrozenPage) -> impl IntoView + use<> {
    let sent = page
        .sendings
        .iter()
        .map(|s| view! { <li>{s.clone()}</li> })
        .collect_view();
    let send = format!("{}/sent", page.path);
    view! {
        <h1 class="nhsuk-heading-l">"The finished report"</h1>
        <p>"It is frozen: the questions as asked and the answers as given. Nothing in it can change."</p>
        {marks(&page.marks)}
        {page.has_papers.then(|| view! {
            <ul class="nhsuk-list">
                <li><a href=format!("{}/paper.pdf", page.path)>"Download the PDF"</a></li>
                <li><a href=format!("{}/paper.html", page.path)>"Read the same content as a web page"</a></li>
                <li><a href=format!("{}/paper.docx", page.path)>"Download the same content as a Word document"</a></li>
                <li><a href=format!("{}/patients-copy", page.path)>"The patient’s copy: what is left out, and whether it leaves"</a></li>
                <li><a href=format!("{}/text", page.path)>"Copy the text into the official Word form"</a></li>
                <li><a href=format!("{}/paper.json", page.path)>"Download the frozen report as data (JSON)"</a></li>
            </ul>
        })}
        <p class="nhsuk-body-s digest">"SHA-256 of the frozen report: " <code>{page.digest.clone()}</code></p>
        {if page.sendings.is_empty() {
            view! { <p><strong>"Not yet sent to MHCS."</strong>" This service sends nothing by itself: send the report from your secure account, then record it here."</p> }.into_any()
        } else {
            view! { <h2 class="nhsuk-heading-m">"Sent"</h2><ul class="nhsuk-list">{sent}</ul> }.into_any()
        }}
        {page.can_record.then(|| view! { <a class="nhsuk-button" role="button" draggable="false" href=send>"Record that it was sent"</a> })}
        {others(&page.others)}
    }
}

/// The page that records a sending.
#[derive(Debug, Clone)]
pub struct SentPage {
    /// Where the form goes.
    pub action: String,
    /// Day, month, year.
    pub on: [String; 3],
    /// Mailbox.
    pub recipient: String,
    /// `pdf` or `official-form`.
    pub form_of_sending: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn sent_page(page: &SentPage) -> impl IntoView + use<> {
    use crate::domain::case::FormOfSending;
    let options = [FormOfSending::Pdf, FormOfSending::OfficialForm]
        .iter()
        .map(|form| {
            let id = if *form == FormOfSending::Pdf { "form-of-sending".to_owned() } else { format!("form-of-sending-{}", form.name()) };
            view! {
                <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id=id.clone() name="form-of-sending" type="radio" value=form.name() checked=page.form_of_sending == form.name() />
                    <label class="nhsuk-label nhsuk-radios__label" for=id>{form.words()}</label>
                </div>
            }
        })
        .collect_view();
    let error = crate::components::furniture::error_of(&page.errors, "form-of-sending");
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Record that the report was sent"</h1>
        <div class="nhsuk-inset-text">
            <p>"Whether MHCS accepts a PDF in place of its own Word form is not confirmed. If in doubt, fill the official form from gov.uk with the text from here."</p>
        </div>
        <form method="post" action=page.action.clone() novalidate>
            {date_field("sent-on/", "When was it sent?".into(), None, page.on.clone(), &page.errors)}
            {text_field("recipient", "To which mailbox?", Some("Your organisation’s setting; check it against gov.uk"), page.recipient.clone(), &page.errors)}
            <div class="nhsuk-form-group">
                <fieldset class="nhsuk-fieldset">
                    <legend class="nhsuk-fieldset__legend">"What was sent?"</legend>
                    {crate::components::furniture::error_message("form-of-sending", error)}
                    <div class="nhsuk-radios">{options}</div>
                </fieldset>
            </div>
            <button class="nhsuk-button" type="submit">"Record as sent"</button>
        </form>
    }
}
