//! The executive reads, signs and freezes, or gives it back.

use super::dossier::Dossier;
use super::steps::{back, locked, reason_error};
use super::{assessment_id, check, papers};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{page, see_other};
use crate::api::signing::signing_errors;
use crate::domain::self_assessment::assessment::{STATEMENTS, Step, before_sign_off};
use crate::domain::self_assessment::content::Signed;
use crate::domain::self_assessment::rating::must_act;
use crate::pages::assessments::sign::{SignPage, sign_page};
use crate::server::access::{Actor, AllowedIn, SignAssessment};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::{in_britain, moment_in_words};
use crate::server::store::assessments::{self as store, freezing, ratings};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The executive's page.
///
/// # Errors
/// [`Failure`].
pub async fn show_sign(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (_, d) = Dossier::open::<SignAssessment>(&app, &actor, &assessment_id(&id)?).await?;
    d.take(Step::Sign)?;
    sign_response(&app, &actor, &d, SignPage::default()).await
}

async fn sign_response(
    app: &App,
    actor: &Actor,
    d: &Dossier,
    data: SignPage,
) -> Result<Response, Failure> {
    let failed = !data.errors.is_empty();
    let conflict = data.not_saved.is_some();
    let ratings_now = d.ratings();
    let overdue = d.actions.iter().filter(|a| a.is_overdue(d.today)).count();
    let waiting = d.unsigned();
    let data = SignPage {
        action: d.path("/sign"),
        caption: d.caption(),
        status: d.framework.status.clone(),
        facts: vec![
            (
                "Rated",
                format!(
                    "{} of {} criteria",
                    ratings_now.len(),
                    d.framework.criteria().count()
                ),
            ),
            (
                "Type 1 below 2",
                must_act(&d.framework, &ratings_now).len().to_string(),
            ),
            (
                "Actions in the plan",
                format!("{}, of which overdue {overdue}", d.actions.len()),
            ),
            ("Still to sign", waiting.join(" and ")),
        ],
        signed: d
            .signatures
            .iter()
            .map(|s| {
                format!(
                    "{} for {}, {}",
                    s.signed.name,
                    s.signed.organisation,
                    moment_in_words(s.signed.at)
                )
            })
            .collect(),
        statements: STATEMENTS.iter().map(|s| (*s).to_owned()).collect(),
        papers: vec![
            (
                "The whole self-assessment (PDF)".into(),
                d.path("/papers/assessment.pdf"),
            ),
            (
                "The board summary (PDF)".into(),
                d.path("/papers/board.pdf"),
            ),
            (
                "The action plan (PDF)".into(),
                d.path("/papers/actions.pdf"),
            ),
        ],
        seen: d.content().mark(),
        ..data
    };
    let status = match (failed, conflict) {
        (_, true) => StatusCode::CONFLICT,
        (true, _) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let chrome = d.chrome(actor, "Sign the self-assessment", failed);
    Ok(page(app, status, chrome, move || sign_page(&data)).await)
}

/// Signs, or gives it back. The last organisation's signature freezes it with its papers.
///
/// # Errors
/// [`Failure`].
pub async fn sign(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, d) = Dossier::open::<SignAssessment>(&app, &actor, &id).await?;
    d.take(Step::Sign)?;
    if body.get("decision") == "return" {
        let reason = body.get("reason").trim();
        if let Some(error) = reason_error(reason) {
            let data = SignPage {
                reason: reason.to_owned(),
                errors: vec![error],
                ..SignPage::default()
            };
            return sign_response(&app, &actor, &d, data).await;
        }
        back(&app, &proof, &d, reason).await?;
        return Ok(see_other(&d.path("")));
    }
    let errors = signing_errors(&app, &actor, &body).await?;
    let not_saved = if errors.is_empty() {
        fault(&app, &actor, &proof, &d, &body).await?
    } else {
        None
    };
    if !errors.is_empty() || not_saved.is_some() {
        let data = SignPage {
            name: body.get("name").to_owned(),
            errors,
            not_saved,
            ..SignPage::default()
        };
        return sign_response(&app, &actor, &d, data).await;
    }
    commit(&app, &actor, &proof, &d, &body).await?;
    Ok(see_other(&d.path("")))
}

