//! Who supervises, who cares, whose name is kept out of what the patient reads.

use super::Span;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Somebody who supervises or covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Supervisor {
    /// Social or clinical.
    pub role: SupervisorRole,
    /// Whether this person stands in for another.
    #[serde(default)]
    pub cover: bool,
    /// Name, job title and how to reach them. The e-mail links to their account, where they have one.
    #[serde(flatten)]
    pub contact: ContactDetails,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// When this person's induction to social or clinical supervision was finished. A new supervisor
    /// without one is a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inducted_on: Option<NaiveDate>,
}

/// Which of the two supervisors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SupervisorRole {
    /// Reports on Parts A and B.
    Social,
    /// Reports on Part C.
    Clinical,
}

/// Name and how to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ContactDetails {
    /// Full name.
    pub name: String,
    /// Job title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub job_title: String,
    /// Employer or responsible authority.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organisation: String,
    /// Postal address of the office, in one line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postal_address: String,
    /// Telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub telephone: String,
    /// E-mail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
}

/// Somebody in the care team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Contact {
    /// What they are to the patient, for example "GP".
    pub role: String,
    /// Name and how to reach them.
    #[serde(flatten)]
    pub details: ContactDetails,
    /// Since when and until when, where it is known.
    #[serde(flatten)]
    pub span: Span,
}

/// Somebody whose name is to be kept out of text that the patient may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NamedPerson {
    /// The full name; a first name alone is never looked for.
    pub name: String,
    /// What they are.
    #[serde(rename = "as")]
    pub stands_as: NamedAs,
    /// Since when the name is marked.
    pub from: NaiveDate,
    /// Until when, where the mark was taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// Why a name is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedAs {
    /// A victim, or a victim's relative.
    Victim,
    /// Somebody who gave information, or whom the report is not about.
    ThirdParty,
}

impl NamedAs {
    /// In words, after "marked as".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Victim => "a victim",
            Self::ThirdParty => "a third party",
        }
    }
}
