//! One entry of the supervision record: what it says, what it said before, what to do about it.

use super::body::Body;
use super::dossier::about;
use super::entries::{add, key, typed};
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use super::timeline::{details, entered, flag};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::form::Fields;
use crate::domain::form::posted::control;
use crate::domain::identifiers::{EntryId, PatientId};
use crate::domain::people::Action;
use crate::domain::prompts::prompts;
use crate::domain::protocol;
use crate::domain::timeline::noted::Effect;
use crate::domain::timeline::typed::{EntryKind, read, typed_of};
use crate::domain::timeline::{Matter, Withdrawn};
use crate::pages::one_entry::{Earlier, OneEntryPage, ReviewLine, Told, one_entry_page};
use crate::server::access::{self, Actor, Allowed, KeepRecord, ReviewReport, ViewPatient};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::entries::{Added, Signed};
use crate::server::store::{entries, new_id, other_papers, patients, protocol as rows};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Longest reason or review, in characters.
const LONGEST: usize = 2_000;

fn ids(patient: &str, entry: &str) -> Result<(PatientId, EntryId), Failure> {
    Ok((
        PatientId::parse(patient).map_err(|_| Failure::NotFound)?,
        EntryId::parse(entry).map_err(|_| Failure::NotFound)?,
    ))
}

/// The entry with its history. An address of an earlier text leads to what stands.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, entry)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (id, entry) = ids(&patient, &entry)?;
    let proof = access::view(&app, &actor, &id, "view-entry", entry.as_str()).await?;
    let chain = entries::chain(&app.db, &proof, &entry).await?;
    let told = told_fields(chain.last().map(|s| &s.entry.matter));
    respond(&app, &actor, &proof, &chain, Typed::new(told)).await
}

/// What was typed into the forms of the page.
struct Typed {
    told: Fields,
    reason: String,
    review: String,
    errors: Vec<FieldError>,
}

impl Typed {
    fn new(told: Fields) -> Self {
        Self {
            told,
            reason: String::new(),
            review: String::new(),
            errors: vec![],
        }
    }
}

/// The fields of an event that say when MHCS was told and what it replied.
fn is_told(name: &str) -> bool {
    name.starts_with("told-") || name.starts_with("reply")
}

fn told_fields(matter: Option<&Matter>) -> Fields {
    matter.map(typed_of).unwrap_or_default().only(is_told)
}

