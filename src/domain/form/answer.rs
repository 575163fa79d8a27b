//! Answers as typed. An answer is a handful of named texts; a half-finished or invalid one is kept
//! like any other, and [`Problem`]s say what is wrong with it.

mod words;

pub use words::{basis_in_words, in_words};

use super::definition::{Column, Kind, Question};
use crate::domain::calendar;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Longest answer, in characters (decisions: agreed figures).
pub const LONGEST_ANSWER: usize = 50_000;
/// Longest report, in characters over all its answers.
pub const LONGEST_REPORT: usize = 400_000;

/// The texts of one answer, by field name. Blank fields are not kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, String>);

/// How many times an answer has been saved. Zero: never.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize,
)]
pub struct Version(pub u32);

impl Version {
    /// The version after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an answer answers: a question, and the row of it where it has rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AnswerKey {
    /// The question's id in the form.
    pub question: String,
    /// The row's id, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub row: String,
}

impl AnswerKey {
    /// The key of a question without rows.
    #[must_use]
    pub fn of(question: &str) -> Self {
        Self {
            question: question.to_owned(),
            row: String::new(),
        }
    }

    /// The key of one row.
    #[must_use]
    pub fn row(question: &str, row: &str) -> Self {
        Self {
            question: question.to_owned(),
            row: row.to_owned(),
        }
    }
}

impl fmt::Display for AnswerKey {
    /// `question` or `question/row`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.question)?;
        if self.row.is_empty() {
            Ok(())
        } else {
            write!(f, "/{}", self.row)
        }
    }
}

/// An answer with who gave it and how often it has been saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was typed.
    pub fields: Fields,
    /// The version that a later save must have seen.
    pub version: Version,
    /// Who saved it last.
    pub by: String,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
}

impl Fields {
    /// From named texts. Line ends become `\n`, ends are trimmed, blank fields dropped.
    #[must_use]
    pub fn new<K: Into<String>, V: AsRef<str>>(named: impl IntoIterator<Item = (K, V)>) -> Self {
        let tidy = |text: &str| {
            text.replace("\r\n", "\n")
                .replace('\r', "\n")
                .trim()
                .to_owned()
        };
        Self(
            named
                .into_iter()
                .map(|(name, text)| (name.into(), tidy(text.as_ref())))
                .filter(|(_, text)| !text.is_empty())
                .collect(),
        )
    }

    /// The text of a field; empty when it was never filled in.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether nothing was filled in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether nothing was answered: a mark for the patient's copy is no answer.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0
            .keys()
            .all(|name| matches!(name.as_str(), "withhold" | "disclose"))
    }

    /// Every field, in the order of its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// Only the fields that `keep` wants.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(name, _)| keep(name))
                .map(|(n, t)| (n.clone(), t.clone()))
                .collect(),
        )
    }

    /// Length over all fields, in characters.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.values().map(|v| v.chars().count()).sum()
    }

    /// The fields of one column of a row, without the column's prefix.
    #[must_use]
    pub fn column(&self, column: &str) -> Self {
        let of = |(name, text): (&str, &str)| {
            let field = name.strip_prefix(column)?.strip_prefix('.')?;
            Some((field.to_owned(), text.to_owned()))
        };
        Self(self.iter().filter_map(of).collect())
    }

    /// The ids ticked in a field that holds several.
    pub fn ticked(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).lines()
    }
}

/// How a statement is known. "Self-report only" is an answer of its own, because inquiries found
/// years of reports that rested on nothing else (inquest, 2021).
pub const SOURCES: [(&str, &str); 8] = [
    ("own-observation", "I saw or heard it myself"),
    ("provider", "Accommodation or support provider"),
    ("family", "Family or carer"),
    ("clinician", "Clinician or care team"),
    ("test", "Test result"),
    ("records", "Records"),
    ("police", "Police or probation"),
    ("self-report", "Only the person's own account"),
];

/// The four answers to a yes-or-no question. The last two never print as "No".
pub const YES_NO: [(&str, &str); 4] = [
    ("yes", "Yes"),
    ("no", "No"),
    ("not-asked", "Not asked"),
    ("not-known", "Not known"),
];

