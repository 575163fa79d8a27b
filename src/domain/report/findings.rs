//! What catches the eye before sign-off. Findings help judgement; only missing answers block.
//!
//! Rules bind to what a question means or what kind it is, never to its id or its wording.

use crate::domain::form::answer::{self, Fields};
use crate::domain::form::progress::{Answers, Circumstances, Item, is_required, items};
use crate::domain::form::{Form, Respondent};
use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Sign-off waits for it.
    Blocks,
    /// Worth a thought; may be answered.
    Consider,
}

/// One thing that a rule noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How much it weighs.
    pub severity: Severity,
    /// The section it stands in.
    pub section: String,
    /// The answer it concerns, `question` or `question/row`.
    pub on: String,
    /// In plain words.
    pub message: String,
}

/// The rules of this release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// A required question has no answer.
    Missing,
    /// A question that the field asks every time has no answer at all.
    AskedEveryTime,
    /// An answer has something wrong with it, such as an impossible date.
    NotValid,
    /// A statement rests on the person's own account alone.
    SelfReportOnly,
    /// "How do you know?" was not said.
    SourceNotSaid,
    /// The question was answered "not asked" or "not known".
    NotAsked,
}

impl Rule {
    /// Why the rule exists, with its source: kind of failing, report and year.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "A report without this answer would be incomplete.",
            Self::AskedEveryTime => {
                "This is asked in every report. “Not asked” and “Not known” are answers; a gap reads as if there were nothing to say."
            }
            Self::NotValid => "What was typed is kept, but cannot be read as an answer yet.",
            Self::SelfReportOnly => {
                "Years of reports that rested on the person's own account alone missed a relationship that a condition required to be disclosed (inquest, 2021)."
            }
            Self::SourceNotSaid => {
                "A reader can weigh a statement only when it says how it is known (tribunal report practice; inquest, 2021)."
            }
            Self::NotAsked => {
                "It is right to say so. Think whether it should be asked before the report goes."
            }
        }
    }
}

/// Meanings that every report is expected to speak to.
const EVERY_TIME: [&str; 13] = [
    "relationship-asked",
    "relationship-verified",
    "substance-use",
    "incidents",
    "victim-contact",
    "mappa-view",
    "safeguarding",
    "risk-current",
    "risk-change",
    "risk-signs",
    "risk-contingency",
    "patient-view",
    "report-shared",
];

/// Findings on the parts that `respondent` answers.
#[must_use]
pub fn find(
    form: &Form,
    asked: &Circumstances,
    answers: &Answers,
    respondent: Respondent,
) -> Vec<Finding> {
    let empty = Fields::default();
    let mut found: Vec<Finding> = items(form, asked)
        .iter()
        .filter(|item| item.part.answered_by == respondent)
        .flat_map(|item| {
            let fields = answers.get(&item.key()).map_or(&empty, |a| &a.fields);
            on_item(item, fields)
        })
        .collect();
    found.sort_by_key(|f| f.severity);
    found
}

fn on_item(item: &Item<'_>, fields: &Fields) -> Vec<Finding> {
    let about = item.row.map_or(item.question.label.clone(), |row| {
        format!("{} – {}", item.question.label, row.label)
    });
    let finding = |rule: Rule, severity: Severity, message: String| Finding {
        rule,
        severity,
        section: item.section.id.clone(),
        on: item.key().to_string(),
        message,
    };
    let mut found = Vec::new();
    if is_required(item) && !item.is_answered(fields) {
        found.push(finding(
            Rule::Missing,
            Severity::Blocks,
            format!("Not answered: {about}"),
        ));
    }
    let meaning = item.question.meaning.as_deref().unwrap_or_default();
    if !is_required(item) && EVERY_TIME.contains(&meaning) && fields.is_empty() {
        let message = format!("Asked every time and not answered: {about}");
        found.push(finding(Rule::AskedEveryTime, Severity::Consider, message));
    }
    for problem in item.problems(fields) {
        found.push(finding(
            Rule::NotValid,
            Severity::Blocks,
            format!("{about}: {}", problem.message),
        ));
    }
    for (asked, said) in statements(item, fields) {
        if matches!(said.get("choice"), "not-asked" | "not-known") {
            let words = answer::in_words(&asked, &said).unwrap_or_default();
            found.push(finding(
                Rule::NotAsked,
                Severity::Consider,
                format!("{about}: “{words}”"),
            ));
        } else if asked.how_known
            && answer::is_answered(asked.kind, &said)
            && said.get("not-applicable").is_empty()
        {
            let ticked: Vec<_> = said.ticked("basis").collect();
            if ticked == ["self-report"] {
                let message = format!("Rests only on the person's own account: {about}");
                found.push(finding(Rule::SelfReportOnly, Severity::Consider, message));
            } else if ticked.is_empty() && said.get("basis-note").is_empty() {
                let message = format!("Does not say how it is known: {about}");
                found.push(finding(Rule::SourceNotSaid, Severity::Consider, message));
            }
        }
    }
    found
}

