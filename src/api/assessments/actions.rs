//! The action plan: of one assessment, one action, and all that concern somebody.

use super::dossier::Dossier;
use super::opening::{read_typed, typed_day};
use super::{assessment_id, no_part};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::components::controls::Choice;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::calendar::day_parts;
use crate::domain::identifiers::AssessmentId;
use crate::domain::self_assessment::action_plan::{
    Action, ActionState, new_action_faults, update_faults,
};
use crate::domain::self_assessment::assessment::{Step, without_action};
use crate::pages::assessments::actions::{
    ActionLine, ActionPage, PlanPage, action_page, list_page, plan_page,
};
use crate::server::access::assessments::{of_action, parts_of};
use crate::server::access::{
    Actor, AllowedIn, LeadAssessment, OrganisationPermission, ViewAssessments,
};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::assessments::actions::{self as plans, Found, NewAction, NewUpdate};
use crate::server::store::assessments::{self as store};
use crate::server::store::new_id;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// The actions that a person owns or may see by a part in their assessment; whether each is theirs.
///
/// # Errors
/// [`Failure`].
pub async fn concerning(app: &App, actor: &Actor) -> Result<Vec<(Found, bool)>, Failure> {
    let parts = parts_of(app, actor).await?;
    let all = plans::found(&app.db, actor.asks(), "").await?;
    let seen = |f: &Found| {
        parts
            .iter()
            .any(|(a, p)| a.id == f.assessment && (p.lead || p.executive || p.challenger))
    };
    Ok(all
        .into_iter()
        .filter_map(|f| {
            let mine = f.action.owner == actor.person.as_str();
            (mine || seen(&f)).then_some((f, mine))
        })
        .collect())
}

fn line(action: &Action, of: String, today: NaiveDate) -> ActionLine {
    ActionLine {
        path: format!("/actions/{}", action.id),
        what: action.what.clone(),
        of,
        owner: action.owner_name.clone(),
        due: day_in_words(action.due),
        stands: action.words(today),
        overdue: action.is_overdue(today),
    }
}

/// All that concern the person.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Failure> {
    let today = app.clock.today();
    let (mut mine, mut others) = (Vec::new(), Vec::new());
    for (found, own) in concerning(&app, &actor).await? {
        let of = format!("{}, {}", found.scope, found.action.criterion);
        let line = line(&found.action, of, today);
        if own {
            mine.push(line)
        } else {
            others.push(line)
        }
    }
    // What is overdue stands first; within that, what is due first.
    mine.sort_by_key(|l| !l.overdue);
    others.sort_by_key(|l| !l.overdue);
    let chrome = Chrome {
        back: Some(("/assessments".into(), "Back to self-assessments".into())),
        ..chrome(&actor, "Actions")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || {
        list_page(&mine, &others)
    })
    .await)
}

/// The plan of one assessment.
///
/// # Errors
/// [`Failure`].
pub async fn plan(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (proof, d) = Dossier::open::<ViewAssessments>(&app, &actor, &assessment_id(&id)?).await?;
    let data = PlanPage {
        id: new_id(),
        ..PlanPage::default()
    };
    plan_response(&app, &actor, &proof, &d, data).await
}

async fn plan_response<P: OrganisationPermission>(
    app: &App,
    actor: &Actor,
    proof: &AllowedIn<P>,
    d: &Dossier,
    data: PlanPage,
) -> Result<Response, Failure> {
    let failed = !data.errors.is_empty();
    let members = store::members(&app.db, proof, &d.row.id).await?;
    let missing = without_action(&d.framework, &d.ratings(), &d.actions);
    let first: Vec<&str> = missing
        .iter()
        .filter_map(|m| m.criterion.as_deref())
        .collect();
    let mut criteria: Vec<Choice> = d
        .framework
        .criteria()
        .map(|(_, c)| Choice::new(c.id.clone(), format!("{} {}", c.id, c.title)))
        .collect();
    criteria.sort_by_key(|c| !first.contains(&c.value.as_str()));
    let data = PlanPage {
        action: d.may(Step::AddAction).then(|| d.path("/actions")),
        caption: d.caption(),
        lines: d
            .actions
            .iter()
            .map(|a| {
                let carried = if a.carried { ", carried over" } else { "" };
                line(a, format!("{}{carried}", a.criterion), d.today)
            })
            .collect(),
        missing: missing.iter().map(|m| m.message.clone()).collect(),
        criteria,
        people: members
            .iter()
            .map(|m| {
                Choice::new(
                    m.id.clone(),
                    format!("{}, {}, {}", m.name, m.job_title, m.organisation),
                )
            })
            .collect(),
        ..data
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let chrome = d.chrome(actor, "Action plan", failed);
    Ok(page(app, status, chrome, move || plan_page(&data)).await)
}

/// Adds an action.
///
/// # Errors
/// [`Failure`].
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, d) = Dossier::open::<LeadAssessment>(&app, &actor, &id).await?;
    d.take(Step::AddAction)?;
    let action_id = AssessmentId::parse(body.get("id")).map_err(|_| Failure::Unreadable)?;
    let typed = [body.get("criterion"), body.get("what"), body.get("owner")].map(str::to_owned);
    let [criterion, what, owner] = &typed;
    let due_typed = typed_day(&body, "due");
    let due = read_typed("due", &due_typed);
    let members = store::members(&app.db, &proof, &id).await?;
    let known = members.iter().any(|m| m.id == *owner);
    let mut errors: Vec<FieldError> =
        new_action_faults(what, known, due.as_ref().ok().copied(), d.today)
            .into_iter()
            .map(|(field, message)| FieldError {
                control: control(field),
                message,
            })
            .collect();
    if d.framework.criterion(criterion).is_none() {
        errors.insert(
            0,
            FieldError {
                control: "criterion".into(),
                message: "Choose the criterion that it serves".into(),
            },
        );
    }
    errors.extend(due.as_ref().err().cloned());
    let Ok(due) = due
        .map_err(|_| ())
        .and_then(|d| if errors.is_empty() { Ok(d) } else { Err(()) })
    else {
        let data = PlanPage {
            id: action_id.to_string(),
            typed,
            due: due_typed,
            errors,
            ..PlanPage::default()
        };
        return plan_response(&app, &actor, &proof, &d, data).await;
    };
    let new = NewAction {
        id: action_id.as_str(),
        criterion,
        what: what.trim(),
        owner,
        due,
    };
    let mut tx = app.db.begin().await?;
    if plans::add(&mut tx, &proof, &id, &new).await? == 1 {
        audit::record(
            &mut tx,
            &proof.event(Step::AddAction.name(), action_id.as_str()),
        )
        .await?;
        tx.commit().await?;
    }
    Ok(see_other(&d.path("/actions")))
}

