//! What of a text does not reach the paper, said where the text is read.

use leptos::prelude::*;

/// Characters that do not reach the paper, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Whose they are, where that is not what was typed here: " of …".
    pub of: &'static str,
    /// Those that no typeface here can draw: each becomes a visible mark.
    pub undrawable: Vec<String>,
    /// Those that nothing stands for.
    pub left_out: Vec<String>,
    /// What to do.
    pub advice: &'static str,
}

/// What is lost, in words.
pub fn lost(all: &[Lost]) -> impl IntoView + use<> {
    let line = |what: String, names: &[String], advice: &'static str| {
        let names = names.join(", ");
        (!names.is_empty()).then(|| {
            view! { <p class="undrawable"><strong>{what}</strong>{names}". "{advice}</p> }
        })
    };
    all.iter()
        .map(|lost| {
            let of = lost.of;
            let undrawable = format!("On paper these characters{of} become “\u{fffd}”: ");
            let left_out = format!("On paper these characters{of} are left out: ");
            view! {
                {line(undrawable, &lost.undrawable, lost.advice)}
                {line(left_out, &lost.left_out, lost.advice)}
            }
        })
        .collect_view()
}
