//! Notices to people. Written with what they are about; put aside by whom they were given to.

use super::{Db, Tx, new_id, stored};
use crate::domain::identifiers::{NoticeId, PersonId};
use crate::domain::notice::{Kind, MOST, Notice};
use crate::domain::patient::full_name;
use crate::on;
use crate::server::access::{Allowed, Asker};
use chrono::{DateTime, NaiveDate, Utc};

/// Tells people, within the transaction of what they are told. Nobody is told of their own doing.
pub async fn tell<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    kind: Kind,
    subject: &str,
    people: &[PersonId],
) -> sqlx::Result<()> {
    for person in people.iter().filter(|p| *p != proof.person()) {
        on!(tx, tx => {
            sqlx::query(
                "insert into notice (id, person_id, organisation_id, patient_id, kind, subject, at) values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(new_id())
            .bind(person.as_str())
            .bind(proof.organisation().as_str())
            .bind(proof.patient().as_str())
            .bind(kind.name())
            .bind(subject)
            .bind(proof.at())
            .execute(&mut **tx)
            .await?;
        });
    }
    Ok(())
}

/// Tells everybody who manages the patient's team, or stands in for them, on day `today`.
pub async fn tell_managers<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    kind: Kind,
    subject: &str,
    today: NaiveDate,
) -> sqlx::Result<()> {
    let managers = managers(tx, proof, today).await?;
    tell(tx, proof, kind, subject, &managers).await
}

/// Tells who writes Part C for the patient.
pub async fn tell_clinicians<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    kind: Kind,
    subject: &str,
    today: NaiveDate,
) -> sqlx::Result<()> {
    let clinicians = assigned(tx, proof, "clinical-supervisor", today).await?;
    tell(tx, proof, kind, subject, &clinicians).await
}

/// Tells the auditors of the patient's organisation.
pub async fn tell_auditors<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    kind: Kind,
    subject: &str,
) -> sqlx::Result<()> {
    let people: Vec<String> = on!(&mut *tx, tx => {
        sqlx::query_scalar(
            "select distinct m.person_id from membership m join person w on w.id = m.person_id and w.disabled_at is null
             where m.organisation_id = $1 and m.role = 'auditor'",
        )
        .bind(proof.organisation().as_str())
        .fetch_all(&mut **tx)
        .await?
    });
    let people: Result<Vec<PersonId>, _> = people.iter().map(|p| PersonId::parse(p)).collect();
    tell(tx, proof, kind, subject, &stored("person id", people)?).await
}

/// Who manages the patient's team, or stands in for them.
async fn managers<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    today: NaiveDate,
) -> sqlx::Result<Vec<PersonId>> {
    let mut people: Vec<String> = on!(&mut *tx, tx => {
        sqlx::query_scalar(
            "select m.person_id from membership m
             join patient p on p.id = $1 and p.organisation_id = $2
             join person w on w.id = m.person_id and w.disabled_at is null
             where m.organisation_id = $2 and m.role = 'line-manager'
                 and (m.team_id is null or m.team_id = p.team_id)",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(&mut **tx)
        .await?
    });
    for deputy in assigned(tx, proof, "line-manager", today).await? {
        if !people.iter().any(|p| p == deputy.as_str()) {
            people.push(deputy.as_str().to_owned());
        }
    }
    people
        .iter()
        .map(|p| stored("person id", PersonId::parse(p)))
        .collect()
}

async fn assigned<P>(
    tx: &mut Tx,
    proof: &Allowed<P>,
    role: &'static str,
    today: NaiveDate,
) -> sqlx::Result<Vec<PersonId>> {
    let people: Vec<String> = on!(tx, tx => {
        sqlx::query_scalar(
            "select distinct a.person_id from assignment a join person w on w.id = a.person_id and w.disabled_at is null
             join patient p on p.id = a.patient_id
             where a.patient_id = $1 and p.organisation_id = $2 and a.role = $3
                 and a.from_day <= $4 and (a.to_day is null or a.to_day >= $4)",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(role)
        .bind(today)
        .fetch_all(&mut **tx)
        .await?
    });
    people
        .iter()
        .map(|p| stored("person id", PersonId::parse(p)))
        .collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    subject: String,
    patient_id: String,
    mhcs_reference: String,
    given_name: String,
    family_name: String,
    listed: bool,
    at: DateTime<Utc>,
    seen: bool,
}

impl Row {
    fn notice(self) -> sqlx::Result<Notice> {
        let kind = stored("notice", Kind::named(&self.kind).ok_or("unknown"))?;
        Ok(Notice {
            id: stored("notice id", NoticeId::parse(&self.id))?,
            path: kind.path(&self.patient_id, &self.subject),
            patient: if self.listed {
                full_name(&self.given_name, &self.family_name)
            } else {
                self.mhcs_reference
            },
            kind,
            at: self.at,
            seen: self.seen,
        })
    }
}

/// A person's notices, newest first; only those not put aside unless `seen` ones are wanted too. A
/// notice about a patient who is no longer on the person's list is not shown; an auditor has no list, is
/// told of emergencies in their organisations, and reads of nobody by name.
pub async fn of_person(
    db: &Db,
    asker: Asker<'_>,
    today: NaiveDate,
    seen: bool,
) -> sqlx::Result<Vec<Notice>> {
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select n.id, n.kind, n.subject, n.patient_id, p.mhcs_reference, p.given_name, p.family_name, n.at, n.seen_at is not null as seen,
                 (",
            super::patients::lists::on_the_list!("$5"),
            ") as listed
             from notice n join patient p on p.id = n.patient_id
             where n.person_id = $1 and (n.seen_at is null or $3)
                 and ((n.kind = 'broken-glass' and exists (select 1 from membership au
                           where au.person_id = $1 and au.organisation_id = p.organisation_id and au.role = 'auditor'
                               and ($5 = '' or au.organisation_id = $5)))
                      or (",
            super::patients::lists::on_the_list!("$5"),
            ")) order by n.at desc, n.id desc limit $4"
        ))
        .bind(asker.person())
        .bind(today)
        .bind(seen)
        .bind(i64::try_from(MOST + 1).unwrap_or(i64::MAX))
        .bind(asker.only())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter().map(Row::notice).collect()
}

/// Puts a notice aside. Somebody else's is left alone; whether it exists is not told.
pub async fn put_aside(
    db: &Db,
    person: &PersonId,
    notice: &NoticeId,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    on!(&mut tx, tx => {
        sqlx::query("update notice set seen_at = $3 where id = $1 and person_id = $2 and seen_at is null")
            .bind(notice.as_str())
            .bind(person.as_str())
            .bind(at)
            .execute(&mut **tx)
            .await?;
    });
    tx.commit().await
}
