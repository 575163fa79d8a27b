//! The facts that figures are counted from: dates and identifiers only, no name and no clinical text.

use crate::domain::identifiers::{EntryId, PatientId, PersonId, ReportId};
use crate::domain::patient::PatientRecord;
use crate::domain::schedule::{self, Counting};
use chrono::NaiveDate;

/// Everything that the figures of an organisation or a team are counted from.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Today: nothing after it is counted.
    pub today: NaiveDate,
    /// Patients.
    pub patients: Vec<PatientFacts>,
    /// Supervisors and line managers at work on the last day of the period.
    pub staff: Vec<StaffFacts>,
}

/// One patient.
#[derive(Debug, Clone)]
pub struct PatientFacts {
    /// Who.
    pub id: PatientId,
    /// The team that the patient is with.
    pub team: String,
    /// The conditional discharge in force.
    pub discharged_on: NaiveDate,
    /// The last day on which a report that falls due is the first after discharge.
    pub first_until: NaiveDate,
    /// The first day of which something is on record here: gaps before it are not counted.
    pub known_from: NaiveDate,
    /// Due dates by the rule, oldest first, from the first that could be known here.
    pub scheduled: Vec<NaiveDate>,
    /// Reports that were not withdrawn.
    pub reports: Vec<ReportFacts>,
    /// The day from which the patient is no longer supervised here, recalled or discharged absolutely:
    /// nothing falls due and nobody is to be seen from it on.
    pub stopped_from: Option<NaiveDate>,
    /// MHCS told that a report would be late, on a notice of its own: the due date and the day.
    pub told: Vec<(NaiveDate, NaiveDate)>,
    /// Longest planned gap between contacts in person where no dated plan says otherwise, in days.
    pub contact_every: Option<u16>,
    /// Dated plans of contact in the order of the record: a later one counts before an earlier.
    pub plans: Vec<Plan>,
    /// Days of contacts in person that happened, in any order.
    pub contacts: Vec<NaiveDate>,
    /// Events.
    pub events: Vec<EventFacts>,
    /// When the patient had a social supervisor of their own.
    pub own: Vec<Span>,
    /// When somebody covered.
    pub cover: Vec<Span>,
}

/// Days from one to another, both included; without an end, to this day and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Span {
    /// Whether the day is one of them.
    #[must_use]
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// A dated plan of contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// When it holds.
    pub span: Span,
    /// Longest planned gap between contacts in person, in days.
    pub every: u16,
}

/// One report.
#[derive(Debug, Clone)]
pub struct ReportFacts {
    /// Which.
    pub id: ReportId,
    /// The due date that it answers.
    pub due: NaiveDate,
    /// When it was first sent.
    pub sent_on: Option<NaiveDate>,
    /// When MHCS was told that it would be late.
    pub told_on: Option<NaiveDate>,
    /// Days on which the author signed and asked for sign-off.
    pub asked: Vec<NaiveDate>,
    /// Days on which the manager approved.
    pub approved: Vec<NaiveDate>,
    /// Days on which the manager returned it.
    pub returned: Vec<NaiveDate>,
    /// Whether it stands returned now: true also where the day was not recorded (imported reports).
    pub stands_returned: bool,
    /// What it says of the conditions.
    pub conditions: Vec<ConditionFacts>,
    /// Whether the patient's view is in it; none where its form does not ask.
    pub patient_view: Option<bool>,
}

/// What a report says of one condition.
#[derive(Debug, Clone)]
pub struct ConditionFacts {
    /// Which condition, in which wording.
    pub id: String,
    /// For example "Condition 3".
    pub words: String,
    /// How compliance is known.
    pub basis: Basis,
}

/// How compliance with a condition is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// No source was named.
    Nothing,
    /// Only what the person says.
    SelfReport,
    /// At least one source beside the person's own account.
    Evidence,
}

impl Basis {
    /// From the sources that were ticked (ids of [`crate::domain::form::answer::SOURCES`]).
    #[must_use]
    pub fn of<'a>(sources: impl IntoIterator<Item = &'a str>) -> Self {
        sources
            .into_iter()
            .filter(|source| !source.is_empty())
            .fold(Self::Nothing, |sum, source| match (sum, source) {
                (Self::Evidence, _) => Self::Evidence,
                (_, "self-report") => Self::SelfReport,
                _ => Self::Evidence,
            })
    }
}

/// An event that MHCS should be told of.
#[derive(Debug, Clone)]
pub struct EventFacts {
    /// Which.
    pub id: EntryId,
    /// The day.
    pub on: NaiveDate,
    /// When MHCS was told.
    pub told_on: Option<NaiveDate>,
}

/// A supervisor or a line manager.
#[derive(Debug, Clone)]
pub struct StaffFacts {
    /// Who.
    pub id: PersonId,
    /// Their team; none for the whole organisation.
    pub team: Option<String>,
    /// Whether they supervise; otherwise they manage.
    pub supervises: bool,
    /// Induction, training.
    pub trainings: Vec<super::competence::Training>,
}

/// Reports whose due date is this near to one of the schedule answer it: a corrected discharge date
/// moves the schedule by days, and must not make a missing report of each one that was sent.
pub const SAME_DUE_DAYS: i64 = 14;

impl PatientFacts {
    /// Due dates of a record by the rule, up to and with `until`.
    #[must_use]
    pub fn scheduled(
        record: &PatientRecord,
        counting: &Counting,
        until: NaiveDate,
    ) -> Vec<NaiveDate> {
        schedule::due_dates(record, counting)
            .map(|due| due.on)
            .take_while(|on| *on <= until)
            .collect()
    }

    /// The longest gap between contacts in person that the plan of that day allows, in days.
    #[must_use]
    pub fn planned_on(&self, day: NaiveDate) -> Option<u16> {
        let dated = self.plans.iter().rfind(|plan| plan.span.holds(day));
        dated.map(|plan| plan.every).or(self.contact_every)
    }
}

impl Facts {
    /// The facts of these teams, and of staff who work for the whole organisation.
    #[must_use]
    pub fn of_teams(&self, teams: &[String]) -> Self {
        let one_of = |team: &str| teams.iter().any(|wanted| wanted == team);
        let patients = self.patients.iter().filter(|p| one_of(&p.team));
        let staff = self.staff.iter();
        let staff = staff.filter(|s| s.team.as_deref().is_none_or(one_of));
        Self {
            today: self.today,
            patients: patients.cloned().collect(),
            staff: staff.cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_more_than_the_persons_own_account() {
        assert_eq!(Basis::of([]), Basis::Nothing);
        assert_eq!(Basis::of([""]), Basis::Nothing);
        assert_eq!(Basis::of(["self-report"]), Basis::SelfReport);
        assert_eq!(Basis::of(["self-report", "provider"]), Basis::Evidence);
        assert_eq!(Basis::of(["test", "self-report"]), Basis::Evidence);
    }
}