/// The answer as one or, for a row, several statements.
fn statements(
    item: &Item<'_>,
    fields: &Fields,
) -> Vec<(crate::domain::form::definition::Column, Fields)> {
    if item.row.is_some() {
        item.question
            .columns
            .iter()
            .map(|c| (c.clone(), fields.column(&c.id)))
            .collect()
    } else {
        vec![(item.question.as_column(), fields.clone())]
    }
}

/// Whether any finding holds up sign-off.
#[must_use]
pub fn blocks(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.severity == Severity::Blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::load::load;
    use crate::domain::form::progress::Row;
    use crate::domain::form::{Answer, AnswerKey, Version};
    use std::collections::BTreeMap;

    fn short() -> (Form, Circumstances) {
        let form = load(
            "short",
            include_str!("../../../tests/forms/short.2026-01-05.toml"),
        )
        .unwrap();
        let rows = vec![Row {
            id: "c1".into(),
            label: "1. Reside".into(),
        }];
        let rows = BTreeMap::from([("conditions-in-force".to_owned(), rows)]);
        (
            form,
            Circumstances {
                rows,
                ..Default::default()
            },
        )
    }

    fn rules(answers: &[(AnswerKey, Fields)]) -> Vec<(Rule, Severity)> {
        let (form, asked) = short();
        let at = chrono::DateTime::UNIX_EPOCH;
        let answers = answers
            .iter()
            .map(|(k, f)| {
                (
                    k.clone(),
                    Answer {
                        fields: f.clone(),
                        version: Version(1),
                        by: "p".into(),
                        at,
                    },
                )
            })
            .collect();
        find(&form, &asked, &answers, Respondent::SocialSupervisor)
            .iter()
            .map(|f| (f.rule, f.severity))
            .collect()
    }

    fn whole(basis: &str) -> Vec<(AnswerKey, Fields)> {
        vec![
            (
                AnswerKey::of("contact-summary"),
                Fields::new([("text", "Seen weekly")]),
            ),
            (
                AnswerKey::row("compliance", "c1"),
                Fields::new([
                    ("status.choice", "met"),
                    ("evidence.text", "x"),
                    ("evidence.basis", basis),
                ]),
            ),
            (
                AnswerKey::of("relationship-asked"),
                Fields::new([("choice", "yes"), ("basis", "provider")]),
            ),
        ]
    }

    #[test]
    fn nothing_answered_blocks() {
        let found = rules(&[]);
        assert_eq!(found.len(), 3);
        assert!(
            found
                .iter()
                .all(|f| *f == (Rule::Missing, Severity::Blocks))
        );
    }

    #[test]
    fn a_short_honest_report_has_no_findings() {
        assert_eq!(rules(&whole("provider")), []);
    }

    #[test]
    fn self_report_alone_is_noticed_and_never_blocks() {
        assert_eq!(
            rules(&whole("self-report")),
            [(Rule::SelfReportOnly, Severity::Consider)]
        );
        assert_eq!(rules(&whole("self-report\nprovider")), []);
        assert_eq!(
            rules(&whole("")),
            [(Rule::SourceNotSaid, Severity::Consider)]
        );
    }

    #[test]
    fn not_asked_is_an_answer_worth_a_thought() {
        let mut answers = whole("provider");
        answers[2].1 = Fields::new([("choice", "not-asked")]);
        assert_eq!(rules(&answers), [(Rule::NotAsked, Severity::Consider)]);
    }
}
