//! Proofs for passing on the patients of somebody who leaves. They open no record: the page that asks
//! for them shows numbers only.

use super::{Actor, Allowed, AllowedIn, HandOver, ManagePeople};
use crate::domain::people::{Action, Relation, may};
use crate::server::store::staff::leaving::Held;
use std::marker::PhantomData;

/// A proof for a patient whom the leaver holds in the organisation of the proof, or none where the
/// table says no. That the leaver holds the patient there is what `held` was read by.
#[must_use]
pub fn hand_over(
    actor: &Actor,
    proof: &AllowedIn<ManagePeople>,
    held: &Held,
) -> Option<Allowed<HandOver>> {
    let here = actor
        .memberships
        .iter()
        .filter(|m| m.organisation == proof.organisation);
    let yes = here
        .into_iter()
        .any(|m| may(m.role, Action::HandOver, Relation::Organisation));
    yes.then(|| Allowed {
        organisation: proof.organisation.clone(),
        patient: held.patient.clone(),
        person: proof.person.clone(),
        address: proof.address.clone(),
        at: proof.at,
        actions: vec![Action::HandOver],
        permission: PhantomData,
    })
}
