//! The rules in one table: what each is called, when it speaks, what it needs of a form, and why.

use crate::domain::form::Form;
use serde::{Deserialize, Serialize};

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the table below says what each is")]
pub enum Rule {
    PeriodNotValid,
    Missing,
    NotValid,
    AskedEveryTime,
    NotAsked,
    ExclusiveOptions,
    DateAhead,
    DateOutsidePeriod,
    SelfReportOnly,
    SelfReportUnreliable,
    SourceNotSaid,
    ConditionWithoutEvidence,
    NarrativeUnchanged,
    RiskUnanswered,
    RiskUnchanged,
    ContactGap,
    SeenAloneGap,
    ClinicalReviewGap,
    EntryUnanswered,
    EntryContradicted,
    RelationshipNotAsked,
    RelationshipUnverified,
    RecommendationWithoutReasons,
    RecommendationAtOdds,
    PatientViewAbsent,
    VictimLiaisonPastReview,
    MappaPastReview,
    NamedPerson,
    OtherPatientNamed,
    Abbreviation,
    NewSupervisor,
    CorrectedAfterSigning,
    RecordUnconfirmed,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The rule.
    pub rule: Rule,
    /// Its name in files, addresses and the README.
    pub id: &'static str,
    /// How much it weighs.
    pub weight: &'static str,
    /// When it speaks.
    pub speaks: &'static str,
    /// Meanings without which a form cannot feed it; any one of them is enough.
    pub needs: &'static [&'static str],
    /// Why, with its source: the kind of failing, the report and its year.
    pub reason: &'static str,
}

const fn line(
    rule: Rule,
    id: &'static str,
    weight: &'static str,
    speaks: &'static str,
    needs: &'static [&'static str],
    reason: &'static str,
) -> Line {
    Line {
        rule,
        id,
        weight,
        speaks,
        needs,
        reason,
    }
}

/// Meanings of the questions about risk that must not be left as they were.
pub const RISK: [&str; 3] = ["risk-change", "risk-signs", "risk-contingency"];
/// Meanings of dates that only the past can give.
pub const PAST: [&str; 9] = [
    "last-seen",
    "relationship-asked-on",
    "carer-spoken-on",
    "victim-liaison-on",
    "mappa-on",
    "report-shared-on",
    "recall-discussed-on",
    "clinical-last-seen",
    "clinical-tool-on",
];
/// Meanings of dates that belong to the period.
pub const IN_PERIOD: [&str; 5] = [
    "last-seen",
    "relationship-asked-on",
    "mappa-on",
    "report-shared-on",
    "clinical-last-seen",
];
/// Meanings whose answer an entry of the record may contradict.
pub const CONTRADICTED: [&str; 6] = [
    "incidents",
    "substance-use",
    "nights-away",
    "victim-contact",
    "seen-alone",
    "mhcs-told",
];

use Rule as R;

