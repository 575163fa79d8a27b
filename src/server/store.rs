//! The database. All SQL of the product stands below here, one file a noun.
//!
//! Every function that touches a patient takes an [`Allowed`](super::access::Allowed) proof and
//! names its organisation in the query: there is no unscoped query.

pub mod answers;
pub mod assessments;
pub mod assurance;
pub mod caseload;
pub mod cases;
pub mod entries;
pub mod invitations;
mod kept;
pub mod notices;
pub mod organisations;
pub mod other_papers;
pub mod papers;
pub mod patients;
pub mod people;
pub mod protocol;
pub mod releases;
pub mod reports;
pub mod retention;
pub mod second_factors;
pub mod sessions;
pub mod sign_in_places;
pub mod sign_offs;
pub mod sign_on;
pub mod staff;
pub mod whole_record;

use crate::domain::form::progress::Texts;
use crate::domain::identifiers::{PatientId, ReportId};
use crate::domain::patient::PatientRecord;
use anyhow::{Context, Result, bail};
use kept::Kept;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Postgres, Sqlite, Transaction};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// One of two databases, with what belongs to it.
#[derive(Debug, Clone)]
pub enum Backend<S, P> {
    /// Embedded.
    Sqlite(S),
    /// A PostgreSQL server.
    Postgres(P),
}

/// A pool of connections.
pub type Pool = Backend<SqlitePool, PgPool>;
/// A transaction. Dropped without [`Tx::commit`], it changes nothing.
pub type Tx = Backend<Transaction<'static, Sqlite>, Transaction<'static, Postgres>>;

/// Writes one body for both databases; it is compiled once for each.
#[macro_export]
macro_rules! on {
    ($backend:expr, $with:ident => $body:expr) => {
        match $backend {
            $crate::server::store::Backend::Sqlite($with) => $body,
            $crate::server::store::Backend::Postgres($with) => $body,
        }
    };
}

/// The organisations of a person that their session reaches: all of them, or the one whose identity
/// provider opened it.
macro_rules! organisations_of {
    ($person:literal, $only:literal) => {
        concat!(
            "(select organisation_id from membership where person_id = ",
            $person,
            " and (",
            $only,
            " = '' or organisation_id = ",
            $only,
            "))"
        )
    };
}
pub(crate) use organisations_of;

/// Whether a person works with a patient of another organisation on a day. A grant is made to somebody
/// as one of their own organisation's people: where they belong to several, nobody knows of which, and so
/// a session that reaches one organisation only does not use it.
macro_rules! works_jointly {
    ($patient:literal, $person:literal, $day:literal, $only:literal) => {
        concat!(
            "exists (select 1 from joint_working j where j.patient_id = ",
            $patient,
            " and j.person_id = ",
            $person,
            " and j.ended_at is null and j.from_day <= ",
            $day,
            " and j.to_day >= ",
            $day,
            " and ",
            $crate::server::store::belongs_nowhere_else!($person, $only),
            ")"
        )
    };
}
pub(crate) use works_jointly;

/// Whether a session reaches everything that a person belongs to.
macro_rules! belongs_nowhere_else {
    ($person:literal, $only:literal) => {
        concat!(
            "(",
            $only,
            " = '' or not exists (select 1 from membership e where e.person_id = ",
            $person,
            " and e.organisation_id <> ",
            $only,
            "))"
        )
    };
}
pub(crate) use belongs_nowhere_else;

/// The database.
#[derive(Debug, Clone)]
pub struct Db {
    /// For reading.
    pub(crate) read: Pool,
    /// For writing. SQLite has one writer: waiting for our own pool is fair, waiting for its file
    /// lock is not.
    write: Pool,
    /// What settled reports say.
    settled: Arc<Kept<ReportId, Texts>>,
    /// Each version of a patient's record.
    records: Arc<Kept<(PatientId, i64), PatientRecord>>,
}

/// How long a write waits for another process that holds SQLite's lock.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Rows that SQLite may read before anybody has taken one: more than a report has answers.
const ROWS_AHEAD: usize = 4096;

/// What each reading connection may keep of the file: with SQLite's own 2 MB, lists of a large install read
/// the same pages from the disk's cache again and again. Below 0 it is in KiB.
const PAGES_KEPT: &str = "-8192";

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

