//! Local policies and procedures.

use super::reader::Reader;
use super::{CRITERIA_HINT, LONGEST_LINE, choice, column};
use crate::domain::assurance::registers::Policy;
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use crate::domain::link;
use chrono::NaiveDate;

/// The questions about a policy.
#[must_use]
pub fn policy_columns() -> Vec<Column> {
    vec![
        column("title", "Title", None, Kind::ShortText),
        column("edition", "Edition or version", None, Kind::ShortText),
        column(
            "owner",
            "Who owns it?",
            Some("The post, for example principal social worker"),
            Kind::ShortText,
        ),
        column("approved", "When was it approved?", None, Kind::Date),
        column("review", "When is it due for review?", None, Kind::Date),
        column(
            "kept",
            "Where is it kept?",
            Some("A link that begins with https://, or the place"),
            Kind::ShortText,
        ),
        column(
            "criteria",
            "Which criteria does it support?",
            Some(CRITERIA_HINT),
            Kind::ShortText,
        ),
        choice(
            "read",
            "Should staff say that they have read it?",
            Kind::Choice,
            &[("yes", "Yes"), ("no", "No")],
        ),
    ]
}

/// Reads a policy.
///
/// # Errors
/// What is wrong, each beside its field (`column.field`).
pub fn read_policy(typed: &Fields, today: NaiveDate) -> Result<Policy, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let policy = Policy {
        title: r.text("title", LONGEST_LINE, "Give the title"),
        edition: r.text("edition", LONGEST_LINE, "Say which edition it is"),
        owner: r.text("owner", LONGEST_LINE, "Say who owns it"),
        approved_on: r.past_day("approved"),
        review_on: r.day("review"),
        kept_at: r.text("kept", link::LONGEST, "Say where it is kept"),
        criteria: r.criteria(),
        to_be_read: typed.get("read.choice") == "yes",
    };
    // A place may be anything; what looks like an address of another kind is no link to follow.
    if policy.kept_at.contains("://")
        && let Err(message) = link::check(&policy.kept_at)
    {
        r.wrong("kept.text", message);
    }
    if !matches!(typed.get("read.choice"), "yes" | "no") {
        r.wrong(
            "read.choice",
            "Say whether staff should confirm that they have read it",
        );
    }
    r.not_before(
        "review",
        policy.review_on,
        policy.approved_on,
        "The review date cannot be before the day of approval",
    );
    r.done(policy)
}

/// What a policy reads as in its form again, to begin a new edition from.
#[must_use]
pub fn policy_fields(policy: &Policy) -> Fields {
    let read = if policy.to_be_read { "yes" } else { "no" };
    let criteria = policy.criteria.join(", ");
    Fields::new([
        ("title.text", policy.title.as_str()),
        ("owner.text", &policy.owner),
        ("kept.text", &policy.kept_at),
        ("criteria.text", &criteria),
        ("read.choice", read),
    ])
}
