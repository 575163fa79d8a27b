//! The patient's copy: nothing withheld is in any part of any format of it, and it leaves only after a
//! decision by somebody who may decide.

use crate::support::{
    AUTHOR, DOCTOR, FACTS, MANAGER, PART_C, Page, Visitor, World, controls, on_both, run,
};
use axum::http::StatusCode;
use std::io::{Cursor, Read};

/// Planted where it must not leave: marked by the author, withheld by default, in a row, as a source,
/// left out by whoever decided.
const PLANTED: [&str; 6] = [
    "Plantedmarked",
    "Plantedvictim",
    "Plantedrow",
    "Plantedsource",
    "Plantedfollow",
    "Plantedlate",
];
const LINE: &str = "Some information may have been withheld";

/// A frozen report with planted words.
async fn planted(world: &World) -> (String, Visitor) {
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    for (section, typed) in [
        (
            "contact",
            &[
                (
                    "answer/contact-summary//text",
                    "Seen weekly. Plantedmarked.",
                ),
                ("answer/contact-summary//withhold", "yes"),
            ][..],
        ),
        (
            "conditions",
            &[
                ("answer/compliance/c1/evidence.text", "Plantedrow"),
                ("answer/compliance/c1/evidence.basis-note", "Plantedsource"),
                ("answer/compliance/c1/withhold", "yes"),
            ],
        ),
        (
            "relationships",
            &[
                ("answer/relationship-names//text", "Plantedfollow"),
                ("answer/relationship-names//withhold", "yes"),
                ("answer/victim//text", "Plantedvictim"),
            ],
        ),
    ] {
        let page = author
            .page_with(&format!("{report}/sections/{section}"), typed)
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    }
    author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    let mut manager = world.signed_in(MANAGER).await;
    let approve = [("decision", "approve")];
    manager
        .sign(&format!("{report}/review"), "Mo Manager", &approve)
        .await;
    let mut doctor = world.signed_in(DOCTOR).await;
    let clinical = format!("{report}/sections/clinical");
    doctor.save(&clinical, &PART_C).await;
    let late = [("answer/medication//text", "Depot. Plantedlate.")];
    doctor.page_with(&clinical, &late).await;
    doctor
        .sign(&format!("{report}/part-c/sign"), "Dr Dee Doctor", &[])
        .await;
    let page = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    (report, author)
}

/// The place of the answer that holds a text on the page of the decision.
fn place_of(page: &Page, text: &str) -> String {
    let after = &page.body[page.body.find(text).unwrap()..];
    let name = &after[after.find("name=\"leave-out/").unwrap() + 6..];
    name[..name.find('"').unwrap()].to_owned()
}

/// Everything that anybody could read in a PDF: its text, its tags with their text, what it says of
/// itself, and every object unpacked (outline, attachments, alternative texts).
fn all_of_pdf(bytes: &[u8]) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let path = file.path().to_str().unwrap();
    let unpacked = ["--qdf", "--object-streams=disable", path, "-"];
    [
        run("pdftotext", &["-raw", "-", "-"], bytes),
        run("pdfinfo", &["-struct-text", "-"], bytes),
        run("pdfinfo", &["-meta", "-"], bytes),
        run("pdfinfo", &["-"], bytes),
        run("qpdf", &unpacked, &[]),
    ]
    .concat()
}

/// Every part of a Word document.
fn all_of_docx(bytes: &[u8]) -> Vec<u8> {
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = Vec::new();
    for number in 0..parts.len() {
        let mut part = parts.by_index(number).unwrap();
        all.extend_from_slice(part.name().as_bytes());
        part.read_to_end(&mut all).unwrap();
    }
    all
}

/// Whether the word stands there, as it is or in the two-byte form that PDF strings may have.
fn holds(all: &[u8], word: &str) -> bool {
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let hex: String = wide.iter().map(|b| format!("{b:02X}")).collect();
    [word.as_bytes(), wide.as_slice(), hex.as_bytes()]
        .iter()
        .any(|w| all.windows(w.len()).any(|x| x.eq_ignore_ascii_case(w)))
}

async fn all_formats(visitor: &mut Visitor, start: &str, dot: &str) -> [Vec<u8>; 3] {
    let mut get = async |format: &str| {
        let page = visitor.get(&format!("{start}{dot}{format}")).await;
        assert_eq!(page.status, StatusCode::OK, "{start}{dot}{format}");
        page.bytes
    };
    let (pdf, html, docx) = (get("pdf").await, get("html").await, get("docx").await);
    [all_of_pdf(&pdf), html, all_of_docx(&docx)]
}

