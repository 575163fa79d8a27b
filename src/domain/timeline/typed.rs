//! From what a busy person types to an entry, and the questions that ask for it.

mod read;

pub(super) use read::Reader;
pub use read::{read, typed_of};

use super::noted::{Effect, NotedKind};
use super::notifiable::Notifiable;
use super::{ContactKind, Matter};
use crate::domain::form::Kind;
use crate::domain::form::definition::{Choice, Column};

/// The kinds of entry that an installation knows.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    /// Notifiable events.
    pub notifiable: Vec<Notifiable>,
    /// Kinds that are described in data.
    pub noted: Vec<NotedKind>,
}

impl Kinds {
    /// Every kind, as pages offer them.
    pub fn all(&self) -> impl Iterator<Item = EntryKind<'_>> {
        [EntryKind::Contact, EntryKind::Event, EntryKind::NightAway]
            .into_iter()
            .chain(self.noted.iter().map(EntryKind::Noted))
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<EntryKind<'_>> {
        self.all().find(|k| k.name() == name)
    }

    /// The kind of a matter; none for a withdrawal or a kind that this installation does not know.
    #[must_use]
    pub fn of(&self, matter: &Matter) -> Option<EntryKind<'_>> {
        match matter {
            Matter::Contact(_) => Some(EntryKind::Contact),
            Matter::Event(_) => Some(EntryKind::Event),
            Matter::NightAway(_) => Some(EntryKind::NightAway),
            Matter::Noted(n) => self
                .noted
                .iter()
                .find(|k| k.id == n.kind)
                .map(EntryKind::Noted),
            Matter::Withdrawn(_) => None,
        }
    }

    /// The notifiable event of that id.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<&Notifiable> {
        self.notifiable.iter().find(|n| n.id == id)
    }
}

/// What somebody wants to enter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EntryKind<'a> {
    /// A contact.
    Contact,
    /// An event.
    Event,
    /// A night away.
    NightAway,
    /// A kind that is described in data.
    Noted(&'a NotedKind),
}

impl<'a> EntryKind<'a> {
    /// As in addresses.
    #[must_use]
    pub fn name(self) -> &'a str {
        match self {
            Self::Contact => "contact",
            Self::Event => "event",
            Self::NightAway => "night-away",
            Self::Noted(kind) => &kind.id,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'a str {
        match self {
            Self::Contact => "Contact",
            Self::Event => "Event",
            Self::NightAway => "Night away",
            Self::Noted(kind) => &kind.label,
        }
    }

    /// Heading of the page that adds one.
    #[must_use]
    pub fn heading(self) -> &'a str {
        match self {
            Self::Contact => "Add a contact",
            Self::Event => "Log an event",
            Self::NightAway => "Add a night away",
            Self::Noted(kind) => &kind.heading,
        }
    }

    /// The date that is today unless somebody says otherwise.
    #[must_use]
    pub fn first_day(self) -> &'static str {
        if self == Self::NightAway {
            "from"
        } else {
            "on"
        }
    }

    /// What the entry does besides being on record.
    #[must_use]
    pub fn effect(self) -> Option<Effect> {
        match self {
            Self::NightAway => Some(Effect::Nights),
            Self::Noted(kind) => kind.effect,
            Self::Contact | Self::Event => None,
        }
    }
}

fn column(id: &str, label: &str, hint: Option<&str>, kind: Kind) -> Column {
    Column {
        id: id.to_owned(),
        label: label.to_owned(),
        hint: hint.map(str::to_owned),
        kind,
        options: Vec::new(),
        required: false,
        how_known: false,
        only_if: None,
        may_stay_blank: false,
    }
}

fn choice(id: &str, label: &str, hint: Option<&str>, options: &[(&str, &str)]) -> Column {
    let option = |(id, label): &(&str, &str)| Choice {
        id: (*id).into(),
        label: (*label).into(),
        detail: None,
    };
    Column {
        options: options.iter().map(option).collect(),
        ..column(id, label, hint, Kind::Choice)
    }
}

const CONTACT_KINDS: [(&str, ContactKind); 5] = [
    ("home-visit", ContactKind::HomeVisit),
    ("office", ContactKind::Office),
    ("phone", ContactKind::Phone),
    ("video", ContactKind::Video),
    ("other", ContactKind::Other),
];

/// The questions that ask for an entry, most telling first.
#[must_use]
pub fn columns(kind: EntryKind<'_>, notifiable: &[Notifiable]) -> Vec<Column> {
    match kind {
        EntryKind::Noted(kind) => kind.columns.clone(),
        EntryKind::Contact => {
            let kinds: Vec<(&str, &str)> = CONTACT_KINDS
                .iter()
                .map(|(id, k)| (*id, k.words()))
                .collect();
            vec![
                column("on", "When?", None, Kind::Date),
                choice("kind", "How?", None, &kinds),
                choice(
                    "happened",
                    "Did it happen?",
                    None,
                    &[("yes", "Yes"), ("no", "No, it was missed")],
                ),
                column(
                    "observed",
                    "What did you see and hear?",
                    Some("Your own observation first, then what was said"),
                    Kind::Narrative,
                ),
                column(
                    "response",
                    "If it was missed: what was done?",
                    None,
                    Kind::Narrative,
                ),
                choice(
                    "alone",
                    "Was the person seen alone?",
                    Some(
                        "A lone-working plan, an interpreter or an advocate are good reasons why not",
                    ),
                    &[("yes", "Yes"), ("no", "No")],
                ),
                choice(
                    "joint",
                    "Together with another professional?",
                    None,
                    &[("yes", "Yes"), ("no", "No")],
                ),
                column("with", "Who else was there?", None, Kind::ShortText),
                column("place", "Where?", None, Kind::ShortText),
            ]
        }
        EntryKind::Event => {
            let kinds: Vec<(&str, &str)> = notifiable
                .iter()
                .map(|n| (n.id.as_str(), n.label.as_str()))
                .collect();
            vec![
                column("on", "When did it happen?", None, Kind::Date),
                column(
                    "what",
                    "What happened?",
                    Some("When, where, who was harmed or is at risk, and how you know"),
                    Kind::Narrative,
                ),
                column(
                    "where-now",
                    "Where is the person now?",
                    None,
                    Kind::ShortText,
                ),
                column("actions", "What has been done?", None, Kind::Narrative),
                column(
                    "told-on",
                    "When was MHCS told? Leave empty if MHCS has not been told",
                    None,
                    Kind::Date,
                ),
                column(
                    "told-how",
                    "How was MHCS told?",
                    Some("Telephone first, then in writing"),
                    Kind::ShortText,
                ),
                column(
                    "reply-on",
                    "When did MHCS reply? Leave empty if there is no reply yet",
                    None,
                    Kind::Date,
                ),
                column("reply", "What did MHCS say?", None, Kind::Narrative),
                choice(
                    "kind",
                    "What kind of event is it?",
                    Some("Suggested list, not confirmed by your organisation"),
                    &kinds,
                ),
            ]
        }
        EntryKind::NightAway => vec![
            column("from", "First night", None, Kind::Date),
            column("to", "Last night", None, Kind::Date),
            column("where", "Where?", None, Kind::ShortText),
            choice(
                "agreed-social",
                "Agreed beforehand by the social supervisor?",
                None,
                &[("yes", "Yes"), ("no", "No")],
            ),
            choice(
                "agreed-clinical",
                "Agreed beforehand by the clinical supervisor?",
                None,
                &[("yes", "Yes"), ("no", "No")],
            ),
            column("note", "Anything to add?", None, Kind::Narrative),
        ],
    }
}
