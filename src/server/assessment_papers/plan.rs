//! The action plan, and what must be acted on.

use super::{list, paper, section};
use crate::document::tree::{Block, Cell, Document, Table, Tone};
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::action_plan::{Action, ActionState};
use crate::domain::self_assessment::content::Content;
use crate::domain::self_assessment::rating::{Rating, must_act};
use crate::server::clock::{in_britain, moment_in_words};
use chrono::{DateTime, NaiveDate, Utc};

/// The action plan.
pub(super) fn plan(content: &Content, at: DateTime<Utc>) -> Document {
    let (today, _) = in_britain(at);
    let mut document = paper("Action plan for social supervision", content, at);
    document.blocks.extend(plan_blocks(content, today));
    let updates: Vec<Block> = content
        .actions
        .iter()
        .filter(|a| !a.updates.is_empty())
        .map(|a| {
            let items = a
                .updates
                .iter()
                .map(|u| {
                    let evidence = if u.evidence.is_empty() {
                        String::new()
                    } else {
                        format!(" Evidence: {}", u.evidence)
                    };
                    format!(
                        "{}, {}, {}: {}{evidence}",
                        moment_in_words(u.at),
                        u.by,
                        u.state.words(),
                        u.note
                    )
                })
                .collect();
            section(
                format!("{}: {}", a.criterion, a.what),
                vec![list(items, "")],
            )
        })
        .collect();
    if !updates.is_empty() {
        document.blocks.push(section("What was done", updates));
    }
    document
}

pub(super) fn plan_blocks(content: &Content, today: NaiveDate) -> Vec<Block> {
    if content.actions.is_empty() {
        return vec![Block::Paragraph("The plan has no actions.".into())];
    }
    let all: Vec<&Action> = content.actions.iter().collect();
    let caption = format!("Actions as they stand on {}", day_in_words(today));
    plan_table(&all, today, &caption).into_iter().collect()
}

pub(super) fn plan_table(actions: &[&Action], today: NaiveDate, caption: &str) -> Option<Block> {
    let rows = actions
        .iter()
        .map(|a| {
            let carried = if a.carried { " (carried over)" } else { "" };
            vec![
                Cell::from(format!("{}{carried}", a.criterion)),
                a.what.as_str().into(),
                a.owner_name.as_str().into(),
                day_in_words(a.due).into(),
                Cell::rated(a.words(today), action_tone(a, today)),
            ]
        })
        .collect();
    let table = Table::new(
        caption,
        ["Criterion", "Action", "Owner", "Due", "How it stands"],
        rows,
    );
    table
        .and_then(|t| t.with_widths(&[14.0, 38.0, 18.0, 15.0, 15.0]))
        .ok()
        .map(Block::Table)
}

fn action_tone(a: &Action, today: NaiveDate) -> Tone {
    if a.is_overdue(today) {
        Tone::Bad
    } else if a.state == ActionState::Done {
        Tone::Good
    } else {
        Tone::Plain
    }
}

/// Type 1 criteria below 2 with their actions, as items.
pub(super) fn must_act_items(content: &Content, today: NaiveDate) -> Vec<String> {
    let ratings = content.ratings();
    must_act(&content.framework, &ratings)
        .into_iter()
        .filter_map(|id| {
            let (_, c) = content.framework.criterion(&id)?;
            let rated = ratings.get(&id).copied().map_or("", Rating::short);
            let actions: Vec<String> = content
                .actions
                .iter()
                .filter(|a| a.criterion == id)
                .map(|a| {
                    format!(
                        "{} ({}, due {}: {})",
                        a.what,
                        a.owner_name,
                        day_in_words(a.due),
                        a.words(today)
                    )
                })
                .collect();
            let actions = if actions.is_empty() {
                "No action yet.".into()
            } else {
                actions.join("; ")
            };
            Some(format!("{id} {}. Rated {rated}. {actions}", c.title))
        })
        .collect()
}
