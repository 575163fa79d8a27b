//! The line manager's checklist: data, answered yes or no, a no with its reason.

use crate::domain::form::answer::AnswerKey;
use chrono::NaiveDate;
use serde::Deserialize;

/// Longest reason beside an item, in characters.
const LONGEST: usize = 500;

/// The list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Checklist {
    /// Version of the list.
    pub version: NaiveDate,
    /// Its items, in order.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Item {
    /// Identifies it.
    pub id: String,
    /// What is checked.
    pub label: String,
    /// Why it is on the list.
    pub source: String,
}

/// An item as answered: `yes`, `no` or nothing yet, and the reason typed beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// The item's id.
    pub id: String,
    /// `yes`, `no` or empty.
    pub answer: String,
    /// The reason.
    pub reason: String,
}

impl Item {
    /// What a comment on the item is pinned to. No question of a form has a colon in its id.
    #[must_use]
    pub fn key(&self) -> AnswerKey {
        AnswerKey::of(&format!("checklist:{}", self.id))
    }
}

impl Checklist {
    /// The item that a comment is pinned to.
    #[must_use]
    pub fn item(&self, on: &AnswerKey) -> Option<&Item> {
        self.items.iter().find(|item| item.key() == *on)
    }

    /// What the answers say to the author of a report that is returned: each item that was answered "no" or
    /// has a reason, as a comment.
    #[must_use]
    pub fn comments(&self, answers: &[Checked]) -> Vec<(AnswerKey, String)> {
        self.items
            .iter()
            .filter_map(|item| {
                let checked = answers.iter().find(|c| c.id == item.id)?;
                let text = match (checked.answer.as_str(), checked.reason.trim()) {
                    ("no", "") => "Answered “no”.".to_owned(),
                    (_, "") => return None,
                    ("no", reason) => format!("Answered “no”: {reason}"),
                    (_, reason) => reason.to_owned(),
                };
                Some((item.key(), text))
            })
            .collect()
    }

    /// Reasons that are too long, whatever is decided: control and message.
    #[must_use]
    pub fn too_long(&self, answers: &[Checked]) -> Vec<(String, String)> {
        let long = |item: &&Item| {
            let answer = answers.iter().find(|c| c.id == item.id);
            answer.is_some_and(|c| c.reason.trim().chars().count() > LONGEST)
        };
        let told = |item: &Item| {
            let message = format!("Use up to 500 characters: {}", item.label);
            (format!("reason/{}", item.id), message)
        };
        self.items.iter().filter(long).map(told).collect()
    }

    /// Reads a list.
    ///
    /// # Errors
    /// When the text is malformed, or an id stands twice.
    pub fn read(text: &str) -> Result<Self, String> {
        let list: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut ids: Vec<&str> = list.items.iter().map(|i| i.id.as_str()).collect();
        ids.sort_unstable();
        if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("item {} stands twice", twice[0]));
        }
        Ok(list)
    }

    /// What is wrong with the answers of who approves: control and message.
    #[must_use]
    pub fn problems(&self, answers: &[Checked]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for item in &self.items {
            let answer = answers.iter().find(|c| c.id == item.id);
            let says = answer.map_or("", |c| c.answer.as_str());
            let reason = answer.map_or("", |c| c.reason.trim());
            if !matches!(says, "yes" | "no") {
                found.push((
                    format!("checklist/{}", item.id),
                    format!("Answer yes or no: {}", item.label),
                ));
            } else if says == "no" && reason.is_empty() {
                found.push((
                    format!("reason/{}", item.id),
                    format!("Say why not, or return the report: {}", item.label),
                ));
            }
        }
        found.extend(self.too_long(answers));
        found
    }

    /// The answers in words, to be kept with the signature.
    #[must_use]
    pub fn in_words(&self, answers: &[Checked]) -> Vec<String> {
        self.items
            .iter()
            .filter_map(|item| {
                let checked = answers.iter().find(|c| c.id == item.id)?;
                Some(match (checked.answer.as_str(), checked.reason.trim()) {
                    (answer, "") => format!("Checklist: {} – {answer}.", item.label),
                    (answer, reason) => {
                        format!("Checklist: {} – {answer}: {reason}", item.label)
                    }
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Checklist {
        Checklist::read(include_str!(
            "../../forms/sign-off-checklist.2026-11-22.toml"
        ))
        .unwrap()
    }

    fn all(answer: &str, reason: &str) -> Vec<Checked> {
        list()
            .items
            .iter()
            .map(|i| Checked {
                id: i.id.clone(),
                answer: answer.into(),
                reason: reason.into(),
            })
            .collect()
    }

    #[test]
    fn every_item_is_answered_and_a_no_takes_a_reason() {
        let list = list();
        assert_eq!(list.items.len(), 15);
        assert_eq!(list.problems(&[]).len(), 15);
        assert_eq!(list.problems(&all("maybe", "")).len(), 15);
        assert_eq!(list.problems(&all("no", " ")).len(), 15);
        assert_eq!(list.problems(&all("no", &"x".repeat(501))).len(), 15);
        assert!(list.problems(&all("no", "seen by video only")).is_empty());
        assert!(list.problems(&all("yes", "")).is_empty());
        assert!(list.in_words(&all("no", "why"))[0].ends_with("no: why"));
    }

    #[test]
    fn a_returned_report_says_what_was_not_in_order() {
        let list = list();
        assert!(list.comments(&[]).is_empty());
        assert!(list.comments(&all("yes", " ")).is_empty());
        let said = list.comments(&all("no", "seen by video only"));
        assert_eq!(said.len(), 15);
        assert_eq!(said[0].1, "Answered “no”: seen by video only");
        assert_eq!(list.item(&said[0].0), Some(&list.items[0]));
        assert_eq!(list.comments(&all("no", "")).len(), 15);
        // A reason without its "no" is not lost.
        assert_eq!(list.comments(&all("", "why"))[3].1, "why");
        assert_eq!(list.too_long(&all("", &"x".repeat(501))).len(), 15);
    }
}
