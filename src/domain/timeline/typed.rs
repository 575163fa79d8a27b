//! From what a busy person types to an entry, and the questions that ask for it.

use super::noted::{Effect, NotedKind, noted};
use super::{Contact, ContactKind, Event, Matter, NightAway};
use crate::domain::calendar::read_day;
use crate::domain::form::Fields;
use crate::domain::form::Kind;
use crate::domain::form::answer::{LONGEST_ANSWER, Problem};
use crate::domain::form::definition::{Choice, Column, Confidence};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

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

/// An event of the list of notifiable events: data, suggested until an organisation confirms it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifiable {
    /// What is stored.
    pub id: String,
    /// What is read.
    pub label: String,
    /// `at-once`, `promptly` or `before`.
    pub urgency: Urgency,
    /// Who tells.
    pub who: String,
    /// Why it matters.
    pub why: String,
    /// Where the row comes from.
    #[serde(default)]
    pub source: String,
    /// How sure we are of that.
    pub confidence: Confidence,
    /// Whether MHCS is to be told.
    #[serde(default = "told")]
    pub mhcs: bool,
    /// Who else is to be told: `police`, `vlo` and so on.
    #[serde(default)]
    pub also_tell: Vec<String>,
}

fn told() -> bool {
    true
}

/// How fast MHCS is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// At once, by telephone.
    AtOnce,
    /// The same or the next working day.
    Promptly,
    /// Before it happens.
    Before,
}

impl Urgency {
    /// Every one, most urgent first.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Promptly, Self::Before];

