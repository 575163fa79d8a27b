//! The galley: everything that was composed, in one long column that is not yet cut into pages.
//!
//! It is made of slugs, strips that are never cut. Between two slugs a page may end, unless the
//! upper one is kept with the lower.

use super::scene::{Artifact, Frame, Ink, Item, Mark, Role, Tag, TagId, TextInk};
use super::style::{Colour, Style};
use crate::document::text::Line;

/// A strip of the column that is never cut.
#[derive(Clone, Debug, Default)]
pub(super) struct Slug {
    /// The space above, which is dropped at the top of a page.
    pub gap: f32,
    pub height: f32,
    /// What is drawn; y counts from the slug's top.
    pub items: Vec<Item>,
    /// Whether the page may not end below this slug.
    pub keep: bool,
    /// The row of a table that the slug belongs to, if any.
    pub row: Option<usize>,
    /// The table head to repeat when a page begins with this slug, if any.
    pub head: Option<usize>,
    /// The heading that begins here, if any, with its level.
    pub bookmark: Option<(String, u8)>,
}

/// A table head as it is repeated: without tags, for it was read once.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub height: f32,
    pub items: Vec<Item>,
}

/// The column and the tags of what stands in it.
#[derive(Debug, Default)]
pub(super) struct Galley {
    pub slugs: Vec<Slug>,
    pub heads: Vec<Head>,
    pub tags: Vec<Tag>,
}

impl Galley {
    /// A new tag at the end of its parent.
    pub(super) fn tag(&mut self, parent: TagId, role: Role) -> TagId {
        self.tags.push(Tag {
            role,
            parent: Some(parent),
        });
        TagId(self.tags.len() - 1)
    }

    /// The tag for the content of `parent`: a link under it if it leads anywhere, or itself.
    pub(super) fn link(&mut self, parent: TagId, target: Option<String>) -> TagId {
        match target {
            Some(target) => self.tag(parent, Role::Link { target }),
            None => parent,
        }
    }

    /// Adds space above the next slug that is added after `from`, if there is one.
    pub(super) fn space_above(&mut self, from: usize, gap: f32) {
        if let Some(slug) = self.slugs.get_mut(from) {
            slug.gap = slug.gap.max(gap);
        }
    }

    /// Keeps every slug from `from` onwards on one page, as far as they fit on one.
    pub(super) fn keep_together(&mut self, from: usize) {
        let last = self.slugs.len().saturating_sub(1);
        for slug in self.slugs.get_mut(from..last).unwrap_or_default() {
            slug.keep = true;
        }
    }

    /// Keeps the last slug with whatever comes next.
    pub(super) fn keep_with_next(&mut self) {
        if let Some(slug) = self.slugs.last_mut() {
            slug.keep = true;
        }
    }

    /// Forbids a page to begin with the last or end with the first of the slugs from `from`.
    pub(super) fn forbid_widows(&mut self, from: usize) {
        let count = self.slugs.len() - from;
        if count >= 2 {
            self.slugs[from].keep = true;
            self.slugs[from + count - 2].keep = true;
        }
    }

    /// Makes the space between the slugs from `from` part of the slugs, as it is inside a box.
    pub(super) fn absorb_gaps(&mut self, from: usize) {
        for slug in self.slugs.iter_mut().skip(from + 1) {
            slug.items
                .iter_mut()
                .for_each(|item| item.ink.shift(slug.gap));
            slug.height += slug.gap;
            slug.gap = 0.0;
        }
    }

    /// Puts a bar behind every slug from `from`: its left edge and its width.
    pub(super) fn back(&mut self, from: usize, [x, width]: [f32; 2], colour: Colour) {
        for slug in &mut self.slugs[from..] {
            slug.items
                .insert(0, fill_item([x, 0.0, width, slug.height], colour));
        }
    }
}

/// A rectangle that is not content: left edge, top edge, width, height.
pub(super) fn fill_item([left, top, width, height]: [f32; 4], colour: Colour) -> Item {
    let ink = Ink::Fill(
        Frame {
            left,
            top,
            width,
            height,
        },
        colour,
    );
    Item {
        mark: Mark::Artifact(Artifact::Layout),
        ink,
    }
}

/// `line` in a measure that begins at `x`: at its left, or at its right if it runs from the right.
pub(super) fn text_ink(line: Line, [x, measure]: [f32; 2], top: f32, style: Style) -> Ink {
    let x = if line.right_to_left {
        x + (measure - line.width).max(0.0)
    } else {
        x
    };
    let Style {
        size,
        leading,
        colour,
        ..
    } = style;
    Ink::Text(TextInk {
        x,
        top,
        leading,
        size,
        colour,
        line,
    })
}

/// A marked [`text_ink`].
pub(super) fn text_item(mark: Mark, line: Line, column: [f32; 2], top: f32, style: Style) -> Item {
    Item {
        mark,
        ink: text_ink(line, column, top, style),
    }
}
