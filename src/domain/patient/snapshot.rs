//! Part A in words: facts of the record as they stood on a day.

mod agencies;
mod since;

pub(super) use since::changes;

use super::{Address, Contact, ContactDetails, PatientRecord, Span, Supervisor, SupervisorRole};
use crate::domain::calendar::day_in_words;
use crate::domain::condition::Condition;
use crate::domain::form::definition::RecordFact;
use crate::domain::report::circumstances::Period;
use chrono::NaiveDate;

/// A fact of the record in words, one line each; empty when nothing is recorded, which a page and a
/// paper show as "Not recorded", never as "none".
#[must_use]
pub fn in_words(fact: RecordFact, record: &PatientRecord, day: NaiveDate) -> Vec<String> {
    use RecordFact as F;
    let line = |text: &str| {
        if text.is_empty() {
            vec![]
        } else {
            vec![text.to_owned()]
        }
    };
    match fact {
        F::Names => {
            let aliases = record.aliases.iter().map(|a| format!("Also known as {a}"));
            std::iter::once(record.full_name()).chain(aliases).collect()
        }
        F::DateOfBirth => vec![day_in_words(record.date_of_birth)],
        F::NhsNumber => record.nhs_number.iter().map(ToString::to_string).collect(),
        F::MhcsReference => line(&record.mhcs_reference),
        F::Authority => authority(record),
        F::IndexOffences => record.index_offences.iter().map(offence).collect(),
        F::Discharge => vec![format!(
            "Conditionally discharged on {} by {}, from {}",
            day_in_words(record.discharge.on),
            record.discharge.by.words(),
            record.discharge.hospital
        )],
        F::Address => record.address_on(day).map(address).unwrap_or_default(),
        F::Supervisors => [SupervisorRole::Social, SupervisorRole::Clinical]
            .into_iter()
            .flat_map(|role| record.supervisors_on(role, day))
            .map(supervisor)
            .collect(),
        F::CareTeam => {
            let team = record.care_team.iter().filter(|c| c.span.holds_on(day));
            team.map(|c| format!("{}{}", contact(c), spanned(c.span)))
                .collect()
        }
        F::Conditions => record
            .conditions_between(day, day)
            .into_iter()
            .map(condition)
            .collect(),
        F::Mappa => agencies::mappa(record, day),
        F::VictimLiaison => agencies::victim_liaison(record, day),
        F::OtherOrders => agencies::orders(record, day),
        F::MentalDisorder => line(&record.mental_disorder),
        F::Communication => communication(record),
        F::Ethnicity => line(&record.ethnicity),
        F::Advocate => match &record.advocate {
            Some(advocate) => vec![contact(advocate)],
            None if record.no_advocate_wanted => vec!["No advocate is wanted".into()],
            None => vec![],
        },
        F::Capacity => line(&record.capacity),
        F::Nation => nation(record, day),
        // Needs the reports before this one: the caller fills it in.
        F::PreviousReport => vec![],
    }
}

/// The same for a report: on the last day of its period, with what ended since the report before it.
/// `previous`: that report's due date and the day its facts stood at.
#[must_use]
pub fn in_report(
    fact: RecordFact,
    record: &PatientRecord,
    period: Period,
    previous: Option<(NaiveDate, Option<NaiveDate>)>,
) -> Vec<String> {
    match fact {
        RecordFact::OtherOrders => {
            let mut lines = in_words(fact, record, period.to);
            lines.extend(agencies::ended_orders(record, period));
            lines
        }
        RecordFact::CareTeam => {
            let mut lines = in_words(fact, record, period.to);
            let over = record.care_team.iter();
            let over = over.filter(|c| since::ended(c.span.to, period));
            lines.extend(over.map(|c| format!("{}{}", contact(c), spanned(c.span))));
            lines
        }
        RecordFact::Mappa => {
            let mut lines = in_words(fact, record, period.to);
            lines.extend(agencies::earlier_mappa(record, period));
            lines
        }
        RecordFact::VictimLiaison => {
            let mut lines = in_words(fact, record, period.to);
            lines.extend(agencies::ended_liaison(record, period));
            lines
        }
        RecordFact::PreviousReport => since::previous_report(record, period, previous),
        _ => in_words(fact, record, period.to),
    }
}

