//! Days that stand on the timeline without anybody entering them: what the record dates, and what
//! falls due by rule, with how sure we are of the rule.

use super::calendar::{add_days, add_months, day_in_words};
use super::form::definition::Confidence;
use super::patient::{PatientRecord, SupervisorRole};
use super::schedule::{Counting, Stopped, next_due, stopped};
use chrono::NaiveDate;

/// A day on the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// The day, or the first of a span.
    pub on: NaiveDate,
    /// The last day of a span.
    pub until: Option<NaiveDate>,
    /// What it is.
    pub words: String,
    /// How sure we are of the rule that gives it; none for a fact of the record.
    pub rule: Option<Confidence>,
}

/// Shown beside every date of a tribunal rule.
pub const CHECK: &str = "Check with the Mental Health Act office.";

/// What lies ahead on `today`: the next report, tribunal windows, yearly reviews.
#[must_use]
pub fn ahead(
    record: &PatientRecord,
    counting: &Counting,
    answered: &[NaiveDate],
    today: NaiveDate,
) -> Vec<Milestone> {
    let mut all = Vec::new();
    if let Some(due) = next_due(record, counting, answered) {
        all.push(Milestone {
            on: due.on,
            until: None,
            words: "Next progress report is due".into(),
            rule: Some(if due.number == 0 {
                Confidence::Verified
            } else {
                Confidence::Inferred
            }),
        });
    }
    if stopped(record).is_none() {
        all.extend(tribunal_windows(record, today));
        all.push(yearly_review(record, today));
    }
    let mappa = record.mappa.as_ref().and_then(|m| m.next_review);
    all.extend(mappa.filter(|on| *on >= today).map(|on| Milestone {
        on,
        until: None,
        words: "MAPPA review".into(),
        rule: None,
    }));
    all.sort_by_key(|m| m.on);
    all
}

/// The tribunal window that is open or comes next, and the one after: between 12 and 24 months after
/// discharge, then once in each two years (section 75(2)). A supervised discharge has periods of its
/// own, which could not be read: no date is given.
#[must_use]
pub fn tribunal_windows(record: &PatientRecord, today: NaiveDate) -> Vec<Milestone> {
    let tribunal = record.nation_on(today).tribunal();
    let discharge = record.discharge.on;
    let supervised = record
        .conditions_between(today, today)
        .iter()
        .any(|c| c.deprivation_of_liberty.is_some());
    if supervised {
        return vec![Milestone {
            on: today,
            until: None,
            words: format!(
                "Supervised discharge has periods of its own for applying to the {tribunal} (Mental Health Act 2025). {CHECK}"
            ),
            rule: Some(Confidence::General),
        }];
    }
    // The first window is one year long, every later one two.
    let window = |n: u32| {
        let from = if n == 0 { 12 } else { 24 * n };
        (
            add_months(discharge, from),
            add_months(discharge, 24 * (n + 1)),
        )
    };
    (0..60)
        .map(window)
        .filter(|(_, to)| *to >= today)
        .take(2)
        .map(|(from, to)| Milestone {
            on: from,
            until: Some(to),
            words: format!("The person may apply once to the {tribunal} (section 75(2)). {CHECK}"),
            rule: Some(Confidence::Statute),
        })
        .collect()
}

/// The next anniversary of the discharge: is absolute discharge to be discussed? Our proposal.
#[must_use]
pub fn yearly_review(record: &PatientRecord, today: NaiveDate) -> Milestone {
    let anniversary = (1..200)
        .map(|years| add_months(record.discharge.on, 12 * years))
        .find(|on| *on >= today);
    Milestone {
        on: anniversary.unwrap_or(NaiveDate::MAX),
        until: None,
        words: "Yearly review: are the restrictions still needed, and is absolute discharge to be discussed?"
            .into(),
        rule: Some(Confidence::Proposed),
    }
}

