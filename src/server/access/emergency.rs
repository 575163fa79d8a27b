//! Opening a record in an emergency: for hours, with a reason, told at once to who answers for it.

use super::{Allowed, AllowedIn, OpenInEmergency, ViewPatient};
use crate::domain::identifiers::PatientId;
use crate::domain::notice::Kind;
use crate::domain::people::{Action, EMERGENCY_HOURS};
use crate::server::audit::{self, Event};
use crate::server::store::patients::access::break_glass;
use crate::server::store::{Tx, notices};
use chrono::{NaiveDate, TimeDelta};
use std::marker::PhantomData;

/// Opens a patient's record to who asks, for [`EMERGENCY_HOURS`], and tells the managers and auditors.
/// That the patient is the organisation's is the caller's to have looked up with the same proof.
///
/// # Errors
/// When the database cannot do it; then nothing is open.
pub async fn open(
    tx: &mut Tx,
    proof: &AllowedIn<OpenInEmergency>,
    patient: &PatientId,
    reason: &str,
    today: NaiveDate,
) -> sqlx::Result<()> {
    let until = proof.at + TimeDelta::hours(EMERGENCY_HOURS);
    let opened: Allowed<ViewPatient> = Allowed {
        organisation: proof.organisation.clone(),
        patient: patient.clone(),
        person: proof.person.clone(),
        address: proof.address.clone(),
        at: proof.at,
        actions: vec![Action::ViewPatient],
        permission: PhantomData,
    };
    break_glass(tx, &opened, reason, until).await?;
    let event = Event {
        reason: Some(reason.to_owned()),
        ..opened.event("break-glass", patient.as_str())
    };
    audit::record(tx, &event).await?;
    let subject = patient.as_str();
    notices::tell_managers(tx, &opened, Kind::BrokenGlass, subject, today).await?;
    notices::tell_auditors(tx, &opened, Kind::BrokenGlass, subject).await
}
