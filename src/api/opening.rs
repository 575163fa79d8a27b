//! Who may open one patient's record besides its team: a restricted record's people, and people of
//! another organisation who work on it. What is changed here is changed with one's password again.

use super::body::Body;
use super::dossier::about;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use super::signing::password_error;
use super::step::{Reading, respond_alone, typed_day};
use crate::components::layout::Chrome;
use crate::domain::calendar::{day_in_words, less_days};
use crate::domain::identifiers::{PatientId, PersonId};
use crate::domain::people::{Role, is_email};
use crate::pages::opening::{OpeningPage, opening_page};
use crate::pages::step::{Field, StepPage};
use crate::server::access::{self, Actor, Allowed, ControlAccess};
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::clock::moment_in_words;
use crate::server::store::Tx;
use crate::server::store::patients::{self, access as store};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// Longest time that somebody of another organisation is let in for at once, in days: a grant that
/// nobody looks at again would outlive its reason. Our choice.
const LONGEST_GRANT: u64 = 366;

fn parse(patient: &str) -> Result<PatientId, Failure> {
    PatientId::parse(patient).map_err(|_| Failure::NotFound)
}

/// Who may open the record, and the ways to change it.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = parse(&patient)?;
    let proof = access::prove::<ControlAccess>(&app, &actor, &id).await?;
    access::view(&app, &actor, &id, "view-access", id.as_str()).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let grants = store::grants(&app.db, &proof, app.clock.today()).await?;
    let data = OpeningPage {
        path: format!("/patients/{id}/access"),
        restricted: store::restricted_since(&app.db, &proof)
            .await?
            .map(moment_in_words),
        named: words(store::named(&app.db, &proof).await?),
        joint: grants
            .iter()
            .map(|g| {
                format!(
                    "{}, as {}, {} to {}: {}. Let in by {}",
                    g.words,
                    g.role.words().to_lowercase(),
                    day_in_words(g.from),
                    day_in_words(g.to),
                    g.reason,
                    g.granted_by
                )
            })
            .collect(),
    };
    let chrome = Chrome {
        back: Some((format!("/patients/{id}"), "Back to the patient".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, "Who may open this record")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || opening_page(&data)).await)
}

fn words(people: Vec<store::Someone>) -> Vec<String> {
    people.into_iter().map(|(_, words)| words).collect()
}

/// A change to who may open the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Restrict,
    Lift,
    Name,
    Unname,
    Grant,
    EndGrant,
}

impl Step {
    fn named(name: &str) -> Result<Self, Failure> {
        match name {
            "restrict" => Ok(Self::Restrict),
            "lift" => Ok(Self::Lift),
            "name" => Ok(Self::Name),
            "unname" => Ok(Self::Unname),
            "grant" => Ok(Self::Grant),
            "end-grant" => Ok(Self::EndGrant),
            _ => Err(Failure::NotFound),
        }
    }

    /// Heading, what it does, and the button; as the audit calls it.
    fn words(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Restrict => (
                "Restrict this record to named people",
                "For example when the patient is a relative of somebody here, or known to the public. Only the people whom the record names can open it; to everybody else it is as if it were not there, and every try is on record. You are named first; then name the others.",
                "Restrict the record",
                "restrict-record",
            ),
            Self::Lift => (
                "Lift the restriction",
                "The record opens again for everybody whose role lets them.",
                "Lift the restriction",
                "lift-restriction",
            ),
            Self::Name => (
                "Name somebody on this record",
                "A name opens nothing by itself: what they may do is still what their role and the allocation say.",
                "Name them",
                "name-on-record",
            ),
            Self::Unname => (
                "Take a name off this record",
                "They can no longer open it, from now on. Nobody takes their own name off: somebody must answer for the record.",
                "Take the name off",
                "take-name-off-record",
            ),
            Self::Grant => (
                "Let somebody of another organisation work on this record",
                "For joint working of a trust and a council: one person, this one patient, until a day. They can read and keep the record and write their part of the report. Allocating, reviewing and releasing stay with your organisation.",
                "Let them in",
                "grant-joint-working",
            ),
            Self::EndGrant => (
                "End somebody’s joint working",
                "They can no longer open the record, from now on.",
                "End it",
                "end-joint-working",
            ),
        }
    }
}

/// What a step needs to know.
struct Place {
    proof: Allowed<ControlAccess>,
    step: Step,
    /// Whom the step can be about.
    people: Vec<(String, String)>,
}

