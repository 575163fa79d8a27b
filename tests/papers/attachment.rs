//! A file inside the file: both standards are kept, and its bytes come out as they went in.

use crate::judge::{keeps, opens_clean, run};
use crate::sample;
use conditional_discharge::document::{
    Attachment, Document, PaperError, PdfOptions, pdf, pdf_with,
};
use page_validation::ValidationProfile;
use std::io::Write as _;

fn with(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, PaperError> {
    let attachment = Attachment {
        name: name.to_owned(),
        media_type: "application/json".to_owned(),
        bytes,
    };
    let options = PdfOptions {
        attachment: Some(attachment),
    };
    pdf_with(&sample::report(), &options)
}

/// The attached file as another program takes it out.
fn taken_out(paper: &[u8], name: &str) -> Vec<u8> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(paper).expect("written");
    let show = format!("--show-attachment={name}");
    let path = file.path().to_str().expect("a plain path");
    run("qpdf", &[&show, path], &[])
}

#[test]
fn a_paper_that_carries_its_data_keeps_both_standards() {
    let json = serde_json::to_vec(&sample::report()).expect("written");
    let paper = with("report.json", json.clone()).expect("made");
    keeps(
        &paper,
        [ValidationProfile::PdfUa1, ValidationProfile::PdfA3a],
    );
    opens_clean(&paper);
    assert!(taken_out(&paper, "report.json") == json);
    assert!(with("report.json", json.clone()).expect("made") == paper);
    let read: Document = serde_json::from_slice(&json).expect("read");
    assert_eq!(read, sample::report());
}

#[test]
fn every_byte_comes_out_as_it_went_in() {
    let contents = (0..800).map(|length| vec![b'y'; length]);
    let difficult = contents.filter(|content| {
        // The deflated data end with the lowest byte of the sum of all bytes: here a line end.
        let sum = content
            .iter()
            .fold(1_u32, |sum, &byte| (sum + u32::from(byte)) % 65_521);
        sum & 0xff == 13
    });
    let all: Vec<_> = difficult
        .chain([vec![], b"endstream\r\n".to_vec()])
        .collect();
    assert!(all.len() >= 3);
    for content in all {
        let paper = with("daté.json", content.clone()).expect("made");
        keeps(
            &paper,
            [ValidationProfile::PdfUa1, ValidationProfile::PdfA3a],
        );
        opens_clean(&paper);
        assert!(taken_out(&paper, "daté.json") == content);
    }
}

#[test]
fn a_name_that_is_a_place_is_refused() {
    for name in ["", " ", "../report.json", "/etc/x"] {
        assert_eq!(with(name, vec![]), Err(PaperError::Attachment), "{name}");
    }
}

#[test]
fn a_paper_without_attachment_carries_nothing() {
    let paper = pdf(&sample::report()).expect("made");
    assert!(!paper.windows(12).any(|here| here == b"EmbeddedFile"));
}
