//! A figure: what it counts in plain words, its period, its numbers and the cases behind them.

use super::Period;
use crate::domain::identifiers::{PatientId, PersonId, ReportId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A number from 1 to 4 may point at a person: it is marked on pages and masked on papers that leave.
#[must_use]
pub fn is_small(number: u32) -> bool {
    (1..5).contains(&number)
}

macro_rules! figures {
    ($($(#[$doc:meta])* $id:ident $name:literal $title:literal $definition:literal),* $(,)?) => {
        /// Which figure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum FigureId {
            $($(#[$doc])* $id),*
        }

        impl FigureId {
            /// Every figure, in the order in which they are shown.
            pub const ALL: &[Self] = &[$(Self::$id),*];

            /// As stored, in addresses and in framework files.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$id => $name),* }
            }

            /// What it is called.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$id => $title),* }
            }

            /// What it counts, in plain words.
            #[must_use]
            pub fn definition(self) -> &'static str {
                match self { $(Self::$id => $definition),* }
            }
        }
    };
}

figures! {
    /// First reports sent on time.
    OnTimeFirst "on-time-first" "First reports sent on time"
        "Of the first reports (within 4 weeks of conditional discharge) whose due date has passed in the period: those recorded as sent on or before the due date. A report that was never begun counts as not sent. Nothing falls due from a recall or the end of the discharge on.",
    /// Later reports sent on time.
    OnTimeQuarterly "on-time-quarterly" "Later reports sent on time"
        "Of the reports after the first (every 3 months, or at an interval that MHCS agreed) whose due date has passed in the period: those recorded as sent on or before the due date. A report that was never begun counts as not sent. Nothing falls due from a recall or the end of the discharge on. What “every 3 months” counts from is not published; ours counts from the first due date.",
    /// Late, and MHCS knew.
    LateTold "late-told" "Late, MHCS told"
        "Of all reports whose due date has passed in the period: those not sent by then, where MHCS was told on or before the due date that the report would be late.",
    /// Late, and MHCS did not know.
    LateNotTold "late-not-told" "Late, MHCS not told"
        "Of all reports whose due date has passed in the period: those not sent by then, where nobody recorded telling MHCS on or before the due date.",
    /// How long the manager takes.
    SignOffTurnaround "sign-off-turnaround" "Sign-off turnaround"
        "Median number of calendar days from the author’s request for sign-off to the line manager’s decision (approved or returned), for decisions made in the period.",
    /// Reports returned by the manager.
    ReturnedReports "returned-reports" "Reports returned by the line manager"
        "Of the reports first put to the line manager in the period: those that were returned at least once. A returned report is not a fault in itself: none at all may mean that nobody reads them. Reports brought in from elsewhere count as returned only while they stand so.",
    /// Gaps between contacts.
    ContactGaps "contact-gaps" "Patients with a gap in contact"
        "Of the patients with a planned interval between contacts in person: those who, on some day of the period, had not been seen in person for longer than the plan of that day allows. Days from a recall or the end of the discharge on are not counted. Telephone, video and missed contacts do not count as seen.",
    /// Patients without a supervisor of their own.
    Unallocated "unallocated" "Patients without their own social supervisor"
        "Of the patients under supervision in the period: those who had no social supervisor of their own on some day of it, whether or not somebody covered. Supervision ends with a recall or with the discharge.",
    /// Patients with nobody.
    Uncovered "uncovered" "Patients with neither supervisor nor cover"
        "Of the patients under supervision in the period: those who, on some day of it, had neither a social supervisor of their own nor anybody recorded as covering. Supervision ends with a recall or with the discharge.",
    /// Conditions with evidence.
    ConditionEvidence "condition-evidence" "Conditions with evidence"
        "Of the answers about conditions of discharge in reports sent in the period: those that name at least one source beside the person’s own account. Conditions marked as not applicable are left out; those not tested are counted as without evidence.",
    /// Conditions known from the person alone, again and again.
    SelfReportStreaks "self-report-streaks" "Conditions resting on self-report alone, twice running"
        "Of the conditions reported on in the period and at least once before: those whose last two or more reports in a row rest only on the person’s own account.",
    /// The patient's view.
    PatientView "patient-view" "Reports with the patient’s view"
        "Of the reports sent in the period on a form that asks for the patient’s view: those in which it is given.",
    /// Events told to MHCS.
    EventsTold "events-told" "Events that MHCS was told of"
        "Of the events of the period that MHCS should hear of by the notifiable list (suggested until your organisation confirms it): those with a date on which MHCS was told.",
    /// How soon MHCS was told.
    EventsToldDelay "events-told-delay" "How soon MHCS was told of events"
        "Median number of calendar days from an event of the period to the day on which MHCS was told, for events that MHCS was told of.",
    /// Training in date.
    TrainingCurrent "training-current" "Staff with training in date"
        "Of the social supervisors and line managers who work here now: those with the national e-learning or an equivalent completed and not expired on the last day of the period.",
    /// Induction done.
    InductionComplete "induction-complete" "Staff with induction complete"
        "Of the social supervisors and line managers who work here now: those whose induction was complete by the last day of the period.",
}

impl FigureId {
    /// The figure of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.name() == name)
    }

    /// What the cases of the denominator are.
    #[must_use]
    pub fn of_what(self) -> &'static str {
        match self {
            Self::OnTimeFirst => "first reports due",
            Self::OnTimeQuarterly => "later reports due",
            Self::LateTold | Self::LateNotTold => "reports due",
            Self::SignOffTurnaround => "decisions",
            Self::ReturnedReports => "reports put to the manager",
            Self::ContactGaps => "patients with a planned interval",
            Self::Unallocated | Self::Uncovered => "patients",
            Self::ConditionEvidence => "answers about conditions",
            Self::SelfReportStreaks => "conditions reported on twice or more",
            Self::PatientView => "reports sent",
            Self::EventsTold => "events",
            Self::EventsToldDelay => "events told",
            Self::TrainingCurrent | Self::InductionComplete => "staff",
        }
    }
}

