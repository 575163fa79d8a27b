//! What the last report said: offered as a suggestion where the form lets text be kept, and compared
//! word by word with what stands now. Only words are ever copied; choices, sources and dates are asked
//! afresh, because they say how somebody knows now.

use crate::domain::form::answer::Fields;
use crate::domain::form::definition::{CarryForward, Column, Kind, Question};
use imara_diff::{Algorithm, Diff, InternedInput};

/// A stretch of text, compared with the last report's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Stood there and stands here.
    Same(String),
    /// Stood there.
    Removed(String),
    /// Stands here.
    Added(String),
}

/// The difference between two texts, word by word. What is the same and what was removed, joined, is
/// `before`; what is the same and what was added, joined, is `after`.
#[must_use]
pub fn difference(before: &str, after: &str) -> Vec<Piece> {
    if before == after {
        let all = Piece::Same(after.to_owned());
        return if after.is_empty() { vec![] } else { vec![all] };
    }
    let (was, is) = (tokens(before), tokens(after));
    let mut input = InternedInput::default();
    input.update_before(was.iter().copied());
    input.update_after(is.iter().copied());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let text = |tokens: &[&str], range: std::ops::Range<u32>| -> String {
        tokens[range.start as usize..range.end as usize].concat()
    };
    let mut pieces = Pieces::default();
    let mut at = 0;
    for hunk in diff.hunks() {
        pieces.same(&text(&was, at..hunk.before.start));
        pieces.changed(
            &text(&was, hunk.before.clone()),
            &text(&is, hunk.after.clone()),
        );
        at = hunk.before.end;
    }
    pieces.same(&text(&was, at..u32::try_from(was.len()).unwrap_or(at)));
    pieces.done()
}

/// Words, spaces and marks, one token each.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_whitespace() => 0,
        c if c.is_alphanumeric() || matches!(c, '\'' | '’' | '-') => 1,
        _ => 2,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if last.is_some_and(|last| last != now || now == 2) {
            tokens.push(&text[start..at]);
            start = at;
        }
        last = Some(now);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

/// Puts neighbouring changes together, so that a rewritten sentence reads as one and not word by word.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    removed: String,
    added: String,
    /// Few words that stayed after a change: an island, if another change follows.
    island: String,
}

/// Words between two changes that are shown as part of the change.
const ISLAND: usize = 2;

impl Pieces {
    fn same(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let after_change = !(self.removed.is_empty() && self.added.is_empty());
        if after_change && text.split_whitespace().count() <= ISLAND {
            self.island.push_str(text);
            return;
        }
        self.flush();
        self.done.push(Piece::Same(text.to_owned()));
    }

    fn changed(&mut self, removed: &str, added: &str) {
        let island = std::mem::take(&mut self.island);
        self.removed.push_str(&island);
        self.added.push_str(&island);
        self.removed.push_str(removed);
        self.added.push_str(added);
    }

    fn flush(&mut self) {
        let mut put = |piece: fn(String) -> Piece, text: &mut String| {
            if !text.is_empty() {
                self.done.push(piece(std::mem::take(text)));
            }
        };
        put(Piece::Removed, &mut self.removed);
        put(Piece::Added, &mut self.added);
        put(Piece::Same, &mut self.island);
    }

    fn done(mut self) -> Vec<Piece> {
        self.flush();
        self.done
    }
}

/// The fields of an answer that hold words written by its author, with the label of each in a row.
#[must_use]
pub fn word_fields(question: &Question) -> Vec<(String, Option<String>)> {
    let words = |kind: Kind| matches!(kind, Kind::Narrative | Kind::ShortText);
    if question.kind == Kind::Rows {
        let column = |c: &Column| (format!("{}.text", c.id), Some(c.label.clone()));
        return question
            .columns
            .iter()
            .filter(|c| words(c.kind))
            .map(column)
            .collect();
    }
    if words(question.kind) {
        vec![("text".to_owned(), None)]
    } else {
        vec![]
    }
}

