//! Who may do what: one readable table of role × action × relation to the record.
//!
//! The table says yes; everything it does not say is no. What a role may do at a given moment of a
//! report's life is [`super::report::lifecycle`]'s to say, not this table's.

use serde::{Deserialize, Serialize};

/// What a person is in an organisation. One person may have several, in several organisations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Writes Parts A and B.
    SocialSupervisor,
    /// Writes Part C.
    ClinicalSupervisor,
    /// Checks, returns or signs off.
    LineManager,
    /// Leads the organisation's self-assessment.
    AssessmentLead,
    /// Signs the self-assessment off.
    Executive,
    /// Looks after people, teams and settings; sees no patient.
    Administrator,
    /// Reads the audit; sees no clinical text.
    Auditor,
    /// Runs the installation; sees no patient.
    Support,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::SocialSupervisor,
        Self::ClinicalSupervisor,
        Self::LineManager,
        Self::AssessmentLead,
        Self::Executive,
        Self::Administrator,
        Self::Auditor,
        Self::Support,
    ];

    /// As stored and as given on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SocialSupervisor => "social-supervisor",
            Self::ClinicalSupervisor => "clinical-supervisor",
            Self::LineManager => "line-manager",
            Self::AssessmentLead => "assessment-lead",
            Self::Executive => "executive",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::Support => "support",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SocialSupervisor => "Social supervisor",
            Self::ClinicalSupervisor => "Clinical supervisor",
            Self::LineManager => "Line manager",
            Self::AssessmentLead => "Assessment lead",
            Self::Executive => "Executive",
            Self::Administrator => "Administrator",
            Self::Auditor => "Auditor",
            Self::Support => "Support",
        }
    }

    /// Whether the role means nothing outside a team: a line manager answers for a team's patients.
    #[must_use]
    pub fn needs_team(self) -> bool {
        self == Self::LineManager
    }
}

/// Whether text has the shape of an e-mail address: one `@` with something on both sides, a dot after
/// it, nothing that ends a line or a header, at most 254 characters (RFC 5321 path limit).
#[must_use]
pub fn is_email(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;:\"()[]\\".contains(c);
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    text.chars().count() <= 254
        && text.chars().all(plain)
        && !name.is_empty()
        && !host.contains('@')
        && host.split('.').count() >= 2
        && host.split('.').all(|label| !label.is_empty())
}

/// How a person stands to a patient's record, in one organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Supervises the patient, or covers for who does.
    Own,
    /// Belongs to the team that the patient is with.
    Team,
    /// Belongs to the same organisation.
    Organisation,
    /// Belongs to another organisation and was let in to work on this one patient, for days.
    Joint,
    /// Opened the record in an emergency, for hours and with a reason.
    Emergency,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 5] = [
        Self::Own,
        Self::Team,
        Self::Organisation,
        Self::Joint,
        Self::Emergency,
    ];
}

/// What a person may want to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Open a patient's record, reports and papers.
    ViewPatient,
    /// Add to the supervision record: contacts, events, nights away.
    KeepRecord,
    /// Edit the record of the patient that Part A rests on.
    EditRecord,
    /// Say who supervises and who covers, from when to when.
    Allocate,
    /// Start a report and write Parts A and B.
    WriteReport,
    /// Comment, return, approve.
    ReviewReport,
    /// Write and sign Part C.
    WritePartC,
    /// Freeze a report and record that it was sent.
    SendReport,
    /// Decide whether a patient's copy leaves.
    ReleaseCopy,
    /// Read who did and looked at what.
    ReadAudit,
    /// Take out everything about the patient, for a request by the patient.
    ExportRecord,
    /// Take the patient from somebody who leaves and give them to somebody else, without opening the
    /// record.
    HandOver,
    /// Limit the record to named people, and let people of another organisation work on it.
    ControlAccess,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 13] = [
        Self::ViewPatient,
        Self::KeepRecord,
        Self::EditRecord,
        Self::Allocate,
        Self::WriteReport,
        Self::ReviewReport,
        Self::WritePartC,
        Self::SendReport,
        Self::ReleaseCopy,
        Self::ReadAudit,
        Self::ExportRecord,
        Self::HandOver,
        Self::ControlAccess,
    ];

    /// As recorded in the audit.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ViewPatient => "view-patient",
            Self::KeepRecord => "keep-record",
            Self::EditRecord => "edit-record",
            Self::Allocate => "allocate",
            Self::WriteReport => "write-report",
            Self::ReviewReport => "review-report",
            Self::WritePartC => "write-part-c",
            Self::SendReport => "send-report",
            Self::ReleaseCopy => "release-copy",
            Self::ReadAudit => "read-audit",
            Self::ExportRecord => "export-record",
            Self::HandOver => "hand-over",
            Self::ControlAccess => "control-access",
        }
    }
}

