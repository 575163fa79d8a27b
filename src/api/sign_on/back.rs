//! Coming back from an identity provider: to sign in, to accept an invitation, to connect an account, or
//! to show again who one is.

use super::{brought, event, plain, record, too_many, trouble_page, ways_on};
use crate::api::failure::Failure;
use crate::api::render::see_other;
use crate::api::sign_in::{agent, safe_path};
use crate::domain::identifiers::{OrganisationId, PersonId};
use crate::pages::sign_on::Plain;
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event, Outcome};
use crate::server::auth::sessions;
use crate::server::auth::sign_in::Came;
use crate::server::auth::sign_on::{self as auth, Brought, Returned, Vouched};
use crate::server::peer::Peer;
use crate::server::store::invitations::{self, Kind};
use crate::server::store::sign_on::{self, Attempt, Provider, Purpose};
use crate::server::store::{Tx, organisations, people, sessions as store_sessions};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

/// Who comes back, from where, to whose provider, and whom it vouches for.
struct Comer<'a> {
    app: &'a App,
    attempt: Attempt,
    provider: Provider,
    vouched: Vouched,
    peer: &'a str,
    headers: &'a HeaderMap,
}

/// Takes who comes back from a provider.
///
/// # Errors
/// [`Failure`].
pub async fn come_back(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let query = brought(query.as_deref())?;
    let value = |name: &str| query.get(name).to_owned();
    let brought = Brought {
        state: value("state"),
        code: value("code"),
        error: value("error"),
        issuer: Some(value("iss")).filter(|iss| !iss.is_empty()),
    };
    let refused = || event(&app, &peer.0, "sign-in", Outcome::Refused);
    match auth::come_back(&app, &headers, &peer.0, &brought).await? {
        Returned::Wait => Ok(too_many(&app).await),
        Returned::Nobody => {
            record(&app, refused()).await?;
            let data = Plain {
                heading: "That sign-in is over".into(),
                text: vec!["It was begun more than 10 minutes ago, in another browser, or has been used already. Nothing was changed. Begin again.".into()],
                links: vec![("/sign-in".into(), "Sign in".into())],
            };
            Ok(plain(&app, StatusCode::BAD_REQUEST, data).await)
        }
        Returned::Declined(which) => {
            let (attempt, provider) = *which;
            record(&app, refused()).await?;
            Ok(declined(&app, &attempt, &provider).await)
        }
        Returned::Trouble(which, trouble) => {
            let (attempt, provider) = *which;
            record(&app, refused()).await?;
            let next = next(&attempt);
            trouble_page(&app, &provider, attempt.purpose, &next, trouble).await
        }
        Returned::Vouched(which) => {
            let (attempt, provider, vouched) = *which;
            let comer = Comer {
                app: &app,
                attempt,
                provider,
                vouched,
                peer: &peer.0,
                headers: &headers,
            };
            match comer.attempt.purpose {
                Purpose::SignIn => comer.sign_in().await,
                Purpose::Invitation => comer.accept().await,
                Purpose::Connect => comer.connect().await,
                Purpose::Confirm => comer.confirm().await,
            }
        }
    }
}

/// Where a way in leads.
fn next(attempt: &Attempt) -> String {
    if attempt.purpose == Purpose::SignIn {
        safe_path(&attempt.about)
    } else {
        "/".into()
    }
}

async fn declined(app: &App, attempt: &Attempt, provider: &Provider) -> Response {
    let mut text = vec![format!(
        "{} sent you back without a sign-in: you may have cancelled it, or your account there may not be allowed in. Nothing was changed.",
        provider.organisation_name
    )];
    if attempt.purpose == Purpose::Invitation {
        text.push("Your invitation still opens: follow its link again.".into());
    }
    let data = Plain {
        heading: "You did not sign in".into(),
        text,
        links: ways_on(provider, attempt.purpose, &next(attempt)),
    };
    plain(app, StatusCode::OK, data).await
}

