//! The whole self-assessment: every rating with its evidence, the plan, the signatures.

use super::domains::by_domains;
use super::plan::{must_act_items, plan_blocks};
use super::{covers, list, paper, period, rating_words, section};
use crate::document::tree::{
    Answer, Block, Document, Fact, Facts, Note, QuestionAnswer, Signature, paragraphs,
};
use crate::domain::assurance::masking::MASKING_NOTE;
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::challenge::{Remark, View};
use crate::domain::self_assessment::content::{Content, RatedCriterion};
use crate::domain::self_assessment::framework::Criterion;
use crate::domain::self_assessment::rating::Rating;
use crate::server::clock::{in_britain, moment_in_words};
use chrono::{DateTime, Utc};

/// The whole self-assessment.
pub(super) fn whole(content: &Content, at: DateTime<Utc>) -> Document {
    let (today, _) = in_britain(at);
    let mut document = paper("Self-assessment of social supervision", content, at);
    document.blocks.push(facts(content));
    document
        .blocks
        .push(section("Ratings by domain", by_domains(content)));
    let none = "No Type 1 criterion is rated below 2.";
    document.blocks.push(section(
        "Must act: Type 1 below 2",
        vec![list(must_act_items(content, today), none)],
    ));
    for domain in &content.framework.domains {
        let mut blocks = vec![Block::Paragraph(domain.introduction.clone())];
        blocks.extend(domain.criteria.iter().map(|c| criterion(content, c)));
        document
            .blocks
            .push(section(format!("{} {}", domain.id, domain.title), blocks));
    }
    document
        .blocks
        .push(section("Action plan", plan_blocks(content, today)));
    document
        .blocks
        .push(section("Signatures", signatures(content)));
    document.blocks.push(section(
        "About this paper",
        vec![Block::Facts(about(content, at))],
    ));
    document
}

fn facts(content: &Content) -> Block {
    let names = |part: &str| {
        let mut names: Vec<&str> = content
            .parts
            .iter()
            .filter(|p| p.part == part)
            .map(|p| p.name.as_str())
            .collect();
        names.dedup();
        if names.is_empty() {
            "None".to_owned()
        } else {
            names.join(", ")
        }
    };
    let mut rows = vec![
        Fact::new("Covers", covers(content)),
        Fact::new("Period", period(content)),
        Fact::new(
            "Standards",
            format!(
                "{}, version of {}",
                content.framework.title,
                day_in_words(content.framework.version)
            ),
        ),
        Fact::new("Contributors", names("contributor")),
        Fact::new("Second view by", names("challenger")),
    ];
    if let Some(before) = &content.before {
        rows.push(Fact::new(
            "Year before",
            format!("to {}", day_in_words(before.to)),
        ));
    }
    Block::Facts(Facts {
        caption: "About this self-assessment".into(),
        rows,
    })
}

fn criterion(content: &Content, c: &Criterion) -> Block {
    let rated = content.rated(&c.id);
    let judgement = rated.and_then(|r| r.judgement.as_ref());
    let mut answer = Vec::new();
    match judgement {
        None => answer.push("Not rated".to_owned()),
        Some(j) => {
            answer.push(format!(
                "Rated {}",
                rating_words(&content.framework, j.rating)
            ));
            if !j.because.is_empty() && j.rating == Rating::NotApplicable {
                answer.push(format!("Because: {}", j.because));
            }
            for piece in &j.evidence {
                answer.extend(paragraphs(&piece.in_words()).map(str::to_owned));
            }
        }
    }
    let mut set = QuestionAnswer::new(
        format!("{} {} ({})", c.id, c.title, c.weight.short()),
        vec![],
    );
    set.answer = Answer::Given(answer);
    set.notes = rated.map(|r| notes(content, r)).unwrap_or_default();
    Block::QuestionAnswer(set)
}

fn notes(content: &Content, rated: &RatedCriterion) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut add = |label: &str, text: String| {
        if !text.is_empty() {
            notes.push(Note {
                label: label.to_owned(),
                text,
            });
        }
    };
    if let Some(j) = &rated.judgement {
        add(
            "Part of the service that sets the rating",
            j.weakest.clone(),
        );
    }
    let figures: Vec<String> = rated
        .figures
        .iter()
        .map(|f| {
            format!(
                "{}: {} (taken {}). {}",
                f.name,
                f.paper,
                moment_in_words(f.at),
                f.definition
            )
        })
        .collect();
    let masked = rated.figures.iter().any(|f| f.paper != f.words);
    let note = if masked {
        format!("\n{MASKING_NOTE}")
    } else {
        String::new()
    };
    add(
        "Live figures when it was rated",
        format!("{}{note}", figures.join("\n")),
    );
    let remarks: Vec<String> = content
        .remarks
        .iter()
        .filter(|r| r.criterion == rated.criterion)
        .map(remark)
        .collect();
    add("Second view", remarks.join("\n"));
    if let Some(at) = rated.at {
        add("Rated by", format!("{}, {}", rated.by, moment_in_words(at)));
    }
    notes
}

fn remark(r: &Remark) -> String {
    let proposed = match (r.view, r.proposed) {
        (View::Dispute, Some(p)) => format!(", would rate it {}", p.short()),
        (View::Change, Some(p)) => format!(" to {}", p.short()),
        _ => String::new(),
    };
    let reason = if r.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", r.reason)
    };
    format!(
        "{}{proposed} ({}, {}){reason}",
        r.view.words(),
        r.by,
        moment_in_words(r.at)
    )
}

pub(super) fn signatures(content: &Content) -> Vec<Block> {
    let signature = |organisation: &str, name: &str, job: &str, when: String, statement: String| {
        let role = if job.is_empty() {
            format!("Executive of {organisation}")
        } else {
            format!("Executive of {organisation} ({job})")
        };
        Block::Signature(Signature {
            role,
            name: name.to_owned(),
            when,
            statement,
        })
    };
    if content.signatures.is_empty() {
        return content
            .organisations
            .iter()
            .map(|o| signature(o, "", "", String::new(), String::new()))
            .collect();
    }
    content
        .signatures
        .iter()
        .map(|s| {
            signature(
                &s.organisation,
                &s.name,
                &s.job_title,
                moment_in_words(s.at),
                s.statements.join(" "),
            )
        })
        .collect()
}

fn about(content: &Content, at: DateTime<Utc>) -> Facts {
    let made = if content.signatures.is_empty() {
        "Draft made"
    } else {
        "Signed and frozen"
    };
    Facts {
        caption: String::new(),
        rows: vec![
            Fact::new(made, moment_in_words(at)),
            Fact::new("Self-assessment", content.assessment.clone()),
            Fact::new("Scale", content.framework.scale_source.clone()),
            Fact::new(
                "Rating rule",
                "Each criterion is rated by the poorest part of the service that is covered.",
            ),
        ],
    }
}
