//! Pages, saves, start, memory, first-page bytes.

use super::client::Visitor;
use super::{Figure, elsewhere, figure, guesses, milliseconds, quantile, quantiles, slow};
use anyhow::{Context, Result, ensure};
use conditional_discharge::domain::form::definition::Asked;
use conditional_discharge::domain::form::load::load;
use conditional_discharge::domain::form::{Kind, Part, Question, Respondent};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// Clients at the same time, as agreed.
const CLIENTS: usize = 16;
const PAGES_EACH: usize = 250;
const SAVES_EACH: usize = 40;
pub const PASSWORD: &str = "tarnbeck demo only";
pub const PRIYA: &str = "priya.nandakumar@northmere.example.org";
const REPORT: &str = "/reports/test-00001-report-4";

pub struct Server {
    process: Child,
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn spawn(command: &str, database: &str) -> Result<Server> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_conditional-discharge"))
        .args([command, "--listen", "127.0.0.1:0", "--database", database])
        .env("NO_COLOR", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(process.stderr.take().context("no log")?).lines();
    let found = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|l| Some(l.split_once("address=")?.1.trim().to_owned()));
    std::thread::spawn(move || lines.for_each(drop));
    Ok(Server {
        process,
        address: format!("http://{}", found.context("the server did not start")?),
    })
}

/// A line of `/proc/PID/status`, in MB.
fn memory(server: &Server, line: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process.id()))?;
    let value = status
        .lines()
        .find_map(|l| l.strip_prefix(line))
        .context("no such line")?;
    let kilobytes: f64 = value
        .trim_start_matches(':')
        .trim()
        .trim_end_matches("kB")
        .trim()
        .parse()?;
    Ok(kilobytes / 1024.0)
}

pub async fn figures() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bench.db");
    let database = format!("sqlite:{}", file.display());
    drop(spawn("demo", &database)?);
    let mut figures = vec![start(&database).await?];
    let server = spawn("serve", &database)?;
    figures.push(figure(
        "memory idle",
        format!("{:.0} MB", memory(&server, "VmRSS")?),
        "≤ 60 MB",
    ));
    figures.extend(bytes(&server).await?);
    figures.push(pages(&server).await?);
    let reader = Visitor::sign_in(&server.address, PRIYA, PASSWORD).await?;
    figures.push(slow::figures(&server, &reader).await?);
    let bare = bare_commits(folder.path()).await?;
    figures.push(saves(&server, &bare).await?);
    figures.push(figure(
        "bare commit, same disk, 16 writers",
        quantiles(bare),
        "compared with saves",
    ));
    figures.push(figure(
        "memory loaded",
        format!("{:.0} MB at most", memory(&server, "VmHWM")?),
        "≤ 250 MB",
    ));
    figures.extend(elsewhere::figures(&server).await?);
    // Last: it leaves this address throttled.
    figures.push(guesses::figures(&server).await?);
    Ok(figures)
}

/// Only whether time tells another organisation's record from a missing one.
pub async fn elsewhere() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let database = format!("sqlite:{}", folder.path().join("bench.db").display());
    drop(spawn("demo", &database)?);
    let server = spawn("serve", &database)?;
    elsewhere::figures(&server).await
}

async fn start(database: &str) -> Result<Figure> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let begin = Instant::now();
        let server = spawn("serve", database)?;
        Visitor::new(&server.address).get("/help").await?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    Ok(figure(
        "start to first answer",
        milliseconds(quantile(&times, 0.5)),
        "≤ 300 ms",
    ))
}

async fn bytes(server: &Server) -> Result<Vec<Figure>> {
    let visitor = Visitor::sign_in(&server.address, PRIYA, PASSWORD).await?;
    let home = visitor.get("/").await?.body.len();
    let style = visitor
        .get("/pkg/conditional-discharge.css?v=1")
        .await?
        .body
        .len();
    let first = visitor
        .get(&format!("{REPORT}/sections/occupation"))
        .await?
        .body
        .len();
    let script = visitor
        .get("/pkg/conditional-discharge.js")
        .await?
        .body
        .len();
    let wasm = visitor
        .get("/pkg/conditional-discharge.wasm")
        .await?
        .body
        .len();
    let kb = |n: usize| format!("{:.1} KB", n as f64 / 1000.0);
    ensure!(home > 0 && style > 0, "nothing was served");
    Ok(vec![
        figure(
            "first usable page, brotli, without WASM",
            format!(
                "{} (page {}, style {})",
                kb(home + style),
                kb(home),
                kb(style)
            ),
            "≤ 45 KB",
        ),
        figure(
            "islands more, brotli",
            format!(
                "{} (WASM {}, glue {}); a section's page {}",
                kb(script + wasm),
                kb(wasm),
                kb(script),
                kb(first)
            ),
            "≤ 90 KB",
        ),
    ])
}

