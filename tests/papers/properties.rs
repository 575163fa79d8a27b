//! Random trees: whatever is in them, the paper conforms, is well set and says everything.

use crate::judge::{conforming, extracted, inked, well_set};
use conditional_discharge::document::tree::{
    Answer, Bar, Cell, Chart, Check, Checklist, Fact, Facts, List, Marks, Note, Notice,
    QuestionAnswer, Section, Signature, Table, Tone,
};
use conditional_discharge::document::typeset::Ink;
use conditional_discharge::document::{Block, Document};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::num::NonZero;
use std::sync::atomic::{AtomicU32, Ordering};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z][a-z]{0,8}( [a-z,.]{1,10}){0,30}",
        2 => "([a-z]{2,9} ){50,200}\n\n([a-z]{2,9} ){5,90}",
        2 => any::<String>(),
        1 => "[\\p{Arabic}\\p{Hebrew} 0-9(a-z]{0,60}",
        1 => "[\\p{Bengali}\\p{Devanagari}\\p{Gurmukhi}\\p{Tamil} ]{0,40}",
        1 => "[\\p{Han}\\p{Cyrillic}\\p{Greek}\\p{Latin}]{0,80}",
        1 => "[a-zé]{60,900}",
        1 => "([a-z]\\p{M}{0,9}){0,30}",
        1 => "[\\t\\n\\r \u{200b}\u{202e}\u{2028}a]{0,20}",
        1 => "https?://[a-z]{1,9}\\.[a-z]{2,60}(/[!-~]{0,90})?",
        1 => Just(String::new()),
    ]
}

fn heading() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[A-Z][a-z]{1,9}( [a-z]{1,9}){0,12}", 1 => "\\PC{0,40}", 1 => Just(String::new())]
}

fn tone() -> impl Strategy<Value = Tone> {
    prop_oneof![
        Just(Tone::Plain),
        Just(Tone::Good),
        Just(Tone::Caution),
        Just(Tone::Bad)
    ]
}

fn marks() -> impl Strategy<Value = Marks> {
    prop_oneof![
        Just(Marks::Bullets),
        Just(Marks::Numbers),
        Just(Marks::Boxes)
    ]
}

fn table() -> impl Strategy<Value = Block> {
    (1..=12_usize, heading()).prop_flat_map(|(columns, caption)| {
        let cell = (text(), tone()).prop_map(|(text, tone)| Cell::rated(text, tone));
        let rows = vec(vec(cell, columns), 0..8);
        (
            vec("[A-Z][a-z]{1,14}", columns),
            rows,
            vec(0.01..100.0_f32, columns),
        )
            .prop_map(move |(head, rows, widths)| {
                let table =
                    Table::new(&caption, head, rows).and_then(|table| table.with_widths(&widths));
                Block::Table(table.expect("square"))
            })
    })
}

fn question() -> impl Strategy<Value = Block> {
    let answer = prop_oneof![
        4 => vec(text(), 0..4).prop_map(Answer::Given),
        1 => any::<u8>().prop_map(Answer::Ruled),
    ];
    let note = (heading(), text()).prop_map(|(label, text)| Note { label, text });
    (heading(), option::of(text()), answer, vec(note, 0..3)).prop_map(
        |(question, hint, answer, notes)| {
            Block::QuestionAnswer(QuestionAnswer {
                question,
                hint,
                answer,
                notes,
            })
        },
    )
}

fn chart() -> impl Strategy<Value = Block> {
    let bar = (
        heading(),
        prop_oneof![0.0..100.0, Just(0.0), any::<f64>().prop_map(f64::abs)],
    );
    (heading(), "[A-Z][a-z ]{1,80}", vec(bar, 0..40)).prop_map(|(title, alternative, bars)| {
        let drawable = bars
            .into_iter()
            .filter(|(_, value): &(String, f64)| value.is_finite());
        let bars = drawable
            .map(|(label, value)| Bar::new(label, value))
            .collect();
        Block::Chart(Chart::new(title, alternative, ["Kind", "Number"], bars).expect("drawable"))
    })
}

