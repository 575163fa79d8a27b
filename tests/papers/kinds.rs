//! Every kind of paper that the product makes, by both standards and in every format: reports of the
//! demo's nine cases in both copies, the papers that are no report, blank forms, self-assessments.

use crate::judge::{conforming, inked, opens_clean, part, run, well_set, xml_events};
use crate::rated;
use conditional_discharge::document::{Document, docx};
use conditional_discharge::domain::case::Case;
use conditional_discharge::domain::case::template::{Setting, compile};
use conditional_discharge::domain::form::Kind;
use conditional_discharge::domain::form::answer::Fields;
use conditional_discharge::domain::form::progress::items;
use conditional_discharge::domain::paper::{Draft, Heading, KINDS, PaperKind, freeze};
use conditional_discharge::domain::patient::snapshot::in_words;
use conditional_discharge::domain::report::FrozenReport;
use conditional_discharge::domain::report::circumstances::{Period, circumstances};
use conditional_discharge::domain::report::frozen::PatientIdentified;
use conditional_discharge::domain::self_assessment::load::load;
use conditional_discharge::domain::self_assessment::rating::Rating;
use conditional_discharge::server::forms::{Forms, PROGRESS_REPORT};
use conditional_discharge::server::papers::{blank, report};
use conditional_discharge::server::{assessment_papers, demo, other_papers};
use quick_xml::events::Event;
use std::collections::BTreeMap;

const CASES: [&str; 9] = [
    include_str!("../../src/forms/cases/1-marcus-delaney-oyelaran.toml"),
    include_str!("../../src/forms/cases/2-geraint-pwll-hughes.toml"),
    include_str!("../../src/forms/cases/3-shanice-abara.toml"),
    include_str!("../../src/forms/cases/4-kelvin-strood.toml"),
    include_str!("../../src/forms/cases/5-adeel-rahmani-voss.toml"),
    include_str!("../../src/forms/cases/6-tomasz-wilk.toml"),
    include_str!("../../src/forms/cases/7-edwin-marsh.toml"),
    include_str!("../../src/forms/cases/8-lorraine-pike.toml"),
    include_str!("../../src/forms/cases/9-siobhan-long-name.toml"),
];

/// What somebody who writes a paper may type.
const TYPED: &str = "Siân O’Connor-Wójcik told us on 14 May: “I am fine.” 01632 960111, 9 to 5.\n\nمحمد قال ذلك. নাম 王 Łukasz & <b>\n=1+1";

fn forms() -> Forms {
    Forms::embedded().expect("the embedded forms are sound")
}

fn cases() -> Vec<Case> {
    let forms = forms();
    let form = forms.newest(PROGRESS_REPORT).expect("a form");
    let people = demo::names();
    let today = "2026-11-22".parse().expect("a day");
    let setting = Setting {
        today,
        form: &form,
        organisation: "Northmere & Vale NHS Foundation Trust",
        people: &people,
    };
    let case = |text: &&str| compile(text, &setting).expect("a case").case;
    CASES.iter().map(case).collect()
}

/// The reports that are frozen in the demo, in both copies.
fn reports() -> Vec<Document> {
    let mut all = Vec::new();
    for case in cases() {
        for frozen in case.reports.iter().filter_map(|r| r.frozen.as_ref()) {
            let (frozen, content) = FrozenReport::read(&frozen.json).expect("frozen");
            all.push(report::full(&content, frozen.digest()));
            let copy = content.patients_copy(&[]);
            let source = FrozenReport::write(&copy).expect("written");
            all.push(report::patients(&copy, source.digest()));
        }
    }
    assert!(all.len() >= 2 * 9, "{} reports", all.len());
    all
}

/// A paper of that kind about the patient of a case: every question of words answered, or none.
fn other_paper(kind: &PaperKind, case: &Case, typed: &str) -> Document {
    let form = forms().newest(kind.form).expect("a form");
    let today = "2026-11-22".parse().expect("a day");
    let day = Period {
        from: today,
        to: today,
    };
    let record = &case.record;
    let asked = circumstances(record, &[], false, day).with_author_rows(&form, &BTreeMap::new());
    let mut draft = Draft::new();
    for item in items(&form, &asked).iter().filter(|_| !typed.is_empty()) {
        let fields = if item.row.is_some() {
            let columns = item.question.columns.iter();
            Fields::new(columns.map(|c| (format!("{}.text", c.id), typed.to_owned())))
        } else if item.question.kind == Kind::Date {
            Fields::new([("day", "22"), ("month", "11"), ("year", "2026")])
        } else {
            Fields::new([("text", typed)])
        };
        draft.insert(item.key(), fields);
    }
    let heading = Heading {
        paper: "0192aaaa-0000-7000-8000-000000000000".into(),
        organisation: "Northmere & Vale NHS Foundation Trust".into(),
        patient: PatientIdentified {
            name: record.full_name(),
            date_of_birth: record.date_of_birth,
            mhcs_reference: record.mhcs_reference.clone(),
        },
        made_by: "Priya Nandakumar".into(),
        job_title: "Social supervisor".into(),
        made_at: "2026-11-22T09:30:00Z".parse().expect("a moment"),
    };
    let made = freeze(heading, &form, &asked, &draft, |fact| {
        in_words(fact, record, today)
    });
    let (_, digest) = made.write().expect("written");
    other_papers::document(&made, &digest)
}

