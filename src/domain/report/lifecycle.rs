//! The life of a report: which step may follow which, and who may take it.
//!
//! Pure: a step on a [`Lifecycle`] gives the next one or a [`Refusal`] in words. Nobody approves
//! their own report; an approved part that changes is no longer approved.

use crate::domain::identifiers::PersonId;
use serde::{Deserialize, Serialize};
use std::fmt;

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
    pub const ALL: [Self; 13] = [
        Self::Drafting,
        Self::WithManager,
        Self::Returned,
        Self::Approved,
        Self::WithClinicalSupervisor,
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
                | Self::FinalCheck
        )
    }

    /// Whether Part C may be written.
    #[must_use]
    pub fn part_c_is_open(self) -> bool {
        matches!(self, Self::Approved | Self::WithClinicalSupervisor)
    }
}

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
    /// The author confirms the final check: the report is frozen.
    Freeze,
    /// The author records that it was sent.
    RecordSent,
    /// MHCS's acknowledgement is recorded.
    RecordAcknowledged,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 9] = [
        Self::EditReport,
        Self::AskForSignOff,
        Self::Return,
        Self::Approve,
        Self::EditPartC,
        Self::SignPartC,
        Self::Freeze,
        Self::RecordSent,
        Self::RecordAcknowledged,
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
            Self::Freeze => "freeze",
            Self::RecordSent => "record-sent",
            Self::RecordAcknowledged => "record-acknowledged",
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
        }
    }
}

impl std::error::Error for Refusal {}

/// What the rules need to know of a report's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// Where it stands.
    pub state: State,
    /// Who writes it. A report has one author at a time.
    pub author: PersonId,
    /// Who approved Parts A and B, while that approval stands.
    #[serde(default)]
    pub approved_by: Option<PersonId>,
    /// Whether Part C was written against an earlier Part B and has to be confirmed again.
    #[serde(default)]
    pub reconfirm_part_c: bool,
}

impl Lifecycle {
    /// A new draft.
    #[must_use]
    pub fn begin(author: PersonId) -> Self {
        Self {
            state: State::Drafting,
            author,
            approved_by: None,
            reconfirm_part_c: false,
        }
    }

    /// Takes a step.
    ///
    /// # Errors
    /// [`Refusal`] when the report is not there yet, is past it, or this person may not.
    pub fn take(&self, step: Step, by: &PersonId) -> Result<Self, Refusal> {
        let mut next = self.clone();
        next.state = match step {
            Step::EditReport => {
                self.only_author(by)?;
                self.from(self.state.report_is_open())?;
                return Ok(self.after_edit());
            }
            Step::AskForSignOff => {
                self.only_author(by)?;
                self.from(matches!(self.state, State::Drafting | State::Returned))?;
                State::WithManager
            }
            Step::Return => {
                self.not_author(by)?;
                self.from(self.state == State::WithManager)?;
                State::Returned
            }
            Step::Approve => {
                self.not_author(by)?;
                self.from(self.state == State::WithManager)?;
                next.approved_by = Some(by.clone());
                if self.reconfirm_part_c {
                    State::WithClinicalSupervisor
                } else {
                    State::Approved
                }
            }
            Step::EditPartC => {
                self.not_signed_already(by)?;
                self.from(self.state.part_c_is_open())?;
                State::WithClinicalSupervisor
            }
            Step::SignPartC => {
                self.not_signed_already(by)?;
                self.from(self.state.part_c_is_open())?;
                next.reconfirm_part_c = false;
                State::FinalCheck
            }
            Step::Freeze => {
                self.only_author(by)?;
                self.from(self.state == State::FinalCheck)?;
                State::ReadyToSend
            }
            Step::RecordSent => {
                self.only_author(by)?;
                self.from(self.state == State::ReadyToSend)?;
                State::Sent
            }
            Step::RecordAcknowledged => {
                self.only_author(by)?;
                self.from(matches!(self.state, State::Sent | State::Queried))?;
                State::Acknowledged
            }
        };
        Ok(next)
    }

    /// An edit of an approved part voids the approval; one made after Part C began asks for Part C
    /// to be confirmed again.
    fn after_edit(&self) -> Self {
        let mut next = self.clone();
        if matches!(
            self.state,
            State::Approved | State::WithClinicalSupervisor | State::FinalCheck
        ) {
            next.reconfirm_part_c = self.reconfirm_part_c || self.state != State::Approved;
            next.approved_by = None;
            next.state = State::Drafting;
        }
        next
    }

