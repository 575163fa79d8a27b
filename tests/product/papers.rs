//! Papers in the product: what is kept, what is refused, what happens when one cannot be made.

use crate::support::{
    AUTHOR, DOCTOR, FACTS, MANAGER, PART_C, STRANGER, Visitor, World, on_both, to_final_check,
};
use axum::body::Body;
use axum::http::{StatusCode, header};
use conditional_discharge::document::Document;
use conditional_discharge::document::tree::{Block, QuestionAnswer};
use conditional_discharge::server::papers::{Format, Kind, set_now};

/// A report taken to its frozen papers.
async fn frozen(world: &World) -> (String, Visitor) {
    let (report, mut author) = to_final_check(world).await;
    let page = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    (report, author)
}

#[tokio::test]
async fn every_format_is_kept_at_freezing_and_handed_out_ever_after() {
    on_both(async |world: World| {
        let (report, mut author) = frozen(&world).await;
        let finished = author.get(&format!("{report}/finished")).await;
        for (format, start) in [("pdf", "%PDF-1.7"), ("html", "<!DOCTYPE html>"), ("docx", "PK")] {
            let path = format!("{report}/paper.{format}");
            assert!(finished.body.contains(&path), "{format} is reachable");
            let paper = author.get(&path).await;
            assert_eq!(paper.status, StatusCode::OK);
            assert!(paper.bytes.starts_with(start.as_bytes()), "{format}");
            let policy = paper.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
            assert_eq!(author.get(&path).await.bytes, paper.bytes);
        }
        assert_eq!(world.count("select count(*) from paper").await, 3);
        assert_eq!(
            world
                .count("select count(*) from audit a join frozen_report f on a.subject = 'sha256:' || f.digest where a.action = 'papers-made'")
                .await,
            1,
            "the audit knows the digest that the papers bear"
        );
    })
    .await;
}

/// Uploads a file as a browser does, and gives the page's heading of the verdict.
async fn verdict(visitor: &mut Visitor, bytes: &[u8]) -> String {
    let start = b"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    let body = [start, bytes, b"\r\n--XX--\r\n"].concat();
    let mut request = visitor
        .request("POST", "/verify")
        .body(Body::from(body))
        .unwrap();
    request.headers_mut().insert(
        header::CONTENT_TYPE,
        "multipart/form-data; boundary=XX".parse().unwrap(),
    );
    let page = visitor.send(request).await;
    let after = page.body.split("id=\"verdict\"").nth(1);
    let heading = after.and_then(|rest| rest.split(['>', '<']).nth(1));
    heading.map_or_else(|| page.status.to_string(), str::to_owned)
}

