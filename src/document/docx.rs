//! The paper as a Word document: the same content as on the pages, with real headings, lists and
//! header rows, so that it can be worked on and listened to. docx-rs writes the parts; what it
//! does not know is put in before they are packed. The same document gives the same bytes.

mod amend;
mod body;
mod order;
mod package;
mod running;
mod styles;
mod table;

use super::PaperError;
use super::tree::Document;
use super::typeset::style::scale;
use body::Piece;
use docx_rs::Docx;

/// Sets `document` as a Word document.
///
/// # Errors
/// When the language is not a BCP 47 tag, or the libraries for XML or ZIP fail. Nothing is returned
/// but a whole file.
pub fn docx(document: &Document) -> Result<Vec<u8>, PaperError> {
    super::check_language(document)?;
    let scale = scale(document.large_print);
    let body = body::compose(document);
    let mut docx = running::frame(Docx::new().styles(styles::all(scale)), document);
    for (levels, list) in body.lists {
        docx = docx.add_abstract_numbering(levels).add_numbering(list);
    }
    for piece in body.pieces {
        docx = match piece {
            Piece::Paragraph(paragraph) => docx.add_paragraph(*paragraph),
            Piece::Table(table) => docx.add_table(*table),
        };
    }
    let mut parts = docx.build();
    parts.document = amend::text(&parts.document, &body.labels)?;
    for part in parts.headers.iter_mut().chain(&mut parts.footers) {
        *part = amend::text(part, &[])?;
    }
    parts.styles = amend::styles(&parts.styles, &document.language)?;
    for part in [&mut parts.numberings, &mut parts.settings] {
        *part = amend::order(part)?;
    }
    package::pack(&parts, document)
}

/// Points as Word counts most lengths: in twentieths.
fn twips(points: f32) -> i32 {
    (points * 20.0).round() as i32
}
