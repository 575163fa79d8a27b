//! The board's summary: two pages, and an annex with all that did not fit on them.

use super::domains::{beside, chart};
use super::plan::{must_act_items, plan_table};
use super::whole::signatures;
use super::{covers, list, paper, period, rating_words, section, tone};
use crate::components::bars::figure;
use crate::document::tree::{Block, Check, Checklist, Document, Fact, Facts};
use crate::document::{PaperError, typeset};
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::action_plan::Action;
use crate::domain::self_assessment::comparison::compare;
use crate::domain::self_assessment::content::Content;
use crate::domain::self_assessment::rating::{mean, must_act};
use crate::server::clock::in_britain;
use chrono::{DateTime, Utc};

/// Most items of a list on the two pages.
const MOST: usize = 12;
/// Longest item on the two pages, in characters: the annex has all of it.
const LONGEST: usize = 220;

/// The summary with its annex.
pub fn board(content: &Content, at: DateTime<Utc>) -> Result<Document, PaperError> {
    let mut most = MOST;
    let mut document = summary(content, at, most);
    while most > 0 && typeset::typeset(&document)?.pages.len() > 2 {
        most -= 1;
        document = summary(content, at, most);
    }
    document.blocks.push(annex(content, at));
    Ok(document)
}

fn summary(content: &Content, at: DateTime<Utc>, most: usize) -> Document {
    let (today, _) = in_britain(at);
    let mut document = paper(
        "Board summary: self-assessment of social supervision",
        content,
        at,
    );
    document
        .blocks
        .push(Block::Facts(key_facts(content, today)));
    document.blocks.extend(chart(content));
    let none = "No Type 1 criterion is rated below 2.";
    let must = shortened(must_act_items(content, today), most);
    document
        .blocks
        .push(section("Must act: Type 1 below 2", vec![list(must, none)]));
    let overdue = content
        .actions
        .iter()
        .filter(|a| a.is_overdue(today))
        .map(|a| {
            format!(
                "{}: {} ({}, due {})",
                a.criterion,
                a.what,
                a.owner_name,
                day_in_words(a.due)
            )
        })
        .collect();
    document.blocks.push(section(
        "Overdue actions",
        vec![list(shortened(overdue, most), "None.")],
    ));
    document
}

/// The first items, each cut where it is long, and how many more the annex has.
fn shortened(items: Vec<String>, most: usize) -> Vec<String> {
    let more = items.len().saturating_sub(most);
    let cut = |text: String| {
        if text.chars().count() <= LONGEST {
            return text;
        }
        let kept: String = text.chars().take(LONGEST).collect();
        format!("{}… (annex)", kept.trim_end())
    };
    let mut kept: Vec<String> = items.into_iter().take(most).map(cut).collect();
    if more > 0 {
        kept.push(format!("{more} more in the annex."));
    }
    kept
}

fn key_facts(content: &Content, today: chrono::NaiveDate) -> Facts {
    let ratings = content.ratings();
    let numbers: Vec<f64> = ratings
        .values()
        .filter_map(|r| r.number())
        .map(f64::from)
        .collect();
    let overdue = content
        .actions
        .iter()
        .filter(|a| a.is_overdue(today))
        .count();
    let live = content.actions.iter().filter(|a| a.state.is_live()).count();
    let mut rows = vec![
        Fact::new("Covers", covers(content)),
        Fact::new("Period", period(content)),
        Fact::new(
            "Mean of all ratings",
            format!(
                "{} of 3, over {} criteria that apply",
                figure(mean(&numbers)),
                numbers.len()
            ),
        ),
        Fact::new(
            "Type 1 below 2",
            must_act(&content.framework, &ratings).len().to_string(),
        ),
        Fact::new(
            "Actions",
            format!("{live} still to be done, of which {overdue} overdue"),
        ),
    ];
    if let Some(before) = &content.before {
        let lines = compare(&content.chain(), &before.ratings, &ratings);
        let count = |keep: fn(i8) -> bool| {
            lines
                .iter()
                .filter_map(|l| l.change())
                .filter(|c| keep(*c))
                .count()
        };
        rows.push(Fact::new(
            format!("Since {}", day_in_words(before.to)),
            format!(
                "{} rose, {} fell, {} stayed, {} cannot be compared",
                count(|c| c > 0),
                count(|c| c < 0),
                count(|c| c == 0),
                lines.iter().filter(|l| l.change().is_none()).count()
            ),
        ));
    }
    Facts {
        caption: "In short".into(),
        rows,
    }
}

fn annex(content: &Content, at: DateTime<Utc>) -> Block {
    let (today, _) = in_britain(at);
    let mut blocks: Vec<Block> = beside(content).into_iter().collect();
    let must = must_act_items(content, today);
    if !must.is_empty() {
        blocks.push(section("All Type 1 criteria below 2", vec![list(must, "")]));
    }
    let all: Vec<&Action> = content.actions.iter().collect();
    if !all.is_empty() {
        blocks.push(section(
            "The action plan",
            plan_table(&all, today, "Actions").into_iter().collect(),
        ));
    }
    for domain in &content.framework.domains {
        let rows = domain
            .criteria
            .iter()
            .map(|c| {
                let judgement = content.rated(&c.id).and_then(|r| r.judgement.as_ref());
                let rating = judgement.map(|j| j.rating);
                Check {
                    statement: format!("{} {} ({})", c.id, c.title, c.weight.short()),
                    rating: rating.map_or_else(
                        || "Not rated".into(),
                        |r| rating_words(&content.framework, r),
                    ),
                    tone: tone(c.weight, rating),
                    comment: judgement.map(|j| j.weakest.clone()).unwrap_or_default(),
                }
            })
            .collect();
        let caption = format!("{} {}", domain.id, domain.title);
        blocks.push(Block::Checklist(Checklist { caption, rows }));
    }
    blocks.push(section("Signatures", signatures(content)));
    section("Annex", blocks)
}
