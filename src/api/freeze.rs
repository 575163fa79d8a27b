//! The final check freezes a report and makes its papers; then it is sent and recorded as sent.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::papers::set;
use super::render::{page, see_other, status_and_title};
use super::reports::{open, other_steps, record_view, report_chrome};
use super::sign;
use super::signing::{Begun, begin_step, blocking, finish_step, password_error, prove_report};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::document::plain;
use crate::domain::calendar::day_parts;
use crate::domain::calendar::{day_in_words, read_day};
use crate::domain::case::FormOfSending;
use crate::domain::form::Respondent;
use crate::domain::report::frozen::{Heading, PatientIdentified, freeze as freeze_content};
use crate::domain::report::{Frozen, FrozenReport, Lateness, Lifecycle, Step};
use crate::domain::sign_off::Capacity;
use crate::pages::copy::{CopyPage, copy_page};
use crate::pages::freeze::{FrozenPage, SentPage, frozen_page, sent_page};
use crate::pages::sign::SignPage;
use crate::server::access::{Actor, Allowed, SendReport};
use crate::server::app::App;
use crate::server::clock::{in_britain, moment_in_words};
use crate::server::papers::{Kind, Paper, report as setting};
use crate::server::store::{organisations, papers, reports};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The page of the final check.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (_, dossier) = open(&app, &actor, &report, "view-report").await?;
    dossier.report.life.take(Step::Freeze, &actor.person)?;
    final_check_page(&app, &actor, &dossier, vec![]).await
}

async fn final_check_page(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let data = SignPage {
        heading: "Final check".into(),
        explanation: "You have read the whole report with Part C. Freezing it makes the papers; after that nothing in it can change. It is not sent by this.".into(),
        action: dossier.path("/freeze"),
        comments: vec![],
        statements: vec![],
        button: "Freeze the report and make the papers".into(),
        facts_as_at: None,
        name: String::new(),
        seen: String::new(),
        errors,
    };
    sign::respond(app, actor, dossier, data).await
}

/// Freezes the report and stores its papers, all in one transaction.
///
/// # Errors
/// [`Failure`].
pub async fn freeze(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<SendReport>(&app, &actor, &report).await?;
    dossier.report.life.take(Step::Freeze, &actor.person)?;
    if let Some(error) = password_error(&app, &actor, &body).await? {
        return final_check_page(&app, &actor, &dossier, vec![error]).await;
    }
    let id = dossier.report.id.clone();
    let ready = make_ready(&app, &proof, &dossier, Step::Freeze).await?;
    let begun = begin_step(&app, &proof, &id, Step::Freeze, body.get("seen")).await?;
    for who in [Respondent::SocialSupervisor, Respondent::ClinicalSupervisor] {
        let outside =
            who == Respondent::ClinicalSupervisor && begun.dossier.part_c_outside.is_some();
        if !outside && blocking(&begun.dossier, who).is_some() {
            return Ok(see_other(&begun.dossier.path("/check")));
        }
    }
    freeze_now(&app, &proof, begun, Step::Freeze, ready).await
}

/// A frozen report with its papers: set before anything is locked, not kept yet.
#[derive(Debug)]
pub struct Ready {
    frozen: FrozenReport,
    papers: Vec<Paper>,
}

/// Freezes the report as it stands and sets its papers, outside any transaction. That papers could not
/// be made is on record; nothing else was done.
///
/// # Errors
/// [`Failure`].
pub async fn make_ready(
    app: &App,
    proof: &Allowed<SendReport>,
    dossier: &Dossier,
    step: Step,
) -> Result<Ready, Failure> {
    let life = dossier.report.life.take(step, proof.person())?;
    let (content, frozen) = frozen(app, proof, dossier, &life).await?;
    let settings = organisations::find(&app.db, proof.organisation())
        .await?
        .ok_or(Failure::NotFound)?
        .settings;
    let attachment = settings
        .attach_data
        .then(|| setting::twin(&content, &frozen));
    let attempt = proof.event("papers-made", dossier.report.id.as_str());
    let document = setting::full(&content, frozen.digest());
    let papers = set(app, attempt, Kind::Full, document, attachment).await?;
    Ok(Ready { frozen, papers })
}

