//! When a follow-up is asked, in words: pages that work without scripts and blank forms cannot let it come
//! and go, so they say it.

use super::answer::YES_NO;
use super::definition::{Column, Form, OnlyIf, Question};

/// Most choices that are named; beyond it the words would be longer than the question.
const MOST_NAMED: usize = 3;

impl Form {
    /// When a question is asked, if not always.
    #[must_use]
    pub fn condition_of(&self, question: &Question) -> Option<String> {
        let only_if = question.only_if.as_ref()?;
        let (_, _, followed) = self.question(&only_if.question)?;
        Some(in_words(only_if, &followed.as_column()))
    }
}

impl Question {
    /// When a column is asked, if not always.
    #[must_use]
    pub fn condition_of(&self, column: &Column) -> Option<String> {
        let only_if = column.only_if.as_ref()?;
        let followed = self.columns.iter().find(|c| c.id == only_if.question)?;
        Some(in_words(only_if, followed))
    }
}

fn in_words(only_if: &OnlyIf, followed: &Column) -> String {
    let word = |id: &String| {
        let yes_no = YES_NO.iter().find(|(known, _)| known == id);
        let option = || followed.options.iter().find(|o| o.id == *id);
        let words = yes_no.map(|(_, words)| (*words).to_owned());
        words.or_else(|| option().map(|o| o.label.clone()))
    };
    let words: Vec<String> = only_if.is.iter().filter_map(word).collect();
    let label = &followed.label;
    if words.len() > MOST_NAMED {
        format!("Only where there is something to say under “{label}”.")
    } else {
        let words = words.join("” or “");
        format!("Only if the answer to “{label}” is “{words}”.")
    }
}
