//! What the browser gets: the islands as WebAssembly, their glue, and the styles,
//! each beside its brotli twin in `target/site/pkg`.
//!
//! There is one profile: a debug build of the client would be another full compilation,
//! and its size would say nothing about the real one.

use crate::{
    compress,
    project::{Project, run, timed},
    stamp, tools,
};
use anyhow::{Context, Result};
use std::{fs, path::Path, slice};
use wasm_bindgen_cli_support::Bindgen;

const NAME: &str = "conditional-discharge";
const COMPILED: &str = "wasm32-unknown-unknown/wasm-release/conditional_discharge.wasm";

/// Builds all of it, doing again only what changed.
pub fn build(project: &Project) -> Result<()> {
    tools::wasm_target(project)?;
    tools::npm_packages(project)?;
    let pkg = project.pkg();
    fs::create_dir_all(&pkg).with_context(|| format!("making {}", pkg.display()))?;
    timed("client: styles", || styles(project))?;
    timed("client: compile", || compile(project))?;
    timed("client: bindings", || bindings(project))?;
    timed("client: compress", || compress::folder(project, &pkg))
}

/// The client alone is a library that is loaded: a server's build would only link it for nothing.
fn compile(project: &Project) -> Result<()> {
    run(project.cargo().args([
        "rustc",
        "--crate-type",
        "cdylib",
        "--package",
        NAME,
        "--lib",
        "--target",
        "wasm32-unknown-unknown",
        "--no-default-features",
        "--features",
        "hydrate",
        "--profile",
        "wasm-release",
    ]))
}

fn bindings(project: &Project) -> Result<()> {
    let compiled = project.target(COMPILED);
    let input = fs::read(&compiled).with_context(|| format!("reading {}", compiled.display()))?;
    let pkg = project.pkg();
    let output = [
        pkg.join(format!("{NAME}.wasm")),
        pkg.join(format!("{NAME}.js")),
    ];
    stamp::unless_unchanged(project, "bindings", &input, &output, || {
        Bindgen::new()
            .input_path(&compiled)
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            // The profile keeps `target_features`, which bindgen reads, so the
            // compiler must not strip; the sections nobody reads go here.
            .remove_name_section(true)
            .remove_producers_section(true)
            .out_name(NAME)
            .generate(&pkg)
            .context("making the bindings (are both halves of wasm-bindgen the same version?)")?;
        // Leptos asks for NAME.wasm: see LEPTOS_OUTPUT_NAME in .cargo/config.toml.
        fs::rename(pkg.join(format!("{NAME}_bg.wasm")), &output[0])
            .context("renaming the client's WebAssembly")
    })?;
    Ok(())
}

fn styles(project: &Project) -> Result<()> {
    let source = project.path("style/main.scss");
    let output = project.pkg().join(format!("{NAME}.css"));
    let input = style_sources(project)?;
    stamp::unless_unchanged(project, "styles", &input, slice::from_ref(&output), || {
        let options = grass::Options::default()
            .load_path(project.path("node_modules"))
            .style(grass::OutputStyle::Compressed);
        let css = grass::from_path(&source, &options)
            .map_err(|error| anyhow::anyhow!("{error}"))
            .with_context(|| format!("compiling {}", source.display()))?;
        fs::write(&output, css).with_context(|| format!("writing {}", output.display()))
    })?;
    Ok(())
}

/// Everything the styles are made from: our files, and the lock that names NHS.UK's.
fn style_sources(project: &Project) -> Result<Vec<u8>> {
    let mut sources =
        fs::read(project.path("package-lock.json")).context("reading package-lock.json")?;
    let folder = project.path("style");
    let mut files = fs::read_dir(&folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("listing {}", folder.display()))?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        sources.extend(read(&file.path())?);
    }
    Ok(sources)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}
