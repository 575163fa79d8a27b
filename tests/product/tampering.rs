//! Every way in which rows of the audit can be changed past the product, and which row is named for it.

use crate::anchors::audit;
use crate::support::{AUTHOR, STRANGER, World, on_both};
use conditional_discharge::on;
use conditional_discharge::server::audit::{Broken, Event, INSTALL, Row, chains, record, verify};
use conditional_discharge::server::store::{Backend, organisations, people};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::fmt::Write;

/// The database past the product, for somebody who has its password.
struct Inside(Backend<SqliteConnection, PgConnection>);

impl Inside {
    async fn of(world: &World) -> Self {
        world.unprotect_audit().await;
        let url = &world.url;
        Self(if url.starts_with("sqlite") {
            Backend::Sqlite(SqliteConnection::connect(url).await.unwrap())
        } else {
            Backend::Postgres(PgConnection::connect(url).await.unwrap())
        })
    }

    async fn run(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        on!(&mut self.0, db => { sqlx::raw_sql(sql).execute(db).await.unwrap(); });
    }

    async fn row(&mut self, chain: &str, number: i64) -> Row {
        let sql = "select * from audit where chain = $1 and number = $2";
        on!(&mut self.0, db => sqlx::query_as(sql).bind(chain).bind(number).fetch_one(db).await.unwrap())
    }
}

