//! Papers about a patient that are no progress report: drafts with every version, what was made of
//! them once, and to whom it was given.

use super::papers::unaltered;
use super::{Db, Tx, new_id, stored};
use crate::domain::form::Fields;
use crate::domain::form::answer::AnswerKey;
use crate::domain::identifiers::PaperId;
use crate::domain::paper::Draft;
use crate::on;
use crate::server::access::{Allowed, KeepRecord};
use crate::server::audit::kept;
use chrono::{DateTime, NaiveDate, Utc};

/// A paper with its newest draft.
#[derive(Debug, Clone)]
pub struct OtherPaper {
    /// Identifies it.
    pub id: PaperId,
    /// Its form.
    pub form_id: String,
    /// The form's version.
    pub form_version: NaiveDate,
    /// What it is about: an entry, a due date, or nothing.
    pub about: String,
    /// Version of the draft.
    pub version: i64,
    /// The draft.
    pub draft: Draft,
    /// Who saved that version.
    pub saved_by: String,
    /// When.
    pub saved_at: DateTime<Utc>,
    /// When it was made, if it was.
    pub made_at: Option<DateTime<Utc>>,
}

/// A paper on a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Identifies it.
    pub id: PaperId,
    /// Its form.
    pub form_id: String,
    /// What it is about.
    pub about: String,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// When it was made, if it was.
    pub made_at: Option<DateTime<Utc>>,
    /// When it was last given or sent, if it was.
    pub given_on: Option<NaiveDate>,
}

/// A record that a paper was sent or given, or of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The day.
    pub on: NaiveDate,
    /// To whom.
    pub recipient: String,
    /// How: by hand, by secure e-mail.
    pub how: String,
    /// What was answered.
    pub reply: String,
    /// Who recorded it.
    pub by: String,
}

