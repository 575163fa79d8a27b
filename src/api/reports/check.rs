//! Check answers: the report as it stands, what the rules noticed, what is said to it.

use super::on_paper::{lost_elsewhere, lost_of};
use super::{may_write, next_steps, open, report_chrome};
use crate::api::dossier::Dossier;
use crate::api::failure::Failure;
use crate::api::render::page;
use crate::components::furniture::FieldError;
use crate::domain::form::Respondent;
use crate::domain::form::answer::{basis_in_words, in_words};
use crate::domain::form::posted::element_id;
use crate::domain::form::progress::Item;
use crate::domain::report::State as Stage;
use crate::domain::report::carry_forward::compare;
use crate::domain::report::findings::{Finding, considered};
use crate::pages::check::{
    AnswerBox, CheckPage, ConsideredView, EntryView, FindingLine, PartView, SectionView,
    check_page, read_id,
};
use crate::server::access::{Actor, Allowed, ViewPatient};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

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
        lost: lost_elsewhere(dossier),
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

/// What of an entry is printed and comes from the record: the row's words, and facts that are shown.
fn from_record<'a>(
    item: &'a Item<'_>,
    facts: Option<&'a [String]>,
) -> impl Iterator<Item = &'a str> {
    let row = item.row.map(|row| row.label.as_str());
    row.into_iter()
        .chain(facts.unwrap_or_default().iter().map(String::as_str))
}

fn entry_view(dossier: &Dossier, item: &Item<'_>) -> EntryView {
    let key = item.key();
    let fields = dossier
        .answers
        .get(&key)
        .map(|a| a.fields.clone())
        .unwrap_or_default();
    let facts = item
        .question
        .shows
        .map(|fact| dossier.fact(fact, dossier.period.to));
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
    } else if let Some(lines) = &facts {
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
    let lost = [
        lost_of(
            fields.iter().map(|(_, text)| text),
            "",
            "Put them in words if they matter.",
        ),
        lost_of(
            from_record(item, facts.as_deref()),
            " of the record",
            "Correct them in the record if they matter.",
        ),
    ];
    EntryView {
        anchor: element_id(&key.to_string()),
        question: item.question.label.clone(),
        row: item.row.map(|r| r.label.clone()),
        statements,
        lost: lost.into_iter().flatten().collect(),
        withheld: item.question.is_left_out(&fields),
        comments: dossier.comments_on(&key),
        on: key.to_string(),
        typed: None,
        compared: dossier
            .last_time
            .get(&key)
            .map(|last| compare(item.question, &fields, last))
            .unwrap_or_default(),
    }
}
