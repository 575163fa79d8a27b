//! The command line.

mod settings;
mod sign_on;

pub use settings::{DemoSettings, LogFormat, Settings};
pub use sign_on::{SetSignOn, SignOnCommand};

use chrono::NaiveDate;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Progress reports on conditionally discharged restricted patients: draft, sign off, freeze, send.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the product.
    Serve(Settings),
    /// Make a fresh database with fictional people and serve it on this machine only.
    Demo(DemoSettings),
    /// Check form files.
    #[command(subcommand)]
    Form(FormCommand),
    /// Set or check papers outside the browser.
    #[command(subcommand)]
    Paper(PaperCommand),
    /// Export or import one patient's whole record.
    #[command(subcommand)]
    Case(CaseCommand),
    /// Print what the rules notice in a report of a case file.
    Findings {
        /// The case file, as `case export` writes it.
        case: PathBuf,
        /// The report's id; the last report when none is given.
        #[arg(long)]
        report: Option<String>,
        /// JSON with what a case cannot say of itself: `today`, `caseload` (names), `record-saved-at`.
        #[arg(long)]
        context: Option<PathBuf>,
        /// A folder of further form files.
        #[arg(long, env = "CD_FORMS")]
        forms: Option<PathBuf>,
        /// Print JSON instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Look after accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// Look after single sign-on: which identity provider an organisation's people sign in with.
    #[command(subcommand)]
    SignOn(SignOnCommand),
    /// Look after the audit.
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// `form …`
#[derive(Debug, Subcommand)]
pub enum FormCommand {
    /// Read a form file and say what is wrong with it.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Set a form without answers, to be read beforehand or written on by hand.
    Blank {
        /// The file.
        file: PathBuf,
        /// What to write.
        #[arg(long, value_enum, default_value_t = PaperFormat::Pdf)]
        format: PaperFormat,
        /// Where to write it.
        #[arg(long)]
        output: PathBuf,
    },
}

/// `paper …`
#[derive(Debug, Subcommand)]
pub enum PaperCommand {
    /// Set a frozen report as a paper.
    Render {
        /// The JSON of a frozen report, another paper or a signed self-assessment.
        frozen: PathBuf,
        /// What to write.
        #[arg(long, value_enum, default_value_t = PaperFormat::Pdf)]
        format: PaperFormat,
        /// Where to write it.
        #[arg(long)]
        output: PathBuf,
    },
    /// Say whether a file is a paper of ours or its data: unaltered, altered, another version or not ours.
    Verify {
        /// The file.
        file: PathBuf,
        /// The database to ask.
        #[arg(long, env = "CD_DATABASE")]
        database: Option<String>,
        /// The JSON of a frozen report, another paper or a signed self-assessment to compare with instead.
        #[arg(long)]
        frozen: Option<PathBuf>,
    },
}

/// Formats of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PaperFormat {
    /// PDF.
    Pdf,
    /// HTML.
    Html,
    /// A Word document.
    Docx,
}

/// `case …`
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// Write one patient's whole record as JSON.
    Export {
        /// The database.
        #[arg(long, env = "CD_DATABASE")]
        database: String,
        /// The organisation's name.
        #[arg(long)]
        organisation: String,
        /// MHCS reference of the patient.
        #[arg(long)]
        reference: String,
        /// Where to write it.
        #[arg(long)]
        output: PathBuf,
    },
    /// Print the published schema of a case file (JSON Schema).
    Schema,
    /// Read one patient's whole record: all of it or none.
    Import {
        /// The case file.
        file: PathBuf,
        /// The database.
        #[arg(long, env = "CD_DATABASE")]
        database: String,
        /// The organisation's name.
        #[arg(long)]
        organisation: String,
        /// The team's name.
        #[arg(long)]
        team: String,
        /// A folder of further form files.
        #[arg(long, env = "CD_FORMS")]
        forms: Option<PathBuf>,
    },
}

/// `user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person, or a role to one. Reads the password from standard input.
    Add {
        /// The database.
        #[arg(long, env = "CD_DATABASE")]
        database: String,
        /// E-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// Full name.
        #[arg(long)]
        name: String,
        /// Job title, as printed on papers.
        #[arg(long)]
        job_title: String,
        /// The organisation's name; made when missing.
        #[arg(long)]
        organisation: String,
        /// nhs-trust, council or provider; used when the organisation is made.
        #[arg(long, default_value = "nhs-trust", value_parser = ["nhs-trust", "council", "provider"])]
        kind: String,
        /// The team's name; made when missing.
        #[arg(long)]
        team: String,
        /// What they are, for example social-supervisor.
        #[arg(long)]
        role: String,
        /// Whether passwords alone are not enough; used when the organisation is made, and its
        /// administrators change it afterwards.
        #[arg(long, value_enum, default_value_t = Choice::Yes)]
        second_factor: Choice,
    },
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// `audit …`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check every chain from end to end and name the first bad row; read again what is kept for good and
    /// compare it with its digests.
    Verify {
        /// The database.
        #[arg(long, env = "CD_DATABASE")]
        database: String,
        /// An anchor taken earlier: also shows whether rows were removed or rewritten since.
        #[arg(long)]
        anchor: Option<PathBuf>,
    },
    /// Show the end of every chain, to be kept and signed where operators cannot reach it.
    Head {
        /// The database.
        #[arg(long, env = "CD_DATABASE")]
        database: String,
        /// Where to write it as an anchor.
        #[arg(long)]
        export: Option<PathBuf>,
    },
    /// Print the rows of one chain as CSV, newest first. That it was done is on record in the chain.
    Export {
        /// The database.
        #[arg(long, env = "CD_DATABASE")]
        database: String,
        /// An organisation's name; or install: sign-ins, what was tried, changes of accounts.
        #[arg(long)]
        chain: String,
        /// The first day, as 2026-11-20.
        #[arg(long)]
        from: Option<NaiveDate>,
        /// The last day that counts.
        #[arg(long)]
        to: Option<NaiveDate>,
    },
}
