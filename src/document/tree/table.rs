//! Tables of every kind: facts, ruled tables, checklists. All are square and have header cells.

use super::TreeError;
use serde::{Deserialize, Serialize};

/// The most columns that A4 can hold legibly.
pub const MOST_COLUMNS: usize = 12;

/// What a cell's colour says beside its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Nothing: no colour.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// Needs attention.
    Caution,
    /// Falls short.
    Bad,
}

/// A cell of a table. Its tone is drawn only when the cell has words, so that colour never speaks
/// alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The words.
    pub text: String,
    /// The colour beside them.
    #[serde(default)]
    pub tone: Tone,
}

impl Cell {
    /// A cell with a tone beside its words.
    pub fn rated(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::rated(text, Tone::Plain)
    }
}

/// Rows under column headings. The first cell of a row names the row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Table {
    caption: String,
    head: Vec<String>,
    widths: Vec<f32>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with equal columns.
    ///
    /// # Errors
    /// When there is no column, one without a heading, or too many of them, or when a row has not
    /// one cell for each.
    pub fn new<H: Into<String>>(
        caption: impl Into<String>,
        head: impl IntoIterator<Item = H>,
        rows: Vec<Vec<Cell>>,
    ) -> Result<Self, TreeError> {
        let head: Vec<String> = head.into_iter().map(Into::into).collect();
        if head.is_empty() || head.iter().any(|heading| heading.trim().is_empty()) {
            return Err(TreeError::NoHeading);
        }
        if head.len() > MOST_COLUMNS {
            return Err(TreeError::TooManyColumns);
        }
        if let Some(row) = rows.iter().position(|row| row.len() != head.len()) {
            return Err(TreeError::RaggedRow(row));
        }
        let widths = vec![1.0; head.len()];
        Ok(Self {
            caption: caption.into(),
            head,
            widths,
            rows,
        })
    }

    /// The same table with columns in proportion to `widths`.
    ///
    /// # Errors
    /// When there is not one positive, finite number for each column.
    pub fn with_widths(mut self, widths: &[f32]) -> Result<Self, TreeError> {
        let drawable = |width: &f32| width.is_finite() && (1e-3..=1e6).contains(width);
        if widths.len() != self.head.len() || !widths.iter().all(drawable) {
            return Err(TreeError::BadWidths);
        }
        widths.clone_into(&mut self.widths);
        Ok(self)
    }

    /// What the table shows; it stands above it.
    #[must_use]
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// The headings of the columns.
    #[must_use]
    pub fn head(&self) -> &[String] {
        &self.head
    }

    /// The columns' shares of the measure, in no particular unit.
    #[must_use]
    pub fn widths(&self) -> &[f32] {
        &self.widths
    }

    /// The rows, each with one cell for each column.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }
}

/// A table as it is stored, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    caption: String,
    head: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    widths: Option<Vec<f32>>,
    rows: Vec<Vec<Cell>>,
}

impl TryFrom<Unchecked> for Table {
    type Error = TreeError;

    fn try_from(stored: Unchecked) -> Result<Self, TreeError> {
        let table = Self::new(stored.caption, stored.head, stored.rows)?;
        match stored.widths {
            Some(widths) => table.with_widths(&widths),
            None => Ok(table),
        }
    }
}

impl From<Table> for Unchecked {
    fn from(table: Table) -> Self {
        Self {
            caption: table.caption,
            head: table.head,
            widths: Some(table.widths),
            rows: table.rows,
        }
    }
}

/// Labels and their values, such as the particulars that open a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// What the facts are about; it stands above them.
    pub caption: String,
    /// The facts, in reading order.
    pub rows: Vec<Fact>,
}

/// One label and its value. The label heads the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The label.
    pub label: String,
    /// The value, in paragraphs.
    pub value: String,
}

impl Fact {
    /// A value under its label.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
        }
    }
}

/// Statements that were rated, in words and colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// What was rated; it stands above the rows.
    pub caption: String,
    /// The rated statements.
    pub rows: Vec<Check>,
}

/// One rated statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The statement.
    pub statement: String,
    /// The rating in words.
    pub rating: String,
    /// The colour beside the words.
    #[serde(default)]
    pub tone: Tone,
    /// The evidence or remark.
    #[serde(default)]
    pub comment: String,
}

impl Checklist {
    /// The checklist as a table: every format shows it as one.
    #[must_use]
    pub fn to_table(&self) -> Table {
        let row = |check: &Check| {
            let rating = Cell::rated(&check.rating, check.tone);
            vec![
                check.statement.as_str().into(),
                rating,
                check.comment.as_str().into(),
            ]
        };
        Table {
            caption: self.caption.clone(),
            head: ["Statement", "Rating", "Comment"]
                .map(str::to_owned)
                .to_vec(),
            widths: vec![42.0, 18.0, 40.0],
            rows: self.rows.iter().map(row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_headings_or_with_ragged_rows_is_refused() {
        let none: [&str; 0] = [];
        assert_eq!(Table::new("", none, vec![]), Err(TreeError::NoHeading));
        assert_eq!(
            Table::new("", ["Date", " "], vec![]),
            Err(TreeError::NoHeading)
        );
        assert_eq!(
            Table::new("", ["x"; 13], vec![]),
            Err(TreeError::TooManyColumns)
        );
        let rows = vec![vec!["1".into()], vec!["1".into(), "2".into()]];
        assert_eq!(Table::new("", ["Date"], rows), Err(TreeError::RaggedRow(1)));
    }

    #[test]
    fn widths_must_be_drawable() {
        let table = Table::new("", ["A", "B"], vec![]).expect("square");
        for bad in [
            &[1.0][..],
            &[1.0, 0.0],
            &[1.0, f32::NAN],
            &[f32::INFINITY, 1.0],
        ] {
            assert_eq!(table.clone().with_widths(bad), Err(TreeError::BadWidths));
        }
    }

    #[test]
    fn a_stored_table_is_checked_when_it_is_read() {
        let ragged = r#"{"caption":"","head":["A"],"rows":[[]]}"#;
        assert!(serde_json::from_str::<Table>(ragged).is_err());
        let table = Table::new(
            "Events",
            ["Date", "What"],
            vec![vec!["1 May".into(), "Moved".into()]],
        );
        let json = serde_json::to_string(&table.clone().expect("square")).expect("written");
        assert_eq!(serde_json::from_str::<Table>(&json).ok(), table.ok());
    }
}
