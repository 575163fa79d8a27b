//! The patient's record: edited part by part, by those who may, losing nothing; and what that does to
//! reports on their way.

mod known_none;
mod reports;

use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, FACTS, MANAGER, Page, STRANGER, Visitor, World, on_both,
    to_final_check, versions,
};
use axum::http::StatusCode;

/// A post that says why it edits.
const MISSING: (&str, &str) = ("answer/record//why.choice", "missing");

/// Posts a form of the record from its page as it stands.
async fn edit(visitor: &mut Visitor, path: &str, answers: &[(&str, &str)]) -> Page {
    let shown = visitor.get(path).await;
    assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.body);
    let version = shown.value("version/record/");
    let mut pairs = vec![("version/record/", version.as_str())];
    pairs.extend(answers);
    visitor.post(path, &pairs).await
}

fn health(text: &str) -> Vec<(&str, &str)> {
    vec![("answer/record//mental-disorder.text", text), MISSING]
}

fn path(world: &World, rest: &str) -> String {
    format!("/patients/{}/details{rest}", world.patient)
}

#[tokio::test]
async fn an_edit_makes_a_version_with_its_reason_and_an_audit_row() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let page = edit(&mut author, &path(&world, "/health"), &health("Schizophrenia")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(page.location(), path(&world, ""));
        let shown = author.get(&path(&world, "")).await;
        assert!(shown.body.contains("Schizophrenia"));
        assert_eq!(world.count("select count(*) from patient_version").await, 2);
        assert_eq!(world.count("select count(*) from audit where action = 'edit-record'").await, 1);

        let wrong = [
            ("answer/record//mental-disorder.text", "Bipolar disorder"),
            ("answer/record//why.choice", "wrong"),
            ("answer/record//note.text", "Misread the discharge summary"),
        ];
        edit(&mut author, &path(&world, "/health"), &wrong).await;
        let history = author.get(&format!("/patients/{}/history", world.patient)).await;
        for words in ["Ada Author", "It was recorded wrongly: Misread the discharge summary", "Schizophrenia", "Bipolar disorder", "It was missing from the record"] {
            assert!(history.body.contains(words), "{words}");
        }
        // Nothing clinical in the audit.
        assert_eq!(world.count("select count(*) from audit where subject like '%Bipolar%' or reason like '%Misread%'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn only_supervisor_and_manager_of_the_patient_edit() {
    on_both(async |world: World| {
        let page = path(&world, "/health");
        for (who, status) in [
            (COLLEAGUE, StatusCode::FORBIDDEN),
            (DOCTOR, StatusCode::FORBIDDEN),
            (STRANGER, StatusCode::NOT_FOUND),
        ] {
            let mut visitor = world.signed_in(who).await;
            assert_eq!(visitor.get(&page).await.status, status, "{who}");
            let posted = [("version/record/", "1"), health("X")[0], MISSING];
            assert_eq!(visitor.post(&page, &posted).await.status, status, "{who}");
        }
        let mut doctor = world.signed_in(DOCTOR).await;
        let overview = doctor.get(&path(&world, "")).await;
        assert_eq!(overview.status, StatusCode::OK);
        assert!(
            !overview.body.contains(">Change<"),
            "no way shown that is closed"
        );
        assert_eq!(world.count("select count(*) from patient_version").await, 1);
        let mut manager = world.signed_in(MANAGER).await;
        let saved = edit(&mut manager, &page, &health("X")).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn mistakes_are_told_beside_their_field_and_nothing_typed_is_lost() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let hostile =
            "</textarea><script>alert(1)</script> \u{202e}abc\u{1}  עברית 👩‍⚕️ O’Brien & <b>";
        let typed = [
            ("answer/record//on.day", "31"),
            ("answer/record//on.month", "2"),
            ("answer/record//on.year", "2026"),
            ("answer/record//by.choice", "tribunal"),
            ("answer/record//hospital.text", hostile),
            ("answer/record//why.choice", "wrong"),
            ("answer/record//note.text", hostile),
        ];
        let page = edit(&mut author, &path(&world, "/discharge"), &typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("The day must be one that the month has"));
        assert!(page.body.contains("href=\"#answer-record--on-day\""));
        assert!(
            !page.body.contains("<script>alert"),
            "typed markup stays text"
        );
        assert_eq!(page.value("answer/record//on.day"), "31");
        assert!(
            page.body.contains("\u{202e}abc\u{1}"),
            "nothing typed is altered"
        );
        let long = "x".repeat(50_007);
        let page = edit(&mut author, &path(&world, "/health"), &health(&long)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("7 too many") && page.body.contains(&long));
        let nothing = author.post(&path(&world, "/names"), &[]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.count("select count(*) from patient_version").await, 1);
        // What is sound is kept to the letter.
        edit(&mut author, &path(&world, "/health"), &health(hostile)).await;
        let record: String = author.get(&path(&world, "/health")).await.body;
        assert!(
            record.contains("\u{202e}abc\u{1}  עברית 👩‍⚕️ O’Brien &amp; &lt;b>"),
            "{record}"
        );
        for nonsense in [
            "/nothing",
            "/health/1",
            "/addresses/7",
            "/addresses/vary-1",
            "/conditions/vary-9",
            "/conditions/0",
        ] {
            assert_eq!(
                author.get(&path(&world, nonsense)).await.status,
                StatusCode::NOT_FOUND,
                "{nonsense}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn two_at_once_lose_nothing() {
    on_both(async |world: World| {
        let (mut author, mut manager) = (
            world.signed_in(AUTHOR).await,
            world.signed_in(MANAGER).await,
        );
        let page = path(&world, "/health");
        let seen = author.get(&page).await.value("version/record/");
        edit(&mut manager, &page, &health("The manager’s text")).await;
        let mine = [
            ("version/record/", seen.as_str()),
            health("The author’s text")[0],
            MISSING,
        ];
        let conflict = author.post(&page, &mine).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(
            conflict.body.contains("The author’s text")
                && conflict.body.contains("The manager’s text")
        );
        assert!(conflict.body.contains("Mo Manager"));
        // Another part of the same record does not stand in the way.
        let other = [
            ("version/record/", seen.as_str()),
            ("answer/record//language.text", "Polish"),
            MISSING,
        ];
        assert_eq!(
            author
                .post(&path(&world, "/communication"), &other)
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        // From the conflict page the author's text can be saved; posting it twice makes one version.
        let version = conflict.value("version/record/");
        let again = [("version/record/", version.as_str()), mine[1], MISSING];
        for _ in 0..2 {
            assert_eq!(
                author.post(&page, &again).await.status,
                StatusCode::SEE_OTHER
            );
        }
        assert_eq!(world.count("select count(*) from patient_version").await, 4);
        let history = author
            .get(&format!("/patients/{}/history", world.patient))
            .await;
        assert!(
            history.body.contains("The manager’s text"),
            "earlier texts stay"
        );
        // A form that does not say what it was made from saves nothing unseen.
        let blind = [health("Blind")[0], MISSING];
        assert_eq!(
            author.post(&page, &blind).await.status,
            StatusCode::CONFLICT
        );
    })
    .await;
}

fn address<'a>(line: &'a str, day: &'a str, month: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("answer/record//lines.lines", line),
        ("answer/record//from.day", day),
        ("answer/record//from.month", month),
        ("answer/record//from.year", "2026"),
        MISSING,
    ]
}

#[tokio::test]
async fn addresses_keep_their_history() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let new = path(&world, "/addresses/new");
        assert_eq!(
            edit(&mut author, &new, &address("1 Weir Lane", "24", "1"))
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let next = edit(&mut author, &new, &address("2 Mill Row", "1", "6")).await;
        assert_eq!(next.location(), path(&world, "/addresses"));
        let list = author.get(&path(&world, "/addresses")).await;
        assert!(
            list.body.contains("24 January 2026 to 31 May 2026")
                && list.body.contains("Since 1 June 2026"),
            "{}",
            list.body
        );
        let clash = edit(&mut author, &new, &address("3 Fell View", "2", "2")).await;
        assert_eq!(clash.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(clash.body.contains("another address on some of these days"));
        let gone = [("answer/record//note.text", "Of another person")];
        assert_eq!(
            edit(&mut author, &path(&world, "/addresses/remove-1"), &gone)
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        assert!(
            !author
                .get(&path(&world, "/addresses"))
                .await
                .body
                .contains("1 Weir Lane")
        );
        let history = author
            .get(&format!("/patients/{}/history", world.patient))
            .await;
        assert!(history.body.contains("1 Weir Lane") && history.body.contains("Of another person"));
    })
    .await;
}

#[tokio::test]
async fn numbers_are_checked_and_belong_to_one_patient() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let page = path(&world, "/names");
        let shown = author.get(&page).await;
        let mut typed: Vec<(String, String)> = [
            "given-name.text",
            "family-name.text",
            "date-of-birth.day",
            "date-of-birth.month",
            "date-of-birth.year",
            "mhcs-reference.text",
            "nhs-number.text",
        ]
        .map(|f| {
            (
                format!("answer/record//{f}"),
                shown.value(&format!("answer/record//{f}")),
            )
        })
        .to_vec();
        typed.push(("answer/record//nation.choice".into(), "wales".into()));
        typed.push((MISSING.0.into(), MISSING.1.into()));
        let mut with = async |nhs: &str, aliases: &str| {
            let mut typed: Vec<(&str, &str)> = typed
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .collect();
            typed.retain(|(k, _)| !k.contains("nhs-number"));
            typed.push(("answer/record//nhs-number.text", nhs));
            typed.push(("answer/record//aliases.text", aliases));
            edit(&mut author, &page, &typed).await
        };
        let wrong = with("943 476 5918", "").await;
        assert!(wrong.body.contains("check each digit"), "{}", wrong.body);
        assert_eq!(
            with("943 476 5919", "Zeb\r\nמשה\r\n").await.status,
            StatusCode::SEE_OTHER
        );
        let page = author.get(&format!("/patients/{}", world.patient)).await;
        assert!(
            page.body.contains("943 476 5919")
                && page.body.contains("משה")
                && page
                    .body
                    .contains("Mental Health Review Tribunal for Wales")
        );
    })
    .await;
}