    /// As stored and posted.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Promptly => "promptly",
            Self::Before => "before",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::AtOnce => "Tell MHCS at once, by telephone first",
            Self::Promptly => "Tell MHCS promptly",
            Self::Before => "Tell MHCS before it happens",
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

/// Reads fields one by one and gathers what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) typed: &'a Fields,
    today: NaiveDate,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    pub(super) fn wrong(&mut self, field: &str, message: &str) {
        self.problems.push(Problem {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    }

    pub(super) fn day(&mut self, id: &str) -> NaiveDate {
        let part = |p: &str| self.typed.get(&format!("{id}.{p}")).to_owned();
        match read_day(&part("day"), &part("month"), &part("year")) {
            Ok(day) => day,
            Err(e) => {
                self.wrong(&format!("{id}.{}", e.field()), &e.to_string());
                self.today
            }
        }
    }

    pub(super) fn past_day(&mut self, id: &str) -> NaiveDate {
        let day = self.day(id);
        if day > self.today {
            self.wrong(&format!("{id}.day"), "The day cannot be after today");
        }
        day
    }

    /// Whether anything was typed in any part of a date.
    pub(super) fn began(&self, id: &str) -> bool {
        ["day", "month", "year"]
            .iter()
            .any(|p| !self.typed.get(&format!("{id}.{p}")).is_empty())
    }

    fn yes(&self, id: &str) -> bool {
        self.typed.get(&format!("{id}.choice")) == "yes"
    }

    fn text(&mut self, id: &str) -> String {
        let field = format!("{id}.text");
        let text = self.typed.get(&field).to_owned();
        if text.chars().count() > LONGEST_ANSWER {
            self.wrong(
                &field,
                "This can have up to 50,000 characters. Nothing has been cut",
            );
        }
        text
    }
}

/// Reads an entry.
///
/// # Errors
/// What is wrong, each beside its field (`column.field`).
pub fn read(
    kind: EntryKind<'_>,
    typed: &Fields,
    notifiable: &[Notifiable],
    today: NaiveDate,
) -> Result<Matter, Vec<Problem>> {
    let mut r = Reader {
        typed,
        today,
        problems: Vec::new(),
    };
    let matter = match kind {
        EntryKind::Contact => Matter::Contact(contact(&mut r)),
        EntryKind::Event => Matter::Event(event(&mut r, notifiable)),
        EntryKind::NightAway => Matter::NightAway(night_away(&mut r)),
        EntryKind::Noted(kind) => Matter::Noted(noted(&mut r, kind)),
    };
    if r.problems.is_empty() {
        Ok(matter)
    } else {
        Err(r.problems)
    }
}

fn contact(r: &mut Reader<'_>) -> Contact {
    let on = r.past_day("on");
    let chosen = r.typed.get("kind.choice").to_owned();
    let kind = CONTACT_KINDS
        .iter()
        .find(|(id, _)| *id == chosen)
        .map(|(_, k)| *k);
    if kind.is_none() {
        r.wrong("kind.choice", "Say how the contact was made or planned");
    }
    let happened = match r.typed.get("happened.choice") {
        "yes" => true,
        "no" => false,
        _ => {
            r.wrong("happened.choice", "Say whether it happened");
            true
        }
    };
    let (observed, response) = (r.text("observed"), r.text("response"));
    if happened && observed.is_empty() {
        r.wrong("observed.text", "Say what you saw and heard");
    }
    if !happened && response.is_empty() {
        r.wrong(
            "response.text",
            "Say what was done about the missed contact",
        );
    }
    Contact {
        on,
        kind: kind.unwrap_or(ContactKind::Other),
        place: r.text("place"),
        joint: r.yes("joint"),
        alone: r.yes("alone"),
        with: r.text("with"),
        happened,
        observed,
        response,
    }
}

fn event(r: &mut Reader<'_>, notifiable: &[Notifiable]) -> Event {
    let on = r.past_day("on");
    let kind = r.typed.get("kind.choice").to_owned();
    if !notifiable.iter().any(|n| n.id == kind) {
        r.wrong("kind.choice", "Say what kind of event it is");
    }
    let what = r.text("what");
    if what.is_empty() {
        r.wrong("what.text", "Say what happened");
    }
    let (told, replied) = (r.began("told-on"), r.began("reply-on"));
    Event {
        on,
        kind,
        what,
        where_now: r.text("where-now"),
        actions: r.text("actions"),
        told_mhcs_on: told.then(|| r.past_day("told-on")),
        told_how: r.text("told-how"),
        reply: r.text("reply"),
        reply_on: replied.then(|| r.past_day("reply-on")),
    }
}

/// What would have to be typed for an entry to come out as it is: where a correction begins.
#[must_use]
pub fn typed_of(matter: &Matter) -> Fields {
    let day = |id: &str, day: NaiveDate| {
        use chrono::Datelike;
        [
            (format!("{id}.day"), day.day().to_string()),
            (format!("{id}.month"), day.month().to_string()),
            (format!("{id}.year"), day.year().to_string()),
        ]
    };
    let text = |id: &str, text: &str| (format!("{id}.text"), text.to_owned());
    let yes = |id: &str, yes: bool| {
        (
            format!("{id}.choice"),
            if yes { "yes" } else { "no" }.to_owned(),
        )
    };
    match matter {
        Matter::Contact(c) => {
            let kind = CONTACT_KINDS.iter().find(|(_, k)| *k == c.kind);
            let kind = kind.map_or("other", |(id, _)| id);
            let rest = [
                ("kind.choice".to_owned(), kind.to_owned()),
                yes("happened", c.happened),
                yes("alone", c.alone),
                yes("joint", c.joint),
                text("observed", &c.observed),
                text("response", &c.response),
                text("with", &c.with),
                text("place", &c.place),
            ];
            Fields::new(day("on", c.on).into_iter().chain(rest))
        }
        Matter::Event(e) => {
            let rest = [
                ("kind.choice".to_owned(), e.kind.clone()),
                text("what", &e.what),
                text("where-now", &e.where_now),
                text("actions", &e.actions),
                text("told-how", &e.told_how),
                text("reply", &e.reply),
            ];
            let told = e.told_mhcs_on.into_iter().flat_map(|on| day("told-on", on));
            let replied = e.reply_on.into_iter().flat_map(|on| day("reply-on", on));
            Fields::new(
                day("on", e.on)
                    .into_iter()
                    .chain(rest)
                    .chain(told)
                    .chain(replied),
            )
        }
        Matter::NightAway(n) => {
            let rest = [
                text("where", &n.place),
                text("note", &n.note),
                yes("agreed-social", n.agreed_social),
                yes("agreed-clinical", n.agreed_clinical),
            ];
            Fields::new(
                day("from", n.from)
                    .into_iter()
                    .chain(day("to", n.to))
                    .chain(rest),
            )
        }
        Matter::Noted(n) => n.fields.clone(),
        Matter::Withdrawn(_) => Fields::default(),
    }
}

fn night_away(r: &mut Reader<'_>) -> NightAway {
    let (from, to) = (r.day("from"), r.day("to"));
    if to < from {
        r.wrong("to.day", "The last night cannot be before the first");
    }
    let place = r.text("where");
    if place.is_empty() {
        r.wrong("where.text", "Say where");
    }
    NightAway {
        from,
        to,
        place,
        agreed_social: r.yes("agreed-social"),
        agreed_clinical: r.yes("agreed-clinical"),
        note: r.text("note"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn contact(more: &[(&str, &str)]) -> Result<Matter, Vec<Problem>> {
        let mut typed = vec![
            ("on.day", "20"),
            ("on.month", "11"),
            ("on.year", "2026"),
            ("kind.choice", "home-visit"),
            ("happened.choice", "yes"),
            ("observed.text", "Calm"),
        ];
        typed.extend(more);
        read(EntryKind::Contact, &Fields::new(typed), &[], today())
    }

    #[test]
    fn a_contact_needs_little_and_says_what_is_missing() {
        assert!(contact(&[]).is_ok());
        assert_eq!(
            contact(&[("on.day", "23")]).unwrap_err()[0].message,
            "The day cannot be after today"
        );
        assert_eq!(
            contact(&[("happened.choice", "no")]).unwrap_err()[0].field,
            "response.text"
        );
        let nothing = read(EntryKind::Contact, &Fields::default(), &[], today()).unwrap_err();
        assert_eq!(nothing.len(), 4);
    }

    #[test]
    fn a_night_away_may_lie_ahead_but_not_end_before_it_begins() {
        let night = |to: &str| {
            let typed = [
                ("from.day", "30"),
                ("from.month", "11"),
                ("from.year", "2026"),
                ("to.day", to),
                ("to.month", "11"),
                ("to.year", "2026"),
                ("where.text", "Sister's"),
            ];
            read(EntryKind::NightAway, &Fields::new(typed), &[], today())
        };
        assert!(night("30").is_ok());
        assert_eq!(night("29").unwrap_err()[0].field, "to.day");
    }

    #[test]
    fn an_event_is_of_a_known_kind() {
        let known = Notifiable {
            id: "arrest".into(),
            label: "Arrest".into(),
            urgency: Urgency::AtOnce,
            who: String::new(),
            why: String::new(),
            source: String::new(),
            confidence: Confidence::General,
            mhcs: true,
            also_tell: vec![],
        };
        let event = |kind: &str| {
            let typed = [
                ("on.day", "20"),
                ("on.month", "11"),
                ("on.year", "2026"),
                ("kind.choice", kind),
                ("what.text", "Arrested at home"),
            ];
            read(
                EntryKind::Event,
                &Fields::new(typed),
                std::slice::from_ref(&known),
                today(),
            )
        };
        assert!(event("arrest").is_ok());
        assert_eq!(event("no-such-kind").unwrap_err()[0].field, "kind.choice");
    }
}
