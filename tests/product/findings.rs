//! What the rules say of a report, held against tables that were written before the rules
//! (tests/findings): they speak where they should and are silent where they should be.

use chrono::{DateTime, NaiveDate, Utc};
use conditional_discharge::domain::case::examine::{Context, examine, report};
use conditional_discharge::domain::case::template::{Setting, compile};
use conditional_discharge::domain::case::{Case, EntryInCase, SignatureInCase};
use conditional_discharge::domain::form::Form;
use conditional_discharge::domain::report::findings::{Finding, Severity, rule};
use conditional_discharge::domain::sign_off::Capacity;
use conditional_discharge::server::forms::{Forms, PROGRESS_REPORT};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a file says besides how it changes the settled case.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Expected {
    summary: String,
    expect: Vec<Line>,
    caseload: Vec<String>,
    signed_at: Option<DateTime<Utc>>,
    corrected: Option<Correction>,
}

#[derive(Debug, Deserialize)]
struct Line {
    rule: String,
    on: String,
    severity: String,
}

#[derive(Debug, Deserialize)]
struct Correction {
    entry: String,
    at: DateTime<Utc>,
}

fn form() -> std::sync::Arc<Form> {
    Forms::embedded().unwrap().newest(PROGRESS_REPORT).unwrap()
}

fn compiled(text: &str) -> Case {
    let form = form();
    let people: BTreeMap<String, (String, String)> = text
        .split('"')
        .filter(|word| word.contains('@') && word.contains(".example.org"))
        .map(|email| (email.to_owned(), (email.to_owned(), String::new())))
        .collect();
    let setting = Setting {
        today: today(),
        form: &form,
        organisation: "Test",
        people: &people,
    };
    compile(text, &setting).unwrap().case
}