/// The control of a field that the domain names.
fn control(field: &str) -> String {
    match field {
        "day" => "due/day".into(),
        other => other.to_owned(),
    }
}

/// One action.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (_, found, keeps) = of_action(&app, &actor, &id).await.map_err(no_part)?;
    let a = &found.action;
    let data = ActionPage {
        state: a.state.name().into(),
        due: day_parts(a.due),
        ..ActionPage::default()
    };
    respond(&app, &actor, &found, keeps, data).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    found: &Found,
    keeps: bool,
    data: ActionPage,
) -> Result<Response, Failure> {
    let today = app.clock.today();
    let a = &found.action;
    let status = match (&data.not_saved, data.errors.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let updates = a
        .updates
        .iter()
        .map(|u| {
            let head = format!(
                "{}, due {}: {}, {}",
                u.state.words(),
                day_in_words(u.due),
                u.by,
                moment_in_words(u.at)
            );
            let mut texts = vec![u.note.clone()];
            if !u.evidence.is_empty() {
                texts.push(format!("Evidence: {}", u.evidence));
            }
            texts.retain(|t| !t.is_empty());
            (head, texts)
        })
        .collect();
    let data = ActionPage {
        action: keeps.then(|| format!("/actions/{}", a.id)),
        what: a.what.clone(),
        facts: vec![
            ("Criterion", a.criterion.clone()),
            ("Part of", found.scope.clone()),
            ("Owner", a.owner_name.clone()),
            ("Due", day_in_words(a.due)),
            ("How it stands", a.words(today)),
        ],
        updates,
        seen: a.updates.len(),
        states: ActionState::ALL
            .iter()
            .map(|s| Choice::new(s.name(), s.words()))
            .collect(),
        ..data
    };
    let title = format!(
        "{}Action",
        if data.errors.is_empty() {
            ""
        } else {
            "Error: "
        }
    );
    let chrome = Chrome {
        back: Some(("/actions".into(), "Back to actions".into())),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || action_page(&data)).await)
}

/// Updates an action.
///
/// # Errors
/// [`Failure`].
pub async fn update(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, found, keeps) = of_action(&app, &actor, &id).await.map_err(no_part)?;
    if !keeps {
        return Err(Failure::NoPart(
            "Only its owner and the assessment lead update an action".into(),
        ));
    }
    let due_typed = typed_day(&body, "due");
    let due = read_typed("due", &due_typed);
    let state = ActionState::named(body.get("state"));
    let (note, evidence) = (body.get("note").trim(), body.get("evidence").trim());
    let mut errors: Vec<FieldError> = due.as_ref().err().cloned().into_iter().collect();
    let day = due.unwrap_or(found.action.due);
    errors.extend(
        update_faults(&found.action, state, day, note, evidence)
            .into_iter()
            .map(|(field, message)| FieldError {
                control: control(field),
                message,
            }),
    );
    let typed = ActionPage {
        state: body.get("state").to_owned(),
        due: due_typed,
        typed: [note.to_owned(), evidence.to_owned()],
        ..ActionPage::default()
    };
    let Some(state) = state.filter(|_| errors.is_empty()) else {
        return respond(&app, &actor, &found, keeps, ActionPage { errors, ..typed }).await;
    };
    let new = NewUpdate {
        action: &found.action.id,
        seen: body.get("seen").parse().unwrap_or(usize::MAX),
        state,
        due: day,
        note,
        evidence,
    };
    let mut tx = app.db.begin().await?;
    if plans::update(&mut tx, &proof, &new).await? {
        audit::record(&mut tx, &proof.event("update-action", &found.action.id)).await?;
        tx.commit().await?;
        return Ok(see_other(&format!("/actions/{}", found.action.id)));
    }
    drop(tx);
    let (_, found, keeps) = of_action(&app, &actor, &id).await.map_err(no_part)?;
    let why = "Somebody else updated this action after your page was made. Nothing was overwritten: their update stands above, what you wrote is kept below. Look at both and save again.";
    let data = ActionPage {
        not_saved: Some(why.into()),
        ..typed
    };
    respond(&app, &actor, &found, keeps, data).await
}
