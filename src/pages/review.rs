//! The line manager's page: read everything, pin comments, return or approve.

use super::check::{FindingLine, PartView, findings, part, signatures};
use super::task_list::{Mark, marks};
use crate::components::furniture::{
    FieldError, Pinned, error_message, error_of, error_summary, password_field, pinned, prose,
    text_field,
};
use crate::domain::form::posted::element_id;
use crate::domain::sign_off::checklist::Checked;
use leptos::prelude::*;

/// What the manager is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The report was signed by its author.
    Review,
    /// Part C differs from Part B.
    SecondLook,
    /// The report went out before the review.
    Afterwards,
}

impl Mode {
    /// Title of the page.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Review => "Check the report",
            Self::SecondLook => "Part C differs from Part B",
            Self::Afterwards => "Review what was sent",
        }
    }
}

/// An item of the checklist.
#[derive(Debug, Clone)]
pub struct CheckItem {
    /// What is checked.
    pub label: String,
    /// Why it is on the list.
    pub source: String,
    /// What was said about it when the report was returned.
    pub comments: Vec<Pinned>,
    /// As answered.
    pub checked: Checked,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct ReviewPage {
    /// What is asked for.
    pub mode: Mode,
    /// Where the form goes.
    pub action: String,
    /// The form's title.
    pub title: String,
    /// Who wrote the report.
    pub author: String,
    /// What a reader has to know first.
    pub marks: Vec<Mark>,
    /// Where Part C differs: about what, Part B's view, Part C's view.
    pub differences: Vec<(String, Option<String>, String)>,
    /// What the rules noticed.
    pub findings: Vec<FindingLine>,
    /// The checklist.
    pub checklist: Vec<CheckItem>,
    /// Parts to be read.
    pub parts: Vec<PartView>,
    /// Signatures that stand.
    pub signatures: Vec<String>,
    /// What the manager attests to on approving.
    pub statements: Vec<String>,
    /// Whether this manager acts for another.
    pub deputy: bool,
    /// Name as typed.
    pub name: String,
    /// Digest of the report that this page was made of.
    pub seen: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn review_page(page: &ReviewPage) -> impl IntoView + use<> {
    let parts = page.parts.iter().map(|p| part(p, true)).collect_view();
    let heading = match page.mode {
        Mode::Review => format!("Check the report by {}", page.author),
        mode => mode.heading().to_owned(),
    };
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.title.clone()}</span>
        <h1 class="nhsuk-heading-l">{heading}</h1>
        <p>"You comment and attest; the words stay the author’s. Your record is internal and is not part of what is sent to MHCS."</p>
        {marks(&page.marks)}
        {differences(&page.differences)}
        {findings(&page.findings)}
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.clone() />
            {parts}
            {signatures(&page.signatures)}
            {decision(page)}
        </form>
    }
}

/// Where Part C and Part B differ, both views side by side in words.
pub fn differences(
    differences: &[(String, Option<String>, String)],
) -> Option<impl IntoView + use<>> {
    (!differences.is_empty()).then(|| {
        let rows = differences
            .iter()
            .map(|(about, b, c)| {
                view! {
                    <h3 class="nhsuk-heading-s">{about.clone()}</h3>
                    {b.clone().map(|b| view! { <p><strong>"Part B: "</strong></p> {prose(&b)} })}
                    <p><strong>"Part C: "</strong></p>
                    {prose(c)}
                }
            })
            .collect_view();
        view! {
            <section class="findings" aria-labelledby="differences">
                <h2 class="nhsuk-heading-m" id="differences">"Where Part C differs"</h2>
                <p>"Both views are sent to MHCS. This does not hold the report up."</p>
                {rows}
            </section>
        }
    })
}

fn decision(page: &ReviewPage) -> AnyView {
    let statements = page
        .statements
        .iter()
        .map(|s| view! { <li>{s.clone()}</li> })
        .collect_view();
    let deputy = page
        .deputy
        .then(|| view! { <li>"I act as deputy for the line manager of the team."</li> });
    let approve = match page.mode {
        Mode::SecondLook => view! {
            <h2 class="nhsuk-heading-m">"You have seen the difference"</h2>
            <p>"Both views go to MHCS as they stand. A difference that has to be settled can be taken to a third person; that does not stop the report."</p>
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button" type="submit" name="decision" value="note">"I have seen it; it can go on"</button>
        }
        .into_any(),
        mode => {
            let button = if mode == Mode::Review { "Attest and approve" } else { "Attest the review" };
            view! {
                <h2 class="nhsuk-heading-m">"Checklist"</h2>
                <p>"A proposal of this service, not an official list. A “no” takes a reason and does not stop you."</p>
                {page.checklist.iter().map(|item| check_item(item, &page.errors)).collect_view()}
                <h2 class="nhsuk-heading-m">"Approve"</h2>
                <p>"By approving you say:"</p>
                <ul class="nhsuk-list nhsuk-list--bullet">{statements}{deputy}</ul>
                {text_field("name", "Your full name", None, page.name.clone(), &page.errors)}
                {password_field("password", "Your password, again", &page.errors)}
                <button class="nhsuk-button" type="submit" name="decision" value="approve">{button}</button>
            }
            .into_any()
        }
    };
    view! {
        {approve}
        {(page.mode != Mode::Afterwards).then(|| view! {
            <h2 class="nhsuk-heading-m">"Return with comments"</h2>
            <p>"Write each comment beside the answer it concerns, above."{(page.mode == Mode::Review).then_some(" Each “no” on the checklist goes to the author too, with its reason.")}</p>
            <button class="nhsuk-button nhsuk-button--secondary" id="decision" type="submit" name="decision" value="return">"Return to the author"</button>
        })}
    }
    .into_any()
}

fn check_item(item: &CheckItem, errors: &[FieldError]) -> impl IntoView + use<> {
    let name = format!("checklist/{}", item.checked.id);
    let reason = format!("reason/{}", item.checked.id);
    let (id, reason_id) = (element_id(&name), element_id(&reason));
    let error = error_of(errors, &name);
    let reason_error = error_of(errors, &reason);
    let class = if error.is_some() || reason_error.is_some() {
        "nhsuk-form-group nhsuk-form-group--error"
    } else {
        "nhsuk-form-group"
    };
    let option = |value: &'static str, words: &'static str, id: String| {
        view! {
            <div class="nhsuk-radios__item">
                <input class="nhsuk-radios__input" id=id.clone() name=name.clone() type="radio" value=value checked=item.checked.answer == value />
                <label class="nhsuk-label nhsuk-radios__label" for=id>{words}</label>
            </div>
        }
    };
    let no_id = format!("{id}-no");
    view! {
        <div class=class>
            <fieldset class="nhsuk-fieldset checklist__item">
                <legend class="nhsuk-fieldset__legend">{item.label.clone()}</legend>
                <div class="nhsuk-hint">{item.source.clone()}</div>
                {pinned(&item.comments)}
                {error_message(&name, error)}
                <div class="nhsuk-radios nhsuk-radios--inline nhsuk-radios--small">
                    {option("yes", "Yes", id)}
                    {option("no", "No", no_id)}
                </div>
                <label class="nhsuk-label nhsuk-u-font-size-16" for=reason_id.clone()>"If no, why"</label>
                {error_message(&reason, reason_error)}
                <input class="nhsuk-input" id=reason_id name=reason.clone() type="text" value=item.checked.reason.clone() autocomplete="off" />
            </fieldset>
        </div>
    }
}
