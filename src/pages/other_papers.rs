//! Papers that are no progress report: the list, the draft, the paper as made.

use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, date_field, error_summary, text_field};
use leptos::prelude::*;

/// What the list shows.
#[derive(Debug, Clone)]
pub struct PapersPage {
    /// Path of the papers.
    pub path: String,
    /// Papers so far, newest first.
    pub papers: Vec<PaperLine>,
    /// Whether this person may make one.
    pub keeps: bool,
    /// What may be begun: form, words, whether it is urgent.
    pub kinds: Vec<(&'static str, &'static str, bool)>,
}

/// A paper on the list.
#[derive(Debug, Clone)]
pub struct PaperLine {
    /// Its page.
    pub path: String,
    /// What it is.
    pub words: String,
    /// How it stands.
    pub stands: String,
    /// Whether something is left to do.
    pub open: bool,
}

/// The list.
pub fn papers_page(page: &PapersPage) -> impl IntoView + use<> {
    let action = page.path.clone();
    let begin = |urgent: bool| {
        let action = action.clone();
        page.kinds
            .iter()
            .filter(|k| k.2 == urgent)
            .map(|(form, words, _)| {
                view! {
                    <li>
                        <form method="post" action=action.clone()>
                            <input type="hidden" name="form" value=*form />
                            <button class="link-button" type="submit">{*words}</button>
                        </form>
                    </li>
                }
            })
            .collect_view()
    };
    let lines = page
        .papers
        .iter()
        .map(|p| {
            view! {
                <li>
                    <a href=p.path.clone()>{p.words.clone()}</a>
                    {format!(" – {} ", p.stands)}
                    {p.open.then(|| view! { <strong class="nhsuk-tag nhsuk-tag--yellow">"Open"</strong> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Other papers"</h1>
        <p>"Each is written here, made once, and then never changes. Nobody has to approve one. None is an official form."</p>
        {page.keeps.then(|| view! {
            <h2 class="nhsuk-heading-m">"Urgent: telephone first, then write"</h2>
            <ul class="nhsuk-list">{begin(true)}</ul>
            <h2 class="nhsuk-heading-m">"Others"</h2>
            <ul class="nhsuk-list">{begin(false)}</ul>
        })}
        <h2 class="nhsuk-heading-m">"Papers so far"</h2>
        {if page.papers.is_empty() { view! { <p>"None."</p> }.into_any() } else { view! { <ul class="nhsuk-list">{lines}</ul> }.into_any() }}
    }
}

/// One question of a draft, or one row of it.
#[derive(Debug, Clone)]
pub struct Block {
    /// The section it stands in.
    pub section: String,
    /// What stands under the section's heading.
    pub introduction: Option<String>,
    /// Where a link to it leads.
    pub anchor: String,
    /// The question.
    pub question: String,
    /// The row, in words.
    pub row: Option<String>,
    /// What the record says, for a question that only shows it.
    pub shown: Option<Vec<String>>,
    /// Its controls.
    pub controls: Vec<Asked>,
}

/// What a draft shows.
#[derive(Debug, Clone)]
pub struct DraftPage {
    /// Where the form goes.
    pub action: String,
    /// Title of the form.
    pub title: String,
    /// What it is and is not.
    pub status: String,
    /// A boxed announcement.
    pub notice: Option<(String, String)>,
    /// Whether the urgent steps stand above it.
    pub urgent: bool,
    /// The version that the page was made from.
    pub seen: i64,
    /// Who saved it last, in words.
    pub saved: String,
    /// Questions.
    pub blocks: Vec<Block>,
    /// Why nothing was saved.
    pub not_saved: Option<String>,
    /// What is wrong with what was typed.
    pub errors: Vec<FieldError>,
}

/// The draft: one page, any part of which may stay empty.
pub fn draft_page(page: &DraftPage) -> impl IntoView + use<> {
    let mut section = String::new();
    let mut asked = String::new();
    let blocks = page
        .blocks
        .iter()
        .map(|b| {
            let heading = (b.section != section).then(|| {
                section.clone_from(&b.section);
                let introduction = b.introduction.clone();
                view! { <h2 class="nhsuk-heading-m">{b.section.clone()}</h2> {introduction.map(|i| view! { <p>{i}</p> })} }
            });
            // The controls of a plain question bear its label; rows and facts of the record need a heading.
            let own = b.row.is_some() || b.shown.is_some();
            let question_heading = (own && b.question != asked).then(|| {
                asked.clone_from(&b.question);
                view! { <h3 class="nhsuk-heading-s">{b.question.clone()}</h3> }
            });
            let row = b.row.clone().map(|r| view! { <h4 class="nhsuk-heading-xs">{r}</h4> });
            let shown = b.shown.clone().map(|lines| {
                if lines.is_empty() {
                    view! { <p class="not-provided">"Not recorded"</p> }.into_any()
                } else {
                    lines.into_iter().map(|l| view! { <p>{l}</p> }).collect_view().into_any()
                }
            });
            let controls = b.controls.iter().map(question).collect_view();
            view! { {heading} {question_heading} {row} {shown} {controls} }
        })
        .collect_view();
    let not_saved = page.not_saved.clone().map(|words| {
        view! {
            <div class="nhsuk-error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="not-saved">
                <h2 class="nhsuk-error-summary__title" id="not-saved">"Not saved"</h2>
                <div class="nhsuk-error-summary__body"><p>{words}</p></div>
            </div>
        }
    });
    let errors = page
        .not_saved
        .is_none()
        .then(|| error_summary(&page.errors));
    view! {
        {not_saved} {errors}
        <h1 class="nhsuk-heading-l">{page.title.clone()}</h1>
        {page.notice.clone().map(|(title, text)| view! {
            <div class="nhsuk-inset-text"><p><strong>{title}</strong></p><p>{text}</p></div>
        })}
        <p class="nhsuk-body-s">{page.status.clone()}</p>
        <p class="nhsuk-body-s">{page.saved.clone()}". Any question may stay empty: the paper says “Not answered” there. What you type is kept only when you save."</p>
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.to_string() />
            {page.urgent.then(|| view! {
                <div class="nhsuk-button-group">
                    <button class="nhsuk-button" type="submit" name="then" value="make">"Make the paper now"</button>
                    <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="then" value="save">"Save the draft"</button>
                </div>
            })}
            {blocks}
            <div class="nhsuk-button-group">
                <button class="nhsuk-button" type="submit" name="then" value="save">"Save the draft"</button>
                <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="then" value="make">"Make the paper"</button>
            </div>
            <p>"Once made, a paper never changes. A correction is a new paper."</p>
        </form>
    }
}

/// A record that a paper was given.
#[derive(Debug, Clone)]
pub struct GivenLine {
    /// When, to whom, how.
    pub words: String,
    /// What was answered.
    pub reply: String,
    /// Who recorded it.
    pub by: String,
}

/// What the page of a made paper shows.
#[derive(Debug, Clone)]
pub struct MadePage {
    /// Path of the paper.
    pub path: String,
    /// Title.
    pub title: String,
    /// When it was made.
    pub made: String,
    /// Whether it is given to the patient, and not sent.
    pub recipient_is_patient: bool,
    /// The event it is about.
    pub event: Option<String>,
    /// To whom it was given so far.
    pub given: Vec<GivenLine>,
    /// Whether this person records that it was given.
    pub keeps: bool,
    /// Day, month, year as typed.
    pub on: [String; 3],
    /// To whom.
    pub recipient: String,
    /// How.
    pub how: String,
    /// What was answered.
    pub reply: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The paper as made.
pub fn made_page(page: &MadePage) -> impl IntoView + use<> {
    let given = page
        .given
        .iter()
        .map(|g| view! { <li>{g.words.clone()}{(!g.reply.is_empty()).then(|| view! { <br />"Reply: "{g.reply.clone()} })}<br /><span class="nhsuk-body-s">"Recorded by "{g.by.clone()}</span></li> })
        .collect_view();
    let verb = if page.recipient_is_patient {
        "given"
    } else {
        "sent"
    };
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{page.title.clone()}</h1>
        <p>{format!("Made {}. It never changes; a correction is a new paper.", page.made)}</p>
        <ul class="nhsuk-list">
            <li><a href=format!("{}/paper.pdf", page.path)>"Download the PDF"</a></li>
            <li><a href=format!("{}/paper.html", page.path)>"Read it as a page"</a></li>
            <li><a href=format!("{}/paper.docx", page.path)>"Download it as a Word document"</a></li>
            <li><a href=format!("{}/paper.json", page.path)>"Download its data (JSON)"</a></li>
            {page.event.clone().map(|to| view! { <li><a href=to>"The event it is about: record that MHCS was told"</a></li> })}
        </ul>
        {page.given.is_empty().then(|| view! { <p><strong class="nhsuk-tag nhsuk-tag--yellow">{format!("Not recorded as {verb}")}</strong></p> })}
        {(!page.given.is_empty()).then(|| view! { <h2 class="nhsuk-heading-m">{if verb == "sent" { "Sent" } else { "Given" }}</h2> <ul class="nhsuk-list nhsuk-list--bullet">{given}</ul> })}
        {page.keeps.then(|| view! {
            <h2 class="nhsuk-heading-m">{format!("Record that it was {verb}, or a reply")}</h2>
            {(verb == "sent").then(|| view! { <p class="nhsuk-body-s">"This service sends nothing. Send the paper from a secure account. Whether MHCS accepts a PDF is not confirmed."</p> })}
            <form method="post" action=format!("{}/given", page.path) novalidate>
                {date_field("on/", "When?".into(), None, page.on.clone(), &page.errors)}
                {text_field("recipient", "To whom?", None, page.recipient.clone(), &page.errors)}
                {text_field("how", "How?", Some("For example: by hand and read together; secure e-mail to the casework team"), page.how.clone(), &page.errors)}
                {text_field("reply", "What was answered? Leave empty if there is no answer yet", None, page.reply.clone(), &page.errors)}
                <button class="nhsuk-button" type="submit">"Record"</button>
            </form>
        })}
    }
}
