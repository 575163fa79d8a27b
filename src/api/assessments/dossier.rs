//! One assessment with all that belongs to it, loaded once for a page.

use super::{name_of, no_part};
use crate::api::failure::Failure;
use crate::api::render::chrome;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::identifiers::AssessmentId;
use crate::domain::self_assessment::action_plan::Action;
use crate::domain::self_assessment::assessment::{
    Party, Stage, Standing, Standings, Step, ratings, take,
};
use crate::domain::self_assessment::challenge::Remark;
use crate::domain::self_assessment::content::{Before, Content, PartTaken, RatedCriterion, SCHEMA};
use crate::domain::self_assessment::framework::Framework;
use crate::domain::self_assessment::rating::{Rating, Ratings, judge};
use crate::server::access::assessments::in_assessment;
use crate::server::access::{Actor, AllowedIn, OrganisationPermission};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::frameworks::Frameworks;
use crate::server::store::Db;
use crate::server::store::assessments::freezing::{self, Signature};
use crate::server::store::assessments::ratings::{self as rows, Rated};
use crate::server::store::assessments::sharing::{self, Share};
use crate::server::store::assessments::{self as store, Assessment, Part, actions};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An assessment with what belongs to it.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The assessment.
    pub row: Assessment,
    /// Its standards.
    pub framework: Arc<Framework>,
    /// What the reader is to it.
    pub party: Party,
    /// Ratings as typed.
    pub rated: BTreeMap<String, Rated>,
    /// Remarks of the second view.
    pub remarks: Vec<Remark>,
    /// The plan.
    pub actions: Vec<Action>,
    /// Parts given.
    pub parts: Vec<Part>,
    /// Other organisations.
    pub shares: Vec<Share>,
    /// Signatures that stand.
    pub signatures: Vec<Signature>,
    /// The year before.
    pub before: Option<Before>,
    /// Today.
    pub today: NaiveDate,
}

