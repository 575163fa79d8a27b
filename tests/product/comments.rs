//! What a manager asks is answered before the author signs again, and stays between the two; and people
//! see who else has a report open.

use crate::support::{AUTHOR, DOCTOR, FACTS, MANAGER, Visitor, World, checklist, on_both};
use axum::http::StatusCode;
use chrono::TimeDelta;

const ABOUT: &str = "comment/contact-summary";
const REPLY: &str = "reply/contact-summary";
const ASKED: &str = "Was the flat seen <inside>?";

/// A report that came back with one comment.
async fn returned(world: &World) -> (String, Visitor) {
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    let page = author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let mut manager = world.signed_in(MANAGER).await;
    let back = [("decision", "return"), (ABOUT, ASKED)];
    let page = manager.sign(&format!("{report}/review"), "", &back).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    (report, author)
}

#[tokio::test]
async fn a_comment_is_answered_in_words_before_the_author_signs_again() {
    on_both(async |world: World| {
        let (report, mut author) = returned(&world).await;
        let sign = format!("{report}/sign");
        let page = author.get(&sign).await;
        assert!(page.body.contains("Was the flat seen &lt;inside&gt;?"));
        let page = author.sign(&sign, "Ada Author", &FACTS).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Answer the comment"), "{}", page.body);
        // A wrong name loses nothing of the answer.
        let answer = [&FACTS[..], &[(REPLY, "Yes, on 3 November.")]].concat();
        let page = author.sign(&sign, "Somebody Else", &answer).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Yes, on 3 November."), "{}", page.body);
        let too_long = "x".repeat(50_001);
        let long = [&FACTS[..], &[(REPLY, too_long.as_str())]].concat();
        let page = author.sign(&sign, "Ada Author", &long).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(&too_long));
        let page = author.sign(&sign, "Ada Author", &answer).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let mut manager = world.signed_in(MANAGER).await;
        let page = manager.get(&format!("{report}/review")).await;
        assert!(
            page.body.contains("Yes, on 3 November."),
            "the manager reads the answer"
        );
    })
    .await;
}

#[tokio::test]
async fn what_the_checklist_says_of_a_returned_report_reaches_its_author() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let sign = format!("{report}/sign");
        author.sign(&sign, "Ada Author", &FACTS).await;
        let mut manager = world.signed_in(MANAGER).await;
        let review = format!("{report}/review");
        let shown = manager.get(&review).await;
        let item = checklist(&shown.body).remove(2);
        let reason = item.replace("checklist/", "reason/");
        // Nothing said is nothing to change; a reason that is too long is kept.
        let page = manager.sign(&review, "", &[("decision", "return")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("or answer “no” on the checklist"));
        let long = "x".repeat(501);
        let back = [("decision", "return"), (&item, "no"), (&reason, &long)];
        let page = manager.sign(&review, "", &back).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(&long), "it is kept");
        assert!(page.body.contains("Use up to 500 characters"));
        let said = "Two visits are <missing>";
        let back = [("decision", "return"), (&item, "no"), (&reason, said)];
        let page = manager.sign(&review, "", &back).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let shown = "Answered “no”: Two visits are &lt;missing&gt;";
        for path in [&report, &sign] {
            let page = author.get(path).await;
            assert!(page.body.contains(shown), "{path}: {}", page.body);
        }
        let page = author.sign(&sign, "Ada Author", &FACTS).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let reply = item.replace("checklist/", "reply/checklist:");
        let answer = [&FACTS[..], &[(reply.as_str(), "They are added.")]].concat();
        let page = author.sign(&sign, "Ada Author", &answer).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let page = manager.get(&review).await;
        for words in [shown, "They are added."] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_comment_whose_answer_was_changed_since_needs_no_words() {
    on_both(async |world: World| {
        let (report, mut author) = returned(&world).await;
        world.app.clock.advance(TimeDelta::minutes(5));
        let change = [(
            "answer/contact-summary//text",
            "Seen inside the flat on 3 November.",
        )];
        let page = author
            .page_with(&format!("{report}/sections/contact"), &change)
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let sign = format!("{report}/sign");
        let page = author.get(&sign).await;
        assert!(!page.body.contains(REPLY), "{}", page.body);
        let page = author.sign(&sign, "Ada Author", &FACTS).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn what_passes_between_author_and_manager_is_not_shown_to_the_clinical_supervisor() {
    on_both(async |world: World| {
        let (report, mut author) = returned(&world).await;
        let answer = [&FACTS[..], &[(REPLY, "Yes, inside.")]].concat();
        let page = author
            .sign(&format!("{report}/sign"), "Ada Author", &answer)
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let mut manager = world.signed_in(MANAGER).await;
        let page = manager
            .sign(
                &format!("{report}/review"),
                "Mo Manager",
                &[("decision", "approve")],
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let mut doctor = world.signed_in(DOCTOR).await;
        for page in ["", "/check", "/sections/clinical"] {
            let page = doctor.get(&format!("{report}{page}")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            assert!(!page.body.contains("Was the flat seen"), "{}", page.body);
            assert!(!page.body.contains("Yes, inside."), "{}", page.body);
        }
        assert!(
            manager
                .get(&format!("{report}/check"))
                .await
                .body
                .contains("Was the flat seen")
        );
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_presence_is_shown_for_some_minutes() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        assert!(
            !author
                .get(&report)
                .await
                .body
                .contains("Mo Manager was last")
        );
        let mut manager = world.signed_in(MANAGER).await;
        manager.get(&report).await;
        let section = format!("{report}/sections/contact");
        for page in [&report, &section] {
            let page = author.get(page).await;
            assert!(
                page.body
                    .contains("Mo Manager was last in this report at 10:00"),
                "{}",
                page.body
            );
        }
        assert!(
            !author
                .get(&report)
                .await
                .body
                .contains("Ada Author was last"),
            "nobody is told of themselves"
        );
        manager.post("/sign-out", &[]).await;
        assert!(
            !author
                .get(&report)
                .await
                .body
                .contains("Mo Manager was last"),
            "who has signed out is not here"
        );
        let mut manager = world.signed_in(MANAGER).await;
        manager.get(&report).await;
        world.app.clock.advance(TimeDelta::minutes(4));
        assert!(
            author
                .get(&report)
                .await
                .body
                .contains("Mo Manager was last in this report at 10:00")
        );
        world.app.clock.advance(TimeDelta::minutes(2));
        assert!(
            !author
                .get(&report)
                .await
                .body
                .contains("was last in this report")
        );
    })
    .await;
}
