//! The life of a self-assessment: which step may be taken when, by whom, and what stands in the way.
//!
//! ```text
//! gathering ─► challenge ─► sign-off ─► signed ─► reviewed
//!     ▲            │            │        (frozen; the action plan lives on)
//!     └────────────┴─ returned ─┘
//! ```

mod refusal;
mod scope;
#[cfg(test)]
mod tests;

pub use refusal::Refusal;
pub use scope::{Scope, ScopeKind};

use super::action_plan::{Action, covered};
use super::challenge::{Remark, Standing as SecondView, standing_of};
use super::framework::Framework;
use super::rating::{Judgement, Rating, Ratings, must_act};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where an assessment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Ratings and evidence are being gathered.
    Gathering,
    /// Somebody else looks at each rating.
    Challenge,
    /// With the executive.
    SignOff,
    /// Signed and frozen; the action plan goes on.
    Signed,
    /// The six-month review is done.
    Reviewed,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 5] = [
        Self::Gathering,
        Self::Challenge,
        Self::SignOff,
        Self::Signed,
        Self::Reviewed,
    ];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gathering => "gathering",
            Self::Challenge => "challenge",
            Self::SignOff => "sign-off",
            Self::Signed => "signed",
            Self::Reviewed => "reviewed",
        }
    }

    /// The stage of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Gathering => "Gathering evidence",
            Self::Challenge => "Second view",
            Self::SignOff => "With the executive",
            Self::Signed => "Signed",
            Self::Reviewed => "Signed and reviewed",
        }
    }

    /// Whether it can no longer change.
    #[must_use]
    pub fn is_frozen(self) -> bool {
        matches!(self, Self::Signed | Self::Reviewed)
    }
}

/// What may be done to an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Rate criteria and add evidence.
    Rate,
    /// Give domains to people, name the challenger.
    Assign,
    /// Share it with another organisation, or answer such an offer.
    Share,
    /// Ask for the second view.
    AskForChallenge,
    /// Agree with a rating or dispute it.
    Challenge,
    /// Settle a dispute.
    Resolve,
    /// Ask the executive to sign.
    AskForSignOff,
    /// Give it back for more work.
    Return,
    /// Attest and freeze.
    Sign,
    /// Add an action.
    AddAction,
    /// Record the six-month review.
    Review,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 11] = [
        Self::Rate,
        Self::Assign,
        Self::Share,
        Self::AskForChallenge,
        Self::Challenge,
        Self::Resolve,
        Self::AskForSignOff,
        Self::Return,
        Self::Sign,
        Self::AddAction,
        Self::Review,
    ];

    /// As recorded in the audit.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate-criteria",
            Self::Assign => "assign-assessment",
            Self::Share => "share-assessment",
            Self::AskForChallenge => "ask-for-challenge",
            Self::Challenge => "challenge-rating",
            Self::Resolve => "resolve-dispute",
            Self::AskForSignOff => "ask-for-assessment-sign-off",
            Self::Return => "return-assessment",
            Self::Sign => "sign-assessment",
            Self::AddAction => "add-action",
            Self::Review => "review-assessment",
        }
    }
}

/// What somebody is to one assessment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// Leads it.
    pub lead: bool,
    /// May sign it.
    pub executive: bool,
    /// Looks at every rating as the second view.
    pub challenger: bool,
    /// Domains that they rate.
    pub domains: Vec<String>,
}

impl Party {
    /// Whether they may rate in a domain: the lead in all.
    #[must_use]
    pub fn rates(&self, domain: &str) -> bool {
        self.lead || self.domains.iter().any(|d| d == domain)
    }

    /// Whether they have any part in it.
    #[must_use]
    pub fn has_part(&self) -> bool {
        self.lead || self.executive || self.challenger || !self.domains.is_empty()
    }

    fn may(&self, step: Step) -> bool {
        match step {
            Step::Rate => self.lead || !self.domains.is_empty(),
            Step::Challenge => self.challenger,
            Step::Sign => self.executive,
            Step::Return => self.lead || self.executive,
            Step::Assign
            | Step::Share
            | Step::AskForChallenge
            | Step::Resolve
            | Step::AskForSignOff
            | Step::AddAction
            | Step::Review => self.lead,
        }
    }
}

