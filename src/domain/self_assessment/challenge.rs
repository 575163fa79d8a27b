//! The second view: the challenger agrees with a rating or disputes it with reasons, the lead settles
//! it. Remarks are only ever added; the last one about the rating as it stands counts.

use super::rating::Rating;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a remark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// The challenger agrees.
    Agree,
    /// The challenger does not.
    Dispute,
    /// The lead keeps the rating, with reasons.
    Keep,
    /// The lead changes the rating.
    Change,
}

impl View {
    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Dispute => "dispute",
            Self::Keep => "keep",
            Self::Change => "change",
        }
    }

    /// The view of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Agree, Self::Dispute, Self::Keep, Self::Change]
            .into_iter()
            .find(|v| v.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Agree => "Agreed",
            Self::Dispute => "Disputed",
            Self::Keep => "Settled: rating kept",
            Self::Change => "Settled: rating changed",
        }
    }
}

/// One remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Remark {
    /// About which criterion.
    pub criterion: String,
    /// About which version of its rating.
    pub version: u32,
    /// What it says.
    pub view: View,
    /// The rating that is proposed instead.
    pub proposed: Option<Rating>,
    /// Why.
    pub reason: String,
    /// Name of who said it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
impl Remark {
    pub(crate) fn made(criterion: &str, version: u32, view: View) -> Self {
        Self {
            criterion: criterion.to_owned(),
            version,
            view,
            proposed: None,
            reason: String::new(),
            by: String::new(),
            at: DateTime::UNIX_EPOCH,
        }
    }
}

/// How the second view on a rating stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// None yet on the rating as it stands.
    Waiting,
    /// Agreed.
    Agreed(&'a Remark),
    /// Disputed and not settled.
    Disputed(&'a Remark),
    /// Settled by the lead.
    Settled(&'a Remark),
}

impl Standing<'_> {
    /// In words.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Waiting => "Waiting for a second view",
            Self::Agreed(r) | Self::Disputed(r) | Self::Settled(r) => r.view.words(),
        }
    }
}

/// How the second view on one rating stands. Remarks are in the order in which they were made.
#[must_use]
pub fn standing_of<'a>(criterion: &str, version: u32, remarks: &'a [Remark]) -> Standing<'a> {
    let last = remarks.iter().rev().find(|r| r.criterion == criterion);
    match last.filter(|r| r.version == version) {
        None => Standing::Waiting,
        Some(r) => match r.view {
            View::Agree => Standing::Agreed(r),
            View::Dispute => Standing::Disputed(r),
            View::Keep | View::Change => Standing::Settled(r),
        },
    }
}

/// Reads what a challenger says of a rating.
///
/// # Errors
/// The field and what is wrong with it.
pub fn read_view(
    view: &str,
    proposed: &str,
    reason: &str,
    rated: Rating,
) -> Result<(View, Option<Rating>), (&'static str, String)> {
    match View::named(view) {
        Some(View::Agree) => Ok((View::Agree, None)),
        Some(View::Dispute) => {
            let proposed = Rating::read(proposed).map_err(|_| {
                (
                    "proposed",
                    "Choose the rating that you would give".to_owned(),
                )
            })?;
            if proposed == rated {
                return Err((
                    "proposed",
                    "That is the rating that was given: choose another, or agree".into(),
                ));
            }
            if reason.trim().is_empty() {
                return Err(("reason", "Say why you would rate it differently".into()));
            }
            Ok((View::Dispute, Some(proposed)))
        }
        _ => Err(("view", "Choose whether you agree".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_remark_on_the_rating_as_it_stands_counts() {
        let remarks = [
            Remark::made("1.1", 1, View::Dispute),
            Remark::made("1.2", 1, View::Agree),
            Remark::made("1.1", 2, View::Change),
        ];
        assert_eq!(
            standing_of("1.1", 2, &remarks),
            Standing::Settled(&remarks[2])
        );
        assert_eq!(standing_of("1.1", 3, &remarks), Standing::Waiting);
        assert_eq!(
            standing_of("1.2", 1, &remarks),
            Standing::Agreed(&remarks[1])
        );
        assert_eq!(standing_of("1.3", 1, &remarks), Standing::Waiting);
        assert_eq!(
            standing_of("1.1", 1, &remarks[..1]),
            Standing::Disputed(&remarks[0])
        );
    }

    #[test]
    fn a_dispute_has_a_rating_and_a_reason() {
        let two = Rating::Rated(2);
        assert_eq!(read_view("agree", "", "", two), Ok((View::Agree, None)));
        assert_eq!(read_view("", "", "", two).unwrap_err().0, "view");
        assert_eq!(read_view("keep", "", "", two).unwrap_err().0, "view");
        assert_eq!(
            read_view("dispute", "", "x", two).unwrap_err().0,
            "proposed"
        );
        assert_eq!(
            read_view("dispute", "2", "x", two).unwrap_err().0,
            "proposed"
        );
        assert_eq!(read_view("dispute", "1", " ", two).unwrap_err().0, "reason");
        assert!(read_view("dispute", "1", "No audit", two).is_ok());
    }
}
