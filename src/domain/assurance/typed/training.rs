//! Induction, training and practice supervision.

use super::reader::Reader;
use super::{LONGEST_LINE, choice, column};
use crate::domain::assurance::competence::{Training, TrainingKind};
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use chrono::NaiveDate;

/// Themes of practice supervision. A list to tick, so that no case detail can be written down here.
pub const THEMES: [(&str, &str); 11] = [
    ("workload", "Workload and caseload"),
    ("risk", "Judging and managing risk"),
    ("conditions", "Conditions, events and recall"),
    ("reports", "Writing and checking reports"),
    (
        "relationships",
        "Asking about relationships, and how we know",
    ),
    ("victims-mappa", "Victims and MAPPA"),
    ("differences", "Differences with other professionals"),
    (
        "person-centred",
        "Person-centred and trauma-informed practice",
    ),
    ("anti-discriminatory", "Anti-discriminatory practice"),
    ("wellbeing", "Wellbeing, isolation and lone working"),
    ("learning", "Learning and development"),
];

/// The questions about something completed.
#[must_use]
pub fn training_columns() -> Vec<Column> {
    let kinds: Vec<(&str, &str)> = TrainingKind::ALL
        .iter()
        .map(|k| (k.name(), k.words()))
        .collect();
    vec![
        choice("kind", "What was completed?", Kind::Choice, &kinds),
        column("done", "When?", None, Kind::Date),
        column(
            "expires",
            "The last day on which it counts",
            Some("Leave empty if it does not run out"),
            Kind::Date,
        ),
        column(
            "note",
            "Anything to add?",
            Some("For example the course, or why it is an equivalent"),
            Kind::ShortText,
        ),
    ]
}

/// The questions about practice supervision.
#[must_use]
pub fn supervision_columns() -> Vec<Column> {
    vec![
        column("held", "When was it?", None, Kind::Date),
        choice("themes", "What was it about?", Kind::Choices, &THEMES),
        column(
            "next",
            "When is the next?",
            Some("Leave empty if it is not arranged"),
            Kind::Date,
        ),
    ]
}

/// Something completed, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completed {
    /// What and when.
    pub training: Training,
    /// Anything to add.
    pub note: String,
}

/// Reads something completed.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn read_training(typed: &Fields, today: NaiveDate) -> Result<Completed, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let kind = TrainingKind::named(typed.get("kind.choice"));
    if kind.is_none() {
        r.wrong("kind.choice", "Say what was completed");
    }
    let done_on = r.past_day("done");
    let expires_on = r.optional_day("expires");
    let note = r.optional("note", LONGEST_LINE);
    if kind == Some(TrainingKind::Equivalent) && note.is_empty() {
        r.wrong("note.text", "Say what it was, and why it is an equivalent");
    }
    if let Some(last) = expires_on {
        r.not_before(
            "expires",
            last,
            done_on,
            "It cannot run out before it was completed",
        );
    }
    r.done(Completed {
        training: Training {
            kind: kind.unwrap_or(TrainingKind::Other),
            done_on,
            expires_on,
        },
        note,
    })
}

/// Practice supervision that took place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supervision {
    /// The day.
    pub held_on: NaiveDate,
    /// Ids of [`THEMES`].
    pub themes: Vec<String>,
    /// The day of the next one, where arranged.
    pub next_on: Option<NaiveDate>,
}

/// Reads practice supervision.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn read_supervision(typed: &Fields, today: NaiveDate) -> Result<Supervision, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let held_on = r.past_day("held");
    let next_on = r.optional_day("next");
    let ticked: Vec<String> = typed.ticked("themes.choices").map(str::to_owned).collect();
    let known = |theme: &String| THEMES.iter().any(|(id, _)| id == theme);
    if ticked.is_empty() || !ticked.iter().all(known) {
        r.wrong("themes.choices", "Tick what it was about");
    }
    if let Some(next) = next_on {
        r.not_before(
            "next",
            next,
            held_on,
            "The next one cannot be before this one",
        );
    }
    r.done(Supervision {
        held_on,
        themes: ticked,
        next_on,
    })
}
