//! Self-assessments: the list, opening one, the overview across teams, the standards themselves.

pub mod actions;
pub mod challenge;
pub mod compare;
pub mod domain;
pub mod dossier;
pub mod figures;
pub mod overview;
pub mod papers;
pub mod people;
pub mod rate;
pub mod steps;

use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, page, see_other};
use crate::components::bars::figure;
use crate::components::controls::Choice;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_parts;
use crate::domain::calendar::{add_days, add_months, day_in_words, less_days, read_day};
use crate::domain::identifiers::{AssessmentId, OrganisationId};
use crate::domain::people::{OrganisationAction, may_in};
use crate::domain::self_assessment::action_plan::to_carry;
use crate::domain::self_assessment::assessment::{Party, Scope, ScopeKind, Step, period_fault};
use crate::domain::self_assessment::framework::{Framework, How};
use crate::domain::self_assessment::rating::{Rating, Ratings, mean, must_act, scores};
use crate::domain::self_assessment::{comparison, framework};
use crate::pages::assessments::domain::{CriterionBlock, standards_page};
use crate::pages::assessments::list::{
    Line, ListPage, OfferLine, OrganisationLines, ScopeLine, list_page, overview_page,
};
use crate::pages::assessments::people::{OpenPage, open_page};
use crate::server::access::assessments::{in_assessment, parts_of};
use crate::server::access::{
    self, Actor, AllowedIn, Denied, LeadAssessment, OrganisationPermission, ViewAssessments,
};
use crate::server::app::App;
use crate::server::audit;
use crate::server::forms::guidance_path;
use crate::server::frameworks::QUALITY;
use crate::server::store::assessments::{self as store, Assessment, NewAssessment, Opened};
use crate::server::store::assessments::{actions as plans, ratings, sharing};
use crate::server::store::{new_id, organisations};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads an identifier from an address.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn assessment_id(text: &str) -> Result<AssessmentId, Failure> {
    AssessmentId::parse(text).map_err(|_| Failure::NotFound)
}

/// Proof that the actor may do `P` to an assessment, and their part in it.
///
/// # Errors
/// [`Failure`].
pub async fn prove<P: OrganisationPermission>(
    app: &App,
    actor: &Actor,
    id: &AssessmentId,
) -> Result<(AllowedIn<P>, Party), Failure> {
    in_assessment(app, actor, id).await.map_err(no_part)
}

/// A refusal in an assessment, in the words of assessments.
pub fn no_part(denied: Denied) -> Failure {
    match denied {
        Denied::Refused => Failure::NoPart(
            "You have no part in this self-assessment that lets you do this. An assessment lead gives parts to people".into(),
        ),
        other => other.into(),
    }
}

/// The newest standards.
///
/// # Errors
/// [`Failure::NotFound`] when the installation has none.
pub fn newest(app: &App) -> Result<Arc<Framework>, Failure> {
    app.forms
        .frameworks()
        .newest(QUALITY)
        .ok_or(Failure::NotFound)
}

/// What somebody is to an assessment, in words.
#[must_use]
pub fn part_words(party: &Party) -> String {
    let mut parts = Vec::new();
    if party.lead {
        parts.push("Lead".to_owned());
    }
    if party.executive {
        parts.push("Executive".into());
    }
    if party.challenger {
        parts.push("Challenger".into());
    }
    if !party.domains.is_empty() {
        parts.push(format!("Contributor: {}", party.domains.join(", ")));
    }
    parts.join("; ")
}

/// What an assessment covers, in words.
#[must_use]
pub fn name_of(assessment: &Assessment) -> String {
    match assessment.scope.kind {
        ScopeKind::Organisation => assessment.organisation_name.clone(),
        _ => format!(
            "{}: {}",
            assessment.organisation_name, assessment.scope.name
        ),
    }
}

/// The organisations in which the actor may do something.
fn organisations_of(actor: &Actor, action: OrganisationAction) -> Vec<OrganisationId> {
    let able = actor.memberships.iter().filter(|m| may_in(m.role, action));
    let mut found: Vec<OrganisationId> = able.map(|m| m.organisation.clone()).collect();
    found.sort();
    found.dedup();
    found
}

