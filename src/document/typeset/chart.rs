//! Bar charts: bars from left to right under each other, and the table behind them.

use super::compose::{Compositor, Place};
use super::galley::{Slug, text_ink};
use super::scene::{Frame, Ink, Item, Mark, Role};
use super::style;
use crate::document::text::normalise;
use crate::document::tree::{Bar, Chart};

/// The share of the measure that labels take.
const LABELS: f32 = 0.3;
/// The share that the longest bar takes; the rest is for its figure.
const LONGEST: f32 = 0.55;
/// The height of a bar.
const BAR: f32 = 11.0;
/// The space below each bar.
const GAP: f32 = 5.0;
/// A higher picture is left out: its words and its table say the same.
const HIGHEST: f32 = 480.0;

impl Compositor<'_> {
    pub(super) fn chart(&mut self, chart: &Chart, place: Place) {
        self.prose(chart.title(), style::CAPTION, place);
        self.galley.keep_with_next();
        let (picture, height) = self.picture(chart.bars(), place.column);
        if picture.is_empty() || height > HIGHEST {
            self.prose(chart.alternative(), style::BODY, place);
        } else {
            let alternative = normalise(chart.alternative()).into_owned();
            let tag = self.galley.tag(
                place.parent,
                Role::Figure {
                    alternative,
                    frame: None,
                },
            );
            let mark = Mark::Content(tag);
            let items = picture.into_iter().map(|ink| Item { mark, ink }).collect();
            self.galley.slugs.push(Slug {
                gap: 4.0,
                height,
                items,
                ..Slug::default()
            });
        }
        self.galley.keep_with_next();
        let from = self.galley.slugs.len();
        self.captioned_table(&chart.to_table(), "", place);
        self.galley.space_above(from, 8.0);
    }

    /// The bars under each other, and how high they are together.
    fn picture(&mut self, bars: &[Bar], [left, measure]: [f32; 2]) -> (Vec<Ink>, f32) {
        let longest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
        let leading = style::CHART.scaled(self.scale).leading;
        let start = left + measure * LABELS;
        let mut inks = Vec::new();
        let mut y = 0.0;
        for bar in bars {
            // The longest value may be nought; then no bar has a length.
            let share = if longest > 0.0 {
                (bar.value / longest) as f32
            } else {
                0.0
            };
            let width = share * measure * LONGEST;
            let top = y + (leading - BAR) / 2.0;
            let figure = [
                start + width + 5.0,
                measure * (1.0 - LABELS - LONGEST) - 5.0,
            ];
            let label = self.column_of_lines(&bar.label, [left, measure * LABELS - 8.0], y);
            let figure = self.column_of_lines(&bar.figure(), figure, y);
            let lines = label.len().max(figure.len()).max(1) as f32;
            inks.extend(label);
            inks.push(Ink::Fill(
                Frame {
                    left: start,
                    top,
                    width,
                    height: BAR,
                },
                style::ACCENT,
            ));
            inks.extend(figure);
            y += lines * leading + GAP;
        }
        (inks, y)
    }

    fn column_of_lines(&mut self, text: &str, column: [f32; 2], top: f32) -> Vec<Ink> {
        let style = style::CHART.scaled(self.scale);
        let lines = self
            .shaper
            .lines(text, style.weight, style.size, column[1])
            .into_iter()
            .enumerate();
        lines
            .map(|(index, line)| text_ink(line, column, top + style.leading * index as f32, style))
            .collect()
    }
}
