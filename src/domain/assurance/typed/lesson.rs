//! Lessons learnt.

use super::reader::{Reader, listed};
use super::{CRITERIA_HINT, LONGEST_LINE, LONGEST_TEXT, choice, column};
use crate::domain::assurance::registers::{Lesson, LessonKind};
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use chrono::NaiveDate;

/// The questions about a lesson. `policies`: id and title of each policy.
#[must_use]
pub fn lesson_columns(policies: &[(String, String)]) -> Vec<Column> {
    let kinds: Vec<(&str, &str)> = LessonKind::ALL
        .iter()
        .map(|k| (k.name(), k.words()))
        .collect();
    let mut columns = vec![
        choice("kind", "What does it come from?", Kind::Choice, &kinds),
        column("title", "Title", None, Kind::ShortText),
        column(
            "source",
            "Source",
            Some(
                "For example the report and its year. Never the name of a victim, a patient or a relative",
            ),
            Kind::ShortText,
        ),
        column("dated", "Date of the source", None, Kind::Date),
        column("learnt", "What was learnt?", None, Kind::Narrative),
        column("changes", "What changes here?", None, Kind::Narrative),
        column("owner", "Who sees to it?", None, Kind::ShortText),
        column(
            "link",
            "Link to the source",
            Some("Begins with https:// or http://. Leave empty if there is none"),
            Kind::ShortText,
        ),
        column(
            "criteria",
            "Which criteria does it bear on?",
            Some(CRITERIA_HINT),
            Kind::ShortText,
        ),
        column(
            "actions",
            "Which actions of the action plan follow from it?",
            Some("Their references, with commas between. Leave empty if none"),
            Kind::ShortText,
        ),
    ];
    if !policies.is_empty() {
        let mut options = vec![("", "None")];
        options.extend(
            policies
                .iter()
                .map(|(id, title)| (id.as_str(), title.as_str())),
        );
        columns.push(choice(
            "policy",
            "Which local document did patients or carers help to write?",
            Kind::Choice,
            &options,
        ));
    }
    columns
}

/// Reads a lesson. `policies`: ids that may be named.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn read_lesson(
    typed: &Fields,
    policies: &[(String, String)],
    today: NaiveDate,
) -> Result<Lesson, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let kind = LessonKind::named(typed.get("kind.choice"));
    if kind.is_none() {
        r.wrong("kind.choice", "Say what it comes from");
    }
    let policy = typed.get("policy.choice");
    if !policy.is_empty() && !policies.iter().any(|(id, _)| id == policy) {
        r.wrong("policy.choice", "Choose one of the documents");
    }
    let actions = r.optional("actions", LONGEST_LINE);
    let lesson = Lesson {
        kind: kind.unwrap_or(LessonKind::Audit),
        title: r.text("title", LONGEST_LINE, "Give a title"),
        source: r.text("source", LONGEST_LINE, "Say where it comes from"),
        dated: r.past_day("dated"),
        learnt: r.text("learnt", LONGEST_TEXT, "Say what was learnt"),
        changes: r.text(
            "changes",
            LONGEST_TEXT,
            "Say what changes here, or that nothing does and why",
        ),
        owner: r.text("owner", LONGEST_LINE, "Say who sees to it"),
        link: r.optional_link("link"),
        criteria: r.criteria(),
        actions: listed(&actions),
        policy: (!policy.is_empty()).then(|| policy.to_owned()),
    };
    r.done(lesson)
}

/// What a lesson reads as in its form again.
#[must_use]
pub fn lesson_fields(lesson: &Lesson) -> Fields {
    let (criteria, actions) = (lesson.criteria.join(", "), lesson.actions.join(", "));
    let [day, month, year] = ["%-d", "%-m", "%Y"].map(|part| lesson.dated.format(part).to_string());
    Fields::new([
        ("kind.choice", lesson.kind.name()),
        ("title.text", &lesson.title),
        ("source.text", &lesson.source),
        ("dated.day", &day),
        ("dated.month", &month),
        ("dated.year", &year),
        ("learnt.text", &lesson.learnt),
        ("changes.text", &lesson.changes),
        ("owner.text", &lesson.owner),
        ("link.text", &lesson.link),
        ("criteria.text", &criteria),
        ("actions.text", &actions),
        (
            "policy.choice",
            lesson.policy.as_deref().unwrap_or_default(),
        ),
    ])
}
