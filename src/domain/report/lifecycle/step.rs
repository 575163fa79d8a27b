//! The steps of a report's life, and why one is refused.

use super::State;
use std::fmt;

/// A step that somebody wants to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The author changes Part A or B.
    EditReport,
    /// The author signs and asks for sign-off.
    AskForSignOff,
    /// The manager sends it back with comments.
    Return,
    /// The manager attests and approves.
    Approve,
    /// The clinical supervisor changes Part C.
    EditPartC,
    /// The clinical supervisor signs Part C.
    SignPartC,
    /// The clinical supervisor signs a Part C that differs from Part B or recommends otherwise.
    SignDifferingPartC,
    /// The author records a Part C that came back on a paper.
    RecordPartCOutside,
    /// The same, where that paper differs from Part B or recommends otherwise.
    RecordDifferingPartCOutside,
    /// The manager has seen the difference; both views go out.
    NoteDifference,
    /// The author confirms the final check: the report is frozen.
    Freeze,
    /// The author freezes it without its review or Part C, so that it is not late by our own doing.
    FreezeExceptionally,
    /// It is recorded as sent.
    RecordSent,
    /// The manager reviews what was sent before the review.
    ReviewAfterwards,
    /// MHCS's acknowledgement is recorded.
    RecordAcknowledged,
    /// A query of MHCS's is recorded.
    RecordQuery,
    /// The reply to a query is recorded.
    RecordReply,
    /// Nothing more is to come.
    Close,
    /// Somebody else becomes the author.
    TakeOver,
    /// It was made for the wrong patient.
    Withdraw,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 20] = [
        Self::EditReport,
        Self::AskForSignOff,
        Self::Return,
        Self::Approve,
        Self::EditPartC,
        Self::SignPartC,
        Self::SignDifferingPartC,
        Self::RecordPartCOutside,
        Self::RecordDifferingPartCOutside,
        Self::NoteDifference,
        Self::Freeze,
        Self::FreezeExceptionally,
        Self::RecordSent,
        Self::ReviewAfterwards,
        Self::RecordAcknowledged,
        Self::RecordQuery,
        Self::RecordReply,
        Self::Close,
        Self::TakeOver,
        Self::Withdraw,
    ];

    /// As recorded in the audit.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EditReport => "edit-report",
            Self::AskForSignOff => "ask-for-sign-off",
            Self::Return => "return",
            Self::Approve => "approve",
            Self::EditPartC => "edit-part-c",
            Self::SignPartC => "sign-part-c",
            Self::SignDifferingPartC => "sign-differing-part-c",
            Self::RecordPartCOutside => "record-part-c-outside",
            Self::RecordDifferingPartCOutside => "record-differing-part-c-outside",
            Self::NoteDifference => "note-difference",
            Self::Freeze => "freeze",
            Self::FreezeExceptionally => "freeze-exceptionally",
            Self::RecordSent => "record-sent",
            Self::ReviewAfterwards => "review-afterwards",
            Self::RecordAcknowledged => "record-acknowledged",
            Self::RecordQuery => "record-query",
            Self::RecordReply => "record-reply",
            Self::Close => "close-report",
            Self::TakeOver => "take-over",
            Self::Withdraw => "withdraw",
        }
    }
}

/// Why a step is refused, in words for the person who wanted to take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The report is not where this step starts.
    NotNow {
        /// Where it stands.
        state: State,
    },
    /// Only the author may.
    NotTheAuthor,
    /// The author may not approve or return their own report.
    OwnReport,
    /// The clinical supervisor may not also have written or approved it.
    AlreadySignedInAnotherRole,
    /// Nothing is owed that this step would give.
    NothingOwed,
    /// The author cannot take their own report over.
    AlreadyTheAuthor,
    /// No report falls due: the patient is recalled, or no longer conditionally discharged.
    NothingDue,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNow { state } => write!(
                f,
                "This cannot be done now: the report is at “{}”. Nothing was changed",
                state.words()
            ),
            Self::NotTheAuthor => f.write_str("Only the author of the report can do this"),
            Self::OwnReport => {
                f.write_str("You wrote this report, so somebody else has to check and approve it")
            }
            Self::AlreadySignedInAnotherRole => f.write_str(
                "You wrote or approved Parts A and B, so another clinical supervisor has to complete Part C",
            ),
            Self::NothingOwed => f.write_str("This report owes no later review. Nothing was changed"),
            Self::AlreadyTheAuthor => f.write_str("You are the author of this report already"),
            Self::NothingDue => f.write_str(
                "No report falls due, because the person is recalled or no longer conditionally discharged",
            ),
        }
    }
}

impl std::error::Error for Refusal {}
