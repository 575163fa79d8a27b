//! The whole program, built and started. Owns the order: the server embeds the client.

use crate::{
    client,
    project::{Project, run, timed},
};
use anyhow::{Context, Result};
use std::{os::unix::process::CommandExt, process::Command};

pub const BINARY: &str = "conditional-discharge";

/// How much care the compiler takes with the server.
#[derive(Clone, Copy)]
pub enum Build {
    /// Quick to compile; reads the client's files from disk.
    Debug,
    /// What is shipped: one file with everything in it.
    Release,
}

/// Builds the client, then the server.
pub fn build(project: &Project, build: Build) -> Result<()> {
    client::build(project)?;
    timed("server: compile", || {
        let mut cargo = project.cargo();
        cargo.args(["build", "--package", BINARY, "--bin", BINARY]);
        if let Build::Release = build {
            cargo.arg("--release");
        }
        run(&mut cargo)
    })
}

/// Builds for release, then measures the real binary; or only what is named.
pub fn bench(project: &Project, what: &[&str]) -> Result<()> {
    build(project, Build::Release)?;
    let mut cargo = project.cargo();
    cargo.args(["bench", "--package", BINARY, "--bench", "product", "--"]);
    run(cargo.args(what))
}

/// Builds, then becomes the server with its demonstration data.
///
/// The server replaces this process, so Ctrl-C reaches it alone and it may finish in peace.
pub fn serve(project: &Project, how: Build, args: &[&str]) -> Result<()> {
    build(project, how)?;
    let folder = match how {
        Build::Debug => "debug",
        Build::Release => "release",
    };
    let binary = project.target(folder).join(BINARY);
    let args = args.strip_prefix(&["--"]).unwrap_or(args);
    let error = Command::new(&binary).arg("demo").args(args).exec();
    Err(error).with_context(|| format!("starting {}", binary.display()))
}
