//! One report through every layer, from sign-in to a sent and verified PDF, by plain forms.

use crate::support::{
    AUTHOR, DOCTOR, FACTS, MANAGER, PART_C, PATIENT, World, on_both, to_final_check,
};
use axum::http::StatusCode;
use conditional_discharge::domain::report::FrozenReport;
use conditional_discharge::server::audit;
use conditional_discharge::server::papers::source::Source;
use conditional_discharge::server::papers::verify;

#[tokio::test]
async fn a_report_from_sign_in_to_sent() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let home = author.get("/").await;
        assert!(
            home.body.contains(PATIENT) && home.body.contains("Not started"),
            "{}",
            home.body
        );
        let report = author.begin(&world.patient).await;
        assert_eq!(
            author.begin(&world.patient).await,
            report,
            "asking twice begins one report"
        );
        author.write_report(&report).await;
        let check = author.get(&format!("{report}/check")).await;
        assert!(
            check.body.contains("Seen weekly at home")
                && check.body.contains("Not yet sent to MHCS")
        );
        assert!(
            !check.body.contains("Before this can be signed"),
            "{}",
            check.body
        );
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;

        let mut manager = world.signed_in(MANAGER).await;
        assert!(
            manager
                .get("/")
                .await
                .body
                .contains("report to check and sign off")
        );
        let comment = [
            ("comment/contact-summary", "Say what you saw on the visits."),
            ("decision", "return"),
        ];
        let returned = manager
            .sign(&format!("{report}/review"), "", &comment)
            .await;
        assert_eq!(returned.status, StatusCode::SEE_OTHER, "{}", returned.body);

        let section = author.get(&format!("{report}/sections/contact")).await;
        assert!(
            section.body.contains("Say what you saw on the visits."),
            "the comment stands beside its question"
        );
        author
            .save(
                &format!("{report}/sections/contact"),
                &[(
                    "answer/contact-summary//text",
                    "Seen weekly. He was calm and had cooked.",
                )],
            )
            .await;
        author
            .sign(&format!("{report}/sign"), "ada author", &FACTS)
            .await;
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

        let pdf = author.get(&format!("{report}/paper.pdf")).await;
        assert_eq!(pdf.headers["content-type"], "application/pdf");
        assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
        assert_eq!(
            author.get(&format!("{report}/paper.pdf")).await.bytes,
            pdf.bytes,
            "the stored bytes, ever after"
        );
        let html = author.get(&format!("{report}/paper.html")).await;
        assert!(
            html.body.contains("He was calm and had cooked.")
                && html.body.contains("Depot given on time.")
        );
        let json = author.get(&format!("{report}/paper.json")).await;
        let (_, content) = FrozenReport::read(&json.body).unwrap();
        let source = Source::read(&json.body).unwrap();
        assert!(
            content.signatures.iter().all(|s| s.name != "Mo Manager"),
            "the manager's record is internal"
        );
        for bytes in [&pdf.bytes, &html.bytes, &json.bytes] {
            assert!(matches!(
                verify::compare(bytes, &source).unwrap(),
                verify::Verdict::Ours { .. }
            ));
        }

        assert!(
            author
                .get(&report)
                .await
                .body
                .contains("Not yet sent to MHCS")
        );
        let sent = [
            ("sent-on/day", "20"),
            ("sent-on/month", "11"),
            ("sent-on/year", "2026"),
            ("recipient", "MHCSMailbox@justice.gov.uk"),
            ("form-of-sending", "pdf"),
        ];
        let recorded = author.post(&format!("{report}/sent"), &sent).await;
        assert_eq!(recorded.status, StatusCode::SEE_OTHER, "{}", recorded.body);
        let task_list = author.get(&report).await;
        assert!(
            task_list.body.contains("Sent to MHCS")
                && !task_list.body.contains("Not yet sent to MHCS")
        );
        for chain in audit::chains(&world.app.db).await.unwrap() {
            assert!(
                audit::verify(&world.app.db, &chain).await.unwrap().is_ok(),
                "{chain}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_edit_after_approval_voids_it_and_says_so() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        let shown = author.get(&format!("{report}/sections/contact")).await;
        assert!(shown.body.contains("A change here voids the approval"));
        let saved = author
            .save(
                &format!("{report}/sections/contact"),
                &[("answer/contact-summary//text", "Changed.")],
            )
            .await;
        assert_eq!(saved.location(), format!("{report}?voided"));
        let list = author.get(saved.location()).await;
        assert!(list.body.contains("voided the approval") && list.body.contains("Being written"));
        assert_eq!(
            world
                .count("select count(*) from signature where voided_at is null")
                .await,
            0
        );
        assert_eq!(
            author
                .sign(&format!("{report}/freeze"), "", &[])
                .await
                .status,
            StatusCode::CONFLICT
        );
    })
    .await;
}

