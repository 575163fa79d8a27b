//! Sets formal papers: one document tree becomes tagged PDF, HTML and plain text with the same
//! content. It never knows what a paper is about, reads no clock, draws no random number and does
//! no input or output: the same tree gives the same bytes on any machine.
//!
//! ```text
//! tree ──► typeset (positions and tags, one pass) ──► pdf
//!   ├────► html
//!   └────► plain
//! ```
//! `text` is shared: what may be typed, how it is shaped, how it is broken into lines.

mod error;
pub mod html;
pub mod pdf;
pub mod plain;
pub mod text;
pub mod tree;
pub mod typeset;

pub use error::PaperError;
pub use pdf::pdf;
pub use tree::{Block, Document, TreeError};

/// Heads a paper whose own title is blank: a reader must be able to name it.
const UNTITLED: &str = "Untitled";

/// The deepest level of headings that PDF and HTML know.
const DEEPEST_HEADING: u8 = 6;

/// The identifier of `document` on one line, if it has one.
fn identifier(document: &Document) -> Option<String> {
    let identifier = text::one_line(document.identifier.as_deref()?);
    (!identifier.is_empty()).then_some(identifier)
}

/// The title of `document` on one line, normalised and never blank.
fn title(document: &Document) -> String {
    let title = text::one_line(&document.title);
    if title.is_empty() {
        UNTITLED.to_owned()
    } else {
        title
    }
}
