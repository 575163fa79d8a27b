//! What an assessment covers.

use serde::{Deserialize, Serialize};

/// What an assessment covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scope {
    /// The whole organisation, a directorate or a team.
    pub kind: ScopeKind,
    /// Its name; the organisation's own for the whole.
    pub name: String,
    /// Ids of the teams; empty for the whole organisation.
    pub teams: Vec<String>,
}

/// How much of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeKind {
    /// All of it.
    Organisation,
    /// Several teams under one name.
    Directorate,
    /// One team.
    Team,
}

impl ScopeKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Organisation, Self::Directorate, Self::Team];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Directorate => "directorate",
            Self::Team => "team",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Organisation => "Whole organisation",
            Self::Directorate => "Directorate",
            Self::Team => "Team",
        }
    }
}

impl Scope {
    /// Whether somebody whose part is limited to some teams may look at all of it.
    #[must_use]
    pub fn is_within(&self, teams: Option<&[String]>) -> bool {
        teams.is_none_or(|mine| {
            !self.teams.is_empty() && self.teams.iter().all(|team| mine.contains(team))
        })
    }
}
