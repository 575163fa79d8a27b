//! The picture of a chart: bars with their labels and figures. To whoever listens it is one image
//! with a name; to whoever sees it, length and words say everything and colour nothing.

use super::Escaped;
use crate::document::text::one_line;
use crate::document::tree::{Bar, Chart};
use std::fmt::Write as _;

/// The width of the picture; all lengths are in its units, and it scales with the page.
const WIDTH: f64 = 600.0;
/// Where bars begin.
const START: f64 = 180.0;
/// The longest bar; the rest is for its figure.
const LONGEST: f64 = 330.0;
/// The height of a row.
const ROW: usize = 24;
/// More bars than this are not drawn: the table says the same.
const MOST_BARS: usize = 30;
/// The most characters of a label beside its bar; the table has all of them.
const LABEL: usize = 24;

/// The bars of `chart` as inline SVG, if they can be drawn legibly.
pub(super) fn picture(chart: &Chart) -> Option<String> {
    let bars = chart.bars();
    if bars.is_empty() || bars.len() > MOST_BARS {
        return None;
    }
    let longest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let name = one_line(chart.alternative());
    let height = bars.len() * ROW;
    let mut svg = format!(
        "<svg class=\"paper-chart\" role=\"img\" aria-label=\"{}\" font-size=\"13\" \
         viewBox=\"0 0 {WIDTH} {height}\">\n",
        Escaped(&name)
    );
    for (index, bar) in bars.iter().enumerate() {
        // The longest value may be nought; then no bar has a length.
        let share = if longest > 0.0 {
            bar.value / longest
        } else {
            0.0
        };
        row(&mut svg, bar, index * ROW, share * LONGEST).expect("writing to a string cannot fail");
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

fn row(svg: &mut String, bar: &Bar, top: usize, length: f64) -> std::fmt::Result {
    let (top, baseline) = (top + 4, top + 17);
    let label = shortened(&one_line(&bar.label));
    let figure = bar.figure();
    write!(
        svg,
        "<text x=\"0\" y=\"{baseline}\">{}</text>",
        Escaped(&label)
    )?;
    write!(
        svg,
        "<rect class=\"paper-bar\" x=\"{START}\" y=\"{top}\" width=\"{length:.1}\" height=\"16\"/>"
    )?;
    let end = START + length + 6.0;
    writeln!(svg, "<text x=\"{end:.1}\" y=\"{baseline}\">{figure}</text>")
}

/// `label`, or as much of it as stands beside a bar.
fn shortened(label: &str) -> String {
    if label.chars().count() <= LABEL {
        return label.to_owned();
    }
    let kept: String = label.chars().take(LABEL - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(bars: Vec<Bar>) -> Chart {
        Chart::new("Title", "Says \"all\"", ["Month", "Contacts"], bars).expect("drawable")
    }

    #[test]
    fn a_picture_has_a_name_and_says_every_figure() {
        let svg = picture(&chart(vec![Bar::new("May", 4.0), Bar::new("June", 1.5)]));
        let svg = svg.expect("drawn");
        assert!(svg.contains("role=\"img\" aria-label=\"Says &quot;all&quot;\""));
        for part in [
            "<text x=\"516.0\" y=\"17\">4</text>",
            "width=\"123.8\"",
            ">June</text>",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }

    #[test]
    fn nothing_is_drawn_of_nothing_or_of_too_much() {
        assert_eq!(picture(&chart(vec![])), None);
        assert_eq!(
            picture(&chart(vec![Bar::new("x", 1.0); MOST_BARS + 1])),
            None
        );
        assert!(picture(&chart(vec![Bar::new("x", 0.0)])).is_some());
    }

    #[test]
    fn a_long_label_ends_in_an_ellipsis() {
        assert_eq!(
            shortened("twenty-three and a half apples"),
            "twenty-three and a half…"
        );
    }
}
