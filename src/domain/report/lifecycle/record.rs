//! What a change of the patient's record does to a report whose approval rests on it.

use super::{Lifecycle, State};

impl Lifecycle {
    /// The life of the report after a fact of Part A changed in the record: an approval is void, as if
    /// the author had edited Part A. `None` where nothing was approved, or the report is frozen.
    #[must_use]
    pub fn after_record_change(&self) -> Option<Self> {
        let approved = matches!(
            self.state,
            State::Approved | State::WithClinicalSupervisor | State::SecondLook | State::FinalCheck
        );
        approved.then(|| self.after_edit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identifiers::PersonId;

    #[test]
    fn only_what_is_approved_and_not_frozen_is_voided() {
        for state in State::ALL {
            let life = Lifecycle {
                state,
                approved_by: PersonId::parse("manager").ok(),
                ..Lifecycle::begin(PersonId::parse("author").unwrap())
            };
            let after = life.after_record_change();
            let open = matches!(
                state,
                State::Approved
                    | State::WithClinicalSupervisor
                    | State::SecondLook
                    | State::FinalCheck
            );
            assert_eq!(after.is_some(), open, "{state:?}");
            if let Some(after) = after {
                assert_eq!((after.state, after.approved_by), (State::Drafting, None));
                assert_eq!(after.reconfirm_part_c, state != State::Approved);
            }
        }
    }
}
