//! The quality standards this installation knows: those inside the binary and those of the
//! operator's folder. A new version is a new file; assessments keep the version that they began on.

use super::forms::FormsProblem;
use crate::domain::form::load::FormFault;
use crate::domain::self_assessment::framework::Framework;
use crate::domain::self_assessment::load::{load, succession_faults};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Id of the standards for social supervision.
pub const QUALITY: &str = "social-supervision-quality";

const EMBEDDED: [(&str, &str); 1] = [(
    "quality-framework.2026-11-22.toml",
    include_str!("../forms/quality-framework.2026-11-22.toml"),
)];

/// Standards by id and version.
#[derive(Debug, Clone, Default)]
pub struct Frameworks(BTreeMap<(String, NaiveDate), Arc<Framework>>);

impl Frameworks {
    /// Adds those inside the binary.
    ///
    /// # Errors
    /// When one is broken, which a test rules out.
    pub(super) fn add_embedded(&mut self) -> Result<(), FormsProblem> {
        EMBEDDED
            .iter()
            .try_for_each(|(file, text)| self.add(file, text))
    }

    /// Adds a file.
    ///
    /// # Errors
    /// What is wrong with it, also beside the version that it follows.
    pub(super) fn add(&mut self, file: &str, text: &str) -> Result<(), FormsProblem> {
        let framework = load(file, text).map_err(FormsProblem::Faults)?;
        if let Some(follows) = framework.follows {
            let reasons = self.version(&framework.id, follows).map_or_else(
                || vec![format!("it follows {follows}, which is not loaded")],
                |before| succession_faults(&before, &framework),
            );
            if !reasons.is_empty() {
                let fault = |reason| FormFault {
                    file: file.to_owned(),
                    line: 1,
                    question: None,
                    reason,
                };
                return Err(FormsProblem::Faults(
                    reasons.into_iter().map(fault).collect(),
                ));
            }
        }
        let key = (framework.id.clone(), framework.version);
        if self.0.insert(key, Arc::new(framework)).is_some() {
            return Err(FormsProblem::Twice(file.to_owned()));
        }
        Ok(())
    }

    /// The newest version.
    #[must_use]
    pub fn newest(&self, id: &str) -> Option<Arc<Framework>> {
        self.0
            .iter()
            .rfind(|((known, _), _)| known == id)
            .map(|(_, f)| f.clone())
    }

    /// One version.
    #[must_use]
    pub fn version(&self, id: &str, version: NaiveDate) -> Option<Arc<Framework>> {
        self.0.get(&(id.to_owned(), version)).cloned()
    }

    /// The versions from one to a later one that follow each other, without the last. Empty when
    /// they are the same, or when no line of versions joins them.
    #[must_use]
    pub fn between(&self, id: &str, from: NaiveDate, to: NaiveDate) -> Vec<Framework> {
        let mut chain = Vec::new();
        let mut at = to;
        // Versions follow earlier ones only, so this ends.
        while at > from {
            let Some(before) = self
                .version(id, at)
                .and_then(|f| self.version(id, f.follows?))
            else {
                return Vec::new();
            };
            at = before.version;
            chain.push(Framework::clone(&before));
        }
        chain.reverse();
        chain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(mappings: bool) -> String {
        let mut text = EMBEDDED[0]
            .1
            .replacen("version = \"2026-11-22\"", "version = \"2027-06-01\"", 1)
            .replacen("title = ", "follows = \"2026-11-22\"\ntitle = ", 1);
        let first = load("f", EMBEDDED[0].1).unwrap();
        for (_, c) in first.criteria().filter(|_| mappings) {
            text += &format!(
                "[[mapping]]\nwas = \"{0}\"\nis = [\"{0}\"]\nhow = \"same\"\n",
                c.id
            );
        }
        text
    }

    #[test]
    fn a_later_version_drops_in_and_the_earlier_one_stays() {
        let mut all = Frameworks::default();
        all.add_embedded().unwrap();
        assert!(all.add("next.toml", &later(false)).is_err());
        all.add("next.toml", &later(true)).unwrap();
        assert!(matches!(
            all.add("again.toml", &later(true)),
            Err(FormsProblem::Twice(_))
        ));
        let day = |t: &str| t.parse::<NaiveDate>().unwrap();
        assert_eq!(all.newest(QUALITY).unwrap().version, day("2027-06-01"));
        assert!(all.version(QUALITY, day("2026-11-22")).is_some());
        let between = all.between(QUALITY, day("2026-11-22"), day("2027-06-01"));
        assert_eq!(between.len(), 1);
        assert!(
            all.between(QUALITY, day("2026-11-22"), day("2026-11-22"))
                .is_empty()
        );
    }
}
