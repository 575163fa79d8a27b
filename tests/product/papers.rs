//! Papers in the product: what is kept, what is refused, what happens when one cannot be made.

use crate::audits::add;
use crate::schema;
use crate::support::{
    AUTHOR, DOCTOR, FACTS, MANAGER, PART_C, PASSWORD, Visitor, World, case, controls, on_both,
    to_final_check,
};
use axum::http::StatusCode;
use conditional_discharge::document::Document;
use conditional_discharge::document::tree::{Block, QuestionAnswer};
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::forms::Forms;
use conditional_discharge::server::papers::source::Source;
use conditional_discharge::server::papers::verify::{self, Verdict};
use conditional_discharge::server::papers::{Format, Kind, set_now};
use conditional_discharge::server::store::organisations;
use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};

/// A report taken to its frozen papers.
pub async fn frozen(world: &World) -> (String, Visitor) {
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

/// The line of a page that says what of something is lost on paper, without its markup.
fn lost(page: &str, words: &str) -> String {
    let after = page.split("class=\"undrawable\"><strong>").skip(1);
    let lines = after.map(|rest| rest.split("</p>").next().unwrap());
    let lines = lines.map(|line| line.replace("</strong>", "").replace("<!>", ""));
    let mut lines = lines.filter(|line| line.starts_with(words));
    let line = lines.next().unwrap_or_else(|| panic!("{words}: {page}"));
    assert_eq!(lines.next(), None, "{words} is said once");
    line
}

#[tokio::test]
async fn controls_that_are_left_out_are_named_on_the_check_page() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let path = format!("{report}/sections/contact");
        // A tab and a line end are set as white space; what steers bidirectional text only steers.
        let typed = "Seen\u{7} at\thome,\u{202e} twice\u{9c}\u{7}\n\u{feff}Calm";
        author
            .save(&path, &[("answer/contact-summary//text", typed)])
            .await;
        let check = author.get(&format!("{report}/check")).await.body;
        assert_eq!(
            lost(&check, "On paper these characters"),
            "On paper these characters are left out: U+0007, U+009C. Put them in words if they matter."
        );
    })
    .await;
}

#[tokio::test]
async fn what_of_the_record_cannot_be_drawn_is_named_where_it_is_printed() {
    let mut case = case();
    case.record.family_name = "Quill\u{1f426}feather".into();
    case.record.aliases = vec!["Zeb \u{1f600}\u{7}".into()];
    case.record.conditions[0].wording = "To reside at 3 \u{1f3e0} Tenter Lane.".into();
    let forms = Forms::embedded().unwrap();
    let world = World::with("sqlite", forms, &case).await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    let check = author.get(&format!("{report}/check")).await.body;
    let head = lost(
        &check,
        "On paper these characters of the patient’s name and MHCS reference become",
    );
    assert!(
        head.ends_with(
            "“\u{fffd}”: \u{1f426} (U+1F426). Correct them in the record if they matter."
        ),
        "{head}"
    );
    // Each stands in the row of its own question.
    let row_of = |words: &str| {
        let rows = check.split("class=\"nhsuk-summary-list__row\"").skip(1);
        rows.filter(|row| row.contains(words) && row.contains("of the record"))
            .map(str::to_owned)
            .collect::<String>()
    };
    let names = row_of("Also known as");
    let undrawable = lost(&names, "On paper these characters of the record become");
    assert!(
        undrawable.contains("\u{1f426} (U+1F426), \u{1f600} (U+1F600). Correct"),
        "{undrawable}"
    );
    let left_out = lost(
        &names,
        "On paper these characters of the record are left out",
    );
    assert!(left_out.contains("out: U+0007. Correct"), "{left_out}");
    assert!(row_of("Tenter Lane").contains("\u{1f3e0} (U+1F3E0)"));
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

#[tokio::test]
async fn frozen_reports_keep_the_published_schema() {
    let world = World::new("sqlite").await;
    let (report, mut author) = frozen(&world).await;
    let schema = author.get("/schemas/frozen-report-1.json").await.body;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let json = author.get(&format!("{report}/paper.json")).await.body;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let judge = schema::validator(&schema);
    assert_eq!(schema::faults(&judge, &json), [""; 0]);
    for (at, wrong) in [
        ("/due", serde_json::json!("soon")),
        ("/due", serde_json::json!("2026-02-30")),
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
        assert!(!judge.is_valid(&bad), "{at}");
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

/// The same for a paper that is no report: the draft stays as it was saved, and can be shortened.
#[tokio::test]
async fn another_paper_that_cannot_be_made_keeps_its_draft_and_is_on_record() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let papers = format!("/patients/{}/papers", world.patient);
        let begun = author.post(&papers, &[("form", "handover")]).await;
        let paper = begun.location().to_owned();
        let lines = format!("{}a", "a\n".repeat(24_000));
        let page = author.get(&paper).await;
        let mut asked: Vec<String> = controls(&page.body)
            .into_iter()
            .map(|(name, _)| name)
            .filter(|name| name.starts_with("answer/") && name.ends_with("/text"))
            .collect();
        asked.truncate(5);
        assert_eq!(asked.len(), 5, "{asked:?}");
        let mut typed: Vec<(&str, &str)> = asked.iter().map(|n| (n.as_str(), &*lines)).collect();
        typed.extend([("seen", "1"), ("then", "make")]);
        let refused = author.post(&paper, &typed).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("The papers could not be made"));
        for table in [
            "select count(*) from paper",
            "select count(*) from other_paper_made",
        ] {
            assert_eq!(world.count(table).await, 0);
        }
        let failed =
            "select count(*) from audit where action = 'papers-made' and outcome = 'failed'";
        assert_eq!(world.count(failed).await, 1);
        assert_eq!(
            author.get(&format!("{paper}/paper.pdf")).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(author.get(&paper).await.value("seen"), "2", "it is saved");
        let short: Vec<(&str, &str)> = asked
            .iter()
            .map(|n| (n.as_str(), "Short"))
            .chain([("seen", "2"), ("then", "make")])
            .collect();
        let made = author.post(&paper, &short).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER);
        let kept = world.count("select count(*) from paper").await;
        assert_eq!(kept, i64::try_from(Format::SET.len()).unwrap());
    })
    .await;
}

