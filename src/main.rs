//! The command line: serve, demo, and the operators' tools.

use anyhow::{Context, Result, bail};
use clap::Parser;
use conditional_discharge::document::Document;
use conditional_discharge::domain::case::{self, examine};
use conditional_discharge::domain::form::load::load;
use conditional_discharge::domain::identifiers::OrganisationId;
use conditional_discharge::domain::people::{Role, is_email};
use conditional_discharge::domain::report::FrozenReport;
use conditional_discharge::domain::report::findings::rule;
use conditional_discharge::domain::self_assessment::{self, load::is_framework};
use conditional_discharge::server::app::App;
use conditional_discharge::server::audit::anchor::{self, Anchor, Standing};
use conditional_discharge::server::auth::passwords::{self, Hasher};
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::config::{
    AuditCommand, CaseCommand, Choice, Command, CommandLine, DemoSettings, FormCommand, LogFormat,
    PaperCommand, PaperFormat, Settings, UserCommand,
};
use conditional_discharge::server::forms::Forms;
use conditional_discharge::server::papers::verify::{self as verification, Verdict};
use conditional_discharge::server::papers::{Format, Kind};
use conditional_discharge::server::store::{
    Db, cases, organisations, papers::Register, patients, people,
};
use conditional_discharge::server::{audit, demo, papers, serve};
use std::io::Read;
use std::path::Path;
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
        Command::Form(FormCommand::Check { file }) => check_form(&file),
        Command::Form(FormCommand::Blank {
            file,
            format,
            output,
        }) => blank_form(&file, format, &output),
        Command::Paper(PaperCommand::Render {
            frozen,
            format,
            output,
        }) => render(&frozen, format, &output),
        Command::Paper(PaperCommand::Verify {
            file,
            database,
            frozen,
        }) => verify(&file, database.as_deref(), frozen.as_deref()).await,
        Command::Case(CaseCommand::Schema) => {
            print!("{}", case::JSON_SCHEMA);
            Ok(())
        }
        Command::Case(CaseCommand::Export {
            database,
            organisation,
            reference,
            output,
        }) => export(&database, &organisation, &reference, &output).await,
        Command::Case(CaseCommand::Import {
            file,
            database,
            organisation,
            team,
            forms,
        }) => import(&file, &database, &organisation, &team, forms.as_deref()).await,
        Command::Findings {
            case,
            report,
            context,
            forms,
            json,
        } => print_findings(
            &case,
            report.as_deref(),
            context.as_deref(),
            forms.as_deref(),
            json,
        ),
        Command::User(add @ UserCommand::Add { .. }) => add_user(add).await,
        Command::Audit(AuditCommand::Verify { database, anchor }) => {
            verify_audit(&database, anchor.as_deref()).await
        }
        Command::Audit(AuditCommand::Head { database, export }) => {
            audit_head(&database, export.as_deref()).await
        }
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

fn all_forms(folder: Option<&Path>) -> Result<Forms> {
    let mut forms = Forms::embedded()?;
    if let Some(folder) = folder {
        forms.add_folder(folder)?;
    }
    Ok(forms)
}

async fn start(settings: Settings) -> Result<()> {
    settings.check()?;
    start_log(settings.log_format);
    let forms = all_forms(settings.forms.as_deref())?;
    make_folder_of(&settings.database)?;
    let db = Db::connect(&settings.database).await?;
    let app = App::new(db, Clock::default(), forms, settings);
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

/// Makes the folder that an SQLite file goes into.
fn make_folder_of(database: &str) -> Result<()> {
    let Some(path) = database.strip_prefix("sqlite:") else {
        return Ok(());
    };
    let path = Path::new(
        path.trim_start_matches("//")
            .split('?')
            .next()
            .unwrap_or_default(),
    );
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display())),
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| anyhow::anyhow!("{} is not UTF-8 text", path.display()))
}

fn check_form(file: &Path) -> Result<()> {
    let text = read_text(file)?;
    if is_framework(&text) {
        return check_framework(file, &text);
    }
    match load(&file.display().to_string(), &text) {
        Ok(form) => {
            println!(
                "{}: {} of {}, {} questions: sound",
                file.display(),
                form.id,
                form.version,
                form.questions().count()
            );
            for line in rule::unfed(&form) {
                println!(
                    "rule {}: silent, because no question means {}",
                    line.id,
                    line.needs.join(" or ")
                );
            }
            Ok(())
        }
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            bail!("{} is not a form that can be used", file.display())
        }
    }
}

