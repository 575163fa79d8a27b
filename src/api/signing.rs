//! What every signed step has in common: proof, name and password again, the lock, the step, its record.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use crate::components::furniture::FieldError;
use crate::domain::form::Respondent;
use crate::domain::identifiers::ReportId;
use crate::domain::report::findings::{Severity, considered};
use crate::domain::report::{Lifecycle, Step};
use crate::domain::sign_off::{Capacity, Signature, is_own_name};
use crate::server::access::{self, Actor, Allowed, Permission};
use crate::server::app::App;
use crate::server::audit;
use crate::server::auth::sign_in::{Again, authenticate_again};
use crate::server::store::Tx;
use crate::server::store::{reports, sign_offs};

/// What holds sign-off up, in words.
#[must_use]
pub fn blocking(dossier: &Dossier, who: Respondent) -> Option<String> {
    let findings = dossier.findings(who);
    findings
        .into_iter()
        .find(|f| f.severity == Severity::Blocks)
        .map(|f| f.message)
}

/// The statements of a capacity, as the page shows them and the signature keeps them.
#[must_use]
pub fn statements(capacity: Capacity) -> Vec<String> {
    capacity
        .statements()
        .iter()
        .map(|s| (*s).to_owned())
        .collect()
}

/// Proof for a change to a report, with the report.
///
/// # Errors
/// [`Failure`].
pub async fn prove_report<P: Permission>(
    app: &App,
    actor: &Actor,
    report: &str,
) -> Result<(Allowed<P>, Dossier), Failure> {
    let id = ReportId::parse(report).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<P>(app, actor, &id).await?;
    let dossier = Dossier::load(app, &proof, &id).await?;
    Ok((proof, dossier))
}

/// A signature from what was typed.
#[must_use]
pub fn signature<P>(
    actor: &Actor,
    capacity: Capacity,
    body: &Body,
    proof: &Allowed<P>,
) -> Signature {
    Signature {
        capacity,
        person: actor.person.clone(),
        name: body.get("name").trim().to_owned(),
        job_title: actor.job_title.clone(),
        statements: statements(capacity),
        at: proof.at(),
    }
}

/// What is wrong with a typed name or password.
///
/// # Errors
/// When the password could not be checked.
pub async fn signing_errors(
    app: &App,
    actor: &Actor,
    body: &Body,
) -> Result<Vec<FieldError>, Failure> {
    let mut errors = Vec::new();
    if !is_own_name(body.get("name"), &actor.name) {
        errors.push(FieldError {
            control: "name".into(),
            message: format!("Type your full name, {}", actor.name),
        });
    }
    errors.extend(password_error(app, actor, body).await?);
    Ok(errors)
}

/// What is wrong with a password that was asked for again.
///
/// # Errors
/// When it could not be checked.
pub async fn password_error(
    app: &App,
    actor: &Actor,
    body: &Body,
) -> Result<Option<FieldError>, Failure> {
    let again = authenticate_again(app, actor, body.get("password"), body.get("code")).await?;
    let (control, message) = match again {
        Again::Right => return Ok(None),
        Again::Wrong => ("password", "That is not your password"),
        Again::WrongCode => (
            "code",
            "That code is not right, or was used before. Wait for your app to show the next one",
        ),
        Again::Confirm => (
            "password",
            "Show who you are first: follow the link, come back to this page and press the button again. What you typed is kept",
        ),
        Again::Wait => (
            "password",
            "Too many wrong passwords. Wait 15 minutes; nothing you wrote is lost",
        ),
    };
    Ok(Some(FieldError {
        control: control.into(),
        message: message.into(),
    }))
}

/// A step that has begun: the report is locked and stands as the signer saw it.
pub struct Begun {
    /// The transaction that holds the lock.
    pub tx: Tx,
    /// Where the report stands after the step.
    pub life: Lifecycle,
    /// The report as it stands under the lock.
    pub dossier: Dossier,
}

/// Opens a transaction, locks the report and takes a step from where it stands now, which may no
/// longer be where the page was made. `seen` is the mark of the page that is being signed.
///
/// # Errors
/// [`Failure::Step`] when the step cannot be taken any more, [`Failure::Changed`] when the text is
/// no longer what the page showed.
pub async fn begin_step<P>(
    app: &App,
    proof: &Allowed<P>,
    id: &ReportId,
    step: Step,
    seen: &str,
) -> Result<Begun, Failure> {
    let mut tx = app.db.begin().await?;
    let report = reports::lock(&mut tx, proof, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let life = report.life.take(step, proof.person())?;
    // Saves wait for the lock, so what is read now is what will be committed with the signature.
    let dossier = Dossier::load(app, proof, id).await?;
    let dossier = dossier.with_background(app, proof).await?;
    if dossier.mark() != seen {
        return Err(Failure::Changed);
    }
    Ok(Begun { tx, life, dossier })
}

/// Steps at which somebody answers for what the rules noticed.
fn keeps_findings(step: Step) -> bool {
    matches!(
        step,
        Step::AskForSignOff
            | Step::Approve
            | Step::SignPartC
            | Step::SignDifferingPartC
            | Step::RecordPartCOutside
            | Step::RecordDifferingPartCOutside
            | Step::NoteDifference
            | Step::ReviewAfterwards
            | Step::Freeze
            | Step::FreezeExceptionally
    )
}

/// Writes where the report stands now, records the step, commits.
///
/// # Errors
/// [`Failure`] when it could not be made durable; then nothing of the step was.
pub async fn finish_step<P>(
    mut tx: Tx,
    proof: &Allowed<P>,
    dossier: &Dossier,
    step: Step,
    life: &Lifecycle,
) -> Result<(), Failure> {
    reports::set_life(&mut tx, proof, &dossier.report.id, life).await?;
    if keeps_findings(step) {
        let mut findings = dossier.findings(Respondent::SocialSupervisor);
        if !matches!(step, Step::AskForSignOff | Step::Approve) {
            findings.extend(dossier.findings(Respondent::ClinicalSupervisor));
        }
        let kept = considered::record(step.name(), findings, &dossier.answers);
        sign_offs::keep(&mut tx, proof, &dossier.report.id, &kept).await?;
    }
    audit::record(
        &mut tx,
        &proof.event(step.name(), dossier.report.id.as_str()),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
