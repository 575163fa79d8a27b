//! How alike two texts are: normalised, without dates and numbers, in any order.

/// Words below which texts are not compared as a whole.
pub const FEWEST_WORDS: usize = 40;
/// From which likeness a text is "nearly the same".
pub const NEARLY: f64 = 0.9;

/// Names of months and days: dates are no news.
const CALENDAR: [&str; 19] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// A text as a bag of words, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(Vec<u64>);

/// FNV-1a: quick for short words, and the same on every machine.
fn mixed(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

impl Words {
    /// The words of a text: lower case, letters only; anything with a digit and the names of months and
    /// days left out.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut words = Vec::with_capacity(text.len() / 5);
        let calendar = CALENDAR.map(|name| name.bytes().fold(START, mixed));
        let (mut hash, mut letters, mut digits) = (START, 0_usize, false);
        let mut end = |hash: &mut u64, letters: &mut usize, digits: &mut bool| {
            if *letters > 0 && !*digits && !calendar.contains(hash) {
                words.push(*hash);
            }
            (*hash, *letters, *digits) = (START, 0, false);
        };
        let mut buffer = [0; 4];
        for c in text.chars() {
            if c.is_ascii_alphabetic() {
                hash = mixed(hash, c.to_ascii_lowercase() as u8);
                letters += 1;
            } else if c.is_alphabetic() {
                for lower in c.to_lowercase() {
                    hash = lower.encode_utf8(&mut buffer).bytes().fold(hash, mixed);
                }
                letters += 1;
            } else if c.is_numeric() {
                digits = true;
            } else if !matches!(c, '\'' | '’') {
                end(&mut hash, &mut letters, &mut digits);
            }
        }
        end(&mut hash, &mut letters, &mut digits);
        words.sort_unstable();
        Self(words)
    }

    /// How many words count.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// From 0 (no word in common) to 1 (the same words as often): twice the common words by all words.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let (a, b) = (&self.0, &other.0);
        if a.is_empty() && b.is_empty() {
            return 1.0;
        }
        let (mut i, mut j, mut common) = (0, 0, 0_u32);
        while i < a.len() && j < b.len() {
            match a[i].cmp(&b[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    common += 1;
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        let all = u32::try_from(a.len() + b.len()).unwrap_or(u32::MAX);
        2.0 * f64::from(common) / f64::from(all)
    }

    /// Whether both are long enough to compare and nearly the same.
    #[must_use]
    pub fn nearly(&self, other: &Self) -> bool {
        self.count() >= FEWEST_WORDS
            && other.count() >= FEWEST_WORDS
            && self.likeness(other) >= NEARLY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text() -> impl Strategy<Value = String> {
        "(?s)[a-zA-Z0-9éŵß'’ .,\n-]{0,400}"
    }

    proptest! {
        #[test]
        fn likeness_is_even_handed_and_between_nothing_and_one(a in text(), b in text()) {
            let (a, b) = (Words::of(&a), Words::of(&b));
            let like = a.likeness(&b);
            prop_assert!((0.0..=1.0).contains(&like));
            prop_assert!((like - b.likeness(&a)).abs() < f64::EPSILON);
            prop_assert!((a.likeness(&a) - 1.0).abs() < f64::EPSILON);
        }

        #[test]
        fn order_case_spacing_dates_and_numbers_make_no_difference(mut words in prop::collection::vec("[a-z]{2,9}", 1..60), seed in any::<u64>()) {
            let before = Words::of(&words.join(" "));
            let turn = usize::try_from(seed % 60).unwrap() % words.len();
            words.rotate_left(turn);
            let other = format!("On 14 March 2026, {}\n 12.5 B2", words.join(",\n ").to_uppercase());
            let after = Words::of(other.trim_start_matches("On "));
            prop_assert!((before.likeness(&after) - 1.0).abs() < f64::EPSILON);
        }

        #[test]
        fn a_word_more_is_never_more_alike(words in prop::collection::vec("[a-z]{2,9}", 1..60), n in 1_usize..40) {
            let before = Words::of(&words.join(" "));
            let added = |n: usize| Words::of(&format!("{} {}", words.join(" "), "qqzzxx ".repeat(n)));
            prop_assert!(before.likeness(&added(n)) <= before.likeness(&added(n - 1)));
        }
    }

    #[test]
    fn short_texts_are_never_called_nearly_the_same() {
        let short = Words::of("Settled. No change.");
        assert!(!short.nearly(&short));
        let long = Words::of(&"calm and well ".repeat(14));
        assert!(long.nearly(&long));
    }
}