impl Place {
    async fn of(app: &App, actor: &Actor, patient: &str, step: &str) -> Result<Self, Failure> {
        let id = parse(patient)?;
        let proof = access::prove::<ControlAccess>(app, actor, &id).await?;
        let step = Step::named(step)?;
        let restricted = store::restricted_since(&app.db, &proof).await?.is_some();
        if matches!(step, Step::Lift | Step::Name | Step::Unname) && !restricted
            || step == Step::Restrict && restricted
        {
            return Err(Failure::NotFound);
        }
        let named = store::named(&app.db, &proof).await?;
        let of = |all: Vec<store::Someone>| -> Vec<(String, String)> {
            let pair = |(id, words): store::Someone| (id.to_string(), words);
            all.into_iter().map(pair).collect()
        };
        let people = match step {
            Step::Name => {
                let all = store::nameable(&app.db, &proof).await?;
                of(all.into_iter().filter(|p| !named.contains(p)).collect())
            }
            Step::Unname => of(named.into_iter().filter(|p| p.0 != actor.person).collect()),
            Step::EndGrant => {
                let grants = store::grants(&app.db, &proof, app.clock.today()).await?;
                grants.into_iter().map(|g| (g.id, g.words)).collect()
            }
            _ => vec![],
        };
        Ok(Self {
            proof,
            step,
            people,
        })
    }

    fn fields(&self, body: &Body) -> Vec<Field> {
        let value = |name: &str| body.get(name).to_owned();
        let reason = Field::Line {
            name: "reason",
            label: "Why?",
            hint: Some("For the audit. Nothing clinical."),
            value: value("reason"),
        };
        match self.step {
            Step::Restrict | Step::Lift => vec![reason, Field::Password],
            Step::Name | Step::Unname | Step::EndGrant => vec![
                Field::Pick {
                    name: "person",
                    legend: "Who?",
                    hint: None,
                    options: self.people.clone(),
                    value: value("person"),
                },
                Field::Password,
            ],
            Step::Grant => vec![
                Field::Line {
                    name: "email",
                    label: "E-mail address of their account",
                    hint: Some("They sign in with it at their own organisation."),
                    value: value("email"),
                },
                Field::Pick {
                    name: "role",
                    legend: "As what?",
                    hint: None,
                    options: [Role::SocialSupervisor, Role::ClinicalSupervisor]
                        .map(|r| (r.name().to_owned(), r.words().to_owned()))
                        .to_vec(),
                    value: value("role"),
                },
                Field::Day {
                    name: "from/",
                    label: "First day",
                    hint: None,
                    value: typed_day(body, "from/"),
                },
                Field::Day {
                    name: "to/",
                    label: "Last day",
                    hint: Some("At most a year ahead; it can be given again."),
                    value: typed_day(body, "to/"),
                },
                reason,
                Field::Password,
            ],
        }
    }
}

/// The page of a step.
///
/// # Errors
/// [`Failure`].
pub async fn show_step(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, step)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &patient, &step).await?;
    let body = Body::default();
    respond(&app, &actor, &place, &body, Reading::of(&body)).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    place: &Place,
    body: &Body,
    reading: Reading<'_>,
) -> Result<Response, Failure> {
    let id = place.proof.patient();
    access::view(app, actor, id, "view-access", id.as_str()).await?;
    let patient = patients::load(&app.db, &place.proof).await?;
    let (heading, lead, button, _) = place.step.words();
    let nobody =
        place.people.is_empty() && matches!(place.step, Step::Name | Step::Unname | Step::EndGrant);
    let mut lead = vec![lead.to_owned()];
    if nobody {
        lead.push("There is nobody to choose.".into());
    }
    let step = match place.step {
        Step::Restrict => "restrict",
        Step::Lift => "lift",
        Step::Name => "name",
        Step::Unname => "unname",
        Step::Grant => "grant",
        Step::EndGrant => "end-grant",
    };
    let data = StepPage {
        heading: heading.into(),
        lead,
        action: format!("/patients/{id}/access/{step}"),
        fields: if nobody { vec![] } else { place.fields(body) },
        button,
        errors: reading.errors,
        ..StepPage::default()
    };
    let chrome = Chrome {
        back: Some((
            format!("/patients/{id}/access"),
            "Back to who may open this record".into(),
        )),
        about: Some(about(&patient)),
        ..chrome(actor, "")
    };
    Ok(respond_alone(app, chrome, data).await)
}

