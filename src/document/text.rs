//! Text: what may be typed, which face draws it, how it is shaped, where its lines break. It knows
//! nothing of pages.

mod bidi;
mod faces;
mod itemise;
mod lines;
mod link;
mod normal;
mod shaping;

pub use bidi::directed;
pub use faces::{Face, FaceId, FontBook, Weight};
pub use lines::{Line, PlacedRun};
pub use link::target;
pub use normal::{left_out, normalise};
pub use shaping::{Cluster, Glyph, Run, Shaper};

/// Stands for a character that no embedded face can draw.
pub const REPLACEMENT: char = '\u{fffd}';

/// The characters of `text` that no embedded face can draw, each once, in order of appearance. On
/// paper each becomes a visible [`REPLACEMENT`], so an author should be told of them beforehand.
///
/// # Errors
/// When the embedded faces cannot be read.
pub fn undrawable(text: &str) -> Result<Vec<char>, super::PaperError> {
    let book = FontBook::shared()?;
    let mut found = Vec::new();
    for c in normalise(text).chars() {
        // Not looked up: a page of answers is nearly all of these.
        let plain = matches!(c, '\n' | ' '..='~');
        if !plain && book.home(c, Weight::Regular).is_none() && !found.contains(&c) {
            found.push(c);
        }
    }
    Ok(found)
}

/// `text`, normalised, with every run of white space as one space and none at its ends.
#[must_use]
pub fn one_line(text: &str) -> String {
    normalise(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