/// By the organisation's choice the PDF of a report carries its data; otherwise it does not.
#[tokio::test]
async fn the_data_goes_into_the_pdf_when_the_organisation_says_so_and_not_before() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        add(
            &world,
            "ruler@x",
            "Rae Ruler",
            Role::Administrator,
            "Northmere",
        )
        .await;
        let mut admin = world.signed_in("ruler@x").await;
        let northmere = organisations::named(&world.app.db, "Northmere").await;
        let northmere = northmere.unwrap().unwrap();
        let path = format!("/organisations/{northmere}/settings");
        let page = admin.get(&path).await;
        let box_of = |body: &str| {
            let after = body
                .split("name=\"attach-data\"")
                .nth(1)
                .unwrap()
                .to_owned();
            after.split('>').next().unwrap().contains("checked")
        };
        assert!(!box_of(&page.body), "off by default");
        let heading = page.body.find(">Papers</h2>").unwrap();
        let signing = page.body.find(">Signing in</h2>").unwrap();
        let asked = page.body.find("name=\"attach-data\"").unwrap();
        assert!(heading < asked && asked < signing);
        let controls = controls(&page.body);
        let mut form: Vec<(&str, &str)> = controls
            .iter()
            .filter(|(name, _)| name != "password" && name != "attach-data")
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        form.extend([("attach-data", "yes"), ("password", PASSWORD)]);
        let saved = admin.post(&path, &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert!(box_of(&admin.get(&path).await.body));

        let page = author.sign(&format!("{report}/freeze"), "", &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let pdf = author.get(&format!("{report}/paper.pdf")).await.bytes;
        for profile in [ValidationProfile::PdfUa1, ValidationProfile::PdfA3a] {
            let options = ValidationOptions::default().profile(profile);
            let judged = validate_pdf_bytes(&pdf, &options).unwrap();
            assert!(judged.failures.is_empty(), "{:?}", judged.failures);
        }
        let json = author.get(&format!("{report}/paper.json")).await.bytes;
        let name = format!("report-{}.json", report.rsplit('/').next().unwrap());
        assert_eq!(carried(&pdf, &name), json);
        // The file is told as ours without the database too.
        let source = Source::read(std::str::from_utf8(&json).unwrap()).unwrap();
        assert!(matches!(
            verify::compare(&pdf, &source),
            Ok(Verdict::Ours { .. })
        ));
    })
    .await;
    let world = World::new("sqlite").await;
    let (report, mut author) = frozen(&world).await;
    let pdf = author.get(&format!("{report}/paper.pdf")).await.bytes;
    assert!(!pdf.windows(12).any(|here| here == b"EmbeddedFile"));
}

/// A file that a PDF carries, as another program takes it out.
fn carried(pdf: &[u8], name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let mut qpdf = std::process::Command::new("qpdf");
    let output = qpdf
        .arg(format!("--show-attachment={name}"))
        .arg(&file)
        .output();
    let output = output.expect("qpdf must be installed: apt-get install qpdf");
    assert!(output.status.success(), "qpdf finds no {name}");
    output.stdout
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
