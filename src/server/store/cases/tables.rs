//! Every table that holds something about a patient or a report, and what a case file does with it.
//!
//! A case file carries the core of a record by name (`domain::case`); every other table is listed here
//! and carried row by row. A table that is in neither place fails the test
//! `cases::every_table_about_a_patient_is_considered`.

use Kind::{Bool, Bytes, Day, Moment, Number, Organisation, Patient, Person, Text};

/// What a column holds, and so how a case file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, also an identifier that stays the same.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    Bool,
    /// A day.
    Day,
    /// A moment.
    Moment,
    /// Bytes, written as hexadecimal digits.
    Bytes,
    /// An account, written as its e-mail address.
    Person,
    /// The patient: not written, set on import.
    Patient,
    /// The organisation: not written, set on import.
    Organisation,
}

/// Which rows of a table are a patient's.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// Those that name the patient.
    Patient,
    /// Those that name a report of the patient.
    Report,
    /// Those whose column names a row of another table of the patient.
    Parent(&'static str, &'static str),
    /// Those whose `owner_id` names a report or another paper of the patient.
    Owner,
    /// Further columns of the patient's own row.
    PatientItself,
    /// Further columns of the reports' own rows.
    ReportItself,
}

/// A table, or further columns of one, that a case file carries row by row.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Which rows are the patient's.
    pub of: Of,
    /// What orders them.
    pub order: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Kind)],
}

