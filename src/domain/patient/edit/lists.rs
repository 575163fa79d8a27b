//! The parts of the record that are lists: each item is asked for on a page of its own.

use super::ask::{Reader, Typed, choice, column, yes_no};
use crate::domain::calendar::day_in_words;
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use crate::domain::patient::{
    Address, IndexOffence, OtherOrder, PatientRecord, Supervisor, SupervisorRole,
};
use chrono::NaiveDate;

/// An item of a list of the record.
pub(super) trait Item: Sized + Clone {
    /// What is asked.
    fn columns() -> Vec<Column>;
    /// What stands, as it would have been typed.
    fn typed(&self) -> Fields;
    /// What was typed; with placeholders where there is a problem.
    fn read(r: &mut Reader<'_>, earlier: Option<&Self>, new_id: &str) -> Self;
    /// The list.
    fn list(record: &PatientRecord) -> &Vec<Self>;
    /// The list, to be changed.
    fn list_mut(record: &mut PatientRecord) -> &mut Vec<Self>;
    /// In one line.
    fn heading(&self) -> String;
    /// When it holds, in words.
    fn when(&self) -> Option<String> {
        None
    }
    /// After an item was added at the end of the list, or changed: order, and ends of earlier ones.
    fn settle(_list: &mut Vec<Self>, _at: usize, _new: bool) {}
    /// What is wrong with the list as it would be, at the item that was changed.
    fn check(_list: &[Self], _at: usize, _r: &mut Reader<'_>) {}
}

/// "1 May 2026 to 3 June 2026", or "since".
pub(super) fn from_to(from: NaiveDate, to: Option<NaiveDate>) -> String {
    match to {
        Some(to) => format!("{} to {}", day_in_words(from), day_in_words(to)),
        None => format!("Since {}", day_in_words(from)),
    }
}

macro_rules! of_record {
    ($field:ident) => {
        fn list(record: &PatientRecord) -> &Vec<Self> {
            &record.$field
        }
        fn list_mut(record: &mut PatientRecord) -> &mut Vec<Self> {
            &mut record.$field
        }
    };
}
pub(super) use of_record;

const FROM: &str = "First day";
pub(super) const TO: &str = "Last day";
pub(super) const OPEN: Option<&str> = Some("Leave empty if it has not ended");

impl Item for IndexOffence {
    of_record!(index_offences);

    fn columns() -> Vec<Column> {
        vec![
            column(
                "offence",
                "Offence",
                Some("As the court named it"),
                Kind::ShortText,
            ),
            column(
                "committed-on",
                "Date of the offence",
                Some("Leave empty if it is not known"),
                Kind::Date,
            ),
            column(
                "description",
                "Brief description",
                Some("As the court recorded it"),
                Kind::Narrative,
            ),
        ]
    }

    fn typed(&self) -> Fields {
        Typed::default()
            .text("offence", &self.offence)
            .day("committed-on", self.committed_on)
            .text("description", &self.description)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let committed_on = r.day("committed-on");
        r.not_ahead("committed-on", committed_on, "The date of the offence");
        Self {
            offence: r.needed_line("offence", "Say which offence"),
            committed_on,
            description: r.prose("description"),
        }
    }

    fn heading(&self) -> String {
        self.offence.clone()
    }
}

impl Item for Address {
    of_record!(addresses);

    fn columns() -> Vec<Column> {
        vec![
            column(
                "lines",
                "Address",
                Some("One line for each line of the address, and the postcode"),
                Kind::Address,
            ),
            column(
                "accommodation",
                "Accommodation and support",
                Some("For example: supported accommodation, staff day and night; provider"),
                Kind::ShortText,
            ),
            column("telephone", "Telephone", None, Kind::ShortText),
            column(
                "from",
                "First day there",
                Some(
                    "May lie ahead for an agreed move. An earlier address without a last day ends the day before",
                ),
                Kind::Date,
            ),
            column(
                "to",
                "Last day there",
                Some("Leave empty if the person still lives there"),
                Kind::Date,
            ),
        ]
    }

    fn typed(&self) -> Fields {
        Typed::default()
            .lines("lines", &self.lines)
            .text("accommodation", &self.accommodation)
            .text("telephone", &self.telephone)
            .day("from", Some(self.from))
            .day("to", self.to)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let lines = r.box_lines("lines.lines");
        if lines.is_empty() {
            r.wrong("lines.lines", "Give the address");
        }
        let from = r.needed_day("from", "Give the first day there");
        let to = r.day("to");
        r.in_order(from, to);
        Self {
            lines,
            accommodation: r.line("accommodation"),
            telephone: r.line("telephone"),
            from,
            to,
        }
    }

    fn heading(&self) -> String {
        self.lines.join(", ")
    }

    fn when(&self) -> Option<String> {
        Some(from_to(self.from, self.to))
    }

    fn settle(list: &mut Vec<Self>, at: usize, new: bool) {
        let from = list[at].from;
        if new {
            for earlier in list.iter_mut().filter(|a| a.from < from && a.to.is_none()) {
                earlier.to = from.pred_opt();
            }
        }
        list.sort_by_key(|a| a.from);
    }

    fn check(list: &[Self], at: usize, r: &mut Reader<'_>) {
        let here = &list[at];
        let overlaps = |a: &Self| {
            a.to.is_none_or(|to| here.from <= to) && here.to.is_none_or(|to| a.from <= to)
        };
        let other = list
            .iter()
            .enumerate()
            .find(|(n, a)| *n != at && overlaps(a));
        if let Some((_, other)) = other {
            r.wrong(
                "from.day",
                format!(
                    "The record has another address on some of these days ({}). Change its last day first",
                    from_to(other.from, other.to).to_lowercase()
                ),
            );
        }
    }
}

const ROLES: [(&str, SupervisorRole); 2] = [
    ("social", SupervisorRole::Social),
    ("clinical", SupervisorRole::Clinical),
];

impl Item for Supervisor {
    of_record!(supervisors);

    fn columns() -> Vec<Column> {
        vec![
            choice(
                "role",
                "Which supervisor?",
                None,
                &[
                    ("social", "Social supervisor"),
                    ("clinical", "Clinical supervisor"),
                ],
            ),
            yes_no(
                "cover",
                "Covering for somebody else?",
                Some("For example during leave"),
            ),
            column("contact", "Name and how to reach them", None, Kind::Contact),
            column("from", FROM, None, Kind::Date),
            column("to", TO, OPEN, Kind::Date),
            column(
                "inducted-on",
                "When was the induction to this role finished?",
                Some("Leave empty if it is not finished or not known"),
                Kind::Date,
            ),
        ]
    }

    fn typed(&self) -> Fields {
        let role = if self.role == SupervisorRole::Social {
            "social"
        } else {
            "clinical"
        };
        Typed::default()
            .chosen("role", role)
            .chosen("cover", if self.cover { "yes" } else { "no" })
            .contact("contact", &self.contact)
            .day("from", Some(self.from))
            .day("to", self.to)
            .day("inducted-on", self.inducted_on)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let role = r.chosen("role", &ROLES, "Say which supervisor");
        let cover = r.chosen(
            "cover",
            &[("yes", true), ("no", false)],
            "Say whether this is cover",
        );
        let contact = r.named_contact("contact");
        let from = r.needed_day("from", "Give the first day");
        let to = r.day("to");
        r.in_order(from, to);
        let inducted_on = r.day("inducted-on");
        r.not_ahead("inducted-on", inducted_on, "The induction");
        Self {
            role,
            cover,
            contact,
            from,
            to,
            inducted_on,
        }
    }

    fn heading(&self) -> String {
        let role = if self.role == SupervisorRole::Social {
            "Social supervisor"
        } else {
            "Clinical supervisor"
        };
        let cover = if self.cover { " (cover)" } else { "" };
        format!("{role}{cover}: {}", self.contact.name)
    }

    fn when(&self) -> Option<String> {
        Some(from_to(self.from, self.to))
    }

    fn settle(list: &mut Vec<Self>, _: usize, _: bool) {
        list.sort_by_key(|s| s.from);
    }
}

impl Item for OtherOrder {
    of_record!(other_orders);

    fn columns() -> Vec<Column> {
        vec![
            column(
                "kind",
                "Order or requirement",
                Some("For example: restraining order, sex-offender notification, immigration"),
                Kind::ShortText,
            ),
            column("detail", "What does it require?", None, Kind::Narrative),
            column("from", FROM, None, Kind::Date),
            column("to", TO, OPEN, Kind::Date),
        ]
    }

    fn typed(&self) -> Fields {
        Typed::default()
            .text("kind", &self.kind)
            .text("detail", &self.detail)
            .day("from", Some(self.from))
            .day("to", self.to)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let from = r.needed_day("from", "Give the first day");
        let to = r.day("to");
        r.in_order(from, to);
        Self {
            kind: r.needed_line("kind", "Say what kind of order it is"),
            detail: r.prose("detail"),
            from,
            to,
        }
    }

    fn heading(&self) -> String {
        self.kind.clone()
    }

    fn when(&self) -> Option<String> {
        Some(from_to(self.from, self.to))
    }
}
