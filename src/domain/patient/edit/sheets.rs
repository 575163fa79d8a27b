//! The parts of the record that have one value each: one page a part.

use super::Group;
use super::ask::{Reader, Typed, choice, column};
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use crate::domain::patient::nhs_number::NhsNumber;
use crate::domain::patient::{
    AgreedInterval, Authority, Communication, Contact, DatedNote, Discharge, Discharger, Mappa,
    Nation, PatientRecord,
};

pub(super) const DISCHARGERS: [(&str, Discharger); 2] = [
    ("tribunal", Discharger::Tribunal),
    ("secretary-of-state", Discharger::SecretaryOfState),
];
const NATIONS: [(&str, Nation); 2] = [("england", Nation::England), ("wales", Nation::Wales)];

/// The name of a choice.
pub(super) fn name_of<T: Copy + PartialEq>(
    options: &[(&'static str, T)],
    value: T,
) -> &'static str {
    options
        .iter()
        .find(|(_, v)| *v == value)
        .map_or("", |(name, _)| name)
}

/// What a part asks.
pub(super) fn columns(group: Group) -> Vec<Column> {
    match group {
        Group::Names => vec![
            column("given-name", "Given names", None, Kind::ShortText),
            column("family-name", "Family name", None, Kind::ShortText),
            column(
                "aliases",
                "Previous names and aliases",
                Some("One on each line"),
                Kind::Narrative,
            ),
            column(
                "date-of-birth",
                "Date of birth",
                Some("For example, 27 3 1980"),
                Kind::Date,
            ),
            column(
                "mhcs-reference",
                "MHCS reference",
                Some("Quoted on all correspondence with MHCS"),
                Kind::ShortText,
            ),
            column(
                "nhs-number",
                "NHS number",
                Some("10 digits, for example 943 476 5919. Leave empty if it is not known"),
                Kind::ShortText,
            ),
            choice(
                "nation",
                "Which nation’s law and tribunal apply?",
                None,
                &[("england", "England"), ("wales", "Wales")],
            ),
        ],
        Group::Order => vec![
            column(
                "section",
                "Authority for the restrictions",
                Some("For example: Sections 37 and 41, Mental Health Act 1983"),
                Kind::ShortText,
            ),
            column("ordered-on", "Date of the order", None, Kind::Date),
            column("court", "Court", None, Kind::ShortText),
        ],
        Group::Discharge => vec![
            column(
                "on",
                "Date of conditional discharge",
                Some("Every due date is counted from this day"),
                Kind::Date,
            ),
            choice(
                "by",
                "Who discharged?",
                None,
                &[
                    ("tribunal", "The tribunal"),
                    ("secretary-of-state", "The Secretary of State for Justice"),
                ],
            ),
            column("hospital", "From which hospital?", None, Kind::ShortText),
        ],
        Group::Mappa => vec![
            choice(
                "category",
                "MAPPA category",
                None,
                &[
                    ("none", "Not managed under MAPPA, or not known"),
                    ("1", "Category 1"),
                    ("2", "Category 2"),
                    ("3", "Category 3"),
                    ("4", "Category 4"),
                ],
            ),
            choice(
                "level",
                "Level",
                None,
                &[("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3")],
            ),
            column("area", "Area", None, Kind::ShortText),
            column("lead-agency", "Lead agency", None, Kind::ShortText),
            column(
                "coordinator",
                "Co-ordinator or unit",
                Some("With telephone or e-mail"),
                Kind::ShortText,
            ),
            column("last-review", "Last review", None, Kind::Date),
            column("next-review", "Next review", None, Kind::Date),
        ],
        Group::Health => vec![
            column(
                "mental-disorder",
                "Mental disorder",
                Some("Diagnosis in a sentence"),
                Kind::Narrative,
            ),
            column(
                "capacity",
                "Capacity, where it is relevant",
                Some("For which decision, who assessed it, when"),
                Kind::Narrative,
            ),
        ],
        Group::Communication => vec![
            column(
                "language",
                "First or preferred language",
                None,
                Kind::ShortText,
            ),
            column(
                "interpreter",
                "Interpreter",
                Some("Whether one is needed, in which language, how arranged"),
                Kind::ShortText,
            ),
            column(
                "adjustments",
                "Communication needs and reasonable adjustments",
                None,
                Kind::Narrative,
            ),
            column(
                "ethnicity",
                "Ethnicity, in the person’s own words",
                None,
                Kind::ShortText,
            ),
            column(
                "advocate-role",
                "Advocate: what kind?",
                Some(
                    "For example: independent mental health advocate. Leave empty if there is none",
                ),
                Kind::ShortText,
            ),
            column("advocate", "Advocate", None, Kind::Contact),
        ],
        Group::Plan => vec![
            column(
                "contact-days",
                "Longest planned gap between contacts in person",
                Some("In days, for example 14"),
                Kind::ShortText,
            ),
            column(
                "clinical-days",
                "Longest planned gap between clinical reviews",
                Some("In days, for example 42"),
                Kind::ShortText,
            ),
            column(
                "months",
                "Reporting interval that MHCS agreed in place of 3 months",
                Some("In months. Leave empty if none was agreed: nobody else can agree one"),
                Kind::ShortText,
            ),
            column(
                "interval-from",
                "The due date that the agreed interval counts from",
                None,
                Kind::Date,
            ),
            column(
                "evidence",
                "MHCS’s agreement: date and reference of the letter or e-mail",
                None,
                Kind::ShortText,
            ),
            column(
                "unreliable-on",
                "If the person’s own account has proved unreliable: when was that learned?",
                Some("Reports then ask for something that confirms it"),
                Kind::Date,
            ),
            column(
                "unreliable",
                "What proved unreliable, and from which source?",
                None,
                Kind::Narrative,
            ),
        ],
        _ => Vec::new(),
    }
}

/// What stands, as it would have been typed.
pub(super) fn typed(group: Group, record: &PatientRecord) -> Fields {
    let t = Typed::default();
    match group {
        Group::Names => t
            .text("given-name", &record.given_name)
            .text("family-name", &record.family_name)
            .text("aliases", &record.aliases.join("\n"))
            .day("date-of-birth", Some(record.date_of_birth))
            .text("mhcs-reference", &record.mhcs_reference)
            .text(
                "nhs-number",
                &record
                    .nhs_number
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            )
            .chosen("nation", name_of(&NATIONS, record.nation)),
        Group::Order => t
            .text("section", &record.authority.section)
            .day("ordered-on", Some(record.authority.ordered_on))
            .text("court", &record.authority.court),
        Group::Discharge => t
            .day("on", Some(record.discharge.on))
            .chosen("by", name_of(&DISCHARGERS, record.discharge.by))
            .text("hospital", &record.discharge.hospital),
        Group::Mappa => match &record.mappa {
            None => t.chosen("category", "none"),
            Some(m) => t
                .chosen("category", &m.category.to_string())
                .chosen("level", &m.level.to_string())
                .text("area", &m.area)
                .text("lead-agency", &m.lead_agency)
                .text("coordinator", &m.coordinator)
                .day("last-review", m.last_review)
                .day("next-review", m.next_review),
        },
        Group::Health => t
            .text("mental-disorder", &record.mental_disorder)
            .text("capacity", &record.capacity),
        Group::Communication => {
            let t = t
                .text("language", &record.communication.language)
                .text("interpreter", &record.communication.interpreter)
                .text("adjustments", &record.communication.adjustments)
                .text("ethnicity", &record.ethnicity);
            match &record.advocate {
                Some(a) => t
                    .text("advocate-role", &a.role)
                    .contact("advocate", &a.details),
                None => t,
            }
        }
        Group::Plan => {
            let days = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
            let agreed = record.agreed_interval.as_ref();
            let unreliable = record.self_report_unreliable.as_ref();
            t.text("contact-days", &days(record.contact_every_days))
                .text("clinical-days", &days(record.clinical_review_every_days))
                .text(
                    "months",
                    &agreed.map(|a| a.months.to_string()).unwrap_or_default(),
                )
                .day("interval-from", agreed.map(|a| a.from))
                .text("evidence", agreed.map_or("", |a| &a.evidence))
                .day("unreliable-on", unreliable.map(|u| u.on))
                .text("unreliable", unreliable.map_or("", |u| &u.note))
        }
        _ => t,
    }
    .fields()
}

/// Puts what was typed into the record.
pub(super) fn read(group: Group, r: &mut Reader<'_>, record: &mut PatientRecord) {
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
}

fn mappa(r: &mut Reader<'_>, record: &mut PatientRecord) {
    let category = r.chosen(
        "category",
        &[("none", 0), ("1", 1), ("2", 2), ("3", 3), ("4", 4)],
        "Say which category, or that there is none",
    );
    if category == 0 {
        record.mappa = None;
        let rest = [
            "area",
            "lead-agency",
            "coordinator",
            "last-review",
            "next-review",
        ];
        if let Some(filled) = rest.into_iter().find(|id| r.has(id)) {
            r.wrong(
                "category.choice",
                format!("Choose the category: without one, “{filled}” and the other details below would be lost"),
            );
        }
        return;
    }
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
    let role = r.line("advocate-role");
    record.advocate = if role.is_empty() && !r.has("advocate") {
        None
    } else {
        let details = r.named_contact("advocate");
        let role = if role.is_empty() {
            "Advocate".to_owned()
        } else {
            role
        };
        Some(Contact { role, details })
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
