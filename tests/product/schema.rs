//! What we publish is judged by the schema that we publish beside it.

use conditional_discharge::domain::case::JSON_SCHEMA;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::sync::LazyLock;

static CASE: LazyLock<Validator> =
    LazyLock::new(|| validator(&serde_json::from_str(JSON_SCHEMA).unwrap()));

/// The judge by a schema: formats are rules too, and so is that the schema itself is one.
pub fn validator(schema: &Value) -> Validator {
    jsonschema::meta::validate(schema).unwrap();
    jsonschema::options()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .build(schema)
        .unwrap()
}

/// All that a schema says is wrong with a document, each with its place.
pub fn faults(judge: &Validator, document: &Value) -> Vec<String> {
    let all = judge.iter_errors(document);
    all.map(|e| format!("{}: {e}", e.instance_path())).collect()
}

/// Panics with all that is wrong with a case.
pub fn assert_valid(case: &Value) {
    assert_eq!(faults(&CASE, case), [""; 0]);
}

#[test]
fn what_does_not_match_is_told_with_its_place() {
    let text = include_str!("case.json").replace("{NAME}", "Quillfeather");
    let case: Value = serde_json::from_str(&text).unwrap();
    assert_valid(&case);
    for (place, value, told) in [
        ("/record/nation", json!("narnia"), "/record/nation: "),
        (
            "/record/date-of-birth",
            json!("1980-02-30"),
            "/record/date-of-birth: ",
        ),
        (
            "/record/conditions/0/number",
            json!("1"),
            "/record/conditions/0/number: ",
        ),
        (
            "/record/authority",
            json!({"section": "x"}),
            "is a required property",
        ),
        (
            "/record/discharge",
            json!({"on": "2026-01-24", "by": "tribunal", "hospital": "x", "x": 1}),
            "Additional properties",
        ),
    ] {
        let mut wrong = case.clone();
        *wrong.pointer_mut(place).unwrap() = value;
        let found = faults(&CASE, &wrong);
        assert!(found.iter().any(|f| f.contains(told)), "{place}: {found:?}");
    }
}
