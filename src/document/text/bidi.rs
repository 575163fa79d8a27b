//! Left and right: the embedding level of each byte, and the visual order of a line.

use unicode_bidi::{BidiInfo, Level};

/// The embedding levels of a text. Text without right-to-left letters is not analysed at all.
pub(super) struct Levels<'a>(Option<BidiInfo<'a>>);

impl<'a> Levels<'a> {
    /// Each line of `text` takes its direction from its first strong letter.
    pub(super) fn of(text: &'a str) -> Self {
        Self(
            text.chars()
                .any(may_be_right_to_left)
                .then(|| BidiInfo::new(text, None)),
        )
    }

    /// Whether everything runs from left to right.
    pub(super) fn are_plain(&self) -> bool {
        self.0.is_none()
    }

    /// The level of the character that starts at byte `at`: odd runs right to left.
    pub(super) fn at(&self, at: usize) -> u8 {
        self.0.as_ref().map_or(0, |info| info.levels[at].number())
    }

    /// The level of the paragraph that byte `at` lies in.
    pub(super) fn base(&self, at: usize) -> u8 {
        let Some(info) = &self.0 else { return 0 };
        let next = info
            .paragraphs
            .partition_point(|paragraph| paragraph.range.end <= at);
        info.paragraphs
            .get(next)
            .map_or(0, |paragraph| paragraph.level.number())
    }
}

fn may_be_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The maximal parts of `text` in which every character has the same level, with their starts.
pub(super) fn same_level(
    text: &str,
    level: impl Fn(usize) -> u8,
) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let first = level(start);
        let differs = rest
            .char_indices()
            .find(|&(at, _)| level(start + at) != first);
        let length = differs.map_or(rest.len(), |(at, _)| at);
        let part = (start, &rest[..length]);
        start += length;
        Some(part)
    })
}

/// Whether `line` runs from right to left as a whole, and its maximal parts that run one way, in
/// reading order.
#[must_use]
pub fn directed(line: &str) -> (bool, Vec<&str>) {
    let levels = Levels::of(line);
    let parts = same_level(line, |at| levels.at(at)).map(|(_, part)| part);
    (levels.base(0) % 2 == 1, parts.collect())
}

/// The order, from left to right, in which pieces of these levels stand in a line (rule L2).
pub(super) fn visual_order(levels: &[u8]) -> Vec<usize> {
    let valid = |&level: &u8| Level::new(level).unwrap_or_else(|_| Level::ltr());
    BidiInfo::reorder_visual(&levels.iter().map(valid).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_text_is_not_analysed() {
        assert!(Levels::of("Siân 王小明 बिनोद").are_plain());
    }

    #[test]
    fn each_line_has_its_own_direction() {
        let text = "سلام\nHello";
        let levels = Levels::of(text);
        assert_eq!((levels.base(0), levels.base(text.len() - 1)), (1, 0));
    }

    #[test]
    fn a_line_is_parted_where_its_direction_changes() {
        assert_eq!(directed("سلام Tom 12"), (true, vec!["سلام ", "Tom 12"]));
        assert_eq!(directed("Hello"), (false, vec!["Hello"]));
        assert_eq!(directed(""), (false, vec![]));
    }

    #[test]
    fn a_latin_word_in_arabic_stands_in_place() {
        assert_eq!(visual_order(&[1, 2, 2, 1]), [3, 1, 2, 0]);
    }
}
