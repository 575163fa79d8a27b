//! Checking e-mail, password and code, with throttling that never locks a person out for good.

use super::{second_factor, sessions};
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event, INSTALL, Outcome};
use crate::server::peer;
use crate::server::store::people::{self, Person};
use crate::server::store::sessions::{Beginning, ByProvider};
use crate::server::store::{
    Tx, new_id, organisations, second_factors, sessions as store_sessions, sign_in_places,
};
use chrono::{DateTime, TimeDelta, Utc};

/// Failures of one account in [`WINDOW`] after which it waits: from everywhere together, but that each
/// place from which its owner signed in lately has a count of its own. Who guesses elsewhere does not keep
/// them out from there, and no place gives more than these guesses.
const MOST_PER_ACCOUNT: i64 = 5;
/// Failures from one network address in [`WINDOW`] after which it waits. Higher, because a trust's
/// people share addresses.
const MOST_PER_ADDRESS: i64 = 50;
/// How long a right password waits for its code.
const CODE_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// How long failures count.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// What came of an attempt.
#[derive(Debug)]
pub enum Attempt {
    /// Signed in: the token for the cookie, and who.
    SignedIn(String, PersonId),
    /// The password is right; a code is awaited. The token stands for that.
    NeedsCode(String),
    /// E-mail or password is wrong; the same answer for an unknown account.
    Wrong,
    /// Too many failures; waits at most 15 minutes.
    Wait,
}

/// Counts an attempt, or says that there were too many. A refused attempt is not kept, so that
/// knocking on does not lengthen the wait.
pub(crate) async fn begin(app: &App, subjects: &[(&str, i64)]) -> sqlx::Result<Option<String>> {
    let (attempt, now) = (new_id(), app.clock.now());
    let mut tx = app.db.begin().await?;
    if people::begin_attempt(&mut tx, &attempt, subjects, now, now - WINDOW).await? {
        tx.commit().await?;
        return Ok(Some(attempt));
    }
    Ok(None)
}

/// What failures to sign in to the account of an e-mail address are counted against.
fn account(email: &str) -> String {
    format!("account {}", sessions::digest(&email.trim().to_lowercase()))
}

/// Makes way for somebody who has shown by a one-time link whose the account is: what was counted against
/// it is forgotten, and who goes on guessing elsewhere does not keep them out from where they are.
pub(crate) async fn make_way(
    tx: &mut Tx,
    (person, email): (&PersonId, &str),
    address: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    for subject in [
        account(email),
        format!("code {person}"),
        format!("again {person}"),
    ] {
        people::forget_failures(tx, &subject).await?;
    }
    sign_in_places::note(tx, person, &peer::place(address), at).await
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
    let place = peer::place(address);
    // The same work for an account that is not there.
    let known = sign_in_places::is_known(&app.db, &email, &place, app.clock.now()).await?;
    let account = if known {
        format!("{} from {place}", account(&email))
    } else {
        account(&email)
    };
    let from = format!("address {place}");
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
    let attempt = begin(app, &subjects).await?;
    let person = people::by_email(&app.db, &email)
        .await?
        .filter(|p| !p.disabled);
    event.person = person.as_ref().map(|p| p.id.clone());
    let Some(attempt) = attempt else {
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
    let hash = person.as_ref().and_then(|p| p.password_hash.as_deref());
    let matches = app.hasher.matches(password, hash).await?;
    let mut tx = app.db.begin().await?;
    let Some(person) = person.filter(|_| matches) else {
        audit::record(&mut tx, &event).await?;
        tx.commit().await?;
        return Ok(Attempt::Wrong);
    };
    people::forget_attempt(&mut tx, &attempt).await?;
    let factor = second_factors::find(&app.db, &person.id).await?;
    if factor.is_some_and(|f| f.confirmed) {
        let token = sessions::new_token()?;
        let until = event.at + CODE_WITHIN;
        second_factors::await_code(
            &mut tx,
            &sessions::digest(&token),
            &person.id,
            event.at,
            until,
        )
        .await?;
        tx.commit().await?;
        return Ok(Attempt::NeedsCode(token));
    }
    let came = Came {
        address,
        user_agent,
        earlier,
    };
    let token = begin_session(app, &mut tx, &person.id, &came, None).await?;
    event.outcome = Outcome::Done;
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Attempt::SignedIn(token, person.id))
}

/// How somebody came to the door.
#[derive(Debug, Clone, Copy)]
pub struct Came<'a> {
    /// From which network address.
    pub address: &'a str,
    /// What the browser calls itself.
    pub user_agent: &'a str,
    /// The session that the browser still has, which ends.
    pub earlier: Option<&'a str>,
}

/// What an identity provider gave with somebody whom it vouches for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Through<'a> {
    pub organisation: &'a OrganisationId,
    pub sid: Option<&'a str>,
    pub id_token: &'a str,
}

/// How long before its beginning a session that a provider opened was last authenticated: so long that
/// it never counts as a signature's. The person may not have shown anything today; before the first
/// signature they do.
const LONG_AGO: TimeDelta = TimeDelta::days(1);

