//! Comma-separated values that a spreadsheet takes for text and nothing else (RFC 4180).

/// One line. Every cell is quoted. A cell that a spreadsheet would take for a formula gets an
/// apostrophe in front: `=`, `+`, `-`, `@`, tab, return, also after blanks, and their full-width forms.
#[must_use]
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", quoted.join(","))
}

fn cell(text: &str) -> String {
    let first = text
        .trim_start_matches([' ', '\u{a0}', '\u{feff}'])
        .chars()
        .next();
    let formula = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '|' | '＝' | '＋' | '－' | '＠')
    );
    let guard = if formula { "'" } else { "" };
    // Other control characters mean nothing in a cell and much to some programs.
    let shown: String = text
        .chars()
        .map(|c| {
            if c.is_control() && !matches!(c, '\t' | '\n' | '\r') {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect();
    format!("\"{guard}{}\"", shown.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text() {
        for bad in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " =1",
            "|cmd",
            "＝1",
            "=HYPERLINK(\"x\")",
        ] {
            assert!(line([bad]).starts_with("\"'"), "{bad}");
        }
        assert_eq!(line(["a \"b\"", "", "ü"]), "\"a \"\"b\"\"\",\"\",\"ü\"\r\n");
    }

    proptest! {
        /// Quotes inside are doubled, so no text ends its own cell.
        #[test]
        fn one_cell_stays_one_cell(text in "\\PC{0,40}") {
            let line = line([text.as_str()]);
            let inside = &line[1..line.len() - 3];
            prop_assert!(!inside.replace("\"\"", "").contains('"'));
        }
    }
}
