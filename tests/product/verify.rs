//! Telling files: ours unaltered, altered, another version, not ours; for papers of every kind.

use crate::assessments::{EXECUTIVE, LEAD, add_people, sign, to_sign_off};
use crate::papers::frozen;
use crate::support::{AUTHOR, Page, STRANGER, Visitor, World, on_both};
use axum::body::Body;
use axum::http::{StatusCode, header};
use conditional_discharge::server::papers::source::Source;
use conditional_discharge::server::papers::verify::{self, Verdict};
use serde_json::Value;

const OURS: &str = "This is ours, unaltered";
const ALTERED: &str = "This was altered";
const ANOTHER: &str = "This is another version";
const NOT_OURS: &str = "This is not our file";

/// Uploads a file as a browser does.
pub async fn upload(visitor: &mut Visitor, bytes: &[u8]) -> Page {
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
    visitor.send(request).await
}

/// The page's heading of the verdict on a file.
async fn verdict(visitor: &mut Visitor, bytes: &[u8]) -> String {
    let page = upload(visitor, bytes).await;
    let after = page.body.split("id=\"verdict\"").nth(1);
    let heading = after.and_then(|rest| rest.split(['>', '<']).nth(1));
    heading.map_or_else(|| page.status.to_string(), str::to_owned)
}

