//! Checks a document against the published schema of a case: the part of JSON Schema that it uses.

use chrono::{DateTime, NaiveDate, Utc};
use conditional_discharge::domain::case::JSON_SCHEMA;
use serde_json::Value;

/// Panics with the place of the first disagreement.
pub fn assert_valid(document: &Value) {
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    if let Err(place) = check(document, &schema, &schema, "$") {
        panic!("not valid: {place}");
    }
}

fn check(value: &Value, by: &Value, root: &Value, at: &str) -> Result<(), String> {
    let fail = |why: &str| Err(format!("{at}: {why}"));
    let rules = by.as_object().unwrap();
    for (rule, wanted) in rules {
        match rule.as_str() {
            "$ref" => {
                let pointer = wanted.as_str().unwrap().trim_start_matches('#');
                check(value, root.pointer(pointer).unwrap(), root, at)?;
            }
            "type" => {
                let types: Vec<&str> = match wanted {
                    Value::String(one) => vec![one],
                    many => many
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|t| t.as_str().unwrap())
                        .collect(),
                };
                let is = |t: &&str| match *t {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("type {other} is not known to this check"),
                };
                if !types.iter().any(is) {
                    return fail("of another type");
                }
            }
            "enum" if !wanted.as_array().unwrap().contains(value) => {
                return fail("not in the list");
            }
            "const" if wanted != value => return fail("another value"),
            "minimum" if value.is_i64() && value.as_i64() < wanted.as_i64() => {
                return fail("too small");
            }
            "maximum" if value.is_i64() && value.as_i64() > wanted.as_i64() => {
                return fail("too large");
            }
            "format" => {
                let text = value.as_str().unwrap_or_default();
                let sound = match wanted.as_str().unwrap() {
                    "date" => text.parse::<NaiveDate>().is_ok(),
                    "date-time" => text.parse::<DateTime<Utc>>().is_ok(),
                    other => panic!("format {other} is not known to this check"),
                };
                if !sound {
                    return fail("malformed");
                }
            }
            "pattern" => {
                assert_eq!(
                    wanted, "^[0-9a-f]{64}$",
                    "the one pattern that this check knows"
                );
                let text = value.as_str().unwrap_or_default();
                if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
                {
                    return fail("not a digest");
                }
            }
            "required" => {
                for name in wanted.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        return fail(&format!("{name} is missing"));
                    }
                }
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(item, wanted, root, &format!("{at}[{n}]"))?;
                }
            }
            "properties" => {
                for (name, rule) in wanted.as_object().unwrap() {
                    if let Some(inner) = value.get(name) {
                        check(inner, rule, root, &format!("{at}.{name}"))?;
                    }
                }
            }
            "additionalProperties" => {
                let known = by.get("properties").and_then(Value::as_object);
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if known.is_some_and(|k| k.contains_key(name)) {
                        continue;
                    }
                    if *wanted == Value::Bool(false) {
                        return fail(&format!("{name} is not in the schema"));
                    }
                    check(inner, wanted, root, &format!("{at}.{name}"))?;
                }
            }
            "enum" | "const" | "minimum" | "maximum" | "description" | "title" | "$schema"
            | "$id" | "$defs" => {}
            other => panic!("rule {other} is not known to this check"),
        }
    }
    Ok(())
}

#[test]
fn what_does_not_match_is_told_with_its_place() {
    let text = include_str!("case.json").replace("{NAME}", "Quillfeather");
    let mut case: Value = serde_json::from_str(&text).unwrap();
    assert_valid(&case);
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    let mut wrong = |pointer: &str, value: Value| {
        let before = case.pointer(pointer).unwrap().clone();
        *case.pointer_mut(pointer).unwrap() = value;
        let told = check(&case, &schema, &schema, "$").unwrap_err();
        *case.pointer_mut(pointer).unwrap() = before;
        told
    };
    assert_eq!(
        wrong("/record/nation", "narnia".into()),
        "$.record.nation: not in the list"
    );
    assert_eq!(
        wrong("/record/date-of-birth", "1980-02-30".into()),
        "$.record.date-of-birth: malformed"
    );
    assert_eq!(
        wrong("/record/conditions/0/number", "1".into()),
        "$.record.conditions[0].number: of another type"
    );
    assert!(wrong("/record/authority", serde_json::json!({"section": "x"})).contains("is missing"));
    assert!(
        wrong(
            "/record/discharge",
            serde_json::json!({"on": "2026-01-24", "by": "tribunal", "hospital": "x", "x": 1})
        )
        .contains("not in the schema")
    );
}
