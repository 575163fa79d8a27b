//! What the tests ask of a finished paper: two validators of standards, qpdf, poppler's text, and
//! the places of everything drawn.

use conditional_discharge::document::text::{FontBook, REPLACEMENT, Weight};
use conditional_discharge::document::typeset::{
    Artifact, Frame, Ink, Mark, PAGE_HEIGHT, PAGE_WIDTH, Role, Scene, TagId, typeset,
};
use conditional_discharge::document::{Document, PaperError, html, pdf};
use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The paper's bytes, after both standards have been checked.
pub fn conforming(document: &Document) -> Vec<u8> {
    let bytes = pdf(document).expect("the paper can be made");
    for profile in [ValidationProfile::PdfUa1, ValidationProfile::PdfA2a] {
        let options = ValidationOptions::default().profile(profile);
        let report = validate_pdf_bytes(&bytes, &options).expect("the file can be examined");
        assert!(
            report.failures.is_empty(),
            "{profile:?}: {:#?}",
            report.failures
        );
    }
    bytes
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

/// `text` without white space, which no format keeps as it was.
pub fn inked(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{c}')
        .collect()
}

/// `text` with a mark for each character that no face draws.
fn drawn(text: &str) -> String {
    let book = FontBook::shared().expect("the embedded faces can be read");
    let mark = |c: char| book.home(c, Weight::Regular).map_or(REPLACEMENT, |_| c);
    text.chars()
        .map(|c| {
            if matches!(c, '\u{200c}' | '\u{200d}') {
                c
            } else {
                mark(c)
            }
        })
        .collect()
}

/// The words of every tag in reading order, without running heads and list labels; a picture is its
/// alternative text.
pub fn words_of_scene(scene: &Scene) -> String {
    let mut words = vec![String::new(); scene.tags.len()];
    for item in scene.pages.iter().flat_map(|page| &page.items) {
        let Mark::Content(tag) = item.mark else {
            continue;
        };
        match (&scene.tags[tag.0].role, &item.ink) {
            (Role::Figure { alternative, .. }, _) => words[tag.0].clone_from(alternative),
            (Role::Lbl, _) | (_, Ink::Fill(..)) => {}
            (_, Ink::Text(text)) => words[tag.0].push_str(&text.line.text()),
        }
    }
    let words: String = words.concat();
    drawn(&inked(&words))
}

/// The words of the HTML between its title and its foot, with marks for what cannot be drawn.
pub fn words_of_html(document: &Document) -> String {
    let fragment = html::fragment(document);
    let start = fragment.find("<h1>").expect("a title");
    let end = fragment.rfind("<footer>").expect("a foot");
    let mut words = String::new();
    for part in fragment[start..end].split('<').skip(1) {
        words.push_str(part.split_once('>').expect("a closed tag").1);
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    for (entity, character) in entities {
        words = words.replace(entity, character);
    }
    drawn(&inked(&words))
}

/// Checks where everything stands, and that the pages say what the HTML says.
pub fn well_set(document: &Document) -> Result<Scene, PaperError> {
    let scene = typeset(document)?;
    same_words(&words_of_scene(&scene), &words_of_html(document));
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

/// Compares two long texts and shows where they part.
fn same_words(set: &str, meant: &str) {
    let same = set
        .chars()
        .zip(meant.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let rest = |text: &str| {
        text.chars()
            .skip(same.saturating_sub(20))
            .take(60)
            .collect::<String>()
    };
    assert!(set == meant, "set {:?}, meant {:?}", rest(set), rest(meant));
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
