//! Notices: that something waits for a person, or happened on a record they answer for.
//!
//! A notice is a kind and a subject. Its words are made from the kind, so that it can hold nothing
//! clinical, and it opens nothing: the page behind it asks again who may read it.

use crate::domain::identifiers::NoticeId;
use chrono::{DateTime, Utc};

/// Most notices on a page. The store gives one more where there are more.
pub const MOST: usize = 100;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A report waits for the line manager.
    SignOffAsked,
    /// The line manager sent a report back.
    Returned,
    /// Parts A and B are approved; Part C can be written.
    Approved,
    /// Part C is signed; the author's final check is next.
    PartCSigned,
    /// Part C differs from Part B: the line manager looks again.
    PartCDiffers,
    /// An approved report was changed, so its approval is void.
    ApprovalVoided,
    /// A report was made ready to send without its review or Part C; the review is owed.
    SentExceptionally,
    /// A deputy was asked to act for the line manager.
    DeputyAsked,
    /// A difference of view was taken to a third person.
    DisagreementRaised,
    /// Something was added to a difference of view.
    DisagreementAnswered,
    /// MHCS asked something about a report.
    QueryFromMhcs,
    /// A report was withdrawn.
    Withdrawn,
    /// Somebody else has taken a report over.
    TakenOver,
    /// A notifiable event was logged: the manager reviews after the fact.
    EventLogged,
    /// Somebody opened a record that is not theirs in an emergency, with a reason.
    BrokenGlass,
    /// A patient was allocated to this person.
    Allocated,
    /// The patient's supervisor has left and nobody took over.
    Unallocated,
    /// Somebody who has left had not finished a report.
    ReportLeft,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 18] = [
        Self::SignOffAsked,
        Self::Returned,
        Self::Approved,
        Self::PartCSigned,
        Self::PartCDiffers,
        Self::ApprovalVoided,
        Self::SentExceptionally,
        Self::DeputyAsked,
        Self::DisagreementRaised,
        Self::DisagreementAnswered,
        Self::QueryFromMhcs,
        Self::Withdrawn,
        Self::TakenOver,
        Self::EventLogged,
        Self::BrokenGlass,
        Self::Allocated,
        Self::Unallocated,
        Self::ReportLeft,
    ];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignOffAsked => "sign-off-asked",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::PartCSigned => "part-c-signed",
            Self::PartCDiffers => "part-c-differs",
            Self::ApprovalVoided => "approval-voided",
            Self::SentExceptionally => "sent-exceptionally",
            Self::DeputyAsked => "deputy-asked",
            Self::DisagreementRaised => "disagreement-raised",
            Self::DisagreementAnswered => "disagreement-answered",
            Self::QueryFromMhcs => "query-from-mhcs",
            Self::Withdrawn => "withdrawn",
            Self::TakenOver => "taken-over",
            Self::EventLogged => "event-logged",
            Self::BrokenGlass => "broken-glass",
            Self::Allocated => "allocated",
            Self::Unallocated => "unallocated",
            Self::ReportLeft => "report-left",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// In words, after the patient's name or reference.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SignOffAsked => "a report waits for your check and sign-off",
            Self::Returned => "the line manager returned your report with comments",
            Self::Approved => "Parts A and B are approved; Part C can be written",
            Self::PartCSigned => "Part C is signed; your final check is next",
            Self::PartCDiffers => "Part C differs from Part B; please look at the report again",
            Self::ApprovalVoided => {
                "an approved report was changed, so its approval no longer stands"
            }
            Self::SentExceptionally => {
                "a report is going out before it was complete; what is missing is still owed"
            }
            Self::DeputyAsked => "you are asked to act as deputy for the line manager",
            Self::DisagreementRaised => "a difference of view was taken to a third person",
            Self::DisagreementAnswered => "something was added to a difference of view",
            Self::QueryFromMhcs => "MHCS asked something about a report",
            Self::Withdrawn => "a report was withdrawn",
            Self::TakenOver => "somebody else has taken over a report of yours",
            Self::EventLogged => "a notifiable event was logged; please review it",
            Self::BrokenGlass => "somebody opened this record in an emergency; see who and why",
            Self::Allocated => "this person is now on your list",
            Self::Unallocated => {
                "a supervisor has left and nobody is allocated; please allocate somebody"
            }
            Self::ReportLeft => "a report was left unfinished by somebody who has left",
        }
    }

    /// The page behind it, for the subject and patient it names.
    #[must_use]
    pub fn path(self, patient: &str, subject: &str) -> String {
        match self {
            Self::SignOffAsked | Self::PartCDiffers | Self::DeputyAsked => {
                format!("/reports/{subject}/review")
            }
            Self::DisagreementRaised | Self::DisagreementAnswered => {
                format!("/reports/{subject}/disagreement")
            }
            Self::QueryFromMhcs => format!("/reports/{subject}/correspondence"),
            Self::EventLogged => format!("/patients/{patient}/entries/{subject}"),
            Self::BrokenGlass => format!("/patients/{patient}/audit"),
            Self::Allocated => format!("/patients/{patient}"),
            Self::Unallocated => format!("/patients/{patient}/allocation"),
            _ => format!("/reports/{subject}"),
        }
    }
}

/// A notice to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Identifies it.
    pub id: NoticeId,
    /// What it is about.
    pub kind: Kind,
    /// Name of the patient; the MHCS reference for somebody who reads no patient's record.
    pub patient: String,
    /// Page behind it.
    pub path: String,
    /// When it was given.
    pub at: DateTime<Utc>,
    /// Whether the person has put it aside.
    pub seen: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_both_ways_and_lead_somewhere() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
            assert!(kind.path("p", "s").starts_with('/'));
        }
    }
}
