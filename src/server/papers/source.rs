//! The data that papers are set from: a frozen report, what another paper says, a signed self-assessment.

use super::{Kind, PaperFailure, report, set_now};
use crate::document::Document;
use crate::domain::paper::{self, FrozenPaper};
use crate::domain::report::frozen::{self, hex};
use crate::domain::report::{Frozen, FrozenReport};
use crate::domain::self_assessment::content::{self, Content};
use crate::server::{assessment_papers, other_papers};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt;

/// Data that papers are set from, with the digest that they bear.
#[derive(Debug, Clone)]
pub struct Source {
    json: String,
    digest: String,
    content: Said,
}

#[derive(Debug, Clone, PartialEq)]
enum Said {
    Report(Box<Frozen>),
    Paper(Box<FrozenPaper>),
    Assessment(Box<Content>),
}

/// A text that is no such data, and why. It holds nothing of the text but names of fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSource(String);

impl fmt::Display for NoSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not data that papers of ours are set from: {}", self.0)
    }
}

impl std::error::Error for NoSource {}

#[derive(Deserialize)]
struct Schema {
    schema: String,
}

impl Source {
    /// Reads JSON of a schema of ours.
    ///
    /// # Errors
    /// [`NoSource`] when it is malformed or of another schema.
    pub fn read(json: &str) -> Result<Self, NoSource> {
        let no = |e: serde_json::Error| NoSource(e.to_string());
        let Schema { schema } = serde_json::from_str(json).map_err(no)?;
        let content = match schema.as_str() {
            frozen::SCHEMA => Said::Report(serde_json::from_str(json).map_err(no)?),
            paper::SCHEMA => Said::Paper(serde_json::from_str(json).map_err(no)?),
            content::SCHEMA => Said::Assessment(serde_json::from_str(json).map_err(no)?),
            _ => return Err(NoSource("its schema is none of ours".into())),
        };
        Ok(Self {
            json: json.to_owned(),
            digest: hex(&Sha256::digest(json.as_bytes())),
            content,
        })
    }

    /// Whose papers are set from it: the id of a report, another paper or a self-assessment.
    #[must_use]
    pub fn owner(&self) -> &str {
        match &self.content {
            Said::Report(r) => &r.report,
            Said::Paper(p) => &p.paper,
            Said::Assessment(a) => &a.assessment,
        }
    }

    /// When it was frozen.
    #[must_use]
    pub fn frozen_at(&self) -> DateTime<Utc> {
        match &self.content {
            Said::Report(r) => r.frozen_at,
            Said::Paper(p) => p.made_at,
            Said::Assessment(a) => a.signed_at(),
        }
    }

    /// Its bytes, as text.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// SHA-256 of its bytes, in hexadecimal: what papers set from it bear.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether another says the same, however it is written.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        self.content == other.content
    }

    /// The full paper as a document tree.
    #[must_use]
    pub fn document(&self) -> Document {
        match &self.content {
            Said::Report(r) => report::full(r, &self.digest),
            Said::Paper(p) => other_papers::document(p, &self.digest),
            Said::Assessment(a) => assessment_papers::document(a),
        }
    }

    /// Every file that is set from it, each with what it is called; also the PDF that carries its data.
    /// The patient's copy is not among them: what was left out of it is not said here.
    ///
    /// # Errors
    /// [`PaperFailure`].
    pub fn files(&self) -> Result<Vec<(String, Vec<u8>)>, PaperFailure> {
        let mut papers = match &self.content {
            Said::Assessment(a) => return Ok(assessment_papers::all(a)?),
            Said::Report(_) | Said::Paper(_) => set_now(Kind::Full, &self.document(), None)?,
        };
        if let Said::Report(r) = &self.content {
            let carrying = FrozenReport::read(&self.json)
                .map(|(frozen, _)| report::twin(r, &frozen))
                .ok();
            papers.extend(set_now(Kind::Full, &self.document(), carrying)?);
        }
        let named = papers
            .into_iter()
            .map(|p| (p.format.name().to_owned(), p.bytes));
        Ok(named.collect())
    }
}
