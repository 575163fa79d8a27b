//! What is drawn where, and what it is: pages of marked items, the tag tree and the bookmarks.
//!
//! Lengths are points; x grows to the right and y downwards from a page's top left corner. Every
//! item is marked, so untagged content cannot be expressed. A page's items are in reading order.

use super::style::Colour;
use crate::document::text::Line;

/// A paper ready to be painted.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// The paper's title, normalised and never blank.
    pub title: String,
    /// The pages; there is at least one.
    pub pages: Vec<Page>,
    /// The tags in reading order; the first is the root, and parents stand before their children.
    pub tags: Vec<Tag>,
    /// The headings, in reading order.
    pub bookmarks: Vec<Bookmark>,
}

/// One page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// What is drawn, in reading order; what is later covers what is earlier.
    pub items: Vec<Item>,
}

/// Something drawn, and what it is.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub mark: Mark,
    /// How it looks.
    pub ink: Ink,
}

/// What an item is to a reader who does not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Content of this tag.
    Content(TagId),
    /// Not content.
    Artifact(Artifact),
}

/// Why an item is not content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artifact {
    /// Rules, fills and repeated table heads.
    Layout,
    /// Running heads and feet.
    Pagination,
}

/// How an item looks.
#[derive(Clone, Debug)]
pub enum Ink {
    /// A line of text.
    Text(TextInk),
    /// A filled rectangle.
    Fill(Frame, Colour),
}

impl Ink {
    /// The rectangle that the ink has to itself.
    #[must_use]
    pub fn frame(&self) -> Frame {
        match self {
            Self::Text(text) => Frame {
                left: text.x,
                top: text.top,
                width: text.line.width,
                height: text.leading,
            },
            Self::Fill(frame, _) => *frame,
        }
    }

    /// Moves the ink down by so many points.
    pub(super) fn shift(&mut self, down: f32) {
        match self {
            Self::Text(text) => text.top += down,
            Self::Fill(frame, _) => frame.top += down,
        }
    }
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    /// The left edge.
    pub left: f32,
    /// The top edge.
    pub top: f32,
    /// How wide it is.
    pub width: f32,
    /// How high it is.
    pub height: f32,
}

impl Frame {
    /// The right edge.
    #[must_use]
    pub fn right(&self) -> f32 {
        self.left + self.width
    }

    /// The bottom edge.
    #[must_use]
    pub fn bottom(&self) -> f32 {
        self.top + self.height
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (left, top) = (self.left.min(other.left), self.top.min(other.top));
        let (right, bottom) = (
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        );
        Self {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }
}

/// A line of text in its place.
#[derive(Clone, Debug)]
pub struct TextInk {
    /// The line's left edge.
    pub x: f32,
    /// The top of the strip that the line has to itself.
    pub top: f32,
    /// The height of that strip.
    pub leading: f32,
    /// The em.
    pub size: f32,
    /// The colour of the glyphs.
    pub colour: Colour,
    /// The glyphs.
    pub line: Line,
}

impl TextInk {
    /// Where the glyphs stand: the middle of the strip is the middle between a typical ascent and
    /// descent, which are 0.905 and 0.212 em in the main face.
    #[must_use]
    pub fn baseline(&self) -> f32 {
        self.top + self.leading / 2.0 + self.size * (0.905 - 0.212) / 2.0
    }
}

/// Names a tag by its place in [`Scene::tags`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TagId(pub usize);

/// A node of the tag tree.
#[derive(Clone, Debug)]
pub struct Tag {
    /// What it is.
    pub role: Role,
    /// The tag around it; none for the root.
    pub parent: Option<TagId>,
}

/// What a tag is; the names are those of PDF's standard structure types.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named by the PDF standard")]
pub enum Role {
    Document,
    Sect,
    Div,
    /// A heading of level 1 to 6.
    Heading(u8),
    P,
    Table,
    Caption,
    THead,
    TBody,
    TR,
    TH(Scope),
    TD,
    /// A list.
    L {
        /// Whether the items are numbered.
        ordered: bool,
    },
    LI,
    Lbl,
    LBody,
    /// A text that can be followed.
    Link {
        /// Where it leads.
        target: String,
    },
    /// A picture; the page it stands on is that of its content.
    Figure {
        /// What it shows, in words.
        alternative: String,
        /// Where it stands, once it has been placed.
        frame: Option<Frame>,
    },
}

/// What a header cell heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The cells beside it.
    Row,
    /// The cells below it.
    Column,
}

/// A heading that a reader can jump to.
#[derive(Clone, Debug, PartialEq)]
pub struct Bookmark {
    /// The heading, on one line.
    pub title: String,
    /// The heading's level.
    pub level: u8,
    /// The page, counted from nought.
    pub page: usize,
    /// The top of the heading.
    pub top: f32,
}
