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
    let answer = if is_answered(asked.kind, fields) || !fields.get("detail").is_empty() {
        answer_in_words(asked, fields)
    } else {
        part_of_an_answer(fields)
    };
    match (answer, fields.get("not-applicable-because")) {
        (answer, "") => answer,
        (answer, reason) => {
            let typed = format!("Why it would not apply, with the box not ticked: {reason}");
            Some(answer.map_or(typed.clone(), |answer| format!("{answer}\n{typed}")))
        }
    }
}

/// What an answer says of its own kind.
fn answer_in_words(asked: &Column, fields: &Fields) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::super::tests::asked;
    use super::*;

    #[test]
    fn a_reason_without_its_tick_is_not_lost() {
        let reason = ("not-applicable-because", "she has no garden");
        let words = in_words(&asked(Kind::Narrative), &Fields::new([reason])).unwrap();
        assert!(words.ends_with("not ticked: she has no garden"), "{words}");
        let both = Fields::new([("text", "Roses."), reason]);
        let words = in_words(&asked(Kind::Narrative), &both).unwrap();
        assert!(words.starts_with("Roses.\n") && words.ends_with("garden"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_of_an_answer_is_lost_on_paper(
            kind in proptest::sample::select(vec![
                Kind::ShortText, Kind::Narrative, Kind::Date, Kind::Choice, Kind::YesNo, Kind::Choices,
                Kind::Address, Kind::Contact,
            ]),
            picked in proptest::option::of("yes|no|other|a"),
            not_applicable: bool,
            typed in proptest::collection::btree_set(
                "text|detail|day|lines|name|role|not-applicable-because|basis-note", 1..5,
            ),
        ) {
            let asked = asked(kind);
            let named = |name: &str| format!("<{name}>");
            let mut all: Vec<(String, String)> =
                typed.iter().map(|name| (name.clone(), named(name))).collect();
            all.extend(picked.map(|id| ("choice".to_owned(), id)));
            all.extend(not_applicable.then(|| ("not-applicable".to_owned(), "yes".to_owned())));
            let fields = Fields::new(all.clone());
            let mut words = in_words(&asked, &fields).unwrap_or_default();
            words.push_str(&basis_in_words(&fields).unwrap_or_default());
            for name in typed.iter().filter(|n| belongs(kind, n)) {
                proptest::prop_assert!(words.contains(&named(name)), "{kind:?} {all:?}: {words}");
            }
        }
    }

    /// Whether the page of a question asks for this text.
    fn belongs(kind: Kind, name: &str) -> bool {
        match name {
            "text" => matches!(kind, Kind::ShortText | Kind::Narrative),
            "detail" => matches!(kind, Kind::Choice | Kind::YesNo | Kind::Choices),
            "day" => kind == Kind::Date,
            "lines" => kind == Kind::Address,
            "name" | "role" => kind == Kind::Contact && CONTACT.iter().any(|(f, _)| *f == name),
            _ => true,
        }
    }
}
