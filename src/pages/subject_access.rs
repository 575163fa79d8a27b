//! Everything about one patient: the page that asks which, and the readable form.

use crate::components::furniture::{
    FieldError, boxed, error_message, error_of, error_summary, password_field,
};
use crate::components::layout::escape;
use leptos::prelude::*;
use serde_json::Value;

/// The form as typed.
#[derive(Debug, Clone, Default)]
pub struct SubjectAccessPage {
    /// Names to withhold, one a line.
    pub names: String,
    /// Whether third parties are withheld.
    pub withheld: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

fn choices(
    name: &'static str,
    legend: &'static str,
    options: [(&'static str, &'static str); 2],
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let items = options
        .map(|(value, words)| {
            let id = format!("{name}-{value}");
            view! {
                <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id=id.clone() name=name type="radio" value=value />
                    <label class="nhsuk-label nhsuk-radios__label" for=id>{words}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="nhsuk-fieldset nhsuk-form-group" id=name>
            <legend class="nhsuk-fieldset__legend">{legend}</legend>
            {error_message(name, error_of(errors, name))}
            <div class="nhsuk-radios">{items}</div>
        </fieldset>
    }
}

/// The page.
pub fn subject_access_page(action: &str, page: &SubjectAccessPage) -> impl IntoView + use<> {
    let errors = &page.errors;
    view! {
        {error_summary(errors)}
        <h1 class="nhsuk-heading-l">"Everything about this patient"</h1>
        <p>"For a person’s request to see what is held about them. It takes in the record and all its versions, the supervision record, every report with answers, comments and signatures, and who has looked."</p>
        <p>"“Third parties withheld” takes out answers marked to be withheld, what is about victims, and the names you give below. It cannot know what else should not go out: somebody who knows the case must read it before it does."</p>
        <form method="post" action=action.to_owned() novalidate>
            {choices("which", "Which", [("withheld", "Third parties withheld"), ("full", "In full, for the organisation’s own use")], errors)}
            <div class="nhsuk-form-group">
                <label class="nhsuk-label" for="names">"Names to withhold, one a line"</label>
                <div class="nhsuk-hint" id="names-hint">"For example relatives, partners, victims. Each is taken out wherever it stands as a word of its own"</div>
                {error_message("names", error_of(errors, "names"))}
                <textarea class="nhsuk-textarea" id="names" name="names" rows="5" aria-describedby="names-hint" autocomplete="off">{boxed(&page.names)}</textarea>
            </div>
            {choices("format", "Format", [("html", "To read (HTML)"), ("json", "As data (JSON)")], errors)}
            {password_field("password", "Your password", errors)}
            <button class="nhsuk-button" type="submit">"Download"</button>
        </form>
    }
}

/// The export as one file that any browser shows without a network.
#[must_use]
pub fn as_html(whole: &Value, withheld: bool) -> String {
    let mut body = String::new();
    if let Value::Object(tables) = whole {
        for (name, rows) in tables {
            body.push_str(&format!("<h2>{}</h2>", escape(&plain(name))));
            set(&mut body, rows, 0);
        }
    }
    let note = if withheld {
        "Third parties withheld as far as they were marked or named. To be read by somebody who knows the case before it is given out."
    } else {
        "In full. Not to be given out as it stands."
    };
    format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Everything about one patient</title></head>\
         <body><h1>Everything about one patient</h1><p><strong>OFFICIAL-SENSITIVE.</strong> {note}</p>{body}</body></html>"
    )
}

/// Deepest nesting that is set as lists; below, as text.
const DEEPEST: usize = 12;

fn set(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) if depth < DEEPEST => {
            out.push_str("<dl>");
            for (name, field) in fields.iter().filter(|(_, field)| !field.is_null()) {
                out.push_str(&format!("<dt>{}</dt><dd>", escape(&plain(name))));
                set(out, field, depth + 1);
                out.push_str("</dd>");
            }
            out.push_str("</dl>");
        }
        Value::Array(items) if depth < DEEPEST => {
            out.push_str("<ol>");
            for item in items {
                out.push_str("<li>");
                set(out, item, depth + 1);
                out.push_str("</li>");
            }
            out.push_str("</ol>");
        }
        Value::String(text) => out.push_str(&escape(text).replace('\n', "<br>")),
        other => out.push_str(&escape(&other.to_string())),
    }
}

fn plain(name: &str) -> String {
    name.replace(['_', '-'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_text() {
        let whole = serde_json::json!({ "entry": [{ "<script>": "</dd><script>alert(1)</script>\nnext" }] });
        let html = as_html(&whole, true);
        assert!(
            !html.contains("<script>") && html.contains("&lt;/dd&gt;") && html.contains("<br>next")
        );
    }
}
