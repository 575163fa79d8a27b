//! Checking e-mail and password, with throttling that never locks a person out for good.

use super::sessions;
use crate::domain::identifiers::PersonId;
use crate::server::app::App;
use crate::server::audit::{self, Event, INSTALL, Outcome};
use crate::server::store::people::{self, Person};
use chrono::TimeDelta;

/// Failures of one account in [`WINDOW`] after which it waits.
const MOST_PER_ACCOUNT: i64 = 5;
/// Failures from one network address in [`WINDOW`] after which it waits. Higher, because a trust's
/// people share addresses.
const MOST_PER_ADDRESS: i64 = 50;
/// How long failures count.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// What came of an attempt.
#[derive(Debug)]
pub enum Attempt {
    /// Signed in: the token for the cookie.
    SignedIn(String),
    /// E-mail or password is wrong; the same answer for an unknown account.
    Wrong,
    /// Too many failures; waits at most 15 minutes.
    Wait,
}

/// Tries to sign in.
///
/// # Errors
/// When the database or the password hashing fails.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    address: &str,
    user_agent: &str,
) -> anyhow::Result<Attempt> {
    let email = email.trim().to_lowercase();
    let subjects = [
        format!("account {}", sessions::digest(&email)),
        format!("address {address}"),
    ];
    if is_throttled(app, &subjects).await? {
        return Ok(Attempt::Wait);
    }
    let person = people::by_email(&app.db, &email)
        .await?
        .filter(|p| !p.disabled);
    let hash = person.as_ref().and_then(|p| p.password_hash.as_deref());
    let matches = app.hasher.matches(password, hash).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let mut event = Event {
        chain: INSTALL.to_owned(),
        at: now,
        person: person.as_ref().map(|p| p.id.clone()),
        action: "sign-in",
        patient: None,
        subject: None,
        outcome: Outcome::Refused,
        address: Some(address.to_owned()),
    };
    let Some(person) = person.filter(|_| matches) else {
        let [account, address] = &subjects;
        people::record_failure(&mut tx, &[account, address], now, now - WINDOW).await?;
        audit::record(&mut tx, &event).await?;
        tx.commit().await?;
        return Ok(Attempt::Wrong);
    };
    let token = sessions::new_token()?;
    crate::server::store::sessions::begin(
        &mut tx,
        &sessions::digest(&token),
        &person.id,
        now,
        user_agent,
    )
    .await?;
    event.outcome = Outcome::Done;
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Attempt::SignedIn(token))
}

async fn is_throttled(app: &App, subjects: &[String; 2]) -> sqlx::Result<bool> {
    let since = app.clock.now() - WINDOW;
    let account = people::failures(&app.db, &subjects[0], since).await?;
    let address = people::failures(&app.db, &subjects[1], since).await?;
    Ok(account >= MOST_PER_ACCOUNT || address >= MOST_PER_ADDRESS)
}

/// What came of giving one's password again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is the person's.
    Right,
    /// It is not.
    Wrong,
    /// Too many failures; waits at most 15 minutes.
    Wait,
}

/// Checks the password of somebody who is signed in and is about to sign.
///
/// # Errors
/// When the database or the password hashing fails.
pub async fn authenticate_again(
    app: &App,
    person: &PersonId,
    session: &str,
    password: &str,
    address: &str,
) -> anyhow::Result<Again> {
    let subjects = [format!("account {person}"), format!("address {address}")];
    if is_throttled(app, &subjects).await? {
        return Ok(Again::Wait);
    }
    let stored: Option<Person> = people::by_id(&app.db, person).await?;
    let hash = stored.and_then(|p| p.password_hash);
    let matches = app.hasher.matches(password, hash.as_deref()).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if matches {
        crate::server::store::sessions::authenticated(&mut tx, session, now).await?;
    } else {
        let [account, address] = &subjects;
        people::record_failure(&mut tx, &[account, address], now, now - WINDOW).await?;
    }
    tx.commit().await?;
    Ok(if matches { Again::Right } else { Again::Wrong })
}
