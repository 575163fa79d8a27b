//! The same content through typst and through a browser that is running already.

use super::child::Cost;
use super::markup;
use crate::{Figure, figure, milliseconds, quantile};
use anyhow::{Context, Result, bail, ensure};
use conditional_discharge::document::{Document, html};
use fantoccini::ClientBuilder;
use fantoccini::wd::PrintConfiguration;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Papers of each, of which the median counts.
const PAPERS: usize = 11;

/// A line for each way that is installed; for one that is not, how to install it.
pub fn figures(what: &str, document: &Document, ours: &Cost) -> Vec<Figure> {
    let line = |name: &str, told: Result<Peer>, target| {
        let words = match told {
            Ok(peer) => format!(
                "{} CPU warm (median of {PAPERS}), {} the first, {:.1} KB: {:.1} × ours",
                milliseconds(peer.warm),
                milliseconds(peer.first),
                peer.kilobytes,
                peer.warm.as_secs_f64() / ours.warm().as_secs_f64()
            ),
            Err(error) => format!("not measured: {error:#}"),
        };
        figure(&format!("{what}, by {name}"), words, target)
    };
    vec![
        line("typst", typst(document), "≥ 12 × ours"),
        line("Chromium", chromium(document), "≥ 60 × ours"),
    ]
}

/// What another way cost.
struct Peer {
    first: Duration,
    warm: Duration,
    kilobytes: f64,
}

impl Peer {
    fn of(times: &[Duration], bytes: usize) -> Result<Self> {
        let (first, rest) = times.split_first().context("nothing was made")?;
        let mut rest = rest.to_vec();
        rest.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "bytes of a paper")]
        let kilobytes = bytes as f64 / 1e3;
        Ok(Self {
            first: *first,
            warm: quantile(&rest, 0.5),
            kilobytes,
        })
    }
}

/// Compiles each paper once with a word of its own, so that none is remembered from the one before, and
/// prints nanoseconds of the processor and bytes.
const COMPILE: &str = "
import sys, time, typst
source = open(sys.argv[1], encoding='utf-8').read()
for number in range(int(sys.argv[2])):
    start = time.process_time_ns()
    text = source.replace('PAPER-NUMBER', f'Paper {number}').encode()
    paper = typst.compile(text, format='pdf', pdf_standards='ua-1')
    print(time.process_time_ns() - start, len(paper))
";

fn typst(document: &Document) -> Result<Peer> {
    let python = std::env::var("TYPST_PYTHON").unwrap_or_else(|_| "python3".into());
    let installed = Command::new(&python)
        .args(["-c", "import typst"])
        .output()?;
    ensure!(
        installed.status.success(),
        "python3 -m pip install typst; or TYPST_PYTHON names a Python that has it"
    );
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("paper.typ");
    std::fs::write(&file, markup::typst(document))?;
    let output = Command::new(&python)
        .args(["-c", COMPILE])
        .arg(&file)
        .arg((PAPERS + 1).to_string())
        .output()?;
    if !output.status.success() {
        bail!("typst: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let line = |l: &str| {
        let (time, bytes) = l.split_once(' ')?;
        Some((
            Duration::from_nanos(time.parse().ok()?),
            bytes.parse().ok()?,
        ))
    };
    let made: Vec<(Duration, usize)> = text.lines().filter_map(line).collect();
    let times: Vec<Duration> = made.iter().map(|(time, _)| *time).collect();
    Peer::of(&times, made.last().map_or(0, |(_, bytes)| *bytes))
}

/// Ends a browser's driver with all that it started.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn chromium(document: &Document) -> Result<Peer> {
    let folder = tempfile::tempdir()?;
    let pages = (0..=PAPERS)
        .map(|number| {
            let file = folder.path().join(format!("paper-{number}.html"));
            std::fs::write(&file, html::styled(document))?;
            Ok(format!("file://{}", file.display()))
        })
        .collect::<Result<Vec<_>>>()?;
    let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
    let port = free_port()?;
    let driver = Command::new(program)
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("apt-get install chromium chromium-driver; or CHROMEDRIVER names it")?;
    let driver = Driver(driver);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(print(&pages, port, driver.0.id(), folder.path()))
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

async fn print(pages: &[String], port: u16, driver: u32, folder: &Path) -> Result<Peer> {
    let mut options = json!({ "args": [
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
        format!("--user-data-dir={}", folder.join("browser").display()),
    ] });
    if let Ok(program) = std::env::var("CHROMIUM") {
        options["binary"] = program.into();
    }
    let mut wanted = serde_json::Map::new();
    wanted.insert("goog:chromeOptions".into(), options);
    let address = format!("http://127.0.0.1:{port}");
    let mut tries = 0;
    let client = loop {
        let opened = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.clone())
            .connect(&address)
            .await;
        match opened {
            Ok(client) => break client,
            // The driver needs a moment before it listens.
            Err(_) if tries < 50 => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(error) => return Err(error).context("opening the browser"),
        }
        tries += 1;
    };
    let mut times = Vec::new();
    let mut bytes = 0;
    for page in pages {
        let start = of_family(driver)?;
        client.goto(page).await?;
        bytes = client.print(PrintConfiguration::default()).await?.len();
        times.push(of_family(driver)?.saturating_sub(start));
    }
    client.close().await?;
    Peer::of(&times, bytes)
}

/// Time of the processor that a process and all that came of it have had so far.
fn of_family(head: u32) -> Result<Duration> {
    /// The kernel counts in hundredths of a second for everybody who asks.
    const TICK: Duration = Duration::from_millis(10);
    let mut processes = Vec::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        // A process may end while it is looked at.
        let Ok(told) = std::fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        let Some((head, rest)) = told.rsplit_once(')') else {
            continue;
        };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|f| f.parse::<u32>().ok());
        let id = head.split(' ').next().and_then(|id| id.parse::<u32>().ok());
        if let (Some(id), Some(parent), Some(user), Some(system)) =
            (id, number(1), number(11), number(12))
        {
            processes.push((id, parent, user + system));
        }
    }
    let mut family = BTreeSet::from([head]);
    loop {
        let size = family.len();
        family.extend(
            processes
                .iter()
                .filter(|(_, parent, _)| family.contains(parent))
                .map(|(id, ..)| *id)
                .collect::<Vec<_>>(),
        );
        if family.len() == size {
            break;
        }
    }
    let ticks: u32 = processes
        .iter()
        .filter(|(id, ..)| family.contains(id))
        .map(|(_, _, t)| *t)
        .sum();
    Ok(TICK * ticks)
}
