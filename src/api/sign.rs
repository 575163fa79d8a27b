//! Signing: typed name and password again, then one step of the report's life.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{page, see_other};
use super::reports::{open, record_view, report_chrome};
use crate::components::furniture::FieldError;
use crate::domain::calendar::{day_in_words, read_day};
use crate::domain::form::Respondent;
use crate::domain::identifiers::ReportId;
use crate::domain::notice::Kind;
use crate::domain::report::circumstances::Period;
use crate::domain::report::difference::part_b_not_read;
use crate::domain::report::findings::{Severity, blocks, considered};
use crate::domain::report::{Lifecycle, Step};
use crate::domain::sign_off::{Capacity, Signature, is_own_name};
use crate::pages::sign::{SignPage, sign_page};
use crate::server::access::{self, Actor, Allowed, Permission, WritePartC, WriteReport};
use crate::server::app::App;
use crate::server::audit;
use crate::server::auth::sign_in::{Again, authenticate_again};
use crate::server::store::Tx;
use crate::server::store::{notices, reports, sign_offs};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};

/// The author's page.
///
/// # Errors
/// [`Failure`].
pub async fn show_author(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (_, dossier) = open(&app, &actor, &report, "view-report").await?;
    dossier
        .report
        .life
        .take(Step::AskForSignOff, &actor.person)?;
    if blocks(&dossier.findings(Respondent::SocialSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    let today = app.clock.today();
    author_page(
        &app,
        &actor,
        &dossier,
        day_parts(dossier.report.facts_as_at.unwrap_or(today)),
        String::new(),
        vec![],
    )
    .await
}

/// Signs Parts A and B and asks for sign-off.
///
/// # Errors
/// [`Failure`].
pub async fn author(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<WriteReport>(&app, &actor, &report).await?;
    dossier
        .report
        .life
        .take(Step::AskForSignOff, &actor.person)?;
    if blocks(&dossier.findings(Respondent::SocialSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    let typed = ["day", "month", "year"].map(|p| body.get(&format!("facts-as-at/{p}")).to_owned());
    let facts = read_facts_as_at(&typed, &dossier, app.clock.today());
    let mut errors = facts
        .as_ref()
        .err()
        .cloned()
        .into_iter()
        .collect::<Vec<_>>();
    errors.extend(signing_errors(&app, &actor, &body).await?);
    let facts_as_at = match facts {
        Ok(day) if errors.is_empty() => day,
        _ => {
            return author_page(
                &app,
                &actor,
                &dossier,
                typed,
                body.get("name").to_owned(),
                errors,
            )
            .await;
        }
    };
    let begun = begin_step(
        &app,
        &proof,
        &dossier.report.id,
        Step::AskForSignOff,
        body.get("seen"),
    )
    .await?;
    let Begun {
        mut tx,
        life,
        dossier,
    } = begun;
    let dossier = dossier.with_facts_as_at(facts_as_at);
    if let Some(missing) = blocking(&dossier, Respondent::SocialSupervisor) {
        drop(tx);
        let message = format!("With facts as at that day something is still missing. {missing}");
        let error = FieldError {
            control: "facts-as-at/day".into(),
            message,
        };
        return author_page(
            &app,
            &actor,
            &dossier,
            typed,
            body.get("name").to_owned(),
            vec![error],
        )
        .await;
    }
    let signature = signature(&actor, Capacity::SocialSupervisor, &body, &proof);
    reports::set_facts_as_at(&mut tx, &proof, &dossier.report.id, facts_as_at).await?;
    reports::sign(&mut tx, &dossier.report.id, &signature).await?;
    let today = app.clock.today();
    let id = dossier.report.id.as_str();
    notices::tell_managers(&mut tx, &proof, Kind::SignOffAsked, id, today).await?;
    finish_step(tx, &proof, &dossier, Step::AskForSignOff, &life).await?;
    Ok(see_other(&dossier.path("")))
}

async fn author_page(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    facts: [String; 3],
    name: String,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let data = SignPage {
        heading: "Sign Parts A and B".into(),
        explanation: "The line manager then checks them, and returns them with comments or approves. You can still change them afterwards; that voids the approval.".into(),
        action: dossier.path("/sign"),
        statements: statements(Capacity::SocialSupervisor),
        button: "Sign and ask for sign-off".into(),
        facts_as_at: Some(facts),
        name,
        errors,
        seen: String::new(),
    };
    respond(app, actor, dossier, data).await
}

/// The clinical supervisor's page.
///
/// # Errors
/// [`Failure`].
pub async fn show_clinician(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (_, dossier) = open(&app, &actor, &report, "view-report").await?;
    dossier.report.life.take(Step::SignPartC, &actor.person)?;
    if blocks(&dossier.findings(Respondent::ClinicalSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    clinician_page(&app, &actor, &dossier, String::new(), vec![]).await
}

/// Signs Part C.
///
/// # Errors
/// [`Failure`].
pub async fn clinician(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<WritePartC>(&app, &actor, &report).await?;
    dossier.report.life.take(Step::SignPartC, &actor.person)?;
    if blocks(&dossier.findings(Respondent::ClinicalSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    let errors = signing_errors(&app, &actor, &body).await?;
    if !errors.is_empty() {
        return clinician_page(&app, &actor, &dossier, body.get("name").to_owned(), errors).await;
    }
    let begun = begin_step(
        &app,
        &proof,
        &dossier.report.id,
        Step::SignPartC,
        body.get("seen"),
    )
    .await?;
    let Begun {
        mut tx, dossier, ..
    } = begun;
    if blocks(&dossier.findings(Respondent::ClinicalSupervisor)) {
        return Ok(see_other(&dossier.path("/check")));
    }
    // A Part C that differs goes past the line manager again.
    let (step, notice) = if dossier.differences().is_empty() {
        (Step::SignPartC, Kind::PartCSigned)
    } else {
        (Step::SignDifferingPartC, Kind::PartCDiffers)
    };
    let life = dossier.report.life.take(step, &actor.person)?;
    let id = dossier.report.id.as_str();
    let signature = Signature {
        statements: clinical_statements(&dossier),
        ..signature(&actor, Capacity::ClinicalSupervisor, &body, &proof)
    };
    reports::sign(&mut tx, &dossier.report.id, &signature).await?;
    let author = [life.author.clone()];
    notices::tell(&mut tx, &proof, notice, id, &author).await?;
    if step == Step::SignDifferingPartC {
        notices::tell_managers(&mut tx, &proof, notice, id, app.clock.today()).await?;
    }
    finish_step(tx, &proof, &dossier, step, &life).await?;
    Ok(see_other(&dossier.path("")))
}

/// What the clinical supervisor attests: nobody attests to have read what they say they could not.
fn clinical_statements(dossier: &Dossier) -> Vec<String> {
    let mut statements = statements(Capacity::ClinicalSupervisor);
    if part_b_not_read(&dossier.form, &dossier.answers)
        && let Some(first) = statements.first_mut()
    {
        *first = "I could not read Part B, and have said why.".to_owned();
    }
    statements
}

async fn clinician_page(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    name: String,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let data = SignPage {
        heading: "Sign Part C".into(),
        explanation: if dossier.differences().is_empty() {
            "The author then looks at the whole report once more and freezes it.".into()
        } else {
            "Part C differs from Part B. Both views are sent; the line manager looks at the report once more before it goes.".into()
        },
        action: dossier.path("/part-c/sign"),
        statements: clinical_statements(dossier),
        button: "Sign Part C".into(),
        facts_as_at: None,
        name,
        errors,
        seen: String::new(),
    };
    respond(app, actor, dossier, data).await
}

/// Shows a page to sign, on record as a view when it answers a post.
///
/// # Errors
/// [`Failure`] when the view cannot be recorded.
pub async fn respond(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    data: SignPage,
) -> Result<Response, Failure> {
    let data = SignPage {
        seen: dossier.mark(),
        ..data
    };
    let failed = !data.errors.is_empty();
    if failed {
        record_view(app, actor, dossier).await?;
    }
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = format!("{}{}", if failed { "Error: " } else { "" }, data.heading);
    Ok(page(
        app,
        status,
        report_chrome(actor, dossier, title),
        move || sign_page(&data),
    )
    .await)
}

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
    let patient = access::patient_of(app, actor, &id).await?;
    let proof = access::prove::<P>(app, actor, &patient).await?;
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

/// A day as three typed parts.
#[must_use]
pub fn day_parts(day: NaiveDate) -> [String; 3] {
    [
        day.day().to_string(),
        day.month().to_string(),
        day.year().to_string(),
    ]
}

fn read_facts_as_at(
    typed: &[String; 3],
    dossier: &Dossier,
    today: NaiveDate,
) -> Result<NaiveDate, FieldError> {
    let error = |part: &str, message: String| FieldError {
        control: format!("facts-as-at/{part}"),
        message,
    };
    let day =
        read_day(&typed[0], &typed[1], &typed[2]).map_err(|e| error(e.field(), e.to_string()))?;
    if day > today {
        return Err(error("day", "“Facts as at” cannot be after today".into()));
    }
    let period = Period {
        from: dossier.report.period_from,
        to: day,
    };
    if !period.is_valid() {
        let from = day_in_words(period.from);
        return Err(error(
            "day",
            format!("The period begins on {from}, so “facts as at” must be that day or later"),
        ));
    }
    Ok(day)
}
