//! A report beside the plain way: no manager in time, Part C on paper, a Part C that differs, MHCS's
//! answers, a correction, a wrong patient, an author who is away.

use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, FACTS, MANAGER, PASSWORD, Visitor, World, on_both, to_final_check,
};
use crate::verify::upload;
use axum::http::StatusCode;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::store::{organisations, people};

/// A report that its author has signed; it is long overdue, so that exceptional sending is open.
async fn signed(world: &World) -> (String, Visitor) {
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    let page = author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    (report, author)
}

async fn sent(world: &World) -> (String, Visitor) {
    let (report, mut author) = to_final_check(world).await;
    let page = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    record_sent(&mut author, &report).await;
    (report, author)
}

async fn record_sent(author: &mut Visitor, report: &str) {
    let page = author
        .post(
            &format!("{report}/sent"),
            &[
                ("sent-on/day", "20"),
                ("sent-on/month", "11"),
                ("sent-on/year", "2026"),
                ("recipient", "mailbox@example.org"),
                ("form-of-sending", "pdf"),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

#[tokio::test]
async fn a_report_is_not_late_because_its_manager_is_away() {
    on_both(async |world: World| {
        let (report, mut author) = signed(&world).await;
        let path = format!("{report}/exceptional");
        let page = author.sign(&path, "", &[("reason", " ")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let wrong = [("reason", "The manager is away"), ("password", "guess")];
        let page = author.post(&path, &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("The manager is away"),
            "what was typed is kept"
        );
        let page = author
            .sign(&path, "", &[("reason", "The manager is away")])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let paper = author.get(&format!("{report}/paper.html")).await.body;
        assert!(paper.contains("Sent before line manager’s review"));
        assert!(paper.contains("Part C to follow"));
        record_sent(&mut author, &report).await;
        // The manager is told, and the review is still owed and still possible.
        let mut manager = world.signed_in(MANAGER).await;
        assert!(
            manager
                .get("/")
                .await
                .body
                .contains("what is missing is still owed")
        );
        let review = format!("{report}/review");
        let owed = "sent without your sign-off: review it now";
        let listed = "Sent without sign-off: review it now";
        assert!(manager.get("/").await.body.contains(owed));
        let queue = manager.get("/caseload?show=sign-off").await.body;
        assert!(queue.contains(listed) && queue.contains(&format!("href=\"{review}\"")));
        assert!(!author.get("/").await.body.contains(owed));
        let page = author
            .sign(&review, "Ada Author", &[("decision", "approve")])
            .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let page = manager
            .sign(&review, "Mo Manager", &[("decision", "approve")])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert!(!manager.get("/").await.body.contains(owed));
        assert!(!manager.get("/caseload").await.body.contains(listed));
        // Part C is still to come, and its author is reminded of it.
        let part_c = "sent without Part C: correct it when Part C has come";
        assert!(author.get("/").await.body.contains(part_c));
        assert_eq!(
            world
                .count("select count(*) from report where owes_review = true")
                .await,
            0
        );
        assert_eq!(
            world
                .count("select count(*) from report where owes_part_c = true")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_deputy_of_the_same_organisation_signs_as_deputy() {
    on_both(async |world: World| {
        let (report, mut author) = signed(&world).await;
        let hash = world
            .text("select password_hash from person where email = 'author@northmere.example.org'")
            .await;
        let mut tx = world.app.db.begin().await.unwrap();
        let (northmere, elsewhere) =
            organisations::ensure(&mut tx, "Northmere", "nhs-trust", "Elsewhere")
                .await
                .unwrap();
        let new = people::NewPerson {
            email: "deputy@northmere.example.org",
            name: "Dep Uty",
            job_title: "Team manager",
            password_hash: &hash,
        };
        let deputy = people::add(&mut tx, &new).await.unwrap();
        people::join(
            &mut tx,
            &deputy,
            &northmere,
            Role::LineManager,
            Some(&elsewhere),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let mut other = world.signed_in("deputy@northmere.example.org").await;
        let review = format!("{report}/review");
        assert_eq!(other.get(&review).await.status, StatusCode::FORBIDDEN);
        let path = format!("{report}/deputy");
        let stranger = [("deputy", "0192-nobody"), ("reason", "Leave")];
        assert_eq!(
            author.sign(&path, "", &stranger).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let ask = [("deputy", deputy.as_str()), ("reason", "Annual leave")];
        let page = author.sign(&path, "", &ask).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let page = other
            .sign(&review, "Dep Uty", &[("decision", "approve")])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let said = world
            .text("select statements from signature where capacity = 'line-manager'")
            .await;
        assert!(said.contains("I act as deputy"), "{said}");
        assert!(said.contains("Checklist: "), "{said}");
    })
    .await;
}

#[tokio::test]
async fn part_c_may_come_back_on_paper_and_a_difference_is_seen_again() {
    on_both(async |world: World| {
        let (report, mut author) = signed(&world).await;
        let mut manager = world.signed_in(MANAGER).await;
        let review = format!("{report}/review");
        manager
            .sign(&review, "Mo Manager", &[("decision", "approve")])
            .await;
        let path = format!("{report}/part-c/outside");
        let page = author
            .sign(&path, "", &[("clinician", "Dr Out Side")])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Dr Out Side"));
        let whole = [
            ("clinician", "Dr Out Side"),
            ("job-title", "Consultant"),
            ("completed-on/day", "20"),
            ("completed-on/month", "11"),
            ("completed-on/year", "2026"),
            ("kept-at", "Letters, 20 November"),
            ("differs", "yes"),
        ];
        let page = author.sign(&path, "", &whole).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let differs = "Part C differs from Part B: look again";
        for list in ["/", "/caseload?show=sign-off"] {
            assert!(manager.get(list).await.body.contains(differs), "{list}");
        }
        // It differs, so the author cannot freeze it before the manager has seen that.
        assert_eq!(
            author.get(&format!("{report}/freeze")).await.status,
            StatusCode::CONFLICT
        );
        let page = author.sign(&review, "", &[("decision", "note")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let page = manager.sign(&review, "", &[("decision", "note")]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let page = author.sign(&format!("{report}/freeze"), "", &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let paper = author.get(&format!("{report}/paper.html")).await.body;
        assert!(paper.contains("Part C is on a paper of its own"));
        assert!(paper.contains("Dr Out Side, Consultant"));
    })
    .await;
}

#[tokio::test]
async fn both_views_of_a_difference_stay_and_nothing_waits_for_it() {
    on_both(async |world: World| {
        let (report, mut author) = signed(&world).await;
        let path = format!("{report}/disagreement");
        let page = author.post(&path, &[("text", "I see it so")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("I see it so"));
        let raise = [
            ("third-person", "Alan, principal social worker"),
            ("text", "I see it so"),
        ];
        assert_eq!(
            author.post(&path, &raise).await.status,
            StatusCode::SEE_OTHER
        );
        let mut manager = world.signed_in(MANAGER).await;
        assert!(manager.get("/").await.body.contains("a difference of view"));
        let mine = [("kind", "view"), ("text", "And I see it otherwise")];
        assert_eq!(
            manager.post(&path, &mine).await.status,
            StatusCode::SEE_OTHER
        );
        let outcome = [("kind", "outcome"), ("text", "Both go out")];
        assert_eq!(
            manager.post(&path, &outcome).await.status,
            StatusCode::SEE_OTHER
        );
        let shown = author.get(&path).await.body;
        for text in ["I see it so", "And I see it otherwise", "Both go out"] {
            assert!(shown.contains(text), "{text}");
        }
        let page = manager
            .sign(
                &format!("{report}/review"),
                "Mo Manager",
                &[("decision", "approve")],
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "it waited for nothing");
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_eq!(colleague.get(&path).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn what_mhcs_answers_is_kept_on_one_thread() {
    on_both(async |world: World| {
        let (report, mut author) = sent(&world).await;
        let path = format!("{report}/correspondence");
        let on = |kind, text| {
            [
                ("kind", kind),
                ("day/day", "20"),
                ("day/month", "11"),
                ("day/year", "2026"),
                ("text", text),
            ]
        };
        let page = author
            .post(&path, &on("reply", "An answer to nothing"))
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = author.post(&path, &on("query", "")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        for (kind, text) in [
            ("acknowledged", ""),
            ("query", "Who visits?"),
            ("reply", "His sister, on Sundays"),
            ("closed", ""),
            (
                "sending-corrected",
                "It went to the casework team's address",
            ),
        ] {
            let page = author.post(&path, &on(kind, text)).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{kind}: {}", page.body);
        }
        let shown = author.get(&path).await.body;
        assert!(shown.contains("Who visits?") && shown.contains("His sister, on Sundays"));
        assert_eq!(world.text("select state from report").await, "closed");
    })
    .await;
}

/// Whether a page has a link to exactly this address.
fn leads_to(page: &str, path: &str) -> bool {
    page.contains(&format!("href=\"{path}\""))
}

#[tokio::test]
async fn a_correction_supersedes_and_what_was_sent_stays() {
    on_both(async |world: World| {
        let (report, mut author) = sent(&world).await;
        let old_paper = author.get(&format!("{report}/paper.html")).await.body;
        let path = format!("{report}/correct");
        let page = author.post(&path, &[("because", "")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let because = [("because", "The date of the visit was wrong")];
        let page = author.post(&path, &because).await;
        let new = page.location().to_owned();
        let again = author.post(&path, &because).await;
        assert_eq!(again.location(), new, "asking twice begins one");
        let old_page = author.get(&report).await.body;
        assert!(old_page.contains(
            "A correction of it has been begun; until that is sent, this one stands: The date"
        ));
        assert!(leads_to(&old_page, &new));
        assert!(
            author
                .get(&format!("{new}/check"))
                .await
                .status
                .is_success()
        );
        let page = author
            .sign(&format!("{new}/sign"), "Ada Author", &FACTS)
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let mut manager = world.signed_in(MANAGER).await;
        let page = manager
            .sign(
                &format!("{new}/review"),
                "Mo Manager",
                &[("decision", "approve")],
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let mut doctor = world.signed_in(DOCTOR).await;
        let page = doctor
            .sign(&format!("{new}/part-c/sign"), "Dr Dee Doctor", &[])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        author.sign(&format!("{new}/freeze"), "", &[]).await;
        record_sent(&mut author, &new).await;
        assert_eq!(
            world
                .count("select count(*) from report where state = 'superseded'")
                .await,
            1
        );
        let paper = author.get(&format!("{new}/paper.html")).await.body;
        assert!(paper.contains("The date of the visit was wrong"));
        assert_eq!(
            author.get(&format!("{report}/paper.html")).await.body,
            old_paper
        );
        // Each says why and leads to the other.
        for (here, there, words) in [
            (&report, &new, "A corrected report has taken its place"),
            (&new, &report, "It corrects a report sent before"),
        ] {
            for rest in ["", "/finished"] {
                let page = author.get(&format!("{here}{rest}")).await.body;
                let why = format!("{words}: The date of the visit was wrong");
                assert!(page.contains(&why), "{here}{rest}: {page}");
                assert!(leads_to(&page, there), "{here}{rest}: {page}");
            }
        }
        let told = upload(&mut author, old_paper.as_bytes()).await.body;
        assert!(leads_to(&told, &report), "{told}");
        assert!(!told.contains("The date of the visit"), "{told}");
        let told = upload(&mut author, paper.as_bytes()).await.body;
        assert!(!leads_to(&told, &new), "{told}");
        let page = author.post(&path, &because).await;
        assert_eq!(
            page.status,
            StatusCode::CONFLICT,
            "what is superseded is not corrected"
        );
        let page = author
            .sign(
                &format!("{new}/withdraw"),
                "",
                &[("reason", "Wrong person")],
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let old_page = author.get(&report).await.body;
        assert!(old_page.contains("took its place and has been withdrawn since: The date"));
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_report_is_kept_and_closed_to_all_but_the_manager() {
    on_both(async |world: World| {
        let (report, mut author) = signed(&world).await;
        let path = format!("{report}/withdraw");
        let mut colleague = world.signed_in(COLLEAGUE).await;
        let page = colleague.sign(&path, "", &[("reason", "x")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let page = author.sign(&path, "", &[("reason", "Wrong person")]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        for rest in ["", "/check", "/sections/contact"] {
            assert_eq!(
                author.get(&format!("{report}{rest}")).await.status,
                StatusCode::GONE
            );
        }
        let mut manager = world.signed_in(MANAGER).await;
        assert!(manager.get(&report).await.body.contains("Wrong person"));
    })
    .await;
}

#[tokio::test]
async fn who_takes_a_report_over_signs_for_themselves() {
    on_both(async |world: World| {
        let (report, mut author) = signed(&world).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        let path = format!("{report}/take-over");
        assert_eq!(colleague.get(&path).await.status, StatusCode::FORBIDDEN);
        world
            .tamper("insert into assignment (patient_id, person_id, role, from_day) select p.id, w.id, 'social-supervisor', '2026-11-01' from patient p, person w where w.email = 'colleague@northmere.example.org'")
            .await
            .unwrap();
        let page = author.sign(&path, "", &[]).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "the author is the author already");
        let page = colleague.post(&path, &[("password", PASSWORD)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(
            world.count("select count(*) from signature where voided_at is null").await,
            0
        );
        assert_eq!(
            author.sign(&format!("{report}/sign"), "Ada Author", &FACTS).await.status,
            StatusCode::CONFLICT
        );
        let page = colleague.sign(&format!("{report}/sign"), "Cole League", &FACTS).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    })
    .await;
}
