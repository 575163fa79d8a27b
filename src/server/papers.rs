//! From a frozen report to a document tree, and from there to the papers. Patients stop here: below,
//! `document` knows only headings and text.

use super::clock::moment_in_words;
use super::store::papers::{Format, Paper};
use crate::document::html::fragment;
use crate::document::tree::{
    Answer, Block, Document, Fact, Facts, Note, Notice, QuestionAnswer, Section, Signature,
    paragraphs,
};
use crate::document::{PaperError, pdf as set_pdf};
use crate::domain::calendar::day_in_words;
use crate::domain::report::frozen::{FrozenEntry, FrozenPart, Statement, hex};
use crate::domain::report::{Frozen, FrozenReport};
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::fmt;

/// Stands at the head and foot of every page, as on sibling forms.
pub const MARKING: &str = "OFFICIAL - SENSITIVE (when complete)";

/// Makes the papers of a frozen report, away from the threads that answer pages.
///
/// # Errors
/// When the PDF cannot be set; then there are no papers at all.
pub async fn make(frozen: &FrozenReport) -> Result<Vec<(Format, Paper)>> {
    let (_, content) = FrozenReport::read(frozen.json())?;
    let digest = frozen.digest().to_owned();
    let made = tokio::task::spawn_blocking(move || {
        let pdf = pdf(&content, &digest)?;
        Ok::<_, PaperError>([
            (Format::Pdf, pdf),
            (Format::Html, html(&content, &digest).into_bytes()),
        ])
    });
    let made = made.await??;
    let paper = |bytes: Vec<u8>| Paper {
        digest: hex(&Sha256::digest(&bytes)),
        bytes,
    };
    Ok(made
        .into_iter()
        .map(|(format, bytes)| (format, paper(bytes)))
        .collect())
}

/// The report as a PDF.
///
/// # Errors
/// [`PaperError`].
pub fn pdf(content: &Frozen, digest: &str) -> Result<Vec<u8>, PaperError> {
    set_pdf::pdf(&document(content, digest))
}

/// The report as a page of its own.
#[must_use]
pub fn html(content: &Frozen, digest: &str) -> String {
    page_of("Progress report", &fragment(&document(content, digest)))
}

/// A paper's content as a page of its own.
pub(super) fn page_of(title: &str, article: &str) -> String {
    let title = crate::components::furniture::boxed(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/pkg/conditional-discharge.css\">\n\
         </head>\n<body>\n<div class=\"nhsuk-width-container\">\n<main class=\"nhsuk-main-wrapper\" id=\"main\">\n{article}</main>\n</div>\n</body>\n</html>\n"
    )
}

/// The report as a document tree.
#[must_use]
pub fn document(content: &Frozen, digest: &str) -> Document {
    let reference = format!("MHCS reference {}", content.patient.mhcs_reference);
    let mut document = Document::new(content.form.title.clone(), reference, content.frozen_at);
    document.marking = Some(MARKING.to_owned());
    document.identifier = Some(format!("sha256:{digest}"));
    document
        .blocks
        .extend(content.marks.iter().map(|mark| notice(mark)));
    document
        .blocks
        .push(Block::Paragraph(content.form.status.clone()));
    document.blocks.push(Block::Facts(heading(content)));
    document.blocks.extend(content.parts.iter().map(part));
    let signatures: Vec<Block> = content.signatures.iter().map(signature).collect();
    document
        .blocks
        .push(Block::Section(Section::new("Signatures", signatures)));
    document.blocks.push(Block::Section(Section::new(
        "About this paper",
        vec![Block::Facts(about(content, digest))],
    )));
    document
}

/// A mark: its first sentence stands out, the rest follows.
fn notice(mark: &str) -> Block {
    let (title, text) = mark.split_once(": ").unwrap_or((mark, ""));
    Block::Notice(Notice {
        title: title.to_owned(),
        text: text.to_owned(),
    })
}

fn heading(content: &Frozen) -> Facts {
    let period = format!(
        "{} to {}",
        day_in_words(content.period_from),
        day_in_words(content.facts_as_at)
    );
    facts(
        "Patient and report",
        [
            ("Patient", content.patient.name.clone()),
            ("Date of birth", day_in_words(content.patient.date_of_birth)),
            ("MHCS reference", content.patient.mhcs_reference.clone()),
            ("Organisation", content.organisation.clone()),
            ("Reporting period", period),
            ("Due date", day_in_words(content.due)),
        ],
    )
}

