//! Checking e-mail and password, with throttling that never locks a person out for good.

use super::sessions;
use crate::domain::identifiers::PersonId;
use crate::server::app::App;
use crate::server::audit::{self, Event, INSTALL, Outcome};
use crate::server::peer;
use crate::server::store::people::{self, Person};
use crate::server::store::{new_id, sessions as store_sessions};
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

/// Counts an attempt, or says that there were too many. A refused attempt is not kept, so that
/// knocking on does not lengthen the wait.
async fn begin(app: &App, subjects: &[(&str, i64)]) -> sqlx::Result<Option<String>> {
    let (attempt, now) = (new_id(), app.clock.now());
    let mut tx = app.db.begin().await?;
    if people::begin_attempt(&mut tx, &attempt, subjects, now, now - WINDOW).await? {
        tx.commit().await?;
        return Ok(Some(attempt));
    }
    Ok(None)
}

/// Tries to sign in. A session that the browser still has ends with it.
///
/// # Errors
/// When the database or the password hashing fails.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    address: &str,
    user_agent: &str,
    earlier: Option<&str>,
) -> anyhow::Result<Attempt> {
    let email = email.trim().to_lowercase();
    let (account, from) = (
        format!("account {}", sessions::digest(&email)),
        format!("address {}", peer::place(address)),
    );
    let subjects = [
        (account.as_str(), MOST_PER_ACCOUNT),
        (from.as_str(), MOST_PER_ADDRESS),
    ];
    let mut event = Event {
        chain: INSTALL.to_owned(),
        at: app.clock.now(),
        person: None,
        action: "sign-in",
        patient: None,
        subject: None,
        outcome: Outcome::Refused,
        reason: None,
        address: Some(address.to_owned()),
    };
    let Some(attempt) = begin(app, &subjects).await? else {
        let mut tx = app.db.begin().await?;
        audit::record(
            &mut tx,
            &Event {
                action: "sign-in-throttled",
                ..event
            },
        )
        .await?;
        tx.commit().await?;
        return Ok(Attempt::Wait);
    };
    let person = people::by_email(&app.db, &email)
        .await?
        .filter(|p| !p.disabled);
    let hash = person.as_ref().and_then(|p| p.password_hash.as_deref());
    let matches = app.hasher.matches(password, hash).await?;
    event.person = person.as_ref().map(|p| p.id.clone());
    let mut tx = app.db.begin().await?;
    let Some(person) = person.filter(|_| matches) else {
        audit::record(&mut tx, &event).await?;
        tx.commit().await?;
        return Ok(Attempt::Wrong);
    };
    people::forget_attempt(&mut tx, &attempt).await?;
    if let Some(earlier) = earlier {
        store_sessions::end(&mut tx, &sessions::digest(earlier)).await?;
    }
    let token = sessions::new_token()?;
    store_sessions::begin(
        &mut tx,
        &sessions::digest(&token),
        &person.id,
        event.at,
        user_agent,
    )
    .await?;
    event.outcome = Outcome::Done;
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Attempt::SignedIn(token))
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

/// Checks the password of somebody who is signed in and is about to sign. Only their own attempts
/// count: nobody else's mistakes keep a person from signing.
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
    let account = format!("again {person}");
    let event = Event {
        chain: INSTALL.to_owned(),
        at: app.clock.now(),
        person: Some(person.clone()),
        action: "authenticate-again",
        patient: None,
        subject: None,
        outcome: Outcome::Refused,
        reason: None,
        address: Some(address.to_owned()),
    };
    let Some(attempt) = begin(app, &[(&account, MOST_PER_ACCOUNT)]).await? else {
        return Ok(Again::Wait);
    };
    let stored: Option<Person> = people::by_id(&app.db, person).await?;
    let hash = stored.and_then(|p| p.password_hash);
    let matches = app.hasher.matches(password, hash.as_deref()).await?;
    let mut tx = app.db.begin().await?;
    if matches {
        people::forget_attempt(&mut tx, &attempt).await?;
        store_sessions::authenticated(&mut tx, session, event.at).await?;
    } else {
        audit::record(&mut tx, &event).await?;
    }
    tx.commit().await?;
    Ok(if matches { Again::Right } else { Again::Wrong })
}
