//! The start page and the pages that anybody may read.

use super::failure::Failure;
use super::notices::notice_line;
use super::render::{chrome, page};
use crate::components::layout::Chrome;
use crate::domain::calendar::{add_days, day_in_words};
use crate::domain::caseload::{Deadline, deadline};
use crate::domain::people::Role;
use crate::domain::report::State as Stage;
use crate::domain::schedule::Timeliness;
use crate::pages::home::{HomePage, PatientLine, Waiting, home_page};
use crate::pages::information::{
    accessibility_page, cookies_page, help_page, licences_page, privacy_page,
    something_has_happened_page,
};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::auth::{sessions, sign_on};
use crate::server::store::notices;
use crate::server::store::patients::lists::{self, Latest, Listed, Owing};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// Most patients on the start page, those due first; the caseload has them all, page by page.
const MOST: usize = 50;

/// The start page.
///
/// # Errors
/// [`Failure`].
pub async fn home(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let today = app.clock.today();
    let listed = lists::with_reports(&app.db, actor.asks(), today).await?;
    let mut listed: Vec<(Option<Deadline>, Listed)> = listed
        .into_iter()
        .map(|l| (at_hand(&l, today), l))
        .collect();
    // What is due first stands first; by name where two are due together.
    listed.sort_by_key(|(deadline, _)| deadline.map_or(NaiveDate::MAX, |d| d.on));
    let data = HomePage {
        waiting: listed
            .iter()
            .flat_map(|(deadline, l)| {
                waiting(l, *deadline, &actor, today)
                    .into_iter()
                    .chain(owed(l, &actor))
            })
            .collect(),
        notices: notices::of_person(&app.db, actor.asks(), today, false)
            .await?
            .iter()
            .map(notice_line)
            .collect(),
        patients: listed
            .iter()
            .take(MOST)
            .map(|(deadline, l)| line(l, *deadline))
            .collect(),
        total: listed.len(),
        roles: actor
            .memberships
            .iter()
            .map(|m| m.role.words().to_owned())
            .collect(),
    };
    Ok(page(
        &app,
        StatusCode::OK,
        chrome(&actor, "Your patients"),
        move || home_page(&data),
    )
    .await)
}

/// What a report waits for, if it waits for this person.
fn waiting(
    listed: &Listed,
    deadline: Option<Deadline>,
    actor: &Actor,
    today: NaiveDate,
) -> Option<Waiting> {
    let latest = listed.latest.as_ref()?;
    let (role, words, rest) = match latest.state {
        Stage::Drafting if deadline.is_some_and(|d| today > d.on) => {
            (Role::SocialSupervisor, "late and still being written", "")
        }
        Stage::Drafting if deadline.is_some_and(|d| d.on <= add_days(today, 7)) => (
            Role::SocialSupervisor,
            "due within 7 days and still being written",
            "",
        ),
        Stage::Returned => (
            Role::SocialSupervisor,
            "returned by the line manager with comments",
            "",
        ),
        Stage::WithManager => (Role::LineManager, "report to check and sign off", "/review"),
        Stage::SecondLook => (
            Role::LineManager,
            "Part C differs from Part B: look again",
            "/review",
        ),
        Stage::Approved | Stage::WithClinicalSupervisor => {
            (Role::ClinicalSupervisor, "Part C to complete", "")
        }
        Stage::FinalCheck => (Role::SocialSupervisor, "final check, then freeze", "/check"),
        Stage::ReadyToSend => (
            Role::SocialSupervisor,
            "ready to send; not yet sent to MHCS",
            "/finished",
        ),
        _ => return None,
    };
    is_turn(actor, role, &latest.author).then(|| Waiting {
        path: format!("/reports/{}{rest}", latest.id),
        patient: listed.patient.record.full_name(),
        words: words.to_owned(),
    })
}

/// An author waits for nobody but themselves, a reviewer for nobody's own report.
fn is_turn(actor: &Actor, role: Role, author: &str) -> bool {
    let mine = author == actor.person.as_str();
    actor.is(role) && (role == Role::SocialSupervisor) == mine
}

