//! The fonts of one file: which glyphs were used, what they mean, and the cut-down programs that
//! are embedded. Codes are given in the order of use, so they depend on the paper alone.

use super::save::deflate;
use crate::document::PaperError;
use crate::document::text::{Cluster, Face, FaceId, FontBook, REPLACEMENT, Run};
use harfrust::{GlyphId, ShaperFont};
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use subsetter::GlyphRemapper;

/// The code of the space in every font.
const SPACE: u16 = 1;

/// The fonts of one file, by face.
pub(super) struct Fonts {
    book: &'static FontBook,
    fonts: Vec<Option<Font>>,
}

/// One face as far as it is used.
pub(super) struct Font {
    face: &'static Face,
    codes: GlyphRemapper,
    /// The code of each glyph by its number in the face; nought where it is not used.
    code_of: Vec<u16>,
    /// What each code means.
    meanings: Vec<Meaning>,
    /// The width of each code, in thousandths of an em.
    widths: Vec<f32>,
}

/// What a glyph means when it is read without its surroundings.
#[derive(Clone, Copy)]
struct Meaning {
    character: char,
    /// Whether text relies on it. Where it is a guess, the text is brought along.
    firm: bool,
}

impl Meaning {
    /// A glyph keeps the first meaning that was more than a guess.
    fn settle(&mut self, other: Self) {
        if other.firm && !self.firm {
            *self = other;
        }
    }
}

/// The only one of `items`, if there is exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    if items.next().is_none() { first } else { None }
}

impl Fonts {
    pub(super) fn new() -> Result<Self, PaperError> {
        let book = FontBook::shared()?;
        Ok(Self {
            book,
            fonts: (0..book.count()).map(|_| None).collect(),
        })
    }

    /// The font of `face`, begun when it is first asked for.
    pub(super) fn font(&mut self, face: FaceId) -> &mut Font {
        let book = self.book;
        self.fonts[face.index()].get_or_insert_with(|| Font::new(book.face(face)))
    }

    /// The name of a face's font in every page's resources.
    pub(super) fn resource_name(face: FaceId) -> String {
        format!("T{}", face.index())
    }

    /// Embeds what is used and names it in the resources of `pages`.
    pub(super) fn embed(
        self,
        file: &mut lopdf::Document,
        pages: &[ObjectId],
    ) -> Result<(), PaperError> {
        let mut names = Dictionary::new();
        for (index, font) in self.fonts.into_iter().enumerate() {
            if let Some(font) = font {
                names.set(format!("T{index}"), font.embed(file)?);
            }
        }
        // printpdf gives all pages one font dictionary.
        if let Some(&page) = pages.first() {
            let resources = file
                .get_dictionary(page)?
                .get(b"Resources")?
                .as_reference()?;
            let fonts = file
                .get_dictionary(resources)?
                .get(b"Font")?
                .as_reference()?;
            file.objects.insert(fonts, Object::Dictionary(names));
        }
        Ok(())
    }
}

impl Font {
    fn new(face: &'static Face) -> Self {
        let mut font = Self {
            face,
            codes: GlyphRemapper::new(),
            code_of: vec![0; face.font.num_glyphs() as usize],
            meanings: vec![Meaning {
                character: ' ',
                firm: false,
            }],
            widths: Vec::new(),
        };
        // Code nought is the missing glyph, which every font must hold and no text uses.
        font.widths.push(font.width_of(0));
        let space = ShaperFont::new(&face.font).nominal_glyph(u32::from(' '));
        // A face without a space has its missing glyph here, which is never shown: every embedded
        // face has one.
        font.add(
            space.map_or(0, |glyph| glyph.to_u32() as u16),
            Meaning {
                character: ' ',
                firm: true,
            },
        );
        font
    }

    /// How wide a glyph is by itself, in thousandths of an em.
    fn width_of(&self, glyph: u16) -> f32 {
        let advance =
            ShaperFont::new(&self.face.font).glyph_h_advance(GlyphId::new(u32::from(glyph)));
        (advance as f32 * 100_000.0 / self.face.units_per_em).round() / 100.0
    }

    /// Thousandths of an em to one design unit.
    pub(super) fn scale(&self) -> f32 {
        1000.0 / self.face.units_per_em
    }

    /// The code of a glyph that was taken up, and its width in thousandths of an em.
    pub(super) fn code(&self, glyph: u16) -> (u16, f32) {
        let code = self.code_of[usize::from(glyph)];
        (code, self.widths[usize::from(code)])
    }

    /// The code and the width of the space.
    pub(super) fn space(&self) -> (u16, f32) {
        (SPACE, self.widths[usize::from(SPACE)])
    }

