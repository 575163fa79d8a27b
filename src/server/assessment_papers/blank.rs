//! The checklist to print and fill in by hand.

use super::{proposed, section};
use crate::document::tree::{Answer, Block, Document, List, Marks, Note, QuestionAnswer};
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::framework::Framework;
use chrono::NaiveTime;

/// The checklist to print and fill in by hand.
pub(super) fn blank(framework: &Framework) -> Document {
    let reference = format!(
        "{}, version of {}",
        framework.title,
        day_in_words(framework.version)
    );
    let at = framework.version.and_time(NaiveTime::MIN).and_utc();
    let mut document = Document::new(
        "Checklist: self-assessment of social supervision",
        reference,
        at,
    );
    document.blocks.push(proposed(framework));
    let scale = (0_u8..4).map(|n| framework.scale_words(n)).collect();
    document.blocks.push(Block::Paragraph(
        "Rate the poorest part of the service. Type 1 (proposed must) below 2 demands an action with an owner and a date.".into(),
    ));
    document.blocks.push(Block::List(List {
        marks: Marks::Bullets,
        items: scale,
    }));
    for domain in &framework.domains {
        let blocks = domain
            .criteria
            .iter()
            .map(|c| {
                let mut q = QuestionAnswer::new(
                    format!("{} {} ({})", c.id, c.title, c.weight.short()),
                    vec![],
                );
                let levels: Vec<String> = (0..)
                    .zip(&c.levels)
                    .map(|(n, l)| format!("{n}: {l}"))
                    .collect();
                q.hint = Some(levels.join("\n"));
                q.answer = Answer::Ruled(2);
                q.notes = vec![Note {
                    label: "Circle one".into(),
                    text: "0     1     2     3     Not applicable, because:".into(),
                }];
                Block::QuestionAnswer(q)
            })
            .collect();
        document
            .blocks
            .push(section(format!("{} {}", domain.id, domain.title), blocks));
    }
    document
}
