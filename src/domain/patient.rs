//! The record of a patient: who, under what order, where, with whom. Effective-dated throughout.
//!
//! Part A of a report is a snapshot of this. A field that nobody has filled in is absent, never a guess.

pub mod allocation;
pub mod edit;
pub mod facts;
pub mod nhs_number;
pub mod search;
pub mod snapshot;

use super::condition::Condition;
use chrono::NaiveDate;
use nhs_number::NhsNumber;
use serde::{Deserialize, Serialize};

/// Everything Part A rests on. One document, saved whole, each version kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PatientRecord {
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Previous names and aliases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// NHS number, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nhs_number: Option<NhsNumber>,
    /// MHCS's reference, quoted on all correspondence.
    pub mhcs_reference: String,
    /// England or Wales: decides which law and which tribunal a text names.
    pub nation: Nation,
    /// Authority for the restrictions.
    pub authority: Authority,
    /// Offences the order was made for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub index_offences: Vec<IndexOffence>,
    /// The conditional discharge in force.
    pub discharge: Discharge,
    /// Addresses, past, present and agreed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Social and clinical supervisors, and who covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supervisors: Vec<Supervisor>,
    /// Care co-ordinator, GP, accommodation provider and others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub care_team: Vec<Contact>,
    /// Conditions of discharge in every wording there has been.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Multi-agency public protection arrangements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mappa: Option<Mappa>,
    /// Victim Liaison Officers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub victim_liaison: Vec<VictimLiaison>,
    /// Other orders and requirements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_orders: Vec<OtherOrder>,
    /// Diagnosis in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mental_disorder: String,
    /// Language and communication.
    #[serde(default, skip_serializing_if = "Communication::is_empty")]
    pub communication: Communication,
    /// Ethnicity in the person's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ethnicity: String,
    /// Advocate, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advocate: Option<Contact>,
    /// Capacity, where it is relevant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub capacity: String,
    /// Interval that MHCS agreed in place of three months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed_interval: Option<AgreedInterval>,
    /// The day of the Secretary of State's warrant, while the patient is recalled. A new discharge clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled_on: Option<NaiveDate>,
    /// The day from which the patient is no longer conditionally discharged, and how that came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<DatedNote>,
    /// Longest planned gap between contacts in person, in days, where no dated plan says otherwise
    /// (see [`PatientRecord::contact_plan_on`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_every_days: Option<u16>,
    /// How often the person is to be seen, plan by plan. An earlier plan keeps its dates, so that a
    /// report is held against what was planned in its own period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contact_plans: Vec<ContactPlan>,
    /// Longest planned gap between clinical reviews, in days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinical_review_every_days: Option<u16>,
    /// Reviews that the clinical supervisor held, as the social supervisor knows of them. Findings look
    /// for gaps only where at least one is on record; Part C is asked for its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clinical_reviews: Vec<ClinicalReview>,
    /// When and how the person's own account proved unreliable, where it has: the day it became known,
    /// what it was and from which source. Findings on self-report name both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_report_unreliable: Option<DatedNote>,
    /// Victims and third parties whose names must not reach the patient's copy by accident. Findings
    /// look for them in text that is not marked for withholding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named_people: Vec<NamedPerson>,
}

/// How often the person is to be seen, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContactPlan {
    /// First day of the plan.
    pub from: NaiveDate,
    /// Last day, where another plan took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Longest planned gap between contacts in person, in days.
    pub in_person_every_days: u16,
    /// Longest planned gap between contacts in person with nobody else there, in days, where it was
    /// agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone_every_days: Option<u16>,
    /// Why the person is not seen alone, where that is the plan: a lone-working plan, an interpreter,
    /// an advocate, an escort. Findings then ask nothing about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub not_alone_because: String,
    /// Who agreed it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub agreed_by: String,
}

/// A review by the clinical supervisor or their deputy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClinicalReview {
    /// The day.
    pub on: NaiveDate,
    /// By whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}

/// Somebody whose name is to be kept out of text that the patient may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NamedPerson {
    /// The full name; a first name alone is never looked for.
    pub name: String,
    /// What they are.
    #[serde(rename = "as")]
    pub stands_as: NamedAs,
    /// Since when the name is marked.
    pub from: NaiveDate,
    /// Until when, where the mark was taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// Why a name is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedAs {
    /// A victim, or a victim's relative.
    Victim,
    /// Somebody who gave information, or whom the report is not about.
    ThirdParty,
}

