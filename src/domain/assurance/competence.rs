//! Who is ready for a first case: induction, training and when it runs out.
//!
//! An inquiry of 2009 found a supervisor without mental-health training whose first such case it was.
//! The gate warns and asks for a reason; it does not decide, because a patient without any supervisor
//! is worse.

use crate::domain::patient::PatientRecord;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainingKind {
    /// The organisation's own induction to social supervision.
    Induction,
    /// The national e-learning on social supervision and conditional discharge.
    NationalELearning,
    /// Training that the organisation accepts in its place.
    Equivalent,
    /// Mental-health experience or training that fits the work.
    MentalHealth,
    /// Checking reports, for managers.
    QualityAssurance,
    /// Anything else.
    Other,
}

impl TrainingKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Induction,
        Self::NationalELearning,
        Self::Equivalent,
        Self::MentalHealth,
        Self::QualityAssurance,
        Self::Other,
    ];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Induction => "induction",
            Self::NationalELearning => "national-e-learning",
            Self::Equivalent => "equivalent",
            Self::MentalHealth => "mental-health",
            Self::QualityAssurance => "quality-assurance",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Induction => "Induction to social supervision",
            Self::NationalELearning => "National e-learning",
            Self::Equivalent => "Equivalent to the national e-learning",
            Self::MentalHealth => "Mental-health experience or training",
            Self::QualityAssurance => "Checking reports, for managers",
            Self::Other => "Other training",
        }
    }
}

/// Something completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Training {
    /// What.
    pub kind: TrainingKind,
    /// When.
    pub done_on: NaiveDate,
    /// The last day on which it counts; none when it does not run out.
    pub expires_on: Option<NaiveDate>,
}

impl Training {
    /// Whether it counts on that day.
    #[must_use]
    pub fn counts_on(&self, day: NaiveDate) -> bool {
        self.done_on <= day && self.expires_on.is_none_or(|last| day <= last)
    }
}

/// Whether induction was complete on that day.
#[must_use]
pub fn inducted(trainings: &[Training], day: NaiveDate) -> bool {
    trainings
        .iter()
        .any(|t| t.kind == TrainingKind::Induction && t.counts_on(day))
}

/// Whether the national e-learning, or what stands in its place, counts on that day.
#[must_use]
pub fn trained(trainings: &[Training], day: NaiveDate) -> bool {
    use TrainingKind as K;
    trainings
        .iter()
        .any(|t| matches!(t.kind, K::NationalELearning | K::Equivalent) && t.counts_on(day))
}

/// What is missing before somebody takes a patient on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// No induction on record.
    NoInduction,
    /// Neither the national e-learning nor an equivalent on record.
    NoTraining,
    /// It ran out.
    TrainingExpired {
        /// The last day on which it counted.
        last: NaiveDate,
    },
    /// No mental-health experience or training on record.
    NoMentalHealth,
}

impl Shortfall {
    /// In words, for the page that warns.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::NoInduction => "No induction to social supervision is on record.".into(),
            Self::NoTraining => {
                "Neither the national e-learning nor an equivalent is on record.".into()
            }
            Self::TrainingExpired { last } => format!(
                "The e-learning or its equivalent ran out on {}.",
                crate::domain::calendar::day_in_words(last)
            ),
            Self::NoMentalHealth => "No mental-health experience or training is on record.".into(),
        }
    }
}

/// What the gate says when a patient is about to be allocated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// Nothing is missing.
    Open,
    /// Something is missing: the manager goes on only with a reason, which is recorded.
    Warn(Vec<Shortfall>),
}

/// Shortest reason that says something, in characters.
pub const SHORTEST_REASON: usize = 10;
/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 2_000;

/// The gate before a case is allocated. `cases`: patients whom the person supervises already. Somebody
/// who supervises already is asked only whether their training is in date; a first case asks for all.
#[must_use]
pub fn gate(trainings: &[Training], cases: usize, today: NaiveDate) -> Gate {
    use TrainingKind as K;
    let mut missing = Vec::new();
    let has = |kind: K| {
        trainings
            .iter()
            .any(|t| t.kind == kind && t.counts_on(today))
    };
    if cases == 0 && !inducted(trainings, today) {
        missing.push(Shortfall::NoInduction);
    }
    if !trained(trainings, today) {
        let last = trainings
            .iter()
            .filter(|t| matches!(t.kind, K::NationalELearning | K::Equivalent))
            .filter_map(|t| t.expires_on.filter(|last| *last < today))
            .max();
        missing.push(
            last.map_or(Shortfall::NoTraining, |last| Shortfall::TrainingExpired {
                last,
            }),
        );
    }
    if cases == 0 && !has(K::MentalHealth) {
        missing.push(Shortfall::NoMentalHealth);
    }
    if missing.is_empty() {
        Gate::Open
    } else {
        Gate::Warn(missing)
    }
}

/// Whether a reason for going on in spite of the gate says enough.
///
/// # Errors
/// What is wrong with it, for the field.
pub fn check_reason(reason: &str) -> Result<&str, &'static str> {
    let reason = reason.trim();
    match reason.chars().count() {
        ..SHORTEST_REASON => {
            Err("Say why this person takes the patient on, and what support they have")
        }
        SHORTEST_REASON..=LONGEST_REASON => Ok(reason),
        _ => Err("The reason can have up to 2,000 characters"),
    }
}