/// The list.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let today = app.clock.today();
    let mut data = ListPage {
        status: newest(&app)?.status.clone(),
        overview: !organisations_of(&actor, OrganisationAction::ViewAssessments).is_empty(),
        ..ListPage::default()
    };
    for (assessment, party) in parts_of(&app, &actor).await? {
        data.lines.push(Line {
            path: format!("/assessments/{}", assessment.id),
            name: name_of(&assessment),
            period: format!(
                "{} to {}",
                day_in_words(assessment.from),
                day_in_words(assessment.to)
            ),
            stage: assessment.stage.words(),
            part: part_words(&party),
        });
    }
    for organisation in organisations_of(&actor, OrganisationAction::LeadAssessment) {
        let proof = access::prove_in::<LeadAssessment>(&app, &actor, &organisation).await?;
        let known = organisations::find(&app.db, &organisation)
            .await?
            .ok_or(Failure::NotFound)?;
        data.open
            .push((format!("/assessments/open/{organisation}"), known.name));
        if proof.teams().is_none() {
            for offer in sharing::offers(&app.db, &proof).await? {
                data.offers.push(OfferLine {
                    action: format!("/assessments/{}/share/answer", offer.id),
                    words: format!(
                        "{} offers to share its self-assessment to {}.",
                        offer.from,
                        day_in_words(offer.to)
                    ),
                });
            }
        }
    }
    data.overdue = actions::concerning(&app, &actor)
        .await?
        .iter()
        .filter(|(found, _)| found.action.is_overdue(today))
        .count();
    Ok(page(
        &app,
        StatusCode::OK,
        chrome(&actor, "Self-assessment"),
        move || list_page(&data),
    )
    .await)
}

/// The page that opens one.
///
/// # Errors
/// [`Failure`].
pub async fn show_open(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let organisation = OrganisationId::parse(&organisation).map_err(|_| Failure::NotFound)?;
    let proof = access::prove_in::<LeadAssessment>(&app, &actor, &organisation)
        .await
        .map_err(no_part)?;
    let today = app.clock.today();
    let data = OpenPage {
        id: new_id(),
        kind: if proof.teams().is_none() {
            "organisation"
        } else {
            "team"
        }
        .into(),
        from: day_parts(add_days(less_days(today, 365), 1)),
        to: day_parts(today),
        ..OpenPage::default()
    };
    open_response(&app, &actor, &proof, data).await
}

async fn open_response(
    app: &App,
    actor: &Actor,
    proof: &AllowedIn<LeadAssessment>,
    data: OpenPage,
) -> Result<Response, Failure> {
    let known = organisations::find(&app.db, proof.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    let teams = led_teams(app, proof).await?;
    let failed = !data.errors.is_empty();
    let status = match (&data.another, failed) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let data = OpenPage {
        action: format!("/assessments/open/{}", proof.organisation()),
        organisation: known.name,
        status: newest(app)?.status.clone(),
        teams: teams
            .into_iter()
            .map(|(id, name)| Choice::new(id, name))
            .collect(),
        whole: proof.teams().is_none(),
        ..data
    };
    let title = if failed {
        "Error: Open a self-assessment"
    } else {
        "Open a self-assessment"
    };
    let chrome = Chrome {
        back: Some(("/assessments".into(), "Back to self-assessments".into())),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || open_page(&data)).await)
}

async fn led_teams(
    app: &App,
    proof: &AllowedIn<LeadAssessment>,
) -> Result<Vec<(String, String)>, Failure> {
    let mut teams = store::teams(&app.db, proof).await?;
    if let Some(mine) = proof.teams() {
        teams.retain(|(id, _)| mine.contains(id));
    }
    Ok(teams)
}

/// Three typed parts of a day.
fn typed_day(body: &Body, name: &str) -> [String; 3] {
    ["day", "month", "year"].map(|p| body.get(&format!("{name}/{p}")).to_owned())
}

/// Reads a day, or says beside which part of it what is wrong.
fn read_typed(name: &str, typed: &[String; 3]) -> Result<NaiveDate, FieldError> {
    read_day(&typed[0], &typed[1], &typed[2]).map_err(|e| FieldError {
        control: format!("{name}/{}", e.field()),
        message: e.to_string(),
    })
}

