//! What due dates count from, and notices that a report will be late.

use crate::people::administrator;
use crate::support::{AUTHOR, PASSWORD, World, on_both};
use axum::http::StatusCode;

/// The patient was discharged on 24 January 2026 and today is 20 November: reports fall due on the 21st.
#[tokio::test]
async fn an_organisation_says_what_due_dates_count_from_and_no_date_behind_it_moves() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let plan = format!("/patients/{}/plan", world.patient);
        let before = author.get(&plan).await.body;
        assert!(before.contains("21 November 2026") && before.contains("21 February 2027"), "{before}");
        let (mut admin, place) = administrator(&world, "dates@northmere.example.org", "Northmere").await;
        let path = format!("{place}/settings");
        let wrong = admin.page_with(&path, &[("count-from", "easter"), ("password", PASSWORD)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Say what due dates count from"), "{}", wrong.body);
        let saved = admin.page_with(&path, &[("count-from", "discharge"), ("password", PASSWORD)]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let after = author.get(&plan).await.body;
        assert!(after.contains("21 November 2026"), "people were told of this date: {after}");
        assert!(after.contains("24 January 2027") && after.contains("24 April 2027"), "{after}");
        assert!(!after.contains("21 February 2027"), "{after}");
        let first = author.get(&format!("/patients/{}", world.patient)).await.body;
        assert!(first.contains("due 21 February 2026"), "what was owed is owed: {first}");
        assert_eq!(
            world.count("select count(*) from audit where action = 'change-settings' and reason = 'counting'").await,
            1
        );
    })
    .await;
}

/// MHCS is told before a report is begun; the report that answers the due date carries the notice.
#[tokio::test]
async fn a_late_notice_before_the_report_is_begun_goes_with_it() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let path = format!("/patients/{}/late", world.patient);
        let typed = |day: &'static str, how: &'static str| {
            [
                ("told-on/day", day),
                ("told-on/month", "11"),
                ("told-on/year", "2026"),
                ("how", how),
            ]
        };
        for (day, how, message) in [
            ("21", "By telephone", "cannot be after today"),
            ("31", "By telephone", "month"),
            ("20", "  ", "Say how MHCS was told"),
        ] {
            let page = author.page_with(&path, &typed(day, how)).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{day} {how}");
            assert!(page.body.contains(message), "{message}: {}", page.body);
            assert!(
                page.body.contains(&format!("value=\"{day}\"")),
                "what was typed is kept: {}",
                page.body
            );
        }
        assert_eq!(world.count("select count(*) from late_notice").await, 0);
        let told = author
            .page_with(&path, &typed("20", "By telephone to the caseworker"))
            .await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
        assert!(
            author
                .get(&path)
                .await
                .body
                .contains("By telephone to the caseworker")
        );
        // The due date was long past when MHCS was told: late, and not told in time.
        let patient = author
            .get(&format!("/patients/{}", world.patient))
            .await
            .body;
        assert!(patient.contains("Late, MHCS not told"), "{patient}");
        let report = author.begin(&world.patient).await;
        let late = author.get(&format!("{report}/late")).await.body;
        assert!(late.contains("By telephone to the caseworker"), "{late}");
    })
    .await;
}
