//! A question added to a form file is asked, checked, printed and exported with nothing else changed.

use crate::support::{AUTHOR, World, case, longer_form, run, signed_by_all};
use axum::http::StatusCode;

const QUESTION: &str = r#"
[[part.section.question]]
id = "garden"
label = "Who keeps the garden?"
hint = "If there is one."
source = "Test form"
confidence = "general"
kind = "short-text"
"#;
const ANSWER: &str = "The person, with Zofia Wójcik’s help";

#[tokio::test]
async fn a_question_added_to_a_form_file_is_everywhere() {
    let world = World::with("sqlite", longer_form(QUESTION), &case()).await;

    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    let section = format!("{report}/sections/contact");
    let page = author.get(&section).await;
    assert!(page.body.contains("Who keeps the garden?"), "{}", page.body);
    let answer = [("answer/garden//text", ANSWER)];
    let page = author.page_with(&section, &answer).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let check = author.get(&format!("{report}/check")).await.body;
    assert!(check.contains("Who keeps the garden?") && check.contains(ANSWER));

    signed_by_all(&world, &report, &mut author).await;
    let page = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let pdf = author.get(&format!("{report}/paper.pdf")).await;
    let pdf = String::from_utf8(run("pdftotext", &["-", "-"], &pdf.bytes)).unwrap();
    let pdf = pdf.replace('\n', " ");
    for words in ["Who keeps the garden?", ANSWER] {
        assert!(pdf.contains(words), "{pdf}");
        for format in ["html", "json"] {
            let paper = author.get(&format!("{report}/paper.{format}")).await.body;
            assert!(paper.contains(words), "{format}: {paper}");
        }
    }
    // The version it began on stays with it.
    assert_eq!(
        world
            .text("select form_version from report order by id desc limit 1")
            .await,
        "2026-02-05"
    );
}
