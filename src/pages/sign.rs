//! Signing: exactly what is attested, then typed name and password.

use crate::components::controls::text_box;
use crate::components::furniture::{
    FieldError, date_field, error_summary, password_field, prose, text_field,
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct SignPage {
    /// Heading.
    pub heading: String,
    /// What happens next, in a sentence.
    pub explanation: String,
    /// Where the form goes.
    pub action: String,
    /// Comments that are answered before the signature: each with a box.
    pub comments: Vec<OpenComment>,
    /// Statements that are attested.
    pub statements: Vec<String>,
    /// What the button says.
    pub button: String,
    /// "Facts as at", where it is asked: day, month, year.
    pub facts_as_at: Option<[String; 3]>,
    /// Name as typed.
    pub name: String,
    /// Digest of the report that this page was made of.
    pub seen: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A comment that waits for its answer: in words here, or by a change of what it is pinned to.
#[derive(Debug, Clone)]
pub struct OpenComment {
    /// The answer's control.
    pub control: String,
    /// What the comment is pinned to, in words.
    pub about: String,
    /// Where that is changed, where it is about an answer.
    pub path: Option<String>,
    /// Who wrote it and when.
    pub by: String,
    /// The comment.
    pub text: String,
    /// The answer as typed.
    pub reply: String,
}

fn open_comments(page: &SignPage) -> Option<impl IntoView + use<>> {
    (!page.comments.is_empty()).then(|| {
        let boxes = page
            .comments
            .iter()
            .map(|c| {
                view! {
                    <div class="comment-pinned">
                        <p><strong>{format!("{}: comment by {}", c.about, c.by)}</strong></p>
                        {prose(&c.text)}
                        {c.path.clone().map(|path| view! { <p><a href=path>"Change the answer instead"<span class="nhsuk-u-visually-hidden">{format!(": {}", c.about)}</span></a></p> })}
                    </div>
                    {text_box(&c.control, &format!("Your answer to the comment on: {}", c.about), None, &c.reply, 3, &page.errors)}
                }
            })
            .collect_view();
        view! {
            <h2 class="nhsuk-heading-m">"Comments to answer first"</h2>
            <p>"The line manager sees your answers beside the questions. A comment whose question you changed since needs none."</p>
            {boxes}
        }
    })
}

/// The page.
pub fn sign_page(page: &SignPage) -> impl IntoView + use<> {
    let statements = page
        .statements
        .iter()
        .map(|s| view! { <li>{s.clone()}</li> })
        .collect_view();
    let facts = page.facts_as_at.clone().map(|values| {
        date_field(
            "facts-as-at/",
            "Facts as at".into(),
            Some("The last day this report is about. The next report begins the day after.".into()),
            values,
            &page.errors,
        )
    });
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        <p>{page.explanation.clone()}</p>
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.clone() />
            {open_comments(page)}
            {facts}
            {(!page.statements.is_empty()).then(|| view! {
                <p>"By signing you say:"</p>
                <ul class="nhsuk-list nhsuk-list--bullet">{statements}</ul>
                {text_field("name", "Your full name", Some("Type it as your signature"), page.name.clone(), &page.errors)}
            })}
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button" type="submit">{page.button.clone()}</button>
        </form>
    }
}
