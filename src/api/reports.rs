//! A report's own pages: begin it, its task list, check answers.

mod steps;

pub(in crate::api) use steps::other_steps;
use steps::{may_write, next_steps, waiting};

use super::dossier::Dossier;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::{add_days, day_in_words};
use crate::domain::form::Respondent;
use crate::domain::form::answer::{basis_in_words, in_words};
use crate::domain::form::posted::element_id;
use crate::domain::form::progress::{Item, SectionStatus, section_status};
use crate::domain::identifiers::{PatientId, ReportId};
use crate::domain::report::carry_forward::compare;
use crate::domain::report::findings::{Finding, considered};
use crate::domain::report::{Refusal, State as Stage};
use crate::domain::schedule::{next_due, send_by};
use crate::domain::sign_off::Capacity;
use crate::pages::check::{
    AnswerBox, CheckPage, ConsideredView, EntryView, FindingLine, PartView, SectionView,
    check_page, read_id,
};
use crate::pages::task_list::{Task, TaskListPage, task_list_page};
use crate::server::access::{self, Actor, Allowed, ViewPatient, WriteReport};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::{moment_in_words, time_of_day};
use crate::server::forms::PROGRESS_REPORT;
use crate::server::store::patients;
use crate::server::store::reports::{self, NewReport};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Begins the next report of a patient.
///
/// # Errors
/// [`Failure`].
pub async fn begin(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let patient = PatientId::parse(&patient).map_err(|_| Failure::NotFound)?;
    let proof = access::prove::<WriteReport>(&app, &actor, &patient).await?;
    let record = patients::load(&app.db, &proof).await?.record;
    let earlier = reports::all(&app.db, &proof).await?;
    let standing = || {
        earlier
            .iter()
            .filter(|r| !matches!(r.life.state, Stage::Withdrawn | Stage::Superseded))
    };
    // A correction that is being written does not hold the next report up.
    let is_next = |r: &&reports::Report| !r.life.state.is_sent() && r.corrects.is_none();
    if let Some(open) = standing().find(is_next) {
        return Ok(see_other(&format!("/reports/{}", open.id)));
    }
    let answered: Vec<_> = standing().map(|r| r.due).collect();
    let form = app
        .forms
        .newest(PROGRESS_REPORT)
        .ok_or_else(|| anyhow::anyhow!("no form {PROGRESS_REPORT}"))?;
    let new = NewReport {
        form_id: form.id.clone(),
        form_version: form.version,
        due: next_due(&record, &answered).ok_or(Refusal::NothingDue)?.on,
        period_from: standing()
            .filter_map(|r| r.facts_as_at)
            .max()
            .map_or(record.discharge.on, |d| add_days(d, 1)),
    };
    let id = reports::begin(&app.db, &proof, &new).await?;
    if let Some(notice) = super::deadlines::carry_late_notice(&app, &proof, new.due).await? {
        let mut tx = app.db.begin().await?;
        reports::set_late_notice(&mut tx, &proof, &id, &notice).await?;
        tx.commit().await?;
    }
    Ok(see_other(&format!("/reports/{id}")))
}

/// A report that the actor may view, on record as viewed.
///
/// # Errors
/// [`Failure`].
pub async fn open(
    app: &App,
    actor: &Actor,
    report: &str,
    action: &'static str,
) -> Result<(Allowed<ViewPatient>, Dossier), Failure> {
    let id = ReportId::parse(report).map_err(|_| Failure::NotFound)?;
    let patient = access::patient_of(app, actor, &id).await?;
    let proof = access::view(app, actor, &patient, action, id.as_str()).await?;
    let dossier = Dossier::load(app, &proof, &id).await?;
    Ok((proof, dossier))
}

/// Records that somebody is shown a report in answer to a post.
///
/// # Errors
/// [`Failure`] when it cannot be recorded; then the page must not be shown.
pub async fn record_view(app: &App, actor: &Actor, dossier: &Dossier) -> Result<(), Failure> {
    access::view(
        app,
        actor,
        &dossier.patient.id,
        "view-report",
        dossier.report.id.as_str(),
    )
    .await?;
    Ok(())
}

