//! One year beside another: what may be compared, what was reworded, split, new or dropped, and what
//! moved. Means are compared over the criteria that both years rated and that mean the same.

use super::framework::{Framework, How};
use super::rating::{Rating, Ratings, mean};
use std::collections::BTreeMap;

/// One criterion beside what it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The domain's id; of the version before for what was dropped.
    pub domain: String,
    /// Id now; none for what was dropped.
    pub now: Option<String>,
    /// Ids before, with their ratings.
    pub before: Vec<(String, Option<Rating>)>,
    /// The rating now.
    pub rating: Option<Rating>,
    /// How they belong together.
    pub how: How,
}

impl Line {
    /// By how much a comparable rating rose (or fell, below nought).
    #[must_use]
    pub fn change(&self) -> Option<i8> {
        let [(_, Some(before))] = self.before.as_slice() else {
            return None;
        };
        let (before, now) = (before.number()?, self.rating?.number()?);
        let change = i8::try_from(now).ok()? - i8::try_from(before).ok()?;
        self.how.is_comparable().then_some(change)
    }

    /// What happened, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self.change() {
            Some(0) => "No change".into(),
            Some(n) if n > 0 => format!("Up {n}"),
            Some(n) => format!("Down {}", -n),
            None if self.how.is_comparable() => "Not rated in both years".into(),
            None => "Not comparable".into(),
        }
    }
}

/// A domain's mean before and now over what may be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainChange {
    /// The domain's id.
    pub id: String,
    /// Mean before.
    pub before: Option<f64>,
    /// Mean now.
    pub now: Option<f64>,
    /// How many criteria stand behind both.
    pub over: usize,
}

/// What became of each criterion from the first version of a chain to its last.
///
/// `chain` begins with the version of the earlier assessment and ends with that of the later; one
/// version compares with itself.
#[must_use]
pub fn traced(chain: &[&Framework]) -> Vec<(String, Vec<String>, How)> {
    let Some((first, rest)) = chain.split_first() else {
        return Vec::new();
    };
    let begin = first
        .criteria()
        .map(|(_, c)| (c.id.clone(), vec![c.id.clone()], How::Same));
    rest.iter().fold(begin.collect(), |links, version| {
        links
            .into_iter()
            .map(|(was, is, how)| step(version, was, &is, how))
            .collect()
    })
}

fn step(version: &Framework, was: String, is: &[String], how: How) -> (String, Vec<String>, How) {
    let (mut next, mut worst) = (Vec::new(), how);
    for id in is {
        match version.mappings.iter().find(|m| m.was == *id) {
            Some(mapping) => {
                if mapping.how != How::Dropped {
                    worst = worst.max(mapping.how);
                }
                next.extend(mapping.is.iter().cloned());
            }
            // What nobody mapped cannot be compared.
            None => worst = How::Split,
        }
    }
    next.sort();
    next.dedup();
    let how = if next.is_empty() { How::Dropped } else { worst };
    (was, next, how)
}

/// Every criterion of both years.
#[must_use]
pub fn compare(chain: &[&Framework], before: &Ratings, now: &Ratings) -> Vec<Line> {
    let (Some(first), Some(last)) = (chain.first(), chain.last()) else {
        return Vec::new();
    };
    let links = traced(chain);
    let mut origins: BTreeMap<&str, Vec<(&str, How)>> = BTreeMap::new();
    for (was, is, how) in &links {
        for id in is {
            origins.entry(id).or_default().push((was, *how));
        }
    }
    let mut lines: Vec<Line> = last
        .criteria()
        .map(|(domain, c)| {
            let from = origins
                .get(c.id.as_str())
                .map(Vec::as_slice)
                .unwrap_or_default();
            let how = match from {
                [] => How::New,
                [(_, how)] => *how,
                _ => How::Split,
            };
            Line {
                domain: domain.id.clone(),
                now: Some(c.id.clone()),
                before: from
                    .iter()
                    .map(|(was, _)| ((*was).to_owned(), before.get(*was).copied()))
                    .collect(),
                rating: now.get(&c.id).copied(),
                how,
            }
        })
        .collect();
    for (was, is, _) in &links {
        if let (true, Some((domain, _))) = (is.is_empty(), first.criterion(was)) {
            lines.push(Line {
                domain: domain.id.clone(),
                now: None,
                before: vec![(was.clone(), before.get(was).copied())],
                rating: None,
                how: How::Dropped,
            });
        }
    }
    lines
}