/// Prints what the rules say of a report in a case file. Findings are an answer, not a failure.
fn print_findings(
    file: &Path,
    report: Option<&str>,
    context: Option<&Path>,
    forms: Option<&Path>,
    json: bool,
) -> Result<()> {
    let case = case::read(&read_text(file)?).with_context(|| file.display().to_string())?;
    let report = examine::report(&case, report).context("the case has no such report")?;
    let forms = all_forms(forms)?;
    let form = forms
        .version(&report.form, report.form_version)
        .with_context(|| {
            format!(
                "form {} of {} is not loaded",
                report.form, report.form_version
            )
        })?;
    let context = match context {
        Some(path) => {
            serde_json::from_str(&read_text(path)?).with_context(|| path.display().to_string())?
        }
        None => examine::Context::default(),
    };
    let found = examine::examine(&case, report, &form, &context)
        .map_err(|reason| anyhow::anyhow!("{}: {reason}", file.display()))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        for f in &found {
            println!(
                "{}\t{}\t{}\t{}",
                f.severity.name(),
                f.rule.id(),
                f.on,
                f.message
            );
        }
    }
    Ok(())
}

/// Checks quality standards alone; what they follow is checked when both are loaded.
fn check_framework(file: &Path, text: &str) -> Result<()> {
    match self_assessment::load::load(&file.display().to_string(), text) {
        Ok(framework) => {
            println!(
                "{}: {} of {}, {} domains, {} criteria: sound",
                file.display(),
                framework.id,
                framework.version,
                framework.domains.len(),
                framework.criteria().count()
            );
            Ok(())
        }
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            bail!(
                "{} is not a file of standards that can be used",
                file.display()
            )
        }
    }
}

fn render(frozen: &Path, format: PaperFormat, output: &Path) -> Result<()> {
    let (frozen, content) = FrozenReport::read(&read_text(frozen)?)?;
    write_paper(
        &papers::report::full(&content, frozen.digest()),
        format,
        output,
    )
}

fn blank_form(file: &Path, format: PaperFormat, output: &Path) -> Result<()> {
    let name = file.display().to_string();
    let form = load(&name, &read_text(file)?).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(lines.join("\n"))
    })?;
    write_paper(&papers::blank::document(&form), format, output)
}

fn write_paper(document: &Document, format: PaperFormat, output: &Path) -> Result<()> {
    let wanted = match format {
        PaperFormat::Pdf => Format::Pdf,
        PaperFormat::Html => Format::Html,
        PaperFormat::Docx => Format::Docx,
    };
    let bytes = papers::set_now(Kind::Full, document, None)?
        .into_iter()
        .find_map(|paper| (paper.format == wanted).then_some(paper.bytes))
        .with_context(|| format!("a paper is not set as {}", wanted.name()))?;
    std::fs::write(output, bytes).with_context(|| format!("cannot write {}", output.display()))
}

async fn verify(file: &Path, database: Option<&str>, frozen: Option<&Path>) -> Result<()> {
    let bytes = read(file)?;
    let verdict = match (database, frozen) {
        (_, Some(frozen)) => {
            let (frozen, content) = FrozenReport::read(&read_text(frozen)?)?;
            verification::compare(&bytes, &frozen, &content)?
        }
        (Some(database), None) => {
            let db = Db::open_existing(database).await?;
            verification::judge(&bytes, &Register::whole(&db)).await?
        }
        (None, None) => bail!("cannot tell: give --database or --frozen to compare with"),
    };
    println!("{verdict}");
    if matches!(verdict, Verdict::Ours { .. }) {
        Ok(())
    } else {
        bail!("not verified")
    }
}

async fn organisation(db: &Db, name: &str) -> Result<OrganisationId> {
    organisations::named(db, name)
        .await?
        .with_context(|| format!("there is no organisation named “{name}”"))
}

async fn export(
    database: &str,
    organisation_name: &str,
    reference: &str,
    output: &Path,
) -> Result<()> {
    let db = Db::open_existing(database).await?;
    let organisation = organisation(&db, organisation_name).await?;
    let patient = patients::by_reference(&db, &organisation, reference)
        .await?
        .with_context(|| format!("{organisation_name} has no patient with that MHCS reference"))?;
    let case = cases::export(&db, &organisation, &patient, Clock::default().now()).await?;
    let json = serde_json::to_string_pretty(&case)?;
    std::fs::write(output, json).with_context(|| format!("cannot write {}", output.display()))
}

async fn import(
    file: &Path,
    database: &str,
    organisation_name: &str,
    team: &str,
    forms: Option<&Path>,
) -> Result<()> {
    let case = case::read(&read_text(file)?).with_context(|| file.display().to_string())?;
    let forms = all_forms(forms)?;
    let db = Db::open_existing(database).await?;
    let organisation = organisation(&db, organisation_name).await?;
    let patient = cases::import(
        &db,
        &forms,
        &organisation,
        team,
        &case,
        Clock::default().now(),
    )
    .await?;
    println!("imported as patient {patient}");
    Ok(())
}

