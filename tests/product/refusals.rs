//! Wrong person, wrong organisation, wrong input: refused in plain words, nothing written.

use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, FACTS, MANAGER, PATIENT, STRANGER, World, encode, on_both,
};
use axum::body::Body;
use axum::http::{StatusCode, header};

const TEXT: &str = "answer/contact-summary//text";

#[tokio::test]
async fn another_organisations_record_answers_like_a_missing_one() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let mut stranger = world.signed_in(STRANGER).await;
        let rows = world.count("select count(*) from audit").await;
        let pages = [
            "",
            "/check",
            "/sections/contact",
            "/sign",
            "/review",
            "/part-c/sign",
            "/freeze",
            "/finished",
            "/sent",
            "/paper.pdf",
            "/paper.html",
            "/paper.json",
        ];
        for rest in pages {
            let theirs = stranger.get(&format!("{report}{rest}")).await;
            let missing = stranger.get(&format!("/reports/0192-missing{rest}")).await;
            assert_eq!(
                (theirs.status, &theirs.body),
                (StatusCode::NOT_FOUND, &missing.body),
                "GET {rest}"
            );
            assert_eq!(missing.status, StatusCode::NOT_FOUND);
        }
        for rest in [
            "/sections/contact",
            "/sign",
            "/review",
            "/part-c/sign",
            "/freeze",
            "/sent",
        ] {
            let theirs = stranger
                .post(
                    &format!("{report}{rest}"),
                    &[(TEXT, "x"), ("decision", "approve")],
                )
                .await;
            let missing = stranger
                .post(
                    &format!("/reports/0192-missing{rest}"),
                    &[(TEXT, "x"), ("decision", "approve")],
                )
                .await;
            assert_eq!(
                (theirs.status, &theirs.body),
                (StatusCode::NOT_FOUND, &missing.body),
                "POST {rest}"
            );
        }
        let theirs = stranger.get(&format!("/patients/{}", world.patient)).await;
        assert_eq!(
            (theirs.status, theirs.body),
            (
                StatusCode::NOT_FOUND,
                stranger.get("/patients/0192-missing").await.body
            )
        );
        assert!(!stranger.get("/").await.body.contains(PATIENT));
        assert_eq!(
            world
                .count("select count(*) from audit where reason is null or reason <> 'no such record'")
                .await,
            rows,
            "nothing was written but that somebody tried"
        );
        assert_eq!(
            world
                .count("select count(*) from audit where reason = 'no such record' and (patient_id is not null or subject is not null or chain <> 'install')")
                .await,
            0,
            "and not what they tried: the other organisation's record is named nowhere"
        );
        assert_eq!(world.count("select count(*) from answer").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_colleague_is_refused_and_the_refusal_is_recorded() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        let page = colleague.get(&report).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(!page.body.contains(PATIENT));
        let refused =
            "select count(*) from audit where outcome = 'refused' and action = 'view-patient'";
        assert_eq!(world.count(refused).await, 1);
        assert_eq!(
            colleague
                .post(&format!("{report}/sections/contact"), &[(TEXT, "x")])
                .await
                .status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(world.count("select count(*) from answer").await, 0);
    })
    .await;
}

#[tokio::test]
async fn each_role_keeps_to_its_own_part() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let (mut manager, mut doctor) = (
            world.signed_in(MANAGER).await,
            world.signed_in(DOCTOR).await,
        );
        let contact = format!("{report}/sections/contact");
        let change = [
            (TEXT, "Rewritten by another"),
            ("version/contact-summary/", "1"),
        ];
        assert_eq!(
            manager.post(&contact, &change).await.status,
            StatusCode::FORBIDDEN,
            "managers never rewrite"
        );
        assert_eq!(
            doctor.post(&contact, &change).await.status,
            StatusCode::FORBIDDEN
        );
        let part_c = format!("{report}/sections/clinical");
        assert_eq!(
            author
                .post(&part_c, &[("answer/mental-state//text", "x")])
                .await
                .status,
            StatusCode::FORBIDDEN
        );
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        let own = author
            .sign(
                &format!("{report}/review"),
                "Ada Author",
                &[("decision", "approve")],
            )
            .await;
        assert_eq!(
            own.status,
            StatusCode::FORBIDDEN,
            "nobody approves their own report"
        );
        assert_eq!(
            world
                .count("select count(*) from report where state = 'with-manager'")
                .await,
            1
        );
        assert!(
            author.get(&contact).await.location().ends_with("/check"),
            "signed: read, not written"
        );
    })
    .await;
}

#[tokio::test]
async fn an_author_who_is_also_a_manager_still_cannot_approve() {
    on_both(async |world: World| {
        let grant = "insert into membership (person_id, organisation_id, role, team_id)
             select m.person_id, m.organisation_id, 'line-manager', m.team_id from membership m join person p on p.id = m.person_id
             where p.email = 'author@northmere.example.org'";
        world.tamper(grant).await.unwrap();
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        author.sign(&format!("{report}/sign"), "Ada Author", &FACTS).await;
        let page = author.sign(&format!("{report}/review"), "Ada Author", &[("decision", "approve"), ("author", "somebody-else")]).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("You wrote this report"), "{}", page.body);
        assert_eq!(world.count("select count(*) from report where state = 'with-manager'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_cross_site_post_is_refused_and_writes_nothing() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let path = format!("{report}/sections/contact");
        let body = encode(&[(TEXT, "from elsewhere")]);
        let forms: [&[(&str, &str)]; 4] = [
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://evil.example"),
            ],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[],
        ];
        for headers in forms {
            let mut request = axum::http::Request::post(&path)
                .header(header::HOST, "127.0.0.1:3000")
                .header(header::COOKIE, author.cookie.clone().unwrap())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let page = author
                .send(request.body(Body::from(body.clone())).unwrap())
                .await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
        }
        assert_eq!(world.count("select count(*) from answer").await, 0);
    })
    .await;
}

