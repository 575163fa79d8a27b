//! From characters to glyphs, with a cache of words. The cache changes how fast a paper is set,
//! never how it looks: shaping depends on the word, the face and the direction alone.

use super::faces::{FaceId, FontBook, Weight};
use crate::document::PaperError;
use harfrust::{Buffer, Direction, Feature, Script, ShapeOptions, ShapePlan, ShaperFont, Tag};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The most words remembered before all are forgotten; some 30 MB at worst.
const MOST_WORDS: usize = 100_000;
/// The longest word remembered, in bytes.
const LONGEST_WORD: usize = 64;

/// One glyph of a run, in the run's visual order. Lengths are in design units of its face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// The glyph in the whole font.
    pub id: u16,
    /// How far the pen moves.
    pub advance: i32,
    /// How far right of the pen the glyph stands.
    pub right: i32,
    /// How far above the baseline the glyph stands.
    pub up: i32,
    /// The byte in the run's text where the glyph's cluster begins.
    pub cluster: usize,
}

/// Text set in one face and one direction.
#[derive(Debug, PartialEq)]
pub struct Run {
    /// The characters, in reading order.
    pub text: Box<str>,
    /// The face of every glyph.
    pub face: FaceId,
    /// The glyphs, from left to right.
    pub glyphs: Vec<Glyph>,
    /// The run's width in ems.
    pub advance: f32,
    /// Its width in ems without the white space at its end.
    pub trimmed: f32,
    /// Whether the characters run from right to left.
    pub right_to_left: bool,
}

/// Characters and the glyphs that they became together, which cannot be told apart further.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cluster<'a> {
    /// The characters, in reading order.
    pub text: &'a str,
    /// The glyphs, from left to right.
    pub glyphs: &'a [Glyph],
}

impl Run {
    /// The clusters, from left to right.
    pub fn clusters(&self) -> impl Iterator<Item = Cluster<'_>> {
        let mut right = if self.right_to_left {
            self.text.len()
        } else {
            0
        };
        let mut clusters = self
            .glyphs
            .chunk_by(|one, other| one.cluster == other.cluster)
            .peekable();
        std::iter::from_fn(move || {
            let glyphs = clusters.next()?;
            let start = glyphs[0].cluster;
            let end = if self.right_to_left {
                std::mem::replace(&mut right, start)
            } else {
                clusters
                    .peek()
                    .map_or(self.text.len(), |next| next[0].cluster)
            };
            Some(Cluster {
                text: &self.text[start..end],
                glyphs,
            })
        })
    }
}

/// Shapes text for one thread.
pub struct Shaper {
    book: &'static FontBook,
    buffer: Buffer,
    features: [Feature; 2],
    plans: FxHashMap<(FaceId, Script, bool), ShapePlan>,
    /// Words by face and direction.
    words: Vec<FxHashMap<Box<str>, Rc<Run>>>,
    remembered: usize,
    homes: FxHashMap<(char, Weight), Option<FaceId>>,
}

impl Shaper {
    /// A shaper with an empty cache.
    ///
    /// # Errors
    /// When the embedded faces cannot be read.
    pub fn new() -> Result<Self, PaperError> {
        let book = FontBook::shared()?;
        // Optional ligatures are off: "fi" as one glyph reads no better, and copies worse.
        let off = |tag| Feature::new(Tag::new(tag), 0, ..);
        Ok(Self {
            book,
            buffer: Buffer::new(),
            features: [off(b"liga"), off(b"clig")],
            plans: FxHashMap::default(),
            words: (0..2 * book.count())
                .map(|_| FxHashMap::default())
                .collect(),
            remembered: 0,
            homes: FxHashMap::default(),
        })
    }

    /// The first face of `weight` that draws `c`, if any.
    pub fn home(&mut self, c: char, weight: Weight) -> Option<FaceId> {
        *self
            .homes
            .entry((c, weight))
            .or_insert_with(|| self.book.home(c, weight))
    }

    /// Whether `face` draws `c`.
    pub(super) fn has(&self, face: FaceId, c: char) -> bool {
        self.book.face(face).has(c)
    }

    /// Whether `c` has a width of its own in `face`.
    pub(super) fn takes_width(&self, face: FaceId, c: char) -> bool {
        self.book.face(face).advance(c) != Some(0.0)
    }

    /// Design units to the em of `face`.
    pub(super) fn units_per_em(&self, face: FaceId) -> f32 {
        self.book.face(face).units_per_em
    }

