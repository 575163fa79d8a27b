//! From blocks to slugs and tags: headings, running text, answers, lists, notices, signatures.

use super::galley::{Galley, Slug, fill_item, text_item};
use super::scene::{Mark, Role, Tag, TagId};
use super::style::{self, MARGIN, MEASURE, Style};
use crate::document::DEEPEST_HEADING;
use crate::document::text::{self, Shaper, normalise, one_line};
use crate::document::tree::{
    Answer, Block, Document, List, Marks, Notice, QuestionAnswer, Section, Signature, paragraphs,
};

/// The width of the bar at the left of a notice.
const BAR: f32 = 4.0;
/// What is lower than this is not cut over two pages.
pub(super) const KEPT_WHOLE: f32 = 250.0;

/// Composes the whole of `document`.
pub(super) fn compose(document: &Document, shaper: &mut Shaper) -> Galley {
    let mut galley = Galley::default();
    galley.tags.push(Tag {
        role: Role::Document,
        parent: None,
    });
    let mut compositor = Compositor {
        shaper,
        galley,
        scale: style::scale(document.large_print),
    };
    let root = Place::root();
    compositor.title(&crate::document::title(document), root);
    compositor.blocks(&document.blocks, root);
    compositor.galley
}

/// Where a block stands: in which tag, under how many headings, in what part of the page's width.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub parent: TagId,
    /// The level of a heading that begins here.
    level: u8,
    /// The left edge and the measure.
    pub column: [f32; 2],
}

impl Place {
    fn root() -> Self {
        Self {
            parent: TagId(0),
            level: 2,
            column: [MARGIN, MEASURE],
        }
    }

    pub(super) fn within(self, parent: TagId) -> Self {
        Self { parent, ..self }
    }

    pub(super) fn indented(self, by: f32) -> Self {
        let [x, measure] = self.column;
        Self {
            column: [x + by, measure - by],
            ..self
        }
    }
}

pub(super) struct Compositor<'a> {
    pub shaper: &'a mut Shaper,
    pub galley: Galley,
    /// How many times as large as the house style all text is.
    pub scale: f32,
}

