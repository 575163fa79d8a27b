//! The paper as plain text under its headings, for copying into another form. Hints are left out:
//! they were for the author. Nothing else is.

use super::text::{normalise, one_line};
use super::tree::{
    Answer, Block, Chart, Document, Facts, List, QuestionAnswer, Signature, Table, paragraphs,
};

/// Each heading with the text right under it, in reading order. The first heading is the paper's
/// title; questions are headings too. Paragraphs are parted by a blank line, cells by a bar.
#[must_use]
pub fn sections(document: &Document) -> Vec<(String, String)> {
    let mut writer = Writer {
        sections: vec![(super::title(document), String::new())],
    };
    writer.blocks(&document.blocks);
    writer.sections
}

struct Writer {
    sections: Vec<(String, String)>,
}

impl Writer {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Section(section) => {
                    self.heading(&section.heading);
                    self.blocks(&section.blocks);
                }
                Block::Paragraph(text) => self.prose(text),
                Block::QuestionAnswer(pair) => self.question_answer(pair),
                Block::Facts(facts) => self.facts(facts),
                Block::Table(table) => self.table(table, table.caption()),
                Block::List(list) => self.list(list),
                Block::Checklist(checklist) => {
                    self.table(&checklist.to_table(), &checklist.caption);
                }
                Block::Chart(chart) => self.chart(chart),
                Block::Signature(signature) => self.signature(signature),
                Block::Notice(notice) => {
                    self.prose(&notice.title);
                    self.prose(&notice.text);
                }
            }
        }
    }

    fn heading(&mut self, heading: &str) {
        let heading = one_line(heading);
        if !heading.is_empty() {
            self.sections.push((heading, String::new()));
        }
    }

    /// A block of text, parted from the one before by a blank line.
    fn block(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some((_, under)) = self.sections.last_mut() {
            if !under.is_empty() {
                under.push_str("\n\n");
            }
            under.push_str(text);
        }
    }

    fn prose(&mut self, text: &str) {
        paragraphs(&normalise(text)).for_each(|paragraph| self.block(paragraph));
    }

    fn question_answer(&mut self, pair: &QuestionAnswer) {
        self.heading(&pair.question);
        if let Answer::Given(answer) = &pair.answer {
            answer.iter().for_each(|text| self.prose(text));
        }
        for note in &pair.notes {
            self.prose(&note.label);
            self.prose(&note.text);
        }
    }

    fn facts(&mut self, facts: &Facts) {
        self.prose(&facts.caption);
        let line =
            |(label, value): (&str, &str)| format!("{}: {}", one_line(label), one_line(value));
        let rows = facts
            .rows
            .iter()
            .map(|fact| (fact.label.as_str(), fact.value.as_str()));
        self.block(&rows.map(line).collect::<Vec<_>>().join("\n"));
    }

    fn table(&mut self, table: &Table, caption: &str) {
        self.prose(caption);
        let join = |cells: &mut dyn Iterator<Item = &str>| {
            cells.map(one_line).collect::<Vec<_>>().join(" | ")
        };
        let head = join(&mut table.head().iter().map(String::as_str));
        let rows = table
            .rows()
            .iter()
            .map(|row| join(&mut row.iter().map(|cell| cell.text.as_str())));
        let lines: Vec<String> = [head].into_iter().chain(rows).collect();
        self.block(&lines.join("\n"));
    }

    fn list(&mut self, list: &List) {
        let items = list.written().enumerate();
        let lines: Vec<String> = items
            .map(|(index, item)| format!("{} {}", list.label(index), one_line(item)))
            .collect();
        self.block(&lines.join("\n"));
    }

    fn chart(&mut self, chart: &Chart) {
        self.prose(chart.title());
        self.prose(chart.alternative());
        self.table(&chart.to_table(), "");
    }

    fn signature(&mut self, signature: &Signature) {
        self.prose(&signature.statement);
        self.prose(&signature.role);
        let particulars = signature.particulars().into_iter();
        let lines: Vec<String> = particulars
            .map(|(label, value)| format!("{label}: {}", one_line(value)))
            .collect();
        self.block(&lines.join("\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tree::{Fact, Section};
    use chrono::DateTime;

    #[test]
    fn text_stands_under_its_own_heading() {
        let mut document = Document::new("Report", "R1", DateTime::UNIX_EPOCH);
        let question = QuestionAnswer::new(
            "How are they?",
            vec!["Well.\r\nVery well.\n\nReally.".to_owned()],
        );
        let facts = Facts {
            caption: "About".to_owned(),
            rows: vec![Fact::new("Name", "Siân\nJones")],
        };
        document.blocks = vec![
            Block::Facts(facts),
            Block::Section(Section::new(
                "Health",
                vec![Block::QuestionAnswer(question)],
            )),
        ];
        let sections = sections(&document);
        let sections: Vec<_> = sections
            .iter()
            .map(|(h, t)| (h.as_str(), t.as_str()))
            .collect();
        assert_eq!(
            sections,
            [
                ("Report", "About\n\nName: Siân Jones"),
                ("Health", ""),
                ("How are they?", "Well.\nVery well.\n\nReally.")
            ]
        );
    }
}
