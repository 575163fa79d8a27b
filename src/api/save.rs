//! Saving the answers of a section: one way for the plain form and for autosave.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use crate::domain::form::answer::{LONGEST_ANSWER, LONGEST_REPORT};
use crate::domain::form::posted::{self, Posted, version_control};
use crate::domain::form::progress::{completed_key, is_author_row, items};
use crate::domain::form::{Answer, AnswerKey, Fields, Respondent, Version};
use crate::domain::identifiers::ReportId;
use crate::domain::notice::Kind;
use crate::domain::report::{Refusal, Step};
use crate::domain::sign_off::Capacity;
use crate::server::access::{self, Actor, Allowed, Permission, WritePartC, WriteReport};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::answers::{self, Saved};
use crate::server::store::{notices, reports};
use std::collections::HashSet;

/// What to save.
#[derive(Debug)]
pub struct SaveRequest<'a> {
    /// The report.
    pub report: &'a str,
    /// The section.
    pub section: &'a str,
    /// The posted form.
    pub body: &'a Body,
    /// Whether the answer to "Have you completed this section?" is to be saved too. Autosave leaves
    /// that to the person's own button.
    pub completed: bool,
}

/// Two texts for one answer: somebody saved another since.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The answer.
    pub key: AnswerKey,
    /// What this person typed; not saved, shown beside the other.
    pub mine: Fields,
    /// What stands.
    pub theirs: Answer,
}

/// What became of a save.
#[derive(Debug)]
pub enum Saving {
    /// Durable.
    Saved {
        /// Version controls with the versions that stand.
        versions: Vec<(String, u32)>,
        /// Whether an approval was voided by it.
        voided: bool,
    },
    /// Some answers were changed by somebody else; the others were saved.
    Conflict(Vec<Conflict>),
    /// Nothing was saved: these answers are too long, or the whole report is.
    TooLong(Vec<AnswerKey>),
    /// Nothing was saved: these texts answer rows that are no longer asked.
    NotAsked(Vec<String>),
    /// Nothing was saved: the report is not open to this person now.
    Closed(Refusal),
}

/// Saves a section. Answers of other sections, of questions not asked and of unknown rows are not
/// touched, whatever the form says.
///
/// # Errors
/// [`Failure`] when the report or section does not exist for this person, or the save failed.
pub async fn save_section(
    app: &App,
    actor: &Actor,
    request: &SaveRequest<'_>,
) -> Result<Saving, Failure> {
    let id = ReportId::parse(request.report).map_err(|_| Failure::NotFound)?;
    match respondent(app, actor, &id, request.section).await? {
        Respondent::SocialSupervisor => {
            save_as::<WriteReport>(app, actor, &id, request, Step::EditReport).await
        }
        Respondent::ClinicalSupervisor => {
            save_as::<WritePartC>(app, actor, &id, request, Step::EditPartC).await
        }
    }
}

