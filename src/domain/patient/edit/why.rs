//! Why the record is edited: kept with the version that the edit makes.

use crate::domain::calendar::day_in_words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why the record is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The fact changed on a day; the record was right until then.
    Changed,
    /// The record was wrong.
    Wrong,
    /// It was right but incomplete.
    Missing,
}

impl Why {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Changed, Self::Wrong, Self::Missing];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Wrong => "wrong",
            Self::Missing => "missing",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Changed => "It changed",
            Self::Wrong => "It was recorded wrongly",
            Self::Missing => "It was missing from the record",
        }
    }
}

/// An edit with its reason: kept with the version that it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Change {
    /// Name of the part, or of what else made the version.
    pub part: String,
    /// Why.
    pub why: Why,
    /// The day on which the fact changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_on: Option<NaiveDate>,
    /// What was wrong, or anything else to know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Change {
    /// In words: why, when, and the note.
    #[must_use]
    pub fn in_words(&self) -> String {
        let on = self
            .changed_on
            .map(|d| format!(" on {}", day_in_words(d)))
            .unwrap_or_default();
        let note = if self.note.is_empty() {
            String::new()
        } else {
            format!(": {}", self.note)
        };
        format!("{}{on}{note}", self.why.words())
    }
}
