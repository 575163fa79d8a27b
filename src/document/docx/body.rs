//! From blocks to Word's paragraphs, lists and tables.

use super::styles;
use super::table::Label;
use crate::document::DEEPEST_HEADING;
use crate::document::text::{directed, normalise, one_line};
use crate::document::tree::{
    Answer, Block, Document, List, Marks, Notice, QuestionAnswer, Section, Signature, paragraphs,
};
use crate::document::xml::allowed;
use docx_rs::{
    AbstractNumbering, BreakType, IndentLevel, Level, LevelJc, LevelText, NumberFormat, Numbering,
    NumberingId, Paragraph, Run, SpecialIndentType, Start, Table,
};

/// What stands under each other in the text.
pub(super) enum Piece {
    Paragraph(Box<Paragraph>),
    Table(Box<Table>),
}

/// The number of the first list; docx-rs brings one of its own that no text uses.
const FIRST_LIST: usize = 2;

/// The whole text.
#[derive(Default)]
pub(super) struct Body {
    pub pieces: Vec<Piece>,
    /// What is to be said of each table, in order.
    pub labels: Vec<Label>,
    /// Each list has a numbering of its own, so that it begins at 1.
    pub lists: Vec<(AbstractNumbering, Numbering)>,
}

/// Composes the text of `document`.
pub(super) fn compose(document: &Document) -> Body {
    let mut body = Body::default();
    body.paragraph(&crate::document::title(document), &styles::heading(1));
    body.blocks(&document.blocks, 2);
    // A text has to end in a paragraph.
    if let Some(Piece::Table(_)) = body.pieces.last() {
        body.push(Paragraph::new().style(styles::GAP));
    }
    body
}

impl Body {
    fn blocks(&mut self, blocks: &[Block], level: u8) {
        for block in blocks {
            match block {
                Block::Section(section) => self.section(section, level),
                Block::Paragraph(text) => self.prose(text, styles::BODY),
                Block::QuestionAnswer(pair) => self.question_answer(pair, level),
                Block::Facts(facts) => self.facts(facts),
                Block::Table(table) => self.table(table, table.caption()),
                Block::List(list) => self.list(list),
                Block::Checklist(checklist) => {
                    let table = checklist.to_table();
                    self.table(&table, table.caption());
                }
                Block::Chart(chart) => self.chart(chart),
                Block::Signature(signature) => self.signature(signature),
                Block::Notice(notice) => self.notice(notice),
            }
        }
    }

    pub(super) fn push(&mut self, paragraph: Paragraph) {
        self.pieces.push(Piece::Paragraph(Box::new(paragraph)));
    }

    fn section(&mut self, section: &Section, level: u8) {
        let heading = one_line(&section.heading);
        if heading.is_empty() {
            return self.blocks(&section.blocks, level);
        }
        self.paragraph(&heading, &styles::heading(level));
        self.blocks(&section.blocks, DEEPEST_HEADING.min(level + 1));
    }

    fn question_answer(&mut self, pair: &QuestionAnswer, level: u8) {
        let question = one_line(&pair.question);
        if !question.is_empty() {
            self.paragraph(&question, &styles::heading(level));
        }
        self.prose(pair.hint.as_deref().unwrap_or_default(), styles::HINT);
        match &pair.answer {
            Answer::Given(answer) => answer
                .iter()
                .for_each(|text| self.prose(text, styles::BODY)),
            Answer::Ruled(lines) => {
                let line = || Run::new().add_tab();
                let ruled = || Paragraph::new().style(styles::RULED).add_run(line());
                (0..*lines).for_each(|_| self.push(ruled()));
            }
        }
        for note in &pair.notes {
            self.prose(&note.label, styles::NOTE_LABEL);
            self.prose(&note.text, styles::NOTE);
        }
    }

    fn list(&mut self, list: &List) {
        let id = self.lists.len() + FIRST_LIST;
        let (format, text) = match list.marks {
            Marks::Bullets => ("bullet", "•"),
            Marks::Numbers => ("decimal", "%1."),
            Marks::Boxes => ("bullet", "□"),
        };
        let level = Level::new(
            0,
            Start::new(1),
            NumberFormat::new(format),
            LevelText::new(text),
            LevelJc::new("left"),
        );
        let hanging = Some(SpecialIndentType::Hanging(360));
        let level = level.indent(Some(360), hanging, None, None);
        let levels = AbstractNumbering::new(id).add_level(level);
        self.lists.push((levels, Numbering::new(id, id)));
        for item in list.written() {
            for (index, text) in paragraphs(&normalise(item)).enumerate() {
                let mut paragraph = filled(text, styles::LIST);
                if index == 0 {
                    paragraph = paragraph.numbering(NumberingId::new(id), IndentLevel::new(0));
                } else {
                    paragraph = paragraph.indent(Some(360), None, None, None);
                }
                self.push(paragraph);
            }
        }
    }

    fn signature(&mut self, signature: &Signature) {
        self.prose(&signature.statement, styles::BODY);
        self.signed_facts(signature);
    }

    fn notice(&mut self, notice: &Notice) {
        self.prose(&notice.title, styles::NOTICE_TITLE);
        self.prose(&notice.text, styles::NOTICE);
    }

    /// The paragraphs of `text`.
    pub(super) fn prose(&mut self, text: &str, style: &str) {
        paragraphs(&normalise(text)).for_each(|paragraph| self.paragraph(paragraph, style));
    }

    fn paragraph(&mut self, text: &str, style: &str) {
        self.push(filled(text, style));
    }
}

/// A paragraph of `text`, which was normalised, with its line ends. Runs are parted where the
/// direction changes, for Word wants to be told the direction of each.
pub(super) fn filled(text: &str, style: &str) -> Paragraph {
    let mut paragraph = Paragraph::new().style(style);
    let text: String = text.chars().map(allowed).collect();
    for (index, line) in text.lines().enumerate() {
        let (right_to_left, parts) = directed(line);
        if index == 0 && right_to_left {
            paragraph.property = paragraph.property.bidi(true);
        }
        if index > 0 {
            paragraph = paragraph.add_run(Run::new().add_break(BreakType::TextWrapping));
        }
        for part in parts {
            paragraph = paragraph.add_run(Run::new().add_text(part));
        }
    }
    paragraph
}