/// Opens one.
///
/// # Errors
/// [`Failure`].
pub async fn open(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let organisation = OrganisationId::parse(&organisation).map_err(|_| Failure::NotFound)?;
    let proof = access::prove_in::<LeadAssessment>(&app, &actor, &organisation)
        .await
        .map_err(no_part)?;
    let id = AssessmentId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    let ticked: Vec<String> = body
        .0
        .iter()
        .filter(|(n, _)| n == "team")
        .map(|(_, v)| v.clone())
        .collect();
    let typed = OpenPage {
        id: id.to_string(),
        kind: body.get("kind").to_owned(),
        name: body.get("name").to_owned(),
        from: typed_day(&body, "from"),
        to: typed_day(&body, "to"),
        ticked: ticked.clone(),
        ..OpenPage::default()
    };
    let teams = led_teams(&app, &proof).await?;
    let (scope, mut errors) = read_scope(&app, &proof, &typed, &teams).await?;
    let (from, to) = (read_typed("from", &typed.from), read_typed("to", &typed.to));
    errors.extend(
        [&from, &to]
            .into_iter()
            .filter_map(|d| d.as_ref().err().cloned()),
    );
    if let (Ok(from), Ok(to)) = (&from, &to)
        && let Some(fault) = period_fault(*from, *to)
    {
        errors.push(FieldError {
            control: "to/day".into(),
            message: fault.into(),
        });
    }
    let (Some(scope), Ok(from), Ok(to), true) = (scope, from, to, errors.is_empty()) else {
        return open_response(&app, &actor, &proof, OpenPage { errors, ..typed }).await;
    };
    match open_one(&app, &proof, id.clone(), scope, from, to).await? {
        Opened::Yes => Ok(see_other(&format!("/assessments/{id}"))),
        Opened::Another(other) => {
            let another = Some((
                "A self-assessment of the same part of the organisation is under way, or follows the same year.".to_owned(),
                format!("/assessments/{other}"),
            ));
            open_response(&app, &actor, &proof, OpenPage { another, ..typed }).await
        }
    }
}

