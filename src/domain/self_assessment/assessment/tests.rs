//! The table of steps, and what stands in the way.

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
    let text = include_str!("../../../forms/quality-framework.2026-11-22.toml");
    crate::domain::self_assessment::load::load("f", text).unwrap()
}

fn standing(rating: Rating) -> Standing {
    Standing {
        version: 1,
        by: "p".into(),
        judgement: Some(Judgement {
            rating,
            because: "x".into(),
            weakest: String::new(),
            evidence: vec![],
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
