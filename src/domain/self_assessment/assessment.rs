//! The life of a self-assessment: which step may be taken when, by whom, and what stands in the way.
//!
//! ```text
//! gathering ─► challenge ─► sign-off ─► signed ─► reviewed
//!     ▲            │            │        (frozen; the action plan lives on)
//!     └────────────┴─ returned ─┘
//! ```

use super::action_plan::{Action, covered};
use super::challenge::{Remark, Standing as SecondView, standing_of};
use super::framework::Framework;
use super::rating::{Judgement, Rating, Ratings, must_act};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

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

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The assessment is signed and frozen.
    Frozen,
    /// Not at this stage.
    NotNow(Stage),
    /// Not by this person.
    NotYou(Step),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frozen => f.write_str(
                "This self-assessment is signed and frozen: ratings, disputes and signatures are closed. What has changed since belongs into the action plan, the six-month review or the next self-assessment",
            ),
            Self::NotNow(stage) => write!(
                f,
                "This cannot be done while the self-assessment is at “{}”",
                stage.words()
            ),
            Self::NotYou(Step::Challenge) => {
                f.write_str("Only the challenger that the lead named gives the second view")
            }
            Self::NotYou(Step::Sign) => {
                f.write_str("Only an executive of an organisation that takes part signs")
            }
            Self::NotYou(Step::Rate) => {
                f.write_str("This domain is not given to you: ask the assessment lead")
            }
            Self::NotYou(_) => f.write_str("Only an assessment lead can do this"),
        }
    }
}

impl std::error::Error for Refusal {}

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

/// What an assessment covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scope {
    /// The whole organisation, a directorate or a team.
    pub kind: ScopeKind,
    /// Its name; the organisation's own for the whole.
    pub name: String,
    /// Ids of the teams; empty for the whole organisation.
    pub teams: Vec<String>,
}

/// How much of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeKind {
    /// All of it.
    Organisation,
    /// Several teams under one name.
    Directorate,
    /// One team.
    Team,
}

impl ScopeKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Organisation, Self::Directorate, Self::Team];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Directorate => "directorate",
            Self::Team => "team",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Organisation => "Whole organisation",
            Self::Directorate => "Directorate",
            Self::Team => "Team",
        }
    }
}