/// Tables that are carried row by row, those first that others refer to.
pub const CARRIED: &[Table] = &[
    // A restricted record stays restricted where it goes.
    Table {
        name: "patient",
        of: Of::PatientItself,
        order: "id",
        columns: &[("restricted_at", Moment)],
    },
    Table {
        name: "restricted_to",
        of: Of::Patient,
        order: "at, person_id",
        columns: &[
            ("patient_id", Patient),
            ("person_id", Person),
            ("named_by", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "report",
        of: Of::ReportItself,
        order: "id",
        columns: &[
            ("id", Text),
            ("corrects_id", Text),
            ("corrects_because", Text),
            ("exceptional_reason", Text),
            ("owes_review", Bool),
            ("owes_part_c", Bool),
            ("withdrawn_reason", Text),
        ],
    },
    Table {
        name: "paper",
        of: Of::Owner,
        order: "owner_id, kind, format",
        columns: &[
            ("owner_id", Text),
            ("organisation_id", Organisation),
            ("patient_id", Patient),
            ("kind", Text),
            ("format", Text),
            ("bytes", Bytes),
            ("digest", Text),
            ("source_digest", Text),
            ("at", Moment),
        ],
    },
    Table {
        name: "copy_decision",
        of: Of::Report,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("report_id", Text),
            ("release", Bool),
            ("reason", Text),
            ("also_left_out", Text),
            ("person_id", Person),
            ("name", Text),
            ("job_title", Text),
            ("at", Moment),
        ],
    },
    Table {
        name: "allocation_override",
        of: Of::Patient,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("organisation_id", Organisation),
            ("patient_id", Patient),
            ("person_id", Person),
            ("missing", Text),
            ("reason", Text),
            ("by_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "event_review",
        of: Of::Patient,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("organisation_id", Organisation),
            ("patient_id", Patient),
            ("entry_id", Text),
            ("words", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "late_notice",
        of: Of::Patient,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("organisation_id", Organisation),
            ("patient_id", Patient),
            ("due", Day),
            ("told_on", Day),
            ("how", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "other_paper",
        of: Of::Patient,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("organisation_id", Organisation),
            ("patient_id", Patient),
            ("form_id", Text),
            ("form_version", Day),
            ("about", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "other_paper_draft",
        of: Of::Parent("paper_id", "other_paper"),
        order: "paper_id, version",
        columns: &[
            ("paper_id", Text),
            ("version", Number),
            ("answers", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "other_paper_made",
        of: Of::Parent("paper_id", "other_paper"),
        order: "paper_id",
        columns: &[
            ("paper_id", Text),
            ("json", Text),
            ("digest", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "other_paper_given",
        of: Of::Parent("paper_id", "other_paper"),
        order: "at, id",
        columns: &[
            ("id", Text),
            ("paper_id", Text),
            ("given_on", Day),
            ("recipient", Text),
            ("how", Text),
            ("reply", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "closure",
        of: Of::Patient,
        order: "at",
        columns: &[
            ("organisation_id", Organisation),
            ("patient_id", Patient),
            ("closed_on", Day),
            ("why", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "legal_hold",
        of: Of::Patient,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("organisation_id", Organisation),
            ("patient_id", Patient),
            ("reason", Text),
            ("person_id", Person),
            ("at", Moment),
            ("lifted_at", Moment),
            ("lifted_by_id", Person),
        ],
    },
    Table {
        name: "part_c_outside",
        of: Of::Report,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("report_id", Text),
            ("name", Text),
            ("job_title", Text),
            ("completed_on", Day),
            ("differs", Bool),
            ("kept_at", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "sign_off_findings",
        of: Of::Report,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("report_id", Text),
            ("step", Text),
            ("json", Text),
            ("digest", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "disagreement",
        of: Of::Report,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("report_id", Text),
            ("kind", Text),
            ("body", Text),
            ("third_person", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
    Table {
        name: "correspondence",
        of: Of::Report,
        order: "at, id",
        columns: &[
            ("id", Text),
            ("report_id", Text),
            ("kind", Text),
            ("day", Day),
            ("body", Text),
            ("person_id", Person),
            ("at", Moment),
        ],
    },
];

/// Tables that the case file carries by name (see `domain::case`).
pub const BY_NAME: &[&str] = &[
    "patient",
    "patient_version",
    "assignment",
    "entry",
    "report",
    "answer",
    "comment",
    "signature",
    "frozen_report",
    "sending",
];

/// The columns of those tables that the case file carries by name, or that it makes anew on import.
/// Further columns stand in [`CARRIED`].
pub const COLUMNS_BY_NAME: &[(&str, &str)] = &[
    (
        "patient",
        "id organisation_id team_id record version family_name given_name created_at mhcs_reference",
    ),
    (
        "patient_version",
        "patient_id version record person_id at part why changed_on note",
    ),
    // Which absence a cover stands in for is the organisation's; that the person covers is carried.
    (
        "assignment",
        "patient_id person_id role from_day to_day cover_id",
    ),
    (
        "entry",
        "id organisation_id patient_id day matter person_id at corrects_id",
    ),
    (
        "report",
        "id organisation_id patient_id form_id form_version due period_from facts_as_at state author_id \
         approved_by_id reconfirm_part_c begun_at late_told_on late_told_how imported",
    ),
    (
        "answer",
        "report_id question row_id fields version person_id at",
    ),
    ("comment", "id report_id question row_id body person_id at"),
    (
        "signature",
        "id report_id capacity person_id name job_title statements at voided_at",
    ),
    ("frozen_report", "report_id json digest at"),
    (
        "sending",
        "id report_id sent_on recipient form_of_sending person_id at",
    ),
];

/// Tables that name a patient or a report and are left out, each with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    (
        "break_glass",
        "an emergency's own way in, over by then; the audit of the organisation keeps it",
    ),
    (
        "joint_working",
        "a grant of this organisation to people of another: it is given anew where the record goes",
    ),
    (
        "audit",
        "a link of the organisation's chain: it cannot be moved to another",
    ),
    (
        "destruction",
        "the organisation's own register of what it destroyed, which outlives the record",
    ),
    (
        "notice",
        "tells a person of what stands elsewhere in the record; it is theirs, not the patient's",
    ),
];

impl Table {
    /// Which of its columns a case file writes.
    pub fn written(&self) -> impl Iterator<Item = &(&'static str, Kind)> {
        self.columns
            .iter()
            .filter(|(_, kind)| !matches!(kind, Patient | Organisation))
    }

    /// Whether its rows are there already when it is carried, and only gain columns.
    #[must_use]
    pub fn adds_columns(&self) -> bool {
        matches!(self.of, Of::PatientItself | Of::ReportItself)
    }

    /// The condition that picks the patient's rows; `$1` is the patient.
    #[must_use]
    pub fn picks(&self) -> String {
        match self.of {
            Of::Patient | Of::Owner | Of::ReportItself => "patient_id = $1".into(),
            Of::Report => "report_id in (select id from report where patient_id = $1)".into(),
            Of::Parent(column, table) => {
                format!("{column} in (select id from {table} where patient_id = $1)")
            }
            Of::PatientItself => "id = $1".into(),
        }
    }
}
