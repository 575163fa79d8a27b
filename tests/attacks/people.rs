//! One person who tries to be two, and requests that come twice.

use crate::support::{AUTHOR, FACTS, MANAGER, PASSWORD, World, on_both, to_final_check};

const WAITING: &str =
    "select count(*) from report where state = 'with-manager' and approved_by_id is null";

/// Makes the author a manager too, past the product.
const PROMOTE: &str = "insert into membership (person_id, organisation_id, role, team_id)
    select m.person_id, m.organisation_id, 'line-manager', m.team_id from membership m join person p on p.id = m.person_id
    where p.email = 'author@northmere.example.org'";

#[tokio::test]
async fn asvs_2_3_5_nobody_approves_their_own_report_by_any_trick() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        // A second browser, opened before the role changed.
        let mut second = world.signed_in(AUTHOR).await;
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        let review = format!("{report}/review");
        assert_eq!(
            author
                .sign(&review, "Ada Author", &[("decision", "approve")])
                .await
                .status,
            403,
            "not a manager"
        );
        // The role comes mid-way.
        world.tamper(PROMOTE).await.unwrap();
        let manager = "Mo Manager";
        for (first_browser, name, more) in [
            (true, "Ada Author", vec![("decision", "approve")]),
            (false, "Ada Author", vec![("decision", "approve")]),
            // Another's name, and fields that no form has.
            (
                false,
                manager,
                vec![
                    ("decision", "approve"),
                    ("person", "mo"),
                    ("approved-by", "mo"),
                    ("author", "mo"),
                ],
            ),
            (
                true,
                "Ada Author",
                vec![
                    ("decision", "return"),
                    ("decision", "approve"),
                    ("state", "approved"),
                ],
            ),
        ] {
            let who = if first_browser {
                &mut author
            } else {
                &mut second
            };
            let page = who.sign(&review, name, &more).await;
            assert!(
                [403, 409, 422].contains(&page.status.as_u16()),
                "{more:?}: {} {}",
                page.status,
                page.body
            );
            assert_eq!(world.count(WAITING).await, 1, "{more:?}");
        }
        assert_eq!(
            world
                .count("select count(*) from signature where voided_at is null")
                .await,
            1,
            "only the author's"
        );
        let yes = world
            .signed_in(MANAGER)
            .await
            .sign(&review, manager, &[("decision", "approve")])
            .await;
        assert_eq!(yes.status, 303, "another person can: {}", yes.body);
    })
    .await;
}

#[tokio::test]
async fn asvs_2_3_3_fifty_equal_posts_freeze_once() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        let path = format!("{report}/freeze");
        let seen = author.get(&path).await.value("seen");
        let posts = (0..50).map(|_| {
            let (mut visitor, path, seen) = (author.clone(), path.clone(), seen.clone());
            tokio::spawn(async move {
                visitor
                    .post(&path, &[("seen", &seen), ("password", PASSWORD)])
                    .await
                    .status
                    .as_u16()
            })
        });
        let mut done = 0;
        for post in posts.collect::<Vec<_>>() {
            let status = post.await.unwrap();
            assert!(status < 500 || status == 503, "{status}");
            done += i32::from(status == 303);
        }
        assert!(done >= 1);
        assert_eq!(world.count("select count(*) from frozen_report").await, 1);
    })
    .await;
}

#[tokio::test]
async fn asvs_7_4_1_an_ended_session_is_dead_wherever_it_is_kept() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let mut thief = author.clone();
        assert_eq!(thief.get("/").await.status, 200, "the cookie is the session");
        author.post("/sign-out", &[]).await;
        assert_eq!(thief.get("/").await.location(), "/sign-in");
        let mut author = world.signed_in(AUTHOR).await;
        let mut thief = author.clone();
        world.tamper("update person set disabled_at = '2026-11-20T10:00:00Z' where email = 'author@northmere.example.org'").await.unwrap();
        for visitor in [&mut author, &mut thief] {
            assert_eq!(visitor.get("/").await.location(), "/sign-in", "a leaver's session ends at once");
        }
    })
    .await;
}
