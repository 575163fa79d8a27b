//! Evidence of a criterion: the pieces that were given, and the boxes to give them in.

use super::domain::{CriterionBlock, MORE};
use crate::components::controls::{line, text_box};
use crate::components::furniture::{FieldError, date_field, prose};
use crate::domain::calendar::day_in_words;
use crate::domain::form::AnswerKey;
use crate::domain::form::posted::control;
use crate::domain::self_assessment::rating::{Evidence, MOST_EVIDENCE, field_of_evidence, slots};
use leptos::prelude::*;

/// The pieces that were given; nothing when there is none.
pub fn given(pieces: &[Evidence]) -> Option<impl IntoView + use<>> {
    if pieces.is_empty() {
        return None;
    }
    let pieces = pieces
        .iter()
        .map(|piece| {
            let on = piece.on.map(|on| view! { <p class="nhsuk-hint">{day_in_words(on)}</p> });
            let link = (!piece.link.is_empty()).then(|| {
                let link = piece.link.clone();
                view! { <p class="links"><a href=link.clone() rel="noreferrer noopener">{link.clone()}</a></p> }
            });
            view! { <li>{prose(&piece.text)}{link}{on}</li> }
        })
        .collect_view();
    Some(view! {
        <p><strong>"Evidence"</strong></p>
        <ul class="nhsuk-list nhsuk-list--bullet">{pieces}</ul>
    })
}

/// The boxes: one set for each piece, and an empty one after the last.
pub(super) fn asked(c: &CriterionBlock, errors: &[FieldError]) -> impl IntoView + use<> {
    let of = slots(&c.fields);
    let pieces = (1..=of).map(|n| piece(c, n, errors)).collect_view();
    let more = (of < MOST_EVIDENCE).then(|| {
        let value = format!("{MORE}{}", c.id);
        let words = format!("Save and add more evidence for {}", c.id);
        view! { <button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit" name="then" value=value>{words}</button> }
    });
    view! {
        {pieces}
        {more}
    }
}

fn piece(c: &CriterionBlock, n: usize, errors: &[FieldError]) -> impl IntoView + use<> {
    let key = AnswerKey::of(&c.id);
    let name = |part: &str| control(&key, &field_of_evidence(n, part));
    let value = |part: &str| c.fields.get(&field_of_evidence(n, part)).to_owned();
    let date = date_field(
        &control(&key, &format!("evidence.{n}.")),
        "Its date (optional)".into(),
        Some("For example, 27 3 2026".into()),
        ["day", "month", "year"].map(value),
        errors,
    );
    view! {
        <fieldset class="nhsuk-fieldset evidence">
            <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">{format!("Evidence {n} for {}", c.id)}</legend>
            {text_box(&name("text"), "What it is", Some("No names of patients, victims or relatives"), &value("text"), 3, errors)}
            {line(&name("link"), "Link (optional)", Some("Begins with https://"), &value("link"), errors)}
            {date}
        </fieldset>
    }
}
