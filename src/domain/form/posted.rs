//! Names of the fields of a web form, and back from a posted form to answers. The page and the
//! server that reads it agree here and nowhere else.

use super::answer::{AnswerKey, Fields, Version};
use std::collections::BTreeMap;

/// The control name of one field of an answer: `answer/QUESTION/ROW/FIELD`.
#[must_use]
pub fn control(key: &AnswerKey, field: &str) -> String {
    format!("answer/{}/{}/{field}", key.question, key.row)
}

/// The control name of the version that the page was made from.
#[must_use]
pub fn version_control(key: &AnswerKey) -> String {
    format!("version/{}/{}", key.question, key.row)
}

/// The element id of a control: the name with characters that selectors dislike replaced.
#[must_use]
pub fn element_id(control: &str) -> String {
    control.replace(['/', '.', ':'], "-")
}

/// One answer as posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// What it answers.
    pub key: AnswerKey,
    /// The version that the writer saw; none when the form did not say, which matches no save.
    pub seen: Option<Version>,
    /// What was typed.
    pub fields: Fields,
}

/// Reads the answers of a posted form. Controls that are no answers are left to the caller; several
/// values of one control (ticked boxes) become lines.
#[must_use]
pub fn read(pairs: &[(String, String)]) -> Vec<Posted> {
    let mut typed: BTreeMap<AnswerKey, BTreeMap<String, String>> = BTreeMap::new();
    let mut seen: BTreeMap<AnswerKey, Version> = BTreeMap::new();
    for (name, value) in pairs {
        let mut parts = name.splitn(4, '/');
        let kind = parts.next().unwrap_or_default();
        let (Some(question), Some(row)) = (parts.next(), parts.next()) else {
            continue;
        };
        let key = AnswerKey::row(question, row);
        match (kind, parts.next()) {
            ("answer", Some(field)) => {
                let fields = typed.entry(key).or_default();
                let text = fields.entry(field.to_owned()).or_default();
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(value);
            }
            ("version", None) => {
                // A version alone means that every box of the answer was cleared or unticked.
                typed.entry(key.clone()).or_default();
                if let Ok(version) = value.parse() {
                    seen.insert(key, Version(version));
                }
            }
            _ => {}
        }
    }
    typed
        .into_iter()
        .map(|(key, fields)| Posted {
            seen: seen.get(&key).copied(),
            key,
            fields: Fields::new(fields),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn what_a_page_names_is_read_back() {
        let (plain, row) = (AnswerKey::of("q"), AnswerKey::row("q2", "c1"));
        let posted = read(&[
            pair(&control(&plain, "text"), "  hello\r\nthere "),
            pair(&version_control(&plain), "3"),
            pair(&control(&row, "evidence.basis"), "test"),
            pair(&control(&row, "evidence.basis"), "records"),
            pair("then", "list"),
        ]);
        assert_eq!(posted.len(), 2);
        assert_eq!(posted[0].seen, Some(Version(3)));
        assert_eq!(posted[0].fields.get("text"), "hello\nthere");
        assert_eq!(posted[1].key, row);
        assert_eq!(posted[1].seen, None);
        assert_eq!(posted[1].fields.get("evidence.basis"), "test\nrecords");
    }

    #[test]
    fn an_answer_with_every_box_unticked_is_still_posted() {
        let key = AnswerKey::of("q");
        let posted = read(&[pair(&version_control(&key), "2")]);
        assert!(posted[0].fields.is_empty());
        assert_eq!(posted[0].seen, Some(Version(2)));
    }

    #[test]
    fn nonsense_names_are_ignored() {
        assert!(
            read(&[
                pair("answer", "x"),
                pair("answer/q", "x"),
                pair("version/q/", "x").clone()
            ])
            .iter()
            .all(|p| p.seen.is_none())
        );
        assert!(read(&[pair("x/y/z/w", "1")]).is_empty());
    }
}
