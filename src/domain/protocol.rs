//! Whom to tell and how fast: the suggested list until an organisation confirms or rewords its rows.

use super::calendar::day_in_words;
use super::timeline::notifiable::{Notifiable, Urgency};
use chrono::NaiveDate;

/// A row as an organisation confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// How fast.
    pub urgency: Urgency,
    /// Who tells.
    pub who: String,
    /// What to do here.
    pub words: String,
    /// The day of the confirmation.
    pub on: NaiveDate,
    /// Who recorded it.
    pub by: String,
}

/// Shown with every row that nobody has confirmed.
pub const SUGGESTED: &str = "Suggested, not confirmed by your organisation";

/// A row as it is shown to somebody who needs it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The event.
    pub event: String,
    /// How fast, in words.
    pub urgency: Urgency,
    /// Who tells.
    pub who: String,
    /// What to do, or why it matters.
    pub words: String,
    /// Who else is told.
    pub also: Vec<String>,
    /// Whether the organisation has confirmed it, in words.
    pub standing: String,
    /// Whether it has.
    pub confirmed: bool,
}

/// The row of an event.
#[must_use]
pub fn row(suggested: &Notifiable, confirmed: Option<&Confirmed>) -> Row {
    let also = suggested
        .also_tell
        .iter()
        .map(|a| also_in_words(a))
        .collect();
    match confirmed {
        Some(c) => Row {
            event: suggested.label.clone(),
            urgency: c.urgency,
            who: c.who.clone(),
            words: c.words.clone(),
            also,
            standing: format!("Confirmed by your organisation on {}", day_in_words(c.on)),
            confirmed: true,
        },
        None => Row {
            event: suggested.label.clone(),
            urgency: suggested.urgency,
            who: suggested.who.clone(),
            words: suggested.why.clone(),
            also,
            standing: format!("{SUGGESTED} ({})", suggested.confidence.words()),
            confirmed: false,
        },
    }
}

fn also_in_words(who: &str) -> String {
    match who {
        "police" => "the police",
        "clinical-supervisor" => "the clinical supervisor",
        "social-supervisor" => "the social supervisor",
        "manager" => "the line manager",
        "mappa" => "MAPPA",
        "vlo" => "the victim liaison officer",
        "provider" => "the provider",
        "safeguarding" => "safeguarding",
        other => other,
    }
    .to_owned()
}

/// Whom to ring. Numbers are the organisation's own and are never seeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgentContact {
    /// Telephone.
    pub telephone: String,
    /// Mailbox.
    pub email: String,
    /// When it is answered.
    pub hours: String,
    /// When it was last checked.
    pub checked_on: NaiveDate,
}

/// Places to ring: id and words, in the order of ringing.
pub const PLACES: [(&str, &str); 7] = [
    ("clinical-on-call", "Clinical team or consultant on call"),
    ("mhcs", "MHCS casework team, office hours"),
    ("mhcs-out-of-hours", "MHCS duty officer, out of hours"),
    ("manager-on-call", "Manager on call"),
    ("mappa", "MAPPA unit"),
    ("victim-liaison", "Victim liaison unit"),
    ("press", "Press office"),
];

/// Months after which a number should be checked again.
pub const CHECK_EVERY_MONTHS: u32 = 6;