impl Scope {
    /// Whether somebody whose part is limited to some teams may look at all of it.
    #[must_use]
    pub fn is_within(&self, teams: Option<&[String]>) -> bool {
        teams.is_none_or(|mine| {
            !self.teams.is_empty() && self.teams.iter().all(|team| mine.contains(team))
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::self_assessment::challenge::View;
    use crate::domain::self_assessment::framework::Weight;
    use proptest::prelude::*;

    fn everyone() -> Party {
        Party {
            lead: true,
            executive: true,
            challenger: true,
            domains: vec!["D1".into()],
        }
    }

    /// The whole state machine in words.
    #[test]
    fn the_table_of_steps() {
        let mut table = String::new();
        for stage in Stage::ALL {
            for step in Step::ALL {
                if let Ok(next) = take(stage, step, &everyone()) {
                    table += &format!("{} {} {}\n", stage.name(), step.name(), next.name());
                }
            }
        }
        assert_eq!(
            table,
            "gathering rate-criteria gathering\n\
             gathering assign-assessment gathering\n\
             gathering share-assessment gathering\n\
             gathering ask-for-challenge challenge\n\
             gathering add-action gathering\n\
             challenge assign-assessment challenge\n\
             challenge challenge-rating challenge\n\
             challenge resolve-dispute challenge\n\
             challenge ask-for-assessment-sign-off sign-off\n\
             challenge return-assessment gathering\n\
             challenge add-action challenge\n\
             sign-off return-assessment gathering\n\
             sign-off sign-assessment signed\n\
             sign-off add-action sign-off\n\
             signed add-action signed\n\
             signed review-assessment reviewed\n\
             reviewed add-action reviewed\n"
        );
    }

    #[test]
    fn nobody_does_what_is_not_theirs() {
        let contributor = Party {
            domains: vec!["D1".into()],
            ..Party::default()
        };
        assert!(take(Stage::Gathering, Step::Rate, &contributor).is_ok());
        assert!(contributor.rates("D1") && !contributor.rates("D2"));
        for step in Step::ALL {
            assert_eq!(
                take(Stage::Challenge, step, &Party::default()),
                Err(Refusal::NotYou(step))
            );
        }
        let lead = Party {
            lead: true,
            ..Party::default()
        };
        assert!(take(Stage::SignOff, Step::Sign, &lead).is_err());
        assert!(take(Stage::Challenge, Step::Challenge, &lead).is_err());
    }

    #[test]
    fn a_dispute_after_freeze_is_told_so() {
        for stage in [Stage::Signed, Stage::Reviewed] {
            for step in [Step::Challenge, Step::Rate, Step::Sign, Step::Return] {
                assert_eq!(take(stage, step, &everyone()), Err(Refusal::Frozen));
            }
        }
        assert!(Refusal::Frozen.to_string().contains("signed and frozen"));
    }

    #[test]
    fn a_period_has_days() {
        let day = |t: &str| t.parse().unwrap();
        assert!(period_fault(day("2026-01-01"), day("2026-01-01")).is_some());
        assert!(period_fault(day("2026-01-02"), day("2026-01-01")).is_some());
        assert!(period_fault(day("2026-01-01"), day("2036-01-01")).is_some());
        assert_eq!(period_fault(day("2026-01-01"), day("2026-12-31")), None);
    }

    #[test]
    fn team_members_see_their_teams_only() {
        let scope = |teams: &[&str]| Scope {
            kind: ScopeKind::Team,
            name: "x".into(),
            teams: teams.iter().map(|t| (*t).to_owned()).collect(),
        };
        let mine = ["a".to_owned(), "b".to_owned()];
        assert!(scope(&["a", "b"]).is_within(Some(&mine)));
        assert!(!scope(&["a", "c"]).is_within(Some(&mine)));
        assert!(!scope(&[]).is_within(Some(&mine)));
        assert!(scope(&[]).is_within(None));
    }

    fn framework() -> Framework {
        let text = include_str!("../../forms/quality-framework.2026-11-22.toml");
        super::super::load::load("f", text).unwrap()
    }

    fn standing(rating: Rating) -> Standing {
        Standing {
            version: 1,
            by: "p".into(),
            judgement: Some(Judgement {
                rating,
                because: "x".into(),
                weakest: String::new(),
                evidence: "x".into(),
                links: vec![],
                on: None,
            }),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Whatever is rated, agreed and planned: nothing is ready while a Type 1 below 2 has no
        /// live action, a rating is missing or a second view is.
        #[test]
        fn sign_off_is_ready_exactly_when_nothing_is_missing(
            picks in proptest::collection::vec((0_u8..5, 0_u8..3, any::<bool>()), 62)
        ) {
            let framework = framework();
            let (mut standings, mut remarks, mut actions) = (Standings::new(), vec![], vec![]);
            let mut ready = true;
            for ((_, c), (rating, view, planned)) in framework.criteria().zip(picks) {
                match rating {
                    4 => ready = false,
                    n => { standings.insert(c.id.clone(), standing(Rating::Rated(n))); }
                }
                if view < 2 {
                    remarks.push(Remark::made(&c.id, 1, if view == 0 { View::Agree } else { View::Keep }));
                } else {
                    ready = false;
                }
                if planned {
                    actions.push(Action::made(&c.id));
                } else if c.weight == Weight::Must && rating < 2 {
                    ready = false;
                }
            }
            let obstacles = before_sign_off(&framework, &standings, &remarks, &actions);
            prop_assert_eq!(obstacles.is_empty(), ready, "{:?}", obstacles);
        }
    }
}
