//! Reads a file of standards and says, by line, what is wrong with it. Takes text: reading files is
//! others' work.

use super::framework::{Criterion, Framework, How};
use crate::domain::assurance::FigureId;
use crate::domain::form::load::{FormFault, line_of_id, not_a_form};
use crate::domain::guidance::TOPICS;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Whether a file is one of standards, not a form.
#[must_use]
pub fn is_framework(text: &str) -> bool {
    text.lines().any(|l| l.trim() == "[[domain]]")
}

/// Reads and checks one version of the standards.
///
/// # Errors
/// Every fault found; the first when the text is not TOML of the right shape.
pub fn load(file: &str, text: &str) -> Result<Framework, Vec<FormFault>> {
    let framework: Framework =
        toml::from_str(text).map_err(|e| vec![not_a_form(file, text, &e)])?;
    let mut faults = Vec::new();
    for (id, reason) in check(&framework) {
        faults.push(FormFault {
            file: file.to_owned(),
            line: line_of_id(text, &id),
            question: None,
            reason,
        });
    }
    if faults.is_empty() {
        Ok(framework)
    } else {
        Err(faults)
    }
}

/// What is wrong, each with the id that it stands at.
fn check(framework: &Framework) -> Vec<(String, String)> {
    let mut faults = domain_faults(framework);
    let mut seen = HashSet::new();
    for (_, criterion) in framework.criteria() {
        let at = |reason: String| {
            (
                criterion.id.clone(),
                format!("criterion `{}`: {reason}", criterion.id),
            )
        };
        if !seen.insert(&criterion.id) {
            faults.push(at("two criteria have this id".into()));
        }
        faults.extend(criterion_faults(criterion).into_iter().map(at));
    }
    if framework.scale.len() != 4 || framework.scale.iter().any(|s| s.trim().is_empty()) {
        faults.push((
            String::new(),
            "`scale` says what 0, 1, 2 and 3 mean: give four texts".into(),
        ));
    }
    if framework.status.trim().is_empty() {
        faults.push((
            String::new(),
            "`status` says what these standards are and are not: it cannot be empty".into(),
        ));
    }
    faults.extend(mapping_faults(framework));
    faults
}

fn domain_faults(framework: &Framework) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    for domain in &framework.domains {
        let at = |reason: String| (domain.id.clone(), reason);
        if !is_id(&domain.id) {
            faults.push(at(format!(
                "domain id `{}`: use letters, digits, dots and hyphens, at most 20",
                domain.id
            )));
        }
        if !seen.insert(&domain.id) {
            faults.push(at(format!("two domains have the id `{}`", domain.id)));
        }
        if domain.criteria.is_empty() {
            faults.push(at(format!("domain `{}` has no criteria", domain.id)));
        }
        if !framework.declared.contains(&domain.id) {
            faults.push(at(format!(
                "domain `{}` is not listed in `domains`",
                domain.id
            )));
        }
    }
    for id in &framework.declared {
        if framework.domain(id).is_none() {
            faults.push((
                String::new(),
                format!("`domains` lists `{id}`, but there is no [[domain]] with that id"),
            ));
        }
    }
    if framework.declared.is_empty() {
        faults.push((String::new(), "`domains` lists no domain".into()));
    }
    faults
}

fn criterion_faults(criterion: &Criterion) -> Vec<String> {
    let mut reasons = Vec::new();
    if !is_id(&criterion.id) {
        reasons.push("id: use letters, digits, dots and hyphens, at most 20".into());
    }
    if criterion.levels.len() != 4 {
        reasons.push(format!(
            "`levels` says what 0, 1, 2 and 3 look like: there are {}",
            criterion.levels.len()
        ));
    }
    for (name, text) in [
        ("title", &criterion.title),
        ("explanation", &criterion.explanation),
        ("source", &criterion.source),
    ] {
        if text.trim().is_empty() {
            reasons.push(format!("`{name}` is empty"));
        }
    }
    if criterion.evidence.is_empty() {
        reasons.push("`evidence` says what counts as evidence: give at least one".into());
    }
    for figure in &criterion.figures {
        if FigureId::named(figure).is_none() {
            reasons.push(format!("there is no live figure `{figure}`"));
        }
    }
    if !TOPICS.contains(&criterion.guidance.as_str()) {
        reasons.push(format!(
            "there is no guidance topic `{}`",
            criterion.guidance
        ));
    }
    reasons
}