    /// `text` in `face`, which must have every character of it.
    pub(super) fn shape(&mut self, text: &str, face: FaceId, right_to_left: bool) -> Rc<Run> {
        let shelf = 2 * face.index() + usize::from(right_to_left);
        if let Some(run) = self.words[shelf].get(text) {
            return Rc::clone(run);
        }
        let run = Rc::new(self.shape_anew(text, face, right_to_left));
        if text.len() <= LONGEST_WORD {
            self.remember(shelf, &run);
        }
        run
    }

    fn remember(&mut self, shelf: usize, run: &Rc<Run>) {
        if self.remembered == MOST_WORDS {
            self.words.iter_mut().for_each(FxHashMap::clear);
            self.remembered = 0;
        }
        self.words[shelf].insert(run.text.clone(), Rc::clone(run));
        self.remembered += 1;
    }

    fn shape_anew(&mut self, text: &str, id: FaceId, right_to_left: bool) -> Run {
        let face = self.book.face(id);
        let direction = if right_to_left {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        };
        self.buffer.reset();
        self.buffer.push_str(text);
        self.buffer.set_direction(direction);
        self.buffer.guess_segment_properties();
        let script = self.buffer.script();
        let plan = self
            .plans
            .entry((id, script.unwrap_or(Script::COMMON), right_to_left))
            .or_insert_with(|| ShapePlan::new(&face.font, direction, script, None, &self.features));
        let options = ShapeOptions::new()
            .plan(Some(plan))
            .features(&self.features);
        harfrust::shape(&ShaperFont::new(&face.font), &mut self.buffer, options)
            .expect("the buffer is fresh and the plan was made for its direction and script");
        let glyphs = read_glyphs(&self.buffer);
        measure(text, id, glyphs, face.units_per_em, right_to_left)
    }
}

fn read_glyphs(buffer: &Buffer) -> Vec<Glyph> {
    let pairs = buffer.glyph_infos().iter().zip(buffer.glyph_positions());
    pairs
        .map(|(info, position)| Glyph {
            // TrueType has no more than 65,535 glyphs.
            id: info.glyph_id as u16,
            advance: position.x_advance,
            right: position.x_offset,
            up: position.y_offset,
            cluster: info.cluster as usize,
        })
        .collect()
}

fn measure(
    text: &str,
    face: FaceId,
    glyphs: Vec<Glyph>,
    units_per_em: f32,
    right_to_left: bool,
) -> Run {
    let ink = text.trim_end().len();
    let width = |glyphs: &mut dyn Iterator<Item = &Glyph>| -> f32 {
        glyphs.map(|glyph| glyph.advance).sum::<i32>() as f32 / units_per_em
    };
    let advance = width(&mut glyphs.iter());
    let trimmed = width(&mut glyphs.iter().filter(|glyph| glyph.cluster < ink));
    Run {
        text: text.into(),
        face,
        glyphs,
        advance,
        trimmed,
        right_to_left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str, right_to_left: bool) -> Rc<Run> {
        let mut shaper = Shaper::new().expect("the embedded faces can be read");
        let first = text.chars().next().expect("some text");
        let face = shaper.home(first, Weight::Regular).expect("a face");
        shaper.shape(text, face, right_to_left)
    }

    #[test]
    fn pairs_are_kerned() {
        let apart = shape("A", false).advance + shape("V", false).advance;
        assert!(shape("AV", false).advance < apart);
    }

    #[test]
    fn clusters_share_out_the_text_in_either_direction() {
        let texts = |run: &Run| {
            run.clusters()
                .map(|cluster| cluster.text.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(&shape("ab", false)), ["a", "b"]);
        assert_eq!(texts(&shape("محمد", true)), ["د", "م", "ح", "م"]);
        assert_eq!(texts(&shape("ক্ষি", false)), ["ক্ষি"]);
    }

    #[test]
    fn no_glyph_is_missing_in_any_script() {
        for (text, rtl) in [
            ("محمد", true),
            ("ক্ষি", false),
            ("ਪ੍ਰੀ", false),
            ("கொ", false),
            ("द्धि", false),
            ("王", false),
        ] {
            assert!(
                shape(text, rtl).glyphs.iter().all(|glyph| glyph.id != 0),
                "{text}"
            );
        }
    }

    #[test]
    fn white_space_at_the_end_is_measured_apart() {
        let run = shape("word ", false);
        assert!((run.trimmed - shape("word", false).advance).abs() < 0.02);
        assert!(run.advance > run.trimmed);
    }
}
