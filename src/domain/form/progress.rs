//! How far a form has got: what is asked of this report, and which sections are done.

use super::answer::{self, Answer, AnswerKey, Fields, Problem};
use super::definition::{Asked, Column, Form, Kind, Part, Question, RowSource, Section};
use std::collections::BTreeMap;

/// All answers of one report.
pub type Answers = BTreeMap<AnswerKey, Answer>;

/// What the answers of one report say, without who wrote them and when.
pub type Texts = BTreeMap<AnswerKey, Fields>;

/// The words and choices of answers.
#[must_use]
pub fn texts(answers: &Answers) -> Texts {
    let text = |(key, answer): (&AnswerKey, &Answer)| (key.clone(), answer.fields.clone());
    answers.iter().map(text).collect()
}

/// A row of the case that a question asks about.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Row {
    /// Identifies it in answers.
    pub id: String,
    /// What it is, in words: for a condition its number and exact wording.
    pub label: String,
}

/// What a report knows about its case: enough to decide what is asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Circumstances {
    /// Whether it is the first report after discharge.
    pub first: bool,
    /// Whether the patient lives under the law of Wales.
    pub wales: bool,
    /// Whether a condition in force amounts to deprivation of liberty.
    pub supervised_discharge: bool,
    /// Rows by source.
    pub rows: BTreeMap<String, Vec<Row>>,
}

impl Circumstances {
    /// The rows that a question asks about, in order.
    #[must_use]
    pub fn rows_of(&self, question: &Question) -> &[Row] {
        let rows = match question.rows {
            Some(RowSource::Author) => self.rows.get(&author_rows(&question.id)),
            Some(source) => self.rows.get(row_source_name(source)),
            None => None,
        };
        rows.map_or(&[], Vec::as_slice)
    }

    /// Adds the rows that the author wrote, and one spare for each question that takes them. A page
    /// with the spare row filled in gains another: rows are added without scripts.
    #[must_use]
    pub fn with_author_rows(mut self, form: &Form, answers: &Answers) -> Self {
        let takes_rows = |q: &&Question| q.rows == Some(RowSource::Author);
        for question in form.questions().map(|(_, _, q)| q).filter(takes_rows) {
            let written = answers
                .iter()
                .filter(|(key, _)| key.question == question.id)
                .filter_map(|(key, _)| key.row.parse::<usize>().ok())
                .max()
                .unwrap_or(0);
            let row = |n: usize| Row {
                id: n.to_string(),
                label: format!("Entry {n}"),
            };
            let rows = (1..=(written + 1).min(MOST_AUTHOR_ROWS)).map(row).collect();
            self.rows.insert(author_rows(&question.id), rows);
        }
        self
    }

    /// Whether a question is asked of this report.
    #[must_use]
    pub fn asks(&self, question: &Question) -> bool {
        match question.asked {
            Asked::Always => true,
            Asked::First => self.first,
            Asked::Later => !self.first,
            Asked::England => !self.wales,
            Asked::Wales => self.wales,
            Asked::SupervisedDischarge => self.supervised_discharge,
        }
    }
}

/// Most rows that an author adds to one question.
const MOST_AUTHOR_ROWS: usize = 100;

fn author_rows(question: &str) -> String {
    format!("author/{question}")
}

/// Whether a row id is one that an author may write, whether or not the page shows it yet.
#[must_use]
pub fn is_author_row(question: &Question, row: &str) -> bool {
    question.rows == Some(RowSource::Author)
        && row
            .parse::<usize>()
            .is_ok_and(|n| (1..=MOST_AUTHOR_ROWS).contains(&n) && n.to_string() == row)
}

/// The key under which rows of a source are kept.
#[must_use]
pub fn row_source_name(source: RowSource) -> &'static str {
    match source {
        RowSource::ConditionsInForce => "conditions-in-force",
        RowSource::Contacts => "contacts",
        RowSource::Events => "events",
        RowSource::NightsAway => "nights-away",
        RowSource::Author => "author",
    }
}

/// One thing to answer: a question, or one row of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<'a> {
    /// The part it stands in.
    pub part: &'a Part,
    /// The section it stands in.
    pub section: &'a Section,
    /// The question.
    pub question: &'a Question,
    /// The row, where the question has rows.
    pub row: Option<&'a Row>,
}

