//! A report with all that its pages need: patient, form, answers, comments, signatures.

use super::failure::Failure;
use crate::components::furniture::Pinned;
use crate::components::layout::{About, Changed, ReportLine};
use crate::domain::calendar;
use crate::domain::form::answer::AnswerKey;
use crate::domain::form::progress::{Answers, Circumstances, Item, Texts, items};
use crate::domain::form::{Form, Respondent};
use crate::domain::identifiers::ReportId;
use crate::domain::patient::facts;
use crate::domain::people::Action;
use crate::domain::report::aftermath::PartCOutside;
use crate::domain::report::circumstances::{Period, circumstances};
use crate::domain::report::difference::{Difference, differences};
use crate::domain::report::findings::{Earlier, Evidence, Finding, OtherPatient, find};
use crate::domain::report::frozen::hex;
use crate::domain::report::{ReportKind, State};
use crate::domain::schedule::is_first;
use crate::domain::sign_off::{Capacity, Comment, Signature};
use crate::domain::timeline::Entry;
use crate::server::access::Allowed;
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::Db;
use crate::server::store::patients::{Patient, versions};
use crate::server::store::reports::{Report, Sending, Signatures};
use crate::server::store::{answers, entries, patients, reports};
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Everything about one report.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The patient.
    pub patient: Patient,
    /// The report's head.
    pub report: Report,
    /// Its form.
    pub form: Arc<Form>,
    /// Its period.
    pub period: Period,
    /// What it has to answer.
    pub asked: Circumstances,
    /// The supervision record.
    pub entries: Vec<Entry>,
    /// Reports of the patient before this one.
    pub earlier: Vec<Report>,
    /// Answers.
    pub answers: Answers,
    /// What the report before this one says; empty until [`Dossier::with_last_time`].
    pub last_time: Arc<Texts>,
    /// What findings compare this report with; empty until [`Dossier::with_background`].
    pub background: Background,
    /// Comments.
    pub comments: Vec<Comment>,
    /// Signatures that stand.
    pub signatures: Vec<Signature>,
    /// Records of sending.
    pub sendings: Vec<Sending>,
    /// Part C, where it came back on a paper.
    pub part_c_outside: Option<PartCOutside>,
    /// Facts of the record that changed after the author signed.
    pub changed: Vec<facts::Difference>,
    /// The report that corrects this one, where there is one.
    pub correction: Option<Correction>,
}

/// A report that corrects another.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Which.
    pub report: ReportId,
    /// Why it was begun.
    pub because: String,
    /// Where it stands.
    pub state: State,
}

impl Correction {
    /// The correction of `report` among the reports of its patient: one that was withdrawn only where it
    /// had already taken the report's place.
    fn of(report: &Report, all: &[Report]) -> Option<Self> {
        let corrections = all.iter().filter_map(|r| {
            let (corrected, because) = r.corrects.as_ref()?;
            (*corrected == report.id).then(|| Self {
                report: r.id.clone(),
                because: because.clone(),
                state: r.life.state,
            })
        });
        let withdrawn = |c: &Self| c.state == State::Withdrawn;
        corrections
            .filter(|c| !withdrawn(c) || report.life.state == State::Superseded)
            .min_by_key(withdrawn)
    }
}

/// What only findings need: earlier reports, the author's other patients, when the record was changed.
#[derive(Debug, Clone, Default)]
pub struct Background {
    /// Earlier reports with their answers, newest first.
    pub earlier: Vec<Earlier>,
    /// The author's other patients.
    pub caseload: Vec<OtherPatient>,
    /// When the record was last changed since it was first made.
    pub record_saved_at: Option<DateTime<Utc>>,
}

/// How many earlier reports findings look back on: three years of quarters.
const LOOK_BACK: usize = 12;

