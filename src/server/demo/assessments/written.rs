//! What is rated, and what is typed with it.

use crate::domain::form::Fields;
use crate::domain::self_assessment::framework::{Criterion, Weight};
use crate::domain::self_assessment::rating::Rating;

/// What a criterion is rated in a year: rising a little, with the marks of a real service.
pub(super) fn rating(offset: usize, c: &Criterion, n: usize, year: usize) -> &'static str {
    if offset == 0 && year >= 2 {
        match (c.id.as_str(), year) {
            ("1.5", _) => return "na",
            ("8.2" | "3.4", 3) => return "2",
            ("8.2", _) => return "1",
            ("3.4", _) => return "0",
            (id, _) if id.starts_with("7.") => return "3",
            _ => {}
        }
    }
    let pattern = ["2", "3", "2", "1", "2", "3", "2", "2", "1", "3", "2"];
    let rated = pattern[(n * 3 + offset) % pattern.len()];
    match (year, rated, c.weight) {
        (1, "3", _) => "2",
        (1, "2", _) if n.is_multiple_of(5) => "1",
        (3, "2", _) if n % 6 == 1 => "3",
        (3, "3", Weight::Expected) if n.is_multiple_of(4) => "2",
        // By the second year few of the proposed musts are left below 2.
        (2.., "1", Weight::Must) if !n.is_multiple_of(4) => "2",
        _ => rated,
    }
}

/// What somebody typed for a criterion.
pub(super) fn typed(c: &Criterion, rating: &str) -> Fields {
    let evidence = c.evidence.first().map_or("", String::as_str);
    let mut all = vec![
        ("rating", rating.to_owned()),
        ("evidence.1.text", format!("Looked at: {evidence}.")),
    ];
    if rating == "na" {
        all.push((
            "because",
            "No patient here has such conditions, and none is expected this year.".into(),
        ));
    }
    if matches!(rating, "0" | "1") {
        all.push((
            "weakest",
            "The part of the service that covers the smaller towns".into(),
        ));
    }
    if rating == "3" {
        all.push((
            "evidence.2.link",
            format!("https://intranet.example.org/quality/{}", c.id),
        ));
    }
    Fields::new(all)
}

/// A rating that a challenger might give instead.
pub(super) fn other(rated: &str) -> Rating {
    match rated {
        "1" => Rating::Rated(2),
        _ => Rating::Rated(1),
    }
}
