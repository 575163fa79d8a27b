//! What an organisation says of notifiable events, and whom it rings. Rows are only added: the newest
//! of an event or place is what holds.

use super::{Db, Tx, new_id, stored};
use crate::domain::identifiers::OrganisationId;
use crate::domain::protocol::{Confirmed, UrgentContact};
use crate::domain::timeline::notifiable::Urgency;
use crate::on;
use crate::server::access::{Allowed, AllowedIn, ManageSettings};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The confirmed rows, by event.
pub type Rows = BTreeMap<String, Confirmed>;

/// The confirmed rows of the patient's organisation.
pub async fn rows<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Rows> {
    rows_of(db, proof.organisation()).await
}

/// The confirmed rows, for who manages them.
pub async fn rows_in(db: &Db, proof: &AllowedIn<ManageSettings>) -> sqlx::Result<Rows> {
    rows_of(db, proof.organisation()).await
}

async fn rows_of(db: &Db, organisation: &OrganisationId) -> sqlx::Result<Rows> {
    type Row = (String, String, String, String, NaiveDate, String);
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(
            "select r.event, r.urgency, r.who, r.words, r.confirmed_on, w.name from protocol_row r
             join person w on w.id = r.person_id where r.organisation_id = $1 order by r.id",
        )
        .bind(organisation.as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(event, urgency, who, words, on, by)| {
            let confirmed = Confirmed {
                urgency: stored("urgency", Urgency::named(&urgency).ok_or("unknown"))?,
                who,
                words,
                on,
                by,
            };
            Ok((event, confirmed))
        })
        .collect()
}

/// Confirms or rewords a row.
pub async fn confirm(
    tx: &mut Tx,
    proof: &AllowedIn<ManageSettings>,
    event: &str,
    row: &Confirmed,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into protocol_row (id, organisation_id, event, urgency, who, words, confirmed_on, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new_id())
        .bind(proof.organisation().as_str())
        .bind(event)
        .bind(row.urgency.name())
        .bind(&row.who)
        .bind(&row.words)
        .bind(row.on)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Whom the patient's organisation rings, by place.
pub async fn contacts<P>(
    db: &Db,
    proof: &Allowed<P>,
) -> sqlx::Result<BTreeMap<String, UrgentContact>> {
    contacts_of(db, proof.organisation()).await
}

/// Whom the organisation rings, for who manages the numbers.
pub async fn contacts_in(
    db: &Db,
    proof: &AllowedIn<ManageSettings>,
) -> sqlx::Result<BTreeMap<String, UrgentContact>> {
    contacts_of(db, proof.organisation()).await
}

async fn contacts_of(
    db: &Db,
    organisation: &OrganisationId,
) -> sqlx::Result<BTreeMap<String, UrgentContact>> {
    let rows: Vec<(String, String, String, String, NaiveDate)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select place, telephone, email, hours, checked_on from urgent_contact where organisation_id = $1 order by id",
        )
        .bind(organisation.as_str())
        .fetch_all(pool)
        .await?
    });
    Ok(rows
        .into_iter()
        .map(|(place, telephone, email, hours, checked_on)| {
            let contact = UrgentContact {
                telephone,
                email,
                hours,
                checked_on,
            };
            (place, contact)
        })
        .collect())
}

/// Sets whom to ring.
pub async fn set_contact(
    tx: &mut Tx,
    proof: &AllowedIn<ManageSettings>,
    place: &str,
    contact: &UrgentContact,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into urgent_contact (id, organisation_id, place, telephone, email, hours, checked_on, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new_id())
        .bind(proof.organisation().as_str())
        .bind(place)
        .bind(&contact.telephone)
        .bind(&contact.email)
        .bind(&contact.hours)
        .bind(contact.checked_on)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}
