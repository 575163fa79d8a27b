//! The papers of a self-assessment by both standards, with ordinary and with unruly content.

use crate::judge::{extracted, keeps, opens_clean};
use chrono::{DateTime, Utc};
use conditional_discharge::domain::self_assessment::action_plan::{Action, ActionState, Update};
use conditional_discharge::domain::self_assessment::assessment::{Scope, ScopeKind};
use conditional_discharge::domain::self_assessment::challenge::{Remark, View};
use conditional_discharge::domain::self_assessment::content::{
    Before, Content, FrozenFigure, RatedCriterion, SCHEMA, Signed,
};
use conditional_discharge::domain::self_assessment::load::load;
use conditional_discharge::domain::self_assessment::rating::{Evidence, Judgement, Rating};
use conditional_discharge::server::assessment_papers::{Kind, checklist, make};
use page_validation::ValidationProfile;

const STANDARDS: &str = include_str!("../../src/forms/quality-framework.2026-11-22.toml");

fn at() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().expect("a moment")
}

/// Everything rated by `rating`, with a year before, an action for each criterion and a signature.
fn content(evidence: &str, rating: impl Fn(usize) -> Rating) -> Content {
    let framework = load("f", STANDARDS).expect("sound");
    let ids: Vec<String> = framework.criteria().map(|(_, c)| c.id.clone()).collect();
    let rated = |(n, id): (usize, &String)| RatedCriterion {
        criterion: id.clone(),
        judgement: Some(Judgement {
            rating: rating(n),
            because: "Nobody here".into(),
            weakest: "The smaller towns".into(),
            evidence: vec![Evidence {
                text: evidence.to_owned(),
                link: "https://intranet.example.org/quality".into(),
                on: Some(at().date_naive()),
            }],
        }),
        by: "Leo Lead".into(),
        at: Some(at()),
        figures: vec![FrozenFigure {
            id: "on-time-first".into(),
            name: "First reports sent on time".into(),
            words: "11 of 12 (92%)".into(),
            paper: "masked of 12".into(),
            definition: "First reports due in the period that were sent by their due date.".into(),
            at: at(),
        }],
    };
    let action = |id: &String| Action {
        id: format!("a-{id}"),
        criterion: id.clone(),
        what: format!("Bring {id} to 2. {evidence}"),
        owner: "p".into(),
        owner_name: "Mo Manager".into(),
        due: "2026-10-01".parse().expect("a day"),
        state: ActionState::Open,
        carried: true,
        updates: vec![Update {
            state: ActionState::Open,
            due: "2026-10-01".parse().expect("a day"),
            note: evidence.to_owned(),
            evidence: String::new(),
            by: "Mo Manager".into(),
            at: at(),
        }],
    };
    Content {
        schema: SCHEMA.into(),
        assessment: "0192".into(),
        organisations: vec!["Northmere & Vale <NHS>".into(), "Harrowdene Council".into()],
        scope: Scope {
            kind: ScopeKind::Organisation,
            name: "Northmere".into(),
            teams: vec![],
        },
        from: "2025-12-01".parse().expect("a day"),
        to: "2026-11-20".parse().expect("a day"),
        rated: ids.iter().enumerate().map(rated).collect(),
        remarks: vec![Remark {
            criterion: "7.1".into(),
            version: 1,
            view: View::Dispute,
            proposed: Some(Rating::Rated(1)),
            reason: evidence.to_owned(),
            by: "Ada Author".into(),
            at: at(),
        }],
        actions: ids.iter().map(action).collect(),
        parts: vec![],
        before: Some(Before {
            to: "2025-11-20".parse().expect("a day"),
            version: framework.version,
            ratings: ids
                .iter()
                .map(|id| (id.clone(), Rating::Rated(2)))
                .collect(),
            chain: vec![],
        }),
        signatures: vec![Signed {
            organisation: "Northmere".into(),
            name: "Exa Cutive".into(),
            job_title: "Chief nurse".into(),
            statements: vec!["I have read it.".into()],
            at: at(),
        }],
        framework,
    }
}

fn paper(content: &Content, file: &str) -> Vec<u8> {
    make(content, Kind::named(file).expect("a paper"), at()).expect("made")
}

fn sound(bytes: &[u8]) {
    keeps(
        bytes,
        [ValidationProfile::PdfUa1, ValidationProfile::PdfA2a],
    );
    opens_clean(bytes);
}

#[test]
fn every_paper_keeps_both_standards() {
    let mixed = |n: usize| match n % 5 {
        4 => Rating::NotApplicable,
        n => Rating::Rated(u8::try_from(n).expect("small")),
    };
    let unruly = "Café <b>&amp;</b> \u{202e}abc\u{202c} \u{1f600} مرحبا\n\n=1+1\ttab \u{0}";
    for content in [
        content("Seen in the sample of May.", mixed),
        content(unruly, mixed),
    ] {
        for file in ["assessment.pdf", "board.pdf", "actions.pdf"] {
            let bytes = paper(&content, file);
            sound(&bytes);
            assert!(
                extracted(&bytes).contains("not the official framework"),
                "{file}"
            );
        }
    }
    let framework = load("f", STANDARDS).expect("sound");
    let blank = checklist(&framework, "pdf")
        .expect("made")
        .expect("a format");
    sound(&blank);
    assert_eq!(checklist(&framework, "exe").expect("no failure"), None);
}

#[test]
fn an_assessment_that_nobody_has_begun_makes_sound_drafts() {
    let mut empty = content("", |_| Rating::Rated(2));
    empty.rated.clear();
    empty.actions.clear();
    empty.signatures.clear();
    empty.before = None;
    for file in ["assessment.pdf", "board.pdf", "actions.pdf"] {
        let bytes = paper(&empty, file);
        sound(&bytes);
        let text = extracted(&bytes);
        assert!(
            text.contains("Draft: not signed") && !text.contains("NaN"),
            "{file}"
        );
    }
}

#[test]
fn the_board_reads_two_pages_and_the_annex_has_the_rest() {
    let long = "It takes a good many words to say what is missing here and why. ".repeat(40);
    for (evidence, rating) in [("", 0), (long.as_str(), 0), (long.as_str(), 2)] {
        let bytes = paper(&content(evidence, |_| Rating::Rated(rating)), "board.pdf");
        let text = extracted(&bytes);
        let pages: Vec<&str> = text.split('\u{c}').collect();
        let annex = pages
            .iter()
            .position(|p| p.lines().any(|l| l.trim() == "Annex"));
        let annex = annex.expect("an annex");
        assert!(annex <= 2, "the annex begins on page {}", annex + 1);
        assert!(pages.len() > 3);
    }
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    let content = content("x", |_| Rating::Rated(1));
    for kind in Kind::all() {
        assert_eq!(
            make(&content, kind, at()).expect("made"),
            make(&content, kind, at()).expect("made")
        );
    }
}
