//! From a self-assessment to document trees: the whole of it, the board's summary, the action plan,
//! the blank checklist; and the ratings and actions as CSV.

mod blank;
mod board;
mod csv;
mod domains;
mod plan;
mod whole;

use super::clock::in_britain;
use super::papers::identifier;
use crate::document::tree::{Block, Document, List, Marks, Notice, Section, Tone};
use crate::document::{PaperError, docx, html, pdf};
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::assessment::ScopeKind;
use crate::domain::self_assessment::content::{Content, digest};
use crate::domain::self_assessment::framework::{Framework, Weight};
use crate::domain::self_assessment::rating::Rating;
use chrono::{DateTime, Utc};

/// What stands at the head and foot of every page of an unsigned paper.
const DRAFT: &str = "Draft: not signed";

/// A paper and its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    name: &'static str,
    format: &'static str,
}

const KINDS: [(&str, &[&str]); 4] = [
    ("assessment", &["pdf", "html", "docx"]),
    ("board", &["pdf", "html", "docx"]),
    ("actions", &["pdf", "html", "docx", "csv"]),
    ("ratings", &["csv"]),
];

impl Kind {
    /// Every paper in every format.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS
            .iter()
            .flat_map(|(name, formats)| formats.iter().map(move |format| Self { name, format }))
    }

    /// The paper of that file name.
    #[must_use]
    pub fn named(file: &str) -> Option<Self> {
        Self::all().find(|k| k.file() == file)
    }

    /// Its file name.
    #[must_use]
    pub fn file(self) -> String {
        format!("{}.{}", self.name, self.format)
    }
}

/// Makes a paper, as at a moment.
///
/// # Errors
/// [`PaperError`].
pub fn make(content: &Content, kind: Kind, at: DateTime<Utc>) -> Result<Vec<u8>, PaperError> {
    let (today, _) = in_britain(at);
    match (kind.name, kind.format) {
        ("ratings", _) => Ok(csv::ratings(content).into_bytes()),
        (_, "csv") => Ok(csv::actions(content, today).into_bytes()),
        (name, format) => set(&tree(content, name, at)?, format),
    }
}

/// The tree of the paper of that name, the whole self-assessment for any other name.
///
/// # Errors
/// [`PaperError`] when the board's summary cannot be measured.
pub fn tree(content: &Content, name: &str, at: DateTime<Utc>) -> Result<Document, PaperError> {
    match name {
        "actions" => Ok(plan::plan(content, at)),
        "board" => board::board(content, at),
        _ => Ok(whole::whole(content, at)),
    }
}

/// Every paper of a signed self-assessment with its file's name, as at its last signature.
///
/// # Errors
/// [`PaperError`].
pub fn all(content: &Content) -> Result<Vec<(String, Vec<u8>)>, PaperError> {
    Kind::all()
        .map(|kind| Ok((kind.file(), make(content, kind, content.signed_at())?)))
        .collect()
}

/// The whole of a signed self-assessment as a document tree.
#[must_use]
pub fn document(content: &Content) -> Document {
    whole::whole(content, content.signed_at())
}

/// The blank checklist in a format; nothing when there is no such format. The same standards give the
/// same bytes: its date is their version's.
///
/// # Errors
/// [`PaperError`].
pub fn checklist(framework: &Framework, format: &str) -> Result<Option<Vec<u8>>, PaperError> {
    if !["pdf", "html", "docx"].contains(&format) {
        return Ok(None);
    }
    set(&blank(framework), format).map(Some)
}

/// The blank checklist as a document tree.
#[must_use]
pub fn blank(framework: &Framework) -> Document {
    blank::blank(framework)
}

fn set(document: &Document, format: &str) -> Result<Vec<u8>, PaperError> {
    match format {
        "pdf" => pdf(document),
        "docx" => docx(document),
        _ => Ok(html::styled(document).into_bytes()),
    }
}

fn covers(content: &Content) -> String {
    match content.scope.kind {
        ScopeKind::Organisation => content.organisations.join(" and "),
        _ => format!(
            "{}: {}",
            content.organisations.join(" and "),
            content.scope.name
        ),
    }
}

fn period(content: &Content) -> String {
    format!(
        "{} to {}",
        day_in_words(content.from),
        day_in_words(content.to)
    )
}

/// An empty paper about an assessment, with the label that stands on all of them.
fn paper(title: &str, content: &Content, at: DateTime<Utc>) -> Document {
    let reference = format!("{}, {}", covers(content), period(content));
    let mut document = Document::new(title, reference, at);
    if content.signatures.is_empty() {
        document.notice = Some(DRAFT.into());
    }
    if let Ok(json) = content.json() {
        let digest = digest(json.as_bytes());
        document.identifier = Some(identifier(&digest, &content.assessment));
    }
    document.blocks.push(proposed(&content.framework));
    document
}

fn proposed(framework: &Framework) -> Block {
    Block::Notice(Notice {
        title: "Proposed standards".into(),
        text: framework.status.clone(),
    })
}

fn rating_words(framework: &Framework, rating: Rating) -> String {
    match rating {
        Rating::Rated(n) => framework.scale_words(n),
        Rating::NotApplicable => "Not applicable".into(),
    }
}

/// What a rating says beside its words: Type 1 below 2 falls short.
fn tone(weight: Weight, rating: Option<Rating>) -> Tone {
    match (weight, rating.and_then(Rating::number)) {
        (Weight::Must, Some(0 | 1)) => Tone::Bad,
        (_, Some(0 | 1)) => Tone::Caution,
        (_, Some(3)) => Tone::Good,
        _ => Tone::Plain,
    }
}

fn list(items: Vec<String>, none: &str) -> Block {
    if items.is_empty() {
        return Block::Paragraph(none.to_owned());
    }
    Block::List(List {
        marks: Marks::Bullets,
        items,
    })
}

fn section(heading: impl Into<String>, blocks: Vec<Block>) -> Block {
    Block::Section(Section::new(heading, blocks))
}