async fn respond(
    app: &App,
    actor: &Actor,
    proof: &Allowed<ViewPatient>,
    chain: &[Signed],
    typed: Typed,
) -> Result<Response, Failure> {
    let (Some(first), Some(newest)) = (chain.first(), chain.last()) else {
        return Err(Failure::NotFound);
    };
    let matter = &newest.entry.matter;
    let withdrawn = matches!(matter, Matter::Withdrawn(_));
    let patient = patients::load(&app.db, proof).await?;
    let path = format!("/patients/{}", patient.id);
    let confirmed = rows::rows(&app.db, proof).await?;
    let event = match matter {
        Matter::Event(e) => app.kinds.event(&e.kind),
        _ => None,
    };
    let effect = app.kinds.of(matter).and_then(EntryKind::effect);
    let same = match matter {
        Matter::Contact(c) => {
            entries::same_contact(&app.db, proof, c, &newest.entry.id, &newest.entry.by).await?
        }
        _ => vec![],
    };
    let first_id = first.entry.id.to_string();
    let papers = other_papers::all(&app.db, proof).await?;
    let reported = entries::is_reported(&app.db, proof, &first.entry.id).await? || was_told(chain);
    let keeps = proof.may(Action::KeepRecord);
    let failed = !typed.errors.is_empty();
    let is_event = matches!(matter, Matter::Event(_));
    let data = OneEntryPage {
        path: format!("{path}/entries/{}", newest.entry.id),
        papers_path: format!("{path}/papers"),
        first: first_id.clone(),
        kind: matter.kind_in_words().to_owned(),
        heading: matter.in_words(),
        flag: flag(matter),
        details: details(matter),
        entered: entered(newest),
        earlier: chain
            .iter()
            .rev()
            .skip(1)
            .map(|s| Earlier {
                entered: entered(s),
                heading: s.entry.matter.in_words(),
                details: details(&s.entry.matter),
            })
            .collect(),
        same: same
            .iter()
            .map(|s| (format!("{path}/entries/{}", s.entry.id), entered(s)))
            .collect(),
        protocol: event.map(|e| protocol::row(e, confirmed.get(&e.id))),
        prompts: if withdrawn {
            vec![]
        } else {
            prompts(
                &patient.record,
                matter,
                effect,
                |event| confirmed.contains_key(event),
                app.clock.today(),
            )
        },
        happened: format!("{path}/happened"),
        effect: effect.filter(|_| !withdrawn).and_then(|e| match e {
            Effect::Recall => Some("No report falls due until a new discharge is recorded."),
            Effect::End => Some("No report falls due any more."),
            Effect::Move | Effect::Nights => None,
        }),
        papers: papers
            .iter()
            .filter(|p| p.about == first_id)
            .map(|p| {
                let stands = match p.given_on {
                    Some(on) => format!("sent on {}", day_in_words(on)),
                    None if p.made_at.is_some() => "made; not recorded as sent".into(),
                    None => "draft".into(),
                };
                let words = crate::domain::paper::kind(&p.form_id)
                    .map_or(p.form_id.clone(), |k| k.words.to_owned());
                (format!("{path}/papers/{}", p.id), words, stands)
            })
            .collect(),
        reviews: entries::reviews(&app.db, proof, &first.entry.id)
            .await?
            .into_iter()
            .map(|r| ReviewLine {
                words: r.words,
                by: format!("{}, {}", r.name, moment_in_words(r.at)),
            })
            .collect(),
        corrects: keeps && !withdrawn,
        withdraws: keeps && !withdrawn && !(is_event && reported),
        reported: is_event && reported,
        reviews_events: is_event && proof.may(Action::ReviewReport),
        told: (is_event && keeps).then(|| Told {
            id: new_id(),
            key: key(),
            fields: typed.told,
            errors: typed.errors.clone(),
        }),
        reason: typed.reason,
        review: typed.review,
        errors: typed.errors,
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = format!("{}{}", if failed { "Error: " } else { "" }, data.kind);
    let chrome = Chrome {
        back: Some((
            format!("{path}/record"),
            "Back to the supervision record".into(),
        )),
        about: Some(about(&patient)),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || one_entry_page(&data)).await)
}

/// Whether MHCS is recorded as told in any text of an event.
fn was_told(chain: &[Signed]) -> bool {
    chain
        .iter()
        .any(|s| matches!(&s.entry.matter, Matter::Event(e) if e.told_mhcs_on.is_some()))
}

/// Records when and how MHCS was told of an event, and what it replied: the event is corrected, so that
/// the report and everything else that reads it knows.
///
/// # Errors
/// [`Failure`].
pub async fn told(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, entry)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let (id, entry) = ids(&patient, &entry)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let new = EntryId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    let chain = entries::chain(&app.db, &proof, &entry).await?;
    let standing = chain.last().ok_or(Failure::NotFound)?;
    let told = typed(&body).only(is_told);
    let old = typed_of(&standing.entry.matter);
    let both: Vec<(String, String)> = old
        .iter()
        .filter(|(name, _)| !is_told(name))
        .chain(told.iter())
        .map(|(n, t)| (n.to_owned(), t.to_owned()))
        .collect();
    let mut errors = Vec::new();
    let matter = read(
        EntryKind::Event,
        &Fields::new(both),
        &app.kinds.notifiable,
        app.clock.today(),
    );
    match (&standing.entry.matter, &matter) {
        (Matter::Event(_), Ok(Matter::Event(e))) => {
            let mut wrong = |field: &str, message: &str| {
                errors.push(FieldError {
                    control: control(&key(), field),
                    message: message.to_owned(),
                });
            };
            if e.told_mhcs_on.is_none() {
                wrong("told-on.day", "Say when MHCS was told");
            }
            if e.told_mhcs_on.is_some_and(|told| told < e.on) {
                wrong(
                    "told-on.day",
                    "MHCS cannot have been told before it happened",
                );
            }
            if e.told_how.is_empty() {
                wrong(
                    "told-how.text",
                    "Say how MHCS was told, and whom you spoke to",
                );
            }
            if e.reply_on
                .is_some_and(|on| e.told_mhcs_on.is_some_and(|told| on < told))
            {
                wrong(
                    "reply-on.day",
                    "MHCS cannot have replied before it was told",
                );
            }
        }
        (_, Err(problems)) => errors.extend(problems.iter().map(|p| FieldError {
            control: control(&key(), &p.field),
            message: p.message.clone(),
        })),
        _ => return Err(Failure::NotFound),
    }
    let (Ok(matter), true) = (matter, errors.is_empty()) else {
        let typed = Typed {
            errors,
            ..Typed::new(told)
        };
        let seen = access::view(&app, &actor, &id, "view-entry", entry.as_str()).await?;
        return respond(&app, &actor, &seen, &chain, typed).await;
    };
    let patient = patients::load(&app.db, &proof).await?;
    match add(
        &app,
        &proof,
        &patient,
        &new,
        &matter,
        None,
        Some(&standing.entry.id),
    )
    .await?
    {
        Added::Stale => Err(Failure::Changed),
        _ => Ok(see_other(&format!("/patients/{id}/entries/{new}"))),
    }
}