impl NamedAs {
    /// In words, after "marked as".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Victim => "a victim",
            Self::ThirdParty => "a third party",
        }
    }
}

/// A note with its date and source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DatedNote {
    /// When it became known.
    pub on: NaiveDate,
    /// What and from which source.
    pub note: String,
}

/// Which of the two nations' law and bodies apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nation {
    /// England.
    England,
    /// Wales.
    Wales,
}

impl Nation {
    /// The tribunal that hears the patient's applications.
    #[must_use]
    pub fn tribunal(self) -> &'static str {
        match self {
            Self::England => "First-tier Tribunal (Mental Health)",
            Self::Wales => "Mental Health Review Tribunal for Wales",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::England => "England",
            Self::Wales => "Wales",
        }
    }
}

/// Section and date of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Authority {
    /// For example "Sections 37 and 41, Mental Health Act 1983".
    pub section: String,
    /// Date of the order.
    pub ordered_on: NaiveDate,
    /// The court, where known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub court: String,
}

/// An offence the order was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IndexOffence {
    /// As named by the court.
    pub offence: String,
    /// When it was committed, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_on: Option<NaiveDate>,
    /// A brief description as recorded by the court.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// A conditional discharge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Discharge {
    /// The day the patient was conditionally discharged: every due date rests on it.
    pub on: NaiveDate,
    /// Who discharged.
    pub by: Discharger,
    /// From which hospital.
    pub hospital: String,
}

/// Who discharged the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Discharger {
    /// The tribunal, section 73.
    Tribunal,
    /// The Secretary of State for Justice, section 42(2).
    SecretaryOfState,
}

impl Discharger {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Tribunal => "the tribunal",
            Self::SecretaryOfState => "the Secretary of State for Justice",
        }
    }
}

/// An address with its dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Address {
    /// Lines and postcode.
    pub lines: Vec<String>,
    /// For example "supported accommodation, staffed day and night".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub accommodation: String,
    /// Telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub telephone: String,
    /// First day there; may lie ahead for an agreed move.
    pub from: NaiveDate,
    /// Last day there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// Somebody who supervises or covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Supervisor {
    /// Social or clinical.
    pub role: SupervisorRole,
    /// Whether this person stands in for another.
    #[serde(default)]
    pub cover: bool,
    /// Name, job title and how to reach them. The e-mail links to their account, where they have one.
    #[serde(flatten)]
    pub contact: ContactDetails,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// When this person's induction to social or clinical supervision was finished. A new supervisor
    /// without one is a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inducted_on: Option<NaiveDate>,
}

/// Which of the two supervisors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SupervisorRole {
    /// Reports on Parts A and B.
    Social,
    /// Reports on Part C.
    Clinical,
}

/// Name and how to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ContactDetails {
    /// Full name.
    pub name: String,
    /// Job title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub job_title: String,
    /// Employer or responsible authority.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organisation: String,
    /// Telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub telephone: String,
    /// E-mail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
}

/// Somebody in the care team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Contact {
    /// What they are to the patient, for example "GP".
    pub role: String,
    /// Name and how to reach them.
    #[serde(flatten)]
    pub details: ContactDetails,
}

/// MAPPA facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mappa {
    /// Category 1 to 4.
    pub category: u8,
    /// Level 1 to 3.
    pub level: u8,
    /// Area.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub area: String,
    /// Lead agency.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lead_agency: String,
    /// Co-ordinator or unit, with telephone or e-mail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub coordinator: String,
    /// Last review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_review: Option<NaiveDate>,
    /// Next review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review: Option<NaiveDate>,
}

/// A Victim Liaison Officer and the state of contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct VictimLiaison {
    /// Name and how to reach them.
    #[serde(flatten)]
    pub details: ContactDetails,
    /// Whether the victim takes part in the Victim Contact Scheme.
    pub status: VictimContact,
    /// When these details were last checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<NaiveDate>,
    /// By when they are to be checked again. Without it, findings take twelve months from the last check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<NaiveDate>,
}

