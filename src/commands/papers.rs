//! Papers outside the browser: set them, verify them.

use super::{read, read_text};
use anyhow::{Context, Result, bail};
use conditional_discharge::document::Document;
use conditional_discharge::domain::form::load::load;
use conditional_discharge::server::config::PaperFormat;
use conditional_discharge::server::papers::source::Source;
use conditional_discharge::server::papers::verify::{self as verification, Verdict};
use conditional_discharge::server::papers::{self, Format, Kind};
use conditional_discharge::server::store::{Db, papers::Register};
use std::path::Path;

pub fn render(source: &Path, format: PaperFormat, output: &Path) -> Result<()> {
    let source = Source::read(&read_text(source)?)?;
    write_paper(&source.document(), format, output)
}

pub fn blank_form(file: &Path, format: PaperFormat, output: &Path) -> Result<()> {
    let name = file.display().to_string();
    let form = load(&name, &read_text(file)?).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(lines.join("\n"))
    })?;
    write_paper(&papers::blank::document(&form), format, output)
}

fn write_paper(document: &Document, format: PaperFormat, output: &Path) -> Result<()> {
    let wanted = match format {
        PaperFormat::Pdf => Format::Pdf,
        PaperFormat::Html => Format::Html,
        PaperFormat::Docx => Format::Docx,
    };
    let bytes = papers::set_now(Kind::Full, document, None)?
        .into_iter()
        .find_map(|paper| (paper.format == wanted).then_some(paper.bytes))
        .with_context(|| format!("a paper is not set as {}", wanted.name()))?;
    std::fs::write(output, bytes).with_context(|| format!("cannot write {}", output.display()))
}

pub async fn verify(file: &Path, database: Option<&str>, frozen: Option<&Path>) -> Result<()> {
    let bytes = read(file)?;
    let verdict = match (database, frozen) {
        (_, Some(frozen)) => {
            let source = Source::read(&read_text(frozen)?)?;
            verification::compare(&bytes, &source)?
        }
        (Some(database), None) => {
            let db = Db::open_existing(database).await?;
            verification::judge(&bytes, &Register::whole(&db)).await?
        }
        (None, None) => bail!("cannot tell: give --database or --frozen to compare with"),
    };
    println!("{verdict}");
    if matches!(verdict, Verdict::Ours { .. }) {
        Ok(())
    } else {
        bail!("not verified")
    }
}