#[tokio::test]
async fn every_change_and_every_view_is_in_the_audit() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        let actions = "select count(distinct action) from audit where outcome = 'done' and action in
             ('begin-report', 'edit-report', 'ask-for-sign-off', 'approve', 'edit-part-c', 'sign-part-c')";
        assert_eq!(world.count(actions).await, 6, "every step leaves its row");
        assert_eq!(world.count("select count(*) from audit where action = 'edit-report'").await, 3);
        let views = "select count(*) from audit where action = 'view-report'";
        let before = world.count(views).await;
        author.get(&report).await;
        assert_eq!(world.count(views).await, before + 1);
        let clinical = "select count(*) from audit where subject like '%Seen weekly%' or reason is not null";
        assert_eq!(world.count(clinical).await, 0);
    })
    .await;
}

#[tokio::test]
async fn mhcs_is_told_of_a_late_report_without_anybodys_approval() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        assert!(author.get("/").await.body.contains("Late, MHCS not told"));
        let late = format!("{report}/late");
        let ahead = [
            ("told-on/day", "21"),
            ("told-on/month", "11"),
            ("told-on/year", "2026"),
            ("how", "E-mail"),
        ];
        assert!(
            author
                .post(&late, &ahead)
                .await
                .body
                .contains("cannot be after today")
        );
        // After the due date of 21 February it is too late to have told beforehand.
        let after = [
            ("told-on/day", "22"),
            ("told-on/month", "2"),
            ("told-on/year", "2026"),
            ("how", "E-mail"),
        ];
        assert_eq!(
            author.post(&late, &after).await.status,
            StatusCode::SEE_OTHER
        );
        assert!(author.get("/").await.body.contains("Late, MHCS not told"));
        let before = [
            ("told-on/day", "20"),
            ("told-on/month", "2"),
            ("told-on/year", "2026"),
            ("how", "E-mail to the team"),
        ];
        assert_eq!(
            author.post(&late, &before).await.status,
            StatusCode::SEE_OTHER
        );
        assert!(author.get("/").await.body.contains("Late, MHCS told"));
        // What is told afterwards is kept beside it and takes nothing away.
        let again = [
            ("told-on/day", "3"),
            ("told-on/month", "3"),
            ("told-on/year", "2026"),
            ("how", "Told of the new day"),
        ];
        assert_eq!(
            author.post(&late, &again).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(world.count("select count(*) from late_notice").await, 3);
        for list in ["/", "/caseload"] {
            let list = author.get(list).await.body;
            assert!(list.contains("Late, MHCS told"), "{list}");
        }
        assert!(
            author
                .get(&report)
                .await
                .body
                .contains("20 February 2026: E-mail to the team")
        );
    })
    .await;
}

#[tokio::test]
async fn the_next_report_shows_what_the_last_one_said_and_the_text_can_be_copied() {
    on_both(async |world: World| {
        let (first, mut author) = to_final_check(&world).await;
        author.sign(&format!("{first}/freeze"), "", &[]).await;
        let text = author.get(&format!("{first}/text")).await;
        assert!(
            text.body.contains("Seen weekly at home, twice jointly"),
            "{}",
            text.body
        );
        assert_eq!(
            author.begin(&world.patient).await,
            first,
            "one report at a time"
        );
        let sent = [
            ("sent-on/day", "20"),
            ("sent-on/month", "11"),
            ("sent-on/year", "2026"),
            ("recipient", "x@example.org"),
            ("form-of-sending", "official-form"),
        ];
        author.post(&format!("{first}/sent"), &sent).await;
        let second = author.begin(&world.patient).await;
        assert_ne!(second, first);
        let contact = author.get(&format!("{second}/sections/contact")).await;
        assert!(
            contact.body.contains("What the last report said")
                && contact.body.contains("Seen weekly at home")
        );
        let relationships = author
            .get(&format!("{second}/sections/relationships"))
            .await;
        assert!(
            relationships.body.contains("Says there is nobody new")
                && !relationships.body.contains("Copy last report"),
            "asked afresh every time: seen and not offered"
        );
        assert!(
            author
                .get(&second)
                .await
                .body
                .contains("21 November 2026 to today"),
            "the period begins the day after"
        );
    })
    .await;
}
