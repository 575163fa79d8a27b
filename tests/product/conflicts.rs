//! Saving against the version seen: nothing is ever overwritten unseen, nothing typed is lost.

use crate::support::{AUTHOR, DOCTOR, FACTS, MANAGER, World, on_both};
use axum::http::StatusCode;

const TEXT: &str = "answer/contact-summary//text";
const VERSION: &str = "version/contact-summary/";

#[tokio::test]
async fn a_stale_save_shows_both_texts_and_loses_neither() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let path = format!("{report}/sections/contact");
        let mut elsewhere = world.signed_in(AUTHOR).await;
        author
            .post(&path, &[(TEXT, "Written on the laptop"), (VERSION, "0")])
            .await;
        let stale = elsewhere
            .post(&path, &[(TEXT, "Written on the <phone>"), (VERSION, "0")])
            .await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(
            stale.body.contains("Written on the laptop")
                && stale.body.contains("Written on the &lt;phone")
        );
        assert!(
            !stale.body.contains("<phone>"),
            "what is typed is text, not markup"
        );
        assert!(
            author
                .get(&path)
                .await
                .body
                .contains("Written on the laptop"),
            "theirs stands"
        );
        // Saving the conflict page is a choice made with both texts in view.
        let version = stale.value(VERSION);
        let chosen = elsewhere
            .post(
                &path,
                &[(TEXT, "Both: laptop and phone"), (VERSION, &version)],
            )
            .await;
        assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.body);
        assert!(
            author
                .get(&path)
                .await
                .body
                .contains("Both: laptop and phone")
        );
    })
    .await;
}

#[tokio::test]
async fn a_save_without_a_version_begins_an_answer_but_replaces_none() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let path = format!("{report}/sections/contact");
        assert_eq!(
            author.post(&path, &[(TEXT, "First")]).await.status,
            StatusCode::SEE_OTHER
        );
        for version in [
            None,
            Some("7"),
            Some("-1"),
            Some("x"),
            Some("99999999999999999999"),
        ] {
            let mut pairs = vec![(TEXT, "Second")];
            pairs.extend(version.map(|v| (VERSION, v)));
            let page = author.post(&path, &pairs).await;
            assert_eq!(page.status, StatusCode::CONFLICT, "{version:?}");
            assert!(page.body.contains("First") && page.body.contains("Second"));
        }
        assert!(author.get(&path).await.body.contains("First"));
    })
    .await;
}

#[tokio::test]
async fn the_same_post_fifty_times_at_once_saves_once() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let path = format!("{report}/sections/contact");
        let posts = (0..50).map(|_| {
            let (mut author, path) = (author.clone(), path.clone());
            tokio::spawn(async move {
                author
                    .post(&path, &[(TEXT, "Once"), (VERSION, "0")])
                    .await
                    .status
            })
        });
        for post in posts.collect::<Vec<_>>() {
            assert_eq!(post.await.unwrap(), StatusCode::SEE_OTHER);
        }
        assert_eq!(author.get(&path).await.value(VERSION), "1");
        assert_eq!(
            world
                .count("select count(*) from audit where action = 'edit-report'")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn steps_out_of_order_and_repeated_are_refused_and_change_nothing() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let mut manager = world.signed_in(MANAGER).await;
        let mut doctor = world.signed_in(DOCTOR).await;
        let report = author.begin(&world.patient).await;
        let early = manager
            .sign(
                &format!("{report}/review"),
                "Mo Manager",
                &[("decision", "approve")],
            )
            .await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert_eq!(
            doctor
                .sign(&format!("{report}/part-c/sign"), "Dr Dee Doctor", &[])
                .await
                .status,
            StatusCode::CONFLICT
        );
        assert_eq!(
            author
                .sign(&format!("{report}/freeze"), "", &[])
                .await
                .status,
            StatusCode::CONFLICT
        );
        assert_eq!(
            author.post(&format!("{report}/sent"), &[]).await.status,
            StatusCode::CONFLICT
        );
        // Nothing answered: signing leads back to what is missing.
        let unsigned = author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        assert_eq!(unsigned.location(), format!("{report}/check"));
        author.write_report(&report).await;
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        assert_eq!(
            author
                .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
                .await
                .status,
            StatusCode::CONFLICT
        );
        let closed = author
            .post(
                &format!("{report}/sections/contact"),
                &[(TEXT, "Too late, but kept"), (VERSION, "1")],
            )
            .await;
        assert_eq!(closed.status, StatusCode::CONFLICT);
        assert!(
            closed.body.contains("Too late, but kept"),
            "what was typed stays on the page"
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
async fn many_approvals_at_once_approve_once() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        let manager = world.signed_in(MANAGER).await;
        // Five: as many passwords as one account may try at once.
        let posts = (0..5).map(|_| {
            let (mut manager, path) = (manager.clone(), format!("{report}/review"));
            tokio::spawn(async move {
                manager
                    .sign(&path, "Mo Manager", &[("decision", "approve")])
                    .await
                    .status
            })
        });
        let mut done = 0;
        for post in posts.collect::<Vec<_>>() {
            let status = post.await.unwrap();
            assert!(
                [StatusCode::SEE_OTHER, StatusCode::CONFLICT].contains(&status),
                "{status}"
            );
            done += usize::from(status == StatusCode::SEE_OTHER);
        }
        assert_eq!(done, 1);
        assert_eq!(
            world
                .count("select count(*) from signature where capacity = 'line-manager'")
                .await,
            1
        );
        assert_eq!(
            world
                .count("select count(*) from audit where action = 'approve'")
                .await,
            1
        );
    })
    .await;
}

/// The manager's page was made before the author wrote something else: nobody attests to a text that
/// they have not seen, and no comment is lost.
#[tokio::test]
async fn a_page_of_an_earlier_text_approves_nothing_and_keeps_its_comments() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        let mut manager = world.signed_in(MANAGER).await;
        let review = format!("{report}/review");
        let shown = manager.get(&review).await;
        let old = shown.value("seen");
        let items = crate::support::checklist(&shown.body);
        let comment = [
            ("comment/contact-summary", "Say more"),
            ("decision", "return"),
        ];
        manager.sign(&review, "", &comment).await;
        author
            .save(
                &format!("{report}/sections/contact"),
                &[(TEXT, "Quite another text")],
            )
            .await;
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        let stale = [
            ("seen", old.as_str()),
            ("name", "Mo Manager"),
            ("password", crate::support::PASSWORD),
            ("decision", "approve"),
            ("comment/contact-summary", "A thought of my own"),
        ];
        let mut all = stale.to_vec();
        all.extend(items.iter().map(|name| (name.as_str(), "yes")));
        let page = manager.post(&review, &all).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("The report has changed")
                && page.body.contains("A thought of my own")
        );
        let wrong = [
            ("decision", "approve"),
            ("comment/contact-summary", "Kept after a wrong name"),
        ];
        assert!(
            manager
                .sign(&review, "Nobody", &wrong)
                .await
                .body
                .contains("Kept after a wrong name")
        );
        assert_eq!(
            world
                .count("select count(*) from report where state = 'with-manager'")
                .await,
            1
        );
        let views = world
            .count("select count(*) from audit where action = 'view-report'")
            .await;
        manager.sign(&review, "Nobody", &wrong).await;
        let shown_twice = world
            .count("select count(*) from audit where action = 'view-report'")
            .await;
        assert_eq!(
            shown_twice,
            views + 2,
            "the page and the page with errors are both on record"
        );
    })
    .await;
}
