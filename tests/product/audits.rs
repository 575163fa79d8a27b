//! The organisation's audit: searched, exported, anchored.

use crate::support::{AUTHOR, COLLEAGUE, MANAGER, PASSWORD, STRANGER, World, on_both};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::domain::identifiers::PatientId;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::audit::anchor::{self, Standing};
use conditional_discharge::server::audit::search::Wanted;
use conditional_discharge::server::audit::{Event, INSTALL, record, sheet, verify};
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::store::{Db, cases, organisations, people};

pub async fn add(world: &World, email: &str, name: &str, role: Role, organisation: &str) {
    let hash = Hasher::default().hash(PASSWORD).await.unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    let (organisation, _) = organisations::ensure(&mut tx, organisation, "nhs-trust", "Tarnbeck")
        .await
        .unwrap();
    let new = people::NewPerson {
        email,
        name,
        job_title: "x",
        password_hash: &hash,
    };
    let person = people::add(&mut tx, &new).await.unwrap();
    people::join(&mut tx, &person, &organisation, role, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_auditor_finds_who_did_what_and_nobody_else_looks() {
    on_both(async |world: World| {
        add(&world, "auditor@x", "Aud Itor", Role::Auditor, "Northmere").await;
        add(&world, "theirs@x", "Other Auditor", Role::Auditor, "Harrowdene").await;
        let mut author = world.signed_in(AUTHOR).await;
        author.begin(&world.patient).await;
        author.get(&format!("/patients/{}", world.patient)).await;
        assert_eq!(world.signed_in(MANAGER).await.get("/audit").await.status, 403);
        let mut auditor = world.signed_in("auditor@x").await;
        let page = auditor.get("/audit").await;
        assert!(page.status == 200 && page.body.contains("Ada Author") && page.body.contains("TEST/09001"));
        assert!(!page.body.contains("Quillfeather"), "names no patient");
        let find = async |auditor: &mut crate::support::Visitor, pairs: &[(&str, &str)]| auditor.post("/audit", pairs).await;
        let rows = |body: &str| body.matches("<tr class=\"nhsuk-table__row\">").count();
        let all = find(&mut auditor, &[("person", "ada")]).await;
        assert!(rows(&all.body) >= 2, "{}", all.body);
        for (pairs, some) in [
            (vec![("person", "AUTHOR@north")], true),
            (vec![("person", "nobody%")], false),
            (vec![("person", "Stan Stranger")], false),
            (vec![("reference", "TEST/09001")], true),
            (vec![("reference", "TEST/0")], false),
            (vec![("action", "begin-report"), ("reference", "TEST/09001")], true),
            (vec![("action", "' or 1=1 --")], false),
            (vec![("refused", "yes"), ("person", "mo manager")], true),
            (vec![("refused", "yes"), ("person", "ada")], false),
            (vec![("from/day", "20"), ("from/month", "11"), ("from/year", "2026"), ("person", "ada")], true),
            (vec![("from/day", "21"), ("from/month", "11"), ("from/year", "2026")], false),
            (vec![("to/day", "20"), ("to/month", "11"), ("to/year", "2026"), ("person", "ada")], true),
            (vec![("to/day", "18"), ("to/month", "11"), ("to/year", "2026")], false),
        ] {
            let page = find(&mut auditor, &pairs).await;
            assert_eq!(page.status, 200);
            assert_eq!(rows(&page.body) > 0, some, "{pairs:?} {}", page.body);
        }
        let bad = find(&mut auditor, &[("from/day", "31"), ("from/month", "2"), ("from/year", "2026"), ("person", "kept <b>")]).await;
        assert!(bad.status == 422 && bad.body.contains("There is a problem") && bad.body.contains("kept &lt;b"), "{}", bad.body);
        let theirs = world.signed_in("theirs@x").await.get("/audit").await;
        assert!(!theirs.body.contains("TEST/09001") && !theirs.body.contains("Ada Author"));
        world.signed_in(STRANGER).await;
        let read = world.count("select count(*) from audit where action in ('search-audit', 'read-organisation-audit') and outcome = 'done'").await;
        assert!(read >= 10, "reading the audit is on record: {read}");
    })
    .await;
}

#[tokio::test]
async fn a_long_audit_is_paged_without_gaps_or_repeats() {
    on_both(async |world: World| {
        add(&world, "auditor@x", "Aud Itor", Role::Auditor, "Northmere").await;
        let mut author = world.signed_in(AUTHOR).await;
        for _ in 0..60 {
            author.get(&format!("/patients/{}", world.patient)).await;
        }
        let mut auditor = world.signed_in("auditor@x").await;
        let first = auditor
            .post("/audit", &[("person", "ada"), ("action", "view patient")])
            .await;
        let after = first.value("after");
        let second = auditor
            .post(
                "/audit",
                &[
                    ("person", "ada"),
                    ("action", "view-patient"),
                    ("after", &after),
                ],
            )
            .await;
        let rows = |body: &str| body.matches("<tr class=\"nhsuk-table__row\">").count();
        assert_eq!(
            (rows(&first.body), rows(&second.body)),
            (50, 10),
            "all in one second, told apart by number"
        );
        assert!(!second.body.contains("name=\"after\""));
    })
    .await;
}

#[tokio::test]
async fn asvs_1_2_10_the_csv_holds_no_formula() {
    let world = World::new("sqlite").await;
    add(
        &world,
        "auditor@x",
        "=HYPERLINK(\"http://evil.example\")",
        Role::Auditor,
        "Northmere",
    )
    .await;
    let mut auditor = world.signed_in("auditor@x").await;
    auditor.get("/audit").await;
    let file = auditor.post("/audit", &[("as", "csv")]).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"audit.csv\""
    );
    assert!(
        file.body
            .contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""),
        "{}",
        file.body
    );
    let formula = |cell: &str| cell.starts_with(['=', '+', '-', '@']);
    assert!(
        !file
            .body
            .lines()
            .flat_map(|l| l.split("\",\""))
            .any(|c| formula(c.trim_start_matches('"')))
    );
}