    fn from(&self, here: bool) -> Result<(), Refusal> {
        if here {
            Ok(())
        } else {
            Err(Refusal::NotNow { state: self.state })
        }
    }

    fn only_author(&self, by: &PersonId) -> Result<(), Refusal> {
        if *by == self.author {
            Ok(())
        } else {
            Err(Refusal::NotTheAuthor)
        }
    }

    fn not_author(&self, by: &PersonId) -> Result<(), Refusal> {
        if *by == self.author {
            Err(Refusal::OwnReport)
        } else {
            Ok(())
        }
    }

    fn not_signed_already(&self, by: &PersonId) -> Result<(), Refusal> {
        if *by == self.author || self.approved_by.as_ref() == Some(by) {
            Err(Refusal::AlreadySignedInAnotherRole)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn person(name: &str) -> PersonId {
        PersonId::parse(name).unwrap()
    }

    fn walk(steps: &[(Step, &str)]) -> Result<Lifecycle, Refusal> {
        steps
            .iter()
            .try_fold(Lifecycle::begin(person("author")), |l, (s, p)| {
                l.take(*s, &person(p))
            })
    }

    const WHOLE: [(Step, &str); 8] = [
        (Step::EditReport, "author"),
        (Step::AskForSignOff, "author"),
        (Step::Return, "manager"),
        (Step::AskForSignOff, "author"),
        (Step::Approve, "manager"),
        (Step::EditPartC, "doctor"),
        (Step::SignPartC, "doctor"),
        (Step::Freeze, "author"),
    ];

    #[test]
    fn the_whole_way() {
        let ready = walk(&WHOLE).unwrap();
        assert_eq!(ready.state, State::ReadyToSend);
        assert_eq!(
            ready
                .take(Step::RecordSent, &person("author"))
                .unwrap()
                .state,
            State::Sent
        );
    }

    #[test]
    fn nobody_approves_their_own_report() {
        let signed = walk(&WHOLE[..2]).unwrap();
        assert_eq!(
            signed.take(Step::Approve, &person("author")),
            Err(Refusal::OwnReport)
        );
        assert_eq!(
            signed.take(Step::Return, &person("author")),
            Err(Refusal::OwnReport)
        );
    }

    #[test]
    fn an_edit_after_approval_voids_it_and_part_c_is_confirmed_again() {
        let with_doctor = walk(&WHOLE[..6]).unwrap();
        let edited = with_doctor
            .take(Step::EditReport, &person("author"))
            .unwrap();
        assert_eq!(
            (edited.state, edited.approved_by.clone()),
            (State::Drafting, None)
        );
        assert!(edited.reconfirm_part_c);
        let again = edited
            .take(Step::AskForSignOff, &person("author"))
            .and_then(|l| l.take(Step::Approve, &person("manager")))
            .unwrap();
        assert_eq!(again.state, State::WithClinicalSupervisor);
        assert!(
            !again
                .take(Step::SignPartC, &person("doctor"))
                .unwrap()
                .reconfirm_part_c
        );
    }

    #[test]
    fn every_step_is_refused_once_it_was_taken() {
        let sent = walk(&WHOLE)
            .unwrap()
            .take(Step::RecordSent, &person("author"))
            .unwrap();
        for step in Step::ALL
            .into_iter()
            .filter(|s| *s != Step::RecordAcknowledged)
        {
            for by in ["author", "manager", "doctor"] {
                assert!(sent.take(step, &person(by)).is_err(), "{step:?} by {by}");
            }
        }
    }

    proptest! {
        /// No walk of steps by anybody reaches Sent without the author's signature, somebody else's
        /// approval and a third person's Part C, in that order and all still standing.
        #[test]
        fn no_other_path_to_sent(walk in prop::collection::vec((0usize..9, 0usize..3), 0..60)) {
            let people = [person("author"), person("manager"), person("doctor")];
            let mut life = Lifecycle::begin(people[0].clone());
            let (mut approved, mut part_c, mut frozen) = (false, false, false);
            for (step, who) in walk {
                let (step, who) = (Step::ALL[step], &people[who]);
                let Ok(next) = life.take(step, who) else { continue };
                match step {
                    Step::EditReport => { approved = false; part_c = false; }
                    Step::AskForSignOff | Step::Return => approved = false,
                    Step::Approve => { prop_assert_ne!(who, &next.author); approved = true; }
                    Step::SignPartC => { prop_assert!(approved); part_c = true; }
                    Step::Freeze => { prop_assert!(approved && part_c); frozen = true; }
                    _ => {}
                }
                if next.state.is_sent() { prop_assert!(frozen); }
                life = next;
            }
        }
    }
}
