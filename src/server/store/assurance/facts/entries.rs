//! Contacts in person, and events that MHCS should hear of.

use super::{LOOK_BACK, Patients};
use crate::domain::assurance::Period;
use crate::domain::assurance::facts::EventFacts;
use crate::domain::calendar::less_days;
use crate::domain::identifiers::EntryId;
use crate::domain::timeline::ContactKind;
use crate::domain::timeline::notifiable::is_for_mhcs;
use crate::on;
use crate::server::access::{AllowedIn, ViewFigures};
use crate::server::store::{Db, stored};
use chrono::NaiveDate;
use serde::Deserialize;

/// What figures need of an entry; the rest of it is not read.
#[derive(Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
enum Matter {
    Contact {
        kind: ContactKind,
        #[serde(default = "yes")]
        happened: bool,
    },
    #[serde(rename_all = "kebab-case")]
    Event {
        kind: String,
        #[serde(default)]
        told_mhcs_on: Option<NaiveDate>,
    },
    #[serde(other)]
    Other,
}

fn yes() -> bool {
    true
}

/// Contacts and events, as they stand.
pub(super) async fn load(
    db: &Db,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
    patients: &mut Patients,
) -> sqlx::Result<()> {
    let rows: Vec<(String, String, NaiveDate, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select e.id, e.patient_id, e.day, e.matter from entry e
             where e.organisation_id = $1 and e.day between $2 and $3
                 and not exists (select 1 from entry c where c.corrects_id = e.id)",
        )
        .bind(proof.organisation().as_str())
        .bind(less_days(period.from(), LOOK_BACK))
        .bind(period.to())
        .fetch_all(pool)
        .await?
    });
    for (id, patient, day, matter) in rows {
        let Some(patient) = patients.get_mut(&patient) else {
            continue;
        };
        let facts = &mut patient.facts;
        facts.known_from = facts.known_from.min(day);
        match stored("entry", serde_json::from_str::<Matter>(&matter))? {
            Matter::Contact { kind, happened } if happened && kind.in_person() => {
                facts.contacts.push(day);
            }
            Matter::Event { kind, told_mhcs_on } if is_for_mhcs(&kind) => {
                facts.events.push(EventFacts {
                    id: stored("entry id", EntryId::parse(&id))?,
                    on: day,
                    told_on: told_mhcs_on,
                });
            }
            _ => {}
        }
    }
    Ok(())
}
