//! Reading what was typed, and what would have to be typed for an entry to come out as it is.

use super::{CONTACT_KINDS, EntryKind};
use crate::domain::calendar::{day_parts, read_day};
use crate::domain::form::Fields;
use crate::domain::form::answer::{LONGEST_ANSWER, Problem};
use crate::domain::timeline::noted::noted;
use crate::domain::timeline::notifiable::Notifiable;
use crate::domain::timeline::{Contact, ContactKind, Event, Matter, NightAway};
use chrono::NaiveDate;

/// Reads fields one by one and gathers what is wrong with them.
pub(in crate::domain::timeline) struct Reader<'a> {
    pub(in crate::domain::timeline) typed: &'a Fields,
    today: NaiveDate,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    pub(in crate::domain::timeline) fn wrong(&mut self, field: &str, message: &str) {
        self.problems.push(Problem {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    }

    pub(in crate::domain::timeline) fn day(&mut self, id: &str) -> NaiveDate {
        let part = |p: &str| self.typed.get(&format!("{id}.{p}")).to_owned();
        match read_day(&part("day"), &part("month"), &part("year")) {
            Ok(day) => day,
            Err(e) => {
                self.wrong(&format!("{id}.{}", e.field()), &e.to_string());
                self.today
            }
        }
    }

    pub(in crate::domain::timeline) fn past_day(&mut self, id: &str) -> NaiveDate {
        let day = self.day(id);
        if day > self.today {
            self.wrong(&format!("{id}.day"), "The day cannot be after today");
        }
        day
    }

    /// Whether anything was typed in any part of a date.
    pub(in crate::domain::timeline) fn began(&self, id: &str) -> bool {
        ["day", "month", "year"]
            .iter()
            .any(|p| !self.typed.get(&format!("{id}.{p}")).is_empty())
    }

    fn yes(&self, id: &str) -> bool {
        self.typed.get(&format!("{id}.choice")) == "yes"
    }

    /// Yes, no, or nothing said.
    fn said(&self, id: &str) -> Option<bool> {
        match self.typed.get(&format!("{id}.choice")) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
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
        alone: r.said("alone"),
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
        let [day, month, year] = day_parts(day);
        [
            (format!("{id}.day"), day),
            (format!("{id}.month"), month),
            (format!("{id}.year"), year),
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
                yes("joint", c.joint),
                text("observed", &c.observed),
                text("response", &c.response),
                text("with", &c.with),
                text("place", &c.place),
            ];
            let alone = c.alone.map(|alone| yes("alone", alone));
            Fields::new(day("on", c.on).into_iter().chain(rest).chain(alone))
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
    use crate::domain::form::definition::Confidence;
    use crate::domain::timeline::notifiable::Urgency;

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
