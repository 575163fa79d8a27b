//! What the tests ask of a finished paper: two validators of standards, qpdf, poppler's text, and
//! the places of everything drawn.

mod words;

use conditional_discharge::document::typeset::{
    Artifact, Frame, Ink, Mark, PAGE_HEIGHT, PAGE_WIDTH, Role, Scene, TagId, typeset,
};
use conditional_discharge::document::{Document, PaperError, pdf};
use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};
use std::io::Write as _;
use std::process::{Command, Stdio};
use words::same_everywhere;

pub use words::{inked, part, xml_events};

/// The paper's bytes, after both standards have been checked.
pub fn conforming(document: &Document) -> Vec<u8> {
    let bytes = pdf(document).expect("the paper can be made");
    keeps(
        &bytes,
        [ValidationProfile::PdfUa1, ValidationProfile::PdfA2a],
    );
    bytes
}

/// Checks a file by each of `profiles`.
pub fn keeps(bytes: &[u8], profiles: [ValidationProfile; 2]) {
    for profile in profiles {
        let options = ValidationOptions::default().profile(profile);
        let report = validate_pdf_bytes(bytes, &options).expect("the file can be examined");
        assert!(
            report.failures.is_empty(),
            "{profile:?}: {:#?}",
            report.failures
        );
    }
}

/// Passes `input` through a program and returns what it wrote.
pub fn run(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let missing = format!("{program} must be installed: apt-get install poppler-utils qpdf");
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect(&missing);
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the program ends");
    writer
        .join()
        .expect("the writer ends")
        .expect("the program reads its input");
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    output.stdout
}

/// Checks the syntax of a file; qpdf reads no standard input.
pub fn opens_clean(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("written");
    run(
        "qpdf",
        &["--check", file.path().to_str().expect("a plain path")],
        &[],
    );
}

/// The file's text as another program reads it, in the order drawn.
pub fn extracted(bytes: &[u8]) -> String {
    let text = run("pdftotext", &["-raw", "-enc", "UTF-8", "-", "-"], bytes);
    String::from_utf8(text).expect("asked for UTF-8")
}

/// Checks where everything stands, and that every format says the same.
pub fn well_set(document: &Document) -> Result<Scene, PaperError> {
    let scene = typeset(document)?;
    same_everywhere(document, &scene);
    for (number, page) in scene.pages.iter().enumerate() {
        let mut texts: Vec<(Frame, String)> = Vec::new();
        for item in &page.items {
            let frame = item.ink.frame();
            let inside = frame.left >= 0.0
                && frame.top >= 0.0
                && frame.right() <= PAGE_WIDTH + 0.01
                && frame.bottom() <= PAGE_HEIGHT;
            assert!(inside, "page {number}: {item:?}");
            if let Ink::Text(text) = &item.ink {
                texts.push((frame, text.line.text()));
            }
        }
        for (index, (one, words)) in texts.iter().enumerate() {
            for (other, others) in &texts[index + 1..] {
                assert!(
                    !overlap(one, other),
                    "page {number}: {words:?} and {others:?}"
                );
            }
        }
    }
    no_heading_ends_a_page(&scene);
    Ok(scene)
}

/// Whether the frames share more than a hair.
fn overlap(one: &Frame, other: &Frame) -> bool {
    let width = one.right().min(other.right()) - one.left.max(other.left);
    let height = one.bottom().min(other.bottom()) - one.top.max(other.top);
    width > 0.6 && height > 0.05
}

fn no_heading_ends_a_page(scene: &Scene) {
    let body = |page: usize| {
        let items = scene.pages[page].items.iter();
        items.filter(|item| item.mark != Mark::Artifact(Artifact::Pagination))
    };
    for page in 0..scene.pages.len() - 1 {
        let last = body(page).next_back().expect("something on every page");
        let heading = |tag: TagId| matches!(scene.tags[tag.0].role, Role::Heading(_));
        let ends = matches!(last.mark, Mark::Content(tag) if heading(tag));
        assert!(!ends, "a heading ends page {page}");
    }
}
