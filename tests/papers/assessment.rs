//! The papers of a self-assessment by both standards, with ordinary and with unruly content.

use crate::judge::{extracted, keeps, opens_clean};
use crate::rated::{STANDARDS, at, content};
use conditional_discharge::domain::self_assessment::content::Content;
use conditional_discharge::domain::self_assessment::load::load;
use conditional_discharge::domain::self_assessment::rating::Rating;
use conditional_discharge::server::assessment_papers::{Kind, checklist, make};
use page_validation::ValidationProfile;

fn paper(content: &Content, file: &str) -> Vec<u8> {
    make(content, Kind::named(file).expect("a paper"), at()).expect("made")
}

fn sound(bytes: &[u8]) {
    keeps(
        bytes,
        [ValidationProfile::PdfUa1, ValidationProfile::PdfA2a],
    );
    opens_clean(bytes);
}

#[test]
fn every_paper_keeps_both_standards() {
    let mixed = |n: usize| match n % 5 {
        4 => Rating::NotApplicable,
        n => Rating::Rated(u8::try_from(n).expect("small")),
    };
    let unruly = "Café <b>&amp;</b> \u{202e}abc\u{202c} \u{1f600} مرحبا\n\n=1+1\ttab \u{0}";
    for content in [
        content("Seen in the sample of May.", mixed),
        content(unruly, mixed),
    ] {
        for file in ["assessment.pdf", "board.pdf", "actions.pdf"] {
            let bytes = paper(&content, file);
            sound(&bytes);
            assert!(
                extracted(&bytes).contains("not the official framework"),
                "{file}"
            );
        }
    }
    let framework = load("f", STANDARDS).expect("sound");
    let blank = checklist(&framework, "pdf")
        .expect("made")
        .expect("a format");
    sound(&blank);
    assert_eq!(checklist(&framework, "exe").expect("no failure"), None);
}

#[test]
fn an_assessment_that_nobody_has_begun_makes_sound_drafts() {
    let mut empty = content("", |_| Rating::Rated(2));
    empty.rated.clear();
    empty.actions.clear();
    empty.signatures.clear();
    empty.before = None;
    for file in ["assessment.pdf", "board.pdf", "actions.pdf"] {
        let bytes = paper(&empty, file);
        sound(&bytes);
        let text = extracted(&bytes);
        assert!(
            text.contains("Draft: not signed") && !text.contains("NaN"),
            "{file}"
        );
    }
}

#[test]
fn the_board_reads_two_pages_and_the_annex_has_the_rest() {
    let long = "It takes a good many words to say what is missing here and why. ".repeat(40);
    for (evidence, rating) in [("", 0), (long.as_str(), 0), (long.as_str(), 2)] {
        let bytes = paper(&content(evidence, |_| Rating::Rated(rating)), "board.pdf");
        let text = extracted(&bytes);
        let pages: Vec<&str> = text.split('\u{c}').collect();
        let annex = pages
            .iter()
            .position(|p| p.lines().any(|l| l.trim() == "Annex"));
        let annex = annex.expect("an annex");
        assert!(annex <= 2, "the annex begins on page {}", annex + 1);
        assert!(pages.len() > 3);
    }
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    let content = content("x", |_| Rating::Rated(1));
    for kind in Kind::all() {
        assert_eq!(
            make(&content, kind, at()).expect("made"),
            make(&content, kind, at()).expect("made")
        );
    }
}
