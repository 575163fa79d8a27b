//! How often the person is seen, and by whom it was agreed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How often the person is to be seen, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContactPlan {
    /// First day of the plan.
    pub from: NaiveDate,
    /// Last day, where another plan took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Longest planned gap between contacts in person, in days.
    pub in_person_every_days: u16,
    /// Longest planned gap between contacts in person with nobody else there, in days, where it was
    /// agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone_every_days: Option<u16>,
    /// Why the person is not seen alone, where that is the plan: a lone-working plan, an interpreter,
    /// an advocate, an escort. Findings then ask nothing about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub not_alone_because: String,
    /// Who agreed it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub agreed_by: String,
}

/// A review by the clinical supervisor or their deputy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClinicalReview {
    /// The day.
    pub on: NaiveDate,
    /// By whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}
