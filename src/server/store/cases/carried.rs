//! Tables carried row by row, out and in. Names of tables and columns come from [`super::tables`] only,
//! values are always bound.

use super::tables::{CARRIED, Kind, Of, Table};
use crate::domain::case::{Carried, CarriedRow};
use crate::domain::identifiers::{OrganisationId, PatientId, PersonId};
use crate::domain::report::frozen::hex;
use crate::on;
use crate::server::store::{Db, Tx};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;

/// Everything of the patient in the carried tables. Tables without rows are left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn export(db: &Db, patient: &PatientId) -> Result<Carried> {
    let mut all = Carried::new();
    for table in CARRIED {
        let rows = rows(db, patient, table)
            .await
            .with_context(|| format!("reading {}", table.name))?;
        if !rows.is_empty() {
            all.insert(table.name.to_owned(), rows);
        }
    }
    Ok(all)
}

async fn rows(db: &Db, patient: &PatientId, table: &Table) -> Result<Vec<CarriedRow>> {
    let columns: Vec<String> = table
        .written()
        .map(|(name, kind)| select(name, *kind))
        .collect();
    let sql = format!(
        "select {} from {} where {} order by {}",
        columns.join(", "),
        table.name,
        table.picks(),
        table.order
    );
    let mut found = Vec::new();
    on!(&db.read, pool => {
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(patient.as_str()).fetch_all(pool).await?;
        for row in rows {
            let mut fields = CarriedRow::new();
            for (at, (name, kind)) in table.written().enumerate() {
                let value = match kind {
                    Kind::Text | Kind::Person | Kind::Patient | Kind::Organisation => {
                        row.try_get::<Option<String>, _>(at)?.map(Value::from)
                    }
                    Kind::Number => row.try_get::<Option<i64>, _>(at)?.map(Value::from),
                    Kind::Bool => row.try_get::<Option<bool>, _>(at)?.map(Value::from),
                    Kind::Day => row.try_get::<Option<NaiveDate>, _>(at)?.map(|d| Value::from(d.to_string())),
                    Kind::Moment => row.try_get::<Option<DateTime<Utc>>, _>(at)?.map(|m| Value::from(m.to_rfc3339())),
                    Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.map(|b| Value::from(hex(&b))),
                };
                if let Some(value) = value.filter(|v| !(table.adds_columns() && *v == Value::Bool(false))) {
                    fields.insert((*name).to_owned(), value);
                }
            }
            // A row that gains nothing but its own name is not worth a line.
            if !(table.adds_columns() && fields.keys().all(|name| name == "id")) {
                found.push(fields);
            }
        }
    });
    Ok(found)
}

fn select(name: &str, kind: Kind) -> String {
    match kind {
        Kind::Person => format!("(select email from person where person.id = {name}) as {name}"),
        _ => name.to_owned(),
    }
}

/// The people whom carried rows name.
pub fn people(carried: &Carried) -> Vec<&str> {
    let of = |table: &'static Table| {
        let people = table
            .columns
            .iter()
            .filter(|(_, kind)| *kind == Kind::Person);
        carried
            .get(table.name)
            .into_iter()
            .flatten()
            .flat_map(move |row| {
                people
                    .clone()
                    .filter_map(|(name, _)| row.get(*name)?.as_str())
            })
    };
    CARRIED.iter().flat_map(of).collect()
}

/// What carried rows are read into.
pub struct Into<'a> {
    /// The organisation.
    pub organisation: &'a OrganisationId,
    /// The patient.
    pub patient: &'a PatientId,
    /// Accounts by e-mail.
    pub people: &'a BTreeMap<String, PersonId>,
}

/// Reads carried rows. Every one of them must be the case's own: a row that names a report names one of
/// `reports`.
///
/// # Errors
/// What is wrong, with table, row and column.
pub async fn import(
    tx: &mut Tx,
    carried: &Carried,
    into: &Into<'_>,
    reports: &[&str],
) -> Result<()> {
    if let Some(unknown) = carried
        .keys()
        .find(|name| CARRIED.iter().all(|t| t.name != *name))
    {
        bail!("carried.{unknown}: no table of that name is carried");
    }
    for table in CARRIED {
        for (n, row) in carried.get(table.name).into_iter().flatten().enumerate() {
            let place = || format!("carried.{}.{n}", table.name);
            import_row(tx, table, row, into, reports, carried)
                .await
                .with_context(place)?;
        }
    }
    Ok(())
}