impl Compositor<'_> {
    fn title(&mut self, title: &str, place: Place) {
        let tag = self.galley.tag(place.parent, Role::Heading(1));
        self.text(title, style::TITLE, tag, place.column);
        let rule = fill_item([MARGIN, 6.0, MEASURE, 1.0], style::HEADING);
        self.galley.slugs.push(Slug {
            height: 7.0,
            items: vec![rule],
            ..Slug::default()
        });
        self.galley.keep_together(0);
        self.galley.keep_with_next();
    }

    fn blocks(&mut self, blocks: &[Block], place: Place) {
        for block in blocks {
            let from = self.galley.slugs.len();
            self.block(block, place);
            self.galley.space_above(from, 9.0);
        }
    }

    fn block(&mut self, block: &Block, place: Place) {
        match block {
            Block::Section(section) => self.section(section, place),
            Block::Paragraph(text) => self.prose(text, style::BODY, place),
            Block::QuestionAnswer(pair) => self.question_answer(pair, place),
            Block::Facts(facts) => self.facts(facts, place),
            Block::Table(table) => self.table(table, place),
            Block::List(list) => self.list(list, place),
            Block::Checklist(checklist) => self.table(&checklist.to_table(), place),
            Block::Chart(chart) => self.chart(chart, place),
            Block::Signature(signature) => self.signature(signature, place),
            Block::Notice(notice) => self.notice(notice, place),
        }
    }

    fn section(&mut self, section: &Section, place: Place) {
        let heading = one_line(&section.heading);
        if heading.is_empty() {
            return self.blocks(&section.blocks, place);
        }
        let from = self.galley.slugs.len();
        let sect = self.galley.tag(place.parent, Role::Sect);
        self.heading(&heading, style::heading(place.level), place.within(sect));
        self.galley.slugs[from].bookmark = Some((heading, place.level));
        self.galley
            .space_above(from, style::space_above_heading(place.level));
        let level = DEEPEST_HEADING.min(place.level + 1);
        self.blocks(
            &section.blocks,
            Place {
                level,
                ..place.within(sect)
            },
        );
    }

    /// A heading, kept in one piece and with what follows.
    fn heading(&mut self, text: &str, style: Style, place: Place) {
        let from = self.galley.slugs.len();
        let tag = self.galley.tag(place.parent, Role::Heading(place.level));
        self.text(text, style, tag, place.column);
        self.galley.keep_together(from);
        self.galley.keep_with_next();
    }

    fn question_answer(&mut self, pair: &QuestionAnswer, place: Place) {
        let from = self.galley.slugs.len();
        let question = one_line(&pair.question);
        if !question.is_empty() {
            self.heading(&question, style::STRONG, place);
        }
        if let Some(hint) = &pair.hint {
            self.prose(hint, style::HINT, place);
            self.galley.keep_with_next();
        }
        match &pair.answer {
            Answer::Given(answer) => answer
                .iter()
                .for_each(|text| self.prose(text, style::BODY, place)),
            Answer::Ruled(lines) => self.ruled_lines(*lines, place),
        }
        self.notes(pair, from, place);
        self.galley.space_above(from, 15.0);
    }

    /// The remarks under an answer that begins at `begin`; none is parted from what it is a remark on.
    fn notes(&mut self, pair: &QuestionAnswer, begin: usize, place: Place) {
        for note in &pair.notes {
            if self.galley.slugs.len() > begin {
                self.galley.keep_with_next();
            }
            let from = self.galley.slugs.len();
            let inner = place.indented(14.0);
            self.prose(&note.label, style::NOTE_LABEL, inner);
            self.galley.keep_with_next();
            self.prose(&note.text, style::NOTE, inner);
            self.galley.absorb_gaps(from);
            self.galley.back(from, [place.column[0], 2.0], style::RULE);
            self.galley.space_above(from, 7.0);
        }
    }

    /// Lines to write on. They say nothing, so they are not content.
    fn ruled_lines(&mut self, lines: u8, place: Place) {
        let [x, measure] = place.column;
        let from = self.galley.slugs.len();
        let rule = fill_item([x, 23.5, measure, 0.5], style::QUIET);
        let line = Slug {
            height: 24.0,
            items: vec![rule],
            ..Slug::default()
        };
        self.galley.slugs.extend((0..lines).map(|_| line.clone()));
        self.galley.forbid_widows(from);
    }

    fn list(&mut self, list: &List, place: Place) {
        let items: Vec<_> = list.written().collect();
        if items.is_empty() {
            return;
        }
        let tag = self.galley.tag(
            place.parent,
            Role::L {
                ordered: list.marks == Marks::Numbers,
            },
        );
        let widest = list.label(items.len() - 1);
        let indent = 10.0 + self.width(&widest, style::BODY).max(8.0);
        for (index, text) in items.into_iter().enumerate() {
            let item = self.galley.tag(tag, Role::LI);
            let [label, body] = [Role::Lbl, Role::LBody].map(|role| self.galley.tag(item, role));
            let from = self.galley.slugs.len();
            self.text(text, style::BODY, body, place.indented(indent).column);
            self.galley.forbid_widows(from);
            self.galley
                .space_above(from, if index == 0 { 0.0 } else { 3.0 });
            let label = self.label(&list.label(index), style::BODY, label, place.column);
            self.galley.slugs[from].items.splice(0..0, label);
        }
    }

    /// A label on one line, placed by the slug that it labels.
    fn label(
        &mut self,
        text: &str,
        style: Style,
        tag: TagId,
        column: [f32; 2],
    ) -> Option<super::Item> {
        let style = style.scaled(self.scale);
        let lines = self.shaper.lines(text, style.weight, style.size, column[1]);
        lines
            .into_iter()
            .next()
            .map(|line| text_item(Mark::Content(tag), line, column, 0.0, style))
    }

    fn notice(&mut self, notice: &Notice, place: Place) {
        let from = self.galley.slugs.len();
        let tag = self.galley.tag(place.parent, Role::Div);
        let [x, measure] = place.column;
        let inner = Place {
            column: [x + 16.0, measure - 30.0],
            ..place.within(tag)
        };
        self.space_slug(9.0);
        self.prose(&notice.title, style::STRONG, inner);
        self.galley.keep_with_next();
        self.prose(&notice.text, style::BODY, inner);
        self.galley.keep_with_next();
        self.space_slug(10.0);
        self.galley.absorb_gaps(from);
        self.galley.back(from, [x, BAR], style::ACCENT);
        self.galley.back(from, place.column, style::NOTICE_FILL);
        self.galley.slugs[from].keep = true;
        self.keep_if_low(from);
        self.galley.space_above(from, 12.0);
    }

    fn signature(&mut self, signature: &Signature, place: Place) {
        let from = self.galley.slugs.len();
        let tag = self.galley.tag(place.parent, Role::Div);
        self.prose(&signature.statement, style::BODY, place.within(tag));
        self.galley.keep_with_next();
        let facts = self.galley.slugs.len();
        self.signed_facts(signature, place.within(tag));
        self.galley.space_above(facts, 8.0);
        self.keep_if_low(from);
        self.galley.space_above(from, 18.0);
    }

    fn space_slug(&mut self, height: f32) {
        self.galley.slugs.push(Slug {
            height,
            ..Slug::default()
        });
    }

    /// Keeps the slugs from `from` on one page unless they would leave a great gap.
    pub(super) fn keep_if_low(&mut self, from: usize) {
        let height: f32 = self.galley.slugs[from..]
            .iter()
            .map(|slug| slug.gap + slug.height)
            .sum();
        if height <= KEPT_WHOLE {
            self.galley.keep_together(from);
        }
    }

    /// The paragraphs of `text`, each under its own tag.
    pub(super) fn prose(&mut self, text: &str, style: Style, place: Place) {
        let text = normalise(text);
        for paragraph in paragraphs(&text) {
            let from = self.galley.slugs.len();
            let tag = self.galley.tag(place.parent, Role::P);
            let tag = self.galley.link(tag, text::target(paragraph));
            self.text(paragraph, style, tag, place.column);
            self.galley.forbid_widows(from);
            self.galley
                .space_above(from, style.scaled(self.scale).leading * 0.4);
        }
    }

    /// Adds a slug for each line of `text`.
    pub(super) fn text(&mut self, text: &str, style: Style, tag: TagId, column: [f32; 2]) {
        let style = style.scaled(self.scale);
        for line in self.shaper.lines(text, style.weight, style.size, column[1]) {
            let item = text_item(Mark::Content(tag), line, column, 0.0, style);
            self.galley.slugs.push(Slug {
                height: style.leading,
                items: vec![item],
                ..Slug::default()
            });
        }
    }

    /// How wide `text` is on one line, in points.
    pub(super) fn width(&mut self, text: &str, style: Style) -> f32 {
        let style = style.scaled(self.scale);
        let lines = self
            .shaper
            .lines(text, style.weight, style.size, f32::INFINITY);
        lines.iter().map(|line| line.width).fold(0.0, f32::max)
    }
}