impl Dossier {
    /// Loads a report of the patient that the proof is about.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when it is not that patient's.
    pub async fn load<P>(app: &App, proof: &Allowed<P>, id: &ReportId) -> Result<Self, Failure> {
        let db = &app.db;
        let mut all = reports::all(db, proof).await?;
        let at = all
            .iter()
            .position(|r| r.id == *id)
            .ok_or(Failure::NotFound)?;
        let report = all.remove(at);
        // Kept, but closed to all but who answers for the team (decisions: after sending).
        if report.life.state == State::Withdrawn && !proof.may(Action::ReviewReport) {
            return Err(Failure::Withdrawn);
        }
        let correction = Correction::of(&report, &all);
        // A correction stands beside what it corrects; neither is the other's last time.
        all.retain(|r| {
            r.due < report.due && !matches!(r.life.state, State::Withdrawn | State::Superseded)
        });
        let patient = patients::load(db, proof).await?;
        let form = app
            .forms
            .version(&report.form_id, report.form_version)
            .ok_or_else(|| {
                anyhow::anyhow!(
                    "form {} {} is not loaded",
                    report.form_id,
                    report.form_version
                )
            })?;
        let entries = entries::all(db, proof).await?;
        let period = Period {
            from: report.period_from,
            to: report.facts_as_at.unwrap_or_else(|| app.clock.today()),
        };
        let answers = answers::all(db, proof, id).await?;
        let first = is_first(&patient.record, report.due);
        let asked = circumstances(&patient.record, &entries, first, period)
            .with_author_rows(&form, &answers);
        let signed = if report.signed {
            reports::signatures(db, proof, id).await?
        } else {
            Signatures::default()
        };
        let comments = if report.commented {
            readable_comments(proof, &form, reports::comments(db, proof, id).await?)
        } else {
            Vec::new()
        };
        let changed = match signed.author_signed_at {
            Some(at) if !report.life.state.is_sent() => {
                changed_since(db, proof, &patient, at, period).await?
            }
            _ => Vec::new(),
        };
        Ok(Self {
            changed,
            correction,
            asked,
            answers,
            comments,
            signatures: signed.standing,
            // Nothing is recorded as sent before it is frozen.
            sendings: if report.life.state >= State::ReadyToSend {
                reports::sendings(db, proof, id).await?
            } else {
                Vec::new()
            },
            part_c_outside: if report.life.state >= State::SecondLook {
                reports::aftermath::part_c_outside(db, proof, id).await?
            } else {
                None
            },
            last_time: Arc::default(),
            background: Background::default(),
            earlier: all,
            patient,
            report,
            form,
            period,
            entries,
        })
    }

