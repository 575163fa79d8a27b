//! A domain: show its criteria, save their ratings, show both when somebody else was faster.

use super::dossier::Dossier;
use super::{assessment_id, block_of, figures};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{page, see_other};
use crate::components::furniture::FieldError;
use crate::domain::form::answer::LONGEST_ANSWER;
use crate::domain::form::posted::{self, Posted, control};
use crate::domain::form::{AnswerKey, Fields, Version};
use crate::domain::self_assessment::assessment::{Step, take};
use crate::domain::self_assessment::framework::{Criterion, Domain};
use crate::domain::self_assessment::rating::{FIELDS, judge, links};
use crate::pages::assessments::domain::{CriterionBlock, DomainPage, domain_page};
use crate::server::access::{Actor, ContributeToAssessment, ViewAssessments};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::assessments::ratings::{self, Rated, Saved};
use crate::server::store::assessments::{self as store};
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
    let rated_domain = dossier
        .framework
        .domain(&domain)
        .ok_or(Failure::NotFound)?
        .clone();
    if !dossier.party.rates(&domain) {
        return Err(crate::domain::self_assessment::assessment::Refusal::NotYou(Step::Rate).into());
    }
    let now = figures::take(&app, &proof, &dossier.row).await?;
    let posted = wanted(&rated_domain, &body);
    let as_typed: BTreeMap<String, Fields> = posted
        .iter()
        .map(|p| (p.key.question.clone(), p.fields.clone()))
        .collect();
    if posted.iter().any(|p| {
        p.fields
            .iter()
            .any(|(_, t)| t.chars().count() > LONGEST_ANSWER)
    }) {
        let typed = Typed {
            posted: as_typed,
            check: true,
            not_saved: Some("Nothing was saved: a text can have up to 50,000 characters. What you typed is kept on this page.".into()),
            ..Typed::default()
        };
        return respond(
            &app,
            &actor,
            &dossier,
            &domain,
            &now,
            &typed,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    }
    let mut tx = app.db.begin().await?;
    let row = store::lock(&mut tx, &proof, &id)
        .await?
        .ok_or(Failure::NotFound)?;
    if let Err(refusal) = take(row.stage, Step::Rate, &dossier.party) {
        drop(tx);
        let dossier = Dossier::load(&app, &proof, &id, dossier.party).await?;
        let typed = Typed {
            posted: as_typed,
            not_saved: Some(format!(
                "{refusal}. What you typed is kept on this page: copy it if you still need it."
            )),
            ..Typed::default()
        };
        return respond(
            &app,
            &actor,
            &dossier,
            &domain,
            &now,
            &typed,
            StatusCode::CONFLICT,
        )
        .await;
    }
    let (mut conflicts, mut mine, mut changed) = (BTreeMap::new(), BTreeMap::new(), false);
    for p in posted {
        let criterion = &p.key.question;
        let bearing = rated_domain
            .criteria
            .iter()
            .find(|c| c.id == *criterion)
            .map(|c| figures::bearing(&now, &c.figures))
            .unwrap_or_default();
        // A form that does not say which version it was made from has seen none that stands.
        let seen = p.seen.unwrap_or(Version(u32::MAX));
        match ratings::save(&mut tx, &proof, &id, criterion, seen, &p.fields, &bearing).await? {
            Saved::As(_) => changed = true,
            Saved::Already(_) => {}
            Saved::Conflict(theirs) => {
                conflicts.insert(criterion.clone(), *theirs);
                mine.insert(criterion.clone(), p.fields.clone());
            }
        }
    }
    if changed {
        audit::record(&mut tx, &proof.event(Step::Rate.name(), id.as_str())).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    let dossier = Dossier::load(&app, &proof, &id, dossier.party).await?;
    let (typed, status) = if conflicts.is_empty() {
        (
            Typed {
                check: true,
                ..Typed::default()
            },
            StatusCode::UNPROCESSABLE_ENTITY,
        )
    } else {
        (
            Typed {
                posted: mine,
                conflicts,
                ..Typed::default()
            },
            StatusCode::CONFLICT,
        )
    };
    if typed.conflicts.is_empty() && errors(&dossier, &rated_domain, &typed).is_empty() {
        return Ok(see_other(&next_path(&dossier, &domain, body.get("then"))));
    }
    respond(&app, &actor, &dossier, &domain, &now, &typed, status).await
}

/// What the form posted of what the domain asks.
fn wanted(domain: &Domain, body: &Body) -> Vec<Posted> {
    posted::read(&body.0)
        .into_iter()
        .filter(|p| p.key.row.is_empty() && domain.criteria.iter().any(|c| c.id == p.key.question))
        .map(|p| Posted {
            fields: p.fields.only(|f| FIELDS.contains(&f)),
            ..p
        })
        .collect()
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
                control: control(&key, p.field),
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
    let chrome = d.chrome(actor, &data.heading.clone(), !data.errors.is_empty());
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
        links: links(fields.get("links")).unwrap_or_default(),
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
        let names = [
            ("rating", "Rating"),
            ("because", "Not applicable, because"),
            ("weakest", "Set by"),
            ("evidence", "Evidence"),
            ("links", "Links"),
            ("day", "Day"),
            ("month", "Month"),
            ("year", "Year"),
        ];
        let texts = names
            .iter()
            .filter(|(f, _)| !theirs.fields.get(f).is_empty())
            .map(|(f, name)| ((*name).to_owned(), theirs.fields.get(f).to_owned()))
            .collect();
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