/// Every rule, in the order of a report.
pub const ALL: [Line; 33] = [
    line(
        R::PeriodNotValid,
        "period-not-valid",
        "blocks",
        "the period would end before it begins",
        &[],
        "A report is about days that have been.",
    ),
    line(
        R::Missing,
        "missing",
        "blocks",
        "a required question or condition has no answer",
        &[],
        "A report without this answer would be incomplete.",
    ),
    line(
        R::NotValid,
        "not-valid",
        "blocks",
        "an answer cannot be read, such as an impossible date",
        &[],
        "What was typed is kept, but cannot be read as an answer yet.",
    ),
    line(
        R::AskedEveryTime,
        "asked-every-time",
        "consider",
        "a question that the field asks every time has no answer at all",
        &[],
        "This is asked in every report. “Not asked” and “Not known” are answers; a gap reads as if there were nothing to say.",
    ),
    line(
        R::NotAsked,
        "not-asked",
        "consider",
        "the answer is “not asked” or “not known”",
        &[],
        "It is right to say so. Think whether it should be asked before the report goes.",
    ),
    line(
        R::ExclusiveOptions,
        "exclusive-options",
        "consider; note for sources",
        "“none” is ticked together with something, or “only the person's own account” together with another source",
        &[],
        "The two cannot both be so; a reader will not know which to believe.",
    ),
    line(
        R::DateAhead,
        "date-ahead",
        "consider",
        "a date that can only lie in the past comes after “facts as at”",
        &PAST,
        "Probably a slip of the pen; on paper it would read as a fact.",
    ),
    line(
        R::DateOutsidePeriod,
        "date-outside-period",
        "consider",
        "a date that belongs to the period comes before it",
        &IN_PERIOD,
        "What was last done before the period was not done in it (independent inquiry, 2006: gaps between reviews).",
    ),
    line(
        R::SelfReportOnly,
        "self-report-only",
        "consider",
        "a statement rests on the person's own account alone; says for how many reports",
        &[],
        "Years of reports that rested on the person's own account alone missed a relationship that a condition required to be disclosed (inquest, 2021).",
    ),
    line(
        R::SelfReportUnreliable,
        "self-report-unreliable",
        "consider",
        "the same, where the record says that the person's own account has proved unreliable; gives date and source",
        &[],
        "The person was known to have misled those who supervised him, and reports went on resting on his word (inquest, 2021).",
    ),
    line(
        R::SourceNotSaid,
        "source-not-said",
        "consider",
        "a statement does not say how it is known",
        &[],
        "A reader can weigh a statement only when it says how it is known (tribunal report practice; inquest, 2021).",
    ),
    line(
        R::ConditionWithoutEvidence,
        "condition-without-evidence",
        "consider",
        "a condition is said to be kept or not, with nothing to show for it",
        &["condition-compliance"],
        "“Met” says nothing of how anybody knows (inquest, 2021).",
    ),
    line(
        R::NarrativeUnchanged,
        "narrative-unchanged",
        "consider; note where the form lets text be kept, up to the second report",
        "at least 40 words are nine tenths those of the last report, dates, numbers and order apart; says for how many reports",
        &[],
        "“Stable”, quarter after quarter in the same words, hid what had changed (inquest, 2021); a report is not a copy of an earlier one (tribunal report practice).",
    ),
    line(
        R::RiskUnanswered,
        "risk-unanswered",
        "blocks where the form requires it, else consider",
        "change in risk, warning signs or contingency plan is empty",
        &RISK,
        "A plan that nobody wrote down is not there when it is needed (sibling forms ask for it each time).",
    ),
    line(
        R::RiskUnchanged,
        "risk-unchanged",
        "consider where the period has events or risk is said to have changed, else note",
        "the words on change, signs or contingency are those of the last report, however short",
        &RISK,
        "The same calm words each quarter hid what had changed (inquest, 2021).",
    ),
    line(
        R::ContactGap,
        "contact-gap",
        "consider; note up to three days over",
        "longer between contacts in person than planned",
        &["contact-summary"],
        "Gaps of ten weeks and more against a monthly plan went unseen (independent inquiry, 2006).",
    ),
    line(
        R::SeenAloneGap,
        "seen-alone-gap",
        "consider",
        "not seen alone in the period, or for longer than planned, and no reason given",
        &["contact-summary"],
        "Some things are said only alone. A lone-working plan, an interpreter, an advocate or an escort are good reasons why not.",
    ),
    line(
        R::ClinicalReviewGap,
        "clinical-review-gap",
        "consider",
        "longer between clinical reviews than planned",
        &["clinical-last-seen", "clinical-reviews"],
        "Medical reviews 10, 13 and 11 weeks apart against a plan of one a month (independent inquiry, 2006).",
    ),
    line(
        R::EntryUnanswered,
        "entry-unanswered",
        "blocks where the form requires it, else consider",
        "an event, missed contact, positive test or night away of the period has no answer of its own",
        &["events"],
        "What one agency knew was not in the report that another relied on (a case of 2011, by the family's account; the trust disputes it).",
    ),
    line(
        R::EntryContradicted,
        "entry-contradicted",
        "consider",
        "an entry of the record says otherwise than a structured answer, such as “incidents: no”",
        &CONTRADICTED,
        "Reports that did not match the record left decisions on recall without their facts (a case of 2011, by the family's account; the trust disputes it).",
    ),
    line(
        R::RelationshipNotAsked,
        "relationship-not-asked",
        "blocks where the form requires it, else consider",
        "relationships were not asked about",
        &["relationship-asked"],
        "Nobody asked beyond what he offered, for nineteen years (inquest, 2021).",
    ),
    line(
        R::RelationshipUnverified,
        "relationship-unverified",
        "consider where a condition asks for disclosure, the answer was contradicted or own account has proved unreliable; else note",
        "the answer about relationships was not checked with anybody",
        &["relationship-verified"],
        "A condition to disclose relationships was monitored by self-report alone (inquest, 2021).",
    ),
    line(
        R::RecommendationWithoutReasons,
        "recommendation-without-reasons",
        "blocks where the form requires it, else consider",
        "a recommendation has no reasons",
        &["recommendation-reasons"],
        "A reader who decides has to see why (tribunal report practice).",
    ),
    line(
        R::RecommendationAtOdds,
        "recommendation-at-odds",
        "consider",
        "Part C recommends otherwise, or says that it differs from Part B",
        &["clinical-recommendation", "part-b-agreement"],
        "Both views may stand, and a reader has to see why they differ (our proposal, after the independent inquiry of 2006).",
    ),
    line(
        R::PatientViewAbsent,
        "patient-view-absent",
        "blocks where the form requires it, else consider",
        "the person's view is missing and no reason is given",
        &["patient-view"],
        "Recalled patients said that nobody had asked them (research on recall).",
    ),
    line(
        R::VictimLiaisonPastReview,
        "victim-liaison-past-review",
        "consider",
        "a Victim Liaison Officer's details are past their review date (twelve months where none is set: our default)",
        &[],
        "Victims are told of changes only when somebody knows whom to tell (Domestic Violence, Crime and Victims Act 2004).",
    ),
    line(
        R::MappaPastReview,
        "mappa-past-review",
        "consider",
        "the MAPPA review date has passed",
        &[],
        "Category, level and contacts go stale between reviews.",
    ),
    line(
        R::NamedPerson,
        "named-person",
        "consider",
        "somebody marked as victim or third party is named in text not marked for withholding",
        &[],
        "The patient must not learn of victims or third parties from a copy (practice on sibling forms).",
    ),
    line(
        R::OtherPatientNamed,
        "other-patient-named",
        "consider",
        "another patient of the author's caseload is named",
        &[],
        "Text written for one patient has ended in another's report.",
    ),
    line(
        R::Abbreviation,
        "abbreviation",
        "note",
        "an abbreviation is nowhere written out",
        &[],
        "Readers at MHCS do not know local names.",
    ),
    line(
        R::NewSupervisor,
        "new-supervisor",
        "consider",
        "a supervisor began in the period and no induction is on record",
        &[],
        "The supervisor was inexperienced and untrained, and nobody had asked (independent inquiry, 2009).",
    ),
    line(
        R::CorrectedAfterSigning,
        "corrected-after-signing",
        "consider",
        "part of the record was corrected after sign-off was asked for",
        &[],
        "What was signed rests on a record that has changed since.",
    ),
    line(
        R::RecordUnconfirmed,
        "record-unconfirmed",
        "consider",
        "facts shown from the record, beyond those that must be, were not confirmed",
        &[],
        "A date or detail that nobody has read again is sent as if somebody had.",
    ),
];

