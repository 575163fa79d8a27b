//! The facts that figures are counted from, in ten queries however many patients there are.

mod entries;
mod patients;
mod reports;
mod staff;

use crate::domain::assurance::Period;
use crate::domain::assurance::facts::{Facts, PatientFacts};
use crate::server::access::{AllowedIn, ViewFigures};
use crate::server::clock::in_britain;
use crate::server::forms::Forms;
use crate::server::store::Db;
use chrono::NaiveDate;
use std::collections::HashMap;

/// How far before the period contacts and reports are looked at, in days: more than a year, so that a
/// gap or a streak that began before it is seen.
const LOOK_BACK: u64 = 400;

pub(super) async fn load(
    db: &Db,
    forms: &Forms,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
) -> sqlx::Result<Facts> {
    let today = in_britain(proof.at()).0;
    let mut patients = patients::load(db, proof, period).await?;
    reports::load(db, forms, proof, period, &mut patients).await?;
    entries::load(db, proof, period, &mut patients).await?;
    let mut patients: Vec<PatientFacts> = patients.into_values().map(Loading::finish).collect();
    patients.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Facts {
        today,
        patients,
        staff: staff::load(db, proof).await?,
    })
}

/// A patient while the facts come in.
struct Loading {
    facts: PatientFacts,
    /// When the patient was added here: a schedule before that is nobody's here.
    added_on: NaiveDate,
}

impl Loading {
    fn finish(mut self) -> PatientFacts {
        let first = self.facts.reports.iter().map(|r| r.due).min();
        let since = first.map_or(self.added_on, |due| due.min(self.added_on));
        self.facts.scheduled.retain(|due| *due >= since);
        self.facts
    }
}

type Patients = HashMap<String, Loading>;
