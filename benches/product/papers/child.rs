//! One sample in a process of its own, and what it told of itself.

use crate::{milliseconds, quantile};
use anyhow::{Context, Result, bail};
use conditional_discharge::document::pdf;
use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

/// The argument after which this program is such a process: the sample's name and how many papers follow.
pub const ARGUMENT: &str = "--set-papers";
/// Papers of one timed batch: the processor's clock moves in steps of some milliseconds.
const BATCH: u32 = 20;
/// Batches, of which the median counts.
const BATCHES: u32 = 9;
/// Papers of the two processes whose instructions are compared.
const FEW_AND_MANY: [u32; 2] = [2, 12];

/// Sets a sample that often and prints what it cost, a name and a number a line. A time is of the
/// processor, in nanoseconds.
pub fn set(name: &str, papers: u32) -> Result<()> {
    let document = super::sample(name)?;
    if papers == 0 {
        return Ok(());
    }
    let start = Instant::now();
    let bytes = pdf(&document)?;
    println!("first {}", start.elapsed().as_nanos());
    let batch = |size: u32| -> Result<Duration> {
        let start = on_processor()?;
        for _ in 0..size {
            pdf(&document)?;
        }
        Ok(on_processor()?.saturating_sub(start) / size.max(1))
    };
    if papers >= BATCH * BATCHES {
        let mut times = (0..BATCHES)
            .map(|_| batch(papers / BATCHES))
            .collect::<Result<Vec<_>>>()?;
        times.sort_unstable();
        println!("warm {}", quantile(&times, 0.5).as_nanos());
    } else {
        for _ in 1..papers {
            pdf(&document)?;
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    println!("pages {}", text.matches("/Type/Page/").count());
    println!("bytes {}", bytes.len());
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|l| l.split_whitespace().next());
    println!("peak {}", peak.context("the system tells no peak")?);
    Ok(())
}

/// How long this thread has been on a processor.
fn on_processor() -> Result<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat")
        .context("the system does not tell how long a thread ran")?;
    let nanoseconds = told.split(' ').next().and_then(|n| n.parse().ok());
    Ok(Duration::from_nanos(nanoseconds.context("no number")?))
}

/// What a sample costs.
pub struct Cost {
    told: BTreeMap<String, u64>,
    /// Instructions of one paper more, and of the first; nothing without valgrind.
    instructions: Option<(f64, f64)>,
}

impl Cost {
    /// Measures a sample.
    pub fn of(name: &str) -> Result<Self> {
        let output = Command::new(std::env::current_exe()?)
            .args([ARGUMENT, name, &(BATCH * BATCHES).to_string()])
            .output()?;
        if !output.status.success() {
            bail!("{name}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8(output.stdout)?;
        let line = |l: &str| {
            let (name, number) = l.split_once(' ')?;
            Some((name.to_owned(), number.parse().ok()?))
        };
        Ok(Self {
            told: text.lines().filter_map(line).collect(),
            instructions: instructions(name)?,
        })
    }

    fn told(&self, what: &str) -> u64 {
        self.told.get(what).copied().unwrap_or_default()
    }

    /// Time of the processor for one paper more.
    pub fn warm(&self) -> Duration {
        Duration::from_nanos(self.told("warm"))
    }

    /// Instructions of one paper more, for each of its pages.
    pub fn instructions_a_page(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a number of pages")]
        let pages = self.told("pages") as f64;
        self.instructions.map(|(warm, _)| warm / pages)
    }

    /// All of it on one line.
    pub fn in_words(&self) -> String {
        let instructions = match self.instructions {
            Some((warm, first)) => format!(
                "{:.1} M instructions ({:.1} M the first)",
                warm / 1e6,
                first / 1e6
            ),
            None => "instructions not counted: apt-get install valgrind".to_owned(),
        };
        #[expect(clippy::cast_precision_loss, reason = "bytes of a paper")]
        let [kilobytes, megabytes] = [
            self.told("bytes") as f64 / 1e3,
            self.told("peak") as f64 / 1e3,
        ];
        format!(
            "{} pages, {kilobytes:.1} KB, {instructions}, {} CPU warm (median of {BATCHES} batches of {BATCH}), {} the first (wall), {megabytes:.0} MB at most",
            self.told("pages"),
            milliseconds(self.warm()),
            milliseconds(Duration::from_nanos(self.told("first")))
        )
    }
}

/// Instructions of one paper more and of the first, by valgrind.
fn instructions(name: &str) -> Result<Option<(f64, f64)>> {
    let installed = Command::new("valgrind").arg("--version").output();
    if !installed.is_ok_and(|o| o.status.success()) {
        return Ok(None);
    }
    let [few, many] = FEW_AND_MANY;
    let counted = [0, 1, few, many].map(|papers| count(name, papers));
    let [none, one, less, more] = counted;
    let warm = (more? - less?) / f64::from(many - few);
    Ok(Some((warm, one? - none?)))
}

fn count(name: &str, papers: u32) -> Result<f64> {
    let output = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(std::env::current_exe()?)
        .args([ARGUMENT, name, &papers.to_string()])
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    // How many spaces part the words depends on what else is counted.
    let line = told.lines().find_map(|line| {
        let (before, number) = line.split_once("refs:")?;
        before.trim_end().ends_with('I').then_some(number)
    });
    let number: String = line
        .map(|n| n.chars().filter(char::is_ascii_digit).collect())
        .unwrap_or_default();
    let number = number.parse::<f64>().ok();
    number.with_context(|| format!("valgrind counted nothing: {told}"))
}
