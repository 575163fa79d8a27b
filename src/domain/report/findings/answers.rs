//! What an answer says by itself: not readable, not asked, two things at once, a date that cannot be.

use super::rule::{IN_PERIOD, PAST};
use super::{Finding, Reading, Rule, Said, Severity};
use crate::domain::calendar::{day_in_words, read_day};
use crate::domain::form::Fields;
use crate::domain::form::answer;
use crate::domain::form::definition::Kind;
use chrono::NaiveDate;

pub(super) fn find(reading: &Reading<'_>, said: &Said<'_>, found: &mut Vec<Finding>) {
    let about = said.about();
    for problem in said.item.problems(said.fields) {
        let message = format!("{about}: {}", problem.message);
        found.push(said.finding(Rule::NotValid, Severity::Blocks, message));
    }
    not_asked(said, &about, found);
    exclusive(said, &about, found);
    dates(reading, said, &about, found);
}

fn not_asked(said: &Said<'_>, about: &str, found: &mut Vec<Finding>) {
    if said.meaning() == "relationship-asked"
        && matches!(said.fields.get("choice"), "no" | "not-asked" | "not-known")
    {
        let message = "Relationships were not asked about in this period. Ask before the report goes, or say why not";
        found.push(said.finding(Rule::RelationshipNotAsked, Severity::Consider, message));
        return;
    }
    for (asked, said_here) in said.statements() {
        if matches!(said_here.get("choice"), "not-asked" | "not-known") {
            let words = answer::in_words(&asked, &said_here).unwrap_or_default();
            let words = words.lines().next().unwrap_or_default().to_owned();
            let message = format!("{about}: “{words}”");
            found.push(said.finding(Rule::NotAsked, Severity::Consider, message));
        }
    }
}

/// An option called `none` excludes the others; so does the source "only the person's own account".
fn exclusive(said: &Said<'_>, about: &str, found: &mut Vec<Finding>) {
    for (asked, here) in said.statements() {
        let both = |field: &str, alone: &str| {
            let ticked: Vec<_> = here.ticked(field).collect();
            ticked.len() > 1 && ticked.contains(&alone)
        };
        if asked.kind == Kind::Choices && both("choices", "none") {
            let message =
                format!("“None of these” is ticked together with something else: {about}");
            found.push(said.finding(Rule::ExclusiveOptions, Severity::Consider, message));
        }
        if asked.how_known && both("basis", "self-report") {
            let message = format!(
                "“Only the person's own account” is ticked together with another source: {about}"
            );
            found.push(said.finding(Rule::ExclusiveOptions, Severity::Note, message));
        }
    }
}

fn dates(reading: &Reading<'_>, said: &Said<'_>, about: &str, found: &mut Vec<Finding>) {
    let period = reading.evidence.period;
    let meaning = said.meaning();
    // A row's date columns: what was told, done or held, never what is planned.
    let past_rows = matches!(meaning, "condition-compliance" | "clinical-reviews");
    for (asked, here) in said.statements() {
        let Some(day) = (asked.kind == Kind::Date).then(|| day_of(&here)).flatten() else {
            continue;
        };
        let words = day_in_words(day);
        if (PAST.contains(&meaning) || past_rows) && day > period.to {
            let message = format!(
                "{about}: {words} comes after {}, the day up to which the report speaks",
                day_in_words(period.to)
            );
            found.push(said.finding(Rule::DateAhead, Severity::Consider, message));
        } else if IN_PERIOD.contains(&meaning) && day < period.from {
            let message = format!(
                "{about}: {words} is before the period, which begins on {}",
                day_in_words(period.from)
            );
            found.push(said.finding(Rule::DateOutsidePeriod, Severity::Consider, message));
        }
    }
}

/// The day that an answer gives, where it can be read.
pub(super) fn day_of(fields: &Fields) -> Option<NaiveDate> {
    read_day(fields.get("day"), fields.get("month"), fields.get("year")).ok()
}
