//! Where Part C and Part B differ. Both views are sent; the line manager sees the difference first.

use crate::domain::form::answer::in_words;
use crate::domain::form::progress::Answers;
use crate::domain::form::{AnswerKey, Form, Question};

/// Meaning of the clinical supervisor's question on Part B.
const AGREEMENT: &str = "part-b-agreement";
/// Meaning of the social supervisor's recommendation.
const RECOMMENDATION: &str = "recommendation";
/// Meaning of the clinical supervisor's recommendation.
const CLINICAL_RECOMMENDATION: &str = "clinical-recommendation";

/// One difference, with both views in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub about: &'static str,
    /// Part B's view; none where Part C differs from Part B as a whole.
    pub part_b: Option<String>,
    /// Part C's view.
    pub part_c: String,
}

/// Whether the clinical supervisor says that Part B could not be read.
#[must_use]
pub fn part_b_not_read(form: &Form, answers: &Answers) -> bool {
    form.questions()
        .filter(|(_, _, q)| q.meaning.as_deref() == Some(AGREEMENT))
        .filter_map(|(_, _, q)| answers.get(&AnswerKey::of(&q.id)))
        .any(|answer| answer.fields.get("choice") == "not-read")
}

/// The differences that structured answers show; prose is not guessed at. Source: decisions, rules of
/// the report ("the manager sees it again if Part C disagrees or recommends otherwise").
#[must_use]
pub fn differences(form: &Form, answers: &Answers) -> Vec<Difference> {
    let question = |meaning: &str| {
        form.questions()
            .map(|(_, _, q)| q)
            .find(|q| q.meaning.as_deref() == Some(meaning))
    };
    let words = |q: &Question| {
        let fields = &answers.get(&AnswerKey::of(&q.id))?.fields;
        in_words(&q.as_column(), fields)
    };
    let chosen = |q: &Question| -> Vec<String> {
        let Some(answer) = answers.get(&AnswerKey::of(&q.id)) else {
            return vec![];
        };
        match answer.fields.get("choice") {
            "" => answer.fields.ticked("choices").map(str::to_owned).collect(),
            one => vec![one.to_owned()],
        }
    };
    let mut found = Vec::new();
    if let Some(agreement) = question(AGREEMENT) {
        let says = chosen(agreement);
        if says.iter().any(|id| id == "differ" || id == "not-read") {
            found.push(Difference {
                about: "Part B as a whole",
                part_b: None,
                part_c: words(agreement).unwrap_or_default(),
            });
        }
    }
    if let (Some(b), Some(c)) = (question(RECOMMENDATION), question(CLINICAL_RECOMMENDATION)) {
        let (theirs, ours) = (chosen(c), chosen(b));
        if !ours.is_empty() && theirs.iter().any(|id| !ours.contains(id)) {
            found.push(Difference {
                about: "The recommendation",
                part_b: words(b),
                part_c: words(c).unwrap_or_default(),
            });
        }
    }
    found
}
