//! Text and dates as XML writes them, for the metadata of both file formats.

use chrono::{DateTime, Datelike, Timelike, Utc};

/// `text` as XML character data.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c => escaped.push(allowed(c)),
        }
    }
    escaped
}

/// `c`, unless it is one of the two characters that normalisation leaves and XML does not allow.
pub(super) fn allowed(c: char) -> char {
    match c {
        '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// The parts of a date. Years that have not four digits become the nearest that have.
pub(super) fn parts(date: DateTime<Utc>) -> (i32, [u32; 5]) {
    let time = [
        date.month(),
        date.day(),
        date.hour(),
        date.minute(),
        date.second(),
    ];
    (date.year().clamp(0, 9999), time)
}

/// A date as XMP and Word's properties write it.
pub(super) fn w3c_date(date: DateTime<Utc>) -> String {
    let (year, [month, day, hour, minute, second]) = parts(date);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_cannot_become_markup() {
        assert_eq!(
            escape("</rdf:li> & \u{ffff}"),
            "&lt;/rdf:li&gt; &amp; \u{fffd}"
        );
    }

    #[test]
    fn a_date_has_four_digits_for_the_year() {
        let date = DateTime::from_timestamp(1_772_445_600, 0).expect("a date");
        assert_eq!(w3c_date(date), "2026-03-02T10:00:00+00:00");
        assert_eq!(w3c_date(DateTime::<Utc>::MAX_UTC)[..5], *"9999-");
    }
}
