//! The order and the discharge that a record rests on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Which of the two nations' law and bodies apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nation {
    /// England.
    England,
    /// Wales.
    Wales,
}

impl Nation {
    /// The tribunal that hears the patient's applications.
    #[must_use]
    pub fn tribunal(self) -> &'static str {
        match self {
            Self::England => "First-tier Tribunal (Mental Health)",
            Self::Wales => "Mental Health Review Tribunal for Wales",
        }
    }

    /// The Act that care and support rest on.
    #[must_use]
    pub fn care_law(self) -> &'static str {
        match self {
            Self::England => "Care Act 2014",
            Self::Wales => "Social Services and Well-being (Wales) Act 2014",
        }
    }

    /// With whom social workers are registered.
    #[must_use]
    pub fn social_work_regulator(self) -> &'static str {
        match self {
            Self::England => "Social Work England",
            Self::Wales => "Social Care Wales",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::England => Self::Wales,
            Self::Wales => Self::England,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::England => "England",
            Self::Wales => "Wales",
        }
    }
}

/// Section and date of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Authority {
    /// For example "Sections 37 and 41, Mental Health Act 1983".
    pub section: String,
    /// Date of the order.
    pub ordered_on: NaiveDate,
    /// The court, where known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub court: String,
}

/// An offence the order was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IndexOffence {
    /// As named by the court.
    pub offence: String,
    /// When it was committed, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_on: Option<NaiveDate>,
    /// A brief description as recorded by the court.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// A conditional discharge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Discharge {
    /// The day the patient was conditionally discharged: every due date rests on it.
    pub on: NaiveDate,
    /// Who discharged.
    pub by: Discharger,
    /// From which hospital.
    pub hospital: String,
}

/// Who discharged the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Discharger {
    /// The tribunal, section 73.
    Tribunal,
    /// The Secretary of State for Justice, section 42(2).
    SecretaryOfState,
}

impl Discharger {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Tribunal => "the tribunal",
            Self::SecretaryOfState => "the Secretary of State for Justice",
        }
    }
}

/// An interval that MHCS agreed, with the evidence of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AgreedInterval {
    /// Calendar months between reports.
    pub months: u8,
    /// The due date that the new interval counts from.
    pub from: NaiveDate,
    /// MHCS's letter or e-mail: date and reference.
    pub evidence: String,
}

/// What was reported before this service was used, so that nothing of it is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReportedBefore {
    /// Due date of the last report that was sent to MHCS.
    pub due: NaiveDate,
    /// The last day which that report was about, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts_as_at: Option<NaiveDate>,
}

impl ReportedBefore {
    /// The last day that is taken to be reported on.
    #[must_use]
    pub fn up_to(self) -> NaiveDate {
        self.facts_as_at.unwrap_or(self.due)
    }
}
