//! From a frozen report to a document tree.

use super::{MARKING, identifier};
use crate::document::Attachment;
use crate::document::tree::{
    Answer, Block, Document, Fact, Facts, List, Marks, Note, Notice, QuestionAnswer, Section,
    Signature, paragraphs,
};
use crate::domain::calendar::day_in_words;
use crate::domain::report::frozen::{FrozenEntry, FrozenPart, Statement};
use crate::domain::report::{Frozen, FrozenReport, Lateness};
use crate::server::clock::moment_in_words;
use chrono::NaiveDate;

/// Stands at the head and foot of every page of the full copy.
pub const FULL_COPY: &str = "Full copy, not for the patient";

/// Stands at the head and foot of every page of every patient's copy, whether or not anything was left
/// out of it.
pub const PATIENTS_COPY: &str = "Patient’s copy. Some information may have been withheld";

/// The patient's copy as a document tree. `copy` is what [`Frozen::patients_copy`] left, and `digest` its
/// own: that of the whole report would let a guess at what was left out be checked.
#[must_use]
pub fn patients(copy: &Frozen, digest: &str) -> Document {
    Document {
        notice: Some(PATIENTS_COPY.to_owned()),
        ..full(copy, digest)
    }
}

/// The full copy as a document tree.
#[must_use]
pub fn full(content: &Frozen, digest: &str) -> Document {
    let reference = format!("MHCS reference {}", content.patient.mhcs_reference);
    let mut document = Document::new(content.form.title.clone(), reference, content.frozen_at);
    document.marking = Some(MARKING.to_owned());
    document.notice = Some(FULL_COPY.to_owned());
    document.identifier = Some(identifier(digest, &content.report));
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

/// The frozen report as a file to be carried inside its PDF.
#[must_use]
pub fn twin(content: &Frozen, frozen: &FrozenReport) -> Attachment {
    Attachment {
        name: format!("report-{}.json", content.report),
        media_type: "application/json".to_owned(),
        bytes: frozen.json().as_bytes().to_vec(),
    }
}

/// A mark: its first sentence stands out, the rest follows.
fn notice(mark: &str) -> Block {
    let (title, text) = mark.split_once(": ").unwrap_or((mark, ""));
    Block::Notice(Notice {
        title: title.to_owned(),
        text: text.to_owned(),
    })
}

/// Where the type of report stands among the facts at the head.
const AFTER_ORGANISATION: usize = 4;

fn heading(content: &Frozen) -> Facts {
    let period = format!(
        "{} to {}",
        day_in_words(content.period_from),
        day_in_words(content.facts_as_at)
    );
    let mut heading = facts(
        "Patient and report",
        [
            ("Patient", content.patient.name.clone()),
            ("Date of birth", day_in_words(content.patient.date_of_birth)),
            ("MHCS reference", content.patient.mhcs_reference.clone()),
            ("Organisation", content.organisation.clone()),
            ("Reporting period", period),
            ("Due date", day_in_words(content.due)),
        ],
    );
    // Reports that were frozen before these were kept must stay what they are, byte for byte.
    if let Some(kind) = content.kind {
        let kind = Fact::new("Type of report", kind.words());
        heading.rows.insert(AFTER_ORGANISATION, kind);
    }
    heading.rows.extend(
        content
            .lateness
            .into_iter()
            .flat_map(|l| lateness(content, l)),
    );
    heading
}

/// When a late report was complete, and when MHCS was told.
fn lateness(content: &Frozen, lateness: Lateness) -> [Fact; 2] {
    let against_due = |day: NaiveDate| {
        let late = if day > content.due {
            ", after the due date"
        } else {
            ""
        };
        format!("{}{late}", day_in_words(day))
    };
    let told = lateness
        .told_on
        .map_or_else(|| "No notice is on record".to_owned(), against_due);
    [
        Fact::new("Completed on", against_due(lateness.completed_on)),
        Fact::new("MHCS told that it would be late", told),
    ]
}

fn about(content: &Frozen, digest: &str) -> Facts {
    facts(
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
            ("Report", content.report.clone()),
            ("Frozen", moment_in_words(content.frozen_at)),
            ("SHA-256 of the content", digest.to_owned()),
        ],
    )
}

pub(in crate::server) fn facts<const N: usize>(caption: &str, rows: [(&str, String); N]) -> Facts {
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
        .map(|s| Block::Section(Section::new(s.title.clone(), entries(&s.entries))))
        .collect();
    Block::Section(Section::new(part.title.clone(), sections))
}

/// A section's answers. Rows with nothing to add, as contacts have, stand in one list and not each under
/// a heading of its own.
fn entries(all: &[FrozenEntry]) -> Vec<Block> {
    let bare = |e: &FrozenEntry| e.row.is_some() && e.statements.is_empty();
    let together =
        |a: &FrozenEntry, b: &FrozenEntry| bare(a) && bare(b) && a.question == b.question;
    let mut blocks = Vec::new();
    for run in all.chunk_by(together) {
        if !bare(&run[0]) {
            blocks.extend(run.iter().map(entry));
            continue;
        }
        let question = QuestionAnswer::new(run[0].question.clone(), vec![]);
        blocks.push(Block::QuestionAnswer(question));
        blocks.push(Block::List(List {
            marks: Marks::Bullets,
            items: run.iter().filter_map(|e| e.row.clone()).collect(),
        }));
    }
    blocks
}

/// Says so when there is no answer: a gap would read as "nothing to report".
const NOT_ANSWERED: &str = "Not answered";

pub(in crate::server) fn entry(entry: &FrozenEntry) -> Block {
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