/// The frame of a report's page.
#[must_use]
pub fn report_chrome(actor: &Actor, dossier: &Dossier, title: impl Into<String>) -> Chrome {
    Chrome {
        back: Some((dossier.path(""), "Back to the task list".into())),
        about: Some(dossier.about()),
        ..chrome(actor, title)
    }
}

/// The task list.
///
/// # Errors
/// [`Failure`].
pub async fn task_list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    let steps = next_steps(&proof, &dossier, &actor, false);
    let items = dossier.items();
    let parts = dossier
        .form
        .parts
        .iter()
        .map(|part| {
            let write = may_write(&proof, &dossier, &actor, part.answered_by);
            let task = |section: &crate::domain::form::Section| {
                let status = section_status(&items, &section.id, &dossier.answers);
                let open = write && status != SectionStatus::NothingAsked;
                let signed = is_signed(&dossier, part.answered_by);
                Task {
                    title: section.title.clone(),
                    path: open.then(|| dossier.path(&format!("/sections/{}", section.id))),
                    status: if signed {
                        "Signed".into()
                    } else {
                        status.words().to_owned()
                    },
                    tag: status_tag(status).filter(|_| !signed),
                }
            };
            (part.title.clone(), part.sections.iter().map(task).collect())
        })
        .collect();
    let data = TaskListPage {
        title: dossier.form.title.clone(),
        form_status: dossier.form.status.clone(),
        dates: dates(&app, &dossier),
        voided: query.as_deref() == Some("voided"),
        parts,
        waiting: waiting(&dossier, &steps),
        next: steps,
        comments: dossier.comments.len(),
        others: other_steps(&proof, &dossier, &actor),
        marks: dossier.marks(),
        present: present(&app, &proof, &dossier).await?,
    };
    let about = dossier.about();
    let chrome = Chrome {
        back: Some((about.path.clone(), "Back to the patient".into())),
        about: Some(about),
        ..chrome(&actor, "Task list")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || task_list_page(&data)).await)
}

/// Who else has the report before them, with the time of day.
///
/// # Errors
/// When the database cannot be read.
pub async fn present<P>(
    app: &App,
    proof: &Allowed<P>,
    dossier: &Dossier,
) -> Result<Vec<(String, String)>, Failure> {
    let others = audit::presence::others(&app.db, proof, &dossier.report.id).await?;
    let told = |(name, at)| (name, time_of_day(at));
    Ok(others.into_iter().map(told).collect())
}

/// Whether a part has been signed and that stands: its sections' own progress is past then.
fn is_signed(dossier: &Dossier, who: Respondent) -> bool {
    let capacity = match who {
        Respondent::SocialSupervisor => Capacity::SocialSupervisor,
        Respondent::ClinicalSupervisor => Capacity::ClinicalSupervisor,
    };
    dossier.signatures.iter().any(|s| s.capacity == capacity)
}

fn status_tag(status: SectionStatus) -> Option<&'static str> {
    match status {
        SectionStatus::NotStarted => Some("nhsuk-tag--blue"),
        SectionStatus::InProgress => Some("nhsuk-tag--white"),
        SectionStatus::Problem => Some("nhsuk-tag--red"),
        SectionStatus::Completed | SectionStatus::NothingAsked => None,
    }
}

fn dates(app: &App, dossier: &Dossier) -> Vec<(String, String)> {
    let r = &dossier.report;
    let to = r
        .facts_as_at
        .map_or_else(|| "today (set when you sign)".to_owned(), day_in_words);
    let mut dates = vec![
        ("Due".into(), day_in_words(r.due)),
        (
            "Send by".into(),
            format!(
                "{} (last working day on or before)",
                day_in_words(send_by(r.due, &app.holidays))
            ),
        ),
        (
            "Period".into(),
            format!("{} to {to}", day_in_words(r.period_from)),
        ),
        ("Author".into(), r.author_name.clone()),
    ];
    if let Some(notice) = &r.late_notice {
        let told = format!("{}: {}", day_in_words(notice.on), notice.how);
        dates.push(("MHCS told it will be late".into(), told));
    }
    dates
}

