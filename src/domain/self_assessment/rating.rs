//! A rating as typed, what it means, and what is wrong with it. A half-finished one is kept like any
//! other draft; only asking for the next step refuses it.

use super::framework::{Domain, Framework, Weight};
use crate::domain::calendar::read_day;
use crate::domain::form::Fields;
use crate::domain::form::answer::LONGEST_ANSWER;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest address of a piece of evidence, in characters.
pub const LONGEST_LINK: usize = 2_000;

/// What a criterion is rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Rating {
    /// 0 to 3, of the poorest part of the service.
    Rated(u8),
    /// Does not apply here, for a reason that is given.
    NotApplicable,
}

impl Rating {
    /// Reads what a form posts.
    ///
    /// # Errors
    /// A message when it is neither 0, 1, 2, 3 nor `na`.
    pub fn read(text: &str) -> Result<Self, String> {
        match text {
            "0" | "1" | "2" | "3" => Ok(Self::Rated(text.as_bytes()[0] - b'0')),
            "na" => Ok(Self::NotApplicable),
            _ => Err("Choose a rating from 0 to 3, or “Not applicable”".into()),
        }
    }

    /// As posted and stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rated(0) => "0",
            Self::Rated(1) => "1",
            Self::Rated(2) => "2",
            Self::Rated(_) => "3",
            Self::NotApplicable => "na",
        }
    }

    /// Short, for tables.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::NotApplicable => "Not applicable",
            rated => rated.name(),
        }
    }

    /// The number, if there is one.
    #[must_use]
    pub fn number(self) -> Option<u8> {
        match self {
            Self::Rated(n) => Some(n),
            Self::NotApplicable => None,
        }
    }
}

impl TryFrom<String> for Rating {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

impl From<Rating> for String {
    fn from(rating: Rating) -> Self {
        rating.name().to_owned()
    }
}

/// Something that stands in the way, with the field it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the field.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

/// The names of the fields of a rating; anything else that is posted is not kept.
pub const FIELDS: [&str; 8] = [
    "rating", "because", "weakest", "evidence", "links", "day", "month", "year",
];

/// A rating with its reasons, without fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Judgement {
    /// What it is rated.
    pub rating: Rating,
    /// Why it does not apply.
    pub because: String,
    /// The part of the service that sets the rating.
    pub weakest: String,
    /// Evidence in words.
    pub evidence: String,
    /// Addresses of evidence: http or https.
    pub links: Vec<String>,
    /// The day of the evidence.
    pub on: Option<NaiveDate>,
}

/// Reads a rating. Nothing typed is `None`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn judge(fields: &Fields, today: NaiveDate) -> Result<Option<Judgement>, Vec<Problem>> {
    if fields.is_empty() {
        return Ok(None);
    }
    let mut problems = Vec::new();
    let mut wrong = |field, message: String| problems.push(Problem { field, message });
    let rating = Rating::read(fields.get("rating"))
        .map_err(|m| wrong("rating", m))
        .ok();
    for field in ["because", "weakest", "evidence"] {
        if fields.get(field).chars().count() > LONGEST_ANSWER {
            wrong(field, "This can have up to 50,000 characters".into());
        }
    }
    let links = links(fields.get("links"))
        .map_err(|m| wrong("links", m))
        .unwrap_or_default();
    let on = evidence_day(fields, today)
        .map_err(|p| wrong(p.field, p.message))
        .unwrap_or_default();
    match rating {
        Some(Rating::NotApplicable) if fields.get("because").is_empty() => {
            wrong("because", "Say why this does not apply to you".into());
        }
        Some(Rating::Rated(3))
            if fields.get("evidence").is_empty() && fields.get("links").is_empty() =>
        {
            wrong(
                "evidence",
                "A 3 is embedded and evidenced: say what the evidence is, or rate it 2".into(),
            );
        }
        _ => {}
    }
    let Some(rating) = rating.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let text = |name: &str| fields.get(name).to_owned();
    Ok(Some(Judgement {
        rating,
        because: text("because"),
        weakest: text("weakest"),
        evidence: text("evidence"),
        links,
        on,
    }))
}

/// Addresses, one a line.
///
/// # Errors
/// A message when one is not http or https, has blanks in it, or is too long.
pub fn links(text: &str) -> Result<Vec<String>, String> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    lines
        .map(|line| link(line).map(|()| line.to_owned()))
        .collect()
}

fn link(line: &str) -> Result<(), String> {
    let lower = line.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    if line.chars().count() > LONGEST_LINK {
        return Err(format!("A link can have up to {LONGEST_LINK} characters"));
    }
    let sound = rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/'))
        && !line
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "\"<>\\".contains(c));
    if sound {
        Ok(())
    } else {
        Err("Links begin with https:// or http:// and have no blanks; put one on each line".into())
    }
}

