//! Who is asking, and proof that they may. The store demands an [`Allowed`] and only this file makes
//! one, so code that forgets to ask cannot be written.

pub mod assessments;
pub mod emergency;
pub mod handing_over;
mod patients;

pub use patients::{prove, read_audit, view};

use super::app::App;
use super::audit::views::{NotRecorded, Viewing};
use super::audit::{self, Event, Outcome};
use super::store;
use crate::domain::identifiers::{OrganisationId, PatientId, PersonId};
use crate::domain::people::{Action, OrganisationAction, Role, may_in};
use chrono::{DateTime, Utc};
use std::marker::PhantomData;

/// A person who has signed in.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// Full name.
    pub name: String,
    /// Job title, as on papers.
    pub job_title: String,
    /// What they are, where.
    pub memberships: Vec<Membership>,
    /// Digest of their session's token.
    pub session: String,
    /// When they last gave their password.
    pub authenticated_at: DateTime<Utc>,
    /// Whether they give a code too when they show who they are.
    pub second_factor: bool,
    /// Whether they must set a second factor up before anything else.
    pub lacks_second_factor: bool,
    /// Network address of this request.
    pub address: String,
    /// How long the session lasts yet.
    pub time_left: TimeLeft,
    /// The organisation whose identity provider opened the session; none for a password. The session
    /// reaches no further than that organisation.
    pub provider: Option<Provider>,
    /// Views that the answer to this request waits for; none where nobody waits for them.
    pub viewing: Option<Viewing>,
}

/// The identity provider that opened a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What people call an account there, for example "Northmere staff account".
    pub name: String,
}

/// Who asks and how far their session reaches, for questions about "my" records: an identity provider
/// of one organisation opens no record of another.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    person: &'a PersonId,
    only: Option<&'a OrganisationId>,
}

impl<'a> Asker<'a> {
    /// Who, for a query.
    #[must_use]
    pub fn person(&self) -> &'a str {
        self.person.as_str()
    }

    /// The one organisation that the session reaches, for a query; empty for all.
    #[must_use]
    pub fn only(&self) -> &'a str {
        self.only.map_or("", OrganisationId::as_str)
    }
}

/// How long a session lasts yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeLeft {
    /// Seconds until it ends, unless it is used before.
    pub seconds: i64,
    /// Whether it ends then in any case, however much it is used.
    pub in_any_case: bool,
    /// Minutes without use after which it ends.
    pub idle_minutes: i64,
}

/// One role in one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Where.
    pub organisation: OrganisationId,
    /// What.
    pub role: Role,
    /// In which team; none for the whole organisation.
    pub team: Option<String>,
}

impl Actor {
    /// Whether the person has that role anywhere.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.memberships.iter().any(|m| m.role == role)
    }

    /// Who asks, and how far the session reaches.
    #[must_use]
    pub fn asks(&self) -> Asker<'_> {
        Asker {
            person: &self.person,
            only: self.provider.as_ref().map(|p| &p.organisation),
        }
    }
}

/// An action as a type, so that a proof of one is no proof of another.
pub trait Permission {
    /// The row of the table in [`crate::domain::people`].
    const ACTION: Action;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Permission for $name {
            const ACTION: Action = Action::$name;
        }
    )*};
}

permissions! {
    /// Proof type of [`Action::ViewPatient`].
    ViewPatient,
    /// Proof type of [`Action::KeepRecord`].
    KeepRecord,
    /// Proof type of [`Action::EditRecord`].
    EditRecord,
    /// Proof type of [`Action::Allocate`].
    Allocate,
    /// Proof type of [`Action::ReadAudit`].
    ReadAudit,
    /// Proof type of [`Action::WriteReport`].
    WriteReport,
    /// Proof type of [`Action::ReviewReport`].
    ReviewReport,
    /// Proof type of [`Action::WritePartC`].
    WritePartC,
    /// Proof type of [`Action::SendReport`].
    SendReport,
    /// Proof type of [`Action::ExportRecord`].
    ExportRecord,
    /// Proof type of [`Action::ReleaseCopy`].
    ReleaseCopy,
    /// Proof type of [`Action::HandOver`].
    HandOver,
    /// Proof type of [`Action::ControlAccess`].
    ControlAccess,
}

/// Proof that a person may do `P` to one patient of one organisation.
#[derive(Debug, Clone)]
pub struct Allowed<P> {
    organisation: OrganisationId,
    patient: PatientId,
    person: PersonId,
    address: String,
    at: DateTime<Utc>,
    actions: Vec<Action>,
    permission: PhantomData<P>,
}

impl<P> Allowed<P> {
    /// Whether the person may do something else to the same patient: for pages that offer it. To do
    /// it takes its own proof.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// The organisation whose rows may be touched.
    #[must_use]
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// The patient whose rows may be touched.
    #[must_use]
    pub fn patient(&self) -> &PatientId {
        &self.patient
    }

    /// Who may.
    #[must_use]
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// When it was asked for: the time of the change.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The audit row for something done under this proof.
    #[must_use]
    pub fn event(&self, action: &'static str, subject: &str) -> Event {
        Event {
            patient: Some(self.patient.clone()),
            subject: Some(subject.to_owned()),
            address: Some(self.address.clone()),
            ..Event::done(&self.organisation, self.at, &self.person, action)
        }
    }
}

/// An organisation's matter as a type, so that a proof of one is no proof of another.
pub trait OrganisationPermission {
    /// The row of the table in [`crate::domain::people`].
    const ACTION: OrganisationAction;
}

