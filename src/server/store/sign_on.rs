//! Identity providers of organisations, who somebody is there, and ways in that are under way. Only
//! digests of what a browser or a provider must bring back are stored.

use super::{Db, Tx, stored};
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::on;
use chrono::{DateTime, Utc};

/// An organisation's identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Whose.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    /// Its address, which is its name to the protocol.
    pub issuer: String,
    /// What the product is called there.
    pub client_id: String,
    /// The product's secret there, sealed.
    pub client_secret: String,
    /// What people call an account there, for example "Northmere staff account".
    pub name: String,
    /// When it was set.
    pub set_at: DateTime<Utc>,
}

type Columns = (
    String,
    String,
    String,
    String,
    String,
    String,
    DateTime<Utc>,
);

fn read(row: Columns) -> sqlx::Result<Provider> {
    let (organisation, organisation_name, issuer, client_id, client_secret, name, set_at) = row;
    Ok(Provider {
        organisation: stored("organisation id", OrganisationId::parse(&organisation))?,
        organisation_name,
        issuer,
        client_id,
        client_secret,
        name,
        set_at,
    })
}

macro_rules! columns {
    () => {
        "select i.organisation_id, o.name, i.issuer, i.client_id, i.client_secret, i.name, i.set_at
         from identity_provider i join organisation o on o.id = i.organisation_id "
    };
}

/// Every provider, by the organisation's name.
pub async fn all(db: &Db) -> sqlx::Result<Vec<Provider>> {
    let rows: Vec<Columns> = on!(&db.read, pool => {
        sqlx::query_as(concat!(columns!(), "order by o.name")).fetch_all(pool).await?
    });
    rows.into_iter().map(read).collect()
}

/// An organisation's provider, if it has one.
pub async fn of(db: &Db, organisation: &OrganisationId) -> sqlx::Result<Option<Provider>> {
    let row: Option<Columns> = on!(&db.read, pool => {
        sqlx::query_as(concat!(columns!(), "where i.organisation_id = $1"))
            .bind(organisation.as_str())
            .fetch_optional(pool)
            .await?
    });
    row.map(read).transpose()
}

/// Sets an organisation's provider in the place of an earlier one.
pub async fn set(tx: &mut Tx, new: &Provider) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(
            "insert into identity_provider (organisation_id, issuer, client_id, client_secret, name, set_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (organisation_id) do update
             set issuer = $2, client_id = $3, client_secret = $4, name = $5, set_at = $6",
        )
        .bind(new.organisation.as_str())
        .bind(&new.issuer)
        .bind(&new.client_id)
        .bind(&new.client_secret)
        .bind(&new.name)
        .bind(new.set_at)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Takes an organisation's provider away. False when it has none.
pub async fn remove(tx: &mut Tx, organisation: &OrganisationId) -> sqlx::Result<bool> {
    let removed = on!(tx, tx => {
        sqlx::query("delete from sign_on_attempt where organisation_id = $1")
            .bind(organisation.as_str())
            .execute(&mut **tx)
            .await?;
        sqlx::query("delete from identity_provider where organisation_id = $1")
            .bind(organisation.as_str())
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(removed == 1)
}

/// Stores a provider's secret in another form of itself, unless it changed meanwhile.
pub async fn reseal(
    tx: &mut Tx,
    organisation: &OrganisationId,
    before: &str,
    after: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("update identity_provider set client_secret = $3 where organisation_id = $1 and client_secret = $2")
            .bind(organisation.as_str())
            .bind(before)
            .bind(after)
            .execute(&mut **tx)
            .await?;
    });
    Ok(())
}

/// Who somebody is at an organisation's provider.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Whose provider.
    pub organisation: &'a OrganisationId,
    /// Its address.
    pub issuer: &'a str,
    /// What the provider calls the account.
    pub subject: &'a str,
}

/// The person whom an organisation's provider vouches for, whether they have left or not.
pub async fn person(db: &Db, identity: Identity<'_>) -> sqlx::Result<Option<PersonId>> {
    let id: Option<String> = on!(&db.read, pool => {
        sqlx::query_scalar("select person_id from identity where organisation_id = $1 and issuer = $2 and subject = $3")
            .bind(identity.organisation.as_str())
            .bind(identity.issuer)
            .bind(identity.subject)
            .fetch_optional(pool)
            .await?
    });
    id.map(|id| stored("person id", PersonId::parse(&id)))
        .transpose()
}

/// Connects a person to an account, in the place of another one of theirs at that organisation. False
/// when the account is somebody else's.
pub async fn link(
    tx: &mut Tx,
    identity: Identity<'_>,
    person: &PersonId,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let whose: String = on!(tx, tx => {
        sqlx::query("delete from identity where person_id = $1 and organisation_id = $2")
            .bind(person.as_str())
            .bind(identity.organisation.as_str())
            .execute(&mut **tx)
            .await?;
        sqlx::query(
            "insert into identity (organisation_id, issuer, subject, person_id, linked_at) values ($1, $2, $3, $4, $5)
             on conflict (organisation_id, issuer, subject) do nothing",
        )
        .bind(identity.organisation.as_str())
        .bind(identity.issuer)
        .bind(identity.subject)
        .bind(person.as_str())
        .bind(at)
        .execute(&mut **tx)
        .await?;
        sqlx::query_scalar("select person_id from identity where organisation_id = $1 and issuer = $2 and subject = $3")
            .bind(identity.organisation.as_str())
            .bind(identity.issuer)
            .bind(identity.subject)
            .fetch_one(&mut **tx)
            .await?
    });
    Ok(whose == person.as_str())
}