/// Keeps the frozen report and its papers with the step that freezes it. Under the lock the report must
/// still be what the papers were set from.
///
/// # Errors
/// [`Failure`]; then nothing was frozen.
pub async fn freeze_now(
    app: &App,
    proof: &Allowed<SendReport>,
    begun: Begun,
    step: Step,
    ready: Ready,
) -> Result<Response, Failure> {
    let Begun {
        mut tx,
        life,
        dossier,
    } = begun;
    let Ready { frozen, papers } = ready;
    let (_, now) = self::frozen(app, proof, &dossier, &life).await?;
    if now.digest() != frozen.digest() {
        return Err(Failure::Changed);
    }
    papers::freeze(&mut tx, proof, &dossier.report.id, &frozen, &papers).await?;
    finish_step(tx, proof, &dossier, step, &life).await?;
    Ok(see_other(&dossier.path("/finished")))
}

/// What the reader of the paper has to know first.
fn marks(dossier: &Dossier, life: &Lifecycle) -> Vec<String> {
    let mut marks: Vec<String> = life.owed.marks().iter().map(|m| (*m).to_owned()).collect();
    if let Some((_, because)) = &dossier.report.corrects {
        marks.push(format!("This report corrects one sent before: {because}"));
    }
    if let Some(outside) = &dossier.part_c_outside {
        marks.push(format!(
            "Part C is on a paper of its own: completed by {}, {}, on {}",
            outside.name,
            outside.job_title,
            day_in_words(outside.completed_on)
        ));
    }
    marks
}

async fn frozen(
    app: &App,
    proof: &Allowed<SendReport>,
    dossier: &Dossier,
    life: &Lifecycle,
) -> Result<(Frozen, FrozenReport), Failure> {
    let organisation = organisations::find(&app.db, proof.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    let record = &dossier.patient.record;
    let kind = dossier.kind();
    let told_on = dossier.report.late_notice.as_ref().map(|n| n.on);
    let heading = Heading {
        kind,
        lateness: Lateness::of(kind, dossier.report.due, in_britain(proof.at()).0, told_on),
        report: dossier.report.id.to_string(),
        organisation: organisation.name,
        patient: PatientIdentified {
            name: record.full_name(),
            date_of_birth: record.date_of_birth,
            mhcs_reference: record.mhcs_reference.clone(),
        },
        period_from: dossier.period.from,
        facts_as_at: dossier.period.to,
        due: dossier.report.due,
        marks: marks(dossier, life),
        without_part_c: life.owed.part_c || dossier.part_c_outside.is_some(),
        signatures: dossier
            .signatures
            .iter()
            .filter(|s| s.capacity != Capacity::LineManager)
            .filter(|s| !(life.owed.part_c && s.capacity == Capacity::ClinicalSupervisor))
            .cloned()
            .collect(),
        frozen_at: proof.at(),
    };
    let content = freeze_content(
        heading,
        &dossier.form,
        &dossier.asked,
        &dossier.answers,
        |fact| dossier.fact(fact, dossier.period.to),
    );
    let frozen = FrozenReport::write(&content).map_err(anyhow::Error::from)?;
    Ok((content, frozen))
}

/// The page of a frozen report: its papers and whether it was sent.
///
/// # Errors
/// [`Failure`].
pub async fn finished(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    let json = papers::frozen(&app.db, &proof, &dossier.report.id)
        .await?
        .ok_or(Failure::NotFound)?;
    let (frozen, _) = FrozenReport::read(&json).map_err(anyhow::Error::from)?;
    let kept = papers::kept(&app.db, &proof, dossier.report.id.as_str()).await?;
    let has_papers = kept.iter().any(|(kind, _)| *kind == Kind::Full);
    let can_record = proof.may(crate::domain::people::Action::SendReport)
        && dossier
            .report
            .life
            .take(Step::RecordSent, &actor.person)
            .is_ok();
    let data = FrozenPage {
        path: dossier.path(""),
        digest: frozen.digest().to_owned(),
        sendings: dossier
            .sendings
            .iter()
            .map(|s| {
                format!(
                    "{} to {}: {}. Recorded by {}, {}",
                    day_in_words(s.on),
                    s.recipient,
                    s.form.words(),
                    s.name,
                    moment_in_words(s.at)
                )
            })
            .collect(),
        can_record,
        has_papers,
        marks: dossier.marks(),
        others: other_steps(&proof, &dossier, &actor),
    };
    let chrome = report_chrome(&actor, &dossier, "The finished report");
    Ok(page(&app, StatusCode::OK, chrome, move || frozen_page(&data)).await)
}

/// The finished report as text, heading by heading.
///
/// # Errors
/// [`Failure`].
pub async fn copy(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "copy-text").await?;
    let json = papers::frozen(&app.db, &proof, &dossier.report.id)
        .await?
        .ok_or(Failure::NotFound)?;
    let (frozen, content) = FrozenReport::read(&json).map_err(anyhow::Error::from)?;
    let data = CopyPage {
        sections: plain::sections(&setting::full(&content, frozen.digest())),
    };
    let chrome = Chrome {
        back: Some((
            dossier.path("/finished"),
            "Back to the finished report".into(),
        )),
        ..report_chrome(&actor, &dossier, "Text for the official form")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || copy_page(&data)).await)
}

