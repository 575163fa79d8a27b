//! Everything that a person can type is drawn, and can be read again from the file.

use crate::judge::{conforming, extracted, inked, opens_clean, well_set};
use conditional_discharge::document::text::{normalise, undrawable};
use conditional_discharge::document::tree::{Fact, Facts, QuestionAnswer, Table};
use conditional_discharge::document::typeset::{Ink, PAGE_WIDTH};
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

fn answer(text: &str) -> Document {
    paper(vec![Block::QuestionAnswer(QuestionAnswer::new(
        "Question?",
        vec![text.to_owned()],
    ))])
}

const NAMES: [&str; 14] = [
    "Siân",
    "Łukasz",
    "Nguyễn Thị Hằng",
    "Nguye\u{302}\u{303}n",
    "O'Connor-Wójcik",
    "Ọláyínká",
    "Ελένη Παπαδοπούλου",
    "Ольга Щербакова",
    "王小明",
    "歐陽娜娜",
    "মোহাম্মদ শফিকুল ইসলাম",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "முருகன் செல்வராஜ்",
    "बिनोद श्रेष्ठ",
];

#[test]
fn names_from_many_languages_are_drawn_and_extracted() {
    let facts = NAMES.map(|name| Fact::new("Name", name)).to_vec();
    let document = paper(vec![Block::Facts(Facts {
        caption: "Names".to_owned(),
        rows: facts,
    })]);
    let text = inked(&extracted(&conforming(&document)));
    for name in NAMES {
        assert_eq!(undrawable(name), Ok(vec![]), "{name}");
        assert!(text.contains(&inked(&normalise(name))), "{name} in {text}");
    }
    well_set(&document).expect("set");
}

#[test]
fn right_to_left_text_is_drawn_at_the_right_and_extracted() {
    let names = ["محمد عبد الله", "عائشہ بی بی", "שרה כהן"];
    let document = paper(names.map(|name| Block::Paragraph(name.to_owned())).to_vec());
    let bytes = conforming(&document);
    let text = extracted(&bytes);
    let scene = well_set(&document).expect("set");
    for name in names.iter().filter(|name| undrawable(name) == Ok(vec![])) {
        for word in name.split(' ') {
            assert!(text.contains(word), "{word} in {text}");
        }
        let mut lines = scene.pages[0]
            .items
            .iter()
            .filter_map(|item| match &item.ink {
                Ink::Text(text) if text.line.text() == *name => Some(item.ink.frame()),
                _ => None,
            });
        let frame = lines.next().expect("the name stands on one line");
        assert!(
            (frame.right() - (PAGE_WIDTH - 62.0)).abs() < 0.1,
            "{frame:?}"
        );
    }
}

#[test]
fn two_directions_in_one_line_stay_legible() {
    let text = "The name محمد (born 1981) is written عائشہ on the second form.";
    let document = answer(text);
    let extracted = extracted(&conforming(&document));
    for word in text.split(' ') {
        let word = word.trim_matches(['(', ')', '.']);
        assert!(extracted.contains(word), "{word} in {extracted}");
    }
}

#[test]
fn hostile_text_stays_text() {
    let hostile = [
        "1 0 obj << /JS (app.alert(1)) >> endobj endstream stream xref trailer %%EOF",
        r"\) Tj ET Q \\ (unbalanced ((",
        "</rdf:li><script>alert(1)</script> & &amp; ]]> <?xml?>",
        "{} {0} %s %n ${x} $(y) `z`",
    ];
    let mut document = paper(
        hostile
            .map(|text| Block::Paragraph(text.to_owned()))
            .to_vec(),
    );
    document.title = hostile.join(" ");
    document.reference = hostile[0].to_owned();
    let bytes = conforming(&document);
    opens_clean(&bytes);
    let text = inked(&extracted(&bytes));
    hostile
        .iter()
        .for_each(|typed| assert!(text.contains(&inked(typed)), "{typed}"));
    well_set(&document).expect("set");
}

#[test]
fn zalgo_controls_and_bidi_tricks_conform() {
    let zalgo =
        "Z\u{335}\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}a\u{489}\u{336}l\u{20dd}go";
    let tricks = "\u{0}\u{7}\u{1b}[31m\u{202e}gnorw\u{202c}\u{2066}x\u{2069}\u{feff}\u{200d}\u{fffe}\u{e123}\u{fe0f}👩\u{200d}👩";
    let defective = "\u{301}alone \u{93f} \u{9be}x\u{93f} \u{bcd} a\u{93f}\u{a3f}";
    for text in [zalgo, tricks, defective] {
        let document = answer(text);
        conforming(&document);
        well_set(&document).expect("set");
    }
}

#[test]
fn what_cannot_be_drawn_is_marked_visibly() {
    let text = extracted(&conforming(&answer("Happy 😀 end")));
    assert!(text.contains("Happy \u{fffd} end"), "{text}");
}

#[test]
fn a_word_of_five_thousand_letters_is_broken_and_not_cut() {
    let word: String = ('a'..='z').cycle().take(5000).collect();
    let table = Table::new("", ["h"; 12], vec![vec![word.as_str().into(); 12]]).expect("square");
    let document = paper(vec![Block::Paragraph(word.clone()), Block::Table(table)]);
    conforming(&document);
    well_set(&document).expect("set");
    let text = extracted(&conforming(&answer(&word)));
    let (start, rest) = (&word[..2000], &word[3000..]);
    assert!(inked(&text).contains(start) && inked(&text).contains(rest));
}

#[test]
fn an_answer_of_a_hundred_thousand_letters_is_whole() {
    let words: Vec<String> = (0..16_000).map(|number| format!("w{number}")).collect();
    let document = answer(&words.join(" "));
    let bytes = conforming(&document);
    let text = extracted(&bytes);
    let found: std::collections::HashSet<_> = text.split_whitespace().collect();
    assert!(words.iter().all(|word| found.contains(word.as_str())));
    well_set(&document).expect("set");
}

#[test]
fn four_hundred_rows_are_whole_under_repeated_heads() {
    let rows = (0..400).map(|row| vec![format!("Row {row}").into(), format!("Value{row}").into()]);
    let table = Table::new("Many rows", ["Number", "Value"], rows.collect()).expect("square");
    let document = paper(vec![Block::Table(table)]);
    let text = extracted(&conforming(&document));
    assert!((0..400).all(|row| text.contains(&format!("Value{row}\n"))));
    let scene = well_set(&document).expect("set");
    assert_eq!(text.matches("Number").count(), scene.pages.len());
}