/// The numbers of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Value {
    /// So many of so many.
    Share {
        /// Cases that meet the definition.
        numerator: u32,
        /// All cases.
        denominator: u32,
    },
    /// A median of days.
    Median {
        /// Twice the median, so that half days stay whole numbers; none without cases.
        half_days: Option<u32>,
        /// Of how many cases.
        of: u32,
    },
}

impl Value {
    /// The median of days.
    #[must_use]
    pub fn median(mut days: Vec<u32>) -> Self {
        days.sort_unstable();
        let middle = days.len() / 2;
        let half_days = match (days.len() % 2, days.get(middle)) {
            (_, None) => None,
            (1, Some(day)) => Some(day.saturating_mul(2)),
            (_, Some(day)) => Some(day.saturating_add(days[middle - 1])),
        };
        Self::Median {
            half_days,
            of: u32::try_from(days.len()).unwrap_or(u32::MAX),
        }
    }

    /// Of how many cases.
    #[must_use]
    pub fn cases(self) -> u32 {
        match self {
            Self::Share { denominator, .. } => denominator,
            Self::Median { of, .. } => of,
        }
    }

    /// The share in whole per cent, where there are cases. Only all is 100 and only none is 0.
    #[must_use]
    pub fn per_cent(self) -> Option<u32> {
        let Self::Share {
            numerator,
            denominator,
        } = self
        else {
            return None;
        };
        if denominator == 0 {
            return None;
        }
        let (n, d) = (u64::from(numerator), u64::from(denominator));
        let rounded = (200 * n + d) / (2 * d);
        let kept = match n {
            0 => 0,
            n if n >= d => 100,
            _ => rounded.clamp(1, 99),
        };
        u32::try_from(kept).ok()
    }

    /// "12 of 15 (80%)", "2.5 days (9 decisions)" or "No cases".
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Share {
                numerator,
                denominator,
            } => match self.per_cent() {
                Some(share) => format!("{numerator} of {denominator} ({share}%)"),
                None => "No cases".into(),
            },
            Self::Median { half_days, of } => match half_days {
                Some(half) => format!("{} (median of {of})", days_in_words(half)),
                None => "No cases".into(),
            },
        }
    }

    /// Whether a number in it, or what is left over, is small enough to point at a person.
    #[must_use]
    pub fn is_small(self) -> bool {
        match self {
            Self::Share {
                numerator,
                denominator,
            } => {
                let rest = denominator.saturating_sub(numerator);
                is_small(numerator) || is_small(denominator) || is_small(rest)
            }
            Self::Median { of, .. } => is_small(of),
        }
    }
}