fn evidence_day(fields: &Fields, today: NaiveDate) -> Result<Option<NaiveDate>, Problem> {
    let parts = ["day", "month", "year"].map(|p| fields.get(p));
    if parts.iter().all(|p| p.is_empty()) {
        return Ok(None);
    }
    let problem = |field: &str, message: String| Problem {
        field: ["day", "month", "year"]
            .into_iter()
            .find(|p| *p == field)
            .unwrap_or("day"),
        message,
    };
    let day =
        read_day(parts[0], parts[1], parts[2]).map_err(|e| problem(e.field(), e.to_string()))?;
    if day > today {
        return Err(problem(
            "day",
            "The day of the evidence cannot be after today".into(),
        ));
    }
    Ok(Some(day))
}

/// Ratings by criterion.
pub type Ratings = BTreeMap<String, Rating>;

/// How a domain stands: the mean of what is rated.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainScore {
    /// The domain's id.
    pub id: String,
    /// Mean of the rated criteria; none when none is rated, so that no one reads it as nought.
    pub mean: Option<f64>,
    /// Criteria with a rating or "not applicable".
    pub judged: usize,
    /// Criteria of the domain.
    pub of: usize,
    /// Type 1 criteria below 2: each demands an action.
    pub must_act: Vec<String>,
}

/// How each domain stands.
#[must_use]
pub fn scores(framework: &Framework, ratings: &Ratings) -> Vec<DomainScore> {
    framework
        .domains
        .iter()
        .map(|d| score(d, ratings))
        .collect()
}

fn score(domain: &Domain, ratings: &Ratings) -> DomainScore {
    let judged: Vec<Rating> = domain
        .criteria
        .iter()
        .filter_map(|c| ratings.get(&c.id))
        .copied()
        .collect();
    let numbers: Vec<f64> = judged
        .iter()
        .filter_map(|r| r.number())
        .map(f64::from)
        .collect();
    DomainScore {
        id: domain.id.clone(),
        mean: mean(&numbers),
        judged: judged.len(),
        of: domain.criteria.len(),
        must_act: domain
            .criteria
            .iter()
            .filter(|c| c.weight == Weight::Must)
            .filter(|c| {
                ratings
                    .get(&c.id)
                    .and_then(|r| r.number())
                    .is_some_and(|n| n < 2)
            })
            .map(|c| c.id.clone())
            .collect(),
    }
}

/// The mean; none of nothing.
#[must_use]
pub fn mean(numbers: &[f64]) -> Option<f64> {
    let count = u32::try_from(numbers.len()).ok().filter(|n| *n > 0)?;
    Some(numbers.iter().sum::<f64>() / f64::from(count))
}

/// Type 1 criteria below 2, in order.
#[must_use]
pub fn must_act(framework: &Framework, ratings: &Ratings) -> Vec<String> {
    scores(framework, ratings)
        .into_iter()
        .flat_map(|s| s.must_act)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn judged(pairs: &[(&str, &str)]) -> Result<Option<Judgement>, Vec<Problem>> {
        judge(&Fields::new(pairs.iter().copied()), day("2026-11-20"))
    }

    fn field(pairs: &[(&str, &str)]) -> &'static str {
        judged(pairs).unwrap_err()[0].field
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
        assert_eq!(field(&[("evidence", "but no rating")]), "rating");
        assert_eq!(field(&[("rating", "na")]), "because");
        assert_eq!(field(&[("rating", "3")]), "evidence");
        assert!(judged(&[("rating", "3"), ("evidence", "The audit")]).is_ok());
        let long = "x".repeat(50_001);
        assert_eq!(field(&[("rating", "1"), ("evidence", &long)]), "evidence");
    }

    #[test]
    fn links_are_http_or_https_and_short() {
        assert_eq!(
            links("https://a.example.org/x\n\n http://b.example.org ").unwrap(),
            ["https://a.example.org/x", "http://b.example.org"]
        );
        let long = format!("https://example.org/{}", "x".repeat(2_000));
        for bad in [
            "javascript:alert(1)",
            "ftp://example.org",
            "example.org",
            "https://",
            "https:///x",
            "https://example.org/a b",
            "https://example.org/\"onclick=",
            "data:text/html,x",
            &long,
        ] {
            assert!(links(bad).is_err(), "{bad}");
            assert_eq!(field(&[("rating", "1"), ("links", bad)]), "links");
        }
    }

    #[test]
    fn the_day_of_evidence_is_a_day_of_the_past() {
        assert_eq!(
            field(&[
                ("rating", "1"),
                ("day", "31"),
                ("month", "2"),
                ("year", "2026")
            ]),
            "day"
        );
        assert_eq!(
            field(&[
                ("rating", "1"),
                ("day", "21"),
                ("month", "11"),
                ("year", "2026")
            ]),
            "day"
        );
        assert!(
            judged(&[
                ("rating", "1"),
                ("day", "20"),
                ("month", "11"),
                ("year", "2026")
            ])
            .is_ok()
        );
    }

    fn framework() -> Framework {
        let text = include_str!("../../forms/quality-framework.2026-11-22.toml");
        super::super::load::load("f", text).unwrap()
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
        fn nothing_typed_makes_it_panic(rating in ".{0,4}", links in ".{0,40}", day in ".{0,4}") {
            let _ = judged(&[("rating", &rating), ("links", &links), ("day", &day), ("year", "2026")]);
        }
    }
}
