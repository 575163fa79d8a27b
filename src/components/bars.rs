//! Bars now and before, drawn on the server, with their table beneath. Length and words say
//! everything; colour and pattern only repeat it.

use leptos::prelude::*;

/// A pair of bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// What they stand for.
    pub label: String,
    /// Where the label leads in the table, if anywhere.
    pub path: Option<String>,
    /// The value now; none draws nothing.
    pub now: Option<f64>,
    /// The value before.
    pub before: Option<f64>,
}

/// A chart of pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// Heads chart and table.
    pub title: String,
    /// What the picture shows, in words.
    pub alternative: String,
    /// What the rows are, such as "Domain".
    pub category: String,
    /// Names of the two values: now, before.
    pub names: [String; 2],
    /// The longest value that could be.
    pub most: f64,
    /// The pairs.
    pub pairs: Vec<Pair>,
}

const WIDTH: f64 = 640.0;
const START: f64 = 60.0;
const LONGEST: f64 = 500.0;
const ROW: f64 = 40.0;

/// A value with one place, or "not rated".
#[must_use]
pub fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "not rated".to_owned(), |v| format!("{v:.1}"))
}

/// The chart and its table.
pub fn bars(chart: &Bars) -> impl IntoView + use<> {
    let with_before = chart.pairs.iter().any(|p| p.before.is_some());
    let rows = u32::try_from(chart.pairs.len()).unwrap_or(0);
    let height = f64::from(rows) * ROW;
    let mut top = 0.0;
    let pictures = chart
        .pairs
        .iter()
        .map(|pair| {
            let y = top;
            top += ROW;
            let short = pair
                .label
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned();
            view! {
                <text x="0" y=format!("{:.0}", y + 22.0)>{short}</text>
                {bar(pair.now, chart.most, y + 4.0, "bars__now")}
                {with_before.then(|| bar(pair.before, chart.most, y + 20.0, "bars__before"))}
            }
        })
        .collect_view();
    let lines = chart
        .pairs
        .iter()
        .map(|pair| {
            let label = pair.label.clone();
            view! {
                <tr class="nhsuk-table__row">
                    <th scope="row" class="nhsuk-table__header">{match pair.path.clone() {
                        Some(path) => view! { <a href=path>{label}</a> }.into_any(),
                        None => label.into_any(),
                    }}</th>
                    <td class="nhsuk-table__cell">{figure(pair.now)}</td>
                    {with_before.then(|| view! { <td class="nhsuk-table__cell">{figure(pair.before)}</td> })}
                </tr>
            }
        })
        .collect_view();
    let [now, before] = chart.names.clone();
    view! {
        <figure class="bars">
            <svg class="bars__picture" role="img" aria-label=chart.alternative.clone() viewBox=format!("0 0 {WIDTH} {height}") font-size="14">{pictures}</svg>
            {with_before.then(|| view! {
                <figcaption class="nhsuk-body-s">{format!("Upper, filled bar: {now}. Lower, outlined bar: {before}.")}</figcaption>
            })}
        </figure>
        <div class="table-scroll" role="region" aria-label=chart.title.clone() tabindex="0">
            <table class="nhsuk-table">
                <caption class="nhsuk-table__caption nhsuk-table__caption--s">{chart.title.clone()}</caption>
                <thead class="nhsuk-table__head"><tr>
                    <th scope="col">{chart.category.clone()}</th>
                    <th scope="col">{now}</th>
                    {with_before.then(|| view! { <th scope="col">{before}</th> })}
                </tr></thead>
                <tbody class="nhsuk-table__body">{lines}</tbody>
            </table>
        </div>
    }
}

fn bar(value: Option<f64>, most: f64, top: f64, class: &'static str) -> impl IntoView + use<> {
    let length = value.map_or(0.0, |v| (v / most).clamp(0.0, 1.0) * LONGEST);
    let end = START + length + 6.0;
    view! {
        <rect class=class x=format!("{START:.0}") y=format!("{top:.0}") width=format!("{length:.1}") height="13" />
        <text x=format!("{end:.1}") y=format!("{:.0}", top + 11.0)>{figure(value)}</text>
    }
}