impl Comer<'_> {
    fn came<'b>(&'b self, agent: &'b str, earlier: Option<&'b str>) -> Came<'b> {
        Came {
            address: self.peer,
            user_agent: agent,
            earlier,
        }
    }

    async fn begin(&self, tx: &mut Tx, person: &PersonId) -> Result<String, Failure> {
        let earlier = sessions::token(&self.app.settings, self.headers);
        let agent = agent(self.headers);
        let came = self.came(&agent, earlier.as_deref());
        let with = (&self.provider, &self.vouched);
        let token = auth::enter(self.app, tx, person, with, &came).await?;
        let event = Event {
            person: Some(person.clone()),
            subject: Some(self.provider.organisation.to_string()),
            ..event(self.app, self.peer, "sign-in", Outcome::Done)
        };
        audit::record(tx, &event).await?;
        Ok(token)
    }

    fn with_cookie(&self, mut response: Response, token: &str) -> Response {
        let cookie = sessions::cookie(&self.app.settings, token);
        response.headers_mut().insert(header::SET_COOKIE, cookie);
        response
    }

    /// Something done in the provider's organisation.
    fn here(&self, person: &PersonId, action: &'static str) -> Event {
        Event {
            subject: Some(person.to_string()),
            address: Some(self.peer.to_owned()),
            ..Event::done(
                &self.provider.organisation,
                self.app.clock.now(),
                person,
                action,
            )
        }
    }

    async fn sign_in(&self) -> Result<Response, Failure> {
        let identity = self.vouched.identity(&self.provider);
        let person = match auth::known(&self.app.db, identity).await? {
            Some(Ok(person)) => person,
            // Whoever left, or was never here, is told the same.
            other => {
                let event = Event {
                    person: other.and_then(Result::err),
                    subject: Some(self.provider.organisation.to_string()),
                    ..event(self.app, self.peer, "sign-in", Outcome::Refused)
                };
                record(self.app, event).await?;
                return Ok(self.unknown().await);
            }
        };
        let mut tx = self.app.db.begin().await?;
        let token = self.begin(&mut tx, &person).await?;
        tx.commit().await?;
        let next = safe_path(&self.attempt.about);
        let response = match self.elsewhere(&person).await? {
            places if places.is_empty() => see_other(&next),
            places => self.only_here(&places, next).await,
        };
        Ok(self.with_cookie(response, &token))
    }

    /// Names of the organisations that the person belongs to and that this session does not reach.
    async fn elsewhere(&self, person: &PersonId) -> Result<Vec<String>, Failure> {
        let mut ids: Vec<OrganisationId> = Vec::new();
        for membership in people::memberships(&self.app.db, person).await? {
            let id = membership.organisation;
            if id != self.provider.organisation && !ids.contains(&id) {
                ids.push(id);
            }
        }
        let mut names = Vec::new();
        for id in &ids {
            names.extend(organisations::find(&self.app.db, id).await?.map(|o| o.name));
        }
        Ok(names)
    }

    async fn only_here(&self, places: &[String], next: String) -> Response {
        let (here, places) = (&self.provider.organisation_name, places.join(", "));
        let data = Plain {
            heading: format!("You are signed in for {here}"),
            text: vec![format!(
                "Your {} opens what is yours in {here}. For {places}, sign out and sign in with your password or that organisation’s own account.",
                self.provider.name
            )],
            links: vec![(next, "Go on".into())],
        };
        plain(self.app, StatusCode::OK, data).await
    }

    async fn unknown(&self) -> Response {
        let account = &self.provider.name;
        let data = Plain {
            heading: "Your account is not known here yet".into(),
            text: vec![
                format!("You signed in at {}, and that worked. But nobody here is connected to that account.", self.provider.organisation_name),
                format!("If you have an account here with a password, sign in with it, then connect your {account} on the page “Your account”."),
                "If you have none, ask an administrator of your organisation for an invitation. Its link lets you choose this account.".into(),
            ],
            links: vec![("/sign-in".into(), "Sign in with your password".into())],
        };
        plain(self.app, StatusCode::FORBIDDEN, data).await
    }

    async fn taken(&self) -> Result<Response, Failure> {
        let event = Event {
            subject: Some(self.provider.organisation.to_string()),
            ..event(self.app, self.peer, "connect-sign-on", Outcome::Refused)
        };
        record(self.app, event).await?;
        let data = Plain {
            heading: "That account is somebody else’s here".into(),
            text: vec![format!(
                "The {} that you used is connected to another person. Nothing was changed. Sign out there and begin again with your own; if it is yours, ask an administrator.",
                self.provider.name
            )],
            links: ways_on(&self.provider, self.attempt.purpose, "/"),
        };
        Ok(plain(self.app, StatusCode::CONFLICT, data).await)
    }

    async fn accept(&self) -> Result<Response, Failure> {
        let (app, now) = (self.app, self.app.clock.now());
        let over = async || crate::api::invitation::opens_no_more(app).await;
        let invitation = invitations::open(&app.db, &self.attempt.about, now).await?;
        let ours = |i: &invitations::Invitation| {
            i.kind == Kind::Join && i.organisation == self.provider.organisation
        };
        let Some(invitation) = invitation.filter(ours) else {
            return Ok(over().await);
        };
        let identity = self.vouched.identity(&self.provider);
        // Whoever left keeps no claim to the account: the link below takes their place.
        if let Some(Ok(_)) = auth::known(&app.db, identity).await? {
            return self.taken().await;
        }
        let mut tx = app.db.begin().await?;
        if !invitations::take(&mut tx, &invitation.id, now).await? {
            return Ok(over().await);
        }
        let new = people::NewPerson {
            email: &invitation.email,
            name: &invitation.name,
            job_title: &invitation.job_title,
            password_hash: "",
        };
        // Somebody made the account in between: they sign in with it and accept.
        let Some(person) = people::make(&mut tx, &new, &invitation.organisation).await? else {
            drop(tx);
            return Ok(over().await);
        };
        invitations::give_roles(&mut tx, &invitation, &person).await?;
        if !sign_on::link(&mut tx, identity, &person, now).await? {
            drop(tx);
            return self.taken().await;
        }
        let accepted = Event {
            subject: Some(invitation.id.clone()),
            ..self.here(&person, "accept-invitation")
        };
        audit::record(&mut tx, &accepted).await?;
        audit::record(&mut tx, &self.here(&person, "connect-sign-on")).await?;
        let token = self.begin(&mut tx, &person).await?;
        tx.commit().await?;
        Ok(self.with_cookie(see_other("/"), &token))
    }

    /// The person whose session set out, if it is still theirs.
    async fn actor(&self) -> Result<Option<Actor>, Failure> {
        let actor = sessions::actor(self.app, self.headers, self.peer.to_owned()).await?;
        Ok(actor.filter(|actor| actor.session == self.attempt.about))
    }

    async fn signed_out_meanwhile(&self) -> Response {
        let data = Plain {
            heading: "You were signed out meanwhile".into(),
            text: vec!["Nothing was changed. Sign in and begin again. What you typed in another tab is still there: it is kept when you send it.".into()],
            links: vec![("/sign-in".into(), "Sign in".into())],
        };
        plain(self.app, StatusCode::FORBIDDEN, data).await
    }

    async fn connect(&self) -> Result<Response, Failure> {
        let Some(actor) = self.actor().await? else {
            return Ok(self.signed_out_meanwhile().await);
        };
        let here = people::memberships(&self.app.db, &actor.person).await?;
        if !here
            .iter()
            .any(|m| m.organisation == self.provider.organisation)
        {
            return Err(Failure::NotFound);
        }
        let mut tx = self.app.db.begin().await?;
        let identity = self.vouched.identity(&self.provider);
        if !sign_on::link(&mut tx, identity, &actor.person, self.app.clock.now()).await? {
            drop(tx);
            return self.taken().await;
        }
        audit::record(&mut tx, &self.here(&actor.person, "connect-sign-on")).await?;
        tx.commit().await?;
        Ok(see_other("/account/sign-on"))
    }

    async fn confirm(&self) -> Result<Response, Failure> {
        let Some(actor) = self.actor().await? else {
            return Ok(self.signed_out_meanwhile().await);
        };
        let by = actor.provider.as_ref().map(|p| &p.organisation);
        let known = auth::known(&self.app.db, self.vouched.identity(&self.provider)).await?;
        let same = by == Some(&self.provider.organisation)
            && matches!(&known, Some(Ok(person)) if *person == actor.person);
        let shown = self.vouched.shown_for(&self.attempt).filter(|_| same);
        let Some(shown) = shown else {
            let event = Event {
                person: Some(actor.person.clone()),
                ..event(self.app, self.peer, "authenticate-again", Outcome::Refused)
            };
            record(self.app, event).await?;
            return Ok(self.not_confirmed(same).await);
        };
        let at = shown.min(self.app.clock.now());
        let sealed = self
            .app
            .sealer
            .seal(&self.vouched.id_token, &actor.session)?;
        let mut tx = self.app.db.begin().await?;
        store_sessions::authenticated(&mut tx, &actor.session, at).await?;
        let sid = self.vouched.sid.as_deref();
        store_sessions::renewed(&mut tx, &actor.session, sid, &sealed).await?;
        tx.commit().await?;
        let data = Plain {
            heading: "You are confirmed".into(),
            text: vec!["Close this tab, go back to the other one, and press the button there again. What you typed there is still there. The confirmation counts for 5 minutes.".into()],
            links: vec![],
        };
        Ok(plain(self.app, StatusCode::OK, data).await)
    }

    async fn not_confirmed(&self, same: bool) -> Response {
        let why = if same {
            "Your organisation’s sign-in service did not say that you gave your password there just now. Try again; if it happens twice, tell whoever looks after computers in your organisation."
        } else {
            "You signed in there as somebody else than who is signed in here. Try again with your own account."
        };
        let data = Plain {
            heading: "That did not confirm who you are".into(),
            text: vec![
                why.into(),
                "Nothing was changed, and what you typed in the other tab is still there.".into(),
            ],
            links: ways_on(&self.provider, Purpose::Confirm, "/"),
        };
        plain(self.app, StatusCode::FORBIDDEN, data).await
    }
}
