//! The record of a patient: who, under what order, where, with whom. Effective-dated throughout.
//!
//! Part A of a report is a snapshot of this. A field that nobody has filled in is absent, never a guess.

mod agencies;
pub mod allocation;
mod contact;
pub mod edit;
pub mod facts;
pub mod nhs_number;
mod order;
mod people;
pub mod search;
pub mod snapshot;
mod span;

pub use agencies::{EarlierMappa, Mappa, NotUnderMappa, OtherOrder, VictimContact, VictimLiaison};
pub use contact::{ClinicalReview, ContactPlan};
pub use order::{
    AgreedInterval, Authority, Discharge, Discharger, IndexOffence, Nation, ReportedBefore,
};
pub use people::{Contact, ContactDetails, NamedAs, NamedPerson, Supervisor, SupervisorRole};
pub use span::Span;

use super::condition::Condition;
use chrono::NaiveDate;
use nhs_number::NhsNumber;
use serde::{Deserialize, Serialize};

/// A name as it is shown. Some people have one only.
#[must_use]
pub fn full_name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

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
    /// Since when, where the person moved across the border: until then it was the other nation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nation_from: Option<NaiveDate>,
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
    /// Categories and levels before that, in the order in which they ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_mappa: Vec<EarlierMappa>,
    /// The decision that there are none. With neither this nor the arrangements, nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_under_mappa: Option<NotUnderMappa>,
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
    /// Whether the person was told about advocacy and wants none. Without it and without an advocate,
    /// nothing is known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_advocate_wanted: bool,
    /// Capacity, where it is relevant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub capacity: String,
    /// Interval that MHCS agreed in place of three months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed_interval: Option<AgreedInterval>,
    /// The last report that was sent before this service was used. One of an earlier discharge does not
    /// count (see [`PatientRecord::reported_elsewhere`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_before: Option<ReportedBefore>,
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

/// A note with its date and source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DatedNote {
    /// When it became known.
    pub on: NaiveDate,
    /// What and from which source.
    pub note: String,
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
            nation_from: None,
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
            earlier_mappa: vec![],
            not_under_mappa: None,
            victim_liaison: vec![],
            other_orders: vec![],
            mental_disorder: String::new(),
            communication: Communication::default(),
            ethnicity: String::new(),
            advocate: None,
            no_advocate_wanted: false,
            capacity: String::new(),
            agreed_interval: None,
            reported_before: None,
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
        full_name(&self.given_name, &self.family_name)
    }

    /// The nation whose law and bodies apply on a day.
    #[must_use]
    pub fn nation_on(&self, day: NaiveDate) -> Nation {
        match self.nation_from {
            Some(from) if day < from => self.nation.other(),
            _ => self.nation,
        }
    }

    /// The last report of this discharge that was sent before this service was used. A new discharge
    /// makes what was reported of an earlier one void.
    #[must_use]
    pub fn reported_elsewhere(&self) -> Option<ReportedBefore> {
        self.reported_before
            .filter(|last| last.due >= self.discharge.on)
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