/// The report as it stands, to be read through.
///
/// # Errors
/// [`Failure`].
pub async fn check(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    let dossier = dossier.with_background(&app, &proof).await?;
    Ok(check_page_of(&app, &actor, &proof, &dossier, &[], StatusCode::OK).await)
}

/// An answer to a finding that could not be saved.
#[derive(Debug, Clone)]
pub struct Answering {
    /// Its control.
    pub on: String,
    /// What was typed.
    pub words: String,
    /// Why it was not saved.
    pub message: String,
    /// Whether somebody else answered since.
    pub conflict: bool,
}

impl Answering {
    /// The control of the answer to a finding.
    #[must_use]
    pub fn control(finding: &Finding) -> String {
        format!("considered/{}/{}", finding.rule.id(), finding.on)
    }

    /// The control with the version of the answer that the page showed.
    #[must_use]
    pub fn version_control(finding: &Finding) -> String {
        format!("considered-version/{}/{}", finding.rule.id(), finding.on)
    }
}

/// Whose parts are being written or checked in a state.
#[must_use]
pub fn turn(state: Stage) -> Respondent {
    if state.part_c_is_open() {
        Respondent::ClinicalSupervisor
    } else {
        Respondent::SocialSupervisor
    }
}

/// The page of answers to check, with answers to findings that could not be saved.
pub async fn check_page_of(
    app: &App,
    actor: &Actor,
    proof: &Allowed<ViewPatient>,
    dossier: &Dossier,
    not_saved: &[Answering],
    status: StatusCode,
) -> Response {
    let who = turn(dossier.report.life.state);
    let writes = |who| may_write(proof, dossier, actor, who);
    let errors = not_saved.iter().map(|a| FieldError {
        control: a.on.clone(),
        message: a.message.clone(),
    });
    let data = CheckPage {
        title: dossier.form.title.clone(),
        form_status: dossier.form.status.clone(),
        findings: finding_lines(dossier, who, writes(who), not_saved),
        action: dossier.path("/check"),
        internal: (!dossier.signatures.is_empty()).then(|| dossier.path("/internal")),
        errors: errors.collect(),
        parts: part_views(dossier, writes),
        signatures: signature_lines(dossier),
        next: next_steps(proof, dossier, actor, true),
    };
    let title = if not_saved.is_empty() {
        "Check answers"
    } else {
        "Error: Check answers"
    };
    page(
        app,
        status,
        report_chrome(actor, dossier, title),
        move || check_page(&data),
    )
    .await
}

/// Findings on the parts of one respondent in words, each with what its author said to it; with a way to
/// the answer and a box for those who may write.
#[must_use]
pub fn finding_lines(
    dossier: &Dossier,
    who: Respondent,
    writes: bool,
    not_saved: &[Answering],
) -> Vec<FindingLine> {
    // Answering costs no approval: boxes stand only while the report is being written.
    let life = &dossier.report.life;
    let open = writes
        && (life.state.part_c_is_open() || matches!(life.state, Stage::Drafting | Stage::Returned));
    let line = |finding: &Finding| {
        let stored = dossier.answers.get(&considered::key(finding));
        let said = stored.filter(|a| !a.fields.is_empty());
        let name = Answering::control(finding);
        let failed = not_saved.iter().find(|a| a.on == name);
        // Writers are led to the box, readers to the answer on the same page.
        let place = match (finding.section.as_str(), writes) {
            ("", _) => dossier.about().path,
            (section, true) => {
                dossier.path(&format!("/sections/{section}#{}", element_id(&finding.on)))
            }
            (_, false) => format!("#{}", read_id(&finding.on)),
        };
        FindingLine {
            rule: finding.rule,
            because: finding.because.clone(),
            severity: finding.severity,
            message: finding.message.clone(),
            reason: finding.rule.reason(),
            path: Some(place),
            considered: said.map(|a| ConsideredView {
                words: a.fields.get("text").to_owned(),
                by: format!("{}, {}", a.by, moment_in_words(a.at)),
                then: Some(a.fields.get("about").to_owned())
                    .filter(|then| *then != finding.message),
            }),
            answer: (open && considered::may_answer(finding)).then(|| AnswerBox {
                version_name: Answering::version_control(finding),
                version: stored.map(|a| a.version.0).unwrap_or_default(),
                text: failed.map_or_else(
                    || {
                        said.map(|a| a.fields.get("text").to_owned())
                            .unwrap_or_default()
                    },
                    |a| a.words.clone(),
                ),
                error: failed.map(|a| a.message.clone()),
                name,
            }),
        }
    };
    dossier.findings(who).iter().map(line).collect()
}