impl Item<'_> {
    /// Whether it is a row that only the author's writing makes: left blank, it is not there.
    #[must_use]
    pub fn is_optional_row(&self) -> bool {
        self.question.rows == Some(RowSource::Author)
    }

    /// What its answer is kept under.
    #[must_use]
    pub fn key(&self) -> AnswerKey {
        self.row.map_or_else(
            || AnswerKey::of(&self.question.id),
            |row| AnswerKey::row(&self.question.id, &row.id),
        )
    }

    /// Whether its answer counts as given.
    #[must_use]
    pub fn is_answered(&self, fields: &Fields) -> bool {
        if self.row.is_some() {
            answer::row_is_answered(self.question, fields)
        } else {
            answer::is_answered(self.question.kind, fields)
        }
    }

    /// Whether it is asked, as things were answered: a follow-up whose condition does not hold is not,
    /// unless somebody answered it all the same.
    #[must_use]
    pub fn is_called_for(&self, answers: &Answers) -> bool {
        let Some(only_if) = &self.question.only_if else {
            return true;
        };
        let blank = |key: &AnswerKey| answers.get(key).is_none_or(|a| a.fields.is_blank());
        let followed = answers.get(&AnswerKey::of(&only_if.question));
        !blank(&self.key()) || followed.is_some_and(|a| only_if.holds(&a.fields))
    }

    /// Whether pages to read and papers have a place for it. What has none has no answer either.
    #[must_use]
    pub fn is_told(&self, answers: &Answers) -> bool {
        let blank = || {
            let answer = answers.get(&self.key());
            answer.is_none_or(|a| a.fields.is_blank())
        };
        let may_be_missing = self.is_optional_row() || self.question.may_stay_blank;
        self.is_called_for(answers) && !(may_be_missing && blank())
    }

    /// The columns of its row that pages to read and papers have a place for.
    pub fn told_columns<'b>(&'b self, fields: &'b Fields) -> impl Iterator<Item = &'b Column> {
        self.question.columns.iter().filter(|column| {
            let called_for = || {
                let only_if = column.only_if.as_ref();
                only_if.is_none_or(|o| o.holds(&fields.column(&o.question)))
            };
            !fields.column(&column.id).is_blank() || (!column.may_stay_blank && called_for())
        })
    }

    /// What is wrong with its answer, fields named as in the answer.
    #[must_use]
    pub fn problems(&self, fields: &Fields) -> Vec<Problem> {
        if self.row.is_none() {
            return answer::problems(&self.question.as_column(), fields);
        }
        let of = |column: &Column| {
            let prefix = column.id.clone();
            answer::problems(column, &fields.column(&column.id))
                .into_iter()
                .map(move |p| Problem {
                    field: format!("{prefix}.{}", p.field),
                    message: p.message,
                })
        };
        self.question.columns.iter().flat_map(of).collect()
    }
}

/// Everything asked of a report, in reading order.
#[must_use]
pub fn items<'a>(form: &'a Form, asked: &'a Circumstances) -> Vec<Item<'a>> {
    let mut all = Vec::new();
    for (part, section, question) in form.questions() {
        if !asked.asks(question) {
            continue;
        }
        match question.rows {
            Some(_) if question.kind == Kind::Rows => {
                let row = |row| Item {
                    part,
                    section,
                    question,
                    row: Some(row),
                };
                all.extend(asked.rows_of(question).iter().map(row));
            }
            _ => all.push(Item {
                part,
                section,
                question,
                row: None,
            }),
        }
    }
    all
}

/// Where a section stands. Honest: "done" is the author's word, never the machine's guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionStatus {
    /// Nothing asked applies to this report.
    NothingAsked,
    /// No answer yet.
    NotStarted,
    /// Some answers.
    InProgress,
    /// The author said it was done, but something required is missing or wrong.
    Problem,
    /// The author said it was done, and nothing required is missing.
    Completed,
}

impl SectionStatus {
    /// In words for the task list.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NothingAsked => "Nothing to answer this time",
            Self::NotStarted => "Not yet started",
            Self::InProgress => "In progress",
            Self::Problem => "There is a problem",
            Self::Completed => "Completed",
        }
    }
}

/// The field under which "Have you completed this section?" is kept. It is an answer like any other,
/// with a key that no question can have.
#[must_use]
pub fn completed_key(section: &str) -> AnswerKey {
    AnswerKey {
        question: format!("section:{section}"),
        row: String::new(),
    }
}

