//! What must be installed, and how we install it where we may.

use crate::project::{Project, read, run, timed};
use anyhow::{Context, Result, bail, ensure};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A program the tests need, the names it goes by, and Debian's package for it.
struct Tool {
    names: &'static [&'static str],
    package: &'static str,
}

const CHROMIUM: Tool = Tool {
    names: &["chromium", "chromium-browser", "google-chrome"],
    package: "chromium",
};
const CHROMEDRIVER: Tool = Tool {
    names: &["chromedriver"],
    package: "chromium-driver",
};
const INITDB: Tool = Tool {
    names: &["initdb"],
    package: "postgresql",
};
const PDFTOTEXT: Tool = Tool {
    names: &["pdftotext"],
    package: "poppler-utils",
};
const QPDF: Tool = Tool {
    names: &["qpdf"],
    package: "qpdf",
};

/// Opens our Word documents as their readers do.
const SOFFICE: Tool = Tool {
    names: &["soffice"],
    package: "libreoffice-writer-nogui",
};

impl Tool {
    fn find(&self) -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain(postgres_folders())
            .flat_map(|folder| self.names.iter().map(move |name| folder.join(name)))
            .find(|program| program.is_file())
    }

    fn need(&self) -> Result<PathBuf> {
        self.find().with_context(|| {
            format!(
                "{} is not installed: {}",
                self.names[0],
                advice(&[self.package])
            )
        })
    }
}

/// Chromium and its driver; `CHROMIUM` and `CHROMEDRIVER` name others.
pub fn browser() -> Result<(PathBuf, PathBuf)> {
    let named = |variable: &str, tool: Tool| {
        env::var_os(variable).map_or_else(|| tool.need(), |path| Ok(PathBuf::from(path)))
    };
    Ok((
        named("CHROMIUM", CHROMIUM)?,
        named("CHROMEDRIVER", CHROMEDRIVER)?,
    ))
}

/// The folder of PostgreSQL's server programs.
pub fn postgres() -> Result<PathBuf> {
    let initdb = INITDB.need()?;
    // Debian's wrappers on the path are links; the server lies where they point to.
    let real =
        fs::canonicalize(&initdb).with_context(|| format!("following {}", initdb.display()))?;
    let folder = real.parent().context("initdb has no folder")?;
    Ok(folder.to_owned())
}

/// Sees to it that every program the tests need is there.
pub fn for_tests() -> Result<()> {
    let missing: Vec<&str> = [CHROMIUM, CHROMEDRIVER, INITDB, PDFTOTEXT, QPDF, SOFFICE]
        .iter()
        .filter(|tool| tool.find().is_none())
        .map(|tool| tool.package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    ensure!(
        is_root() && starts("apt-get"),
        "not installed: {}",
        advice(&missing)
    );
    timed(&format!("apt-get install {}", missing.join(" ")), || {
        let apt = || {
            let mut command = Command::new("apt-get");
            command.env("DEBIAN_FRONTEND", "noninteractive");
            command
        };
        run(apt().args(["update", "--quiet"]))?;
        run(apt()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(&missing))
    })
    .with_context(|| advice(&missing))
}

/// Sees to it that Rust can compile for the browser.
pub fn wasm_target(project: &Project) -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = read(project.command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .is_dir()
    {
        return Ok(());
    }
    run(project.command("rustup").args(["target", "add", TARGET])).context(
        "Rust cannot compile for the browser yet: install the target wasm32-unknown-unknown",
    )
}

/// Sees to it that `node_modules` holds what `package-lock.json` says.
pub fn npm_packages(project: &Project) -> Result<()> {
    let changed = |path: &str| fs::metadata(project.path(path)).and_then(|file| file.modified());
    let wanted = changed("package-lock.json").context("reading package-lock.json")?;
    // npm writes this file last: an interrupted installation has none.
    if changed("node_modules/.package-lock.json").is_ok_and(|installed| installed >= wanted) {
        return Ok(());
    }
    if !starts("npm") {
        bail!(
            "npm is not installed: install Node.js 20 or later with npm (Debian: apt-get install nodejs npm)"
        );
    }
    timed("npm ci", || {
        run(project.command("npm").args([
            "ci",
            "--ignore-scripts",
            "--include=dev",
            "--no-audit",
            "--no-fund",
        ]))
    })
}

/// Whether a program can be started at all.
pub fn starts(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether we run as the superuser, as containers do.
pub fn is_root() -> bool {
    read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Debian keeps PostgreSQL's server programs off the path, in a folder for each version.
fn postgres_folders() -> Vec<PathBuf> {
    let Ok(versions) = fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut folders: Vec<_> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    folders.sort();
    folders.reverse();
    folders
}

fn advice(packages: &[&str]) -> String {
    format!(
        "sudo apt-get install --no-install-recommends {}",
        packages.join(" ")
    )
}
