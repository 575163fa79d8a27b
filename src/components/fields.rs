//! The controls of a question, by its kind. Knows kinds, never particular questions.

use super::furniture::{
    FieldError, boxed, date_field, described_by, error_message, error_of, group,
};
use crate::domain::form::answer::{AnswerKey, CONTACT, Fields, SOURCES, YES_NO};
use crate::domain::form::definition::{Choice, Column, Kind};
use crate::domain::form::posted::{control, element_id};
use leptos::prelude::*;

/// One askable thing with what was typed so far.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What its answer is kept under.
    pub key: AnswerKey,
    /// `column.` in a row, empty otherwise: goes before each field's name.
    pub prefix: String,
    /// What is asked and how.
    pub column: Column,
    /// What was typed, without the prefix.
    pub fields: Fields,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// Whether "Not applicable, because …" is offered.
    pub not_applicable: bool,
    /// The control that marks what becomes of it in the patient's copy, and whether it is ticked.
    pub mark: Option<(&'static str, bool)>,
    /// The fact of the record that is shown for confirmation.
    pub record: Option<Vec<String>>,
}

impl Asked {
    fn control(&self, field: &str) -> String {
        control(&self.key, &format!("{}{field}", self.prefix))
    }

    fn value(&self, field: &str) -> String {
        self.fields.get(field).to_owned()
    }
}

/// Label, hint, error and controls of one askable thing.
pub fn question(asked: &Asked) -> impl IntoView + use<> {
    let main = match asked.column.kind {
        Kind::ShortText => text_box(asked, "text", &asked.column.label, true, false),
        Kind::Narrative => text_box(asked, "text", &asked.column.label, true, true),
        Kind::Address => text_box(asked, "lines", &asked.column.label, true, true),
        Kind::Date => date(asked),
        Kind::Choice => radios(asked, &asked.column.options),
        Kind::YesNo => radios(asked, &yes_no_options()),
        Kind::Choices => boxes(asked),
        Kind::Contact => contact(asked),
        Kind::Record => record(asked),
        Kind::Rows => ().into_any(),
    };
    let how_known = asked.column.how_known.then(|| how_known(asked));
    let not_applicable = asked.not_applicable.then(|| not_applicable(asked));
    let withhold = asked
        .mark
        .map(|(mark, ticked)| withhold(asked, mark, ticked));
    view! { {main} {how_known} {not_applicable} {withhold} }
}

fn yes_no_options() -> Vec<Choice> {
    let detail = |id: &str| (id == "yes").then(|| "Say more, if there is more to say".to_owned());
    YES_NO
        .iter()
        .map(|(id, label)| Choice {
            id: (*id).into(),
            label: (*label).into(),
            detail: detail(id),
        })
        .collect()
}

fn text_box(asked: &Asked, field: &str, label: &str, main: bool, many_lines: bool) -> AnyView {
    let name = asked.control(field);
    let id = element_id(&name);
    let error = error_of(&asked.errors, &name);
    let group = group(error.is_some());
    let hint = asked.column.hint.clone().filter(|_| main);
    let described = described_by(&name, hint.is_some(), error.is_some());
    let label_class = if main {
        "nhsuk-label nhsuk-label--s"
    } else {
        "nhsuk-label"
    };
    let value = asked.value(field);
    let rows = (value.chars().count() / 90 + value.lines().count() + 3).clamp(5, 30);
    let wrong = if error.is_some() {
        " nhsuk-input--error"
    } else {
        ""
    };
    view! {
        <div class=group>
            <label class=label_class for=id.clone()>{label.to_owned()}</label>
            {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h}</div> })}
            {error_message(&name, error)}
            {if many_lines {
                let class = format!("nhsuk-textarea{wrong}");
                view! {
                    <textarea class=class id=id.clone() name=name rows=rows.to_string() aria-describedby=described spellcheck="true">{boxed(&value)}</textarea>
                }.into_any()
            } else {
                let class = format!("nhsuk-input{wrong}");
                view! {
                    <input class=class id=id.clone() name=name type="text" value=value aria-describedby=described autocomplete="off" />
                }.into_any()
            }}
        </div>
    }
    .into_any()
}

fn date(asked: &Asked) -> AnyView {
    let values = ["day", "month", "year"].map(|p| asked.value(p));
    let name = asked.control("");
    let hint = asked
        .column
        .hint
        .clone()
        .or_else(|| Some("For example, 27 3 2026".into()));
    date_field(
        &name,
        asked.column.label.clone(),
        hint,
        values,
        &asked.errors,
    )
    .into_any()
}

fn radios(asked: &Asked, options: &[Choice]) -> AnyView {
    let name = asked.control("choice");
    let id = element_id(&name);
    let error = error_of(&asked.errors, &name);
    let group = group(error.is_some());
    let hint = asked.column.hint.clone();
    let described = described_by(&name, hint.is_some(), error.is_some());
    let chosen = asked.value("choice");
    let detail = options.iter().any(|o| o.detail.is_some()).then(|| {
        let labels: Vec<String> = options
            .iter()
            .filter_map(|o| {
                let detail = o.detail.as_ref()?;
                Some(if detail.starts_with("Say more") {
                    detail.clone()
                } else {
                    format!("{}: {detail}", o.label)
                })
            })
            .collect();
        text_box(asked, "detail", &labels.join(" · "), false, true)
    });
    let items = options
        .iter()
        .enumerate()
        .map(|(n, option)| {
            let item = if n == 0 { id.clone() } else { format!("{id}-{n}") };
            view! {
                <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id=item.clone() name=name.clone() type="radio" value=option.id.clone() checked=option.id == chosen />
                    <label class="nhsuk-label nhsuk-radios__label" for=item>{option.label.clone()}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class=group>
            <fieldset class="nhsuk-fieldset" aria-describedby=described>
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">{asked.column.label.clone()}</legend>
                {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h}</div> })}
                {error_message(&name, error)}
                <div class="nhsuk-radios">{items}</div>
            </fieldset>
        </div>
        {detail}
    }
    .into_any()
}

