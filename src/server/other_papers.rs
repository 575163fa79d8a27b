//! From a paper that is no progress report to its document tree and its bytes.

use super::clock::moment_in_words;
use super::papers::report::{entry, facts};
use super::papers::{Format, Kind, MARKING, Paper};
use crate::document::html::styled;
use crate::document::tree::{Block, Document, Notice, QuestionAnswer, Section};
use crate::document::{PaperError, pdf as set_pdf};
use crate::domain::calendar::day_in_words;
use crate::domain::paper::{FrozenPaper, PaperKind, SHEET, kind};
use crate::domain::report::frozen::{FrozenEntry, FrozenSection, hex};
use anyhow::Result;
use sha2::{Digest, Sha256};

/// Sets a paper as PDF and HTML, away from the threads that answer pages.
///
/// # Errors
/// When the PDF cannot be set; then there is no paper at all.
pub async fn make(content: FrozenPaper, digest: String) -> Result<[(Format, Paper); 2]> {
    let made = tokio::task::spawn_blocking(move || {
        let document = document(&content, &digest);
        let pdf = set_pdf::pdf(&document)?;
        let html = styled(&document).into_bytes();
        Ok::<_, PaperError>([(Format::Pdf, pdf), (Format::Html, html)])
    });
    Ok(made.await??.map(|(format, bytes)| {
        let paper = Paper {
            kind: Kind::Full,
            format,
            digest: hex(&Sha256::digest(&bytes)),
            bytes,
        };
        (format, paper)
    }))
}

/// The paper as a document tree.
#[must_use]
pub fn document(content: &FrozenPaper, digest: &str) -> Document {
    let kind = kind(&content.form.id);
    let reference = format!("MHCS reference {}", content.patient.mhcs_reference);
    let mut document = Document::new(content.form.title.clone(), reference, content.made_at);
    let marked = kind.is_none_or(|k| k.marked);
    document.marking = marked.then(|| MARKING.to_owned());
    document.identifier = Some(format!("sha256:{digest}"));
    document
        .blocks
        .push(Block::Paragraph(content.form.status.clone()));
    document.blocks.extend(kind.and_then(notice));
    if content.form.id == SHEET {
        document.blocks.extend(sheet(content));
        return document;
    }
    document.blocks.push(Block::Facts(facts(
        "Patient and paper",
        [
            ("Patient", content.patient.name.clone()),
            ("Date of birth", day_in_words(content.patient.date_of_birth)),
            ("MHCS reference", content.patient.mhcs_reference.clone()),
            ("Organisation", content.organisation.clone()),
            (
                "Made by",
                format!("{}, {}", content.made_by, content.job_title),
            ),
            ("Made", moment_in_words(content.made_at)),
        ],
    )));
    let sections = content.parts.iter().flat_map(|p| &p.sections);
    document.blocks.extend(sections.map(|s| {
        Block::Section(Section::new(
            s.title.clone(),
            s.entries.iter().map(entry).collect(),
        ))
    }));
    document.blocks.push(Block::Section(Section::new(
        "About this paper",
        vec![Block::Facts(facts(
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
                ("Paper", content.paper.clone()),
                ("SHA-256 of the content", digest.to_owned()),
            ],
        ))],
    )));
    document
}

fn notice(kind: &PaperKind) -> Option<Block> {
    let (title, text) = kind.notice?;
    Some(Block::Notice(Notice {
        title: title.to_owned(),
        text: text.to_owned(),
    }))
}

/// The patient's sheet: one condition after another, the exact words and the plain ones side by side,
/// nothing that was left blank, and no words of an office.
fn sheet(content: &FrozenPaper) -> Vec<Block> {
    let mut blocks = vec![
        Block::Paragraph(format!("For {}", content.patient.name)),
        Block::Paragraph(format!(
            "Given by {}, {}. Made on {}.",
            content.made_by,
            content.job_title,
            moment_in_words(content.made_at)
        )),
    ];
    let sections = content.parts.iter().flat_map(|p| &p.sections);
    blocks.extend(sections.filter_map(sheet_section));
    blocks
}

fn sheet_section(section: &FrozenSection) -> Option<Block> {
    let blocks: Vec<Block> = section.entries.iter().filter_map(sheet_entry).collect();
    (!blocks.is_empty()).then(|| Block::Section(Section::new(section.title.clone(), blocks)))
}

fn sheet_entry(entry: &FrozenEntry) -> Option<Block> {
    let said = |n: usize| entry.statements.get(n)?.answer.clone();
    let Some(row) = &entry.row else {
        let text = said(0)?;
        return Some(Block::QuestionAnswer(QuestionAnswer::new(
            entry.question.clone(),
            vec![text],
        )));
    };
    let (number, wording) = row.split_once(". ").unwrap_or(("", row));
    let mut texts = vec![("The exact words", wording.to_owned())];
    texts.extend(said(0).map(|plain| ("In plain words", plain)));
    texts.extend(said(1).map(|help| ("If this is hard", help)));
    let rows: Vec<(String, String)> = texts
        .into_iter()
        .map(|(label, text)| (label.to_owned(), text))
        .collect();
    Some(Block::Section(Section::new(
        format!("Condition {number}"),
        vec![Block::Facts(crate::document::tree::Facts {
            caption: format!("Condition {number}"),
            rows: rows
                .into_iter()
                .map(|(label, text)| crate::document::tree::Fact::new(label, text))
                .collect(),
        })],
    )))
}
