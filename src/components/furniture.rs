//! Small pieces that several pages use.

use crate::domain::form::posted::element_id;
use leptos::prelude::*;

/// An error beside a control and in the summary: same words in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the control.
    pub control: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// The summary at the head of a page with errors. Takes the focus, with or without scripts.
pub fn error_summary(errors: &[FieldError]) -> Option<impl IntoView + use<>> {
    (!errors.is_empty()).then(|| {
        let items = errors
            .iter()
            .map(|e| {
                let target = format!("#{}", element_id(&e.control));
                view! { <li><a href=target>{e.message.clone()}</a></li> }
            })
            .collect_view();
        view! {
            <div class="nhsuk-error-summary" aria-labelledby="error-summary-title" role="alert" tabindex="-1" autofocus>
                <h2 class="nhsuk-error-summary__title" id="error-summary-title">"There is a problem"</h2>
                <div class="nhsuk-error-summary__body">
                    <ul class="nhsuk-list nhsuk-error-summary__list">{items}</ul>
                </div>
            </div>
        }
    })
}

/// The message of one control.
#[must_use]
pub fn error_of(errors: &[FieldError], control: &str) -> Option<String> {
    errors
        .iter()
        .find(|e| e.control == control)
        .map(|e| e.message.clone())
}

/// The message beside a control.
pub fn error_message(control: &str, message: Option<String>) -> Option<impl IntoView + use<>> {
    let id = format!("{}-error", element_id(control));
    message.map(|m| {
        view! {
            <span class="nhsuk-error-message" id=id>
                <span class="nhsuk-u-visually-hidden">"Error: "</span>
                {m}
            </span>
        }
    })
}

/// The class of a form group, by whether something in it is wrong.
#[must_use]
pub fn group(error: bool) -> &'static str {
    if error {
        "nhsuk-form-group nhsuk-form-group--error"
    } else {
        "nhsuk-form-group"
    }
}

/// What stands in a text box. Leptos does not escape what a `textarea` holds, so it is done here:
/// otherwise typed markup would end the box and become part of the page.
#[must_use]
pub fn boxed(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A comment: who, when, what.
pub type Pinned = (String, String, String);

/// Comments where they are pinned.
pub fn pinned(comments: &[Pinned]) -> impl IntoView + use<> {
    comments
        .iter()
        .map(|(who, when, text)| {
            view! {
                <div class="comment-pinned">
                    <p><strong>{format!("Comment by {who}, {when}")}</strong></p>
                    {prose(text)}
                </div>
            }
        })
        .collect_view()
}

/// Text as typed: a paragraph for each blank line, a line for each line end.
pub fn prose(text: &str) -> impl IntoView + use<> {
    text.split("\n\n")
        .filter(|p| !p.trim().is_empty())
        .map(|p| view! { <p class="as-typed">{p.to_owned()}</p> })
        .collect_view()
}

/// A short text field with label, hint and error.
pub fn text_field(
    name: &str,
    label: &'static str,
    hint: Option<&'static str>,
    value: String,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let described = described_by(name, hint.is_some(), error.is_some());
    let class = group(error.is_some());
    view! {
        <div class=class>
            <label class="nhsuk-label" for=id.clone()>{label}</label>
            {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h}</div> })}
            {error_message(name, error)}
            <input class="nhsuk-input" id=id.clone() name=name.to_owned() type="text" value=value aria-describedby=described autocomplete="off" />
        </div>
    }
}

/// Whether the reader gives a code too where a page asks for the password again. The frame of the page
/// says so.
#[derive(Debug, Clone, Copy)]
pub struct AsksCode(pub bool);

/// What people call the account with which they show who they are where their organisation's identity
/// provider opened the session. The frame of the page says so.
#[derive(Debug, Clone)]
pub struct ConfirmsWith(pub String);

