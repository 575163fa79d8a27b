//! Why a step cannot be taken, in words.

use super::{Stage, Step};
use std::fmt;

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The assessment is signed and frozen.
    Frozen,
    /// Not at this stage.
    NotNow(Stage),
    /// Not by this person.
    NotYou(Step),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frozen => f.write_str(
                "This self-assessment is signed and frozen: ratings, disputes and signatures are closed. What has changed since belongs into the action plan, the six-month review or the next self-assessment",
            ),
            Self::NotNow(stage) => write!(
                f,
                "This cannot be done while the self-assessment is at “{}”",
                stage.words()
            ),
            Self::NotYou(Step::Challenge) => {
                f.write_str("Only the challenger that the lead named gives the second view")
            }
            Self::NotYou(Step::Sign) => {
                f.write_str("Only an executive of an organisation that takes part signs")
            }
            Self::NotYou(Step::Rate) => {
                f.write_str("This domain is not given to you: ask the assessment lead")
            }
            Self::NotYou(_) => f.write_str("Only an assessment lead can do this"),
        }
    }
}

impl std::error::Error for Refusal {}
