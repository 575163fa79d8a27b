//! Reading ratings and counting them by hand.

use super::*;
use crate::domain::self_assessment::framework::{Framework, Weight};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn judged(pairs: &[(&str, &str)]) -> Result<Option<Judgement>, Vec<Problem>> {
    judge(&Fields::new(pairs.iter().copied()), day("2026-11-20"))
}

fn field(pairs: &[(&str, &str)]) -> String {
    judged(pairs).unwrap_err()[0].field.clone()
}

#[test]
fn a_rating_is_of_the_scale_and_has_its_reason() {
    assert_eq!(judged(&[]), Ok(None));
    assert_eq!(
        judged(&[("rating", "2")]).unwrap().unwrap().rating,
        Rating::Rated(2)
    );
    for bad in ["4", "-1", "2.5", "NaN", "٣", "two", "03"] {
        assert_eq!(field(&[("rating", bad)]), "rating", "{bad}");
    }
    assert_eq!(field(&[("evidence.1.text", "but no rating")]), "rating");
    assert_eq!(field(&[("rating", "na")]), "because");
    assert_eq!(field(&[("rating", "3")]), "evidence.1.text");
    assert!(judged(&[("rating", "3"), ("evidence.1.text", "The audit")]).is_ok());
    let long = "x".repeat(50_001);
    assert_eq!(field(&[("rating", "1"), ("weakest", &long)]), "weakest");
}

#[test]
fn each_piece_of_evidence_is_read_by_itself() {
    let link = "https://a.example.org/x";
    let two = judged(&[
        ("rating", "3"),
        ("evidence.1.text", "The audit"),
        ("evidence.1.day", "20"),
        ("evidence.1.month", "11"),
        ("evidence.1.year", "2026"),
        ("evidence.3.link", link),
    ]);
    let two = two.unwrap().unwrap().evidence;
    assert_eq!(two.len(), 2, "an empty one between them is none");
    assert_eq!(
        (two[0].text.as_str(), two[0].on),
        ("The audit", Some(day("2026-11-20")))
    );
    assert_eq!((two[1].link.as_str(), two[1].on), (link, None));
    for (part, bad) in [
        ("link", "javascript:alert(1)"),
        ("day", "31"),
        ("text", &"x".repeat(50_001)),
    ] {
        let field = format!("evidence.2.{part}");
        let told = judged(&[
            ("rating", "1"),
            ("evidence.1.text", "Sound"),
            ("evidence.2.text", "Not"),
            ("evidence.2.month", if part == "day" { "2" } else { "" }),
            ("evidence.2.year", if part == "day" { "2026" } else { "" }),
            (&field, bad),
        ]);
        assert_eq!(told.unwrap_err()[0].field, field);
    }
    // A day alone is evidence of nothing; tomorrow's is none.
    let of = |day| {
        [
            ("rating", "1"),
            ("evidence.1.day", day),
            ("evidence.1.month", "11"),
            ("evidence.1.year", "2026"),
        ]
    };
    assert_eq!(field(&of("20")), "evidence.1.text");
    let told = judged(&of("21")).unwrap_err();
    assert!(told.iter().any(|p| p.field == "evidence.1.day"), "{told:?}");
}

#[test]
fn a_form_shows_one_piece_more_than_there_are() {
    let of = |pairs: &[(&str, &str)]| slots(&Fields::new(pairs.iter().copied()));
    assert_eq!(of(&[]), 1);
    assert_eq!(of(&[("evidence.2.link", "x")]), 3);
    assert_eq!(of(&[("evidence.20.text", "x")]), MOST_EVIDENCE);
    for (name, kept) in [
        ("rating", true),
        ("evidence.20.year", true),
        ("evidence.21.text", false),
        ("evidence.01.text", false),
        ("evidence.0.text", false),
        ("evidence.1.other", false),
        ("evidence", false),
    ] {
        assert_eq!(has_field(name), kept, "{name}");
    }
}

fn framework() -> Framework {
    let text = include_str!("../../../forms/quality-framework.2026-11-22.toml");
    crate::domain::self_assessment::load::load("f", text).unwrap()
}

fn any_ratings() -> impl Strategy<Value = Ratings> {
    let ids: Vec<String> = framework().criteria().map(|(_, c)| c.id.clone()).collect();
    let one = prop_oneof![
        Just(None),
        Just(Some(Rating::NotApplicable)),
        (0_u8..4).prop_map(|n| Some(Rating::Rated(n)))
    ];
    proptest::collection::vec(one, ids.len()).prop_map(move |all| {
        ids.iter()
            .cloned()
            .zip(all)
            .filter_map(|(id, r)| Some((id, r?)))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scores_agree_with_counting_by_hand(ratings in any_ratings()) {
        let framework = framework();
        for score in scores(&framework, &ratings) {
            let domain = framework.domain(&score.id).unwrap();
            let (mut sum, mut count, mut judged) = (0_u32, 0_u32, 0);
            for c in &domain.criteria {
                match ratings.get(&c.id) {
                    Some(Rating::Rated(n)) => { sum += u32::from(*n); count += 1; judged += 1; }
                    Some(Rating::NotApplicable) => judged += 1,
                    None => {}
                }
            }
            prop_assert_eq!(score.judged, judged);
            match score.mean {
                None => prop_assert_eq!(count, 0),
                Some(mean) => {
                    prop_assert!((0.0..=3.0).contains(&mean));
                    prop_assert!((mean * f64::from(count) - f64::from(sum)).abs() < 1e-9);
                }
            }
        }
        let low = |id: &String| matches!(ratings.get(id), Some(Rating::Rated(0 | 1)));
        for (_, c) in framework.criteria() {
            let demanded = must_act(&framework, &ratings).contains(&c.id);
            prop_assert_eq!(demanded, c.weight == Weight::Must && low(&c.id));
        }
    }

    #[test]
    fn nothing_typed_makes_it_panic(rating in ".{0,4}", name in "evidence\\.[0-9]{1,3}\\..{0,5}", text in ".{0,40}") {
        let typed = [("rating", rating.as_str()), (name.as_str(), text.as_str()), ("evidence.1.day", text.as_str())];
        let _ = judged(&typed);
        let _ = (has_field(&name), pieces(&Fields::new(typed)), slots(&Fields::new(typed)));
    }
}
