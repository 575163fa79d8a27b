//! A real browser for a test: started for it, and gone after it however the test ends.
//!
//! Nothing here waits a fixed time for something to happen: conditions are polled, with a deadline.

use super::console;
use anyhow::{Context, Result, bail, ensure};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    env, fs,
    io::ErrorKind,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

/// How long one condition may take to come true.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How long a whole test may take.
const LIMIT: Duration = Duration::from_secs(600);
/// The window of a desk.
pub const DESK: (u32, u32) = (1280, 900);
/// The narrowest window a page must fit: 1280 pixels magnified four times (WCAG 1.4.10).
pub const NARROW: (u32, u32) = (320, 640);

/// Runs chromedriver until our end of the pipe closes, then ends all that came of it and
/// deletes its folder. The pipe closes when the test is done, panics, is interrupted or is
/// killed: in none of these cases is anything left behind.
const GUARD: &str = r#"
folder=$1; shift
setsid "$@" >"$folder/log" 2>&1 </dev/null &
cat >/dev/null
kill -s KILL -- "-$!" 2>/dev/null
kill -s KILL "$!" 2>/dev/null
wait
rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }
"#;

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// As most people browse.
    On,
    /// Every form still has to work.
    Off,
}

/// Runs a test with one browser at a desk.
pub async fn with_browser<F, T>(scripts: Scripts, test: F) -> Result<()>
where
    F: FnOnce(Client) -> T,
    T: Future<Output = Result<()>>,
{
    with_window(scripts, DESK, test).await
}

/// Runs a test with one browser. It fails after ten minutes, and when a page logs an error.
pub async fn with_window<F, T>(scripts: Scripts, window: (u32, u32), test: F) -> Result<()>
where
    F: FnOnce(Client) -> T,
    T: Future<Output = Result<()>>,
{
    let driver = Driver::start().await?;
    let work = async {
        let client = driver.open(scripts, window).await?;
        test(client.clone()).await?;
        let errors = console::errors(driver.port, &client).await?;
        ensure!(
            errors.is_empty(),
            "the browser's console has errors: {errors:#?}"
        );
        Ok(())
    };
    timeout(LIMIT, work)
        .await
        .unwrap_or_else(|_| bail!("the test took longer than {LIMIT:?}"))
}

/// A chromedriver and the browsers it opened. Dropping it ends them all.
pub struct Driver {
    guard: Child,
    folder: PathBuf,
    port: u16,
    opened: AtomicUsize,
}

impl Driver {
    /// Starts chromedriver on a port that it chooses itself, so that tests never compete for one.
    ///
    /// It asks for a port of one family of addresses and takes the same number of the other, which
    /// somebody may already have: then it says so and ends, and another is started.
    pub async fn start() -> Result<Self> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(driver) = Self::start_once().await? {
                return Ok(driver);
            }
            ensure!(
                Instant::now() < deadline,
                "chromedriver finds no port that nobody has"
            );
        }
    }

    async fn start_once() -> Result<Option<Self>> {
        let folder = tempfile::tempdir()
            .context("making a folder for the browser")?
            .keep();
        let program = env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
        let guard = Command::new("/bin/sh")
            .args(["-c", GUARD, "guard"])
            .arg(&folder)
            .args([&program, "--port=0"])
            // The browser's own temporary files go when the folder goes.
            .env("TMPDIR", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("starting chromedriver")?;
        let mut driver = Self {
            guard,
            folder,
            port: 0,
            opened: AtomicUsize::new(0),
        };
        let log = driver.folder.join("log");
        let read = || fs::read_to_string(&log).unwrap_or_default();
        let outcome = until(async || Ok(outcome(&read())))
            .await?
            .with_context(|| {
                format!(
                    "{program} did not start (Debian: apt-get install chromium-driver): {}",
                    read()
                )
            })?;
        Ok(match outcome {
            Outcome::On(port) => {
                driver.port = port;
                Some(driver)
            }
            Outcome::PortTaken => None,
        })
    }

    /// What browsers wrote on the disk that holds one of these words.
    pub fn left_in_profiles(&self, words: &[&str]) -> Result<Vec<String>> {
        holding(&self.folder, words)
    }

    /// Opens another browser, which shares nothing with those already open.
    pub async fn open(&self, scripts: Scripts, (width, height): (u32, u32)) -> Result<Client> {
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        let profile = self.folder.join(format!("profile-{number}"));
        let mut options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", format!("--user-data-dir={}", profile.display()),
            ],
            // A headless window is never narrower than 500 pixels; an emulated screen is.
            "mobileEmulation": { "deviceMetrics": {
                "width": width, "height": height, "pixelRatio": 1.0, "touch": false, "mobile": false,
            }},
        });
        if scripts == Scripts::Off {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        if let Ok(program) = env::var("CHROMIUM") {
            options["binary"] = program.into();
        }
        let capabilities =
            json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("written above as an object")
        };
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .context("opening a browser")
    }
}

/// Files that hold one of some words as it stands.
fn holding(folder: &Path, words: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    // A browser that is ending takes files and folders away: what is gone by now holds nothing.
    let files = match fs::read_dir(folder) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(found),
        files => files?,
    };
    for file in files {
        let file = file?;
        let Ok(kind) = file.file_type() else {
            continue;
        };
        if kind.is_dir() {
            found.extend(holding(&file.path(), words)?);
        } else if kind.is_file() {
            let bytes = fs::read(file.path()).unwrap_or_default();
            for word in words {
                if bytes
                    .windows(word.len())
                    .any(|some| some == word.as_bytes())
                {
                    found.push(format!("{}: {word}", file.path().display()));
                }
            }
        }
    }
    Ok(found)
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        if let Err(error) = self.guard.wait() {
            eprintln!("chromedriver may not have ended: {error}");
        }
    }
}

/// Asks again and again until there is an answer, or `None` when patience ends.
pub async fn until<T>(mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<Option<T>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = look().await?;
        if answer.is_some() || Instant::now() > deadline {
            return Ok(answer);
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// How chromedriver's start ended.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// It listens here.
    On(u16),
    /// Somebody else had the port that it chose.
    PortTaken,
}

/// How the start ended of a chromedriver that has written this to its log, if it has ended.
fn outcome(log: &str) -> Option<Outcome> {
    if log.contains("port not available") {
        return Some(Outcome::PortTaken);
    }
    let (_, rest) = log.split_once("started successfully on port ")?;
    let port = rest.split_once('.')?.0.parse().ok()?;
    Some(Outcome::On(port))
}

#[test]
fn a_taken_port_is_told_from_a_late_start() {
    let start = "Starting ChromeDriver 156.0 on port 0\n";
    assert_eq!(outcome(start), None);
    let ready = format!("{start}ChromeDriver was started successfully on port 4711.\n");
    assert_eq!(outcome(&ready), Some(Outcome::On(4711)));
    let taken = format!("{start}IPv4 port not available. Exiting...\n");
    assert_eq!(outcome(&taken), Some(Outcome::PortTaken));
}
