//! The patient's copy: a named person decides whether it leaves; before, there is none.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::papers::{Answer, hand_out, set};
use super::render::{page, see_other};
use super::reports::{open, record_view, report_chrome};
use super::signing::prove_report;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::people::Action;
use crate::domain::report::frozen::{FrozenEntry, Place};
use crate::domain::report::{Frozen, FrozenReport, Refusal, State as Stage};
use crate::pages::release::{Entry, ReleasePage, release_page};
use crate::server::access::{Actor, Allowed, ReleaseCopy};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::papers::{Format, Kind, report as setting};
use crate::server::store::releases::{self, NewDecision};
use crate::server::store::{papers, reports};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Longest reason, in characters.
const LONGEST: usize = 2_000;

/// What was typed into the form.
#[derive(Debug, Default)]
struct Typed {
    release: String,
    reason: String,
    leave_out: Vec<String>,
    errors: Vec<FieldError>,
}

/// The page: what is left out, what stays, what was decided.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Answer {
    let (proof, dossier) = open(&app, &actor, &report, "view-patients-copy").await?;
    respond(&app, &actor, &proof, &dossier, Typed::default()).await
}

/// Records a decision. To release makes the copy and keeps it in the same transaction.
///
/// # Errors
/// [`Failure`].
pub async fn decide(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Answer {
    let (proof, dossier) = prove_report::<ReleaseCopy>(&app, &actor, &report).await?;
    let content = frozen(&app, &proof, &dossier).await?;
    let typed = read(&body);
    if !typed.errors.is_empty() {
        record_view(&app, &actor, &dossier).await?;
        return respond(&app, &actor, &proof, &dossier, typed).await;
    }
    let release = typed.release == "yes";
    let id = &dossier.report.id;
    let places: Vec<Place> = typed
        .leave_out
        .iter()
        .filter_map(|p| Place::parse(p))
        .collect();
    let copy = content.patients_copy(&places);
    let source = FrozenReport::write(&copy).map_err(anyhow::Error::from)?;
    let made = if release {
        let document = setting::patients(&copy, source.digest());
        let attempt = proof.event("papers-made", id.as_str());
        set(&app, attempt, Kind::Patients, document, None).await?
    } else {
        vec![]
    };
    let mut tx = app.db.begin().await?;
    let report = reports::lock(&mut tx, &proof, id)
        .await?
        .ok_or(Failure::NotFound)?;
    not_withdrawn(report.life.state)?;
    // Under the lock: what was released stays as it was released.
    if releases::all(&app.db, &proof, id)
        .await?
        .iter()
        .any(|d| d.release)
    {
        return Ok(see_other(&path(&dossier)));
    }
    let new = NewDecision {
        release,
        reason: &typed.reason,
        also_left_out: &typed.leave_out,
        name: &actor.name,
        job_title: &actor.job_title,
    };
    releases::add(&mut tx, &proof, id, &new).await?;
    papers::keep(&mut tx, &proof, id.as_str(), source.digest(), &made).await?;
    let action = if release {
        "release-copy"
    } else {
        "keep-copy-back"
    };
    audit::record(&mut tx, &proof.event(action, id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&path(&dossier)))
}

/// The released copy.
///
/// # Errors
/// [`Failure::NotReleased`] before a decision to release it.
pub async fn paper(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((report, format)): Path<(String, String)>,
) -> Answer {
    let format = Format::named(&format)
        .filter(|f| Format::SET.contains(f))
        .ok_or(Failure::NotFound)?;
    let (proof, dossier) = open(&app, &actor, &report, "download-patients-copy").await?;
    not_withdrawn(dossier.report.life.state)?;
    let owner = dossier.report.id.as_str();
    let paper = papers::paper(&app.db, &proof, owner, Kind::Patients, format)
        .await?
        .ok_or(Failure::NotReleased)?;
    let name = format!("report-{owner}-patients-copy");
    Ok(hand_out(format, &name, paper.bytes))
}

fn path(dossier: &Dossier) -> String {
    dossier.path("/patients-copy")
}

/// A withdrawn report was perhaps about somebody else: nothing of it leaves any more.
fn not_withdrawn(state: Stage) -> Result<(), Failure> {
    if state == Stage::Withdrawn {
        Err(Refusal::NotNow { state }.into())
    } else {
        Ok(())
    }
}

async fn frozen<P>(app: &App, proof: &Allowed<P>, dossier: &Dossier) -> Result<Frozen, Failure> {
    let json = papers::frozen(&app.db, proof, &dossier.report.id)
        .await?
        .ok_or(Failure::NotFound)?;
    let (_, content) = FrozenReport::read(&json).map_err(anyhow::Error::from)?;
    Ok(content)
}

fn read(body: &Body) -> Typed {
    let leave_out = body
        .0
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("leave-out/"))
        .filter(|place| Place::parse(place).is_some())
        .map(str::to_owned)
        .collect();
    let mut typed = Typed {
        release: body.get("release").to_owned(),
        reason: body.get("reason").trim().to_owned(),
        leave_out,
        errors: vec![],
    };
    let mut error = |control: &str, message: &str| {
        typed.errors.push(FieldError {
            control: control.into(),
            message: message.into(),
        });
    };
    if !matches!(typed.release.as_str(), "yes" | "no") {
        error("release", "Say whether the copy is released");
    }
    if typed.reason.is_empty() || typed.reason.chars().count() > LONGEST {
        error("reason", "Give your reason, in up to 2,000 characters");
    }
    typed
}