impl Rule {
    /// Its line of the table.
    #[must_use]
    pub fn line(self) -> &'static Line {
        &ALL[self as usize]
    }

    /// Its name.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.line().id
    }

    /// Why it exists.
    #[must_use]
    pub fn reason(self) -> &'static str {
        self.line().reason
    }

    /// The rule of that name.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        ALL.iter().find(|l| l.id == id).map(|l| l.rule)
    }
}

/// The rules that a form cannot feed, each with the meanings of which it has none.
#[must_use]
pub fn unfed(form: &Form) -> Vec<&'static Line> {
    let meant = |meaning: &&&str| {
        form.questions()
            .any(|(_, _, q)| q.meaning.as_deref() == Some(**meaning))
    };
    ALL.iter()
        .filter(|l| !l.needs.is_empty() && !l.needs.iter().any(|m| meant(&m)))
        .collect()
}

/// The table as Markdown, for the README.
#[must_use]
pub fn markdown() -> String {
    let mut table = String::from("| rule | weighs | speaks when | why |\n|---|---|---|---|\n");
    for l in &ALL {
        table.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            l.id, l.weight, l.speaks, l.reason
        ));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_rules_and_named_as_they_are_stored() {
        for (at, line) in ALL.iter().enumerate() {
            assert_eq!(line.rule as usize, at, "{}", line.id);
            assert_eq!(
                serde_json::to_string(&line.rule).unwrap(),
                format!("\"{}\"", line.id)
            );
            assert_eq!(Rule::named(line.id), Some(line.rule));
        }
    }
}
