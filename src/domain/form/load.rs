//! Reads a form file and says, by line, what is wrong with it. Takes text: reading files is others' work.

use super::answer::YES_NO;
use super::definition::{Choice, Form, Kind, OnlyIf, Question};
use crate::domain::guidance::TOPICS;
use std::collections::HashSet;
use std::fmt;

/// What is wrong with a form file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFault {
    /// Name of the file, as given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The question it concerns, if one.
    pub question: Option<String>,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl fmt::Display for FormFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if let Some(question) = &self.question {
            write!(f, "question `{question}`: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for FormFault {}

/// Reads and checks one form.
///
/// # Errors
/// Every fault found; the first when the text is not TOML of the right shape.
pub fn load(file: &str, text: &str) -> Result<Form, Vec<FormFault>> {
    let form: Form = toml::from_str(text).map_err(|e| vec![not_a_form(file, text, &e)])?;
    let faults = check(file, text, &form);
    if faults.is_empty() {
        Ok(form)
    } else {
        Err(faults)
    }
}

pub(crate) fn not_a_form(file: &str, text: &str, error: &toml::de::Error) -> FormFault {
    let start = error.span().map_or(0, |s| s.start);
    let line = line_at(text, start);
    FormFault {
        file: file.to_owned(),
        line,
        question: question_above(text, line),
        reason: error.message().to_owned(),
    }
}

fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes()[..byte.min(text.len())]
        .iter()
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

/// The id of the question whose table holds that line.
fn question_above(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines[..line.min(lines.len())]
        .iter()
        .rposition(|l| l.trim() == "[[part.section.question]]")?;
    let table = lines[start + 1..]
        .iter()
        .take_while(|l| !l.trim_start().starts_with("[["));
    table.map(|l| l.trim()).find_map(|l| {
        let value = l.strip_prefix("id")?.trim_start().strip_prefix('=')?;
        Some(value.trim().trim_matches('"').to_owned())
    })
}

/// The line on which an id is given: good enough to find it, and the file is short.
pub(crate) fn line_of_id(text: &str, id: &str) -> usize {
    let wanted = format!("id = \"{id}\"");
    text.lines()
        .position(|l| l.trim() == wanted)
        .map_or(1, |at| at + 1)
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 60
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn check(file: &str, text: &str, form: &Form) -> Vec<FormFault> {
    let mut faults = Vec::new();
    let mut fault = |id: &str, question: Option<&str>, reason: String| {
        faults.push(FormFault {
            file: file.to_owned(),
            line: line_of_id(text, id),
            question: question.map(str::to_owned),
            reason,
        });
    };
    let mut seen = HashSet::new();
    if form.parts.is_empty() {
        fault("", None, "a form has at least one [[part]]".into());
    }
    for (_, section) in form.sections() {
        if !is_id(&section.id) {
            fault(
                &section.id,
                None,
                format!("section id `{}`: use a-z, 0-9 and -", section.id),
            );
        }
        if !seen.insert(format!("section {}", section.id)) {
            fault(
                &section.id,
                None,
                format!("two sections have the id `{}`", section.id),
            );
        }
        if let Some(topic) = section.topic.as_deref()
            && !TOPICS.contains(&topic)
        {
            fault(
                &section.id,
                None,
                format!(
                    "section `{}`: there is no guidance topic `{topic}`",
                    section.id
                ),
            );
        }
        if section.questions.is_empty() {
            fault(
                &section.id,
                None,
                format!("section `{}` asks nothing", section.id),
            );
        }
    }
    for (_, _, question) in form.questions() {
        if !is_id(&question.id) {
            fault(
                &question.id,
                Some(&question.id),
                "id: use a-z, 0-9 and -".into(),
            );
        }
        if !seen.insert(format!("question {}", question.id)) {
            fault(
                &question.id,
                Some(&question.id),
                "two questions have this id".into(),
            );
        }
        for reason in shape_faults(question)
            .into_iter()
            .chain(follow_up_faults(form, question))
        {
            fault(&question.id, Some(&question.id), reason);
        }
    }
    faults
}

/// What does not fit together between a follow-up and what it follows.
fn follow_up_faults(form: &Form, question: &Question) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut check = |only_if: &OnlyIf, followed: Option<(Kind, Vec<&str>)>| {
        let Some((kind, options)) = followed else {
            return reasons.push(format!(
                "`only_if` names `{}`, which is not there",
                only_if.question
            ));
        };
        let known = |id: &str| match kind {
            Kind::YesNo => YES_NO.iter().any(|(known, _)| *known == id),
            _ => options.contains(&id),
        };
        if only_if.is.is_empty() {
            reasons.push("`only_if` names no choice".into());
        }
        for id in only_if.is.iter().filter(|id| !known(id)) {
            reasons.push(format!(
                "`only_if`: `{}` has no choice `{id}`",
                only_if.question
            ));
        }
    };
    let ids =
        |options: &'_ [Choice]| -> Vec<String> { options.iter().map(|o| o.id.clone()).collect() };
    if let Some(only_if) = &question.only_if {
        let followed = form.question(&only_if.question).map(|(_, _, q)| q);
        let options = followed.map(|q| ids(&q.options)).unwrap_or_default();
        check(
            only_if,
            followed.map(|q| (q.kind, options.iter().map(String::as_str).collect())),
        );
    }
    for column in &question.columns {
        if let Some(only_if) = &column.only_if {
            let followed = question.columns.iter().find(|c| c.id == only_if.question);
            let options = followed.map(|c| ids(&c.options)).unwrap_or_default();
            check(
                only_if,
                followed.map(|c| (c.kind, options.iter().map(String::as_str).collect())),
            );
        }
    }
    reasons
}

/// What does not fit together within one question.
fn shape_faults(question: &Question) -> Vec<String> {
    let mut reasons = Vec::new();
    let options = |kind: Kind, options: &[super::definition::Choice]| {
        let wants = matches!(kind, Kind::Choice | Kind::Choices);
        let ids: HashSet<_> = options.iter().map(|o| &o.id).collect();
        match (wants, options.is_empty()) {
            (true, true) => Some("a choice needs at least one [[…option]]"),
            (false, false) => Some("only a choice has options"),
            _ if ids.len() < options.len() => Some("two options have the same id"),
            _ => None,
        }
    };
    reasons.extend(options(question.kind, &question.options).map(str::to_owned));
    let rows = question.kind == Kind::Rows;
    if rows != question.rows.is_some() {
        reasons.push("`rows` says where the rows of a question of kind \"rows\" come from: give both or neither".into());
    }
    if rows && question.columns.is_empty() {
        reasons.push("a question of kind \"rows\" needs at least one [[…column]]".into());
    }
    if !rows && !question.columns.is_empty() {
        reasons.push("only a question of kind \"rows\" has columns".into());
    }
    if (question.kind == Kind::Record) != question.shows.is_some() {
        reasons.push(
            "`shows` says what a question of kind \"record\" shows: give both or neither".into(),
        );
    }
    let mut ids = HashSet::new();
    for column in &question.columns {
        if !is_id(&column.id) || !ids.insert(&column.id) {
            reasons.push(format!(
                "column id `{}` is malformed or used twice",
                column.id
            ));
        }
        if matches!(column.kind, Kind::Rows | Kind::Record) {
            reasons.push(format!(
                "column `{}` cannot be of kind rows or record",
                column.id
            ));
        }
        reasons.extend(
            options(column.kind, &column.options).map(|r| format!("column `{}`: {r}", column.id)),
        );
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"id = "f"
version = "2026-01-05"
title = "F"
status = "Not official"

[[part]]
id = "b"
title = "B"
answered_by = "social-supervisor"

[[part.section]]
id = "contact"
title = "Contact"

[[part.section.question]]
id = "summary"
label = "Summary"
source = "ours"
confidence = "proposed"
kind = "narrative"
"#;

    fn one(text: &str) -> String {
        load("f.toml", text).unwrap_err()[0].to_string()
    }

    #[test]
    fn a_good_form_loads() {
        let form = load("f.toml", GOOD).unwrap();
        assert_eq!(form.question("summary").unwrap().1.id, "contact");
    }

    #[test]
    fn a_fault_names_file_line_question_and_reason() {
        assert_eq!(
            one(&GOOD.replace("kind = \"narrative\"", "kind = \"prose\""))
                .lines()
                .next()
                .unwrap(),
            "f.toml:20: question `summary`: unknown variant `prose`, expected one of `short-text`, `narrative`, `date`, `choice`, `choices`, `yes-no`, `address`, `contact`, `record`, `rows`"
        );
        assert_eq!(
            one(&GOOD.replace("kind = \"narrative\"", "kind = \"choice\"")),
            "f.toml:16: question `summary`: a choice needs at least one [[…option]]"
        );
        assert!(
            one(&format!("{GOOD}lable = \"typo\"\n"))
                .contains("f.toml:21: question `summary`: unknown field `lable`")
        );
        let twice = format!(
            "{GOOD}{}",
            &GOOD[GOOD.find("[[part.section.question]]").unwrap()..]
        );
        assert_eq!(
            one(&twice),
            "f.toml:16: question `summary`: two questions have this id"
        );
    }

    #[test]
    fn a_follow_up_follows_something_that_is_there() {
        let only_if = |question: &str, is: &str| {
            format!("{GOOD}only_if = {{ question = \"{question}\", is = [\"{is}\"] }}\n")
        };
        assert!(one(&only_if("missing", "yes")).contains("names `missing`, which is not there"));
        assert!(one(&only_if("summary", "yes")).contains("`summary` has no choice `yes`"));
    }

    #[test]
    fn nonsense_is_refused_without_a_panic() {
        for text in ["", "[[[[", "\u{0}", "id = 3", &"[".repeat(10_000)] {
            assert!(load("f.toml", text).is_err());
        }
    }
}
