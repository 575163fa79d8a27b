//! The same content in every format.

use crate::judge::inked;
use crate::sample;
use conditional_discharge::document::{Document, html, pdf, plain};

#[test]
fn html_is_accessible_and_without_styles_or_scripts() {
    let page = html::standalone(&sample::report());
    for needed in [
        "<!DOCTYPE html>",
        "<html lang=\"en-GB\">",
        "<title>Progress",
        "<main>",
        "<h1>",
        "<th scope=\"row\">",
        "<th scope=\"col\">",
        "<caption>",
        "<svg class=\"paper-chart\" role=\"img\" aria-label=\"A bar chart",
    ] {
        assert!(page.contains(needed), "{needed}");
    }
    for unwanted in ["style=", "<style", "<script", "onclick", "http:"] {
        assert!(!page.contains(unwanted), "{unwanted}");
    }
}

#[test]
fn programs_find_the_identifier_in_the_raw_bytes_of_every_format() {
    let document = sample::report();
    let identifier = document.identifier.as_deref().expect("set");
    let bytes = pdf(&document).expect("made");
    let found = |bytes: &[u8]| {
        bytes
            .windows(identifier.len())
            .any(|w| w == identifier.as_bytes())
    };
    assert!(found(&bytes));
    let attribute = format!("data-identifier=\"{identifier}\"");
    assert!(html::fragment(&document).contains(&attribute));
    let meta = format!("<meta name=\"dcterms.identifier\" content=\"{identifier}\">");
    assert!(html::standalone(&document).contains(&meta));
}

#[test]
fn html_bears_marking_and_notice_at_its_head_and_foot() {
    let page = html::fragment(&sample::report());
    for (class, words) in [
        ("paper-marking", "OFFICIAL - SENSITIVE (when complete)"),
        ("paper-notice", "Patient’s copy"),
    ] {
        let line = format!("<p class=\"{class}\">{words}</p>");
        assert_eq!(page.matches(&line).count(), 2, "{line}");
        assert!(page.find(&line) < page.find("<h1>"));
    }
}

#[test]
fn html_tags_are_balanced() {
    let page = html::standalone(&sample::report());
    let mut open = Vec::new();
    for tag in page
        .split('<')
        .skip(1)
        .map(|part| part.split(['>', ' ']).next().expect("a name"))
    {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if ["!DOCTYPE", "meta", "br", "rect"].contains(&tag) => {}
            None => open.push(tag),
        }
    }
    assert!(open.is_empty());
}

#[test]
fn plain_text_says_what_the_html_says() {
    let document = sample::report();
    let text: String = plain::sections(&document)
        .iter()
        .map(|(heading, text)| inked(heading) + &inked(text))
        .collect();
    for words in [
        "Łucja",
        "wound up",
        "Partly kept",
        "How do you know?",
        "Signed by",
        "1.5",
        "two nights running",
    ] {
        assert!(text.contains(&inked(words)), "{words}");
    }
    assert!(
        !text.contains("Includewhathaschanged"),
        "hints were for the author"
    );
}

#[test]
fn a_tree_survives_being_stored() {
    let document = sample::report();
    let json = serde_json::to_string(&document).expect("written");
    assert_eq!(
        serde_json::from_str::<Document>(&json).expect("read"),
        document
    );
}
