//! Part A in words: facts of the record as they stood on a day.

use super::{Address, Contact, ContactDetails, PatientRecord, Supervisor, SupervisorRole};
use crate::domain::calendar::day_in_words;
use crate::domain::form::definition::RecordFact;
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
        F::CareTeam => record.care_team.iter().map(contact).collect(),
        F::Conditions => record
            .conditions_between(day, day)
            .iter()
            .map(|c| format!("{}. {}", c.number, c.wording))
            .collect(),
        F::Mappa => mappa(record),
        F::VictimLiaison => record
            .victim_liaison
            .iter()
            .map(|v| {
                format!(
                    "{}. Victim contact: {}",
                    details(&v.details),
                    v.status.words()
                )
            })
            .collect(),
        F::OtherOrders => record
            .other_orders
            .iter()
            .filter(|o| o.from <= day && o.to.is_none_or(|to| day <= to))
            .map(|o| format!("{} from {}. {}", o.kind, day_in_words(o.from), o.detail))
            .collect(),
        F::MentalDisorder => line(&record.mental_disorder),
        F::Communication => communication(record),
        F::Ethnicity => line(&record.ethnicity),
        F::Advocate => record.advocate.iter().map(contact).collect(),
        F::Capacity => line(&record.capacity),
        F::Nation => {
            vec![format!(
                "{} ({})",
                record.nation.words(),
                record.nation.tribunal()
            )]
        }
        // Needs the reports before this one: the caller fills it in.
        F::PreviousReport => vec![],
    }
}

/// The same, with the previous report in words: its due date and the day its facts stood at.
#[must_use]
pub fn with_previous(
    fact: RecordFact,
    record: &PatientRecord,
    day: NaiveDate,
    previous: Option<(NaiveDate, Option<NaiveDate>)>,
) -> Vec<String> {
    if fact != RecordFact::PreviousReport {
        return in_words(fact, record, day);
    }
    let Some((due, facts_as_at)) = previous else {
        return vec!["This is the first report after discharge.".into()];
    };
    let facts = facts_as_at.map(|d| format!("Facts as at {}", day_in_words(d)));
    std::iter::once(format!("Last report was due on {}", day_in_words(due)))
        .chain(facts)
        .collect()
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
    let role = match s.role {
        SupervisorRole::Social => "Social supervisor",
        SupervisorRole::Clinical => "Clinical supervisor",
    };
    let cover = if s.cover { " (cover)" } else { "" };
    format!(
        "{role}{cover}: {}, since {}",
        details(&s.contact),
        day_in_words(s.from)
    )
}

fn contact(c: &Contact) -> String {
    format!("{}: {}", c.role, details(&c.details))
}

fn details(d: &ContactDetails) -> String {
    [
        &d.name,
        &d.job_title,
        &d.organisation,
        &d.telephone,
        &d.email,
    ]
    .into_iter()
    .filter(|t| !t.is_empty())
    .cloned()
    .collect::<Vec<_>>()
    .join(", ")
}

fn mappa(record: &PatientRecord) -> Vec<String> {
    let Some(m) = &record.mappa else {
        return vec![];
    };
    let mut lines = vec![format!("Category {}, level {}", m.category, m.level)];
    let named = [
        ("Area", &m.area),
        ("Lead agency", &m.lead_agency),
        ("Co-ordinator", &m.coordinator),
    ];
    lines.extend(
        named
            .iter()
            .filter(|(_, t)| !t.is_empty())
            .map(|(n, t)| format!("{n}: {t}")),
    );
    lines.extend(
        m.last_review
            .map(|d| format!("Last review: {}", day_in_words(d))),
    );
    lines.extend(
        m.next_review
            .map(|d| format!("Next review: {}", day_in_words(d))),
    );
    lines
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
