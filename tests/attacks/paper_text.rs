//! The text of papers as other programs read it.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{Cursor, Read, Write};
use std::process::{Command, Stdio};

/// Without spaces: a paper breaks lines where it must.
pub fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The PDF's text as pdftotext reads it, between the head and the foot of each A4 page, so that what goes
/// on overleaf stands in one piece.
pub fn of_pdf(bytes: &[u8]) -> String {
    let body = ["-x", "0", "-y", "58", "-W", "596", "-H", "728"];
    let mut child = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"])
        .args(body)
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The DOCX's text.
pub fn of_docx(bytes: &[u8]) -> String {
    let mut file = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    file.by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let mut reader = Reader::from_str(&xml);
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Text(t) => text.push_str(&t.decode().unwrap()),
            Event::GeneralRef(r) => text.push_str(match r.decode().unwrap().as_ref() {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                "quot" => "\"",
                "apos" | "#39" => "'",
                other => panic!("&{other};"),
            }),
            Event::Eof => return text,
            _ => {}
        }
    }
}
