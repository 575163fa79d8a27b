//! What changed since the last report, word by word: in words as well as in strokes and colour.

use crate::domain::report::carry_forward::{Compared, Piece};
use leptos::prelude::*;

/// The differences of an answer's boxes; a line where the words are the last report's.
pub fn compared(boxes: &[Compared], about: &str) -> impl IntoView + use<> {
    let views = boxes
        .iter()
        .map(|one| difference(one, about))
        .collect::<Vec<_>>();
    (!views.is_empty()).then_some(views)
}

fn difference(one: &Compared, about: &str) -> AnyView {
    let label = one
        .label
        .clone()
        .map(|l| format!(" – {l}"))
        .unwrap_or_default();
    if one.same {
        return view! {
            <p class="as-last-time"><strong class="nhsuk-tag nhsuk-tag--yellow">"Last report’s words"</strong>{format!(" Unchanged since the last report{label}.")}</p>
        }
        .into_any();
    }
    let pieces = one.pieces.iter().map(piece).collect::<Vec<_>>();
    view! {
        <details class="nhsuk-details">
            <summary class="nhsuk-details__summary">
                <span class="nhsuk-details__summary-text">"What changed since the last report"<span class="nhsuk-u-visually-hidden">{format!(": {about}")}</span>{label}</span>
            </summary>
            <div class="nhsuk-details__text">
                <p class="nhsuk-hint">"Struck through: removed. Underlined: added."</p>
                <p class="difference">{pieces}</p>
            </div>
        </details>
    }
    .into_any()
}

fn piece(piece: &Piece) -> AnyView {
    match piece {
        Piece::Same(text) => view! { <span>{text.clone()}</span> }.into_any(),
        Piece::Removed(text) => view! {
            <del><span class="nhsuk-u-visually-hidden">"[removed: "</span>{text.clone()}<span class="nhsuk-u-visually-hidden">"] "</span></del>
        }
        .into_any(),
        Piece::Added(text) => view! {
            <ins><span class="nhsuk-u-visually-hidden">"[added: "</span>{text.clone()}<span class="nhsuk-u-visually-hidden">"] "</span></ins>
        }
        .into_any(),
    }
}
