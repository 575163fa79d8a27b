//! Where a row of the audit stands in a list, newest first: pages begin after one.

use chrono::{DateTime, Utc};
use std::fmt;
use std::str::FromStr;

/// A row's time and its number in the chain. As text: "MICROSECONDS-NUMBER", for forms and addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// When.
    pub at: DateTime<Utc>,
    /// Its number in the chain.
    pub number: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.timestamp_micros(), self.number)
    }
}

/// A text that names no position.
#[derive(Debug, PartialEq, Eq)]
pub struct Nowhere;

impl FromStr for Position {
    type Err = Nowhere;

    fn from_str(text: &str) -> Result<Self, Nowhere> {
        let (at, number) = text.rsplit_once('-').ok_or(Nowhere)?;
        let at = at.parse().map_err(|_| Nowhere)?;
        Ok(Self {
            at: DateTime::from_timestamp_micros(at).ok_or(Nowhere)?,
            number: number.parse().map_err(|_| Nowhere)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_what_was_written() {
        let at = DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap();
        let here = Position { at, number: 7 };
        assert_eq!(here.to_string().parse(), Ok(here));
        for nowhere in ["", "7", "x-7", "7-", "9223372036854775807-1"] {
            assert_eq!(nowhere.parse::<Position>(), Err(Nowhere), "{nowhere}");
        }
    }
}
