//! What we depend on: whether it may be used, and the list of it that goes with a release.

use crate::{
    project::{Project, read, run, timed},
    tools,
};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{collections::HashSet, fs};

/// Checks licences and advisories, then writes `target/sbom.json`.
pub fn everything(project: &Project) -> Result<()> {
    timed("list of components", || sbom(project))?;
    if !tools::starts("cargo-deny") {
        not_checked(
            "licences and advisories",
            "cargo-deny is not installed. Install it with: cargo install --locked cargo-deny",
        );
        return Ok(());
    }
    let deny = || {
        let mut deny = project.cargo();
        deny.args(["deny", "--config", "xtask/deny.toml"]);
        deny
    };
    timed("licences, bans and sources", || {
        run(deny().args(["check", "licenses", "bans", "sources"]))
    })?;
    // The database of advisories is elsewhere: not to reach it is no fault of what we depend on.
    if run(deny().args(["fetch", "db"])).is_err() {
        not_checked(
            "advisories",
            "the database of advisories cannot be reached. Check again where it can",
        );
        return Ok(());
    }
    timed("advisories", || {
        run(deny().args(["check", "--disable-fetch", "advisories"]))
    })
}

fn not_checked(what: &str, why: &str) {
    let line = "*".repeat(72);
    eprintln!("[xtask] {line}");
    eprintln!("[xtask] NOT CHECKED: {what}: {why}");
    eprintln!("[xtask] {line}");
}

/// Writes what the binary is made of as CycloneDX.
fn sbom(project: &Project) -> Result<()> {
    let metadata = read(project.cargo().args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--all-features",
    ]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading cargo metadata")?;
    let lock = fs::read_to_string(project.path("package-lock.json"))
        .context("reading package-lock.json")?;
    let lock: Value = serde_json::from_str(&lock).context("reading package-lock.json")?;

    let (root, mut components) = crates(&metadata)?;
    components.extend(npm_packages(&lock));
    let count = components.len();
    licences(project, &components)?;
    let sbom = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": root },
        "components": components,
    });
    let path = project.path("target/sbom.json");
    fs::write(&path, serde_json::to_string_pretty(&sbom)?)
        .with_context(|| format!("writing {}", path.display()))?;
    eprintln!("[xtask]   target/sbom.json: {count} components");
    Ok(())
}

/// The list that the product's page of licences shows: it is compiled in, so it is kept with the code, and
/// a list that is not of these components fails the check and is written anew.
fn licences(project: &Project, components: &[Value]) -> Result<()> {
    let mut lines: Vec<String> = components
        .iter()
        .map(|c| {
            let licence = c["licenses"][0]["expression"]
                .as_str()
                .unwrap_or("not stated");
            format!("{}\t{}\t{licence}\n", text(&c["name"]), text(&c["version"]))
        })
        .collect();
    lines.sort();
    lines.dedup();
    let (path, fresh) = (project.path("src/pages/licences.tsv"), lines.concat());
    if fs::read_to_string(&path).is_ok_and(|kept| kept == fresh) {
        return Ok(());
    }
    fs::write(&path, fresh).with_context(|| format!("writing {}", path.display()))?;
    anyhow::bail!("src/pages/licences.tsv was not the list of what is linked: it is now, commit it")
}

/// Our own crate, and all it is linked with: not what only builds or tests it.
fn crates(metadata: &Value) -> Result<(Value, Vec<Value>)> {
    let root = metadata["resolve"]["root"]
        .as_str()
        .context("cargo metadata names no root package")?;
    let mut linked = HashSet::from([root]);
    let mut waiting = vec![root];
    while let Some(id) = waiting.pop() {
        let node = list(&metadata["resolve"]["nodes"]).find(|node| node["id"] == id);
        let node = node.with_context(|| format!("cargo metadata does not resolve {id}"))?;
        let normal =
            |dependency: &&Value| list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null());
        for dependency in list(&node["deps"])
            .filter(normal)
            .filter_map(|found| found["pkg"].as_str())
        {
            if linked.insert(dependency) {
                waiting.push(dependency);
            }
        }
    }
    let component = |package: &Value| {
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        component(
            "library",
            name,
            version,
            &format!("pkg:cargo/{name}@{version}"),
            &package["license"],
        )
    };
    let is = |package: &&Value, id: &str| package["id"] == id;
    let own = list(&metadata["packages"])
        .find(|package| is(package, root))
        .context("no root package")?;
    let mut own = component(own);
    own["type"] = "application".into();
    let others = list(&metadata["packages"])
        .filter(|package| !is(package, root) && linked.contains(text(&package["id"])))
        .map(component)
        .collect();
    Ok((own, others))
}

/// Styles and fonts, which are embedded; not what only tests use.
fn npm_packages(lock: &Value) -> Vec<Value> {
    let packages = lock["packages"].as_object().into_iter().flatten();
    packages
        .filter(|(_, package)| package["dev"] != true)
        .filter_map(|(path, package)| Some((path.strip_prefix("node_modules/")?, package)))
        .map(|(name, package)| {
            let version = text(&package["version"]);
            let url = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
            component("library", name, version, &url, &package["license"])
        })
        .collect()
}

fn component(kind: &str, name: &str, version: &str, url: &str, licence: &Value) -> Value {
    let mut component =
        json!({ "type": kind, "bom-ref": url, "name": name, "version": version, "purl": url });
    if let Some(licence) = licence.as_str() {
        // Older crates write MIT/Apache-2.0, which is no SPDX expression.
        component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    }
    component
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
