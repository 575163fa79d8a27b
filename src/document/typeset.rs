//! From the document tree to pages. One pass sets every text in its place and makes the tag that
//! says what it is, so what is drawn and what is read aloud cannot differ. It writes no PDF.

mod chart;
mod compose;
mod galley;
mod paginate;
mod running;
mod scene;
pub(super) mod style;
mod table;

use super::PaperError;
use super::text::Shaper;
use super::tree::Document;
use std::cell::RefCell;

pub(super) use table::{LABELS, columns};

pub use scene::{
    Artifact, Bookmark, Frame, Ink, Item, Mark, Page, Role, Scene, Scope, Tag, TagId, TextInk,
};
pub use style::{Colour, PAGE_HEIGHT, PAGE_WIDTH};

/// The most pages of one paper: an order of magnitude above anything a person would read.
pub const MOST_PAGES: usize = 2_000;

thread_local! {
    /// One shaper a thread, so that its words are shaped once and not once a paper.
    static SHAPER: RefCell<Option<Shaper>> = const { RefCell::new(None) };
}

/// Sets `document` on A4 pages.
///
/// # Errors
/// When the embedded faces cannot be read, or the paper is longer than [`MOST_PAGES`].
pub fn typeset(document: &Document) -> Result<Scene, PaperError> {
    SHAPER.with_borrow_mut(|shared| {
        let mut shaper = match shared.take() {
            Some(shaper) => shaper,
            None => Shaper::new()?,
        };
        let galley = compose::compose(document, &mut shaper);
        let scene = paginate::paginate(galley, document).map(|mut scene| {
            running::add(&mut scene, document, &mut shaper);
            scene
        });
        *shared = Some(shaper);
        scene
    })
}