macro_rules! organisation_permissions {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl OrganisationPermission for $name {
            const ACTION: OrganisationAction = OrganisationAction::$name;
        }
    )*};
}

organisation_permissions! {
    /// Proof type of [`OrganisationAction::ManageSettings`].
    ManageSettings,
    /// Proof type of [`OrganisationAction::ViewAssessments`].
    ViewAssessments,
    /// Proof type of [`OrganisationAction::ContributeToAssessment`].
    ContributeToAssessment,
    /// Proof type of [`OrganisationAction::LeadAssessment`].
    LeadAssessment,
    /// Proof type of [`OrganisationAction::SignAssessment`].
    SignAssessment,
    /// Proof type of [`OrganisationAction::KeepAction`].
    KeepAction,
    /// Proof type of [`OrganisationAction::ViewFigures`].
    ViewFigures,
    /// Proof type of [`OrganisationAction::ReadRegisters`].
    ReadRegisters,
    /// Proof type of [`OrganisationAction::KeepRegisters`].
    KeepRegisters,
    /// Proof type of [`OrganisationAction::KeepCompetence`].
    KeepCompetence,
    /// Proof type of [`OrganisationAction::ReadOrganisationAudit`].
    ReadOrganisationAudit,
    /// Proof type of [`OrganisationAction::ManageRetention`].
    ManageRetention,
    /// Proof type of [`OrganisationAction::RegisterPatient`].
    RegisterPatient,
    /// Proof type of [`OrganisationAction::ManagePeople`].
    ManagePeople,
    /// Proof type of [`OrganisationAction::ArrangeCover`].
    ArrangeCover,
    /// Proof type of [`OrganisationAction::OpenInEmergency`].
    OpenInEmergency,
}

/// Proof that a person may do `P` in one organisation.
#[derive(Debug, Clone)]
pub struct AllowedIn<P> {
    organisation: OrganisationId,
    person: PersonId,
    address: String,
    at: DateTime<Utc>,
    teams: Option<Vec<String>>,
    permission: PhantomData<P>,
}

impl<P> AllowedIn<P> {
    /// The organisation whose rows may be touched.
    #[must_use]
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// Who may.
    #[must_use]
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// When it was asked for: the time of the change.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The teams that the proof is limited to; none for the whole organisation.
    #[must_use]
    pub fn teams(&self) -> Option<&[String]> {
        self.teams.as_deref()
    }

    /// The audit row for something done under this proof.
    #[must_use]
    pub fn event(&self, action: &'static str, subject: &str) -> Event {
        Event {
            subject: Some(subject.to_owned()),
            address: Some(self.address.clone()),
            ..Event::done(&self.organisation, self.at, &self.person, action)
        }
    }
}

/// Proof that the actor may do `P` in an organisation. Whoever does not belong to it is answered as
/// if it did not exist.
///
/// # Errors
/// [`Denied`].
pub async fn prove_in<P: OrganisationPermission>(
    app: &App,
    actor: &Actor,
    organisation: &OrganisationId,
) -> Result<AllowedIn<P>, Denied> {
    prove_in_at(&app.db, app.clock.now(), actor, organisation).await
}

/// The same at a moment that is given.
///
/// # Errors
/// [`Denied`].
pub async fn prove_in_at<P: OrganisationPermission>(
    db: &store::Db,
    at: DateTime<Utc>,
    actor: &Actor,
    organisation: &OrganisationId,
) -> Result<AllowedIn<P>, Denied> {
    let here: Vec<&Membership> = actor
        .memberships
        .iter()
        .filter(|m| m.organisation == *organisation)
        .collect();
    if here.is_empty() {
        return Err(Denied::NotFound);
    }
    let able: Vec<&&Membership> = here.iter().filter(|m| may_in(m.role, P::ACTION)).collect();
    let everywhere = able.iter().any(|m| m.team.is_none());
    let proof = AllowedIn {
        organisation: organisation.clone(),
        person: actor.person.clone(),
        address: actor.address.clone(),
        at,
        teams: (!everywhere).then(|| able.iter().filter_map(|m| m.team.clone()).collect()),
        permission: PhantomData,
    };
    if !able.is_empty() {
        return Ok(proof);
    }
    let event = Event {
        outcome: Outcome::Refused,
        ..proof.event(P::ACTION.name(), organisation.as_str())
    };
    refuse(db, &event).await?;
    Err(Denied::Refused)
}

/// Proof that the actor may do `P` in the first of their organisations where they may. Whoever may
/// nowhere is refused where they belong.
///
/// # Errors
/// [`Denied`].
pub async fn prove_somewhere<P: OrganisationPermission>(
    app: &App,
    actor: &Actor,
) -> Result<AllowedIn<P>, Denied> {
    let able = actor.memberships.iter().find(|m| may_in(m.role, P::ACTION));
    let place = able.or(actor.memberships.first()).ok_or(Denied::NotFound)?;
    prove_in(app, actor, &place.organisation).await
}

/// Why there is no proof.
#[derive(Debug)]
pub enum Denied {
    /// There is no such record in any organisation that the person belongs to. Missing and another
    /// organisation's are the same answer, found by the same query.
    NotFound,
    /// The record is the person's organisation's, but not theirs. The refusal was recorded.
    Refused,
    /// The database could not be asked, or the refusal or view not recorded.
    Unavailable(anyhow::Error),
}

impl From<NotRecorded> for Denied {
    fn from(error: NotRecorded) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<sqlx::Error> for Denied {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}

/// Puts a refusal on record.
async fn refuse(db: &store::Db, event: &Event) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    audit::record(&mut tx, event).await?;
    tx.commit().await
}
