//! From a page's items to its operators. Neighbours with one mark share one marked-content
//! sequence; every sequence of content is numbered for the tag tree.

use super::fonts::Fonts;
use crate::document::typeset::{
    Artifact, Colour, Ink, Item, Mark, PAGE_HEIGHT, Role, Scene, Tag, TagId,
};
use printpdf::{DictItem, Op, PaintMode, Pt, Rect, Rgb};
use std::collections::BTreeMap;

/// What was drawn.
pub(super) struct Contents {
    /// The operators of each page.
    pub pages: Vec<Vec<Op>>,
    /// For each page the tag of each marked-content sequence, by its number.
    pub marked: Vec<Vec<TagId>>,
}

/// The operators of every page of `scene`; the glyphs used are noted in `fonts`.
pub(super) fn contents(scene: &Scene, fonts: &mut Fonts) -> Contents {
    let (mut pages, mut marked) = (Vec::new(), Vec::new());
    for page in &scene.pages {
        let mut painter = Painter::new(fonts, &scene.tags);
        page.items.iter().for_each(|item| painter.item(item));
        painter.close();
        pages.push(painter.ops);
        marked.push(painter.marked);
    }
    Contents { pages, marked }
}

/// Paints one page and remembers what is set and open.
pub(super) struct Painter<'a> {
    pub(super) fonts: &'a mut Fonts,
    pub(super) ops: Vec<Op>,
    tags: &'a [Tag],
    marked: Vec<TagId>,
    open: Option<Mark>,
    in_text: bool,
    colour: Option<Colour>,
    /// The font resource and size that are set.
    pub(super) font: Option<(crate::document::text::FaceId, f32)>,
}

impl<'a> Painter<'a> {
    fn new(fonts: &'a mut Fonts, tags: &'a [Tag]) -> Self {
        let (ops, marked) = (Vec::new(), Vec::new());
        Self {
            fonts,
            ops,
            tags,
            marked,
            open: None,
            in_text: false,
            colour: None,
            font: None,
        }
    }

    fn item(&mut self, item: &Item) {
        self.mark(item.mark);
        match &item.ink {
            Ink::Fill(frame, colour) => {
                self.text_section(false);
                self.fill_colour(*colour);
                let (x, y) = (point(frame.left), from_bottom(frame.bottom()));
                let (width, height) = (point(frame.width), point(frame.height));
                let mode = Some(PaintMode::Fill);
                let rectangle = Rect {
                    x,
                    y,
                    width,
                    height,
                    mode,
                    winding_order: None,
                };
                self.ops.push(Op::DrawRectangle { rectangle });
            }
            Ink::Text(text) => {
                self.text_section(true);
                self.fill_colour(text.colour);
                self.line(text);
            }
        }
    }

    /// Begins a marked-content sequence unless one with this mark is open.
    fn mark(&mut self, mark: Mark) {
        if self.open == Some(mark) {
            return;
        }
        self.close();
        self.open = Some(mark);
        self.ops.push(match mark {
            Mark::Content(tag) => {
                let number = self.marked.len() as i64;
                self.marked.push(tag);
                begin(self.tags[tag.0].role.name(), "MCID", DictItem::Int(number))
            }
            Mark::Artifact(kind) => begin("Artifact", "Type", DictItem::Name(kind.name().to_vec())),
        });
    }

    /// Ends what is open.
    fn close(&mut self) {
        self.text_section(false);
        if self.open.take().is_some() {
            self.ops.push(Op::EndMarkedContent);
        }
    }

    /// Enters or leaves a text section. Marked content must wrap whole text sections.
    fn text_section(&mut self, wanted: bool) {
        if self.in_text != wanted {
            self.ops.push(if wanted {
                Op::StartTextSection
            } else {
                Op::EndTextSection
            });
            self.in_text = wanted;
        }
    }

    fn fill_colour(&mut self, colour: Colour) {
        if self.colour != Some(colour) {
            let [r, g, b] = colour.components();
            let col = printpdf::Color::Rgb(Rgb {
                r,
                g,
                b,
                icc_profile: None,
            });
            self.ops.push(Op::SetFillColor { col });
            self.colour = Some(colour);
        }
    }
}

/// Begins marked content of the type `tag` with one property.
pub(super) fn begin(tag: &str, property: &str, value: DictItem) -> Op {
    let map = BTreeMap::from([(property.to_owned(), value)]);
    Op::BeginMarkedContentWithProperties {
        tag: tag.to_owned(),
        properties: DictItem::Dict { map },
    }
}

/// A length, to a hundredth of a point: finer than any printer, and short in the file.
pub(super) fn point(length: f32) -> Pt {
    Pt((length * 100.0).round() / 100.0)
}

/// A height on the page as PDF counts it: from the bottom upwards.
pub(super) fn from_bottom(y: f32) -> Pt {
    point(PAGE_HEIGHT - y)
}

impl Role {
    /// The standard structure type.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Sect => "Sect",
            Self::Div => "Div",
            Self::Heading(0 | 1) => "H1",
            Self::Heading(2) => "H2",
            Self::Heading(3) => "H3",
            Self::Heading(4) => "H4",
            Self::Heading(5) => "H5",
            Self::Heading(_) => "H6",
            Self::P => "P",
            Self::Table => "Table",
            Self::Caption => "Caption",
            Self::THead => "THead",
            Self::TBody => "TBody",
            Self::TR => "TR",
            Self::TH(_) => "TH",
            Self::TD => "TD",
            Self::L { .. } => "L",
            Self::LI => "LI",
            Self::Lbl => "Lbl",
            Self::LBody => "LBody",
            Self::Link { .. } => "Link",
            Self::Figure { .. } => "Figure",
        }
    }
}

impl Artifact {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Layout => b"Layout",
            Self::Pagination => b"Pagination",
        }
    }
}
