//! The parts of the record that have one value each: one page a part.

mod reading;

pub(super) use reading::read;

use super::Group;
use super::ask::{Typed, choice, choices, column};
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use crate::domain::patient::{Discharger, Nation, PatientRecord};

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
            column(
                "nation-from",
                "If the person moved across the border: since when?",
                Some(
                    "Until that day the other nation’s law and tribunal apply. Leave empty if they did not move",
                ),
                Kind::Date,
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
            column(
                "reported-before",
                "If reports of this discharge were sent to MHCS before this service was used: when was the last of them due?",
                Some(
                    "Every due date up to this day counts as answered, and the next report is due at the first one after it. Leave empty if none was sent",
                ),
                Kind::Date,
            ),
            column(
                "reported-up-to",
                "Up to which day was that report?",
                Some(
                    "“Facts as at”. The first report here begins on the next day. Leave empty if it is not known: then it begins on the day after that due date",
                ),
                Kind::Date,
            ),
        ],
        Group::Mappa => vec![
            choice(
                "category",
                "MAPPA category",
                None,
                &[
                    ("not-known", "Not known yet"),
                    ("not-managed", "Not managed under MAPPA"),
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
            column(
                "from",
                "Since when at this category and level?",
                Some(
                    "Leave empty if it is not known. If the category or the level changed, say so below: the earlier one is kept with its last day",
                ),
                Kind::Date,
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
            column(
                "decided-by",
                "If not managed under MAPPA: who decided that?",
                Some("Leave empty if it is not known"),
                Kind::ShortText,
            ),
            column(
                "decided-on",
                "If not managed under MAPPA: when was it decided?",
                Some("Leave empty if it is not known"),
                Kind::Date,
            ),
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
            choices(
                "no-advocate",
                "Advocacy",
                Some(
                    "Tick this if the person was told about advocacy and chose to have none. Nothing ticked and nobody named: not known",
                ),
                &[("yes", "No advocate is wanted")],
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
            .chosen("nation", name_of(&NATIONS, record.nation))
            .day("nation-from", record.nation_from),
        Group::Order => t
            .text("section", &record.authority.section)
            .day("ordered-on", Some(record.authority.ordered_on))
            .text("court", &record.authority.court),
        Group::Discharge => t
            .day("on", Some(record.discharge.on))
            .chosen("by", name_of(&DISCHARGERS, record.discharge.by))
            .text("hospital", &record.discharge.hospital)
            .day(
                "reported-before",
                record.reported_before.map(|last| last.due),
            )
            .day(
                "reported-up-to",
                record.reported_before.and_then(|last| last.facts_as_at),
            ),
        Group::Mappa => match (&record.mappa, &record.not_under_mappa) {
            (None, None) => t.chosen("category", "not-known"),
            (None, Some(decision)) => t
                .chosen("category", "not-managed")
                .text("decided-by", &decision.decided_by)
                .day("decided-on", decision.decided_on),
            (Some(m), _) => t
                .chosen("category", &m.category.to_string())
                .chosen("level", &m.level.to_string())
                .day("from", m.from)
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
                .text("ethnicity", &record.ethnicity)
                .ticked(
                    "no-advocate",
                    if record.no_advocate_wanted {
                        &["yes"]
                    } else {
                        &[]
                    },
                );
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
