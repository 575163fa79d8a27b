//! The quality standards as data: domains, criteria, what each rating looks like, and how a version
//! maps to the one before it. Which standards there are stands in `src/forms/`, never here.

use crate::domain::form::definition::Confidence;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One version of the standards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Names the standards over all their versions.
    pub id: String,
    /// The day of this version.
    pub version: NaiveDate,
    /// Heads pages and papers.
    pub title: String,
    /// What it is and is not; stands on every page and paper.
    pub status: String,
    /// The ids of its domains, in order: a file that lost one is noticed.
    #[serde(rename = "domains")]
    pub declared: Vec<String>,
    /// What 0, 1, 2 and 3 mean.
    pub scale: Vec<String>,
    /// Where the scale comes from.
    pub scale_source: String,
    /// The version that this one follows.
    #[serde(default)]
    pub follows: Option<NaiveDate>,
    /// The domains.
    #[serde(default, rename = "domain")]
    pub domains: Vec<Domain>,
    /// What became of each criterion of the version before.
    #[serde(default, rename = "mapping")]
    pub mappings: Vec<Mapping>,
}

/// Criteria that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// For example "D1".
    pub id: String,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub introduction: String,
    /// What is rated.
    #[serde(default, rename = "criterion")]
    pub criteria: Vec<Criterion>,
}

/// Whether a criterion is a proposed must or proposed expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Weight {
    /// Type 1: law, safety or rights. Below 2 it demands an action.
    Must,
    /// Type 2: expected of a good service.
    Expected,
}

impl Weight {
    /// For pages and papers.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Must => "Type 1: proposed must",
            Self::Expected => "Type 2: proposed expected",
        }
    }

    /// "Type 1" or "Type 2".
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Must => "Type 1",
            Self::Expected => "Type 2",
        }
    }
}

impl TryFrom<u8> for Weight {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            1 => Ok(Self::Must),
            2 => Ok(Self::Expected),
            other => Err(format!("type is 1 or 2, not {other}")),
        }
    }
}

impl From<Weight> for u8 {
    fn from(weight: Weight) -> Self {
        match weight {
            Weight::Must => 1,
            Weight::Expected => 2,
        }
    }
}

/// One thing that is rated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// For example "1.1". An id keeps its meaning over versions.
    pub id: String,
    /// Proposed must or proposed expected.
    #[serde(rename = "type")]
    pub weight: Weight,
    /// The standard in one sentence.
    pub title: String,
    /// In plain English, with the reason for it.
    pub explanation: String,
    /// What 0, 1, 2 and 3 look like.
    pub levels: Vec<String>,
    /// What counts as evidence.
    pub evidence: Vec<String>,
    /// Where the criterion comes from.
    pub source: String,
    /// How sure we are of that.
    pub confidence: Confidence,
    /// Ids of the live figures that bear on it.
    #[serde(default)]
    pub figures: Vec<String>,
    /// Topic of the guidance page that serves it.
    pub guidance: String,
}

/// What became of a criterion in the next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Id in the version before.
    pub was: String,
    /// Ids in this version.
    #[serde(default)]
    pub is: Vec<String>,
    /// How they belong together.
    pub how: How,
}

/// How a criterion belongs to the one before it. In order of how little they can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Word for word, or with no change of meaning.
    Same,
    /// Other words for the same thing: comparable with care.
    Reworded,
    /// One became several, or several one: not comparable.
    Split,
    /// Not asked before.
    New,
    /// No longer asked.
    Dropped,
}

impl How {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "the same standard",
            Self::Reworded => "reworded: compare with care",
            Self::Split => "split or joined: not comparable",
            Self::New => "new: nothing to compare with",
            Self::Dropped => "no longer asked",
        }
    }

    /// Whether ratings of both years may be set beside each other.
    #[must_use]
    pub fn is_comparable(self) -> bool {
        matches!(self, Self::Same | Self::Reworded)
    }
}

impl Framework {
    /// Every criterion with its domain, in order.
    pub fn criteria(&self) -> impl Iterator<Item = (&Domain, &Criterion)> {
        self.domains
            .iter()
            .flat_map(|d| d.criteria.iter().map(move |c| (d, c)))
    }

    /// The domain of that id.
    #[must_use]
    pub fn domain(&self, id: &str) -> Option<&Domain> {
        self.domains.iter().find(|d| d.id == id)
    }

    /// The criterion of that id, with its domain.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<(&Domain, &Criterion)> {
        self.criteria().find(|(_, c)| c.id == id)
    }

    /// What a rating means, such as "2: In place, but uneven or not evidenced".
    #[must_use]
    pub fn scale_words(&self, rating: u8) -> String {
        let words = self
            .scale
            .get(usize::from(rating))
            .map_or("", String::as_str);
        format!("{rating}: {words}")
    }
}