/// What was read of a form, by step.
enum Change {
    Restrict,
    Lift,
    Name(PersonId),
    Unname(PersonId),
    Grant(PersonId, Role, NaiveDate, NaiveDate),
    EndGrant(String),
}

async fn read(
    app: &App,
    place: &Place,
    body: &Body,
    reading: &mut Reading<'_>,
) -> Result<Option<Change>, Failure> {
    let chosen = place
        .people
        .iter()
        .map(|(id, _)| id)
        .find(|id| *id == body.get("person"));
    let person = chosen.and_then(|id| PersonId::parse(id).ok());
    if chosen.is_none() && matches!(place.step, Step::Name | Step::Unname | Step::EndGrant) {
        reading.wrong("person", "Choose who");
    }
    Ok(match place.step {
        Step::Restrict => Some(Change::Restrict),
        Step::Lift => Some(Change::Lift),
        Step::Name => person.map(Change::Name),
        Step::Unname => person.map(Change::Unname),
        Step::EndGrant => chosen.cloned().map(Change::EndGrant),
        Step::Grant => {
            let today = app.clock.today();
            let email = body.get("email").trim();
            let whose = if is_email(email) {
                store::of_another(&app.db, &place.proof, email).await?
            } else {
                None
            };
            if whose.is_none() {
                reading.wrong(
                    "email",
                    "Give the e-mail address of an account of another organisation. People of your own are allocated instead",
                );
            }
            let role = Role::named(body.get("role"))
                .filter(|r| matches!(r, Role::SocialSupervisor | Role::ClinicalSupervisor));
            if role.is_none() {
                reading.wrong("role", "Choose as what they work");
            }
            let from = reading.day_from("from/", today, "They can be let in from today on");
            let first = from.unwrap_or(today);
            let to = reading.day_from("to/", first, "The last day cannot be before the first");
            if to.is_some_and(|to| less_days(to, LONGEST_GRANT) > first) {
                reading.wrong(
                    "to/day",
                    "Choose a last day within a year: it can be given again",
                );
            }
            match (whose, role, from, to) {
                (Some(who), Some(role), Some(from), Some(to)) => {
                    Some(Change::Grant(who, role, from, to))
                }
                _ => None,
            }
        }
    })
}

/// Takes a step.
///
/// # Errors
/// [`Failure`].
pub async fn take(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, step)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &patient, &step).await?;
    let mut reading = Reading::of(&body);
    let change = read(&app, &place, &body, &mut reading).await?;
    let asks_why = matches!(place.step, Step::Restrict | Step::Lift | Step::Grant);
    let reason = if asks_why {
        reading.line("reason", "Say why")
    } else {
        String::new()
    };
    reading
        .errors
        .extend(password_error(&app, &actor, &body).await?);
    let (Some(change), true) = (change, reading.errors.is_empty()) else {
        return respond(&app, &actor, &place, &body, reading).await;
    };
    let mut tx = app.db.begin().await?;
    let subject = apply(&mut tx, &actor, &place.proof, change, &reason).await?;
    let event = Event {
        reason: asks_why.then_some(reason),
        ..place.proof.event(place.step.words().3, &subject)
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(see_other(&format!(
        "/patients/{}/access",
        place.proof.patient()
    )))
}

/// Changes who may open the record. Gives whom or what it was about.
async fn apply(
    tx: &mut Tx,
    actor: &Actor,
    proof: &Allowed<ControlAccess>,
    change: Change,
    reason: &str,
) -> Result<String, Failure> {
    Ok(match change {
        Change::Restrict => {
            store::restrict(tx, proof, true).await?;
            store::name_if_restricted(tx, proof, &actor.person).await?;
            proof.patient().to_string()
        }
        Change::Lift => {
            store::restrict(tx, proof, false).await?;
            proof.patient().to_string()
        }
        Change::Name(person) => {
            store::name_if_restricted(tx, proof, &person).await?;
            person.to_string()
        }
        Change::Unname(person) => {
            store::unname(tx, proof, &person).await?;
            person.to_string()
        }
        Change::Grant(person, role, from, to) => {
            let new = store::NewGrant {
                person: &person,
                role,
                from,
                to,
                reason,
            };
            let id = store::grant(tx, proof, &new).await?;
            store::name_if_restricted(tx, proof, &person).await?;
            id
        }
        Change::EndGrant(id) => {
            if !store::end_grant(tx, proof, &id).await? {
                return Err(Failure::NotFound);
            }
            id
        }
    })
}