fn checklist() -> impl Strategy<Value = Block> {
    let check = (text(), heading(), tone(), text());
    let check = check.prop_map(|(statement, rating, tone, comment)| Check {
        statement,
        rating,
        tone,
        comment,
    });
    (heading(), vec(check, 0..6))
        .prop_map(|(caption, rows)| Block::Checklist(Checklist { caption, rows }))
}

fn leaf() -> impl Strategy<Value = Block> {
    let fact = (heading(), text()).prop_map(|(label, value)| Fact { label, value });
    let facts = (heading(), vec(fact, 0..8)).prop_map(|(caption, rows)| Facts { caption, rows });
    let list = (marks(), vec(text(), 0..12)).prop_map(|(marks, items)| List { marks, items });
    let signature =
        (heading(), heading(), heading(), text()).prop_map(|(role, name, when, statement)| {
            Signature {
                role,
                name,
                when,
                statement,
            }
        });
    let notice = (heading(), text()).prop_map(|(title, text)| Notice { title, text });
    prop_oneof![
        text().prop_map(Block::Paragraph),
        question(),
        facts.prop_map(Block::Facts),
        table(),
        list.prop_map(Block::List),
        checklist(),
        chart(),
        signature.prop_map(Block::Signature),
        notice.prop_map(Block::Notice),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    leaf().prop_recursive(4, 24, 5, |inner| {
        (heading(), vec(inner, 0..5))
            .prop_map(|(heading, blocks)| Block::Section(Section { heading, blocks }))
    })
}

fn document() -> impl Strategy<Value = Document> {
    let large_print = prop_oneof![3 => Just(false), 1 => Just(true)];
    let running = (
        option::of(heading()),
        option::of(heading()),
        text(),
        large_print,
    );
    (heading(), running, vec(block(), 0..9)).prop_map(
        |(title, (marking, notice, reference, large_print), blocks)| {
            let date = "2026-06-15T09:30:00Z".parse().expect("a date");
            Document {
                marking,
                notice,
                large_print,
                blocks,
                ..Document::new(title, reference, date)
            }
        },
    )
}

/// Papers of one run, unless `PAPER_CASES` says otherwise.
const CASES: u32 = 2_000;
/// Papers that are tried from one seed.
const A_BATCH: u32 = 250;

/// As many papers as were asked for, shared out among the processors. The first seed is 0 unless
/// `PAPER_SEED` says otherwise: the same papers for everybody, others in `cargo xtask soak`.
#[test]
fn any_tree_becomes_a_conforming_well_set_and_complete_paper() {
    let asked = |name: &str| std::env::var(name).ok()?.parse().ok();
    let batches = asked("PAPER_CASES").unwrap_or(CASES).div_ceil(A_BATCH);
    let first = asked("PAPER_SEED").unwrap_or(0);
    let next = AtomicU32::new(0);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let batch = next.fetch_add(1, Ordering::Relaxed);
                    if batch >= batches {
                        break;
                    }
                    try_trees(first.wrapping_add(batch));
                }
            });
        }
    });
}

fn try_trees(seed: u32) {
    let config = ProptestConfig {
        cases: A_BATCH,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let outcome = TestRunner::new_with_rng(config, rng).run(&document(), |document| {
        is_sound(&document);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("PAPER_SEED={seed}: {failure}");
    }
}

fn is_sound(document: &Document) {
    let scene = well_set(document).expect("set");
    let bytes = conforming(document);
    let extracted = inked(&extracted(&bytes));
    for item in scene.pages.iter().flat_map(|page| &page.items) {
        if let Ink::Text(text) = &item.ink {
            let words = text.line.text();
            // What runs from right to left, as signs between Arabic letters do, is tested word by
            // word elsewhere: each reader puts it in an order of its own.
            let turned = text.line.runs.iter().any(|placed| placed.run.right_to_left);
            let plain = words.is_ascii() && !text.line.right_to_left && !turned;
            let found = !plain || extracted.contains(&inked(&words));
            assert!(found, "{words:?} in {extracted}");
        }
    }
}