/// Whether the table says yes.
#[must_use]
pub fn may(role: Role, action: Action, relation: Relation) -> bool {
    use Action as A;
    use Relation as R;
    matches!(
        (role, action, relation),
        // The supervisors work on their own patients and on no others.
        (
            Role::SocialSupervisor,
            A::ViewPatient | A::KeepRecord | A::EditRecord | A::WriteReport | A::SendReport,
            R::Own
        )
            | (Role::ClinicalSupervisor, A::ViewPatient | A::KeepRecord | A::WritePartC, R::Own)
            // A manager answers for the team: sees every patient in it and reviews their reports.
            | (
                Role::LineManager,
                A::ViewPatient | A::KeepRecord | A::EditRecord | A::Allocate | A::ReviewReport,
                R::Team | R::Own
            )
            // What leaves for the patient is for who wrote it, or who answers for it, to decide.
            | (Role::SocialSupervisor, A::ReleaseCopy, R::Own)
            | (Role::LineManager, A::ReleaseCopy, R::Team | R::Own)
            // The auditor reads who looked, never what they saw.
            | (Role::Auditor, A::ReadAudit, R::Own | R::Team | R::Organisation)
            | (Role::LineManager, A::ReadAudit | A::ExportRecord, R::Team | R::Own)
            // Whoever looks after accounts passes a leaver's patients on, and reads nothing of them.
            | (Role::Administrator, A::HandOver, R::Own | R::Team | R::Organisation)
            // Who may open a record at all is for the manager to say.
            | (Role::LineManager, A::ControlAccess, R::Team | R::Own)
            // From another organisation: the work on the patient, and no decision that is the other's.
            | (
                Role::SocialSupervisor,
                A::ViewPatient | A::KeepRecord | A::EditRecord | A::WriteReport | A::SendReport,
                R::Joint
            )
            | (Role::ClinicalSupervisor, A::ViewPatient | A::KeepRecord | A::WritePartC, R::Joint)
            // In an emergency: read what is known, record what happened, make the urgent papers.
            | (
                Role::SocialSupervisor | Role::ClinicalSupervisor | Role::LineManager,
                A::ViewPatient | A::KeepRecord,
                R::Emergency
            )
    )
}

/// Whether an action opens a restricted record to somebody whom it does not name. Who looked at it must
/// stay readable for the auditor, or a restriction would hide what it should guard.
#[must_use]
pub fn sees_past_restriction(role: Role, action: Action) -> bool {
    matches!((role, action), (Role::Auditor, Action::ReadAudit))
}

/// How long a record stays open that was opened in an emergency: long enough for what cannot wait, and
/// over by the next morning. Our choice; no source prescribes one.
pub const EMERGENCY_HOURS: i64 = 4;

