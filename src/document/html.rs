//! The paper as HTML: the same content as on the pages, for reading on a screen or listening to.
//! Every text is escaped. Looks belong to the style sheet: there are classes, but no styles.

mod blocks;
mod chart;

use super::text::one_line;
use super::tree::Document;
use std::fmt::{self, Display, Write as _};

/// The paper as an `article`, to be put into a page.
#[must_use]
pub fn fragment(document: &Document) -> String {
    let mut out = String::new();
    let language = Escaped(&document.language);
    let identifier = super::identifier(document).map_or_else(String::new, |identifier| {
        format!(" data-identifier=\"{}\"", Escaped(&identifier))
    });
    let large = if document.large_print {
        " paper-large"
    } else {
        ""
    };
    out.push_str(&format!(
        "<article class=\"paper{large}\" lang=\"{language}\"{identifier}>\n"
    ));
    let marking = document.marking.as_deref();
    paragraph(&mut out, "paper-marking", marking);
    paragraph(&mut out, "paper-notice", document.notice.as_deref());
    out.push_str(&format!("<h1>{}</h1>\n", Escaped(&super::title(document))));
    blocks::write(&mut out, &document.blocks);
    out.push_str("<footer>\n");
    paragraph(&mut out, "paper-reference", Some(&document.reference));
    paragraph(&mut out, "paper-notice", document.notice.as_deref());
    paragraph(&mut out, "paper-marking", marking);
    out.push_str("</footer>\n</article>\n");
    out
}

/// How a paper looks on screen and when printed, for a file that is read away from the product.
const STYLE: &str = include_str!("html/paper.css");

/// The paper as a whole page without looks.
#[must_use]
pub fn standalone(document: &Document) -> String {
    whole(document, "")
}

/// The paper as a whole page with its looks inside: the file needs no other.
#[must_use]
pub fn styled(document: &Document) -> String {
    whole(document, &format!("<style>{STYLE}</style>\n"))
}

fn whole(document: &Document, style: &str) -> String {
    let language = Escaped(&document.language);
    let title = super::title(document);
    let title = Escaped(&title);
    let identifier = super::identifier(document).map_or_else(String::new, |identifier| {
        let identifier = Escaped(&identifier);
        format!("<meta name=\"dcterms.identifier\" content=\"{identifier}\">\n")
    });
    let article = fragment(document);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         {identifier}<title>{title}</title>\n{style}</head>\n<body>\n<main>\n{article}</main>\n</body>\n</html>\n"
    )
}

/// A paragraph of one line, if it has any text.
fn paragraph(out: &mut String, class: &str, text: Option<&str>) {
    let text = text.map(one_line).unwrap_or_default();
    if !text.is_empty() {
        out.push_str(&format!("<p class=\"{class}\">{}</p>\n", Escaped(&text)));
    }
}

/// Text that cannot leave the element or the quoted attribute that it is written into.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tree::Block;
    use chrono::DateTime;

    #[test]
    fn typed_text_cannot_become_markup() {
        let mut document = Document::new("<script>", "\"R\"", DateTime::UNIX_EPOCH);
        document.language = "en\" onload=\"x".to_owned();
        document
            .blocks
            .push(Block::Paragraph("a < b & c".to_owned()));
        let page = standalone(&document);
        assert!(!page.contains("<script>") && !page.contains("\" onload=\""));
        assert!(page.contains("<p>a &lt; b &amp; c</p>"));
    }
}
