//! The document tree: what a paper says, and never how it looks.
//!
//! Wrong papers cannot be said. A heading's level is its depth, so levels never skip; a table has
//! header cells and square rows; a chart has alternative text and drawable numbers; a colour
//! stands only beside words. Every text may hold anything that a person can type.

mod chart;
mod prose;
mod table;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

pub use chart::{Bar, Chart};
pub use prose::{
    Answer, List, Marks, Note, Notice, QuestionAnswer, Section, Signature, paragraphs,
};
pub use table::{Cell, Check, Checklist, Fact, Facts, MOST_COLUMNS, Table, Tone};

/// A formal paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Heads the first page and names the file to a reader.
    pub title: String,
    /// The language of the whole paper, as a BCP 47 tag.
    #[serde(default = "british_english")]
    pub language: String,
    /// The protective marking at the head and foot of every page.
    #[serde(default)]
    pub marking: Option<String>,
    /// Identifies the paper at the foot of every page.
    pub reference: String,
    /// Names the content to machines, such as "sha256:" and 64 hexadecimal digits. Every format
    /// carries it where programs find it and readers do not see it.
    #[serde(default)]
    pub identifier: Option<String>,
    /// A short line at the head and foot of every page that tells copies apart.
    #[serde(default)]
    pub notice: Option<String>,
    /// Whether it is set larger throughout, for readers whom ordinary print tires or shuts out.
    #[serde(default)]
    pub large_print: bool,
    /// The paper's own date, written into its metadata; the clock is never read.
    pub date: DateTime<Utc>,
    /// The content, in reading order.
    pub blocks: Vec<Block>,
}

impl Document {
    /// An empty paper in British English without marking, identifier or notice, in ordinary print.
    pub fn new(
        title: impl Into<String>,
        reference: impl Into<String>,
        date: DateTime<Utc>,
    ) -> Self {
        Self {
            title: title.into(),
            language: british_english(),
            marking: None,
            reference: reference.into(),
            identifier: None,
            notice: None,
            large_print: false,
            date,
            blocks: Vec::new(),
        }
    }
}

fn british_english() -> String {
    "en-GB".to_owned()
}

/// One piece of a paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A heading with what stands under it.
    Section(Section),
    /// Running text. A blank line separates paragraphs; single line ends are kept.
    Paragraph(String),
    /// A question as asked and the answer as given.
    QuestionAnswer(QuestionAnswer),
    /// Labels and their values.
    Facts(Facts),
    /// Rows and columns with header cells.
    Table(Table),
    /// Items under each other.
    List(List),
    /// Statements that were rated.
    Checklist(Checklist),
    /// A bar chart and the table behind it.
    Chart(Chart),
    /// Who signed, in what role, when, and what they attest.
    Signature(Signature),
    /// A boxed announcement.
    Notice(Notice),
}

/// Why a part of a document tree was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TreeError {
    /// A table has no columns, or a column has no heading.
    NoHeading,
    /// A table has more than [`MOST_COLUMNS`] columns: they would be too narrow to read.
    TooManyColumns,
    /// A row has more or fewer cells than the table has columns; rows count from nought.
    RaggedRow(usize),
    /// Column widths are not one positive, finite number for each column.
    BadWidths,
    /// A chart has no alternative text.
    NoAlternative,
    /// A bar's value is negative or not a number; bars count from nought.
    Undrawable(usize),
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeading => f.write_str("every column of a table needs a heading"),
            Self::TooManyColumns => write!(f, "a table may have at most {MOST_COLUMNS} columns"),
            Self::RaggedRow(row) => {
                write!(f, "row {} does not have one cell for each column", row + 1)
            }
            Self::BadWidths => f.write_str("each column needs one width, a positive number"),
            Self::NoAlternative => f.write_str("a chart needs a text that says what it shows"),
            Self::Undrawable(bar) => write!(
                f,
                "bar {} of the chart is not a number that can be drawn",
                bar + 1
            ),
        }
    }
}

impl std::error::Error for TreeError {}