/// What stands in the place of a password field for somebody whose organisation's identity provider opened
/// the session: a link that opens beside the page, so that nothing typed is lost.
fn confirm_link(name: &str, account: &str, errors: &[FieldError]) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let described = described_by(name, true, error.is_some());
    let class = group(error.is_some());
    view! {
        <div class=class>
            <p class="nhsuk-hint" id=format!("{id}-hint")>"Show who you are before you press the button below. It counts for 5 minutes."</p>
            {error_message(name, error)}
            <p><a id=id.clone() href="/sign-in/confirm" target="_blank" rel="noopener" aria-describedby=described>{format!("Confirm with your {account} (opens in a new tab)")}</a></p>
        </div>
    }
}

/// A password field, or the link that stands in its place; and one for the code, where a signed-in person has an authenticator. The code's
/// name is the password's with `code` in the place of `password`, so that two forms of one page differ.
pub fn password_field(name: &str, label: &'static str, errors: &[FieldError]) -> AnyView {
    if let Some(ConfirmsWith(account)) = use_context() {
        return confirm_link(name, &account, errors).into_any();
    }
    let id = element_id(name);
    let error = error_of(errors, name);
    let described = described_by(name, false, error.is_some());
    let class = group(error.is_some());
    let code = use_context::<AsksCode>()
        .is_some_and(|asks| asks.0)
        .then(|| {
            super::inputs::input(
                super::inputs::Purpose::Code,
                &name.replace("password", "code"),
                "Code from your authenticator app",
                Some("6 digits, or one of your recovery codes"),
                "",
                errors,
            )
        });
    view! {
        <div class=class>
            <label class="nhsuk-label" for=id.clone()>{label}</label>
            {error_message(name, error)}
            <input class="nhsuk-input nhsuk-input--width-20" id=id.clone() name=name.to_owned() type="password" aria-describedby=described autocomplete="current-password" />
        </div>
        {code}
    }
    .into_any()
}

/// What `aria-describedby` names: hint and error, where they are.
#[must_use]
pub fn described_by(control: &str, hint: bool, error: bool) -> Option<String> {
    let id = element_id(control);
    let ids: Vec<String> = [(hint, "hint"), (error, "error")]
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, what)| format!("{id}-{what}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A date in three fields: `name/day`, `name/month`, `name/year`.
pub fn date_field(
    name: &str,
    legend: String,
    hint: Option<String>,
    values: [String; 3],
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let parts = ["day", "month", "year"];
    let error = parts
        .iter()
        .find_map(|p| error_of(errors, &format!("{name}{p}")));
    let wrong: Vec<bool> = parts
        .iter()
        .map(|p| error_of(errors, &format!("{name}{p}")).is_some())
        .collect();
    let class = group(error.is_some());
    let described = described_by(name, hint.is_some(), error.is_some());
    let id = element_id(name);
    let inputs = parts
        .iter()
        .zip(values)
        .zip(wrong)
        .map(|((part, value), wrong)| {
            let control = format!("{name}{part}");
            let input_id = element_id(&control);
            let width = if *part == "year" { 4 } else { 2 };
            let flag = if wrong { " nhsuk-input--error" } else { "" };
            let class = format!("nhsuk-input nhsuk-date-input__input nhsuk-input--width-{width}{flag}");
            let label = format!("{}{}", part[..1].to_uppercase(), &part[1..]);
            view! {
                <div class="nhsuk-date-input__item">
                    <label class="nhsuk-label nhsuk-date-input__label" for=input_id.clone()>{label}</label>
                    <input class=class id=input_id.clone() name=control type="text" value=value inputmode="numeric" autocomplete="off" />
                </div>
            }
        })
        .collect_view();
    view! {
        <div class=class>
            <fieldset class="nhsuk-fieldset" aria-describedby=described role="group">
                <legend class="nhsuk-fieldset__legend">{legend}</legend>
                {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h}</div> })}
                {error_message(name, error)}
                <div class="nhsuk-date-input">{inputs}</div>
            </fieldset>
        </div>
    }
}
