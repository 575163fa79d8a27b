//! What was typed on a part's page, put into the record.

use super::{DISCHARGERS, Group, NATIONS};
use crate::domain::calendar::add_months;
use crate::domain::patient::edit::ask::Reader;
use crate::domain::patient::nhs_number::NhsNumber;
use crate::domain::patient::{
    AgreedInterval, Authority, Communication, Contact, DatedNote, Discharge, Mappa, NotUnderMappa,
    PatientRecord, ReportedBefore, Span,
};
use crate::domain::schedule::MONTHS_BETWEEN;

/// Puts what was typed into the record.
pub(in crate::domain::patient::edit) fn read(
    group: Group,
    r: &mut Reader<'_>,
    record: &mut PatientRecord,
) {
    match group {
        Group::Names => names(r, record),
        Group::Order => order(r, record),
        Group::Discharge => discharge(r, record),
        Group::Mappa => mappa(r, record),
        Group::Health => {
            record.mental_disorder = r.prose("mental-disorder");
            record.capacity = r.prose("capacity");
        }
        Group::Communication => communication(r, record),
        Group::Plan => plan(r, record),
        _ => {}
    }
}

fn names(r: &mut Reader<'_>, record: &mut PatientRecord) {
    record.given_name = r.line("given-name");
    record.family_name = r.needed_line("family-name", "Give the family name");
    record.aliases = r.box_lines("aliases.text");
    let born = r.needed_day("date-of-birth", "Give the date of birth");
    r.not_ahead("date-of-birth", Some(born), "The date of birth");
    record.date_of_birth = born;
    record.mhcs_reference = r.needed_line("mhcs-reference", "Give the MHCS reference");
    let typed = r.line("nhs-number");
    record.nhs_number = match (typed.is_empty(), NhsNumber::parse(&typed)) {
        (true, _) => None,
        (false, Ok(number)) => Some(number),
        (false, Err(problem)) => {
            r.wrong("nhs-number.text", problem.to_string());
            None
        }
    };
    record.nation = r.chosen("nation", &NATIONS, "Say which nation’s law applies");
    record.nation_from = r.day("nation-from");
}

fn order(r: &mut Reader<'_>, record: &mut PatientRecord) {
    let ordered_on = r.needed_day("ordered-on", "Give the date of the order");
    r.not_ahead("ordered-on", Some(ordered_on), "The date of the order");
    if ordered_on < record.date_of_birth {
        r.wrong(
            "ordered-on.year",
            "The order cannot be from before the person’s birth",
        );
    }
    record.authority = Authority {
        section: r.needed_line("section", "Give the authority for the restrictions"),
        ordered_on,
        court: r.line("court"),
    };
}

fn discharge(r: &mut Reader<'_>, record: &mut PatientRecord) {
    let on = r.needed_day("on", "Give the date of the discharge");
    r.not_ahead("on", Some(on), "The discharge");
    if on < record.authority.ordered_on {
        r.wrong("on.year", "The discharge cannot be from before the order");
    }
    record.discharge = Discharge {
        on,
        by: r.chosen("by", &DISCHARGERS, "Say who discharged"),
        hospital: r.needed_line("hospital", "Give the hospital"),
    };
    record.reported_before = reported_before(r, record);
}

/// The last report that was sent before this service was used. Whatever does not fit the discharge as it
/// is typed beside it is refused: a due date that counts in error would hide a report that is owed.
fn reported_before(r: &mut Reader<'_>, record: &PatientRecord) -> Option<ReportedBefore> {
    let due = r.day("reported-before");
    let facts_as_at = r.day("reported-up-to");
    r.not_ahead(
        "reported-up-to",
        facts_as_at,
        "The day up to which that report was",
    );
    let wrong = |r: &Reader<'_>, id: &str| r.problems.iter().any(|p| p.field.starts_with(id));
    let Some(due) = due else {
        if facts_as_at.is_some() && !wrong(r, "reported-before.") {
            r.wrong(
                "reported-before.day",
                "Give the day on which that report was due, or clear the day below",
            );
        }
        return None;
    };
    // A discharge that cannot be read is told of; nothing can be held against it.
    let discharged = (!wrong(r, "on.")).then_some(record.discharge.on);
    if discharged.is_some_and(|on| due < on) {
        r.wrong(
            "reported-before.day",
            "No report of this discharge was due before it. If the person was discharged again, clear this day and the one below",
        );
    }
    if discharged.is_some_and(|on| facts_as_at.is_some_and(|up_to| up_to < on)) {
        r.wrong(
            "reported-up-to.day",
            "No report of this discharge was up to a day before it",
        );
    }
    let agreed = record.agreed_interval.as_ref();
    let months = agreed.map_or(MONTHS_BETWEEN, |a| MONTHS_BETWEEN.max(u32::from(a.months)));
    if due > add_months(r.today, months) {
        r.wrong(
            "reported-before.day",
            format!("A report that was sent was not due more than {months} months ahead"),
        );
    } else if due > r.today && facts_as_at.is_none() && !wrong(r, "reported-up-to.") {
        r.wrong(
            "reported-up-to.day",
            "That report was sent before it was due: give the day up to which it was",
        );
    }
    Some(ReportedBefore { due, facts_as_at })
}

/// What is known of MAPPA.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    NotKnown,
    NotManaged,
    Category(u8),
}

