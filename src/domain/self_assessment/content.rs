//! A self-assessment as it stands at one moment: what papers are set from, and what is frozen when
//! it is signed.

use super::action_plan::Action;
use super::assessment::Scope;
use super::challenge::Remark;
use super::framework::Framework;
use super::rating::{Judgement, Ratings};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Names the shape of the JSON.
pub const SCHEMA: &str = "conditional-discharge/self-assessment/1";

/// A live figure as it was when it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrozenFigure {
    /// Its id, such as `on-time-first`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The figure in words, such as "11 of 12 (92 %)" or "no cases".
    pub words: String,
    /// The same for papers, which may leave the organisation: small numbers are masked.
    pub paper: String,
    /// What was counted.
    pub definition: String,
    /// When it was taken.
    pub at: DateTime<Utc>,
}

/// One criterion with its rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RatedCriterion {
    /// Id of the criterion.
    pub criterion: String,
    /// What was judged; none while unfinished.
    pub judgement: Option<Judgement>,
    /// Name of who saved it last.
    pub by: String,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// The live figures taken with it.
    pub figures: Vec<FrozenFigure>,
}

/// Somebody's part in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PartTaken {
    /// Name.
    pub name: String,
    /// `lead`, `contributor` or `challenger`.
    pub part: String,
    /// The domain, for a contributor.
    pub domain: String,
}

/// An executive's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signed {
    /// For which organisation.
    pub organisation: String,
    /// The name as typed.
    pub name: String,
    /// Job title.
    pub job_title: String,
    /// What was attested, word for word.
    pub statements: Vec<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The whole self-assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Content {
    /// [`SCHEMA`].
    pub schema: String,
    /// Its id.
    pub assessment: String,
    /// The organisations that it is of: the first opened it.
    pub organisations: Vec<String>,
    /// What it covers.
    pub scope: Scope,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// The standards as they were asked.
    pub framework: Framework,
    /// Ratings, in the order of the standards.
    pub rated: Vec<RatedCriterion>,
    /// Second views and how disputes were settled.
    pub remarks: Vec<Remark>,
    /// The action plan as it stood.
    pub actions: Vec<Action>,
    /// Who took part.
    pub parts: Vec<PartTaken>,
    /// The assessment before: its last day and its ratings under its own standards.
    pub before: Option<Before>,
    /// Signatures.
    pub signatures: Vec<Signed>,
}

/// The assessment before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Before {
    /// Its last day.
    pub to: NaiveDate,
    /// The version of its standards.
    pub version: NaiveDate,
    /// Its ratings.
    pub ratings: Ratings,
    /// The versions of the standards that lie between, that one first; empty when they are the same.
    pub chain: Vec<Framework>,
}

impl Content {
    /// The ratings alone.
    #[must_use]
    pub fn ratings(&self) -> Ratings {
        let rated = self.rated.iter();
        rated
            .filter_map(|r| Some((r.criterion.clone(), r.judgement.as_ref()?.rating)))
            .collect()
    }

    /// The rated criterion of that id.
    #[must_use]
    pub fn rated(&self, criterion: &str) -> Option<&RatedCriterion> {
        self.rated.iter().find(|r| r.criterion == criterion)
    }

    /// The versions of the standards from the assessment before to this one.
    #[must_use]
    pub fn chain(&self) -> Vec<&Framework> {
        let before = self.before.iter().flat_map(|b| b.chain.iter());
        before.chain([&self.framework]).collect()
    }

    /// When the last signature was given; the beginning of time when nobody has signed.
    #[must_use]
    pub fn signed_at(&self) -> DateTime<Utc> {
        let signed = self.signatures.iter().map(|s| s.at);
        signed.max().unwrap_or_default()
    }

    /// Digest of all but signatures, by which a signer and a page mean the same text.
    #[must_use]
    pub fn mark(&self) -> String {
        let bare = Self {
            signatures: vec![],
            ..self.clone()
        };
        bare.json()
            .map(|json| digest(json.as_bytes()))
            .unwrap_or_default()
    }

    /// As stored when frozen.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which a sound value can.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    crate::domain::report::frozen::hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::self_assessment::assessment::ScopeKind;

    #[test]
    fn a_signature_changes_no_mark_and_a_word_does() {
        let text = include_str!("../../forms/quality-framework.2026-11-22.toml");
        let mut content = Content {
            schema: SCHEMA.into(),
            assessment: "a".into(),
            organisations: vec!["Northmere".into()],
            scope: Scope {
                kind: ScopeKind::Organisation,
                name: "Northmere".into(),
                teams: vec![],
            },
            from: "2026-01-01".parse().unwrap(),
            to: "2026-12-31".parse().unwrap(),
            framework: super::super::load::load("f", text).unwrap(),
            rated: vec![],
            remarks: vec![],
            actions: vec![],
            parts: vec![],
            before: None,
            signatures: vec![],
        };
        let mark = content.mark();
        content.signatures.push(Signed {
            organisation: "Northmere".into(),
            name: "E".into(),
            job_title: "x".into(),
            statements: vec![],
            at: DateTime::UNIX_EPOCH,
        });
        assert_eq!(content.mark(), mark);
        let read: Content = serde_json::from_str(&content.json().unwrap()).unwrap();
        assert_eq!(read, content);
        content.scope.name = "North".into();
        assert_ne!(content.mark(), mark);
    }
}
