//! The life of a report: which step may follow which, and who may take it.
//!
//! Pure: a step on a [`Lifecycle`] gives the next one or a [`Refusal`] in words. Nobody approves
//! their own report; an approved part that changes is no longer approved.

mod record;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use state::State;
pub use step::{Refusal, Step};

use crate::domain::identifiers::PersonId;
use serde::{Deserialize, Serialize};

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
    /// What a report that went out exceptionally still owes.
    #[serde(default, skip_serializing_if = "Owed::is_nothing")]
    pub owed: Owed,
}

/// What a report that went out before it was complete still owes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Owed {
    /// The line manager's review.
    pub review: bool,
    /// Part C.
    pub part_c: bool,
}

impl Owed {
    /// Whether nothing is.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// As marked on the record and on the paper.
    #[must_use]
    pub fn marks(self) -> Vec<&'static str> {
        [
            (self.review, "Sent before line manager’s review"),
            (self.part_c, "Part C to follow"),
        ]
        .into_iter()
        .filter_map(|(is, mark)| is.then_some(mark))
        .collect()
    }
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
            owed: Owed::default(),
        }
    }

    /// Whether no step changes what it says any more: it is sent and nothing is to follow.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.state.is_sent() && self.owed.is_nothing()
    }

    /// Takes a step.
    ///
    /// # Errors
    /// [`Refusal`] when the report is not there yet, is past it, or this person may not.
    pub fn take(&self, step: Step, by: &PersonId) -> Result<Self, Refusal> {
        let mut next = self.clone();
        let state = match step {
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
                self.from(matches!(self.state, State::WithManager | State::SecondLook))?;
                next.approved_by = None;
                next.reconfirm_part_c = self.reconfirm_part_c || self.state == State::SecondLook;
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
            Step::SignPartC | Step::SignDifferingPartC => {
                self.not_signed_already(by)?;
                self.from(self.state.part_c_is_open())?;
                next.reconfirm_part_c = false;
                after_part_c(step == Step::SignDifferingPartC)
            }
            Step::RecordPartCOutside | Step::RecordDifferingPartCOutside => {
                self.only_author(by)?;
                self.from(self.state.part_c_is_open())?;
                next.reconfirm_part_c = false;
                after_part_c(step == Step::RecordDifferingPartCOutside)
            }
            Step::NoteDifference => {
                self.not_author(by)?;
                self.from(self.state == State::SecondLook)?;
                State::FinalCheck
            }
            Step::Freeze => {
                self.only_author(by)?;
                self.from(self.state == State::FinalCheck)?;
                State::ReadyToSend
            }
            Step::FreezeExceptionally => {
                self.only_author(by)?;
                self.from(matches!(
                    self.state,
                    State::WithManager
                        | State::Approved
                        | State::WithClinicalSupervisor
                        | State::SecondLook
                ))?;
                next.owed = Owed {
                    review: self.approved_by.is_none() || self.state == State::SecondLook,
                    part_c: self.state != State::SecondLook,
                };
                State::ReadyToSend
            }
            Step::RecordSent => {
                self.only_author(by)?;
                self.from(self.state == State::ReadyToSend)?;
                State::Sent
            }
            Step::ReviewAfterwards => {
                self.not_author(by)?;
                self.from(self.state == State::ReadyToSend || self.state.is_sent())?;
                if !self.owed.review {
                    return Err(Refusal::NothingOwed);
                }
                next.owed.review = false;
                next.approved_by = Some(by.clone());
                self.state
            }
            Step::RecordAcknowledged => {
                self.from(self.state == State::Sent)?;
                State::Acknowledged
            }
            Step::RecordQuery => {
                self.from(matches!(
                    self.state,
                    State::Sent | State::Acknowledged | State::Closed
                ))?;
                State::Queried
            }
            Step::RecordReply => {
                self.from(self.state == State::Queried)?;
                State::Sent
            }
            Step::Close => {
                self.from(matches!(self.state, State::Sent | State::Acknowledged))?;
                State::Closed
            }
            Step::TakeOver => {
                if *by == self.author {
                    return Err(Refusal::AlreadyTheAuthor);
                }
                self.from(!self.state.is_sent() && self.state != State::Withdrawn)?;
                if self.state == State::ReadyToSend {
                    next.author = by.clone();
                    return Ok(next);
                }
                next = self.after_edit();
                next.author = by.clone();
                // Whoever takes it over signs for themselves.
                State::Drafting
            }
            Step::Withdraw => {
                self.from(!matches!(self.state, State::Withdrawn | State::Superseded))?;
                State::Withdrawn
            }
        };
        next.state = state;
        Ok(next)
    }

    /// An edit of an approved part voids the approval; one made after Part C began asks for Part C
    /// to be confirmed again.
    fn after_edit(&self) -> Self {
        let mut next = self.clone();
        if matches!(
            self.state,
            State::Approved | State::WithClinicalSupervisor | State::SecondLook | State::FinalCheck
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

/// A Part C that differs goes past the line manager again (decisions: rules of the report).
fn after_part_c(differs: bool) -> State {
    if differs {
        State::SecondLook
    } else {
        State::FinalCheck
    }
}
