//! Papers of the product: what is made into a document tree, and how it is set and kept. Patients stop
//! here: below, `document` knows only headings and text.
//!
//! [`report`] and [`blank`] make trees, [`Press`] sets a tree in every format, `store::papers` keeps
//! the bytes, [`source`] reads the data that papers are set from, [`verify`] tells papers again.

pub mod blank;
mod press;
pub mod report;
pub mod source;
pub mod verify;

pub use press::{PaperFailure, Press, set_now};

/// Stands at the head and foot of every page, as on sibling forms.
pub const MARKING: &str = "OFFICIAL - SENSITIVE (when complete)";

/// Names a paper's content to machines: the digest of the content, then the record that it is of.
#[must_use]
pub fn identifier(digest: &str, record: &str) -> String {
    format!("sha256:{digest};record={record}")
}

/// For whom a paper is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For those whom the law or the work entitles to the whole of it.
    Full,
    /// For the patient: without what was marked to be left out.
    Patients,
}

impl Kind {
    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Patients => "patients",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Full, Self::Patients]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// What a paper is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PDF, tagged and archived.
    Pdf,
    /// HTML, one page.
    Html,
    /// A Word document.
    Docx,
    /// Data, for papers that have a machine-readable twin of their own.
    Json,
}

impl Format {
    /// The formats that a document tree is set in.
    pub const SET: [Self; 3] = [Self::Pdf, Self::Html, Self::Docx];

    /// As stored, and as the end of a file's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Json => "json",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Pdf, Self::Html, Self::Docx, Self::Json]
            .into_iter()
            .find(|format| format.name() == name)
    }

    /// The media type it is served as.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Json => "application/json",
        }
    }
}

/// A paper's bytes.
#[derive(Debug, Clone)]
pub struct Paper {
    /// For whom.
    pub kind: Kind,
    /// In what.
    pub format: Format,
    /// The bytes as made.
    pub bytes: Vec<u8>,
    /// Their SHA-256, in hexadecimal.
    pub digest: String,
}
