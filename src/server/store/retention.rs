//! The end of a record's life: how long it is kept, what holds it, and its destruction by two people.

pub mod traces;

use super::{Db, Tx, new_id, stored, whole_record};
use crate::domain::people::{OrganisationAction, Role, may_in};
use crate::domain::report::frozen::hex;
use crate::domain::retention::{Ended, NotEnded, NotSecond, Periods, is_second, may_have_ended};
use crate::on;
use crate::server::access::{AllowedIn, ManageRetention};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

type Proof = AllowedIn<ManageRetention>;

/// The organisation's periods.
pub async fn periods(db: &Db, proof: &Proof) -> sqlx::Result<Periods> {
    let row: Option<(i64, i64)> = on!(&db.read, pool => {
        sqlx::query_as("select years_after_end, years_after_death from retention where organisation_id = $1")
            .bind(proof.organisation().as_str())
            .fetch_optional(pool)
            .await?
    });
    let years = |n: i64| stored("period", u32::try_from(n));
    row.map_or(Ok(Periods::default()), |(end, death)| {
        Ok(Periods {
            after_end: years(end)?,
            after_death: years(death)?,
        })
    })
}

/// Sets them.
pub async fn set_periods(tx: &mut Tx, proof: &Proof, periods: Periods) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into retention (organisation_id, years_after_end, years_after_death) values ($1, $2, $3)
             on conflict (organisation_id) do update
             set years_after_end = excluded.years_after_end, years_after_death = excluded.years_after_death",
        )
        .bind(proof.organisation().as_str())
        .bind(i64::from(periods.after_end))
        .bind(i64::from(periods.after_death))
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// The organisation's patient of that reference.
pub async fn patient(tx: &mut Tx, proof: &Proof, reference: &str) -> sqlx::Result<Option<String>> {
    on!(tx, tx => {
        sqlx::query_scalar("select id from patient where organisation_id = $1 and mhcs_reference = $2")
            .bind(proof.organisation().as_str())
            .bind(reference)
            .fetch_optional(&mut **tx)
            .await
    })
}

/// Records when and why a record ended; a later one corrects an earlier. Not before it was last used.
pub async fn close(
    tx: &mut Tx,
    proof: &Proof,
    patient: &str,
    on: NaiveDate,
    why: Ended,
    today: NaiveDate,
) -> sqlx::Result<Result<(), NotEnded>> {
    let traces = traces::of(tx, proof, patient).await?;
    if let Err(not_ended) = may_have_ended(on, &traces, today) {
        return Ok(Err(not_ended));
    }
    on!(tx, tx => {
        sqlx::query(
            "insert into closure (patient_id, organisation_id, closed_on, why, person_id, at) values ($1, $2, $3, $4, $5, $6)
             on conflict (patient_id) do update
             set closed_on = excluded.closed_on, why = excluded.why, person_id = excluded.person_id, at = excluded.at",
        )
        .bind(patient)
        .bind(proof.organisation().as_str())
        .bind(on)
        .bind(why.name())
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(Ok(()))
}

/// Holds a record: it cannot be destroyed until the hold is lifted.
pub async fn hold(tx: &mut Tx, proof: &Proof, patient: &str, reason: &str) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("insert into legal_hold (id, organisation_id, patient_id, reason, person_id, at) values ($1, $2, $3, $4, $5, $6)")
            .bind(new_id())
            .bind(proof.organisation().as_str())
            .bind(patient)
            .bind(reason)
            .bind(proof.person().as_str())
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Lifts a hold. Gives the patient, or nothing when no such hold stands.
pub async fn lift(tx: &mut Tx, proof: &Proof, hold: &str) -> sqlx::Result<Option<String>> {
    on!(tx, tx => {
        sqlx::query_scalar(
            "update legal_hold set lifted_at = $3, lifted_by_id = $4
             where id = $1 and organisation_id = $2 and lifted_at is null returning patient_id",
        )
        .bind(hold)
        .bind(proof.organisation().as_str())
        .bind(proof.at())
        .bind(proof.person().as_str())
        .fetch_optional(&mut **tx)
        .await
    })
}

/// A record that has ended.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Closed {
    /// MHCS's reference.
    pub reference: String,
    /// When it ended.
    pub closed_on: NaiveDate,
    /// Why, as stored.
    pub why: String,
    /// Whether a hold stands.
    pub held: bool,
    /// Whether its destruction is proposed.
    pub proposed: bool,
}

/// A hold that stands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Hold {
    /// Identifies it.
    pub id: String,
    /// MHCS's reference.
    pub reference: String,
    /// Why.
    pub reason: String,
    /// By whom.
    pub name: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// A destruction: proposed, or done.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Destruction {
    /// Identifies it.
    pub id: String,
    /// MHCS's reference.
    pub reference: String,
    /// On what ground.
    pub reason: String,
    /// Who proposed it.
    pub proposed_by_id: String,
    /// Their name.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When it was done.
    pub finished_at: Option<DateTime<Utc>>,
    /// The certificate, once it was done.
    pub certificate: Option<String>,
}

