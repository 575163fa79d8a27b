//! What is typed wrongly, two who write at once, people without a part.

use super::*;

#[tokio::test]
async fn two_who_rate_at_once_lose_nothing() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;
        let at = format!("{path}/domains/D8");
        give(&mut lead, &path, "Mo Manager", "contributor", &["D8"]).await;
        let mut contributor = world.signed_in(MANAGER).await;
        let shown = contributor.get(&at).await;
        assert_eq!(
            rate(&world, &mut lead, &path, "D8", &[]).await.status,
            StatusCode::SEE_OTHER
        );
        let mut pairs = versions(&shown.body);
        pairs.push(("answer/8.1//rating".into(), "0".into()));
        pairs.push((
            "answer/8.1//evidence.1.text".into(),
            "Mine <b>own</b>".into(),
        ));
        let page = post(&mut contributor, &at, &pairs).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        for text in [
            "Mine &lt;b>own",
            "Evidence of 8.1",
            "Saved by Leo Lead",
            "Nothing was overwritten",
        ] {
            assert!(page.body.contains(text), "{text} in {}", page.body);
        }
        assert!(lead.get(&at).await.body.contains("Evidence of 8.1"));
        // Saving that page again is a choice made with both in view.
        let mut pairs = versions(&page.body);
        pairs.push(("answer/8.1//rating".into(), "1".into()));
        pairs.push(("answer/8.1//evidence.1.text".into(), "Both".into()));
        for id in ["8.2", "8.3", "8.4"] {
            pairs.push((format!("answer/{id}//rating"), "2".into()));
            pairs.push((
                format!("answer/{id}//evidence.1.text"),
                format!("Evidence of {id}"),
            ));
        }
        assert_eq!(
            post(&mut contributor, &at, &pairs).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            world
                .count("select count(*) from assessment_rating_version where criterion = '8.1'")
                .await,
            2
        );
        // A form that does not say what it saw overwrites nothing.
        let page = post(
            &mut contributor,
            &at,
            &[("answer/8.1//rating".into(), "3".into())],
        )
        .await;
        assert_eq!(page.status, StatusCode::CONFLICT);
    })
    .await;
}

