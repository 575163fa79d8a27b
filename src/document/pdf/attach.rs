//! A file inside the file: the data that a paper was made from, for programs (PDF/A-3).

use super::metadata::pdf_date;
use super::save::deflate_once;
use super::string::text_string;
use crate::document::PaperError;
use crate::document::text::one_line;
use chrono::{DateTime, Utc};
use lopdf::{Object, Stream, dictionary};

/// A file to be carried inside a PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The name that it is saved under.
    pub name: String,
    /// Its media type, such as "application/json".
    pub media_type: String,
    /// Its content, which is carried unchanged.
    pub bytes: Vec<u8>,
}

/// Puts `attachment` into the file as the source of the whole paper.
pub(super) fn add(
    file: &mut lopdf::Document,
    attachment: &Attachment,
    date: DateTime<Utc>,
) -> Result<(), PaperError> {
    let name = one_line(&attachment.name);
    if !is_file_name(&name) || !is_media_type(&attachment.media_type) {
        return Err(PaperError::Attachment);
    }
    let entries = dictionary! {
        "Type" => "EmbeddedFile", "Subtype" => attachment.media_type.as_str(),
        "Filter" => "FlateDecode",
        "Params" => dictionary! {
            "Size" => attachment.bytes.len() as i64,
            "ModDate" => Object::string_literal(pdf_date(date)),
        },
    };
    let content = Stream::new(entries, deflated(&attachment.bytes)).with_compression(false);
    let content = file.add_object(content);
    let name = || text_string(&name);
    let described = file.add_object(dictionary! {
        "Type" => "Filespec", "F" => name(), "UF" => name(),
        "Desc" => text_string("The data of this paper, for programs"),
        "AFRelationship" => "Source", "EF" => dictionary! { "F" => content, "UF" => content },
    });
    let names: Vec<Object> = vec![name(), described.into()];
    let catalogue = file.catalog_mut()?;
    catalogue.set("AF", vec![described.into()]);
    catalogue.set(
        "Names",
        dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } },
    );
    Ok(())
}

/// `content`, deflated. A carriage return at its end would be taken for a part of the line end
/// behind the stream; a line feed after it is outside the deflated data, which know where they end.
fn deflated(content: &[u8]) -> Vec<u8> {
    let mut deflated = deflate_once(content);
    if deflated.last() == Some(&b'\r') {
        deflated.push(b'\n');
    }
    deflated
}

/// Whether `name` is not blank and names no place in a file system.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':'])
}

fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !part.is_empty() && part.bytes().all(allowed)
    };
    text.split_once('/')
        .is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_media_types_are_told_from_other_text() {
        assert!(is_file_name("report 12.json"));
        assert!(
            !["", "../report", "a\\b", "c:d"]
                .into_iter()
                .any(is_file_name)
        );
        assert!(is_media_type("application/ld+json"));
        assert!(
            !["", "json", "a/", "a/b c", "a/b/c"]
                .into_iter()
                .any(is_media_type)
        );
    }
}