/// Takes a step: the stage after it, or why not.
///
/// # Errors
/// [`Refusal`].
pub fn take(stage: Stage, step: Step, party: &Party) -> Result<Stage, Refusal> {
    if !party.may(step) {
        return Err(Refusal::NotYou(step));
    }
    use Stage as S;
    match (step, stage) {
        (Step::Rate, S::Gathering)
        | (Step::Assign, S::Gathering | S::Challenge)
        | (Step::Share, S::Gathering)
        | (Step::Challenge | Step::Resolve, S::Challenge)
        | (Step::AddAction, _) => Ok(stage),
        (Step::AskForChallenge, S::Gathering) => Ok(S::Challenge),
        (Step::AskForSignOff, S::Challenge) => Ok(S::SignOff),
        (Step::Return, S::Challenge | S::SignOff) => Ok(S::Gathering),
        (Step::Sign, S::SignOff) => Ok(S::Signed),
        (Step::Review, S::Signed) => Ok(S::Reviewed),
        (_, stage) if stage.is_frozen() => Err(Refusal::Frozen),
        (_, stage) => Err(Refusal::NotNow(stage)),
    }
}

/// A rating as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How often it was saved.
    pub version: u32,
    /// Who saved it last, by id.
    pub by: String,
    /// What it says; none while it is unfinished or faulty.
    pub judgement: Option<Judgement>,
}

/// Ratings as they stand, by criterion.
pub type Standings = BTreeMap<String, Standing>;

/// The ratings alone.
#[must_use]
pub fn ratings(standings: &Standings) -> Ratings {
    standings
        .iter()
        .filter_map(|(id, s)| Some((id.clone(), s.judgement.as_ref()?.rating)))
        .collect()
}

/// Something that must be done before the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The criterion it concerns, if one.
    pub criterion: Option<String>,
    /// What is missing and what to do.
    pub message: String,
}

fn obstacle(criterion: &str, message: String) -> Obstacle {
    Obstacle {
        criterion: Some(criterion.to_owned()),
        message,
    }
}

/// What stands in the way of the second view.
#[must_use]
pub fn before_challenge(
    framework: &Framework,
    standings: &Standings,
    has_challenger: bool,
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    for (_, c) in framework.criteria() {
        let judged = standings.get(&c.id).is_some_and(|s| s.judgement.is_some());
        if !judged {
            found.push(obstacle(&c.id, format!("{} has no complete rating", c.id)));
        }
    }
    if !has_challenger {
        found.push(Obstacle {
            criterion: None,
            message: "Nobody is named as challenger: name somebody who did not rate".into(),
        });
    }
    found
}

/// What stands in the way of the executive's signature.
#[must_use]
pub fn before_sign_off(
    framework: &Framework,
    standings: &Standings,
    remarks: &[Remark],
    actions: &[Action],
) -> Vec<Obstacle> {
    let mut found = before_challenge(framework, standings, true);
    for (_, c) in framework.criteria() {
        let Some(standing) = standings.get(&c.id) else {
            continue;
        };
        let message = match standing_of(&c.id, standing.version, remarks) {
            SecondView::Waiting => "has no second view yet",
            SecondView::Disputed(_) => "is disputed and the lead has not settled it",
            SecondView::Agreed(_) | SecondView::Settled(_) => continue,
        };
        found.push(obstacle(&c.id, format!("{} {message}", c.id)));
    }
    found.extend(without_action(framework, &ratings(standings), actions));
    found
}

/// Type 1 criteria below 2 for which the plan has no action.
#[must_use]
pub fn without_action(
    framework: &Framework,
    ratings: &Ratings,
    actions: &[Action],
) -> Vec<Obstacle> {
    must_act(framework, ratings)
        .into_iter()
        .filter(|id| !covered(id, actions))
        .map(|id| {
            let rated = ratings.get(&id).copied().map_or("", Rating::short);
            let message = format!(
                "{id} is Type 1 and rated {rated}: it demands an action with an owner and a due date"
            );
            obstacle(&id, message)
        })
        .collect()
}

/// What is wrong with a period, if anything: the message stands beside its last day.
#[must_use]
pub fn period_fault(from: NaiveDate, to: NaiveDate) -> Option<&'static str> {
    if to <= from {
        return Some("The period has no days: its last day must be after its first");
    }
    if (to - from).num_days() > 2 * 366 {
        return Some("A period can be up to two years: check the years");
    }
    None
}

/// When the six-month review is due.
#[must_use]
pub fn review_due(signed_on: NaiveDate) -> NaiveDate {
    crate::domain::calendar::add_months(signed_on, 6)
}

/// What the executive attests, word for word.
pub const STATEMENTS: [&str; 4] = [
    "I have read this self-assessment with its evidence, the second view and the action plan.",
    "I did not rate any of its criteria and was not its challenger.",
    "The ratings are those of the poorest part of the service, as far as I know.",
    "Each Type 1 criterion rated below 2 has an action with an owner and a date, and I answer for its being done.",
];
