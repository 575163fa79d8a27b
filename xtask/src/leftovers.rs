//! Processes that a test run started and did not end. Owns the mark by which they are known.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// A name for one run, handed to the tests in their environment. All that they start
/// inherits it, whatever process group it puts itself in.
pub struct Mark(String);

impl Mark {
    /// The variable that carries the mark.
    pub const VARIABLE: &str = "CONDITIONAL_DISCHARGE_TEST_RUN";

    /// A mark that no other run on this machine has.
    pub fn new() -> Self {
        Self(format!("run-{}", std::process::id()))
    }

    /// What the variable is set to.
    pub fn value(&self) -> &str {
        &self.0
    }

    /// Fails if a marked process is still there after a short grace, and ends it.
    pub fn ensure_nothing_left(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let left = self.processes()?;
            if left.is_empty() {
                return Ok(());
            }
            if Instant::now() > deadline {
                for (id, _) in &left {
                    // Gone meanwhile is as good as ended.
                    let _ = Command::new("kill").args(["-KILL", id]).status();
                }
                let shown: Vec<_> = left
                    .iter()
                    .map(|(id, name)| format!("{name} ({id})"))
                    .collect();
                bail!("the tests left these running: {}", shown.join(", "));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn processes(&self) -> Result<Vec<(String, String)>> {
        let mark = format!("{}={}", Self::VARIABLE, self.0);
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc")
            .context("listing processes")?
            .flatten()
        {
            // Folders that are no process, and processes that have just ended, have no environment.
            let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
            if environment
                .split(|byte| *byte == 0)
                .any(|item| item == mark.as_bytes())
            {
                let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
                found.push((
                    entry.file_name().to_string_lossy().into_owned(),
                    name.trim().to_owned(),
                ));
            }
        }
        Ok(found)
    }
}
