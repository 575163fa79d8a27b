//! The embedded typefaces. They are read once, shared by every thread and never changed.

use crate::document::PaperError;
use harfrust::{Font, ShaperFont};
use std::sync::LazyLock;

/// The widest glyph that is drawn, in ems: in large print a wider one would reach out of the narrowest
/// column into the next.
const WIDEST: f32 = 2.7;

/// A font's PostScript name and file.
type File = (&'static str, &'static [u8]);

macro_rules! file {
    ($package:literal, $family:literal, $weight:literal, $style:literal) => {
        (
            concat!($family, "-", $style),
            include_bytes!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/node_modules/@expo-google-fonts/",
                concat!($package, "/", $weight, $style, "/"),
                concat!($family, "_", $weight, $style, ".ttf"),
            )),
        )
    };
}

/// A family's regular and bold.
macro_rules! family {
    ($package:literal, $family:literal) => {
        [
            file!($package, $family, "400", "Regular"),
            file!($package, $family, "700", "Bold"),
        ]
    };
}

/// The families, in order of preference.
static FAMILIES: [[File; 2]; 7] = [
    family!("arimo", "Arimo"),
    family!("noto-sans", "NotoSans"),
    family!("noto-sans-arabic", "NotoSansArabic"),
    family!("noto-sans-devanagari", "NotoSansDevanagari"),
    family!("noto-sans-bengali", "NotoSansBengali"),
    family!("noto-sans-gurmukhi", "NotoSansGurmukhi"),
    family!("noto-sans-tamil", "NotoSansTamil"),
];

/// Chinese comes last and has no bold: ten megabytes more would serve a few headings only.
static CHINESE: File = file!("noto-sans-sc", "NotoSansSC", "400", "Regular");

static REGULAR: [FaceId; 8] = chain(0);
static BOLD: [FaceId; 8] = chain(1);

/// The faces of one weight; the last, Chinese, serves both.
const fn chain(weight: u8) -> [FaceId; 8] {
    let mut ids = [FaceId(14); 8];
    let mut family = 0;
    while family < 7 {
        ids[family] = FaceId(2 * family as u8 + weight);
        family += 1;
    }
    ids
}

/// How heavy text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    /// For reading.
    Regular,
    /// For headings and labels.
    Bold,
}

impl Weight {
    /// The faces of this weight; the first that has a character draws it.
    #[must_use]
    pub fn chain(self) -> &'static [FaceId] {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }
}

/// Names one of the embedded faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaceId(u8);

impl FaceId {
    /// The face's place in the book, counted from nought.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One typeface of one weight.
pub struct Face {
    /// Its PostScript name.
    pub name: &'static str,
    /// The whole font file.
    pub bytes: &'static [u8],
    /// The file, read.
    pub font: Font,
    /// Design units to the em.
    pub units_per_em: f32,
}

impl Face {
    fn read((name, bytes): (&'static str, &'static [u8])) -> Result<Self, PaperError> {
        let unreadable = || PaperError::Font {
            face: name,
            reason: "not a readable font".to_owned(),
        };
        let font = Font::new(bytes, 0).ok_or_else(unreadable)?;
        let units_per_em = f32::from(font.units_per_em());
        Ok(Self {
            name,
            bytes,
            font,
            units_per_em,
        })
    }

    /// Whether this face draws `c`.
    #[must_use]
    pub fn has(&self, c: char) -> bool {
        self.advance(c).is_some_and(|ems| ems <= WIDEST)
    }

    /// How wide `c` is by itself, in ems; nought for a mark that stands on what is before it.
    pub(super) fn advance(&self, c: char) -> Option<f32> {
        let font = ShaperFont::new(&self.font);
        let glyph = font.nominal_glyph(u32::from(c))?;
        Some(font.glyph_h_advance(glyph) as f32 / self.units_per_em)
    }
}

/// Every embedded face.
pub struct FontBook {
    faces: Vec<Face>,
}

impl FontBook {
    /// The one book that the whole program shares; the first call reads the faces.
    ///
    /// # Errors
    /// When an embedded file is not a readable font.
    pub fn shared() -> Result<&'static Self, PaperError> {
        static BOOK: LazyLock<Result<FontBook, PaperError>> = LazyLock::new(|| {
            let files = FAMILIES.into_iter().flatten().chain([CHINESE]);
            let faces = files.map(Face::read).collect::<Result<_, _>>()?;
            Ok(FontBook { faces })
        });
        BOOK.as_ref().map_err(Clone::clone)
    }

    /// The face that `id` names.
    #[must_use]
    pub fn face(&self, id: FaceId) -> &Face {
        &self.faces[id.index()]
    }

    /// How many faces there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.faces.len()
    }

    /// The first face of `weight` that draws `c`, if any. Private-use code points and
    /// noncharacters have no agreed shape and therefore no home.
    #[must_use]
    pub fn home(&self, c: char, weight: Weight) -> Option<FaceId> {
        if has_no_meaning(c) {
            return None;
        }
        weight
            .chain()
            .iter()
            .copied()
            .find(|&id| self.face(id).has(c))
    }
}

fn has_no_meaning(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0xe000..=0xf8ff | 0xf0000.. | 0xfdd0..=0xfdef) || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::text::{REPLACEMENT, undrawable};

    #[test]
    fn every_face_is_what_its_name_says() {
        let book = FontBook::shared().expect("the embedded faces can be read");
        for (index, face) in book.faces.iter().enumerate() {
            let name = face
                .font
                .names()
                .get(6.into())
                .and_then(|name| name.english_or_first());
            let name: String = name
                .into_iter()
                .flat_map(|name| name.name().chars())
                .collect();
            assert_eq!(name, face.name, "face {index}");
        }
    }

    #[test]
    fn both_weights_draw_the_replacement_mark() {
        let book = FontBook::shared().expect("the embedded faces can be read");
        for weight in [Weight::Regular, Weight::Bold] {
            assert!(book.home(REPLACEMENT, weight).is_some());
        }
    }

    #[test]
    fn names_from_many_languages_can_be_drawn() {
        let names = "Siân Łukasz Nguyễn O’Connor-Wójcik Ọláyínká Ελένη Ольга محمد پاکستان \
                     王小明 बिनोद মোহাম্মদ ਗੁਰਪ੍ਰੀਤ முருகன்";
        assert_eq!(undrawable(names), Ok(vec![]));
    }

    #[test]
    fn what_no_face_has_is_named_once() {
        assert_eq!(undrawable("a😀b😀\u{e000}"), Ok(vec!['😀', '\u{e000}']));
    }

    #[test]
    fn every_plain_character_is_drawn() {
        let book = FontBook::shared().expect("the embedded faces can be read");
        let homeless: Vec<char> = (' '..='~')
            .filter(|&c| book.home(c, Weight::Regular).is_none())
            .collect();
        assert!(homeless.is_empty(), "{homeless:?}");
    }

    #[test]
    fn a_glyph_too_wide_for_a_column_is_not_drawn() {
        let book = FontBook::shared().expect("the embedded faces can be read");
        assert_eq!(book.home('\u{fdfd}', Weight::Regular), None);
    }
}