fn about(content: &Frozen, digest: &str) -> Facts {
    facts(
        "About this paper",
        [
            (
                "Form",
                format!(
                    "{}, version of {}",
                    content.form.title,
                    day_in_words(content.form.version)
                ),
            ),
            ("Report", content.report.clone()),
            ("Frozen", moment_in_words(content.frozen_at)),
            ("SHA-256 of the frozen report", digest.to_owned()),
        ],
    )
}

pub(super) fn facts<const N: usize>(caption: &str, rows: [(&str, String); N]) -> Facts {
    Facts {
        caption: caption.to_owned(),
        rows: rows
            .into_iter()
            .map(|(label, value)| Fact::new(label, value))
            .collect(),
    }
}

fn part(part: &FrozenPart) -> Block {
    let sections = part
        .sections
        .iter()
        .map(|s| {
            Block::Section(Section::new(
                s.title.clone(),
                s.entries.iter().map(entry).collect(),
            ))
        })
        .collect();
    Block::Section(Section::new(part.title.clone(), sections))
}

/// Says so when there is no answer: a gap would read as "nothing to report".
const NOT_ANSWERED: &str = "Not answered";

pub(super) fn entry(entry: &FrozenEntry) -> Block {
    let question = match &entry.row {
        Some(row) if entry.question.ends_with('?') => format!("{} {row}", entry.question),
        Some(row) => format!("{}: {row}", entry.question),
        None => entry.question.clone(),
    };
    let mut set = QuestionAnswer::new(question, vec![]);
    let (mut answer, mut notes) = (Vec::new(), Vec::new());
    for statement in &entry.statements {
        match &statement.label {
            None => answer.extend(said(statement)),
            Some(label) => notes.push(Note {
                label: label.clone(),
                text: said(statement).join("\n\n"),
            }),
        }
        notes.extend(statement.known_by.clone().map(|text| Note {
            label: "How this is known".into(),
            text,
        }));
    }
    set.answer = Answer::Given(answer);
    set.notes = notes;
    Block::QuestionAnswer(set)
}

fn said(statement: &Statement) -> Vec<String> {
    match &statement.answer {
        Some(text) => paragraphs(text).map(str::to_owned).collect(),
        None => vec![NOT_ANSWERED.to_owned()],
    }
}

fn signature(s: &crate::domain::sign_off::Signature) -> Block {
    Block::Signature(Signature {
        role: format!("{} ({})", s.capacity.words(), s.job_title),
        name: s.name.clone(),
        when: moment_in_words(s.at),
        statement: s.statements.join(" "),
    })
}

/// What became of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Byte for byte what was made.
    Ours {
        /// The report's id.
        report: String,
        /// `pdf`, `html` or `json`.
        format: String,
    },
    /// It names a report of ours, but its bytes are not those that were made.
    Altered {
        /// The report's id.
        report: String,
    },
    /// Nothing in it names a report that is known here.
    NotOurs,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours { report, format } => {
                write!(f, "This is the {format} of report {report}, byte for byte.")
            }
            Self::Altered { report } => write!(
                f,
                "This names report {report}, but its bytes are not those stored: it was altered, or made by another release."
            ),
            Self::NotOurs => f.write_str("This is no paper or frozen report that is known here."),
        }
    }
}

/// Compares bytes with what a frozen report gives.
///
/// # Errors
/// When the papers cannot be set.
pub fn compare(bytes: &[u8], frozen: &FrozenReport, content: &Frozen) -> Result<Verdict> {
    let ours = |format: &str| Verdict::Ours {
        report: content.report.clone(),
        format: format.to_owned(),
    };
    if bytes == frozen.json().as_bytes() {
        return Ok(ours("json"));
    }
    if bytes == html(content, frozen.digest()).as_bytes() {
        return Ok(ours("html"));
    }
    if bytes == pdf(content, frozen.digest())? {
        return Ok(ours("pdf"));
    }
    if names_a_report(bytes).as_deref() == Some(frozen.digest()) {
        return Ok(Verdict::Altered {
            report: content.report.clone(),
        });
    }
    Ok(Verdict::NotOurs)
}

/// The digest of the frozen report that a paper says it was made from, if it says so: in a PDF's
/// metadata as `sha256:…`, in HTML beside its label.
#[must_use]
pub fn names_a_report(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let digest_at = |from: usize| {
        let digest: String = text
            .get(from..)?
            .chars()
            .take_while(char::is_ascii_hexdigit)
            .collect();
        (digest.len() == 64).then_some(digest)
    };
    if let Some(found) = text
        .match_indices("sha256:")
        .find_map(|(at, mark)| digest_at(at + mark.len()))
    {
        return Some(found);
    }
    let label = text.find("SHA-256 of the frozen report")?;
    let after = &text[label..];
    let start = after.char_indices().map(|(i, _)| label + i);
    start.take(400).find_map(digest_at)
}
