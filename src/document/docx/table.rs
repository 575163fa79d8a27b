//! Tables: facts, ruled tables and everything that is shown as one.

use super::body::{Body, Piece, filled};
use super::{styles, twips};
use crate::document::text::{normalise, one_line};
use crate::document::tree::{
    Cell, Chart, Fact, Facts, Signature, Table as Tabular, Tone, paragraphs,
};
use crate::document::typeset::style::{self as house, MEASURE};
use crate::document::typeset::{LABELS, columns};
use docx_rs::{
    BorderType, HeightRule, Paragraph, Shading, Table, TableBorder, TableBorderPosition,
    TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow, WidthType,
};

/// A row with less text than this is kept on one page.
const SHORT_ROW: usize = 600;
/// The space around the text of a cell, in twips.
const PADDING: [usize; 2] = [120, 90];

/// What is said of a table to a reader who does not see it.
pub(super) struct Label {
    /// The caption, on one line.
    pub caption: String,
    /// What the table's picture would show, if it stands for one.
    pub description: String,
    /// Whether the first row is a head, to be repeated and read with the cells below.
    pub headed: bool,
}

impl Body {
    pub(super) fn table(&mut self, table: &Tabular, caption: &str) {
        self.described_table(table, caption, "");
    }

    fn described_table(&mut self, table: &Tabular, caption: &str, description: &str) {
        self.prose(caption, styles::CAPTION);
        let widths = widths(table.widths());
        let head = table.head().iter().map(|text| {
            let cell = cell(text, styles::COLUMN_HEAD);
            cell.shading(styles::fill(house::HEAD_FILL))
        });
        let head = row(head.collect(), &widths).cant_split();
        let rows = table.rows().iter().map(|row_of| {
            let row = row(row_of.iter().map(body_cell).collect(), &widths);
            let text: usize = row_of.iter().map(|cell| cell.text.len()).sum();
            if text < SHORT_ROW {
                row.cant_split()
            } else {
                row
            }
        });
        let rows = [head].into_iter().chain(rows).collect();
        let label = Label {
            caption: one_line(table.caption()),
            description: one_line(description),
            headed: true,
        };
        self.push_table(rows, widths, label);
    }

    pub(super) fn chart(&mut self, chart: &Chart) {
        self.prose(chart.title(), styles::CAPTION);
        self.prose(chart.alternative(), styles::BODY);
        self.described_table(&chart.to_table(), "", chart.alternative());
    }

    pub(super) fn facts(&mut self, facts: &Facts) {
        self.labelled_rows(&facts.caption, &facts.rows, 0.0);
    }

    /// Who signed and when; a blank leaves room to write.
    pub(super) fn signed_facts(&mut self, signature: &Signature) {
        let facts = signature
            .particulars()
            .map(|(label, value)| Fact::new(label, value));
        self.labelled_rows(&signature.role, &facts, 2.0 * house::CELL.leading);
    }

    /// Facts; a row without a value is at least `blank` points high.
    fn labelled_rows(&mut self, caption: &str, facts: &[Fact], blank: f32) {
        self.prose(caption, styles::CAPTION);
        if facts.is_empty() {
            return;
        }
        let widths = widths(&[LABELS, 1.0 - LABELS]);
        let rows = facts.iter().map(|fact| {
            let label = cell(&fact.label, styles::HEAD_CELL);
            let row = row(vec![label, cell(&fact.value, styles::CELL)], &widths);
            if fact.value.trim().is_empty() && blank > 0.0 {
                row.row_height(blank * 20.0)
                    .height_rule(HeightRule::AtLeast)
            } else {
                row
            }
        });
        let rows = rows.collect();
        let label = Label {
            caption: one_line(caption),
            description: String::new(),
            headed: false,
        };
        self.push_table(rows, widths, label);
    }

    fn push_table(&mut self, rows: Vec<TableRow>, widths: Vec<usize>, label: Label) {
        if let Some(Piece::Table(_)) = self.pieces.last() {
            self.push(Paragraph::new().style(styles::GAP));
        }
        let [sides, ends] = PADDING;
        let margins = TableCellMargins::new()
            .margin_top(ends, WidthType::Dxa)
            .margin_bottom(ends, WidthType::Dxa)
            .margin_left(sides, WidthType::Dxa)
            .margin_right(sides, WidthType::Dxa);
        let rule = |position| {
            TableBorder::new(position)
                .border_type(BorderType::Single)
                .size(4)
                .color(styles::hex(house::RULE))
        };
        let borders = TableBorders::with_empty()
            .set(rule(TableBorderPosition::InsideH))
            .set(rule(TableBorderPosition::Bottom));
        let table = Table::without_borders(rows)
            .width(widths.iter().sum(), WidthType::Dxa)
            .set_grid(widths)
            .layout(TableLayoutType::Fixed)
            .margins(margins)
            .set_borders(borders);
        self.pieces.push(Piece::Table(Box::new(table)));
        self.labels.push(label);
    }
}

/// The width of each column in twips; the same columns as on the pages.
fn widths(shares: &[f32]) -> Vec<usize> {
    let columns = columns(shares, [0.0, MEASURE]).into_iter();
    columns
        .map(|[_, width]| twips(width).unsigned_abs() as usize)
        .collect()
}

fn row(cells: Vec<TableCell>, widths: &[usize]) -> TableRow {
    let cells = cells.into_iter().zip(widths);
    TableRow::new(
        cells
            .map(|(cell, &width)| cell.width(width, WidthType::Dxa))
            .collect(),
    )
}

fn body_cell(body: &Cell) -> TableCell {
    // Colour never speaks alone: a cell without words has no tone.
    let tone = if body.text.trim().is_empty() {
        Tone::Plain
    } else {
        body.tone
    };
    let set = cell(&body.text, styles::cell(tone));
    let fill: Option<Shading> = house::tone(tone).map(|(fill, _)| styles::fill(fill));
    match fill {
        Some(fill) => set.shading(fill),
        None => set,
    }
}

/// A cell with the paragraphs of `text`; Word wants one paragraph at least.
fn cell(text: &str, style: &str) -> TableCell {
    let text = normalise(text);
    let mut cell = TableCell::new();
    for paragraph in paragraphs(&text) {
        cell = cell.add_paragraph(filled(paragraph, style));
    }
    if cell.children.is_empty() {
        cell = cell.add_paragraph(Paragraph::new().style(style));
    }
    cell
}
