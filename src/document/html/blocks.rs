//! Each block as elements. Headings take their level from their depth, as on the pages.

use super::Escaped;
use super::chart::picture;
use crate::document::DEEPEST_HEADING;
use crate::document::text::{normalise, one_line, target};
use crate::document::tree::{
    Answer, Block, Cell, Chart, Fact, Facts, List, Marks, Notice, QuestionAnswer, Section,
    Signature, Table, Tone, paragraphs,
};

/// Writes `blocks` under the paper's title.
pub(super) fn write(out: &mut String, blocks: &[Block]) {
    Writer { out }.blocks(blocks, 2);
}

struct Writer<'a> {
    out: &'a mut String,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block], level: u8) {
        for block in blocks {
            match block {
                Block::Section(section) => self.section(section, level),
                Block::Paragraph(text) => self.prose("", text),
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

    fn put(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    fn section(&mut self, section: &Section, level: u8) {
        let heading = one_line(&section.heading);
        if heading.is_empty() {
            return self.blocks(&section.blocks, level);
        }
        self.put("<section>\n");
        self.heading(&heading, level);
        self.blocks(&section.blocks, DEEPEST_HEADING.min(level + 1));
        self.put("</section>\n");
    }

    fn heading(&mut self, text: &str, level: u8) {
        self.put(&format!("<h{level}>{}</h{level}>\n", Escaped(text)));
    }

    fn question_answer(&mut self, pair: &QuestionAnswer, level: u8) {
        self.put("<div class=\"paper-question\">\n");
        let question = one_line(&pair.question);
        if !question.is_empty() {
            self.heading(&question, level);
        }
        self.prose("paper-hint", pair.hint.as_deref().unwrap_or_default());
        match &pair.answer {
            Answer::Given(answer) => answer.iter().for_each(|text| self.prose("", text)),
            Answer::Ruled(lines) => {
                let rule = "<div class=\"paper-ruled\" aria-hidden=\"true\"></div>\n";
                self.put(&rule.repeat(usize::from(*lines)));
            }
        }
        for note in &pair.notes {
            self.put("<div class=\"paper-note\">\n");
            self.prose("paper-label", &note.label);
            self.prose("", &note.text);
            self.put("</div>\n");
        }
        self.put("</div>\n");
    }

    /// The paragraphs of `text`, of this class if it is not blank.
    fn prose(&mut self, class: &str, text: &str) {
        let text = normalise(text);
        for paragraph in paragraphs(&text) {
            self.put("<p");
            if !class.is_empty() {
                self.put(&format!(" class=\"{class}\""));
            }
            self.put(">");
            self.linked(paragraph);
            self.put("</p>\n");
        }
    }

    /// `text`, to be followed if all of it is an address.
    fn linked(&mut self, text: &str) {
        let Some(target) = target(text) else {
            return self.lines(text);
        };
        let (target, text) = (Escaped(&target), Escaped(text));
        self.out.push_str(&format!(
            "<a href=\"{target}\" rel=\"noopener noreferrer\">{text}</a>"
        ));
    }

    /// `text` with its line ends.
    fn lines(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            let end = if index > 0 { "<br>\n" } else { "" };
            self.put(&format!("{end}{}", Escaped(line)));
        }
    }

    fn facts(&mut self, facts: &Facts) {
        self.labelled_rows(&facts.caption, &facts.rows);
    }

    fn labelled_rows(&mut self, caption: &str, rows: &[Fact]) {
        if rows.is_empty() {
            return self.prose("paper-caption", caption);
        }
        self.put("<table class=\"paper-facts\">\n");
        self.caption(caption);
        self.put("<tbody>\n");
        for fact in rows {
            self.put("<tr>");
            self.cell("th scope=\"row\"", &fact.label);
            self.cell("td", &fact.value);
            self.put("</tr>\n");
        }
        self.put("</tbody>\n</table>\n");
    }

    fn caption(&mut self, caption: &str) {
        let caption = normalise(caption);
        if !caption.trim().is_empty() {
            self.put("<caption>");
            self.lines(caption.trim());
            self.put("</caption>\n");
        }
    }

    fn table(&mut self, table: &Table, caption: &str) {
        self.put(if is_even(table) {
            "<table class=\"paper-table paper-even\">\n"
        } else {
            "<table class=\"paper-table\">\n"
        });
        self.caption(caption);
        self.put("<thead>\n<tr>");
        table
            .head()
            .iter()
            .for_each(|heading| self.cell("th scope=\"col\"", heading));
        self.put("</tr>\n</thead>\n<tbody>\n");
        for row in table.rows() {
            self.put("<tr>");
            row.iter()
                .enumerate()
                .for_each(|(index, cell)| self.body_cell(cell, index == 0));
            self.put("</tr>\n");
        }
        self.put("</tbody>\n</table>\n");
    }

    fn body_cell(&mut self, cell: &Cell, names_row: bool) {
        let element = if names_row { "th scope=\"row\"" } else { "td" };
        let tone = match cell.tone {
            Tone::Plain => "",
            Tone::Good => " class=\"paper-good\"",
            Tone::Caution => " class=\"paper-caution\"",
            Tone::Bad => " class=\"paper-bad\"",
        };
        // Colour never speaks alone.
        let tone = if cell.text.trim().is_empty() {
            ""
        } else {
            tone
        };
        self.cell(&format!("{element}{tone}"), &cell.text);
    }

    /// A cell; `tag` is its element with its attributes.
    fn cell(&mut self, tag: &str, text: &str) {
        let text = normalise(text);
        self.put(&format!("<{tag}>"));
        if tag.starts_with("td") && target(&text).is_some() {
            self.linked(text.trim());
            return self.put("</td>");
        }
        for (index, paragraph) in paragraphs(&text).enumerate() {
            if index > 0 {
                self.put("<br>\n<br>\n");
            }
            self.lines(paragraph);
        }
        self.put(&format!("</{}>", &tag[..2]));
    }

    fn list(&mut self, list: &List) {
        let element = match list.marks {
            Marks::Numbers => "ol",
            Marks::Bullets | Marks::Boxes => "ul",
        };
        let items: Vec<_> = list.written().collect();
        if items.is_empty() {
            return;
        }
        let class = match list.marks {
            Marks::Boxes => " class=\"paper-boxes\"",
            Marks::Bullets | Marks::Numbers => "",
        };
        self.put(&format!("<{element}{class}>\n"));
        for item in items {
            self.cell("li", item);
            self.put("\n");
        }
        self.put(&format!("</{element}>\n"));
    }

    fn chart(&mut self, chart: &Chart) {
        self.put("<figure>\n<figcaption>");
        self.lines(normalise(chart.title()).trim());
        self.put("</figcaption>\n");
        match picture(chart) {
            Some(picture) => self.put(&picture),
            None => self.prose("", chart.alternative()),
        }
        self.table(&chart.to_table(), "");
        self.put("</figure>\n");
    }

    fn signature(&mut self, signature: &Signature) {
        self.put("<div class=\"paper-signature\">\n");
        self.prose("", &signature.statement);
        let facts = signature
            .particulars()
            .map(|(label, value)| Fact::new(label, value));
        self.labelled_rows(&signature.role, &facts);
        self.put("</div>\n");
    }

    fn notice(&mut self, notice: &Notice) {
        self.put("<div class=\"paper-notice\">\n");
        self.prose("paper-label", &notice.title);
        self.prose("", &notice.text);
        self.put("</div>\n");
    }
}

/// Whether a table has a few columns of one width. More of them, or of different widths, fit a screen
/// better by what is in them.
fn is_even(table: &Table) -> bool {
    let widths = table.widths();
    (2..=3).contains(&widths.len()) && widths.windows(2).all(|two| (two[0] - two[1]).abs() < 0.01)
}
