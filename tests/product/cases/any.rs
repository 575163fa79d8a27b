//! Whatever people wrote and whatever is missing: out of one installation, into another, out again, and
//! nothing is lost. The case begins as one to which much happened; then its words are any words.

use super::{elsewhere, eventful, into, out};
use crate::schema;
use crate::support::{World, to_final_check};
use conditional_discharge::domain::case::{self, Case};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Map, Value};

/// What people write: any characters but the one that PostgreSQL cannot keep, line ends, long text,
/// characters that a file or a database might take for its own.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        "[^\u{0}]{0,40}",
        "[a-z ŵéß—\n\r\t\"'\\\\;%$]{1,200}",
        Just("\u{202e}x\u{1} 👩‍⚕️ <b> ${1} '; drop table patient; --".to_owned()),
        "[a-zé ]{3000,4000}",
    ]
}

/// Fields of a case that hold what somebody wrote, wherever they stand.
const WRITTEN: &[&str] = &[
    "accommodation",
    "actions",
    "adjustments",
    "agreed-by",
    "area",
    "body",
    "coordinator",
    "court",
    "decided-by",
    "description",
    "detail",
    "ethnicity",
    "evidence",
    "hospital",
    "interpreter",
    "job-title",
    "job_title",
    "language",
    "lead-agency",
    "mental-disorder",
    "note",
    "observed",
    "offence",
    "organisation",
    "place",
    "postal-address",
    "reason",
    "telephone",
    "text",
    "what",
    "wording",
];

/// Lists of what somebody wrote.
const WRITTEN_LISTS: &[&str] = &["aliases", "lines", "statements"];

/// Puts other words where words are. An answer's fields are "NAME.KIND": those of a text are written.
fn rewrite(value: &mut Value, words: &mut impl Iterator<Item = String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map.iter_mut() {
                let written = WRITTEN.contains(&name.as_str())
                    || name.ends_with(".text")
                    || name.ends_with(".detail");
                match value {
                    Value::String(text) if written => *text = words.next().unwrap_or_default(),
                    Value::Array(list) if WRITTEN_LISTS.contains(&name.as_str()) => {
                        for text in list {
                            *text = words.next().unwrap_or_default().into();
                        }
                    }
                    other => rewrite(other, words),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|one| rewrite(one, words)),
        _ => {}
    }
}

/// Parts of a record that it may have or not.
const OPTIONAL: &[&str] = &[
    "aliases",
    "index-offences",
    "addresses",
    "supervisors",
    "care-team",
    "mappa",
    "earlier-mappa",
    "victim-liaison",
    "other-orders",
    "mental-disorder",
    "communication",
    "ethnicity",
    "advocate",
    "contact-plans",
    "clinical-reviews",
    "named-people",
    "nation-from",
];

/// The whole of what a record can hold, for parts to be left out of.
fn fullest() -> Map<String, Value> {
    let contact = |name: &str| {
        serde_json::json!({
            "name": name, "job-title": "x", "organisation": "x", "postal-address": "x",
            "telephone": "x", "email": "somebody@example.org"
        })
    };
    let with = |mut value: Value, more: Value| {
        let more = more.as_object().cloned().unwrap_or_default();
        value.as_object_mut().unwrap().extend(more);
        value
    };
    let dated = serde_json::json!({ "from": "2026-02-03", "to": "2026-11-09" });
    let parts = serde_json::json!({
        "aliases": ["x", "x"],
        "index-offences": [{ "offence": "x", "committed-on": "2014-02-03", "description": "x" }],
        "addresses": [{ "lines": ["x", "x"], "accommodation": "x", "telephone": "x", "from": "2026-01-24", "to": "2026-03-01" }],
        "care-team": [with(with(contact("A"), dated.clone()), serde_json::json!({ "role": "GP" }))],
        "mappa": { "category": 3, "level": 2, "from": "2026-05-04", "area": "x", "lead-agency": "x", "coordinator": "x", "last-review": "2026-05-04", "next-review": "2027-05-04" },
        "earlier-mappa": [{ "category": 3, "level": 1, "from": "2026-02-03", "to": "2026-05-03" }],
        "victim-liaison": [with(with(contact("B"), dated.clone()), serde_json::json!({ "status": "dormant", "checked-on": "2026-02-03", "review-by": "2027-02-03" }))],
        "other-orders": [with(serde_json::json!({ "kind": "Restraining order", "detail": "x" }), dated.clone())],
        "mental-disorder": "x",
        "communication": { "language": "x", "interpreter": "x", "adjustments": "x" },
        "ethnicity": "x",
        "advocate": with(contact("C"), serde_json::json!({ "role": "Advocate" })),
        "contact-plans": [with(serde_json::json!({ "in-person-every-days": 14, "alone-every-days": 28, "agreed-by": "x" }), dated.clone())],
        "clinical-reviews": [{ "on": "2026-02-03", "by": "x" }],
        "named-people": [with(serde_json::json!({ "name": "D E", "as": "victim" }), dated)],
        "nation-from": "2026-05-04",
    });
    parts.as_object().cloned().unwrap()
}

