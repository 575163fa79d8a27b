//! Controls by name, for pages whose questions are not those of a form file.

use super::furniture::{FieldError, boxed, described_by, error_message, error_of, group};
use crate::domain::form::posted::element_id;
use leptos::prelude::*;

/// One option of a group of radios.
#[derive(Debug, Clone)]
pub struct Choice {
    /// As posted.
    pub value: String,
    /// What it says.
    pub label: String,
    /// What it means.
    pub hint: String,
}

impl Choice {
    /// An option without a hint.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: String::new(),
        }
    }
}

/// Radios.
pub fn radios(
    name: &str,
    legend: &str,
    choices: &[Choice],
    chosen: &str,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let class = group(error.is_some());
    let described = described_by(name, false, error.is_some());
    let items = choices
        .iter()
        .enumerate()
        .map(|(n, choice)| {
            let item = if n == 0 { id.clone() } else { format!("{id}-{n}") };
            let hint = format!("{item}-hint");
            let told = (!choice.hint.is_empty()).then(|| hint.clone());
            view! {
                <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id=item.clone() name=name.to_owned() type="radio" value=choice.value.clone() checked=choice.value == chosen aria-describedby=told.clone() />
                    <label class="nhsuk-label nhsuk-radios__label" for=item>{choice.label.clone()}</label>
                    {told.map(|id| view! { <div class="nhsuk-hint nhsuk-radios__hint" id=id>{choice.hint.clone()}</div> })}
                </div>
            }
        })
        .collect_view();
    view! {
        <div class=class>
            <fieldset class="nhsuk-fieldset" aria-describedby=described>
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">{legend.to_owned()}</legend>
                {error_message(name, error)}
                <div class="nhsuk-radios">{items}</div>
            </fieldset>
        </div>
    }
}

/// Tick boxes of one name.
pub fn ticks(
    name: &str,
    legend: &str,
    choices: &[Choice],
    ticked: &[String],
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let class = group(error.is_some());
    let described = described_by(name, false, error.is_some());
    let items = choices
        .iter()
        .enumerate()
        .map(|(n, choice)| {
            let item = if n == 0 { id.clone() } else { format!("{id}-{n}") };
            view! {
                <div class="nhsuk-checkboxes__item">
                    <input class="nhsuk-checkboxes__input" id=item.clone() name=name.to_owned() type="checkbox" value=choice.value.clone() checked=ticked.contains(&choice.value) />
                    <label class="nhsuk-label nhsuk-checkboxes__label" for=item>{choice.label.clone()}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class=class>
            <fieldset class="nhsuk-fieldset" aria-describedby=described>
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">{legend.to_owned()}</legend>
                {error_message(name, error)}
                <div class="nhsuk-checkboxes nhsuk-checkboxes--small">{items}</div>
            </fieldset>
        </div>
    }
}

/// A text field of one line.
pub fn line(
    name: &str,
    label: &str,
    hint: Option<&str>,
    value: &str,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let class = group(error.is_some());
    let described = described_by(name, hint.is_some(), error.is_some());
    let input = if error.is_some() {
        "nhsuk-input nhsuk-input--error"
    } else {
        "nhsuk-input"
    };
    view! {
        <div class=class>
            <label class="nhsuk-label" for=id.clone()>{label.to_owned()}</label>
            {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h.to_owned()}</div> })}
            {error_message(name, error)}
            <input class=input id=id.clone() name=name.to_owned() type="text" value=value.to_owned() aria-describedby=described autocomplete="off" />
        </div>
    }
}

/// A text box of several lines.
pub fn text_box(
    name: &str,
    label: &str,
    hint: Option<&str>,
    value: &str,
    rows: usize,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let class = group(error.is_some());
    let described = described_by(name, hint.is_some(), error.is_some());
    let input = if error.is_some() {
        "nhsuk-textarea nhsuk-input--error"
    } else {
        "nhsuk-textarea"
    };
    let rows = (value.chars().count() / 90 + value.lines().count() + 1).clamp(rows, 30);
    view! {
        <div class=class>
            <label class="nhsuk-label" for=id.clone()>{label.to_owned()}</label>
            {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h.to_owned()}</div> })}
            {error_message(name, error)}
            <textarea class=input id=id.clone() name=name.to_owned() rows=rows.to_string() aria-describedby=described spellcheck="true">{boxed(value)}</textarea>
        </div>
    }
}

/// A drop-down list; the first entry is empty.
pub fn select(
    name: &str,
    label: &str,
    choices: &[Choice],
    chosen: &str,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let id = element_id(name);
    let error = error_of(errors, name);
    let class = group(error.is_some());
    let described = described_by(name, false, error.is_some());
    let input = if error.is_some() {
        "nhsuk-select nhsuk-select--error"
    } else {
        "nhsuk-select"
    };
    let options = choices
        .iter()
        .map(|c| view! { <option value=c.value.clone() selected=c.value == chosen>{c.label.clone()}</option> })
        .collect_view();
    view! {
        <div class=class>
            <label class="nhsuk-label" for=id.clone()>{label.to_owned()}</label>
            {error_message(name, error)}
            <select class=input id=id.clone() name=name.to_owned() aria-describedby=described>
                <option value="">"Choose one"</option>
                {options}
            </select>
        </div>
    }
}