/// What the record dates, newest first: discharge, addresses, supervisors, conditions.
#[must_use]
pub fn of_record(record: &PatientRecord) -> Vec<Milestone> {
    let fact = |on: NaiveDate, words: String| Milestone {
        on,
        until: None,
        words,
        rule: None,
    };
    let mut all = vec![fact(
        record.discharge.on,
        format!(
            "Conditionally discharged by {}",
            record.discharge.by.words()
        ),
    )];
    all.extend(record.addresses.iter().map(|a| {
        fact(
            a.from,
            format!("Address from this day: {}", a.lines.join(", ")),
        )
    }));
    for s in &record.supervisors {
        let role = match s.role {
            SupervisorRole::Social => "Social supervisor",
            SupervisorRole::Clinical => "Clinical supervisor",
        };
        let cover = if s.cover { ", covering" } else { "" };
        all.push(fact(
            s.from,
            format!("{role} from this day{cover}: {}", s.contact.name),
        ));
        all.extend(s.to.map(|to| {
            fact(
                add_days(to, 1),
                format!("{role} no longer{cover}: {}", s.contact.name),
            )
        }));
    }
    for c in &record.conditions {
        all.push(fact(
            c.from,
            format!(
                "Condition {} in force, set by {}",
                c.number,
                c.set_by.words()
            ),
        ));
        all.extend(c.to.map(|to| {
            fact(
                add_days(to, 1),
                format!("Condition {} no longer in that wording", c.number),
            )
        }));
    }
    all.extend(stopped(record).map(|s| {
        let words = match s {
            Stopped::Recalled(_) => "Recalled to hospital: reports suspended",
            Stopped::Ended(_) => "Conditional discharge ended",
        };
        fact(s.from(), words.into())
    }));
    all.extend(record.agreed_interval.as_ref().map(|a| {
        fact(
            a.from,
            format!(
                "Reports every {} months from this day, agreed by MHCS",
                a.months
            ),
        )
    }));
    all.sort_by_key(|m| std::cmp::Reverse(m.on));
    all
}

impl Milestone {
    /// The day or span in words.
    #[must_use]
    pub fn when(&self) -> String {
        match self.until {
            Some(until) => format!("{} to {}", day_in_words(self.on), day_in_words(until)),
            None => day_in_words(self.on),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn discharged(on: NaiveDate) -> PatientRecord {
        let mut record = crate::domain::case::tests::record();
        record.discharge.on = on;
        record.conditions.clear();
        record
    }

    fn windows(today: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
        tribunal_windows(&discharged(day(2024, 2, 29)), today)
            .into_iter()
            .map(|m| (m.on, m.until.unwrap()))
            .collect()
    }

    #[test]
    fn the_first_window_is_the_second_year_and_then_each_two_years() {
        let first = (day(2025, 2, 28), day(2026, 2, 28));
        let second = (day(2026, 2, 28), day(2028, 2, 29));
        assert_eq!(windows(day(2024, 6, 1)), [first, second]);
        assert_eq!(windows(day(2026, 3, 1))[0], second);
    }

    #[test]
    fn supervised_discharge_gets_no_date_and_a_recalled_patient_no_window() {
        let mut record = discharged(day(2024, 2, 29));
        record.recalled_on = Some(day(2026, 1, 1));
        assert!(
            ahead(
                &record,
                &Counting::default(),
                &[day(2026, 5, 28)],
                day(2026, 6, 1)
            )
            .is_empty()
        );
        let mut condition = crate::domain::condition::Condition {
            id: crate::domain::identifiers::ConditionId::parse("c").unwrap(),
            number: 1,
            wording: "Escorted".into(),
            theme: crate::domain::condition::Theme::Residence,
            set_by: crate::domain::patient::Discharger::Tribunal,
            from: day(2024, 2, 29),
            to: None,
            deprivation_of_liberty: Some("section 42(2A)".into()),
            clauses: vec![],
        };
        record.conditions = vec![condition.clone()];
        let own = tribunal_windows(&record, day(2026, 6, 1));
        assert!(own.len() == 1 && own[0].words.contains("periods of its own"));
        condition.to = Some(day(2025, 1, 1));
        record.conditions = vec![condition];
        assert_eq!(tribunal_windows(&record, day(2026, 6, 1)).len(), 2);
    }

    #[test]
    fn the_review_comes_every_year() {
        let record = discharged(day(2024, 2, 29));
        assert_eq!(yearly_review(&record, day(2026, 3, 1)).on, day(2027, 2, 28));
        assert_eq!(
            yearly_review(&record, day(2026, 2, 28)).on,
            day(2026, 2, 28)
        );
    }
}