#[tokio::test]
async fn what_is_typed_wrongly_is_told_and_kept() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let at = format!(
            "/assessments/open/{}",
            organisation(&world, "Northmere").await
        );
        // A period of no days; a kind that is none; a directorate without name or teams.
        let id = lead.get(&at).await.value("id");
        let mut none = vec![("id", id.as_str()), ("kind", "organisation")];
        none.extend([
            ("from/day", "20"),
            ("from/month", "11"),
            ("from/year", "2026"),
        ]);
        none.extend([("to/day", "20"), ("to/month", "11"), ("to/year", "2026")]);
        let page = lead.post(&at, &none).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("The period has no days"),
            "{}",
            page.body
        );
        let mut bad = vec![("id", id.as_str()), ("kind", "everything")];
        bad.extend(PERIOD);
        assert!(
            lead.post(&at, &bad)
                .await
                .body
                .contains("Choose what it covers")
        );
        let mut bad = vec![("id", id.as_str()), ("kind", "directorate"), ("name", " ")];
        bad.extend(PERIOD);
        assert!(
            lead.post(&at, &bad)
                .await
                .body
                .contains("directorate’s name")
        );
        let path = open(&world, &mut lead, "Northmere").await;
        // A second one for the same part of the organisation is not opened.
        let id = lead.get(&at).await.value("id");
        let mut again = vec![("id", id.as_str()), ("kind", "organisation")];
        again.extend(PERIOD);
        let page = lead.post(&at, &again).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains(&path));

        let domain = format!("{path}/domains/D1");
        let long = format!("https://example.org/{}", "x".repeat(2_000));
        for (field, value, told) in [
            ("rating", "4", "Choose a rating from 0 to 3"),
            ("rating", "na", "Say why this does not apply"),
            (
                "evidence.1.link",
                "javascript:alert(1)",
                "The link must begin with https://",
            ),
            (
                "evidence.1.link",
                &long,
                "A link can have up to 2,000 characters",
            ),
            ("evidence.2.day", "32", "1.1:"),
        ] {
            let shown = lead.get(&domain).await;
            let mut pairs = versions(&shown.body);
            pairs.push(("answer/1.1//evidence.1.text".into(), "kept <text>".into()));
            pairs.push((format!("answer/1.1//{field}"), value.into()));
            let page = post(&mut lead, &domain, &pairs).await;
            assert_eq!(
                page.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{field} {value}"
            );
            assert!(page.body.contains(told), "{told} in {}", page.body);
            assert!(page.body.contains("kept &lt;text>"), "{}", page.body);
            assert!(!page.body.contains("href=\"javascript"));
        }
        // Too much for a text: nothing is saved and all of it is still there.
        let shown = lead.get(&domain).await;
        let mut pairs = versions(&shown.body);
        pairs.push(("answer/1.2//rating".into(), "1".into()));
        pairs.push(("answer/1.2//evidence.1.text".into(), "y".repeat(50_001)));
        let page = post(&mut lead, &domain, &pairs).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Nothing was saved") && page.body.contains(&"y".repeat(50_001)));
        // Criteria of other domains and fields that are not asked are not written.
        let pairs = [
            ("version/2.1/".to_owned(), "0".to_owned()),
            ("answer/2.1//rating".into(), "3".into()),
        ];
        post(&mut lead, &domain, &pairs).await;
        assert_eq!(
            world
                .count("select count(*) from assessment_rating where criterion = '2.1'")
                .await,
            0
        );

        // Actions: who, what, when.
        let plan = format!("{path}/actions");
        let id = lead.get(&plan).await.value("id");
        let page = lead
            .post(
                &plan,
                &[("id", id.as_str()), ("criterion", "9.9"), ("due/year", "x")],
            )
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        for told in [
            "Choose the criterion",
            "Say what is to be done",
            "Choose who sees to it",
        ] {
            assert!(page.body.contains(told), "{told}");
        }
        assert_eq!(
            add_action(&mut lead, &path, "1.1", "2025").await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        // People: whoever rated is no challenger; nobody from elsewhere.
        let shown = lead.get(&format!("{path}/people")).await;
        assert!(!shown.body.contains("Stan Stranger") && !shown.body.contains("Olga Lead"));
        let page = give(&mut lead, &path, "Leo Lead", "challenger", &[]).await;
        assert!(
            page.body.contains("cannot give the second view"),
            "{}",
            page.body
        );
        let page = give(&mut lead, &path, "Mo Manager", "contributor", &[]).await;
        assert!(page.body.contains("Tick at least one domain"));
    })
    .await;
}

#[tokio::test]
async fn only_those_with_a_part_get_in() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;
        let pages = ["", "/domains/D1", "/people", "/actions", "/papers/assessment.pdf", "/compare"];
        for other in [OTHER_LEAD, OTHER_EXECUTIVE, STRANGER] {
            let mut other = world.signed_in(other).await;
            for page in pages {
                let theirs = other.get(&format!("{path}{page}")).await;
                let missing = other.get(&format!("/assessments/0192-missing{page}")).await;
                assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{page}");
                assert_eq!(theirs.body, missing.body);
            }
            assert!(!other.get("/assessments").await.body.contains(&path));
            let page = other.get(&format!("/assessments/open/{}", organisation(&world, "Northmere").await)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND);
        }
        // Of the organisation, without a part: refused, and that is on record.
        let mut manager = world.signed_in(MANAGER).await;
        assert_eq!(manager.get(&path).await.status, StatusCode::FORBIDDEN);
        assert!(world.count("select count(*) from audit where action = 'view-assessments' and outcome = 'refused'").await >= 1);
        // With a part: in, for that part only.
        give(&mut lead, &path, "Mo Manager", "contributor", &["D2"]).await;
        assert_eq!(manager.get(&path).await.status, StatusCode::OK);
        assert_eq!(rate(&world, &mut manager, &path, "D2", &[]).await.status, StatusCode::SEE_OTHER);
        for (page, pairs) in [("/step", [("step", "ask-for-challenge")]), ("/people", [("do", "add")]), ("/sign", [("decision", "sign")])] {
            assert_eq!(manager.post(&format!("{path}{page}"), &pairs).await.status, StatusCode::FORBIDDEN, "{page}");
        }
        // An executive sees and signs, and does not rate or lead.
        let mut executive = world.signed_in(EXECUTIVE).await;
        assert_eq!(executive.get(&path).await.status, StatusCode::OK);
        assert_eq!(executive.post(&format!("{path}/domains/D1"), &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(executive.post(&format!("{path}/step"), &[("step", "return")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(executive.get(&format!("{path}/sign")).await.status, StatusCode::CONFLICT);
    })
    .await;
}