/// Records that have ended, holds that stand, destructions proposed and done.
pub async fn overview(
    db: &Db,
    proof: &Proof,
) -> sqlx::Result<(Vec<Closed>, Vec<Hold>, Vec<Destruction>)> {
    let organisation = proof.organisation().as_str();
    Ok(on!(&db.read, pool => {
        let closed = sqlx::query_as(
            "select coalesce(p.mhcs_reference, p.id) as reference, c.closed_on, c.why,
                 exists (select 1 from legal_hold h where h.patient_id = p.id and h.lifted_at is null) as held,
                 exists (select 1 from destruction d where d.patient_id = p.id and d.withdrawn_at is null) as proposed
             from closure c join patient p on p.id = c.patient_id
             where c.organisation_id = $1 order by c.closed_on, p.id limit 1000",
        )
        .bind(organisation)
        .fetch_all(pool)
        .await?;
        let holds = sqlx::query_as(
            "select h.id, coalesce(p.mhcs_reference, p.id) as reference, h.reason, w.name, h.at
             from legal_hold h join patient p on p.id = h.patient_id join person w on w.id = h.person_id
             where h.organisation_id = $1 and h.lifted_at is null order by h.at",
        )
        .bind(organisation)
        .fetch_all(pool)
        .await?;
        let destructions = sqlx::query_as(
            "select d.id, d.reference, d.reason, d.proposed_by_id, a.name as proposed_by, d.proposed_at,
                 b.name as confirmed_by, d.finished_at, d.certificate
             from destruction d join person a on a.id = d.proposed_by_id left join person b on b.id = d.confirmed_by_id
             where d.organisation_id = $1 and d.withdrawn_at is null order by d.proposed_at desc limit 1000",
        )
        .bind(organisation)
        .fetch_all(pool)
        .await?;
        (closed, holds, destructions)
    }))
}

/// Why a record is not destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNow {
    /// It has not ended, or the organisation's period has not passed.
    TooEarly,
    /// A hold stands.
    Held,
    /// Proposed already, or no such proposal stands.
    NotThere,
    /// The record was in use after the day on which it is said to have ended.
    Ended(NotEnded),
    /// Who would confirm is no second person.
    NotSecond(NotSecond),
}

/// Whether the record may go: ended and not used since, its time over, not held. Locks what it depends on.
async fn may_go(
    tx: &mut Tx,
    proof: &Proof,
    periods: Periods,
    patient: &str,
    today: NaiveDate,
) -> sqlx::Result<Result<(), NotNow>> {
    let (closed, held): (Option<(NaiveDate, String)>, i64) = on!(tx, tx => {
        // The patient's row is locked first: a hold that comes at the same moment waits, or was first.
        sqlx::query("update patient set version = version where id = $1 and organisation_id = $2")
            .bind(patient)
            .bind(proof.organisation().as_str())
            .execute(&mut **tx)
            .await?;
        let closed = sqlx::query_as("select closed_on, why from closure where patient_id = $1 and organisation_id = $2")
            .bind(patient)
            .bind(proof.organisation().as_str())
            .fetch_optional(&mut **tx)
            .await?;
        let held = sqlx::query_scalar("select count(*) from legal_hold where patient_id = $1 and lifted_at is null")
            .bind(patient)
            .fetch_one(&mut **tx)
            .await?;
        (closed, held)
    });
    let traces = traces::of(tx, proof, patient).await?;
    if let Some((on, _)) = &closed
        && let Err(used) = may_have_ended(*on, &traces, today)
    {
        return Ok(Err(NotNow::Ended(used)));
    }
    let over =
        closed.and_then(|(on, why)| Some(periods.keep_until(Ended::named(&why)?, on) <= today));
    Ok(match (over, held) {
        (Some(true), 0) => Ok(()),
        (Some(true), _) => Err(NotNow::Held),
        _ => Err(NotNow::TooEarly),
    })
}

/// Who could confirm a destruction now: whoever has a role for it and has not left.
async fn could_confirm(tx: &mut Tx, proof: &Proof) -> sqlx::Result<Vec<String>> {
    let rows: Vec<(String, String)> = on!(tx, tx => {
        sqlx::query_as(
            "select m.person_id, m.role from membership m join person w on w.id = m.person_id
             where m.organisation_id = $1 and w.disabled_at is null",
        )
        .bind(proof.organisation().as_str())
        .fetch_all(&mut **tx)
        .await?
    });
    let may = |role: &str| {
        Role::named(role).is_some_and(|role| may_in(role, OrganisationAction::ManageRetention))
    };
    let able = rows.into_iter().filter(|(_, role)| may(role));
    Ok(able.map(|(person, _)| person).collect())
}