/// What a person may want to do in an organisation, not about one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationAction {
    /// Change the organisation's settings: contacts, targets, protocol.
    ManageSettings,
    /// See the organisation's self-assessments.
    ViewAssessments,
    /// Rate and challenge where a part was given: the part is asked for besides.
    ContributeToAssessment,
    /// Open a self-assessment, give parts, settle disputes, keep the action plan.
    LeadAssessment,
    /// Attest a self-assessment for the organisation.
    SignAssessment,
    /// Update an action: its owner, whatever they are, and the leads.
    KeepAction,
    /// See figures of the whole organisation. To open a case behind one takes the patient's own permission.
    ViewFigures,
    /// Read the registers of policies and lessons, and say that one has read a policy.
    ReadRegisters,
    /// Keep the registers of policies and lessons, and the organisation's own links.
    KeepRegisters,
    /// Keep the record of induction, training and practice supervision.
    KeepCompetence,
    /// Search who did and looked at what, in the whole organisation.
    ReadOrganisationAudit,
    /// Say how long records are kept, hold them, and take part in destroying them.
    ManageRetention,
    /// Register a patient with one's team.
    RegisterPatient,
    /// Look after its people and teams: invite, change roles, give new passwords.
    ManagePeople,
    /// Say who covers for whom, from when to when.
    ArrangeCover,
    /// Open a record in an emergency, where the organisation's settings let the role do so.
    OpenInEmergency,
}

impl OrganisationAction {
    /// Every action.
    pub const ALL: [Self; 16] = [
        Self::ManageSettings,
        Self::ManagePeople,
        Self::ViewAssessments,
        Self::ContributeToAssessment,
        Self::LeadAssessment,
        Self::SignAssessment,
        Self::KeepAction,
        Self::ViewFigures,
        Self::ReadRegisters,
        Self::KeepRegisters,
        Self::KeepCompetence,
        Self::ReadOrganisationAudit,
        Self::ManageRetention,
        Self::RegisterPatient,
        Self::ArrangeCover,
        Self::OpenInEmergency,
    ];

    /// As recorded in the audit.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ManageSettings => "manage-settings",
            Self::ViewAssessments => "view-assessments",
            Self::ContributeToAssessment => "contribute-to-assessment",
            Self::LeadAssessment => "lead-assessment",
            Self::SignAssessment => "sign-assessment",
            Self::KeepAction => "keep-action",
            Self::ViewFigures => "view-figures",
            Self::ReadRegisters => "read-registers",
            Self::KeepRegisters => "keep-registers",
            Self::KeepCompetence => "keep-competence",
            Self::ReadOrganisationAudit => "read-organisation-audit",
            Self::ManageRetention => "manage-retention",
            Self::RegisterPatient => "register-patient",
            Self::ManagePeople => "manage-people",
            Self::ArrangeCover => "arrange-cover",
            Self::OpenInEmergency => "open-in-emergency",
        }
    }
}

/// Whether the table of an organisation's own matters says yes.
#[must_use]
pub fn may_in(role: Role, action: OrganisationAction) -> bool {
    use OrganisationAction as A;
    matches!(
        (role, action),
        (Role::Administrator, A::ManageSettings | A::ManagePeople | A::KeepRegisters)
            | (
                Role::AssessmentLead,
                A::ViewAssessments | A::ContributeToAssessment | A::LeadAssessment | A::KeepAction
            )
            | (
                Role::Executive,
                A::ViewAssessments | A::SignAssessment
            )
            // Contributors and the challenger are named within one assessment.
            | (Role::LineManager | Role::SocialSupervisor, A::ContributeToAssessment)
            // Figures describe the service: those who lead it see them.
            | (Role::LineManager | Role::AssessmentLead | Role::Executive, A::ViewFigures)
            | (Role::AssessmentLead, A::KeepRegisters)
            | (Role::LineManager | Role::AssessmentLead, A::KeepCompetence)
            // Policies and lessons are for everybody who works here.
            | (
                Role::SocialSupervisor
                    | Role::ClinicalSupervisor
                    | Role::LineManager
                    | Role::AssessmentLead
                    | Role::Executive
                    | Role::Administrator
                    | Role::Auditor,
                A::ReadRegisters
            )
            | (Role::Administrator | Role::Auditor, A::ReadOrganisationAudit)
            | (Role::Administrator | Role::Executive, A::ManageRetention)
            | (Role::SocialSupervisor | Role::LineManager, A::RegisterPatient)
            | (Role::LineManager, A::ArrangeCover)
            | (
                Role::SocialSupervisor | Role::ClinicalSupervisor | Role::LineManager,
                A::OpenInEmergency
            )
    )
}

#[cfg(test)]
mod tests;