#[tokio::test]
async fn a_file_is_told_as_ours_altered_another_version_or_none_of_ours() {
    on_both(async |world: World| {
        let (report, mut author) = frozen(&world).await;
        let mut stranger = world.signed_in(STRANGER).await;
        for format in ["pdf", "html", "docx", "json"] {
            let bytes = author.get(&format!("{report}/paper.{format}")).await.bytes;
            assert_eq!(
                verdict(&mut author, &bytes).await,
                "This is ours, unaltered",
                "{format}"
            );
            assert_eq!(verdict(&mut stranger, &bytes).await, NOT_OURS, "{format}");
            if format != "json" {
                let altered = [bytes.as_slice(), b"\n"].concat();
                assert_eq!(
                    verdict(&mut author, &altered).await,
                    "This was altered",
                    "{format}"
                );
                assert_eq!(verdict(&mut stranger, &altered).await, NOT_OURS, "{format}");
            }
        }
        let json = author.get(&format!("{report}/paper.json")).await.body;
        let changed = json.replace("Seen weekly", "Seen daily");
        assert_eq!(
            verdict(&mut author, changed.as_bytes()).await,
            "This was altered"
        );
        assert_eq!(verdict(&mut stranger, changed.as_bytes()).await, NOT_OURS);
        let content: serde_json::Value = serde_json::from_str(&json).unwrap();
        let packed = verdict(&mut author, content.to_string().as_bytes()).await;
        assert_eq!(packed, "The content is ours, the file is not");
        let mut later = content.clone();
        later["frozen-at"] = "2026-11-21T10:00:00Z".into();
        let later = verdict(&mut author, later.to_string().as_bytes()).await;
        assert_eq!(later, "This is another version");
        for stray in [&b"%PDF-1.7"[..], b"PK", b"{}", &[0xff; 64], b"sha256:"] {
            assert_eq!(verdict(&mut author, stray).await, NOT_OURS);
        }
        assert_eq!(verdict(&mut author, b"").await, "422 Unprocessable Entity");
        let page = author.post("/verify", &[("file", "x")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        // Larger than any form, and no larger than a file may be; for nobody who has no session.
        let large = vec![b'a'; 6 * 1024 * 1024];
        assert_eq!(verdict(&mut author, &large).await, NOT_OURS);
        let nobody = verdict(&mut world.visitor(), &large).await;
        assert_eq!(nobody, "413 Payload Too Large");
        let huge = vec![b'a'; 17 * 1024 * 1024];
        assert_eq!(verdict(&mut author, &huge).await, "413 Payload Too Large");
    })
    .await;
}

/// The bytes with one digit of the digest that they bear changed: made from other content, it seems.
fn of_other_content(bytes: &[u8]) -> Vec<u8> {
    let mark = b"sha256:";
    let at = bytes.windows(mark.len()).position(|w| w == mark).unwrap() + mark.len();
    let mut other = bytes.to_vec();
    other[at] = if other[at] == b'0' { b'1' } else { b'0' };
    other
}

/// All that can be said of the files of a record, by the page and without a database. `at` points to the
/// moment in its data when it was frozen.
async fn told(visitor: &mut Visitor, stranger: &mut Visitor, files: &[(&str, Vec<u8>)], at: &str) {
    let (_, json) = files
        .iter()
        .find(|(name, _)| name.ends_with("json"))
        .unwrap();
    let json = std::str::from_utf8(json).unwrap();
    let source = Source::read(json).unwrap();
    for (name, bytes) in files {
        assert_eq!(verdict(visitor, bytes).await, OURS, "{name}");
        assert_eq!(verdict(stranger, bytes).await, NOT_OURS, "{name}");
        let apart = verify::compare(bytes, &source).unwrap();
        assert!(matches!(apart, Verdict::Ours { .. }), "{name}: {apart}");
        if !name.ends_with("json") {
            let altered = [bytes.as_slice(), b"\n"].concat();
            assert_eq!(verdict(visitor, &altered).await, ALTERED, "{name}");
            let apart = verify::compare(&altered, &source).unwrap();
            assert!(matches!(apart, Verdict::Altered { .. }), "{name}: {apart}");
            let other = of_other_content(bytes);
            assert_eq!(verdict(visitor, &other).await, ANOTHER, "{name}");
            assert_eq!(verdict(stranger, &other).await, NOT_OURS, "{name}");
            let apart = verify::compare(&other, &source).unwrap();
            assert!(
                matches!(apart, Verdict::AnotherVersion { .. }),
                "{name}: {apart}"
            );
        }
    }
    let data: Value = serde_json::from_str(json).unwrap();
    let anew = data.to_string();
    let mut later = data.clone();
    *later.pointer_mut(at).unwrap() = "2026-11-29T10:00:00Z".into();
    let altered = json.replacen("Northmere", "Southmere", 1);
    for (text, expected) in [
        (anew, "The content is ours, the file is not"),
        (later.to_string(), ANOTHER),
        (altered, ALTERED),
    ] {
        assert_eq!(verdict(visitor, text.as_bytes()).await, expected);
        assert_eq!(verdict(stranger, text.as_bytes()).await, NOT_OURS);
    }
}

#[tokio::test]
async fn a_paper_that_is_no_report_is_kept_in_every_format_and_told() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let mut stranger = world.signed_in(STRANGER).await;
        let papers = format!("/patients/{}/papers", world.patient);
        for form in ["event-notification", "conditions-sheet", "handover"] {
            let made = author.post(&papers, &[("form", form), ("then", "make")]).await;
            let paper = made.location().to_owned();
            let page = author.get(&paper).await.body;
            let mut files = Vec::new();
            for format in ["pdf", "html", "docx", "json"] {
                let path = format!("{paper}/paper.{format}");
                assert!(page.contains(&path), "{path} is reachable");
                let file = author.get(&path).await;
                assert_eq!(file.status, StatusCode::OK, "{path}");
                assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
                files.push((format, file.bytes));
            }
            told(&mut author, &mut stranger, &files, "/made-at").await;
        }
        let known = "select count(*) from audit a join other_paper_made m on a.subject = 'sha256:' || m.digest where a.action = 'papers-made'";
        assert_eq!(world.count(known).await, 3);
        // A report's files are not found under the address of another paper.
        let (report, mut author) = frozen(&world).await;
        let id = report.rsplit('/').next().unwrap();
        let stray = author.get(&format!("{papers}/{id}/paper.pdf")).await;
        assert_eq!(stray.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn the_papers_of_a_signed_self_assessment_are_told() {
    on_both(async |world: World| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let mut stranger = world.signed_in(STRANGER).await;
        let path = to_sign_off(&world, &mut lead).await;
        let mut executive = world.signed_in(EXECUTIVE).await;
        let signed = sign(&mut executive, &path, "Exa Cutive").await;
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
        let mut files = Vec::new();
        for name in [
            "assessment.pdf",
            "board.pdf",
            "actions.pdf",
            "assessment.html",
            "board.docx",
            "frozen.json",
        ] {
            let file = lead.get(&format!("{path}/papers/{name}")).await;
            assert_eq!(file.status, StatusCode::OK, "{name}");
            files.push((name, file.bytes));
        }
        told(&mut lead, &mut stranger, &files, "/signatures/0/at").await;
        let csv = lead.get(&format!("{path}/papers/ratings.csv")).await;
        assert_eq!(verdict(&mut lead, &csv.bytes).await, OURS);
    })
    .await;
}