impl Db {
    /// Opens a database and brings its tables up to date.
    ///
    /// `url` is `sqlite:PATH` (made when missing) or `postgres://…`.
    ///
    /// # Errors
    /// When it cannot be opened, or its tables are from a later release.
    pub async fn connect(url: &str) -> Result<Self> {
        let db = if url.starts_with("postgres") {
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(LOCK_WAIT)
                .connect(url)
                .await
                .context("cannot reach the PostgreSQL server")?;
            Self {
                read: Backend::Postgres(pool.clone()),
                write: Backend::Postgres(pool),
                settled: Arc::default(),
                records: Arc::default(),
            }
        } else if url.starts_with("sqlite:") {
            Self::open_sqlite(url, true).await?
        } else {
            bail!("the database must be sqlite:PATH or postgres://…");
        };
        db.migrate().await?;
        patients::fill_references(&db).await?;
        Ok(db)
    }

    /// Opens a database that is there already, as a check does: a mistyped path is an error, not a
    /// new and empty database in which all is well.
    ///
    /// # Errors
    /// When there is no such database.
    pub async fn open_existing(url: &str) -> Result<Self> {
        if url.starts_with("postgres") {
            return Self::connect(url).await;
        }
        let db = Self::open_sqlite(url, false).await?;
        db.migrate().await?;
        patients::fill_references(&db).await?;
        Ok(db)
    }

    /// Forgets what is kept in memory of reports and records, because one of them is destroyed.
    pub fn forget(&self) {
        self.settled.forget();
        self.records.forget();
    }

    async fn open_sqlite(url: &str, create: bool) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)
            .context("the database address is malformed")?
            .create_if_missing(create)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an acknowledged save survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(LOCK_WAIT)
            // A connection is a thread: without room for its rows it and the reader wake each other
            // for every few of them.
            .row_buffer_size(ROWS_AHEAD);
        let pool = |most| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(LOCK_WAIT)
                // A file does not hang up: asking first would double the turns of every query.
                .test_before_acquire(false)
        };
        let write = pool(1)
            .connect_with(options.clone())
            .await
            .context("cannot open the database file")?;
        let read = options.read_only(true).pragma("cache_size", PAGES_KEPT);
        let read = pool(8).connect_with(read).await?;
        Ok(Self {
            read: Backend::Sqlite(read),
            write: Backend::Sqlite(write),
            settled: Arc::default(),
            records: Arc::default(),
        })
    }

    async fn migrate(&self) -> Result<()> {
        on!(&self.write, pool => MIGRATIONS.run(pool).await.context("cannot bring the database's tables up to date")?);
        match &self.write {
            Backend::Sqlite(pool) => {
                sqlx::raw_sql(include_str!("../../migrations/sqlite/append_only.sql"))
                    .execute(pool)
                    .await?;
            }
            Backend::Postgres(pool) => {
                sqlx::raw_sql(include_str!("../../migrations/postgres/append_only.sql"))
                    .execute(pool)
                    .await?;
            }
        }
        Ok(())
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// When no connection is free within five seconds, or the database refuses.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match &self.write {
            Backend::Sqlite(pool) => Backend::Sqlite(pool.begin_with("begin immediate").await?),
            Backend::Postgres(pool) => Backend::Postgres(pool.begin().await?),
        })
    }

    /// Closes every connection; what was acknowledged is on disk.
    pub async fn close(&self) {
        on!(&self.read, pool => pool.close().await);
        on!(&self.write, pool => pool.close().await);
    }
}

impl Tx {
    /// Makes the transaction's changes durable.
    ///
    /// # Errors
    /// When they could not be made durable; then none of them was.
    pub async fn commit(self) -> sqlx::Result<()> {
        on!(self, tx => tx.commit().await)
    }
}

/// Turns what the database gave back into our own type, or says which stored value is malformed.
pub(crate) fn stored<T, E: std::fmt::Display>(
    what: &'static str,
    read: Result<T, E>,
) -> sqlx::Result<T> {
    read.map_err(|e| sqlx::Error::Decode(format!("stored {what}: {e}").into()))
}

/// A new identifier: UUID version 7, so that later rows sort later.
pub(crate) fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
