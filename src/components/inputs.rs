//! Inputs of the pages about accounts: one line with a purpose, a list, one box to tick; and what each
//! tells the browser.

use super::furniture::{FieldError, described_by, error_message, error_of, group};
use crate::domain::form::posted::element_id;
use leptos::prelude::*;

/// What an input is for: the browser helps with the right keyboard and the right memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Any short text.
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Telephone,
    /// A whole number.
    Number,
    /// A new password.
    NewPassword,
    /// A code from an authenticator.
    Code,
}

impl Purpose {
    /// Type, inputmode, autocomplete and width.
    fn attributes(
        self,
    ) -> (
        &'static str,
        Option<&'static str>,
        &'static str,
        &'static str,
    ) {
        match self {
            Self::Text => ("text", None, "off", "nhsuk-input"),
            Self::Email => ("email", None, "off", "nhsuk-input"),
            Self::Telephone => ("tel", None, "off", "nhsuk-input nhsuk-input--width-20"),
            Self::Number => (
                "text",
                Some("numeric"),
                "off",
                "nhsuk-input nhsuk-input--width-4",
            ),
            Self::NewPassword => (
                "password",
                None,
                "new-password",
                "nhsuk-input nhsuk-input--width-20",
            ),
            Self::Code => (
                "text",
                None,
                "one-time-code",
                "nhsuk-input nhsuk-input--width-10",
            ),
        }
    }
}

/// A field of one line.
pub fn input(
    purpose: Purpose,
    name: &str,
    label: &str,
    hint: Option<&str>,
    value: &str,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let described = described_by(name, hint.is_some(), error.is_some());
    let group = group(error.is_some());
    let (kind, mode, complete, class) = purpose.attributes();
    let wrong = if error.is_some() {
        " nhsuk-input--error"
    } else {
        ""
    };
    view! {
        <div class=group>
            <label class="nhsuk-label" for=id.clone()>{label.to_owned()}</label>
            {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h.to_owned()}</div> })}
            {error_message(name, error)}
            <input class=format!("{class}{wrong}") id=id.clone() name=name.to_owned() type=kind inputmode=mode value=value.to_owned() aria-describedby=described autocomplete=complete spellcheck="false" />
        </div>
    }
}

/// A choice from a list: value and words of each.
pub fn select(
    name: &str,
    label: &str,
    hint: Option<&str>,
    options: &[(String, String)],
    chosen: &str,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let described = described_by(name, hint.is_some(), error.is_some());
    let group = group(error.is_some());
    let options = options
        .iter()
        .map(|(value, words)| view! { <option value=value.clone() selected=value == chosen>{words.clone()}</option> })
        .collect_view();
    view! {
        <div class=group>
            <label class="nhsuk-label" for=id.clone()>{label.to_owned()}</label>
            {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h.to_owned()}</div> })}
            {error_message(name, error)}
            <select class="nhsuk-select" id=id.clone() name=name.to_owned() aria-describedby=described>{options}</select>
        </div>
    }
}

/// One box to tick; posts `yes`.
pub fn tick_box(
    name: &str,
    label: &str,
    hint: Option<&str>,
    ticked: bool,
) -> impl IntoView + use<> {
    let id = element_id(name);
    let described = described_by(name, hint.is_some(), false);
    view! {
        <div class="nhsuk-form-group">
            <div class="nhsuk-checkboxes">
                <div class="nhsuk-checkboxes__item">
                    <input class="nhsuk-checkboxes__input" id=id.clone() name=name.to_owned() type="checkbox" value="yes" checked=ticked aria-describedby=described />
                    <label class="nhsuk-label nhsuk-checkboxes__label" for=id.clone()>{label.to_owned()}</label>
                    {hint.map(|h| view! { <div class="nhsuk-hint nhsuk-checkboxes__hint" id=format!("{id}-hint")>{h.to_owned()}</div> })}
                </div>
            </div>
        </div>
    }
}
