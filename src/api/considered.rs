//! "I have considered this: …": the author's answers to findings, and what was kept of them at each
//! signature.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{page, see_other};
use super::reports::{Answering, check_page_of, finding_lines, open, report_chrome, turn};
use crate::domain::form::answer::LONGEST_REPORT;
use crate::domain::form::{Respondent, Version};
use crate::domain::identifiers::ReportId;
use crate::domain::people::Action;
use crate::domain::report::findings::considered::{fields, fits, key, may_answer};
use crate::domain::report::{Refusal, Step};
use crate::pages::internal::{Sheet, internal_page};
use crate::server::access::{self, Actor, Allowed, Permission, WritePartC, WriteReport};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::answers::{self, Saved};
use crate::server::store::{reports, sign_offs};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Keeps the answers to findings that were posted from the page of answers to check.
///
/// # Errors
/// [`Failure`]; [`Failure::Step`] when the report is not being written.
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = ReportId::parse(&report).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<access::ViewPatient>(&app, &actor, &id).await?;
    let state = reports::load(&app.db, &proof, &id)
        .await?
        .ok_or(Failure::NotFound)?
        .life
        .state;
    let typed = match turn(state) {
        Respondent::SocialSupervisor => {
            let proof = access::prove::<WriteReport>(&app, &actor, &id).await?;
            keep(&app, &proof, &id, Step::EditReport, &body).await?
        }
        Respondent::ClinicalSupervisor => {
            let proof = access::prove::<WritePartC>(&app, &actor, &id).await?;
            keep(&app, &proof, &id, Step::EditPartC, &body).await?
        }
    };
    if typed.is_empty() {
        return Ok(see_other(&format!("/reports/{id}/check")));
    }
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    let dossier = dossier.with_background(&app, &proof).await?;
    let status = if typed.iter().any(|t| t.conflict) {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(check_page_of(&app, &actor, &proof, &dossier, &typed, status).await)
}

/// Saves what can be saved; gives back what could not, with why.
async fn keep<P: Permission>(
    app: &App,
    proof: &Allowed<P>,
    id: &ReportId,
    step: Step,
    body: &Body,
) -> Result<Vec<Answering>, Failure> {
    let mut tx = app.db.begin().await?;
    let report = reports::lock(&mut tx, proof, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let state = report.life.state;
    // An answer to a finding is no change of the report, and so may not cost it its approval: it is
    // given while the report is being written.
    if report.life.take(step, proof.person())? != report.life {
        return Err(Refusal::NotNow { state }.into());
    }
    let dossier = Dossier::load(app, proof, id).await?;
    let dossier = dossier.with_background(app, proof).await?;
    let (mut not_saved, mut changed) = (Vec::new(), false);
    for finding in dossier
        .findings(turn(state))
        .iter()
        .filter(|f| may_answer(f))
    {
        let key = key(finding);
        let name = Answering::control(finding);
        let Some((_, words)) = body.0.iter().find(|(n, _)| *n == name) else {
            continue;
        };
        let fields = fields(finding, words);
        let stands = dossier.answers.get(&key);
        if stands.map(|a| a.fields.get("text")).unwrap_or_default() == fields.get("text") {
            continue;
        }
        let mut fail = |conflict: bool, message: &str| {
            not_saved.push(Answering {
                on: name.clone(),
                words: words.clone(),
                message: message.to_owned(),
                conflict,
            });
        };
        if !fits(words) {
            fail(
                false,
                "An answer can have up to 50,000 characters. Nothing has been cut",
            );
            continue;
        }
        let seen = body
            .get(&Answering::version_control(finding))
            .parse()
            .unwrap_or_default();
        match answers::save(&mut tx, proof, id, &key, Version(seen), &fields).await? {
            Saved::As(_) => changed = true,
            Saved::Already(_) => {}
            Saved::Conflict(_) => fail(
                true,
                "This was answered elsewhere since. The other answer stands above; save again to put yours in its place",
            ),
        }
    }
    if changed {
        if answers::characters(&mut tx, id, LONGEST_REPORT).await? > LONGEST_REPORT {
            return Err(Failure::TooLarge);
        }
        audit::record(&mut tx, &proof.event("answer-findings", id.as_str())).await?;
        tx.commit().await?;
    }
    Ok(not_saved)
}

/// The internal record: what the rules said at each signature, with the author's answers.
///
/// # Errors
/// [`Failure`].
pub async fn internal(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-internal-record").await?;
    if !(proof.may(Action::WriteReport)
        || proof.may(Action::ReviewReport)
        || proof.may(Action::WritePartC))
    {
        return Err(Failure::Refused);
    }
    let sheets: Vec<Sheet> = sign_offs::all(&app.db, &proof, &dossier.report.id)
        .await?
        .into_iter()
        .map(|kept| Sheet {
            heading: format!(
                "{}: {}, {}",
                step_in_words(&kept.record.step),
                kept.by,
                moment_in_words(kept.at)
            ),
            record: kept.record,
        })
        .collect();
    let chrome = report_chrome(&actor, &dossier, "Internal record");
    Ok(page(&app, StatusCode::OK, chrome, move || internal_page(&sheets)).await)
}

fn step_in_words(step: &str) -> &'static str {
    match step {
        "ask-for-sign-off" => "Author signed and asked for sign-off",
        "approve" => "Line manager approved",
        "sign-part-c" | "sign-differing-part-c" => "Clinical supervisor signed Part C",
        "freeze" | "freeze-exceptionally" => "Report frozen",
        "review-afterwards" => "Reviewed after sending",
        "note-difference" => "The difference between Parts B and C was noted",
        _ => "Part C recorded from a paper",
    }
}

/// Findings for the manager: read only.
#[must_use]
pub fn for_manager(dossier: &Dossier) -> Vec<crate::pages::check::FindingLine> {
    finding_lines(dossier, Respondent::SocialSupervisor, false, &[])
}
