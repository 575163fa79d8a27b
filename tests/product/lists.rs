//! The lists people work from: what they say is what is stored now, and a long one is not cut in silence.

use crate::support::{AUTHOR, MANAGER, Visitor, World, on_both};
use axum::http::StatusCode;

const LISTS: [&str; 2] = ["/", "/caseload"];

/// A patient as others have them: the same, under other ids.
const SIXTY_MORE: &str = "
    insert into patient (id, organisation_id, team_id, record, version, family_name, given_name, created_at)
    with recursive n (x) as (select 1 union all select x + 1 from n where x < 60)
    select p.id || '-' || x, organisation_id, team_id, record, version, family_name, given_name, created_at
    from patient p cross join n";

async fn each_list_says(visitor: &mut Visitor, name: &str) {
    for list in LISTS {
        let page = visitor.get(list).await;
        assert!(page.body.contains(name), "{list}: {}", page.body);
    }
    let found = visitor.search(name).await;
    assert_eq!(found.body.matches("Born ").count(), 1, "{}", found.body);
}

/// Records are kept in memory: never past a change, whoever made it.
#[tokio::test]
async fn a_changed_name_is_on_every_list_at_once() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        each_list_says(&mut author, "Zebedee Quillfeather").await;
        let names = format!("/patients/{}/details/names", world.patient);
        let changed = [
            ("answer/record//family-name.text", "Featherquill"),
            ("answer/record//why.choice", "missing"),
        ];
        let saved = author.page_with(&names, &changed).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        each_list_says(&mut author, "Zebedee Featherquill").await;
        // Another server on the same database saves the next version.
        world
            .tamper("update patient set version = version + 1, record = replace(record, 'Featherquill', 'Plumequill')")
            .await
            .unwrap();
        each_list_says(&mut author, "Zebedee Plumequill").await;
        for list in LISTS {
            assert!(!author.get(list).await.body.contains("Featherquill"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_list_says_how_long_it_is_and_leads_to_all_of_it() {
    on_both(async |world: World| {
        let mut manager = world.signed_in(MANAGER).await;
        let few = manager.get("/").await.body;
        assert_eq!(few.matches("Zebedee Quillfeather").count(), 1);
        assert!(!few.contains("reports are due first"));
        world.tamper(SIXTY_MORE).await.unwrap();
        let start = manager.get("/").await.body;
        assert_eq!(start.matches("Zebedee Quillfeather").count(), 50);
        assert!(
            start.contains("These are the 50 whose reports are due first.")
                && start.contains("See all 61 people"),
            "{start}"
        );
        let pages = [("/caseload", 50), ("/caseload?page=2", 11)];
        for (page, lines) in pages {
            let shown = manager.get(page).await.body;
            assert!(shown.contains("61 people"), "{shown}");
            assert_eq!(shown.matches("Zebedee Quillfeather").count(), lines);
        }
    })
    .await;
}

/// Notices to the manager, one more than a page has.
const NOTICES: &str = "
    insert into notice (id, person_id, organisation_id, patient_id, kind, subject, at)
    with recursive n (x) as (select 1 union all select x + 1 from n where x < 101)
    select 'notice-' || x, w.id, p.organisation_id, p.id, 'returned', 'none', p.created_at
    from patient p cross join n join person w on w.email like 'manager@%'";

#[tokio::test]
async fn notices_that_are_not_all_there_say_so() {
    on_both(async |world: World| {
        let mut manager = world.signed_in(MANAGER).await;
        assert!(!manager.get("/").await.body.contains("These are the newest"));
        world.tamper(NOTICES).await.unwrap();
        for page in ["/", "/notices"] {
            let page = manager.get(page).await.body;
            assert_eq!(page.matches("Put aside: Zebedee Quillfeather").count(), 100);
            assert!(page.contains("These are the newest 100."), "{page}");
        }
        world
            .tamper("delete from notice where id = 'notice-1'")
            .await
            .unwrap();
        let page = manager.get("/notices").await.body;
        assert_eq!(page.matches("Put aside: Zebedee Quillfeather").count(), 100);
        assert!(!page.contains("These are the newest"), "these are all");
    })
    .await;
}
