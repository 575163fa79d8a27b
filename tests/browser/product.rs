//! The real binary with the demo's people and cases, for one test.

use super::driver::until;
use super::page::{click_button, fill};
use anyhow::{Context, Result, ensure};
use fantoccini::Client;
use serde_json::{Value, json};
use sqlx::Connection;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The password that the demo prints.
pub const PASSWORD: &str = "tarnbeck demo only";

/// A running product. Dropping it stops it and removes its database.
pub struct Product {
    process: Child,
    pub address: String,
    /// The database's address, to look past the product.
    pub database: String,
    folder: TempDir,
}

fn binary() -> Command {
    Command::new(env!("CARGO_BIN_EXE_conditional-discharge"))
}

/// Adds somebody by the command line, who signs in with the demo's password.
fn add_person(
    database: &str,
    (organisation, team): (&str, &str),
    email: &str,
    name: &str,
    role: &str,
) -> Result<()> {
    let mut add = binary()
        .args(["user", "add", "--database", database])
        .args(["--email", email, "--name", name, "--job-title", name])
        .args(["--organisation", organisation, "--team", team])
        .args(["--role", role, "--second-factor", "no"])
        .stdin(Stdio::piped())
        .spawn()?;
    add.stdin
        .take()
        .context("no input")?
        .write_all(PASSWORD.as_bytes())?;
    ensure!(add.wait()?.success(), "{name} could not be added");
    Ok(())
}

