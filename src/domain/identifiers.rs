//! Identifiers: opaque text, made by the server (UUID version 7), never by a person.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The text is not an identifier of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnIdentifier;

impl fmt::Display for NotAnIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier")
    }
}

impl std::error::Error for NotAnIdentifier {}

/// Longest identifier that any table holds, in bytes.
const LONGEST: usize = 64;

fn well_formed(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier from outside.
            ///
            /// # Errors
            /// [`NotAnIdentifier`] unless it is 1 to 64 ASCII letters, digits and hyphens.
            pub fn parse(text: &str) -> Result<Self, NotAnIdentifier> {
                well_formed(text).then(|| Self(text.to_owned())).ok_or(NotAnIdentifier)
            }

            /// The identifier as stored and as shown in addresses.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnIdentifier;
            fn try_from(text: String) -> Result<Self, NotAnIdentifier> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    )*};
}

identifiers! {
    /// A trust, a council or a provider: the wall that no query crosses.
    OrganisationId,
    /// Somebody who signs in.
    PersonId,
    /// A conditionally discharged restricted patient.
    PatientId,
    /// One condition of discharge, in one wording.
    ConditionId,
    /// One progress report.
    ReportId,
    /// One entry of the supervision record.
    EntryId,
    /// A paper about a patient that is no progress report.
    PaperId,
    /// A manager's or clinician's comment pinned to a question.
    CommentId,
    /// A notice to somebody.
    NoticeId,
    /// One self-assessment of an organisation.
    AssessmentId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_could_not_have_come_from_us() {
        for bad in ["", "a b", "../x", "é", &"a".repeat(65), "a'--;"] {
            assert_eq!(PatientId::parse(bad), Err(NotAnIdentifier), "{bad}");
        }
        assert!(serde_json::from_str::<PatientId>("\"a/b\"").is_err());
        assert_eq!(PatientId::parse("0192-ab").unwrap().as_str(), "0192-ab");
    }
}
