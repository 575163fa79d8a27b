//! Which report it is, and whether it was late: derived from the record, never typed.

use crate::domain::patient::PatientRecord;
use crate::domain::schedule::{agreed_months, is_first};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Which report it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportKind {
    /// The first after discharge.
    First,
    /// One of those that follow by the rule.
    ThreeMonthly,
    /// One that is due at an interval that MHCS agreed.
    AgreedInterval,
    /// Corrects a report that was sent.
    Correction,
}

impl ReportKind {
    /// The kind of the report for a due date; `corrects`: whether it corrects one that was sent.
    #[must_use]
    pub fn of(record: &PatientRecord, due: NaiveDate, corrects: bool) -> Self {
        if corrects {
            Self::Correction
        } else if is_first(record, due) {
            Self::First
        } else if agreed_months(record, due).is_some() {
            Self::AgreedInterval
        } else {
            Self::ThreeMonthly
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::First => "First report (within 4 weeks of discharge)",
            Self::ThreeMonthly => "Three-monthly report",
            Self::AgreedInterval => "Report at an interval agreed with MHCS",
            Self::Correction => "Correction of a report sent before",
        }
    }
}

/// That a report was late, or that MHCS was told it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lateness {
    /// The day on which it was frozen: complete, or as complete as it went out.
    pub completed_on: NaiveDate,
    /// The day on which MHCS was told that it would be late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_on: Option<NaiveDate>,
}

impl Lateness {
    /// `None` for a report that is on time and that nobody said would be late. A correction is no later
    /// than what it corrects.
    #[must_use]
    pub fn of(
        kind: ReportKind,
        due: NaiveDate,
        completed_on: NaiveDate,
        told_on: Option<NaiveDate>,
    ) -> Option<Self> {
        let late = completed_on > due && kind != ReportKind::Correction;
        (late || told_on.is_some()).then_some(Self {
            completed_on,
            told_on,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::patient::{AgreedInterval, ReportedBefore};

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn the_record_says_which_report_it_is() {
        let mut record = crate::domain::case::tests::record();
        record.discharge.on = day(2025, 8, 31);
        let of = |record: &PatientRecord, due| ReportKind::of(record, due, false);
        let (first, second) = (day(2025, 9, 28), day(2025, 12, 28));
        assert_eq!(of(&record, first), ReportKind::First);
        assert_eq!(of(&record, second), ReportKind::ThreeMonthly);
        assert_eq!(ReportKind::of(&record, first, true), ReportKind::Correction);
        let agreed = |from| {
            Some(AgreedInterval {
                months: 6,
                from,
                evidence: "letter".into(),
            })
        };
        // The date that the interval counts from is the last of the rule.
        record.agreed_interval = agreed(second);
        assert_eq!(of(&record, second), ReportKind::ThreeMonthly);
        assert_eq!(of(&record, day(2026, 6, 28)), ReportKind::AgreedInterval);
        // Agreed for an earlier discharge.
        record.agreed_interval = agreed(day(2025, 8, 30));
        assert_eq!(of(&record, day(2026, 6, 28)), ReportKind::ThreeMonthly);
        // Agreed before the first report was due: that stays the first.
        record.agreed_interval = agreed(day(2025, 9, 10));
        assert_eq!(of(&record, first), ReportKind::First);
        record.agreed_interval = None;
        record.reported_before = Some(ReportedBefore {
            due: first,
            facts_as_at: None,
        });
        assert_eq!(of(&record, second), ReportKind::ThreeMonthly);
    }

    #[test]
    fn only_what_is_late_or_was_told_says_so() {
        let due = day(2026, 12, 28);
        let of = |kind, on, told| Lateness::of(kind, due, on, told);
        assert_eq!(of(ReportKind::First, due, None), None);
        let late = of(ReportKind::First, day(2026, 12, 29), None).unwrap();
        assert_eq!((late.completed_on, late.told_on), (day(2026, 12, 29), None));
        assert_eq!(of(ReportKind::Correction, day(2027, 2, 1), None), None);
        assert!(of(ReportKind::First, due, Some(day(2026, 12, 20))).is_some());
    }
}
