//! The facts of Part A: their order, and how they differ between two versions of the record.

use super::PatientRecord;
use super::snapshot::{changes, condition, in_report};
use crate::domain::form::definition::RecordFact as F;
use crate::domain::report::circumstances::Period;

/// The facts of the record, in the order in which Part A has them.
pub const FACTS: [(&str, F); 20] = [
    ("Names", F::Names),
    ("Date of birth", F::DateOfBirth),
    ("NHS number", F::NhsNumber),
    ("MHCS reference", F::MhcsReference),
    ("Nation", F::Nation),
    ("Authority", F::Authority),
    ("Index offences", F::IndexOffences),
    ("Discharge", F::Discharge),
    ("Address", F::Address),
    ("Supervisors", F::Supervisors),
    ("Care team", F::CareTeam),
    ("Conditions in force", F::Conditions),
    ("MAPPA", F::Mappa),
    ("Victim liaison", F::VictimLiaison),
    ("Other orders", F::OtherOrders),
    ("Mental disorder", F::MentalDisorder),
    ("Language and communication", F::Communication),
    ("Ethnicity, in the person’s own words", F::Ethnicity),
    ("Advocate", F::Advocate),
    ("Capacity", F::Capacity),
];

/// A fact that differs between two versions of the record, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub fact: F,
    /// Its heading.
    pub label: &'static str,
    /// Lines before; empty: not recorded.
    pub before: Vec<String>,
    /// Lines now.
    pub after: Vec<String>,
}

/// How two versions of the record differ for a report: its facts on the last day of the period, every
/// condition in force in it, and what changed since the report before.
#[must_use]
pub fn differences(
    before: &PatientRecord,
    after: &PatientRecord,
    period: Period,
) -> Vec<Difference> {
    let lines = |record: &PatientRecord, fact: F| match fact {
        F::Conditions => record
            .conditions_between(period.from, period.to)
            .into_iter()
            .map(condition)
            .collect(),
        F::PreviousReport => changes(record, period),
        _ => in_report(fact, record, period, None),
    };
    // The first report has none before it: its period begins with the discharge.
    let later = (period.from > after.discharge.on)
        .then_some(("Changes since the last report", F::PreviousReport));
    FACTS
        .into_iter()
        .chain(later)
        .map(|(label, fact)| Difference {
            fact,
            label,
            before: lines(before, fact),
            after: lines(after, fact),
        })
        .filter(|d| d.before != d.after)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::tests::record;
    use chrono::NaiveDate;

    #[test]
    fn a_corrected_date_of_a_supervisor_differs_where_a_report_tells_of_it() {
        use crate::domain::patient::{ContactDetails, Supervisor, SupervisorRole};
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        let mut before = record();
        before.supervisors.push(Supervisor {
            role: SupervisorRole::Social,
            cover: false,
            contact: ContactDetails::default(),
            from: day(1, 2),
            to: Some(day(3, 9)),
            inducted_on: None,
        });
        let mut after = before.clone();
        after.supervisors[0].to = Some(day(3, 10));
        let found = |from: NaiveDate| -> Vec<F> {
            let period = Period {
                from,
                to: day(5, 31),
            };
            differences(&before, &after, period)
                .iter()
                .map(|d| d.fact)
                .collect()
        };
        assert_eq!(found(day(3, 1)), [F::PreviousReport]);
        assert_eq!(found(before.discharge.on), [], "a first report has none");
    }

    #[test]
    fn only_what_part_a_shows_differs() {
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        let period = Period {
            from: day(1, 1),
            to: day(3, 1),
        };
        let before = record();
        let mut after = before.clone();
        after.contact_every_days = Some(7);
        assert_eq!(differences(&before, &after, period), []);
        after.ethnicity = "Welsh".into();
        after.mhcs_reference = "TEST/00002".into();
        let found: Vec<_> = differences(&before, &after, period)
            .iter()
            .map(|d| d.label)
            .collect();
        assert_eq!(
            found,
            ["MHCS reference", "Ethnicity, in the person’s own words"]
        );
    }
}
