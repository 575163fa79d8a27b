//! Ratings and actions as CSV. A cell that a spreadsheet would take for a formula is kept text: it
//! gets an apostrophe before it. The file begins with a byte order mark, so that programs read UTF-8.

use crate::domain::self_assessment::action_plan::Action;
use crate::domain::self_assessment::content::Content;
use crate::domain::self_assessment::rating::{Evidence, Rating};
use chrono::NaiveDate;

fn cell(text: &str) -> String {
    let risky = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%'])
        || text.starts_with(['\t', '\r', '\n']);
    let guard = if risky { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|c| cell(c)).collect();
    format!("{}\r\n", cells.join(","))
}

/// The ratings, one criterion a row.
pub fn ratings(content: &Content) -> String {
    let mut out = String::from("\u{feff}");
    out += &row(&[
        "Standards (proposed, not the official framework)",
        "Domain",
        "Criterion",
        "Standard",
        "Type",
        "Rating",
        "Not applicable, because",
        "Set by",
        "Evidence",
        "Links",
        "Rated by",
    ]);
    for (domain, c) in content.framework.criteria() {
        let rated = content.rated(&c.id);
        let judgement = rated.and_then(|r| r.judgement.as_ref());
        let pieces = judgement.map(|j| j.evidence.as_slice()).unwrap_or_default();
        let evidence: Vec<String> = pieces.iter().map(Evidence::in_words).collect();
        let links: Vec<&str> = pieces
            .iter()
            .map(|p| p.link.as_str())
            .filter(|l| !l.is_empty())
            .collect();
        out += &row(&[
            &content.framework.version.to_string(),
            &domain.title,
            &c.id,
            &c.title,
            c.weight.short(),
            judgement.map_or("Not rated", |j| Rating::short(j.rating)),
            judgement.map_or("", |j| &j.because),
            judgement.map_or("", |j| &j.weakest),
            &evidence.join("\n"),
            &links.join(" "),
            rated.map_or("", |r| &r.by),
        ]);
    }
    out
}

/// The action plan, one action a row.
pub fn actions(content: &Content, today: NaiveDate) -> String {
    let mut out = String::from("\u{feff}");
    out += &row(&[
        "Criterion",
        "Action",
        "Owner",
        "Due",
        "How it stands",
        "Carried over",
        "Evidence of completion",
    ]);
    for a in &content.actions {
        out += &row(&[
            &a.criterion,
            &a.what,
            &a.owner_name,
            &a.due.to_string(),
            &a.words(today),
            if a.carried { "yes" } else { "no" },
            evidence(a),
        ]);
    }
    out
}

fn evidence(a: &Action) -> &str {
    let last = a.updates.iter().rev().find(|u| !u.evidence.is_empty());
    last.map_or("", |u| &u.evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_stay_text() {
        for bad in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            " =1",
            "=HYPERLINK(\"x\")",
            "%x",
            "|x",
        ] {
            assert!(cell(bad).starts_with("\"'"), "{bad}");
        }
        assert_eq!(cell("plain \"quoted\""), "\"plain \"\"quoted\"\"\"");
        assert_eq!(row(&["a", "b"]), "\"a\",\"b\"\r\n");
    }

    proptest! {
        #[test]
        fn every_cell_is_one_cell(text in any::<String>()) {
            let cell = cell(&text);
            let inner = &cell[1..cell.len() - 1];
            prop_assert!(!inner.replace("\"\"", "").contains('"'));
        }
    }
}
