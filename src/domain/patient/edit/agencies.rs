//! Lists of those whom the person's supervision involves, each since when and until when: care team,
//! victim liaison, earlier categories and levels under MAPPA.

use super::ask::{Reader, Typed, choice, column};
use super::lists::{Item, OPEN, TO, of_record};
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use crate::domain::patient::{
    Contact, EarlierMappa, PatientRecord, Span, VictimContact, VictimLiaison,
};

const KNOWN: Option<&str> = Some("Leave empty if it is not known");

/// Since when and until when, in order where both are known.
fn span(r: &mut Reader<'_>) -> Span {
    let (from, to) = (r.day("from"), r.day("to"));
    if let Some(from) = from {
        r.in_order(from, to);
    }
    Span { from, to }
}

/// With a capital letter, for the head of a line.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

impl Item for Contact {
    of_record!(care_team);

    fn columns() -> Vec<Column> {
        vec![
            column(
                "role",
                "What are they to the person?",
                Some("For example: care co-ordinator, GP, accommodation provider"),
                Kind::ShortText,
            ),
            column("contact", "Name and how to reach them", None, Kind::Contact),
            column("from", "Since when?", KNOWN, Kind::Date),
            column("to", TO, OPEN, Kind::Date),
        ]
    }

    fn typed(&self) -> Fields {
        Typed::default()
            .text("role", &self.role)
            .contact("contact", &self.details)
            .day("from", self.span.from)
            .day("to", self.span.to)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        Self {
            role: r.needed_line("role", "Say what they are to the person"),
            details: r.named_contact("contact"),
            span: span(r),
        }
    }

    fn heading(&self) -> String {
        format!("{}: {}", self.role, self.details.name)
    }

    fn when(&self) -> Option<String> {
        self.span.words().map(|words| capital(&words))
    }
}

const CATEGORIES: [(&str, &str, u8); 4] = [
    ("1", "Category 1", 1),
    ("2", "Category 2", 2),
    ("3", "Category 3", 3),
    ("4", "Category 4", 4),
];

const LEVELS: [(&str, &str, u8); 3] = [
    ("1", "Level 1", 1),
    ("2", "Level 2", 2),
    ("3", "Level 3", 3),
];

const STATUSES: [(&str, VictimContact); 3] = [
    ("active", VictimContact::Active),
    ("dormant", VictimContact::Dormant),
    ("none", VictimContact::None),
];

impl Item for VictimLiaison {
    of_record!(victim_liaison);

    fn columns() -> Vec<Column> {
        vec![
            column("contact", "Victim Liaison Officer", None, Kind::Contact),
            choice(
                "status",
                "Victim Contact Scheme",
                None,
                &[
                    ("active", "Active: the victim is in contact"),
                    ("dormant", "Dormant: no contact wished for now"),
                    ("none", "None: nobody takes part (no officer need be named)"),
                ],
            ),
            column("from", "Since when?", KNOWN, Kind::Date),
            column("to", TO, OPEN, Kind::Date),
            column(
                "checked-on",
                "When were these details last checked?",
                None,
                Kind::Date,
            ),
            column(
                "review-by",
                "When are they to be checked again?",
                Some("Without a day, twelve months after the last check"),
                Kind::Date,
            ),
        ]
    }

    fn typed(&self) -> Fields {
        Typed::default()
            .contact("contact", &self.details)
            .chosen("status", self.status.words())
            .day("from", self.span.from)
            .day("to", self.span.to)
            .day("checked-on", self.checked_on)
            .day("review-by", self.review_by)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let checked_on = r.day("checked-on");
        r.not_ahead("checked-on", checked_on, "The date of the check");
        let details = r.contact("contact");
        let before = r.problems.len();
        let status = r.chosen("status", &STATUSES, "Say whether the scheme is active");
        let chosen = r.problems.len() == before;
        if chosen && status != VictimContact::None && details.name.is_empty() {
            r.wrong(
                "contact.name",
                "Give the officer’s name: somebody takes part in the scheme",
            );
        }
        Self {
            details,
            status,
            span: span(r),
            checked_on,
            review_by: r.day("review-by"),
        }
    }

    fn heading(&self) -> String {
        let status = self.status.words();
        if self.details.name.is_empty() {
            return format!("Victim contact: {status}");
        }
        format!("{}. Victim contact: {status}", self.details.name)
    }

    fn when(&self) -> Option<String> {
        self.span.words().map(|words| capital(&words))
    }
}

impl Item for EarlierMappa {
    of_record!(earlier_mappa);

    fn columns() -> Vec<Column> {
        vec![
            choice(
                "category",
                "MAPPA category",
                None,
                &CATEGORIES.map(|(id, words, _)| (id, words)),
            ),
            choice(
                "level",
                "Level",
                None,
                &LEVELS.map(|(id, words, _)| (id, words)),
            ),
            column("from", "First day", KNOWN, Kind::Date),
            column("to", TO, None, Kind::Date),
        ]
    }

    fn typed(&self) -> Fields {
        Typed::default()
            .chosen("category", &self.category.to_string())
            .chosen("level", &self.level.to_string())
            .day("from", self.from)
            .day("to", Some(self.to))
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let category = r.chosen(
            "category",
            &CATEGORIES.map(|(id, _, n)| (id, n)),
            "Say which category",
        );
        let level = r.chosen(
            "level",
            &LEVELS.map(|(id, _, n)| (id, n)),
            "Say which level",
        );
        let from = r.day("from");
        let to = r.needed_day("to", "Give the last day");
        r.not_ahead("to", Some(to), "The last day");
        if let Some(from) = from {
            r.in_order(from, Some(to));
        }
        Self {
            category,
            level,
            from,
            to,
        }
    }

    fn heading(&self) -> String {
        format!("Category {}, level {}", self.category, self.level)
    }

    fn when(&self) -> Option<String> {
        self.span().words().map(|words| capital(&words))
    }

    fn settle(list: &mut Vec<Self>, _: usize, _: bool) {
        list.sort_by_key(|m| m.to);
    }
}