/// A condition in its exact wording; in square brackets, who set it, since when, and on which legal
/// basis it deprives of liberty. The brackets tell our words from the wording.
pub(super) fn condition(c: &Condition) -> String {
    let from = day_in_words(c.from);
    let in_force = match c.to {
        None => format!("in force since {from}"),
        Some(to) => format!("in force from {from} until {}", day_in_words(to)),
    };
    let liberty = match c.deprivation_of_liberty.as_deref() {
        None => String::new(),
        Some("") => ". Deprivation of liberty; legal basis not recorded".into(),
        Some(basis) => format!(". Deprivation of liberty; legal basis: {basis}"),
    };
    let set_by = c.set_by.words();
    format!(
        "{}. {} [Set by {set_by}; {in_force}{liberty}]",
        c.number, c.wording
    )
}

fn authority(record: &PatientRecord) -> Vec<String> {
    let a = &record.authority;
    let court = if a.court.is_empty() {
        String::new()
    } else {
        format!(", {}", a.court)
    };
    vec![format!(
        "{}, order of {}{court}",
        a.section,
        day_in_words(a.ordered_on)
    )]
}

fn offence(o: &super::IndexOffence) -> String {
    let on = o
        .committed_on
        .map(|d| format!(", {}", day_in_words(d)))
        .unwrap_or_default();
    let description = if o.description.is_empty() {
        String::new()
    } else {
        format!(". {}", o.description)
    };
    format!("{}{on}{description}", o.offence)
}

fn address(a: &Address) -> Vec<String> {
    let since = format!("Since {}", day_in_words(a.from));
    let rest = [a.accommodation.clone(), a.telephone.clone(), since];
    let rest = rest.into_iter().filter(|t| !t.is_empty());
    std::iter::once(a.lines.join(", ")).chain(rest).collect()
}

fn supervisor(s: &Supervisor) -> String {
    format!(
        "{}: {}, since {}",
        role(s),
        details(&s.contact),
        day_in_words(s.from)
    )
}

/// As what somebody supervises.
fn role(s: &Supervisor) -> &'static str {
    match (s.role, s.cover) {
        (SupervisorRole::Social, false) => "Social supervisor",
        (SupervisorRole::Social, true) => "Social supervisor (cover)",
        (SupervisorRole::Clinical, false) => "Clinical supervisor",
        (SupervisorRole::Clinical, true) => "Clinical supervisor (cover)",
    }
}

/// Which law, which tribunal and which regulator the report speaks of.
fn nation(record: &PatientRecord, day: NaiveDate) -> Vec<String> {
    let nation = record.nation_on(day);
    let since = record.nation_from.filter(|from| *from <= day);
    let since = since.map(|from| {
        let other = nation.other().words();
        format!(", since {}; {other} before", day_in_words(from))
    });
    vec![
        format!("{}{}", nation.words(), since.unwrap_or_default()),
        format!("Tribunal: {}", nation.tribunal()),
        format!("Care and support: {}", nation.care_law()),
        format!(
            "Social workers are registered with {}",
            nation.social_work_regulator()
        ),
    ]
}

/// ", since 3 May 2026", where anything is known.
fn spanned(span: Span) -> String {
    span.words()
        .map_or_else(String::new, |words| format!(", {words}"))
}

fn contact(c: &Contact) -> String {
    format!("{}: {}", c.role, details(&c.details))
}

fn details(d: &ContactDetails) -> String {
    [
        &d.name,
        &d.job_title,
        &d.organisation,
        &d.postal_address,
        &d.telephone,
        &d.email,
    ]
    .into_iter()
    .filter(|t| !t.is_empty())
    .cloned()
    .collect::<Vec<_>>()
    .join(", ")
}

fn communication(record: &PatientRecord) -> Vec<String> {
    let c = &record.communication;
    [
        ("Language", &c.language),
        ("Interpreter", &c.interpreter),
        ("Needs and adjustments", &c.adjustments),
    ]
    .iter()
    .filter(|(_, t)| !t.is_empty())
    .map(|(n, t)| format!("{n}: {t}"))
    .collect()
}

#[cfg(test)]
mod tests;
