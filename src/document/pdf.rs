//! From pages to a PDF file: PDF 1.7 that conforms to PDF/UA-1 and PDF/A-2a. printpdf writes the
//! pages; what it does not know (tags, cut-down fonts, metadata, a fixed identifier) is added to
//! its object tree before it is saved. No text reaches the file but as glyphs, as PDF strings and
//! as escaped XML: nothing that is typed can become an operator.

mod colour;
mod fonts;
mod metadata;
mod ops;
mod outline;
mod save;
mod string;
mod tags;
mod text_ops;

use super::PaperError;
use super::tree::Document;
use super::typeset::{PAGE_HEIGHT, PAGE_WIDTH, Scene, typeset};
use fonts::Fonts;
use printpdf::{PdfDocument, PdfParseErrorSeverity, PdfSaveOptions, Pt};

/// Sets `document` and writes it as tagged PDF. The same document gives the same bytes.
///
/// # Errors
/// When the language is not a BCP 47 tag, the paper is too long, or an embedded face or the PDF
/// library fails. Nothing is returned but a whole file.
pub fn pdf(document: &Document) -> Result<Vec<u8>, PaperError> {
    if !is_language_tag(&document.language) {
        return Err(PaperError::Language);
    }
    let scene = typeset(document)?;
    paint(&scene, document)
}

fn paint(scene: &Scene, document: &Document) -> Result<Vec<u8>, PaperError> {
    let mut fonts = Fonts::new()?;
    let contents = ops::contents(scene, &mut fonts);
    let mut file = serialise(contents.pages)?;
    let pages: Vec<_> = file.get_pages().into_values().collect();
    fonts.embed(&mut file, &pages)?;
    tags::add(
        &mut file,
        &pages,
        scene,
        &contents.marked,
        &document.language,
    )?;
    outline::add(&mut file, &pages, scene)?;
    metadata::add(&mut file, scene, document)?;
    save::save(file)
}

/// Lets printpdf turn each page's operators into its objects.
fn serialise(pages: Vec<Vec<printpdf::Op>>) -> Result<lopdf::Document, PaperError> {
    let page = |ops| {
        let sheet = printpdf::Rect::from_wh(Pt(PAGE_WIDTH), Pt(PAGE_HEIGHT));
        let mut page = printpdf::PdfPage::new(printpdf::Mm(210.0), printpdf::Mm(297.0), ops);
        (page.media_box, page.trim_box, page.crop_box) = (sheet.clone(), sheet.clone(), sheet);
        page
    };
    let mut printed = PdfDocument::new("");
    printed.with_pages(pages.into_iter().map(page).collect());
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        // "Secure" would drop the operators that printpdf has no name for; ours are all made here.
        secure: false,
        image_optimization: None,
    };
    let mut warnings = Vec::new();
    let file = printed.to_lopdf_document(&options, &mut warnings);
    let error = warnings
        .into_iter()
        .find(|warning| warning.severity == PdfParseErrorSeverity::Error);
    error.map_or(Ok(file), |warning| Err(PaperError::Pdf(warning.msg)))
}

/// Whether `tag` has the form of a BCP 47 tag: letters first, then parts of one to eight letters or
/// digits.
fn is_language_tag(tag: &str) -> bool {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = tag.split('-').next().unwrap_or_default();
    tag.split('-').all(part)
        && (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
}

impl From<lopdf::Error> for PaperError {
    fn from(error: lopdf::Error) -> Self {
        Self::Pdf(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_told_from_other_text() {
        assert!(
            ["en-GB", "cy", "zh-Hans-CN", "pa-Guru"]
                .into_iter()
                .all(is_language_tag)
        );
        assert!(
            !["", "e", "en_GB", "en-", "en GB", "english", "en-<b>"]
                .into_iter()
                .any(is_language_tag)
        );
    }
}