/// The case with other words, with the parts of its record that `kept` says, and with its first `entries`
/// entries.
fn varied(base: &Case, words: &[String], kept: &[bool], entries: usize) -> Case {
    let mut json = serde_json::to_value(base).unwrap();
    let mut words = words.iter().cycle().cloned();
    let full = fullest();
    let record = json["record"].as_object_mut().unwrap();
    for (part, kept) in OPTIONAL.iter().zip(kept) {
        record.remove(*part);
        if let Some(value) = full.get(*part).filter(|_| *kept) {
            record.insert((*part).to_owned(), value.clone());
        }
    }
    rewrite(&mut json["record"], &mut words);
    let record = json["record"].clone();
    let last = json["versions"].as_array().map_or(0, Vec::len) - 1;
    for part in ["versions", "entries", "carried"] {
        rewrite(&mut json[part], &mut words);
    }
    for report in json["reports"].as_array_mut().unwrap() {
        for part in ["answers", "comments", "signatures"] {
            rewrite(&mut report[part], &mut words);
        }
    }
    json["versions"][last]["record"] = record;
    json["entries"].as_array_mut().unwrap().truncate(entries);
    serde_json::from_value(json).unwrap()
}

#[test]
fn any_case_survives_the_round_trip_through_either_database() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bases = runtime.block_on(async {
        let busy = World::new("sqlite").await;
        eventful(&busy).await;
        let done = World::new("sqlite").await;
        let (report, mut author) = to_final_check(&done).await;
        author.sign(&format!("{report}/freeze"), "", &[]).await;
        [
            out(&busy, &busy.patient).await,
            out(&done, &done.patient).await,
        ]
    });
    assert!(!bases[0].entries.is_empty() && bases[0].versions.len() == 3);
    assert!(bases[1].reports[0].frozen.is_some() && !bases[1].carried["paper"].is_empty());
    let strategy = (
        vec(words(), 40),
        vec(any::<bool>(), OPTIONAL.len()),
        0..=bases[0].entries.len(),
        0..bases.len(),
    );
    let config = Config {
        cases: 10,
        max_shrink_iters: 30,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&strategy, |(words, kept, entries, base)| {
            let case = varied(&bases[base], &words, &kept, entries);
            let text = serde_json::to_string(&case).unwrap();
            schema::assert_valid(&serde_json::from_str(&text).unwrap());
            prop_assert_eq!(&case::read(&text).unwrap(), &case);
            runtime.block_on(async {
                for kind in ["sqlite", "postgres"] {
                    let there = elsewhere(kind).await;
                    let imported = into(&there, &case)
                        .await
                        .map_err(|e| TestCaseError::fail(format!("{kind}: {e:#}")))?;
                    let back = out(&there, imported.as_str()).await;
                    prop_assert_eq!(&back, &case, "{}", kind);
                }
                Ok(())
            })
        })
        .unwrap();
}