/// The fields of somebody's name and how to reach them, with their labels, as they are asked and told.
pub const CONTACT: [(&str, &str); 6] = [
    ("name", "Name"),
    ("job-title", "Job title"),
    ("organisation", "Organisation"),
    (
        "postal-address",
        "Postal address of the office, in one line",
    ),
    ("telephone", "Telephone"),
    ("email", "E-mail"),
];

/// Whether a form for this question has a control of that name: anything else posted is no answer.
#[must_use]
pub fn has_field(asked: &Column, name: &str) -> bool {
    let own: &[&str] = match asked.kind {
        Kind::ShortText | Kind::Narrative => &["text"],
        Kind::Date => &["day", "month", "year"],
        Kind::Choice | Kind::YesNo => &["choice", "detail"],
        Kind::Choices => &["choices", "detail"],
        Kind::Address => &["lines"],
        Kind::Contact => &CONTACT.map(|(field, _)| field),
        Kind::Record => &["confirmed"],
        Kind::Rows => &[],
    };
    own.contains(&name) || (asked.how_known && matches!(name, "basis" | "basis-note"))
}

/// Something about an answer that a person should put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field it stands beside.
    pub field: String,
    /// What is wrong and what to do, in plain English, without repeating what was typed.
    pub message: String,
}

fn problem(field: &str, message: impl Into<String>) -> Problem {
    Problem {
        field: field.to_owned(),
        message: message.into(),
    }
}

/// Whether a question counts as answered, of whatever kind, for task list and sign-off.
#[must_use]
pub fn is_answered(kind: Kind, fields: &Fields) -> bool {
    if fields.get("not-applicable") == "yes" {
        return !fields.get("not-applicable-because").is_empty();
    }
    match kind {
        Kind::ShortText | Kind::Narrative => !fields.get("text").is_empty(),
        Kind::Date => ["day", "month", "year"]
            .iter()
            .all(|f| !fields.get(f).is_empty()),
        Kind::Choice | Kind::YesNo => !fields.get("choice").is_empty(),
        Kind::Choices => !fields.get("choices").is_empty(),
        Kind::Address => !fields.get("lines").is_empty(),
        Kind::Contact => !fields.get("name").is_empty(),
        Kind::Record => fields.get("confirmed") == "yes",
        Kind::Rows => !fields.is_blank(),
    }
}

/// Whether every required cell of a row is answered.
#[must_use]
pub fn row_is_answered(question: &Question, fields: &Fields) -> bool {
    let mut required = question.columns.iter().filter(|c| c.required).peekable();
    if required.peek().is_none() {
        return !fields.is_blank();
    }
    required.all(|c| is_answered(c.kind, &fields.column(&c.id)))
}

/// What is wrong with an answer that has been begun. An empty answer has no problems: it is missing,
/// which is another thing.
#[must_use]
pub fn problems(asked: &Column, fields: &Fields) -> Vec<Problem> {
    let mut found = Vec::new();
    for (name, text) in fields.iter() {
        let length = text.chars().count();
        if length > LONGEST_ANSWER {
            let over = length - LONGEST_ANSWER;
            found.push(problem(
                name,
                format!("An answer can have up to 50,000 characters. Yours has {over} too many. Nothing has been cut"),
            ));
        }
    }
    match asked.kind {
        Kind::Date => {
            let parts = ["day", "month", "year"].map(|f| fields.get(f));
            if parts.iter().any(|p| !p.is_empty())
                && let Err(wrong) = calendar::read_day(parts[0], parts[1], parts[2])
            {
                found.push(problem(wrong.field(), wrong.to_string()));
            }
        }
        Kind::Choice | Kind::YesNo => found.extend(choice_problem(asked, fields)),
        Kind::Choices => {
            let known = |id: &str| asked.options.iter().any(|o| o.id == id);
            if fields.ticked("choices").any(|id| !known(id)) {
                found.push(problem("choices", "Choose from the list"));
            }
        }
        _ => {}
    }
    if fields.get("not-applicable") == "yes" && fields.get("not-applicable-because").is_empty() {
        found.push(problem(
            "not-applicable-because",
            "Say why this does not apply",
        ));
    }
    if fields
        .ticked("basis")
        .any(|id| SOURCES.iter().all(|(known, _)| *known != id))
    {
        found.push(problem("basis", "Choose from the list how you know"));
    }
    found
}