#[tokio::test]
async fn a_file_is_told_as_ours_altered_another_version_or_none_of_ours() {
    on_both(async |world: World| {
        let (report, mut author) = frozen(&world).await;
        let mut stranger = world.signed_in(STRANGER).await;
        let not_ours = "This is not our file";
        for format in ["pdf", "html", "docx", "json"] {
            let bytes = author.get(&format!("{report}/paper.{format}")).await.bytes;
            assert_eq!(
                verdict(&mut author, &bytes).await,
                "This is ours, unaltered",
                "{format}"
            );
            assert_eq!(verdict(&mut stranger, &bytes).await, not_ours, "{format}");
            if format != "json" {
                let altered = [bytes.as_slice(), b"\n"].concat();
                assert_eq!(
                    verdict(&mut author, &altered).await,
                    "This was altered",
                    "{format}"
                );
                assert_eq!(verdict(&mut stranger, &altered).await, not_ours, "{format}");
            }
        }
        let json = author.get(&format!("{report}/paper.json")).await.body;
        let changed = json.replace("Seen weekly", "Seen daily");
        assert_eq!(
            verdict(&mut author, changed.as_bytes()).await,
            "This was altered"
        );
        assert_eq!(verdict(&mut stranger, changed.as_bytes()).await, not_ours);
        let content: serde_json::Value = serde_json::from_str(&json).unwrap();
        let packed = verdict(&mut author, content.to_string().as_bytes()).await;
        assert_eq!(packed, "The content is ours, the file is not");
        let mut later = content.clone();
        later["frozen-at"] = "2026-11-21T10:00:00Z".into();
        let later = verdict(&mut author, later.to_string().as_bytes()).await;
        assert_eq!(later, "This is another version");
        for stray in [&b"%PDF-1.7"[..], b"PK", b"{}", &[0xff; 64], b"sha256:"] {
            assert_eq!(verdict(&mut author, stray).await, not_ours);
        }
        assert_eq!(verdict(&mut author, b"").await, "422 Unprocessable Entity");
        let page = author.post("/verify", &[("file", "x")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        let huge = vec![b'a'; 17 * 1024 * 1024];
        assert_eq!(verdict(&mut author, &huge).await, "413 Payload Too Large");
    })
    .await;
}

#[tokio::test]
async fn a_blank_form_can_be_had_without_signing_in() {
    let world = World::new("sqlite").await;
    let mut visitor = world.visitor();
    let list = visitor.get("/forms").await;
    for (format, start) in [("pdf", "%PDF"), ("html", "<!DOCTYPE"), ("docx", "PK")] {
        let path = format!("/forms/progress-report/2026-01-05/{format}");
        assert!(list.body.contains(&path), "{path}");
        let paper = visitor.get(&path).await;
        assert!(paper.bytes.starts_with(start.as_bytes()), "{path}");
    }
    for path in [
        "/forms/progress-report/2026-01-06/pdf",
        "/forms/x/y/z",
        "/forms/progress-report/2026-01-05/json",
    ] {
        assert_eq!(
            visitor.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let schema = visitor.get("/schemas/frozen-report-1.json").await;
    assert!(serde_json::from_str::<serde_json::Value>(&schema.body).is_ok());
}

#[tokio::test]
async fn what_cannot_be_drawn_is_named_on_the_check_page() {
    let world = World::new("sqlite").await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    let path = format!("{report}/sections/contact");
    let typed = [(
        "answer/contact-summary//text",
        "Siân was \u{1f600} and \u{e000}",
    )];
    author.save(&path, &typed).await;
    let check = author.get(&format!("{report}/check")).await.body;
    assert!(check.contains("\u{1f600} (U+1F600), U+E000"), "{check}");
}

#[tokio::test]
async fn the_text_can_be_copied_with_a_button_and_without() {
    let world = World::new("sqlite").await;
    let (report, mut author) = frozen(&world).await;
    let page = author.get(&format!("{report}/text")).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let nonce = policy.split("'nonce-").nth(1).unwrap();
    let nonce = nonce.split('\'').next().unwrap();
    assert!(
        page.body.contains(&format!("<script nonce=\"{nonce}\">")),
        "{}",
        page.body
    );
    assert!(page.body.contains("readonly"), "a box to select from");
}

/// What a JSON Schema of the kind we publish says is wrong with a value: types, names, patterns.
fn faults(
    schema: &serde_json::Value,
    part: &serde_json::Value,
    value: &serde_json::Value,
) -> Vec<String> {
    let part = match part["$ref"].as_str() {
        Some(name) => &schema["$defs"][name.rsplit('/').next().unwrap()],
        None => part,
    };
    let mut found = Vec::new();
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        other => panic!("the schema has a type that this test does not know: {other}"),
    };
    if part["type"].as_str().is_some_and(|kind| !is(kind)) {
        found.push(format!("{value} is no {}", part["type"]));
    }
    if part.get("const").is_some_and(|only| only != value) {
        found.push(format!("{value} is not {}", part["const"]));
    }
    if part["enum"]
        .as_array()
        .is_some_and(|all| !all.contains(value))
    {
        found.push(format!("{value} is none of {}", part["enum"]));
    }
    if part["pattern"].is_string() {
        let text = value.as_str().unwrap_or_default();
        let day = text
            .get(..10)
            .is_some_and(|d| d.parse::<chrono::NaiveDate>().is_ok());
        let rest = text.get(10..).unwrap_or_default();
        let whole = rest.is_empty() || (rest.starts_with('T') && rest.ends_with('Z'));
        if !(day && whole) {
            found.push(format!("{text} is no day or moment"));
        }
    }
    for needed in part["required"].as_array().into_iter().flatten() {
        if value.get(needed.as_str().unwrap()).is_none() {
            found.push(format!("{needed} is missing"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match part["properties"].get(name) {
            Some(known) => found.extend(faults(schema, known, inner)),
            None if part["additionalProperties"] == false => {
                found.push(format!("{name} is unknown"))
            }
            None => {}
        }
    }
    for inner in value.as_array().into_iter().flatten() {
        found.extend(faults(schema, &part["items"], inner));
    }
    found
}

#[tokio::test]
async fn frozen_reports_keep_the_published_schema() {
    let world = World::new("sqlite").await;
    let (report, mut author) = frozen(&world).await;
    let schema = author.get("/schemas/frozen-report-1.json").await.body;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let json = author.get(&format!("{report}/paper.json")).await.body;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(faults(&schema, &schema, &json), [""; 0]);
    for (at, wrong) in [
        ("/due", serde_json::json!("soon")),
        ("/schema", serde_json::json!("other")),
        ("/patient/name", serde_json::json!(null)),
        (
            "/parts/0/sections/0/entries/0/withheld",
            serde_json::json!("no"),
        ),
        ("/parts/0", serde_json::json!({"title": "x", "stray": 1})),
    ] {
        let mut bad = json.clone();
        *bad.pointer_mut(at).unwrap() = wrong;
        assert!(!faults(&schema, &schema, &bad).is_empty(), "{at}");
    }
}

/// A report of more than 2,000 pages is refused with a clear page, and nothing of the freezing stays.
#[tokio::test]
async fn a_paper_that_cannot_be_made_leaves_everything_as_it_was_and_is_on_record() {
    let world = World::new("sqlite").await;
    let lines = format!("{}a", "a\n".repeat(24_000));
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    for (section, answer) in [
        ("contact", "answer/contact-summary//text"),
        ("conditions", "answer/compliance/c1/evidence.text"),
        ("conditions", "answer/compliance/c2/evidence.text"),
        ("relationships", "answer/relationship-asked//detail"),
    ] {
        let path = format!("{report}/sections/{section}");
        let page = author.page_with(&path, &[(answer, &lines)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    }
    author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    world
        .signed_in(MANAGER)
        .await
        .sign(
            &format!("{report}/review"),
            "Mo Manager",
            &[("decision", "approve")],
        )
        .await;
    let mut doctor = world.signed_in(DOCTOR).await;
    let clinical = format!("{report}/sections/clinical");
    doctor.save(&clinical, &PART_C).await;
    let page = doctor
        .page_with(&clinical, &[("answer/mental-state//text", &lines)])
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    doctor
        .sign(&format!("{report}/part-c/sign"), "Dr Dee Doctor", &[])
        .await;
    let page = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.body);
    assert!(page.body.contains("The papers could not be made"));
    for table in [
        "select count(*) from paper",
        "select count(*) from frozen_report",
    ] {
        assert_eq!(world.count(table).await, 0);
    }
    assert_eq!(
        world
            .count("select count(*) from audit where action = 'papers-made' and outcome = 'failed'")
            .await,
        1
    );
    assert_eq!(
        author.get(&format!("{report}/paper.pdf")).await.status,
        StatusCode::NOT_FOUND
    );
    let still = author.get(&format!("{report}/freeze")).await;
    assert_eq!(still.status, StatusCode::OK, "it can be tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_papers_starves_no_page() {
    let world = World::new("sqlite").await;
    let mut document = Document::new("Burst", "R", "2026-06-15T09:30:00Z".parse().unwrap());
    let words = "She has kept every appointment since the last report. ".repeat(40);
    let question = QuestionAnswer::new("How are they?", vec![words]);
    document.blocks = vec![Block::QuestionAnswer(question); 20];
    let one = set_now(Kind::Full, &document, None).unwrap();
    let press = world.app.press.clone();
    let burst = tokio::spawn(async move {
        let papers = (0..200).map(|_| {
            let (press, document) = (press.clone(), document.clone());
            tokio::spawn(async move { press.set(Kind::Full, document, None).await })
        });
        let mut made = Vec::new();
        for paper in papers.collect::<Vec<_>>() {
            made.push(paper.await.unwrap().unwrap());
        }
        made
    });
    let mut author = world.signed_in(AUTHOR).await;
    for _ in 0..3 {
        assert_eq!(author.get("/").await.status, StatusCode::OK);
    }
    assert!(!burst.is_finished(), "pages are answered meanwhile");
    let made = burst.await.unwrap();
    assert_eq!(made.len(), 200);
    for papers in made {
        for (paper, first) in papers.iter().zip(&one) {
            assert_eq!(paper.digest, first.digest);
        }
        assert_eq!(papers.len(), Format::SET.len());
    }
}