fn other_papers_of(typed: &str) -> Vec<Document> {
    let cases = cases();
    KINDS
        .iter()
        .zip(cases.iter().cycle())
        .map(|(kind, case)| other_paper(kind, case, typed))
        .collect()
}

fn blank_forms() -> Vec<Document> {
    let all: Vec<Document> = forms().all().iter().map(|f| blank::document(f)).collect();
    assert_eq!(all.len(), 1 + KINDS.len(), "a form of no paper");
    all
}

fn assessments() -> Vec<Document> {
    let rated = rated::content(TYPED, |n| {
        Rating::Rated(u8::try_from(n % 4).expect("small"))
    });
    let tree = |name| assessment_papers::tree(&rated, name, rated::at()).expect("measured");
    let standards = load("standards", rated::STANDARDS).expect("sound");
    let blank = assessment_papers::blank(&standards);
    [tree("assessment"), tree("board"), tree("actions"), blank].into()
}

/// Both standards, qpdf and poppler find nothing wrong; nothing overlaps or is cut off; PDF, HTML, Word
/// and plain text say the same.
fn sound(papers: Vec<Document>) {
    for paper in papers {
        well_set(&paper).expect("set");
        let bytes = conforming(&paper);
        opens_clean(&bytes);
        let about = String::from_utf8(run("pdfinfo", &["-"], &bytes)).expect("text");
        assert!(about.contains("Tagged:          yes"), "{about}");
    }
}

#[test]
fn reports_of_every_demo_case_in_both_copies() {
    sound(reports());
}

#[test]
fn papers_that_are_no_report() {
    sound(other_papers_of(TYPED));
}

#[test]
fn papers_that_are_no_report_with_every_gap() {
    sound(other_papers_of(""));
}

#[test]
fn blank_forms_of_every_form() {
    for form in blank_forms() {
        let text = crate::judge::extracted(&conforming(&form));
        assert!(
            !text.contains('\u{fffd}'),
            "every sign of ours can be drawn"
        );
    }
    sound(blank_forms());
}

#[test]
fn papers_of_a_self_assessment() {
    sound(assessments());
}

/// The patient's sheet is for whoever reads with difficulty: large, plain words first, nothing of an
/// office, one heading a condition, and the day it is given.
#[test]
fn the_sheet_of_conditions_is_easy_to_read() {
    let kind = KINDS.iter().find(|k| k.large_print).expect("one");
    let case = &cases()[0];
    let sheet = other_paper(kind, case, "You live at your flat.");
    let scene = well_set(&sheet).expect("set");
    let smallest = scene
        .pages
        .iter()
        .flat_map(|p| &p.items)
        .filter_map(text_size);
    assert!(smallest.fold(f32::INFINITY, f32::min) >= 13.0);
    let text = crate::judge::extracted(&conforming(&sheet));
    assert_eq!(text.matches("Condition 1\n").count(), 1, "{text}");
    assert!(text.contains("Given on 22 November 2026"), "{text}");
    for office in ["OFFICIAL", "SHA-256", "Not answered", "Made"] {
        assert!(!text.contains(office), "{office}: {text}");
    }
    let plain = text.find("You live at your flat.").expect("plain words");
    assert!(text.find("In plain words").expect("a head") < plain);
    let undated = other_paper(kind, case, "");
    let text = crate::judge::extracted(&conforming(&undated));
    assert!(
        text.contains("Given on\n") || text.contains("Given on \n"),
        "{text}"
    );
}

fn text_size(item: &conditional_discharge::document::typeset::Item) -> Option<f32> {
    use conditional_discharge::document::typeset::{Artifact, Ink, Mark};
    match (&item.ink, item.mark) {
        (_, Mark::Artifact(Artifact::Pagination)) => None,
        (Ink::Text(text), _) => Some(text.size),
        _ => None,
    }
}

/// LibreOffice opens each Word document as it is, and finds in it what we put there.
#[test]
fn word_documents_open_in_libreoffice() {
    let papers: Vec<Document> = [
        reports(),
        other_papers_of(TYPED),
        blank_forms(),
        assessments(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for (number, paper) in papers.iter().enumerate() {
        let file = folder.path().join(format!("{number}.docx"));
        std::fs::write(&file, docx(paper).expect("made")).expect("written");
        files.push(file.to_str().expect("a plain path").to_owned());
    }
    let home = format!(
        "-env:UserInstallation=file://{}/home",
        folder.path().display()
    );
    let to = folder.path().to_str().expect("a plain path");
    let mut arguments = vec![
        home.as_str(),
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        to,
    ];
    arguments.extend(files.iter().map(String::as_str));
    run("soffice", &arguments, &[]);
    for (number, file) in files.iter().enumerate() {
        let pdf = folder.path().join(format!("{number}.pdf"));
        let pdf = std::fs::read(pdf).unwrap_or_else(|_| panic!("paper {number} was not opened"));
        let read = inked(&crate::judge::extracted(&pdf));
        let document = part(&std::fs::read(file).expect("there"), "word/document.xml");
        for event in xml_events(&document) {
            let Event::Text(text) = event else { continue };
            let text = text.decode().expect("text");
            // A reader puts what runs from right to left in an order of its own; lines break long words.
            for word in text
                .split_whitespace()
                .filter(|w| w.is_ascii() && w.len() < 20)
            {
                let found = read.contains(word);
                assert!(
                    found,
                    "paper {number}: {word} is not in what LibreOffice shows"
                );
            }
        }
    }
}
