//! Answers to findings: kept with versions, shown to the manager, kept with each signature, never sent.

use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, FACTS, MANAGER, PART_C, Page, Visitor, World, on_both,
};
use axum::http::StatusCode;

const BOX: &str = "considered/self-report-only/relationship-asked";
const VERSION: &str = "considered-version/self-report-only/relationship-asked";

/// A report whose answer about relationships rests on the person's own account.
async fn with_a_finding(world: &World) -> (String, Visitor) {
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    author
        .save(
            &format!("{report}/sections/relationships"),
            &[
                ("answer/relationship-asked//choice", "yes"),
                ("answer/relationship-asked//basis", "self-report"),
                ("answer/section:relationships//choice", "yes"),
            ],
        )
        .await;
    (report, author)
}

async fn answer(visitor: &mut Visitor, report: &str, version: &str, words: &str) -> Page {
    visitor
        .post(
            &format!("{report}/check"),
            &[(VERSION, version), (BOX, words)],
        )
        .await
}

#[tokio::test]
async fn an_answer_to_a_finding_is_kept_shown_to_the_manager_and_kept_with_each_signature() {
    on_both(async |world: World| {
        let (report, mut author) = with_a_finding(&world).await;
        let check = author.get(&format!("{report}/check")).await;
        assert!(
            check.body.contains("Worth a thought (1)") && check.body.contains(BOX),
            "{}",
            check.body
        );
        let kept = answer(
            &mut author,
            &report,
            "0",
            "<b>Staff</b> cannot know & I said so.",
        )
        .await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        let check = author.get(&format!("{report}/check")).await;
        assert!(
            check
                .body
                .contains("The author has considered this (Ada Author")
        );
        assert!(
            check.body.contains("&lt;b>Staff") || check.body.contains("&lt;b&gt;Staff"),
            "markup stays text"
        );
        assert_eq!(check.value(VERSION), "1");

        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        let closed = answer(&mut author, &report, "1", "Another word").await;
        assert_eq!(
            closed.status,
            StatusCode::CONFLICT,
            "signed: nothing is answered any more"
        );

        let mut manager = world.signed_in(MANAGER).await;
        let review = manager.get(&format!("{report}/review")).await;
        assert!(
            review.body.contains("cannot know") && !review.body.contains(BOX),
            "{}",
            review.body
        );
        let approved = manager
            .sign(
                &format!("{report}/review"),
                "Mo Manager",
                &[("decision", "approve")],
            )
            .await;
        assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
        let mut doctor = world.signed_in(DOCTOR).await;
        doctor
            .save(&format!("{report}/sections/clinical"), &PART_C)
            .await;
        doctor
            .sign(&format!("{report}/part-c/sign"), "Dr Dee Doctor", &[])
            .await;
        author.sign(&format!("{report}/freeze"), "", &[]).await;

        let internal = author.get(&format!("{report}/internal")).await;
        for step in [
            "asked for sign-off: Ada Author",
            "approved: Mo Manager",
            "signed Part C: Dr Dee Doctor",
            "frozen: Ada Author",
        ] {
            assert!(internal.body.contains(step), "{step}: {}", internal.body);
        }
        assert_eq!(internal.body.matches("cannot know").count(), 4);
        for paper in ["paper.json", "paper.html", "paper.pdf"] {
            let paper = author.get(&format!("{report}/{paper}")).await;
            assert!(
                !paper.body.contains("cannot know"),
                "what is sent holds no findings"
            );
        }
        for sql in [
            "update sign_off_findings set json = '{}'",
            "delete from sign_off_findings",
        ] {
            assert!(world.tamper(sql).await.is_err(), "{sql}");
        }
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_ne!(
            colleague.get(&format!("{report}/internal")).await.status,
            StatusCode::OK
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_only_good_to_know_may_be_answered_and_never_must_be() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let check = format!("{report}/check");
        let page = author.get(&check).await;
        assert!(page.body.contains("Good to know (1)"), "{}", page.body);
        let note = |about: &str| format!("considered{about}/exclusive-options/relationship-asked");
        let (words, version) = (note(""), note("-version"));
        assert_eq!(page.value(&version), "0");
        let said = [(&*version, "0"), (&*words, "Both, on two days.")];
        let kept = author.post(&check, &said).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        let page = author.get(&check).await;
        assert!(
            page.body
                .contains("The author has considered this (Ada Author")
        );
        assert_eq!(page.value(&version), "1");
        // Taken back again, it holds nothing up.
        let kept = author.post(&check, &[(&version, "1"), (&words, "")]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        let signed = author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    })
    .await;
}

#[tokio::test]
async fn a_stale_an_endless_and_a_strangers_answer_lose_and_change_nothing() {
    on_both(async |world: World| {
        let (report, mut author) = with_a_finding(&world).await;
        answer(&mut author, &report, "0", "First").await;
        let stale = answer(&mut author, &report, "0", "Second").await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("First") && stale.body.contains("Second"), "both stand on the page");
        assert_eq!(stale.value(VERSION), "1");
        let endless = answer(&mut author, &report, "1", &"x".repeat(50_001)).await;
        assert_eq!(endless.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(endless.body.contains("up to 50,000 characters") && endless.body.contains(&"x".repeat(50_001)));
        for who in [MANAGER, DOCTOR, COLLEAGUE] {
            let mut visitor = world.signed_in(who).await;
            let refused = answer(&mut visitor, &report, "1", "Mine").await;
            assert!(refused.status.is_client_error(), "{who}: {}", refused.status);
        }
        // A finding that the rules do not make has no answer; an empty one takes the answer back.
        let stray = author
            .post(&format!("{report}/check"), &[("considered/contact-gap/nothing", "Words")])
            .await;
        assert_eq!(stray.status, StatusCode::SEE_OTHER);
        assert_eq!(world.count("select count(*) from answer where question like 'finding:%'").await, 1);
        answer(&mut author, &report, "1", "  ").await;
        let check = author.get(&format!("{report}/check")).await;
        assert!(!check.body.contains("has considered this"));
        let clinical = "select count(*) from audit where action = 'answer-findings' and (subject like '%First%' or reason is not null)";
        assert_eq!(world.count(clinical).await, 0);
    })
    .await;
}
