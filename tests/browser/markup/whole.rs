//! No text of any form is forgotten: every form that anybody of the demo comes to by links is in a table of
//! what was typed into it.

use super::robot::with_robot;
use crate::forms::{forms, kind_of, place};
use crate::product::{ALAN, HEW, INES, JOAN, MOIRA, PRIYA, RUTH, UNA};
use crate::quarter::{SAM, TOM};
use anyhow::{Result, ensure};
use std::collections::BTreeSet;
use std::path::Path;

/// Texts that nobody reads as they were typed: references, which are shown one by one.
const IN_PARTS: [&str; 2] = [
    "organisations-x-lessons-new answer/row//actions.text",
    "organisations-x-lessons-x-change answer/row//actions.text",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_text_of_every_form_is_in_a_table() -> Result<()> {
    with_robot(async |robot| {
        let mut found = BTreeSet::new();
        for who in [PRIYA, RUTH, INES, ALAN, MOIRA, JOAN, UNA, TOM, SAM, HEW] {
            robot.become_(who).await?;
            robot.product.open(robot.client, "/").await?;
            for form in forms(robot.client).await? {
                let typed = form.texts.iter().filter(|name| {
                    let part = name.rsplit(['.', '/', '-']).next().unwrap_or_default();
                    !["day", "month", "year"].contains(&part) && !part.contains("password")
                });
                let place = place(&form.action);
                found.extend(typed.map(|name| format!("{place} {}", kind_of(name))));
            }
        }
        ensure!(found.len() > 200, "only {} texts: {found:#?}", found.len());
        let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/markup/fields");
        let mut known = BTreeSet::new();
        for table in std::fs::read_dir(tables)? {
            let table = std::fs::read_to_string(table?.path())?;
            for (taken, field) in table.lines().filter_map(|l| l.split_once(": ")) {
                let read = !taken.ends_with("unseen") || IN_PARTS.contains(&field);
                ensure!(read && !taken.starts_with("some"), "{taken}: {field}");
                known.insert(field.to_owned());
            }
        }
        let forgotten: Vec<_> = found.difference(&known).collect();
        ensure!(
            forgotten.is_empty(),
            "typed into by no test: {forgotten:#?}"
        );
        Ok(())
    })
    .await
}
