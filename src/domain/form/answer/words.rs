//! Answers in words. Nothing that was typed may vanish on the way.

use super::{CONTACT, Fields, SOURCES, YES_NO, is_answered};
use crate::domain::calendar;
use crate::domain::form::definition::{Column, Kind};

/// The fields of an answer in words, for check pages and papers: what was answered, then how it is
/// known. `None` when nothing was answered.
#[must_use]
pub fn in_words(asked: &Column, fields: &Fields) -> Option<String> {
    if fields.get("not-applicable") == "yes" {
        let because = match fields.get("not-applicable-because") {
            "" => "Not applicable (no reason given)".to_owned(),
            reason => format!("Not applicable, because {reason}"),
        };
        // Whatever else was typed stays in sight: it was typed for a reason.
        return Some(match part_of_an_answer(fields) {
            Some(typed) => format!("{because}\n{typed}"),
            None => because,
        });
    }
    if !is_answered(asked.kind, fields) && fields.get("detail").is_empty() {
        return part_of_an_answer(fields);
    }
    let with_detail = |words: String| match fields.get("detail") {
        "" => words,
        detail => format!("{words}\n{detail}"),
    };
    let label = |id: &str| {
        asked
            .options
            .iter()
            .find(|o| o.id == id)
            .map_or_else(|| id.to_owned(), |o| o.label.clone())
    };
    Some(match asked.kind {
        Kind::ShortText | Kind::Narrative => fields.get("text").to_owned(),
        Kind::Date => date_in_words(fields),
        Kind::Choice => with_detail(label(fields.get("choice"))),
        Kind::YesNo => {
            let chosen = fields.get("choice");
            let words = YES_NO
                .iter()
                .find(|(id, _)| *id == chosen)
                .map_or(chosen, |(_, w)| w);
            with_detail(words.to_owned())
        }
        Kind::Choices => with_detail(
            fields
                .ticked("choices")
                .map(label)
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        Kind::Address => fields.get("lines").to_owned(),
        Kind::Contact => CONTACT
            .iter()
            .map(|(field, _)| fields.get(field))
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        Kind::Record => "Confirmed as shown".into(),
        Kind::Rows => return None,
    })
}

/// Words for an answer that was begun but does not count yet: nothing typed may vanish.
fn part_of_an_answer(fields: &Fields) -> Option<String> {
    let typed: Vec<&str> = fields
        .iter()
        .filter(|(name, _)| {
            !name.starts_with("basis")
                && !name.starts_with("not-applicable")
                && !matches!(*name, "withhold" | "disclose")
        })
        .map(|(_, t)| t)
        .collect();
    (!typed.is_empty()).then(|| typed.join(" "))
}

fn date_in_words(fields: &Fields) -> String {
    let parts = ["day", "month", "year"].map(|f| fields.get(f));
    calendar::read_day(parts[0], parts[1], parts[2])
        .map_or_else(|_| parts.join(" "), calendar::day_in_words)
}

/// "How do you know?" in words, or `None` when it was not said.
#[must_use]
pub fn basis_in_words(fields: &Fields) -> Option<String> {
    let mut said: Vec<String> = fields
        .ticked("basis")
        .map(|id| {
            SOURCES
                .iter()
                .find(|(known, _)| *known == id)
                .map_or(id, |(_, w)| w)
                .to_owned()
        })
        .collect();
    let note = fields.get("basis-note");
    if !note.is_empty() {
        said.push(note.to_owned());
    }
    (!said.is_empty()).then(|| said.join("; "))
}
