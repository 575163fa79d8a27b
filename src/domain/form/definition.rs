//! What a form is: parts, sections, questions. Read from a dated TOML file, never changed after.

use serde::{Deserialize, Serialize};

/// One dated version of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Same for every version, for example `progress-report`.
    pub id: String,
    /// The date of this version, `YYYY-MM-DD`: the newest is used for new reports.
    pub version: chrono::NaiveDate,
    /// Title at the head of every page and paper made from it.
    pub title: String,
    /// What it is and is not, shown on pages and papers.
    pub status: String,
    /// Parts in the order they are read.
    #[serde(rename = "part", default)]
    pub parts: Vec<Part>,
}

/// A part of the form, answered by one role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Short id, for example `b`.
    pub id: String,
    /// Title, for example "Part B: social supervisor's report".
    pub title: String,
    /// Who answers it.
    pub answered_by: Respondent,
    /// One page each.
    #[serde(rename = "section", default)]
    pub sections: Vec<Section>,
}

/// Who answers a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Respondent {
    /// Parts A and B.
    SocialSupervisor,
    /// Part C.
    ClinicalSupervisor,
}

/// A page of questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Unique in the form; used in addresses.
    pub id: String,
    /// Title of the page.
    pub title: String,
    /// A sentence or two above the questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introduction: Option<String>,
    /// The topic of guidance that serves it: one of [`crate::domain::guidance::TOPICS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Questions in order.
    #[serde(rename = "question", default)]
    pub questions: Vec<Question>,
}

/// One question, with everything that is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique in the form; never shown, never named in Rust.
    pub id: String,
    /// The question as asked and as printed.
    pub label: String,
    /// A short help line under the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Longer guidance in our own words; paragraphs apart by blank lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<String>,
    /// Where the question comes from.
    pub source: String,
    /// How sure we are of that.
    pub confidence: Confidence,
    /// What sort of answer it takes.
    pub kind: Kind,
    /// The options of a choice.
    #[serde(rename = "option", default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// Where the rows of a [`Kind::Rows`] question come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<RowSource>,
    /// What is asked of each row.
    #[serde(rename = "column", default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// What part of the record a [`Kind::Record`] question shows for confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shows: Option<RecordFact>,
    /// When it is asked.
    #[serde(default)]
    pub asked: Asked,
    /// Whether sign-off waits for an answer.
    #[serde(default)]
    pub required: bool,
    /// Whether "How do you know?" is asked beside it.
    #[serde(default)]
    pub how_known: bool,
    /// Whether "Not applicable, because …" is an answer.
    #[serde(default)]
    pub not_applicable: bool,
    /// What happens to the last report's answer.
    #[serde(default)]
    pub carry_forward: CarryForward,
    /// Whether the author may mark it to be left out of the patient's copy.
    #[serde(default)]
    pub withholdable: bool,
    /// Whether it is left out of the patient's copy unless the author says otherwise: what concerns
    /// victims and MAPPA.
    #[serde(default)]
    pub withheld: bool,
    /// A follow-up is asked only where the answer it follows calls for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<OnlyIf>,
    /// Whether it says itself that it may stay blank: then a blank is not printed as "Not answered".
    #[serde(default)]
    pub may_stay_blank: bool,
    /// What a rule may know it by, for example `patient-view`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
}

/// The answer that a follow-up follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyIf {
    /// Id of the question; in a column, of a column of the same row. Both take a choice.
    pub question: String,
    /// The choices that call for the follow-up.
    pub is: Vec<String>,
}

impl OnlyIf {
    /// Whether an answer calls for the follow-up.
    #[must_use]
    pub fn holds(&self, fields: &super::answer::Fields) -> bool {
        let wanted = |id: &str| self.is.iter().any(|w| w == id);
        wanted(fields.get("choice")) || fields.ticked("choices").any(wanted)
    }
}

/// The sort of answer a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One line.
    ShortText,
    /// A box for prose.
    Narrative,
    /// A known date: day, month, year.
    Date,
    /// One of the options.
    Choice,
    /// Any of the options.
    Choices,
    /// Yes, no, not asked or not known, with room to say more.
    YesNo,
    /// Lines of an address and a postcode.
    Address,
    /// Name, role, organisation, telephone, e-mail.
    Contact,
    /// A fact of the record, shown for confirmation and corrected in the record.
    Record,
    /// One set of answers a row.
    Rows,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is stored.
    pub id: String,
    /// What is read.
    pub label: String,
    /// When present, choosing it asks for detail under this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Where rows come from. All but `author` are bound to the case: the author cannot add or drop one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowSource {
    /// Conditions in force at any time in the report's period, in the wording then in force.
    ConditionsInForce,
    /// Contacts made or missed in the period.
    Contacts,
    /// Notifiable events in the period.
    Events,
    /// Nights away from the address in the period.
    NightsAway,
    /// Rows that the author adds.
    Author,
}

/// One question of each row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Unique in the question.
    pub id: String,
    /// The question as asked of a row.
    pub label: String,
    /// A short help line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Any kind but `rows` and `record`.
    pub kind: Kind,
    /// The options of a choice.
    #[serde(rename = "option", default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// Whether sign-off waits for it.
    #[serde(default)]
    pub required: bool,
    /// Whether "How do you know?" is asked beside it.
    #[serde(default)]
    pub how_known: bool,
    /// See [`Question::only_if`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<OnlyIf>,
    /// See [`Question::may_stay_blank`].
    #[serde(default)]
    pub may_stay_blank: bool,
}

