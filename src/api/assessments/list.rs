//! The list of self-assessments in which the reader has a part.

use super::{actions, name_of, newest, organisations_of, part_words};
use crate::api::failure::Failure;
use crate::api::render::{chrome, page};
use crate::domain::calendar::day_in_words;
use crate::domain::people::OrganisationAction;
use crate::pages::assessments::list::{Line, ListPage, OfferLine, list_page};
use crate::server::access::assessments::parts_of;
use crate::server::access::{self, Actor, LeadAssessment};
use crate::server::app::App;
use crate::server::store::assessments::sharing;
use crate::server::store::organisations;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

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
