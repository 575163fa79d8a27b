//! A difference of view between author and manager, or supervisor and clinician, taken to a named third
//! person. It stops nothing; both views stay.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::see_other;
use super::reports::open;
use super::step::{self, Reading};
use crate::components::furniture::FieldError;
use crate::domain::identifiers::ReportId;
use crate::domain::notice::Kind;
use crate::domain::people::Action;
use crate::domain::report::aftermath::{View, ViewKind, is_open};
use crate::pages::step::{Field, StepPage};
use crate::server::access::{self, Actor, Allowed, KeepRecord, ViewPatient};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::notices;
use crate::server::store::reports::{self, aftermath};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    respond(&app, &actor, &proof, &dossier, &Body::default(), vec![]).await
}

fn line(view: &View) -> (String, String) {
    let at = moment_in_words(view.at);
    let who = match view.kind {
        ViewKind::Raised => format!(
            "{} took it to {}, {at}. Their view:",
            view.name, view.third_person
        ),
        ViewKind::View => format!("{}’s view, {at}:", view.name),
        ViewKind::Outcome => format!(
            "What {} said, recorded by {}, {at}:",
            view.third_person, view.name
        ),
    };
    (who, view.text.clone())
}

async fn respond<P>(
    app: &App,
    actor: &Actor,
    proof: &Allowed<P>,
    dossier: &Dossier,
    typed: &Body,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let views = aftermath::views(&app.db, proof, &dossier.report.id).await?;
    let open = is_open(&views);
    let get = |name: &str| typed.get(name).to_owned();
    let option = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let mut fields = Vec::new();
    if proof.may(Action::KeepRecord) && open {
        fields.push(Field::Pick {
            name: "kind",
            legend: "What are you adding?",
            hint: None,
            options: vec![
                option("view", "My view"),
                option("outcome", "What the third person said"),
            ],
            value: get("kind"),
        });
    } else if proof.may(Action::KeepRecord) {
        fields.push(Field::Line {
            name: "third-person",
            label: "Who is asked?",
            hint: Some("A named person whom your organisation’s policy gives this to, for example the principal social worker. Name and job title."),
            value: get("third-person"),
        });
    }
    if proof.may(Action::KeepRecord) {
        fields.push(Field::Text {
            name: "text",
            label: "In your words",
            hint: Some("What you see differently, on what facts, and what you would do"),
            value: get("text"),
        });
    }
    let data = StepPage {
        heading: "Difference of view".into(),
        lead: vec![
            "Where author and line manager, or social and clinical supervisor, see things differently, a named third person is asked. The report is not held up by it, and both views stay on record. This record is internal: what MHCS should know belongs in the report itself.".into(),
        ],
        history: views.iter().map(line).collect(),
        action: dossier.path("/disagreement"),
        fields,
        button: "Add to the record",
        errors,
        ..StepPage::default()
    };
    step::respond(app, actor, dossier, None, data).await
}

/// Adds a line.
///
/// # Errors
/// [`Failure`].
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = ReportId::parse(&report).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let dossier = Dossier::load(&app, &proof, &id).await?;
    let mut reading = Reading::of(&body);
    let views = aftermath::views(&app.db, &proof, &id).await?;
    let raised = views
        .iter()
        .rev()
        .find(|v| v.kind == ViewKind::Raised)
        .filter(|_| is_open(&views));
    let (kind, third_person) = match raised {
        None => (
            ViewKind::Raised,
            reading.line("third-person", "Say who is asked, by name and job title"),
        ),
        Some(raised) => {
            let kind = ViewKind::named(body.get("kind")).filter(|k| *k != ViewKind::Raised);
            if kind.is_none() {
                reading.wrong("kind", "Say what you are adding");
            }
            (kind.unwrap_or(ViewKind::View), raised.third_person.clone())
        }
    };
    let text = reading.text("text", "Write it in your words");
    if !reading.errors.is_empty() {
        return respond(&app, &actor, &proof, &dossier, &body, reading.errors).await;
    }
    let mut tx = app.db.begin().await?;
    reports::lock(&mut tx, &proof, &id)
        .await?
        .ok_or(Failure::NotFound)?;
    // Two people who raise it at once make one difference with two views.
    let now = aftermath::views(&app.db, &proof, &id).await?;
    if is_open(&now) != is_open(&views) {
        drop(tx);
        let message = "Somebody else added to this meanwhile. Your words are kept below: read theirs and add yours";
        let errors = vec![FieldError {
            control: "text".into(),
            message: message.into(),
        }];
        return respond(&app, &actor, &proof, &dossier, &body, errors).await;
    }
    aftermath::add_view(&mut tx, &proof, &id, kind, &text, &third_person).await?;
    let notice = if kind == ViewKind::Raised {
        Kind::DisagreementRaised
    } else {
        Kind::DisagreementAnswered
    };
    let today = app.clock.today();
    let author = [dossier.report.life.author.clone()];
    notices::tell(&mut tx, &proof, notice, id.as_str(), &author).await?;
    notices::tell_managers(&mut tx, &proof, notice, id.as_str(), today).await?;
    notices::tell_clinicians(&mut tx, &proof, notice, id.as_str(), today).await?;
    audit::record(&mut tx, &proof.event("add-to-disagreement", id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&dossier.path("/disagreement")))
}

/// Whether a difference of view about the report still waits for the third person.
///
/// # Errors
/// When the database cannot be read.
pub async fn waits(
    app: &App,
    proof: &Allowed<ViewPatient>,
    report: &ReportId,
) -> Result<bool, Failure> {
    Ok(is_open(&aftermath::views(&app.db, proof, report).await?))
}