/// Opens an assessment on the newest standards, with the year before beside it.
///
/// # Errors
/// [`Failure`].
pub async fn open_one(
    app: &App,
    proof: &AllowedIn<LeadAssessment>,
    id: AssessmentId,
    scope: Scope,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Opened, Failure> {
    let framework = newest(app)?;
    let before = store::latest_signed(&app.db, proof, &scope).await?;
    let mut carried = Vec::new();
    if let Some(before) = &before {
        let plan = plans::all(&app.db, proof, &before.id).await?;
        let links = links_between(app, before, &framework);
        for action in to_carry(&plan) {
            carried.push((action.id.clone(), carried_to(&links, &action.criterion)));
        }
    }
    let new = NewAssessment {
        id: id.clone(),
        framework_id: framework.id.clone(),
        framework_version: framework.version,
        scope,
        from,
        to,
        previous: before.map(|b| b.id),
        carried,
    };
    let mut tx = app.db.begin().await?;
    let opened = store::open(&mut tx, proof, &new).await?;
    if opened == Opened::Yes {
        audit::record(&mut tx, &proof.event("open-assessment", id.as_str())).await?;
        tx.commit().await?;
    }
    Ok(opened)
}

type Links = Vec<(String, Vec<String>, How)>;

fn links_between(app: &App, before: &Assessment, framework: &Framework) -> Links {
    let all = app.forms.frameworks();
    let between = all.between(&framework.id, before.framework_version, framework.version);
    let chain: Vec<&Framework> = between.iter().chain([framework]).collect();
    comparison::traced(&chain)
}

/// The criterion that an action serves in the later standards; its own id where it is no longer asked.
fn carried_to(links: &Links, criterion: &str) -> String {
    let link = links.iter().find(|(was, _, _)| was == criterion);
    link.and_then(|(_, is, _)| is.first())
        .map_or_else(|| criterion.to_owned(), Clone::clone)
}

async fn read_scope(
    app: &App,
    proof: &AllowedIn<LeadAssessment>,
    typed: &OpenPage,
    teams: &[(String, String)],
) -> Result<(Option<Scope>, Vec<FieldError>), Failure> {
    let error = |control: &str, message: &str| {
        (
            None,
            vec![FieldError {
                control: control.into(),
                message: message.into(),
            }],
        )
    };
    let mut chosen: Vec<&(String, String)> = teams
        .iter()
        .filter(|(id, _)| typed.ticked.contains(id))
        .collect();
    chosen.sort();
    let ids = || chosen.iter().map(|(id, _)| id.clone()).collect();
    let whole = proof.teams().is_none();
    Ok(match ScopeKind::named(&typed.kind) {
        Some(ScopeKind::Organisation) if whole => {
            let known = organisations::find(&app.db, proof.organisation()).await?;
            let name = known.ok_or(Failure::NotFound)?.name;
            (
                Some(Scope {
                    kind: ScopeKind::Organisation,
                    name,
                    teams: vec![],
                }),
                vec![],
            )
        }
        Some(ScopeKind::Directorate) if whole => {
            let name = typed.name.trim();
            if name.is_empty() || name.chars().count() > 200 {
                error("name", "Enter the directorate’s name, up to 200 characters")
            } else if chosen.is_empty() {
                error("team", "Tick the teams of the directorate")
            } else {
                (
                    Some(Scope {
                        kind: ScopeKind::Directorate,
                        name: name.into(),
                        teams: ids(),
                    }),
                    vec![],
                )
            }
        }
        Some(ScopeKind::Team) => match chosen.as_slice() {
            [(id, name)] => (
                Some(Scope {
                    kind: ScopeKind::Team,
                    name: name.clone(),
                    teams: vec![id.clone()],
                }),
                vec![],
            ),
            _ => error("team", "Tick one team"),
        },
        _ => error("kind", "Choose what it covers"),
    })
}

/// The overview across an organisation's parts, for leads and executives.
///
/// # Errors
/// [`Failure`].
pub async fn overview(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let today = app.clock.today();
    let mine = organisations_of(&actor, OrganisationAction::ViewAssessments);
    if mine.is_empty() {
        return Err(Failure::NotFound);
    }
    let parts = parts_of(&app, &actor).await?;
    let all_actions = actions::concerning(&app, &actor).await?;
    let mut organisations_shown = Vec::new();
    for organisation in mine {
        let proof = access::prove_in::<ViewAssessments>(&app, &actor, &organisation).await?;
        let known = organisations::find(&app.db, &organisation)
            .await?
            .ok_or(Failure::NotFound)?;
        let rated = ratings::summary(&app.db, &proof, &organisation).await?;
        let here: Vec<&Assessment> = parts
            .iter()
            .filter(|(a, p)| rated_here(a, &organisation, &rated) && (p.lead || p.executive))
            .map(|(a, _)| a)
            .collect();
        let mut seen: Vec<(&OrganisationId, &Scope)> = Vec::new();
        let mut scopes = Vec::new();
        for assessment in &here {
            if seen.contains(&(&assessment.organisation, &assessment.scope)) {
                continue;
            }
            seen.push((&assessment.organisation, &assessment.scope));
            scopes.push(scope_line(&app, assessment, &rated, &all_actions, today));
        }
        let heads = newest(&app)?.domains.iter().map(|d| d.id.clone()).collect();
        organisations_shown.push(OrganisationLines {
            name: known.name,
            heads,
            scopes,
        });
    }
    let status = newest(&app)?.status.clone();
    let chrome = Chrome {
        back: Some(("/assessments".into(), "Back to self-assessments".into())),
        ..chrome(&actor, "Overview across teams")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || {
        overview_page(&status, &organisations_shown)
    })
    .await)
}

type Rated = BTreeMap<String, BTreeMap<String, Rating>>;

/// Whether an assessment is one of the organisation's: its own, or shared with it.
fn rated_here(a: &Assessment, organisation: &OrganisationId, rated: &Rated) -> bool {
    a.organisation == *organisation || rated.contains_key(a.id.as_str())
}

