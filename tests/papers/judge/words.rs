//! The words of a paper in each format, for comparing them.

use conditional_discharge::document::text::{FontBook, REPLACEMENT, Weight};
use conditional_discharge::document::tree::Marks;
use conditional_discharge::document::typeset::{Ink, Mark, Role, Scene};
use conditional_discharge::document::{Block, Document, docx, html, plain};
use quick_xml::events::Event;
use std::io::{Cursor, Read as _};

/// `text` without white space, which no format keeps as it was.
pub fn inked(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{c}')
        .collect()
}

/// `text` with a mark for each character that no face draws.
fn drawn(text: &str) -> String {
    let book = FontBook::shared().expect("the embedded faces can be read");
    let mark = |c: char| book.home(c, Weight::Regular).map_or(REPLACEMENT, |_| c);
    text.chars()
        .map(|c| {
            if matches!(c, '\u{200c}' | '\u{200d}') {
                c
            } else {
                mark(c)
            }
        })
        .collect()
}

/// The words of every tag in reading order, without running heads and list labels; a picture is its
/// alternative text.
fn words_of_scene(scene: &Scene) -> String {
    let mut words = vec![String::new(); scene.tags.len()];
    for item in scene.pages.iter().flat_map(|page| &page.items) {
        let Mark::Content(tag) = item.mark else {
            continue;
        };
        match (&scene.tags[tag.0].role, &item.ink) {
            (Role::Figure { alternative, .. }, _) => words[tag.0].clone_from(alternative),
            (Role::Lbl, _) | (_, Ink::Fill(..)) => {}
            (_, Ink::Text(text)) => words[tag.0].push_str(&text.line.text()),
        }
    }
    let words: String = words.concat();
    drawn(&inked(&words))
}

/// The words of the HTML between its title and its foot, with marks for what cannot be drawn.
fn words_of_html(document: &Document) -> String {
    drawn(&words_of_markup(&html_body(document)))
}

/// The HTML between its title and its foot.
fn html_body(document: &Document) -> String {
    let fragment = html::fragment(document);
    let start = fragment.find("<h1>").expect("a title");
    let end = fragment.rfind("<footer>").expect("a foot");
    with_names_of_pictures(&fragment[start..end])
}

/// `markup` with the name of each picture in its place.
fn with_names_of_pictures(markup: &str) -> String {
    const NAME: &str = "aria-label=\"";
    let mut parts = markup.split("<svg ");
    let mut named = parts.next().expect("the part before the first").to_owned();
    for part in parts {
        let (picture, rest) = part.split_once("</svg>").expect("an end");
        let name = picture.find(NAME).expect("a name") + NAME.len();
        let length = picture[name..].find('"').expect("the end of the name");
        named.push_str("<svg>");
        named.push_str(&picture[name..name + length]);
        named.push_str("</svg>");
        named.push_str(rest);
    }
    named
}

fn words_of_markup(markup: &str) -> String {
    let mut words = String::new();
    for part in markup.split('<').skip(1) {
        words.push_str(part.split_once('>').expect("a closed tag").1);
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    for (entity, character) in entities {
        words = words.replace(entity, character);
    }
    inked(&words)
}

/// Checks that the plain text has the letters of the HTML in the same order, without hints. Beside
/// them it has the numbers of lists and nothing else but marks that part labels from values.
fn plain_says_the_same(document: &Document) {
    let mut body = html_body(document);
    while let Some(start) = body.find("<p class=\"paper-hint\">") {
        let end = start + body[start..].find("</p>").expect("an end") + "</p>".len();
        body.replace_range(start..end, "");
    }
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let plain: String = plain::sections(document)
        .iter()
        .flat_map(|(heading, text)| [letters(heading), letters(text)])
        .collect();
    let mut rest = plain.chars();
    let mut labels = 0;
    for letter in letters(&words_of_markup(&body)).chars() {
        labels += rest
            .by_ref()
            .position(|c| c == letter)
            .expect("the letter follows");
    }
    labels += rest.count();
    assert_eq!(labels, label_digits(&document.blocks), "{plain}");
}

/// How many digits the numbers of all lists have.
fn label_digits(blocks: &[Block]) -> usize {
    let digits = |block: &Block| match block {
        Block::Section(section) => label_digits(&section.blocks),
        Block::List(list) if list.marks == Marks::Numbers => (1..=list.written().count())
            .map(|number| number.to_string().len())
            .sum(),
        _ => 0,
    };
    blocks.iter().map(digits).sum()
}

/// Checks that every format says what the HTML says, in the same order.
pub fn same_everywhere(document: &Document, scene: &Scene) {
    let meant = words_of_html(document);
    same_words(&words_of_scene(scene), &meant);
    same_words(&words_of_word(document), &meant);
    plain_says_the_same(document);
}

/// One part of a Word document.
pub fn part(bytes: &[u8], name: &str) -> String {
    let mut file = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
    let mut text = String::new();
    let mut part = file.by_name(name).expect("the part is there");
    part.read_to_string(&mut text).expect("UTF-8");
    text
}

/// The events of well-formed XML.
pub fn xml_events(xml: &str) -> Vec<Event<'_>> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut events = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => return events,
            event => events.push(event),
        }
    }
}

/// The words of a Word document, without running heads and list labels.
fn words_of_word(document: &Document) -> String {
    let bytes = docx(document).expect("the Word document can be made");
    let text = part(&bytes, "word/document.xml");
    let mut words = String::new();
    for event in xml_events(&text) {
        match event {
            Event::Text(text) => words.push_str(&text.decode().expect("UTF-8")),
            Event::GeneralRef(name) => words.push_str(match &*name.decode().expect("UTF-8") {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                "quot" => "\"",
                "apos" => "'",
                other => panic!("an entity that XML does not know: {other}"),
            }),
            _ => {}
        }
    }
    drawn(&inked(&words))
}

/// Compares two long texts and shows where they part.
fn same_words(set: &str, meant: &str) {
    let same = set
        .chars()
        .zip(meant.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let rest = |text: &str| {
        text.chars()
            .skip(same.saturating_sub(20))
            .take(60)
            .collect::<String>()
    };
    assert!(set == meant, "set {:?}, meant {:?}", rest(set), rest(meant));
}
