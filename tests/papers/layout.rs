//! Where things stand: nothing leaves the page, touches something else or stands alone.

use crate::judge::{conforming, well_set};
use crate::{sample, varied};
use conditional_discharge::document::tree::{Cell, QuestionAnswer, Section, Table, Tone};
use conditional_discharge::document::typeset::{Artifact, Ink, Mark, Role, TagId, typeset};
use conditional_discharge::document::{Block, Document};

fn paper(blocks: Vec<Block>) -> Document {
    let mut document = Document::new(
        "Title",
        "REF-1",
        "2026-06-15T09:30:00Z".parse().expect("a date"),
    );
    document.blocks = blocks;
    document
}

#[test]
fn a_report_is_well_set() {
    let scene = well_set(&sample::report()).expect("set");
    assert!(
        (6..=9).contains(&scene.pages.len()),
        "{} pages",
        scene.pages.len()
    );
}

/// Filler of every height up to a page, so that the break falls everywhere.
#[test]
fn wherever_the_page_ends_no_heading_is_parted_and_no_line_stands_alone() {
    for lines in 0..60 {
        let filler = vec!["Filler."; lines].join("\n");
        let long = "A sentence that is long enough to run over several lines. ".repeat(8);
        let rows = vec![vec!["Row".into(), long.as_str().into()]; 3];
        let table = Table::new("Caption", ["Head", "Head"], rows).expect("square");
        let document = paper(vec![
            Block::Paragraph(filler),
            Block::Section(Section::new(
                "Heading",
                vec![
                    Block::QuestionAnswer(QuestionAnswer::new("Question?", vec![long.clone()])),
                    Block::Table(table),
                ],
            )),
        ]);
        let scene = well_set(&document).expect("set");
        let lines_of = |page: usize, tag: TagId| {
            let items = scene.pages[page].items.iter();
            items
                .filter(|item| item.mark == Mark::Content(tag) && matches!(item.ink, Ink::Text(_)))
                .count()
        };
        for (index, tag) in scene
            .tags
            .iter()
            .enumerate()
            .filter(|(_, tag)| tag.role == Role::P)
        {
            let counts: Vec<usize> = (0..scene.pages.len())
                .map(|page| lines_of(page, TagId(index)))
                .collect();
            let total: usize = counts.iter().sum();
            assert!(
                total == 1 || counts.iter().all(|&count| count != 1),
                "{tag:?} with {lines} lines above: {counts:?}"
            );
        }
    }
}

#[test]
fn every_page_bears_marking_reference_notice_and_number() {
    let scene = typeset(&sample::report()).expect("set");
    let count = scene.pages.len();
    for (index, page) in scene.pages.iter().enumerate() {
        let running: Vec<String> = page
            .items
            .iter()
            .filter_map(|item| match (&item.ink, item.mark) {
                (Ink::Text(text), Mark::Artifact(Artifact::Pagination)) => Some(text.line.text()),
                _ => None,
            })
            .collect();
        let marking = "OFFICIAL - SENSITIVE (when complete)";
        assert_eq!(
            running,
            [
                marking,
                "Patient’s copy",
                "CD-2026-0147",
                "Patient’s copy",
                &format!("Page {} of {count}", index + 1),
                marking
            ]
        );
    }
}

#[test]
fn rows_are_read_cell_by_cell() {
    let scene = typeset(&sample::report()).expect("set");
    for page in &scene.pages {
        let tags: Vec<usize> = page
            .items
            .iter()
            .filter_map(|item| match item.mark {
                Mark::Content(tag) => Some(tag.0),
                Mark::Artifact(_) => None,
            })
            .collect();
        assert!(tags.is_sorted(), "reading order is the order of the tags");
    }
}

#[test]
fn the_reports_that_are_measured_have_seven_and_fifteen_pages() {
    for (questions, pages) in [(8, 7), (24, 15)] {
        let document = varied::report(questions);
        assert_eq!(well_set(&document).expect("set").pages.len(), pages);
        let bytes = conforming(&document);
        assert!(bytes.len() <= 11 * 1024 * pages, "{} bytes", bytes.len());
    }
}

/// A sign as wide as its column, with marks: neither it nor what stands before it reaches the next column.
#[test]
fn the_widest_letters_stay_in_the_narrowest_columns() {
    for letters in [
        "aﷴ\u{616}",
        "\u{fffd}﵂\u{616}",
        "ab﷏\u{64e}\u{651}c",
        "W\u{308}\u{301}⸺⸻m",
        "a\u{110bd}㌱",
    ] {
        for tone in [Tone::Plain, Tone::Bad] {
            let rows = vec![vec![Cell::rated(letters, tone); 12]];
            let table = Table::new("Caption", ["Aa"; 12], rows).expect("square");
            let document = Document {
                large_print: true,
                ..paper(vec![Block::Table(table)])
            };
            well_set(&document).unwrap_or_else(|e| panic!("{letters}: {e}"));
        }
    }
}
