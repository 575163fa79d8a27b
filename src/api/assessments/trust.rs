//! The overview across an organisation's parts.

use super::{actions, name_of, newest, organisations_of};
use crate::api::failure::Failure;
use crate::api::render::{chrome, page};
use crate::components::bars::figure;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::identifiers::{AssessmentId, OrganisationId};
use crate::domain::people::OrganisationAction;
use crate::domain::self_assessment::assessment::Scope;
use crate::domain::self_assessment::rating::{Rating, Ratings, mean, must_act, scores};
use crate::pages::assessments::list::{OrganisationLines, ScopeLine, overview_page};
use crate::server::access::assessments::parts_of;
use crate::server::access::{self, Actor, ViewAssessments};
use crate::server::app::App;
use crate::server::store::assessments::{Assessment, actions as plans, ratings};
use crate::server::store::organisations;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use std::collections::BTreeMap;

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