/// Where a section stands.
#[must_use]
pub fn section_status(items: &[Item<'_>], section: &str, answers: &Answers) -> SectionStatus {
    let mine: Vec<&Item<'_>> = items
        .iter()
        .filter(|i| i.section.id == section && i.is_called_for(answers))
        .collect();
    if mine.is_empty() {
        return SectionStatus::NothingAsked;
    }
    let fields = |i: &Item<'_>| answers.get(&i.key()).map(|a| &a.fields);
    let said_done = answers
        .get(&completed_key(section))
        .is_some_and(|a| a.fields.get("choice") == "yes");
    if said_done {
        let unsound = |i: &&Item<'_>| match fields(i) {
            Some(f) if !f.is_empty() => {
                !i.problems(f).is_empty() || (is_required(i) && !i.is_answered(f))
            }
            _ => is_required(i),
        };
        return if mine.iter().any(unsound) {
            SectionStatus::Problem
        } else {
            SectionStatus::Completed
        };
    }
    if mine
        .iter()
        .any(|i| fields(i).is_some_and(|f| !f.is_blank()))
    {
        SectionStatus::InProgress
    } else {
        SectionStatus::NotStarted
    }
}

/// Whether sign-off waits for an item: a required question, or a row with a required column.
#[must_use]
pub fn is_required(item: &Item<'_>) -> bool {
    if item.is_optional_row() {
        return false;
    }
    item.question.required
        || (item.row.is_some() && item.question.columns.iter().any(|c| c.required))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::{Version, load::load};
    use chrono::DateTime;

    fn form() -> Form {
        load(
            "short",
            include_str!("../../../tests/forms/short.2026-01-05.toml"),
        )
        .unwrap()
    }

    fn two_conditions() -> Circumstances {
        let rows = ["c1", "c2"]
            .map(|id| Row {
                id: id.into(),
                label: id.into(),
            })
            .to_vec();
        Circumstances {
            rows: BTreeMap::from([("conditions-in-force".into(), rows)]),
            ..Default::default()
        }
    }

    fn answer(fields: Fields) -> Answer {
        Answer {
            fields,
            version: Version(1),
            by: "p".into(),
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_row_question_asks_once_for_each_row() {
        let (form, asked) = (form(), two_conditions());
        let keys: Vec<String> = items(&form, &asked)
            .iter()
            .map(|i| i.key().to_string())
            .collect();
        assert!(
            keys.contains(&"compliance/c1".to_owned())
                && keys.contains(&"compliance/c2".to_owned())
        );
    }

    #[test]
    fn a_follow_up_is_told_where_its_condition_holds_or_it_was_answered() {
        let (form, asked) = (form(), two_conditions());
        let items = items(&form, &asked);
        let told = |answers: &Answers, id: &str| {
            let item = items.iter().find(|i| i.question.id == id).unwrap();
            item.is_told(answers)
        };
        let mut answers = Answers::new();
        assert!(!told(&answers, "relationship-names") && !told(&answers, "victim"));
        let mark = answer(Fields::new([("disclose", "yes")]));
        answers.insert(AnswerKey::of("victim"), mark);
        assert!(!told(&answers, "victim"), "a mark is no answer");
        for (choice, expected) in [("no", false), ("not-known", false), ("yes", true)] {
            let said = answer(Fields::new([("choice", choice)]));
            answers.insert(AnswerKey::of("relationship-asked"), said);
            assert_eq!(told(&answers, "relationship-names"), expected, "{choice}");
        }
        answers.remove(&AnswerKey::of("relationship-asked"));
        let typed = answer(Fields::new([("text", "Nobody")]));
        answers.insert(AnswerKey::of("relationship-names"), typed);
        assert!(
            told(&answers, "relationship-names"),
            "nothing typed vanishes"
        );
    }

    #[test]
    fn completed_needs_the_authors_word_and_the_answers() {
        let (form, asked) = (form(), two_conditions());
        let items = items(&form, &asked);
        let mut answers = Answers::new();
        let status = |a: &Answers| section_status(&items, "contact", a);
        assert_eq!(status(&answers), SectionStatus::NotStarted);
        answers.insert(
            completed_key("contact"),
            answer(Fields::new([("choice", "yes")])),
        );
        assert_eq!(status(&answers), SectionStatus::Problem);
        answers.insert(
            AnswerKey::of("contact-summary"),
            answer(Fields::new([("text", "Seen weekly")])),
        );
        assert_eq!(status(&answers), SectionStatus::Completed);
        answers.remove(&completed_key("contact"));
        assert_eq!(status(&answers), SectionStatus::InProgress);
    }
}
