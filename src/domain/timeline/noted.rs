//! Kinds of entry that are described in data: what is asked, what stands out, what a line says.
//!
//! A kind is one description in `src/forms/entries.*.toml`. What was asked and answered is kept with the
//! entry in words, so a later description changes no entry; choices are kept by id too, for the rules.

use super::typed::Reader;
use crate::domain::form::Fields;
use crate::domain::form::answer::{self, in_words};
use crate::domain::form::definition::{Column, Kind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An entry of a kind that is described in data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Noted {
    /// The kind's id, for example `test-result`. Stands first: lists filter by it.
    pub kind: String,
    /// The kind in words, as it was called when the entry was made.
    pub title: String,
    /// The day, or the first of several.
    pub on: NaiveDate,
    /// The last day, where it is about several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// The entry in a line, without its day.
    pub headline: String,
    /// What stands out: positive, not verified, no cover named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// What was typed, by column and field, for rules and corrections: `result.choice` = `positive`.
    pub fields: Fields,
    /// Questions as asked and answers as given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<Said>,
}

/// One question with its answer, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Said {
    /// The question.
    pub label: String,
    /// The answer.
    pub text: String,
}

impl Noted {
    /// The option chosen in a column; empty when none was.
    #[must_use]
    pub fn choice(&self, column: &str) -> &str {
        self.fields.get(&format!("{column}.choice"))
    }

    /// Whether it is travel or a holiday with a night elsewhere.
    #[must_use]
    pub fn is_nights_away(&self) -> bool {
        self.kind == "travel" && self.to.is_some_and(|to| to > self.on)
    }

    /// Whether it is a test that found something.
    #[must_use]
    pub fn is_positive_test(&self) -> bool {
        self.kind == "test-result" && self.choice("result") == "positive"
    }

    /// The text typed in a column.
    #[must_use]
    pub fn text(&self, column: &str) -> &str {
        self.fields.get(&format!("{column}.text"))
    }
}

/// What a kind of entry does besides being on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Recall to hospital: no report falls due until a new discharge.
    Recall,
    /// Absolute discharge, or the restriction order ended otherwise: nothing falls due any more.
    End,
    /// A move: the 14 days' notice is looked at.
    Move,
    /// Nights elsewhere: their agreement is looked at.
    Nights,
}

/// A kind of entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotedKind {
    /// Stored, and stands in addresses of pages that add one.
    pub id: String,
    /// In words, for lists.
    pub label: String,
    /// Heading of its page.
    pub heading: String,
    /// Whether the day may lie ahead.
    #[serde(default)]
    pub ahead: bool,
    /// Columns whose answers make the line on a list.
    pub headline: Vec<String>,
    /// What stands out, first match first.
    #[serde(default)]
    pub flags: Vec<Flag>,
    /// What it does.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// What is asked; the column `on` is the day and `to`, if there is one, the last day.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

/// When something stands out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// The column.
    pub column: String,
    /// The option chosen; empty: nothing was answered.
    pub is: String,
    /// In words.
    pub words: String,
}

/// The kinds of a description file.
///
/// # Errors
/// What is wrong with the file.
pub fn load(text: &str) -> Result<Vec<NotedKind>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[allow(dead_code, reason = "says to people what the file is")]
        id: String,
        #[allow(dead_code, reason = "dates the file")]
        version: NaiveDate,
        kind: Vec<NotedKind>,
    }
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    for kind in &file.kind {
        let has = |id: &String| kind.columns.iter().any(|c| c.id == *id);
        let day = kind.columns.iter().find(|c| c.id == "on");
        if day.is_none_or(|c| c.kind != Kind::Date) {
            return Err(format!("{}: there is no date called `on`", kind.id));
        }
        let named = kind
            .headline
            .iter()
            .chain(kind.flags.iter().map(|f| &f.column));
        if let Some(unknown) = named.into_iter().find(|id| !has(id)) {
            return Err(format!("{}: there is no column `{unknown}`", kind.id));
        }
    }
    Ok(file.kind)
}

/// Reads an entry of a kind.
pub(super) fn noted(r: &mut Reader<'_>, kind: &NotedKind) -> Noted {
    let on = if kind.ahead {
        r.day("on")
    } else {
        r.past_day("on")
    };
    let several = kind.columns.iter().any(|c| c.id == "to");
    let to = (several && r.began("to")).then(|| r.day("to"));
    if to.is_some_and(|to| to < on) {
        r.wrong("to.day", "The last day cannot be before the first");
    }
    let known = |name: &str| {
        name.split_once('.').is_some_and(|(column, field)| {
            kind.columns
                .iter()
                .any(|c| c.id == column && answer::has_field(c, field))
        })
    };
    let fields = r.typed.only(known);
    let mut said = Vec::new();
    for column in kind.columns.iter().filter(|c| c.id != "on" && c.id != "to") {
        let typed = fields.column(&column.id);
        for p in answer::problems(column, &typed) {
            r.wrong(&format!("{}.{}", column.id, p.field), &p.message);
        }
        if column.required && !answer::is_answered(column.kind, &typed) {
            let field = match column.kind {
                Kind::Choice | Kind::YesNo => "choice",
                Kind::Date => "day",
                _ => "text",
            };
            r.wrong(
                &format!("{}.{field}", column.id),
                &format!("Answer this: {}", column.label),
            );
        }
        let words = in_words(column, &typed);
        let basis = answer::basis_in_words(&typed);
        let mut say = |label: &str, text: Option<String>| {
            said.extend(text.map(|text| Said {
                label: label.to_owned(),
                text,
            }));
        };
        say(&column.label, words);
        say("How this is known", basis);
    }
    let headline = kind.headline.iter().filter_map(|id| {
        let column = kind.columns.iter().find(|c| c.id == *id)?;
        let words = in_words(column, &fields.column(id))?;
        Some(first_line(&words))
    });
    let headline: Vec<String> = headline.collect();
    let headline = if headline.is_empty() {
        kind.label.clone()
    } else {
        format!("{}: {}", kind.label, headline.join(", "))
    };
    Noted {
        kind: kind.id.clone(),
        title: kind.label.clone(),
        on,
        to,
        headline,
        flag: flag(kind, &fields),
        said,
        fields,
    }
}

/// Most characters of an answer that a line on a list takes.
const LINE: usize = 80;

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= LINE {
        return line.to_owned();
    }
    line.chars().take(LINE - 1).chain(['…']).collect()
}

fn flag(kind: &NotedKind, fields: &Fields) -> Option<String> {
    let holds = |f: &&Flag| {
        let said = fields.column(&f.column);
        if f.is.is_empty() {
            said.is_empty()
        } else {
            said.get("choice") == f.is
        }
    };
    kind.flags.iter().find(holds).map(|f| f.words.clone())
}
