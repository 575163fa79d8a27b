//! The patient's sheet: one condition after another, plain words beside the exact ones, nothing that was
//! left blank, and no words of an office.

use crate::document::tree::{Block, Fact, Facts, QuestionAnswer, Section, Table};
use crate::domain::paper::FrozenPaper;
use crate::domain::report::frozen::{FrozenEntry, FrozenSection};

/// What the sheet says, below its title. The first section of its form stands in the table at its head;
/// what was left blank there is room to write: the day that counts is the one when it is given.
pub(super) fn blocks(content: &FrozenPaper) -> Vec<Block> {
    let mut sections = content.parts.iter().flat_map(|p| &p.sections);
    let mut rows = vec![
        Fact::new("For", content.patient.name.as_str()),
        Fact::new(
            "From",
            format!("{}, {}", content.made_by, content.job_title),
        ),
    ];
    let first = sections.next().into_iter().flat_map(|s| &s.entries);
    rows.extend(first.map(|e| Fact::new(e.question.as_str(), said(e, 0).unwrap_or_default())));
    let caption = "This sheet".to_owned();
    let head = Block::Facts(Facts { caption, rows });
    [head]
        .into_iter()
        .chain(sections.filter_map(section))
        .collect()
}

fn section(section: &FrozenSection) -> Option<Block> {
    let blocks: Vec<Block> = section.entries.iter().filter_map(entry).collect();
    (!blocks.is_empty()).then(|| Block::Section(Section::new(section.title.clone(), blocks)))
}

fn said(entry: &FrozenEntry, n: usize) -> Option<String> {
    entry.statements.get(n)?.answer.clone()
}

fn entry(entry: &FrozenEntry) -> Option<Block> {
    let Some(row) = &entry.row else {
        let text = said(entry, 0)?;
        let question = entry.question.clone();
        return Some(Block::QuestionAnswer(QuestionAnswer::new(
            question,
            vec![text],
        )));
    };
    let (number, wording) = row.split_once(". ").unwrap_or(("", row));
    let plain = said(entry, 0).unwrap_or_else(|| "Ask what this means.".to_owned());
    let beside = Table::new(
        "",
        ["In plain words", "The exact words"],
        vec![vec![plain.into(), wording.into()]],
    );
    let mut blocks: Vec<Block> = beside.ok().map(Block::Table).into_iter().collect();
    let help = said(entry, 1);
    blocks.extend(
        help.map(|help| Block::QuestionAnswer(QuestionAnswer::new("If this is hard", vec![help]))),
    );
    let heading = format!("Condition {number}");
    Some(Block::Section(Section::new(heading.trim(), blocks)))
}
