//! The blocks that are read from top to bottom: sections, answers, lists, notices, signatures.

use super::Block;
use crate::document::text::one_line;
use serde::{Deserialize, Serialize};

/// A heading with what stands under it. Its level is its depth in the tree: the paper's title is
/// level 1, a section of the document level 2, and so on. Below level 6 there are no deeper levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The heading. A blank one adds no level: its blocks belong to the section around it.
    pub heading: String,
    /// What stands under the heading.
    pub blocks: Vec<Block>,
}

impl Section {
    /// A section of `blocks` under `heading`.
    pub fn new(heading: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self {
            heading: heading.into(),
            blocks,
        }
    }
}

/// A question as asked and the answer as given. The question is a heading one level below its
/// section, so a reader can move from question to question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionAnswer {
    /// The question.
    pub question: String,
    /// Guidance that stood beside the question, if it belongs on the paper.
    #[serde(default)]
    pub hint: Option<String>,
    /// What was answered.
    pub answer: Answer,
    /// What was asked about the answer, such as how the author knows it.
    #[serde(default)]
    pub notes: Vec<Note>,
}

impl QuestionAnswer {
    /// A question with the paragraphs of its answer, without hint or notes.
    pub fn new(question: impl Into<String>, answer: Vec<String>) -> Self {
        Self {
            question: question.into(),
            hint: None,
            answer: Answer::Given(answer),
            notes: Vec::new(),
        }
    }
}

/// What stands under a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The paragraphs that were written.
    Given(Vec<String>),
    /// This many ruled lines for handwriting, as on a blank form.
    Ruled(u8),
}

/// A labelled remark under an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What was asked, such as "How do you know?".
    pub label: String,
    /// What was said.
    pub text: String,
}

/// What stands before the items of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marks {
    /// Bullets.
    #[default]
    Bullets,
    /// Numbers from 1.
    Numbers,
    /// Boxes to be ticked by hand.
    Boxes,
}

/// Items under each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// What stands before them.
    #[serde(default)]
    pub marks: Marks,
    /// The items.
    pub items: Vec<String>,
}

impl List {
    /// The items that have any ink.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.items
            .iter()
            .map(String::as_str)
            .filter(|item| !one_line(item).is_empty())
    }

    /// What stands before the item at `index`, counted from nought.
    #[must_use]
    pub fn label(&self, index: usize) -> String {
        match self.marks {
            Marks::Bullets => "•".to_owned(),
            Marks::Numbers => format!("{}.", index + 1),
            Marks::Boxes => "□".to_owned(),
        }
    }
}

/// Who signed, in what role, when, and what they attest. A blank name or time leaves a line to
/// write on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The capacity in which they sign.
    pub role: String,
    /// Who signed.
    pub name: String,
    /// When, as it should be read.
    pub when: String,
    /// What they attest.
    pub statement: String,
}

impl Signature {
    /// The name and the time with their labels, in reading order.
    #[must_use]
    pub fn particulars(&self) -> [(&'static str, &str); 2] {
        [("Signed by", &self.name), ("Signed on", &self.when)]
    }
}

/// A boxed announcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The announcement in a few words.
    pub title: String,
    /// The rest of it, in paragraphs.
    pub text: String,
}

/// The paragraphs of `text`: a blank line ends one, single line ends stay inside. Blank paragraphs
/// are left out.
pub fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let (first, after) = rest.split_at(end_of_paragraph(rest));
        rest = after;
        Some(first.trim_end())
    })
}

/// Where the first blank line of `text` begins, or its end.
fn end_of_paragraph(text: &str) -> usize {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            return start;
        }
        start += line.len();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        paragraphs(text).collect()
    }

    #[test]
    fn a_blank_line_ends_a_paragraph_and_a_line_end_does_not() {
        assert_eq!(
            split("one\nstill one\n\ntwo\n \t\nthree\n"),
            ["one\nstill one", "two", "three"]
        );
    }

    #[test]
    fn blank_text_has_no_paragraphs() {
        assert_eq!(split(" \n\n\t"), Vec::<&str>::new());
    }
}
