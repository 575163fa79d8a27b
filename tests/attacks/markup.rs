//! Markup typed into a report stands in its papers as it was typed: in the PDF as another program reads
//! it, in the DOCX, in the HTML. What a browser makes of pages and of the HTML is tested in a browser.

use super::paper_text::{bare, of_docx, of_pdf};
use crate::support::{AUTHOR, DOCTOR, FACTS, MANAGER, PART_C, World};

const PAYLOADS: &str = include_str!("payloads.txt");

/// The HTML's text: what is between tags, unescaped.
fn of_html(body: &str) -> String {
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        text.push_str(piece.split_once('>').unwrap().1);
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

#[tokio::test]
async fn asvs_1_2_1_payloads_in_a_report_stand_in_every_paper_as_typed() {
    let world = World::new("sqlite").await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    let typed = [("answer/contact-summary//text", PAYLOADS)];
    author
        .save(&format!("{report}/sections/contact"), &typed)
        .await;
    author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    let mut manager = world.signed_in(MANAGER).await;
    let approve = [("decision", "approve")];
    manager
        .sign(&format!("{report}/review"), "Mo Manager", &approve)
        .await;
    let mut doctor = world.signed_in(DOCTOR).await;
    doctor
        .save(&format!("{report}/sections/clinical"), &PART_C)
        .await;
    doctor
        .sign(&format!("{report}/part-c/sign"), "Dr Dee Doctor", &[])
        .await;
    let frozen = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(frozen.status, 303, "{}", frozen.body);
    let pdf = author.get(&format!("{report}/paper.pdf")).await.bytes;
    let docx = author.get(&format!("{report}/paper.docx")).await.bytes;
    let html = author.get(&format!("{report}/paper.html")).await;
    let json = author.get(&format!("{report}/paper.json")).await.body;
    let frozen: serde_json::Value = serde_json::from_str(&json).unwrap();
    for (paper, text) in [
        ("the PDF", bare(&of_pdf(&pdf))),
        ("the DOCX", bare(&of_docx(&docx))),
        ("the HTML", bare(&of_html(&html.body))),
    ] {
        for payload in PAYLOADS.lines() {
            assert!(
                text.contains(&bare(payload)),
                "{paper} has not as typed: {payload}"
            );
        }
    }
    assert!(
        !html.body.contains("<img")
            && !html.body.contains("<svg on")
            && !html.body.contains("<script>window")
    );
    let said = frozen.to_string();
    for payload in PAYLOADS.lines() {
        let quoted = serde_json::to_string(payload).unwrap();
        assert!(
            said.contains(quoted.trim_matches('"').trim_end_matches('\\')),
            "frozen otherwise: {payload}"
        );
    }
}
