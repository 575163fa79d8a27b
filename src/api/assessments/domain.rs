//! A domain: show its criteria, save their ratings, show both when somebody else was faster.

use super::dossier::Dossier;
use super::rate::{self, Rating};
use super::{assessment_id, block_of, figures};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::form::posted::{control, element_id};
use crate::domain::form::{AnswerKey, Fields};
use crate::domain::self_assessment::assessment::Step;
use crate::domain::self_assessment::framework::{Criterion, Domain};
use crate::domain::self_assessment::rating::{field_of_evidence, judge, pieces, slots};
use crate::pages::assessments::domain::{CriterionBlock, DomainPage, MORE, domain_page};
use crate::server::access::{Actor, ContributeToAssessment, ViewAssessments};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::assessments::ratings::Rated;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::collections::BTreeMap;

/// What the page shows besides what is stored.
#[derive(Debug, Default)]
struct Typed {
    /// What was typed and not saved.
    posted: BTreeMap<String, Fields>,
    /// What stands where somebody else was faster, by criterion.
    conflicts: BTreeMap<String, Rated>,
    /// Whether to say what is wrong.
    check: bool,
    /// Why nothing was saved.
    not_saved: Option<String>,
}

/// The page of a domain.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((id, domain)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (proof, dossier) =
        Dossier::open::<ViewAssessments>(&app, &actor, &assessment_id(&id)?).await?;
    let now = figures::take(&app, &proof, &dossier.row).await?;
    respond(
        &app,
        &actor,
        &dossier,
        &domain,
        &now,
        &Typed::default(),
        StatusCode::OK,
    )
    .await
}

