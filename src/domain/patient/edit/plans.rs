//! Lists that findings rest on: names marked victim or third party, plans of contact, clinical reviews.

use super::ask::{Reader, Typed, choice, column};
use super::lists::{Item, OPEN, TO, from_to, of_record};
use super::sheets::name_of;
use crate::domain::calendar::day_in_words;
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use crate::domain::patient::{ClinicalReview, ContactPlan, NamedAs, NamedPerson, PatientRecord};

const FROM: &str = "First day";

const MARKS: [(&str, NamedAs); 2] = [
    ("victim", NamedAs::Victim),
    ("third-party", NamedAs::ThirdParty),
];

impl Item for NamedPerson {
    of_record!(named_people);

    fn columns() -> Vec<Column> {
        vec![
            column(
                "name",
                "Full name",
                Some("Looked for as whole words, never by a first name alone"),
                Kind::ShortText,
            ),
            choice(
                "as",
                "What are they?",
                None,
                &[
                    ("victim", "A victim, or a victim’s relative"),
                    (
                        "third-party",
                        "Somebody who gave information, or another third party",
                    ),
                ],
            ),
            column("from", "Marked from", None, Kind::Date),
            column("to", "Marked until", OPEN, Kind::Date),
        ]
    }

    fn typed(&self) -> Fields {
        Typed::default()
            .text("name", &self.name)
            .chosen("as", name_of(&MARKS, self.stands_as))
            .day("from", Some(self.from))
            .day("to", self.to)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let name = r.needed_line("name", "Give the full name");
        let from = r.needed_day("from", "Give the day from which the name is marked");
        let to = r.day("to");
        r.in_order(from, to);
        Self {
            name,
            stands_as: r.chosen("as", &MARKS, "Say what they are"),
            from,
            to,
        }
    }

    fn heading(&self) -> String {
        format!("{}, marked as {}", self.name, self.stands_as.words())
    }

    fn when(&self) -> Option<String> {
        Some(from_to(self.from, self.to))
    }
}

impl Item for ContactPlan {
    of_record!(contact_plans);

    fn columns() -> Vec<Column> {
        vec![
            column(
                "in-person",
                "Longest planned gap between contacts in person",
                Some("In days, for example 14"),
                Kind::ShortText,
            ),
            column(
                "alone",
                "Longest planned gap between contacts alone",
                Some("In days, where it was agreed"),
                Kind::ShortText,
            ),
            column(
                "not-alone",
                "If the person is not to be seen alone: why?",
                Some("For example a lone-working plan, an interpreter or an advocate"),
                Kind::ShortText,
            ),
            column("agreed-by", "Agreed by", None, Kind::ShortText),
            column("from", FROM, None, Kind::Date),
            column("to", TO, OPEN, Kind::Date),
        ]
    }

    fn typed(&self) -> Fields {
        let days = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
        Typed::default()
            .text("in-person", &self.in_person_every_days.to_string())
            .text("alone", &days(self.alone_every_days))
            .text("not-alone", &self.not_alone_because)
            .text("agreed-by", &self.agreed_by)
            .day("from", Some(self.from))
            .day("to", self.to)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let before = r.problems.len();
        let in_person = r.number("in-person", 1, 366);
        if in_person.is_none() && r.problems.len() == before {
            r.wrong("in-person.text", "Give the longest planned gap in days");
        }
        let from = r.needed_day("from", "Give the first day of the plan");
        let to = r.day("to");
        r.in_order(from, to);
        Self {
            from,
            to,
            in_person_every_days: in_person.unwrap_or(1),
            alone_every_days: r.number("alone", 1, 366),
            not_alone_because: r.line("not-alone"),
            agreed_by: r.line("agreed-by"),
        }
    }

    fn heading(&self) -> String {
        format!(
            "In person at least every {} days",
            self.in_person_every_days
        )
    }

    fn when(&self) -> Option<String> {
        Some(from_to(self.from, self.to))
    }

    fn settle(list: &mut Vec<Self>, at: usize, new: bool) {
        let from = list[at].from;
        if new {
            for earlier in list.iter_mut().filter(|p| p.from < from && p.to.is_none()) {
                earlier.to = from.pred_opt();
            }
        }
        list.sort_by_key(|p| p.from);
    }
}

impl Item for ClinicalReview {
    of_record!(clinical_reviews);

    fn columns() -> Vec<Column> {
        vec![
            column("on", "Day of the review", None, Kind::Date),
            column("by", "By whom?", None, Kind::ShortText),
        ]
    }

    fn typed(&self) -> Fields {
        Typed::default()
            .day("on", Some(self.on))
            .text("by", &self.by)
            .fields()
    }

    fn read(r: &mut Reader<'_>, _: Option<&Self>, _: &str) -> Self {
        let on = r.needed_day("on", "Give the day of the review");
        r.not_ahead("on", Some(on), "The review");
        Self {
            on,
            by: r.line("by"),
        }
    }

    fn heading(&self) -> String {
        let by = if self.by.is_empty() {
            String::new()
        } else {
            format!(", {}", self.by)
        };
        format!("{}{by}", day_in_words(self.on))
    }

    fn settle(list: &mut Vec<Self>, _: usize, _: bool) {
        list.sort_by_key(|r| r.on);
    }
}