/// Says that an entry was made in error. It stays readable and no longer counts. An event that MHCS was
/// told of, or that stands in a paper or a frozen report, cannot be withdrawn.
///
/// # Errors
/// [`Failure`].
pub async fn withdraw(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, entry)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let (id, entry) = ids(&patient, &entry)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let chain = entries::chain(&app.db, &proof, &entry).await?;
    let (Some(first), Some(standing)) = (chain.first(), chain.last()) else {
        return Err(Failure::NotFound);
    };
    let matter = &standing.entry.matter;
    let path = format!("/patients/{id}");
    if matches!(matter, Matter::Withdrawn(_)) {
        return Ok(see_other(&format!("{path}/record?show=withdrawn")));
    }
    let reason = body.get("reason").trim().to_owned();
    let is_event = matches!(matter, Matter::Event(_));
    let reported = is_event
        && (was_told(&chain) || entries::is_reported(&app.db, &proof, &first.entry.id).await?);
    let message = if reported {
        Some(
            "This event has been reported, so it cannot be withdrawn. Correct it instead: the old text is kept.",
        )
    } else if reason.is_empty() || reason.chars().count() > LONGEST {
        Some("Say why the entry is wrong, in up to 2,000 characters")
    } else {
        None
    };
    if let Some(message) = message {
        let typed = Typed {
            reason,
            errors: vec![FieldError {
                control: "reason".into(),
                message: message.to_owned(),
            }],
            ..Typed::new(told_fields(Some(matter)))
        };
        let seen = access::view(&app, &actor, &id, "view-entry", entry.as_str()).await?;
        return respond(&app, &actor, &seen, &chain, typed).await;
    }
    let withdrawal = Matter::Withdrawn(Withdrawn {
        on: matter.day(),
        was: matter.in_words(),
        reason,
    });
    let effect = app.kinds.of(matter).and_then(EntryKind::effect);
    let patient = patients::load(&app.db, &proof).await?;
    let new = EntryId::parse(&new_id()).map_err(|_| Failure::Unreadable)?;
    match add(
        &app,
        &proof,
        &patient,
        &new,
        &withdrawal,
        effect,
        Some(&standing.entry.id),
    )
    .await?
    {
        Added::Stale => Err(Failure::Changed),
        _ => Ok(see_other(&format!("{path}/entries/{new}"))),
    }
}

/// A manager's word on an event, after the fact.
///
/// # Errors
/// [`Failure`].
pub async fn review(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, entry)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let (id, entry) = ids(&patient, &entry)?;
    let proof = access::prove::<ReviewReport>(&app, &actor, &id).await?;
    let chain = entries::chain(&app.db, &proof, &entry).await?;
    let first = chain.first().ok_or(Failure::NotFound)?;
    let words = body.get("review").trim().to_owned();
    if words.is_empty() || words.chars().count() > LONGEST {
        let matter = chain.last().map(|s| &s.entry.matter);
        let typed = Typed {
            review: words,
            errors: vec![FieldError {
                control: "review".into(),
                message: "Say what you found, in up to 2,000 characters".into(),
            }],
            ..Typed::new(told_fields(matter))
        };
        let seen = access::view(&app, &actor, &id, "view-entry", entry.as_str()).await?;
        return respond(&app, &actor, &seen, &chain, typed).await;
    }
    let mut tx = app.db.begin().await?;
    entries::review(&mut tx, &proof, &first.entry.id, &words).await?;
    audit::record(
        &mut tx,
        &proof.event("review-event", first.entry.id.as_str()),
    )
    .await?;
    tx.commit().await?;
    Ok(see_other(&format!("/patients/{id}/entries/{entry}")))
}