/// Saves a domain's ratings.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((id, domain)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, dossier) = Dossier::open::<ContributeToAssessment>(&app, &actor, &id).await?;
    let saved = rate::save_under(&app, &proof, &dossier, &domain, &body).await?;
    let found = dossier.framework.domain(&domain).ok_or(Failure::NotFound)?;
    let as_typed = || {
        let posted = rate::wanted(found, &body).into_iter();
        posted.map(|p| (p.key.question, p.fields)).collect()
    };
    let now = figures::take(&app, &proof, &dossier.row).await?;
    let then = body.get("then");
    let (typed, status) = match saved {
        Rating::TooLong => (
            Typed {
                posted: as_typed(),
                check: true,
                not_saved: Some("Nothing was saved: a text can have up to 50,000 characters. What you typed is kept on this page.".into()),
                ..Typed::default()
            },
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Rating::Closed(refusal) => (
            Typed {
                posted: as_typed(),
                not_saved: Some(format!(
                    "{refusal}. What you typed is kept on this page: copy it if you still need it."
                )),
                ..Typed::default()
            },
            StatusCode::CONFLICT,
        ),
        Rating::Conflict(found) => {
            let mut typed = Typed::default();
            for conflict in found {
                typed.posted.insert(conflict.criterion.clone(), conflict.mine);
                typed.conflicts.insert(conflict.criterion, conflict.theirs);
            }
            (typed, StatusCode::CONFLICT)
        }
        Rating::Saved(_) => (
            Typed {
                check: true,
                ..Typed::default()
            },
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    };
    let dossier = Dossier::load(&app, &proof, &id, dossier.party).await?;
    let found = dossier.framework.domain(&domain).ok_or(Failure::NotFound)?;
    let saved = typed.not_saved.is_none() && typed.conflicts.is_empty();
    if let Some(criterion) = then.strip_prefix(MORE).filter(|_| saved) {
        let at = element_id(criterion);
        return Ok(see_other(
            &dossier.path(&format!("/domains/{domain}#criterion-{at}")),
        ));
    }
    if saved && errors(&dossier, found, &typed).is_empty() {
        return Ok(see_other(&next_path(&dossier, &domain, then)));
    }
    respond(&app, &actor, &dossier, &domain, &now, &typed, status).await
}

fn next_path(d: &Dossier, domain: &str, then: &str) -> String {
    let mine: Vec<&Domain> = d
        .framework
        .domains
        .iter()
        .filter(|x| d.party.rates(&x.id))
        .collect();
    let at = mine.iter().position(|x| x.id == domain);
    match at.and_then(|n| mine.get(n + 1)) {
        Some(next) if then == "next" => d.path(&format!("/domains/{}", next.id)),
        _ => d.path(""),
    }
}

fn errors(d: &Dossier, domain: &Domain, typed: &Typed) -> Vec<FieldError> {
    if !typed.check {
        return vec![];
    }
    let of = |c: &Criterion| {
        let fields = typed
            .posted
            .get(&c.id)
            .or_else(|| d.rated.get(&c.id).map(|r| &r.fields))
            .cloned()
            .unwrap_or_default();
        let key = AnswerKey::of(&c.id);
        judge(&fields, d.today)
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(move |p| FieldError {
                control: control(&key, &p.field),
                message: format!("{}: {}", key.question, p.message),
            })
            .collect::<Vec<_>>()
    };
    domain.criteria.iter().flat_map(of).collect()
}

async fn respond(
    app: &App,
    actor: &Actor,
    d: &Dossier,
    domain: &str,
    now: &figures::Figures,
    typed: &Typed,
    status: StatusCode,
) -> Result<Response, Failure> {
    let found = d.framework.domain(domain).ok_or(Failure::NotFound)?;
    let open = (d.party.rates(domain) && d.may(Step::Rate)) || typed.not_saved.is_some();
    let errors = errors(d, found, typed);
    let at = d
        .framework
        .domains
        .iter()
        .position(|x| x.id == domain)
        .unwrap_or_default();
    let near = |n: Option<usize>, word: &str| {
        let x = d.framework.domains.get(n?)?;
        Some((
            format!("{word}: {} {}", x.id, x.title),
            d.path(&format!("/domains/{}", x.id)),
        ))
    };
    let data = DomainPage {
        action: d.path(&format!("/domains/{domain}")),
        caption: d.caption(),
        heading: format!("{} {}", found.id, found.title),
        introduction: found.introduction.clone(),
        status: d.framework.status.clone(),
        criteria: found
            .criteria
            .iter()
            .map(|c| block(d, c, now, typed))
            .collect(),
        open,
        not_saved: typed.not_saved.clone(),
        conflict: !typed.conflicts.is_empty(),
        around: [
            near(at.checked_sub(1), "Previous"),
            near(Some(at + 1), "Next"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        errors,
    };
    let chrome = Chrome {
        islands: data.open,
        ..d.chrome(actor, &data.heading.clone(), !data.errors.is_empty())
    };
    Ok(page(app, status, chrome, move || domain_page(&data)).await)
}

/// A criterion with its rating as it stands.
#[must_use]
pub fn stands(d: &Dossier, c: &Criterion) -> CriterionBlock {
    let row = d.rated.get(&c.id);
    let fields = row.map(|r| r.fields.clone()).unwrap_or_default();
    CriterionBlock {
        figures: row
            .map(|r| r.figures.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|f| {
                (
                    f.name.clone(),
                    format!("{}, taken {}", f.words, moment_in_words(f.at)),
                )
            })
            .collect(),
        before: d.before_words(&c.id),
        version: row.map_or(0, |r| r.version.0),
        saved: d.saved_words(&c.id),
        remarks: d.remark_words(&c.id),
        evidence_given: pieces(&fields),
        fields,
        ..block_of(&d.framework, c)
    }
}

fn block(d: &Dossier, c: &Criterion, now: &figures::Figures, typed: &Typed) -> CriterionBlock {
    let mut block = stands(d, c);
    if !d.row.stage.is_frozen() {
        let live = figures::bearing(now, &c.figures);
        block.figures.extend(
            live.into_iter()
                .map(|f| (f.name, format!("{}, now", f.words))),
        );
    }
    if let Some(fields) = typed.posted.get(&c.id) {
        block.fields = fields.clone();
    }
    if let Some(theirs) = typed.conflicts.get(&c.id) {
        // Saving this page again is a choice made with both in view.
        block.version = theirs.version.0;
        let mut texts: Vec<(String, String)> = [
            ("rating", "Rating"),
            ("because", "Not applicable, because"),
            ("weakest", "Set by"),
        ]
        .into_iter()
        .map(|(field, name)| (name.to_owned(), theirs.fields.get(field).to_owned()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
        texts.extend((1..=slots(&theirs.fields)).filter_map(|n| {
            let part = |part: &str| theirs.fields.get(&field_of_evidence(n, part)).to_owned();
            let day = ["day", "month", "year"].map(part).join(" ");
            let text = [part("text"), part("link"), day.trim().to_owned()].join("\n");
            let text = text.trim().to_owned();
            (!text.is_empty()).then(|| (format!("Evidence {n}"), text))
        }));
        block.theirs = Some((
            format!(
                "Saved by {}, {}",
                theirs.by_name,
                moment_in_words(theirs.at)
            ),
            texts,
        ));
    }
    block
}