/// Why this person cannot sign this text now, though names and passwords are right.
async fn fault(
    app: &App,
    actor: &Actor,
    proof: &AllowedIn<SignAssessment>,
    d: &Dossier,
    body: &Body,
) -> Result<Option<String>, Failure> {
    if d.content().mark() != body.get("seen") {
        return Ok(Some(
            "Something in it changed after this page was made, so nothing was signed. Read what stands now and sign again.".into(),
        ));
    }
    let raters = ratings::raters(&app.db, proof, &d.row.id).await?;
    let me = actor.person.as_str();
    let part = d.parts.iter().any(|p| p.person == me) || raters.iter().any(|r| r == me);
    if part {
        return Ok(Some(
            "You rated or challenged in this self-assessment, so another executive signs it."
                .into(),
        ));
    }
    let organisation = proof.organisation().as_str();
    if let Some(s) = d.signatures.iter().find(|s| s.organisation == organisation) {
        return Ok(Some(format!(
            "{} signed it for {} already, {}.",
            s.signed.name,
            s.signed.organisation,
            moment_in_words(s.signed.at)
        )));
    }
    let missing = before_sign_off(&d.framework, &d.standings(), &d.remarks, &d.actions);
    Ok(missing.first().map(|first| {
        format!(
            "Nothing was signed: {}. Give it back so that the lead can see to it.",
            first.message
        )
    }))
}

async fn commit(
    app: &App,
    actor: &Actor,
    proof: &AllowedIn<SignAssessment>,
    d: &Dossier,
    body: &Body,
) -> Result<(), Failure> {
    let id = &d.row.id;
    let organisation = proof.organisation().as_str();
    let known = d.organisations();
    let signed = Signed {
        organisation: known
            .iter()
            .find(|(o, _)| o == organisation)
            .map(|(_, name)| name.clone())
            .unwrap_or_default(),
        name: body.get("name").trim().to_owned(),
        job_title: actor.job_title.clone(),
        statements: STATEMENTS.iter().map(|s| (*s).to_owned()).collect(),
        at: proof.at(),
    };
    let mark = d.content().mark();
    let last = known
        .iter()
        .all(|(o, _)| o == organisation || d.signatures.iter().any(|s| s.organisation == *o));
    // The papers are set before the lock is taken: it is held for as short as can be.
    let frozen = if last {
        let mut content = d.content();
        content.signatures.push(signed.clone());
        let json = content.json().map_err(anyhow::Error::from)?;
        let attempt = proof.event("papers-made", id.as_str());
        Some((json, papers::all(app, attempt, content).await?))
    } else {
        None
    };
    let (mut tx, row) = locked(app, proof, d, Step::Sign).await?;
    let now = Dossier::load(app, proof, id, d.party.clone()).await?;
    let others = freezing::signatures_locked(&mut tx, proof, id).await?;
    if now.content().mark() != mark || others != d.signatures {
        return Err(Failure::Assessment(
            "Something in it changed, or somebody else signed, while you were signing, so nothing was signed. Go back, read what stands now and sign again".into(),
        ));
    }
    freezing::sign(&mut tx, proof, id, &mark, &signed).await?;
    if let Some((json, papers)) = frozen {
        let stage = check(&row, Step::Sign, &d.party)?;
        freezing::freeze(&mut tx, proof, id, &json, &papers).await?;
        let (today, _) = in_britain(proof.at());
        store::set_stage(&mut tx, proof, id, stage, Some(today)).await?;
    }
    audit::record(&mut tx, &proof.event(Step::Sign.name(), id.as_str())).await?;
    tx.commit().await?;
    Ok(())
}
