//! The command line: serve, demo, and the operators' tools.

mod commands;

use anyhow::{Context, Result};
use clap::Parser;
use commands::{all_forms, audits, cases, forms, make_folder_of, papers, people, sign_on};
use conditional_discharge::domain::case;
use conditional_discharge::server::app::App;
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::config::{
    AuditCommand, CaseCommand, Command, CommandLine, DemoSettings, FormCommand, LogFormat,
    PaperCommand, Settings, UserCommand,
};
use conditional_discharge::server::store::Db;
use conditional_discharge::server::{demo, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    let command = CommandLine::parse().command;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let outcome = runtime
        .context("cannot start")
        .and_then(|runtime| runtime.block_on(run(command)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("conditional-discharge: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(settings) => start(settings).await,
        Command::Demo(settings) => start_demo(settings).await,
        Command::Form(FormCommand::Check { file }) => forms::check_form(&file),
        Command::Form(FormCommand::Blank {
            file,
            format,
            output,
        }) => papers::blank_form(&file, format, &output),
        Command::Paper(PaperCommand::Render {
            frozen,
            format,
            output,
        }) => papers::render(&frozen, format, &output),
        Command::Paper(PaperCommand::Verify {
            file,
            database,
            frozen,
        }) => papers::verify(&file, database.as_deref(), frozen.as_deref()).await,
        Command::Case(CaseCommand::Schema) => {
            print!("{}", case::JSON_SCHEMA);
            Ok(())
        }
        Command::Case(CaseCommand::Export {
            database,
            organisation,
            reference,
            output,
        }) => cases::export(&database, &organisation, &reference, &output).await,
        Command::Case(CaseCommand::Import {
            file,
            database,
            organisation,
            team,
            forms,
        }) => cases::import(&file, &database, &organisation, &team, forms.as_deref()).await,
        Command::Findings {
            case,
            report,
            context,
            forms,
            json,
        } => forms::print_findings(
            &case,
            report.as_deref(),
            context.as_deref(),
            forms.as_deref(),
            json,
        ),
        Command::User(add @ UserCommand::Add { .. }) => people::add_user(add).await,
        Command::SignOn(command) => sign_on::run(command).await,
        Command::Audit(AuditCommand::Verify { database, anchor }) => {
            audits::verify_audit(&database, anchor.as_deref()).await
        }
        Command::Audit(AuditCommand::Head { database, export }) => {
            audits::audit_head(&database, export.as_deref()).await
        }
        Command::Audit(AuditCommand::Export {
            database,
            chain,
            from,
            to,
        }) => audits::export(&database, &chain, from, to).await,
    }
}

fn start_log(format: LogFormat) {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

async fn start(settings: Settings) -> Result<()> {
    settings.check()?;
    start_log(settings.log_format);
    let forms = all_forms(settings.forms.as_deref())?;
    make_folder_of(&settings.database)?;
    let db = Db::connect(&settings.database).await?;
    let app = App::new(db, Clock::default(), forms, settings)
        .with_secrets_key()
        .await?;
    serve::until_stopped(app, || {}).await
}

async fn start_demo(demo_settings: DemoSettings) -> Result<()> {
    let settings = demo_settings.settings()?;
    start_log(settings.log_format);
    let forms = all_forms(settings.forms.as_deref())?;
    make_folder_of(&settings.database)?;
    let clock = demo::clock(demo_settings.today);
    let (db, accounts) = demo::make(&settings.database, &forms, &clock).await?;
    let app = App::new(db, clock, forms, settings);
    serve::until_stopped(app, move || demo::announce(&accounts)).await
}
