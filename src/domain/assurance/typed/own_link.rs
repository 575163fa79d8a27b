//! An organisation's own links and contacts beside the guidance.

use super::reader::Reader;
use super::{LONGEST_LINE, column};
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use chrono::NaiveDate;

/// The questions about a link or contact of the organisation's own.
#[must_use]
pub fn link_columns() -> Vec<Column> {
    vec![
        column(
            "words",
            "What is it?",
            Some("For example: Out-of-hours duty manager, 01632 960000"),
            Kind::ShortText,
        ),
        column(
            "link",
            "Link",
            Some("Begins with https:// or http://. Leave empty for a contact"),
            Kind::ShortText,
        ),
    ]
}

/// A link or contact, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLink {
    /// What it is.
    pub words: String,
    /// Where it leads; empty for a contact.
    pub link: String,
}

/// Reads a link or contact.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn read_link(typed: &Fields, today: NaiveDate) -> Result<OwnLink, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let link = OwnLink {
        words: r.text("words", LONGEST_LINE, "Say what it is"),
        link: r.optional_link("link"),
    };
    r.done(link)
}
