//! The overview across an organisation's parts.

use super::{name_of, newest, organisations_of};
use crate::api::failure::Failure;
use crate::api::render::{chrome, page};
use crate::components::bars::figure;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::identifiers::AssessmentId;
use crate::domain::people::OrganisationAction;
use crate::domain::self_assessment::action_plan::{ActionState, is_overdue};
use crate::domain::self_assessment::rating::{Rating, Ratings, mean, must_act, scores};
use crate::pages::assessments::list::{OrganisationLines, ScopeLine, overview_page};
use crate::server::access::assessments::parts_by_organisation;
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
    let parts = parts_by_organisation(&app, &actor).await?;
    let mut organisations_shown = Vec::new();
    for organisation in mine {
        let proof = access::prove_in::<ViewAssessments>(&app, &actor, &organisation).await?;
        let known = organisations::find(&app.db, &organisation)
            .await?
            .ok_or(Failure::NotFound)?;
        let here = parts.iter().filter(|(_, p, organisations)| {
            organisations.contains(&organisation) && (p.lead || p.executive)
        });
        // They come newest first: one of each scope, and the year before it.
        let mut newest_of: Vec<&Assessment> = Vec::new();
        for (assessment, _, _) in here {
            let same = |a: &&Assessment| {
                a.organisation == assessment.organisation && a.scope == assessment.scope
            };
            if !newest_of.iter().any(same) {
                newest_of.push(assessment);
            }
        }
        let wanted: Vec<&AssessmentId> = newest_of
            .iter()
            .flat_map(|a| std::iter::once(&a.id).chain(&a.previous))
            .collect();
        let rated = ratings::summary(&app.db, &proof, &wanted).await?;
        let mut overdue = plans::standing(&app.db, &proof, &wanted).await?;
        overdue.retain(|(_, state, due)| is_overdue(*state, *due, today));
        let scopes = newest_of
            .iter()
            .map(|a| scope_line(&app, a, &rated, &overdue))
            .collect();
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

fn scope_line(
    app: &App,
    assessment: &Assessment,
    rated: &Rated,
    overdue: &[(AssessmentId, ActionState, NaiveDate)],
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
    let overdue = overdue
        .iter()
        .filter(|(of, _, _)| *of == assessment.id || Some(of) == assessment.previous.as_ref());
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