/// What is still owed of reports that went out exceptionally, if this person owes it.
fn owed<'a>(listed: &'a Listed, actor: &'a Actor) -> impl Iterator<Item = Waiting> + 'a {
    let of = |owing: &'a Owing| {
        let review = owing.review.then_some((
            Role::LineManager,
            "sent without your sign-off: review it now",
            "/review",
        ));
        let part_c = owing.part_c.then_some((
            Role::SocialSupervisor,
            "sent without Part C: correct it when Part C has come",
            "/correct",
        ));
        let owed = review.into_iter().chain(part_c);
        owed.filter(|(role, ..)| is_turn(actor, *role, &owing.author))
            .map(|(_, words, rest)| Waiting {
                path: format!("/reports/{}{rest}", owing.id),
                patient: listed.patient.record.full_name(),
                words: words.to_owned(),
            })
    };
    listed.owing.iter().flat_map(of)
}

/// The due date at hand.
fn at_hand(listed: &Listed, today: NaiveDate) -> Option<Deadline> {
    let newest = listed.latest.as_ref().map(Latest::newest);
    let (record, counting) = (&listed.patient.record, &listed.patient.counting);
    deadline(record, counting, newest, &listed.late_told, today)
}

fn line(listed: &Listed, deadline: Option<Deadline>) -> PatientLine {
    let open = listed
        .latest
        .as_ref()
        .filter(|latest| !latest.state.is_sent());
    let timeliness = deadline.map(|d| d.timeliness);
    PatientLine {
        path: format!("/patients/{}", listed.patient.id),
        name: listed.patient.record.full_name(),
        reference: listed.patient.record.mhcs_reference.clone(),
        due: deadline.map(|d| day_in_words(d.on)).unwrap_or_default(),
        timeliness: timeliness.map_or("Nothing falls due", Timeliness::words),
        tag: timeliness.map_or("nhsuk-tag--grey", timeliness_tag),
        report: open.map(|latest| {
            (
                format!("/reports/{}", latest.id),
                latest.state.words().to_owned(),
            )
        }),
    }
}

/// The tag's colour: never the only sign, the words stand in it.
#[must_use]
pub fn timeliness_tag(timeliness: Timeliness) -> &'static str {
    match timeliness {
        Timeliness::NotYetDue => "nhsuk-tag--grey",
        Timeliness::DueSoon => "nhsuk-tag--blue",
        Timeliness::DueVerySoon => "nhsuk-tag--yellow",
        Timeliness::LateTold => "nhsuk-tag--orange",
        Timeliness::LateNotTold => "nhsuk-tag--red",
    }
}

fn public(title: &str) -> Chrome {
    Chrome {
        title: title.to_owned(),
        back: Some(("/".into(), "Back to the start".into())),
        ..Chrome::default()
    }
}

/// Help.
pub async fn help(State(app): State<App>) -> Response {
    page(&app, StatusCode::OK, public("Help"), help_page).await
}

/// What to do when something has happened.
pub async fn something_has_happened(State(app): State<App>) -> Response {
    page(
        &app,
        StatusCode::OK,
        public("Something has happened"),
        something_has_happened_page,
    )
    .await
}

/// Accessibility statement.
pub async fn accessibility(State(app): State<App>) -> Response {
    page(
        &app,
        StatusCode::OK,
        public("Accessibility statement"),
        accessibility_page,
    )
    .await
}

/// What the service is made of, and under which licences.
pub async fn licences(State(app): State<App>) -> Response {
    page(&app, StatusCode::OK, public("Licences"), licences_page).await
}

/// What is kept about whom.
pub async fn privacy(State(app): State<App>) -> Response {
    page(&app, StatusCode::OK, public("Privacy"), privacy_page).await
}

/// Cookies.
pub async fn cookies(State(app): State<App>) -> Response {
    let names = [
        sessions::cookie_name(&app.settings),
        sign_on::cookie_name(&app.settings),
    ];
    page(&app, StatusCode::OK, public("Cookies"), move || {
        cookies_page(names)
    })
    .await
}
