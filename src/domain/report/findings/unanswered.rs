//! What has no answer. Which rule says so depends on what the question means; whether it blocks, on the form.

use super::{Finding, Reading, Rule, Said, Severity};
use crate::domain::form::definition::RowSource;
use crate::domain::form::progress::is_required;

/// Meanings that every report is expected to speak to.
const EVERY_TIME: [&str; 9] = [
    "relationship-verified",
    "substance-use",
    "incidents",
    "victim-contact",
    "mappa-view",
    "safeguarding",
    "risk-current",
    "report-shared",
    "seen-alone",
];

pub(super) fn find(reading: &Reading<'_>, said: &Said<'_>, found: &mut Vec<Finding>) {
    let item = said.item;
    if item.is_optional_row() || item.is_answered(said.fields) {
        return;
    }
    let required = is_required(item);
    let severity = if required {
        Severity::Blocks
    } else {
        Severity::Consider
    };
    let about = said.about();
    let (rule, message) = match (item.question.rows, said.meaning()) {
        (Some(RowSource::Events), _) => (
            Rule::EntryUnanswered,
            format!("An event on the record has no answer of its own: {about}"),
        ),
        (Some(RowSource::NightsAway), _) => (
            Rule::EntryUnanswered,
            format!("A night away on the record has no answer of its own: {about}"),
        ),
        (Some(RowSource::Contacts), _)
            if required
                || item
                    .row
                    .is_some_and(|r| reading.missed.contains(r.id.as_str())) =>
        {
            (
                Rule::EntryUnanswered,
                format!("A missed contact has no answer of its own: {about}"),
            )
        }
        (_, "risk-change" | "risk-signs" | "risk-contingency") => {
            (Rule::RiskUnanswered, format!("Not answered: {about}"))
        }
        (_, "relationship-asked") => (
            Rule::RelationshipNotAsked,
            format!("It does not say whether relationships were asked about: {about}"),
        ),
        (_, "recommendation-reasons") => (
            Rule::RecommendationWithoutReasons,
            format!("The recommendation has no reasons: {about}"),
        ),
        (_, "patient-view") => (
            Rule::PatientViewAbsent,
            format!("The person's own view is missing, and no reason is given: {about}"),
        ),
        _ if required => (Rule::Missing, format!("Not answered: {about}")),
        (_, meaning) if EVERY_TIME.contains(&meaning) && said.fields.is_empty() => (
            Rule::AskedEveryTime,
            format!("Asked every time and not answered: {about}"),
        ),
        _ => return,
    };
    found.push(said.finding(rule, severity, message));
}