/// Tables are joined; anything else of the change takes the place of what was there.
fn join(base: &mut Table, change: Table) {
    for (key, value) in change {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(base)), Value::Table(change))
                if !change.is_empty() && !change.values().all(Value::is_str) =>
            {
                join(base, change);
            }
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// The settled case with the changes of a file, and what is expected of it.
fn changed(file: &Path) -> (Case, Expected) {
    let read =
        |path: &Path| toml::from_str::<Table>(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut base = read(&root().join("tests/findings/settled.toml"));
    let mut change = read(file);
    let mut answers = |key: &str, at: usize, base: &mut Table| {
        let Some(Value::Table(change)) = change.remove(key) else {
            return;
        };
        let reports = base["report"].as_array_mut().unwrap();
        let answers = reports[at].as_table_mut().unwrap()["answers"]
            .as_table_mut()
            .unwrap();
        for (on, fields) in change {
            answers.insert(on, fields);
        }
    };
    answers("answers", 1, &mut base);
    answers("earlier", 0, &mut base);
    let of_case = ["record", "contact", "event", "night-away"];
    let (about, rest): (Table, Table) = change
        .into_iter()
        .partition(|(k, _)| of_case.contains(&k.as_str()));
    join(&mut base, about);
    let expected: Expected = Value::Table(rest)
        .try_into()
        .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut case = compiled(&toml::to_string(&base).unwrap());
    if let Some(at) = expected.signed_at {
        case.reports[1].signatures.push(SignatureInCase {
            capacity: Capacity::SocialSupervisor,
            by: "priya.nandakumar@northmere.example.org".into(),
            name: "Priya Nandakumar".into(),
            job_title: String::new(),
            statements: vec![],
            at,
            voided_at: None,
        });
    }
    if let Some(correction) = &expected.corrected {
        let old = case
            .entries
            .iter()
            .find(|e| e.id.ends_with(&correction.entry))
            .unwrap()
            .clone();
        case.entries.push(EntryInCase {
            id: format!("{}-corrected", old.id),
            at: correction.at,
            corrects: Some(old.id.clone()),
            ..old
        });
    }
    (case, expected)
}

fn found(case: &Case, caseload: &[String]) -> Vec<Finding> {
    let context = Context {
        today: Some(today()),
        caseload: caseload.to_vec(),
        record_saved_at: None,
    };
    examine(case, report(case, None).unwrap(), &form(), &context).unwrap()
}

/// Rows of the record are named in tables as the file counts them: `event-1`.
fn short(on: &str) -> String {
    match on.split_once('/') {
        Some((question, row)) => {
            let kept = row
                .rfind("-contact-")
                .or(row.rfind("-event-"))
                .or(row.rfind("-night-"));
            format!("{question}/{}", kept.map_or(row, |at| &row[at + 1..]))
        }
        None => on.to_owned(),
    }
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("tests/findings"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|f| {
            f.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(|c: char| c.is_ascii_digit())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_small_case_has_its_findings_and_no_others() {
    let mut wrong = String::new();
    let files = files();
    assert!(files.len() >= 21, "{}", files.len());
    let mut spoken = BTreeSet::new();
    for file in &files {
        let (case, expected) = changed(file);
        let line = |rule: &str, on: &str, severity: &str| format!("{rule} {on} {severity}");
        let wanted: BTreeSet<String> = expected
            .expect
            .iter()
            .map(|l| line(&l.rule, &l.on, &l.severity))
            .collect();
        let found = found(&case, &expected.caseload);
        let got: BTreeSet<String> = found
            .iter()
            .map(|f| line(f.rule.id(), &short(&f.on), f.severity.name()))
            .collect();
        spoken.extend(found.iter().map(|f| f.rule));
        if got != wanted {
            let (missing, more): (Vec<_>, Vec<_>) = (
                wanted.difference(&got).collect(),
                got.difference(&wanted).collect(),
            );
            wrong.push_str(&format!(
                "{}: missing {missing:#?} more {more:#?}\n{found:#?}\n{}",
                file.display(),
                expected.summary
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let silent: Vec<&str> = rule::ALL
        .iter()
        .filter(|l| !spoken.contains(&l.rule))
        .map(|l| l.id)
        .collect();
    // A page cannot make such a period; the rule's own test does.
    assert_eq!(silent, ["period-not-valid"]);
}

/// A case of the demo, as on 22 November 2026.
pub fn demo_case(name: &str) -> Case {
    let path = root().join(format!("src/forms/cases/{name}.toml"));
    compiled(&std::fs::read_to_string(path).unwrap())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Demo {
    why: String,
    expect: Vec<String>,
    silent: Vec<String>,
}

#[test]
fn every_demo_case_has_the_findings_of_its_table() {
    let tables: BTreeMap<String, Demo> =
        toml::from_str(&std::fs::read_to_string(root().join("tests/findings/demo.toml")).unwrap())
            .unwrap();
    assert_eq!(tables.len(), 9);
    let mut wrong = String::new();
    for (name, table) in tables {
        let text =
            std::fs::read_to_string(root().join(format!("src/forms/cases/{name}.toml"))).unwrap();
        let found = found(&compiled(&text), &[]);
        let has = |line: &String| {
            found
                .iter()
                .any(|f| *line == format!("{} {}", f.rule.id(), short(&f.on)))
        };
        let missing: Vec<&String> = table.expect.iter().filter(|l| !has(l)).collect();
        let loud: Vec<&Finding> = found
            .iter()
            .filter(|f| {
                f.severity != Severity::Note && table.silent.iter().any(|r| *r == f.rule.id())
            })
            .collect();
        if !missing.is_empty() || !loud.is_empty() {
            let all: Vec<String> = found
                .iter()
                .map(|f| format!("{} {} {}", f.severity.name(), f.rule.id(), short(&f.on)))
                .collect();
            wrong.push_str(&format!(
                "{name} ({}): missing {missing:#?} loud {loud:#?} all {all:#?}\n",
                table.why
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_readme_has_the_table_of_rules() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (start, end) = ("<!-- rules -->\n", "<!-- /rules -->");
    let (before, rest) = readme
        .split_once(start)
        .expect("the README has a place for the rules");
    let (table, after) = rest.split_once(end).unwrap();
    if std::env::var("README").is_ok_and(|v| v == "write") {
        std::fs::write(
            &path,
            format!("{before}{start}{}{end}{after}", rule::markdown()),
        )
        .unwrap();
        return;
    }
    assert_eq!(
        table,
        rule::markdown(),
        "run README=write cargo test --test product the_readme_has_the_table"
    );
}

#[test]
fn a_period_that_ends_before_it_begins_blocks() {
    let (mut case, _) = changed(&root().join("tests/findings/01-settled-is-silent.toml"));
    case.reports[1].period_from = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let found = found(&case, &[]);
    assert!(
        found
            .iter()
            .any(|f| f.rule.id() == "period-not-valid" && f.severity == Severity::Blocks),
        "{found:#?}"
    );
}

/// Five thousand contacts, all missed and none spoken of: each has its finding, once. A rule that
/// looked at every pair would take minutes, which nobody would miss.
#[test]
fn five_thousand_contacts_are_examined() {
    let (mut case, _) = changed(&root().join("tests/findings/14-missed-contact-passed-over.toml"));
    let missed = case
        .entries
        .iter()
        .find(|e| e.id.ends_with("contact-3"))
        .unwrap()
        .clone();
    case.entries.extend((0..5_000).map(|n| EntryInCase {
        id: format!("more-{n}"),
        ..missed.clone()
    }));
    let found = found(&case, &[]);
    assert_eq!(
        found
            .iter()
            .filter(|f| f.rule.id() == "entry-unanswered")
            .count(),
        5_001
    );
}

#[test]
fn the_progress_report_feeds_every_rule() {
    let unfed: Vec<&str> = rule::unfed(&form()).iter().map(|l| l.id).collect();
    assert_eq!(unfed, Vec::<&str>::new());
}
