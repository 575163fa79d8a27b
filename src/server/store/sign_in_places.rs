//! From where people signed in lately: guesses that are made elsewhere do not keep them out from there.

use super::{Db, Tx};
use crate::domain::identifiers::PersonId;
use crate::on;
use chrono::{DateTime, TimeDelta, Utc};

/// How long a place counts as somebody's after they signed in from it.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Notes that somebody signed in from a place. Places of long ago are forgotten with it.
pub async fn note(
    tx: &mut Tx,
    person: &PersonId,
    place: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from sign_in_place where at < $1").bind(at - KEPT).execute(&mut **tx).await?;
        sqlx::query(
            "insert into sign_in_place (person_id, place, at) values ($1, $2, $3)
             on conflict (person_id, place) do update set at = $3",
        )
        .bind(person.as_str())
        .bind(place)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Whether the account of that e-mail address was signed in to from a place lately. One query, whether
/// there is such an account or not.
pub async fn is_known(db: &Db, email: &str, place: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let known: i64 = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select count(*) from sign_in_place s join person w on w.id = s.person_id
             where w.email = $1 and s.place = $2 and s.at >= $3",
        )
        .bind(email)
        .bind(place)
        .bind(now - KEPT)
        .fetch_one(pool)
        .await?
    });
    Ok(known > 0)
}
