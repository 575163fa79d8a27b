//! What is read, and what is refused beside which field.

use super::*;
use crate::domain::assurance::registers::{Lesson, LessonKind, Policy};
use crate::domain::form::Fields;
use crate::domain::form::answer::Problem;
use chrono::NaiveDate;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn policy(change: &[(&str, &str)]) -> Result<Policy, Vec<Problem>> {
    let mut typed = vec![
        ("title.text", "Social supervision policy"),
        ("edition.text", "3"),
        ("owner.text", "Principal social worker"),
        ("approved.day", "1"),
        ("approved.month", "3"),
        ("approved.year", "2026"),
        ("review.day", "1"),
        ("review.month", "3"),
        ("review.year", "2028"),
        ("kept.text", "https://example.org/policy"),
        ("criteria.text", "1.1, 6.3 1.1"),
        ("read.choice", "yes"),
    ];
    typed.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    typed.extend(change);
    read_policy(&Fields::new(typed), today())
}

fn wrong(result: Result<Policy, Vec<Problem>>) -> String {
    result.unwrap_err()[0].field.clone()
}

#[test]
fn a_policy_is_read_and_its_faults_stand_beside_their_fields() {
    let good = policy(&[]).unwrap();
    assert_eq!(good.criteria, ["1.1", "6.3"]);
    assert_eq!(wrong(policy(&[("review.year", "2025")])), "review.day");
    assert_eq!(wrong(policy(&[("approved.year", "2027")])), "approved.day");
    assert_eq!(
        wrong(policy(&[("kept.text", "javascript://x")])),
        "kept.text"
    );
    assert!(policy(&[("kept.text", "Red folder, team office")]).is_ok());
    assert_eq!(
        wrong(policy(&[("criteria.text", "1.1; policy")])),
        "criteria.text"
    );
    assert_eq!(wrong(policy(&[("read.choice", "perhaps")])), "read.choice");
    assert_eq!(wrong(policy(&[("title.text", "")])), "title.text");
    let long = "x".repeat(201);
    assert_eq!(wrong(policy(&[("title.text", &long)])), "title.text");
    assert_eq!(
        read_policy(&Fields::default(), today()).unwrap_err().len(),
        7
    );
}

#[test]
fn training_cannot_run_out_before_it_was_done() {
    let read = |kind: &str, expires: &str, note: &str| {
        let typed = [
            ("kind.choice", kind),
            ("done.day", "1"),
            ("done.month", "6"),
            ("done.year", "2026"),
            ("expires.day", if expires.is_empty() { "" } else { "1" }),
            ("expires.month", if expires.is_empty() { "" } else { "6" }),
            ("expires.year", expires),
            ("note.text", note),
        ];
        read_training(&Fields::new(typed), today())
    };
    assert!(read("induction", "", "").is_ok());
    assert_eq!(
        read("induction", "2025", "").unwrap_err()[0].field,
        "expires.day"
    );
    assert_eq!(
        read("equivalent", "2028", "").unwrap_err()[0].field,
        "note.text"
    );
    assert_eq!(
        read("nonsense", "", "").unwrap_err()[0].field,
        "kind.choice"
    );
}

#[test]
fn supervision_has_themes_from_the_list_and_nothing_else() {
    let read = |themes: &str| {
        let typed = [
            ("held.day", "1"),
            ("held.month", "11"),
            ("held.year", "2026"),
            ("themes.choices", themes),
        ];
        read_supervision(&Fields::new(typed), today())
    };
    assert_eq!(read("risk\nreports").unwrap().themes, ["risk", "reports"]);
    assert!(read("").is_err() && read("risk\nMr X").is_err());
}

#[test]
fn a_lesson_reads_back_as_it_was_typed() {
    let lesson = Lesson {
        kind: LessonKind::Report,
        title: "Self-report is not evidence".into(),
        source: "Prevention of future deaths report, 2021".into(),
        dated: NaiveDate::from_ymd_opt(2021, 6, 1).unwrap(),
        learnt: "One.\n\nTwo.".into(),
        changes: "A second source each quarter.".into(),
        owner: "Principal social worker".into(),
        link: "https://example.org/pfd".into(),
        criteria: vec!["8.2".into()],
        actions: vec!["A-12".into()],
        policy: Some("p1".into()),
    };
    let policies = [("p1".to_owned(), "Policy".to_owned())];
    let fields = lesson_fields(&lesson);
    assert_eq!(read_lesson(&fields, &policies, today()), Ok(lesson));
    assert_eq!(
        read_lesson(&fields, &[], today()).unwrap_err()[0].field,
        "policy.choice"
    );
}
