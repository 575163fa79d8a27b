//! What the short form asks, what a walk chooses by, and what it counts.

use super::{Fields, Key};
use conditional_discharge::domain::report::State;
use std::collections::BTreeSet;

/// A question of a section with its row, the fields that are typed, and what a choice is made from.
pub struct Asked {
    pub key: (&'static str, &'static str),
    pub texts: &'static [&'static str],
    pub choice: Option<(&'static str, &'static [&'static str])>,
}

const fn asked(key: (&'static str, &'static str), texts: &'static [&'static str]) -> Asked {
    Asked {
        key,
        texts,
        choice: None,
    }
}

const fn choice(
    key: (&'static str, &'static str),
    text: &'static [&'static str],
    choice: (&'static str, &'static [&'static str]),
) -> Asked {
    Asked {
        key,
        texts: text,
        choice: Some(choice),
    }
}

const KEPT: (&str, &[&str]) = ("status.choice", &["met", "partly", "not-met"]);
pub const SECTIONS: [(&str, &[Asked]); 4] = [
    ("contact", &[asked(("contact-summary", ""), &["text"])]),
    (
        "conditions",
        &[
            choice(("compliance", "c1"), &["evidence.text"], KEPT),
            choice(("compliance", "c2"), &["evidence.text"], KEPT),
        ],
    ),
    (
        "relationships",
        &[
            choice(
                ("relationship-asked", ""),
                &["detail"],
                ("choice", &["yes", "no"]),
            ),
            asked(("victim", ""), &["text"]),
        ],
    ),
    (
        "clinical",
        &[
            asked(("mental-state", ""), &["text"]),
            asked(("medication", ""), &["text"]),
            choice(
                ("clinical-opinion", ""),
                &["detail"],
                ("choice", &["continue", "vary-conditions"]),
            ),
        ],
    ),
];
pub const CLINICAL: usize = 3;

/// A small generator of its own: the same walk on every run.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % 1_000_003).unwrap() % most
    }

    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

pub fn key_of(asked: &Asked) -> Key {
    (asked.key.0.to_owned(), asked.key.1.to_owned())
}

/// What is typed, of an answer's fields: a choice is shown in words of its own.
pub fn texts(fields: &Fields) -> impl Iterator<Item = &String> {
    let typed = |name: &str| ["text", "detail", "evidence.text"].contains(&name);
    fields
        .iter()
        .filter(move |(name, _)| typed(name))
        .map(|(_, text)| text)
}

/// What came of the steps, so that a walk that avoids something is noticed.
#[derive(Debug, Default)]
pub struct Tally {
    pub saved: usize,
    pub conflicts: usize,
    pub settled: usize,
    pub closed: usize,
    pub voided: usize,
    pub states: BTreeSet<State>,
    pub authors: BTreeSet<String>,
}

/// Says where a walk broke off.
pub struct At<'a>(pub &'a str, pub u64, pub usize);

impl Drop for At<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}, seed {}, step {}", self.0, self.1, self.2);
        }
    }
}

/// Answers as a page posts them, each with the version that it was made from.
pub fn pairs(posted: &[(Key, u32, Fields)]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for ((question, row), version, fields) in posted {
        pairs.push((format!("version/{question}/{row}"), version.to_string()));
        for (name, text) in fields {
            pairs.push((format!("answer/{question}/{row}/{name}"), text.clone()));
        }
    }
    pairs
}
