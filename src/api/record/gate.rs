//! The gate before somebody takes a patient on: what is missing is named, and going on takes a reason.

use super::form::asked;
use super::key;
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::components::furniture::FieldError;
use crate::domain::assurance::competence::{Gate, pass};
use crate::domain::form::answer::Problem;
use crate::domain::form::posted::control;
use crate::domain::form::{Fields, Kind};
use crate::domain::identifiers::PatientId;
use crate::domain::patient::edit::question;
use crate::domain::people::Role;
use crate::pages::gate::Warning;
use crate::server::app::App;
use crate::server::store::Tx;
use crate::server::store::assurance::gate::{Allocates, Overriding, gate_for, record_override};
use crate::server::store::patients::allocation::Candidate;

/// The field of the reason.
const REASON: &str = "gate.text";
/// The field that says what was shown.
const SEEN: &str = "gate.seen";

/// What the gate says of somebody who is about to take a patient on.
pub(in crate::api) struct AtTheGate {
    candidate: Candidate,
    gate: Gate,
}

/// What was typed at the gate, from a page that asks for nothing else of the record.
pub(in crate::api) fn typed(body: &Body) -> Fields {
    Fields::new([SEEN, REASON].map(|field| (field, body.get(&control(&key(), field)).to_owned())))
}

/// The control of the reason.
pub(in crate::api) fn reason_control() -> String {
    control(&key(), REASON)
}

impl AtTheGate {
    /// Asks the gate. Clinical supervisors do not pass it: it is about social supervision.
    pub(in crate::api) async fn ask(
        app: &App,
        proof: &impl Allocates,
        candidate: &Candidate,
    ) -> Result<Self, Failure> {
        let gate = if candidate.role == Role::SocialSupervisor {
            gate_for(&app.db, proof, &candidate.person).await?
        } else {
            Gate::Open
        };
        Ok(Self {
            candidate: candidate.clone(),
            gate,
        })
    }

    /// Whether it goes on, from what was typed; otherwise what to show.
    pub(in crate::api) fn pass(&self, typed: &Fields) -> Result<(), Problem> {
        let person = self.candidate.person.as_str();
        match pass(&self.gate, person, typed.get(SEEN), typed.get(REASON)) {
            Ok(_) => Ok(()),
            Err(message) => Err(Problem {
                field: REASON.into(),
                message: message.into(),
            }),
        }
    }

    /// Records the reason in the allocation's transaction, where the gate warned.
    pub(in crate::api) async fn record(
        &self,
        tx: &mut Tx,
        proof: &impl Allocates,
        patient: &PatientId,
        typed: &Fields,
    ) -> Result<(), Failure> {
        if let Gate::Warn(missing) = &self.gate {
            let overriding = Overriding {
                person: &self.candidate.person,
                patient,
                missing,
                reason: typed.get(REASON).trim(),
            };
            record_override(tx, proof, &overriding).await?;
        }
        Ok(())
    }

    /// The warning for the page; none where nothing is missing.
    pub(in crate::api) fn warning(&self, typed: &Fields, errors: &[FieldError]) -> Option<Warning> {
        let Gate::Warn(missing) = &self.gate else {
            return None;
        };
        let name = &self.candidate.contact.name;
        let reason = question(
            "gate",
            &format!("Why does {name} take this patient on, and with what support?"),
            Some("For example joint visits, a named mentor, when the training is booked"),
            Kind::Narrative,
            vec![],
        );
        Some(Warning {
            name: name.clone(),
            missing: missing.iter().map(|m| m.in_words()).collect(),
            seen: (
                control(&key(), SEEN),
                self.gate.mark(self.candidate.person.as_str()),
            ),
            reason: asked(&key(), reason, typed, errors),
        })
    }
}
