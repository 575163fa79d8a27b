//! A rating as typed, what it means, and what is wrong with it. A half-finished one is kept like any
//! other draft; only asking for the next step refuses it.

mod evidence;
mod scores;
#[cfg(test)]
mod tests;

pub use evidence::{Evidence, MOST_EVIDENCE, field_of_evidence, pieces, slots};
pub use scores::{DomainScore, Ratings, mean, must_act, scores};

use crate::domain::form::Fields;
use crate::domain::form::answer::LONGEST_ANSWER;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a criterion is rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Rating {
    /// 0 to 3, of the poorest part of the service.
    Rated(u8),
    /// Does not apply here, for a reason that is given.
    NotApplicable,
}

impl Rating {
    /// Reads what a form posts.
    ///
    /// # Errors
    /// A message when it is neither 0, 1, 2, 3 nor `na`.
    pub fn read(text: &str) -> Result<Self, String> {
        match text {
            "0" | "1" | "2" | "3" => Ok(Self::Rated(text.as_bytes()[0] - b'0')),
            "na" => Ok(Self::NotApplicable),
            _ => Err("Choose a rating from 0 to 3, or “Not applicable”".into()),
        }
    }

    /// As posted and stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rated(0) => "0",
            Self::Rated(1) => "1",
            Self::Rated(2) => "2",
            Self::Rated(_) => "3",
            Self::NotApplicable => "na",
        }
    }

    /// Short, for tables.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::NotApplicable => "Not applicable",
            rated => rated.name(),
        }
    }

    /// The number, if there is one.
    #[must_use]
    pub fn number(self) -> Option<u8> {
        match self {
            Self::Rated(n) => Some(n),
            Self::NotApplicable => None,
        }
    }
}

impl TryFrom<String> for Rating {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

impl From<Rating> for String {
    fn from(rating: Rating) -> Self {
        rating.name().to_owned()
    }
}

/// Something that stands in the way, with the field it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the field.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// Whether a field belongs to a rating; anything else that is posted is not kept.
#[must_use]
pub fn has_field(name: &str) -> bool {
    ["rating", "because", "weakest"].contains(&name) || evidence::is_field(name)
}

/// A rating with its reasons, without fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Judgement {
    /// What it is rated.
    pub rating: Rating,
    /// Why it does not apply.
    pub because: String,
    /// The part of the service that sets the rating.
    pub weakest: String,
    /// Evidence, piece by piece.
    pub evidence: Vec<Evidence>,
}

/// Reads a rating. Nothing typed is `None`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn judge(fields: &Fields, today: NaiveDate) -> Result<Option<Judgement>, Vec<Problem>> {
    if fields.is_empty() {
        return Ok(None);
    }
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: &str| {
        problems.push(Problem {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    };
    let rating = Rating::read(fields.get("rating"))
        .map_err(|m| wrong("rating", &m))
        .ok();
    for field in ["because", "weakest"] {
        if fields.get(field).chars().count() > LONGEST_ANSWER {
            wrong(field, "This can have up to 50,000 characters");
        }
    }
    match rating {
        Some(Rating::NotApplicable) if fields.get("because").is_empty() => {
            wrong("because", "Say why this does not apply to you");
        }
        Some(Rating::Rated(3)) if evidence::is_empty(fields) => {
            wrong(
                &field_of_evidence(1, "text"),
                "A 3 is embedded and evidenced: say what the evidence is, or rate it 2",
            );
        }
        _ => {}
    }
    let evidence = evidence::read(fields, today, &mut problems);
    let Some(rating) = rating.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let text = |name: &str| fields.get(name).to_owned();
    Ok(Some(Judgement {
        rating,
        because: text("because"),
        weakest: text("weakest"),
        evidence,
    }))
}
