//! The standards by themselves, with what good looks like.

use super::{block_of, newest};
use crate::api::failure::Failure;
use crate::api::render::{chrome, page};
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::pages::assessments::domain::{CriterionBlock, standards_page};
use crate::server::access::Actor;
use crate::server::app::App;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

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