    /// With the answers of the report before this one, for pages that show them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn with_last_time<P>(
        mut self,
        app: &App,
        proof: &Allowed<P>,
    ) -> Result<Self, Failure> {
        let last: Vec<&Report> = self.newest_earlier().take(1).collect();
        let said = answers::texts(&app.db, proof, &last).await?;
        self.last_time = said.into_iter().next().unwrap_or_default();
        Ok(self)
    }

    /// With what findings compare the report with. Findings that block need none of it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn with_background<P>(
        mut self,
        app: &App,
        proof: &Allowed<P>,
    ) -> Result<Self, Failure> {
        let earlier: Vec<&Report> = self.newest_earlier().take(LOOK_BACK).collect();
        let said = answers::texts(&app.db, proof, &earlier).await?;
        let of = |(report, answers): (&&Report, Arc<Texts>)| Earlier {
            facts_as_at: report.facts_as_at,
            answers,
        };
        self.background = Background {
            earlier: earlier.iter().zip(said).map(of).collect(),
            caseload: patients::others_of(
                &app.db,
                proof,
                &self.report.life.author,
                app.clock.today(),
            )
            .await?,
            record_saved_at: self.patient.changed_at,
        };
        if let Some(last) = self.background.earlier.first() {
            self.last_time = Arc::clone(&last.answers);
        }
        Ok(self)
    }

    /// Which report it is.
    #[must_use]
    pub fn kind(&self) -> ReportKind {
        let corrects = self.report.corrects.is_some();
        ReportKind::of(&self.patient.record, self.report.due, corrects)
    }

    /// Earlier reports that stand, the newest first.
    fn newest_earlier(&self) -> impl Iterator<Item = &Report> {
        let standing = |r: &&Report| r.life.state != State::Withdrawn;
        self.earlier.iter().rev().filter(standing)
    }

    /// Everything asked, in reading order.
    #[must_use]
    pub fn items(&self) -> Vec<Item<'_>> {
        items(&self.form, &self.asked)
    }

    /// Comments on one answer.
    #[must_use]
    pub fn comments_on(&self, key: &AnswerKey) -> Vec<Pinned> {
        let about = self.comments.iter().filter(|c| c.on == *key);
        about
            .map(|c| (c.name.clone(), moment_in_words(c.at), c.text.clone()))
            .collect()
    }

    /// A digest of what a reader of the report has before them: answers, record, entries. A signature
    /// is taken only from a page that was made of the text that stands.
    #[must_use]
    pub fn mark(&self) -> String {
        let written = self
            .answers
            .iter()
            .filter(|(key, _)| !key.question.starts_with("section:"));
        let answers: Vec<_> = written
            .map(|(key, a)| (key.to_string(), &a.fields))
            .collect();
        let entries: Vec<_> = self.entries.iter().map(|e| e.id.as_str()).collect();
        let text = serde_json::json!([answers, self.patient.version, entries]).to_string();
        hex(&Sha256::digest(text))
    }

    /// The same report with its facts as at another day, and so perhaps other rows to answer.
    #[must_use]
    pub fn with_facts_as_at(mut self, day: NaiveDate) -> Self {
        self.period.to = day;
        let first = is_first(&self.patient.record, self.report.due);
        self.asked = circumstances(&self.patient.record, &self.entries, first, self.period)
            .with_author_rows(&self.form, &self.answers);
        self
    }

    /// Findings on the parts of one respondent.
    #[must_use]
    pub fn findings(&self, respondent: Respondent) -> Vec<Finding> {
        let signed = |s: &&Signature| s.capacity == Capacity::SocialSupervisor;
        let evidence = Evidence {
            form: &self.form,
            asked: &self.asked,
            answers: &self.answers,
            record: &self.patient.record,
            entries: &self.entries,
            period: self.period,
            earlier: &self.background.earlier,
            caseload: &self.background.caseload,
            signed_at: self.signatures.iter().find(signed).map(|s| s.at),
            record_saved_at: self.background.record_saved_at,
        };
        find(&evidence, respondent)
    }

    /// Where Part C and Part B differ.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        differences(&self.form, &self.answers)
    }

    /// The line that names the patient on every page of the report.
    #[must_use]
    pub fn about(&self) -> About {
        About {
            report: Some(ReportLine {
                state: self.report.life.state.words().to_owned(),
                not_sent: !self.report.life.state.is_sent(),
                changed: self
                    .changed
                    .iter()
                    .map(|d| Changed {
                        label: d.label,
                        before: d.before.clone(),
                        after: d.after.clone(),
                    })
                    .collect(),
            }),
            ..about(&self.patient)
        }
    }

    /// Path of the report's pages.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/reports/{}{rest}", self.report.id)
    }
}

/// What passes between author and manager is internal: who writes Part C reads Parts A and B, and of the
/// comments only those on Part C.
fn readable_comments<P>(proof: &Allowed<P>, form: &Form, comments: Vec<Comment>) -> Vec<Comment> {
    if proof.may(Action::WriteReport) || proof.may(Action::ReviewReport) {
        return comments;
    }
    let on_part_c = |c: &Comment| {
        let found = form.question(&c.on.question);
        found.is_some_and(|(part, _, _)| part.answered_by == Respondent::ClinicalSupervisor)
    };
    comments.into_iter().filter(on_part_c).collect()
}

/// How the record differs from the one that the author last signed.
async fn changed_since<P>(
    db: &Db,
    proof: &Allowed<P>,
    patient: &Patient,
    signed_at: DateTime<Utc>,
    period: Period,
) -> Result<Vec<facts::Difference>, Failure> {
    let then = versions::at_moment(db, proof, signed_at).await?;
    Ok(then.map_or_else(Vec::new, |then| {
        facts::differences(&then, &patient.record, period)
    }))
}

/// The line that names a patient.
#[must_use]
pub fn about(patient: &Patient) -> About {
    About {
        path: format!("/patients/{}", patient.id),
        name: patient.record.full_name(),
        born: calendar::day_in_words(patient.record.date_of_birth),
        reference: patient.record.mhcs_reference.clone(),
        report: None,
    }
}
