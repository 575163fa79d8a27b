//! Breaking text into lines no wider than a measure.
//!
//! Lines break where Unicode allows (UAX 14), at newlines, and within a word only when the word is
//! wider than the measure: then between letters as a reader sees them.

use super::bidi::{Levels, same_level, visual_order};
use super::faces::{FaceId, Weight};
use super::itemise::Piece;
use super::normal::normalise;
use super::shaping::{Run, Shaper};
use std::rc::Rc;
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

/// One line of text. Runs are in reading order; their places follow the visual order.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The runs, in reading order.
    pub runs: Vec<PlacedRun>,
    /// The width of what is seen, in points.
    pub width: f32,
    /// Whether the line belongs to a right-to-left paragraph, and so stands at the right.
    pub right_to_left: bool,
}

/// A run and its place in a line.
#[derive(Clone, Debug)]
pub struct PlacedRun {
    /// The glyphs.
    pub run: Rc<Run>,
    /// Points from the line's left edge to the run's.
    pub x: f32,
}

impl Line {
    /// The line's characters, in reading order.
    #[must_use]
    pub fn text(&self) -> String {
        self.runs.iter().map(|placed| &*placed.run.text).collect()
    }
}

impl Shaper {
    /// `text`, normalised, in lines of at most `measure` points at `size` points. Blank text has no
    /// lines. A single letter wider than the measure stands alone and juts out.
    pub fn lines(&mut self, text: &str, weight: Weight, size: f32, measure: f32) -> Vec<Line> {
        let text = normalise(text);
        let text = self.visible(text.trim_end(), weight);
        if text.is_empty() {
            return Vec::new();
        }
        let levels = Levels::of(&text);
        let mut setter = LineSetter::new(self, weight, size, measure);
        let mut start = 0;
        for (end, opportunity) in linebreaks(&text) {
            setter.base = levels.base(start);
            let segment = text[start..end].trim_end_matches('\n');
            setter.add_segment(segment, start, &levels);
            if opportunity == BreakOpportunity::Mandatory && end < text.len() {
                // A real space keeps words apart for whoever reads the text without the lines.
                setter.add_segment(" ", start, &Levels::of(" "));
                setter.finish_line();
            }
            start = end;
        }
        setter.finish_line();
        setter.lines
    }
}

struct LineSetter<'a> {
    shaper: &'a mut Shaper,
    weight: Weight,
    size: f32,
    measure: f32,
    /// The level of the current paragraph.
    base: u8,
    lines: Vec<Line>,
    pieces: Vec<Piece>,
    /// The width of `pieces`, in points.
    filled: f32,
    /// The segment in hand; kept to save allocations.
    segment: Vec<Piece>,
}

