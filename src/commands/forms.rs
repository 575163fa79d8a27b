//! Form files: are they sound; and what the rules say of a case file.

use super::{all_forms, read_text};
use anyhow::{Context, Result, bail};
use conditional_discharge::domain::case::{self, examine};
use conditional_discharge::domain::form::load::load;
use conditional_discharge::domain::report::findings::rule;
use conditional_discharge::domain::self_assessment::{self, load::is_framework};
use std::path::Path;

pub fn check_form(file: &Path) -> Result<()> {
    let text = read_text(file)?;
    if is_framework(&text) {
        return check_framework(file, &text);
    }
    match load(&file.display().to_string(), &text) {
        Ok(form) => {
            println!(
                "{}: {} of {}, {} questions: sound",
                file.display(),
                form.id,
                form.version,
                form.questions().count()
            );
            for line in rule::unfed(&form) {
                println!(
                    "rule {}: silent, because no question means {}",
                    line.id,
                    line.needs.join(" or ")
                );
            }
            Ok(())
        }
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            bail!("{} is not a form that can be used", file.display())
        }
    }
}

/// Prints what the rules say of a report in a case file. Findings are an answer, not a failure.
pub fn print_findings(
    file: &Path,
    report: Option<&str>,
    context: Option<&Path>,
    forms: Option<&Path>,
    json: bool,
) -> Result<()> {
    let case = case::read(&read_text(file)?).with_context(|| file.display().to_string())?;
    let report = examine::report(&case, report).context("the case has no such report")?;
    let forms = all_forms(forms)?;
    let form = forms
        .version(&report.form, report.form_version)
        .with_context(|| {
            format!(
                "form {} of {} is not loaded",
                report.form, report.form_version
            )
        })?;
    let context = match context {
        Some(path) => {
            serde_json::from_str(&read_text(path)?).with_context(|| path.display().to_string())?
        }
        None => examine::Context::default(),
    };
    let found = examine::examine(&case, report, &form, &context)
        .map_err(|reason| anyhow::anyhow!("{}: {reason}", file.display()))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        for f in &found {
            println!(
                "{}\t{}\t{}\t{}",
                f.severity.name(),
                f.rule.id(),
                f.on,
                f.message
            );
        }
    }
    Ok(())
}

/// Checks quality standards alone; what they follow is checked when both are loaded.
fn check_framework(file: &Path, text: &str) -> Result<()> {
    match self_assessment::load::load(&file.display().to_string(), text) {
        Ok(framework) => {
            println!(
                "{}: {} of {}, {} domains, {} criteria: sound",
                file.display(),
                framework.id,
                framework.version,
                framework.domains.len(),
                framework.criteria().count()
            );
            Ok(())
        }
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            bail!(
                "{} is not a file of standards that can be used",
                file.display()
            )
        }
    }
}