/// The means of each domain of the later version, over what may be compared and was rated twice.
#[must_use]
pub fn by_domain(last: &Framework, lines: &[Line]) -> Vec<DomainChange> {
    last.domains
        .iter()
        .map(|domain| {
            let pairs: Vec<(f64, f64)> = lines
                .iter()
                .filter(|l| l.domain == domain.id && l.change().is_some())
                .filter_map(|l| {
                    let before = l.before.first()?.1?.number()?;
                    Some((f64::from(before), f64::from(l.rating?.number()?)))
                })
                .collect();
            let side =
                |pick: fn(&(f64, f64)) -> f64| mean(&pairs.iter().map(pick).collect::<Vec<_>>());
            DomainChange {
                id: domain.id.clone(),
                before: side(|p| p.0),
                now: side(|p| p.1),
                over: pairs.len(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::self_assessment::framework::{Mapping, Weight};
    use proptest::prelude::*;

    fn version(day: &str, ids: &[&str], mappings: Vec<Mapping>) -> Framework {
        let text = include_str!("../../forms/quality-framework.2026-11-22.toml");
        let mut f = super::super::load::load("f", text).unwrap();
        let pattern = f.domains[0].criteria[0].clone();
        f.domains.truncate(1);
        f.domains[0].criteria = ids
            .iter()
            .map(|id| super::super::framework::Criterion {
                id: (*id).to_owned(),
                weight: Weight::Must,
                ..pattern.clone()
            })
            .collect();
        f.version = day.parse().unwrap();
        f.mappings = mappings;
        f
    }

    fn map(was: &str, is: &[&str], how: How) -> Mapping {
        Mapping {
            was: was.into(),
            is: is.iter().map(|i| (*i).to_owned()).collect(),
            how,
        }
    }

    fn rated(pairs: &[(&str, u8)]) -> Ratings {
        pairs
            .iter()
            .map(|(id, n)| ((*id).to_owned(), Rating::Rated(*n)))
            .collect()
    }

    #[test]
    fn versions_say_what_may_be_compared() {
        let one = version("2026-01-01", &["a", "b", "c", "d"], vec![]);
        let two = version(
            "2027-01-01",
            &["a", "b2", "c1", "c2", "e"],
            vec![
                map("a", &["a"], How::Same),
                map("b", &["b2"], How::Reworded),
                map("c", &["c1", "c2"], How::Split),
                map("d", &[], How::Dropped),
            ],
        );
        let before = rated(&[("a", 1), ("b", 2), ("c", 3), ("d", 0)]);
        let now = rated(&[("a", 3), ("b2", 1), ("c1", 1), ("c2", 2), ("e", 3)]);
        let lines = compare(&[&one, &two], &before, &now);
        let told: Vec<(String, &str, String)> = lines
            .iter()
            .map(|l| (l.now.clone().unwrap_or_default(), l.how.words(), l.words()))
            .collect();
        let short: Vec<(&str, &str)> = told
            .iter()
            .map(|(id, _, words)| (id.as_str(), words.as_str()))
            .collect();
        assert_eq!(
            short,
            [
                ("a", "Up 2"),
                ("b2", "Down 1"),
                ("c1", "Not comparable"),
                ("c2", "Not comparable"),
                ("e", "Not comparable"),
                ("", "Not comparable"),
            ]
        );
        assert_eq!(lines[4].how, How::New);
        assert_eq!(lines[5].how, How::Dropped);
        let change = &by_domain(&two, &lines)[0];
        assert_eq!(
            (change.before, change.now, change.over),
            (Some(1.5), Some(2.0), 2)
        );
    }

    #[test]
    fn a_chain_of_versions_is_followed_to_its_end() {
        let one = version("2026-01-01", &["a", "b"], vec![]);
        let two = version(
            "2027-01-01",
            &["a", "b"],
            vec![map("a", &["a"], How::Reworded), map("b", &["b"], How::Same)],
        );
        let three = version(
            "2028-01-01",
            &["a", "x"],
            vec![map("a", &["a"], How::Same), map("b", &[], How::Dropped)],
        );
        let links = traced(&[&one, &two, &three]);
        assert_eq!(links[0], ("a".into(), vec!["a".into()], How::Reworded));
        assert_eq!(links[1], ("b".into(), vec![], How::Dropped));
    }

    proptest! {
        #[test]
        fn a_year_beside_itself_has_not_moved(numbers in proptest::collection::vec(0_u8..4, 4)) {
            let ids = ["a", "b", "c", "d"];
            let one = version("2026-01-01", &ids, vec![]);
            let pairs: Vec<(&str, u8)> = ids.into_iter().zip(numbers).collect();
            let ratings = rated(&pairs);
            let lines = compare(&[&one], &ratings, &ratings);
            prop_assert!(lines.iter().all(|l| l.change() == Some(0)));
            let change = &by_domain(&one, &lines)[0];
            prop_assert_eq!(change.before, change.now);
            prop_assert_eq!(change.over, 4);
        }

        #[test]
        fn swapping_the_years_turns_every_change_round(
            before in proptest::collection::vec(0_u8..4, 4), now in proptest::collection::vec(0_u8..4, 4)
        ) {
            let ids = ["a", "b", "c", "d"];
            let one = version("2026-01-01", &ids, vec![]);
            let r = |n: Vec<u8>| rated(&ids.into_iter().zip(n).collect::<Vec<_>>());
            let (before, now) = (r(before), r(now));
            let there = compare(&[&one], &before, &now);
            let back = compare(&[&one], &now, &before);
            for (a, b) in there.iter().zip(&back) {
                prop_assert_eq!(a.change().map(|n| -n), b.change());
            }
        }
    }
}