/// State of the Victim Contact Scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VictimContact {
    /// The victim is in contact.
    Active,
    /// The victim has asked for no contact for now.
    Dormant,
    /// Nobody takes part.
    None,
}

impl VictimContact {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::None => "none",
        }
    }
}

/// Another order or requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OtherOrder {
    /// For example "Restraining order".
    pub kind: String,
    /// What it requires.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// From.
    pub from: NaiveDate,
    /// Until, where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// Language, interpreter, needs, adjustments.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Communication {
    /// First or preferred language.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Interpreter: needed, in which language, how arranged.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub interpreter: String,
    /// Communication needs and reasonable adjustments.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub adjustments: String,
}

impl Communication {
    /// Whether nothing has been recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An interval that MHCS agreed, with the evidence of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AgreedInterval {
    /// Calendar months between reports.
    pub months: u8,
    /// The due date that the new interval counts from.
    pub from: NaiveDate,
    /// MHCS's letter or e-mail: date and reference.
    pub evidence: String,
}

impl PatientRecord {
    /// A record of which nothing is known yet: to be filled in before anybody sees it.
    pub(in crate::domain) fn blank(day: NaiveDate) -> Self {
        Self {
            given_name: String::new(),
            family_name: String::new(),
            aliases: vec![],
            date_of_birth: day,
            nhs_number: None,
            mhcs_reference: String::new(),
            nation: Nation::England,
            authority: Authority {
                section: String::new(),
                ordered_on: day,
                court: String::new(),
            },
            index_offences: vec![],
            discharge: Discharge {
                on: day,
                by: Discharger::Tribunal,
                hospital: String::new(),
            },
            addresses: vec![],
            supervisors: vec![],
            care_team: vec![],
            conditions: vec![],
            mappa: None,
            victim_liaison: vec![],
            other_orders: vec![],
            mental_disorder: String::new(),
            communication: Communication::default(),
            ethnicity: String::new(),
            advocate: None,
            capacity: String::new(),
            agreed_interval: None,
            recalled_on: None,
            ended: None,
            contact_every_days: None,
            contact_plans: vec![],
            clinical_review_every_days: None,
            clinical_reviews: vec![],
            self_report_unreliable: None,
            named_people: vec![],
        }
    }

    /// Given and family name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
            .trim()
            .to_owned()
    }

    /// The address on that day.
    #[must_use]
    pub fn address_on(&self, day: NaiveDate) -> Option<&Address> {
        self.addresses
            .iter()
            .rfind(|a| a.from <= day && a.to.is_none_or(|to| day <= to))
    }

    /// Supervisors of that role on that day, those who cover last.
    pub fn supervisors_on(
        &self,
        role: SupervisorRole,
        day: NaiveDate,
    ) -> impl Iterator<Item = &Supervisor> {
        let on = move |s: &&Supervisor| {
            s.role == role && s.from <= day && s.to.is_none_or(|to| day <= to)
        };
        let own = self.supervisors.iter().filter(on).filter(|s| !s.cover);
        own.chain(self.supervisors.iter().filter(on).filter(|s| s.cover))
    }

    /// The plan of contact on that day: the dated plan, or the interval that stands without dates.
    #[must_use]
    pub fn contact_plan_on(&self, day: NaiveDate) -> Option<ContactPlan> {
        let dated = self
            .contact_plans
            .iter()
            .rfind(|p| p.from <= day && p.to.is_none_or(|to| day <= to))
            .cloned();
        dated.or_else(|| {
            Some(ContactPlan {
                from: self.discharge.on,
                to: None,
                in_person_every_days: self.contact_every_days?,
                alone_every_days: None,
                not_alone_because: String::new(),
                agreed_by: String::new(),
            })
        })
    }

    /// Conditions in force on any day from `from` to `to`, by number, older wording first.
    #[must_use]
    pub fn conditions_between(&self, from: NaiveDate, to: NaiveDate) -> Vec<&Condition> {
        let mut in_force: Vec<_> = self
            .conditions
            .iter()
            .filter(|c| c.in_force_between(from, to))
            .collect();
        in_force.sort_by_key(|c| (c.number, c.from));
        in_force
    }
}
