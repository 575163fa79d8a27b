//! The house style: sizes, colours and distances, all in points. Nothing else decides them.

use crate::document::text::Weight;
use crate::document::tree::Tone;

/// The width of A4.
pub const PAGE_WIDTH: f32 = 595.28;
/// The height of A4.
pub const PAGE_HEIGHT: f32 = 841.89;

/// The left and right margins.
pub(in crate::document) const MARGIN: f32 = 62.0;
/// The top of the text area.
pub(in crate::document) const TOP: f32 = 66.0;
/// The bottom of the text area.
pub(in crate::document) const BOTTOM: f32 = PAGE_HEIGHT - 72.0;
/// The width of the text area.
pub(in crate::document) const MEASURE: f32 = PAGE_WIDTH - 2.0 * MARGIN;

/// An opaque colour of the sRGB space, as 0xRRGGBB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u32);

impl Colour {
    /// Red, green and blue, each from 0 to 1.
    #[must_use]
    pub fn components(self) -> [f32; 3] {
        let [_, red, green, blue] = self.0.to_be_bytes();
        // Thousandths are finer than the eight bits they come from, and short in a file.
        [red, green, blue].map(|part| (f32::from(part) / 0.255).round() / 1000.0)
    }
}

/// Running text; 15.9 to 1 on white.
pub(in crate::document) const INK: Colour = Colour(0x212b32);
/// Headings; 12.6 to 1 on white.
pub(in crate::document) const HEADING: Colour = Colour(0x003087);
/// Hints and running feet; 6.1 to 1 on white.
pub(in crate::document) const QUIET: Colour = Colour(0x4c6272);
/// Rules that part rows.
pub(in crate::document) const RULE: Colour = Colour(0xc5ccd1);
/// Behind header cells.
pub(in crate::document) const HEAD_FILL: Colour = Colour(0xe8edf2);
/// Behind notices.
pub(in crate::document) const NOTICE_FILL: Colour = Colour(0xf2f5f8);
/// Bars of charts and of notices.
pub(in crate::document) const ACCENT: Colour = Colour(0x005eb8);

/// How a kind of text looks.
#[derive(Clone, Copy)]
pub(in crate::document) struct Style {
    pub weight: Weight,
    /// The em.
    pub size: f32,
    /// The height of a line.
    pub leading: f32,
    pub colour: Colour,
}

impl Style {
    /// The same look, so many times as large.
    pub(in crate::document) fn scaled(self, by: f32) -> Self {
        Self {
            size: self.size * by,
            leading: self.leading * by,
            ..self
        }
    }
}

/// How many times as large a paper's text is set: in large print its smallest text has 13 points and its
/// body 15, above the 14 that guidance on easy-read papers asks for.
pub(in crate::document) fn scale(large_print: bool) -> f32 {
    if large_print { 1.4 } else { 1.0 }
}

const fn style(weight: Weight, size: f32, leading: f32, colour: Colour) -> Style {
    Style {
        weight,
        size,
        leading,
        colour,
    }
}

pub(in crate::document) const TITLE: Style = style(Weight::Bold, 22.0, 28.0, HEADING);
pub(in crate::document) const BODY: Style = style(Weight::Regular, 11.0, 15.5, INK);
pub(in crate::document) const STRONG: Style = style(Weight::Bold, 11.0, 15.5, INK);
pub(in crate::document) const HINT: Style = style(Weight::Regular, 9.5, 13.0, QUIET);
pub(in crate::document) const NOTE: Style = style(Weight::Regular, 10.0, 14.0, INK);
pub(in crate::document) const NOTE_LABEL: Style = style(Weight::Bold, 9.5, 13.5, QUIET);
pub(in crate::document) const CAPTION: Style = style(Weight::Bold, 10.5, 15.0, INK);
pub(in crate::document) const CELL: Style = style(Weight::Regular, 10.0, 14.0, INK);
pub(in crate::document) const HEAD_CELL: Style = style(Weight::Bold, 10.0, 14.0, INK);
pub(in crate::document) const CHART: Style = style(Weight::Regular, 9.5, 13.0, INK);
pub(in crate::document) const MARKING: Style = style(Weight::Bold, 9.0, 12.0, INK);
pub(in crate::document) const RUNNING: Style = style(Weight::Regular, 8.5, 12.0, QUIET);

/// How a section's heading of this level looks.
pub(in crate::document) fn heading(level: u8) -> Style {
    match level {
        0..=2 => style(Weight::Bold, 16.0, 21.0, HEADING),
        3 => style(Weight::Bold, 13.0, 18.0, HEADING),
        _ => style(Weight::Bold, 11.5, 16.0, HEADING),
    }
}

/// The space above a heading of this level.
pub(in crate::document) fn space_above_heading(level: u8) -> f32 {
    match level {
        0..=2 => 24.0,
        3 => 18.0,
        _ => 14.0,
    }
}

/// The fill and the text colour that stand for a tone, at least 7 to 1; none for a plain cell.
pub(in crate::document) fn tone(tone: Tone) -> Option<(Colour, Colour)> {
    match tone {
        Tone::Plain => None,
        Tone::Good => Some((Colour(0xd3ebdc), Colour(0x003d1b))),
        Tone::Caution => Some((Colour(0xfff0bf), Colour(0x4a3600))),
        Tone::Bad => Some((Colour(0xf8d7d3), Colour(0x6e0f07))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Colour) -> f32 {
        let linear = |c: f32| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = colour.components().map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: Colour, other: Colour) -> f32 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_text_stands_out_from_what_is_behind_it() {
        let white = Colour(0xffffff);
        let tones = [Tone::Good, Tone::Caution, Tone::Bad]
            .into_iter()
            .filter_map(tone);
        let plain = [
            (HEAD_FILL, INK),
            (NOTICE_FILL, INK),
            (white, HEADING),
            (white, QUIET),
        ];
        for (back, text) in tones.chain(plain) {
            assert!(contrast(text, back) >= 4.5, "{text:?} on {back:?}");
        }
    }
}
