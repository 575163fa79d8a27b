//! The audit of one organisation, searched. Every search goes along an index, newest first.

use super::super::access::{AllowedIn, ReadOrganisationAudit};
use super::INSTALL;
use super::position::Position;
use crate::domain::identifiers::PersonId;
use crate::on;
use crate::server::store::{Db, stored};
use chrono::{DateTime, Utc};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// What is looked for; what is not given matches everything.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// By these people. An empty list matches nobody.
    pub people: Option<Vec<PersonId>>,
    /// About the patient of this MHCS reference.
    pub reference: Option<String>,
    /// Acts of this name.
    pub action: Option<String>,
    /// From this moment.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub to: Option<DateTime<Utc>>,
    /// Refusals only.
    pub refused: bool,
    /// How the organisation's people came in, or could not, in the place of what was done in it.
    pub sign_ins: bool,
    /// Only what stands after this one in the list.
    pub after: Option<Position>,
}

/// A row in words. Names no patient, only MHCS's reference.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    /// When.
    pub at: DateTime<Utc>,
    /// Its number in the chain.
    pub number: i64,
    /// Who; "command line" for an operator, "nobody known" for who came over the network and gave no
    /// account that is here.
    pub name: String,
    /// What.
    pub action: String,
    /// About whom.
    pub reference: Option<String>,
    /// About what: an identifier.
    pub subject: Option<String>,
    /// How it went.
    pub outcome: String,
    /// Why, where a reason was asked for.
    pub reason: Option<String>,
    /// From where.
    pub address: Option<String>,
}

impl Found {
    /// Where it stands in the list.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            at: self.at,
            number: self.number,
        }
    }
}

/// The rows that match, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn search(
    db: &Db,
    proof: &AllowedIn<ReadOrganisationAudit>,
    wanted: &Wanted,
    most: i64,
) -> sqlx::Result<Vec<Found>> {
    let organisation = proof.organisation().as_str();
    on!(&db.read, pool => {
        if wanted.sign_ins {
            let mut found = query(INSTALL, wanted);
            own_sign_ins(&mut found, organisation);
            newest(found, most).build_query_as().fetch_all(pool).await
        } else {
            newest(query(organisation, wanted), most).build_query_as().fetch_all(pool).await
        }
    })
}

/// The rows of a chain that match, newest first: for the operator, who reads the database in any case.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_chain(
    db: &Db,
    chain: &str,
    wanted: &Wanted,
    most: i64,
) -> sqlx::Result<Vec<Found>> {
    on!(&db.read, pool => {
        newest(query(chain, wanted), most).build_query_as().fetch_all(pool).await
    })
}

/// Leaves those rows of the install that are about an organisation's people, not about what they are or do
/// in another one.
fn own_sign_ins<'a, DB: Database>(query: &mut QueryBuilder<DB>, organisation: &'a str)
where
    String: Encode<'a, DB> + Type<DB>,
{
    query.push(" and a.person_id in (select person_id from membership where organisation_id = ");
    query.push_bind(organisation.to_owned());
    query.push(") and (a.subject is null or a.subject = a.person_id or a.subject = ");
    query.push_bind(organisation.to_owned());
    query.push(")");
}

fn newest<'a, DB: Database>(mut query: QueryBuilder<DB>, most: i64) -> QueryBuilder<DB>
where
    i64: Encode<'a, DB> + Type<DB>,
{
    query.push(" order by a.at desc, a.number desc limit ");
    query.push_bind(most);
    query
}

fn query<'a, DB: Database>(chain: &'a str, wanted: &'a Wanted) -> QueryBuilder<DB>
where
    &'a str: Encode<'a, DB> + Type<DB>,
    String: Encode<'a, DB> + Type<DB>,
    i64: Encode<'a, DB> + Type<DB>,
    DateTime<Utc>: Encode<'a, DB> + Type<DB>,
{
    let mut query = QueryBuilder::new(
        "select a.at, a.number, a.action,
             coalesce(w.name, case when a.address is null then 'command line' else 'nobody known' end) as name,
             coalesce(p.mhcs_reference, d.reference) as reference, a.subject, a.outcome, a.reason, a.address
         from audit a
         left join person w on w.id = a.person_id
         left join patient p on p.id = a.patient_id and p.organisation_id = a.chain
         left join destruction d on d.patient_id = a.patient_id and d.organisation_id = a.chain and d.finished_at is not null
         where a.chain = ",
    );
    query.push_bind(chain.to_owned());
    if let Some(people) = &wanted.people {
        query.push(" and a.person_id in (");
        let mut ids = query.separated(", ");
        for person in people {
            ids.push_bind(person.as_str().to_owned());
        }
        // A list of nobody is still a list.
        ids.push("'')");
    }
    if let Some(reference) = &wanted.reference {
        query.push(" and a.patient_id in (select id from patient where organisation_id = ");
        query.push_bind(chain.to_owned());
        query.push(" and mhcs_reference = ");
        query.push_bind(reference.clone());
        query.push(" union select patient_id from destruction where organisation_id = ");
        query.push_bind(chain.to_owned());
        query.push(" and reference = ");
        query.push_bind(reference.clone());
        query.push(")");
    }
    if let Some(action) = &wanted.action {
        query.push(" and a.action = ");
        query.push_bind(action.clone());
    }
    if let Some(from) = wanted.from {
        query.push(" and a.at >= ");
        query.push_bind(from);
    }
    if let Some(to) = wanted.to {
        query.push(" and a.at < ");
        query.push_bind(to);
    }
    if wanted.refused {
        // Written out, so that the index of refusals serves.
        query.push(" and a.outcome = 'refused'");
    }
    if let Some(Position { at, number }) = wanted.after {
        query.push(" and (a.at, a.number) < (");
        query.push_bind(at);
        query.push(", ");
        query.push_bind(number);
        query.push(")");
    }
    query
}

/// The people of the organisation, or once of it, whose name or e-mail address is or contains this.
///
/// # Errors
/// When the database cannot be read.
pub async fn people_like(
    db: &Db,
    proof: &AllowedIn<ReadOrganisationAudit>,
    text: &str,
) -> sqlx::Result<Vec<PersonId>> {
    let escaped = text
        .to_lowercase()
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let ids: Vec<String> = on!(&db.read, pool => {
        sqlx::query_scalar(
            "select w.id from person w
             where (lower(w.name) like $2 escape '\\' or w.email like $2 escape '\\')
                 and (exists (select 1 from membership m where m.person_id = w.id and m.organisation_id = $1)
                      or exists (select 1 from audit a where a.chain = $1 and a.person_id = w.id))
             order by w.name limit 50",
        )
        .bind(proof.organisation().as_str())
        .bind(format!("%{escaped}%"))
        .fetch_all(pool)
        .await?
    });
    ids.iter()
        .map(|id| stored("person id", PersonId::parse(id)))
        .collect()
}

/// When and how the password of an account was last set by a one-time link since a moment, for whose it is.
///
/// # Errors
/// When the database cannot be read.
pub async fn password_link(
    db: &Db,
    person: &PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<Option<(DateTime<Utc>, String)>> {
    on!(&db.read, pool => {
        sqlx::query_as(
            "select a.at, coalesce(a.reason, 'a link') from audit a
             where a.chain in (select organisation_id from membership where person_id = $1)
                 and a.action = 'set-password-by-link' and a.person_id = $1 and a.at >= $2
             order by a.at desc limit 1",
        )
        .bind(person.as_str())
        .bind(since)
        .fetch_optional(pool)
        .await
    })
}