fn scope_line(
    app: &App,
    assessment: &Assessment,
    rated: &Rated,
    all_actions: &[(plans::Found, bool)],
    today: NaiveDate,
) -> ScopeLine {
    let empty = Ratings::new();
    let of = |id: &AssessmentId| rated.get(id.as_str()).unwrap_or(&empty);
    let ratings = of(&assessment.id);
    let overall = |ratings: &Ratings| {
        let numbers: Vec<f64> = ratings
            .values()
            .filter_map(|r| r.number())
            .map(f64::from)
            .collect();
        figure(mean(&numbers))
    };
    let standards = app
        .forms
        .frameworks()
        .version(&assessment.framework_id, assessment.framework_version);
    let overdue = all_actions.iter().filter(|(f, _)| {
        (f.assessment == assessment.id || Some(&f.assessment) == assessment.previous.as_ref())
            && f.action.is_overdue(today)
    });
    ScopeLine {
        path: format!("/assessments/{}", assessment.id),
        name: name_of(assessment),
        stands: format!(
            "To {}: {}",
            day_in_words(assessment.to),
            assessment.stage.words()
        ),
        mean: overall(ratings),
        before: assessment
            .previous
            .as_ref()
            .map_or_else(|| "no year before".into(), |p| overall(of(p))),
        must_act: standards.as_ref().map_or(0, |f| must_act(f, ratings).len()),
        overdue: overdue.count(),
        domains: standards
            .as_ref()
            .map(|f| scores(f, ratings).iter().map(|s| figure(s.mean)).collect())
            .unwrap_or_default(),
    }
}

/// The standards with what good looks like, for everybody who is signed in.
///
/// # Errors
/// [`Failure`].
pub async fn standards(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let framework = newest(&app)?;
    let domains: Vec<(String, String, Vec<CriterionBlock>)> = framework
        .domains
        .iter()
        .map(|d| {
            let blocks = d.criteria.iter().map(|c| block_of(&framework, c)).collect();
            (
                format!("{} {}", d.id, d.title),
                d.introduction.clone(),
                blocks,
            )
        })
        .collect();
    let chrome = Chrome {
        back: Some(("/assessments".into(), "Back to self-assessments".into())),
        ..chrome(&actor, framework.title.clone())
    };
    let (title, status) = (
        format!(
            "{}, version of {}",
            framework.title,
            day_in_words(framework.version)
        ),
        framework.status.clone(),
    );
    let scale = framework.scale_source.clone();
    Ok(page(&app, StatusCode::OK, chrome, move || {
        standards_page(&title, &status, &scale, domains.clone())
    })
    .await)
}

/// A criterion as pages show it, without any rating.
#[must_use]
pub fn block_of(framework: &Framework, c: &framework::Criterion) -> CriterionBlock {
    let mut choices: Vec<Choice> = (0_u8..4)
        .zip(&c.levels)
        .map(|(n, level)| Choice {
            value: n.to_string(),
            label: framework.scale_words(n),
            hint: level.clone(),
        })
        .collect();
    choices.push(Choice::new("na", "Not applicable, because …"));
    CriterionBlock {
        id: c.id.clone(),
        title: c.title.clone(),
        weight: c.weight.words(),
        explanation: c.explanation.clone(),
        choices,
        evidence: c.evidence.clone(),
        source: format!("{} ({})", c.source, c.confidence.words()),
        guidance: guidance_path(&c.guidance)
            .map(|(path, title)| (path, format!("Guidance for {}: {title}", c.id))),
        figures: vec![],
        before: None,
        fields: Default::default(),
        version: 0,
        saved: None,
        theirs: None,
        remarks: vec![],
        evidence_given: vec![],
    }
}

/// A step as the audit and refusals know it.
pub(crate) fn check(
    assessment: &Assessment,
    step: Step,
    party: &Party,
) -> Result<crate::domain::self_assessment::assessment::Stage, Failure> {
    Ok(crate::domain::self_assessment::assessment::take(
        assessment.stage,
        step,
        party,
    )?)
}

/// A period that ends a year after another, for the next assessment.
#[must_use]
pub fn next_period(to: NaiveDate) -> (NaiveDate, NaiveDate) {
    let from = add_days(to, 1);
    (from, less_days(add_months(from, 12), 1))
}
