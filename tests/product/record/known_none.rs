//! That there is none is told as a fact; that nothing is known is told as not recorded.

use super::*;

#[tokio::test]
async fn not_known_and_not_under_mappa_are_two_choices() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let mappa = path(&world, "/mappa");
        let shown = author.get(&mappa).await;
        assert!(
            shown.body.contains("Not known yet") && shown.body.contains("Not managed under MAPPA")
        );
        assert!(!shown.body.contains("or not known<"));
        let patient = format!("/patients/{}", world.patient);
        assert!(
            !author
                .get(&patient)
                .await
                .body
                .contains("Not managed under MAPPA")
        );
        let decided = [
            ("answer/record//category.choice", "not-managed"),
            ("answer/record//decided-by.text", "Northmere MAPPA Unit"),
            ("answer/record//decided-on.day", "3"),
            ("answer/record//decided-on.month", "2"),
            ("answer/record//decided-on.year", "2026"),
            MISSING,
        ];
        let saved = edit(&mut author, &mappa, &decided).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let shown = author.get(&patient).await.body;
        for words in [
            "Not managed under MAPPA",
            "Decided by: Northmere MAPPA Unit",
            "Decided on: 3 February 2026",
        ] {
            assert!(shown.contains(words), "{words}");
        }
        let again = author.get(&mappa).await;
        assert_eq!(
            again.value("answer/record//decided-by.text"),
            "Northmere MAPPA Unit"
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_takes_part_and_no_advocate_need_no_name() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let new = path(&world, "/victim-liaison/new");
        let active = [("answer/record//status.choice", "active"), MISSING];
        let refused = edit(&mut author, &new, &active).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Give the officer’s name"));
        let none = [("answer/record//status.choice", "none"), MISSING];
        let saved = edit(&mut author, &new, &none).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let no_advocate = [("answer/record//no-advocate.choices", "yes"), MISSING];
        let saved = edit(&mut author, &path(&world, "/communication"), &no_advocate).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let shown = author
            .get(&format!("/patients/{}", world.patient))
            .await
            .body;
        assert!(shown.contains(
            "Victim contact: none, nobody takes part. Details last checked: not recorded"
        ));
        assert!(shown.contains("No advocate is wanted"));
    })
    .await;
}
