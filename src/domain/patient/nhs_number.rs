//! NHS numbers, checked as they are typed.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A valid NHS number: ten digits, the last a check digit (modulus 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NhsNumber(String);

/// Why a text is not an NHS number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NhsNumberProblem {
    /// Not ten digits.
    NotTenDigits,
    /// The check digit does not agree: a digit was probably mistyped.
    CheckDigit,
}

impl fmt::Display for NhsNumberProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTenDigits => "An NHS number has 10 digits",
            Self::CheckDigit => "That is not a valid NHS number: check each digit",
        })
    }
}

impl std::error::Error for NhsNumberProblem {}

impl NhsNumber {
    /// Reads a number typed with or without spaces.
    ///
    /// # Errors
    /// [`NhsNumberProblem`] when it has not ten digits or its check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, NhsNumberProblem> {
        let digits: Vec<u32> = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .filter_map(|c| c.to_digit(10))
            .collect();
        let others = text
            .chars()
            .any(|c| !c.is_whitespace() && c != '-' && !c.is_ascii_digit());
        if digits.len() != 10 || others {
            return Err(NhsNumberProblem::NotTenDigits);
        }
        let sum: u32 = digits.iter().zip((2..=10).rev()).map(|(d, w)| d * w).sum();
        let check = match 11 - sum % 11 {
            11 => 0,
            n => n,
        };
        if check != digits[9] {
            return Err(NhsNumberProblem::CheckDigit);
        }
        Ok(Self(
            digits
                .iter()
                .filter_map(|d| char::from_digit(*d, 10))
                .collect(),
        ))
    }
}

impl fmt::Display for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", &self.0[..3], &self.0[3..6], &self.0[6..])
    }
}

impl TryFrom<String> for NhsNumber {
    type Error = NhsNumberProblem;
    fn try_from(text: String) -> Result<Self, NhsNumberProblem> {
        Self::parse(&text)
    }
}

impl From<NhsNumber> for String {
    fn from(number: NhsNumber) -> String {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nhs_number_is_checked() {
        assert_eq!(
            NhsNumber::parse("943 476 5919").unwrap().to_string(),
            "943 476 5919"
        );
        assert_eq!(
            NhsNumber::parse("9434765918"),
            Err(NhsNumberProblem::CheckDigit)
        );
        for short in ["", "943", "94347659190", "943476591x"] {
            assert_eq!(
                NhsNumber::parse(short),
                Err(NhsNumberProblem::NotTenDigits),
                "{short}"
            );
        }
    }
}
