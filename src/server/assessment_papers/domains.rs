//! Mean ratings by domain: a chart of now, and a table of now and before.

use crate::components::bars::figure;
use crate::document::tree::{Bar, Block, Cell, Chart, Table};
use crate::domain::self_assessment::comparison::{by_domain, compare};
use crate::domain::self_assessment::content::Content;
use crate::domain::self_assessment::rating::scores;

/// The chart, and the table beside the year before.
pub(super) fn by_domains(content: &Content) -> Vec<Block> {
    chart(content).into_iter().chain(beside(content)).collect()
}

/// The chart of now.
pub(super) fn chart(content: &Content) -> Option<Block> {
    let now = scores(&content.framework, &content.ratings());
    let bars: Vec<Bar> = content
        .framework
        .domains
        .iter()
        .zip(&now)
        .filter_map(|(d, s)| {
            Some(Bar::new(
                format!("{} {}", d.id, d.title),
                (s.mean? * 10.0).round() / 10.0,
            ))
        })
        .collect();
    let told: Vec<String> = now
        .iter()
        .map(|s| format!("{} {}", s.id, figure(s.mean)))
        .collect();
    let alternative = format!(
        "Mean rating of each domain from 0 to 3: {}.",
        told.join("; ")
    );
    Chart::new(
        "Mean rating by domain, from 0 to 3",
        alternative,
        ["Domain", "Mean"],
        bars,
    )
    .ok()
    .map(Block::Chart)
}

/// Now beside the year before, over what may be compared.
pub(super) fn beside(content: &Content) -> Option<Block> {
    let before = content.before.as_ref()?;
    let lines = compare(&content.chain(), &before.ratings, &content.ratings());
    let rows = by_domain(&content.framework, &lines)
        .into_iter()
        .map(|c| {
            let title = content
                .framework
                .domain(&c.id)
                .map_or("", |d| d.title.as_str());
            vec![
                Cell::from(format!("{} {title}", c.id)),
                figure(c.now).into(),
                figure(c.before).into(),
                c.over.to_string().into(),
            ]
        })
        .collect();
    let caption = "Year on year, over criteria that both years rated and that mean the same";
    let table = Table::new(
        caption,
        ["Domain", "Now", "Before", "Criteria compared"],
        rows,
    );
    table
        .and_then(|t| t.with_widths(&[52.0, 14.0, 14.0, 20.0]))
        .ok()
        .map(Block::Table)
}
