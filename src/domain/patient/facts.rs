//! The facts of Part A: their order, and how they differ between two versions of the record.

use super::PatientRecord;
use super::snapshot::in_words;
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

/// How two versions of the record differ for a report: its facts on the last day of the period, and
/// every condition in force in it.
#[must_use]
pub fn differences(
    before: &PatientRecord,
    after: &PatientRecord,
    period: Period,
) -> Vec<Difference> {
    let lines = |record: &PatientRecord, fact: F| {
        if fact != F::Conditions {
            return in_words(fact, record, period.to);
        }
        record
            .conditions_between(period.from, period.to)
            .iter()
            .map(|c| {
                use super::edit::conditions::dates;
                format!("{}. {} ({})", c.number, c.wording, dates(c))
            })
            .collect()
    };
    FACTS
        .iter()
        .map(|(label, fact)| Difference {
            fact: *fact,
            label,
            before: lines(before, *fact),
            after: lines(after, *fact),
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
