//! What ratings come to: means, and the Type 1 criteria that demand an action.

use super::Rating;
use crate::domain::self_assessment::framework::{Domain, Framework, Weight};
use std::collections::BTreeMap;

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