async fn add_user(add: UserCommand) -> Result<()> {
    let UserCommand::Add {
        database,
        email,
        name,
        job_title,
        organisation,
        kind,
        team,
        role,
        second_factor,
    } = add;
    let role = Role::named(&role).with_context(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|r| r.name()).collect();
        format!("--role must be one of {}", names.join(", "))
    })?;
    if !is_email(&email) {
        bail!("--email must be an e-mail address");
    }
    let mut password = String::new();
    std::io::stdin()
        .read_to_string(&mut password)
        .context("cannot read the password from standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    make_folder_of(&database)?;
    let db = Db::connect(&database).await?;
    let standing = people::by_email(&db, &email).await?;
    let hash = match &standing {
        // What is asked for is done or refused: a different name or password is never just ignored.
        Some(person) => {
            if person.name != name || person.job_title != job_title {
                bail!(
                    "{email} has an account already, of {}, {}: give that --name and --job-title to add a role to it; an administrator changes them in the product",
                    person.name,
                    person.job_title
                );
            }
            if person.disabled {
                bail!("{email} has left: an administrator invites them again in the product");
            }
            let same = Hasher::default()
                .matches(password, person.password_hash.as_deref())
                .await?;
            if !same {
                bail!(
                    "{email} has an account already, and this is not its password: an administrator gives a new one in the product"
                );
            }
            String::new()
        }
        None => {
            if let Some(problem) = passwords::problem(password, &[&name, &email, &organisation]) {
                bail!("{problem}");
            }
            Hasher::default().hash(password).await?
        }
    };
    let mut tx = db.begin().await?;
    let fresh = organisations::named(&db, &organisation).await?.is_none();
    let (organisation, team_id) =
        organisations::ensure(&mut tx, &organisation, &kind, &team).await?;
    if fresh && second_factor == Choice::No {
        organisations::adjust(&mut tx, &organisation, |s| s.second_factor_required = false).await?;
    }
    if let Some(person) = &standing {
        let elsewhere = people::memberships(&db, &person.id)
            .await?
            .into_iter()
            .any(|m| {
                m.organisation == organisation
                    && m.role == role
                    && m.team.as_deref() != Some(team_id.as_str())
            });
        if elsewhere {
            bail!(
                "{email} is {} there in another team already: an administrator changes that in the product",
                role.name()
            );
        }
    }
    let new = people::NewPerson {
        email: &email,
        name: &name,
        job_title: &job_title,
        password_hash: &hash,
    };
    let person = people::add(&mut tx, &new).await?;
    people::join(&mut tx, &person, &organisation, role, Some(&team_id)).await?;
    let event = audit::Event {
        person: None,
        subject: Some(person.to_string()),
        reason: Some(role.name().to_owned()),
        ..audit::Event::done(&organisation, Clock::default().now(), &person, "add-user")
    };
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}

async fn audit_head(database: &str, export: Option<&Path>) -> Result<()> {
    let db = Db::open_existing(database).await?;
    let anchor = anchor::take(&db, None, Clock::default().now()).await?;
    let json = serde_json::to_string_pretty(&anchor)?;
    match export {
        Some(file) => std::fs::write(file, json)
            .with_context(|| format!("cannot write {}", file.display()))?,
        None => println!("{json}"),
    }
    Ok(())
}

async fn verify_audit(database: &str, anchored: Option<&Path>) -> Result<()> {
    let anchor = anchored
        .map(|file| Anchor::read(&read_text(file)?).with_context(|| file.display().to_string()))
        .transpose()?;
    let db = Db::open_existing(database).await?;
    let mut broken = false;
    for chain in audit::chains(&db).await? {
        match audit::verify(&db, &chain).await? {
            Ok(rows) => println!("{chain}: {rows} rows hold"),
            Err(audit::Broken::At(number)) => {
                broken = true;
                println!("{chain}: row {number} is missing, changed or out of place");
            }
            Err(audit::Broken::CutAfter(number)) => {
                broken = true;
                println!("{chain}: rows after {number} are missing");
            }
        }
    }
    let standings = match &anchor {
        Some(anchor) => anchor::compare(&db, anchor).await?,
        None => Vec::new(),
    };
    for (chain, standing) in standings {
        broken |= standing != Standing::Holds;
        match standing {
            Standing::Holds => println!("{chain}: agrees with the anchor"),
            Standing::CutAfter(number) => {
                println!("{chain}: rows after {number} that the anchor names are missing");
            }
            Standing::Rewritten(number) => {
                println!("{chain}: row {number} is not the one that the anchor names");
            }
        }
    }
    if broken {
        bail!("the audit does not hold")
    } else {
        Ok(())
    }
}