/// "1 day", "2.5 days".
#[must_use]
pub fn days_in_words(half_days: u32) -> String {
    let half = if half_days % 2 == 1 { ".5" } else { "" };
    let unit = if half_days == 2 { "day" } else { "days" };
    format!("{}{half} {unit}", half_days / 2)
}

/// One case behind a figure. Holds no name and no clinical text: whoever may open it sees them there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Case {
    /// Whose, where it is about a patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<PatientId>,
    /// Which report, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// Which member of staff, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The day it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<NaiveDate>,
    /// Whether it is in the numerator.
    pub counted: bool,
    /// How it stands, in words.
    pub words: String,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Figure {
    /// Which.
    pub id: FigureId,
    /// The definition it was counted by: a later rewording does not change what was frozen.
    pub definition: String,
    /// The period it is about.
    pub period: Period,
    /// Its numbers.
    pub value: Value,
    /// The cases behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
}

impl Figure {
    /// A share, counted from its cases.
    #[must_use]
    pub fn share(id: FigureId, period: Period, cases: Vec<Case>) -> Self {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let value = Value::Share {
            numerator: count(cases.iter().filter(|c| c.counted).count()),
            denominator: count(cases.len()),
        };
        Self::new(id, period, value, cases)
    }

    /// A median of days, one for each case.
    #[must_use]
    pub fn median(id: FigureId, period: Period, cases: Vec<(u32, Case)>) -> Self {
        let (days, cases) = cases.into_iter().unzip();
        Self::new(id, period, Value::median(days), cases)
    }

    fn new(id: FigureId, period: Period, value: Value, cases: Vec<Case>) -> Self {
        Self {
            id,
            definition: id.definition().to_owned(),
            period,
            value,
            cases,
        }
    }

    /// The same figure without its cases: what is kept with an assessment.
    #[must_use]
    pub fn without_cases(self) -> Self {
        Self {
            cases: Vec::new(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(numerator: u32, denominator: u32) -> Value {
        Value::Share {
            numerator,
            denominator,
        }
    }

    #[test]
    fn no_cases_is_no_number() {
        assert_eq!(share(0, 0).in_words(), "No cases");
        assert_eq!(share(0, 0).per_cent(), None);
        assert_eq!(Value::median(vec![]).in_words(), "No cases");
        assert_eq!(share(0, 7).in_words(), "0 of 7 (0%)");
    }

    #[test]
    fn nearly_all_is_not_all_and_nearly_none_is_not_none() {
        assert_eq!(share(999, 1000).per_cent(), Some(99));
        assert_eq!(share(1, 1000).per_cent(), Some(1));
        assert_eq!(share(1, 3).in_words(), "1 of 3 (33%)");
        assert_eq!(share(u32::MAX, u32::MAX).per_cent(), Some(100));
    }

    #[test]
    fn medians_keep_half_days() {
        assert_eq!(
            Value::median(vec![9, 1, 2]).in_words(),
            "2 days (median of 3)"
        );
        assert_eq!(
            Value::median(vec![2, 3]).in_words(),
            "2.5 days (median of 2)"
        );
        assert_eq!(Value::median(vec![1]).in_words(), "1 day (median of 1)");
        assert_eq!(Value::median(vec![0, 0]).in_words(), "0 days (median of 2)");
    }

    #[test]
    fn small_numbers_are_marked_and_what_is_left_over_too() {
        assert!(share(3, 20).is_small() && share(18, 20).is_small() && share(2, 4).is_small());
        assert!(!share(0, 20).is_small() && !share(20, 20).is_small() && !share(5, 10).is_small());
        assert!(!share(0, 0).is_small());
    }

    #[test]
    fn names_are_read_back() {
        for id in FigureId::ALL {
            assert_eq!(FigureId::named(id.name()), Some(*id));
            assert_eq!(
                serde_json::to_string(id).unwrap(),
                format!("\"{}\"", id.name())
            );
            assert!(id.definition().len() > 60 && !id.of_what().is_empty());
        }
        assert_eq!(FigureId::ALL.len(), 16);
    }
}