const STANDINGS: [(&str, Standing); 6] = [
    ("not-known", Standing::NotKnown),
    ("not-managed", Standing::NotManaged),
    ("1", Standing::Category(1)),
    ("2", Standing::Category(2)),
    ("3", Standing::Category(3)),
    ("4", Standing::Category(4)),
];

/// What is told of somebody who is managed under MAPPA.
const OF_THE_MANAGED: [(&str, &str); 6] = [
    ("from", "Since when"),
    ("area", "Area"),
    ("lead-agency", "Lead agency"),
    ("coordinator", "Co-ordinator or unit"),
    ("last-review", "Last review"),
    ("next-review", "Next review"),
];

fn mappa(r: &mut Reader<'_>, record: &mut PatientRecord) {
    let before = r.problems.len();
    let standing = r.chosen(
        "category",
        &STANDINGS,
        "Say which category, that the person is not managed under MAPPA, or that it is not known yet",
    );
    let chosen = r.problems.len() == before;
    let decided_by = r.line("decided-by");
    let decided_on = r.day("decided-on");
    r.not_ahead("decided-on", decided_on, "The decision");
    let decided = r.has("decided-by") || r.has("decided-on");
    if chosen && standing != Standing::NotManaged && decided {
        r.wrong(
            "category.choice",
            "You said who decided that the person is not managed under MAPPA, or when. Choose that, or clear it: otherwise it would be lost",
        );
    }
    let Standing::Category(category) = standing else {
        let filled = OF_THE_MANAGED.into_iter().find(|(id, _)| r.has(id));
        if let Some((_, label)) = filled.filter(|_| chosen) {
            r.wrong(
                "category.choice",
                format!("Choose the category: without one, “{label}” and the other details below would be lost"),
            );
        }
        record.mappa = None;
        record.not_under_mappa = (standing == Standing::NotManaged).then_some(NotUnderMappa {
            decided_by,
            decided_on,
        });
        return;
    };
    record.not_under_mappa = None;
    let from = r.day("from");
    r.not_ahead("from", from, "The first day at this level");
    let last_review = r.day("last-review");
    r.not_ahead("last-review", last_review, "The last review");
    let next_review = r.day("next-review");
    if let (Some(last), Some(next)) = (last_review, next_review)
        && next < last
    {
        r.wrong(
            "next-review.day",
            "The next review cannot be before the last one",
        );
    }
    record.mappa = Some(Mappa {
        category,
        level: r.chosen("level", &[("1", 1), ("2", 2), ("3", 3)], "Say which level"),
        from,
        area: r.line("area"),
        lead_agency: r.line("lead-agency"),
        coordinator: r.line("coordinator"),
        last_review,
        next_review,
    });
}

fn communication(r: &mut Reader<'_>, record: &mut PatientRecord) {
    record.communication = Communication {
        language: r.line("language"),
        interpreter: r.line("interpreter"),
        adjustments: r.prose("adjustments"),
    };
    record.ethnicity = r.line("ethnicity");
    record.no_advocate_wanted = !r.ticked("no-advocate", &[("yes", ())]).is_empty();
    let role = r.line("advocate-role");
    record.advocate = if role.is_empty() && !r.has("advocate") {
        None
    } else {
        if record.no_advocate_wanted {
            r.wrong(
                "no-advocate.choices",
                "You ticked that no advocate is wanted, and told of one. Take one of the two out",
            );
        }
        let details = r.named_contact("advocate");
        let role = if role.is_empty() {
            "Advocate".to_owned()
        } else {
            role
        };
        Some(Contact {
            role,
            details,
            span: Span::default(),
        })
    };
}

fn plan(r: &mut Reader<'_>, record: &mut PatientRecord) {
    record.contact_every_days = r.number("contact-days", 1, 366);
    record.clinical_review_every_days = r.number("clinical-days", 1, 366);
    let months = r.number("months", 1, 24);
    let from = r.day("interval-from");
    let evidence = r.line("evidence");
    record.agreed_interval = match months.and_then(|m| u8::try_from(m).ok()) {
        None => {
            if from.is_some() || !evidence.is_empty() {
                r.wrong(
                    "months.text",
                    "Give the interval in months, or clear the date and the evidence below",
                );
            }
            None
        }
        Some(months) => {
            let from = from.unwrap_or_else(|| {
                if !r
                    .problems
                    .iter()
                    .any(|p| p.field.starts_with("interval-from."))
                {
                    r.wrong(
                        "interval-from.day",
                        "Give the due date that the interval counts from",
                    );
                }
                r.today
            });
            if evidence.is_empty() {
                r.wrong(
                    "evidence.text",
                    "Give MHCS’s letter or e-mail: without it the interval stays 3 months",
                );
            }
            Some(AgreedInterval {
                months,
                from,
                evidence,
            })
        }
    };
    let on = r.day("unreliable-on");
    r.not_ahead("unreliable-on", on, "The day");
    let note = r.prose("unreliable");
    record.self_report_unreliable = match (on, note.is_empty()) {
        (None, true) => None,
        (Some(on), false) => Some(DatedNote { on, note }),
        (Some(_), true) => {
            r.wrong(
                "unreliable.text",
                "Say what proved unreliable, and from which source",
            );
            None
        }
        (None, false) => {
            if !r
                .problems
                .iter()
                .any(|p| p.field.starts_with("unreliable-on."))
            {
                r.wrong("unreliable-on.day", "Say when it was learned");
            }
            None
        }
    };
}
