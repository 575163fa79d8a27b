//! Live figures as evidence: taken at the moment of a save and frozen with it.

use crate::domain::self_assessment::content::FrozenFigure;
use crate::server::access::{AllowedIn, OrganisationPermission};
use crate::server::app::App;
use crate::server::store::assessments::Assessment;
use std::collections::BTreeMap;

/// Figures by id, as they are now for the assessment's scope and period.
pub type Figures = BTreeMap<String, FrozenFigure>;

/// Takes the figures that the installation has.
///
/// # Errors
/// When the database cannot be asked.
pub async fn take<P: OrganisationPermission>(
    _app: &App,
    _proof: &AllowedIn<P>,
    _assessment: &Assessment,
) -> sqlx::Result<Figures> {
    Ok(Figures::new())
}

/// Those that bear on a criterion.
#[must_use]
pub fn bearing(figures: &Figures, ids: &[String]) -> Vec<FrozenFigure> {
    ids.iter()
        .filter_map(|id| figures.get(id))
        .cloned()
        .collect()
}