/// Facts of the record that Part A shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordFact {
    /// Names, previous names and aliases.
    Names,
    /// Date of birth.
    DateOfBirth,
    /// NHS number.
    NhsNumber,
    /// MHCS reference.
    MhcsReference,
    /// Authority for the restrictions and the order's date.
    Authority,
    /// Index offences.
    IndexOffences,
    /// Conditional discharge: when, by whom, from where.
    Discharge,
    /// Address now and since when.
    Address,
    /// Social and clinical supervisor, and cover.
    Supervisors,
    /// Care team: co-ordinator, GP, provider.
    CareTeam,
    /// Conditions in force.
    Conditions,
    /// MAPPA category, level and contacts.
    Mappa,
    /// Victim Liaison Officers.
    VictimLiaison,
    /// Other orders and requirements.
    OtherOrders,
    /// Diagnosis in a sentence.
    MentalDisorder,
    /// Language, interpreter, communication needs and adjustments.
    Communication,
    /// Ethnicity in the person's own words.
    Ethnicity,
    /// Advocate.
    Advocate,
    /// Capacity where relevant.
    Capacity,
    /// England or Wales.
    Nation,
    /// Last report and changes since.
    PreviousReport,
}

/// When a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// Every time.
    #[default]
    Always,
    /// In the first report only.
    First,
    /// In every report but the first.
    Later,
    /// Where the patient's nation is England.
    England,
    /// Where the patient's nation is Wales.
    Wales,
    /// Where a condition amounts to deprivation of liberty.
    SupervisedDischarge,
}

/// What becomes of the last report's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CarryForward {
    /// Ask afresh: the last answer is shown and cannot be copied. The safe default.
    #[default]
    Afresh,
    /// Offer the last answer beside the box, to copy on purpose.
    Suggest,
}

/// How sure we are where a question comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Seen for this very form.
    Verified,
    /// Seen in the text of the Act.
    Statute,
    /// Seen on a sibling form of MHCS or the Ministry of Justice, or a tribunal's.
    SiblingForm,
    /// Follows from what was seen.
    Inferred,
    /// General knowledge, not re-read.
    General,
    /// Our proposal, from an inquiry or research.
    Proposed,
}

impl Confidence {
    /// In words for a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Verified => "seen in MHCS's published guidance",
            Self::Statute => "seen in the text of the Act",
            Self::SiblingForm => "seen on a sibling official form",
            Self::Inferred => "inferred, not verified",
            Self::General => "general knowledge, not verified",
            Self::Proposed => "proposed by this project",
        }
    }
}

impl Form {
    /// Every section with its part, in order.
    pub fn sections(&self) -> impl Iterator<Item = (&Part, &Section)> {
        self.parts
            .iter()
            .flat_map(|p| p.sections.iter().map(move |s| (p, s)))
    }

    /// Every question with its part and section, in order.
    pub fn questions(&self) -> impl Iterator<Item = (&Part, &Section, &Question)> {
        self.sections()
            .flat_map(|(p, s)| s.questions.iter().map(move |q| (p, s, q)))
    }

    /// The section of that id, with its part.
    #[must_use]
    pub fn section(&self, id: &str) -> Option<(&Part, &Section)> {
        self.sections().find(|(_, s)| s.id == id)
    }

    /// Whether `question`, `question/row`, `section:ID` or `finding:RULE/…` names something that an answer
    /// can be about.
    #[must_use]
    pub fn has_answer(&self, on: &str) -> bool {
        let question = on.split_once('/').map_or(on, |(question, _)| question);
        if let Some(rule) = question.strip_prefix("finding:") {
            return crate::domain::report::findings::Rule::named(rule).is_some();
        }
        match question.strip_prefix("section:") {
            Some(section) => self.section(section).is_some(),
            None => self.question(question).is_some(),
        }
    }

    /// The question of that id, with its part and section.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<(&Part, &Section, &Question)> {
        self.questions().find(|(_, _, q)| q.id == id)
    }
}

impl Question {
    /// Whether a form for this question, or for a row of it, has a control of that name.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        use super::answer::has_field;
        if self.is_mark(name) {
            return true;
        }
        if self.kind == Kind::Rows {
            let column = name.split_once('.');
            return column.is_some_and(|(id, field)| {
                self.columns
                    .iter()
                    .any(|c| c.id == id && has_field(c, field))
            });
        }
        has_field(&self.as_column(), name)
            || (self.not_applicable && matches!(name, "not-applicable" | "not-applicable-because"))
    }

    /// Whether a control of that name marks what becomes of the answer in the patient's copy.
    #[must_use]
    pub fn is_mark(&self, name: &str) -> bool {
        self.mark() == Some(name)
    }

    /// The control that marks what becomes of the answer in the patient's copy: `withhold` leaves it out,
    /// `disclose` puts in what is otherwise left out. A box that nobody touched is the safe choice.
    #[must_use]
    pub fn mark(&self) -> Option<&'static str> {
        match (self.withheld, self.withholdable) {
            (true, _) => Some("disclose"),
            (false, true) => Some("withhold"),
            (false, false) => None,
        }
    }

    /// Whether an answer is left out of the patient's copy.
    #[must_use]
    pub fn is_left_out(&self, fields: &super::answer::Fields) -> bool {
        match self.mark() {
            Some("disclose") => fields.get("disclose") != "yes",
            Some(mark) => fields.get(mark) == "yes",
            None => false,
        }
    }

    /// The question as one askable column: what a page draws for a question or for a cell alike.
    #[must_use]
    pub fn as_column(&self) -> Column {
        Column {
            id: self.id.clone(),
            label: self.label.clone(),
            hint: self.hint.clone(),
            kind: self.kind,
            options: self.options.clone(),
            required: self.required,
            how_known: self.how_known,
            only_if: None,
            may_stay_blank: self.may_stay_blank,
        }
    }
}
