//! Work that need not be done twice. Owns the small notes of what was last worked from.

use crate::project::Project;
use anyhow::{Context, Result};
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
};

/// Does `work` unless it was last done from the same input and all its output still stands.
/// Says whether it worked.
///
/// Contents are compared, not times: a fresh checkout or another target folder has new times.
pub fn unless_unchanged(
    project: &Project,
    name: &str,
    input: &[u8],
    output: &[PathBuf],
    work: impl FnOnce() -> Result<()>,
) -> Result<bool> {
    let stamp = project.path("target/xtask").join(format!("{name}.stamp"));
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let now = format!("{:016x} {}", hasher.finish(), input.len());

    let before = fs::read_to_string(&stamp).unwrap_or_default();
    if before == now && output.iter().all(|path| path.exists()) {
        return Ok(false);
    }
    work()?;
    let folder = stamp.parent().context("a stamp has no folder")?;
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    fs::write(&stamp, now).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(true)
}