#[tokio::test]
async fn a_cut_tail_and_a_rewritten_chain_do_not_agree_with_the_anchor() {
    on_both(async |world: World| {
        add(&world, "auditor@x", "Aud Itor", Role::Auditor, "Northmere").await;
        let mut author = world.signed_in(AUTHOR).await;
        author.begin(&world.patient).await;
        let mut auditor = world.signed_in("auditor@x").await;
        let file = auditor.get("/audit/head").await;
        assert_eq!(
            file.headers["content-disposition"],
            "attachment; filename=\"audit-head.json\""
        );
        let anchored = anchor::Anchor::read(&file.body).unwrap();
        assert_eq!(anchored.heads.len(), 1, "only the organisation's own chain");
        let chain = anchored.heads[0].chain.clone();
        auditor.get("/audit").await;
        let standing = async |db: &Db| anchor::compare(db, &anchored).await.unwrap()[0].1;
        assert_eq!(
            standing(&world.app.db).await,
            Standing::Holds,
            "longer is no fault"
        );
        world.unprotect_audit().await;
        world.tamper(crate::anchors::CUT).await.unwrap();
        let verdict = conditional_discharge::server::audit::verify(&world.app.db, &chain)
            .await
            .unwrap();
        assert_eq!(verdict, Ok(2), "the chain alone cannot tell");
        assert_eq!(standing(&world.app.db).await, Standing::CutAfter(2));
        let mut altered = anchored.clone();
        altered.heads[0].number = 2;
        assert_eq!(
            anchor::compare(&world.app.db, &altered).await.unwrap()[0].1,
            Standing::Rewritten(2)
        );
    })
    .await;
}

#[tokio::test]
async fn asvs_15_4_2_two_imports_at_once_add_one_patient() {
    on_both(async |world: World| {
        let mut case = crate::support::case();
        case.record.mhcs_reference = "TEST/09777".into();
        case.reports.clear();
        case.entries.clear();
        let northmere = organisations::named(&world.app.db, "Northmere")
            .await
            .unwrap()
            .unwrap();
        let import = || {
            cases::import(
                &world.app.db,
                &world.app.forms,
                &northmere,
                "Tarnbeck",
                &case,
                world.app.clock.now(),
            )
        };
        let (one, two) = tokio::join!(import(), import());
        let failed = match (one, two) {
            (Ok(_), Err(error)) | (Err(error), Ok(_)) => format!("{error:#}"),
            both => panic!("{both:?}"),
        };
        assert!(failed.contains("mhcs-reference"), "{failed}");
        assert_eq!(
            world
                .count("select count(*) from patient where mhcs_reference = 'TEST/09777'")
                .await,
            1
        );
        world
            .tamper("update patient set mhcs_reference = null")
            .await
            .unwrap();
        Db::connect(&world.url).await.unwrap();
        assert_eq!(
            world
                .count("select count(*) from patient where mhcs_reference is null")
                .await,
            0,
            "filled in again"
        );
    })
    .await;
}