/// Whether the case carries the row of that name in that table.
fn has(carried: &Carried, table: &str, id: &str) -> bool {
    let rows = carried.get(table).into_iter().flatten();
    rows.filter_map(|row| row.get("id")?.as_str())
        .any(|name| name == id)
}

enum Bound {
    Text(Option<String>),
    Number(Option<i64>),
    Bool(Option<bool>),
    Day(Option<NaiveDate>),
    Moment(Option<DateTime<Utc>>),
    Bytes(Option<Vec<u8>>),
}

async fn import_row(
    tx: &mut Tx,
    table: &Table,
    row: &CarriedRow,
    into: &Into<'_>,
    reports: &[&str],
    carried: &Carried,
) -> Result<()> {
    if let Some(unknown) = row
        .keys()
        .find(|name| table.written().all(|(c, _)| c != name))
    {
        bail!("{unknown}: the table has no such column");
    }
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    match table.of {
        Of::Report if !reports.contains(&text("report_id")) => {
            bail!("report_id: the case has no such report")
        }
        Of::ReportItself if !reports.contains(&text("id")) => {
            bail!("id: the case has no such report")
        }
        Of::Owner if reports.contains(&text("owner_id")) => {}
        Of::Owner if !has(carried, "other_paper", text("owner_id")) => {
            bail!("owner_id: the case has no such report or paper")
        }
        Of::Parent(column, "report") if reports.contains(&text(column)) => {}
        Of::Parent(column, parent) if !has(carried, parent, text(column)) => {
            bail!("{column}: the case has no such row of {parent}")
        }
        _ => {}
    }
    let mut values = Vec::new();
    for (name, kind) in table.columns {
        let value = row.get(*name).unwrap_or(&Value::Null);
        let bound = bind(*kind, value, into).with_context(|| (*name).to_owned())?;
        values.push((*name, bound));
    }
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    let sql = if table.adds_columns() {
        let set: Vec<String> = names
            .iter()
            .enumerate()
            .filter(|(_, name)| **name != "id")
            .map(|(n, name)| format!("{name} = ${}", n + 1))
            .collect();
        // Its first column is its own name.
        format!("update {} set {} where id = $1", table.name, set.join(", "))
    } else {
        let marks: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        format!(
            "insert into {} ({}) values ({})",
            table.name,
            names.join(", "),
            marks.join(", ")
        )
    };
    on!(tx, tx => {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (_, value) in values {
            query = match value {
                Bound::Text(v) => query.bind(v),
                Bound::Number(v) => query.bind(v),
                Bound::Bool(v) => query.bind(v),
                Bound::Day(v) => query.bind(v),
                Bound::Moment(v) => query.bind(v),
                Bound::Bytes(v) => query.bind(v),
            };
        }
        query.execute(&mut **tx).await?;
    });
    Ok(())
}

fn bind(kind: Kind, value: &Value, into: &Into<'_>) -> Result<Bound> {
    let text = || match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.as_str())),
        _ => bail!("expected text"),
    };
    Ok(match kind {
        Kind::Text => Bound::Text(text()?.map(str::to_owned)),
        Kind::Patient => Bound::Text(Some(into.patient.to_string())),
        Kind::Organisation => Bound::Text(Some(into.organisation.to_string())),
        Kind::Person => Bound::Text(match text()? {
            None => None,
            Some(email) => {
                let id = into.people.get(email);
                Some(
                    id.with_context(|| format!("nobody here has the e-mail address {email}"))?
                        .to_string(),
                )
            }
        }),
        Kind::Number => Bound::Number(match value {
            Value::Null => None,
            other => Some(other.as_i64().context("expected a whole number")?),
        }),
        Kind::Bool => Bound::Bool(match value {
            Value::Null => Some(false),
            other => Some(other.as_bool().context("expected true or false")?),
        }),
        Kind::Day => Bound::Day(
            text()?
                .map(str::parse)
                .transpose()
                .context("expected a day")?,
        ),
        Kind::Moment => Bound::Moment(
            text()?
                .map(str::parse)
                .transpose()
                .context("expected a moment")?,
        ),
        Kind::Bytes => Bound::Bytes(text()?.map(unhex).transpose()?),
    })
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        bail!("expected pairs of hexadecimal digits");
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).context("expected hexadecimal digits"))
        .collect()
}