impl<'a> LineSetter<'a> {
    fn new(shaper: &'a mut Shaper, weight: Weight, size: f32, measure: f32) -> Self {
        let (lines, pieces, segment) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            shaper,
            weight,
            size,
            measure,
            base: 0,
            lines,
            pieces,
            filled: 0.0,
            segment,
        }
    }

    /// Adds text that may not be broken, `offset` bytes into the text that `levels` describe.
    fn add_segment(&mut self, text: &str, offset: usize, levels: &Levels) {
        let mut segment = std::mem::take(&mut self.segment);
        let weight = self.weight;
        if levels.are_plain() {
            self.shaper.itemise(text, weight, self.base, &mut segment);
        } else {
            for (at, part) in same_level(text, |at| levels.at(offset + at)) {
                let level = levels.at(offset + at);
                // White space may have to change sides at the end of a line.
                let (word, space) = part.split_at(part.trim_end().len());
                self.shaper.itemise(word, weight, level, &mut segment);
                self.shaper.itemise(space, weight, level, &mut segment);
            }
        }
        let width = self.size * segment.iter().map(|piece| piece.run.advance).sum::<f32>();
        let blank = self.size * blank_at_end(&segment);
        if self.filled + width - blank > self.measure && !self.pieces.is_empty() {
            self.finish_line();
        }
        if width - blank > self.measure {
            segment.drain(..).for_each(|piece| self.break_piece(&piece));
        } else {
            self.filled += width;
            self.pieces.append(&mut segment);
        }
        self.segment = segment;
    }

    /// Spreads a piece over as many lines as it needs.
    fn break_piece(&mut self, piece: &Piece) {
        let run = &piece.run;
        let mut start = 0;
        let mut width = 0.0;
        for (at, letter) in self.breakable_units(run) {
            let blank = run.text[at..].starts_with(char::is_whitespace);
            let begun = at > start || !self.pieces.is_empty();
            if begun && !blank && self.filled + width + letter > self.measure {
                self.place(&run.text[start..at], run.face, piece.level);
                self.finish_line();
                (start, width) = (at, 0.0);
            }
            width += letter;
        }
        self.place(&run.text[start..], run.face, piece.level);
    }

    fn place(&mut self, text: &str, face: FaceId, level: u8) {
        if !text.is_empty() {
            let run = self.shaper.shape(text, face, level % 2 == 1);
            self.filled += self.size * run.advance;
            self.pieces.push(Piece { run, level });
        }
    }

    /// Where each letter of `run` begins and how wide it is in points. Of a letter that is wider than
    /// the measure each character counts as that wide, and so gets a line of its own; but marks stay
    /// with what they stand on.
    fn breakable_units(&self, run: &Run) -> Vec<(usize, f32)> {
        let scale = self.size / self.shaper.units_per_em(run.face);
        let mut widths = vec![0.0; run.text.len()];
        for glyph in &run.glyphs {
            widths[glyph.cluster] += glyph.advance as f32 * scale;
        }
        let mut units = Vec::new();
        for (at, letter) in run.text.grapheme_indices(true) {
            let width: f32 = widths[at..at + letter.len()].iter().sum();
            if width <= self.measure {
                units.push((at, width));
                continue;
            }
            units.extend(letter.char_indices().map(|(within, c)| {
                let stands_alone = within == 0 || self.shaper.takes_width(run.face, c);
                (at + within, if stands_alone { width } else { 0.0 })
            }));
        }
        units
    }

    /// Ends the line and gives every piece its place.
    fn finish_line(&mut self) {
        if self.pieces.is_empty() {
            return;
        }
        let pieces = std::mem::take(&mut self.pieces);
        self.filled = 0.0;
        self.lines.push(place_pieces(pieces, self.base, self.size));
    }
}

/// How many ems of white space end these pieces.
fn blank_at_end(pieces: &[Piece]) -> f32 {
    let mut blank = 0.0;
    for piece in pieces.iter().rev() {
        blank += piece.run.advance - piece.run.trimmed;
        if piece.run.trimmed > 0.0 {
            break;
        }
    }
    blank
}

fn place_pieces(mut pieces: Vec<Piece>, base: u8, size: f32) -> Line {
    let blank = size * blank_at_end(&pieces);
    // White space that ends a line takes the paragraph's direction (rule L1).
    for piece in pieces
        .iter_mut()
        .rev()
        .take_while(|piece| piece.run.trimmed == 0.0)
    {
        piece.level = base;
    }
    let right_to_left = base % 2 == 1;
    let mut x = if right_to_left { -blank } else { 0.0 };
    let total = size * pieces.iter().map(|piece| piece.run.advance).sum::<f32>();
    let mut places = vec![0.0; pieces.len()];
    let mut set = |index: usize, run: &Run| {
        places[index] = x;
        x += size * run.advance;
    };
    if pieces.iter().all(|piece| piece.level == 0) {
        pieces
            .iter()
            .enumerate()
            .for_each(|(index, piece)| set(index, &piece.run));
    } else {
        let levels: Vec<u8> = pieces.iter().map(|piece| piece.level).collect();
        visual_order(&levels)
            .into_iter()
            .for_each(|index| set(index, &pieces[index].run));
    }
    let runs = pieces
        .into_iter()
        .zip(places)
        .map(|(piece, x)| PlacedRun { run: piece.run, x });
    Line {
        runs: runs.collect(),
        width: total - blank,
        right_to_left,
    }
}