/// Pages are made while their view is written: one that cannot be written shows nothing.
#[tokio::test]
async fn a_page_whose_view_cannot_be_recorded_is_not_shown() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let patient = format!("/patients/{}", world.patient);
        let pages = [
            report.clone(),
            format!("{report}/check"),
            format!("{report}/sections/contact"),
            patient.clone(),
            format!("{patient}/record"),
            format!("{patient}/details"),
        ];
        let (refuse, allow) = if world.url.starts_with("sqlite") {
            (
                "create trigger full before insert on audit begin select raise(abort, 'full'); end",
                "drop trigger full",
            )
        } else {
            (
                "alter table audit add constraint full_up check (false) not valid",
                "alter table audit drop constraint full_up",
            )
        };
        world.tamper(refuse).await.unwrap();
        for page in &pages {
            let page = author.get(page).await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(!page.body.contains("Quillfeather"), "{}", page.body);
        }
        world.tamper(allow).await.unwrap();
        let before = world.count("select count(*) from audit").await;
        for page in &pages {
            let page = author.get(page).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains("Quillfeather"), "{}", page.body);
        }
        let seen = world.count("select count(*) from audit").await - before;
        assert_eq!(seen, 6, "each view is on record when its page is answered");
    })
    .await;
}

async fn exported(world: &World, chain: &str, wanted: Wanted) -> String {
    let mut file = Vec::new();
    sheet::export(
        &world.app.db,
        chain,
        wanted,
        world.app.clock.now(),
        &mut file,
    )
    .await
    .unwrap();
    String::from_utf8(file).unwrap()
}

#[tokio::test]
async fn the_operator_reads_a_whole_chain_that_of_the_install_too() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        author.begin(&world.patient).await;
        for email in [AUTHOR, "nobody@example.org"] {
            let wrong = [("email", email), ("password", "a guess")];
            world.visitor().post("/sign-in", &wrong).await;
        }
        world
            .tamper("update person set name = '=HYPERLINK(1)' where email = 'colleague@northmere.example.org'")
            .await
            .unwrap();
        world.signed_in(COLLEAGUE).await;
        let file = exported(&world, "install", Wanted::default()).await;
        let lines: Vec<&str> = file.lines().collect();
        assert!(lines[0].starts_with("\"When (UTC)\",\"Number\",\"Who\""), "{file}");
        assert!(lines[1].contains("\"command line\",\"export-audit\""), "newest first: {file}");
        assert!(lines[2].contains("\"'=HYPERLINK(1)\",\"sign-in\"") && lines[2].contains("\"done\""), "{file}");
        assert!(lines[3].contains("\"nobody known\",\"sign-in\"") && lines[3].contains("\"refused\""), "{file}");
        assert!(lines[4].contains("\"Ada Author\",\"sign-in\"") && lines[4].contains("\"refused\""), "{file}");
        assert!(!file.contains("begin-report"), "another chain's");
        let file = exported(&world, "Northmere", Wanted::default()).await;
        assert!(file.contains("begin-report") && file.contains("TEST/09001") && !file.contains("\"sign-in\""), "{file}");
        let later = Wanted { from: Some(world.app.clock.now() + TimeDelta::hours(1)), ..Wanted::default() };
        assert_eq!(exported(&world, "Northmere", later).await.lines().count(), 1, "the heads only");
        let error = sheet::export(&world.app.db, "Nowhere", Wanted::default(), world.app.clock.now(), &mut Vec::new()).await;
        assert!(error.unwrap_err().to_string().contains("there is no chain “Nowhere”"));

        // However many they are.
        let at = world.app.clock.now();
        let northmere = organisations::named(&world.app.db, "Northmere").await.unwrap().unwrap();
        let person = people::by_email(&world.app.db, AUTHOR).await.unwrap().unwrap().id;
        let mut tx = world.app.db.begin().await.unwrap();
        for _ in 0..2_100 {
            record(&mut tx, &Event::done(&northmere, at, &person, "view-patient")).await.unwrap();
        }
        tx.commit().await.unwrap();
        let file = exported(&world, "Northmere", Wanted::default()).await;
        let mut numbers: Vec<&str> = file.lines().skip(1).filter_map(|l| l.split("\",\"").nth(1)).collect();
        let all = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), all, "none twice");
        let rows = verify(&world.app.db, northmere.as_str()).await.unwrap().unwrap();
        assert_eq!(i64::try_from(all).unwrap(), rows, "none left out, taking it away included");
    })
    .await;
}

