//! Tables: facts, ruled tables and everything that is shown as one. Heads repeat on every page;
//! low rows stay whole, high ones are cut between lines.

use super::compose::{Compositor, KEPT_WHOLE, Place};
use super::galley::{Head, Slug, fill_item, text_item};
use super::scene::{Artifact, Item, Mark, Role, Scope, TagId};
use super::style::{self, Colour, Style};
use crate::document::text::{self, Line, normalise};
use crate::document::tree::{Cell, Fact, Facts, Signature, Table, Tone, paragraphs};

/// The space around the text of a cell.
const PADDING: [f32; 2] = [6.0, 4.5];
/// The narrowest column.
const NARROWEST: f32 = 39.0;
/// The thickness of a rule below a row.
const THIN: f32 = 0.5;
/// The share of the measure that the labels of facts take.
pub(in crate::document) const LABELS: f32 = 0.34;

/// A cell ready to be set.
struct SetCell {
    role: Role,
    lines: Vec<Line>,
    style: Style,
    /// The left edge and the width, padding included.
    column: [f32; 2],
    fill: Option<Colour>,
    /// Where the text leads, if all of it is an address.
    target: Option<String>,
}

impl Compositor<'_> {
    pub(super) fn table(&mut self, table: &Table, place: Place) {
        self.captioned_table(table, table.caption(), place);
    }

    /// `table` under another caption than its own.
    pub(super) fn captioned_table(&mut self, table: &Table, caption: &str, place: Place) {
        let tag = self.galley.tag(place.parent, Role::Table);
        self.caption(caption, place.within(tag));
        let columns = columns(table.widths(), place.column);
        if table.rows().is_empty() {
            // A head is the head of something: alone, it is the only row.
            self.table_head(table.head(), &columns, tag);
            return;
        }
        let head = self.galley.tag(tag, Role::THead);
        let head = self.table_head(table.head(), &columns, head);
        self.galley.keep_with_next();
        let body = self.galley.tag(tag, Role::TBody);
        for row in table.rows() {
            let cells = row.iter().zip(&columns).enumerate();
            let cells = cells
                .map(|(index, (cell, &column))| self.body_cell(cell, index == 0, column))
                .collect();
            self.row(cells, body, head);
        }
    }

    pub(super) fn facts(&mut self, facts: &Facts, place: Place) {
        let rows = facts.rows.iter().map(|fact| (fact, 1));
        self.labelled_rows(&facts.caption, rows.collect(), place);
    }

    /// Who signed and when; a blank leaves room to write.
    pub(super) fn signed_facts(&mut self, signature: &Signature, place: Place) {
        let facts = signature
            .particulars()
            .map(|(label, value)| Fact::new(label, value));
        let rows = facts.iter().map(|fact| (fact, 2)).collect();
        self.labelled_rows(&signature.role, rows, place);
    }

    /// Facts, each with the number of lines that it takes at least when it has no value.
    fn labelled_rows(&mut self, caption: &str, rows: Vec<(&Fact, usize)>, place: Place) {
        if rows.is_empty() {
            return self.prose(caption, style::CAPTION, place);
        }
        let from = self.galley.slugs.len();
        let tag = self.galley.tag(place.parent, Role::Table);
        self.caption(caption, place.within(tag));
        let body = self.galley.tag(tag, Role::TBody);
        let columns = columns(&[LABELS, 1.0 - LABELS], place.column);
        for (fact, lines) in rows {
            let label = self.cell(
                &fact.label,
                Role::TH(Scope::Row),
                style::HEAD_CELL,
                columns[0],
            );
            let mut value = self.cell(&fact.value, Role::TD, style::CELL, columns[1]);
            if value.lines.is_empty() {
                value.lines.resize_with(lines, Line::default);
            }
            self.row(vec![label, value], body, None);
        }
        self.keep_if_low(from);
    }

    fn caption(&mut self, caption: &str, place: Place) {
        let caption = normalise(caption);
        if caption.trim().is_empty() {
            return;
        }
        let from = self.galley.slugs.len();
        let tag = self.galley.tag(place.parent, Role::Caption);
        self.text(&caption, style::CAPTION, tag, place.column);
        self.galley.slugs.push(Slug {
            height: 3.0,
            ..Slug::default()
        });
        self.galley.keep_together(from);
        self.galley.keep_with_next();
    }

    /// Sets the head as a row of `parent`. The answer names it for repeating, unless it is too
    /// high for that.
    fn table_head(
        &mut self,
        head: &[String],
        columns: &[[f32; 2]],
        parent: TagId,
    ) -> Option<usize> {
        let from = self.galley.slugs.len();
        let cells = head.iter().zip(columns).map(|(text, &column)| {
            let role = Role::TH(Scope::Column);
            SetCell {
                fill: Some(style::HEAD_FILL),
                ..self.cell(text, role, style::HEAD_CELL, column)
            }
        });
        let cells = cells.collect();
        self.row(cells, parent, None);
        let slugs = &self.galley.slugs[from..];
        let height: f32 = slugs.iter().map(|slug| slug.height).sum();
        if height > KEPT_WHOLE {
            return None;
        }
        let items = repeated(slugs);
        self.galley.heads.push(Head { height, items });
        Some(self.galley.heads.len() - 1)
    }

    fn body_cell(&mut self, cell: &Cell, names_row: bool, column: [f32; 2]) -> SetCell {
        let role = if names_row {
            Role::TH(Scope::Row)
        } else {
            Role::TD
        };
        // Colour never speaks alone: a cell without words has no tone.
        let tone = if cell.text.trim().is_empty() {
            Tone::Plain
        } else {
            cell.tone
        };
        match style::tone(tone) {
            None => self.cell(&cell.text, role, style::CELL, column),
            Some((fill, colour)) => {
                let style = Style {
                    colour,
                    ..style::HEAD_CELL
                };
                SetCell {
                    fill: Some(fill),
                    ..self.cell(&cell.text, role, style, column)
                }
            }
        }
    }

    /// Breaks the text of a cell into lines, with a blank line between paragraphs.
    fn cell(&mut self, text: &str, role: Role, style: Style, column: [f32; 2]) -> SetCell {
        let text = normalise(text);
        let style = style.scaled(self.scale);
        let measure = column[1] - 2.0 * PADDING[0];
        let mut lines = Vec::new();
        for paragraph in paragraphs(&text) {
            if !lines.is_empty() {
                lines.push(Line::default());
            }
            lines.extend(
                self.shaper
                    .lines(paragraph, style.weight, style.size, measure),
            );
        }
        // Header cells are read with every cell that they head: there a link would be in the way.
        let target = match role {
            Role::TD => text::target(&text),
            _ => None,
        };
        SetCell {
            role,
            lines,
            style,
            column,
            fill: None,
            target,
        }
    }

    /// A row as slugs, each with one line of every cell.
    fn row(&mut self, cells: Vec<SetCell>, parent: TagId, head: Option<usize>) {
        let from = self.galley.slugs.len();
        let tag = self.galley.tag(parent, Role::TR);
        let count = cells
            .iter()
            .map(|cell| cell.lines.len())
            .max()
            .unwrap_or(0)
            .max(1);
        let leading = style::CELL.scaled(self.scale).leading;
        let mut slugs: Vec<Slug> = (0..count)
            .map(|index| blank_slug(index, count, &cells, head, leading))
            .collect();
        for slug in &mut slugs {
            slug.row = Some(tag.0);
        }
        for SetCell {
            role,
            lines,
            style,
            column: [x, width],
            target,
            ..
        } in cells
        {
            let cell = self.galley.tag(tag, role);
            let mark = Mark::Content(self.galley.link(cell, target));
            let inner = [x + PADDING[0], width - 2.0 * PADDING[0]];
            for (index, line) in lines
                .into_iter()
                .enumerate()
                .filter(|(_, line)| !line.runs.is_empty())
            {
                let top = if index == 0 { PADDING[1] } else { 0.0 };
                slugs[index]
                    .items
                    .push(text_item(mark, line, inner, top, style));
            }
        }
        self.galley.slugs.extend(slugs);
        self.galley.forbid_widows(from);
        self.keep_if_low(from);
    }
}

