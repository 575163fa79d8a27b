//! A step that takes a few words: one page for all of them, made of fields.

use crate::components::controls::text_box;
use crate::components::furniture::{
    FieldError, date_field, described_by, error_message, error_of, error_summary, group,
    password_field, prose, text_field,
};
use crate::domain::form::posted::element_id;
use leptos::prelude::*;

/// A field of a step.
#[derive(Debug, Clone)]
pub enum Field {
    /// A day: controls `NAME/day`, `NAME/month`, `NAME/year`.
    Day {
        /// Name with the slash at its end.
        name: &'static str,
        /// Label.
        label: &'static str,
        /// Hint.
        hint: Option<&'static str>,
        /// Day, month, year as typed.
        value: [String; 3],
    },
    /// A line.
    Line {
        /// Name.
        name: &'static str,
        /// Label.
        label: &'static str,
        /// Hint.
        hint: Option<&'static str>,
        /// As typed.
        value: String,
    },
    /// Several lines.
    Text {
        /// Name.
        name: &'static str,
        /// Label.
        label: &'static str,
        /// Hint.
        hint: Option<&'static str>,
        /// As typed.
        value: String,
    },
    /// One of a few.
    Pick {
        /// Name.
        name: &'static str,
        /// Legend.
        legend: &'static str,
        /// Hint.
        hint: Option<&'static str>,
        /// Values with their labels.
        options: Vec<(String, String)>,
        /// The value picked.
        value: String,
    },
    /// The person's own name, typed as a signature.
    Name(String),
    /// The person's password, again.
    Password,
}

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct StepPage {
    /// Heading.
    pub heading: String,
    /// What the step does and does not do.
    pub lead: Vec<String>,
    /// What was written before: who and when, then the words.
    pub history: Vec<(String, String)>,
    /// Where the form goes.
    pub action: String,
    /// What is attested by signing, where something is.
    pub statements: Vec<String>,
    /// The fields; with none there is no form.
    pub fields: Vec<Field>,
    /// What the button says.
    pub button: &'static str,
    /// Whether the step cannot be undone.
    pub grave: bool,
    /// Digest of the report that this page was made of.
    pub seen: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn step_page(page: &StepPage) -> impl IntoView + use<> {
    let lead = page
        .lead
        .iter()
        .map(|p| view! { <p>{p.clone()}</p> })
        .collect_view();
    let history = page
        .history
        .iter()
        .map(|(who, text)| view! { <li class="thread__line"><p class="nhsuk-body-s nhsuk-u-margin-bottom-2">{who.clone()}</p>{prose(text)}</li> })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {lead}
        {(!page.history.is_empty()).then(|| view! { <ol class="nhsuk-list thread">{history}</ol> })}
        {(!page.fields.is_empty()).then(|| form(page))}
    }
}

fn form(page: &StepPage) -> impl IntoView + use<> {
    let errors = &page.errors;
    let fields = page.fields.iter().map(|f| field(f, errors)).collect_view();
    let statements = page
        .statements
        .iter()
        .map(|s| view! { <li>{s.clone()}</li> })
        .collect_view();
    let class = if page.grave {
        "nhsuk-button nhsuk-button--warning"
    } else {
        "nhsuk-button"
    };
    view! {
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.clone() />
            {(!page.statements.is_empty()).then(|| view! {
                <p>"By signing you say:"</p>
                <ul class="nhsuk-list nhsuk-list--bullet">{statements}</ul>
            })}
            {fields}
            <button class=class type="submit">{page.button}</button>
        </form>
    }
}

fn field(field: &Field, errors: &[FieldError]) -> AnyView {
    match field {
        Field::Day {
            name,
            label,
            hint,
            value,
        } => date_field(
            name,
            (*label).to_owned(),
            hint.map(str::to_owned),
            value.clone(),
            errors,
        )
        .into_any(),
        Field::Line {
            name,
            label,
            hint,
            value,
        } => text_field(name, label, *hint, value.clone(), errors).into_any(),
        Field::Text {
            name,
            label,
            hint,
            value,
        } => text_box(name, label, *hint, value, 5, errors).into_any(),
        Field::Pick {
            name,
            legend,
            hint,
            options,
            value,
        } => pick(name, legend, *hint, options, value, errors).into_any(),
        Field::Name(typed) => text_field(
            "name",
            "Your full name",
            Some("Type it as your signature"),
            typed.clone(),
            errors,
        )
        .into_any(),
        Field::Password => password_field("password", "Your password, again", errors),
    }
}

fn pick(
    name: &'static str,
    legend: &'static str,
    hint: Option<&'static str>,
    options: &[(String, String)],
    value: &str,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let error = error_of(errors, name);
    let described = described_by(name, hint.is_some(), error.is_some());
    let first = element_id(name);
    let items = options
        .iter()
        .enumerate()
        .map(|(at, (option, label))| {
            let id = if at == 0 { first.clone() } else { format!("{first}-{at}") };
            view! {
                <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id=id.clone() name=name type="radio" value=option.clone() checked=option == value />
                    <label class="nhsuk-label nhsuk-radios__label" for=id>{label.clone()}</label>
                </div>
            }
        })
        .collect_view();
    let class = group(error.is_some());
    view! {
        <div class=class>
            <fieldset class="nhsuk-fieldset" aria-describedby=described>
                <legend class="nhsuk-fieldset__legend">{legend}</legend>
                {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{first}-hint")>{h}</div> })}
                {error_message(name, error)}
                <div class="nhsuk-radios">{items}</div>
            </fieldset>
        </div>
    }
}