fn mapping_faults(framework: &Framework) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut fault = |reason: String| faults.push((String::new(), reason));
    match framework.follows {
        None if !framework.mappings.is_empty() => {
            fault("there are [[mapping]]s, but `follows` does not say from which version".into());
        }
        Some(follows) if follows >= framework.version => fault(format!(
            "version {} cannot follow {follows}: versions that follow each other in a circle have no beginning",
            framework.version
        )),
        _ => {}
    }
    let mut seen = HashSet::new();
    for mapping in &framework.mappings {
        if !seen.insert(&mapping.was) {
            fault(format!("`{}` is mapped twice", mapping.was));
        }
        for id in &mapping.is {
            if framework.criterion(id).is_none() {
                fault(format!(
                    "`{}` is mapped to `{id}`, which is not in this version",
                    mapping.was
                ));
            }
        }
        let fits = match mapping.how {
            How::Same | How::Reworded => mapping.is.len() == 1,
            How::Split => !mapping.is.is_empty(),
            How::Dropped => mapping.is.is_empty(),
            How::New => false,
        };
        if !fits {
            fault(format!(
                "`{}`: same and reworded map to one criterion, split to one or more, dropped to none; what is not mapped to is new",
                mapping.was
            ));
        }
    }
    if let Some(circle) = circle(framework) {
        fault(format!(
            "mappings run in a circle ({}): an id keeps its meaning, so give what changed places new ids",
            circle.join(" → ")
        ));
    }
    faults
}

/// Ids that take each other's places.
fn circle(framework: &Framework) -> Option<Vec<String>> {
    let next: BTreeMap<&str, Vec<&str>> = framework
        .mappings
        .iter()
        .map(|m| {
            let others = m.is.iter().filter(|id| **id != m.was);
            (m.was.as_str(), others.map(String::as_str).collect())
        })
        .collect();
    for start in next.keys() {
        let mut path = vec![(*start, 0_usize)];
        let mut on_path: BTreeSet<&str> = BTreeSet::from([*start]);
        let mut done: BTreeSet<&str> = BTreeSet::new();
        while let Some((here, at)) = path.last().copied() {
            let Some(to) = next.get(here).and_then(|n| n.get(at)).copied() else {
                on_path.remove(here);
                done.insert(here);
                path.pop();
                continue;
            };
            if let Some(last) = path.last_mut() {
                last.1 += 1;
            }
            if on_path.contains(to) {
                let from = path.iter().position(|(id, _)| *id == to).unwrap_or(0);
                let ids = path[from..].iter().map(|(id, _)| (*id).to_owned());
                return Some(ids.chain([to.to_owned()]).collect());
            }
            if done.insert(to) {
                on_path.insert(to);
                path.push((to, 0));
            }
        }
    }
    None
}

/// What does not fit between a version and the one that it follows.
#[must_use]
pub fn succession_faults(before: &Framework, after: &Framework) -> Vec<String> {
    let mut faults = Vec::new();
    for (_, criterion) in before.criteria() {
        if !after.mappings.iter().any(|m| m.was == criterion.id) {
            faults.push(format!(
                "criterion `{}` of {} is not mapped: say same, reworded, split or dropped",
                criterion.id, before.version
            ));
        }
    }
    for mapping in &after.mappings {
        if before.criterion(&mapping.was).is_none() {
            faults.push(format!(
                "`{}` is mapped, but is not in {}",
                mapping.was, before.version
            ));
        }
    }
    faults
}

