//! What became of every text, as a table that is read as a diff.

use super::robot::Robot;
use anyhow::{Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// What became of the texts of one kind.
#[derive(Default)]
struct Field {
    /// Which payloads they had between them, by number.
    had: BTreeSet<u64>,
    refused: bool,
    given: bool,
}

impl Robot<'_> {
    /// Holds what became of each field against the table of an area: `FIELDS=write` writes it anew.
    ///
    /// `all`: every payload was in it, one after another, and so in the fields of rows of one kind between
    /// them; `some`: a share of them; `refused`: it takes no markup; `given`: it was set to what the form
    /// demands. A field is `unseen` where nobody but who typed it read it on a page.
    pub fn finish(&self, area: &str) -> Result<()> {
        let mut fields: BTreeMap<&str, Field> = BTreeMap::new();
        for form in self.forms.values() {
            for (field, name) in &form.controls {
                let text = &form.state["texts"][name];
                let one = fields.entry(field).or_default();
                one.given |= form.given.contains(field);
                one.refused |= text["refused"] == true;
                let had = text["had"].as_array().into_iter().flatten();
                one.had.extend(had.filter_map(serde_json::Value::as_u64));
            }
        }
        let shown: BTreeSet<&str> = self
            .shown
            .iter()
            .filter(|(_, kinds)| kinds.contains("page"))
            .filter_map(|(mark, _)| self.typed.get(mark))
            .map(|t| t.field.as_str())
            .collect();
        let mut table = String::new();
        for (field, one) in &fields {
            let taken = match one {
                Field { had, .. } if had.len() == self.payloads.len() => "all",
                Field { given: true, .. } => "given",
                Field { refused: true, .. } => "refused",
                _ => "some",
            };
            let unseen = ["all", "some"].contains(&taken) && !shown.contains(field);
            let unseen = if unseen { " unseen" } else { "" };
            writeln!(table, "{taken}{unseen}: {field}")?;
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/browser/markup/fields")
            .join(area)
            .with_extension("txt");
        if std::env::var_os("FIELDS").is_some() {
            std::fs::write(&file, &table)?;
        }
        let known = std::fs::read_to_string(&file).unwrap_or_default();
        let lines =
            |table: &str| -> BTreeSet<String> { table.lines().map(str::to_owned).collect() };
        let (table, known) = (lines(&table), lines(&known));
        let new: Vec<_> = table.difference(&known).collect();
        let gone: Vec<_> = known.difference(&table).collect();
        ensure!(
            new.is_empty() && gone.is_empty(),
            "{area}: not in the table {new:#?}, not so any more {gone:#?}"
        );
        Ok(())
    }
}
