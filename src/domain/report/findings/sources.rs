//! How statements are known, and what conditions rest on.

use super::{Finding, Reading, Rule, Said, Severity};
use crate::domain::calendar::day_in_words;
use crate::domain::condition::{Clause, Theme};
use crate::domain::form::Fields;
use crate::domain::form::answer::is_answered;
use crate::domain::form::definition::{Column, Kind, RowSource};

pub(super) fn find(reading: &Reading<'_>, said: &Said<'_>, found: &mut Vec<Finding>) {
    if said.fields.is_empty() {
        return;
    }
    unverified(reading, said, found);
    if said.item.question.rows == Some(RowSource::ConditionsInForce) {
        evidence(said, found);
    }
    for (asked, here) in said.statements() {
        // "Not asked" has no source, and needs none.
        let open = matches!(here.get("choice"), "not-asked" | "not-known")
            || (said.meaning() == "relationship-asked" && here.get("choice") == "no");
        if asked.how_known
            && is_answered(asked.kind, &here)
            && here.get("not-applicable").is_empty()
            && !open
        {
            found.extend(source(reading, said, &asked, &here));
        }
    }
}

/// Whether a statement rests on the person's own account and nothing else.
fn own_account_only(fields: &Fields) -> bool {
    fields.ticked("basis").eq(["self-report"])
}

fn source(
    reading: &Reading<'_>,
    said: &Said<'_>,
    asked: &Column,
    here: &Fields,
) -> Option<Finding> {
    let about = said.about();
    if here.get("basis").is_empty() && here.get("basis-note").is_empty() {
        let message = format!("{about}: does not say how it is known");
        return Some(said.finding(Rule::SourceNotSaid, Severity::Consider, message));
    }
    if !own_account_only(here) {
        return None;
    }
    let key = said.item.key();
    let in_row = said.item.row.is_some();
    let before = reading.evidence.earlier.iter().take_while(|report| {
        report.answers.get(&key).is_some_and(|then| {
            if in_row {
                own_account_only(&then.column(&asked.id))
            } else {
                own_account_only(then)
            }
        })
    });
    let streak = in_a_row(1 + before.count());
    let message = format!("{about}: only the person's own account{streak}");
    Some(match &reading.evidence.record.self_report_unreliable {
        Some(known) => {
            let because = format!(
                "The person's own account has proved unreliable: {}. {}",
                day_in_words(known.on),
                known.note
            );
            Finding {
                because: Some(because),
                ..said.finding(Rule::SelfReportUnreliable, Severity::Consider, message)
            }
        }
        None => said.finding(Rule::SelfReportOnly, Severity::Consider, message),
    })
}

/// A streak in words, where there is one.
pub(super) fn in_a_row(reports: usize) -> String {
    match reports {
        0 | 1 => String::new(),
        2 => ", for the second report in a row".to_owned(),
        n => format!(", for {n} reports in a row"),
    }
}

fn evidence(said: &Said<'_>, found: &mut Vec<Finding>) {
    let statements = said.statements();
    let status = statements
        .iter()
        .find(|(c, _)| c.required && c.kind == Kind::Choice);
    let shown = statements
        .iter()
        .filter(|(c, _)| c.how_known)
        .any(|(c, here)| is_answered(c.kind, here));
    let Some((asked, here)) = status else { return };
    let chosen = asked.options.iter().find(|o| o.id == here.get("choice"));
    // An option that asks for its own reason ("not tested, because …") has its evidence there.
    let reasoned = !here.get("detail").is_empty();
    if chosen.is_some() && !shown && !reasoned {
        let message = format!("No evidence is given: {}", said.about());
        found.push(said.finding(Rule::ConditionWithoutEvidence, Severity::Consider, message));
    }
}

/// Whether the answer about relationships was checked with anybody.
fn unverified(reading: &Reading<'_>, said: &Said<'_>, found: &mut Vec<Finding>) {
    if said.meaning() != "relationship-verified" {
        return;
    }
    let words = match said.fields.get("choice") {
        "self-report" => "The answer about relationships was not checked with anybody",
        "tried" => "The answer about relationships could not be checked",
        "contradicted" => {
            "The answer about relationships was contradicted. Say what was done, and whether MHCS was told"
        }
        _ => return,
    };
    let evidence = reading.evidence;
    let (from, to) = (evidence.period.from, evidence.period.to);
    let demanded = evidence
        .record
        .conditions_between(from, to)
        .iter()
        .any(|c| {
            c.theme == Theme::Relationships || c.clauses.contains(&Clause::DiscloseRelationships)
        });
    let weighs = demanded
        || evidence.record.self_report_unreliable.is_some()
        || said.fields.get("choice") == "contradicted";
    let (severity, why) = match (weighs, demanded) {
        (true, true) => (Severity::Consider, ". A condition asks for disclosure"),
        (true, false) => (Severity::Consider, ""),
        _ => (Severity::Note, ""),
    };
    found.push(said.finding(
        Rule::RelationshipUnverified,
        severity,
        format!("{words}{why}"),
    ));
}
