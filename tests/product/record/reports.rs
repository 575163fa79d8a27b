//! What a change of the record does to reports on their way.

use super::*;

/// A change of a fact of Part A, by the manager, after the author, manager and doctor have signed.
#[tokio::test]
async fn a_changed_fact_voids_an_approval_and_says_so() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        let mut manager = world.signed_in(MANAGER).await;
        // The plan of contact is no fact of Part A.
        let plan = [("answer/record//contact-days.text", "14"), MISSING];
        edit(&mut manager, &path(&world, "/plan"), &plan).await;
        assert_eq!(world.count("select count(*) from report where state = 'final-check'").await, 1);
        world.app.clock.advance(chrono::TimeDelta::minutes(1));
        edit(&mut manager, &path(&world, "/addresses/new"), &address("2 Mill Row", "1", "6")).await;
        assert_eq!(world.count("select count(*) from report where state = 'drafting' and approved_by_id is null").await, 1);
        assert_eq!(world.count("select count(*) from signature where voided_at is null").await, 0);
        assert_eq!(world.count("select count(*) from audit where action = 'record-change-voids-approval'").await, 1);
        let frozen = author.sign(&format!("{report}/freeze"), "", &[]).await;
        assert_eq!(frozen.status, StatusCode::CONFLICT, "nothing can be frozen without the approval");
        let list = author.get(&report).await;
        assert!(list.body.contains("2 Mill Row") && list.body.contains("changed in the record"), "{}", list.body);
        assert!(author.get("/notices").await.body.contains("approval"), "the author is told");
    })
    .await;
}

/// A manager who has the report open signs nothing of a record that changed meanwhile, and sees what differs.
#[tokio::test]
async fn a_manager_sees_what_changed_after_the_author_signed() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        let mut manager = world.signed_in(MANAGER).await;
        let review = format!("{report}/review");
        let seen = manager.get(&review).await.value("seen");
        world.app.clock.advance(chrono::TimeDelta::minutes(1));
        edit(
            &mut author,
            &path(&world, "/addresses/new"),
            &address("2 Mill Row", "1", "6"),
        )
        .await;
        let stale = [
            ("seen", seen.as_str()),
            ("decision", "approve"),
            ("name", "Mo Manager"),
            ("password", crate::support::PASSWORD),
        ];
        let refused = manager.post(&review, &stale).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.body
        );
        let shown = manager.get(&review).await;
        assert!(
            shown.body.contains("changed in the record") && shown.body.contains("2 Mill Row"),
            "{}",
            shown.body
        );
        assert_eq!(
            world
                .count("select count(*) from report where state = 'with-manager'")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn from_a_report_one_corrects_the_record_and_returns() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let id = report.trim_start_matches("/reports/");
        let page = path(&world, &format!("/health?report={id}&section=contact"));
        let shown = author.get(&page).await;
        assert!(
            shown
                .body
                .contains(&format!("href=\"{report}/sections/contact\""))
        );
        assert_eq!(
            (shown.value("report"), shown.value("section")),
            (id.to_owned(), "contact".to_owned())
        );
        let version = shown.value("version/record/");
        let saved = author
            .post(
                &path(&world, "/health"),
                &[
                    ("version/record/", &version),
                    ("report", id),
                    ("section", "contact"),
                    health("X")[0],
                    MISSING,
                ],
            )
            .await;
        assert_eq!(saved.location(), format!("{report}/sections/contact"));
        // Nothing but our own pages can be returned to.
        let evil = author
            .get(&path(&world, "/health?report=//evil.example&section=../x"))
            .await;
        assert!(!evil.body.contains("evil.example"));
        assert!(versions(&evil.body).len() <= 1);
    })
    .await;
}

fn condition<'a>(
    number: &'a str,
    wording: &'a str,
    day: &'a str,
    month: &'a str,
) -> Vec<(&'a str, &'a str)> {
    vec![
        ("answer/record//number.text", number),
        ("answer/record//wording.text", wording),
        ("answer/record//theme.choice", "drugs"),
        ("answer/record//set-by.choice", "secretary-of-state"),
        ("answer/record//dol.choice", "no"),
        ("answer/record//from.day", day),
        ("answer/record//from.month", month),
        ("answer/record//from.year", "2026"),
        MISSING,
    ]
}

/// A report answers each wording that was in force in its period, also the one that was varied.
#[tokio::test]
async fn a_condition_varied_in_the_period_is_answered_in_both_wordings() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let answers = [
            ("answer/compliance/c2/status.choice", "met"),
            ("answer/compliance/c2/evidence.text", "Test of 3 November"),
        ];
        author
            .save(&format!("{report}/sections/conditions"), &answers)
            .await;
        // The list has numbers 1, 2 and the ended 3, in that order.
        let vary = condition(
            "",
            "To abstain from illicit drugs and to give samples.",
            "1",
            "7",
        );
        let page = edit(&mut author, &path(&world, "/conditions/vary-2"), &vary).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let section = author.get(&format!("{report}/sections/conditions")).await;
        assert!(
            section.body.contains("To abstain from illicit drugs.")
                && section.body.contains("to give samples")
        );
        assert!(
            section
                .body
                .contains("To abstain from illicit drugs. (until 30 June 2026)")
                && section.body.contains("to give samples. (from 1 July 2026)")
                && !section.body.contains("3 Tenter Lane. ("),
            "two rows of one number are told apart: {}",
            section.body
        );
        assert!(
            section.body.contains("Test of 3 November"),
            "the answer to the old wording stays"
        );
        assert!(!section.body.contains("Ended long before"));
        let list = author.get(&path(&world, "/conditions")).await;
        assert!(
            list.body.contains("24 January 2026 to 30 June 2026")
                && list.body.contains("Since 1 July 2026")
        );
        // A number has one wording at a time.
        let clash = edit(
            &mut author,
            &path(&world, "/conditions/new"),
            &condition("2", "Other", "1", "8"),
        )
        .await;
        assert!(
            clash.body.contains("already has a wording in force"),
            "{}",
            clash.body
        );
        let mut early = condition("9", "Escorted at all times.", "17", "2");
        early.retain(|(f, _)| !f.ends_with("dol.choice"));
        early.extend([
            ("answer/record//dol.choice", "yes"),
            ("answer/record//dol-basis.text", "s42(2A)"),
        ]);
        let early = edit(&mut author, &path(&world, "/conditions/new"), &early).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.body.contains("before 18 February 2026"));
    })
    .await;
}

#[tokio::test]
async fn a_period_without_conditions_says_so() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let gone = [("answer/record//note.text", "Entered for a test")];
        for _ in 0..3 {
            edit(&mut author, &path(&world, "/conditions/remove-1"), &gone).await;
        }
        let list = author.get(&path(&world, "/conditions")).await;
        assert!(
            list.body.contains("No condition is in force today"),
            "{}",
            list.body
        );
        let report = author.begin(&world.patient).await;
        let section = author.get(&format!("{report}/sections/conditions")).await;
        assert!(
            section.body.contains(
                "No condition of discharge was in force from 24 January 2026 to 20 November 2026"
            ),
            "{}",
            section.body
        );
    })
    .await;
}