impl Product {
    /// Starts the demo on a free port, on a fixed day.
    pub fn demo() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = format!("sqlite:{}", folder.path().join("demo.db").display());
        let mut serve = binary();
        serve.args([
            "demo",
            "--listen",
            "127.0.0.1:0",
            "--today",
            "2026-11-22",
            "--database",
            &database,
        ]);
        Self::start(serve, folder, database)
    }

    /// Starts the product with the short form as its newest, three people and one patient, all put
    /// there by its own command line.
    pub fn short() -> Result<Self> {
        Self::short_with(|serve| {
            serve.args(["--listen", "127.0.0.1:0"]);
            Ok(())
        })
    }

    /// The same, where the last moment decides at which address it listens.
    pub fn short_with(set: impl FnOnce(&mut Command) -> Result<()>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name).display().to_string();
        let database = format!("sqlite:{}", at("short.db"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let form = std::fs::read_to_string(root.join("tests/forms/short.2026-01-05.toml"))?;
        std::fs::create_dir(at("forms"))?;
        std::fs::write(
            at("forms/short.toml"),
            form.replace("2026-01-05", "2027-01-05"),
        )?;
        for (email, name, role) in [
            (AUTHOR, "Ada Author", "social-supervisor"),
            (MANAGER, "Mo Manager", "line-manager"),
            (DOCTOR, "Dr Dee Doctor", "clinical-supervisor"),
            (ADMIN, "Addy Ministrator", "administrator"),
        ] {
            add_person(&database, ("Northmere", "Tarnbeck"), email, name, role)?;
        }
        let case = include_str!("../product/case.json").replace("{NAME}", "Quillfeather");
        std::fs::write(at("case.json"), case)?;
        let import = binary()
            .args(["case", "import", &at("case.json"), "--database", &database])
            .args(["--organisation", "Northmere", "--team", "Tarnbeck"])
            .status()?;
        ensure!(import.success(), "the case could not be imported");
        let mut serve = binary();
        serve.args(["serve", "--database", &database, "--forms", &at("forms")]);
        set(&mut serve)?;
        Self::start(serve, folder, database)
    }

    fn start(mut serve: Command, folder: TempDir, database: String) -> Result<Self> {
        let mut process = serve
            .env("NO_COLOR", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("starting the product")?;
        let log = process.stderr.take().context("no log")?;
        let mut lines = BufReader::new(log).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("address=")?.1.trim().to_owned()))
            .context("the product did not start")?;
        // The log is read to its end, or the product would stop when its pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            process,
            address: format!("http://{address}"),
            database,
            folder,
        })
    }

    /// Puts a patient of the demo there once more, with what is not yet frozen, under another reference: for
    /// what can be done once only. Ids of the demo are made of the reference. Gives the address of the record.
    pub fn copy_of(&self, reference: &str, copy: &str) -> Result<String> {
        let file = self.folder.path().join("copy.json");
        let organisation = ["--organisation", "Northmere & Vale NHS Foundation Trust"];
        let run = |case: &[&str]| -> Result<String> {
            let mut command = binary();
            command.args(case).args(organisation);
            let done = command.args(["--database", &self.database]).output()?;
            ensure!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            Ok(String::from_utf8(done.stdout)?)
        };
        let file = file.to_str().context("a path that is no text")?;
        run(&["case", "export", "--reference", reference, "--output", file])?;
        let mut case: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
        case["carried"] = json!({ "paper": [] });
        let reports = case["reports"].as_array_mut().context("no reports")?;
        reports.retain(|report| report["frozen"].is_null());
        let id = |reference: &str| reference.to_lowercase().replace('/', "-");
        let text = case.to_string().replace(reference, copy);
        std::fs::write(file, text.replace(&id(reference), &id(copy)))?;
        let team = "Tarnbeck Forensic Community Team";
        let said = run(&["case", "import", file, "--team", team])?;
        let patient = said.split_whitespace().last().context("no patient")?;
        Ok(format!("/patients/{patient}"))
    }

    /// Adds somebody to the demo's trust.
    pub fn add_person(&self, email: &str, name: &str, role: &str) -> Result<()> {
        let place = (
            "Northmere & Vale NHS Foundation Trust",
            "Tarnbeck Forensic Community Team",
        );
        add_person(&self.database, place, email, name, role)
    }

    /// Runs SQL past the product, to bring a moment near that a test does not wait for.
    pub async fn tamper(&self, sql: &'static str) -> Result<()> {
        let mut db = sqlx::SqliteConnection::connect(&self.database).await?;
        sqlx::raw_sql(sql).execute(&mut db).await?;
        Ok(())
    }

    /// Stops the product at once, as a power cut would.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Opens a page.
    pub async fn open(&self, client: &Client, path: &str) -> Result<()> {
        Ok(client.goto(&format!("{}{path}", self.address)).await?)
    }

    /// Signs in as one of the demo's people, signing out first.
    pub async fn sign_in(&self, client: &Client, email: &str) -> Result<()> {
        client.delete_all_cookies().await?;
        self.open(client, "/sign-in").await?;
        fill(client, "E-mail address", email).await?;
        fill(client, "Password", PASSWORD).await?;
        click_button(client, "Sign in").await?;
        self.signed_in(client).await
    }

    /// Waits for the end of signing in. Passwords are slow to check on purpose, and whoever opened
    /// another page before the answer came would not be signed in.
    pub async fn signed_in(&self, client: &Client) -> Result<()> {
        let elsewhere = until(async || {
            let here = client.current_url().await?;
            Ok((!here.path().starts_with("/sign-in")).then_some(()))
        });
        elsewhere.await?.context("signing in led nowhere")
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub const PRIYA: &str = "priya.nandakumar@northmere.example.org";
pub const RUTH: &str = "ruth.okonedo-lyle@northmere.example.org";
pub const INES: &str = "ines.carvalho@northmere.example.org";
pub const ALAN: &str = "alan.fewtrell@northmere.example.org";
pub const AUTHOR: &str = "author@northmere.example.org";
pub const MANAGER: &str = "manager@northmere.example.org";
pub const DOCTOR: &str = "doctor@northmere.example.org";
pub const ADMIN: &str = "admin@northmere.example.org";
pub const UNA: &str = "una.farrow@northmere.example.org";
pub const HEW: &str = "hew.mostyn@northmere.example.org";
pub const JOAN: &str = "joan.ashby@northmere.example.org";
pub const MOIRA: &str = "moira.sandford-ebele@northmere.example.org";
