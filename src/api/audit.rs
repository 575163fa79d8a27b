//! The audit of the whole organisation: read, searched, taken away as CSV, and its end anchored.

use super::body::Body;
use super::failure::Failure;
use super::papers::download;
use super::place::Place;
use super::render::{chrome, page};
use crate::components::furniture::FieldError;
use crate::domain::calendar::read_day;
use crate::domain::csv;
use crate::domain::people::OrganisationAction;
use crate::pages::audit::{AuditPage, AuditRow, audit_page};
use crate::server::access::{Actor, AllowedIn, ReadOrganisationAudit};
use crate::server::app::App;
use crate::server::audit::search::{Found, Wanted, people_like, search};
use crate::server::audit::{self, anchor, sheet};
use crate::server::clock::{britain_midnight, moment_in_words};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// Rows on one page.
const PAGE: usize = 50;
/// Most rows in one CSV file.
const MOST_IN_CSV: usize = 50_000;

/// The proof, with the reading itself on record.
async fn proof(
    app: &App,
    actor: &Actor,
    place: &Place,
    act: &'static str,
) -> Result<AllowedIn<ReadOrganisationAudit>, Failure> {
    let proof = place.prove::<ReadOrganisationAudit>(app, actor).await?;
    let event = proof.event(act, proof.organisation().as_str());
    app.views.record(event).await?;
    Ok(proof)
}

/// The latest rows and the search form.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    place: Place,
) -> Result<Response, Failure> {
    let proof = proof(
        &app,
        &actor,
        &place,
        OrganisationAction::ReadOrganisationAudit.name(),
    )
    .await?;
    let found = search(&app.db, &proof, &Wanted::default(), PAGE as i64 + 1).await?;
    let data = AuditPage {
        places: place.places(&app, &actor, &proof).await?,
        ..AuditPage::default()
    };
    respond(&app, &actor, data, found).await
}

/// What was searched for, as a page or as CSV.
///
/// # Errors
/// [`Failure`].
pub async fn find(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    place: Place,
    body: Body,
) -> Result<Response, Failure> {
    let as_csv = body.get("as") == "csv";
    let act = if as_csv {
        "export-audit"
    } else {
        "search-audit"
    };
    let proof = proof(&app, &actor, &place, act).await?;
    let day = |name: &str| {
        ["day", "month", "year"].map(|p| body.get(&format!("{name}/{p}")).trim().to_owned())
    };
    let mut data = AuditPage {
        places: place.places(&app, &actor, &proof).await?,
        person: body.get("person").trim().to_owned(),
        reference: body.get("reference").trim().to_owned(),
        action: body.get("action").trim().to_owned(),
        from: day("from"),
        to: day("to"),
        refused: !body.get("refused").is_empty(),
        sign_ins: !body.get("sign-ins").is_empty(),
        ..AuditPage::default()
    };
    let mut wanted = Wanted {
        reference: (!data.reference.is_empty()).then(|| data.reference.clone()),
        action: (!data.action.is_empty()).then(|| data.action.to_lowercase().replace(' ', "-")),
        refused: data.refused,
        sign_ins: data.sign_ins,
        after: body.get("after").parse().ok(),
        ..Wanted::default()
    };
    for (name, typed, bound) in [
        ("from", &data.from, &mut wanted.from),
        ("to", &data.to, &mut wanted.to),
    ] {
        if typed.iter().all(String::is_empty) {
            continue;
        }
        match read_day(&typed[0], &typed[1], &typed[2]) {
            // "To" names the last day that counts.
            Ok(day) if name == "to" => *bound = day.succ_opt().map(britain_midnight),
            Ok(day) => *bound = Some(britain_midnight(day)),
            Err(problem) => data.errors.push(FieldError {
                control: format!("{name}/{}", problem.field()),
                message: problem.to_string(),
            }),
        }
    }
    if !data.errors.is_empty() {
        return respond(&app, &actor, data, Vec::new()).await;
    }
    if !data.person.is_empty() {
        wanted.people = Some(people_like(&app.db, &proof, &data.person).await?);
    }
    if as_csv {
        let found = search(&app.db, &proof, &wanted, MOST_IN_CSV as i64 + 1).await?;
        return Ok(download(
            "text/csv; charset=utf-8",
            "attachment; filename=\"audit.csv\"",
            as_sheet(&found).into_bytes(),
        ));
    }
    let found = search(&app.db, &proof, &wanted, PAGE as i64 + 1).await?;
    data.searched = true;
    respond(&app, &actor, data, found).await
}

/// The end of the organisation's chain, to be kept and signed elsewhere.
///
/// # Errors
/// [`Failure`].
pub async fn head(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    place: Place,
) -> Result<Response, Failure> {
    let proof = proof(&app, &actor, &place, "export-audit-head").await?;
    let anchor = anchor::take(
        &app.db,
        Some(proof.organisation().as_str()),
        app.clock.now(),
    )
    .await?;
    let json = serde_json::to_vec_pretty(&anchor).map_err(anyhow::Error::from)?;
    let name = "attachment; filename=\"audit-head.json\"";
    Ok(download("application/json", name, json))
}

fn as_sheet(found: &[Found]) -> String {
    let mut text = sheet::heads();
    for row in found.iter().take(MOST_IN_CSV) {
        text.push_str(&sheet::line(row));
    }
    if found.len() > MOST_IN_CSV {
        text.push_str(&csv::line([
            "There are more rows than one file holds. Narrow the dates.",
        ]));
    }
    text
}

async fn respond(
    app: &App,
    actor: &Actor,
    mut data: AuditPage,
    mut found: Vec<Found>,
) -> Result<Response, Failure> {
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| more);
    data.more = last.map(|row| row.position().to_string());
    data.rows = found
        .into_iter()
        .map(|row| AuditRow {
            when: moment_in_words(row.at),
            who: row.name,
            what: audit::in_words(&row.action),
            reference: row.reference.unwrap_or_default(),
            why: row.reason.unwrap_or_default(),
            from: row.address.unwrap_or_default(),
            refused: row.outcome == "refused",
        })
        .collect();
    let failed = !data.errors.is_empty();
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = format!("{}Audit", if failed { "Error: " } else { "" });
    Ok(page(app, status, chrome(actor, title), move || audit_page(&data)).await)
}
