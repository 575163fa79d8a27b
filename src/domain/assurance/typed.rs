//! From what people type into the registers' forms to rows, and the questions that ask for them.

mod lesson;
mod own_link;
mod policy;
mod reader;
mod training;

#[cfg(test)]
mod tests;

pub use lesson::{lesson_columns, lesson_fields, read_lesson};
pub use own_link::{OwnLink, link_columns, read_link};
pub use policy::{policy_columns, policy_fields, read_policy};
pub use training::{
    Completed, Supervision, THEMES, read_supervision, read_training, supervision_columns,
    training_columns,
};

use crate::domain::form::Kind;
use crate::domain::form::definition::Column;
use crate::domain::patient::edit::question;

/// Longest line, in characters.
pub const LONGEST_LINE: usize = 200;
/// Longest text, in characters.
pub const LONGEST_TEXT: usize = 10_000;

const CRITERIA_HINT: &str =
    "Numbers from the quality standards, for example 1.1, 6.3. Leave empty if none";

fn column(id: &str, label: &str, hint: Option<&str>, kind: Kind) -> Column {
    question(id, label, hint, kind, vec![])
}

fn choice(id: &str, label: &str, kind: Kind, options: &[(&str, &str)]) -> Column {
    let owned = |(id, label): &(&str, &str)| ((*id).to_owned(), (*label).to_owned());
    question(id, label, None, kind, options.iter().map(owned).collect())
}
