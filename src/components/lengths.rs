//! Bars beside their figures, in one table: the table says everything, the bars show it. Lengths are
//! the only sign, so they hold in print, in forced colours and without colour.

use leptos::prelude::*;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its length in per cent of the longest that there could be; none where there is nothing to show.
    pub length: Option<f64>,
    /// Its figure in words.
    pub words: String,
}

/// A picture of bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What it shows.
    pub caption: String,
    /// The same in a sentence, for whoever does not look at bars.
    pub summary: String,
    /// Headings of the label and of the figure.
    pub headings: [&'static str; 2],
    /// The bars.
    pub bars: Vec<Bar>,
}

/// The picture with its table.
pub fn bars(chart: &Bars) -> impl IntoView + use<> {
    let rows = chart
        .bars
        .iter()
        .map(|bar| {
            let width = bar.length.map(|l| format!("{:.1}", l.clamp(0.0, 100.0)));
            view! {
                <tr class="nhsuk-table__row">
                    <th class="nhsuk-table__header" scope="row">{bar.label.clone()}</th>
                    <td class="nhsuk-table__cell lengths__cell">
                        {width.map(|width| view! {
                            <svg class="lengths__bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                                <rect class="lengths__whole" x="0" y="0" width="100" height="10" />
                                <rect class="lengths__length" x="0" y="0" width=width height="10" />
                            </svg>
                        })}
                        <span>{bar.words.clone()}</span>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let [label, measure] = chart.headings;
    view! {
        <figure class="lengths">
            <figcaption>{chart.summary.clone()}</figcaption>
            <table class="nhsuk-table">
                <caption class="nhsuk-table__caption nhsuk-table__caption--m">{chart.caption.clone()}</caption>
                <thead class="nhsuk-table__head">
                    <tr><th scope="col">{label}</th><th scope="col">{measure}</th></tr>
                </thead>
                <tbody class="nhsuk-table__body">{rows}</tbody>
            </table>
        </figure>
    }
}
