//! Everything that the database holds about one patient, found by the tables' own columns, so that a
//! table which is added later is neither left out of an export nor left behind by a destruction.

use super::{Db, Pool, Tx, stored};
use crate::on;
use crate::server::access::{Allowed, ExportRecord};
use serde_json::{Map, Value};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// Kept when everything else goes: the audit and the certificate itself.
const KEPT: [&str; 3] = ["audit", "audit_head", "destruction"];

/// A table with rows about patients.
#[derive(Debug, Clone)]
struct Table {
    name: String,
    columns: Vec<(String, String)>,
}

impl Table {
    /// Which rows are about patient $1.
    fn about(&self) -> Option<&'static str> {
        let has = |name: &str| self.columns.iter().any(|(column, _)| column == name);
        match self.name.as_str() {
            name if KEPT.contains(&name) => None,
            "patient" => Some("id = $1"),
            _ if has("patient_id") => Some("patient_id = $1"),
            _ if has("report_id") => {
                Some("report_id in (select id from report where patient_id = $1)")
            }
            // Drafts of a paper, what was made of them and to whom it was given.
            _ if has("paper_id") => {
                Some("paper_id in (select id from other_paper where patient_id = $1)")
            }
            _ => None,
        }
    }

    fn is_bytes(kind: &str) -> bool {
        kind.eq_ignore_ascii_case("bytea") || kind.eq_ignore_ascii_case("blob")
    }
}

/// The tables there are. Their names come from the database itself, never from a request.
async fn tables(pool: &Pool) -> sqlx::Result<Vec<Table>> {
    let rows: Vec<(String, String, String)> = match pool {
        Pool::Sqlite(pool) => {
            sqlx::query_as(
                "select m.name, c.name, c.type from sqlite_master m join pragma_table_info(m.name) c
                 where m.type = 'table' and m.name not like 'sqlite%' order by m.name, c.cid",
            )
            .fetch_all(pool)
            .await?
        }
        Pool::Postgres(pool) => {
            sqlx::query_as(
                "select table_name::text, column_name::text, data_type::text from information_schema.columns
                 where table_schema = current_schema() order by table_name, ordinal_position",
            )
            .fetch_all(pool)
            .await?
        }
    };
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (table, column, kind) in rows {
        let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if plain(&table) && plain(&column) {
            tables.entry(table).or_default().push((column, kind));
        }
    }
    Ok(tables
        .into_iter()
        .map(|(name, columns)| Table { name, columns })
        .collect())
}