impl Dossier {
    /// Proves `P` and loads.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn open<P: OrganisationPermission>(
        app: &App,
        actor: &Actor,
        id: &AssessmentId,
    ) -> Result<(AllowedIn<P>, Self), Failure> {
        let (proof, party) = in_assessment::<P>(app, actor, id).await.map_err(no_part)?;
        let dossier = Self::load(app, &proof, id, party).await?;
        Ok((proof, dossier))
    }

    /// Loads under a proof.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn load<P: OrganisationPermission>(
        app: &App,
        proof: &AllowedIn<P>,
        id: &AssessmentId,
        party: Party,
    ) -> Result<Self, Failure> {
        let (frameworks, today) = (app.forms.frameworks(), app.clock.today());
        Self::load_from(&app.db, frameworks, today, proof, id, party).await
    }

    /// Loads from a database, as on a day.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn load_from<P: OrganisationPermission>(
        db: &Db,
        frameworks: &Frameworks,
        today: NaiveDate,
        proof: &AllowedIn<P>,
        id: &AssessmentId,
        party: Party,
    ) -> Result<Self, Failure> {
        let row = store::load(db, proof, id).await?.ok_or(Failure::NotFound)?;
        let framework = frameworks
            .version(&row.framework_id, row.framework_version)
            .ok_or(Failure::NotFound)?;
        let before = before(db, frameworks, proof, id, &framework).await?;
        Ok(Self {
            rated: rows::all(db, proof, id).await?,
            remarks: rows::remarks(db, proof, id).await?,
            actions: actions::all(db, proof, id).await?,
            parts: store::parts(db, proof, id).await?,
            shares: sharing::all(db, proof, id).await?,
            signatures: freezing::signatures(db, proof, id).await?,
            today,
            row,
            framework,
            party,
            before,
        })
    }

    /// A path below the assessment's.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/assessments/{}{rest}", self.row.id)
    }

    /// What it covers and for which period.
    #[must_use]
    pub fn caption(&self) -> String {
        format!(
            "{}, {} to {}",
            name_of(&self.row),
            day_in_words(self.row.from),
            day_in_words(self.row.to)
        )
    }

    /// A frame for a page below the overview.
    #[must_use]
    pub fn chrome(&self, actor: &Actor, title: &str, failed: bool) -> Chrome {
        let title = format!("{}{title}", if failed { "Error: " } else { "" });
        Chrome {
            back: Some((self.path(""), "Back to the self-assessment".into())),
            ..chrome(actor, title)
        }
    }

    /// The stage after a step, or why not.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn take(&self, step: Step) -> Result<Stage, Failure> {
        Ok(take(self.row.stage, step, &self.party)?)
    }

    /// Whether a step can be taken now by the reader.
    #[must_use]
    pub fn may(&self, step: Step) -> bool {
        take(self.row.stage, step, &self.party).is_ok()
    }

    /// Ratings as they stand.
    #[must_use]
    pub fn standings(&self) -> Standings {
        self.rated
            .iter()
            .map(|(id, r)| {
                let standing = Standing {
                    version: r.version.0,
                    by: r.by.clone(),
                    judgement: judge(&r.fields, self.today).ok().flatten(),
                };
                (id.clone(), standing)
            })
            .collect()
    }

    /// The ratings alone.
    #[must_use]
    pub fn ratings(&self) -> Ratings {
        ratings(&self.standings())
    }

    /// The organisations that take part, the one that opened it first.
    #[must_use]
    pub fn organisations(&self) -> Vec<(String, String)> {
        let own = (
            self.row.organisation.to_string(),
            self.row.organisation_name.clone(),
        );
        let guests = self.shares.iter().filter(|s| s.state == "agreed");
        std::iter::once(own)
            .chain(guests.map(|s| (s.organisation.to_string(), s.name.clone())))
            .collect()
    }

    /// The organisations whose executive has not signed yet.
    #[must_use]
    pub fn unsigned(&self) -> Vec<String> {
        let signed = |id: &str| self.signatures.iter().any(|s| s.organisation == id);
        let all = self.organisations().into_iter();
        all.filter(|(id, _)| !signed(id))
            .map(|(_, name)| name)
            .collect()
    }

    /// The whole of it, as papers are set from it.
    #[must_use]
    pub fn content(&self) -> Content {
        let standings = self.standings();
        let rated = self
            .framework
            .criteria()
            .map(|(_, c)| {
                let row = self.rated.get(&c.id);
                RatedCriterion {
                    criterion: c.id.clone(),
                    judgement: standings.get(&c.id).and_then(|s| s.judgement.clone()),
                    by: row.map(|r| r.by_name.clone()).unwrap_or_default(),
                    at: row.map(|r| r.at),
                    figures: row.map(|r| r.figures.clone()).unwrap_or_default(),
                }
            })
            .collect();
        let part = |p: &Part| PartTaken {
            name: p.name.clone(),
            part: p.part.clone(),
            domain: p.domain.clone(),
        };
        Content {
            schema: SCHEMA.into(),
            assessment: self.row.id.to_string(),
            organisations: self
                .organisations()
                .into_iter()
                .map(|(_, name)| name)
                .collect(),
            scope: self.row.scope.clone(),
            from: self.row.from,
            to: self.row.to,
            framework: Framework::clone(&self.framework),
            rated,
            remarks: self.remarks.clone(),
            actions: self.actions.clone(),
            parts: self.parts.iter().map(part).collect(),
            before: self.before.clone(),
            signatures: self.signatures.iter().map(|s| s.signed.clone()).collect(),
        }
    }

    /// What a criterion was rated before, with how the standards belong together.
    #[must_use]
    pub fn before_words(&self, criterion: &str) -> Option<String> {
        let content_before = self.before.as_ref()?;
        let chain: Vec<&Framework> = content_before
            .chain
            .iter()
            .chain([self.framework.as_ref()])
            .collect();
        let links = crate::domain::self_assessment::comparison::traced(&chain);
        let from: Vec<_> = links
            .iter()
            .filter(|(_, is, _)| is.iter().any(|id| id == criterion))
            .collect();
        let to = day_in_words(content_before.to);
        match from.as_slice() {
            [(was, _, how)] => {
                let rated = content_before.ratings.get(was).copied();
                let rated = rated.map_or("not rated", Rating::short);
                let told = if how.is_comparable()
                    && *how != crate::domain::self_assessment::framework::How::Same
                {
                    format!(" ({}, then {was})", how.words())
                } else if how.is_comparable() {
                    String::new()
                } else {
                    format!(" (then {was}: {})", how.words())
                };
                Some(format!("In the assessment to {to}: {rated}{told}"))
            }
            [] => Some(format!(
                "New since the assessment to {to}: nothing to compare with"
            )),
            _ => Some(format!(
                "Joined from several standards of the assessment to {to}: not comparable"
            )),
        }
    }

    /// Remarks about a criterion, in words.
    #[must_use]
    pub fn remark_words(&self, criterion: &str) -> Vec<String> {
        let about = self.remarks.iter().filter(|r| r.criterion == criterion);
        about.map(remark_words).collect()
    }

    /// Who saved a rating last and when.
    #[must_use]
    pub fn saved_words(&self, criterion: &str) -> Option<String> {
        let r = self.rated.get(criterion)?;
        Some(format!("Saved by {}, {}", r.by_name, moment_in_words(r.at)))
    }
}

/// A remark in words.
#[must_use]
pub fn remark_words(r: &Remark) -> String {
    let proposed = match (r.view, r.proposed) {
        (crate::domain::self_assessment::challenge::View::Dispute, Some(p)) => {
            format!(", would rate it {}", p.short())
        }
        (crate::domain::self_assessment::challenge::View::Change, Some(p)) => {
            format!(" to {}", p.short())
        }
        _ => String::new(),
    };
    let reason = if r.reason.is_empty() {
        String::new()
    } else {
        format!("\n\n{}", r.reason)
    };
    format!(
        "{}{proposed}: {}, {}{reason}",
        r.view.words(),
        r.by,
        moment_in_words(r.at)
    )
}

/// The year before: part of this one, so that every organisation of this one sees it.
async fn before<P: OrganisationPermission>(
    db: &Db,
    frameworks: &Frameworks,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
    framework: &Framework,
) -> Result<Option<Before>, Failure> {
    let Some((to, version)) = rows::year_before(db, proof, id).await? else {
        return Ok(None);
    };
    Ok(Some(Before {
        to,
        version,
        ratings: rows::before(db, proof, id).await?,
        chain: frameworks.between(&framework.id, version, framework.version),
    }))
}
