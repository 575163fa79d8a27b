//! MAPPA, victim liaison and other orders.

use super::ContactDetails;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// MAPPA facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mappa {
    /// Category 1 to 4.
    pub category: u8,
    /// Level 1 to 3.
    pub level: u8,
    /// Area.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub area: String,
    /// Lead agency.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lead_agency: String,
    /// Co-ordinator or unit, with telephone or e-mail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub coordinator: String,
    /// Last review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_review: Option<NaiveDate>,
    /// Next review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review: Option<NaiveDate>,
}

/// That the person is not managed under MAPPA: somebody’s decision, not a gap in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NotUnderMappa {
    /// Who decided it; empty while that is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decided_by: String,
    /// When, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
}

/// A Victim Liaison Officer and the state of contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct VictimLiaison {
    /// Name and how to reach them; the name is empty where nobody takes part and no officer is named.
    #[serde(flatten)]
    pub details: ContactDetails,
    /// Whether the victim takes part in the Victim Contact Scheme.
    pub status: VictimContact,
    /// When these details were last checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<NaiveDate>,
    /// By when they are to be checked again. Without it, findings take twelve months from the last check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<NaiveDate>,
}

/// State of the Victim Contact Scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VictimContact {
    /// The victim is in contact.
    Active,
    /// The victim has asked for no contact for now.
    Dormant,
    /// Nobody takes part.
    None,
}

impl VictimContact {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::None => "none",
        }
    }
}

/// Another order or requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OtherOrder {
    /// For example "Restraining order".
    pub kind: String,
    /// What it requires.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// From.
    pub from: NaiveDate,
    /// Until, where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}
