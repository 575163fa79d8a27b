//! Choosing faces: text becomes pieces of one face and one direction each, and what no face draws
//! becomes a visible mark.

use super::REPLACEMENT;
use super::faces::{FaceId, Weight};
use super::normal::is_joiner;
use super::shaping::{Run, Shaper};
use std::borrow::Cow;
use std::rc::Rc;
use unicode_segmentation::UnicodeSegmentation;

/// A shaped piece of a line.
pub(super) struct Piece {
    pub run: Rc<Run>,
    /// Its embedding level: odd runs right to left.
    pub level: u8,
}

impl Shaper {
    /// `text` with a visible mark for every character that no face of `weight` draws. Joiners are
    /// consumed by shaping and need no glyph.
    pub(super) fn visible<'a>(&mut self, text: &'a str, weight: Weight) -> Cow<'a, str> {
        let mut drawable =
            |c: char| c == '\n' || c.is_ascii() || is_joiner(c) || self.home(c, weight).is_some();
        if text.chars().all(&mut drawable) {
            return Cow::Borrowed(text);
        }
        text.chars()
            .map(|c| if drawable(c) { c } else { REPLACEMENT })
            .collect()
    }

    /// Adds the pieces of `text`, which is visible, to `pieces`. Each letter with its marks is in
    /// the first face that has the whole of it.
    pub(super) fn itemise(
        &mut self,
        text: &str,
        weight: Weight,
        level: u8,
        pieces: &mut Vec<Piece>,
    ) {
        let first = weight.chain()[0];
        let mut add = |shaper: &mut Self, text: &str, face| {
            if !text.is_empty() {
                let run = shaper.shape(text, face, level % 2 == 1);
                pieces.push(Piece { run, level });
            }
        };
        if text.is_ascii() {
            return add(self, text, first);
        }
        let (mut start, mut face) = (0, first);
        for (at, letter) in text.grapheme_indices(true) {
            let home = self.home_of_letter(letter, weight, face);
            if home == Some(face) {
                continue;
            }
            add(self, &text[start..at], face);
            start = at;
            match home {
                Some(home) => face = home,
                None => {
                    // No single face has all its parts: each stands in its own.
                    for (within, c) in letter.char_indices().filter(|&(_, c)| !is_joiner(c)) {
                        let home = self.home(c, weight).unwrap_or(first);
                        add(self, &letter[within..within + c.len_utf8()], home);
                    }
                    start += letter.len();
                }
            }
        }
        add(self, &text[start..], face);
    }

    /// The face for a whole letter with its marks; white space stays in the `current` face.
    fn home_of_letter(&mut self, letter: &str, weight: Weight, current: FaceId) -> Option<FaceId> {
        let mut characters = letter.chars().filter(|&c| !is_joiner(c));
        let only = characters.next();
        if let (Some(c), None) = (only, characters.next()) {
            let stays = c.is_whitespace() && self.has(current, c);
            return if stays {
                Some(current)
            } else {
                self.home(c, weight)
            };
        }
        let has = |face: FaceId, c: char| is_joiner(c) || self.has(face, c);
        let has_all = |&face: &FaceId| letter.chars().all(|c| has(face, c));
        weight.chain().iter().copied().find(has_all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let mut shaper = Shaper::new().expect("the embedded faces can be read");
        let mut pieces = Vec::new();
        let text = shaper.visible(text, Weight::Regular).into_owned();
        shaper.itemise(&text, Weight::Regular, 0, &mut pieces);
        pieces
            .iter()
            .map(|piece| piece.run.text.to_string())
            .collect()
    }

    #[test]
    fn each_script_stands_in_its_own_face_and_spaces_part_nothing() {
        assert_eq!(pieces("Siân बिनोद श्रेष्ठ 王"), ["Siân ", "बिनोद श्रेष्ठ ", "王"]);
    }

    #[test]
    fn what_no_face_draws_is_marked() {
        assert_eq!(pieces("a😀").concat(), "a\u{fffd}");
    }

    #[test]
    fn a_letter_and_a_mark_of_different_faces_are_both_drawn() {
        assert_eq!(pieces("王\u{93f}"), ["王", "\u{93f}"]);
    }
}
