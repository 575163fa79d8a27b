//! Since when and until when something holds.

use crate::domain::calendar::day_in_words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// First and last day, as far as they are known. Without a first day it has held for as long as the
/// record knows; without a last day it holds still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Span {
    /// First day, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day, where it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl Span {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// In words, where anything is known.
    #[must_use]
    pub fn words(self) -> Option<String> {
        let from = self.from.map(day_in_words);
        let to = self.to.map(day_in_words);
        match (from, to) {
            (None, None) => None,
            (Some(from), None) => Some(format!("since {from}")),
            (None, Some(to)) => Some(format!("until {to}")),
            (Some(from), Some(to)) => Some(format!("from {from} to {to}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, n).unwrap()
    }

    #[test]
    fn both_ends_belong_to_it_and_an_unknown_end_is_open() {
        let (from, to) = (Some(day(3)), Some(day(5)));
        let held = |span: Span| [2, 3, 5, 6].map(|n| span.holds_on(day(n)));
        assert_eq!(held(Span { from, to }), [false, true, true, false]);
        assert_eq!(held(Span { from, to: None }), [false, true, true, true]);
        assert_eq!(held(Span { from: None, to }), [true, true, true, false]);
        assert_eq!(held(Span::default()), [true; 4]);
        assert_eq!(
            Span { from, to }.words().as_deref(),
            Some("from 3 May 2026 to 5 May 2026")
        );
        assert_eq!(Span::default().words(), None);
    }
}