/// Disconnects a person from their account at an organisation's provider. False when there was none.
pub async fn unlink(
    tx: &mut Tx,
    organisation: &OrganisationId,
    person: &PersonId,
) -> sqlx::Result<bool> {
    let removed = on!(tx, tx => {
        sqlx::query("delete from identity where person_id = $1 and organisation_id = $2")
            .bind(person.as_str())
            .bind(organisation.as_str())
            .execute(&mut **tx)
            .await?
            .rows_affected()
    });
    Ok(removed == 1)
}

/// A way in that an organisation offers to one of its people.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Way {
    /// The organisation's id.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// What people call an account there.
    pub name: String,
    /// When the person connected theirs, if they did.
    pub linked_at: Option<DateTime<Utc>>,
}

/// The providers of the organisations that a person belongs to. An account at a provider that the
/// organisation has since replaced is not connected.
pub async fn ways(db: &Db, person: &PersonId) -> sqlx::Result<Vec<Way>> {
    on!(&db.read, pool => {
        sqlx::query_as(
            "select i.organisation_id as organisation, o.name as organisation_name, i.name, d.linked_at
             from identity_provider i join organisation o on o.id = i.organisation_id
                 left join identity d on d.organisation_id = i.organisation_id and d.issuer = i.issuer and d.person_id = $1
             where i.organisation_id in (select organisation_id from membership where person_id = $1) order by o.name",
        )
        .bind(person.as_str())
        .fetch_all(pool)
        .await
    })
}

/// What somebody was sent to a provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To accept an invitation.
    Invitation,
    /// To connect the account to their own here.
    Connect,
    /// To show again who they are.
    Confirm,
}

impl Purpose {
    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Invitation => "invitation",
            Self::Connect => "connect",
            Self::Confirm => "confirm",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::SignIn, Self::Invitation, Self::Connect, Self::Confirm]
            .into_iter()
            .find(|p| p.name() == name)
    }
}

/// Somebody who was sent to a provider and is awaited.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Digest of the state.
    pub state_hash: String,
    /// Digest of the browser's cookie.
    pub browser_hash: String,
    /// To whose provider.
    pub organisation: OrganisationId,
    /// The provider's address when they left: another one since answers for nothing.
    pub issuer: String,
    /// What for.
    pub purpose: Purpose,
    /// Where to go, which invitation, or which session: by purpose.
    pub about: String,
    /// What the token must hold.
    pub nonce: String,
    /// What shows that the code is ours, sealed.
    pub verifier: String,
    /// The attempt that it counts as until they come back.
    pub throttle: String,
    /// When they left.
    pub begun_at: DateTime<Utc>,
    /// Until when they are awaited.
    pub expires_at: DateTime<Utc>,
}

/// Awaits somebody. Those who never came are forgotten with it.
pub async fn await_return(tx: &mut Tx, new: &Attempt) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query("delete from sign_on_attempt where expires_at < $1").bind(new.begun_at).execute(&mut **tx).await?;
        sqlx::query(
            "insert into sign_on_attempt (state_hash, browser_hash, organisation_id, issuer, purpose, about, nonce, verifier, begun_at, expires_at, throttle)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&new.state_hash)
        .bind(&new.browser_hash)
        .bind(new.organisation.as_str())
        .bind(&new.issuer)
        .bind(new.purpose.name())
        .bind(&new.about)
        .bind(&new.nonce)
        .bind(&new.verifier)
        .bind(new.begun_at)
        .bind(new.expires_at)
        .bind(&new.throttle)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Takes who came back off the list of those awaited: of two who bring the same state one is first, and
/// the other finds nothing. None too for another browser, and when it is too late.
pub async fn take(
    tx: &mut Tx,
    state_hash: &str,
    browser_hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Attempt>> {
    type Row = (
        String,
        String,
        String,
        String,
        String,
        String,
        String,
        DateTime<Utc>,
        DateTime<Utc>,
    );
    let row: Option<Row> = on!(tx, tx => {
        sqlx::query_as(
            "delete from sign_on_attempt where state_hash = $1 and browser_hash = $2 and expires_at > $3
             returning organisation_id, issuer, purpose, about, nonce, verifier, throttle, begun_at, expires_at",
        )
        .bind(state_hash)
        .bind(browser_hash)
        .bind(now)
        .fetch_optional(&mut **tx)
        .await?
    });
    row.map(
        |(
            organisation,
            issuer,
            purpose,
            about,
            nonce,
            verifier,
            throttle,
            begun_at,
            expires_at,
        )| {
            Ok(Attempt {
                state_hash: state_hash.to_owned(),
                browser_hash: browser_hash.to_owned(),
                organisation: stored("organisation id", OrganisationId::parse(&organisation))?,
                issuer,
                purpose: stored("purpose", Purpose::named(&purpose).ok_or("unknown"))?,
                about,
                nonce,
                verifier,
                throttle,
                begun_at,
                expires_at,
            })
        },
    )
    .transpose()
}

/// Heeds a logout token. False when it was heeded before.
pub async fn heed(
    tx: &mut Tx,
    organisation: &OrganisationId,
    token_hash: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let heeded = on!(tx, tx => {
        sqlx::query("delete from logout_token where expires_at < $1").bind(now).execute(&mut **tx).await?;
        sqlx::query(
            "insert into logout_token (organisation_id, token_hash, expires_at) values ($1, $2, $3)
             on conflict (organisation_id, token_hash) do nothing",
        )
        .bind(organisation.as_str())
        .bind(token_hash)
        .bind(until)
        .execute(&mut **tx)
        .await?
        .rows_affected()
    });
    Ok(heeded == 1)
}
