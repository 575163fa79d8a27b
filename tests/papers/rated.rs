//! A self-assessment in which everything is rated.

use chrono::{DateTime, Utc};
use conditional_discharge::domain::self_assessment::action_plan::{Action, ActionState, Update};
use conditional_discharge::domain::self_assessment::assessment::{Scope, ScopeKind};
use conditional_discharge::domain::self_assessment::challenge::{Remark, View};
use conditional_discharge::domain::self_assessment::content::{
    Before, Content, FrozenFigure, RatedCriterion, SCHEMA, Signed,
};
use conditional_discharge::domain::self_assessment::load::load;
use conditional_discharge::domain::self_assessment::rating::{Evidence, Judgement, Rating};

/// The standards that are rated.
pub const STANDARDS: &str = include_str!("../../src/forms/quality-framework.2026-11-22.toml");

/// When it was signed.
pub fn at() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().expect("a moment")
}

/// Everything rated by `rating`, with a year before, an action for each criterion and a signature.
pub fn content(evidence: &str, rating: impl Fn(usize) -> Rating) -> Content {
    let framework = load("f", STANDARDS).expect("sound");
    let ids: Vec<String> = framework.criteria().map(|(_, c)| c.id.clone()).collect();
    let rated = |(n, id): (usize, &String)| RatedCriterion {
        criterion: id.clone(),
        judgement: Some(Judgement {
            rating: rating(n),
            because: "Nobody here".into(),
            weakest: "The smaller towns".into(),
            evidence: vec![Evidence {
                text: evidence.to_owned(),
                link: "https://intranet.example.org/quality".into(),
                on: Some(at().date_naive()),
            }],
        }),
        by: "Leo Lead".into(),
        at: Some(at()),
        figures: vec![FrozenFigure {
            id: "on-time-first".into(),
            name: "First reports sent on time".into(),
            words: "11 of 12 (92%)".into(),
            paper: "masked of 12".into(),
            definition: "First reports due in the period that were sent by their due date.".into(),
            at: at(),
        }],
    };
    let action = |id: &String| Action {
        id: format!("a-{id}"),
        criterion: id.clone(),
        what: format!("Bring {id} to 2. {evidence}"),
        owner: "p".into(),
        owner_name: "Mo Manager".into(),
        due: "2026-10-01".parse().expect("a day"),
        state: ActionState::Open,
        carried: true,
        updates: vec![Update {
            state: ActionState::Open,
            due: "2026-10-01".parse().expect("a day"),
            note: evidence.to_owned(),
            evidence: String::new(),
            by: "Mo Manager".into(),
            at: at(),
        }],
    };
    Content {
        schema: SCHEMA.into(),
        assessment: "0192".into(),
        organisations: vec!["Northmere & Vale <NHS>".into(), "Harrowdene Council".into()],
        scope: Scope {
            kind: ScopeKind::Organisation,
            name: "Northmere".into(),
            teams: vec![],
        },
        from: "2025-12-01".parse().expect("a day"),
        to: "2026-11-20".parse().expect("a day"),
        rated: ids.iter().enumerate().map(rated).collect(),
        remarks: vec![Remark {
            criterion: "7.1".into(),
            version: 1,
            view: View::Dispute,
            proposed: Some(Rating::Rated(1)),
            reason: evidence.to_owned(),
            by: "Ada Author".into(),
            at: at(),
        }],
        actions: ids.iter().map(action).collect(),
        parts: vec![],
        before: Some(Before {
            to: "2025-11-20".parse().expect("a day"),
            version: framework.version,
            ratings: ids
                .iter()
                .map(|id| (id.clone(), Rating::Rated(2)))
                .collect(),
            chain: vec![],
        }),
        signatures: vec![Signed {
            organisation: "Northmere".into(),
            name: "Exa Cutive".into(),
            job_title: "Chief nurse".into(),
            statements: vec!["I have read it.".into()],
            at: at(),
        }],
        framework,
    }
}
