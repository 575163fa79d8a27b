//! A small world for tests: two organisations, five people, one patient; and somebody at a browser.

pub mod fake;
pub mod provider;
mod visitor;

pub use visitor::{Page, Visitor, checklist, controls, encode, versions};

use axum::Router;
use axum::http::StatusCode;
use clap::Parser;
use conditional_discharge::domain::case::Case;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::app::App;
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::clock::Clock;
use conditional_discharge::server::config::{Command, CommandLine};
use conditional_discharge::server::forms::Forms;
use conditional_discharge::server::router::router;
use conditional_discharge::server::store::{Db, cases, organisations, people};
use sqlx::Connection;
use std::io::Write;
use std::path::Path;
use std::process::{Command as Program, Stdio};
use tempfile::TempDir;
use tokio::sync::OnceCell;

pub const PASSWORD: &str = "correct horse battery staple";
pub const AUTHOR: &str = "author@northmere.example.org";
pub const MANAGER: &str = "manager@northmere.example.org";
pub const DOCTOR: &str = "doctor@northmere.example.org";
/// A social supervisor of the same team who does not supervise the patient.
pub const COLLEAGUE: &str = "colleague@northmere.example.org";
/// A social supervisor of another organisation.
pub const STRANGER: &str = "stranger@harrowdene.example.org";
/// The patient's name, which may stand in pages and nowhere else.
pub const PATIENT: &str = "Zebedee Quillfeather";

/// The day on which tests happen.
pub const NOW: &str = "2026-11-20T10:00:00Z";

/// A product with its people and one patient.
pub struct World {
    pub app: App,
    pub router: Router,
    pub patient: String,
    /// The database's address, to look past the product.
    pub url: String,
    _folder: TempDir,
}

/// Runs a test on both databases. A missing PostgreSQL fails: nothing is skipped silently.
pub async fn on_both(test: impl AsyncFn(World)) {
    for database in ["sqlite", "postgres"] {
        eprintln!("on {database}");
        test(World::new(database).await).await;
    }
}

/// An empty database.
pub async fn database(kind: &str, folder: &TempDir) -> String {
    if kind == "sqlite" {
        return format!("sqlite:{}", folder.path().join("test.db").display());
    }
    let url = std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL is not set: run `cargo xtask test`, or start a cluster with `cargo xtask pg`");
    let name = format!("t{}", uuid::Uuid::now_v7().simple());
    let mut admin = sqlx::PgConnection::connect(&url).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&mut admin)
        .await
        .unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// The short form, the forms of other papers, and the quality standards.
pub fn short_form() -> Forms {
    let mut forms = Forms::papers().unwrap();
    forms
        .add_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms"))
        .unwrap();
    forms
}

/// The same with a newer version of the short form, in which something stands before the section on
/// conditions.
pub fn longer_form(more: &str) -> Forms {
    let section = "[[part.section]]\nid = \"conditions\"\n";
    let short = include_str!("../forms/short.2026-01-05.toml");
    assert!(short.contains(section));
    let longer = short.replace("2026-01-05", "2026-02-05").replacen(
        section,
        &format!("{more}\n{section}"),
        1,
    );
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("longer.toml"), longer).unwrap();
    let mut forms = short_form();
    forms.add_folder(folder.path()).unwrap();
    forms
}

async fn password_hash() -> &'static str {
    static HASH: OnceCell<String> = OnceCell::const_new();
    HASH.get_or_init(async || Hasher::default().hash(PASSWORD).await.unwrap())
        .await
}

/// The case of the one patient: two conditions, discharged 300 days ago.
pub fn case() -> Case {
    let text = include_str!("case.json").replace("{NAME}", PATIENT.split(' ').next_back().unwrap());
    conditional_discharge::domain::case::read(&text).unwrap()
}

impl World {
    pub async fn new(kind: &str) -> Self {
        Self::make(kind, short_form(), &case(), &[]).await
    }

    /// With these forms, and the patient of this case.
    pub async fn with(kind: &str, forms: Forms, case: &Case) -> Self {
        Self::make(kind, forms, case, &[]).await
    }

