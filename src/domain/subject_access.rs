//! What a person asked for about themselves may not show of others.
//!
//! A machine finds what was marked and the names it is told. Whether the rest may go out is for a
//! person to decide, who reads it first: the page says so.

use serde_json::Value;

/// What stands in place of what is withheld.
pub const WITHHELD: &str = "[withheld]";

/// Parts of the record that are about victims or concern the organisation's own security.
const NEVER: [&str; 2] = ["victim-liaison", "address"];

/// Takes out what was marked to be withheld, what is about victims, and these names (whole words, in
/// whatever case). Gives the number of places.
pub fn withhold(value: &mut Value, names: &[String]) -> usize {
    match value {
        Value::Object(fields) => {
            let marked = fields.get("withhold").is_some_and(|v| v == "yes")
                || fields.get("withheld") == Some(&Value::Bool(true));
            if marked {
                *value = Value::String(WITHHELD.into());
                return 1;
            }
            let mut places = 0;
            for (name, field) in fields.iter_mut() {
                if NEVER.contains(&name.as_str()) && !field.is_null() {
                    *field = Value::String(WITHHELD.into());
                    places += 1;
                } else {
                    places += withhold(field, names);
                }
            }
            places
        }
        Value::Array(items) => items.iter_mut().map(|item| withhold(item, names)).sum(),
        Value::String(text) => {
            let (without, places) = names.iter().fold((text.clone(), 0), |(text, n), name| {
                let (text, more) = without_name(&text, name.trim());
                (text, n + more)
            });
            *text = without;
            places
        }
        _ => 0,
    }
}

/// A text without a name, where it stands as a word of its own.
fn without_name(text: &str, name: &str) -> (String, usize) {
    let wanted: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    let typed: Vec<char> = text.chars().collect();
    if wanted.is_empty() {
        return (text.to_owned(), 0);
    }
    let letter = |at: Option<&char>| at.is_some_and(|c| c.is_alphanumeric());
    let (mut out, mut at, mut places) = (String::with_capacity(text.len()), 0, 0);
    while at < typed.len() {
        let end = at + wanted.len();
        let here = typed.get(at..end).is_some_and(|part| {
            part.iter()
                .zip(&wanted)
                .all(|(c, w)| c.to_lowercase().eq(std::iter::once(*w)))
        });
        let before = at.checked_sub(1).and_then(|i| typed.get(i));
        if here && !letter(before) && !letter(typed.get(end)) {
            out.push_str(WITHHELD);
            places += 1;
            at = end;
        } else {
            out.extend(typed.get(at));
            at += 1;
        }
    }
    (out, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn marked_answers_victims_and_names_go() {
        let mut all = json!({
            "answer": [
                { "fields": { "text": "Kept. Jo Bloggs rang; JO BLOGGS's sister too; Jo Bloggson did not." } },
                { "fields": { "text": "Told in confidence", "withhold": "yes" } },
            ],
            "patient": { "record": { "given-name": "Ann", "victim-liaison": [{ "name": "V" }] } },
            "frozen": { "answers": [{ "withheld": true, "text": "Told in confidence" }] },
        });
        assert_eq!(withhold(&mut all, &["Jo Bloggs".into(), " ".into()]), 5);
        let text = all.to_string();
        assert!(
            !text.contains("confidence")
                && !text.to_lowercase().contains("jo bloggs ")
                && text.contains("Jo Bloggson")
        );
        assert!(text.contains("Kept. [withheld] rang; [withheld]'s sister too"));
    }

    proptest! {
        /// Wherever a name stands as words of its own, it goes, and the rest stays.
        #[test]
        fn no_name_stays(before in "[a-z ,.]{0,20}", after in "[a-z ,.]{0,20}") {
            let mut value = json!(format!("{before} Zoë Ångström, {after}"));
            withhold(&mut value, &["zoë ångström".into()]);
            prop_assert_eq!(value, json!(format!("{before} [withheld], {after}")));
        }
    }
}
