//! Brotli twins of the files the server sends, made once at the highest quality.

use crate::{project::Project, stamp};
use anyhow::{Context, Result};
use std::{
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
    slice,
};

/// Compresses every file in a folder and below, and prints both sizes of those done anew.
pub fn folder(project: &Project, folder: &Path) -> Result<()> {
    for path in files(folder)? {
        let data = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let twin = path.with_added_extension("br");
        let name = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('/', "-");
        let done = stamp::unless_unchanged(project, &name, &data, slice::from_ref(&twin), || {
            fs::write(&twin, brotli(&data)?).with_context(|| format!("writing {}", twin.display()))
        })?;
        if done {
            let small = fs::metadata(&twin)?.len();
            eprintln!("[xtask]   {name}: {} bytes, brotli {small}", data.len());
        }
    }
    Ok(())
}

fn brotli(data: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(data).context("compressing")?;
    Ok(writer.into_inner())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension() != Some(OsStr::new("br")) {
            found.push(path);
        }
    }
    Ok(found)
}
