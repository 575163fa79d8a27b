//! What is kept for good, changed past the product: `audit verify` names it, and nobody is handed it.

use crate::anchors::audit;
use crate::assessments::{EXECUTIVE, LEAD, add_people, sign, to_sign_off};
use crate::papers::frozen;
use crate::support::{PATIENT, Visitor, World, on_both};
use conditional_discharge::domain::identifiers::PatientId;
use conditional_discharge::on;
use conditional_discharge::server::store::{Backend, cases, organisations};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// The database past the product. Opening it again puts the triggers back, so each change takes them off.
struct Inside(Backend<SqliteConnection, PgConnection>);

/// A table with the column that holds what is kept, whether as text, and its triggers in SQLite.
struct Shelf {
    table: &'static str,
    column: &'static str,
    text: bool,
    triggers: [&'static str; 3],
    /// In PostgreSQL.
    trigger: &'static str,
}

const fn shelf(
    (table, column, text): (&'static str, &'static str, bool),
    triggers: [&'static str; 3],
    trigger: &'static str,
) -> Shelf {
    Shelf {
        table,
        column,
        text,
        triggers,
        trigger,
    }
}

const FROZEN: Shelf = shelf(
    ("frozen_report", "json", true),
    ["frozen_no_update", "frozen_no_delete", "frozen_no_replace"],
    "frozen_append_only",
);
const PAPER: Shelf = shelf(
    ("paper", "bytes", false),
    ["paper_no_update", "paper_no_delete", "paper_no_replace"],
    "paper_append_only",
);
const MADE: Shelf = shelf(
    ("other_paper_made", "json", true),
    [
        "other_paper_made_no_update",
        "other_paper_made_no_delete",
        "other_paper_made_no_replace",
    ],
    "other_paper_made_append_only",
);
const ASSESSMENT: Shelf = shelf(
    ("frozen_assessment", "json", true),
    [
        "assessment_frozen_no_update",
        "assessment_frozen_no_delete",
        "assessment_frozen_no_replace",
    ],
    "assessment_frozen_append_only",
);
const ASSESSMENT_PAPER: Shelf = shelf(
    ("assessment_paper", "bytes", false),
    [
        "assessment_paper_no_update",
        "assessment_paper_no_delete",
        "assessment_paper_no_replace",
    ],
    "assessment_paper_append_only",
);
const INTERNAL: Shelf = shelf(
    ("sign_off_findings", "json", true),
    [
        "sign_off_findings_no_update",
        "sign_off_findings_no_delete",
        "sign_off_findings_no_replace",
    ],
    "sign_off_findings_append_only",
);

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

impl Inside {
    async fn of(world: &World) -> Self {
        let url = &world.url;
        Self(if url.starts_with("sqlite") {
            Backend::Sqlite(SqliteConnection::connect(url).await.unwrap())
        } else {
            Backend::Postgres(PgConnection::connect(url).await.unwrap())
        })
    }

    async fn run(&mut self, shelf: &Shelf, sql: &str) {
        let off = match self.0 {
            Backend::Sqlite(_) => shelf
                .triggers
                .map(|t| format!("drop trigger if exists {t};"))
                .concat(),
            Backend::Postgres(_) => {
                format!(
                    "drop trigger if exists {} on {};",
                    shelf.trigger, shelf.table
                )
            }
        };
        let sql = AssertSqlSafe(format!("{off} {sql}"));
        on!(&mut self.0, db => { sqlx::raw_sql(sql).execute(db).await.unwrap(); });
    }

    async fn read(&mut self, shelf: &Shelf, which: &str) -> Vec<u8> {
        let Shelf { table, column, .. } = shelf;
        let sql = AssertSqlSafe(format!("select {column} from {table} where {which}"));
        on!(&mut self.0, db => {
            if shelf.text {
                let text: String = sqlx::query_scalar(sql).fetch_one(db).await.unwrap();
                text.into_bytes()
            } else {
                sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
            }
        })
    }

    /// Puts other bytes in the place of those that are kept; with their own digest, or without.
    async fn write(&mut self, shelf: &Shelf, which: &str, bytes: &[u8], digest: Option<&str>) {
        self.run(shelf, "select 1").await;
        let Shelf { table, column, .. } = shelf;
        let sql = format!(
            "update {table} set {column} = $1, digest = coalesce($2, digest) where {which}"
        );
        let sql = AssertSqlSafe(sql);
        let changed = on!(&mut self.0, db => {
            let query = sqlx::query(sql);
            let query = if shelf.text {
                query.bind(String::from_utf8(bytes.to_vec()).unwrap())
            } else {
                query.bind(bytes.to_vec())
            };
            query.bind(digest).execute(db).await.unwrap().rows_affected()
        });
        assert_eq!(changed, 1, "{table} {which}");
    }
}

/// The same with one bit of one byte, in its middle, turned; text stays text.
fn one_byte_changed(bytes: &[u8]) -> Vec<u8> {
    let mut other = bytes.to_vec();
    let half = other.len() / 2;
    let at = half
        + other[half..]
            .iter()
            .position(u8::is_ascii_alphanumeric)
            .unwrap();
    other[at] ^= 1;
    other
}

async fn refused(visitor: &mut Visitor, path: &str) {
    let page = visitor.get(path).await;
    assert_eq!(page.status, 500, "{path}");
    assert!(page.body.contains("This is not as it was kept"), "{path}");
    assert!(!page.body.contains(PATIENT), "{path}");
}

#[tokio::test]
async fn what_was_changed_past_the_product_is_named_and_not_handed_out() {
    on_both(async |world: World| {
        let (report, mut author) = frozen(&world).await;
        let papers = format!("/patients/{}/papers", world.patient);
        let made = author
            .post(&papers, &[("form", "conditions-sheet"), ("then", "make")])
            .await;
        let sheet = made.location().to_owned();
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let assessment = to_sign_off(&world, &mut lead).await;
        let mut executive = world.signed_in(EXECUTIVE).await;
        let signed = sign(&mut executive, &assessment, "Exa Cutive").await;
        assert_eq!(signed.status, 303, "{}", signed.body);
        let (sound, words) = audit(&world, &["verify"]);
        assert!(
            sound
                && words.contains("paper: 6 as kept")
                && words.contains("frozen report: 1 as kept"),
            "{words}"
        );

        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let (r, s, a) = (id(&report), id(&sheet), id(&assessment));
        let of = |owner: &str, format: &str| {
            format!("owner_id = '{owner}' and kind = 'full' and format = '{format}'")
        };
        let mut inside = Inside::of(&world).await;
        for (shelf, which, name, path) in [
            (
                &FROZEN,
                format!("report_id = '{r}'"),
                format!("frozen report {r}, json"),
                format!("{report}/paper.json"),
            ),
            (
                &FROZEN,
                format!("report_id = '{r}'"),
                format!("frozen report {r}, json"),
                format!("{report}/finished"),
            ),
            (
                &PAPER,
                of(&r, "pdf"),
                format!("paper {r}, full.pdf"),
                format!("{report}/paper.pdf"),
            ),
            (
                &PAPER,
                of(&r, "html"),
                format!("paper {r}, full.html"),
                format!("{report}/paper.html"),
            ),
            (
                &PAPER,
                of(&s, "docx"),
                format!("paper {s}, full.docx"),
                format!("{sheet}/paper.docx"),
            ),
            (
                &MADE,
                format!("paper_id = '{s}'"),
                format!("content of another paper {s}, json"),
                format!("{sheet}/paper.json"),
            ),
            (
                &ASSESSMENT,
                format!("assessment_id = '{a}'"),
                format!("signed self-assessment {a}, json"),
                format!("{assessment}/papers/frozen.json"),
            ),
            (
                &ASSESSMENT_PAPER,
                format!("assessment_id = '{a}' and name = 'ratings.csv'"),
                format!("paper of a self-assessment {a}, ratings.csv"),
                format!("{assessment}/papers/ratings.csv"),
            ),
        ] {
            let visitor = if path.starts_with("/assessments") {
                &mut lead
            } else {
                &mut author
            };
            assert_eq!(visitor.get(&path).await.status, 200, "{path}");
            let kept = inside.read(shelf, &which).await;
            let other = one_byte_changed(&kept);
            // Its bytes alone; then with a digest that fits them.
            for (digest, why) in [
                (None, "its bytes are not those that were kept"),
                (Some(hex(&other)), "the audit does not know its digest"),
            ] {
                inside.write(shelf, &which, &other, digest.as_deref()).await;
                let (sound, words) = audit(&world, &["verify"]);
                assert!(
                    !sound && words.contains(&format!("{name}: {why}")),
                    "{name}: {words}"
                );
                assert!(
                    words.contains("what is kept is not as it was kept"),
                    "{words}"
                );
                assert!(
                    !words.contains(PATIENT) && !words.contains(&world.patient),
                    "{words}"
                );
                refused(visitor, &path).await;
            }
            inside.write(shelf, &which, &kept, Some(&hex(&kept))).await;
            assert_eq!(visitor.get(&path).await.status, 200, "{path} is back");
        }
        let which = format!("id = (select min(id) from sign_off_findings where report_id = '{r}')");
        let kept = inside.read(&INTERNAL, &which).await;
        inside
            .write(&INTERNAL, &which, &one_byte_changed(&kept), None)
            .await;
        let (sound, words) = audit(&world, &["verify"]);
        assert!(
            !sound && words.contains(&format!("internal record of a report {r}, ")),
            "{words}"
        );
        inside.write(&INTERNAL, &which, &kept, None).await;
        assert!(audit(&world, &["verify"]).0);

        inside
            .run(
                &PAPER,
                &format!("delete from paper where {}", of(&r, "docx")),
            )
            .await;
        let (sound, words) = audit(&world, &["verify"]);
        assert!(!sound && words.contains("says was kept is gone"), "{words}");
    })
    .await;
}

#[tokio::test]
async fn what_came_with_a_case_file_is_known_to_the_audit_too() {
    on_both(async |world: World| {
        let (_, mut author) = frozen(&world).await;
        let papers = format!("/patients/{}/papers", world.patient);
        author
            .post(&papers, &[("form", "conditions-sheet"), ("then", "make")])
            .await;
        let northmere = organisations::named(&world.app.db, "Northmere")
            .await
            .unwrap()
            .unwrap();
        let at = world.app.clock.now();
        let (db, forms) = (&world.app.db, &world.app.forms);
        let patient = PatientId::parse(&world.patient).unwrap();
        let case = cases::export(db, &northmere, &patient, at).await.unwrap();
        let elsewhere = World::new(if world.url.starts_with("sqlite") {
            "sqlite"
        } else {
            "postgres"
        })
        .await;
        let harrowdene = organisations::named(&elsewhere.app.db, "Harrowdene")
            .await
            .unwrap()
            .unwrap();
        cases::import(&elsewhere.app.db, forms, &harrowdene, "Forensic", &case, at)
            .await
            .unwrap();
        let (sound, words) = audit(&elsewhere, &["verify"]);
        assert!(sound && words.contains("paper: 6 as kept"), "{words}");
    })
    .await;
}

/// What an install kept before the audit knew digests: the list that the migration made of it.
const BEFORE: Shelf = shelf(
    ("kept_before", "digest", true),
    [
        "kept_before_no_insert",
        "kept_before_no_update",
        "kept_before_no_delete",
    ],
    "kept_before_closed",
);

#[tokio::test]
async fn what_was_kept_before_the_audit_knew_digests_is_handed_out_and_nothing_is_added_to_it() {
    on_both(async |world: World| {
        let (report, mut author) = frozen(&world).await;
        let id = report.rsplit('/').next().unwrap();
        let which = format!("owner_id = '{id}' and kind = 'full' and format = 'pdf'");
        let mut inside = Inside::of(&world).await;
        let other = one_byte_changed(&inside.read(&PAPER, &which).await);
        let digest = hex(&other);
        inside.write(&PAPER, &which, &other, Some(&digest)).await;
        let path = format!("{report}/paper.pdf");
        refused(&mut author, &path).await;
        for sql in [
            "insert into kept_before (digest) values ('x')",
            "delete from kept_before",
        ] {
            // A trigger of SQLite speaks up for each row, and the list has none yet.
            if sql.starts_with("insert") || world.url.starts_with("postgres") {
                assert!(
                    world.tamper(sql).await.is_err(),
                    "the list is closed: {sql}"
                );
            }
        }
        let add = format!("insert into kept_before (digest) values ('{digest}')");
        inside.run(&BEFORE, &add).await;
        let page = author.get(&path).await;
        assert_eq!((page.status.as_u16(), page.bytes), (200, other));
    })
    .await;
}
