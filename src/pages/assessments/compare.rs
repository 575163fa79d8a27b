//! One year beside another.

use super::{proposed, table, words};
use crate::components::bars::{Bars, bars};
use leptos::prelude::*;

/// A criterion in both years.
#[derive(Debug, Clone)]
pub struct CompareLine {
    /// Id and title.
    pub criterion: String,
    /// Rating before.
    pub before: String,
    /// Rating now.
    pub now: String,
    /// What moved.
    pub change: String,
    /// How the standards belong together.
    pub how: &'static str,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct ComparePage {
    /// What the assessment covers.
    pub caption: String,
    /// What the standards are and are not.
    pub status: String,
    /// In a sentence: what rose, fell, stayed, cannot be compared.
    pub sentence: String,
    /// Means over what may be compared.
    pub chart: Bars,
    /// Criteria.
    pub lines: Vec<CompareLine>,
}

/// The page.
pub fn compare_page(page: &ComparePage) -> impl IntoView + use<> {
    let rows = page
        .lines
        .iter()
        .map(|l| {
            vec![
                words(&l.criterion),
                words(&l.before),
                words(&l.now),
                words(&l.change),
                words(l.how),
            ]
        })
        .collect();
    view! {
        <span class="nhsuk-caption-l">{page.caption.clone()}</span>
        <h1 class="nhsuk-heading-l">"Year on year"</h1>
        {proposed(&page.status)}
        <p>{page.sentence.clone()}</p>
        <p>"Means are over criteria that both years rated and that mean the same."</p>
        {bars(&page.chart)}
        {table("Every criterion", &["Criterion", "Before", "Now", "Change", "How they compare"], rows)}
    }
}