    /// A world whose product was started with these flags.
    pub async fn started(kind: &str, flags: &[&str]) -> Self {
        Self::make(kind, short_form(), &case(), flags).await
    }

    async fn make(kind: &str, forms: Forms, case: &Case, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = database(kind, &folder).await;
        let db = Db::connect(&url).await.unwrap();
        let clock = Clock::starting_at(NOW.parse().unwrap());
        let hash = password_hash().await;
        let mut tx = db.begin().await.unwrap();
        let (northmere, team) =
            organisations::ensure(&mut tx, "Northmere", "nhs-trust", "Tarnbeck")
                .await
                .unwrap();
        let (harrowdene, other_team) =
            organisations::ensure(&mut tx, "Harrowdene", "council", "Forensic")
                .await
                .unwrap();
        for place in [&northmere, &harrowdene] {
            organisations::adjust(&mut tx, place, |s| s.second_factor_required = false)
                .await
                .unwrap();
        }
        for (email, name, role) in [
            (AUTHOR, "Ada Author", Role::SocialSupervisor),
            (MANAGER, "Mo Manager", Role::LineManager),
            (DOCTOR, "Dr Dee Doctor", Role::ClinicalSupervisor),
            (COLLEAGUE, "Cole League", Role::SocialSupervisor),
            (STRANGER, "Stan Stranger", Role::SocialSupervisor),
        ] {
            let new = people::NewPerson {
                email,
                name,
                job_title: role.words(),
                password_hash: hash,
            };
            let person = people::add(&mut tx, &new).await.unwrap();
            let (organisation, team) = if email == STRANGER {
                (&harrowdene, &other_team)
            } else {
                (&northmere, &team)
            };
            people::join(&mut tx, &person, organisation, role, Some(team))
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let patient = cases::import(&db, &forms, &northmere, "Tarnbeck", case, clock.now())
            .await
            .unwrap();
        let Command::Serve(settings) =
            CommandLine::parse_from(["conditional-discharge", "serve"].iter().chain(flags)).command
        else {
            unreachable!("serve was asked for")
        };
        let app = App::new(db, clock, forms, settings)
            .with_secrets_key()
            .await
            .unwrap();
        Self {
            router: router(app.clone()),
            app,
            patient: patient.to_string(),
            url,
            _folder: folder,
        }
    }

    /// Somebody who has signed in.
    pub async fn signed_in(&self, email: &str) -> Visitor {
        let mut visitor = self.visitor();
        let page = visitor
            .post(
                "/sign-in",
                &[("email", email), ("password", PASSWORD), ("next", "/")],
            )
            .await;
        assert_eq!(
            page.status,
            StatusCode::SEE_OTHER,
            "{email} cannot sign in: {}",
            page.body
        );
        visitor
    }

    /// Somebody who has not.
    pub fn visitor(&self) -> Visitor {
        Visitor {
            router: self.router.clone(),
            cookie: None,
        }
    }

    /// Number of rows of a table.
    pub async fn count(&self, sql: &'static str) -> i64 {
        if self.url.starts_with("sqlite") {
            let mut db = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
        } else {
            let mut db = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
        }
    }

    /// One text out of the database.
    pub async fn text(&self, sql: &'static str) -> String {
        if self.url.starts_with("sqlite") {
            let mut db = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
        } else {
            let mut db = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
        }
    }

    /// Everything that a table holds, as text.
    pub async fn dump(&self, table: &str) -> String {
        let sql = if self.url.starts_with("sqlite") {
            format!(
                "select group_concat(line, ' ') from (select {} as line from {table})",
                self.columns(table).await
            )
        } else {
            format!("select string_agg(row_to_json(t)::text, ' ') from {table} t")
        };
        let sql = sqlx::AssertSqlSafe(sql);
        let all: Option<String> = if self.url.starts_with("sqlite") {
            let mut db = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
        } else {
            let mut db = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
        };
        all.unwrap_or_default()
    }

    /// The columns of a table of SQLite, put together as one text.
    async fn columns(&self, table: &str) -> String {
        let mut db = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
        let names: Vec<String> = sqlx::query_scalar("select name from pragma_table_info($1)")
            .bind(table)
            .fetch_all(&mut db)
            .await
            .unwrap();
        let each = names.iter().map(|n| format!("coalesce({n}, '')"));
        each.collect::<Vec<_>>().join(" || ' ' || ")
    }

    /// Takes off what keeps rows of the audit from being changed, as somebody with the database's password could.
    pub async fn unprotect_audit(&self) {
        let off = if self.url.starts_with("sqlite") {
            "drop trigger audit_no_update; drop trigger audit_no_delete"
        } else {
            "drop trigger audit_append_only on audit"
        };
        self.tamper(off).await.unwrap();
    }

    /// Runs SQL past the product, as somebody with the database's password could.
    pub async fn tamper(&self, sql: &'static str) -> sqlx::Result<()> {
        if self.url.starts_with("sqlite") {
            let mut db = sqlx::SqliteConnection::connect(&self.url).await?;
            sqlx::raw_sql(sql).execute(&mut db).await.map(drop)
        } else {
            let mut db = sqlx::PgConnection::connect(&self.url).await?;
            sqlx::raw_sql(sql).execute(&mut db).await.map(drop)
        }
    }
}

/// The author signs, with "facts as at" today.
pub const FACTS: [(&str, &str); 3] = [
    ("facts-as-at/day", "20"),
    ("facts-as-at/month", "11"),
    ("facts-as-at/year", "2026"),
];

/// Full answers to the short form's Parts A and B.
pub const REPORT: [(&str, &[(&str, &str)]); 3] = [
    (
        "contact",
        &[
            (
                "answer/contact-summary//text",
                "Seen weekly at home, twice jointly with the community nurse.\n\nCalm; the flat is warm.",
            ),
            ("answer/section:contact//choice", "yes"),
        ],
    ),
    (
        "conditions",
        &[
            ("answer/compliance/c1/status.choice", "met"),
            (
                "answer/compliance/c1/evidence.text",
                "Provider's weekly sheet",
            ),
            ("answer/compliance/c1/evidence.basis", "provider"),
            ("answer/compliance/c2/status.choice", "met"),
            ("answer/compliance/c2/evidence.text", "Test of 3 November"),
            ("answer/compliance/c2/evidence.basis", "test"),
            ("answer/section:conditions//choice", "yes"),
        ],
    ),
    (
        "relationships",
        &[
            ("answer/relationship-asked//choice", "yes"),
            (
                "answer/relationship-asked//detail",
                "Says there is nobody new. Staff agree.",
            ),
            ("answer/relationship-asked//basis", "provider"),
            ("answer/relationship-asked//basis", "self-report"),
            ("answer/section:relationships//choice", "yes"),
        ],
    ),
];

/// Full answers to the short form's Part C.
pub const PART_C: [(&str, &str); 5] = [
    (
        "answer/mental-state//text",
        "Settled. No symptoms elicited on 12 November.",
    ),
    ("answer/medication//text", "Depot given on time."),
    ("answer/clinical-opinion//choice", "continue"),
    (
        "answer/clinical-opinion//detail",
        "Settled for under a year.",
    ),
    ("answer/section:clinical//choice", "yes"),
];

/// Takes a fresh report to the state where Part C is signed, and gives its path.
pub async fn to_final_check(world: &World) -> (String, Visitor) {
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    signed_by_all(world, &report, &mut author).await;
    (report, author)
}

/// Author, manager and doctor sign a report that is written, the doctor after writing Part C.
pub async fn signed_by_all(world: &World, report: &str, author: &mut Visitor) {
    let page = author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let mut manager = world.signed_in(MANAGER).await;
    let page = manager
        .sign(
            &format!("{report}/review"),
            "Mo Manager",
            &[("decision", "approve")],
        )
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let mut doctor = world.signed_in(DOCTOR).await;
    doctor
        .save(&format!("{report}/sections/clinical"), &PART_C)
        .await;
    let page = doctor
        .sign(&format!("{report}/part-c/sign"), "Dr Dee Doctor", &[])
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

/// What another program says of some bytes.
pub fn run(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Program::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("apt-get install poppler-utils qpdf");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    output.stdout
}
