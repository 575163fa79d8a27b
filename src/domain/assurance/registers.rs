//! What the registers of policies and lessons hold, and what they ask of people: review, reading, gaps.

use crate::domain::calendar::add_days;
use chrono::NaiveDate;

/// A local policy or procedure in one edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Title.
    pub title: String,
    /// Edition or version, as its owner calls it.
    pub edition: String,
    /// Who answers for it: a post rather than a person.
    pub owner: String,
    /// When it was approved.
    pub approved_on: NaiveDate,
    /// The day by which it has to be reviewed.
    pub review_on: NaiveDate,
    /// Where it is kept: a link or a place.
    pub kept_at: String,
    /// Ids of the criteria that it supports.
    pub criteria: Vec<String>,
    /// Whether staff say that they have read it.
    pub to_be_read: bool,
}

/// Days before its review date from which a policy is named as due for review.
pub const REVIEW_SOON_DAYS: u64 = 60;

/// How a policy stands to its review date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Review {
    /// Past its review date.
    Overdue,
    /// Within [`REVIEW_SOON_DAYS`] of it.
    Soon,
    /// In date.
    InDate,
}

impl Review {
    /// How a review date stands on `today`; the date itself is still in date.
    #[must_use]
    pub fn on(review_on: NaiveDate, today: NaiveDate) -> Self {
        if review_on < today {
            Self::Overdue
        } else if review_on <= add_days(today, REVIEW_SOON_DAYS) {
            Self::Soon
        } else {
            Self::InDate
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Overdue => "Past its review date",
            Self::Soon => "Due for review",
            Self::InDate => "In date",
        }
    }
}

/// Criteria that no policy in date supports, in the order given. `policies` are those not retired or
/// replaced.
#[must_use]
pub fn gaps<'a>(criteria: &'a [String], policies: &[Policy], today: NaiveDate) -> Vec<&'a str> {
    let supported = |id: &str| {
        policies
            .iter()
            .filter(|p| Review::on(p.review_on, today) != Review::Overdue)
            .any(|p| p.criteria.iter().any(|c| c == id))
    };
    criteria
        .iter()
        .map(String::as_str)
        .filter(|id| !supported(id))
        .collect()
}

/// What a lesson comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LessonKind {
    /// A serious incident here.
    Incident,
    /// A prevention-of-future-deaths report or a published inquiry.
    Report,
    /// A file audit or peer review.
    Audit,
    /// What MHCS said of our reports.
    Mhcs,
    /// What patients said.
    Patients,
    /// What carers said.
    Carers,
    /// Patients or carers took part in writing a local document.
    CoProduction,
}

impl LessonKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Incident,
        Self::Report,
        Self::Audit,
        Self::Mhcs,
        Self::Patients,
        Self::Carers,
        Self::CoProduction,
    ];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Report => "report",
            Self::Audit => "audit",
            Self::Mhcs => "mhcs",
            Self::Patients => "patients",
            Self::Carers => "carers",
            Self::CoProduction => "co-production",
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
            Self::Incident => "Serious incident here",
            Self::Report => "Prevention-of-future-deaths report or published inquiry",
            Self::Audit => "Audit or peer review",
            Self::Mhcs => "Feedback from MHCS",
            Self::Patients => "Views of patients",
            Self::Carers => "Views of carers",
            Self::CoProduction => "Patients or carers helped to write a local document",
        }
    }
}

/// Something learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What it comes from.
    pub kind: LessonKind,
    /// Title.
    pub title: String,
    /// The source, for example the report and its year. Never a victim's, patient's or relative's name.
    pub source: String,
    /// Date of the source.
    pub dated: NaiveDate,
    /// What was learnt.
    pub learnt: String,
    /// What changes here.
    pub changes: String,
    /// Who sees to it.
    pub owner: String,
    /// Link to the source; may be empty.
    pub link: String,
    /// Ids of the criteria that it bears on.
    pub criteria: Vec<String>,
    /// References of actions in the action plan.
    pub actions: Vec<String>,
    /// Id of the local policy that was written together, where it is one.
    pub policy: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u64) -> NaiveDate {
        add_days(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), n)
    }

    fn policy(review_on: NaiveDate, criteria: &[&str]) -> Policy {
        Policy {
            title: "Social supervision".into(),
            edition: "2".into(),
            owner: "Principal social worker".into(),
            approved_on: day(0),
            review_on,
            kept_at: "Intranet".into(),
            criteria: criteria.iter().map(|c| (*c).to_owned()).collect(),
            to_be_read: true,
        }
    }

    #[test]
    fn a_policy_is_in_date_on_its_review_date_and_not_after() {
        assert_eq!(Review::on(day(100), day(39)), Review::InDate);
        assert_eq!(Review::on(day(100), day(40)), Review::Soon);
        assert_eq!(Review::on(day(100), day(100)), Review::Soon);
        assert_eq!(Review::on(day(100), day(101)), Review::Overdue);
    }

    #[test]
    fn a_gap_is_a_criterion_without_a_policy_in_date() {
        let criteria = ["1.1", "1.2", "1.3"].map(str::to_owned);
        let policies = [policy(day(100), &["1.1", "1.3"]), policy(day(10), &["1.2"])];
        assert_eq!(gaps(&criteria, &policies, day(10)), Vec::<&str>::new());
        assert_eq!(gaps(&criteria, &policies, day(11)), ["1.2"]);
        assert_eq!(gaps(&criteria, &[], day(11)), ["1.1", "1.2", "1.3"]);
    }

    #[test]
    fn kinds_are_named_both_ways() {
        for kind in LessonKind::ALL {
            assert_eq!(LessonKind::named(kind.name()), Some(kind));
        }
    }
}
