//! Live figures as evidence: taken at the moment of a save and frozen with it.

use crate::domain::assurance::{FigureId, Period, masking};
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::assessment::ScopeKind;
use crate::domain::self_assessment::content::FrozenFigure;
use crate::server::access::assessments::to_take_figures;
use crate::server::access::{AllowedIn, OrganisationPermission};
use crate::server::app::App;
use crate::server::clock::in_britain;
use crate::server::forms::Forms;
use crate::server::store::assessments::Assessment;
use crate::server::store::{Db, assurance};
use std::collections::BTreeMap;

/// Figures by id, as they are now for the assessment's scope and period.
pub type Figures = BTreeMap<String, FrozenFigure>;

/// Takes the figures as they are now.
///
/// # Errors
/// When the database cannot be asked.
pub async fn take<P: OrganisationPermission>(
    app: &App,
    proof: &AllowedIn<P>,
    assessment: &Assessment,
) -> sqlx::Result<Figures> {
    taken(&app.db, &app.forms, proof, assessment).await
}

/// Takes the figures of an assessment's period up to the day of the proof. A team too small to be shown
/// apart has none, nor has a directorate with such a team in it.
///
/// # Errors
/// When the database cannot be asked.
pub async fn taken<P: OrganisationPermission>(
    db: &Db,
    forms: &Forms,
    proof: &AllowedIn<P>,
    assessment: &Assessment,
) -> sqlx::Result<Figures> {
    let (today, _) = in_britain(proof.at());
    let Ok(period) = Period::new(assessment.from, assessment.to.min(today)) else {
        return Ok(Figures::new());
    };
    let teams = match assessment.scope.kind {
        ScopeKind::Organisation => &[],
        ScopeKind::Directorate | ScopeKind::Team => assessment.scope.teams.as_slice(),
    };
    let may = to_take_figures(proof, assessment);
    let figures = assurance::figures(db, forms, &may, period, teams).await?;
    let masked = masking::for_paper(std::slice::from_ref(&figures));
    let on_paper = |id: FigureId| {
        let found = masked.iter().flatten().find(|m| m.id == id);
        found.map(|m| m.words.clone()).unwrap_or_default()
    };
    let frozen = figures.iter().map(|f| FrozenFigure {
        id: f.id.name().to_owned(),
        name: f.id.title().to_owned(),
        words: f.value.in_words(),
        paper: on_paper(f.id),
        definition: format!(
            "{} Period: {} to {}.",
            f.definition,
            day_in_words(period.from()),
            day_in_words(period.to())
        ),
        at: proof.at(),
    });
    Ok(frozen.map(|f| (f.id.clone(), f)).collect())
}

/// Those that bear on a criterion.
#[must_use]
pub fn bearing(figures: &Figures, ids: &[String]) -> Vec<FrozenFigure> {
    ids.iter()
        .filter_map(|id| figures.get(id))
        .cloned()
        .collect()
}