/// Who answers the section. Asked with whichever proof the actor has, before either is used to write.
async fn respondent(
    app: &App,
    actor: &Actor,
    id: &ReportId,
    section: &str,
) -> Result<Respondent, Failure> {
    let proof = access::prove::<access::ViewPatient>(app, actor, id).await?;
    let report = reports::load(&app.db, &proof, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let form = app
        .forms
        .version(&report.form_id, report.form_version)
        .ok_or(Failure::NotFound)?;
    let (part, _) = form.section(section).ok_or(Failure::NotFound)?;
    Ok(part.answered_by)
}

async fn save_as<P: Permission>(
    app: &App,
    actor: &Actor,
    id: &ReportId,
    request: &SaveRequest<'_>,
    step: Step,
) -> Result<Saving, Failure> {
    let proof = access::prove::<P>(app, actor, id).await?;
    let dossier = Dossier::load(app, &proof, id).await?;
    let (posted, strays) = wanted(&dossier, request);
    if !strays.is_empty() {
        return Ok(Saving::NotAsked(strays));
    }
    let too_long: Vec<AnswerKey> = posted
        .iter()
        .filter(|p| {
            p.fields
                .iter()
                .any(|(_, text)| text.chars().count() > LONGEST_ANSWER)
        })
        .map(|p| p.key.clone())
        .collect();
    if !too_long.is_empty() {
        return Ok(Saving::TooLong(too_long));
    }
    commit(app, &proof, id, step, posted).await
}

/// What the form posted of what the section asks; and texts for rows that it asks no more.
fn wanted(dossier: &Dossier, request: &SaveRequest<'_>) -> (Vec<Posted>, Vec<String>) {
    let asked: HashSet<AnswerKey> = items(&dossier.form, &dossier.asked)
        .iter()
        .filter(|item| item.section.id == request.section)
        .map(|item| item.key())
        .collect();
    let completed = completed_key(request.section);
    let (mut wanted, mut strays) = (Vec::new(), Vec::new());
    for posted in posted::read(&request.body.0) {
        if posted.key == completed {
            if request.completed {
                wanted.push(Posted {
                    fields: posted.fields.only(|f| f == "choice"),
                    ..posted
                });
            }
            continue;
        }
        let Some((_, section, question)) = dossier.form.question(&posted.key.question) else {
            continue;
        };
        if section.id != request.section || !dossier.asked.asks(question) {
            continue;
        }
        let posted = Posted {
            fields: posted.fields.only(|f| question.has_field(f)),
            ..posted
        };
        // A row may have left the page's list since (the record was corrected, the row above it was
        // cleared): what has an answer already, or is the author's own, is kept all the same.
        let kept = asked.contains(&posted.key)
            || dossier.answers.contains_key(&posted.key)
            || is_author_row(question, &posted.key.row);
        if kept {
            wanted.push(posted);
        } else {
            strays.extend(posted.fields.iter().map(|(_, text)| text.to_owned()));
        }
    }
    (wanted, strays)
}

async fn commit<P>(
    app: &App,
    proof: &Allowed<P>,
    id: &ReportId,
    step: Step,
    posted: Vec<Posted>,
) -> Result<Saving, Failure> {
    let mut tx = app.db.begin().await?;
    let report = reports::lock(&mut tx, proof, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let next = match report.life.take(step, proof.person()) {
        Ok(next) => next,
        Err(refusal) => return Ok(Saving::Closed(refusal)),
    };
    let (mut versions, mut conflicts, mut changed, mut substantive) =
        (Vec::new(), Vec::new(), false, false);
    for Posted { key, seen, fields } in posted {
        let control = version_control(&key);
        // A form without a version has seen nothing: it may begin an answer, never replace one.
        match answers::save(&mut tx, proof, id, &key, seen.unwrap_or_default(), &fields).await? {
            Saved::As(Version(version)) => {
                changed = true;
                // "Completed" is a note to oneself, not part of what was approved.
                substantive |= !key.question.starts_with("section:");
                versions.push((control, version));
            }
            Saved::Already(Version(version)) => versions.push((control, version)),
            Saved::Conflict(theirs) => conflicts.push(Conflict {
                key,
                mine: fields,
                theirs: *theirs,
            }),
        }
    }
    if changed && answers::characters(&mut tx, id, LONGEST_REPORT).await? > LONGEST_REPORT {
        return Ok(Saving::TooLong(Vec::new()));
    }
    let voided = substantive && report.life.approved_by.is_some() && next.approved_by.is_none();
    if changed {
        if substantive && next != report.life {
            reports::set_life(&mut tx, proof, id, &next).await?;
            if step == Step::EditReport {
                let void = [
                    Capacity::SocialSupervisor,
                    Capacity::LineManager,
                    Capacity::ClinicalSupervisor,
                ];
                reports::void_signatures(&mut tx, id, &void, proof.at()).await?;
            }
        }
        let action = if voided {
            "edit-voids-approval"
        } else {
            step.name()
        };
        if voided {
            let today = app.clock.today();
            notices::tell_managers(&mut tx, proof, Kind::ApprovalVoided, id.as_str(), today)
                .await?;
        }
        audit::record(&mut tx, &proof.event(action, id.as_str())).await?;
        tx.commit().await?;
    }
    if conflicts.is_empty() {
        Ok(Saving::Saved { versions, voided })
    } else {
        Ok(Saving::Conflict(conflicts))
    }
}
