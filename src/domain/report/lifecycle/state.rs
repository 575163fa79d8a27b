//! Where a report can stand.

use serde::{Deserialize, Serialize};

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The author writes.
    Drafting,
    /// Signed by the author; the line manager checks.
    WithManager,
    /// The manager sent it back with comments.
    Returned,
    /// The manager approved Parts A and B; Part C has not been begun.
    Approved,
    /// The clinical supervisor is writing Part C.
    WithClinicalSupervisor,
    /// Part C is signed and differs from Part B: the line manager looks again.
    SecondLook,
    /// Part C is signed; the author looks once more.
    FinalCheck,
    /// Frozen: the paper exists and waits to be sent.
    ReadyToSend,
    /// Recorded as sent to MHCS.
    Sent,
    /// MHCS acknowledged it.
    Acknowledged,
    /// MHCS asked something.
    Queried,
    /// Nothing more to do.
    Closed,
    /// A corrected report took its place.
    Superseded,
    /// An entry made for the wrong patient, kept and restricted.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 14] = [
        Self::Drafting,
        Self::WithManager,
        Self::Returned,
        Self::Approved,
        Self::WithClinicalSupervisor,
        Self::SecondLook,
        Self::FinalCheck,
        Self::ReadyToSend,
        Self::Sent,
        Self::Acknowledged,
        Self::Queried,
        Self::Closed,
        Self::Superseded,
        Self::Withdrawn,
    ];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Drafting => "drafting",
            Self::WithManager => "with-manager",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::WithClinicalSupervisor => "with-clinical-supervisor",
            Self::SecondLook => "second-look",
            Self::FinalCheck => "final-check",
            Self::ReadyToSend => "ready-to-send",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Queried => "queried",
            Self::Closed => "closed",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// In words for a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Drafting => "Being written",
            Self::WithManager => "With line manager",
            Self::Returned => "Returned by line manager",
            Self::Approved => "Approved, waiting for Part C",
            Self::WithClinicalSupervisor => "With clinical supervisor",
            Self::SecondLook => "Part C differs: with line manager",
            Self::FinalCheck => "Final check by author",
            Self::ReadyToSend => "Ready to send",
            Self::Sent => "Sent to MHCS",
            Self::Acknowledged => "Acknowledged by MHCS",
            Self::Queried => "Query from MHCS",
            Self::Closed => "Closed",
            Self::Superseded => "Superseded by a corrected report",
            Self::Withdrawn => "Withdrawn",
        }
    }

    /// Whether MHCS has it. Until then every page says "Not yet sent to MHCS".
    #[must_use]
    pub fn is_sent(self) -> bool {
        matches!(
            self,
            Self::Sent | Self::Acknowledged | Self::Queried | Self::Closed | Self::Superseded
        )
    }

    /// Whether Parts A and B may be written. Writing in a state that was approved voids the approval.
    #[must_use]
    pub fn report_is_open(self) -> bool {
        matches!(
            self,
            Self::Drafting
                | Self::Returned
                | Self::Approved
                | Self::WithClinicalSupervisor
                | Self::SecondLook
                | Self::FinalCheck
        )
    }

    /// Whether Part C may be written.
    #[must_use]
    pub fn part_c_is_open(self) -> bool {
        matches!(self, Self::Approved | Self::WithClinicalSupervisor)
    }
}