#[tokio::test]
async fn nothing_withheld_is_in_any_part_of_any_format() {
    let world = World::new("sqlite").await;
    let (report, mut author) = planted(&world).await;
    let path = format!("{report}/patients-copy");
    let page = author.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    let late = place_of(&page, "Plantedlate");
    let decision = [
        ("release", "yes"),
        ("reason", "Plantedreason"),
        (late.as_str(), "yes"),
    ];
    let page = author.post(&path, &decision).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    for all in all_formats(&mut author, &path, "/").await {
        for word in PLANTED.iter().chain(&["Plantedreason", "withheld\":"]) {
            assert!(!holds(&all, word), "{word}");
        }
        assert!(holds(&all, LINE), "the fixed line");
        assert!(
            holds(&all, "Test of 3 November"),
            "what was not marked is there"
        );
        assert!(!holds(&all, "victim"), "not even the question");
    }
    for all in all_formats(&mut author, &format!("{report}/paper"), ".").await {
        for word in PLANTED {
            assert!(holds(&all, word), "the full copy has {word}");
        }
        assert!(!holds(&all, LINE) && holds(&all, "not for the patient"));
    }

    let pdf = author.get(&format!("{path}/pdf")).await.bytes;
    let text = String::from_utf8(run("pdftotext", &["-layout", "-", "-"], &pdf)).unwrap();
    let pages: Vec<&str> = text
        .split('\u{c}')
        .filter(|p| !p.trim().is_empty())
        .collect();
    assert!(pages.len() > 1 || !pages.is_empty());
    for page in pages {
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            words.matches(LINE).count(),
            2,
            "head and foot of every page: {words}"
        );
    }

    // The digest in the copy is of the copy: a guess at what was withheld cannot be checked with it.
    let json = author.get(&format!("{report}/paper.json")).await.body;
    let whole = conditional_discharge::domain::report::FrozenReport::read(&json)
        .unwrap()
        .0;
    let html = author.get(&format!("{path}/html")).await.body;
    assert!(!html.contains(whole.digest()) && html.contains("sha256:"));
}

#[tokio::test]
async fn it_leaves_only_after_a_decision_by_somebody_who_may_decide() {
    on_both(async |world: World| {
        let (report, mut author) = planted(&world).await;
        let path = format!("{report}/patients-copy");
        let mut doctor = world.signed_in(DOCTOR).await;
        let mut manager = world.signed_in(MANAGER).await;
        let yes = [("release", "yes"), ("reason", "Discussed with the team")];
        let no = [
            ("release", "no"),
            ("reason", "The VLO has not answered yet"),
        ];
        let refused = async |visitor: &mut Visitor| {
            for format in ["pdf", "html", "docx"] {
                let page = visitor.get(&format!("{path}/{format}")).await;
                assert_eq!(page.status, StatusCode::CONFLICT);
                assert!(page.body.contains("has not been released"));
            }
        };
        refused(&mut author).await;
        assert_eq!(doctor.get(&path).await.status, StatusCode::OK);
        assert_eq!(doctor.post(&path, &yes).await.status, StatusCode::FORBIDDEN);
        for (typed, message) in [
            (
                [("release", ""), ("reason", "x")],
                "Say whether the copy is released",
            ),
            (
                [("release", "maybe"), ("reason", "x")],
                "Say whether the copy is released",
            ),
            ([("release", "yes"), ("reason", "  ")], "Give your reason"),
        ] {
            let page = author.post(&path, &typed).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.body.contains(message));
        }
        let long = "x".repeat(2_001);
        let page = author
            .post(&path, &[("release", "yes"), ("reason", &long)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(&long), "what was typed is kept");
        refused(&mut author).await;

        assert_eq!(author.post(&path, &no).await.status, StatusCode::SEE_OTHER);
        refused(&mut author).await;
        assert!(
            author
                .get(&path)
                .await
                .body
                .contains("Not released by Ada Author")
        );
        assert_eq!(
            manager.post(&path, &yes).await.status,
            StatusCode::SEE_OTHER
        );
        let first = author.get(&format!("{path}/pdf")).await;
        assert_eq!(first.status, StatusCode::OK);
        let page = author.get(&path).await;
        assert!(page.body.contains("Released by Mo Manager, Line manager"));

        // Once released it stays as it was released.
        let more = [
            ("release", "yes"),
            ("reason", "again"),
            ("leave-out/0.0.0", "yes"),
        ];
        assert_eq!(
            author.post(&path, &more).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(author.get(&format!("{path}/pdf")).await.bytes, first.bytes);
        for (count, expected) in [
            ("select count(*) from copy_decision", 2),
            ("select count(*) from paper where kind = 'patients'", 3),
            (
                "select count(*) from audit where action = 'release-copy' and outcome = 'done'",
                1,
            ),
            (
                "select count(*) from audit where action = 'keep-copy-back'",
                1,
            ),
            (
                "select count(*) from audit where action = 'release-copy' and outcome = 'refused'",
                1,
            ),
        ] {
            assert_eq!(world.count(count).await, expected, "{count}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_mark_survives_a_page_that_is_posted_again() {
    let world = World::new("sqlite").await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    let path = format!("{report}/sections/contact");
    author
        .save(
            &path,
            &[
                ("answer/contact-summary//text", "x"),
                ("answer/contact-summary//withhold", "yes"),
            ],
        )
        .await;
    let page = author.get(&path).await;
    assert!(
        controls(&page.body).contains(&("answer/contact-summary//withhold".into(), "yes".into()))
    );
    let check = author.get(&format!("{report}/check")).await;
    assert!(check.body.contains("Not in the patient’s copy"));
}
