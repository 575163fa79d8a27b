//! Sets formal papers: one document tree becomes tagged PDF, HTML, DOCX and plain text with the
//! same content. It never knows what a paper is about, reads no clock, draws no random number and does
//! no input or output: the same tree gives the same bytes on any machine.
//!
//! ```text
//! tree ──► typeset (positions and tags, one pass) ──► pdf
//!   ├────► html
//!   ├────► docx
//!   └────► plain
//! ```
//! `text` is shared: what may be typed, how it is shaped, how it is broken into lines.

pub mod docx;
mod error;
pub mod html;
pub mod pdf;
pub mod plain;
pub mod text;
pub mod tree;
pub mod typeset;
mod xml;

pub use docx::docx;
pub use error::PaperError;
pub use pdf::{Attachment, PdfOptions, pdf, pdf_with};
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

/// Refuses a document whose language is not a BCP 47 tag.
fn check_language(document: &Document) -> Result<(), PaperError> {
    if is_language_tag(&document.language) {
        Ok(())
    } else {
        Err(PaperError::Language)
    }
}

/// Whether `tag` has the form of a BCP 47 tag: letters first, then parts of one to eight letters or
/// digits.
fn is_language_tag(tag: &str) -> bool {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = tag.split('-').next().unwrap_or_default();
    tag.split('-').all(part)
        && (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_told_from_other_text() {
        assert!(
            ["en-GB", "cy", "zh-Hans-CN", "pa-Guru"]
                .into_iter()
                .all(is_language_tag)
        );
        assert!(
            !["", "e", "en_GB", "en-", "en GB", "english", "en-<b>"]
                .into_iter()
                .any(is_language_tag)
        );
    }
}