#[tokio::test]
async fn an_organisation_reads_how_its_own_people_came_in_and_nobody_elses() {
    on_both(async |world: World| {
        add(&world, "auditor@x", "Aud Itor", Role::Auditor, "Northmere").await;
        let mut author = world.signed_in(AUTHOR).await;
        let tries = [[AUTHOR; 6].as_slice(), &[STRANGER, "nobody@example.org"]].concat();
        for email in tries {
            let wrong = [("email", email), ("password", "a guess")];
            world.visitor().post("/sign-in", &wrong).await;
        }
        world.signed_in(STRANGER).await;
        author.begin(&world.patient).await;
        // A way in by another organisation's provider is that organisation's matter.
        let person = people::by_email(&world.app.db, AUTHOR)
            .await
            .unwrap()
            .unwrap()
            .id;
        let harrowdene = organisations::named(&world.app.db, "Harrowdene")
            .await
            .unwrap()
            .unwrap();
        let mut tx = world.app.db.begin().await.unwrap();
        let event = Event {
            chain: INSTALL.into(),
            subject: Some(harrowdene.to_string()),
            address: Some("203.0.113.99".into()),
            ..Event::done(&harrowdene, world.app.clock.now(), &person, "sign-in")
        };
        record(&mut tx, &event).await.unwrap();
        tx.commit().await.unwrap();

        let mut auditor = world.signed_in("auditor@x").await;
        let rows = |body: &str| body.matches("<tr class=\"nhsuk-table__row\">").count();
        let all = auditor.post("/audit", &[("sign-ins", "yes")]).await.body;
        assert_eq!(rows(&all), 8, "{all}");
        assert!(
            all.contains("Sign in throttled") && all.contains("Aud Itor"),
            "{all}"
        );
        for hidden in [
            "Stan Stranger",
            "203.0.113.99",
            "Begin report",
            "nobody known",
        ] {
            assert!(!all.contains(hidden), "{hidden}: {all}");
        }
        let refused = [("sign-ins", "yes"), ("refused", "yes"), ("person", "ada")];
        assert_eq!(rows(&auditor.post("/audit", &refused).await.body), 6);
        let file = auditor
            .post("/audit", &[("sign-ins", "yes"), ("as", "csv")])
            .await
            .body;
        assert_eq!(file.lines().count(), 9, "{file}");
        let usual = auditor.post("/audit", &[("person", "ada")]).await.body;
        assert!(
            usual.contains("Begin report")
                && !usual.contains("<td class=\"nhsuk-table__cell\">Sign in"),
            "{usual}"
        );
        let mut manager = world.signed_in(MANAGER).await;
        assert_eq!(
            manager.post("/audit", &[("sign-ins", "yes")]).await.status,
            403
        );
    })
    .await;
}

#[tokio::test]
async fn who_has_looked_is_paged_without_gaps_or_repeats() {
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
        let patient = PatientId::parse(&world.patient).unwrap();
        let at = world.app.clock.now();
        let mut tx = world.app.db.begin().await.unwrap();
        // All in one moment, told apart by number.
        for n in 0..450 {
            let event = Event {
                patient: Some(patient.clone()),
                address: Some(format!("row-{n}-")),
                ..Event::done(&northmere, at, &person, "view-patient")
            };
            record(&mut tx, &event).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut manager = world.signed_in(MANAGER).await;
        let path = format!("/patients/{}/audit", world.patient);
        let (mut next, mut seen, mut pages) = (Some(path.clone()), Vec::new(), 0);
        while let Some(path) = next {
            let page = manager.get(&path).await;
            assert_eq!(page.status, StatusCode::OK);
            assert_eq!(page.body.contains(">The newest<"), pages > 0);
            seen.extend(
                page.body
                    .split("row-")
                    .skip(1)
                    .map(|r| r.split('-').next().unwrap().to_owned()),
            );
            next = page
                .body
                .split("href=\"")
                .find(|l| l.contains("\">Earlier</a>"))
                .map(|l| l.split('"').next().unwrap().to_owned());
            pages += 1;
        }
        assert_eq!(pages, 3);
        let expected: Vec<String> = (0..450).rev().map(|n| n.to_string()).collect();
        assert_eq!(seen, expected);
        let odd = manager.get(&format!("{path}?after=nonsense")).await;
        assert!(
            odd.status == 200 && odd.body.contains("row-449-"),
            "what is not a place is no place"
        );
    })
    .await;
}
