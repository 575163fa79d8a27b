//! Everything that must hold before a change is handed over. Nothing is skipped silently.

use crate::{
    client,
    leftovers::Mark,
    postgres::Cluster,
    project::{Project, human, run, timed},
    tools,
};
use anyhow::{Context, Result};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Runs every step, stopping at the first that fails with what to do about it.
/// `filter` goes to the last step, as to `cargo test`.
pub fn everything(project: &Project, filter: &[&str]) -> Result<()> {
    let start = Instant::now();
    step("tools", "they have to be installed first", tools::for_tests)?;
    // The server is built with the tests: by itself it would be compiled for other features, and twice.
    step("client", "`cargo xtask build` repeats this step", || {
        client::build(project)
    })?;
    step("format", "`cargo fmt --all` puts it right", || {
        cargo(project, &["fmt", "--all", "--check"])
    })?;
    step("clippy", "see the warnings above", || {
        cargo(
            project,
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "--deny=warnings",
            ],
        )
    })?;
    step("documentation", "see the warnings above", || {
        documentation(project)
    })?;
    step(
        "domain alone",
        "src/domain must need neither browser nor server",
        || domain_alone(project),
    )?;
    step(
        "tests",
        "run one again with `cargo xtask test NAME`",
        || tests(project, filter),
    )?;
    eprintln!(
        "[xtask] Everything that must hold holds: {}.",
        human(start.elapsed())
    );
    Ok(())
}

fn step(name: &str, advice: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    timed(name, work).with_context(|| format!("step `{name}` failed: {advice}"))
}

fn cargo(project: &Project, args: &[&str]) -> Result<()> {
    run(project.cargo().args(args))
}

fn documentation(project: &Project) -> Result<()> {
    run(project
        .cargo()
        .args(["doc", "--no-deps", "--workspace"])
        .env("RUSTDOCFLAGS", "--deny=warnings"))
}

/// The rules compile without anything that only tests need, and then hold.
fn domain_alone(project: &Project) -> Result<()> {
    let library = [
        "--package=conditional-discharge",
        "--lib",
        "--no-default-features",
    ];
    run(project.cargo().arg("check").args(library))?;
    run(project.cargo().arg("test").args(library).arg("domain::"))
}

/// The tests proper: on SQLite, on a PostgreSQL of their own, and in a browser.
fn tests(project: &Project, filter: &[&str]) -> Result<()> {
    let (chromium, chromedriver) = tools::browser()?;
    let cluster = timed("PostgreSQL", Cluster::start)?;
    let mark = Mark::new();
    let outcome = run(project
        .cargo()
        .args(["test", "--workspace"])
        .args(filter)
        .env("TEST_POSTGRES_URL", cluster.url())
        .env("CHROMIUM", chromium)
        .env("CHROMEDRIVER", chromedriver)
        .env(Mark::VARIABLE, mark.value()));
    let left = mark.ensure_nothing_left();
    outcome.and(left)
}

/// Runs what takes minutes, optimised, with its figures on the screen.
pub fn soak(project: &Project) -> Result<()> {
    let test = ["test", "--release", "--package", crate::demo::BINARY];
    run(project.cargo().args(test).args([
        "--test",
        "product",
        "--",
        "soak::",
        "--ignored",
        "--nocapture",
    ]))?;
    // Papers that nobody has tried yet; a failure says from which seed.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    run(project
        .cargo()
        .args(test)
        .args(["--test", "papers", "--", "properties::"])
        .env("PAPER_CASES", "20000")
        .env("PAPER_SEED", (now % 1_000_000_000).to_string()))
}
