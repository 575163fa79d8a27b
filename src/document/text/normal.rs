//! The one place where typed text is changed before it is set.
//!
//! 1. Every line end (carriage return, next line, line separator, form feed, vertical tab) becomes
//!    a newline, a paragraph separator two. A tab and every other white space becomes a space, or
//!    a no-break space if no line may end there: not every face has spaces of other widths.
//! 2. Characters without ink that could hide or reorder text are dropped: other controls, bidi
//!    marks, embeddings, overrides and isolates, zero-width characters, fillers, variation
//!    selectors, tags. Joiners stay where a script needs them, after Arabic and Indic letters.
//! 3. A sign that stands for whole words, as Arabic has some, becomes its words: it is wider than a
//!    narrow column and cannot be broken, and not every reader says it.
//! 4. The rest is put into Unicode's composed normal form (NFC).
//! 5. At most [`MOST_MARKS`] combining marks stay on one letter, so that no text covers another.

use std::borrow::Cow;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, char::is_combining_mark, is_nfc_quick,
};

/// The most combining marks on one letter. Living scripts need four.
pub const MOST_MARKS: usize = 6;

/// `text` as it is set; see the head of this module for what changes. Normalising twice is the
/// same as normalising once.
#[must_use]
pub fn normalise(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return Cow::Borrowed(text);
    }
    let cleaned = clean(text);
    let composed = match is_nfc_quick(cleaned.chars()) {
        IsNormalized::Yes => cleaned,
        IsNormalized::No | IsNormalized::Maybe => cleaned.nfc().collect(),
    };
    Cow::Owned(thin_marks(composed))
}

/// The control characters of `text` that are dropped, each once, in order of appearance: no line end, no
/// tab, and so perhaps something that was meant. The other characters without ink are not told: they only
/// steer how their neighbours are drawn, which is decided here without them, and no letter is lost.
#[must_use]
pub fn left_out(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars().filter(|c| c.is_control()) {
        let spaced = matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}');
        if !spaced && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// Steps 1 to 3.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letter = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' => out.push('\n'),
            '\u{2029}' => out.push_str("\n\n"),
            '\t'
            | '\u{1680}'
            | '\u{2000}'..='\u{2006}'
            | '\u{2008}'..='\u{200a}'
            | '\u{205f}'
            | '\u{3000}' => out.push(' '),
            '\u{2007}' | '\u{202f}' => out.push('\u{a0}'),
            _ if is_joiner(c) && !joins(letter) => {}
            _ if is_inkless(c) => {}
            // It has no decomposition in Unicode.
            '\u{fdfd}' => out.push_str("بسم الله الرحمن الرحيم"),
            '\u{fdf0}'..='\u{fdfc}' => out.extend(std::iter::once(c).nfkc()),
            _ => out.push(c),
        }
        // The letter and not its last mark decides on joiners, for composing may reorder marks.
        if let Some(last) = out.chars().next_back()
            && !is_joiner(last)
            && !is_combining_mark(last)
        {
            letter = last;
        }
    }
    out
}

/// Step 5. It comes after composing, which can make two marks of one.
fn thin_marks(mut text: String) -> String {
    let mut marks = 0;
    text.retain(|c| {
        if is_combining_mark(c) {
            marks += 1;
        } else if !is_joiner(c) {
            marks = 0;
        }
        marks <= MOST_MARKS || is_joiner(c)
    });
    text
}

/// Whether `c` says how its neighbours join and has no shape of its own.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a joiner after the letter `c` can change how the word is written.
fn joins(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}')
}

/// Whether `c` has no ink of its own and is not white space: a control, or a code point that
/// Unicode says to ignore when it cannot be shown.
fn is_inkless(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(
            normalise("Report (draft)\nPage 1"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn every_line_end_is_a_newline_and_a_tab_is_a_space() {
        assert_eq!(
            normalise("a\r\nb\rc\u{85}d\u{2028}e\u{2029}f\tg"),
            "a\nb\nc\nd\ne\n\nf g"
        );
    }

    #[test]
    fn white_space_of_any_width_is_a_space() {
        assert_eq!(
            normalise("a\u{1680}b\u{2003}c\u{3000}d\u{202f}e\u{2007}f"),
            "a b c d\u{a0}e\u{a0}f"
        );
    }

    #[test]
    fn what_hides_or_reorders_text_is_dropped() {
        assert_eq!(
            normalise("\u{feff}a\u{202e}b\u{2066}c\u{200b}d\u{0}e\u{ad}f\u{e0041}g"),
            "abcdefg"
        );
    }

    #[test]
    fn controls_that_are_dropped_are_told_and_what_only_steers_is_not() {
        let spaced = "a\tb\nc\rd\u{b}e\u{c}f\u{85}g";
        assert_eq!(left_out(spaced), Vec::<char>::new());
        let steered = "\u{202e}a\u{200d}\u{feff}b\u{ad}c";
        assert_eq!(left_out(steered), Vec::<char>::new());
        assert_eq!(
            left_out("a\u{7}b\u{9c}\u{7}c\u{7f}"),
            ['\u{7}', '\u{9c}', '\u{7f}']
        );
    }

    #[test]
    fn joiners_stay_in_the_scripts_that_need_them() {
        assert_eq!(normalise("می\u{200c}خواهم"), "می\u{200c}خواهم");
        assert_eq!(normalise("क\u{94d}\u{200d}ष"), "क\u{94d}\u{200d}ष");
        assert_eq!(normalise("a\u{200d}b"), "ab");
    }

    #[test]
    fn a_sign_for_whole_words_becomes_its_words() {
        assert_eq!(normalise("ﷴ"), "محمد");
        assert_eq!(normalise("ﷺ"), "صلى الله عليه وسلم");
        assert_eq!(normalise("﷽"), "بسم الله الرحمن الرحيم");
    }

    #[test]
    fn decomposed_letters_are_composed() {
        assert_eq!(normalise("Nguye\u{302}\u{303}n Sia\u{302}n"), "Nguyễn Siân");
    }

    #[test]
    fn a_mark_that_falls_into_two_is_counted_as_two() {
        let once = normalise("b\u{344}\u{344}\u{344}\u{344}").into_owned();
        assert_eq!(once, format!("b{}", "\u{308}\u{301}".repeat(3)));
        assert_eq!(normalise(&once), once);
    }

    #[test]
    fn marks_beyond_the_sixth_are_dropped() {
        let zalgo = format!("x{}y", "\u{336}".repeat(50));
        assert_eq!(
            normalise(&zalgo),
            format!("x{}y", "\u{336}".repeat(MOST_MARKS))
        );
    }

    proptest! {
        #[test]
        fn every_control_is_told_or_becomes_white_space(c in prop::char::range('\0', '\u{9f}')) {
            let set = normalise(&format!("a{c}b")).into_owned();
            prop_assert_eq!(set == "ab", left_out(&c.to_string()) == [c]);
        }

        #[test]
        fn normalising_twice_changes_nothing_more(text in "(\\PC|\\p{M}{1,9}|\\r|\u{200d}){0,40}") {
            let once = normalise(&text).into_owned();
            prop_assert_eq!(normalise(&once).into_owned(), once.clone());
        }
    }
}