/// The page that records a sending.
///
/// # Errors
/// [`Failure`].
pub async fn show_sent(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    dossier.report.life.take(Step::RecordSent, &actor.person)?;
    let organisation = organisations::find(&app.db, proof.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    let data = SentPage {
        action: dossier.path("/sent"),
        on: day_parts(app.clock.today()),
        recipient: organisation.settings.mailbox,
        form_of_sending: String::new(),
        errors: vec![],
    };
    Ok(respond_sent(&app, &actor, &dossier, data).await)
}

/// Records that the report was sent.
///
/// # Errors
/// [`Failure`].
pub async fn sent(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<SendReport>(&app, &actor, &report).await?;
    dossier.report.life.take(Step::RecordSent, &actor.person)?;
    let on = ["day", "month", "year"].map(|p| body.get(&format!("sent-on/{p}")).to_owned());
    let recipient = body.get("recipient").trim().to_owned();
    let form = FormOfSending::named(body.get("form-of-sending"));
    let today = app.clock.today();
    let json = papers::frozen(&app.db, &proof, &dossier.report.id)
        .await?
        .ok_or(Failure::NotFound)?;
    let (_, content) = FrozenReport::read(&json).map_err(anyhow::Error::from)?;
    let (frozen_on, _) = in_britain(content.frozen_at);
    let day = read_day(&on[0], &on[1], &on[2]);
    let mut errors = Vec::new();
    let mut error = |control: String, message: String| errors.push(FieldError { control, message });
    match &day {
        Err(e) => error(format!("sent-on/{}", e.field()), e.to_string()),
        Ok(day) if *day > today => error(
            "sent-on/day".into(),
            "The day it was sent cannot be after today".into(),
        ),
        Ok(day) if *day < frozen_on => error(
            "sent-on/day".into(),
            format!(
                "The report was frozen on {}, so it cannot have been sent before",
                day_in_words(frozen_on)
            ),
        ),
        Ok(_) => {}
    }
    if !recipient.contains('@')
        || recipient.chars().any(char::is_control)
        || recipient.chars().count() > 320
    {
        error(
            "recipient".into(),
            "Say to which mailbox it was sent".into(),
        );
    }
    if form.is_none() {
        error("form-of-sending".into(), "Say what was sent".into());
    }
    let (Ok(day), Some(form), true) = (day, form, errors.is_empty()) else {
        let form_of_sending = body.get("form-of-sending").to_owned();
        let data = SentPage {
            action: dossier.path("/sent"),
            on,
            recipient,
            form_of_sending,
            errors,
        };
        record_view(&app, &actor, &dossier).await?;
        return Ok(respond_sent(&app, &actor, &dossier, data).await);
    };
    let mark = dossier.mark();
    let Begun { mut tx, life, .. } =
        begin_step(&app, &proof, &dossier.report.id, Step::RecordSent, &mark).await?;
    reports::add_sending(&mut tx, &proof, &dossier.report.id, day, &recipient, form).await?;
    if let Some((corrected, _)) = &dossier.report.corrects {
        reports::aftermath::supersede(&mut tx, &proof, corrected).await?;
    }
    finish_step(tx, &proof, &dossier, Step::RecordSent, &life).await?;
    Ok(see_other(&dossier.path("/finished")))
}

async fn respond_sent(app: &App, actor: &Actor, dossier: &Dossier, data: SentPage) -> Response {
    let failed = !data.errors.is_empty();
    let (status, title) = status_and_title(failed, "Record that the report was sent");
    page(
        app,
        status,
        report_chrome(actor, dossier, &title),
        move || sent_page(&data),
    )
    .await
}
