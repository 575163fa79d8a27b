//! What happens to a report beside the plain way: sent before it was complete, Part C on a paper from
//! outside, a difference taken to a third person, MHCS's replies, a correction, a withdrawal.

use crate::domain::calendar::add_days;
use chrono::{DateTime, NaiveDate, Utc};

/// From how many days before the due date a report may go out without its review or Part C. Before
/// that there is time to ask a deputy. Source: decisions, safe failure 3 ("near the due date").
pub const EXCEPTIONAL_DAYS: u64 = 7;
/// Longest reason, view or message, in characters.
pub const LONGEST_REASON: usize = 5_000;

/// The first day on which a report may be sent exceptionally.
#[must_use]
pub fn exceptional_from(due: NaiveDate) -> NaiveDate {
    due - chrono::Days::new(EXCEPTIONAL_DAYS)
}

/// The last day on which a deputy who is asked today acts: two weeks, or past the due date.
#[must_use]
pub fn deputy_until(due: NaiveDate, today: NaiveDate) -> NaiveDate {
    due.max(today).max(add_days(today, 14))
}

/// A Part C that was completed on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartCOutside {
    /// Who completed it.
    pub name: String,
    /// Their job title.
    pub job_title: String,
    /// When.
    pub completed_on: NaiveDate,
    /// Whether it differs from Part B or recommends otherwise.
    pub differs: bool,
    /// Where the signed paper is kept.
    pub kept_at: String,
}

/// A line of a difference of view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What the line is.
    pub kind: ViewKind,
    /// What was written.
    pub text: String,
    /// Who was asked, or who decided.
    pub third_person: String,
    /// Who wrote it.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a line of a difference of view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewKind {
    /// Somebody takes it to a third person, with their own view.
    Raised,
    /// Another view.
    View,
    /// What the third person said.
    Outcome,
}

impl ViewKind {
    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::View => "view",
            Self::Outcome => "outcome",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Raised, Self::View, Self::Outcome]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Whether the last difference that was raised still waits for the third person.
#[must_use]
pub fn is_open(views: &[View]) -> bool {
    views
        .iter()
        .rev()
        .find(|v| v.kind != ViewKind::View)
        .is_some_and(|v| v.kind == ViewKind::Raised)
}

/// A message on the thread with MHCS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is.
    pub kind: MessageKind,
    /// The day it was received or sent.
    pub day: NaiveDate,
    /// What it said.
    pub text: String,
    /// Who recorded it.
    pub name: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

/// What a message on the thread with MHCS is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// MHCS has the report.
    Acknowledged,
    /// MHCS asks.
    Query,
    /// The answer to MHCS.
    Reply,
    /// Nothing more is to come.
    Closed,
    /// The record of sending was wrong: what it should have said.
    SendingCorrected,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Acknowledged,
        Self::Query,
        Self::Reply,
        Self::Closed,
        Self::SendingCorrected,
    ];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Query => "query",
            Self::Reply => "reply",
            Self::Closed => "closed",
            Self::SendingCorrected => "sending-corrected",
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
            Self::Acknowledged => "MHCS acknowledged the report",
            Self::Query => "MHCS asked",
            Self::Reply => "Reply to MHCS",
            Self::Closed => "Closed: nothing more is to come",
            Self::SendingCorrected => "The record of sending was corrected",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn exceptional_sending_begins_a_week_before_the_due_date() {
        assert_eq!(exceptional_from(day("2026-03-04")), day("2026-02-25"));
        assert_eq!(
            deputy_until(day("2026-03-04"), day("2026-03-01")),
            day("2026-03-15")
        );
    }

    #[test]
    fn a_difference_is_open_until_the_third_person_has_spoken() {
        let view = |kind| View {
            kind,
            text: String::new(),
            third_person: String::new(),
            name: String::new(),
            at: DateTime::UNIX_EPOCH,
        };
        let thread = [ViewKind::Raised, ViewKind::View, ViewKind::Outcome].map(view);
        assert!(!is_open(&[]));
        assert!(is_open(&thread[..2]));
        assert!(!is_open(&thread));
    }
}