    /// Takes up the glyphs of `run` and remembers, where it can, what each means by itself.
    pub(super) fn take_up(&mut self, run: &Run) {
        for cluster in run.clusters() {
            let character = only(cluster.text.chars());
            let firm = cluster.glyphs.len() == 1 && character.is_some();
            let meaning = Meaning {
                character: character.unwrap_or(REPLACEMENT),
                firm,
            };
            for glyph in cluster.glyphs {
                match self.code_of[usize::from(glyph.id)] {
                    0 => self.add(glyph.id, meaning),
                    code => self.meanings[usize::from(code)].settle(meaning),
                }
            }
        }
    }

    /// Whether a reader who knows the meanings reads the text of `cluster`, whose glyphs were taken
    /// up.
    pub(super) fn reads(&self, cluster: &Cluster) -> bool {
        let &[glyph] = cluster.glyphs else {
            return false;
        };
        let code = self.code_of[usize::from(glyph.id)];
        only(cluster.text.chars()) == Some(self.meanings[usize::from(code)].character)
    }

    fn add(&mut self, glyph: u16, meaning: Meaning) {
        self.code_of[usize::from(glyph)] = self.codes.remap(glyph);
        self.widths.push(self.width_of(glyph));
        self.meanings.push(meaning);
    }

    /// Adds the font's objects and returns the one that pages refer to.
    fn embed(self, file: &mut lopdf::Document) -> Result<ObjectId, PaperError> {
        let failed = |error: subsetter::Error| PaperError::Font {
            face: self.face.name,
            reason: error.to_string(),
        };
        let mut program = subsetter::subset(self.face.bytes, 0, &self.codes).map_err(failed)?;
        let name = format!("{}+{}", subset_tag(&self.codes), self.face.name);
        let name = || Object::Name(name.clone().into_bytes());
        let deflated = deflate(&mut program);
        let entries = dictionary! { "Filter" => "FlateDecode", "Length1" => program.len() as i64 };
        let program = file.add_object(Stream::new(entries, deflated).with_compression(false));
        let descriptor = file.add_object(descriptor(self.face, name(), program));
        let meanings = file.add_object(Stream::new(
            Dictionary::new(),
            to_unicode(&self.meanings).into_bytes(),
        ));
        let widths: Vec<Object> = self.widths.iter().map(|&width| number(width)).collect();
        let glyphs = file.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => name(),
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => descriptor, "DW" => 0,
            "W" => vec![0.into(), widths.into()], "CIDToGIDMap" => "Identity",
        });
        Ok(file.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type0", "BaseFont" => name(), "Encoding" => "Identity-H",
            "DescendantFonts" => vec![glyphs.into()], "ToUnicode" => meanings,
        }))
    }
}

/// A whole number without a decimal point.
fn number(value: f32) -> Object {
    if value.fract() == 0.0 {
        Object::Integer(value as i64)
    } else {
        Object::Real(value)
    }
}

/// Six capitals that tell one subset of a face from another: a digest of its glyphs.
fn subset_tag(codes: &GlyphRemapper) -> String {
    let glyphs: Vec<u8> = codes.remapped_gids().flat_map(u16::to_be_bytes).collect();
    Sha256::digest(glyphs)
        .iter()
        .take(6)
        .map(|byte| char::from(b'A' + byte % 26))
        .collect()
}

fn descriptor(face: &Face, name: Object, program: ObjectId) -> Dictionary {
    let metrics = face.font.metrics();
    let scaled = |units: f32| Object::Integer((units * 1000.0 / face.units_per_em).round() as i64);
    let line = metrics.hhea_line.unwrap_or_default();
    let bounds = metrics.bounds;
    let capitals = metrics.cap_height.unwrap_or(line.ascender);
    let corners = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max];
    dictionary! {
        "Type" => "FontDescriptor", "FontName" => name,
        // Symbolic: the font is addressed by glyph and has no encoding of its own.
        "Flags" => 4,
        "FontBBox" => corners.map(|corner| scaled(corner.to_f32())).to_vec(),
        "ItalicAngle" => 0, "Ascent" => scaled(line.ascender.to_f32()),
        "Descent" => scaled(line.descender.to_f32()), "CapHeight" => scaled(capitals.to_f32()),
        // Not recorded in TrueType fonts; viewers use it only when the program is missing.
        "StemV" => 80, "FontFile2" => program,
    }
}

/// The map from codes to characters, in the form that every reader knows.
fn to_unicode(meanings: &[Meaning]) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n\
         << /Registry (Adobe)\n/Ordering (UCS)\n/Supplement 0\n>> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let codes: Vec<_> = meanings.iter().enumerate().skip(1).collect();
    // A section may hold at most a hundred entries.
    for section in codes.chunks(100) {
        let mut write = || -> std::fmt::Result {
            writeln!(map, "{} beginbfchar", section.len())?;
            for (code, meaning) in section {
                write!(map, "<{code:04X}> <")?;
                for unit in meaning.character.encode_utf16(&mut [0; 2]) {
                    write!(map, "{unit:04X}")?;
                }
                writeln!(map, ">")?;
            }
            writeln!(map, "endbfchar")
        };
        write().expect("writing to a string cannot fail");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
    map
}