#[tokio::test]
async fn huge_and_broken_bodies_are_refused_and_save_nothing() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let path = format!("{report}/sections/contact");
        let huge = format!("{TEXT}={}", "x".repeat(5 * 1024 * 1024));
        let page = author
            .send(
                author
                    .request("POST", &path)
                    .body(Body::from(huge))
                    .unwrap(),
            )
            .await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(page.body.contains("Nothing was saved"));
        for broken in [
            b"answer/contact-summary//text=\xff\xfe".to_vec(),
            b"answer/contact-summary//text=%C3%28".to_vec(),
        ] {
            let page = author
                .send(
                    author
                        .request("POST", &path)
                        .body(Body::from(broken))
                        .unwrap(),
                )
                .await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST);
        }
        let small = author
            .send(
                author
                    .request("POST", &format!("{report}/sent"))
                    .body(Body::from("x".repeat(300 * 1024)))
                    .unwrap(),
            )
            .await;
        assert_eq!(
            small.status,
            StatusCode::PAYLOAD_TOO_LARGE,
            "256 KiB where no answers are"
        );
        assert_eq!(world.count("select count(*) from answer").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_kept_on_the_page_and_not_saved() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let long = format!("{}end of it", "x".repeat(50_000));
        let page = author
            .post(&format!("{report}/sections/contact"), &[(TEXT, &long)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("end of it") && page.body.contains("9 too many"));
        assert_eq!(world.count("select count(*) from answer").await, 0);
    })
    .await;
}

#[tokio::test]
async fn only_what_the_section_asks_is_saved() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let extra = [
            (TEXT, "Asked here"),
            ("answer/mental-state//text", "Part C, by the author"),
            ("answer/compliance/c1/status.choice", "met"),
            ("answer/compliance/c3/status.choice", "met"),
            ("answer/no-such-question//text", "x"),
            ("answer/section:clinical//choice", "yes"),
            ("state", "sent"),
            ("author", "x"),
        ];
        author
            .post(&format!("{report}/sections/contact"), &extra)
            .await;
        assert_eq!(world.count("select count(*) from answer").await, 1);
        let ended = author.get(&format!("{report}/sections/conditions")).await;
        assert!(
            !ended.body.contains("Ended long before."),
            "a condition out of force is not asked about"
        );
    })
    .await;
}

#[tokio::test]
async fn unknown_and_malformed_addresses_are_not_found() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        for path in [
            "/nowhere",
            "/patients/x%00y",
            "/patients/%2e%2e",
            "/reports/'%20or%201=1",
            "/reports/x/check",
        ] {
            assert_eq!(
                author.get(path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        assert_eq!(
            author
                .get(&format!("{report}/sections/no-such-section"))
                .await
                .status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            author
                .post(&format!("{report}/sections/no-such-section"), &[])
                .await
                .status,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

/// Text that would be markup if it were not escaped, in the places where text goes.
const MARKUP: [&str; 6] = [
    "</textarea><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</p><iframe srcdoc='<script>alert(1)</script>'>",
    "{{constructor.constructor('alert(1)')()}}<b>bold</b>",
    "<!--<script>alert(1)</script>-->",
];

#[tokio::test]
async fn typed_markup_stays_text_for_every_reader() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let everything = MARKUP.join("\n");
        author
            .save(
                &format!("{report}/sections/contact"),
                &[(TEXT, &everything)],
            )
            .await;
        let evidence = [
            ("answer/compliance/c1/status.choice", "met"),
            ("answer/compliance/c1/evidence.text", everything.as_str()),
            (
                "answer/compliance/c1/evidence.basis-note",
                everything.as_str(),
            ),
        ];
        author
            .save(&format!("{report}/sections/conditions"), &evidence)
            .await;
        author
            .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
            .await;
        let mut manager = world.signed_in(MANAGER).await;
        let comment = [
            ("comment/contact-summary", everything.as_str()),
            ("decision", "return"),
        ];
        let mut pages = vec![manager.get(&format!("{report}/review")).await.body];
        manager
            .sign(&format!("{report}/review"), "", &comment)
            .await;
        for rest in ["", "/check", "/sections/contact", "/sections/conditions"] {
            pages.push(author.get(&format!("{report}{rest}")).await.body);
        }
        let held = world
            .visitor()
            .post(
                &format!("{report}/sections/contact"),
                &[(TEXT, &everything)],
            )
            .await;
        pages.push(held.body);
        pages.push(
            world
                .visitor()
                .post("/sign-in", &[("email", &everything)])
                .await
                .body,
        );
        for page in pages {
            for markup in MARKUP {
                assert!(!page.contains(markup), "unescaped: {markup}");
            }
            assert!(!page.contains("<script>alert") && !page.contains("<img src=x"));
        }
    })
    .await;
}
