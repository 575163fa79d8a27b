//! The longest report that is taken: whole in every format, and one character more is refused and kept.

use crate::support::{AUTHOR, World, case, longer_form, run, signed_by_all};
use axum::http::StatusCode;
use std::collections::HashSet;

/// Characters of one answer at the most.
const ANSWER: usize = 50_000;
const MORE: usize = 7;
const CONTACT: &str = "answer/contact-summary//text";

/// Seven narratives more for the form's first section.
fn narratives() -> String {
    let narrative = |n: usize| {
        format!(
            "[[part.section.question]]\nid = \"n{n}\"\nlabel = \"Narrative {n}\"\nhint = \"h\"\nsource = \"Test form\"\nconfidence = \"general\"\nkind = \"narrative\"\n\n"
        )
    };
    (0..MORE).map(narrative).collect()
}

/// Words of which no two are the same, of exactly so many characters.
fn words(answer: usize, length: usize) -> String {
    let mut text: String = (0..)
        .map(|n| format!("a{answer}ó{n} "))
        .take(length / 5)
        .collect();
    let end = text.char_indices().nth(length - 1).expect("long enough").0;
    text.truncate(end);
    text + "x"
}

#[tokio::test]
async fn a_report_of_four_hundred_thousand_characters_is_whole_in_every_format() {
    let world = World::with("sqlite", longer_form(&narratives()), &case()).await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;

    let names: Vec<String> = (0..MORE).map(|n| format!("answer/n{n}//text")).collect();
    // The rest of the report says a few hundred characters.
    let mut texts: Vec<String> = (0..MORE).map(|n| words(n, ANSWER)).collect();
    texts.push(words(MORE, ANSWER - 1_500));
    let answers: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .chain([CONTACT])
        .zip(texts.iter().map(String::as_str))
        .collect();
    let section = format!("{report}/sections/contact");
    let saved = author.page_with(&section, &answers).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body.len());

    let longer = words(MORE, ANSWER);
    let refused = author.page_with(&section, &[(CONTACT, &longer)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("a report up to 400,000"));
    assert!(refused.body.contains(&longer), "what was typed is kept");
    assert!(author.get(&section).await.body.contains(&texts[MORE]));

    signed_by_all(&world, &report, &mut author).await;
    let frozen = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(frozen.status, StatusCode::SEE_OTHER);
    for format in ["html", "json"] {
        let paper = author.get(&format!("{report}/paper.{format}")).await.body;
        assert!(texts.iter().all(|text| paper.contains(text)), "{format}");
    }
    let pdf = author.get(&format!("{report}/paper.pdf")).await.bytes;
    let text = String::from_utf8(run("pdftotext", &["-", "-"], &pdf)).unwrap();
    let found: HashSet<&str> = text.split_whitespace().collect();
    for answer in &texts {
        let lost = answer.split(' ').find(|word| !found.contains(word));
        assert_eq!(lost, None);
    }
    let pages: Vec<&str> = text
        .split('\u{c}')
        .filter(|page| !page.is_empty())
        .collect();
    for (n, page) in pages.iter().enumerate() {
        let number = format!("Page {} of {}", n + 1, pages.len());
        for words in ["OFFICIAL - SENSITIVE", "TEST/09001", &number] {
            assert!(page.contains(words), "page {}: {words}", n + 1);
        }
    }
}
