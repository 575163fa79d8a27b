//! MAPPA, victim liaison and other orders.

use super::{ContactDetails, PatientRecord, Span};
use crate::domain::calendar::less_days;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// MAPPA facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mappa {
    /// Category 1 to 4.
    pub category: u8,
    /// Level 1 to 3.
    pub level: u8,
    /// Since when at this category and level, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Area.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub area: String,
    /// Lead agency.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lead_agency: String,
    /// Co-ordinator or unit, with telephone or e-mail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub coordinator: String,
    /// Last review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_review: Option<NaiveDate>,
    /// Next review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review: Option<NaiveDate>,
}

/// Category and level that the person was managed at before, under MAPPA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EarlierMappa {
    /// Category 1 to 4.
    pub category: u8,
    /// Level 1 to 3.
    pub level: u8,
    /// First day, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: NaiveDate,
}

impl EarlierMappa {
    /// When it held.
    #[must_use]
    pub fn span(&self) -> Span {
        Span {
            from: self.from,
            to: Some(self.to),
        }
    }
}

impl PatientRecord {
    /// Category and level under MAPPA on a day. `None`: not managed then, or nothing is known.
    #[must_use]
    pub fn mappa_on(&self, day: NaiveDate) -> Option<(u8, u8)> {
        let current = self.mappa.as_ref().map(|m| (m.from, (m.category, m.level)));
        let earlier = self.earlier_mappa.iter().rfind(|m| m.span().holds_on(day));
        match (current, earlier) {
            (Some((Some(from), level)), _) if from <= day => Some(level),
            (_, Some(earlier)) => Some((earlier.category, earlier.level)),
            // Since when nobody knows: it holds as far back as no other is known.
            (Some((None, level)), None) => Some(level),
            _ => None,
        }
    }

    /// Keeps the category and level that `was` had until the day before, where they are others now.
    pub(super) fn keep_earlier_mappa(&mut self, was: Option<&Mappa>, changed_on: NaiveDate) {
        let level = |m: &Mappa| (m.category, m.level);
        let Some(was) = was.filter(|was| self.mappa.as_ref().map(level) != Some(level(was))) else {
            return;
        };
        if let Some(now) = &mut self.mappa
            && now.from == was.from
        {
            now.from = Some(changed_on);
        }
        let to = less_days(changed_on, 1);
        if was.from.is_none_or(|from| from <= to) {
            self.earlier_mappa.push(EarlierMappa {
                category: was.category,
                level: was.level,
                from: was.from,
                to,
            });
            self.earlier_mappa.sort_by_key(|m| m.to);
        }
    }
}

/// That the person is not managed under MAPPA: somebody’s decision, not a gap in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NotUnderMappa {
    /// Who decided it; empty while that is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decided_by: String,
    /// When, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
}

/// A Victim Liaison Officer and the state of contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct VictimLiaison {
    /// Name and how to reach them; the name is empty where nobody takes part and no officer is named.
    #[serde(flatten)]
    pub details: ContactDetails,
    /// Whether the victim takes part in the Victim Contact Scheme.
    pub status: VictimContact,
    /// Since when and until when this officer, or this state, where it is known.
    #[serde(flatten)]
    pub span: Span,
    /// When these details were last checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<NaiveDate>,
    /// By when they are to be checked again. Without it, findings take twelve months from the last check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<NaiveDate>,
}

/// State of the Victim Contact Scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VictimContact {
    /// The victim is in contact.
    Active,
    /// The victim has asked for no contact for now.
    Dormant,
    /// Nobody takes part.
    None,
}

impl VictimContact {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::None => "none",
        }
    }
}

/// Another order or requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OtherOrder {
    /// For example "Restraining order".
    pub kind: String,
    /// What it requires.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// From.
    pub from: NaiveDate,
    /// Until, where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}