/// Tick boxes: options of one field.
fn tick_boxes(
    asked: &Asked,
    field: &str,
    legend: &str,
    legend_class: &'static str,
    hint: Option<String>,
    options: &[(String, String)],
) -> AnyView {
    let name = asked.control(field);
    let id = element_id(&name);
    let error = error_of(&asked.errors, &name);
    let group = group(error.is_some());
    let described = described_by(&name, hint.is_some(), error.is_some());
    let ticked: Vec<String> = asked.fields.ticked(field).map(str::to_owned).collect();
    let items = options
        .iter()
        .enumerate()
        .map(|(n, (value, label))| {
            let item = if n == 0 { id.clone() } else { format!("{id}-{n}") };
            view! {
                <div class="nhsuk-checkboxes__item">
                    <input class="nhsuk-checkboxes__input" id=item.clone() name=name.clone() type="checkbox" value=value.clone() checked=ticked.contains(value) />
                    <label class="nhsuk-label nhsuk-checkboxes__label" for=item>{label.clone()}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class=group>
            <fieldset class="nhsuk-fieldset" aria-describedby=described>
                <legend class=legend_class>{legend.to_owned()}</legend>
                {hint.map(|h| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{h}</div> })}
                {error_message(&name, error)}
                <div class="nhsuk-checkboxes nhsuk-checkboxes--small">{items}</div>
            </fieldset>
        </div>
    }
    .into_any()
}

fn boxes(asked: &Asked) -> AnyView {
    let options: Vec<_> = asked
        .column
        .options
        .iter()
        .map(|o| (o.id.clone(), o.label.clone()))
        .collect();
    let detail = asked
        .column
        .options
        .iter()
        .any(|o| o.detail.is_some())
        .then(|| {
            text_box(
                asked,
                "detail",
                "Say more about what you ticked",
                false,
                true,
            )
        });
    let hint = asked.column.hint.clone();
    let boxes = tick_boxes(
        asked,
        "choices",
        &asked.column.label,
        "nhsuk-fieldset__legend nhsuk-fieldset__legend--s",
        hint,
        &options,
    );
    view! { {boxes} {detail} }.into_any()
}

fn how_known(asked: &Asked) -> AnyView {
    let options: Vec<_> = SOURCES
        .iter()
        .map(|(id, label)| ((*id).to_owned(), (*label).to_owned()))
        .collect();
    let boxes = tick_boxes(
        asked,
        "basis",
        "How do you know?",
        "nhsuk-fieldset__legend nhsuk-fieldset__legend--xs",
        Some("Tick all that apply".into()),
        &options,
    );
    let note = text_box(
        asked,
        "basis-note",
        "Who told you, or what did you see, and when? (optional)",
        false,
        false,
    );
    view! { <details class="nhsuk-details how-known" open><summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">{format!("How do you know? – {}", asked.column.label)}</span></summary><div class="nhsuk-details__text">{boxes} {note}</div></details> }.into_any()
}

fn not_applicable(asked: &Asked) -> AnyView {
    let boxes = tick_boxes(
        asked,
        "not-applicable",
        &format!("Does this apply? – {}", asked.column.label),
        "nhsuk-u-visually-hidden",
        None,
        &[("yes".into(), "Not applicable".into())],
    );
    let because = text_box(
        asked,
        "not-applicable-because",
        "Not applicable, because",
        false,
        false,
    );
    view! { {boxes} {because} }.into_any()
}

fn withhold(asked: &Asked, mark: &'static str, ticked: bool) -> AnyView {
    let words = if mark == "disclose" {
        "Put this in the patient’s copy. Unless you tick this, it is left out"
    } else {
        "Leave this out of the patient’s copy"
    };
    // The mark is the whole answer's, also where the answer is a row of columns.
    let whole = Asked {
        prefix: String::new(),
        fields: Fields::new(ticked.then_some((mark, "yes"))),
        ..asked.clone()
    };
    tick_boxes(
        &whole,
        mark,
        &format!("Patient’s copy – {}", asked.column.label),
        "nhsuk-u-visually-hidden",
        None,
        &[("yes".into(), words.into())],
    )
}

fn contact(asked: &Asked) -> AnyView {
    let boxes = CONTACT
        .map(|(field, label)| text_box(asked, field, label, false, false))
        .collect_view();
    view! {
        <fieldset class="nhsuk-fieldset">
            <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">{asked.column.label.clone()}</legend>
            {boxes}
        </fieldset>
    }
    .into_any()
}

fn record(asked: &Asked) -> AnyView {
    let lines = asked.record.clone().unwrap_or_default();
    let shown = if lines.is_empty() {
        view! { <p>"Not recorded. Correct it in the patient's record."</p> }.into_any()
    } else {
        view! { <ul class="nhsuk-list as-typed">{lines.into_iter().map(|l| view! { <li>{l}</li> }).collect_view()}</ul> }.into_any()
    };
    let confirm = tick_boxes(
        asked,
        "confirmed",
        &asked.column.label,
        "nhsuk-u-visually-hidden",
        None,
        &[("yes".into(), "This is right".into())],
    );
    view! {
        <h2 class="nhsuk-heading-s">{asked.column.label.clone()}</h2>
        {shown}
        {confirm}
    }
    .into_any()
}
