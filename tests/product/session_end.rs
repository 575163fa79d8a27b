//! The end of a session: how long it lasts yet is told without being used by the question.

use crate::support::{AUTHOR, MANAGER, Visitor, World, on_both};
use axum::http::StatusCode;
use chrono::TimeDelta;

async fn left(visitor: &mut Visitor) -> (i64, bool) {
    let page = visitor.get("/session").await;
    assert_eq!(
        (page.status, page.headers["cache-control"].to_str().unwrap()),
        (StatusCode::OK, "no-store")
    );
    let answer: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    (
        answer["left"].as_i64().unwrap(),
        answer["absolute"].as_bool().unwrap(),
    )
}

/// Whether that many seconds are left, but for those that the test itself took.
fn about(left: i64, expected: i64) -> bool {
    (expected - 30..=expected).contains(&left)
}

#[tokio::test]
async fn asking_how_long_a_session_lasts_does_not_make_it_last() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let page = author.get("/").await.body;
        assert!(
            page.contains("data-left=\"1")
                && page.contains("signed out after 30 minutes without use"),
            "{page}"
        );
        world.app.clock.advance(TimeDelta::minutes(26));
        let (seconds, in_any_case) = left(&mut author).await;
        assert!(about(seconds, 240) && !in_any_case, "{seconds}");
        let stayed = author.post("/session", &[]).await;
        let stayed: serde_json::Value = serde_json::from_str(&stayed.body).unwrap();
        assert!(about(stayed["left"].as_i64().unwrap(), 1800), "{stayed}");
        world.app.clock.advance(TimeDelta::minutes(29));
        assert!(about(left(&mut author).await.0, 60));
        world.app.clock.advance(TimeDelta::seconds(61));
        assert_eq!(
            left(&mut author).await,
            (0, false),
            "over, though it was asked a minute ago"
        );
        assert_eq!(
            author.post("/session", &[]).await.status,
            StatusCode::UNAUTHORIZED
        );
        assert!(author.get("/").await.location().starts_with("/sign-in"));
        assert_eq!(left(&mut world.visitor()).await, (0, false), "nobody");
    })
    .await;
}

#[tokio::test]
async fn the_longest_session_ends_in_any_case() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        for _ in 0..47 {
            world.app.clock.advance(TimeDelta::minutes(15));
            assert_eq!(author.get("/").await.status, StatusCode::OK);
        }
        let (seconds, in_any_case) = left(&mut author).await;
        assert!(about(seconds, 15 * 60) && in_any_case, "{seconds}");
        assert!(
            author
                .get("/")
                .await
                .body
                .contains("data-absolute=\"true\"")
        );
        world.app.clock.advance(TimeDelta::minutes(14));
        author.post("/session", &[]).await;
        let (seconds, in_any_case) = left(&mut author).await;
        assert!(
            about(seconds, 60) && in_any_case,
            "staying does not lengthen it: {seconds}"
        );
        world.app.clock.advance(TimeDelta::seconds(61));
        assert_eq!(left(&mut author).await, (0, false));
    })
    .await;
}

/// A search belongs to the session that made it: it ends with it, whether somebody signs out or the clock
/// ends it.
#[tokio::test]
async fn a_search_is_forgotten_with_its_session() {
    on_both(async |world: World| {
        let kept = "select count(*) from session where sought is not null";
        let mut author = world.signed_in(AUTHOR).await;
        author.search("quill").await;
        let mut manager = world.signed_in(MANAGER).await;
        let none = manager.get("/find/results").await;
        assert_eq!(none.location(), "/find", "{}", none.body);
        manager.search("quill").await;
        assert_eq!(world.count(kept).await, 2);
        manager.post("/sign-out", &[]).await;
        assert_eq!(world.count(kept).await, 1);
        world.app.clock.advance(TimeDelta::minutes(61));
        let again = author.get("/find/results").await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert!(
            again.location().starts_with("/sign-in"),
            "{}",
            again.location()
        );
        world.signed_in(MANAGER).await;
        assert_eq!(world.count(kept).await, 0);
    })
    .await;
}