/// Proposes that a record be destroyed. Whoever can confirm it now, and nobody who comes later, is a
/// second person.
pub async fn propose(
    tx: &mut Tx,
    proof: &Proof,
    periods: Periods,
    (patient, reference): (&str, &str),
    reason: &str,
    today: NaiveDate,
) -> sqlx::Result<Result<(), NotNow>> {
    if let Err(not_now) = may_go(tx, proof, periods, patient, today).await? {
        return Ok(Err(not_now));
    }
    let could_confirm = json!(could_confirm(tx, proof).await?).to_string();
    let inserted = on!(tx, tx => {
        sqlx::query(
            "insert into destruction (id, organisation_id, patient_id, reference, reason, proposed_by_id, proposed_at, could_confirm)
             select $1, $2, $3, $4, $5, $6, $7, $8
             where not exists (select 1 from destruction where patient_id = $3 and withdrawn_at is null)",
        )
        .bind(new_id())
        .bind(proof.organisation().as_str())
        .bind(patient)
        .bind(reference)
        .bind(reason)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .bind(could_confirm)
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(if inserted == 1 {
        Ok(())
    } else {
        Err(NotNow::NotThere)
    })
}

/// Takes a proposal back. Gives the patient, or nothing when no such proposal stands.
pub async fn withdraw(
    tx: &mut Tx,
    proof: &Proof,
    destruction: &str,
) -> sqlx::Result<Option<String>> {
    on!(tx, tx => {
        sqlx::query_scalar(
            "update destruction set withdrawn_at = $3
             where id = $1 and organisation_id = $2 and withdrawn_at is null and finished_at is null returning patient_id",
        )
        .bind(destruction)
        .bind(proof.organisation().as_str())
        .bind(proof.at())
        .fetch_optional(&mut **tx)
        .await
    })
}

/// Patient, reference, ground, who proposed it and when, who could confirm it then.
type Proposal = (String, String, String, String, DateTime<Utc>, String);

/// Destroys what was proposed by somebody else, and leaves the certificate. Gives the patient's id.
pub async fn destroy(
    db: &Db,
    tx: &mut Tx,
    proof: &Proof,
    periods: Periods,
    destruction: &str,
    today: NaiveDate,
) -> sqlx::Result<Result<String, NotNow>> {
    let proposal: Option<Proposal> = on!(&mut *tx, tx => {
        sqlx::query_as(
            "select patient_id, reference, reason, proposed_by_id, proposed_at, could_confirm from destruction
             where id = $1 and organisation_id = $2 and withdrawn_at is null and finished_at is null",
        )
        .bind(destruction)
        .bind(proof.organisation().as_str())
        .fetch_optional(&mut **tx)
        .await?
    });
    let Some((patient, reference, reason, proposed_by, proposed_at, could_confirm)) = proposal
    else {
        return Ok(Err(NotNow::NotThere));
    };
    let could_confirm: Vec<String> =
        stored("who could confirm", serde_json::from_str(&could_confirm))?;
    if let Err(not_second) = is_second(proof.person().as_str(), &proposed_by, &could_confirm) {
        return Ok(Err(NotNow::NotSecond(not_second)));
    }
    if let Err(not_now) = may_go(tx, proof, periods, &patient, today).await? {
        return Ok(Err(not_now));
    }
    let removed = whole_record::remove(db, tx, &patient).await?;
    let certificate = json!({
        "kind": "certificate of destruction",
        "id": destruction,
        "organisation": proof.organisation().as_str(),
        "patient": patient,
        "mhcs-reference": reference,
        "ground": reason,
        "proposed-by": proposed_by,
        "proposed-at": proposed_at,
        "confirmed-by": proof.person().as_str(),
        "destroyed-at": proof.at(),
        "rows-destroyed": removed,
        "kept": "the audit: who did and looked at what, without clinical text",
        "backups": "copies in backups live until the backups themselves are destroyed",
    })
    .to_string();
    let finished = on!(tx, tx => {
        sqlx::query(
            "update destruction set confirmed_by_id = $2, confirmed_at = $3, finished_at = $3, certificate = $4, digest = $5
             where id = $1 and finished_at is null and withdrawn_at is null",
        )
        .bind(destruction)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .bind(&certificate)
        .bind(hex(&Sha256::digest(&certificate)))
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(if finished == 1 {
        Ok(patient)
    } else {
        Err(NotNow::NotThere)
    })
}
