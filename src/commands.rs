//! What the operators' commands do, and what they share.

pub mod audits;
pub mod cases;
pub mod forms;
pub mod papers;
pub mod people;
pub mod sign_on;

use anyhow::{Context, Result};
use conditional_discharge::server::forms::Forms;
use std::path::Path;

/// The forms of the product and of a folder.
pub fn all_forms(folder: Option<&Path>) -> Result<Forms> {
    let mut forms = Forms::embedded()?;
    if let Some(folder) = folder {
        forms.add_folder(folder)?;
    }
    Ok(forms)
}

/// Makes the folder that an SQLite file goes into.
pub fn make_folder_of(database: &str) -> Result<()> {
    let Some(path) = database.strip_prefix("sqlite:") else {
        return Ok(());
    };
    let path = Path::new(
        path.trim_start_matches("//")
            .split('?')
            .next()
            .unwrap_or_default(),
    );
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display())),
        _ => Ok(()),
    }
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| anyhow::anyhow!("{} is not UTF-8 text", path.display()))
}
