//! What can go wrong when a paper is made. It holds no text of the paper, so it may be logged.

use std::fmt;

/// Why a paper could not be made. Nothing is ever half made: either whole bytes or this.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaperError {
    /// An embedded typeface could not be read or cut down: the program was built wrongly.
    Font {
        /// The PostScript name of the face.
        face: &'static str,
        /// What the font reader said.
        reason: String,
    },
    /// The paper's language is not a BCP 47 tag.
    Language,
    /// The paper would run to more pages than [`crate::document::typeset::MOST_PAGES`].
    TooLong,
    /// The file to be attached has no name that a file can have, or no media type.
    Attachment,
    /// The parts of a Word document could not be written or packed.
    Docx(String),
    /// The PDF library refused an object that was given to it.
    Pdf(String),
}

impl fmt::Display for PaperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Font { face, reason } => {
                write!(f, "the typeface {face} cannot be used: {reason}")
            }
            Self::Language => f.write_str("the paper's language is not a language tag"),
            Self::TooLong => f.write_str("the paper has too many pages to be set"),
            Self::Attachment => f.write_str("the attachment has no usable name or media type"),
            Self::Docx(reason) => write!(f, "the Word document could not be written: {reason}"),
            Self::Pdf(reason) => write!(f, "the PDF could not be written: {reason}"),
        }
    }
}

impl std::error::Error for PaperError {}