/// Whether the last report's words are offered for copying: only where the form says so.
#[must_use]
pub fn offers(question: &Question, last: &Fields) -> bool {
    question.carry_forward == CarryForward::Suggest
        && word_fields(question)
            .iter()
            .any(|(field, _)| !last.get(field).is_empty())
}

/// An answer with the last report's words in its boxes. Nothing that was typed is lost: a box that has
/// words already keeps them, and gets the others below.
#[must_use]
pub fn copied(question: &Question, typed: &Fields, last: &Fields) -> Fields {
    let mut named: Vec<(String, String)> = typed
        .iter()
        .map(|(n, t)| (n.to_owned(), t.to_owned()))
        .collect();
    for (field, _) in word_fields(question) {
        let (own, then) = (typed.get(&field), last.get(&field));
        if then.is_empty() || own.contains(then) {
            continue;
        }
        let text = if own.is_empty() {
            then.to_owned()
        } else {
            format!("{own}\n\n{then}")
        };
        named.retain(|(name, _)| *name != field);
        named.push((field, text));
    }
    Fields::new(named)
}

/// How an answer's words stand to those of the last report, box by box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The column's label, in a row.
    pub label: Option<String>,
    /// Whether they are the same, word for word.
    pub same: bool,
    /// The difference.
    pub pieces: Vec<Piece>,
}

/// Compares the words of an answer with those of the last report; boxes that one of the two left empty
/// are left out.
#[must_use]
pub fn compare(question: &Question, now: &Fields, last: &Fields) -> Vec<Compared> {
    word_fields(question)
        .into_iter()
        .filter_map(|(field, label)| {
            let (then, now) = (last.get(&field), now.get(&field));
            (!then.is_empty() && !now.is_empty()).then(|| Compared {
                label,
                same: then == now,
                pieces: difference(then, now),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(pieces: &[Piece], keep: impl Fn(&Piece) -> bool) -> String {
        let text = |p: &Piece| match p {
            Piece::Same(t) | Piece::Removed(t) | Piece::Added(t) => t.clone(),
        };
        pieces.iter().filter(|p| keep(p)).map(text).collect()
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "(?s).{0,80}",
            prop::collection::vec(
                prop::sample::select(vec![
                    "calm", "well", "home", "seen", ". ", " ", "\n\n", "é’s"
                ]),
                0..40
            )
            .prop_map(|w| w.concat()),
        ]
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_their_difference(before in text(), after in text()) {
            let pieces = difference(&before, &after);
            prop_assert_eq!(joined(&pieces, |p| !matches!(p, Piece::Added(_))), before);
            prop_assert_eq!(joined(&pieces, |p| !matches!(p, Piece::Removed(_))), after);
            let named = |p: &Piece| matches!(p, Piece::Same(t) | Piece::Removed(t) | Piece::Added(t) if t.is_empty());
            prop_assert!(!pieces.iter().any(named));
        }

        #[test]
        fn a_text_does_not_differ_from_itself(text in text()) {
            prop_assert!(difference(&text, &text).iter().all(|p| matches!(p, Piece::Same(_))));
        }
    }

    #[test]
    fn words_that_happen_to_stand_in_a_rewritten_sentence_are_no_islands() {
        let pieces = difference("He was seen once at home", "She was met twice at home");
        assert_eq!(
            pieces,
            [
                Piece::Removed("He was seen once".into()),
                Piece::Added("She was met twice".into()),
                Piece::Same(" at home".into()),
            ]
        );
    }

    #[test]
    fn a_changed_word_is_the_only_change() {
        let pieces = difference("Seen three times, at home.", "Seen four times, at home.");
        assert_eq!(
            pieces,
            [
                Piece::Same("Seen ".into()),
                Piece::Removed("three".into()),
                Piece::Added("four".into()),
                Piece::Same(" times, at home.".into()),
            ]
        );
    }
}