/// Signatures in words.
#[must_use]
pub fn signature_lines(dossier: &Dossier) -> Vec<String> {
    dossier
        .signatures
        .iter()
        .map(|s| {
            format!(
                "{}: {}, {}, {}",
                s.capacity.words(),
                s.name,
                s.job_title,
                moment_in_words(s.at)
            )
        })
        .collect()
}

/// Every part with its answers in words; sections that `writes` allows have a Change link.
#[must_use]
pub fn part_views(dossier: &Dossier, writes: impl Fn(Respondent) -> bool) -> Vec<PartView> {
    let items = dossier.items();
    dossier
        .form
        .parts
        .iter()
        .map(|part| PartView {
            title: part.title.clone(),
            sections: part
                .sections
                .iter()
                .map(|section| SectionView {
                    title: section.title.clone(),
                    path: writes(part.answered_by)
                        .then(|| dossier.path(&format!("/sections/{}", section.id))),
                    entries: items
                        .iter()
                        .filter(|i| i.section.id == section.id && i.is_told(&dossier.answers))
                        .map(|i| entry_view(dossier, i))
                        .collect(),
                })
                .filter(|section: &SectionView| !section.entries.is_empty())
                .collect(),
        })
        .collect()
}

/// What of an answer cannot be drawn on paper, each character with its number.
fn undrawable_in(fields: &crate::domain::form::Fields) -> Vec<String> {
    let typed: Vec<&str> = fields.iter().map(|(_, text)| text).collect();
    let found = crate::document::text::undrawable(&typed.join("\n")).unwrap_or_default();
    let name = |c: char| match c {
        // A character without a shape of its own is named by its number alone.
        c if c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c) => {
            format!("U+{:04X}", u32::from(c))
        }
        c => format!("{c} (U+{:04X})", u32::from(c)),
    };
    found.into_iter().map(name).collect()
}

fn entry_view(dossier: &Dossier, item: &Item<'_>) -> EntryView {
    let key = item.key();
    let fields = dossier
        .answers
        .get(&key)
        .map(|a| a.fields.clone())
        .unwrap_or_default();
    let statements = if item.row.is_some() {
        item.told_columns(&fields)
            .map(|c| {
                let said = fields.column(&c.id);
                (
                    Some(c.label.clone()),
                    in_words(c, &said),
                    basis_in_words(&said),
                )
            })
            .collect()
    } else if let Some(fact) = item.question.shows {
        let lines = dossier.fact(fact, dossier.period.to);
        let shown = if lines.is_empty() {
            "Not recorded".to_owned()
        } else {
            lines.join("\n")
        };
        vec![(None, Some(shown), None)]
    } else {
        vec![(
            None,
            in_words(&item.question.as_column(), &fields),
            basis_in_words(&fields),
        )]
    };
    EntryView {
        anchor: element_id(&key.to_string()),
        question: item.question.label.clone(),
        row: item.row.map(|r| r.label.clone()),
        statements,
        undrawable: undrawable_in(&fields),
        withheld: item.question.is_left_out(&fields),
        comments: dossier
            .comments
            .iter()
            .filter(|c| c.on == key)
            .map(|c| (c.name.clone(), moment_in_words(c.at), c.text.clone()))
            .collect(),
        on: key.to_string(),
        typed: None,
        compared: dossier
            .last_time
            .get(&key)
            .map(|last| compare(item.question, &fields, &last.fields))
            .unwrap_or_default(),
    }
}
