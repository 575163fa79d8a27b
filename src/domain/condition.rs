//! Conditions of discharge: exact wording, who set it, from when to when.
//!
//! A reworded condition is a new one with the same number; the old wording keeps its dates, so that
//! a report shows what was in force in its own period.

use super::identifiers::ConditionId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One condition in one wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Condition {
    /// Identifies this wording.
    pub id: ConditionId,
    /// Number in the order or warrant.
    pub number: u16,
    /// Exact wording.
    pub wording: String,
    /// What it is about.
    pub theme: Theme,
    /// Who set it.
    pub set_by: super::patient::Discharger,
    /// First day in force.
    pub from: NaiveDate,
    /// Last day in force, where it has been varied or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Legal basis where it amounts to deprivation of liberty (supervised discharge, from
    /// 18 February 2026: Mental Health Act 2025 s35).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprivation_of_liberty: Option<String>,
    /// What the wording demands in so many words; nothing is demanded that is not here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<Clause>,
}

/// What a condition is about. Themes follow the wording that tribunals and the Secretary of State use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Where to live.
    Residence,
    /// Access to the home.
    Access,
    /// Medication and treatment.
    Treatment,
    /// Meeting the clinical or social supervisor.
    Supervision,
    /// Alcohol.
    Alcohol,
    /// Drugs.
    Drugs,
    /// Testing for alcohol or drugs.
    Testing,
    /// Telling of relationships.
    Relationships,
    /// No contact with somebody.
    NonContact,
    /// Not entering an area.
    ExclusionZone,
    /// Anything else.
    Other,
}

/// A demand that rules may bind to, because the wording makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clause {
    /// The Secretary of State has 14 days' notice of a change of address.
    FourteenDaysNoticeOfMove,
    /// Nights elsewhere are agreed beforehand by both supervisors.
    NightsAwayAgreed,
    /// New relationships are disclosed.
    DiscloseRelationships,
    /// Escorted or accompanied at all times.
    Accompanied,
}

impl Theme {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Residence => "Where to live",
            Self::Access => "Access to the home",
            Self::Treatment => "Medication and treatment",
            Self::Supervision => "Meeting the supervisors",
            Self::Alcohol => "Alcohol",
            Self::Drugs => "Drugs",
            Self::Testing => "Tests for alcohol or drugs",
            Self::Relationships => "Telling of relationships",
            Self::NonContact => "No contact with somebody",
            Self::ExclusionZone => "Not entering an area",
            Self::Other => "Something else",
        }
    }
}

impl Clause {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::FourteenDaysNoticeOfMove => {
                "14 days’ notice to the Secretary of State of a change of address"
            }
            Self::NightsAwayAgreed => "Nights elsewhere agreed beforehand by both supervisors",
            Self::DiscloseRelationships => "New relationships disclosed",
            Self::Accompanied => "Escorted or accompanied at all times",
        }
    }
}

impl Condition {
    /// Whether it was in force on any day from `from` to `to`, both included.
    #[must_use]
    pub fn in_force_between(&self, from: NaiveDate, to: NaiveDate) -> bool {
        self.from <= to && self.to.is_none_or(|end| from <= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::patient::Discharger;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, d).unwrap()
    }

    #[test]
    fn the_last_day_counts_and_the_day_before_the_first_does_not() {
        let c = Condition {
            id: ConditionId::parse("c").unwrap(),
            number: 1,
            wording: "Reside at …".into(),
            theme: Theme::Residence,
            set_by: Discharger::Tribunal,
            from: day(10),
            to: Some(day(20)),
            deprivation_of_liberty: None,
            clauses: vec![],
        };
        assert!(c.in_force_between(day(1), day(10)));
        assert!(c.in_force_between(day(20), day(31)));
        assert!(!c.in_force_between(day(1), day(9)));
        assert!(!c.in_force_between(day(21), day(31)));
    }

    proptest::proptest! {
        /// A wording shows in a report exactly when one of the period's days is one of its own.
        #[test]
        fn in_force_is_having_a_day_in_common(from in 1_u32..28, length in 0_u32..28, open in proptest::bool::ANY, start in 1_u32..28, days in 0_u32..28) {
            let at = |d: u32| day(1) + chrono::TimeDelta::days(i64::from(d));
            let c = Condition {
                id: ConditionId::parse("c").unwrap(),
                number: 1,
                wording: "Reside at …".into(),
                theme: Theme::Residence,
                set_by: Discharger::Tribunal,
                from: at(from),
                to: (!open).then(|| at(from + length)),
                deprivation_of_liberty: None,
                clauses: vec![],
            };
            let own = |d: u32| d >= from && (open || d <= from + length);
            let common = (start..=start + days).any(own);
            proptest::prop_assert_eq!(c.in_force_between(at(start), at(start + days)), common);
        }
    }
}
