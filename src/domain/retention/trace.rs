//! The days on which a record shows that it was in use.

use crate::domain::patient::PatientRecord;
use chrono::NaiveDate;

/// A day on which the record shows that it was in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// The day.
    pub on: NaiveDate,
    /// What shows it.
    pub shown: Shown,
}

/// What shows that a record was in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The conditional discharge.
    Discharge,
    /// A recall.
    Recall,
    /// The end that the record itself gives.
    End,
    /// The first or last day of a supervisor.
    Supervisor,
    /// A plan of contacts.
    ContactPlan,
    /// A clinical review.
    ClinicalReview,
    /// An entry of the supervision record.
    Entry,
    /// A report.
    Report,
    /// A paper that was given to somebody.
    Paper,
}

impl Shown {
    /// In words, before the day.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Discharge => "the conditional discharge is of",
            Self::Recall => "a recall is of",
            Self::End => "the record itself says that supervision ended on",
            Self::Supervisor => "somebody supervised on",
            Self::ContactPlan => "a contact plan is of",
            Self::ClinicalReview => "a clinical review is of",
            Self::Entry => "an entry is of",
            Self::Report => "a report is of",
            Self::Paper => "a paper was given on",
        }
    }
}

/// What the patient's record shows by itself.
#[must_use]
pub fn of_record(record: &PatientRecord) -> Vec<Trace> {
    let mut traces = Vec::new();
    let mut add = |shown, on: Option<NaiveDate>| traces.extend(on.map(|on| Trace { on, shown }));
    add(Shown::Discharge, Some(record.discharge.on));
    add(Shown::Recall, record.recalled_on);
    add(Shown::End, record.ended.as_ref().map(|e| e.on));
    for s in &record.supervisors {
        add(Shown::Supervisor, Some(s.from));
        add(Shown::Supervisor, s.to);
    }
    for plan in &record.contact_plans {
        add(Shown::ContactPlan, Some(plan.from));
    }
    for review in &record.clinical_reviews {
        add(Shown::ClinicalReview, Some(review.on));
    }
    traces
}

/// The day that a report shows: of its facts; failing that, when it was sent; failing both, when it was
/// due if it came from elsewhere, or when it was begun here. A due date that lies ahead shows nothing.
#[must_use]
pub fn of_report(
    facts_as_at: Option<NaiveDate>,
    sent_on: Option<NaiveDate>,
    due_or_begun: NaiveDate,
) -> Trace {
    Trace {
        on: facts_as_at.or(sent_on).unwrap_or(due_or_begun),
        shown: Shown::Report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::tests::record;

    #[test]
    fn recalls_ends_and_reviews_are_traces() {
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        let mut record = record();
        let newest = |record: &PatientRecord| {
            let all = of_record(record);
            let newest = all.into_iter().max_by_key(|t| t.on).unwrap();
            (newest.shown, newest.on)
        };
        record.recalled_on = Some(day(11, 1));
        assert_eq!(newest(&record), (Shown::Recall, day(11, 1)));
        record.ended = Some(crate::domain::patient::DatedNote {
            on: day(11, 2),
            note: String::new(),
        });
        assert_eq!(newest(&record), (Shown::End, day(11, 2)));
        record
            .clinical_reviews
            .push(crate::domain::patient::ClinicalReview {
                on: day(11, 3),
                by: String::new(),
            });
        assert_eq!(newest(&record), (Shown::ClinicalReview, day(11, 3)));
    }

    #[test]
    fn a_report_is_of_its_facts_before_all_else() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let on = |facts, sent| of_report(facts, sent, day(3)).on;
        assert_eq!(on(Some(day(1)), Some(day(2))), day(1));
        assert_eq!(on(None, Some(day(2))), day(2));
        assert_eq!(on(None, None), day(3));
    }
}
