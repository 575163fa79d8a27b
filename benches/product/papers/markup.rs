//! A document tree as markup of typst, with the same words, tables and running lines.

use conditional_discharge::document::tree::{
    Answer, Block, Document, Facts, List, Marks, Note, QuestionAnswer, Table, paragraphs,
};
use std::fmt::Write as _;

/// The whole paper. `PAPER-NUMBER` in it is replaced by a word of each paper's own.
pub fn typst(document: &Document) -> String {
    let mut out = format!(
        "#set document(title: {}, date: datetime(year: 2026, month: 6, day: 15))\n\
         #set page(paper: \"a4\", margin: 62pt, numbering: \"1 of 1\", header: align(center, text(9pt, {})))\n\
         #set text(size: 11pt, lang: \"en\", region: \"GB\")\n#set par(leading: 0.65em)\n\
         = {}\n\nPAPER-NUMBER\n\n",
        quoted(&document.title),
        quoted(document.marking.as_deref().unwrap_or_default()),
        plain(&document.title)
    );
    blocks(&mut out, &document.blocks, 2);
    out
}

fn blocks(out: &mut String, all: &[Block], level: usize) {
    for block in all {
        match block {
            Block::Section(section) => {
                heading(out, level, &section.heading);
                blocks(out, &section.blocks, level + 1);
            }
            Block::Paragraph(text) => prose(out, text),
            Block::QuestionAnswer(pair) => question(out, pair, level),
            Block::Facts(of) => facts(out, of),
            Block::Table(of) => table(out, of),
            Block::List(of) => list(out, of),
            Block::Checklist(of) => table(out, &of.to_table()),
            Block::Chart(of) => {
                prose(out, of.alternative());
                table(out, &of.to_table());
            }
            Block::Signature(of) => {
                prose(out, &of.statement);
                for (label, value) in of.particulars() {
                    prose(out, &format!("{label}: {value}"));
                }
            }
            Block::Notice(of) => {
                prose(out, &of.title);
                prose(out, &of.text);
            }
        }
    }
}

fn heading(out: &mut String, level: usize, text: &str) {
    let _ = write!(out, "{} {}\n\n", "=".repeat(level.min(6)), plain(text));
}

fn question(out: &mut String, pair: &QuestionAnswer, level: usize) {
    heading(out, level, &pair.question);
    prose(out, pair.hint.as_deref().unwrap_or_default());
    if let Answer::Given(answer) = &pair.answer {
        answer.iter().for_each(|text| prose(out, text));
    }
    for Note { label, text } in &pair.notes {
        let _ = write!(
            out,
            "#block(stroke: (left: 2pt), inset: (left: 12pt))[*{}*\n\n{}]\n\n",
            plain(label),
            plain(text)
        );
    }
}

fn facts(out: &mut String, facts: &Facts) {
    let _ = writeln!(
        out,
        "#table(columns: (1fr, 2fr), table.header([Label], [Value]),"
    );
    for fact in &facts.rows {
        let _ = writeln!(out, "[{}], [{}],", plain(&fact.label), plain(&fact.value));
    }
    out.push_str(")\n\n");
}

fn table(out: &mut String, table: &Table) {
    let head: Vec<String> = table
        .head()
        .iter()
        .map(|h| format!("[{}]", plain(h)))
        .collect();
    let _ = writeln!(
        out,
        "#table(columns: {}, table.header({}),",
        head.len(),
        head.join(", ")
    );
    for row in table.rows() {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| format!("[{}]", plain(&cell.text)))
            .collect();
        let _ = writeln!(out, "{},", cells.join(", "));
    }
    out.push_str(")\n\n");
}

fn list(out: &mut String, list: &List) {
    let mark = match list.marks {
        Marks::Numbers => "+",
        Marks::Bullets | Marks::Boxes => "-",
    };
    for item in list.written() {
        let _ = writeln!(out, "{mark} {}", plain(item));
    }
    out.push('\n');
}

fn prose(out: &mut String, text: &str) {
    for paragraph in paragraphs(text) {
        let _ = write!(out, "{}\n\n", plain(paragraph));
    }
}

/// Text that is no markup.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A string of typst's own language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