/// The papers of a patient, newest first.
pub async fn all<P>(db: &Db, proof: &Allowed<P>) -> sqlx::Result<Vec<Listed>> {
    type Row = (
        String,
        String,
        String,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
        Option<NaiveDate>,
    );
    let rows: Vec<Row> = on!(&db.read, pool => {
        sqlx::query_as(
            "select p.id, p.form_id, p.about, p.at, m.at,
                 (select max(g.given_on) from other_paper_given g where g.paper_id = p.id)
             from other_paper p left join other_paper_made m on m.paper_id = p.id
             where p.patient_id = $1 and p.organisation_id = $2 order by p.at desc, p.id desc limit 200",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    rows.into_iter()
        .map(|(id, form_id, about, at, made_at, given_on)| {
            Ok(Listed {
                id: stored("paper id", PaperId::parse(&id))?,
                form_id,
                about,
                at,
                made_at,
                given_on,
            })
        })
        .collect()
}

/// A paper of the patient.
pub async fn load<P>(
    db: &Db,
    proof: &Allowed<P>,
    id: &PaperId,
) -> sqlx::Result<Option<OtherPaper>> {
    type Row = (
        String,
        NaiveDate,
        String,
        i64,
        String,
        String,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
    );
    let row: Option<Row> = on!(&db.read, pool => {
        sqlx::query_as(
            "select p.form_id, p.form_version, p.about, d.version, d.answers, w.name, d.at, m.at
             from other_paper p join other_paper_draft d on d.paper_id = p.id join person w on w.id = d.person_id
             left join other_paper_made m on m.paper_id = p.id
             where p.id = $3 and p.patient_id = $1 and p.organisation_id = $2 order by d.version desc limit 1",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .fetch_optional(pool)
        .await?
    });
    row.map(
        |(form_id, form_version, about, version, answers, saved_by, saved_at, made_at)| {
            Ok(OtherPaper {
                id: id.clone(),
                form_id,
                form_version,
                about,
                version,
                draft: read(&answers)?,
                saved_by,
                saved_at,
                made_at,
            })
        },
    )
    .transpose()
}

fn read(text: &str) -> sqlx::Result<Draft> {
    let rows: Vec<(String, String, Fields)> = stored("draft", serde_json::from_str(text))?;
    Ok(rows
        .into_iter()
        .map(|(question, row, fields)| (AnswerKey { question, row }, fields))
        .collect())
}

fn written(draft: &Draft) -> sqlx::Result<String> {
    let rows: Vec<_> = draft
        .iter()
        .map(|(key, fields)| (&key.question, &key.row, fields))
        .collect();
    stored("draft", serde_json::to_string(&rows))
}

/// Begins a paper with its first text.
pub async fn begin(
    tx: &mut Tx,
    proof: &Allowed<KeepRecord>,
    form: (&str, NaiveDate),
    about: &str,
    draft: &Draft,
) -> sqlx::Result<PaperId> {
    let id = stored("paper id", PaperId::parse(&new_id()))?;
    on!(&mut *tx, tx => {
        sqlx::query(
            "insert into other_paper (id, organisation_id, patient_id, form_id, form_version, about, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(proof.patient().as_str())
        .bind(form.0)
        .bind(form.1)
        .bind(about)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    save(tx, proof, &id, 0, draft).await?;
    Ok(id)
}

/// What became of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is the newest version now.
    Yes,
    /// Somebody saved another version meanwhile, or the paper was made: nothing was changed.
    Stale,
}

/// Saves a draft over the version that was seen. The paper must be the patient's: see [`load`].
pub async fn save(
    tx: &mut Tx,
    proof: &Allowed<KeepRecord>,
    id: &PaperId,
    seen: i64,
    draft: &Draft,
) -> sqlx::Result<Saved> {
    let answers = written(draft)?;
    let saved = on!(tx, tx => {
        // Only the version after the newest one, and none after the paper was made.
        sqlx::query(
            "insert into other_paper_draft (paper_id, version, answers, person_id, at)
             select p.id, $4, $5, $6, $7 from other_paper p
             where p.id = $3 and p.patient_id = $1 and p.organisation_id = $2
                 and coalesce((select max(d.version) from other_paper_draft d where d.paper_id = p.id), 0) + 1 = $4
                 and not exists (select 1 from other_paper_made m where m.paper_id = p.id)
             on conflict (paper_id, version) do nothing",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .bind(seen + 1)
        .bind(&answers)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(if saved == 1 { Saved::Yes } else { Saved::Stale })
}

/// Stores the content of a paper as it was made of that version of its draft: JSON and its digest. A paper
/// is made once, and of its newest version. Its files are kept by [`super::papers::keep`].
pub async fn make(
    tx: &mut Tx,
    proof: &Allowed<KeepRecord>,
    id: &PaperId,
    version: i64,
    (json, digest): (&str, &str),
) -> sqlx::Result<Saved> {
    let made = on!(&mut *tx, tx => {
        sqlx::query(
            "insert into other_paper_made (paper_id, json, digest, person_id, at)
             select p.id, $4, $5, $6, $7 from other_paper p
             where p.id = $3 and p.patient_id = $1 and p.organisation_id = $2
             and (select max(d.version) from other_paper_draft d where d.paper_id = p.id) = $8
             and not exists (select 1 from other_paper_made m where m.paper_id = p.id)
             on conflict (paper_id) do nothing",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .bind(json)
        .bind(digest)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .bind(version)
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    if made != 1 {
        return Ok(Saved::Stale);
    }
    let event = proof.event("make-paper", id.as_str());
    kept::note(tx, &event, [digest].into_iter()).await?;
    Ok(Saved::Yes)
}

/// The JSON of a paper that was made, if it is as it was kept.
pub async fn content<P>(db: &Db, proof: &Allowed<P>, id: &PaperId) -> sqlx::Result<Option<String>> {
    let row: Option<(String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select m.json, m.digest from other_paper_made m join other_paper p on p.id = m.paper_id
             where p.id = $3 and p.patient_id = $1 and p.organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .fetch_optional(pool)
        .await?
    });
    unaltered(db, row).await
}

/// Records that a paper that was made was sent or given.
pub async fn give(
    tx: &mut Tx,
    proof: &Allowed<KeepRecord>,
    id: &PaperId,
    given: &Given,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into other_paper_given (id, paper_id, given_on, recipient, how, reply, person_id, at)
             select $4, m.paper_id, $5, $6, $7, $8, $9, $10 from other_paper_made m join other_paper p on p.id = m.paper_id
             where p.id = $3 and p.patient_id = $1 and p.organisation_id = $2",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .bind(new_id())
        .bind(given.on)
        .bind(&given.recipient)
        .bind(&given.how)
        .bind(&given.reply)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// To whom a paper was sent or given, oldest first.
pub async fn given<P>(db: &Db, proof: &Allowed<P>, id: &PaperId) -> sqlx::Result<Vec<Given>> {
    let rows: Vec<(NaiveDate, String, String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select g.given_on, g.recipient, g.how, g.reply, w.name from other_paper_given g
             join other_paper p on p.id = g.paper_id join person w on w.id = g.person_id
             where p.id = $3 and p.patient_id = $1 and p.organisation_id = $2 order by g.at, g.id",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .bind(id.as_str())
        .fetch_all(pool)
        .await?
    });
    Ok(rows
        .into_iter()
        .map(|(on, recipient, how, reply, by)| Given {
            on,
            recipient,
            how,
            reply,
            by,
        })
        .collect())
}