async fn pages(server: &Server) -> Result<Figure> {
    let paths = [
        "/".to_owned(),
        REPORT.to_owned(),
        format!("{REPORT}/check"),
        format!("{REPORT}/sections/occupation"),
    ];
    // All sign in before any reads: a password keeps a core busy for as long as forty pages.
    let mut visitors = Vec::new();
    for _ in 0..CLIENTS {
        visitors.push(Visitor::sign_in(&server.address, PRIYA, PASSWORD).await?);
    }
    let mut clients = Vec::new();
    for visitor in visitors {
        let paths = paths.clone();
        clients.push(tokio::spawn(async move {
            let mut times = Vec::with_capacity(PAGES_EACH);
            for n in 0..PAGES_EACH {
                let answer = visitor.get(&paths[n % paths.len()]).await?;
                ensure!(
                    answer.status == 200,
                    "{} answered {}",
                    paths[n % paths.len()],
                    answer.status
                );
                times.push(answer.time);
            }
            Ok::<_, anyhow::Error>(times)
        }));
    }
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    Ok(figure(
        "pages read, 16 clients, views audited",
        quantiles(times),
        "p99 ≤ 25 ms",
    ))
}

/// Narrative questions of Parts A and B, each with the section that asks it.
fn narratives() -> Result<Vec<(String, String)>> {
    let text = include_str!("../../src/forms/progress-report.2026-11-22.toml");
    let form = load("form", text).map_err(|_| anyhow::anyhow!("the form is not sound"))?;
    let wanted = |part: &Part, question: &Question| {
        part.answered_by == Respondent::SocialSupervisor
            && question.kind == Kind::Narrative
            && question.asked == Asked::Always
    };
    Ok(form
        .questions()
        .filter(|(part, _, question)| wanted(part, question))
        .map(|(_, section, question)| (section.id.clone(), question.id.clone()))
        .take(CLIENTS)
        .collect())
}

/// The version that a page of a section says an answer has.
async fn version(visitor: &Visitor, path: &str, question: &str) -> Result<u32> {
    let page = String::from_utf8(visitor.get_plain(path).await?.body)?;
    let control = format!("name=\"version/{question}/\" value=\"");
    let value = page
        .split_once(&control)
        .context("the page does not ask this")?
        .1;
    Ok(value.split('"').next().unwrap_or_default().parse()?)
}

async fn saves(server: &Server, bare: &[Duration]) -> Result<Figure> {
    let mut clients = Vec::new();
    for (section, question) in narratives()? {
        let visitor = Visitor::sign_in(&server.address, PRIYA, PASSWORD).await?;
        clients.push(tokio::spawn(async move {
            let path = format!("{REPORT}/sections/{section}");
            let mut version = version(&visitor, &path, &question).await?;
            let mut times = Vec::with_capacity(SAVES_EACH);
            for n in 0..SAVES_EACH {
                let text = format!("Save {n} ").repeat(250);
                let body = format!(
                    "answer/{question}//text={}&version/{question}/={version}&then=leave",
                    text.replace(' ', "+")
                );
                let answer = visitor.post(&path, &body).await?;
                ensure!(answer.status == 204, "a save answered {}", answer.status);
                version += 1;
                times.push(answer.time);
            }
            Ok::<_, anyhow::Error>(times)
        }));
    }
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    times.sort_unstable();
    let mut bare = bare.to_vec();
    bare.sort_unstable();
    let ratio = quantile(&times, 0.95).as_secs_f64() / quantile(&bare, 0.95).as_secs_f64();
    let words = format!("{}; p95 is {ratio:.1}× the bare commit's", quantiles(times));
    Ok(figure(
        "saves, 16 clients, 2 KB, audited, synchronous=FULL",
        words,
        "p99 ≤ 100 ms, p95 ≤ 3× bare",
    ))
}

/// The same rows without the product: one writer pool, 16 tasks, write-ahead log, FULL.
async fn bare_commits(folder: &Path) -> Result<Vec<Duration>> {
    let options =
        SqliteConnectOptions::from_str(&format!("sqlite:{}", folder.join("bare.db").display()))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    sqlx::raw_sql("create table answer (id text primary key, body text); create table audit (id integer primary key, body text)").execute(&pool).await?;
    let mut writers = Vec::new();
    for writer in 0..CLIENTS {
        let pool = pool.clone();
        writers.push(tokio::spawn(async move {
            let mut times = Vec::with_capacity(SAVES_EACH);
            for n in 0..SAVES_EACH {
                let begin = Instant::now();
                let mut tx = pool.begin().await?;
                sqlx::query("insert into answer (id, body) values ($1, $2)")
                    .bind(format!("{writer}-{n}"))
                    .bind("x".repeat(2000))
                    .execute(&mut *tx)
                    .await?;
                sqlx::query("insert into audit (body) values ($1)")
                    .bind("y".repeat(300))
                    .execute(&mut *tx)
                    .await?;
                tx.commit().await?;
                times.push(begin.elapsed());
            }
            Ok::<_, anyhow::Error>(times)
        }));
    }
    let mut times = Vec::new();
    for writer in writers {
        times.extend(writer.await??);
    }
    Ok(times)
}
