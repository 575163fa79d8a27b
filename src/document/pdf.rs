//! From pages to a PDF file: PDF 1.7 that conforms to PDF/UA-1 and PDF/A-2a, or PDF/A-3a when it
//! carries another file. printpdf writes the
//! pages; what it does not know (tags, cut-down fonts, metadata, a fixed identifier) is added to
//! its object tree before it is saved. No text reaches the file but as glyphs, as PDF strings and
//! as escaped XML: nothing that is typed can become an operator.

mod attach;
mod colour;
mod fonts;
mod links;
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
use metadata::Archive;
use printpdf::{PdfDocument, PdfParseErrorSeverity, PdfSaveOptions, Pt};

pub use attach::Attachment;

/// How a PDF is made, beyond what the document says.
#[derive(Clone, Debug, Default)]
pub struct PdfOptions {
    /// A file to carry inside; with one, the paper keeps PDF/A-3a instead of PDF/A-2a.
    pub attachment: Option<Attachment>,
}

/// Sets `document` and writes it as tagged PDF. The same document gives the same bytes.
///
/// # Errors
/// When the language is not a BCP 47 tag, the paper is too long, or an embedded face or the PDF
/// library fails. Nothing is returned but a whole file.
pub fn pdf(document: &Document) -> Result<Vec<u8>, PaperError> {
    pdf_with(document, &PdfOptions::default())
}

/// Does what [`pdf`] does, by these `options`.
///
/// # Errors
/// When [`pdf`] fails, or the attachment has no name or no media type.
pub fn pdf_with(document: &Document, options: &PdfOptions) -> Result<Vec<u8>, PaperError> {
    super::check_language(document)?;
    let scene = typeset(document)?;
    paint(&scene, document, options)
}

fn paint(scene: &Scene, document: &Document, options: &PdfOptions) -> Result<Vec<u8>, PaperError> {
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
    let archive = match &options.attachment {
        None => Archive::Two,
        Some(attachment) => {
            attach::add(&mut file, attachment, document.date)?;
            Archive::Three
        }
    };
    metadata::add(&mut file, scene, document, archive)?;
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

impl From<lopdf::Error> for PaperError {
    fn from(error: lopdf::Error) -> Self {
        Self::Pdf(error.to_string())
    }
}
