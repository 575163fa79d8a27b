//! Somebody leaves the organisation: their sessions end at once, their patients go to somebody else or
//! are flagged to the line managers as without a supervisor, their unfinished reports are told of.
//!
//! Whoever does this looks after accounts and opens no record: the page counts and names nobody.

use super::{Place, in_words, typed};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::record::keep;
use crate::api::render::{chrome, page, see_other, status_and_title};
use crate::api::signing::password_error;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::less_days;
use crate::domain::identifiers::PersonId;
use crate::domain::notice::Kind;
use crate::domain::patient::allocation::{Allocation, allocate, leave as left, supervises};
use crate::domain::patient::edit::{Change, Why};
use crate::domain::people::Role;
use crate::pages::leaving::{LeavingPage, Load, leaving_page};
use crate::server::access::handing_over::hand_over;
use crate::server::access::{Actor, Allowed, HandOver};
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::store::patients::access::{end_grants_of, name_if_restricted};
use crate::server::store::patients::allocation::{Candidate, successors};
use crate::server::store::patients::cover::end_covers_by;
use crate::server::store::patients::{self, versions};
use crate::server::store::staff::leaving::{self, Held};
use crate::server::store::{Tx, invitations, notices, sessions, staff};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Patients of one role in one team, who go to one successor or to nobody yet.
struct Share {
    role: Role,
    team: (String, String),
    patients: usize,
    candidates: Vec<Candidate>,
}

impl Share {
    fn control(&self) -> String {
        format!("successor/{}/{}", self.role.name(), self.team.0)
    }
}

async fn shares(
    app: &App,
    place: &Place,
    leaver: &PersonId,
    held: &[Held],
) -> Result<Vec<Share>, Failure> {
    let mut shares: Vec<Share> = Vec::new();
    for h in held.iter().filter(|h| supervises(h.role).is_some()) {
        if let Some(share) = shares
            .iter_mut()
            .find(|s| s.role == h.role && s.team.0 == h.team.0)
        {
            share.patients += 1;
            continue;
        }
        let all = successors(&app.db, &place.proof, &h.team.0).await?;
        let able = |c: &Candidate| c.role == h.role && c.person != *leaver;
        shares.push(Share {
            role: h.role,
            team: h.team.clone(),
            patients: 1,
            candidates: all.into_iter().filter(able).collect(),
        });
    }
    Ok(shares)
}

/// What they hold, and the form.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let member = place.member(&app, &person).await?;
    respond(&app, &actor, &place, &member, BTreeMap::new(), vec![]).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    place: &Place,
    member: &staff::Member,
    typed: BTreeMap<String, String>,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let held = leaving::held(&app.db, &place.proof, &member.id, app.clock.today()).await?;
    let shares = shares(app, place, &member.id, &held).await?;
    let (status, title) = status_and_title(!errors.is_empty(), "Somebody leaves");
    let data = LeavingPage {
        action: place.path(&format!("/people/{}/leave", member.id)),
        organisation: place.organisation.name.clone(),
        name: member.name.clone(),
        roles: member.roles.iter().map(in_words).collect(),
        oneself: member.id == actor.person,
        loads: shares
            .iter()
            .map(|s| Load {
                control: s.control(),
                role: s.role.words(),
                team: s.team.1.clone(),
                patients: s.patients,
                successors: s
                    .candidates
                    .iter()
                    .map(|c| {
                        let words = format!("{}, {}", c.contact.name, c.contact.job_title);
                        (c.person.to_string(), words)
                    })
                    .collect(),
            })
            .collect(),
        reviews: held.iter().filter(|h| h.role == Role::LineManager).count(),
        unfinished: leaving::unfinished(&app.db, &place.proof, &member.id)
            .await?
            .len(),
        without_manager: leaving::sole_manager_of(&app.db, &place.proof, &member.id).await?,
        typed,
        errors,
    };
    let chrome = Chrome {
        back: Some((
            place.path(&format!("/people/{}", member.id)),
            format!("Back to {}", member.name),
        )),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || leaving_page(&data)).await)
}

/// Who takes over, as chosen for each share; none for "nobody yet".
fn chosen(shares: &[Share], body: &Body) -> Result<Vec<Option<Candidate>>, FieldError> {
    shares
        .iter()
        .map(|share| {
            let value = body.get(&share.control());
            let named = share.candidates.iter().find(|c| c.person.as_str() == value);
            if value == "nobody" || named.is_some() {
                return Ok(named.cloned());
            }
            Err(FieldError {
                control: share.control(),
                message: format!("Choose who takes over in {}, or “Nobody yet”", share.team.1),
            })
        })
        .collect()
}

