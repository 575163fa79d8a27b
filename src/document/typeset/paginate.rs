//! Cutting the galley into pages: as full as they can be, but never between slugs that are kept
//! together while a page can hold them.

use super::MOST_PAGES;
use super::galley::{Galley, Head, Slug};
use super::scene::{Bookmark, Ink, Item, Mark, Page, Role, Scene};
use super::style::{BOTTOM, TOP};
use crate::document::tree::Document;
use crate::document::{self, PaperError};

/// Cuts `galley` into pages.
pub(super) fn paginate(galley: Galley, document: &Document) -> Result<Scene, PaperError> {
    let Galley { slugs, heads, tags } = galley;
    let title = document::title(document);
    let scene = Scene {
        title,
        pages: vec![Page::default()],
        tags,
        bookmarks: Vec::new(),
    };
    let mut press = Press {
        scene,
        heads,
        y: TOP,
        empty: TOP,
        row: None,
    };
    let mut slugs = slugs.into_iter().peekable();
    let mut chain = Vec::new();
    while let Some(slug) = slugs.next() {
        let kept = slug.keep && slugs.peek().is_some();
        chain.push(slug);
        if !kept {
            press.place_chain(&mut chain)?;
        }
    }
    press.settle_row();
    Ok(press.scene)
}

struct Press {
    scene: Scene,
    heads: Vec<Head>,
    /// How far down the current page is filled.
    y: f32,
    /// How far down it is filled when nothing but a repeated head stands on it.
    empty: f32,
    /// The table row being placed, and its first item on the current page.
    row: Option<(usize, usize)>,
}

impl Press {
    /// Places slugs that should stay together.
    fn place_chain(&mut self, chain: &mut Vec<Slug>) -> Result<(), PaperError> {
        let height: f32 = chain.iter().map(|slug| slug.gap + slug.height).sum();
        let repeated = chain[0].head.map_or(0.0, |head| self.heads[head].height);
        let fits_a_page = height - chain[0].gap + repeated <= BOTTOM - TOP;
        // What no page can hold begins a page, so that its beginning is not torn off as well.
        if !fits_a_page || self.y + height > BOTTOM {
            self.begin_page(chain[0].head)?;
        }
        for slug in chain.drain(..) {
            if self.y + slug.gap + slug.height > BOTTOM {
                self.begin_page(slug.head)?;
            }
            self.place(slug);
        }
        Ok(())
    }

    /// Ends the page, unless nothing stands on it yet.
    fn begin_page(&mut self, head: Option<usize>) -> Result<(), PaperError> {
        if self.y <= self.empty {
            return Ok(());
        }
        self.settle_row();
        if self.scene.pages.len() == MOST_PAGES {
            return Err(PaperError::TooLong);
        }
        self.scene.pages.push(Page::default());
        self.y = TOP;
        if let Some(head) = head.map(|head| &self.heads[head]) {
            let items = head.items.clone();
            let height = head.height;
            self.draw(items);
            self.y += height;
        }
        self.empty = self.y;
        Ok(())
    }

    fn place(&mut self, slug: Slug) {
        if self.y > self.empty {
            self.y += slug.gap;
        }
        if slug.row != self.row.map(|(row, _)| row) {
            self.settle_row();
            self.row = slug.row.map(|row| (row, self.page().items.len()));
        }
        if let Some((title, level)) = slug.bookmark {
            let page = self.scene.pages.len() - 1;
            self.scene.bookmarks.push(Bookmark {
                title,
                level,
                page,
                top: self.y,
            });
        }
        self.draw(slug.items);
        self.y += slug.height;
    }

    /// A row's slugs hold a line of every cell. To be read cell by cell, what they put on this page
    /// is put in order: first what is behind the text, then each cell's lines.
    fn settle_row(&mut self) {
        if let Some((_, first)) = self.row.take() {
            self.page().items[first..].sort_by_key(|item| match item.mark {
                Mark::Artifact(_) => None,
                Mark::Content(tag) => Some(tag),
            });
        }
    }

    fn page(&mut self) -> &mut Page {
        self.scene
            .pages
            .last_mut()
            .expect("a scene begins with a page and never loses one")
    }

    fn draw(&mut self, items: Vec<Item>) {
        let y = self.y;
        for mut item in items {
            item.ink.shift(y);
            if let Mark::Content(tag) = item.mark
                && let Role::Figure { frame, .. } = &mut self.scene.tags[tag.0].role
            {
                let ink = item.ink.frame();
                *frame = Some(frame.map_or(ink, |frame| frame.union(&ink)));
            }
            if !self.lengthens_last_fill(&item) {
                self.page().items.push(item);
            }
        }
    }

    /// Joins a fill to the one right above it: two rectangles that only touch show a seam.
    fn lengthens_last_fill(&mut self, item: &Item) -> bool {
        let (Ink::Fill(fill, colour), Mark::Artifact(_)) = (&item.ink, item.mark) else {
            return false;
        };
        let above = self
            .page()
            .items
            .iter_mut()
            .rev()
            .take(64)
            .find_map(|earlier| match &mut earlier.ink {
                Ink::Fill(frame, same)
                    if same == colour && frame.left == fill.left && frame.width == fill.width =>
                {
                    Some(frame)
                }
                _ => None,
            });
        match above {
            Some(frame) if (frame.bottom() - fill.top).abs() < 0.01 => {
                frame.height += fill.height;
                true
            }
            _ => false,
        }
    }
}