/// One line's strip of a row, without its text: fills behind it, the rule below the last.
fn blank_slug(
    index: usize,
    count: usize,
    cells: &[SetCell],
    head: Option<usize>,
    leading: f32,
) -> Slug {
    let above = if index == 0 { PADDING[1] } else { 0.0 };
    let below = if index + 1 == count { PADDING[1] } else { 0.0 };
    let height = above + leading + below;
    let filled = cells
        .iter()
        .filter_map(|cell| cell.fill.map(|fill| (cell.column, fill)));
    let mut items: Vec<Item> = filled
        .map(|([x, width], fill)| fill_item([x, 0.0, width, height], fill))
        .collect();
    if index + 1 == count {
        let left = cells.first().map_or(0.0, |cell| cell.column[0]);
        let right = cells
            .last()
            .map_or(0.0, |cell| cell.column[0] + cell.column[1]);
        items.push(fill_item(
            [left, height - THIN, right - left, THIN],
            style::RULE,
        ));
    }
    Slug {
        height,
        items,
        head,
        ..Slug::default()
    }
}

/// The slugs of a head as one picture without tags.
fn repeated(slugs: &[Slug]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut top = 0.0;
    for slug in slugs {
        items.extend(slug.items.iter().cloned().map(|mut item| {
            item.mark = Mark::Artifact(Artifact::Layout);
            item.ink.shift(top);
            item
        }));
        top += slug.height;
    }
    items
}

/// The left edge and the width of each column: in proportion to the shares, but none narrower than
/// [`NARROWEST`].
pub(in crate::document) fn columns(shares: &[f32], [left, measure]: [f32; 2]) -> Vec<[f32; 2]> {
    let floor = NARROWEST.min(measure / shares.len() as f32);
    let total: f32 = shares.iter().sum();
    let spare = measure - floor * shares.len() as f32;
    // What is left above the floors is shared out by how far each column is above its own.
    let wishes: Vec<f32> = shares
        .iter()
        .map(|share| (share / total * measure - floor).max(0.0))
        .collect();
    let wished: f32 = wishes.iter().sum();
    let mut x = left;
    let place = |wish: &f32| {
        let width = floor
            + if wished > 0.0 {
                wish / wished * spare
            } else {
                0.0
            };
        let column = [x, width];
        x += width;
        column
    };
    wishes.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::super::style::MEASURE;
    use super::*;

    #[test]
    fn columns_fill_the_measure_and_none_is_too_narrow() {
        for shares in [
            &[1.0][..],
            &[1.0, 1.0],
            &[1e-3, 1e6],
            &[1.0; 12],
            &[0.42, 0.18, 0.4],
        ] {
            let columns = columns(shares, [10.0, MEASURE]);
            let [x, width] = columns[columns.len() - 1];
            assert!((x + width - 10.0 - MEASURE).abs() < 0.1, "{shares:?}");
            assert!(
                columns.iter().all(|column| column[1] >= NARROWEST - 0.01),
                "{shares:?}"
            );
        }
    }
}
