//! The parts in one ZIP file, always with the same date, and what the file says of itself.

use crate::document::tree::Document;
use crate::document::xml::{escape, w3c_date};
use crate::document::{PaperError, identifier, title};
use docx_rs::XMLDocx;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs `parts`.
pub(super) fn pack(parts: &XMLDocx, document: &Document) -> Result<Vec<u8>, PaperError> {
    let core = core(document);
    let numbered = |kind: &str, parts: &[Vec<u8>]| {
        let numbered = parts.iter().enumerate();
        numbered
            .map(|(index, part)| (format!("word/{kind}{}.xml", index + 1), part.clone()))
            .collect::<Vec<_>>()
    };
    let fixed: [(&str, &[u8]); 12] = [
        ("[Content_Types].xml", &parts.content_type),
        ("_rels/.rels", &parts.rels),
        ("docProps/app.xml", &parts.doc_props.app),
        ("docProps/custom.xml", &parts.doc_props.custom),
        ("word/_rels/document.xml.rels", &parts.document_rels),
        ("word/document.xml", &parts.document),
        ("word/styles.xml", &parts.styles),
        ("word/settings.xml", &parts.settings),
        ("word/fontTable.xml", &parts.font_table),
        ("word/comments.xml", &parts.comments),
        ("word/commentsExtended.xml", &parts.comments_extended),
        ("word/numbering.xml", &parts.numberings),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, content: &[u8], method| -> zip::result::ZipResult<()> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default());
        zip.start_file(name, options)?;
        Ok(zip.write_all(content)?)
    };
    let mut put_all = || {
        for (name, content) in fixed {
            put(name, content, CompressionMethod::Deflated)?;
        }
        // Left uncompressed, so that the identifier can be found in the raw bytes.
        put(
            "docProps/core.xml",
            core.as_bytes(),
            CompressionMethod::Stored,
        )?;
        put(
            "word/footnotes.xml",
            &parts.footnotes,
            CompressionMethod::Deflated,
        )?;
        let headers = numbered("header", &parts.headers);
        for (name, content) in headers.iter().chain(&numbered("footer", &parts.footers)) {
            put(name, content, CompressionMethod::Deflated)?;
        }
        Ok(())
    };
    let failed = |error: zip::result::ZipError| PaperError::Docx(error.to_string());
    put_all().map_err(failed)?;
    Ok(zip.finish().map_err(failed)?.into_inner())
}

/// What the file says of itself: title, language, date, identifier. The date is the paper's own.
fn core(document: &Document) -> String {
    let (title, language) = (escape(&title(document)), escape(&document.language));
    let date = w3c_date(document.date);
    let identifier = identifier(document).map_or_else(String::new, |identifier| {
        format!("<dc:identifier>{}</dc:identifier>", escape(&identifier))
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <dc:title>{title}</dc:title>{identifier}<dc:language>{language}</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:modified>\
         </cp:coreProperties>"
    )
}