/// Lets somebody leave.
///
/// # Errors
/// [`Failure`].
pub async fn leave(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, person)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let place = Place::of(&app, &actor, &organisation).await?;
    let member = place.member(&app, &person).await?;
    let today = app.clock.today();
    let mut errors = Vec::new();
    if member.id == actor.person {
        errors.push(FieldError {
            control: "password".into(),
            message: "Another administrator ends your own account here".into(),
        });
    }
    errors.extend(password_error(&app, &actor, &body).await?);
    let mut tx = app.db.begin().await?;
    // Read once the transaction has begun, so that on SQLite nothing can be added in between.
    let held = leaving::held(&app.db, &place.proof, &member.id, today).await?;
    let shares = shares(&app, &place, &member.id, &held).await?;
    let successors = match chosen(&shares, &body) {
        Ok(successors) => successors,
        Err(error) => {
            errors.insert(0, error);
            vec![]
        }
    };
    if errors.is_empty()
        && member.is(Role::Administrator)
        && staff::other_administrators(&mut tx, &place.proof, &member.id).await? == 0
    {
        errors.push(FieldError {
            control: "password".into(),
            message: staff::LAST_ADMINISTRATOR.into(),
        });
    }
    if !errors.is_empty() {
        drop(tx);
        return respond(&app, &actor, &place, &member, typed(&body), errors).await;
    }
    let unfinished = leaving::unfinished(&app.db, &place.proof, &member.id).await?;
    // First, so that nobody who leaves is told of what they leave behind.
    staff::set_roles(&mut tx, &place.proof, &member.id, &[]).await?;
    sessions::end_all(&mut tx, &member.id, None, place.proof.at()).await?;
    end_grants_of(&mut tx, &member.id, place.proof.at()).await?;
    // A link to them would let them in again, and one that they made would let in whom they chose.
    let mut links = invitations::close_for(&mut tx, &place.proof, &member.email).await?;
    links += invitations::close_made_by(&mut tx, &place.proof, &member.id).await?;
    leaving::take_names_off(&mut tx, &place.proof, &member.id).await?;
    end_covers_by(&mut tx, &member.id, place.proof.at()).await?;
    let disabled = staff::disable_if_nowhere(&mut tx, &member.id, place.proof.at()).await?;
    let mut before: Option<&Held> = None;
    for h in &held {
        // Several times of one patient are one handing over.
        if before.is_some_and(|b| b.patient == h.patient) {
            continue;
        }
        before = Some(h);
        let proof = hand_over(&actor, &place.proof, h).ok_or(Failure::Refused)?;
        let to: Vec<&Candidate> = shares
            .iter()
            .zip(&successors)
            .filter(|(s, _)| {
                let mine = |x: &&Held| x.patient == h.patient && x.role == s.role;
                s.team.0 == h.team.0 && held.iter().any(|x| mine(&x))
            })
            .filter_map(|(_, c)| c.as_ref())
            .collect();
        let reports = unfinished.iter().filter(|(p, _)| *p == h.patient);
        let reports: Vec<&str> = reports.map(|(_, r)| r.as_str()).collect();
        pass_on(&app, &mut tx, &proof, &member, today, &to, &reports).await?;
    }
    let event = Event {
        reason: Some(format!(
            "{} patients passed on or flagged; {links} unused links closed; account {}",
            held.len(),
            if disabled {
                "disabled"
            } else {
                "kept: they belong elsewhere too"
            }
        )),
        ..place.proof.event("leave", member.id.as_str())
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(see_other(&place.path("/people")))
}

/// Takes one patient from the leaver and gives them to who takes over, or tells the managers that
/// nobody has.
async fn pass_on(
    app: &App,
    tx: &mut Tx,
    proof: &Allowed<HandOver>,
    leaver: &staff::Member,
    today: NaiveDate,
    to: &[&Candidate],
    reports: &[&str],
) -> Result<(), Failure> {
    let locked = versions::lock(tx, proof).await?;
    let was = |role| {
        let theirs = |s: &&crate::domain::patient::Supervisor| {
            s.role == role && s.contact.email.eq_ignore_ascii_case(&leaver.email)
        };
        locked.record.supervisors.iter().rfind(theirs).cloned()
    };
    let mut record = left(&locked.record, &leaver.email, today);
    leaving::end(tx, proof, &leaver.id, today).await?;
    let id = locked.id.as_str();
    for candidate in to {
        let Some(role) = supervises(candidate.role) else {
            continue;
        };
        // Beside a supervisor who stays, whoever comes covers: they end nobody's time.
        let stays = record.supervisors.iter().any(|s| {
            s.role == role && !s.cover && s.from <= today && s.to.is_none_or(|to| to >= today)
        });
        let cover = stays || was(role).is_some_and(|s| s.cover);
        let to_day = was(role).filter(|_| cover).and_then(|s| s.to);
        // Somebody who began today keeps today: the next day is the successor's first.
        let last = was(role).map_or(less_days(today, 1), |s| {
            crate::domain::patient::allocation::last_day_of_leaver(s.from.min(today), today)
        });
        let from = crate::domain::calendar::add_days(last, 1);
        let new = Allocation {
            role,
            contact: candidate.contact.clone(),
            cover,
            from,
            to: to_day,
        };
        // Where they do so already there is nothing to add.
        if let Ok((next, _)) = allocate(&record, &new) {
            record = next;
            name_if_restricted(tx, proof, &candidate.person).await?;
            patients::assign(
                tx,
                &locked.id,
                &candidate.person,
                candidate.role,
                from,
                to_day,
            )
            .await?;
        }
        let told = [candidate.person.clone()];
        notices::tell(tx, proof, Kind::Allocated, id, &told).await?;
        for report in reports {
            notices::tell(tx, proof, Kind::ReportLeft, report, &told).await?;
        }
    }
    if to.is_empty() {
        notices::tell_managers(tx, proof, Kind::Unallocated, id, today).await?;
        for report in reports {
            notices::tell_managers(tx, proof, Kind::ReportLeft, report, today).await?;
        }
    }
    if record == *locked.record {
        return Ok(());
    }
    let change = Change {
        part: "supervisors".into(),
        why: Why::Changed,
        changed_on: Some(today),
        note: "Left the organisation".into(),
    };
    keep(app, tx, proof, &locked, &record, &change).await
}
