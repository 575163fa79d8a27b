//! Counts what is written beside the audit: by a trigger on every table, so that a change in place and a
//! removal count as well as a new row.

use crate::support::World;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// What any request may write to: the audit, the clocks of sessions and the count of attempts.
const LEFT_OUT: &str = "'audit', 'audit_head', 'session', 'throttle'";

/// A look past the product, kept open: a walk looks after each of thousands of requests.
pub enum Peek {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

macro_rules! with {
    ($peek:expr, $db:ident => $body:expr) => {
        match $peek {
            Peek::Sqlite($db) => $body,
            Peek::Postgres($db) => $body,
        }
    };
}

impl Peek {
    pub async fn into(world: &World) -> Self {
        if world.url.starts_with("sqlite") {
            Self::Sqlite(SqliteConnection::connect(&world.url).await.unwrap())
        } else {
            Self::Postgres(PgConnection::connect(&world.url).await.unwrap())
        }
    }

    pub async fn number(&mut self, sql: &'static str) -> i64 {
        with!(self, db => sqlx::query_scalar(sql).fetch_one(db).await.unwrap())
    }

    pub async fn run(&mut self, sql: String) {
        let sql = AssertSqlSafe(sql);
        with!(self, db => { sqlx::raw_sql(sql).execute(db).await.unwrap(); });
    }

    async fn names(&mut self, sql: String) -> Vec<String> {
        let sql = AssertSqlSafe(sql);
        with!(self, db => sqlx::query_scalar(sql).fetch_all(db).await.unwrap())
    }

    /// Every answer but what says that a section is done: question, row, version, fields as JSON.
    pub async fn answers(&mut self) -> Vec<(String, String, i64, String)> {
        let sql = "select question, row_id, version, fields from answer where question not like 'section:%'";
        with!(self, db => sqlx::query_as(sql).fetch_all(db).await.unwrap())
    }

    /// Where the one report stands: its state, author, who approved it, whether Part C is to be confirmed.
    pub async fn life(&mut self) -> (String, String, Option<String>, bool) {
        let sql = "select state, author_id, approved_by_id, reconfirm_part_c from report";
        with!(self, db => sqlx::query_as(sql).fetch_one(db).await.unwrap())
    }

    /// What is on record about patients: views and refusals.
    pub async fn on_record(&mut self) -> i64 {
        let sql = "select count(*) from audit where patient_id is not null";
        self.number(sql).await
    }

    /// Counts from now on every row that is added, changed or removed.
    pub async fn watch(&mut self) {
        let tables = match self {
            Self::Sqlite(_) => format!(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite%'
                 and name not like '\\_%' escape '\\' and name not in ({LEFT_OUT}) order by name"
            ),
            Self::Postgres(_) => format!(
                "select tablename::text from pg_tables where schemaname = current_schema()
                 and tablename not like '\\_%' and tablename not in ({LEFT_OUT}) order by 1"
            ),
        };
        let tables = self.names(tables).await;
        assert!(tables.len() > 20, "{tables:?}");
        self.run(
            "create table _written (rows bigint not null); insert into _written values (0)".into(),
        )
        .await;
        if matches!(self, Self::Postgres(_)) {
            let count = "create function count_written() returns trigger language plpgsql as
                 $$ begin update _written set rows = rows + 1; return null; end $$";
            self.run(count.into()).await;
        }
        for table in tables {
            let watch = match self {
                Self::Sqlite(_) => ["insert", "update", "delete"]
                    .map(|act| {
                        format!(
                            "create trigger _{act}_{table} after {act} on {table}
                             begin update _written set rows = rows + 1; end;"
                        )
                    })
                    .concat(),
                Self::Postgres(_) => format!(
                    "create trigger _written after insert or update or delete on {table}
                     for each row execute function count_written()"
                ),
            };
            self.run(watch).await;
        }
    }

    /// How many rows were written since.
    pub async fn written(&mut self) -> i64 {
        self.number("select rows from _written").await
    }
}