fn is_id(id: &str) -> bool {
    (1..=20).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../forms/quality-framework.2026-11-22.toml");

    fn faults(text: &str) -> String {
        let faults = load("f.toml", text).unwrap_err();
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        lines.join("\n")
    }

    #[test]
    fn the_proposed_standards_are_whole() {
        let framework = load("f.toml", FILE).unwrap();
        let counts: Vec<usize> = framework.domains.iter().map(|d| d.criteria.len()).collect();
        assert_eq!(counts, [5, 5, 5, 5, 7, 6, 5, 4, 7, 5, 4, 4]);
        assert_eq!(framework.criteria().count(), 62);
        assert!(framework.status.contains("not the official framework"));
        let long = |text: &str| text.split_whitespace().count();
        for (_, c) in framework.criteria() {
            assert!(long(&c.explanation) >= 12, "{}", c.id);
            let levels: HashSet<&String> = c.levels.iter().collect();
            assert_eq!(levels.len(), 4, "{}", c.id);
        }
        for figure in FigureId::ALL.iter().map(|f| f.name()) {
            assert!(
                framework
                    .criteria()
                    .any(|(_, c)| c.figures.iter().any(|f| f == figure)),
                "{figure} bears on nothing"
            );
        }
    }

    #[test]
    fn a_missing_domain_is_named() {
        let start = FILE.find("[[domain]]\nid = \"D12\"").unwrap();
        assert_eq!(
            faults(&FILE[..start]),
            "f.toml:1: `domains` lists `D12`, but there is no [[domain]] with that id"
        );
    }

    #[test]
    fn what_is_wrong_with_a_criterion_is_named_with_its_line() {
        let line = 1 + FILE.lines().position(|l| l == "id = \"1.2\"").unwrap();
        assert!(
            faults(&FILE.replacen("id = \"1.3\"", "id = \"1.2\"", 1)).starts_with(&format!(
                "f.toml:{line}: criterion `1.2`: two criteria have this id"
            ))
        );
        assert!(
            faults(&FILE.replacen("\"unallocated\"", "\"unalocated\"", 1))
                .contains("there is no live figure `unalocated`")
        );
        assert!(
            faults(&FILE.replacen("type = 1", "type = 3", 1)).contains("type is 1 or 2, not 3")
        );
        assert!(
            faults(&FILE.replacen("guidance = \"role\"", "guidance = \"rule\"", 1))
                .contains("no guidance topic `rule`")
        );
    }

    fn next(mappings: &str) -> String {
        let text = FILE
            .replacen("version = \"2026-11-22\"", "version = \"2027-06-01\"", 1)
            .replacen("title = ", "follows = \"2026-11-22\"\ntitle = ", 1);
        format!("{text}\n{mappings}")
    }

    #[test]
    fn mappings_in_a_circle_are_refused() {
        let swap = "[[mapping]]\nwas = \"1.1\"\nis = [\"1.2\"]\nhow = \"same\"\n\
                    [[mapping]]\nwas = \"1.2\"\nis = [\"1.1\"]\nhow = \"same\"\n";
        assert!(faults(&next(swap)).contains("mappings run in a circle (1.1 → 1.2 → 1.1)"));
        let own = next("").replacen("2027-06-01", "2026-11-22", 1);
        assert!(faults(&own).contains("in a circle have no beginning"));
        let stays = "[[mapping]]\nwas = \"1.1\"\nis = [\"1.1\"]\nhow = \"same\"\n";
        assert!(load("f.toml", &next(stays)).is_ok());
    }

    #[test]
    fn every_criterion_of_the_version_before_is_mapped() {
        let before = load("f.toml", FILE).unwrap();
        let after = load("f.toml", &next("")).unwrap();
        assert_eq!(succession_faults(&before, &after).len(), 62);
    }

    #[test]
    fn nonsense_is_refused_without_a_panic() {
        for text in [
            "",
            "[[domain]]",
            "\u{0}",
            "domains = 3",
            &"[".repeat(10_000),
        ] {
            assert!(load("f.toml", text).is_err());
        }
    }
}
