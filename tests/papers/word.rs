//! Word documents: whole, well formed, with real structure, and the same on every run.

use crate::judge::{part, xml_events};
use crate::sample;
use conditional_discharge::document::tree::{List, Marks};
use conditional_discharge::document::{Block, Document, PaperError, docx};
use quick_xml::events::Event;
use std::io::Cursor;

fn sample_part(name: &str) -> String {
    part(&docx(&sample::report()).expect("made"), name)
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[test]
fn every_part_is_well_formed_and_compressed() {
    let bytes = docx(&sample::report()).expect("made");
    let mut file = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a ZIP file");
    let names: Vec<String> = file.file_names().map(str::to_owned).collect();
    assert!(names.len() >= 15, "{names:?}");
    for name in &names {
        xml_events(&part(&bytes, name));
        let stored =
            file.by_name(name).expect("present").compression() == zip::CompressionMethod::Stored;
        assert_eq!(stored, name == "docProps/core.xml", "{name}");
    }
    assert_eq!(names[0], "[Content_Types].xml");
    assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
}

#[test]
fn tables_have_header_rows_captions_and_descriptions() {
    let text = sample_part("word/document.xml");
    let tables = count(&text, "<w:tbl>");
    assert_eq!(count(&text, "<w:tblLook "), tables);
    // Two of facts that open or close the paper have no head.
    let headed = count(&text, "w:firstRow=\"1\"");
    assert_eq!(count(&text, "<w:tblHeader/>"), headed);
    assert!(headed >= 3 && headed < tables);
    assert!(text.contains("<w:tblCaption w:val=\""));
    assert_eq!(
        count(&text, "<w:tblDescription w:val=\""),
        1,
        "that of the chart"
    );
}

#[test]
fn headings_lists_language_and_page_numbers_are_words_own() {
    let text = sample_part("word/document.xml");
    for style in [
        "Heading1",
        "Heading2",
        "Heading3",
        "Heading4",
        "ListParagraph",
    ] {
        assert!(
            text.contains(&format!("<w:pStyle w:val=\"{style}\"")),
            "{style}"
        );
    }
    assert!(text.contains("<w:numPr>"));
    let styles = sample_part("word/styles.xml");
    assert!(styles.contains("<w:lang w:val=\"en-GB\"/>"));
    assert!(styles.contains("<w:name w:val=\"heading 1\""));
    assert_eq!(count(&styles, "w:default=\"1\""), 1);
    let head = sample_part("word/header1.xml");
    let foot = sample_part("word/footer1.xml");
    for (part, words) in [
        (&head, "OFFICIAL - SENSITIVE (when complete)"),
        (&head, "Patient’s copy"),
        (&foot, "CD-2026-0147"),
        (&foot, "Patient’s copy"),
        (&foot, "PAGE"),
        (&foot, "NUMPAGES"),
    ] {
        assert!(part.contains(words), "{words}");
    }
}

#[test]
fn the_identifier_is_found_in_the_raw_bytes() {
    let document = sample::report();
    let bytes = docx(&document).expect("made");
    let identifier = document.identifier.expect("set");
    assert!(
        bytes
            .windows(identifier.len())
            .any(|here| here == identifier.as_bytes())
    );
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let bytes = docx(&sample::report()).expect("made");
    docx(&Document {
        blocks: vec![],
        ..sample::report()
    })
    .expect("made");
    assert!(docx(&sample::report()).expect("made") == bytes);
    let elsewhere = std::thread::spawn(|| docx(&sample::report()).expect("made"));
    assert!(elsewhere.join().expect("no panic") == bytes);
}

#[test]
fn what_runs_from_right_to_left_says_so() {
    let mut document = sample::report();
    document.blocks = vec![Block::Paragraph("محمد قال Tom 12 مرات".to_owned())];
    let text = part(&docx(&document).expect("made"), "word/document.xml");
    assert_eq!(count(&text, "<w:bidi "), 1, "{text}");
    assert_eq!(count(&text, "<w:rtl/>"), 2, "{text}");
}

#[test]
fn every_numbered_list_begins_at_one() {
    let list = List {
        marks: Marks::Numbers,
        items: vec!["One".to_owned(), "Two".to_owned()],
    };
    let mut document = sample::report();
    document.blocks = vec![Block::List(list.clone()), Block::List(list)];
    let bytes = docx(&document).expect("made");
    assert_eq!(
        count(&part(&bytes, "word/numbering.xml"), "<w:abstractNum "),
        2 + 1
    );
    let text = part(&bytes, "word/document.xml");
    for number in ["<w:numId w:val=\"2\"", "<w:numId w:val=\"3\""] {
        assert_eq!(count(&text, number), 2);
    }
}

#[test]
fn typed_markup_stays_text_and_a_language_that_is_none_is_refused() {
    let mut document = sample::report();
    document.title = "<w:p/> & \u{ffff}".to_owned();
    document.notice = Some("</w:hdr>".to_owned());
    document.blocks = vec![Block::Paragraph("]]></w:t>&amp;\u{fffe}\nnext".to_owned())];
    let bytes = docx(&document).expect("made");
    let text = part(&bytes, "word/document.xml");
    let events = xml_events(&text);
    let texts = events
        .iter()
        .filter(|event| matches!(event, Event::Text(_) | Event::GeneralRef(_)));
    assert!(texts.count() >= 3);
    xml_events(&part(&bytes, "docProps/core.xml"));
    xml_events(&part(&bytes, "word/header1.xml"));
    document.language = "en\"/>".to_owned();
    assert_eq!(docx(&document), Err(PaperError::Language));
}

#[test]
fn properties_stand_in_the_order_of_the_standard() {
    let text = sample_part("word/document.xml");
    let styles = sample_part("word/styles.xml");
    let settings = sample_part("word/settings.xml");
    let order = |part: &str, names: [&str; 2]| {
        let [first, second] = names.map(|name| part.find(&format!("<w:{name} ")));
        assert!(
            first.expect("present") < second.expect("present"),
            "{names:?}"
        );
    };
    order(&text, ["ilvl", "numId"]);
    order(&text, ["tblW", "tblLayout"]);
    order(&text, ["tblLayout", "tblLook"]);
    order(&settings, ["zoom", "defaultTabStop"]);
    let heading = &styles[styles.find("w:styleId=\"Heading2\"").expect("a heading")..];
    order(heading, ["keepNext", "spacing"]);
    order(heading, ["spacing", "outlineLvl"]);
    assert!(heading.find("<w:pPr>") < heading.find("<w:rPr>"));
}
