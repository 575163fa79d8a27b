//! Events of which somebody has to be told, and how fast.

use crate::domain::form::definition::Confidence;
use serde::{Deserialize, Serialize};

/// Kinds of the list that MHCS need not be told of (`mhcs = false`): agreed nights away, and what is
/// recorded because it may bear on risk.
pub const NOT_FOR_MHCS: [&str; 3] = ["night-away-planned", "neighbour-dispute", "loss-or-stress"];

/// Whether MHCS should hear of an event of this kind. A kind that is not in the list counts as one to
/// tell of.
#[must_use]
pub fn is_for_mhcs(kind: &str) -> bool {
    !NOT_FOR_MHCS.contains(&kind)
}

/// An event of the list of notifiable events: data, suggested until an organisation confirms it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifiable {
    /// What is stored.
    pub id: String,
    /// What is read.
    pub label: String,
    /// `at-once`, `promptly` or `before`.
    pub urgency: Urgency,
    /// Who tells.
    pub who: String,
    /// Why it matters.
    pub why: String,
    /// Where the row comes from.
    #[serde(default)]
    pub source: String,
    /// How sure we are of that.
    pub confidence: Confidence,
    /// Whether MHCS is to be told.
    #[serde(default = "told")]
    pub mhcs: bool,
    /// Who else is to be told: `police`, `vlo` and so on.
    #[serde(default)]
    pub also_tell: Vec<String>,
}

fn told() -> bool {
    true
}

/// How fast MHCS is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// At once, by telephone.
    AtOnce,
    /// The same or the next working day.
    Promptly,
    /// Before it happens.
    Before,
}

impl Urgency {
    /// Every one, most urgent first.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Promptly, Self::Before];

    /// As stored and posted.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Promptly => "promptly",
            Self::Before => "before",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::AtOnce => "Tell MHCS at once, by telephone first",
            Self::Promptly => "Tell MHCS promptly",
            Self::Before => "Tell MHCS before it happens",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_mhcs_need_not_hear_of_are_those_of_the_list() {
        let list = include_str!("../../forms/events.2026-11-22.toml");
        for kind in NOT_FOR_MHCS {
            let row = list
                .split("[[event]]")
                .find(|row| row.contains(&format!("id = \"{kind}\"")));
            assert!(row.unwrap().contains("mhcs = false"), "{kind}");
        }
        assert_eq!(list.matches("mhcs = false").count(), NOT_FOR_MHCS.len());
    }
}