impl Gate {
    /// What a page that warns carries, so that a reason is only taken of somebody who was shown this
    /// person with just this missing. Empty when nothing is missing.
    #[must_use]
    pub fn mark(&self, person: &str) -> String {
        match self {
            Self::Open => String::new(),
            Self::Warn(missing) => {
                let words: Vec<String> = missing.iter().map(|m| m.in_words()).collect();
                format!("{person}: {}", words.join(" "))
            }
        }
    }
}

/// Whether an allocation goes on: the reason to be recorded, or none where nothing is missing. `seen`:
/// the mark of the page on which the reason was typed.
///
/// # Errors
/// What to say beside the reason.
pub fn pass<'a>(
    gate: &Gate,
    person: &str,
    seen: &str,
    reason: &'a str,
) -> Result<Option<&'a str>, &'static str> {
    match gate {
        Gate::Open => Ok(None),
        Gate::Warn(_) if seen == gate.mark(person) => check_reason(reason).map(Some),
        Gate::Warn(_) => Err("Read what is missing, then say why this person takes the patient on"),
    }
}

/// What one patient weighs in a caseload, and why. Proposed by this project: a start for a talk about
/// workload, no measure of anybody. 1 for each patient, 1 more for each of the listed reasons.
#[must_use]
pub fn weight(record: &PatientRecord, today: NaiveDate) -> (u32, Vec<&'static str>) {
    let settled = crate::domain::calendar::add_months(record.discharge.on, 6) < today;
    let level = record.mappa_on(today).map_or(1, |(_, level)| level);
    let in_force = record.conditions_between(today, today);
    let reasons: Vec<&'static str> = [
        (!settled, "within 6 months of discharge"),
        (level >= 2, "MAPPA level 2 or 3"),
        (
            in_force.iter().any(|c| c.deprivation_of_liberty.is_some()),
            "supervised discharge",
        ),
        (
            record.contact_every_days.is_some_and(|days| days <= 7),
            "seen weekly or more often",
        ),
    ]
    .into_iter()
    .filter_map(|(is, why)| is.then_some(why))
    .collect();
    (1 + u32::try_from(reasons.len()).unwrap_or(0), reasons)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        crate::domain::calendar::add_days(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), n)
    }

    fn done(kind: TrainingKind, on: u64, until: Option<u64>) -> Training {
        Training {
            kind,
            done_on: day(on),
            expires_on: until.map(day),
        }
    }

    #[test]
    fn a_first_case_asks_for_all_three() {
        use TrainingKind as K;
        assert_eq!(
            gate(&[], 0, day(9)),
            Gate::Warn(vec![
                Shortfall::NoInduction,
                Shortfall::NoTraining,
                Shortfall::NoMentalHealth
            ])
        );
        let all = [
            done(K::Induction, 1, None),
            done(K::Equivalent, 2, Some(9)),
            done(K::MentalHealth, 3, None),
        ];
        assert_eq!(gate(&all, 0, day(9)), Gate::Open);
        assert_eq!(
            gate(&all, 0, day(10)),
            Gate::Warn(vec![Shortfall::TrainingExpired { last: day(9) }])
        );
        // Done tomorrow is not done.
        assert_eq!(
            gate(&all, 0, day(2)),
            Gate::Warn(vec![Shortfall::NoMentalHealth])
        );
        assert_eq!(
            gate(&[], 4, day(9)),
            Gate::Warn(vec![Shortfall::NoTraining])
        );
    }

    #[test]
    fn a_new_and_closely_seen_patient_weighs_more() {
        let mut record = crate::domain::case::tests::record();
        let long_after = crate::domain::calendar::add_months(record.discharge.on, 7);
        assert_eq!(weight(&record, long_after), (1, vec![]));
        record.contact_every_days = Some(7);
        assert_eq!(weight(&record, record.discharge.on).0, 3);
    }

    #[test]
    fn a_reason_says_something() {
        assert!(check_reason("  ok   ").is_err());
        assert_eq!(
            check_reason(" Joint visits with Priya until March. "),
            Ok("Joint visits with Priya until March.")
        );
        assert!(check_reason(&"x".repeat(2_001)).is_err());
    }

    #[test]
    fn a_reason_is_taken_only_of_who_was_shown_what_is_missing() {
        let reason = "Joint visits with Priya until March.";
        assert_eq!(pass(&Gate::Open, "p", "", ""), Ok(None));
        let gate = Gate::Warn(vec![Shortfall::NoInduction]);
        assert!(pass(&gate, "p", "", reason).is_err(), "nothing was shown");
        assert!(
            pass(&gate, "p", &gate.mark("q"), reason).is_err(),
            "somebody else"
        );
        let more = Gate::Warn(vec![Shortfall::NoInduction, Shortfall::NoTraining]);
        assert!(
            pass(&more, "p", &gate.mark("p"), reason).is_err(),
            "more is missing now"
        );
        assert!(pass(&gate, "p", &gate.mark("p"), "ok").is_err());
        assert_eq!(pass(&gate, "p", &gate.mark("p"), reason), Ok(Some(reason)));
    }

    proptest! {
        /// One more training never closes a gate that was open.
        #[test]
        fn more_training_never_hurts(
            rows in prop::collection::vec((0usize..6, 0u64..40, prop::option::of(0u64..60)), 0..8),
            cases in 0usize..3,
        ) {
            let all: Vec<Training> =
                rows.iter().map(|(k, on, until)| done(TrainingKind::ALL[*k], *on, *until)).collect();
            for n in 0..all.len() {
                if gate(&all[..n], cases, day(30)) == Gate::Open {
                    prop_assert_eq!(gate(&all, cases, day(30)), Gate::Open);
                }
            }
        }
    }
}
