//! A form without answers: to be read beforehand, or written on by hand.

use super::{Kind, MARKING, Paper, PaperFailure, Press};
use crate::document::tree::{
    Answer, Block, Document, List, Marks, Note, QuestionAnswer, Section, Signature,
};
use crate::domain::calendar::day_in_words;
use crate::domain::form::answer::{SOURCES, YES_NO};
use crate::domain::form::definition::{Column, RowSource};
use crate::domain::form::{Form, Kind as Asks, Part, Question, Respondent};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Lines for prose.
const PROSE: u8 = 6;
/// Lines for anything short.
const SHORT: u8 = 1;
/// Lines for an address or somebody's details.
const SOME: u8 = 4;

/// The blank form as a document tree. The same form gives the same tree: its date is its version's.
#[must_use]
pub fn document(form: &Form) -> Document {
    let version = day_in_words(form.version);
    let date = form.version.and_time(chrono::NaiveTime::MIN).and_utc();
    let reference = format!("Blank form, version of {version}");
    let mut document = Document::new(form.title.clone(), reference, date);
    document.marking = Some(MARKING.to_owned());
    document.notice = Some("Blank form".to_owned());
    document.blocks.push(Block::Paragraph(form.status.clone()));
    document
        .blocks
        .extend(form.parts.iter().map(|p| part(form, p)));
    document
}

fn part(form: &Form, part: &Part) -> Block {
    let mut blocks: Vec<Block> = part
        .sections
        .iter()
        .map(|section| {
            let introduction = section.introduction.clone().map(Block::Paragraph);
            let questions = section.questions.iter().flat_map(|q| question(form, q));
            let blocks = introduction.into_iter().chain(questions).collect();
            Block::Section(Section::new(section.title.clone(), blocks))
        })
        .collect();
    let role = match part.answered_by {
        Respondent::SocialSupervisor => "Social supervisor",
        Respondent::ClinicalSupervisor => "Clinical supervisor",
    };
    blocks.push(Block::Signature(Signature {
        role: role.to_owned(),
        name: String::new(),
        when: String::new(),
        statement: String::new(),
    }));
    Block::Section(Section::new(part.title.clone(), blocks))
}

fn question(form: &Form, question: &Question) -> Vec<Block> {
    let condition = form.condition_of(question);
    if question.kind != Asks::Rows {
        let column = question.as_column();
        return asked(&column, condition, question.not_applicable);
    }
    let each = match question.rows {
        Some(RowSource::ConditionsInForce) => "Once for each condition in force.",
        Some(RowSource::Contacts) => "Once for each contact in the period, made or missed.",
        Some(RowSource::Events) => "Once for each event in the period.",
        Some(RowSource::NightsAway) => "Once for each night away in the period.",
        Some(RowSource::Author) | None => "Once for each entry.",
    };
    let hint: Vec<&str> = [condition.as_deref(), question.hint.as_deref(), Some(each)]
        .into_iter()
        .flatten()
        .collect();
    let mut head = QuestionAnswer::new("About which?", vec![]);
    head.answer = Answer::Ruled(SHORT);
    let columns = question
        .columns
        .iter()
        .flat_map(|column| asked(column, question.condition_of(column), false));
    let mut blocks = vec![
        Block::Paragraph(hint.join(" ")),
        Block::QuestionAnswer(head),
    ];
    blocks.extend(columns);
    vec![Block::Section(Section::new(question.label.clone(), blocks))]
}

/// A question with its options as boxes, its lines, and what is asked about the answer.
fn asked(column: &Column, condition: Option<String>, not_applicable: bool) -> Vec<Block> {
    let lines = match column.kind {
        Asks::Narrative => PROSE,
        Asks::Address | Asks::Contact => SOME,
        Asks::ShortText | Asks::Date => SHORT,
        Asks::Choice | Asks::Choices | Asks::YesNo | Asks::Rows | Asks::Record => 2,
    };
    let options: Vec<String> = match column.kind {
        Asks::YesNo => YES_NO
            .iter()
            .map(|(_, words)| (*words).to_owned())
            .collect(),
        _ => column
            .options
            .iter()
            .map(|o| match &o.detail {
                Some(detail) => format!("{} ({detail})", o.label),
                None => o.label.clone(),
            })
            .collect(),
    };
    let hint: Vec<String> = [condition, column.hint.clone()]
        .into_iter()
        .flatten()
        .collect();
    let mut set = QuestionAnswer::new(column.label.clone(), vec![]);
    set.hint = (!hint.is_empty()).then(|| hint.join(" "));
    if column.how_known {
        let sources: Vec<&str> = SOURCES.iter().map(|(_, words)| *words).collect();
        set.notes.push(Note {
            label: "How do you know? Ring all that apply".into(),
            text: sources.join(" · "),
        });
    }
    if not_applicable {
        set.notes.push(Note {
            label: "Or: not applicable, because".into(),
            text: ".".repeat(60),
        });
    }
    if options.is_empty() {
        set.answer = Answer::Ruled(lines);
        return vec![Block::QuestionAnswer(set)];
    }
    let notes = std::mem::take(&mut set.notes);
    let more = QuestionAnswer {
        question: String::new(),
        hint: None,
        answer: Answer::Ruled(lines),
        notes,
    };
    let items = options;
    let list = List {
        marks: Marks::Boxes,
        items,
    };
    vec![
        Block::QuestionAnswer(set),
        Block::List(list),
        Block::QuestionAnswer(more),
    ]
}

/// Blank forms in every format, each set once and then kept in memory: a form's version never changes.
#[derive(Debug, Clone, Default)]
pub struct Blanks(Arc<Mutex<BTreeMap<Version, Arc<Vec<Paper>>>>>);

/// Id and date of a form.
type Version = (String, NaiveDate);

impl Blanks {
    /// A form's blank papers.
    ///
    /// # Errors
    /// [`PaperFailure`].
    pub async fn of(&self, press: &Press, form: &Form) -> Result<Arc<Vec<Paper>>, PaperFailure> {
        let mut kept = self.0.lock().await;
        let key = (form.id.clone(), form.version);
        if let Some(papers) = kept.get(&key) {
            return Ok(papers.clone());
        }
        let papers = Arc::new(press.set(Kind::Full, document(form), None).await?);
        kept.insert(key, papers.clone());
        Ok(papers)
    }
}
