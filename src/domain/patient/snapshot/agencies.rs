//! MAPPA, victim liaison and other orders in words.

use super::since::ended;
use super::{details, spanned};
use crate::domain::calendar::day_in_words;
use crate::domain::condition::Theme;
use crate::domain::patient::{
    Mappa, NotUnderMappa, OtherOrder, PatientRecord, VictimContact, VictimLiaison,
};
use crate::domain::report::circumstances::Period;
use chrono::NaiveDate;

/// How the person is managed under MAPPA, or who decided that they are not. That nothing is known is
/// neither.
pub(super) fn mappa(record: &PatientRecord, day: NaiveDate) -> Vec<String> {
    match (&record.mappa, &record.not_under_mappa) {
        (Some(managed), _) => under_mappa(managed, record.mappa_on(day)),
        (None, Some(decision)) => not_under_mappa(decision),
        (None, None) => vec![],
    }
}

/// `then`: category and level of that day, which may be others than now.
fn under_mappa(m: &Mappa, then: Option<(u8, u8)>) -> Vec<String> {
    let since = m.from.map(day_in_words);
    let mut lines = match (then, since) {
        (Some(then), Some(from)) if then != (m.category, m.level) => vec![
            format!("Category {}, level {}", then.0, then.1),
            format!("From {from}: category {}, level {}", m.category, m.level),
        ],
        (_, Some(from)) => vec![format!(
            "Category {}, level {}, since {from}",
            m.category, m.level
        )],
        (_, None) => vec![format!("Category {}, level {}", m.category, m.level)],
    };
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

/// Categories and levels that ended since the report before the period.
pub(super) fn earlier_mappa(record: &PatientRecord, period: Period) -> Vec<String> {
    let over = record.earlier_mappa.iter();
    let over = over.filter(|m| ended(Some(m.to), period));
    over.map(|m| {
        let (category, level) = (m.category, m.level);
        format!("Category {category}, level {level}{}", spanned(m.span()))
    })
    .collect()
}

fn not_under_mappa(decision: &NotUnderMappa) -> Vec<String> {
    let by = match decision.decided_by.as_str() {
        "" => "not recorded",
        by => by,
    };
    let on = decision
        .decided_on
        .map_or_else(|| "not recorded".into(), day_in_words);
    vec![
        "Not managed under MAPPA".into(),
        format!("Decided by: {by}"),
        format!("Decided on: {on}"),
    ]
}

/// Each officer, and last the conditions in force that may be there for a victim.
pub(super) fn victim_liaison(record: &PatientRecord, day: NaiveDate) -> Vec<String> {
    let now = |v: &&VictimLiaison| v.span.holds_on(day);
    let officers = record.victim_liaison.iter().filter(now);
    let mut lines: Vec<String> = officers.map(officer).collect();
    let numbers: Vec<String> = record
        .conditions_between(day, day)
        .iter()
        .filter(|c| matches!(c.theme, Theme::NonContact | Theme::ExclusionZone))
        .map(|c| c.number.to_string())
        .collect();
    if !numbers.is_empty() {
        if lines.is_empty() {
            // The line about conditions alone would hide that nothing is known of the scheme.
            lines.push("Victim Liaison Officer: not recorded".into());
        }
        lines.push(format!(
            "Conditions in force on no contact with somebody or not entering an area: {}",
            numbers.join(", ")
        ));
    }
    lines
}

fn officer(v: &VictimLiaison) -> String {
    let status = match v.status {
        VictimContact::None => "none, nobody takes part",
        other => other.words(),
    };
    let checked = v
        .checked_on
        .map_or_else(|| "not recorded".into(), day_in_words);
    let span = spanned(v.span);
    let said = format!("Victim contact: {status}{span}. Details last checked: {checked}");
    match details(&v.details) {
        nobody if nobody.is_empty() => said,
        who => format!("{who}. {said}"),
    }
}

/// Officers, and states of contact, that ended since the report before the period.
pub(super) fn ended_liaison(record: &PatientRecord, period: Period) -> Vec<String> {
    let over = record.victim_liaison.iter();
    over.filter(|v| ended(v.span.to, period))
        .map(officer)
        .collect()
}

/// Other orders in force on a day.
pub(super) fn orders(record: &PatientRecord, day: NaiveDate) -> Vec<String> {
    let in_force = |o: &&OtherOrder| o.from <= day && o.to.is_none_or(|to| day <= to);
    let until = |to| format!(" until {}", day_in_words(to));
    record
        .other_orders
        .iter()
        .filter(in_force)
        .map(|o| order(o, &o.to.map(until).unwrap_or_default()))
        .collect()
}

/// Other orders that ended since the report before the period.
pub(super) fn ended_orders(record: &PatientRecord, period: Period) -> Vec<String> {
    let over = |o: &OtherOrder| {
        let to = o.to.filter(|_| ended(o.to, period))?;
        Some(order(o, &format!(", ended on {}", day_in_words(to))))
    };
    record.other_orders.iter().filter_map(over).collect()
}

fn order(o: &OtherOrder, end: &str) -> String {
    let order = format!("{} from {}{end}", o.kind, day_in_words(o.from));
    if o.detail.is_empty() {
        order
    } else {
        format!("{order}. {}", o.detail)
    }
}
