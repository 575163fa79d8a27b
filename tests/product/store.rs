//! What the databases themselves refuse, and what the audit notices.

use crate::support::{AUTHOR, World, on_both, to_final_check};
use conditional_discharge::server::audit::{self, Broken};

#[tokio::test]
async fn what_is_recorded_cannot_be_changed_by_sql() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        author.sign(&format!("{report}/freeze"), "", &[]).await;
        let sent = [
            ("sent-on/day", "20"),
            ("sent-on/month", "11"),
            ("sent-on/year", "2026"),
            ("recipient", "x@example.org"),
            ("form-of-sending", "pdf"),
        ];
        let page = author.post(&format!("{report}/sent"), &sent).await;
        assert_eq!(page.status.as_u16(), 303, "{}", page.body);
        let decided = "insert into copy_decision (id, report_id, release, reason, also_left_out, person_id, name, job_title, at)
             select 'd1', id, false, 'x', '', author_id, 'A', 'B', begun_at from report";
        world.tamper(decided).await.unwrap();
        for sql in [
            "update audit set action = 'x'",
            "delete from audit",
            "update frozen_report set json = 'x'",
            "delete from frozen_report",
            "update paper set digest = 'x'",
            "delete from paper",
            "update copy_decision set release = true",
            "delete from copy_decision",
            "update patient_version set record = 'x'",
            "delete from patient_version",
            "update sending set recipient = 'x'",
            "delete from sending",
            "delete from signature",
            "update signature set name = 'x'",
        ] {
            assert!(world.tamper(sql).await.is_err(), "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn tampering_past_the_triggers_is_noticed() {
    const CHANGE: &str =
        "update audit set person_id = null where number = 3 and chain <> 'install'";
    const CUT: &str = "delete from audit where chain <> 'install' and number = (select max(number) from audit where chain <> 'install')";
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let chains = audit::chains(&world.app.db).await.unwrap();
        let chain = chains
            .iter()
            .find(|c| *c != audit::INSTALL && c.len() > 10)
            .unwrap()
            .clone();
        let rows = audit::verify(&world.app.db, &chain).await.unwrap().unwrap();
        world.unprotect_audit().await;
        world.tamper(CUT).await.unwrap();
        assert_eq!(
            audit::verify(&world.app.db, &chain).await.unwrap(),
            Err(Broken::CutAfter(rows - 1))
        );
        world.tamper(CHANGE).await.unwrap();
        assert_eq!(
            audit::verify(&world.app.db, &chain).await.unwrap(),
            Err(Broken::At(3))
        );
    })
    .await;
}

/// Random interleavings of editors who load, type and save: whatever happens, each saved text was
/// seen by the writer who replaced it.
#[tokio::test]
async fn no_text_is_lost_in_any_interleaving() {
    for database in ["sqlite", "postgres"] {
        interleave(database, 500).await;
    }
}

/// Three editors of one answer, who look and save in an order of chance: who saw what stands is taken, who
/// did not is shown both texts.
pub async fn interleave(database: &str, steps: usize) {
    const EDITORS: usize = 3;
    let world = World::new(database).await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    let path = format!("{report}/sections/contact");
    // A small generator of its own: the same walk on every run.
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % 1_000_003).unwrap() % below
    };
    let mut seen = [0u32; EDITORS];
    let (mut stands, mut version) = (String::new(), 0u32);
    for step in 0..steps {
        let editor = random(EDITORS);
        if random(2) == 0 {
            seen[editor] = version;
            continue;
        }
        let text = format!("text {step}");
        let number = seen[editor].to_string();
        let page = author
            .post(
                &path,
                &[
                    ("answer/contact-summary//text", &text),
                    ("version/contact-summary/", &number),
                ],
            )
            .await;
        if seen[editor] == version {
            assert_eq!(page.status.as_u16(), 303, "step {step}");
            (stands, version) = (text, version + 1);
        } else {
            assert_eq!(page.status.as_u16(), 409, "step {step}");
            assert!(
                page.body.contains(&stands) && page.body.contains(&text),
                "step {step}"
            );
        }
    }
    let shown = author.get(&path).await;
    assert!(shown.body.contains(&stands));
    assert_eq!(shown.value("version/contact-summary/"), version.to_string());
}
