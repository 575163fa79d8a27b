//! The supervision record: what happened in the quarter, one dated entry at a time.
//!
//! Entries are never changed: a correction is a new entry that names the one it corrects.

pub mod noted;
pub mod notifiable;
pub mod typed;

use crate::domain::identifiers::{EntryId, PersonId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// Identifies it; also the row id under which a report answers it.
    pub id: EntryId,
    /// What happened.
    #[serde(flatten)]
    pub matter: Matter,
    /// Who entered it.
    pub by: PersonId,
    /// When it was entered.
    pub at: DateTime<Utc>,
    /// The entry that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<EntryId>,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
pub enum Matter {
    /// A contact that happened or was missed.
    Contact(Contact),
    /// Something that MHCS may have to know.
    Event(Event),
    /// One or more nights elsewhere.
    NightAway(NightAway),
    /// An entry of a kind that is described in data.
    Noted(noted::Noted),
    /// Says that the entry it corrects was made in error. The entry stays readable; it no longer counts.
    Withdrawn(Withdrawn),
}

/// Why an entry no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Withdrawn {
    /// The day that the entry stood under.
    pub on: NaiveDate,
    /// What the entry was, in a line.
    pub was: String,
    /// Why it was an error.
    pub reason: String,
}

/// A contact, made or missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Contact {
    /// The day.
    pub on: NaiveDate,
    /// How.
    pub kind: ContactKind,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// Together with another professional.
    #[serde(default)]
    pub joint: bool,
    /// Whether the person was seen alone; none where nobody said. Lone-working plans, interpreters and
    /// advocates are good reasons why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<bool>,
    /// Who else was there.
    #[serde(default)]
    pub with: String,
    /// False when it was planned and missed.
    #[serde(default = "yes")]
    pub happened: bool,
    /// What was seen and heard.
    #[serde(default)]
    pub observed: String,
    /// What was done about a missed contact.
    #[serde(default)]
    pub response: String,
}

fn yes() -> bool {
    true
}

/// How a contact was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContactKind {
    /// At the person's home.
    HomeVisit,
    /// At an office.
    Office,
    /// By telephone.
    Phone,
    /// By video.
    Video,
    /// Elsewhere or otherwise.
    Other,
}

impl ContactKind {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::HomeVisit => "Home visit",
            Self::Office => "Office visit",
            Self::Phone => "Telephone call",
            Self::Video => "Video call",
            Self::Other => "Other contact",
        }
    }

    /// Whether the person was met in person.
    #[must_use]
    pub fn in_person(self) -> bool {
        matches!(self, Self::HomeVisit | Self::Office | Self::Other)
    }
}

/// A notifiable event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Event {
    /// The day.
    pub on: NaiveDate,
    /// Its id in the list of notifiable events.
    pub kind: String,
    /// What happened.
    pub what: String,
    /// Where the person is now.
    #[serde(default)]
    pub where_now: String,
    /// What has been done.
    #[serde(default)]
    pub actions: String,
    /// When MHCS was told, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_mhcs_on: Option<NaiveDate>,
    /// How MHCS was told, at what time, and whom.
    #[serde(default)]
    pub told_how: String,
    /// What MHCS replied.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reply: String,
    /// When MHCS replied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_on: Option<NaiveDate>,
}

/// Nights elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NightAway {
    /// First night.
    pub from: NaiveDate,
    /// Last night.
    pub to: NaiveDate,
    /// Where.
    #[serde(rename = "where")]
    pub place: String,
    /// Agreed beforehand by the social supervisor.
    #[serde(default)]
    pub agreed_social: bool,
    /// Agreed beforehand by the clinical supervisor.
    #[serde(default)]
    pub agreed_clinical: bool,
    /// Anything to add.
    #[serde(default)]
    pub note: String,
}

impl Matter {
    /// The day it stands under on the timeline.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        match self {
            Self::Contact(c) => c.on,
            Self::Event(e) => e.on,
            Self::NightAway(n) => n.from,
            Self::Noted(n) => n.on,
            Self::Withdrawn(w) => w.on,
        }
    }

    /// Whether any of it falls between the two days, both included.
    #[must_use]
    pub fn falls_between(&self, from: NaiveDate, to: NaiveDate) -> bool {
        match self {
            Self::NightAway(n) => n.from <= to && from <= n.to,
            Self::Noted(n) => n.on <= to && from <= n.to.unwrap_or(n.on),
            _ => (from..=to).contains(&self.day()),
        }
    }

    /// What sort of entry it is, in words.
    #[must_use]
    pub fn kind_in_words(&self) -> &str {
        match self {
            Self::Contact(_) => "Contact",
            Self::Event(_) => "Event",
            Self::NightAway(_) => "Night away",
            Self::Noted(n) => &n.title,
            Self::Withdrawn(_) => "Withdrawn",
        }
    }

    /// One line for a list or as the label of a report's row.
    #[must_use]
    pub fn in_words(&self) -> String {
        let day = crate::domain::calendar::day_in_words;
        match self {
            Self::Contact(c) => {
                let missed = if c.happened { "" } else { ", missed" };
                let place = if c.place.is_empty() {
                    String::new()
                } else {
                    format!(", {}", c.place)
                };
                format!("{}: {}{missed}{place}", day(c.on), c.kind.words())
            }
            Self::Event(e) => format!("{}: {}", day(e.on), e.what),
            Self::NightAway(n) if n.from == n.to => format!("{}: {}", day(n.from), n.place),
            Self::NightAway(n) => format!("{} to {}: {}", day(n.from), day(n.to), n.place),
            Self::Noted(n) => match n.to.filter(|to| *to != n.on) {
                Some(to) => format!("{} to {}: {}", day(n.on), day(to), n.headline),
                None => format!("{}: {}", day(n.on), n.headline),
            },
            Self::Withdrawn(w) => w.was.clone(),
        }
    }
}

/// The entries that stand: those that no later one corrects and that were not withdrawn, oldest day
/// first.
#[must_use]
pub fn standing(entries: &[Entry]) -> Vec<&Entry> {
    let corrected: std::collections::HashSet<&EntryId> =
        entries.iter().filter_map(|e| e.corrects.as_ref()).collect();
    let mut standing: Vec<&Entry> = entries
        .iter()
        .filter(|e| !corrected.contains(&e.id) && !matches!(e.matter, Matter::Withdrawn(_)))
        .collect();
    standing.sort_by(|a, b| (a.matter.day(), &a.id).cmp(&(b.matter.day(), &b.id)));
    standing
}

/// What each entry was first entered as: a correction answers to the same row of a report as the
/// entry it corrects.
#[derive(Debug)]
pub struct Origins<'a>(std::collections::HashMap<&'a EntryId, &'a EntryId>);

impl<'a> Origins<'a> {
    /// From all entries, corrected ones too.
    #[must_use]
    pub fn of(entries: &'a [Entry]) -> Self {
        Self(
            entries
                .iter()
                .filter_map(|e| Some((&e.id, e.corrects.as_ref()?)))
                .collect(),
        )
    }

    /// The first of an entry's chain of corrections.
    #[must_use]
    pub fn first<'b>(&'b self, id: &'b EntryId) -> &'b EntryId {
        let mut at = id;
        // A chain is no longer than the entries; the bound keeps a forged circle from turning for ever.
        for _ in 0..=self.0.len() {
            match self.0.get(at) {
                Some(before) => at = before,
                None => break,
            }
        }
        at
    }
}
