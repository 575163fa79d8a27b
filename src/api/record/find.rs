//! Finding a patient by name, among one's own and one's team's. The name is posted, never in an address.

use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::patient::search::{SHORTEST, folded, matches};
use crate::pages::find::{FindPage, Found, find_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::store::patients::lists;
use crate::server::store::sessions;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// Where a name is asked for, and where what was found is shown.
const FIND: &str = "/find";
const RESULTS: &str = "/find/results";
/// Most patients on the page of results.
const MOST: usize = 50;
/// Longest name that is looked for, in characters.
const LONGEST: usize = 200;

/// The page that asks for a name.
pub async fn show(State(app): State<App>, Extension(actor): Extension<Actor>) -> Response {
    respond(&app, &actor, FindPage::default()).await
}

/// Takes what is looked for and leads to the results. It stands in no address, and the page that answers is
/// not one that was posted to: a browser keeps what it posted with its history.
///
/// # Errors
/// [`Failure`].
pub async fn find(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    body: Body,
) -> Result<Response, Failure> {
    let name = body.get("name").trim().to_owned();
    let error = if folded(&name).trim().chars().count() < SHORTEST {
        "Type at least 2 letters of a name, or an MHCS reference".to_owned()
    } else if name.chars().count() > LONGEST {
        format!("A name can have up to {LONGEST} characters")
    } else {
        let mut tx = app.db.begin().await?;
        sessions::seek(&mut tx, &actor.session, &name).await?;
        tx.commit().await?;
        return Ok(see_other(RESULTS));
    };
    let data = FindPage {
        name,
        error: Some(error),
        ..FindPage::default()
    };
    Ok(respond(&app, &actor, data).await)
}

/// The results of the last search of the session. That somebody searched, and how many were shown, is on
/// record; for what, is not.
///
/// # Errors
/// [`Failure`].
pub async fn results(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let Some(name) = sessions::sought(&app.db, &actor.session).await? else {
        return Ok(see_other(FIND));
    };
    let all = lists::of_person(&app.db, actor.asks(), app.clock.today()).await?;
    let mut found: Vec<Found> = all
        .iter()
        .filter(|p| matches(&p.record, &name))
        .map(|p| Found {
            path: format!("/patients/{}", p.id),
            name: p.record.full_name(),
            aliases: p.record.aliases.join(", "),
            born: day_in_words(p.record.date_of_birth),
            reference: p.record.mhcs_reference.clone(),
        })
        .collect();
    let more = found.len() > MOST;
    found.truncate(MOST);
    note(&app, &actor, found.len()).await?;
    let data = FindPage {
        name,
        error: None,
        found: Some(found),
        more,
    };
    Ok(respond(&app, &actor, data).await)
}

/// Puts a search on record, in each organisation of the person.
async fn note(app: &App, actor: &Actor, shown: usize) -> Result<(), Failure> {
    let mut organisations: Vec<_> = actor.memberships.iter().map(|m| &m.organisation).collect();
    organisations.sort();
    organisations.dedup();
    let mut tx = app.db.begin().await?;
    for organisation in organisations {
        let event = Event {
            subject: Some(shown.to_string()),
            address: Some(actor.address.clone()),
            ..Event::done(
                organisation,
                app.clock.now(),
                &actor.person,
                "find-patients",
            )
        };
        audit::record(&mut tx, &event).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn respond(app: &App, actor: &Actor, data: FindPage) -> Response {
    let (status, mark) = if data.error.is_some() {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: ")
    } else {
        (StatusCode::OK, "")
    };
    let chrome = Chrome {
        back: Some(("/".into(), "Back to your patients".into())),
        ..chrome(actor, format!("{mark}Find a patient"))
    };
    page(app, status, chrome, move || find_page(&data)).await
}