/// Begins a session under the strictest figures of the person's organisations.
pub(super) async fn begin_session(
    app: &App,
    tx: &mut Tx,
    person: &PersonId,
    came: &Came<'_>,
    through: Option<Through<'_>>,
) -> anyhow::Result<String> {
    let now = app.clock.now();
    let settings = organisations::settings_for(&app.db, person).await?;
    let factor = second_factors::find(&app.db, person).await?;
    let strictest = |figures: Vec<i64>, ours: i64| figures.into_iter().min().unwrap_or(ours);
    let idle = app.settings.idle().num_minutes();
    let most = app.settings.absolute().num_minutes();
    let idles = settings
        .iter()
        .map(|s| s.idle_minutes.map_or(idle, i64::from));
    let mosts = settings
        .iter()
        .map(|s| s.session_hours.map_or(most, |h| i64::from(h) * 60));
    if let Some(earlier) = came.earlier {
        store_sessions::end(tx, &sessions::digest(earlier), now).await?;
    }
    let token = sessions::new_token()?;
    let token_hash = sessions::digest(&token);
    let sealed = through
        .map(|t| app.sealer.seal(t.id_token, &token_hash))
        .transpose()?;
    let new = Beginning {
        token_hash: &token_hash,
        person,
        at: now,
        user_agent: came.user_agent,
        address: came.address,
        // Whoever comes through their provider has given the second factor there.
        lacks_second_factor: through.is_none()
            && settings.iter().any(|s| s.second_factor_required)
            && !factor.is_some_and(|f| f.confirmed),
        idle_minutes: strictest(idles.collect(), idle),
        most_minutes: strictest(mosts.collect(), most),
        authenticated_at: if through.is_some() {
            now - LONG_AGO
        } else {
            now
        },
        provider: through
            .zip(sealed.as_deref())
            .map(|(t, id_token)| ByProvider {
                organisation: t.organisation,
                sid: t.sid,
                id_token,
            }),
    };
    store_sessions::begin(tx, &new).await?;
    sign_in_places::note(tx, person, &peer::place(came.address), now).await?;
    Ok(token)
}

/// What came of a code.
#[derive(Debug)]
pub enum Coded {
    /// Signed in: the token for the cookie, and who.
    SignedIn(String, PersonId),
    /// It is wrong or was used before.
    Wrong,
    /// Too many failures; waits at most 15 minutes.
    Wait,
    /// The password has to be given again: the code came too late, or twice.
    Over,
}

/// Ends a sign-in that awaits a code.
///
/// # Errors
/// When the database fails.
pub async fn give_code(
    app: &App,
    step: &str,
    code: &str,
    came: &Came<'_>,
) -> anyhow::Result<Coded> {
    let now = app.clock.now();
    let step = sessions::digest(step);
    let Some(person) = second_factors::awaited(&app.db, &step, now).await? else {
        return Ok(Coded::Over);
    };
    let (account, from) = (
        format!("code {person}"),
        format!("address {}", peer::place(came.address)),
    );
    let subjects = [
        (account.as_str(), MOST_PER_ACCOUNT),
        (from.as_str(), MOST_PER_ADDRESS),
    ];
    let Some(attempt) = begin(app, &subjects).await? else {
        return Ok(Coded::Wait);
    };
    let mut event = Event {
        chain: INSTALL.to_owned(),
        at: now,
        person: Some(person.clone()),
        action: "sign-in-code",
        patient: None,
        subject: None,
        outcome: Outcome::Refused,
        reason: None,
        address: Some(came.address.to_owned()),
    };
    let mut tx = app.db.begin().await?;
    if !second_factor::accept((&app.db, &app.sealer), &mut tx, &person, code, now).await? {
        audit::record(&mut tx, &event).await?;
        tx.commit().await?;
        return Ok(Coded::Wrong);
    }
    if !second_factors::came(&mut tx, &step).await? {
        return Ok(Coded::Over);
    }
    people::forget_attempt(&mut tx, &attempt).await?;
    let token = begin_session(app, &mut tx, &person, came, None).await?;
    event.action = "sign-in";
    event.outcome = Outcome::Done;
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Coded::SignedIn(token, person))
}

/// What came of giving one's password again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is the person's.
    Right,
    /// It is not.
    Wrong,
    /// The password is, but the code is wrong or was used before.
    WrongCode,
    /// Too many failures; waits at most 15 minutes.
    Wait,
    /// They came through their provider and have not shown it who they are within [`CONFIRMED`].
    Confirm,
}

/// How long a person who showed their provider again who they are may sign.
pub const CONFIRMED: TimeDelta = TimeDelta::minutes(5);

/// Checks the password, and the code where they have an authenticator, of somebody who is signed in and is about to sign. Only their own attempts
/// count: nobody else's mistakes keep a person from signing. Whoever came through their provider shows
/// that who they are, and no password of theirs here is asked for.
///
/// # Errors
/// When the database or the password hashing fails.
pub async fn authenticate_again(
    app: &App,
    actor: &Actor,
    password: &str,
    code: &str,
) -> anyhow::Result<Again> {
    let person = &actor.person;
    if actor.provider.is_some() {
        let since = app.clock.now() - actor.authenticated_at;
        let fresh = since >= TimeDelta::zero() && since <= CONFIRMED;
        return Ok(if fresh { Again::Right } else { Again::Confirm });
    }
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
        address: Some(actor.address.clone()),
    };
    let Some(attempt) = begin(app, &[(&account, MOST_PER_ACCOUNT)]).await? else {
        return Ok(Again::Wait);
    };
    let stored: Option<Person> = people::by_id(&app.db, person).await?;
    let hash = stored.and_then(|p| p.password_hash);
    let matches = app.hasher.matches(password, hash.as_deref()).await?;
    let mut tx = app.db.begin().await?;
    let outcome = if !matches {
        Again::Wrong
    } else if actor.second_factor
        && !second_factor::accept((&app.db, &app.sealer), &mut tx, person, code, event.at).await?
    {
        Again::WrongCode
    } else {
        Again::Right
    };
    if outcome == Again::Right {
        people::forget_attempt(&mut tx, &attempt).await?;
        store_sessions::authenticated(&mut tx, &actor.session, event.at).await?;
    } else {
        audit::record(&mut tx, &event).await?;
    }
    tx.commit().await?;
    Ok(outcome)
}
