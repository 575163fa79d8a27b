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
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 11] = [
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
            | (Role::Auditor, A::ReadAudit, _)
            | (Role::LineManager, A::ReadAudit | A::ExportRecord, R::Team | R::Own)
    )
}

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
}

impl OrganisationAction {
    /// Every action.
    pub const ALL: [Self; 14] = [
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
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    /// The whole table in words: a change to a permission is a change to this text.
    #[test]
    fn the_table() {
        let mut table = String::new();
        for role in Role::ALL {
            for action in Action::ALL {
                for relation in [Relation::Own, Relation::Team, Relation::Organisation] {
                    if may(role, action, relation) {
                        writeln!(table, "{} {} {relation:?}", role.name(), action.name()).unwrap();
                    }
                }
            }
        }
        assert_eq!(
            table,
            "social-supervisor view-patient Own\n\
             social-supervisor keep-record Own\n\
             social-supervisor edit-record Own\n\
             social-supervisor write-report Own\n\
             social-supervisor send-report Own\n\
             social-supervisor release-copy Own\n\
             clinical-supervisor view-patient Own\n\
             clinical-supervisor keep-record Own\n\
             clinical-supervisor write-part-c Own\n\
             line-manager view-patient Own\n\
             line-manager view-patient Team\n\
             line-manager keep-record Own\n\
             line-manager keep-record Team\n\
             line-manager edit-record Own\n\
             line-manager edit-record Team\n\
             line-manager allocate Own\n\
             line-manager allocate Team\n\
             line-manager review-report Own\n\
             line-manager review-report Team\n\
             line-manager release-copy Own\n\
             line-manager release-copy Team\n\
             line-manager read-audit Own\n\
             line-manager read-audit Team\n\
             line-manager export-record Own\n\
             line-manager export-record Team\n\
             auditor read-audit Own\n\
             auditor read-audit Team\n\
             auditor read-audit Organisation\n"
        );
    }

    /// The table of an organisation's own matters.
    #[test]
    fn the_organisation_table() {
        let mut table = String::new();
        for role in Role::ALL {
            for action in OrganisationAction::ALL {
                if may_in(role, action) {
                    writeln!(table, "{} {}", role.name(), action.name()).unwrap();
                }
            }
        }
        assert_eq!(
            table,
            "social-supervisor contribute-to-assessment\n\
             social-supervisor read-registers\n\
             social-supervisor register-patient\n\
             clinical-supervisor read-registers\n\
             line-manager contribute-to-assessment\n\
             line-manager view-figures\n\
             line-manager read-registers\n\
             line-manager keep-competence\n\
             line-manager register-patient\n\
             assessment-lead view-assessments\n\
             assessment-lead contribute-to-assessment\n\
             assessment-lead lead-assessment\n\
             assessment-lead keep-action\n\
             assessment-lead view-figures\n\
             assessment-lead read-registers\n\
             assessment-lead keep-registers\n\
             assessment-lead keep-competence\n\
             executive view-assessments\n\
             executive sign-assessment\n\
             executive view-figures\n\
             executive read-registers\n\
             executive manage-retention\n\
             administrator manage-settings\n\
             administrator manage-people\n\
             administrator read-registers\n\
             administrator keep-registers\n\
             administrator read-organisation-audit\n\
             administrator manage-retention\n\
             auditor read-registers\n\
             auditor read-organisation-audit\n"
        );
    }

    #[test]
    fn e_mail_addresses_have_one_shape() {
        for good in [
            "a@b.uk",
            "priya.nandakumar@northmere.example.org",
            "o'neil+x@a-b.nhs.uk",
        ] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@example.org", "x".repeat(260));
        for bad in [
            "",
            "a",
            "@b.uk",
            "a@",
            "a@b",
            "a@b.",
            "a@@b.uk",
            "a b@c.uk",
            "a@b.uk\r\nBcc: x@y.uk",
            "a@b.uk,c@d.uk",
            &long,
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn roles_are_named_both_ways() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
        }
        assert_eq!(Role::named("root"), None);
    }
}