async fn respond<P>(
    app: &App,
    actor: &Actor,
    proof: &Allowed<P>,
    dossier: &Dossier,
    typed: Typed,
) -> Result<Response, Failure> {
    let content = frozen(app, proof, dossier).await?;
    let decisions = releases::all(&app.db, proof, &dossier.report.id).await?;
    let withdrawn = dossier.report.life.state == Stage::Withdrawn;
    let (mut left_out, mut stays) = (Vec::new(), Vec::new());
    for (place, section, entry) in content.entries() {
        if !entry.is_answered() {
            continue;
        }
        let place = place.to_string();
        let (section, question, text) = (section.title.clone(), question(entry), text(entry));
        if entry.withheld {
            left_out.push((section, question, text));
        } else {
            let ticked = typed.leave_out.contains(&place);
            stays.push(Entry {
                place,
                section,
                question,
                text,
                ticked,
            });
        }
    }
    let failed = !typed.errors.is_empty();
    let data = ReleasePage {
        path: path(dossier),
        released: decisions.iter().any(|d| d.release) && !withdrawn,
        decisions: decisions
            .iter()
            .map(|d| {
                let what = if d.release {
                    "Released"
                } else {
                    "Not released"
                };
                let when = moment_in_words(d.at);
                let who = format!("{what} by {}, {}, {when}", d.name, d.job_title);
                (who, d.reason.clone())
            })
            .collect(),
        may_decide: proof.may(Action::ReleaseCopy) && !withdrawn,
        left_out,
        stays,
        release: typed.release,
        reason: typed.reason,
        errors: typed.errors,
    };
    let (status, title) = if failed {
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Error: The patient’s copy",
        )
    } else {
        (StatusCode::OK, "The patient’s copy")
    };
    let chrome = Chrome {
        back: Some((
            dossier.path("/finished"),
            "Back to the finished report".into(),
        )),
        ..report_chrome(actor, dossier, title)
    };
    Ok(page(app, status, chrome, move || release_page(&data)).await)
}

fn question(entry: &FrozenEntry) -> String {
    match &entry.row {
        Some(row) => format!("{} – {row}", entry.question),
        None => entry.question.clone(),
    }
}

fn text(entry: &FrozenEntry) -> String {
    let statement = |s: &crate::domain::report::frozen::Statement| {
        let label = s
            .label
            .as_ref()
            .map(|l| format!("{l}\n"))
            .unwrap_or_default();
        let answer = s.answer.clone().unwrap_or_else(|| "Not answered".into());
        let known = s.known_by.as_ref();
        let known = known
            .map(|k| format!("\nHow this is known: {k}"))
            .unwrap_or_default();
        format!("{label}{answer}{known}")
    };
    let statements: Vec<String> = entry.statements.iter().map(statement).collect();
    statements.join("\n\n")
}
