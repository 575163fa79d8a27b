//! From a paper that is no progress report to its document tree.

mod sheet;

use super::clock::moment_in_words;
use super::papers::report::{entry, facts};
use super::papers::{MARKING, identifier};
use crate::document::tree::{Block, Document, Notice, Section};
use crate::domain::calendar::day_in_words;
use crate::domain::paper::{FrozenPaper, PaperKind, SHEET, kind};

/// The paper as a document tree.
#[must_use]
pub fn document(content: &FrozenPaper, digest: &str) -> Document {
    let kind = kind(&content.form.id);
    let reference = format!("MHCS reference {}", content.patient.mhcs_reference);
    let mut document = Document::new(content.form.title.clone(), reference, content.made_at);
    let marked = kind.is_none_or(|k| k.marked);
    document.large_print = kind.is_some_and(|k| k.large_print);
    document.marking = marked.then(|| MARKING.to_owned());
    document.identifier = Some(identifier(digest, &content.paper));
    document
        .blocks
        .push(Block::Paragraph(content.form.status.clone()));
    document.blocks.extend(kind.and_then(notice));
    if content.form.id == SHEET {
        document.blocks.extend(sheet::blocks(content));
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
            "",
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