/// The digest of a row, made here as the documents say: each field with its length before it.
fn digest(chain: &str, row: &Row) -> String {
    let (number, at) = (
        row.number.to_string(),
        row.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
    );
    let fields = [
        Some(row.previous.as_str()),
        Some(chain),
        Some(number.as_str()),
        Some(at.as_str()),
        row.person_id.as_deref(),
        Some(row.action.as_str()),
        row.patient_id.as_deref(),
        row.subject.as_deref(),
        Some(row.outcome.as_str()),
        row.reason.as_deref(),
        row.address.as_deref(),
    ];
    let mut text = String::new();
    for field in fields {
        match field {
            Some(field) => writeln!(text, "{}:{field}", field.len()).unwrap(),
            None => text.push_str("absent\n"),
        }
    }
    Sha256::digest(text)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Two chains with rows: the number of rows of each.
struct Chains {
    ours: String,
    theirs: String,
    last: i64,
    their_last: i64,
}

async fn chains_with_rows(world: &World) -> Chains {
    let mut author = world.signed_in(AUTHOR).await;
    author.begin(&world.patient).await;
    for _ in 0..4 {
        author.get(&format!("/patients/{}", world.patient)).await;
    }
    let mut stranger = world.signed_in(STRANGER).await;
    for _ in 0..3 {
        assert_eq!(stranger.get("/audit").await.status, 403);
    }
    let chain = async |name: &str| {
        let id = organisations::named(&world.app.db, name).await.unwrap();
        id.unwrap().to_string()
    };
    let (ours, theirs) = (chain("Northmere").await, chain("Harrowdene").await);
    let rows = async |chain: &str| verify(&world.app.db, chain).await.unwrap().unwrap();
    let (last, their_last) = (rows(&ours).await, rows(&theirs).await);
    assert!(last >= 6 && their_last == 3, "{last} {their_last}");
    Chains {
        ours,
        theirs,
        last,
        their_last,
    }
}

/// All that does not hold.
async fn broken(world: &World) -> Vec<(String, Broken)> {
    let mut all = Vec::new();
    for chain in chains(&world.app.db).await.unwrap() {
        if let Err(broken) = verify(&world.app.db, &chain).await.unwrap() {
            all.push((chain, broken));
        }
    }
    all
}

#[tokio::test]
async fn each_way_of_changing_rows_is_noticed_and_the_first_bad_row_named() {
    on_both(async |world: World| {
        let Chains { ours: o, theirs: t, last, their_last } = chains_with_rows(&world).await;
        let mut inside = Inside::of(&world).await;
        inside.run("create table as_it_was as select * from audit; create table head_as_it_was as select * from audit_head").await;

        let mut changed = inside.row(&o, 3).await;
        changed.reason = Some("Another".into());
        let changed = digest(&o, &changed);
        let mut end = inside.row(&o, last).await;
        end.reason = Some("Another".into());
        let end = digest(&o, &end);
        let mut inserted = inside.row(&o, 3).await;
        inserted.action = "never-happened".into();
        let inserted = digest(&o, &inserted);
        let columns = "at, person_id, action, patient_id, subject, outcome, reason, address, previous, digest";
        let next = their_last + 1;
        let both = |ours, theirs| vec![(o.clone(), ours), (t.clone(), theirs)];
        let one = |broken| vec![(o.clone(), broken)];
        let cases = [
            ("a field is changed", format!("update audit set reason = 'Another' where chain = '{o}' and number = 3"), one(Broken::At(3))),
            // Its own digest fits again: the next row, which names another digest as its previous one, is the first that does not.
            ("a row is changed with its digest, and not those after it", format!("update audit set reason = 'Another', digest = '{changed}' where chain = '{o}' and number = 3"), one(Broken::At(4))),
            ("the last row is changed with its digest", format!("update audit set reason = 'Another', digest = '{end}' where chain = '{o}' and number = {last}"), one(Broken::Head(last))),
            ("a row is put in the middle, sealed like the others", format!(
                "update audit set number = -number - 1 where chain = '{o}' and number >= 3;
                 update audit set number = -number where chain = '{o}' and number < 0;
                 insert into audit (chain, number, {columns}) select chain, 3, at, person_id, 'never-happened', patient_id, subject, outcome, reason, address, previous, '{inserted}' from audit where chain = '{o}' and number = 4;
                 update audit_head set number = number + 1 where chain = '{o}'"), one(Broken::At(4))),
            ("a row is put before the first", format!("insert into audit (chain, number, {columns}) select chain, 0, {columns} from audit where chain = '{o}' and number = 1"), one(Broken::At(1))),
            ("two rows are swapped", format!(
                "update audit set number = -number where chain = '{o}' and number in (3, 4);
                 update audit set number = number + 7 where chain = '{o}' and number in (-3, -4)"), one(Broken::At(3))),
            ("a row is taken from the middle", format!("delete from audit where chain = '{o}' and number = 3"), one(Broken::At(3))),
            ("a row is taken and those after it move up", format!(
                "delete from audit where chain = '{o}' and number = 3;
                 update audit set number = -number + 1 where chain = '{o}' and number > 3;
                 update audit set number = -number where chain = '{o}' and number < 0;
                 update audit_head set number = number - 1 where chain = '{o}'"), one(Broken::At(3))),
            ("the tail is cut", format!("delete from audit where chain = '{o}' and number > 3"), one(Broken::CutAfter(3))),
            ("every row is taken", format!("delete from audit where chain = '{o}'"), one(Broken::CutAfter(0))),
            ("every row and the head are taken", format!("delete from audit where chain = '{o}'; delete from audit_head where chain = '{o}'"), one(Broken::CutAfter(0))),
            ("the sign-ins are taken with their head", "delete from audit where chain = 'install'; delete from audit_head where chain = 'install'".into(), vec![(INSTALL.to_owned(), Broken::CutAfter(0))]),
            ("the head names a later row", format!("update audit_head set number = number + 1 where chain = '{o}'"), one(Broken::CutAfter(last))),
            ("the head names an earlier row", format!("update audit_head set number = 3, digest = (select digest from audit where chain = '{o}' and number = 3) where chain = '{o}'"), one(Broken::Head(last))),
            ("the head’s digest is another", format!("update audit_head set digest = '{changed}' where chain = '{o}'"), one(Broken::Head(last))),
            ("the head is taken", format!("delete from audit_head where chain = '{o}'"), one(Broken::Head(last))),
            ("a row goes over to the end of another chain", format!("update audit set chain = '{t}', number = {next} where chain = '{o}' and number = 3; update audit_head set number = {next} where chain = '{t}'"), both(Broken::At(3), Broken::At(next))),
            ("a whole chain goes under another name", format!("update audit set chain = 'x' where chain = '{o}'; update audit_head set chain = 'x' where chain = '{o}'"), vec![(o.clone(), Broken::CutAfter(0)), ("x".to_owned(), Broken::At(1))]),
        ];
        for (what, sql, mut expected) in cases {
            inside.run(&sql).await;
            expected.sort_by(|a, b| a.0.cmp(&b.0));
            assert_eq!(broken(&world).await, expected, "{what}");
            inside.run("delete from audit; insert into audit select * from as_it_was; delete from audit_head; insert into audit_head select * from head_as_it_was").await;
            assert_eq!(broken(&world).await, [], "put back after: {what}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_operator_is_told_which_row_it_is() {
    on_both(async |world: World| {
        let chains = chains_with_rows(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("head.json").display().to_string();
        assert!(audit(&world, &["head", "--export", &file]).0);
        let mut inside = Inside::of(&world).await;
        let (ours, theirs, last) = (&chains.ours, &chains.theirs, chains.last);
        // What nobody owes a row is known to be gone only by the anchor.
        inside
            .run(&format!(
                "delete from audit where chain = '{theirs}'; delete from audit_head where chain = '{theirs}'"
            ))
            .await;
        assert!(audit(&world, &["verify"]).0);
        let (sound, words) = audit(&world, &["verify", "--anchor", &file]);
        assert!(
            !sound && words.contains(&format!("{theirs}: rows after 0 that the anchor names are missing")),
            "{words}"
        );
        inside
            .run(&format!("update audit_head set digest = 'x' where chain = '{ours}'"))
            .await;
        let (sound, words) = audit(&world, &["verify"]);
        assert!(!sound && words.contains(&format!("{ours}: row {last} is not the end that is recorded")), "{words}");
        // The look before has put the triggers back.
        world.unprotect_audit().await;
        inside.run(&format!("delete from audit where chain = '{ours}'")).await;
        let (sound, words) = audit(&world, &["verify"]);
        assert!(!sound && words.contains(&format!("{ours}: every row is missing")), "{words}");
    })
    .await;
}

/// A check runs beside people who work: rows that come meanwhile are no fault.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_that_grows_meanwhile_holds() {
    on_both(async |world: World| {
        let northmere = organisations::named(&world.app.db, "Northmere")
            .await
            .unwrap()
            .unwrap();
        let person = people::by_email(&world.app.db, AUTHOR)
            .await
            .unwrap()
            .unwrap()
            .id;
        let (db, at, chain) = (
            world.app.db.clone(),
            world.app.clock.now(),
            northmere.to_string(),
        );
        let writing = tokio::spawn(async move {
            for _ in 0..400 {
                let mut tx = db.begin().await.unwrap();
                record(
                    &mut tx,
                    &Event::done(&northmere, at, &person, "view-patient"),
                )
                .await
                .unwrap();
                tx.commit().await.unwrap();
            }
        });
        let mut checked = 0;
        while !writing.is_finished() {
            let held = verify(&world.app.db, &chain).await.unwrap();
            assert!(held.is_ok(), "after {checked}: {held:?}");
            checked += 1;
        }
        writing.await.unwrap();
        assert!(checked > 1, "{checked}");
    })
    .await;
}
