//! Both standards, on every kind of paper, and the same bytes on every run.

use crate::judge::{conforming, opens_clean, run, well_set};
use crate::sample;
use conditional_discharge::document::tree::{
    Bar, Chart, Checklist, Fact, Facts, List, Marks, Notice, QuestionAnswer, Section, Signature,
    Table,
};
use conditional_discharge::document::typeset::{Mark, Role};
use conditional_discharge::document::{Block, Document, PaperError, html, pdf};

fn empty() -> Document {
    Document::new("", "", "2026-06-15T09:30:00Z".parse().expect("a date"))
}

#[test]
fn a_rich_report_conforms_and_opens_clean() {
    let bytes = conforming(&sample::report());
    opens_clean(&bytes);
    let about = String::from_utf8(run("pdfinfo", &["-"], &bytes)).expect("text");
    for line in [
        "Tagged:          yes",
        "PDF version:     1.7",
        "JavaScript:      no",
    ] {
        assert!(about.contains(line), "{about}");
    }
}

#[test]
fn an_empty_paper_conforms() {
    conforming(&empty());
}

#[test]
fn blocks_without_any_text_conform() {
    let mut document = empty();
    let blank = String::new;
    let none: Vec<Vec<_>> = vec![];
    document.blocks = vec![
        Block::Section(Section::new(
            "",
            vec![Block::Section(Section::new("Only heading", vec![]))],
        )),
        Block::Paragraph(blank()),
        Block::QuestionAnswer(QuestionAnswer::new("", vec![blank()])),
        Block::Facts(Facts {
            caption: blank(),
            rows: vec![],
        }),
        Block::Facts(Facts {
            caption: "No facts".to_owned(),
            rows: vec![],
        }),
        Block::Table(Table::new("", ["Head"], none).expect("square")),
        Block::Table(
            Table::new("", ["Head", "Head"], vec![vec!["".into(), "".into()]]).expect("square"),
        ),
        Block::List(List {
            marks: Marks::Numbers,
            items: vec![blank(), "\u{200b}".to_owned()],
        }),
        Block::Checklist(Checklist {
            caption: blank(),
            rows: vec![],
        }),
        Block::Chart(Chart::new("", "Nothing", ["A", "B"], vec![]).expect("drawable")),
        Block::Chart(
            Chart::new("", "Nought", ["A", "B"], vec![Bar::new("", 0.0)]).expect("drawable"),
        ),
        Block::Signature(Signature {
            role: blank(),
            name: blank(),
            when: blank(),
            statement: blank(),
        }),
        Block::Notice(Notice {
            title: blank(),
            text: blank(),
        }),
    ];
    conforming(&document);
    well_set(&document).expect("set");
}

#[test]
fn a_language_that_is_none_is_refused() {
    let mut document = empty();
    document.language = "English (British)".to_owned();
    assert_eq!(pdf(&document), Err(PaperError::Language));
}

#[test]
fn headings_nest_without_a_gap() {
    let mut blocks = vec![Block::Paragraph("At the bottom.".to_owned())];
    for depth in (0..9).rev() {
        let heading = if depth == 2 {
            String::new()
        } else {
            format!("Depth {depth}")
        };
        blocks = vec![Block::Section(Section::new(heading, blocks))];
    }
    let mut document = empty();
    document.blocks = blocks;
    conforming(&document);
    let scene = well_set(&document).expect("set");
    let levels: Vec<u8> = scene
        .bookmarks
        .iter()
        .map(|bookmark| bookmark.level)
        .collect();
    assert_eq!(levels, [2, 3, 4, 5, 6, 6, 6, 6]);
}

#[test]
fn the_same_paper_gives_the_same_bytes_whatever_was_set_before() {
    let bytes = pdf(&sample::report()).expect("made");
    let mut other = sample::report();
    other.blocks.reverse();
    pdf(&other).expect("made");
    assert!(pdf(&sample::report()).expect("made") == bytes);
    let elsewhere = std::thread::spawn(|| pdf(&sample::report()).expect("made"));
    assert!(elsewhere.join().expect("no panic") == bytes);
}

#[test]
fn another_date_or_title_gives_other_bytes_and_another_identifier() {
    let one = sample::report();
    let mut other = one.clone();
    other.date += std::time::Duration::from_secs(1);
    assert!(pdf(&one).expect("made") != pdf(&other).expect("made"));
}

#[test]
fn addresses_by_themselves_become_tagged_links() {
    let long = format!("https://example.org/{}", "path-".repeat(120));
    let mut document = empty();
    let fact = |value: &str| Fact::new("Address", value);
    document.blocks = vec![
        Block::Paragraph("x\n".repeat(38)),
        // Over several lines, and over two pages.
        Block::Paragraph(long.clone()),
        Block::Facts(Facts {
            caption: "Contact".to_owned(),
            rows: vec![fact("duty@example.org"), fact("See https://example.org")],
        }),
    ];
    let bytes = conforming(&document);
    opens_clean(&bytes);
    let scene = well_set(&document).expect("set");
    let links: Vec<_> = scene
        .tags
        .iter()
        .filter_map(|tag| match &tag.role {
            Role::Link { target } => Some(target.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(links, [long.as_str(), "mailto:duty@example.org"]);
    let pages = scene.pages.iter().filter(|page| {
        let is_link = |mark| matches!(mark, Mark::Content(tag) if matches!(scene.tags[tag.0].role, Role::Link { .. }));
        page.items.iter().any(|item| is_link(item.mark))
    });
    assert_eq!(pages.count(), 2);
    let page = html::fragment(&document);
    let anchor = "<td><a href=\"mailto:duty@example.org\" rel=\"noopener noreferrer\">";
    assert!(page.contains(anchor));
    assert_eq!(page.matches("<a ").count(), 2);
    let structure = run("pdfinfo", &["-struct", "-"], &bytes);
    let structure = String::from_utf8(structure).expect("text");
    assert_eq!(structure.matches("Link").count(), 2, "{structure}");
    let targets = run("pdfinfo", &["-url", "-"], &bytes);
    let targets = String::from_utf8(targets).expect("text");
    assert!(targets.contains(&long) && targets.contains("mailto:duty@example.org"));
}