/// Everything about a patient, by table; JSON within a column as JSON; papers by size only.
///
/// # Errors
/// When the database cannot be read.
pub async fn everything(db: &Db, proof: &Allowed<ExportRecord>) -> sqlx::Result<Value> {
    let mut whole = Map::new();
    for table in tables(&db.read).await? {
        let Some(about) = table.about() else { continue };
        let rows: Vec<String> = match &db.read {
            Pool::Sqlite(pool) => {
                let fields: Vec<String> = table
                    .columns
                    .iter()
                    .map(|(name, kind)| {
                        let value = if Table::is_bytes(kind) {
                            format!("length({name})")
                        } else {
                            name.clone()
                        };
                        format!("'{name}', {value}")
                    })
                    .collect();
                let sql = format!(
                    "select json_object({}) from {} where {about}",
                    fields.join(", "),
                    table.name
                );
                sqlx::query_scalar(AssertSqlSafe(sql))
                    .bind(proof.patient().as_str())
                    .fetch_all(pool)
                    .await?
            }
            Pool::Postgres(pool) => {
                let fields: Vec<String> = table
                    .columns
                    .iter()
                    .map(|(name, kind)| {
                        if Table::is_bytes(kind) {
                            format!("length({name}) as {name}")
                        } else {
                            name.clone()
                        }
                    })
                    .collect();
                let sql = format!(
                    "select row_to_json(r)::text from (select {} from {} where {about}) r",
                    fields.join(", "),
                    table.name
                );
                sqlx::query_scalar(AssertSqlSafe(sql))
                    .bind(proof.patient().as_str())
                    .fetch_all(pool)
                    .await?
            }
        };
        let rows: Result<Vec<Value>, _> = rows
            .iter()
            .map(|row| serde_json::from_str(row).map(opened))
            .collect();
        let rows = stored("row", rows)?;
        if !rows.is_empty() {
            whole.insert(table.name, Value::Array(rows));
        }
    }
    let looked: Vec<(chrono::DateTime<chrono::Utc>, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select a.at, coalesce(w.name, 'command line'), a.action from audit a left join person w on w.id = a.person_id
             where a.patient_id = $1 and a.chain = $2 order by a.at",
        )
        .bind(proof.patient().as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    let looked = looked
        .into_iter()
        .map(|(at, who, what)| serde_json::json!({ "at": at, "who": who, "what": what }));
    whole.insert("who-looked".into(), looked.collect());
    Ok(Value::Object(whole))
}

/// A row whose texts that are JSON themselves are opened.
fn opened(mut row: Value) -> Value {
    if let Value::Object(fields) = &mut row {
        for value in fields.values_mut() {
            let inner: Option<Value> = value
                .as_str()
                .filter(|text| text.starts_with(['{', '[']))
                .and_then(|text| serde_json::from_str(text).ok());
            if let Some(inner) = inner {
                *value = inner;
            }
        }
    }
    row
}

/// Removes every row about a patient, in whatever order the references between tables allow. Gives how
/// many of each.
///
/// The append-only triggers stand in the way, and rightly. This is their one door: the transaction takes
/// them off, removes, and puts them back before anybody else can see the tables without them.
///
/// # Errors
/// When a row cannot be removed; then the transaction must not be committed.
pub(super) async fn remove(
    db: &Db,
    tx: &mut Tx,
    patient: &str,
) -> sqlx::Result<BTreeMap<String, u64>> {
    let mut waiting: Vec<(String, &'static str)> = tables(&db.read)
        .await?
        .into_iter()
        .filter_map(|table| table.about().map(|about| (table.name, about)))
        .collect();
    let names: Vec<String> = waiting.iter().map(|(name, _)| name.clone()).collect();
    let triggers = open_door(tx, &names).await?;
    // What is found by its report goes before the reports, and the patient last.
    waiting.sort_by_key(|(name, about)| {
        (
            name == "patient",
            name == "report",
            about.starts_with("patient_id"),
        )
    });
    let mut removed = BTreeMap::new();
    while !waiting.is_empty() {
        let (mut left, mut refused) = (Vec::new(), None);
        for (table, about) in &waiting {
            match remove_from(tx, table, about, patient).await? {
                Ok(0) => {}
                Ok(rows) => {
                    removed.insert(table.clone(), rows);
                }
                // Another table's rows refer to these: they wait their turn.
                Err(error) => {
                    refused = Some(error);
                    left.push((table.clone(), *about));
                }
            }
        }
        if let Some(error) = refused.filter(|_| left.len() == waiting.len()) {
            return Err(error);
        }
        waiting = left;
    }
    shut_door(tx, &names, &triggers).await?;
    Ok(removed)
}

async fn remove_from(
    tx: &mut Tx,
    table: &str,
    about: &str,
    patient: &str,
) -> sqlx::Result<sqlx::Result<u64>> {
    let sql = format!("delete from {table} where {about}");
    Ok(on!(tx, tx => {
        sqlx::raw_sql("savepoint one_table").execute(&mut **tx).await?;
        let outcome = sqlx::query(AssertSqlSafe(sql))
            .bind(patient)
            .execute(&mut **tx)
            .await
            .map(|done| done.rows_affected());
        let after = if outcome.is_ok() {
            "release savepoint one_table"
        } else {
            "rollback to savepoint one_table"
        };
        sqlx::raw_sql(after).execute(&mut **tx).await?;
        outcome
    }))
}

/// Takes the tables' own triggers off. Gives, for SQLite, what puts them back.
async fn open_door(tx: &mut Tx, tables: &[String]) -> sqlx::Result<Vec<String>> {
    match tx {
        Tx::Sqlite(tx) => {
            let all: Vec<(String, String, String)> = sqlx::query_as(
                "select tbl_name, name, sql from sqlite_master where type = 'trigger'",
            )
            .fetch_all(&mut **tx)
            .await?;
            let mut back = Vec::new();
            for (_, name, sql) in all
                .into_iter()
                .filter(|(table, _, _)| tables.contains(table))
            {
                sqlx::raw_sql(AssertSqlSafe(format!("drop trigger {name}")))
                    .execute(&mut **tx)
                    .await?;
                back.push(sql);
            }
            Ok(back)
        }
        Tx::Postgres(tx) => {
            for table in tables {
                let sql = format!("alter table {table} disable trigger user");
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await?;
            }
            Ok(Vec::new())
        }
    }
}

async fn shut_door(tx: &mut Tx, tables: &[String], triggers: &[String]) -> sqlx::Result<()> {
    match tx {
        Tx::Sqlite(tx) => {
            for sql in triggers {
                sqlx::raw_sql(AssertSqlSafe(sql.clone()))
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Tx::Postgres(tx) => {
            for table in tables {
                let sql = format!("alter table {table} enable trigger user");
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
}