fn choice_problem(asked: &Column, fields: &Fields) -> Option<Problem> {
    let chosen = fields.get("choice");
    if chosen.is_empty() {
        return None;
    }
    if asked.kind == Kind::YesNo {
        let known = YES_NO.iter().any(|(id, _)| *id == chosen);
        return (!known).then(|| problem("choice", "Choose one of the answers"));
    }
    let Some(option) = asked.options.iter().find(|o| o.id == chosen) else {
        return Some(problem("choice", "Choose one of the answers"));
    };
    let detail = option.detail.as_ref()?;
    fields
        .get("detail")
        .is_empty()
        .then(|| problem("detail", format!("Fill in: {detail}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn asked(kind: Kind) -> Column {
        Column {
            id: "q".into(),
            label: "Q".into(),
            hint: None,
            kind,
            options: vec![super::super::definition::Choice {
                id: "met".into(),
                label: "Met".into(),
                detail: Some("Why".into()),
            }],
            required: true,
            how_known: true,
            only_if: None,
            may_stay_blank: false,
        }
    }

    #[test]
    fn not_asked_and_not_known_never_read_as_no() {
        for (id, words) in YES_NO {
            let fields = Fields::new([("choice", id)]);
            assert_eq!(in_words(&asked(Kind::YesNo), &fields).unwrap(), words);
        }
    }

    #[test]
    fn not_applicable_needs_its_reason() {
        let bare = Fields::new([("not-applicable", "yes")]);
        assert!(!is_answered(Kind::Narrative, &bare));
        assert_eq!(
            problems(&asked(Kind::Narrative), &bare)[0].field,
            "not-applicable-because"
        );
        let full = Fields::new([
            ("not-applicable", "yes"),
            ("not-applicable-because", "no victim"),
        ]);
        assert!(is_answered(Kind::Narrative, &full));
        assert_eq!(
            in_words(&asked(Kind::Narrative), &full).unwrap(),
            "Not applicable, because no victim"
        );
    }

    #[test]
    fn an_impossible_date_names_its_wrong_part_and_keeps_what_was_typed() {
        let fields = Fields::new([("day", "31"), ("month", "2"), ("year", "2026")]);
        let wrong = problems(&asked(Kind::Date), &fields);
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].field, "day");
        assert_eq!(in_words(&asked(Kind::Date), &fields).unwrap(), "31 2 2026");
    }

    #[test]
    fn half_a_date_is_missing_but_still_shown() {
        let fields = Fields::new([("day", "31"), ("month", "")]);
        assert!(!is_answered(Kind::Date, &fields));
        assert_eq!(in_words(&asked(Kind::Date), &fields).unwrap(), "31");
    }

    #[test]
    fn too_long_says_by_how_much_and_cuts_nothing() {
        let fields = Fields::new([("text", "x".repeat(LONGEST_ANSWER + 3))]);
        let wrong = problems(&asked(Kind::Narrative), &fields);
        assert!(
            wrong[0].message.contains("3 too many"),
            "{}",
            wrong[0].message
        );
        assert_eq!(fields.characters(), LONGEST_ANSWER + 3);
    }

    #[test]
    fn a_choice_outside_the_list_or_without_its_detail_is_a_problem() {
        let outside = Fields::new([("choice", "sort-of")]);
        assert_eq!(problems(&asked(Kind::Choice), &outside).len(), 1);
        let bare = Fields::new([("choice", "met")]);
        assert_eq!(problems(&asked(Kind::Choice), &bare)[0].field, "detail");
        let full = Fields::new([("choice", "met"), ("detail", "seen")]);
        assert!(problems(&asked(Kind::Choice), &full).is_empty());
        assert_eq!(in_words(&asked(Kind::Choice), &full).unwrap(), "Met\nseen");
    }

    #[test]
    fn columns_of_a_row_are_told_apart() {
        let row = Fields::new([
            ("status.choice", "met"),
            ("status-note.text", "x"),
            ("status.detail", "d"),
        ]);
        assert_eq!(
            row.column("status"),
            Fields::new([("choice", "met"), ("detail", "d")])
        );
    }

    #[test]
    fn sources_are_put_in_words() {
        let fields = Fields::new([
            ("basis", "provider\nself-report"),
            ("basis-note", "key worker, 3 May"),
        ]);
        assert_eq!(
            basis_in_words(&fields).unwrap(),
            "Accommodation or support provider; Only the person's own account; key worker, 3 May"
        );
    }
}
