//! Opening one: what it covers, for which period, with the year before beside it.

use super::{newest, no_part};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::components::controls::Choice;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::{add_days, day_parts, less_days, read_day};
use crate::domain::identifiers::{AssessmentId, OrganisationId};
use crate::domain::self_assessment::action_plan::to_carry;
use crate::domain::self_assessment::assessment::{Scope, ScopeKind, period_fault};
use crate::domain::self_assessment::comparison;
use crate::domain::self_assessment::framework::{Framework, How};
use crate::pages::assessments::people::{OpenPage, open_page};
use crate::server::access::{self, Actor, AllowedIn, LeadAssessment};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::assessments::actions as plans;
use crate::server::store::assessments::{self as store, Assessment, NewAssessment, Opened};
use crate::server::store::{new_id, organisations};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

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
pub(super) fn typed_day(body: &Body, name: &str) -> [String; 3] {
    ["day", "month", "year"].map(|p| body.get(&format!("{name}/{p}")).to_owned())
}

/// Reads a day, or says beside which part of it what is wrong.
pub(super) fn read_typed(name: &str, typed: &[String; 3]) -> Result<NaiveDate, FieldError> {
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
